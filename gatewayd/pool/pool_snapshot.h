#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "gatewayd/base/ids.h"
#include "gatewayd/pool/account.h"
#include "gatewayd/pool/account_counters.h"
#include "gatewayd/pool/cooldown.h"
#include "gatewayd/pool/limit_board.h"
#include "gatewayd/pool/pool_index.h"

namespace ag::pool {

struct PooledAccount {
  Account account;
  std::shared_ptr<AccountCounters> counters;  // shared: outlives a removed account while requests run on it
  std::shared_ptr<CooldownBoard> cooldowns;   // shared, as above; by the accounts of one quota group
  std::shared_ptr<LimitBoard> limits;         // shared, as the cool-downs
};

// An immutable view of all accounts, in the user's order. Shards hold it by shared_ptr for the length of an attempt;
// the owner publishes a new one when something changes.
struct PoolSnapshot {
  std::uint64_t version = 0;
  std::vector<PooledAccount> accounts;
  // Of exactly these accounts; the scheduler needs it. Shared with the snapshots before and after that differ in
  // nothing that it holds.
  std::shared_ptr<const PoolIndex> index;

  const PooledAccount* Find(const AccountId& id) const;
};

}  // namespace ag::pool
