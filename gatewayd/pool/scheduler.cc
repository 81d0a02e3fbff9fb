#include "gatewayd/pool/scheduler.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/pool/hash.h"
#include "gatewayd/pool/judge.h"

namespace ag::pool {
namespace {

using Position = PoolIndex::Position;
using Tier = PoolIndex::Tier;

constexpr std::array<std::string_view, kRejectReasonCount> kReasons{
    "disabled",   "needs_sign_in", "forbidden",       "other_provider", "model_not_listed",
    "no_dialect", "cooling",       "half_open_taken", "tried",          "not_pinned",
    "not_fixed",  "limit_reached", "budget_spent",    "no_quota",       "not_granted"};
constexpr std::array<std::string_view, kPickReasonCount> kPickReasons{
    "only_candidate",    "only_of_priority", "holds_state", "fixed_account",  "affinity",
    "affinity_stand_in", "less_loaded",      "found_ready", "sooner_answers", "pause_ended",
    "half_open",         "back_first",       "tested"};
constexpr std::array<std::string_view, kRankReasonCount> kRankReasons{
    "only_candidate", "only_of_priority", "holds_state",         "fixed_account",  "by_conversation", "by_load",
    "sooner_answers", "later_answers",    "after_fixed_account", "later_in_chain", "lower_priority"};
constexpr std::array<std::string_view, 3> kModes{"cache_first", "balance", "performance_first"};

// Draws, or homes of one conversation, that are looked at before the tier is gone through.
constexpr int kDraws = 8;
// A tier of so few accounts is gone through when the quickest is looked for.
constexpr std::size_t kSmallTier = 16;
// Of more only so many of the drawn are compared by load: of two choices the better one is nearly as good as of all.
constexpr std::size_t kCompared = 2;

enum class Tried : std::uint8_t { kAvoid, kAllow };

// Looks for an account that can serve, in the order that Scheduler promises.
class Search {
 public:
  Search(const PoolSnapshot& snapshot, const RequestTraits& traits, WallTime now, RandomSource& random)
      : snapshot_(snapshot), traits_(traits), now_(now), random_(random), judge_(snapshot, traits, now) {}

  // Fills in the choice's account; false when there is none.
  bool Run(Tried tried, Choice& choice);

 private:
  // An account that can serve, with what the choice needs of it.
  struct Found {
    Position position = 0;
    Dialect dialect = Dialect::kChat;
    PickReason why = PickReason::kFoundReady;
    std::size_t place = 0;  // among the tier's ready ones; of those that were drawn
  };
  using MaybeFound = std::optional<Found>;
  // Requests in flight over weight and what is left of the provider's limits.
  struct Load {
    double load = 0;
    double left = 1;
    // Of two that are even the one with clearly more left, else the other: it was drawn first, by weight from all.
    bool Below(const Load& other) const {
      constexpr double kClearly = 0.2;
      return load == other.load ? left > other.left + kClearly : load < other.load;
    }
  };
  struct Timing {
    Position position = 0;
    std::int64_t taken = 0;  // microseconds to the first content
  };
  using Timings = absl::InlinedVector<Timing, kSmallTier>;

  bool One(const AccountId& id, PickReason why, Choice& choice);
  bool Take(const Found& found, const Candidate& candidate, Choice& choice) const;
  MaybeFound Ask(Position position);
  MaybeFound FromTier(const Tier& tier);
  MaybeFound AtHome(const Tier& tier, std::uint64_t conversation);
  MaybeFound ByLoad(const Tier& tier);
  MaybeFound BySpeed(const Tier& tier);
  MaybeFound Quickest(Timings& timings, std::size_t most);
  MaybeFound Draw(const Tier& tier, int& draws);
  MaybeFound DrawAnother(const Tier& tier, const Found& first, int& draws);
  MaybeFound Walk(const Tier& tier, std::size_t begin);
  Load LoadOf(const Found& found);

  const PooledAccount& At(Position position) const { return snapshot_.accounts[position]; }

