#include <cstddef>
#include <cstdint>
#include <string_view>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/http/head_parser.h"

// A head is found at the same place however its bytes arrive, and parsing any head touches nothing outside it.
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

  ag::http::Framing framing;
  ag::http::RequestHead request;
  if (!ag::http::ParseRequestHead(text.substr(0, length), request)) ag::http::RequestFraming(request, framing);
  ag::http::ReplyHead reply;
  if (!ag::http::ParseReplyHead(text.substr(0, length), reply)) ag::http::ReplyFraming(reply, {}, framing);
  return 0;
}
