#pragma once

#include <set>
#include <vector>

#include "gatewayd/base/ids.h"
#include "gatewayd/pool/account_history.h"
#include "gatewayd/pool/account_pool.h"
#include "gatewayd/runtime/shard.h"
#include "gatewayd/runtime/timing_wheel.h"
#include "gatewayd/telemetry/recorder.h"

namespace ag::app {

// Tells the history when an account's own budget is spent and when it begins anew: the scheduler reads budgets from
// their meters and needs no event. Looks when requests were recorded, when accounts changed, and when a spent budget is
// due. On the control context.
class BudgetWatch final : public telemetry::RecordObserver {
 public:
  // References outlive the watch.
  BudgetWatch(runtime::Shard& control, pool::AccountPool& pool, pool::AccountHistory& history);

  // What is spent by now was told before: by the run of the daemon that spent it.
  void Start();
  void Stop();
  void OnSnapshot(const pool::PoolSnapshot& snapshot);
  // telemetry::RecordObserver
  void OnRecords(const std::vector<telemetry::RecordPtr>& records) override;

 private:
  enum class Telling : bool { kNo, kYes };
  void Look(const pool::PoolSnapshot& snapshot, Telling telling);

  runtime::Shard& control_;
  pool::AccountPool& pool_;
  pool::AccountHistory& history_;
  std::set<AccountId> spent_;
  runtime::Deadline next_;
  bool running_ = false;
};

}  // namespace ag::app
