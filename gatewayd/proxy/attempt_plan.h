#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "gatewayd/pool/scheduler.h"
#include "gatewayd/proxy/attempt_policy.h"

namespace ag::proxy {

// The decisions of one request's attempts, without what carries them out: which account is asked next, whether to wait
// for one, what follows from a failure. AttemptLoop does so on sockets, the simulation of the pool on virtual time.
class AttemptPlan {
 public:
  struct Limits {
    AttemptLimits attempts;
    SteadyTime wait_until{};  // for accounts that are cooling down
  };
  // The references outlive it.
  AttemptPlan(pool::RequestTraits traits, const Limits& limits, RetryBudget& retries, const Clock& clock,
              RandomSource& random);

  // An account that was not asked yet, also when that means to wait for it; else one that has failed before.
  pool::Choice Pick(const pool::PoolSnapshot& pool);
  // How long until it is worth looking again; none when it is not worth waiting. Bounded: accounts also come back by
  // news of other shards, and by hand.
  std::optional<std::chrono::milliseconds> WaitFor(const pool::Choice& choice) const;
  // For want of a ready account, turns `choice` to the one that is back first, where no provider has said when that is.
  // Only before anything has failed.
  bool Force(pool::Choice& choice) const;
  // Takes the account's half-open place if it has one; the choice says so, and the change is for the account's history.
  pool::CooldownBoard::Entry Enter(pool::Choice& choice) const;
  // False when the account has failed for this request before and the retry budget is used up: it has given its
  // half-open place back, and may look again after WaitForRetry.
  bool MayAsk(const pool::Choice& choice);
  // None when it is not worth waiting.
  std::optional<std::chrono::milliseconds> WaitForRetry() const;

  // Gives the half-open place back: nothing is asked of the account after all.
  void Leave(const pool::Choice& choice) const;

  // The account went away before anything was sent.
  void OnWithdrawn(const AccountId& account) { traits_.excluded.push_back({account, {}}); }
  // What is to be done about a failed attempt; the next Pick knows of it. A failure that is of the model alone leaves
  // the account's other models to the rest of the chain.
  RetryDecision OnFailed(const AccountId& account, std::string_view model, pool::PickReason why,
                         const ErrorDetail& error);

  const pool::RequestTraits& traits() const { return traits_; }

 private:
  // An account that must not be asked again, until it was seen out of service and back in it.
  struct Barred {
    pool::Asked asked;
    bool seen_out = false;
  };

  bool WasTried(const AccountId& account, std::string_view model) const;
  void LiftBars(const pool::PoolSnapshot& pool);

  pool::RequestTraits traits_;
  const std::optional<AccountId> pinned_;  // by what the request itself refers to
  AttemptPolicy policy_;
  const SteadyTime wait_until_;
  RetryBudget& retries_;
  const Clock& clock_;
  RandomSource& random_;
  std::vector<Barred> barred_;  // of traits_.excluded those that may be lifted
  bool failed_ = false;
};

}  // namespace ag::proxy
