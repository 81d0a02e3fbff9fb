#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/sse.h"

namespace ag::wire {
namespace {

class Collector final : public SseHandler {
 public:
  bool OnSseEvent(const SseEvent& event) override {
    events.append(event.name).append("|").append(event.data).append("\x1e");
    raw += event.raw;
    return true;
  }
  bool OnSseOther(std::string_view bytes) override {
    raw += bytes;
    return true;
  }
  std::string events;
  std::string raw;
};

Collector ParseInSteps(std::string_view stream, std::size_t step) {
  SseParser parser;
  Collector collector;
  for (std::size_t at = 0; at < stream.size(); at += step) {
    const std::string piece(stream.substr(at, step));
    AG_CHECK(parser.Feed(piece, collector).ok());
  }
  AG_CHECK(parser.End(collector).ok());
  return collector;
}

}  // namespace
}  // namespace ag::wire

// Any split gives the same events, and no byte is lost.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = ag::wire::ParseInSteps(stream, size);
  const auto split = ag::wire::ParseInSteps(stream, 1 + data[0] % 16);
  AG_CHECK(whole.raw == stream && split.raw == stream);
  AG_CHECK(whole.events == split.events);
  return 0;
}
