#include "gatewayd/pool/account_limits.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <chrono>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::pool {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::array<std::string_view, kMeasures.size()> kMeasureNames{"requests", "tokens", "cost"};
constexpr std::array<std::string_view, kPeriods.size()> kPeriodNames{"minute", "day", "month"};
constexpr std::int64_t kMostBudget = 1'000'000'000'000;
constexpr int kMostReserve = 90;

// A word: 24 bits that tell the period from those near it, 40 bits of what was used.
constexpr unsigned kUsedBits = 40;
constexpr std::uint64_t kUsedMask = (std::uint64_t{1} << kUsedBits) - 1;

std::uint64_t TagOf(Period period, WallTime now) {
  const auto since = std::chrono::floor<minutes>(StartOf(period, now)).time_since_epoch().count();
  return (static_cast<std::uint64_t>(since) << kUsedBits) & ~kUsedMask;
}

// The tag that a word has for one who reads the clock `now`: another may have read it first in the period that begins
// next, which must not be begun anew. A clock that was set back further begins a period of its own.
std::uint64_t TagFor(std::uint64_t word, Period period, WallTime now) {
  const std::uint64_t present = TagOf(period, now);
  const std::uint64_t held = word & ~kUsedMask;
  if (held == present || held == 0) return present;
  return held == TagOf(period, EndOf(period, now)) ? held : present;
}

void AddTo(std::atomic<std::uint64_t>& word, Period period, WallTime now, std::int64_t amount) {
  std::uint64_t old = word.load(std::memory_order_relaxed);
  std::uint64_t next = 0;
  do {
    const std::uint64_t tag = TagFor(old, period, now);
    const std::uint64_t used = (old & ~kUsedMask) == tag ? old & kUsedMask : 0;
    next = tag | std::min(used + static_cast<std::uint64_t>(std::max<std::int64_t>(amount, 0)), kUsedMask);
  } while (!word.compare_exchange_weak(old, next, std::memory_order_relaxed));
}

}  // namespace

std::string_view NameOf(Measure measure) { return kMeasureNames[static_cast<std::size_t>(measure)]; }

std::string_view NameOf(Period period) { return kPeriodNames[static_cast<std::size_t>(period)]; }

std::optional<Measure> MeasureFromName(std::string_view name) {
  const auto found = std::find(kMeasureNames.begin(), kMeasureNames.end(), name);
  if (found == kMeasureNames.end()) return std::nullopt;
  return static_cast<Measure>(found - kMeasureNames.begin());
}

std::optional<Period> PeriodFromName(std::string_view name) {
  const auto found = std::find(kPeriodNames.begin(), kPeriodNames.end(), name);
  if (found == kPeriodNames.end()) return std::nullopt;
  return static_cast<Period>(found - kPeriodNames.begin());
}

WallTime StartOf(Period period, WallTime now) {
  const sys_days today = std::chrono::floor<days>(now);
  switch (period) {
    case Period::kMinute:
      return std::chrono::floor<minutes>(now);
    case Period::kDay:
      return today;
    case Period::kMonth:
      break;
  }
  const year_month_day date(today);
  return sys_days(date.year() / date.month() / 1);
}

WallTime EndOf(Period period, WallTime now) {
  const WallTime start = StartOf(period, now);
  switch (period) {
    case Period::kMinute:
      return start + minutes(1);
    case Period::kDay:
      return start + days(1);
    case Period::kMonth:
      break;
  }
  return sys_days(year_month_day(std::chrono::floor<days>(start)) + months(1));
}

bool AccountLimits::HasBudget() const {
  return std::any_of(budgets.begin(), budgets.end(), [](const auto& by_period) {
    return std::any_of(by_period.begin(), by_period.end(), [](const auto& budget) { return budget.has_value(); });
  });
}

