#include "gatewayd/proxy/attempt_loop.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/pool/account_lease.h"
#include "gatewayd/proxy/outcome.h"
#include "gatewayd/runtime/event.h"
#include "gatewayd/wire/conversation_state.h"

namespace ag::proxy {

using std::chrono::milliseconds;

AttemptLoop::AttemptLoop(RelayCall& call, pool::RequestTraits traits)
    : call_(call),
      traits_(std::move(traits)),
      policy_(call.state->config.max_attempts, call.services.shard.random()),
      wait_deadline_(call.services.shard.clock().Steady() + call.state->config.max_wait) {}

pool::Choice AttemptLoop::Pick() {
  ShardServices& services = call_.services;
  call_.state = services.state;
  pool::Choice choice = pool::Scheduler::Pick(call_.state->pool->snapshot(), traits_, services.shard.clock().Now(),
                                              services.shard.random());
  forced_ = choice.account == nullptr && last_.ok() && choice.least_bad != nullptr && !choice.hinted;
  if (forced_) {
    choice.account = choice.least_bad;
    choice.model = choice.least_bad_model;
    choice.dialect = choice.least_bad_dialect;
  }
  return choice;
}

bool AttemptLoop::Enter(const pool::Choice& choice, WallTime now) {
  auto entry = choice.account->cooldowns->TryEnter(choice.model, now);
  if (entry.change) call_.services.feedback.OnCooldownChanged(choice.account->account.id, *std::move(entry.change));
  return entry.entered;
}

absl::Status AttemptLoop::CheckChoice(const pool::Choice& choice) const {
  if (call_.state->pool->Find(*choice.account, choice.dialect) == nullptr) {
    return MakeError(ErrorKind::kInternal, "the account's base URL cannot be read");
  }
  if (!call_.client->envelope().thread_type.empty() && choice.dialect != Dialect::kMessages) {
    return FieldError(ErrorKind::kUnsupported, "thread", "Message threads need an Anthropic account.");
  }
  return absl::OkStatus();
}

runtime::Task<absl::Status> AttemptLoop::Run() {
  for (;;) {
    const pool::Choice choice = Pick();
    if (choice.account == nullptr) {
      absl::Status waited = co_await WaitForAccount(choice);
      if (waited.ok()) continue;
      co_return last_.ok() ? waited : last_;
    }
    AG_CO_RETURN_IF_ERROR(CheckChoice(choice));
    const AccountId& id = choice.account->account.id;  // of the state that the call holds until the next pick
    const WallTime now = call_.services.shard.clock().Now();
    // Another request may take or leave the half-open place in between: the next pick sees that.
    if (!forced_ && !Enter(choice, now)) continue;
    const pool::AccountLease lease(*choice.account, now);
    co_await FetchState(choice);
    const upstream::Endpoint& endpoint = *call_.state->pool->Find(*choice.account, choice.dialect);
    AttemptState state{kept_, without_state_, Secret()};
    std::optional<Attempt> attempt(std::in_place, call_, choice, endpoint, state);
    AttemptOutcome outcome = co_await attempt->Run();
    if (attempt->RefusedItsToken(outcome)) {
      state.refused_token = attempt->credential();
      attempt.emplace(call_, choice, endpoint, state);
      outcome = co_await attempt->Run();
    }
    ReportAttempt(call_, choice, outcome, now);
    if (outcome.kind != AttemptOutcome::Kind::kFailed) {
      call_.answered = true;
      co_return outcome.error;
    }
    last_ = std::move(outcome.error);
    const bool again = co_await PrepareRetry(id);
    if (!again) co_return last_;
  }
}

runtime::Task<bool> AttemptLoop::PrepareRetry(const AccountId& failed) {
  call_.attempts_text = std::to_string(call_.record.attempts.size());
  const RetryDecision decision = policy_.Next(DetailOf(last_));
  if (decision.action == RetryDecision::Action::kGiveUp) co_return false;
  if (!call_.services.retry_budget.TryRetry()) co_return false;
  if (decision.action == RetryDecision::Action::kWithoutState) {
    without_state_ = true;
    traits_.pinned = failed;
    co_return !call_.writer.client_left().cancelled();
  }
  (decision.action == RetryDecision::Action::kOtherAccount ? traits_.excluded : traits_.tried).push_back(failed);
  if (decision.pause.count() > 0) co_await Pause(decision.pause);
  if (!call_.writer.client_left().cancelled()) co_return true;
  last_ = MakeError(ErrorKind::kClientLeft, "the client left while the request waited for another attempt");
  co_return false;
}

runtime::Task<void> AttemptLoop::FetchState(const pool::Choice& choice) {
  const Dialect client = call_.match.endpoint.dialect;
  if (state_fetched_ || choice.dialect == client || wire::CarriesState(client)) co_return;
  state_fetched_ = true;
  const auto canonical = call_.client->Canonical();
  if (!canonical.ok()) co_return;  // the attempt says what is wrong with it
  std::vector<std::string> ids;
  for (const std::string_view id : wire::MissingStateKeys(**canonical)) ids.emplace_back(id);
  if (ids.empty()) co_return;
  kept_ = co_await call_.services.conversations.FindState(std::move(ids));
}

runtime::Task<absl::Status> AttemptLoop::WaitForAccount(const pool::Choice& choice) {
  const Clock& clock = call_.services.shard.clock();
  absl::Status none = NoAccountError(call_, traits_, choice);
  if (!choice.earliest_return) co_return none;
  const auto wait = std::max<milliseconds>(*choice.earliest_return - clock.Now(), milliseconds(1));
  if (clock.Steady() + wait > wait_deadline_) co_return none;
  co_await Pause(wait);
  if (!call_.writer.client_left().cancelled()) co_return absl::OkStatus();
  co_return MakeError(ErrorKind::kClientLeft, "the client left while the request waited for an account");
}

runtime::Task<void> AttemptLoop::Pause(milliseconds duration) {
  runtime::Shard& shard = call_.services.shard;
  runtime::CancelSource& left = call_.writer.client_left();
  if (left.cancelled()) co_return;
  runtime::Event over(shard.executor());
  runtime::Deadline timer(shard.wheel(), [&over] { over.Set(); });
  const runtime::CancelSource::Hook hook(&left, [&over] { over.Set(); });
  timer.Arm(duration);
  co_await over.Wait();
}

}  // namespace ag::proxy
