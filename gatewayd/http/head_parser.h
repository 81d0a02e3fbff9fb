#pragma once

#include <absl/container/inlined_vector.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "gatewayd/http/message.h"

// Message heads by the strict grammar of RFC 9112: no bare LF, no obs-fold, no space before the colon, no control
// characters. Pure functions over bytes. Beast's basic_parser does the parsing; its callbacks collect views, so that
// nothing is copied and no map of fields is built. A fuzzer covers it (tests/fuzz).
namespace ag::http {

// Where a head that arrives in pieces has got to.
struct HeadScan {
  enum class State : std::uint8_t { kNeedMore, kComplete, kMalformed };
  std::size_t scanned = 0;  // bytes that need not be looked at again
};
// Looks for the empty line that ends the head in `text`, which begins with its first line. Sets `length` to the head's
// length with that line. A line feed without its carriage return is kMalformed at once.
HeadScan::State FindHeadEnd(std::string_view text, HeadScan& scan, std::size_t& length);

// Why a head was refused: the status that a server answers with, and a sentence.
struct HeadError {
  int status = 400;
  std::string_view message;  // static text
};

inline constexpr std::size_t kMaxFields = 256;

struct RequestHead {
  std::string_view method;
  std::string_view target;
  int minor_version = 1;
  std::vector<Header> fields;  // reused between messages: the capacity stays
};
// Parses a complete head (FindHeadEnd says where it ends). None on success. Views refer to `text`.
std::optional<HeadError> ParseRequestHead(std::string_view text, RequestHead& head);

struct ReplyHead {
  int status = 0;
  std::string_view reason;
  int minor_version = 1;
  absl::InlinedVector<Header, 24> fields;  // most replies' fields, in the exchange itself
};
std::optional<HeadError> ParseReplyHead(std::string_view text, ReplyHead& head);

// How the body of a message is delimited, and what the fields say about the connection.
struct Framing {
  enum class Body : std::uint8_t { kNone, kLength, kChunked, kUntilClose };
  Body body = Body::kNone;
  std::uint64_t length = 0;
  bool keep_alive = true;
  bool expects_continue = false;
  std::string_view content_encoding;
};
// RFC 9112 section 6; refuses what could be read in two ways (both lengths, a length twice, an unknown coding).
std::optional<HeadError> RequestFraming(const RequestHead& head, Framing& framing);
// `to_head_request`: the reply to a HEAD has no body, whatever it says.
struct ReplyContext {
  bool to_head_request = false;
};
std::optional<HeadError> ReplyFraming(const ReplyHead& head, ReplyContext context, Framing& framing);

}  // namespace ag::http
