#include "gatewayd/app/account_healer.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

namespace ag::app {
namespace {

using std::chrono::milliseconds;

// A test that could not be made (no network) is made again after this.
constexpr milliseconds kShortest{5'000};
// The wheel counts steady time, states end by the wall clock: a machine that wakes from sleep, or a clock that was set,
// is noticed after this at the latest.
constexpr milliseconds kLook{15'000};

bool Waits(const pool::Account& account) {
  return account.enabled && account.state != pool::AccountState::kReady && account.state_until != WallTime{};
}

}  // namespace

AccountHealer::AccountHealer(runtime::Shard& control, pool::AccountPool& pool, control::UpstreamPort& upstream)
    : control_(control), pool_(pool), upstream_(upstream), next_(control.wheel(), [this] { Wake(); }) {}

void AccountHealer::OnSnapshot(const pool::PoolSnapshot& snapshot) {
  if (stopped_) return;
  const WallTime now = control_.clock().Now();
  std::optional<milliseconds> wait;
  for (const pool::PooledAccount& pooled : snapshot.accounts) {
    if (!Waits(pooled.account) || in_test_.contains(pooled.account.id)) continue;
    const auto left = pool::IsOver(pooled.account.state_until, now) ? milliseconds(0)
                                                                    : milliseconds(pooled.account.state_until - now);
    wait = std::min(wait.value_or(left), left);
  }
  if (wait) {
    next_.Arm(std::min(*wait, kLook));
  } else {
    next_.Disarm();
  }
}

void AccountHealer::Stop() {
  stopped_ = true;
  next_.Disarm();
}

void AccountHealer::Wake() {
  const auto snapshot = pool_.snapshot();
  const WallTime now = control_.clock().Now();
  for (const pool::PooledAccount& pooled : snapshot->accounts) {
    const pool::Account& account = pooled.account;
    if (!Waits(account) || !pool::IsOver(account.state_until, now) || in_test_.contains(account.id)) continue;
    if (account.state == pool::AccountState::kForbidden) {
      pool_.OnDeadline(account.id);
    } else {
      Test(account.id);
    }
  }
  OnSnapshot(*pool_.snapshot());
}

void AccountHealer::Test(const AccountId& id) {
  in_test_.insert(id);
  upstream_.TestAccount(id, [this, id](const absl::StatusOr<control::AccountTest>&) {
    in_test_.erase(id);
    const auto snapshot = pool_.snapshot();
    const pool::PooledAccount* pooled = snapshot->Find(id);
    // The test has told the pool what it learned. Where it learned nothing, the state is still due.
    const bool due = pooled != nullptr && Waits(pooled->account) &&
                     pool::IsOver(pooled->account.state_until, control_.clock().Now());
    if (!due) return OnSnapshot(*snapshot);
    if (!stopped_) next_.Arm(kShortest);
  });
}

}  // namespace ag::app
