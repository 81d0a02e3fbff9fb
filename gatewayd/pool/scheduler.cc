#include "gatewayd/pool/scheduler.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace ag::pool {
namespace {

constexpr std::array<std::string_view, kRejectReasonCount> kReasons{
    "disabled",   "needs_sign_in", "forbidden",       "other_provider", "model_not_listed",
    "no_dialect", "cooling",       "half_open_taken", "tried",          "not_pinned"};

bool Serves(const Account& account, const Candidate& candidate) {
  return candidate.preset.empty() ? account.family == candidate.family : account.preset == candidate.preset;
}

std::optional<Dialect> DialectFor(const Account& account, const DialectList& dialects) {
  for (const Dialect dialect : dialects) {
    if (account.Speaks(dialect)) return dialect;
  }
  return std::nullopt;
}

// What speaks against the account whatever the model is.
std::optional<RejectReason> AccountReject(const Account& account, const RequestTraits& traits) {
  if (traits.pinned && account.id != *traits.pinned) return RejectReason::kNotPinned;
  if (!account.enabled || account.state == AccountState::kDisabled) return RejectReason::kDisabled;
  if (account.state == AccountState::kNeedsSignIn) return RejectReason::kNeedsSignIn;
  if (account.state == AccountState::kForbidden) return RejectReason::kForbidden;
  return std::nullopt;
}

// One account judged for one candidate.
struct Verdict {
  std::optional<RejectReason> reason;
  std::optional<Dialect> dialect;
  CooldownStatus cooldown;
};

Verdict Judge(const PooledAccount& pooled, const Candidate& candidate, const RequestTraits& traits, WallTime now) {
  Verdict verdict;
  verdict.reason = AccountReject(pooled.account, traits);
  if (verdict.reason) return verdict;
  verdict.dialect = DialectFor(pooled.account, traits.dialects);
  if (!verdict.dialect) {
    verdict.reason = RejectReason::kNoDialect;
  } else if (!pooled.account.MayServe(candidate.model)) {
    verdict.reason = RejectReason::kModelNotListed;
  } else {
    verdict.cooldown = pooled.cooldowns->Check(candidate.model, now);
    if (verdict.cooldown.state == CooldownStatus::State::kCooling) verdict.reason = RejectReason::kCooling;
    if (verdict.cooldown.state == CooldownStatus::State::kHalfOpenTaken) verdict.reason = RejectReason::kHalfOpenTaken;
  }
  return verdict;
}

// splitmix64's finaliser: one changed bit changes half of the result.
std::uint64_t Mix(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

std::uint64_t HashOf(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

int WeightOf(const Account& account) { return std::max(account.weight, 1); }

// Weighted rendezvous hashing: each account draws from the conversation and its own id alone, so that one that leaves
// or joins moves only the conversations that it had or gets.
// https://datatracker.ietf.org/doc/draft-ietf-bess-weighted-hrw/
double AffinityScore(std::uint64_t affinity, const Account& account) {
  const std::uint64_t draw = Mix(affinity + Mix(HashOf(account.id.value())));
  const double unit = (static_cast<double>(draw >> 11U) + 0.5) * 0x1p-53;  // in (0, 1)
  return static_cast<double>(WeightOf(account)) / -std::log(unit);
}

// The best account seen so far. Reads each account once, so that nothing needs a list of the eligible ones.
class Contest {
 public:
  Contest(const RequestTraits& traits, RandomSource& random) : traits_(traits), random_(random) {}

  void Enter(const PooledAccount& pooled, std::size_t candidate, Dialect dialect, bool tried) {
    const Rank rank{tried, candidate, -pooled.account.priority};
    const int order = winner_ == nullptr ? -1 : Compare(rank, rank_);
    if (order > 0) return;
    if (order < 0 ? !Restart(pooled) : !Beats(pooled)) return;
    winner_ = &pooled;
    rank_ = rank;
    dialect_ = dialect;
  }

  const PooledAccount* winner() const { return winner_; }
  bool winner_was_tried() const { return rank_.tried; }
  std::size_t candidate() const { return rank_.candidate; }
  Dialect dialect() const { return dialect_; }

 private:
  struct Rank {
    bool tried = false;
    std::size_t candidate = 0;
    int negative_priority = 0;
  };

  static int Compare(const Rank& a, const Rank& b) {
    if (a.tried != b.tried) return a.tried ? 1 : -1;
    if (a.candidate != b.candidate) return a.candidate > b.candidate ? 1 : -1;
    if (a.negative_priority != b.negative_priority) return a.negative_priority > b.negative_priority ? 1 : -1;
    return 0;
  }

  // A better tier begins with this account.
  bool Restart(const PooledAccount& pooled) {
    score_.reset();
    in_flight_ = pooled.counters->in_flight.load(std::memory_order_relaxed);
    weight_ = WeightOf(pooled.account);
    tied_weight_ = static_cast<std::uint64_t>(weight_);
    return true;
  }

  bool Beats(const PooledAccount& pooled) {
    if (!traits_.conversation.empty()) {
      if (!score_) score_ = AffinityScore(affinity(), winner_->account);
      const double score = AffinityScore(affinity(), pooled.account);
      if (score <= *score_) return false;
      Restart(pooled);
      score_ = score;
      return true;
    }
    const int weight = WeightOf(pooled.account);
    const std::int64_t in_flight = pooled.counters->in_flight.load(std::memory_order_relaxed);
    const std::int64_t load = in_flight * weight_;  // in_flight / weight, crosswise
    const std::int64_t best = in_flight_ * weight;
    if (load != best) return load < best && Restart(pooled);
    // Equal load: reservoir sampling, so that each wins by its share of the weights.
    tied_weight_ += static_cast<std::uint64_t>(weight);
    if (random_.Next() % tied_weight_ >= static_cast<std::uint64_t>(weight)) return false;
    weight_ = weight;
    in_flight_ = in_flight;
    return true;
  }

  // Hashed when two accounts compete: where one account serves, as for most providers, nobody asks.
  std::uint64_t affinity() {
    if (!affinity_) affinity_ = std::hash<std::string_view>()(traits_.conversation);
    return *affinity_;
  }

  const RequestTraits& traits_;
  RandomSource& random_;
  std::optional<std::uint64_t> affinity_;
  const PooledAccount* winner_ = nullptr;
  Rank rank_;
  Dialect dialect_ = Dialect::kChat;
  std::optional<double> score_;  // of the winner; none until another account competes
  std::int64_t in_flight_ = 0;
  std::int64_t weight_ = 1;
  std::uint64_t tied_weight_ = 0;
};

bool IsTried(const RequestTraits& traits, const AccountId& id) {
  return std::find(traits.tried.begin(), traits.tried.end(), id) != traits.tried.end();
}

// Remembers a cooling account that would be back before those seen so far.
void NoteWaiting(Choice& choice, const PooledAccount& pooled, const Candidate& candidate, const Verdict& verdict,
                 WallTime now, WallTime& least_bad_until) {
  const bool cooling = *verdict.reason == RejectReason::kCooling;
  const WallTime until = cooling ? verdict.cooldown.until : now;
  if (cooling && (!choice.earliest_return || until < *choice.earliest_return)) {
    choice.earliest_return = until;
    choice.hinted = verdict.cooldown.provider_hint;
  }
  if (choice.least_bad != nullptr && until >= least_bad_until) return;
  least_bad_until = until;
  choice.least_bad = &pooled;
  choice.least_bad_model = candidate.model;
  choice.least_bad_dialect = *verdict.dialect;
}

// How near an account came to being chosen: the reason that is told when its candidates fail for different ones.
int Nearness(RejectReason reason) {
  switch (reason) {
    case RejectReason::kOtherProvider:
      return 0;
    case RejectReason::kNotPinned:
      return 1;
    case RejectReason::kDisabled:
    case RejectReason::kNeedsSignIn:
    case RejectReason::kForbidden:
      return 2;
    case RejectReason::kNoDialect:
      return 3;
    case RejectReason::kModelNotListed:
      return 4;
    case RejectReason::kCooling:
    case RejectReason::kHalfOpenTaken:
    case RejectReason::kTried:
      return 5;
  }
  return 0;
}

}  // namespace

std::string_view NameOf(RejectReason reason) { return kReasons[static_cast<std::size_t>(reason)]; }

Choice Scheduler::Pick(const PoolSnapshot& snapshot, const RequestTraits& traits, WallTime now, RandomSource& random) {
  Choice choice;
  Contest contest(traits, random);
  WallTime least_bad_until{};
  for (const PooledAccount& pooled : snapshot.accounts) {
    RejectReason reason = RejectReason::kOtherProvider;
    bool eligible = false;
    for (std::size_t i = 0; i < traits.candidates.size() && !eligible; ++i) {
      const Candidate& candidate = traits.candidates[i];
      if (!Serves(pooled.account, candidate)) continue;
      const Verdict verdict = Judge(pooled, candidate, traits, now);
      if (!verdict.reason) {
        eligible = true;
        const bool tried = !traits.tried.empty() && IsTried(traits, pooled.account.id);
        if (tried) ++choice.rejected[static_cast<std::size_t>(RejectReason::kTried)];
        contest.Enter(pooled, i, *verdict.dialect, tried);
        continue;
      }
      if (Nearness(*verdict.reason) > Nearness(reason)) reason = *verdict.reason;
      if (Nearness(*verdict.reason) == Nearness(RejectReason::kCooling)) {
        NoteWaiting(choice, pooled, candidate, verdict, now, least_bad_until);
      }
    }
    if (!eligible) ++choice.rejected[static_cast<std::size_t>(reason)];
  }
  choice.account = contest.winner();
  if (choice.account == nullptr) return choice;
  if (contest.winner_was_tried()) choice.rejected[static_cast<std::size_t>(RejectReason::kTried)] = 0;
  choice.model = traits.candidates[contest.candidate()].model;
  choice.dialect = contest.dialect();
  choice.least_bad = nullptr;
  choice.least_bad_model = {};
  return choice;
}

std::vector<CandidateExplanation> Scheduler::Explain(const PoolSnapshot& snapshot, const RequestTraits& traits,
                                                     WallTime now) {
  std::vector<CandidateExplanation> table;
  bool untried_left = false;
  for (const PooledAccount& pooled : snapshot.accounts) {
    bool served = false;
    for (const Candidate& candidate : traits.candidates) {
      if (!Serves(pooled.account, candidate)) continue;
      served = true;
      const Verdict verdict = Judge(pooled, candidate, traits, now);
      CandidateExplanation row{pooled.account.id, pooled.account.label, candidate.model,
                               !verdict.reason,   verdict.reason,       std::nullopt};
      if (verdict.cooldown.state != CooldownStatus::State::kReady) row.until = verdict.cooldown.until;
      if (row.eligible && !IsTried(traits, row.account)) untried_left = true;
      table.push_back(std::move(row));
    }
    if (served) continue;
    table.push_back({pooled.account.id, pooled.account.label, {}, false, RejectReason::kOtherProvider, std::nullopt});
  }
  if (!untried_left) return table;
  for (CandidateExplanation& row : table) {
    if (!row.eligible || !IsTried(traits, row.account)) continue;
    row.eligible = false;
    row.reason = RejectReason::kTried;
  }
  return table;
}

}  // namespace ag::pool