absl::Status CheckLimits(const AccountLimits& limits) {
  for (const Measure measure : kMeasures) {
    for (const Period period : kPeriods) {
      const auto& budget = limits.Of(measure, period);
      if (!budget || (*budget >= 1 && *budget <= kMostBudget)) continue;
      const std::string field = absl::StrCat(ToAbsl(NameOf(measure)), "_per_", ToAbsl(NameOf(period)));
      return FieldError(ErrorKind::kInvalidRequest, field,
                        absl::StrCat(field, " must be from 1 to ", kMostBudget, "; disable what shall use nothing"));
    }
  }
  if (limits.reserve_percent >= 0 && limits.reserve_percent <= kMostReserve) return absl::OkStatus();
  return FieldError(ErrorKind::kInvalidRequest, "reserve_percent",
                    absl::StrCat("the reserve must be from 0 to ", kMostReserve, " percent"));
}

std::string LimitsToJson(const AccountLimits& limits) {
  std::string out;
  json::Writer writer(out);
  writer.BeginObject();
  for (const Measure measure : kMeasures) {
    const auto& budgets = limits.budgets[static_cast<std::size_t>(measure)];
    if (std::none_of(budgets.begin(), budgets.end(), [](const auto& budget) { return budget.has_value(); })) continue;
    writer.Key(NameOf(measure)).BeginObject();
    for (const Period period : kPeriods) {
      if (const auto& budget = limits.Of(measure, period)) writer.Field(NameOf(period), *budget);
    }
    writer.EndObject();
  }
  if (limits.reserve_percent != 0) writer.Field("reserve_percent", std::int64_t{limits.reserve_percent});
  writer.EndObject();
  return out;
}

absl::StatusOr<AccountLimits> LimitsFromJson(std::string_view json) {
  AccountLimits limits;
  if (json.empty()) return limits;
  Arena arena;
  AG_ASSIGN_OR_RETURN(const json::Value* root, json::Parse(json, arena));
  for (const Measure measure : kMeasures) {
    const json::Value* const budgets = root->Find(NameOf(measure));
    if (budgets == nullptr) continue;
    for (const Period period : kPeriods) {
      if (const json::Value* budget = budgets->Find(NameOf(period))) limits.Of(measure, period) = budget->AsInt();
    }
  }
  const json::Value* const reserve = root->Find("reserve_percent");
  if (reserve != nullptr) limits.reserve_percent = static_cast<int>(reserve->AsInt().value_or(0));
  AG_RETURN_IF_ERROR(CheckLimits(limits));
  return limits;
}

void BudgetMeter::Add(Measure measure, std::int64_t amount, WallTime now) {
  for (const Period period : kPeriods) Restore(measure, period, amount, now);
}

void BudgetMeter::Restore(Measure measure, Period period, std::int64_t amount, WallTime now) {
  AddTo(words_[static_cast<std::size_t>(measure)][static_cast<std::size_t>(period)], period, now, amount);
}

std::int64_t BudgetMeter::Used(Measure measure, Period period, WallTime now) const {
  const auto& word = words_[static_cast<std::size_t>(measure)][static_cast<std::size_t>(period)];
  const std::uint64_t value = word.load(std::memory_order_relaxed);
  const bool present = (value & ~kUsedMask) == TagFor(value, period, now);
  return present ? static_cast<std::int64_t>(value & kUsedMask) : 0;
}

std::optional<SpentBudget> LongestSpent(const AccountLimits& limits, const BudgetMeter& used, WallTime now) {
  std::optional<SpentBudget> longest;
  for (const Measure measure : kMeasures) {
    for (const Period period : kPeriods) {
      const auto& budget = limits.Of(measure, period);
      if (!budget) continue;
      const std::int64_t kept = *budget * limits.reserve_percent / 100;
      if (used.Used(measure, period, now) < *budget - kept) continue;
      const WallTime until = EndOf(period, now);
      if (!longest || until > longest->until) longest = SpentBudget{measure, period, *budget, until};
    }
  }
  return longest;
}

std::optional<WallTime> SpentUntil(const AccountLimits& limits, const BudgetMeter& used, WallTime now) {
  const auto longest = LongestSpent(limits, used, now);
  return longest ? std::optional<WallTime>(longest->until) : std::nullopt;
}

}  // namespace ag::pool
