#include "gatewayd/proxy/attempt_loop.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/proxy/outcome.h"
#include "gatewayd/runtime/event.h"
#include "gatewayd/wire/conversation_state.h"

namespace ag::proxy {

using std::chrono::milliseconds;

namespace {

AttemptPlan::Limits LimitsOf(const RelayCall& call) {
  const config::ProxyConfig& config = call.state->config;
  return {{config.max_attempts, call.started + config.retry_for},
          call.services.shard.clock().Steady() + config.max_wait};
}

// By the account's owner: no wait ends it.
bool MustBeMended(ErrorKind kind) {
  return kind == ErrorKind::kAccountAuth || kind == ErrorKind::kAccountForbidden || kind == ErrorKind::kBilling;
}

}  // namespace

AttemptLoop::AttemptLoop(RelayCall& call, pool::RequestTraits traits)
    : call_(call),
      plan_(std::move(traits), LimitsOf(call), call.services.retry_budget, call.services.shard.clock(),
            call.services.shard.random()) {}

pool::Choice AttemptLoop::Pick() {
  call_.state = call_.services.state;
  return plan_.Pick(call_.state->pool->snapshot());
}

bool AttemptLoop::Enter(pool::Choice& choice) {
  auto entry = plan_.Enter(choice);
  if (entry.change) call_.services.feedback.OnCooldownChanged(choice.account->account.id, *std::move(entry.change));
  return entry.entered;
}

std::string AttemptLoop::LineKey() const {
  const pool::RequestTraits& traits = plan_.traits();
  std::string key = absl::StrCat(ToAbsl(NameOf(call_.family())), "\n", ToAbsl(call_.record.model), "\n",
                                 traits.pinned ? traits.pinned->value() : std::string());
  // Who was turned away by some accounts waits for the others, and must not hold up those behind.
  if (!traits.tried.empty() || !traits.excluded.empty()) absl::StrAppend(&key, "\n", ToAbsl(call_.record.id));
  return key;
}

runtime::Task<absl::StatusOr<pool::Choice>> AttemptLoop::Choose() {
  WaitQueue& queue = call_.services.waiting;
  std::unique_ptr<WaitQueue::Place> place;
  for (;;) {
    const bool my_turn = place ? place->first() : queue.size() == 0 || !queue.HasLine(LineKey());
    pool::Choice choice = Pick();
    if (my_turn && choice.account != nullptr) {
      // Another request may take or leave the half-open place in between: the next pick sees that.
      if (Enter(choice)) co_return choice;
      continue;
    }
    const std::optional<milliseconds> wait = plan_.WaitFor(choice);
    if (!wait) {
      if (choice.account == nullptr && plan_.Force(choice)) co_return choice;
      co_return NoAccountError(call_, plan_.traits(), choice);
    }
    if (place == nullptr) place = queue.Join(LineKey());
    if (place == nullptr) co_return NoAccountError(call_, plan_.traits(), choice);
    co_await place->Wait(*wait, call_.writer.client_left());
    if (call_.writer.client_left().cancelled()) {
      co_return MakeError(ErrorKind::kClientLeft, "the client left while the request waited for an account");
    }
  }
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
    const absl::StatusOr<pool::Choice> chosen = co_await Choose();
    if (!chosen.ok()) {
      const ErrorKind nobody = DetailOf(chosen.status()).kind;
      const bool back_soon = nobody == ErrorKind::kRateMinute || nobody == ErrorKind::kOverloaded;
      const bool says_more = last_.error.ok() || (back_soon && MustBeMended(DetailOf(Told().error).kind));
      co_return says_more ? chosen.status() : EndWith(Told());
    }
    const pool::Choice& choice = *chosen;
    if (!plan_.MayAsk(choice)) {
      const std::optional<milliseconds> wait = plan_.WaitForRetry();
      if (!wait) co_return GiveUp();
      const bool there = co_await Pause(*wait);
      if (!there) co_return GiveUp();
      continue;
    }
    if (absl::Status fine = CheckChoice(choice); !fine.ok()) {
      plan_.Leave(choice);
      co_return fine;
    }
    const AccountId& id = choice.account->account.id;  // of the state that the call holds until the next pick
    co_await FetchState(choice);
    AttemptState state(kept_, without_state_);
    AttemptOutcome outcome = co_await AskAccount(call_, choice, std::move(state));
    if (outcome.kind == AttemptOutcome::Kind::kWithdrawn) {
      plan_.OnWithdrawn(id);
      continue;
    }
    if (outcome.kind != AttemptOutcome::Kind::kFailed) {
      call_.answered = true;
      co_return outcome.error;
    }
    last_ = {std::move(outcome.error), std::move(outcome.reply)};
    if (!MustBeMended(DetailOf(last_.error).kind)) passing_ = last_;
    const bool again = co_await PrepareRetry(choice);
    if (!again) co_return GiveUp();
  }
}

const AttemptLoop::Failure& AttemptLoop::Told() const {
  return !passing_.error.ok() && MustBeMended(DetailOf(last_.error).kind) ? passing_ : last_;
}

absl::Status AttemptLoop::EndWith(const Failure& failure) {
  call_.provider_reply = failure.reply;
  return failure.error;
}

absl::Status AttemptLoop::GiveUp() {
  const ErrorDetail detail = DetailOf(last_.error);
  if (detail.kind != ErrorKind::kClientLeft && detail.scope != ErrorScope::kRequest) {
    NotePassedOver(call_, plan_.traits());
  }
  return EndWith(Told());
}

runtime::Task<bool> AttemptLoop::PrepareRetry(const pool::Choice& failed) {
  call_.attempts_text = std::to_string(call_.record.attempts.size());
  const RetryDecision decision =
      plan_.OnFailed(failed.account->account.id, failed.model, failed.why, DetailOf(last_.error));
  if (decision.action == RetryDecision::Action::kGiveUp) co_return false;
  without_state_ |= decision.action == RetryDecision::Action::kWithoutState;
  const bool there = co_await Pause(decision.pause);
  co_return there;
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

runtime::Task<bool> AttemptLoop::Pause(milliseconds duration) {
  runtime::Shard& shard = call_.services.shard;
  runtime::CancelSource& left = call_.writer.client_left();
  if (duration.count() > 0 && !left.cancelled()) {
    runtime::Event over(shard.executor());
    runtime::Deadline timer(shard.wheel(), [&over] { over.Set(); });
    const runtime::CancelSource::Hook hook(&left, [&over] { over.Set(); });
    timer.Arm(duration);
    co_await over.Wait();
  }
  if (!left.cancelled()) co_return true;
  last_ = {MakeError(ErrorKind::kClientLeft, "the client left while the request waited for another attempt"), {}};
  co_return false;
}

}  // namespace ag::proxy