  const PoolSnapshot& snapshot_;
  const RequestTraits& traits_;
  const WallTime now_;
  RandomSource& random_;
  Judge judge_;
  Tried tried_ = Tried::kAvoid;
  const Candidate* candidate_ = nullptr;  // the one that is looked at
};

bool Search::Run(Tried tried, Choice& choice) {
  tried_ = tried;
  if (traits_.pinned) return One(*traits_.pinned, PickReason::kHoldsState, choice);
  const PickPolicy& policy = traits_.policy;
  if (policy.fixed && One(*policy.fixed, PickReason::kFixed, choice)) return true;
  if (policy.fixed && !policy.failover) return false;
  for (const Candidate& candidate : traits_.candidates) {
    candidate_ = &candidate;
    const auto tiers = snapshot_.index->Tiers(candidate.preset, candidate.family);
    for (const Tier& tier : tiers) {
      if (tier.ready.empty()) continue;
      MaybeFound found = FromTier(tier);
      if (!found) continue;
      if (tier.ready.size() == 1) {
        const bool alone = tiers.size() == 1 && tier.members.size() == 1;
        found->why = alone ? PickReason::kOnlyCandidate : PickReason::kOnlyOfPriority;
      }
      return Take(*found, candidate, choice);
    }
  }
  return false;
}

bool Search::One(const AccountId& id, PickReason why, Choice& choice) {
  const auto position = snapshot_.index->Find(id);
  if (!position) return false;
  for (const Candidate& candidate : traits_.candidates) {
    candidate_ = &candidate;
    if (!judge_.Serves(*position, candidate)) continue;
    MaybeFound found = Ask(*position);
    if (!found) continue;
    found->why = why;
    return Take(*found, candidate, choice);
  }
  return false;
}

bool Search::Take(const Found& found, const Candidate& candidate, Choice& choice) const {
  choice.account = &At(found.position);
  choice.model = candidate.model;
  choice.dialect = found.dialect;
  choice.why = found.why;
  return true;
}

Search::MaybeFound Search::Ask(Position position) {
  if (tried_ == Tried::kAvoid && judge_.WasTried(position, *candidate_)) return std::nullopt;
  const Verdict verdict = judge_.Of(position, *candidate_);
  if (verdict.reason) return std::nullopt;
  return Found{position, verdict.dialect};
}

Search::MaybeFound Search::FromTier(const Tier& tier) {
  if (tier.ready.size() == 1) return Ask(tier.ready.front());
  switch (traits_.policy.mode) {
    case PickMode::kCacheFirst:
      return traits_.conversation ? AtHome(tier, *traits_.conversation) : ByLoad(tier);
    case PickMode::kBalance:
      return ByLoad(tier);
    case PickMode::kPerformanceFirst:
      return BySpeed(tier);
  }
  return std::nullopt;
}

// The conversation's home. While that cannot serve, the next one of a fixed sequence, so that a conversation escapes to
// the same second account and returns.
Search::MaybeFound Search::AtHome(const Tier& tier, std::uint64_t conversation) {
  std::uint64_t place = conversation;
  for (int i = 0; i < kDraws; ++i, place = Mix(place + 1)) {
    MaybeFound found = Ask(tier.members[tier.homes->HomeOf(place)]);
    if (!found) continue;
    found->why = i == 0 ? PickReason::kAffinity : PickReason::kStandIn;
    return found;
  }
  MaybeFound found = Walk(tier, tier.OwnerOf(place % tier.TotalShares()));
  if (found) found->why = PickReason::kStandIn;
  return found;
}

Search::MaybeFound Search::ByLoad(const Tier& tier) {
  int draws = kDraws;
  const MaybeFound first = Draw(tier, draws);
  if (!first) return Walk(tier, tier.OwnerOf(random_.Next() % tier.TotalShares()));
  const MaybeFound second = DrawAnother(tier, *first, draws);
  if (!second) return first;
  MaybeFound found = LoadOf(*second).Below(LoadOf(*first)) ? second : first;
  found->why = PickReason::kLessLoaded;
  return found;
}

Search::MaybeFound Search::BySpeed(const Tier& tier) {
  const std::size_t size = tier.ready.size();
  const auto any = [&] { return tier.OwnerOf(random_.Next() % tier.TotalShares()); };
  Timings timings;
  if (size <= kSmallTier) {
    const std::size_t begin = any();
    for (std::size_t i = 0; i < size; ++i) timings.push_back({tier.ready[(begin + i) % size]});
    return Quickest(timings, size);
  }
  for (int i = 0; i < kDraws; ++i) timings.push_back({tier.ready[any()]});
  const MaybeFound found = Quickest(timings, kCompared);
  return found ? found : Walk(tier, any());
}

// Whether one can serve is the dear question: it is asked in the order of their speed, and of no more than need be.
// Within a tenth of the quickest that can, the load decides among the first `most`.
Search::MaybeFound Search::Quickest(Timings& timings, std::size_t most) {
  const auto sooner = [](const Timing& a, const Timing& b) { return a.taken < b.taken; };
  for (Timing& timing : timings) timing.taken = ExpectedFirstByte(*At(timing.position).counters, now_);
  for (auto* next = timings.begin(); next != timings.end(); ++next) {
    std::rotate(std::upper_bound(timings.begin(), next, *next, sooner), next, next + 1);
  }
  MaybeFound best;
  Load least;
  std::int64_t shortest = 0;
  std::size_t compared = 0;
  for (const Timing& timing : timings) {
    if (best && timing.position == best->position) continue;  // drawn twice
    if (best && (compared == most || ClearlySlower(timing.taken, shortest))) {
      best->why = PickReason::kQuicker;
      break;
    }
    MaybeFound found = Ask(timing.position);
    if (!found) continue;
    ++compared;
    const Load load = LoadOf(*found);
    if (best) {
      best->why = found->why = PickReason::kQuicker;
      if (!load.Below(least)) continue;
    } else {
      shortest = timing.taken;
    }
    best = found;
    least = load;
  }
  return best;
}

// One that can serve, by weight: what cannot is drawn again, which leaves the others their proportions.
Search::MaybeFound Search::Draw(const Tier& tier, int& draws) {
  for (; draws > 0; --draws) {
    const std::size_t place = tier.OwnerOf(random_.Next() % tier.TotalShares());
    MaybeFound found = Ask(tier.ready[place]);
    if (!found) continue;
    found->place = place;
    return found;
  }
  return std::nullopt;
}

// Another than `first`: the shares of that one are left out.
Search::MaybeFound Search::DrawAnother(const Tier& tier, const Found& first, int& draws) {
  const std::uint64_t weight = snapshot_.index->row(first.position).weight;
  const std::uint64_t begin = tier.shares[first.place] - weight;
  for (; draws > 0; --draws) {
    std::uint64_t share = random_.Next() % (tier.TotalShares() - weight);
    if (share >= begin) share += weight;
    if (const MaybeFound found = Ask(tier.ready[tier.OwnerOf(share)])) return found;
  }
  return std::nullopt;
}

// The first that can serve, from `begin` on and round.
Search::MaybeFound Search::Walk(const Tier& tier, std::size_t begin) {
  for (std::size_t i = 0; i < tier.ready.size(); ++i) {
    if (const MaybeFound found = Ask(tier.ready[(begin + i) % tier.ready.size()])) return found;
  }
  return std::nullopt;
}

Search::Load Search::LoadOf(const Found& found) {
  constexpr double kLeast = 0.01;
  const PooledAccount& pooled = At(found.position);
  Load load;
  load.left = std::max(pooled.limits->Headroom(judge_.KeyOf(*candidate_), now_), kLeast);
  load.load = static_cast<double>(pooled.counters->in_flight.load(std::memory_order_relaxed)) /
              (snapshot_.index->row(found.position).weight * load.left);
  return load;
}

// Remembers when an account that cools or has reached a limit is back, and the one that is back first. Only what was
// put aside on suspicion may be asked before its time: not what a provider's figures or its owner's budget keep away,
// nor what one request tries already, which is to stay one.
void NoteWaiting(Choice& choice, const PooledAccount& pooled, const Candidate& candidate, const Verdict& verdict,
                 WallTime& least_bad_until) {
  if (verdict.reason == RejectReason::kHalfOpenTaken) return;
  if (!choice.earliest_return || verdict.until < *choice.earliest_return) {
    choice.earliest_return = verdict.until;
    choice.hinted = verdict.hinted;
  }
  const bool suspected = verdict.reason == RejectReason::kCooling;
  if (!suspected || (choice.least_bad != nullptr && verdict.until >= least_bad_until)) return;
  least_bad_until = verdict.until;
  choice.least_bad = &pooled;
  choice.least_bad_model = candidate.model;
  choice.least_bad_dialect = verdict.dialect;
  choice.least_bad_hinted = verdict.hinted;
}

// A refused account that the daemon tries again by itself comes back too.
void NoteRefused(Choice& choice, const Account& account, WallTime now) {
  constexpr std::chrono::seconds kOfATest{1};
  if (!account.enabled || account.state == AccountState::kReady || account.state_until == WallTime{}) return;
  const WallTime until = std::max<WallTime>(account.state_until, now) + kOfATest;
  if (choice.earliest_return && *choice.earliest_return <= until) return;
  choice.earliest_return = until;
  choice.hinted = false;
}

// Why none can serve: each account counts once, by the reason that kept it away last. One that was kept away when it
// was asked and is not any more, because a request on another thread ended its pause meanwhile, becomes the choice.
void CountReasons(const PoolSnapshot& snapshot, const RequestTraits& traits, WallTime now, Choice& choice) {
  Judge judge(snapshot, traits, now);
  WallTime least_bad_until{};
  for (Position i = 0; i < snapshot.accounts.size(); ++i) {
    RejectReason reason = RejectReason::kOtherProvider;
    for (const Candidate& candidate : traits.candidates) {
      if (!judge.Serves(i, candidate)) continue;
      const Verdict verdict = judge.Of(i, candidate);
      if (!verdict.reason) {
        choice = {};
        choice.account = &snapshot.accounts[i];
        choice.model = candidate.model;
        choice.dialect = verdict.dialect;
        choice.why = PickReason::kPauseEnded;
        return;
      }
      if (Nearness(*verdict.reason) > Nearness(reason)) reason = *verdict.reason;
      const bool refused = verdict.reason == RejectReason::kNeedsSignIn || verdict.reason == RejectReason::kForbidden;
      if (refused) NoteRefused(choice, snapshot.accounts[i].account, now);
      if (IsPassing(*verdict.reason)) NoteWaiting(choice, snapshot.accounts[i], candidate, verdict, least_bad_until);
    }
    ++choice.rejected[static_cast<std::size_t>(reason)];
  }
}

}  // namespace

std::optional<RejectReason> RejectReasonFromName(std::string_view name) {
  const auto* const found = std::find(kReasons.begin(), kReasons.end(), name);
  if (found == kReasons.end()) return std::nullopt;
  return static_cast<RejectReason>(found - kReasons.begin());
}

std::string_view NameOf(RejectReason reason) { return kReasons[static_cast<std::size_t>(reason)]; }

ErrorKind ErrorWhenNobody(std::span<const int, kRejectReasonCount> rejected) {
  struct Told {
    RejectReason reason;
    ErrorKind kind;
  };
  constexpr std::array kOrder{
      Told{RejectReason::kCooling, ErrorKind::kRateMinute},
      Told{RejectReason::kHalfOpenTaken, ErrorKind::kRateMinute},
      Told{RejectReason::kBudgetSpent, ErrorKind::kRateMinute},
      Told{RejectReason::kLimitReached, ErrorKind::kRateMinute},
      Told{RejectReason::kNoQuota, ErrorKind::kBilling},  // as the provider would answer
      // The name may be good elsewhere; a refused account says nothing of it.
      Told{RejectReason::kModelNotListed, ErrorKind::kNoAccount},
      Told{RejectReason::kNoDialect, ErrorKind::kNoAccount},
      Told{RejectReason::kNotGranted, ErrorKind::kNoAccount},
      // Refused accounts are the gateway's trouble, not the client's: a 404 would say that the model does not exist.
      Told{RejectReason::kNeedsSignIn, ErrorKind::kAccountAuth},
      Told{RejectReason::kForbidden, ErrorKind::kAccountForbidden},
  };
  const auto* const told = std::find_if(kOrder.begin(), kOrder.end(), [&](const Told& row) {
    return rejected[static_cast<std::size_t>(row.reason)] > 0;
  });
  return told == kOrder.end() ? ErrorKind::kNoAccount : told->kind;
}

std::string_view NameOf(PickReason reason) { return kPickReasons[static_cast<std::size_t>(reason)]; }

std::string_view NameOf(RankReason reason) { return kRankReasons[static_cast<std::size_t>(reason)]; }

std::string_view NameOf(PickMode mode) { return kModes[static_cast<std::size_t>(mode)]; }

std::optional<PickMode> PickModeFromName(std::string_view name) {
  const auto found = std::find(kModes.begin(), kModes.end(), name);
  if (found == kModes.end()) return std::nullopt;
  return static_cast<PickMode>(found - kModes.begin());
}

Choice Scheduler::Pick(const PoolSnapshot& snapshot, const RequestTraits& traits, WallTime now, RandomSource& random) {
  Choice choice;
  if (snapshot.accounts.empty()) return choice;
  AG_CHECK(snapshot.index != nullptr && snapshot.index->size() == snapshot.accounts.size());
  Search search(snapshot, traits, now, random);
  if (search.Run(Tried::kAvoid, choice)) return choice;
  if (!traits.tried.empty() && search.Run(Tried::kAllow, choice)) return choice;
  CountReasons(snapshot, traits, now, choice);
  return choice;
}

}  // namespace ag::pool
