#include "gatewayd/upstream/daily_quota.h"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <chrono>

namespace ag::upstream {
namespace {

constexpr char kPacific[] = "America/Los_Angeles";

}  // namespace

bool LoadQuotaCalendar() {
  absl::TimeZone rules;
  return absl::LoadTimeZone(kPacific, &rules);
}

std::optional<WallTime> NextMidnight(const std::string& zone, WallTime now) {
  absl::TimeZone rules;
  if (!absl::LoadTimeZone(zone, &rules)) return std::nullopt;
  const absl::Time time = absl::FromUnixMillis(now.time_since_epoch().count());
  const absl::CivilDay tomorrow = absl::ToCivilDay(time, rules) + 1;
  return WallTime(std::chrono::milliseconds(absl::ToUnixMillis(absl::FromCivil(tomorrow, rules))));
}

std::optional<WallTime> QuotaRenewal(Family family, const ErrorDetail& error, WallTime now) {
  if (family != Family::kGemini || error.kind != ErrorKind::kQuotaDay) return std::nullopt;
  return NextMidnight(kPacific, now);
}

}  // namespace ag::upstream
