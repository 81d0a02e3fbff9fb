#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gatewayd/control/ports.h"
#include "gatewayd/http/client.h"
#include "gatewayd/pool/account_pool.h"
#include "gatewayd/pool/token_keeper.h"
#include "gatewayd/proxy/model_catalog.h"
#include "gatewayd/runtime/shard.h"
#include "gatewayd/runtime/task_group.h"
#include "gatewayd/runtime/timing_wheel.h"

namespace ag::app {

// Asks the accounts' providers for their model lists: at start, when an account is added or tested, and every six
// hours. The same request tests the credential, since it costs nothing anywhere. On the control context.
class ModelRefresher final : public control::UpstreamPort {
 public:
  // `on_change` hears that the listings changed.
  ModelRefresher(runtime::Shard& control, http::Client& client, pool::AccountPool& pool, pool::TokenKeeper& tokens,
                 std::function<void()> on_change);

  void Start();
  // Asks nobody any more and lets go of what is asked; `on_stopped` is called when the last of it has ended.
  void Stop(std::function<void()> on_stopped);
  void TestAccount(const AccountId& id, std::function<void(absl::StatusOr<control::AccountTest>)> done) override;
  // Drops the lists of accounts that are gone; asks for those that have none yet, and with each new credential.
  void OnSnapshot(const pool::PoolSnapshot& snapshot);
  const proxy::ModelCatalog::Listings& listings() const { return listings_; }

 private:
  runtime::Task<void> Refresh(AccountId id, std::function<void(absl::StatusOr<control::AccountTest>)> done);
  runtime::Task<absl::StatusOr<std::vector<upstream::ListedModel>>> ListModels(pool::Account account);
  runtime::Task<absl::StatusOr<std::vector<upstream::ListedModel>>> ListModelsWith(const pool::Account& account,
                                                                                   Secret credential);
  runtime::Task<absl::StatusOr<std::string>> Fetch(upstream::Endpoint endpoint, const pool::Account& account,
                                                   Secret credential, Dialect dialect, std::string target);
  absl::StatusOr<control::AccountTest> Learn(const AccountId& id, std::uint64_t access,
                                             absl::StatusOr<std::vector<upstream::ListedModel>> listed,
                                             std::chrono::milliseconds took);
  void RefreshAll();
  void Spawn(AccountId id, std::function<void(absl::StatusOr<control::AccountTest>)> done);

  runtime::Shard& control_;
  http::Client& client_;
  pool::AccountPool& pool_;
  pool::TokenKeeper& tokens_;
  std::function<void()> on_change_;
  runtime::TaskGroup tasks_;
  runtime::CancelSource stop_;
  runtime::Deadline next_round_;
  proxy::ModelCatalog::Listings listings_;
  std::map<AccountId, std::uint64_t> asked_;  // Account::access that was asked with
};

}  // namespace ag::app
