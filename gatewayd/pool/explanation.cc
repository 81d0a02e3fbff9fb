#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "gatewayd/pool/judge.h"
#include "gatewayd/pool/scheduler.h"

// The scheduler's choice as a table, for people.
namespace ag::pool {
namespace {

using Position = PoolIndex::Position;

// Whether accounts of other providers have rows too.
enum class Others : std::uint8_t { kShown, kLeftOut };

struct Table {
  std::vector<CandidateExplanation> rows;
  // Of each row: the account's position, and the candidate's place in the chain.
  struct Origin {
    Position account = 0;
    std::size_t place = 0;
  };
  std::vector<Origin> origins;
};

Table Tabulate(const PoolSnapshot& snapshot, const RequestTraits& traits, WallTime now, Others others,
               std::size_t most) {
  Judge judge(snapshot, traits, now);
  Table table;
  bool untried_left = false;
  std::vector<std::size_t> tried;  // rows that are eligible but for that
  for (Position i = 0; i < snapshot.accounts.size() && table.rows.size() < most; ++i) {
    const Account& account = snapshot.accounts[i].account;
    bool served = false;
    for (std::size_t place = 0; place < traits.candidates.size() && table.rows.size() < most; ++place) {
      const Candidate& candidate = traits.candidates[place];
      if (!judge.Serves(i, candidate)) continue;
      served = true;
      const Verdict verdict = judge.Of(i, candidate);
      CandidateExplanation row{account.id, account.label, candidate.model, !verdict.reason, verdict.reason, {}, 0, {}};
      if (verdict.until != WallTime()) row.until = verdict.until;
      const bool was_tried = judge.WasTried(i, candidate);
      if (row.eligible && was_tried) tried.push_back(table.rows.size());
      if (row.eligible && !was_tried) untried_left = true;
      table.rows.push_back(std::move(row));
      table.origins.push_back({i, place});
    }
    if (served || others == Others::kLeftOut) continue;
    table.rows.push_back({account.id, account.label, {}, false, RejectReason::kOtherProvider, {}, 0, {}});
    table.origins.push_back({i, 0});
  }
  if (!untried_left) return table;
  for (const std::size_t row : tried) {
    table.rows[row].eligible = false;
    table.rows[row].reason = RejectReason::kTried;
  }
  return table;
}

// What decides when a row that could serve is asked: smaller goes first.
struct Standing {
  bool behind_fixed = false;
  std::size_t place = 0;
  int negative_priority = 0;
  std::int64_t taken = 0;  // microseconds to the first content, where that counts
  std::size_t row = 0;

  friend auto operator<=>(const Standing&, const Standing&) = default;
};

// Brings the rows that could serve in the order in which Search asks them.
class Ranking {
 public:
  Ranking(const PoolSnapshot& snapshot, const RequestTraits& traits, WallTime now, Table& table)
      : snapshot_(snapshot), traits_(traits), now_(now), table_(table) {}

  void Run() {
    Order();
    int rank = 0;
    for (std::size_t begin = 0; begin < order_.size();) {
      std::size_t end = begin + 1;
      while (end < order_.size() && !Differs(order_[begin], order_[end])) ++end;
      ++rank;
      const RankReason why = begin == 0 ? WhyFirst(end) : WhyBehind(order_[begin - 1], order_[begin]);
      for (; begin < end; ++begin) {
        CandidateExplanation& row = table_.rows[order_[begin].row];
        row.rank = rank;
        row.rank_reason = why;
      }
    }
  }

 private:
  void Order() {
    const std::optional<AccountId>& fixed = traits_.pinned ? traits_.pinned : traits_.policy.fixed;
    const bool by_speed = traits_.policy.mode == PickMode::kPerformanceFirst;
    bool fixed_found = false;  // its other rows have their usual places
    for (std::size_t row = 0; row < table_.rows.size(); ++row) {
      if (!table_.rows[row].eligible) continue;
      const auto [position, place] = table_.origins[row];
      const PooledAccount& pooled = snapshot_.accounts[position];
      const bool first = !fixed_found && fixed == pooled.account.id;
      fixed_found |= first;
      const std::int64_t taken = by_speed ? ExpectedFirstByte(*pooled.counters, now_) : 0;
      order_.push_back({!first, place, -pooled.account.priority, taken, row});
    }
    std::ranges::sort(order_);
    has_fixed_ = fixed_found;
  }

  static bool OfOneTier(const Standing& a, const Standing& b) {
    return std::tie(a.behind_fixed, a.place, a.negative_priority) ==
           std::tie(b.behind_fixed, b.place, b.negative_priority);
  }
  static bool Differs(const Standing& first, const Standing& later) {
    return !OfOneTier(first, later) || ClearlySlower(later.taken, first.taken);
  }

  // Of the first `count`.
  RankReason WhyFirst(std::size_t count) const {
    if (traits_.pinned) return RankReason::kHoldsState;
    if (has_fixed_) return RankReason::kFixed;
    const Standing& first = order_.front();
    const bool of_tier = count < order_.size() && OfOneTier(first, order_[count]);
    if (of_tier || (count > 1 && traits_.policy.mode == PickMode::kPerformanceFirst)) return RankReason::kQuicker;
    if (count > 1) {
      return traits_.policy.mode == PickMode::kCacheFirst ? RankReason::kByConversation : RankReason::kByLoad;
    }
    int same_place = 0;
    for (std::size_t row = 0; row < table_.rows.size(); ++row) {
      const bool elsewhere = table_.rows[row].reason == RejectReason::kOtherProvider;
      if (!elsewhere && table_.origins[row].place == first.place) ++same_place;
    }
    return same_place == 1 ? RankReason::kOnlyCandidate : RankReason::kOnlyOfPriority;
  }
  static RankReason WhyBehind(const Standing& before, const Standing& row) {
    if (before.behind_fixed != row.behind_fixed) return RankReason::kBehindFixed;
    if (before.place != row.place) return RankReason::kLaterInChain;
    if (before.negative_priority != row.negative_priority) return RankReason::kLowerPriority;
    return RankReason::kSlower;
  }

  const PoolSnapshot& snapshot_;
  const RequestTraits& traits_;
  const WallTime now_;
  Table& table_;
  std::vector<Standing> order_;
  bool has_fixed_ = false;
};

}  // namespace

std::vector<CandidateExplanation> Scheduler::Explain(const PoolSnapshot& snapshot, const RequestTraits& traits,
                                                     WallTime now) {
  Table table = Tabulate(snapshot, traits, now, Others::kShown, std::numeric_limits<std::size_t>::max());
  Ranking(snapshot, traits, now, table).Run();
  return std::move(table.rows);
}

std::vector<CandidateExplanation> Scheduler::ExplainSome(const PoolSnapshot& snapshot, const RequestTraits& traits,
                                                         WallTime now, std::size_t most) {
  return std::move(Tabulate(snapshot, traits, now, Others::kLeftOut, most).rows);
}

}  // namespace ag::pool
