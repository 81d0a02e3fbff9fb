#include "gatewayd/pool/account_status.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace ag::pool {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr milliseconds kLongestPause = hours(6);

constexpr std::array<std::string_view, kConditionCount> kConditions{
    "ready", "cooling", "half_open", "probing", "needs_sign_in", "forbidden", "exhausted", "disabled"};

constexpr std::array<std::string_view, kSignalCount> kSignals{
    "success",        "rate_limited",        "quota_used_up",   "overloaded",   "server_failed",
    "network_failed", "sign_in_refused",     "forbidden",       "closed",       "deadline_passed",
    "probe_taken",    "probe_left",          "test_passed",     "enabled",      "disabled",
    "cleared",        "credential_replaced", "token_refreshed", "budget_spent", "budget_renewed"};

using C = Condition;
using S = Signal;

constexpr std::string_view kPause = "pauses as the cause says";
constexpr std::string_view kLonger = "the later end counts; a burst does not climb";
constexpr std::string_view kProbeFailed = "the probe failed: the next pause is longer";
constexpr std::string_view kRefusedNote = "the daemon tests the credential after a while";

constexpr std::array kRules{
    // Failures that pass.
    TransitionRule{C::kReady, S::kRateLimited, C::kCooling, kPause},
    TransitionRule{C::kReady, S::kQuotaUsedUp, C::kCooling, kPause},
    TransitionRule{C::kReady, S::kOverloaded, C::kCooling, kPause},
    TransitionRule{C::kReady, S::kServerFailed, C::kCooling, kPause},
    TransitionRule{C::kReady, S::kNetworkFailed, C::kCooling, kPause},
    TransitionRule{C::kCooling, S::kRateLimited, C::kCooling, kLonger},
    TransitionRule{C::kCooling, S::kQuotaUsedUp, C::kCooling, kLonger},
    TransitionRule{C::kCooling, S::kOverloaded, C::kCooling, kLonger},
    TransitionRule{C::kCooling, S::kServerFailed, C::kCooling, kLonger},
    TransitionRule{C::kCooling, S::kNetworkFailed, C::kCooling, kLonger},
    TransitionRule{C::kHalfOpen, S::kRateLimited, C::kCooling, kProbeFailed},
    TransitionRule{C::kHalfOpen, S::kQuotaUsedUp, C::kCooling, kProbeFailed},
    TransitionRule{C::kHalfOpen, S::kOverloaded, C::kCooling, kProbeFailed},
    TransitionRule{C::kHalfOpen, S::kServerFailed, C::kCooling, kProbeFailed},
    TransitionRule{C::kHalfOpen, S::kNetworkFailed, C::kCooling, kProbeFailed},
    TransitionRule{C::kProbing, S::kRateLimited, C::kCooling, kProbeFailed},
    TransitionRule{C::kProbing, S::kQuotaUsedUp, C::kCooling, kProbeFailed},
    TransitionRule{C::kProbing, S::kOverloaded, C::kCooling, kProbeFailed},
    TransitionRule{C::kProbing, S::kServerFailed, C::kCooling, kProbeFailed},
    TransitionRule{C::kProbing, S::kNetworkFailed, C::kCooling, kProbeFailed},
    // The way back.
    TransitionRule{C::kCooling, S::kDeadlinePassed, C::kHalfOpen, "one real request may try"},
    TransitionRule{C::kHalfOpen, S::kProbeTaken, C::kProbing, "one request a deadline"},
    TransitionRule{C::kProbing, S::kProbeLeft, C::kHalfOpen, "nothing was learned: another request may try"},
    TransitionRule{C::kProbing, S::kDeadlinePassed, C::kHalfOpen, "no word from the probe for 30 s"},
    TransitionRule{C::kCooling, S::kSuccess, C::kReady, "only of a request that began after the latest failure"},
    TransitionRule{C::kHalfOpen, S::kSuccess, C::kReady, ""},
    TransitionRule{C::kProbing, S::kSuccess, C::kReady, ""},
    TransitionRule{C::kCooling, S::kCleared, C::kReady, "agctl accounts clear"},
    TransitionRule{C::kHalfOpen, S::kCleared, C::kReady, ""},
    TransitionRule{C::kProbing, S::kCleared, C::kReady, ""},
    TransitionRule{C::kCooling, S::kCredentialReplaced, C::kReady, "limits of the old key say nothing of the new one"},
    TransitionRule{C::kHalfOpen, S::kCredentialReplaced, C::kReady, ""},
    TransitionRule{C::kProbing, S::kCredentialReplaced, C::kReady, ""},
    // The credential.
    TransitionRule{C::kReady, S::kSignInRefused, C::kNeedsSignIn, kRefusedNote},
    TransitionRule{C::kNeedsSignIn, S::kSignInRefused, C::kNeedsSignIn, "the next test is later"},
    TransitionRule{C::kForbidden, S::kSignInRefused, C::kNeedsSignIn, kRefusedNote},
    TransitionRule{C::kNeedsSignIn, S::kTestPassed, C::kReady, "one real request tries first"},
    TransitionRule{C::kNeedsSignIn, S::kCredentialReplaced, C::kReady, ""},
    TransitionRule{C::kReady, S::kSuccess, C::kReady, "forgets the refusals before"},
    TransitionRule{C::kReady, S::kCredentialReplaced, C::kReady, "forgets the refusals before"},
    // What the account may do.
    TransitionRule{C::kReady, S::kForbidden, C::kForbidden, "until the provider's hint, else for a while"},
    TransitionRule{C::kForbidden, S::kForbidden, C::kForbidden, "longer each time"},
    TransitionRule{C::kReady, S::kClosed, C::kForbidden, "for good: the daemon does not try again"},
    TransitionRule{C::kForbidden, S::kClosed, C::kForbidden, "for good"},
    TransitionRule{C::kNeedsSignIn, S::kClosed, C::kForbidden, "for good"},
    TransitionRule{C::kForbidden, S::kDeadlinePassed, C::kReady, "one real request tries first"},
    TransitionRule{C::kForbidden, S::kTestPassed, C::kReady, "agctl accounts test"},
    TransitionRule{C::kForbidden, S::kEnabled, C::kReady, "to switch it on is to say: try it again"},
    TransitionRule{C::kForbidden, S::kCleared, C::kReady, ""},
    TransitionRule{C::kForbidden, S::kCredentialReplaced, C::kReady, ""},
};

