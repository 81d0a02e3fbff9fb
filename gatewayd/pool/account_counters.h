#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "gatewayd/base/clock.h"
#include "gatewayd/pool/account_limits.h"

namespace ag::pool {

// The live counters of one account, shared by all snapshots that hold it: shards change them without asking the owner.
struct AccountCounters {
  // A measurement that is older says nothing of how the account is now.
  static constexpr std::chrono::seconds kFirstByteMemory{60};

  std::atomic<int> in_flight{0};
  std::atomic<std::int64_t> requests{0};
  std::atomic<std::int64_t> violations{0};    // streams that broke their protocol
  std::atomic<std::int64_t> last_used_ms{0};  // wall time; 0 = never
  // Removed or switched off: no request may be sent any more, whatever snapshot it was picked from.
  std::atomic<bool> withdrawn{false};

  // How long a stream took to its first content: a moving average in which the latest counts for a quarter. Of two
  // shards that measure at once, one may be lost.
  void NoteFirstByte(std::chrono::microseconds taken, WallTime now) {
    const auto before = FirstByte(now);
    const std::int64_t average = before ? (3 * before->count() + taken.count()) / 4 : taken.count();
    first_byte_us_.store(average, std::memory_order_relaxed);
    first_byte_at_ms_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  }
  // Nothing when it was not measured within kFirstByteMemory.
  std::optional<std::chrono::microseconds> FirstByte(WallTime now) const {
    const WallTime measured{std::chrono::milliseconds(first_byte_at_ms_.load(std::memory_order_relaxed))};
    if (now - measured > kFirstByteMemory) return std::nullopt;
    return std::chrono::microseconds(first_byte_us_.load(std::memory_order_relaxed));
  }

 private:
  std::atomic<std::int64_t> first_byte_us_{0};
  std::atomic<std::int64_t> first_byte_at_ms_{0};

 public:
  BudgetMeter used;  // by what the account's own limits count; last, for the scheduler reads the others together
};

}  // namespace ag::pool
