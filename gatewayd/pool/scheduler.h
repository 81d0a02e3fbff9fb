#pragma once

#include <absl/container/inlined_vector.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/dialect.h"
#include "gatewayd/base/random.h"
#include "gatewayd/pool/pool_snapshot.h"

namespace ag::pool {

// One place where a request could go, as the router lists them: a provider preset and the model's name there.
struct Candidate {
  std::string preset;  // empty = any account of `family`
  Family family = Family::kOpenAi;
  std::string model;
};

using DialectList = absl::InlinedVector<Dialect, kDialectCount>;

// How the scheduler chooses among the accounts of one tier.
enum class PickMode : std::uint8_t {
  kCacheFirst,  // a conversation stays on its account, where the provider has its prompt in cache; else as kBalance
  kBalance,     // the less loaded of two that were drawn by weight
  kPerformanceFirst,  // the one whose streams begin soonest
};
std::string_view NameOf(PickMode mode);  // "cache_first", …
std::optional<PickMode> PickModeFromName(std::string_view name);

struct PickPolicy {
  PickMode mode = PickMode::kCacheFirst;
  std::optional<AccountId> fixed;  // goes before all others, whatever its priority
  bool failover = true;            // to the others, when the fixed one cannot serve
};

// What a request was sent to in vain: an account with one of its models, or whatever the model.
struct Asked {
  AccountId account;
  std::string model;  // upstream name; empty = all
};

// What the scheduler must know of a request.
struct RequestTraits {
  absl::InlinedVector<Candidate, 1> candidates;  // in order of preference; seldom more than one
  DialectList dialects;                          // acceptable upstream dialects, preferred first
  std::vector<Asked> tried;                      // avoided while another is left
  std::vector<Asked> excluded;                   // not asked, whatever is left
  std::optional<AccountId> pinned;               // account-bound state: this account or none
  std::optional<std::uint64_t> conversation;     // hash of what identifies it, for affinity
  PickPolicy policy;
};

enum class RejectReason : std::uint8_t {
  kDisabled,
  kNeedsSignIn,
  kForbidden,
  kOtherProvider,
  kModelNotListed,
  kNoDialect,
  kCooling,
  kHalfOpenTaken,
  kTried,
  kNotPinned,
  kNotFixed,      // the user wants another account and no failover
  kLimitReached,  // the provider would refuse: its headers have said so
  kBudgetSpent,   // the owner's own limit
  kNoQuota,       // as its provider has said: no quota for this model on this account
  kNotGranted     // as its provider has said: this model is not there for this account
};
inline constexpr int kRejectReasonCount = 15;
std::string_view NameOf(RejectReason reason);  // "disabled", "cooling", …
std::optional<RejectReason> RejectReasonFromName(std::string_view name);

// What a client is told when none can serve: kRateMinute while one of those that were rejected is back by itself, else
// the reason that its owner can mend soonest. `rejected` counts accounts by RejectReason.
ErrorKind ErrorWhenNobody(std::span<const int, kRejectReasonCount> rejected);

// Why the choice fell on an account.
enum class PickReason : std::uint8_t {
  kOnlyCandidate,   // no other account is of the candidate's provider
  kOnlyOfPriority,  // no other of its priority is ready
  kHoldsState,      // the request refers to what is kept there
  kFixed,           // the user has fixed it
  kAffinity,        // the conversation's own account
  kStandIn,         // for the conversation's own account, which cannot serve
  kLessLoaded,      // than another that was drawn with it
  kFoundReady,      // the first that could serve
  kQuicker,         // its streams begin sooner than the others'
  kPauseEnded,      // while the pick went on
  kHalfOpen,        // its pause is over, and this request tries it
  kBackFirst,       // none is ready, and nobody has said when this one is
  kTested           // its owner wanted to know what it can do
};
inline constexpr int kPickReasonCount = 13;
// "only_candidate", …: the code of the reason that an attempt's record gives (monitor.proto, Attempt.chosen).
std::string_view NameOf(PickReason reason);

struct Choice {
  const PooledAccount* account = nullptr;  // null: none; lives in the snapshot
  std::string_view model;                  // upstream name; the candidate's, lives in the traits
  Dialect dialect = Dialect::kChat;
  PickReason why = PickReason::kOnlyCandidate;
  HalfOpenTicket place;  // once the request has entered
  // What follows is of a choice without an account.
  int rejected[kRejectReasonCount] = {};     // all accounts, counted by reason
  std::optional<WallTime> earliest_return;   // when candidates come back that cool or have reached a limit
  bool hinted = false;                       // …as a provider or a limit says
  const PooledAccount* least_bad = nullptr;  // the cooling account that is back first
  bool least_bad_hinted = false;             // …as its provider says: it is not to be asked before
  std::string_view least_bad_model;
  Dialect least_bad_dialect = Dialect::kChat;
};

// Why a candidate that could serve has its place among the others that could.
enum class RankReason : std::uint8_t {
  // Of the first.
  kOnlyCandidate,   // no other account is of the candidate's provider
  kOnlyOfPriority,  // no other of its priority could serve
  kHoldsState,
  kFixed,
  kByConversation,  // conversations are spread over those of this rank, and each keeps to its account
  kByLoad,          // those of this rank share the requests by their load
  kQuicker,
  // Of the others, by what distinguishes them from those before.
  kSlower,
  kBehindFixed,
  kLaterInChain,
  kLowerPriority
};
inline constexpr int kRankReasonCount = 11;
std::string_view NameOf(RankReason reason);  // "only_candidate", "lower_priority", …: stable

struct CandidateExplanation {
  AccountId account;
  std::string label;
  std::string model;
  bool eligible = false;
  std::optional<RejectReason> reason;
  std::optional<WallTime> until;
  int rank =
      0;  // of one that is eligible: 1 is asked first, equal ones share the requests; 0 = it is not, or not ranked
  std::optional<RankReason> rank_reason;
};

// Chooses an account. Pure: all state is in the arguments, whose snapshot has its index.
//
// Order: accounts that were not tried, the fixed account, candidate order, priority, then the policy's mode. The cost
// does not grow with the number of accounts while a fair share of a tier can serve (docs/adr/0010); only when none can
// are all counted.
class Scheduler {
 public:
  static Choice Pick(const PoolSnapshot& snapshot, const RequestTraits& traits, WallTime now, RandomSource& random);
  // The whole table: each account for each candidate, in the accounts' order, ranked. For people.
  static std::vector<CandidateExplanation> Explain(const PoolSnapshot& snapshot, const RequestTraits& traits,
                                                   WallTime now);
  // The first `most` rows of it that are of a candidate's provider, not ranked: for the record of a request that
  // failed.
  static std::vector<CandidateExplanation> ExplainSome(const PoolSnapshot& snapshot, const RequestTraits& traits,
                                                       WallTime now, std::size_t most);
};

}  // namespace ag::pool
