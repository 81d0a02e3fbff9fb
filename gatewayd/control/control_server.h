#pragma once

#include <absl/status/status.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gatewayd/base/clock.h"
#include "gatewayd/catalog/catalog.h"
#include "gatewayd/config/config_store.h"
#include "gatewayd/control/ports.h"
#include "gatewayd/control/tcp_control.h"
#include "gatewayd/keys/key_book.h"
#include "gatewayd/pool/account_history.h"
#include "gatewayd/pool/account_pool.h"
#include "gatewayd/routing/route_book.h"
#include "gatewayd/runtime/call_on.h"
#include "gatewayd/runtime/shard.h"
#include "gatewayd/store/tables.h"
#include "gatewayd/telemetry/event_feed.h"

namespace ag::control {

// Rises by one with each change of the API that a client may want to know of.
inline constexpr int kApiRevision = 5;

// What the daemon's log goes to.
enum class LogTarget : std::uint8_t { kUnknown, kFile, kJournal, kTerminal, kOther };

// Who answers, and from where, for ProxyService.GetServerInfo.
struct ServerIdentity {
  std::string version;
  std::string instance;  // random for each start
  std::string data_dir;
  WallTime started{};
  std::string program = {};  // the running file
  std::string config_file = {};
  LogTarget log_target = LogTarget::kUnknown;
  std::string log_file = {};     // of kFile
  std::string sandbox_url = {};  // of its embedded provider; empty = it has none
};

// What the services work on; all outlive the server. The services touch the owners of state on `control` only.
struct ControlDependencies {
  runtime::Shard& control;
  runtime::BlockingExecutor& reader;  // one thread, since `traffic` is one connection
  store::TrafficTable& traffic;       // used on `reader` only
  pool::AccountPool& pool;
  routing::RouteBook& routes;
  keys::KeyBook& keys;
  config::ConfigStore& config;
  const catalog::Catalog& catalog;
  telemetry::EventFeed& feed;
  ProxyPort& proxy;
  UpstreamPort& upstream;
  ProbePort& probe;
  pool::AccountHistory& history;
  SignInPort& sign_ins;
};

// The gRPC control service on a unix socket, and on TCP where it is wanted (tcp_control.h), with health and reflection
// services, so that grpcurl works. Start and Shutdown are called by one thread, not the control context.
class ControlServer {
 public:
  ControlServer(ControlDependencies dependencies, ServerIdentity identity);
  ~ControlServer();  // Shutdown at once, if it is still running
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  // Listens on "unix:PATH": mode 0600, a missing folder is made with 0700. The caller holds the data folder's lock: a
  // socket that is left over is replaced. Errors say what is wrong with the path.
  absl::Status Start(std::string_view target, const std::optional<TcpControl>& tcp = std::nullopt);
  // Where it listens on TCP; 0 = nowhere.
  int tcp_port() const;
  // Ends the watchers' streams, waits for running calls until `patience` is over, then cancels them. The control
  // context must still run.
  void Shutdown(std::chrono::milliseconds patience);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ag::control
