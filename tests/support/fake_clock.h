#pragma once

#include <atomic>
#include <chrono>

#include "gatewayd/base/clock.h"

namespace ag::test {

// A clock that moves only when told to. Thread-safe. Starts at 2026-11-01T00:00:00Z.
class FakeClock final : public Clock {
 public:
  WallTime Now() const override {
    return WallTime(std::chrono::milliseconds(kStartMs + elapsed_ms_.load() + wall_ahead_ms_.load()));
  }
  SteadyTime Steady() const override {
    return SteadyTime(std::chrono::milliseconds(kSteadyStartMs + elapsed_ms_.load()));
  }
  void Advance(std::chrono::milliseconds by) { elapsed_ms_ += by.count(); }
  // As a machine that wakes from sleep, or whose clock is set: steady time does not move. By less than 0: back.
  void AdvanceWall(std::chrono::milliseconds by) { wall_ahead_ms_ += by.count(); }

 private:
  static constexpr std::int64_t kStartMs = 1'793'491'200'000;
  static constexpr std::int64_t kSteadyStartMs = 1'000'000;
  std::atomic<std::int64_t> elapsed_ms_{0};
  std::atomic<std::int64_t> wall_ahead_ms_{0};
};

}  // namespace ag::test
