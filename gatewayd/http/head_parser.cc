#include "gatewayd/http/head_parser.h"

#include <cstring>

#include "gatewayd/base/strings.h"
#include "gatewayd/http/syntax.h"

namespace ag::http {
namespace {

// Takes the next line (without CRLF) from `text`, which ends with an empty line.
std::string_view NextLine(std::string_view& text) {
  const auto end = text.find('\n');
  const std::string_view line = text.substr(0, end - 1);
  text.remove_prefix(end + 1);
  return line;
}

std::optional<HeadError> ParseField(std::string_view line, Header& field) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return HeadError{400, "a header line has no colon"};
  field.name = line.substr(0, colon);
  if (!IsToken(field.name)) return HeadError{400, "a header name has a character that names may not have"};
  field.value = TrimOws(line.substr(colon + 1));
  if (!IsFieldValue(field.value)) return HeadError{400, "a header value has a control character"};
  return std::nullopt;
}

std::optional<HeadError> ParseFields(std::string_view text, std::vector<Header>& fields) {
  fields.clear();
  while (true) {
    const std::string_view line = NextLine(text);
    if (line.empty()) return std::nullopt;
    if (line.front() == ' ' || line.front() == '\t') return HeadError{400, "a header is folded over two lines"};
    if (fields.size() == kMaxFields) return HeadError{431, "the request has too many headers"};
    Header field;
    if (auto error = ParseField(line, field)) return error;
    fields.push_back(field);
  }
}

bool IsTarget(std::string_view target) {
  if (target.empty()) return false;
  for (const char c : target) {
    if (c <= 0x20 || c >= 0x7f) return false;
  }
  return true;
}

// "HTTP/1.x" → x.
std::optional<HeadError> ParseVersion(std::string_view version, int& minor) {
  const bool http = version.size() == 8 && version.substr(0, 5) == "HTTP/" && version[6] == '.';
  if (!http) return HeadError{400, "the first line is not HTTP"};
  if (version[5] != '1' || version[7] < '0' || version[7] > '9') {
    return HeadError{505, "only HTTP/1.1 and HTTP/1.0 are spoken here"};
  }
  minor = version[7] == '0' ? 0 : 1;
  return std::nullopt;
}

struct FramingFields {
  std::string_view length;
  std::string_view coding;
  int lengths = 0;
  int codings = 0;
  bool lengths_differ = false;
  bool close = false;
  bool keep_alive = false;
  int hosts = 0;
};

void ReadFramingField(const Header& field, FramingFields& found, Framing& framing) {
  // By length first: most fields are not among these.
  switch (field.name.size()) {
    case 4:
      if (EqualsIgnoreCase(field.name, "host")) ++found.hosts;
      break;
    case 6:
      if (EqualsIgnoreCase(field.name, "expect")) {
        framing.expects_continue = EqualsIgnoreCase(field.value, "100-continue");
      }
      break;
    case 10:
      if (EqualsIgnoreCase(field.name, "connection")) {
        found.close = found.close || HasListToken(field.value, "close");
        found.keep_alive = found.keep_alive || HasListToken(field.value, "keep-alive");
      }
      break;
    case 14:
      if (EqualsIgnoreCase(field.name, "content-length")) {
        found.lengths_differ = found.lengths_differ || (found.lengths > 0 && field.value != found.length);
        found.length = field.value;
        ++found.lengths;
      }
      break;
    case 16:
      if (EqualsIgnoreCase(field.name, "content-encoding")) framing.content_encoding = field.value;
      break;
    case 17:
      if (EqualsIgnoreCase(field.name, "transfer-encoding")) {
        found.coding = field.value;
        ++found.codings;
      }
      break;
    default:
      break;
  }
}

FramingFields ReadFramingFields(const std::vector<Header>& fields, Framing& framing) {
  FramingFields found;
  for (const Header& field : fields) ReadFramingField(field, found, framing);
  return found;
}

}  // namespace

HeadScan::State FindHeadEnd(std::string_view text, HeadScan& scan, std::size_t& length) {
  while (true) {
    const void* found = scan.scanned < text.size()
                            ? std::memchr(text.data() + scan.scanned, '\n', text.size() - scan.scanned)
                            : nullptr;
    if (found == nullptr) {
      scan.scanned = text.size();
      return HeadScan::State::kNeedMore;
    }
    const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
    if (at == 0 || text[at - 1] != '\r') return HeadScan::State::kMalformed;
    scan.scanned = at + 1;
    if (at == 1 || text[at - 2] == '\n') {
      length = at + 1;
      return HeadScan::State::kComplete;
    }
  }
}

