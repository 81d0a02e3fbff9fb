#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/error.h"
#include "gatewayd/pool/account.h"
#include "gatewayd/pool/cooldown.h"

namespace ag::pool {

// The live counters of one account, shared by all snapshots that hold it: shards change them without asking the owner.
struct AccountCounters {
  std::atomic<int> in_flight{0};
  std::atomic<std::int64_t> requests{0};
  std::atomic<std::int64_t> violations{0};    // streams that broke their protocol
  std::atomic<std::int64_t> last_used_ms{0};  // wall time; 0 = never
};

struct PooledAccount {
  Account account;
  std::shared_ptr<AccountCounters> counters;  // shared: outlives a removed account while requests run on it
  std::shared_ptr<CooldownBoard> cooldowns;   // shared, as above
};

// An immutable view of all accounts, in the user's order. Shards hold it by shared_ptr for the length of an attempt;
// the owner publishes a new one when something changes.
struct PoolSnapshot {
  std::uint64_t version = 0;
  std::vector<PooledAccount> accounts;

  const PooledAccount* Find(const AccountId& id) const;
};

}  // namespace ag::pool
