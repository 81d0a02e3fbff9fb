#include "gatewayd/base/proxy_url.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kSocksPort = 1080;

absl::Status Refuse(std::string_view message) { return FieldError(ErrorKind::kInvalidRequest, "proxy_url", message); }

absl::Status RefusePac() {
  return Refuse(
      "a PAC file chooses proxies by a script, which AG Gateway does not run. Open the file, take the proxy that it "
      "names for other hosts (\"PROXY host:port\"), and write it as http://host:port (or socks5h://host:port)");
}

std::optional<int> HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

std::string PercentDecoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto high = text[i] == '%' && i + 2 < text.size() ? HexDigit(text[i + 1]) : std::nullopt;
    const auto low = high ? HexDigit(text[i + 2]) : std::nullopt;
    if (low) {
      decoded += static_cast<char>(*high * 16 + *low);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

std::string PercentEncoded(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
        std::string_view("-._~").find(c) != std::string_view::npos) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
  }
  return encoded;
}

absl::StatusOr<ProxyKind> KindOfScheme(std::string_view scheme) {
  const std::string lower = absl::AsciiStrToLower(ToAbsl(scheme));
  if (lower == "http") return ProxyKind::kHttp;
  if (lower == "socks5h" || lower == "socks5") return ProxyKind::kSocks5;
  if (lower == "https") {
    return Refuse(
        "the connection to an outgoing proxy is plain HTTP or SOCKS5; requests to providers are encrypted "
        "within it. Write the proxy's plain port as http://host:port");
  }
  if (lower == "socks4" || lower == "socks4a" || lower == "socks") {
    return Refuse("SOCKS4 is not spoken; nearly all such servers speak SOCKS5 too: write socks5h://host:port");
  }
  if (lower.starts_with("pac")) return RefusePac();
  return Refuse(
      "a proxy is written as http://host:port or socks5h://host:port, with user:password@ before the host "
      "where it asks for them");
}

bool NamesPacFile(std::string_view path) {
  const std::string lower = absl::AsciiStrToLower(ToAbsl(path));
  return lower.ends_with(".pac") || lower.ends_with("/wpad.dat");
}

bool IsHostText(std::string_view host) {
  if (host.empty()) return false;
  return std::ranges::all_of(host, [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != 0x7f &&
           std::string_view("/@\\\"<>%[]").find(c) == std::string_view::npos;
  });
}

// "host", "host:port", "[v6]:port".
bool ReadAuthority(std::string_view authority, ProxyAddress& proxy) {
  std::string_view port;
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    if (close == std::string_view::npos) return false;
    proxy.host = std::string(authority.substr(1, close - 1));
    port = authority.substr(close + 1);
    if (!port.empty() && port.front() != ':') return false;
  } else {
    const auto colon = authority.find(':');
    proxy.host = std::string(authority.substr(0, colon));
    if (colon != std::string_view::npos) port = authority.substr(colon);
  }
  if (!IsHostText(proxy.host)) return false;
  proxy.port = proxy.kind == ProxyKind::kHttp ? kHttpPort : kSocksPort;
  if (port.empty()) return true;
  const char* end = port.data() + port.size();
  const auto [stop, error] = std::from_chars(port.data() + 1, end, proxy.port);
  return error == std::errc() && stop == end && proxy.port != 0;
}

std::string UrlOf(const ProxyAddress& proxy, const std::string& credentials) {
  const bool v6 = proxy.host.find(':') != std::string::npos;
  return absl::StrCat(proxy.kind == ProxyKind::kHttp ? "http://" : "socks5h://", credentials, v6 ? "[" : "", proxy.host,
                      v6 ? "]" : "", ":", proxy.port);
}

}  // namespace

std::string ProxyAddress::ToString() const { return UrlOf(*this, user.empty() ? "" : PercentEncoded(user) + "@"); }

Secret ProxyAddress::ToUrl() const {
  if (password.empty()) return Secret(ToString());
  return Secret(UrlOf(*this, absl::StrCat(PercentEncoded(user), ":", PercentEncoded(password.Reveal()), "@")));
}

bool operator==(const ProxyAddress& a, const ProxyAddress& b) {
  return a.kind == b.kind && a.host == b.host && a.port == b.port && a.user == b.user &&
         EqualsConstantTime(a.password.Reveal(), b.password.Reveal());
}

absl::StatusOr<ProxyAddress> ParseProxyUrl(std::string_view text) {
  text = TrimSpace(text);
  ProxyAddress proxy;
  const auto scheme_end = text.find("://");
  if (text == "auto" || text == "wpad") return RefusePac();
  if (scheme_end != std::string_view::npos) {
    AG_ASSIGN_OR_RETURN(proxy.kind, KindOfScheme(text.substr(0, scheme_end)));
    text.remove_prefix(scheme_end + 3);
  }
  std::string_view authority = text.substr(0, text.find_first_of("/?#"));
  const std::string_view path = text.substr(authority.size());
  if (NamesPacFile(path)) return RefusePac();
  if (!path.empty() && path != "/") {
    return Refuse("a proxy's URL ends with its port: http://host:port or socks5h://host:port");
  }
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    const std::string_view credentials = authority.substr(0, at);
    const auto colon = credentials.find(':');
    proxy.user = PercentDecoded(credentials.substr(0, colon));
    if (colon != std::string_view::npos) proxy.password = Secret(PercentDecoded(credentials.substr(colon + 1)));
    authority.remove_prefix(at + 1);
  }
  if (!ReadAuthority(authority, proxy)) {
    return Refuse("the proxy's host and port cannot be read: write them as http://host:port or socks5h://host:port");
  }
  return proxy;
}

}  // namespace ag
