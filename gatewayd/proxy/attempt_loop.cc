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

// How long the first in line sleeps at most: accounts also come back by news of other shards, and by hand.
constexpr milliseconds kLookAgain{250};

int Rejected(const pool::Choice& choice, pool::RejectReason reason) {
  return choice.rejected[static_cast<std::size_t>(reason)];
}

AttemptLimits LimitsOf(const RelayCall& call) {
  const config::ProxyConfig& config = call.state->config;
  return {config.max_attempts, call.started + config.retry_for};
}

}  // namespace

AttemptLoop::AttemptLoop(RelayCall& call, pool::RequestTraits traits)
    : call_(call),
      traits_(std::move(traits)),
      pinned_(traits_.pinned),
      policy_(LimitsOf(call), call.services.shard.random()),
      wait_deadline_(call.services.shard.clock().Steady() + call.state->config.max_wait) {}

pool::Choice AttemptLoop::Pick() {
  ShardServices& services = call_.services;
  call_.state = services.state;
  const auto pick = [&] {
    return pool::Scheduler::Pick(call_.state->pool->snapshot(), traits_, services.shard.clock().Now(),
                                 services.shard.random());
  };
  if (traits_.tried.empty()) return pick();
  // An account that was not asked yet is worth a wait, before one that has failed is asked again.
  const std::vector<AccountId> tried = std::exchange(traits_.tried, {});
  const std::size_t excluded = traits_.excluded.size();
  traits_.excluded.insert(traits_.excluded.end(), tried.begin(), tried.end());
  pool::Choice choice = pick();
  traits_.excluded.resize(excluded);
  traits_.tried = tried;
  if (choice.account == nullptr && !WaitFor(choice)) choice = pick();
  return choice;
}

bool AttemptLoop::Force(pool::Choice& choice) const {
  if (!last_.ok() || choice.least_bad == nullptr || choice.hinted || choice.least_bad_hinted) return false;
  choice.account = choice.least_bad;
  choice.model = choice.least_bad_model;
  choice.dialect = choice.least_bad_dialect;
  choice.why = pool::PickReason::kBackFirst;
  return true;
}

bool AttemptLoop::Enter(pool::Choice& choice) {
  auto entry = choice.account->cooldowns->TryEnter(choice.model, call_.services.shard.clock().Now());
  if (!entry.change) return entry.entered;
  choice.why = pool::PickReason::kHalfOpen;
  call_.services.feedback.OnCooldownChanged(choice.account->account.id, *std::move(entry.change));
  return entry.entered;
}

std::string AttemptLoop::LineKey() const {
  std::string key = absl::StrCat(ToAbsl(NameOf(call_.family())), "\n", ToAbsl(call_.record.model), "\n",
                                 traits_.pinned ? traits_.pinned->value() : std::string());
  // Who was turned away by some accounts waits for the others, and must not hold up those behind.
  if (!traits_.tried.empty() || !traits_.excluded.empty()) absl::StrAppend(&key, "\n", ToAbsl(call_.record.id));
  return key;
}

std::optional<milliseconds> AttemptLoop::WaitFor(const pool::Choice& choice) const {
  const Clock& clock = call_.services.shard.clock();
  const auto left = std::chrono::duration_cast<milliseconds>(wait_deadline_ - clock.Steady());
  if (left.count() <= 0) return std::nullopt;
  // A request before us, or one that tries a half-open account, changes the picture at any time.
  if (choice.account != nullptr || Rejected(choice, pool::RejectReason::kHalfOpenTaken) > 0) {
    return std::min(left, kLookAgain);
  }
  if (!choice.earliest_return) return std::nullopt;
  const auto wait = std::max<milliseconds>(*choice.earliest_return - clock.Now(), milliseconds(1));
  if (wait > left) return std::nullopt;
  return std::min(wait, kLookAgain);
}

runtime::Task<absl::StatusOr<pool::Choice>> AttemptLoop::Choose() {
  WaitQueue& queue = call_.services.waiting;
  const std::string key = LineKey();
  std::unique_ptr<WaitQueue::Place> place;
  for (;;) {
    const bool my_turn = place == nullptr ? !queue.HasLine(key) : place->first();
    pool::Choice choice = Pick();
    if (my_turn && choice.account != nullptr) {
      // Another request may take or leave the half-open place in between: the next pick sees that.
      if (Enter(choice)) co_return choice;
      continue;
    }
    const std::optional<milliseconds> wait = WaitFor(choice);
    if (!wait) {
      if (choice.account == nullptr && Force(choice)) co_return choice;
      co_return NoAccountError(call_, traits_, choice);
    }
    if (place == nullptr) place = queue.Join(key);
    if (place == nullptr) co_return NoAccountError(call_, traits_, choice);
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
    if (!chosen.ok()) co_return last_.ok() ? chosen.status() : last_;
    const pool::Choice& choice = *chosen;
    if (!MayAsk(choice)) co_return last_;
    AG_CO_RETURN_IF_ERROR(CheckChoice(choice));
    const AccountId& id = choice.account->account.id;  // of the state that the call holds until the next pick
    co_await FetchState(choice);
    AttemptState state(kept_, without_state_);
    AttemptOutcome outcome = co_await AskAccount(call_, choice, std::move(state));
    if (outcome.kind == AttemptOutcome::Kind::kWithdrawn) {
      traits_.excluded.push_back(id);
      continue;
    }
    if (outcome.kind != AttemptOutcome::Kind::kFailed) {
      call_.answered = true;
      co_return outcome.error;
    }
    last_ = std::move(outcome.error);
    const bool again = co_await PrepareRetry(id);
    if (!again) co_return last_;
  }
}

// An account that was not asked yet may be well: its own pause bounds what an outage costs there. To ask the same one
// again is what multiplies an outage.
bool AttemptLoop::MayAsk(const pool::Choice& choice) {
  const auto& tried = traits_.tried;
  const bool again = std::find(tried.begin(), tried.end(), choice.account->account.id) != tried.end();
  if (!again || call_.services.retry_budget.TryRetry()) return true;
  choice.account->cooldowns->Leave(choice.model, call_.services.shard.clock().Now());
  return false;
}

runtime::Task<bool> AttemptLoop::PrepareRetry(const AccountId& failed) {
  call_.attempts_text = std::to_string(call_.record.attempts.size());
  const RetryDecision decision = policy_.Next(DetailOf(last_), call_.services.shard.clock().Steady());
  if (decision.action == RetryDecision::Action::kGiveUp) co_return false;
  if (decision.action == RetryDecision::Action::kWithoutState) {
    without_state_ = true;
    traits_.pinned = failed;  // for this attempt
    co_return !call_.writer.client_left().cancelled();
  }
  traits_.pinned = pinned_;
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
