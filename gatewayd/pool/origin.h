#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

namespace ag::pool {

// Where a credential may go: scheme, host and port of a base URL.
struct Origin {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case; IPv6 in brackets
  std::string port;    // empty = the scheme's own

  std::string ToString() const;  // "https://api.openai.com"
};

// InvalidRequest with a sentence for what is not an http(s) URL with a host, or carries user info.
absl::StatusOr<Origin> OriginOf(std::string_view url);

// True for hosts that are this machine or its own network: loopback, private and link-local addresses, the shared range
// of carriers and VPNs (RFC 6598), unique local IPv6, names without a dot, and the names reserved for local networks
// (RFC 6762, RFC 8375, RFC 6761 and ICANN's "internal").
bool IsPrivateHost(std::string_view host);

}  // namespace ag::pool