bool IsCapacity(ErrorKind kind) { return kind == ErrorKind::kOverloaded || kind == ErrorKind::kUpstreamServer; }

// The rules by state and signal, so that the hot path looks up and does not search. kConditionCount = no rule.
constexpr auto kNext = [] {
  std::array<std::array<std::uint8_t, kSignalCount>, kConditionCount> table{};
  for (auto& row : table) row.fill(kConditionCount);
  for (const TransitionRule& rule : kRules) {
    table[static_cast<std::size_t>(rule.from)][static_cast<std::size_t>(rule.signal)] =
        static_cast<std::uint8_t>(rule.to);
  }
  return table;
}();

// "Retry-After: 0" promises nothing: the ladder knows better.
bool HasHint(const ErrorDetail& error) { return error.retry_after && error.retry_after->count() > 0; }

// `first` doubled for each further failure, at most `cap`.
milliseconds Rung(milliseconds first, milliseconds cap, int failures) {
  milliseconds rung = first;
  for (int i = 1; i < failures && rung < cap; ++i) rung *= 2;
  return std::min(rung, cap);
}

milliseconds Between(milliseconds low, milliseconds high, RandomSource& random) {
  const auto span = static_cast<std::uint64_t>((high - low).count()) + 1;
  return low + milliseconds(static_cast<std::int64_t>(random.Next() % span));
}

bool IsPause(Condition condition) {
  return condition == Condition::kCooling || condition == Condition::kNeedsSignIn || condition == Condition::kForbidden;
}

