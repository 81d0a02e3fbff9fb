#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gatewayd/app/account_healer.h"
#include "gatewayd/app/budget_watch.h"
#include "gatewayd/app/gateway_data.h"
#include "gatewayd/app/model_refresher.h"
#include "gatewayd/app/proxy_runtime.h"
#include "gatewayd/control/ports.h"
#include "gatewayd/keys/key_book.h"
#include "gatewayd/pool/account_history.h"
#include "gatewayd/pool/account_pool.h"
#include "gatewayd/pool/token_keeper.h"
#include "gatewayd/routing/route_book.h"

namespace ag::app {

// Where the modules meet on the control context: hears what changed (pool, routes, config, model lists), builds the
// state that requests are decided by, and publishes it; takes the shards' news to the pool; answers the control
// service's proxy port. Changes that come in one burst are published once.
class Hub final : public pool::PoolObserver, public proxy::PoolFeedback, public control::ProxyPort {
 public:
  // References outlive the hub. Connect before anything runs.
  Hub(runtime::Shard& control, GatewayData& data);
  void Connect(pool::AccountPool& pool, pool::AccountHistory& history, AccountHealer& healer, BudgetWatch& budgets,
               routing::RouteBook& routes, keys::KeyBook& keys, pool::TokenKeeper& tokens, ModelRefresher& refresher,
               ProxyRuntime& proxy, http::Client& control_client);

  // What requests are decided by now. Also before the pool is loaded: then nothing can be served.
  std::shared_ptr<const proxy::ProxyState> BuildState() const;
  void PublishSoon();

  // pool::PoolObserver
  void OnSnapshot(std::shared_ptr<const pool::PoolSnapshot> snapshot) override;
  void OnStatusChange(const AccountId& id, const pool::StatusChange& change) override;
  // proxy::PoolFeedback, from the shards
  void OnCooldownChanged(const AccountId& id, pool::StatusChange change) override;
  void OnAccountRefused(const pool::Account& asked, pool::Signal signal, ErrorDetail error) override;
  void OnAccountServed(const AccountId& id) override;
  void OnLearned(const AccountId& id, pool::LearnedFact fact) override;
  void OnContradicted(const AccountId& id, std::string_view model, WallTime started,
                      std::vector<catalog::ModelFact> facts) override;
  // control::ProxyPort
  control::ProxyStatus Status() override;
  void Start(std::function<void(absl::Status)> done) override;
  void Stop(std::function<void(absl::Status)> done) override;
  Secret PrimaryKey() override { return data_.primary_key(); }
  absl::Status SetPrimaryKey(Secret key) override;
  void OnConfigChanged(std::function<void(absl::Status)> done) override;
  void OnRoutesChanged() override { PublishSoon(); }
  pool::PickPolicy Picking() override { return BuildPolicy(); }
  void OnKeysChanged() override { PublishSoon(); }
  std::shared_ptr<const routing::ModelRouter> Router() override { return BuildRouter(); }

  // Stores what is still to be stored. At the end, on the control context, after the shards.
  void Flush();

  // Starts listening unless the user stopped the proxy for good.
  absl::Status StartIfWanted();

 private:
  std::shared_ptr<const routing::ModelRouter> BuildRouter() const;
  pool::PickPolicy BuildPolicy() const;
  routing::Availability AvailabilityOf(const pool::PoolSnapshot& snapshot) const;

  runtime::Shard& control_;
  GatewayData& data_;
  pool::AccountPool* pool_ = nullptr;
  pool::AccountHistory* history_ = nullptr;
  AccountHealer* healer_ = nullptr;
  BudgetWatch* budgets_ = nullptr;
  routing::RouteBook* routes_ = nullptr;
  keys::KeyBook* keys_ = nullptr;
  pool::TokenKeeper* tokens_ = nullptr;
  ModelRefresher* refresher_ = nullptr;
  ProxyRuntime* proxy_ = nullptr;
  http::Client* control_client_ = nullptr;
  std::shared_ptr<const pool::PoolSnapshot> snapshot_;  // shared with the shards
  runtime::Deadline store_cooldowns_;
  bool publishing_ = false;
};

}  // namespace ag::app
