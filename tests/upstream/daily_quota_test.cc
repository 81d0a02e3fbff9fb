#include "gatewayd/upstream/daily_quota.h"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>
#include <gtest/gtest.h>

#include <chrono>

namespace ag::upstream {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

WallTime At(int year, int month, int day, int hour, int minute = 0, int second = 0) {
  const absl::CivilSecond utc(year, month, day, hour, minute, second);
  return WallTime(milliseconds(absl::ToUnixMillis(absl::FromCivil(utc, absl::UTCTimeZone()))));
}

ErrorDetail Failed(ErrorKind kind) {
  ErrorDetail error;
  error.kind = kind;
  error.scope = ErrorScope::kModel;
  return error;
}

TEST(QuotaRenewal, OfGeminisDailyQuotasIsTheNextPacificMidnight) {
  ASSERT_TRUE(LoadQuotaCalendar());
  const ErrorDetail error = Failed(ErrorKind::kQuotaDay);
  // Standard time, UTC-8.
  EXPECT_EQ(QuotaRenewal(Family::kGemini, error, At(2026, 1, 15, 7, 59, 30)), At(2026, 1, 15, 8));
  EXPECT_EQ(QuotaRenewal(Family::kGemini, error, At(2026, 1, 15, 8)), At(2026, 1, 16, 8));
  // Daylight saving time, UTC-7.
  EXPECT_EQ(QuotaRenewal(Family::kGemini, error, At(2026, 7, 1, 20)), At(2026, 7, 2, 7));
  // The days of 23 and of 25 hours.
  EXPECT_EQ(QuotaRenewal(Family::kGemini, error, At(2026, 3, 8, 8)), At(2026, 3, 9, 7));
  EXPECT_EQ(QuotaRenewal(Family::kGemini, error, At(2026, 11, 1, 7)), At(2026, 11, 2, 8));
}

TEST(QuotaRenewal, IsNotKnownOfOtherFailuresAndProviders) {
  const WallTime now = At(2026, 1, 15, 7);
  EXPECT_EQ(QuotaRenewal(Family::kGemini, Failed(ErrorKind::kRateMinute), now), std::nullopt);
  EXPECT_EQ(QuotaRenewal(Family::kGemini, Failed(ErrorKind::kBilling), now), std::nullopt);
  EXPECT_EQ(QuotaRenewal(Family::kOpenAi, Failed(ErrorKind::kQuotaDay), now), std::nullopt);
}

TEST(NextMidnight, IsNotKnownWithoutTheZonesRules) {
  EXPECT_EQ(NextMidnight("America/No_Such_City", At(2026, 1, 15, 7)), std::nullopt);
}

}  // namespace
}  // namespace ag::upstream
