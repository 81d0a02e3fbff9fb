#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/random.h"
#include "gatewayd/pool/account_limits.h"

// The state machine of an account, and of one of its models: pure, and the only place that decides what follows from
// what. CooldownBoard's cells and AccountPool keep states and ask here for the next one; docs/account-states.md is made
// from TransitionRules().
namespace ag::pool {

// What an account, or an account with one model, can be. The order is stored in the history: append only.
enum class Condition : std::uint8_t {
  kReady,
  kCooling,      // after failures that pass: not to be asked before `until`
  kHalfOpen,     // the pause is over: ONE request may try
  kProbing,      // that request is under way
  kNeedsSignIn,  // the provider refuses the credential, or there is none that can be read
  kForbidden,    // the credential is good, the provider lets the account do nothing: until a time, or for good
  kExhausted,    // the owner's own budget is spent
  kDisabled,     // switched off by the owner
};
inline constexpr int kConditionCount = 8;
std::string_view NameOf(Condition condition);  // "ready", "half_open", …: stable
std::optional<Condition> ConditionFromName(std::string_view name);

// What happens to an account. The order is stored in the history: append only.
enum class Signal : std::uint8_t {
  kSuccess,             // a request got its first content
  kRateLimited,         // a limit per minute
  kQuotaUsedUp,         // a quota per day or longer, or no money left
  kOverloaded,          // the provider lacks capacity
  kServerFailed,        // other 5xx
  kNetworkFailed,       // no connection, no TLS, a cut or an unreadable reply
  kSignInRefused,       // the provider refuses the credential
  kForbidden,           // the provider forbids everything, for now
  kClosed,              // the provider says that it has closed the account
  kDeadlinePassed,      // `until` is reached
  kProbeTaken,          // a request takes the half-open place
  kProbeLeft,           // it gives the place back and has learned nothing: its client left, or it was at fault itself
  kTestPassed,          // a test of the credential succeeded
  kEnabled,             // the owner switches it on
  kDisabled,            // the owner switches it off
  kCleared,             // the owner ends the pause
  kCredentialReplaced,  // the owner enters a new credential
  kTokenRefreshed,      // a sign-in was renewed; of no version's history, kept for its place
  kBudgetSpent,         // the owner's own limit is reached
  kBudgetRenewed,       // its next period began, or its owner raised it
};
inline constexpr int kSignalCount = 20;
std::string_view NameOf(Signal signal);  // "success", "rate_limited", …: stable
std::optional<Signal> SignalFromName(std::string_view name);

// Failures of one ladder climb it together; the ladders do not push each other up.
enum class Ladder : std::uint8_t {
  kNone,
  kRate,
  kQuota,
  kNetwork,
  kRefusal,
  kStrikes,  // no pause yet: failures of the provider that may have been chance
};
Ladder LadderOf(ErrorKind kind);  // kNone also for lack of capacity: it passes by itself, however often it is met

// A state with what belongs to it. A value.
struct AccountStatus {
  Condition condition = Condition::kReady;
  // kCooling, kHalfOpen: when one request may try. kProbing: when the place is free again without word from its
  // request. kNeedsSignIn, kForbidden: when the daemon tries again by itself; the epoch = it does not.
  WallTime until{};
  ErrorKind cause = ErrorKind::kInternal;
  bool hint = false;  // `until` is the provider's word
  int failures = 0;   // in a row, on `ladder`; at most kMaxFailures
  Ladder ladder = Ladder::kNone;

  friend bool operator==(const AccountStatus&, const AccountStatus&) = default;
};
inline constexpr int kMaxFailures = 63;

// One failure of the provider as a whole (a 500, a cut connection) says little about the next request; so many in a row
// pause the account as its own failure does.
inline constexpr int kStrikes = 3;

// How long a half-open place is held without word from its request. Without it a request that never reports would lock
// its account out for good.
inline constexpr std::chrono::seconds kProbeLease{30};

// One row of the machine: in `from`, `signal` leads to `to`. What has no row changes nothing.
struct TransitionRule {
  Condition from;
  Signal signal;
  Condition to;
  std::string_view note;  // for docs/account-states.md
};
std::span<const TransitionRule> TransitionRules();
std::optional<Condition> NextCondition(Condition from, Signal signal);

// What a failure says of the account or of its model; none when it says nothing of them: the request was at fault, the
// client left, or what was refused is one model only (a fact to be learned, not a state). Failures of the provider as a
// whole count too: asking on would not help it.
std::optional<Signal> SignalOf(const ErrorDetail& error);

// How long a failure pauses. Pure. A provider's hint is followed, at most 6 h; without one:
//   rate limits      1 s doubling to 60 s, full jitter
//   quota, billing   5 min doubling to 6 h, jitter down to 1 min
//   capacity, 5xx    1–5 s, never climbs
//   network          1 s doubling to 30 s, full jitter
//   refusals         5 s doubling to 6 h; the gateway's own test, not a client's request
//   other kinds      0
// `failures_in_a_row` counts this one: the first is 1.
std::chrono::milliseconds CooldownFor(const ErrorDetail& error, int failures_in_a_row, RandomSource& random);

// Whether a pause until then is over. Also when it would last longer than any pause does: then the clock was ahead when
// it began.
bool IsOver(WallTime until, WallTime now);

// What `status` is at `now`: deadlines that have passed are applied.
AccountStatus StatusAt(const AccountStatus& status, WallTime now);

// The status after `signal`; `status` itself when nothing changes. Failures of ErrorScope::kProvider pause what is
// ready at the third in a row, but one that says how long at once. Deadlines combine by maximum: a failure that would
// end earlier than the present pause changes nothing, and failures within one pause are one burst, which does not
// climb. `error` is the failure behind a signal that is one. `renewed` is when what has failed is given anew, as its
// provider documents it: a pause without a hint ends within a minute after it at the latest, so that not all accounts
// ask at once.
AccountStatus Apply(const AccountStatus& status, Signal signal, const ErrorDetail& error, WallTime now,
                    RandomSource& random, WallTime renewed = WallTime::max());
AccountStatus Apply(const AccountStatus& status, Signal signal, WallTime now);  // for signals that are no failures

// What covers the state beneath for as long as it lasts.
enum class Cover : std::uint8_t { kNone, kBudget, kOwner };
Condition Covered(Condition beneath, Cover cover);

// One transition, as the history tells it.
struct StatusChange {
  std::string model;  // empty = the whole account
  Condition from = Condition::kReady;
  Condition to = Condition::kReady;
  Signal signal = Signal::kSuccess;
  WallTime until{};  // of `to`; the epoch = nothing ends it by itself
  bool hint = false;
  ErrorDetail error;                  // the failure behind it; kInternal without a text when there is none
  std::optional<SpentBudget> budget;  // of kBudgetSpent and kBudgetRenewed
};
// None when a person would see no difference.
std::optional<StatusChange> Difference(const AccountStatus& before, const AccountStatus& after, Signal signal,
                                       const ErrorDetail& error);

}  // namespace ag::pool
