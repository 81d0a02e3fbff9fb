#include "gatewayd/http/head_parser.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstring>
#include <functional>
#include <limits>
#include <span>
#include <type_traits>

#include "gatewayd/base/strings.h"
#include "gatewayd/http/syntax.h"

namespace ag::http {
namespace {

namespace beast = boost::beast;

constexpr std::string_view kLineEnd = "\r\n";
constexpr HeadError kFolded{400, "a header is folded over two lines"};

std::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

bool IsOws(char c) { return c == ' ' || c == '\t'; }

// "HTTP/x.y", but none of the versions that Beast takes.
bool IsForeignVersion(std::string_view text) {
  const bool http = text.size() == 8 && text.substr(0, 5) == "HTTP/" && text[6] == '.';
  return http && text != "HTTP/1.0" && text != "HTTP/1.1";
}

// Collects the views of one head into our structures. Where Beast's grammar is wider than ours (folded lines, bytes
// above ASCII in targets) it refuses more. Where Beast judges what framing fields say, it lets them through: Framing
// is the one judge of them, with better reasons and other answers for requests than for replies.
template <bool kIsRequest>
class HeadCollector final : public beast::http::basic_parser<kIsRequest> {
 public:
  using Head = std::conditional_t<kIsRequest, RequestHead, ReplyHead>;

  // `text` is the head that views are to refer to.
  HeadCollector(std::string_view text, Head& head) : text_(text), head_(head) {
    head_.fields.clear();
    // The length was checked when the head's end was found; bodies are not read here.
    this->header_limit(std::numeric_limits<std::uint32_t>::max());
    this->body_limit(boost::none);
  }

  // Takes the first line when it is not part of the text.
  std::optional<HeadError> FeedFirstLine(std::string_view line) {
    beast::error_code error;
    this->put(boost::asio::const_buffer(line.data(), line.size()), error);
    if (refusal_) return refusal_;
    return started_ ? std::nullopt : std::optional<HeadError>(ReasonOf(error));
  }

  // Takes all the rest of the head.
  std::optional<HeadError> Feed(std::string_view bytes) {
    while (true) {
      beast::error_code error;
      bytes.remove_prefix(this->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error));
      if (!error) return std::nullopt;
      if (!refusal_ && !(started_ && TakeAside(bytes, error))) refusal_ = ReasonOf(error);
      if (refusal_) return refusal_;
    }
  }

 private:
  using Field = beast::http::field;
  using Verb = beast::http::verb;
  using Error = beast::http::error;

  void Refuse(HeadError why, beast::error_code& error) {
    refusal_ = why;
    error = Error::bad_field;  // any: it only ends the parsing
  }

  void on_request_impl(Verb, beast::string_view method, beast::string_view target, int version,
                       beast::error_code& error) override {
    if constexpr (kIsRequest) {
      started_ = true;
      head_.method = View(method);
      head_.target = View(target);
      head_.minor_version = version - 10;
      for (const char c : head_.target) {
        if (static_cast<unsigned char>(c) >= 0x80) {
          return Refuse({400, "the request target has a byte that is not ASCII"}, error);
        }
      }
    }
  }

  void on_response_impl(int status, beast::string_view reason, int version, beast::error_code& error) override {
    if constexpr (!kIsRequest) {
      started_ = true;
      head_.status = status;
      head_.reason = reason.empty() ? std::string_view() : View(reason);
      head_.minor_version = version - 10;
      if (status < 100) Refuse({502, "the status is not valid"}, error);
    }
  }

  void on_field_impl(Field, beast::string_view name, beast::string_view value, beast::error_code& error) override {
    const Header field{View(name), View(value)};
    if (IsFolded(field)) return Refuse(kFolded, error);
    Add(field, error);
  }

  void Add(const Header& field, beast::error_code& error) {
    if (head_.fields.size() == kMaxFields) return Refuse({431, "the message has too many headers"}, error);
    head_.fields.push_back(field);
  }

