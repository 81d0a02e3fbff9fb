#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "gatewayd/base/secret.h"

namespace ag {

enum class ProxyKind : std::uint8_t {
  kHttp,    // CONNECT for https targets, absolute-form requests for http ones (RFC 9110, 9.3.6)
  kSocks5,  // RFC 1928; the proxy resolves names
};

// An outgoing proxy, as the user wrote it.
struct ProxyAddress {
  ProxyKind kind = ProxyKind::kHttp;
  std::string host;  // a name or an IP address, v6 without brackets
  std::uint16_t port = 0;
  std::string user;  // empty = no credentials
  Secret password;

  // "socks5h://user@host:1080", without the password: for people, logs and storage.
  std::string ToString() const;
  // The same with the password, as ParseProxyUrl reads it.
  Secret ToUrl() const;
  friend bool operator==(const ProxyAddress& a, const ProxyAddress& b);
};

// Reads "http://user:password@host:port", "socks5h://…" or "host:port"; user and password may be percent-encoded. The
// port is 80 (http) or 1080 (socks5) where none is given. socks5:// means the same as socks5h://: nothing of ours
// resolves a name that a proxy is to reach.
//
// InvalidRequest (param "proxy_url", never quoting the text, which may hold a password) says what to do about URLs that
// cannot serve: TLS to the proxy itself, SOCKS4, and PAC files, which choose proxies by a script.
absl::StatusOr<ProxyAddress> ParseProxyUrl(std::string_view text);

}  // namespace ag
