#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/reason.h"
#include "gatewayd/pool/scheduler.h"

namespace ag::pool {

// Whom a provider's next new conversation would go to.
struct BestAccount {
  std::string preset;
  const PooledAccount* account = nullptr;  // null: none can serve now; lives in the snapshot
  // The part of new conversations that would go there, from 0 to 1: equals share the work by weight and load.
  double share = 0;
  // "only_account", "only_ready" (the others cannot serve now), "fixed_account", "highest_priority", and among equals
  // "least_loaded" or, by pool.mode, "soonest_answer"; "none_ready" without an account.
  Reason reason;
  std::vector<CandidateExplanation> candidates;  // the provider's accounts, with what speaks against each
};

// For each preset that has accounts, in the accounts' order. `model` is the upstream's name; empty = whatever model.
// What is told is what Scheduler does: it is asked for a number of conversations, with chance that repeats itself, so
// that the answer changes only when the accounts do. Pure; the snapshot has its index.
std::vector<BestAccount> FindBestAccounts(const PoolSnapshot& snapshot, const PickPolicy& policy,
                                          std::string_view model, WallTime now);

}  // namespace ag::pool