  // Beast joins the lines of a folded value in a buffer of its own, or steps over empty ones.
  bool IsFolded(const Header& field) const {
    constexpr std::less<const char*> before;
    const char* const value = field.value.data();
    if (before(value, text_.data()) || before(text_.data() + text_.size(), value)) return true;
    for (const char* c = field.name.data() + field.name.size() + 1; c != value; ++c) {
      if (!IsOws(*c)) return true;
    }
    return false;
  }

  // Takes over the field that `bytes` begin with if Beast has refused it for what it says.
  bool TakeAside(std::string_view& bytes, beast::error_code& error) {
    const bool judged = error == Error::bad_value || error == Error::bad_content_length ||
                        error == Error::multiple_content_length || error == Error::bad_transfer_encoding;
    const auto colon = bytes.find(':');
    const auto end = bytes.find(kLineEnd);
    if (!judged || colon == std::string_view::npos || end == std::string_view::npos || end < colon) return false;
    const Header field{bytes.substr(0, colon), TrimOws(bytes.substr(colon + 1, end - colon - 1))};
    if (!IsFieldValue(field.value)) return false;
    bytes.remove_prefix(end + kLineEnd.size());
    if (!bytes.empty() && IsOws(bytes.front())) {
      Refuse(kFolded, error);
    } else {
      Add(field, error);
    }
    return true;
  }

  HeadError ReasonOf(const beast::error_code& error) const {
    constexpr int kStatus = kIsRequest ? 400 : 502;
    if (error == Error::need_more) return {kStatus, "the head is not complete"};
    if (error == Error::header_limit) return kFolded;  // only the buffer for folded values has a limit
    if (started_) {
      if (error == Error::bad_field) return {kStatus, "a header line does not begin with a name and a colon"};
      return {kStatus, "a header value has a control character"};
    }
    const std::string_view line = text_.substr(0, text_.find(kLineEnd));
    const auto version =
        kIsRequest ? line.substr(line.size() - std::min<std::size_t>(8, line.size())) : line.substr(0, 8);
    if (error == Error::bad_version && IsForeignVersion(version)) {
      return {kIsRequest ? 505 : 502, "only HTTP/1.1 and HTTP/1.0 are spoken here"};
    }
    if (!kIsRequest) return {kStatus, "the first line is not 'HTTP/1.1 status reason'"};
    if (error == Error::bad_target) return {kStatus, "the request target has a space or a control character"};
    return {kStatus, "the first line is not 'METHOD target HTTP/1.1'"};
  }

  // Bodies are delimited by Framing and never get here.
  void on_header_impl(beast::error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
  std::size_t on_body_impl(beast::string_view body, beast::error_code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, beast::error_code&) override {
    return body.size();
  }
  void on_finish_impl(beast::error_code&) override {}

  const std::string_view text_;
  Head& head_;
  std::optional<HeadError> refusal_;  // ours, with an error code for Beast
  bool started_ = false;              // the first line was taken
};

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

FramingFields ReadFramingFields(std::span<const Header> fields, Framing& framing) {
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
  return HeadCollector<true>(text, head).Feed(text);
}

std::optional<HeadError> ParseReplyHead(std::string_view text, ReplyHead& head) {
  HeadCollector<false> collector(text, head);
  // Some servers leave out the space that has to follow the status when there is no reason; Beast wants it.
  constexpr std::string_view kBare = "HTTP/1.1 200";
  if (text.substr(std::min(kBare.size(), text.size()), kLineEnd.size()) == kLineEnd) {
    char line[kBare.size() + 3];
    std::memcpy(line, text.data(), kBare.size());
    std::memcpy(line + kBare.size(), " \r\n", 3);
    if (auto error = collector.FeedFirstLine({line, sizeof line})) return error;
    text.remove_prefix(kBare.size() + kLineEnd.size());
  }
  return collector.Feed(text);
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
