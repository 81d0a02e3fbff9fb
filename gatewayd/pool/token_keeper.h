#pragma once

#include <absl/status/statusor.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "gatewayd/auth/token_grant.h"
#include "gatewayd/base/clock.h"
#include "gatewayd/base/ids.h"
#include "gatewayd/base/random.h"
#include "gatewayd/base/secret.h"
#include "gatewayd/http/client.h"
#include "gatewayd/pool/account_pool.h"
#include "gatewayd/runtime/cancel.h"
#include "gatewayd/runtime/shard.h"
#include "gatewayd/runtime/task.h"
#include "gatewayd/runtime/task_group.h"
#include "gatewayd/runtime/timing_wheel.h"

namespace ag::pool {

// When a token that was got at `now` is renewed without being asked for: in the last quarter of its life, at most ten
// minutes ahead, at a random moment, so that accounts that were added together do not all ask together.
WallTime RenewalTime(WallTime now, WallTime expires, RandomSource& random);
// How long to wait after the n-th failure in a row (the first is 1) before the keeper tries by itself again: 15 s
// doubling to 10 min, half of it random.
std::chrono::milliseconds RenewalBackoff(int failures, RandomSource& random);

// Gives every account that signs in a valid access token (docs/adr/0011). All state belongs to the control context;
// requests take what the snapshot has (UsableSecret) and come here, from any shard, only when that will not do. However
// many ask, one account has one request to its token server at a time. New tokens are stored before they are handed
// out.
//
// A token server that says no for good makes the account kNeedsSignIn, with a reason that says what to do; one that
// fails or cannot be reached changes no state: the error names the account's scope, so that it cools down.
class TokenKeeper {
 public:
  // References outlive the keeper. `client` is the control context's.
  TokenKeeper(runtime::Shard& control, http::Client& client, AccountPool& pool);
  ~TokenKeeper();

  // Begins to renew ahead of expiry. On the control context, like all that follows but Renew.
  void Start();
  // Renews nothing more by itself and gives what runs a moment to store what it brings; `on_stopped` is called when the
  // last has ended. Whoever asks later hears kShuttingDown.
  void Stop(std::function<void()> on_stopped);
  // Lets go of what is asked for accounts that are gone, and plans for new tokens.
  void OnSnapshot(const PoolSnapshot& snapshot);

  // A valid token of the account other than `refused` (what the provider did not take, or what has run out). From any
  // context; `cancel` (may be null) belongs to that context and outlives the task. Errors: kAccountAuth (the
  // account needs a sign-in, or was removed or disabled meanwhile: the pool knows), kClientLeft, kShuttingDown, and the
  // token request's own.
  runtime::Task<absl::StatusOr<Secret>> Renew(AccountId id, Secret refused, runtime::CancelSource* cancel);

 private:
  struct Waiter;
  struct Flight;
  struct Plan;

  void Ask(const AccountId& id, const Secret& refused, std::shared_ptr<Waiter> waiter);
  void Answer(const std::shared_ptr<Waiter>& waiter, absl::StatusOr<Secret> token);
  // The present account if tokens may be got for it, else why not.
  absl::StatusOr<const Account*> Find(const PoolSnapshot& snapshot, const AccountId& id) const;
  Plan& PlanFor(const Account& account);
  // Into the flight of the account; begins one when none is under way. `waiter` may be null.
  void Join(const Account& account, std::shared_ptr<Waiter> waiter);
  runtime::Task<void> Fly(AccountId id);
  // Stores what came and says what the waiters get.
  absl::StatusOr<Secret> Land(const AccountId& id, const std::shared_ptr<const auth::TokenGrant>& grant,
                              absl::StatusOr<auth::TokenReply> reply);
  absl::StatusOr<Secret> Store(const AccountId& id, const std::shared_ptr<const auth::TokenGrant>& grant,
                               auth::TokenReply tokens);
  absl::Status Fail(const AccountId& id, const absl::Status& error);
  absl::Status FailToSign(const Account& account, const absl::Status& error);
  void PutOff(Plan& plan);
  void RenewWhatIsDue();

  runtime::Shard& control_;
  http::Client& client_;
  AccountPool& pool_;
  runtime::TaskGroup tasks_;
  runtime::Deadline next_look_;
  runtime::Deadline grace_;
  std::map<AccountId, std::unique_ptr<Flight>> flights_;
  std::map<AccountId, Plan> plans_;
  bool stopping_ = false;
};

}  // namespace ag::pool
