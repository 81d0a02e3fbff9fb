#pragma once

#include <absl/container/inlined_vector.h>

#include <cstdint>
#include <memory>
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

// What the scheduler must know of a request.
struct RequestTraits {
  absl::InlinedVector<Candidate, 1> candidates;  // in order of preference; seldom more than one
  DialectList dialects;                          // acceptable upstream dialects, preferred first
  std::vector<AccountId> tried;                  // avoided while another is left
  std::optional<AccountId> pinned;               // account-bound state: this account or none
  std::string_view conversation;                 // what identifies it, for affinity; outlives the traits. Empty = none
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
  kNotPinned
};
inline constexpr int kRejectReasonCount = 10;
std::string_view NameOf(RejectReason reason);  // "disabled", "cooling", …

struct Choice {
  const PooledAccount* account = nullptr;  // null: none; lives in the snapshot
  std::string_view model;                  // upstream name; the candidate's, lives in the traits
  Dialect dialect = Dialect::kChat;
  int rejected[kRejectReasonCount] = {};     // counts by reason
  std::optional<WallTime> earliest_return;   // when cooling candidates come back
  bool hinted = false;                       // …as a provider said
  const PooledAccount* least_bad = nullptr;  // the cooling account that is back first, when nothing is ready
  std::string_view least_bad_model;
  Dialect least_bad_dialect = Dialect::kChat;
};

struct CandidateExplanation {
  AccountId account;
  std::string label;
  std::string model;
  bool eligible = false;
  std::optional<RejectReason> reason;
  std::optional<WallTime> until;
};

// Chooses an account. Pure: all state is in the arguments. Order: candidate order, then priority, then affinity
// (rendezvous hash over the eligible accounts of the best tier), else least in flight by weight, ties by `random`.
class Scheduler {
 public:
  static Choice Pick(const PoolSnapshot& snapshot, const RequestTraits& traits, WallTime now, RandomSource& random);
  static std::vector<CandidateExplanation> Explain(const PoolSnapshot& snapshot, const RequestTraits& traits,
                                                   WallTime now);
};

}  // namespace ag::pool
