#pragma once

#include <memory>
#include <utility>

#include "gatewayd/pool/pool_snapshot.h"

namespace ag::pool {

// Counts a request as in flight on its account for as long as it lives.
class AccountLease {
 public:
  AccountLease() = default;
  AccountLease(const PooledAccount& account, WallTime now) : counters_(account.counters) {
    counters_->in_flight.fetch_add(1, std::memory_order_relaxed);
    counters_->requests.fetch_add(1, std::memory_order_relaxed);
    counters_->used.Add(Measure::kRequests, 1, now);
    counters_->last_used_ms.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  }
  AccountLease(AccountLease&& other) noexcept : counters_(std::move(other.counters_)) {}
  AccountLease& operator=(AccountLease&& other) noexcept {
    Release();
    counters_ = std::move(other.counters_);
    return *this;
  }
  ~AccountLease() { Release(); }
  void Release() {
    if (counters_) counters_->in_flight.fetch_sub(1, std::memory_order_relaxed);
    counters_.reset();
  }

 private:
  std::shared_ptr<AccountCounters> counters_;  // shared: the account may be removed while the request runs
};

}  // namespace ag::pool
