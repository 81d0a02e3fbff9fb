#pragma once

#include <set>

#include "gatewayd/control/ports.h"
#include "gatewayd/pool/account_pool.h"
#include "gatewayd/runtime/shard.h"
#include "gatewayd/runtime/timing_wheel.h"

namespace ag::app {

// Brings back the accounts that a provider refused, so that a refusal that passes locks none of them out: a refused
// credential is tested when its pause is over (the list of models, which costs nothing), a forbidden account is simply
// tried again. Each further refusal doubles the pause. On the control context.
class AccountHealer {
 public:
  // References outlive the healer.
  AccountHealer(runtime::Shard& control, pool::AccountPool& pool, control::UpstreamPort& upstream);

  // Looks at the accounts' states; wakes by itself when the next pause is over.
  void OnSnapshot(const pool::PoolSnapshot& snapshot);
  // Tests nobody any more.
  void Stop();

 private:
  void Wake();
  void Test(const AccountId& id);

  runtime::Shard& control_;
  pool::AccountPool& pool_;
  control::UpstreamPort& upstream_;
  runtime::Deadline next_;
  std::set<AccountId> in_test_;
  bool stopped_ = false;
};

}  // namespace ag::app
