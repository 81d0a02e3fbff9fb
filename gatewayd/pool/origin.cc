#include "gatewayd/pool/origin.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "gatewayd/base/error.h"
#include "gatewayd/base/strings.h"

namespace ag::pool {
namespace {

absl::Status BadUrl(std::string_view url, std::string_view why) {
  return FieldError(ErrorKind::kInvalidRequest, "base_url",
                    absl::StrCat("\"", ToAbsl(url), "\" is not a base URL: ", ToAbsl(why),
                                 "; write it like https://api.example.com/v1"));
}

bool IsPort(std::string_view text) {
  if (text.empty() || text.size() > 5) return false;
  int port = 0;
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
    port = port * 10 + (c - '0');
  }
  return port > 0 && port <= 65'535;
}

bool IsHost(std::string_view host) {
  if (host.empty()) return false;
  if (host.front() == '[') {
    in6_addr address{};
    return host.size() > 2 && host.back() == ']' &&
           inet_pton(AF_INET6, std::string(host.substr(1, host.size() - 2)).c_str(), &address) == 1;
  }
  return std::all_of(host.begin(), host.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_';
  });
}

bool IsPrivateV4(std::uint32_t ip) {
  struct Range {
    std::uint32_t network;
    int bits;
  };
  constexpr std::array<Range, 6> kRanges{
      {{0x7f000000, 8}, {0x0a000000, 8}, {0xac100000, 12}, {0xc0a80000, 16}, {0xa9fe0000, 16}, {0x64400000, 10}}};
  return std::any_of(kRanges.begin(), kRanges.end(),
                     [ip](const Range& range) { return ((ip ^ range.network) >> (32 - range.bits)) == 0; });
}

bool IsPrivateV6(const in6_addr& address) {
  const std::uint8_t* bytes = address.s6_addr;
  if (IN6_IS_ADDR_LOOPBACK(&address)) return true;
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    return IsPrivateV4((std::uint32_t{bytes[12]} << 24U) | (std::uint32_t{bytes[13]} << 16U) |
                       (std::uint32_t{bytes[14]} << 8U) | bytes[15]);
  }
  const bool unique_local = (bytes[0] & 0xfeU) == 0xfcU;
  const bool link_local = bytes[0] == 0xfeU && (bytes[1] & 0xc0U) == 0x80U;
  return unique_local || link_local;
}

}  // namespace

std::string Origin::ToString() const { return absl::StrCat(scheme, "://", host, port.empty() ? "" : ":", port); }

absl::StatusOr<Origin> OriginOf(std::string_view url) {
  const auto mark = url.find("://");
  if (mark == std::string_view::npos) return BadUrl(url, "it has no scheme");
  Origin origin;
  origin.scheme = absl::AsciiStrToLower(ToAbsl(url.substr(0, mark)));
  if (origin.scheme != "http" && origin.scheme != "https") return BadUrl(url, "only http and https are served");
  std::string_view authority = url.substr(mark + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (authority.find('@') != std::string_view::npos) {
    // Not quoted: what stands before the @ may be a password.
    return FieldError(ErrorKind::kInvalidRequest, "base_url",
                      "the base URL must not carry a user name or password; give the key as the account's API key");
  }
  const auto bracket = authority.rfind(']');
  const auto colon = authority.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    if (!IsPort(authority.substr(colon + 1))) return BadUrl(url, "the port is not a number from 1 to 65535");
    origin.port = std::string(authority.substr(colon + 1));
    authority = authority.substr(0, colon);
  }
  if (!IsHost(authority)) return BadUrl(url, "the host is missing or has characters that no host name has");
  origin.host = absl::AsciiStrToLower(ToAbsl(authority));
  if (origin.port == (origin.scheme == "https" ? "443" : "80")) origin.port.clear();
  return origin;
}

bool IsPrivateHost(std::string_view host) {
  in_addr v4{};
  if (inet_pton(AF_INET, std::string(host).c_str(), &v4) == 1) return IsPrivateV4(ntohl(v4.s_addr));
  if (host.size() > 2 && host.front() == '[') {
    in6_addr v6{};
    const std::string inner(host.substr(1, host.size() - 2));
    return inet_pton(AF_INET6, inner.c_str(), &v6) == 1 && IsPrivateV6(v6);
  }
  // A bare number is an IPv4 address in one of inet_aton's other spellings.
  if (host.find('.') == std::string_view::npos) return !absl::ascii_isdigit(static_cast<unsigned char>(host.front()));
  constexpr std::array<std::string_view, 5> kLocal{".localhost", ".local", ".lan", ".internal", ".home.arpa"};
  return std::any_of(kLocal.begin(), kLocal.end(), [host](std::string_view end) { return host.ends_with(end); });
}

}  // namespace ag::pool
