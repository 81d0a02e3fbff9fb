#pragma once

#include <chrono>

#include "gatewayd/base/clock.h"

namespace ag::test {

// A clock that runs `factor` times as fast as the real one, for tests of whole gateways: what waits for minutes waits
// for seconds, and nothing sleeps. Starts at 2026-11-01T00:00:00Z. Thread-safe.
class FastClock final : public Clock {
 public:
  explicit FastClock(int factor) : factor_(factor), start_(std::chrono::steady_clock::now()) {}

  WallTime Now() const override {
    return WallTime(std::chrono::milliseconds(kStartMs)) + std::chrono::duration_cast<std::chrono::milliseconds>(Run());
  }
  SteadyTime Steady() const override { return start_ + Run(); }

 private:
  static constexpr std::int64_t kStartMs = 1'793'491'200'000;
  std::chrono::steady_clock::duration Run() const { return (std::chrono::steady_clock::now() - start_) * factor_; }

  const int factor_;
  const SteadyTime start_;
};

}  // namespace ag::test
