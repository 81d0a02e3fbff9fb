#pragma once

#include <absl/status/status.h>

#include <chrono>
#include <string>
#include <string_view>

#include "gatewayd/base/proxy_url.h"
#include "gatewayd/http/connection.h"
#include "gatewayd/http/message.h"

// Tunnels through an outgoing proxy, over a fresh connection to it. Afterwards the connection's bytes are the target's.
//
// All fail with kEgress in a sentence that names the proxy, what it said and what to do; when the connection was closed
// meanwhile (a deadline, a client that left) the caller knows better than these why. On the connection's shard; all
// references outlive the call.
namespace ag::http {

// "Basic …" for the proxy's user name and password; empty without.
std::string ProxyAuthorization(const ProxyAddress& proxy);

// A kEgress: "the outgoing proxy P gave no way to T: `why`".
absl::Status TunnelError(const ProxyAddress& proxy, const Url& target, std::string_view why);

// HTTP CONNECT (RFC 9110, 9.3.6). Basic is the one scheme that is spoken; a proxy that wants NTLM, Negotiate (Kerberos)
// or Digest is refused with a next step.
runtime::Task<absl::Status> OpenHttpTunnel(Connection& connection, const ProxyAddress& proxy, const Url& target,
                                           std::chrono::milliseconds patience);

// SOCKS5 CONNECT (RFC 1928) with user name and password where there are some (RFC 1929). Names go to the proxy as names
// and are resolved there.
runtime::Task<absl::Status> OpenSocksTunnel(Connection& connection, const ProxyAddress& proxy, const Url& target,
                                            std::chrono::milliseconds patience);

}  // namespace ag::http
