#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/passthrough.h"

namespace ag::wire {
namespace {

class StringSink final : public Sink {
 public:
  void Append(std::string_view bytes) override { text += bytes; }
  void Borrow(std::string_view bytes) override { text += bytes; }
  std::string text;
};

Endpoint EndpointOf(std::uint8_t choice) {
  Endpoint endpoint;
  endpoint.dialect = static_cast<Dialect>(choice % kDialectCount);
  if (endpoint.dialect == Dialect::kGemini) {
    endpoint.path_model = "m";
    endpoint.operation = Operation::kGenerateStream;
    endpoint.framing = choice & 0x40 ? StreamFraming::kSse : StreamFraming::kJsonArray;
  }
  return endpoint;
}

// Whatever the upstream sends, the client gets a prefix of it, and nothing of a failed attempt.
void Reply(std::uint8_t choice, std::size_t step, std::string_view reply) {
  Arena arena;
  const Endpoint endpoint = EndpointOf(choice);
  const std::string body = choice & 0x80 ? R"({"model":"m","stream":true})" : R"({"model":"m"})";
  auto request = ClientRequest::Read(endpoint, body, arena);
  AG_CHECK(request.ok());
  UpstreamTarget target;
  target.dialect = endpoint.dialect;
  target.model = "m";
  target.inject_usage = false;
  auto translation = *MakePassthrough(*request, target);
  AG_CHECK(translation->EncodeRequest().ok());
  translation->OnUpstreamHead(200, choice & 0x20 ? "text/event-stream" : "application/json");
  StringSink sink;
  Step last = Step::kHold;
  bool content = false;
  for (std::size_t at = 0; at < reply.size() && last != Step::kFailed && last != Step::kDone; at += step) {
    const std::string piece(reply.substr(at, step));
    last = translation->OnUpstreamBytes(piece, sink);
    content = content || last == Step::kContent || last == Step::kDone;
  }
  if (last != Step::kFailed && last != Step::kDone) last = translation->OnUpstreamEnd(sink);
  AG_CHECK(last == Step::kDone || last == Step::kFailed);
  AG_CHECK(reply.starts_with(sink.text));
  if (last == Step::kFailed) AG_CHECK(content || sink.text.empty());
  if (last == Step::kFailed) translation->OnUpstreamError(DetailOf(translation->Report().error), sink);
}

}  // namespace
}  // namespace ag::wire

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  ag::wire::Reply(data[0], 1 + data[1], {reinterpret_cast<const char*>(data) + 2, size - 2});
  return 0;
}
