#pragma once

#include <absl/status/statusor.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gatewayd/base/clock.h"

namespace ag::pool {

// What budgets count. Money in millionths of a US dollar, by the catalogue's prices: what has none is not counted.
enum class Measure : std::uint8_t { kRequests, kTokens, kCost };
// Calendar periods in UTC.
enum class Period : std::uint8_t { kMinute, kDay, kMonth };
inline constexpr std::array<Measure, 3> kMeasures{Measure::kRequests, Measure::kTokens, Measure::kCost};
inline constexpr std::array<Period, 3> kPeriods{Period::kMinute, Period::kDay, Period::kMonth};
std::string_view NameOf(Measure measure);  // "requests", "tokens", "cost"
std::string_view NameOf(Period period);    // "minute", "day", "month"
std::optional<Measure> MeasureFromName(std::string_view name);
std::optional<Period> PeriodFromName(std::string_view name);

WallTime StartOf(Period period, WallTime now);
WallTime EndOf(Period period, WallTime now);

// What its owner lets an account do. A value; absent = no limit.
struct AccountLimits {
  std::array<std::array<std::optional<std::int64_t>, kPeriods.size()>, kMeasures.size()> budgets;
  // Of each limit, the provider's and the owner's own, so much is left alone.
  int reserve_percent = 0;

  std::optional<std::int64_t>& Of(Measure measure, Period period) {
    return budgets[static_cast<std::size_t>(measure)][static_cast<std::size_t>(period)];
  }
  const std::optional<std::int64_t>& Of(Measure measure, Period period) const {
    return budgets[static_cast<std::size_t>(measure)][static_cast<std::size_t>(period)];
  }
  bool HasBudget() const;
  friend bool operator==(const AccountLimits&, const AccountLimits&) = default;
};

// InvalidRequest that names the field: budgets from 1 to 10^12, the reserve from 0 to 90 %.
absl::Status CheckLimits(const AccountLimits& limits);

// {"requests": {"day": 1000}, "cost": {"month": 25000000}, "reserve_percent": 10}; what is absent is left out.
std::string LimitsToJson(const AccountLimits& limits);
absl::StatusOr<AccountLimits> LimitsFromJson(std::string_view json);

// What one account has used in the present minute, day and month. Thread-safe: each figure is one atomic word, in which
// a new period begins at nothing. Threads read the clock one after the other: what comes just after a period's end with
// a time of before it counts for the period that has begun.
class BudgetMeter {
 public:
  // `now` is when the use became known, not when its request began: that may be periods ago.
  void Add(Measure measure, std::int64_t amount, WallTime now);
  // What was used in the present period before the daemon's start.
  void Restore(Measure measure, Period period, std::int64_t amount, WallTime now);
  std::int64_t Used(Measure measure, Period period, WallTime now) const;

 private:
  std::array<std::array<std::atomic<std::uint64_t>, kPeriods.size()>, kMeasures.size()> words_{};
};

// A budget that is used up, but for the reserve.
struct SpentBudget {
  Measure measure = Measure::kRequests;
  Period period = Period::kMinute;
  std::int64_t limit = 0;
  WallTime until{};  // when it begins anew

  friend bool operator==(const SpentBudget&, const SpentBudget&) = default;
};
// Of those that are used up the one that begins anew last; nothing while none is.
std::optional<SpentBudget> LongestSpent(const AccountLimits& limits, const BudgetMeter& used, WallTime now);
// When that is.
std::optional<WallTime> SpentUntil(const AccountLimits& limits, const BudgetMeter& used, WallTime now);

}  // namespace ag::pool
