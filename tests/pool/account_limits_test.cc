#include "gatewayd/pool/account_limits.h"

#include <gtest/gtest.h>

#include <chrono>

#include "gatewayd/base/error.h"

namespace ag::pool {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year;

const WallTime kNoon = sys_days(year(2026) / 11 / 25) + hours(12) + seconds(30);

TEST(BudgetMeter, CountsEachPeriodOfItsOwn) {
  BudgetMeter meter;
  meter.Add(Measure::kTokens, 100, kNoon);
  meter.Add(Measure::kTokens, 20, kNoon + minutes(1));
  const WallTime later = kNoon + minutes(1);
  EXPECT_EQ(meter.Used(Measure::kTokens, Period::kMinute, later), 20);
  EXPECT_EQ(meter.Used(Measure::kTokens, Period::kDay, later), 120);
  EXPECT_EQ(meter.Used(Measure::kTokens, Period::kMonth, later), 120);
  EXPECT_EQ(meter.Used(Measure::kRequests, Period::kDay, later), 0);
  EXPECT_EQ(meter.Used(Measure::kTokens, Period::kDay, later + hours(24)), 0);
  EXPECT_EQ(meter.Used(Measure::kTokens, Period::kMonth, later + hours(24)), 120);
  EXPECT_EQ(meter.Used(Measure::kTokens, Period::kMonth, later + hours(24 * 10)), 0);
}

TEST(BudgetMeter, KeepsAPeriodThatHasBegunWhenALateReadingOfTheClockArrives) {
  const WallTime end = EndOf(Period::kMonth, kNoon);
  BudgetMeter meter;
  meter.Add(Measure::kTokens, 50, end - milliseconds(2));
  meter.Add(Measure::kTokens, 7, end);
  meter.Add(Measure::kTokens, 1, end - milliseconds(1));
  for (const Period period : kPeriods) {
    EXPECT_EQ(meter.Used(Measure::kTokens, period, end), 8) << NameOf(period);
    EXPECT_EQ(meter.Used(Measure::kTokens, period, end - milliseconds(1)), 8) << NameOf(period);
  }
}

TEST(BudgetMeter, BeginsAnewWhenTheClockIsSetBack) {
  BudgetMeter meter;
  meter.Add(Measure::kTokens, 50, kNoon);
  meter.Add(Measure::kTokens, 7, kNoon - minutes(3));
  EXPECT_EQ(meter.Used(Measure::kTokens, Period::kMinute, kNoon - minutes(3)), 7);
  EXPECT_EQ(meter.Used(Measure::kTokens, Period::kDay, kNoon - minutes(3)), 57);
}

TEST(BudgetMeter, StopsCountingWhereItsWordEnds) {
  BudgetMeter meter;
  for (int i = 0; i < 3; ++i) meter.Add(Measure::kTokens, 1'000'000'000'000, kNoon);
  EXPECT_EQ(meter.Used(Measure::kTokens, Period::kDay, kNoon), (std::int64_t{1} << 40) - 1);
}

TEST(Periods, AreCalendarPeriodsInUtc) {
  EXPECT_EQ(StartOf(Period::kMinute, kNoon), kNoon - seconds(30));
  EXPECT_EQ(EndOf(Period::kMinute, kNoon), kNoon + seconds(30));
  EXPECT_EQ(EndOf(Period::kDay, kNoon), WallTime(sys_days(year(2026) / 11 / 26)));
  EXPECT_EQ(StartOf(Period::kMonth, kNoon), WallTime(sys_days(year(2026) / 11 / 1)));
  EXPECT_EQ(EndOf(Period::kMonth, sys_days(year(2026) / 12 / 31)), WallTime(sys_days(year(2027) / 1 / 1)));
}

TEST(LongestSpent, NamesTheBudgetThatBeginsAnewLast) {
  AccountLimits limits;
  limits.Of(Measure::kRequests, Period::kMinute) = 1;
  limits.Of(Measure::kTokens, Period::kDay) = 100;
  limits.Of(Measure::kCost, Period::kMonth) = 1'000;
  limits.reserve_percent = 10;
  BudgetMeter meter;
  EXPECT_EQ(LongestSpent(limits, meter, kNoon), std::nullopt);
  meter.Add(Measure::kRequests, 1, kNoon);
  meter.Add(Measure::kTokens, 90, kNoon);
  EXPECT_EQ(LongestSpent(limits, meter, kNoon),
            (SpentBudget{Measure::kTokens, Period::kDay, 100, EndOf(Period::kDay, kNoon)}));
}

TEST(SpentUntil, WaitsForTheLastOfTheSpentBudgets) {
  AccountLimits limits;
  BudgetMeter meter;
  meter.Add(Measure::kRequests, 9, kNoon);
  EXPECT_EQ(SpentUntil(limits, meter, kNoon), std::nullopt);
  limits.Of(Measure::kRequests, Period::kMinute) = 10;
  EXPECT_EQ(SpentUntil(limits, meter, kNoon), std::nullopt);
  limits.reserve_percent = 10;
  EXPECT_EQ(SpentUntil(limits, meter, kNoon), kNoon + seconds(30));
  limits.Of(Measure::kRequests, Period::kDay) = 9;
  EXPECT_EQ(SpentUntil(limits, meter, kNoon), EndOf(Period::kDay, kNoon));
  EXPECT_EQ(SpentUntil(limits, meter, kNoon + hours(12)), std::nullopt);
}

TEST(AccountLimits, SurviveTheirJson) {
  AccountLimits limits;
  EXPECT_EQ(LimitsToJson(limits), "{}");
  limits.Of(Measure::kRequests, Period::kDay) = 1000;
  limits.Of(Measure::kTokens, Period::kMonth) = 5'000'000;
  limits.Of(Measure::kCost, Period::kDay) = 2'500'000;
  limits.reserve_percent = 15;
  const auto read = LimitsFromJson(LimitsToJson(limits));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, limits);
  EXPECT_EQ(LimitsFromJson("").value(), AccountLimits());
  EXPECT_EQ(LimitsFromJson(R"({"words": {"day": 3}})").value(), AccountLimits()) << "of a newer version";
}

TEST(AccountLimits, RefusesWhatIsNoLimit) {
  AccountLimits limits;
  limits.Of(Measure::kTokens, Period::kMinute) = 0;
  EXPECT_EQ(DetailOf(CheckLimits(limits)).param, "tokens_per_minute");
  limits = {};
  limits.reserve_percent = 91;
  EXPECT_EQ(DetailOf(CheckLimits(limits)).param, "reserve_percent");
  EXPECT_FALSE(LimitsFromJson("[").ok());
  EXPECT_FALSE(LimitsFromJson(R"({"reserve_percent": -1})").ok());
}

}  // namespace
}  // namespace ag::pool
