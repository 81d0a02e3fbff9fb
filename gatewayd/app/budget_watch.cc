#include "gatewayd/app/budget_watch.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "gatewayd/pool/account_limits.h"
#include "gatewayd/pool/account_status.h"

namespace ag::app {
namespace {

using std::chrono::milliseconds;

// The wheel counts steady time, budgets go by the calendar: a clock that was set is noticed after this at the latest.
constexpr milliseconds kLook{15'000};
// Of an account's events, to find the latest that is not about one of its models.
constexpr std::int64_t kLookBack = 50;

}  // namespace

BudgetWatch::BudgetWatch(runtime::Shard& control, pool::AccountPool& pool, pool::AccountHistory& history)
    : control_(control),
      pool_(pool),
      history_(history),
      next_(control.wheel(), [this] { OnSnapshot(*pool_.snapshot()); }) {}

void BudgetWatch::Start() {
  running_ = true;
  const auto snapshot = pool_.snapshot();
  for (const pool::PooledAccount& pooled : snapshot->accounts) {
    if (!pooled.account.limits.HasBudget()) continue;
    const AccountId id = pooled.account.id;
    unread_.insert(id);
    history_.List(id, kLookBack, [this, id](const auto& events) { Resume(id, events); });
  }
}

void BudgetWatch::Resume(const AccountId& id, const absl::StatusOr<pool::AccountHistory::Events>& newest_first) {
  unread_.erase(id);
  if (newest_first.ok()) {
    const auto latest =
        std::ranges::find_if(*newest_first, [](const auto& event) { return event.change.model.empty(); });
    const bool spent = latest != newest_first->end() && latest->change.to == pool::Condition::kExhausted;
    if (spent) spent_[id] = latest->change.budget.value_or(pool::SpentBudget{.until = latest->change.until});
  }
  OnSnapshot(*pool_.snapshot());
}

void BudgetWatch::Stop() {
  running_ = false;
  next_.Disarm();
}

void BudgetWatch::OnRecords(const std::vector<telemetry::RecordPtr>& /*records*/) { OnSnapshot(*pool_.snapshot()); }

void BudgetWatch::OnSnapshot(const pool::PoolSnapshot& snapshot) {
  if (!running_) return;
  for (const pool::PooledAccount& pooled : snapshot.accounts) Look(pooled);
  std::erase_if(spent_, [&](const auto& entry) { return snapshot.Find(entry.first) == nullptr; });
  if (spent_.empty()) return next_.Disarm();
  const WallTime now = control_.clock().Now();
  milliseconds wait = kLook;
  for (const auto& [id, budget] : spent_) {
    wait = std::min(wait, std::max<milliseconds>(budget.until - now, milliseconds(1)));
  }
  next_.Arm(wait);
}

void BudgetWatch::Look(const pool::PooledAccount& pooled) {
  const pool::Account& account = pooled.account;
  const auto told = spent_.find(account.id);
  const bool was_spent = told != spent_.end();
  if ((!account.limits.HasBudget() && !was_spent) || unread_.contains(account.id)) return;
  const WallTime now = control_.clock().Now();
  const auto spent = pool::LongestSpent(account.limits, pooled.counters->used, now);
  const pool::Condition own = pool::OwnStatus(account).condition;
  const bool goes_on = was_spent && spent && now < told->second.until;
  if (goes_on && spent->until == told->second.until) return;  // a higher limit of the same period is no other
  if (was_spent && !goes_on) Tell(account, pool::Signal::kBudgetRenewed, told->second, own);
  if (spent) Tell(account, pool::Signal::kBudgetSpent, *spent, goes_on ? pool::Condition::kExhausted : own);
  if (spent) {
    spent_[account.id] = *spent;
  } else if (was_spent) {
    spent_.erase(told);
  }
}

// `otherwise` is what the account was before its budget was spent, or is once that is over. An account that its owner
// has switched off is that, and nothing else.
void BudgetWatch::Tell(const pool::Account& account, pool::Signal signal, const pool::SpentBudget& budget,
                       pool::Condition otherwise) {
  if (!account.enabled) return;
  const bool spent = signal == pool::Signal::kBudgetSpent;
  pool::StatusChange change;
  change.from = spent ? otherwise : pool::Condition::kExhausted;
  change.to = spent ? pool::Condition::kExhausted : otherwise;
  change.signal = signal;
  change.until = spent ? budget.until : account.state_until;
  change.budget = budget;
  history_.Add(account.id, change);
}

}  // namespace ag::app
