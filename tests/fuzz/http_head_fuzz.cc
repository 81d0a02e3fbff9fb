#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/http/head_parser.h"

namespace {

void CheckInside(std::string_view head, std::string_view view) {
  AG_CHECK(view.empty() || (view.data() >= head.data() && view.data() + view.size() <= head.data() + head.size()));
}

void CheckFields(std::string_view head, std::span<const ag::http::Header> fields) {
  for (const ag::http::Header& field : fields) {
    AG_CHECK(!field.name.empty() && field.value.find_first_of("\r\n") == std::string_view::npos);
    CheckInside(head, field.name);
    CheckInside(head, field.value);
  }
}

}  // namespace

// A head is found at the same place however its bytes arrive; parsing any head touches nothing outside it, and all its
// views refer to it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  ag::http::HeadScan whole;
  std::size_t length = 0;
  const auto state = ag::http::FindHeadEnd(text, whole, length);

  ag::http::HeadScan pieces;
  std::size_t pieces_length = 0;
  auto pieces_state = ag::http::HeadScan::State::kNeedMore;
  const std::size_t step = 1 + data[0] % 8;
  for (std::size_t end = 0; end < text.size() && pieces_state == ag::http::HeadScan::State::kNeedMore;) {
    end = end + step < text.size() ? end + step : text.size();
    pieces_state = ag::http::FindHeadEnd(text.substr(0, end), pieces, pieces_length);
  }
  AG_CHECK(pieces_state == state || text.empty());
  if (state != ag::http::HeadScan::State::kComplete) return 0;
  AG_CHECK(length <= text.size() && pieces_length == length);

  const std::string_view head = text.substr(0, length);
  ag::http::Framing framing;
  ag::http::RequestHead request;
  if (!ag::http::ParseRequestHead(head, request)) {
    CheckInside(head, request.method);
    CheckInside(head, request.target);
    CheckFields(head, request.fields);
    ag::http::RequestFraming(request, framing);
  }
  ag::http::ReplyHead reply;
  if (!ag::http::ParseReplyHead(head, reply)) {
    CheckInside(head, reply.reason);
    CheckFields(head, reply.fields);
    ag::http::ReplyFraming(reply, {}, framing);
  }
  return 0;
}
