#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

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
std::string_view NameOf(RetryDecision::Action action);  // "give_up", "other_account", …

// Failures that are counted together: each group has its own bound, since more of the same would only burn through
// healthy accounts or repeat what hurts.
enum class FailureGroup : std::uint8_t { kNone, kCapacity, kServer, kTransport, kState };
inline constexpr int kFailureGroupCount = 5;

// One row of the policy. The first row that fits decides: `action` for the first `times` failures of the row's group
// (of all its kinds together), then the request is given up. No group: always `action`.
struct AttemptRule {
  ErrorKind kind;
  std::optional<ErrorScope> scope;  // none = any
  RetryDecision::Action action = RetryDecision::Action::kGiveUp;
  std::chrono::milliseconds pause{0};  // at most; the half of it and a random rest
  FailureGroup group = FailureGroup::kNone;
  int times = 0;
};
// Every kind has a row without a scope.
std::span<const AttemptRule> AttemptRules();

struct AttemptLimits {
  int max_attempts = 5;
  SteadyTime deadline = SteadyTime::max();  // no attempt begins after it
};

// One request's attempts.
class AttemptPolicy {
 public:
  AttemptPolicy(AttemptLimits limits, RandomSource& random) : limits_(limits), random_(random) {}

  // kToProbe: to see whether an account is well again that others had found unwell. Such a failure was to be expected,
  // says nothing new and counts as an attempt alone.
  enum class Asked : std::uint8_t { kForItself, kToProbe };
  // After an attempt that failed at `now`, before anything was committed to the client.
  RetryDecision Next(const ErrorDetail& error, SteadyTime now, Asked asked = Asked::kForItself);
  int attempts() const { return attempts_; }

 private:
  std::chrono::milliseconds Jittered(std::chrono::milliseconds ceiling);

  const AttemptLimits limits_;
  RandomSource& random_;
  int attempts_ = 0;
  int failures_[kFailureGroupCount] = {};
};

// Keeps retries from multiplying an outage: over a window of 10 s, at most 20 % of the requests plus 10. One a shard.
class RetryBudget {
 public:
  explicit RetryBudget(const Clock& clock) : clock_(clock), window_start_(clock.Steady()) {}

  void OnRequest();
  // Takes one retry; false when the window's budget is used up.
  bool TryRetry();
  // When TryRetry is worth another try.
  std::chrono::milliseconds UntilRenewed() const;

 private:
  void Roll();

  static constexpr std::chrono::seconds kWindow{10};
  const Clock& clock_;
  SteadyTime window_start_;
  int requests_ = 0;
  int retries_ = 0;
};

}  // namespace ag::proxy
