#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "gatewayd/base/arena.h"

// HTTP/1.1 messages as our modules see them (RFC 9110, 9112). No Beast type leaves http/.
namespace ag::http {

struct Header {
  std::string_view name;
  std::string_view value;
};

// Header fields in the order of arrival; names compare without case.
class Headers {
 public:
  Headers() = default;
  explicit Headers(std::span<const Header> fields) : fields_(fields) {}

  std::span<const Header> all() const { return fields_; }
  // The first field of that name; empty when absent.
  std::string_view Find(std::string_view name) const;
  bool Has(std::string_view name) const;
  std::size_t Count(std::string_view name) const;

 private:
  std::span<const Header> fields_;
};

// Header fields being put together, in a request's arena. The views that it is given must outlive it.
class HeaderList {
 public:
  explicit HeaderList(Arena& arena, std::size_t expected = 16)
      : arena_(&arena), room_(arena.NewSpan<Header>(expected)) {}

  void Add(std::string_view name, std::string_view value) {
    if (size_ == room_.size()) Grow();
    room_[size_++] = Header{name, value};
  }
  void Add(const Header& field) { Add(field.name, field.value); }
  // Valid until the next Add.
  std::span<const Header> all() const { return room_.first(size_); }

 private:
  void Grow();

  Arena* arena_;
  std::span<Header> room_;
  std::size_t size_ = 0;
};

// True for the fields that concern one connection only (RFC 9110 section 7.6.1) and those that `connection_value`, the
// message's Connection field, names.
bool IsHopByHop(std::string_view name, std::string_view connection_value);

// "a=1&b=2" → the decoded value of `name`; none when absent.
std::optional<std::string> QueryValue(std::string_view query, std::string_view name);
// The query without `name`'s pairs, otherwise as written.
std::string QueryWithout(std::string_view query, std::string_view name);
std::string PercentDecode(std::string_view text);
std::string PercentEncodePath(std::string_view text);

// A server's answer before its body.
struct ResponseHead {
  int status = 200;
  std::string_view reason;          // empty = the standard phrase
  std::span<const Header> headers;  // without framing fields: the writer sets Content-Length, Transfer-Encoding, Date
  std::optional<std::uint64_t> content_length;  // none = chunked (or close for HTTP/1.0)
};

// An absolute base URL taken apart; the only place that does it.
struct Url {
  bool tls = true;
  std::string host;        // without brackets
  std::uint16_t port = 0;  // explicit or the scheme's
  std::string path;        // "" or "/v1", no trailing slash

  // "https://host" or "https://host:port": the origin that a sealed credential is bound to.
  std::string Origin() const;
  // What Host carries: the port only when it is not the scheme's own.
  std::string HostHeader() const;
};
// None, unless it is http:// or https:// with a host and without user information, query or fragment.
std::optional<Url> ParseUrl(std::string_view text);

}  // namespace ag::http
