#include "gatewayd/proxy/attempt_plan.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "gatewayd/proxy/account_report.h"

namespace ag::proxy {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds kLookAgain{250};

}  // namespace

AttemptPlan::AttemptPlan(pool::RequestTraits traits, const Limits& limits, RetryBudget& retries, const Clock& clock,
                         RandomSource& random)
    : traits_(std::move(traits)),
      pinned_(traits_.pinned),
      policy_(limits.attempts, random),
      wait_until_(limits.wait_until),
      retries_(retries),
      clock_(clock),
      random_(random) {}

// A request may wait for others for long enough that what spoke against the first is over: a key that was refused has
// passed its test, a broken handshake's pause has ended. Then it has failed before, no more.
void AttemptPlan::LiftBars(const pool::PoolSnapshot& pool) {
  using State = pool::CooldownStatus::State;
  std::erase_if(barred_, [&](Barred& barred) {
    const pool::PooledAccount* const pooled = pool.Find(barred.asked.account);
    if (pooled == nullptr) return false;
    const State pause = pooled->cooldowns->Check(barred.asked.model, clock_.Now()).state;
    const bool out = pooled->account.state != pool::AccountState::kReady || pause == State::kCooling ||
                     pause == State::kHalfOpenTaken;
    barred.seen_out |= out;
    if (out || !barred.seen_out) return false;
    std::erase_if(traits_.excluded, [&barred](const pool::Asked& asked) {
      return asked.account == barred.asked.account && asked.model == barred.asked.model;
    });
    traits_.tried.push_back(barred.asked);
    return true;
  });
}

pool::Choice AttemptPlan::Pick(const pool::PoolSnapshot& pool) {
  LiftBars(pool);
  const auto pick = [&] { return pool::Scheduler::Pick(pool, traits_, clock_.Now(), random_); };
  if (traits_.tried.empty()) return pick();
  const std::vector<pool::Asked> tried = std::exchange(traits_.tried, {});
  const std::size_t excluded = traits_.excluded.size();
  traits_.excluded.insert(traits_.excluded.end(), tried.begin(), tried.end());
  pool::Choice choice = pick();
  traits_.excluded.resize(excluded);
  traits_.tried = tried;
  if (choice.account == nullptr && !WaitFor(choice)) choice = pick();
  return choice;
}

std::optional<milliseconds> AttemptPlan::WaitFor(const pool::Choice& choice) const {
  const auto left = std::chrono::duration_cast<milliseconds>(wait_until_ - clock_.Steady());
  if (left.count() <= 0) return std::nullopt;
  // A request before us, or one that tries a half-open account, changes the picture at any time.
  const bool probed = choice.rejected[static_cast<std::size_t>(pool::RejectReason::kHalfOpenTaken)] > 0;
  if (choice.account != nullptr || probed) return std::min(left, kLookAgain);
  if (!choice.earliest_return) return std::nullopt;
  const auto wait = std::max<milliseconds>(*choice.earliest_return - clock_.Now(), milliseconds(1));
  if (wait > left) return std::nullopt;
  return std::min(wait, kLookAgain);
}

bool AttemptPlan::Force(pool::Choice& choice) const {
  if (failed_ || choice.least_bad == nullptr || choice.hinted || choice.least_bad_hinted) return false;
  choice.account = choice.least_bad;
  choice.model = choice.least_bad_model;
  choice.dialect = choice.least_bad_dialect;
  choice.why = pool::PickReason::kBackFirst;
  return true;
}

pool::CooldownBoard::Entry AttemptPlan::Enter(pool::Choice& choice) const {
  pool::CooldownBoard::Entry entry = choice.account->cooldowns->TryEnter(choice.model, clock_.Now());
  choice.place = entry.ticket;
  if (entry.change) choice.why = pool::PickReason::kHalfOpen;
  return entry;
}

bool AttemptPlan::WasTried(const AccountId& account, std::string_view model) const {
  return std::ranges::any_of(traits_.tried, [&](const pool::Asked& asked) {
    return asked.account == account && (asked.model.empty() || asked.model == model);
  });
}

// An account that was not asked yet may be well: its own pause bounds what an outage costs there. To ask the same one
// again is what multiplies an outage.
bool AttemptPlan::MayAsk(const pool::Choice& choice) {
  if (!WasTried(choice.account->account.id, choice.model) || retries_.TryRetry()) return true;
  Leave(choice);
  return false;
}

std::optional<milliseconds> AttemptPlan::WaitForRetry() const {
  const auto left = std::chrono::duration_cast<milliseconds>(wait_until_ - clock_.Steady());
  const milliseconds wait = retries_.UntilRenewed();
  return wait < left ? std::optional(wait) : std::nullopt;
}

void AttemptPlan::Leave(const pool::Choice& choice) const {
  choice.account->cooldowns->Leave(choice.model, choice.place, clock_.Now());
}

RetryDecision AttemptPlan::OnFailed(const AccountId& account, std::string_view model, pool::PickReason why,
                                    const ErrorDetail& error) {
  using Action = RetryDecision::Action;
  failed_ = true;
  const bool probe = why == pool::PickReason::kHalfOpen && !WasTried(account, model);
  const auto asked_for = probe ? AttemptPolicy::Asked::kToProbe : AttemptPolicy::Asked::kForItself;
  const RetryDecision decision = policy_.Next(error, clock_.Steady(), asked_for);
  traits_.pinned = decision.action == Action::kWithoutState ? account : pinned_;  // for the next attempt alone
  pool::Asked asked{account, error.scope == ErrorScope::kModel ? std::string(model) : std::string()};
  // What does not pause the account must not be asked of it again at once either.
  const bool of_resources = IsOfResourcesAlone(model, error);
  if (decision.action == Action::kOtherAccount || of_resources) {
    if (!of_resources) barred_.push_back({asked});
    traits_.excluded.push_back(std::move(asked));
  } else if (decision.action == Action::kAnyAccount) {
    traits_.tried.push_back(std::move(asked));
  }
  return decision;
}

}  // namespace ag::proxy