// A pause after one more failure, in the condition `to`.
AccountStatus Paused(const AccountStatus& old, Condition to, const ErrorDetail& error, WallTime now,
                     RandomSource& random, WallTime renewed) {
  const bool paused = old.condition == to;
  AccountStatus next;
  next.condition = to;
  next.cause = error.kind;
  next.ladder = LadderOf(error.kind);
  if (next.ladder == Ladder::kNone) {  // capacity: keeps what other ladders have counted, adds nothing
    next.ladder = old.ladder;
    next.failures = old.failures;
    if (next.ladder == Ladder::kStrikes) next.ladder = Ladder::kNone;
    if (next.ladder == Ladder::kNone) next.failures = 0;
  } else if (next.ladder != old.ladder) {
    next.failures = 1;
  } else {
    const bool burst = paused && now < old.until;
    next.failures = burst ? old.failures : std::min(old.failures + 1, kMaxFailures);
  }
  next.until = now + CooldownFor(error, IsCapacity(error.kind) ? 1 : next.failures, random);
  next.hint = HasHint(error);
  if (!next.hint && renewed < next.until) {
    next.until = std::min(next.until, renewed + Between(milliseconds(1), minutes(1), random));
  }
  return paused && old.until >= next.until ? old : next;
}

}  // namespace

Ladder LadderOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kRateMinute:
      return Ladder::kRate;
    case ErrorKind::kQuotaDay:
    case ErrorKind::kBilling:
      return Ladder::kQuota;
    case ErrorKind::kDns:
    case ErrorKind::kConnect:
    case ErrorKind::kTls:
    case ErrorKind::kEgress:
    case ErrorKind::kHeadTimeout:
    case ErrorKind::kIdleTimeout:
    case ErrorKind::kProtocol:
    case ErrorKind::kStreamCut:
      return Ladder::kNetwork;
    case ErrorKind::kAccountAuth:
    case ErrorKind::kAccountForbidden:
      return Ladder::kRefusal;
    default:
      return Ladder::kNone;
  }
}

std::string_view NameOf(Condition condition) { return kConditions[static_cast<std::size_t>(condition)]; }

std::string_view NameOf(Signal signal) { return kSignals[static_cast<std::size_t>(signal)]; }

std::optional<Condition> ConditionFromName(std::string_view name) {
  const auto* found = std::find(kConditions.begin(), kConditions.end(), name);
  if (found == kConditions.end()) return std::nullopt;
  return static_cast<Condition>(found - kConditions.begin());
}

std::optional<Signal> SignalFromName(std::string_view name) {
  const auto* found = std::find(kSignals.begin(), kSignals.end(), name);
  if (found == kSignals.end()) return std::nullopt;
  return static_cast<Signal>(found - kSignals.begin());
}

std::span<const TransitionRule> TransitionRules() { return kRules; }

std::optional<Condition> NextCondition(Condition from, Signal signal) {
  const std::uint8_t next = kNext[static_cast<std::size_t>(from)][static_cast<std::size_t>(signal)];
  if (next == kConditionCount) return std::nullopt;
  return static_cast<Condition>(next);
}

std::optional<Signal> SignalOf(const ErrorDetail& error) {
  if (error.scope == ErrorScope::kRequest) return std::nullopt;
  const bool refusal = error.kind == ErrorKind::kAccountAuth || error.kind == ErrorKind::kAccountForbidden;
  if (refusal && error.scope != ErrorScope::kAccount) return std::nullopt;
  switch (LadderOf(error.kind)) {
    case Ladder::kRate:
      return Signal::kRateLimited;
    case Ladder::kQuota:
      return Signal::kQuotaUsedUp;
    case Ladder::kNetwork:
      return Signal::kNetworkFailed;
    case Ladder::kRefusal:
      return error.kind == ErrorKind::kAccountAuth ? Signal::kSignInRefused : Signal::kForbidden;
    case Ladder::kNone:
    case Ladder::kStrikes:
      break;
  }
  if (error.kind == ErrorKind::kOverloaded) return Signal::kOverloaded;
  if (error.kind == ErrorKind::kUpstreamServer) return Signal::kServerFailed;
  return std::nullopt;
}

