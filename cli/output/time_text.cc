#include "cli/output/time_text.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>
#include <absl/time/time.h>

#include <array>
#include <optional>
#include <utility>

#include "cli/session.h"

namespace ag::cli {
namespace {

std::optional<absl::Duration> ParseLength(const std::string& text) {
  constexpr std::array<std::pair<char, std::int64_t>, 5> kUnits{
      {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86'400}, {'w', 604'800}}};
  constexpr std::int64_t kMost = 1'000'000;  // of any unit: no sum overflows
  std::int64_t count = 0;
  if (text.empty() || !absl::SimpleAtoi(text.substr(0, text.size() - 1), &count)) return std::nullopt;
  if (count < 0 || count > kMost) return std::nullopt;
  for (const auto& [unit, seconds] : kUnits) {
    if (text.back() == unit) return absl::Seconds(count * seconds);
  }
  return std::nullopt;
}

std::optional<absl::Time> ParseMoment(const std::string& text) {
  absl::Time time;
  std::string error;
  for (const char* format : {"%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%E*S"}) {
    if (absl::ParseTime(format, text, absl::UTCTimeZone(), &time, &error)) return time;
  }
  for (const char* format : {absl::RFC3339_full, "%Y-%m-%dT%H:%M%Ez"}) {
    if (absl::ParseTime(format, text, &time, &error)) return time;
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<google::protobuf::Timestamp> ParseTime(const std::string& text, Direction direction) {
  std::optional<absl::Time> time;
  if (text == "now") {
    time = absl::Now();
  } else if (const auto length = ParseLength(text)) {
    time = direction == Direction::kBack ? absl::Now() - *length : absl::Now() + *length;
  } else {
    time = ParseMoment(text);
  }
  if (!time) {
    return UsageError(absl::StrCat("\"", text, "\" is no time: write 2026-11-01, 2026-11-01T13:00:00Z (UTC), or a ",
                                   "length like 30m, 12h, 7d"));
  }
  google::protobuf::Timestamp out;
  out.set_seconds(absl::ToUnixSeconds(*time));
  out.set_nanos(static_cast<int>(absl::ToInt64Nanoseconds(*time - absl::FromUnixSeconds(out.seconds()))));
  return out;
}

}  // namespace ag::cli
