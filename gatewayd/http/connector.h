#pragma once

#include <absl/status/statusor.h>

#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gatewayd/http/client.h"
#include "gatewayd/http/connection.h"
#include "gatewayd/http/tls_session.h"

namespace ag::http {

// Where a connection leads, with the way to get there resolved.
struct Route {
  Url target;
  std::optional<ProxyAddress> proxy;  // none = direct
};
// kEgress when the target is to be reached through a proxy that cannot be used.
absl::StatusOr<Route> MakeRoute(const Egress& egress, const Url& target);

// Makes connections of one client: names, addresses in turn, the proxy's tunnel, TLS, all within the connect timeout.
class Connector {
 public:
  Connector(runtime::Shard& shard, runtime::Resolver& resolver) : shard_(shard), resolver_(resolver) {}

  // `options` and `cancel` (may be null) must outlive the call; kDns, kConnect, kEgress, kTls, kClientLeft.
  runtime::Task<absl::StatusOr<std::shared_ptr<Connection>>> Connect(Route route,
                                                                     std::shared_ptr<const ClientOptions> options,
                                                                     runtime::CancelSource* cancel);
  // CA files are read again for later connections.
  void ForgetTrust() { contexts_.clear(); }

 private:
  struct Job;
  runtime::Task<absl::Status> Dial(Job& job, std::vector<boost::asio::ip::address> addresses);
  runtime::Task<absl::Status> OpenTunnel(Job& job);
  runtime::Task<absl::Status> SecureWithTls(Job& job);
  absl::StatusOr<std::shared_ptr<TlsContext>> ContextFor(const std::string& extra_ca_file);

  runtime::Shard& shard_;
  runtime::Resolver& resolver_;
  std::map<std::string, std::shared_ptr<TlsContext>> contexts_;  // by extra CA file; shared with their sessions
};

}  // namespace ag::http
