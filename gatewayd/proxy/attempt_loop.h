#pragma once

#include <absl/status/status.h>

#include <chrono>
#include <vector>

#include "gatewayd/pool/scheduler.h"
#include "gatewayd/proxy/attempt.h"
#include "gatewayd/proxy/attempt_policy.h"
#include "gatewayd/proxy/relay_call.h"
#include "gatewayd/runtime/task.h"
#include "gatewayd/wire/translation.h"

namespace ag::proxy {

// One request's attempts: pick an account, try it, and on failure decide by kind whether, where and when to try again.
// Lives in the relay's frame; on the call's shard.
class AttemptLoop {
 public:
  AttemptLoop(RelayCall& call, pool::RequestTraits traits);

  // OK when the client has its answer. Otherwise the error that describes the failure best: the last attempt's, or why
  // no account could be asked. RelayCall::answered tells whether the client has already heard of it.
  runtime::Task<absl::Status> Run();

 private:
  pool::Choice Pick();
  // Takes the account's half-open place if it has one.
  bool Enter(const pool::Choice& choice, WallTime now);
  // Refuses what cannot work on the picked account, before anything is sent.
  absl::Status CheckChoice(const pool::Choice& choice) const;
  // After no account could be picked: OK when one may be back by now, else why there is none.
  runtime::Task<absl::Status> WaitForAccount(const pool::Choice& choice);
  // True when another attempt may follow at once.
  runtime::Task<bool> PrepareRetry(const AccountId& failed);
  // Fetches, once a request, what is kept of its conversation: a translated attempt may need it.
  runtime::Task<void> FetchState(const pool::Choice& choice);
  runtime::Task<void> Pause(std::chrono::milliseconds duration);

  RelayCall& call_;
  pool::RequestTraits traits_;
  AttemptPolicy policy_;
  const SteadyTime wait_deadline_;
  absl::Status last_;
  std::vector<wire::KeptState> kept_;
  bool state_fetched_ = false;
  bool without_state_ = false;  // the upstream refused it
  bool forced_ = false;         // the pick is a cooling account, for want of a better one
};

}  // namespace ag::proxy
