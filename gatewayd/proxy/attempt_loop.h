#pragma once

#include <absl/status/status.h>

#include <chrono>
#include <optional>
#include <string>
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
  // Takes the account's half-open place if it has one; the choice says so.
  bool Enter(pool::Choice& choice);
  // The account of the next attempt. Waits in line while all that could serve are back soon; the error says why there
  // is none.
  runtime::Task<absl::StatusOr<pool::Choice>> Choose();
  // How long until it is worth looking again; none when it is not worth waiting.
  std::optional<std::chrono::milliseconds> WaitFor(const pool::Choice& choice) const;
  // Who may serve the same requests stands in the same line.
  std::string LineKey() const;
  // For want of a ready account, the one that is back first, where no provider has said when that is.
  bool Force(pool::Choice& choice) const;
  // Refuses what cannot work on the picked account, before anything is sent.
  absl::Status CheckChoice(const pool::Choice& choice) const;
  // True when another attempt may follow at once.
  runtime::Task<bool> PrepareRetry(const AccountId& failed);
  // Fetches, once a request, what is kept of its conversation: a translated attempt may need it.
  runtime::Task<void> FetchState(const pool::Choice& choice);
  runtime::Task<void> Pause(std::chrono::milliseconds duration);
  // False when the account has failed for this request before and the retry budget is used up.
  bool MayAsk(const pool::Choice& choice);

  RelayCall& call_;
  pool::RequestTraits traits_;
  const std::optional<AccountId> pinned_;  // by what the request itself refers to
  AttemptPolicy policy_;
  const SteadyTime wait_deadline_;
  absl::Status last_;
  std::vector<wire::KeptState> kept_;
  bool state_fetched_ = false;
  bool without_state_ = false;  // the upstream refused it
};

}  // namespace ag::proxy
