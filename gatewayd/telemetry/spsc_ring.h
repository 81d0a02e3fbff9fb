#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>

namespace ag::telemetry {

// A bounded queue from one thread to one other, without locks and without allocation after construction. `Capacity` is
// a power of two. Payloads may be move-only.
template <typename T, std::size_t Capacity>
class SpscRing {
  static_assert(Capacity >= 2 && (Capacity & (Capacity - 1)) == 0, "a power of two");

 public:
  SpscRing() = default;
  SpscRing(const SpscRing&) = delete;
  SpscRing& operator=(const SpscRing&) = delete;

  // Producer only. False (and `value` untouched) when full.
  bool TryPush(T& value) {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - seen_head_ == Capacity) {
      seen_head_ = head_.load(std::memory_order_acquire);
      if (tail - seen_head_ == Capacity) return false;
    }
    slots_[tail & (Capacity - 1)] = std::move(value);
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  // Consumer only.
  std::optional<T> TryPop() {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    if (head == seen_tail_) {
      seen_tail_ = tail_.load(std::memory_order_acquire);
      if (head == seen_tail_) return std::nullopt;
    }
    std::optional<T> value(std::exchange(slots_[head & (Capacity - 1)], T{}));
    head_.store(head + 1, std::memory_order_release);
    return value;
  }

 private:
  // Each side's counters on their own cache line; `seen_*` is a side's last view of the other one.
  static constexpr std::size_t kLine = 64;
  alignas(kLine) std::atomic<std::size_t> tail_{0};
  std::size_t seen_head_ = 0;
  alignas(kLine) std::atomic<std::size_t> head_{0};
  std::size_t seen_tail_ = 0;
  alignas(kLine) std::array<T, Capacity> slots_{};
};

}  // namespace ag::telemetry
