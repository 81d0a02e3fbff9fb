#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gatewayd/control/control_server.h"
#include "gatewayd/store/account_table.h"
#include "gatewayd/store/database.h"
#include "proto/client/control_client.h"
#include "tests/support/temp_dir.h"

namespace ag::test {

class NoPoolObserver final : public pool::PoolObserver {
 public:
  void OnSnapshot(std::shared_ptr<const pool::PoolSnapshot>) override {}
};

// The proxy beside the control service: says what the test tells it. On the control context.
class FakeProxyPort final : public control::ProxyPort {
 public:
  control::ProxyStatus Status() override { return status; }
  void Start(std::function<void(absl::Status)> done) override;
  void Stop(std::function<void(absl::Status)> done) override;
  Secret PrimaryKey() override { return key; }
  absl::Status SetPrimaryKey(Secret new_key) override;
  void OnConfigChanged(std::function<void(absl::Status)> done) override { done(apply_result); }
  void OnRoutesChanged() override { ++routes_changed; }
  pool::PickPolicy Picking() override { return picking; }
  void OnKeysChanged() override { ++keys_changed; }
  std::shared_ptr<const routing::ModelRouter> Router() override { return make_router(); }

  control::ProxyStatus status;
  Secret key{std::string("sk-abcdefghijklmnopqrstuvwxyz")};
  absl::Status start_result;
  absl::Status apply_result;
  std::atomic<int> routes_changed = 0;
  pool::PickPolicy picking;
  std::atomic<int> keys_changed = 0;
  std::function<std::shared_ptr<const routing::ModelRouter>()> make_router;
};

// Providers that answer as told, or never.
class FakeUpstreamPort final : public control::UpstreamPort {
 public:
  void TestAccount(const AccountId& id, std::function<void(absl::StatusOr<control::AccountTest>)> done) override;

  control::AccountTest answer{true, "the provider lists 2 models", {"model-a", "model-b"}, 12};
  bool hold = false;
  std::vector<std::function<void(absl::StatusOr<control::AccountTest>)>> held;
  std::function<void(const AccountId&, std::vector<std::string>)> set_models;
};

// Models that answer as told, or never.
class FakeProbePort final : public control::ProbePort {
 public:
  void TestModel(const AccountId& id, const std::string& model, std::function<void(pool::ModelTest)> done) override;

  std::function<pool::ModelTest(const std::string& model)> answer;
  std::string hold;  // this model's answer never comes
  std::vector<std::string> asked;
};

// Sign-ins that are as the test says.
class FakeSignInPort final : public control::SignInPort {
 public:
  absl::StatusOr<control::SignInStatus> Begin(control::SignInStart start) override;
  absl::StatusOr<control::SignInStatus> Get(const std::string& id) override;
  absl::StatusOr<control::SignInStatus> Complete(const std::string& id, std::string_view code_or_url) override;
  absl::StatusOr<control::SignInStatus> Cancel(const std::string& id) override;

  control::SignInStatus status;
  std::vector<control::SignInStart> begun;
  std::vector<std::string> pasted;
  int cancelled = 0;
  // What a paste of anything but "wrong" comes to, and what the next question finds when nobody pastes.
  std::function<void(control::SignInStatus&)> on_paste;
  std::function<void(control::SignInStatus&)> on_get;
};

// A control server with real pool, routes, config and databases in a folder of its own.
class ControlHarness {
 public:
  ControlHarness();
  ~ControlHarness();

  // Runs `work` on the control context and waits for it.
  void OnControl(std::function<void()> work);
  // Runs it there, some time.
  void PostToControl(std::function<void()> work) { control_.Post(std::move(work)); }
  void StartServer(const std::optional<control::TcpControl>& tcp = std::nullopt);
  absl::Status TryStartServer(const std::optional<control::TcpControl>& tcp);
  int tcp_port() const { return server_->tcp_port(); }
  void StopServer();
  // Requests that ended: into the feed.
  void Feed(int count);
  // Requests that ended: into the log, the first a second after the other.
  void Store(const std::vector<telemetry::RecordPtr>& records);
  static telemetry::RecordPtr Record(int number);

  std::string target() const { return "unix:" + dir_.File("control.sock"); }
  const std::string& folder() const { return dir_.path(); }
  client::ControlClient& client() { return *client_; }
  pool::AccountPool& pool() { return pool_; }           // on the control context
  pool::AccountHistory& history() { return history_; }  // on the control context
  keys::KeyBook& keys() { return keys_; }               // on the control context
  FakeProxyPort& proxy() { return proxy_; }
  FakeUpstreamPort& upstream() { return upstream_; }
  FakeProbePort& probe() { return probe_; }  // its members on the control context
  FakeSignInPort& sign_ins() { return sign_ins_; }
  store::Database& gateway_database() { return *gateway_; }
  const catalog::Catalog& catalog() const { return *catalog_; }
  const Clock& clock() const { return clock_; }

 private:
  TempDir dir_;
  SystemClock clock_;
  FastRandom random_{7};
  std::unique_ptr<config::ConfigStore> config_;
  std::unique_ptr<store::Database> gateway_, writer_, reader_;
  store::AccountTable accounts_;
  store::RouteTable routes_;
  store::ClientKeyTable client_keys_;
  store::TrafficTable traffic_writer_, traffic_reader_;
  auth::SecretBox box_;
  std::shared_ptr<const catalog::Catalog> catalog_;
  NoPoolObserver observer_;
  runtime::Shard control_;
  runtime::BlockingExecutor executor_{1};
  pool::AccountPool pool_;
  routing::RouteBook book_;
  keys::KeyBook keys_;
  telemetry::EventFeed feed_;
  store::AccountEventTable account_events_;
  pool::AccountHistory history_;
  FakeProxyPort proxy_;
  FakeUpstreamPort upstream_;
  FakeProbePort probe_;
  FakeSignInPort sign_ins_;
  std::unique_ptr<control::ControlServer> server_;
  std::unique_ptr<client::ControlClient> client_;
  int fed_ = 0;
};

}  // namespace ag::test
