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

std::optional<WallTime> SpentUntil(const pool::PooledAccount& pooled, WallTime now) {
  const pool::Account& account = pooled.account;
  if (!account.enabled || !account.limits.HasBudget()) return std::nullopt;
  return pool::SpentUntil(account.limits, pooled.counters->used, now);
}

}  // namespace

BudgetWatch::BudgetWatch(runtime::Shard& control, pool::AccountPool& pool, pool::AccountHistory& history)
    : control_(control),
      pool_(pool),
      history_(history),
      next_(control.wheel(), [this] { Look(*pool_.snapshot(), Telling::kYes); }) {}

void BudgetWatch::Start() {
  running_ = true;
  Look(*pool_.snapshot(), Telling::kNo);
}

void BudgetWatch::Stop() {
  running_ = false;
  next_.Disarm();
}

void BudgetWatch::OnSnapshot(const pool::PoolSnapshot& snapshot) { Look(snapshot, Telling::kYes); }

void BudgetWatch::OnRecords(const std::vector<telemetry::RecordPtr>& /*records*/) {
  Look(*pool_.snapshot(), Telling::kYes);
}

void BudgetWatch::Look(const pool::PoolSnapshot& snapshot, Telling telling) {
  if (!running_) return;
  const WallTime now = control_.clock().Now();
  std::optional<WallTime> next;
  for (const pool::PooledAccount& pooled : snapshot.accounts) {
    const pool::Account& account = pooled.account;
    const std::optional<WallTime> until = SpentUntil(pooled, now);
    if (until) next = std::min(next.value_or(*until), *until);
    const bool changed = until ? spent_.insert(account.id).second : spent_.erase(account.id) > 0;
    if (!changed || telling == Telling::kNo || !account.enabled) continue;
    const pool::Condition own = pool::OwnStatus(account).condition;
    pool::StatusChange change;
    change.from = until ? own : pool::Condition::kExhausted;
    change.to = until ? pool::Condition::kExhausted : own;
    change.signal = until ? pool::Signal::kBudgetSpent : pool::Signal::kBudgetRenewed;
    change.until = until.value_or(account.state_until);
    history_.Add(account.id, change);
  }
  std::erase_if(spent_, [&](const AccountId& id) { return snapshot.Find(id) == nullptr; });
  if (next) {
    next_.Arm(std::clamp(milliseconds(*next - now), milliseconds(1), kLook));
  } else {
    next_.Disarm();
  }
}

}  // namespace ag::app
