#pragma once

#include <absl/status/status.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "gatewayd/pool/scheduler.h"
#include "gatewayd/proxy/attempt.h"
#include "gatewayd/proxy/attempt_plan.h"
#include "gatewayd/proxy/relay_call.h"
#include "gatewayd/runtime/task.h"
#include "gatewayd/wire/translation.h"

namespace ag::proxy {

// One request's attempts, as AttemptPlan decides them. Lives in the relay's frame; on the call's shard.
class AttemptLoop {
 public:
  AttemptLoop(RelayCall& call, pool::RequestTraits traits);

  // OK when the client has its answer. Otherwise the error that describes the failure best: an attempt's, or why no
  // account could be asked. RelayCall::answered tells whether the client has already heard of it.
  runtime::Task<absl::Status> Run();

 private:
  pool::Choice Pick();
  // Whether the picked account may be asked; takes its half-open place if it has one.
  bool Enter(pool::Choice& choice);
  // The account of the next attempt. Waits in line while all that could serve are back soon; the error says why there
  // is none.
  runtime::Task<absl::StatusOr<pool::Choice>> Choose();
  // Who may serve the same requests stands in the same line.
  std::string LineKey() const;
  // Refuses what cannot work on the picked account, before anything is sent.
  absl::Status CheckChoice(const pool::Choice& choice) const;
  // One attempt's, with what its provider said.
  struct Failure {
    absl::Status error;
    std::optional<ProviderReply> reply;
  };
  // Told(), with the table of accounts in the record.
  absl::Status GiveUp();
  // The call ends with this one.
  absl::Status EndWith(const Failure& failure);
  // True when another attempt may follow at once.
  runtime::Task<bool> PrepareRetry(const pool::Choice& failed);  // which outlives it
  // What the client is told after several failures: that an account is back in a while, rather than that another one
  // must be mended.
  const Failure& Told() const;
  // Fetches, once a request, what is kept of its conversation: a translated attempt may need it.
  runtime::Task<void> FetchState(const pool::Choice& choice);
  // False when the client left meanwhile: `last_` says so.
  runtime::Task<bool> Pause(std::chrono::milliseconds duration);

  RelayCall& call_;
  AttemptPlan plan_;
  Failure last_;
  Failure passing_;  // the last that passes by itself
  std::vector<wire::KeptState> kept_;
  bool state_fetched_ = false;
  bool without_state_ = false;  // the upstream refused it
};

}  // namespace ag::proxy
