#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/auth/token_grant.h"
#include "gatewayd/base/clock.h"
#include "gatewayd/base/ids.h"
#include "gatewayd/base/secret.h"
#include "gatewayd/pool/account_pool.h"
#include "gatewayd/pool/model_test.h"
#include "gatewayd/pool/scheduler.h"
#include "gatewayd/routing/model_router.h"

// What the control services need of the modules beside them (proxy, upstream); app implements it. Everything on the
// control context; `done` is called there too, exactly once.
namespace ag::control {

struct ProxyStatus {
  bool running = false;                // the socket listens
  std::vector<std::string> addresses;  // "127.0.0.1:8045"
  std::uint16_t port = 0;
  std::string last_error;  // why it does not run, when it should
  std::int64_t open_connections = 0;
  std::int64_t requests_total = 0;
};

class ProxyPort {
 public:
  virtual ~ProxyPort() = default;
  virtual ProxyStatus Status() = 0;
  virtual void Start(std::function<void(absl::Status)> done) = 0;
  virtual void Stop(std::function<void(absl::Status)> done) = 0;
  // The primary gateway key, and a new one in its place.
  virtual Secret PrimaryKey() = 0;
  virtual absl::Status SetPrimaryKey(Secret key) = 0;
  // Applies the present config: ports, modes, origins.
  virtual void OnConfigChanged(std::function<void(absl::Status)> done) = 0;
  // Publishes a router of the route book's present routes.
  virtual void OnRoutesChanged() = 0;
  // How the scheduler chooses accounts now.
  virtual pool::PickPolicy Picking() = 0;
  // Publishes the key book's present keys.
  virtual void OnKeysChanged() = 0;
  // The router that requests are decided by now, for explanations that tell what would really happen. Never null.
  virtual std::shared_ptr<const routing::ModelRouter> Router() = 0;
};

struct AccountTest {
  bool ok = false;
  std::string message;  // for people: what was asked and what came
  std::vector<std::string> models;
  std::int64_t latency_ms = 0;
};

class UpstreamPort {
 public:
  virtual ~UpstreamPort() = default;
  // Lists the account's models with its credential: costs nothing at any provider. Stores what it learns in the pool.
  virtual void TestAccount(const AccountId& id, std::function<void(absl::StatusOr<AccountTest>)> done) = 0;
};

class ProbePort {
 public:
  virtual ~ProbePort() = default;
  // Asks the account for the model with one small request, which its provider charges for. The pool knows what the
  // answer teaches when `done` is called.
  virtual void TestModel(const AccountId& id, const std::string& model, std::function<void(pool::ModelTest)> done) = 0;
};

// What a sign-in through the browser is to bring.
struct SignInStart {
  std::optional<AccountId> existing;  // it is healed; else `account` is added
  pool::NewAccount account;
  auth::OAuthClient client;  // without an id: the one that `existing` has
};

struct SignInStatus {
  enum class State : std::uint8_t { kWaiting, kExchanging, kDone, kFailed };
  std::string id;
  std::string url;
  State state = State::kWaiting;
  WallTime expires{};
  AccountId account;   // kDone
  absl::Status error;  // kFailed
};

class SignInPort {
 public:
  virtual ~SignInPort() = default;
  virtual absl::StatusOr<SignInStatus> Begin(SignInStart start) = 0;
  // The following are NotFound when there is no such sign-in (any more).
  virtual absl::StatusOr<SignInStatus> Get(const std::string& id) = 0;
  virtual absl::StatusOr<SignInStatus> Complete(const std::string& id, std::string_view code_or_url) = 0;
  virtual absl::StatusOr<SignInStatus> Cancel(const std::string& id) = 0;
};

}  // namespace ag::control