std::optional<HeadError> ParseRequestHead(std::string_view text, RequestHead& head) {
  const std::string_view line = NextLine(text);
  const auto method_end = line.find(' ');
  const auto target_end = line.rfind(' ');
  if (method_end == std::string_view::npos || method_end == target_end) {
    return HeadError{400, "the first line is not 'METHOD target HTTP/1.1'"};
  }
  head.method = line.substr(0, method_end);
  head.target = line.substr(method_end + 1, target_end - method_end - 1);
  if (!IsToken(head.method)) return HeadError{400, "the method has a character that methods may not have"};
  if (!IsTarget(head.target)) return HeadError{400, "the request target has a space or a control character"};
  if (auto error = ParseVersion(line.substr(target_end + 1), head.minor_version)) return error;
  return ParseFields(text, head.fields);
}

std::optional<HeadError> ParseReplyHead(std::string_view text, ReplyHead& head) {
  const std::string_view line = NextLine(text);
  if (line.size() < 12 || line[8] != ' ') return HeadError{502, "the first line is not 'HTTP/1.1 status'"};
  if (auto error = ParseVersion(line.substr(0, 8), head.minor_version)) return error;
  head.status = 0;
  for (const char c : line.substr(9, 3)) {
    if (c < '0' || c > '9') return HeadError{502, "the status is not a number of three digits"};
    head.status = head.status * 10 + (c - '0');
  }
  if (head.status < 100 || (line.size() > 12 && line[12] != ' ')) return HeadError{502, "the status is not valid"};
  head.reason = line.size() > 13 ? line.substr(13) : std::string_view();
  if (!IsFieldValue(head.reason)) return HeadError{502, "the reason phrase has a control character"};
  return ParseFields(text, head.fields);
}

std::optional<HeadError> RequestFraming(const RequestHead& head, Framing& framing) {
  framing = Framing();
  const FramingFields found = ReadFramingFields(head.fields, framing);
  const bool http10 = head.minor_version == 0;
  framing.keep_alive = !found.close && (!http10 || found.keep_alive);
  if (http10) framing.expects_continue = false;
  if (found.hosts > 1 || (found.hosts == 0 && !http10))
    return HeadError{400, "the request needs exactly one Host header"};
  if (found.codings > 0) {
    if (found.lengths > 0) return HeadError{400, "the request has both Content-Length and Transfer-Encoding"};
    if (http10) return HeadError{400, "HTTP/1.0 has no Transfer-Encoding"};
    if (found.codings > 1 || !EqualsIgnoreCase(found.coding, "chunked")) {
      return HeadError{501, "the only Transfer-Encoding spoken here is chunked"};
    }
    framing.body = Framing::Body::kChunked;
    return std::nullopt;
  }
  if (found.lengths == 0) return std::nullopt;
  const auto length = ParseLength(found.length);
  if (found.lengths > 1 || !length) return HeadError{400, "Content-Length is not one number"};
  framing.length = *length;
  framing.body = *length == 0 ? Framing::Body::kNone : Framing::Body::kLength;
  return std::nullopt;
}

std::optional<HeadError> ReplyFraming(const ReplyHead& head, ReplyContext context, Framing& framing) {
  framing = Framing();
  const FramingFields found = ReadFramingFields(head.fields, framing);
  framing.keep_alive = !found.close && (head.minor_version == 1 || found.keep_alive);
  if (context.to_head_request || head.status < 200 || head.status == 204 || head.status == 304) return std::nullopt;
  if (found.codings > 0) {
    if (found.codings > 1 || !EqualsIgnoreCase(found.coding, "chunked")) {
      return HeadError{502, "the reply's Transfer-Encoding is not chunked"};
    }
    if (found.lengths > 0) framing.keep_alive = false;  // whatever follows may be read in two ways
    framing.body = Framing::Body::kChunked;
    return std::nullopt;
  }
  if (found.lengths == 0) {
    framing.body = Framing::Body::kUntilClose;
    framing.keep_alive = false;
    return std::nullopt;
  }
  const auto length = ParseLength(found.length);
  if (found.lengths_differ || !length) return HeadError{502, "the reply's Content-Length is not one number"};
  framing.length = *length;
  framing.body = *length == 0 ? Framing::Body::kNone : Framing::Body::kLength;
  return std::nullopt;
}

}  // namespace ag::http
