#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gatewayd/http/message.h"

namespace ag::http {

// Serialises heads by appending to a buffer that its connection keeps. Fields of the caller that frame the message or
// would break its lines are left out.

enum class ReplyFramingField : std::uint8_t { kNone, kLength, kChunked };
struct ReplyLines {
  ReplyFramingField framing = ReplyFramingField::kNone;
  std::uint64_t length = 0;
  std::string_view connection;  // "close", "keep-alive"; empty = no field
  std::string_view date_line;   // complete, with CRLF
};
void AppendReplyHead(std::string& out, const ResponseHead& head, const ReplyLines& lines);

struct RequestLines {
  std::string_view method;
  std::string_view target;               // as it goes on the wire
  std::string_view host;                 // the Host field
  std::string_view proxy_authorization;  // empty = no field
  std::optional<std::uint64_t> length;   // none = no Content-Length
};
void AppendRequestHead(std::string& out, const RequestLines& lines, std::span<const Header> headers);

// "4\r\n": the size line of a chunk.
void AppendChunkSize(std::string& out, std::size_t size);

}  // namespace ag::http
