#pragma once

#include <chrono>
#include <cstdint>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/random.h"

namespace ag::proxy {

// What to do after a failed attempt, decided from the kind of the error and how often it was met, never from a message.
struct RetryDecision {
  enum class Action : std::uint8_t {
    kGiveUp,
    kOtherAccount,  // only one that was not tried yet
    kAnyAccount,    // another one first, else the same again
    kWithoutState,  // the same one, without the reasoning state that it refused
  };
  Action action = Action::kGiveUp;
  std::chrono::milliseconds pause{0};  // before the next attempt
};

// One request's attempts.
class AttemptPolicy {
 public:
  AttemptPolicy(int max_attempts, RandomSource& random) : max_attempts_(max_attempts), random_(random) {}

  // After an attempt that failed before anything was committed to the client.
  RetryDecision Next(const ErrorDetail& error);
  int attempts() const { return attempts_; }

 private:
  std::chrono::milliseconds Jittered(std::chrono::milliseconds ceiling);

  const int max_attempts_;
  RandomSource& random_;
  int attempts_ = 0;
  int capacity_failures_ = 0;
  int server_failures_ = 0;
  int transport_failures_ = 0;
  bool state_removed_ = false;
};

// Keeps retries from multiplying an outage: over a window of 10 s, at most 20 % of the requests plus 10. One a shard.
class RetryBudget {
 public:
  explicit RetryBudget(const Clock& clock) : clock_(clock), window_start_(clock.Steady()) {}

  void OnRequest();
  // Takes one retry; false when the window's budget is used up.
  bool TryRetry();

 private:
  void Roll();

  static constexpr std::chrono::seconds kWindow{10};
  const Clock& clock_;
  SteadyTime window_start_;
  int requests_ = 0;
  int retries_ = 0;
};

}  // namespace ag::proxy
