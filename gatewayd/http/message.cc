#include "gatewayd/http/message.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "gatewayd/base/strings.h"
#include "gatewayd/http/syntax.h"

namespace ag::http {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Calls visit(pair) for each "name=value" of a query, until it returns false.
template <typename Visit>
void ForEachPair(std::string_view query, Visit visit) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    if (!visit(pair)) return;
    if (end == std::string_view::npos) return;
    query.remove_prefix(end + 1);
  }
}

std::string DecodeQueryPart(std::string_view text) {
  std::string spaced(text);
  for (char& c : spaced) {
    if (c == '+') c = ' ';
  }
  return PercentDecode(spaced);
}

bool PairHasName(std::string_view pair, std::string_view name) {
  return DecodeQueryPart(pair.substr(0, pair.find('='))) == name;
}

bool IsHostText(std::string_view host) {
  if (host.empty()) return false;
  for (const char c : host) {
    if (c <= ' ' || c == '/' || c == '@' || c == '\\' || c == '"' || c == '<' || c == '>' || c == '%' || c == 0x7f) {
      return false;
    }
  }
  return true;
}

// Splits "host", "host:port" and "[v6]:port"; false when it is none of them.
bool SplitAuthority(std::string_view authority, Url& url) {
  std::string_view port;
  if (!authority.empty() && authority.front() == '[') {
    const auto close = authority.find(']');
    if (close == std::string_view::npos) return false;
    url.host = std::string(authority.substr(1, close - 1));
    port = authority.substr(close + 1);
    if (!port.empty() && port.front() != ':') return false;
    if (url.host.find(':') == std::string::npos) return false;
  } else {
    const auto colon = authority.find(':');
    url.host = std::string(authority.substr(0, colon));
    if (url.host.find_first_of("[]") != std::string::npos) return false;
    if (colon != std::string_view::npos) port = authority.substr(colon);
  }
  url.port = url.tls ? 443 : 80;
  if (port.size() > 1) {
    const char* end = port.data() + port.size();
    const auto [stop, error] = std::from_chars(port.data() + 1, end, url.port);
    if (error != std::errc() || stop != end || url.port == 0) return false;
  }
  return IsHostText(url.host);
}

std::string HostText(const std::string& host) { return host.find(':') == std::string::npos ? host : "[" + host + "]"; }

}  // namespace

std::string_view Headers::Find(std::string_view name) const {
  for (const Header& field : fields_) {
    if (EqualsIgnoreCase(field.name, name)) return field.value;
  }
  return {};
}

bool Headers::Has(std::string_view name) const { return Count(name) > 0; }

std::size_t Headers::Count(std::string_view name) const {
  std::size_t count = 0;
  for (const Header& field : fields_) {
    if (EqualsIgnoreCase(field.name, name)) ++count;
  }
  return count;
}

void HeaderList::Grow() {
  constexpr std::size_t kLeast = 16;
  const auto bigger = arena_->NewSpan<Header>(std::max(kLeast, room_.size() * 2));
  std::copy(room_.begin(), room_.end(), bigger.begin());
  room_ = bigger;
}

bool IsHopByHop(std::string_view name, std::string_view connection_value) {
  static constexpr std::array<std::string_view, 9> kHopByHop = {"connection",
                                                                "keep-alive",
                                                                "proxy-authenticate",
                                                                "proxy-authorization",
                                                                "proxy-connection",
                                                                "te",
                                                                "trailer",
                                                                "transfer-encoding",
                                                                "upgrade"};
  for (const auto known : kHopByHop) {
    if (EqualsIgnoreCase(name, known)) return true;
  }
  return HasListToken(connection_value, name);
}

std::optional<std::string> QueryValue(std::string_view query, std::string_view name) {
  std::optional<std::string> value;
  ForEachPair(query, [&](std::string_view pair) {
    if (pair.empty() || !PairHasName(pair, name)) return true;
    const auto equals = pair.find('=');
    value = equals == std::string_view::npos ? std::string() : DecodeQueryPart(pair.substr(equals + 1));
    return false;
  });
  return value;
}

std::string QueryWithout(std::string_view query, std::string_view name) {
  std::string rest;
  ForEachPair(query, [&](std::string_view pair) {
    if (PairHasName(pair, name)) return true;
    if (!rest.empty()) rest += '&';
    rest += pair;
    return true;
  });
  return rest;
}

std::string PercentDecode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const int high = HexDigit(text[i + 1]);
      const int low = HexDigit(text[i + 2]);
      if (high >= 0 && low >= 0) {
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    decoded += text[i];
  }
  return decoded;
}

std::string PercentEncodePath(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  static constexpr std::string_view kPlain = "-._~/:@!$&'()*+,;=";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (alphanumeric || kPlain.find(c) != std::string_view::npos) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kHex[byte >> 4];
    encoded += kHex[byte & 15];
  }
  return encoded;
}

std::string Url::Origin() const { return std::string(tls ? "https://" : "http://") + HostHeader(); }

std::string Url::HostHeader() const {
  std::string text = HostText(host);
  if (port != (tls ? 443 : 80)) text += ":" + std::to_string(port);
  return text;
}

std::optional<Url> ParseUrl(std::string_view text) {
  Url url;
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = text.substr(0, scheme_end);
  if (EqualsIgnoreCase(scheme, "http")) {
    url.tls = false;
  } else if (!EqualsIgnoreCase(scheme, "https")) {
    return std::nullopt;
  }
  text.remove_prefix(scheme_end + 3);
  if (text.find_first_of("?#") != std::string_view::npos) return std::nullopt;
  const auto slash = text.find('/');
  const std::string_view authority = text.substr(0, slash);
  std::string_view path = slash == std::string_view::npos ? std::string_view() : text.substr(slash);
  if (!SplitAuthority(authority, url)) return std::nullopt;
  for (char& c : url.host) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  while (!path.empty() && path.back() == '/') path.remove_suffix(1);
  for (const char c : path) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) return std::nullopt;
  }
  url.path = std::string(path);
  return url;
}

}  // namespace ag::http
