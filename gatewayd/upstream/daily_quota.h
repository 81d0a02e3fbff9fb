#pragma once

#include <optional>
#include <string>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/dialect.h"
#include "gatewayd/base/error.h"

namespace ag::upstream {

// When a quota that `error` calls used up is given anew, as the provider documents it; none when that is not known.
// Gemini: "Requests per day (RPD) quotas reset at midnight Pacific time"
// (https://ai.google.dev/gemini-api/docs/rate-limits).
std::optional<WallTime> QuotaRenewal(Family family, const ErrorDetail& error, WallTime now);

// Reads from the disk what QuotaRenewal needs, once for the process: before the shards run, which must not. False when
// the machine has no time zones; then QuotaRenewal knows nothing.
bool LoadQuotaCalendar();

// The next beginning of a day in that zone of the IANA database; none when the machine does not know the zone.
std::optional<WallTime> NextMidnight(const std::string& zone, WallTime now);

}  // namespace ag::upstream