milliseconds CooldownFor(const ErrorDetail& error, int failures_in_a_row, RandomSource& random) {
  const Ladder ladder = LadderOf(error.kind);
  if (ladder == Ladder::kNone && !IsCapacity(error.kind)) return milliseconds(0);
  if (HasHint(error)) return std::min(*error.retry_after, kLongestPause);
  switch (ladder) {
    case Ladder::kRate:
      return Between(milliseconds(1), Rung(seconds(1), seconds(60), failures_in_a_row), random);
    case Ladder::kQuota:
      return Between(minutes(1), Rung(minutes(5), kLongestPause, failures_in_a_row), random);
    case Ladder::kNetwork:
      return Between(milliseconds(1), Rung(seconds(1), seconds(30), failures_in_a_row), random);
    case Ladder::kRefusal:
      return Rung(seconds(5), kLongestPause, failures_in_a_row);
    case Ladder::kNone:
    case Ladder::kStrikes:
      break;
  }
  return Between(seconds(1), seconds(5), random);
}

bool IsOver(WallTime until, WallTime now) { return now >= until || until - now > kLongestPause; }

AccountStatus StatusAt(const AccountStatus& status, WallTime now) {
  const bool ends = status.until != WallTime{} && IsOver(status.until, now);
  if (!ends) return status;
  const std::optional<Condition> next = NextCondition(status.condition, Signal::kDeadlinePassed);
  if (!next) return status;
  AccountStatus later = status;
  later.condition = *next;
  return later;
}

AccountStatus Apply(const AccountStatus& status, Signal signal, const ErrorDetail& error, WallTime now,
                    RandomSource& random, WallTime renewed) {
  const AccountStatus old = StatusAt(status, now);
  const std::optional<Condition> to = NextCondition(old.condition, signal);
  if (!to) return status;
  if (old.condition == Condition::kReady && *to == Condition::kCooling && error.scope == ErrorScope::kProvider &&
      !HasHint(error)) {
    const int strikes = old.ladder == Ladder::kStrikes ? old.failures + 1 : 1;
    if (strikes < kStrikes) {
      AccountStatus warned;
      warned.ladder = Ladder::kStrikes;
      warned.failures = strikes;
      return warned;
    }
  }
  if (IsPause(*to) && signal != Signal::kClosed) return Paused(old, *to, error, now, random, renewed);
  AccountStatus next = Apply(status, signal, now);
  if (signal == Signal::kClosed) next.cause = error.kind;
  return next;
}

AccountStatus Apply(const AccountStatus& status, Signal signal, WallTime now) {
  const AccountStatus old = StatusAt(status, now);
  const std::optional<Condition> to = NextCondition(old.condition, signal);
  if (!to) return status;
  AccountStatus next = old;
  next.condition = *to;
  if (*to == Condition::kProbing) {
    next.until = now + kProbeLease;
  } else if (*to == Condition::kHalfOpen) {
    next.until = std::min(old.until, now);
  } else if (*to == Condition::kReady) {
    next = AccountStatus();
    // What a test or the clock ends is not proven yet: the next refusal goes on where this one stopped.
    if (signal == Signal::kTestPassed || signal == Signal::kDeadlinePassed) {
      next.failures = old.failures;
      next.ladder = old.ladder;
    }
  } else {
    next.until = {};  // for good
    next.hint = false;
  }
  return next;
}

Condition Covered(Condition beneath, Cover cover) {
  switch (cover) {
    case Cover::kOwner:
      return Condition::kDisabled;
    case Cover::kBudget:
      return Condition::kExhausted;
    case Cover::kNone:
      break;
  }
  return beneath;
}

std::optional<StatusChange> Difference(const AccountStatus& before, const AccountStatus& after, Signal signal,
                                       const ErrorDetail& error) {
  if (before == after) return std::nullopt;
  if (before.condition == after.condition && before.until == after.until) return std::nullopt;
  StatusChange change;
  change.from = before.condition;
  change.to = after.condition;
  change.signal = signal;
  if (after.condition != Condition::kReady) change.until = after.until;
  change.hint = after.hint;
  change.error = error;
  return change;
}

}  // namespace ag::pool
