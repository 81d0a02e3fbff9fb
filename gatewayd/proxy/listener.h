#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gatewayd/config/config.h"
#include "gatewayd/http/server.h"
#include "gatewayd/runtime/shard.h"

namespace ag::proxy {

// The proxy's listening sockets. "Running" means that they listen. On the control context, or before it runs.
class Listener {
 public:
  Listener(runtime::Shard& control, runtime::ShardPool& shards, std::vector<http::Server*> servers);
  ~Listener();

  // Listens as `config` says: its listen_addresses, else loopback on both IP versions, else (LAN) all addresses.
  // Nothing listens when one of them fails, except that a machine without IPv6 may lack ::1 or ::. Replaces what
  // listened before; unchanged addresses and port keep their sockets.
  absl::Status Start(const config::ProxyConfig& config);
  void Stop();

  bool running() const { return acceptor_ != nullptr; }
  std::uint16_t port() const { return port_; }
  std::vector<std::string> addresses() const;  // "127.0.0.1:8045", "[::1]:8045"
  const std::string& last_error() const { return last_error_; }

 private:
  runtime::Shard& control_;
  runtime::ShardPool& shards_;
  std::vector<http::Server*> servers_;
  std::unique_ptr<http::Acceptor> acceptor_;
  std::vector<std::string> bound_;
  std::vector<std::string> wanted_;
  std::uint16_t wanted_port_ = 0;
  std::uint16_t port_ = 0;
  std::string last_error_;
};

}  // namespace ag::proxy
