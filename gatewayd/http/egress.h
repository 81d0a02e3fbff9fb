#pragma once

#include <absl/status/status.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/proxy_url.h"

namespace ag::http {

// How to get out: through a proxy, or direct.
struct Egress {
  std::optional<ProxyAddress> proxy;  // none = direct
  // Why the proxy that the user asked for cannot be used; nothing goes out then, rather than past it.
  absl::Status fault;
  std::vector<std::string> no_proxy;  // hosts, ".suffixes", CIDRs, "*", as NO_PROXY lists them

  // Through the proxy of this URL (ParseProxyUrl); direct for an empty text.
  static Egress Through(std::string_view proxy_url, std::vector<std::string> no_proxy = {});
  friend bool operator==(const Egress&, const Egress&) = default;
};
// HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY in either case; `config_proxy` wins when not empty.
Egress EgressFromEnvironment(std::string_view config_proxy);
// Loopback never goes through a proxy.
bool UsesProxy(const Egress& egress, std::string_view host);

// One account's own way, where it is not everybody's. Connections are shared between requests of equal ways.
struct WayOut {
  std::optional<Egress> egress;  // none = the client's
  std::string extra_ca_file;     // PEM, in place of the client's; empty = the client's

  friend bool operator==(const WayOut&, const WayOut&) = default;
};

}  // namespace ag::http
