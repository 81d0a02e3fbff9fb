#pragma once

#include <absl/status/statusor.h>

#include <map>
#include <set>
#include <vector>

#include "gatewayd/base/ids.h"
#include "gatewayd/pool/account_history.h"
#include "gatewayd/pool/account_pool.h"
#include "gatewayd/runtime/shard.h"
#include "gatewayd/runtime/timing_wheel.h"
#include "gatewayd/telemetry/recorder.h"

namespace ag::app {

// Tells the history when an account's own budget is spent, which one, and when it no longer is: its next period began,
// or its owner raised it. The scheduler reads budgets from their meters and needs no event. Looks when requests were
// recorded, when accounts changed, and when a spent budget is due. On the control context.
class BudgetWatch final : public telemetry::RecordObserver {
 public:
  // References outlive the watch.
  BudgetWatch(runtime::Shard& control, pool::AccountPool& pool, pool::AccountHistory& history);

  // Goes on where the histories end, which tell what an earlier run of the daemon has seen.
  void Start();
  void Stop();
  void OnSnapshot(const pool::PoolSnapshot& snapshot);
  // telemetry::RecordObserver
  void OnRecords(const std::vector<telemetry::RecordPtr>& records) override;

 private:
  void Resume(const AccountId& id, const absl::StatusOr<pool::AccountHistory::Events>& newest_first);
  void Look(const pool::PooledAccount& pooled);
  void Tell(const pool::Account& account, pool::Signal signal, const pool::SpentBudget& budget,
            pool::Condition otherwise);

  runtime::Shard& control_;
  pool::AccountPool& pool_;
  pool::AccountHistory& history_;
  std::map<AccountId, pool::SpentBudget> spent_;  // as the histories tell it
  std::set<AccountId> unread_;                    // their histories are being read
  runtime::Deadline next_;
  bool running_ = false;
};

}  // namespace ag::app
