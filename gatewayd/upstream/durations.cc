#include <absl/strings/ascii.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gatewayd/base/strings.h"
#include "gatewayd/upstream/error_facts.h"
#include "gatewayd/upstream/provider.h"

namespace ag::upstream {
namespace {

using std::chrono::milliseconds;

// A wait longer than a year is no wait; the bound keeps sums in range.
constexpr double kLongestMs = 366.0 * 24 * 3600 * 1000;

bool TakeNumber(std::string_view& text, double& out) {
  if (text.empty() || text.find_first_of("0123456789.") != 0) return false;  // from_chars also reads "nan" and "inf"
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, std::chars_format::fixed);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

// Milliseconds of the unit at the front; none when there is none.
std::optional<double> TakeUnit(std::string_view& text) {
  struct Unit {
    std::string_view name;
    double ms;
  };
  // "ms" before "m" and "s".
  constexpr std::array<Unit, 7> kUnits{
      {{"ms", 1}, {"us", 0.001}, {"ns", 0.000001}, {"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}}};
  for (const auto& unit : kUnits) {
    if (text.substr(0, unit.name.size()) != unit.name) continue;
    text.remove_prefix(unit.name.size());
    return unit.ms;
  }
  return std::nullopt;
}

bool TakeInt(std::string_view& text, std::size_t digits, int& out) {
  if (text.size() < digits) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, out);
  if (error != std::errc() || end != text.data() + digits) return false;
  text.remove_prefix(digits);
  return true;
}

bool Take(std::string_view& text, std::string_view expected) {
  if (text.substr(0, expected.size()) != expected) return false;
  text.remove_prefix(expected.size());
  return true;
}

std::optional<WallTime> MakeTime(int year, int month, int day, int hour, int minute, int second) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

int MonthOf(std::string_view name) {
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (kMonths[i] == name) return static_cast<int>(i) + 1;
  }
  return 0;
}

// "10 minutes and …", "1m26.4s. Visit …": the wait at the front of a sentence's rest.
std::optional<milliseconds> WaitAtFront(std::string_view text) {
  struct Word {
    std::string_view name;
    milliseconds unit;
  };
  constexpr std::array<Word, 4> kWords{{{"second", std::chrono::seconds(1)},
                                        {"minute", std::chrono::minutes(1)},
                                        {"hour", std::chrono::hours(1)},
                                        {"day", std::chrono::hours(24)}}};
  auto rest = text;
  double count = 0;
  if (TakeNumber(rest, count) && Take(rest, " ")) {
    for (const Word& word : kWords) {
      const double ms = count * static_cast<double>(word.unit.count());
      if (rest.starts_with(word.name) && ms <= kLongestMs) return milliseconds(std::llround(ms));
    }
  }
  auto wait = text.substr(0, text.find_first_not_of("0123456789.dhmsun"));
  while (!wait.empty() && wait.back() == '.') wait.remove_suffix(1);  // the sentence's full stop
  return ParseDuration(wait);
}

milliseconds NotNegative(milliseconds wait) { return wait < milliseconds(0) ? milliseconds(0) : wait; }

}  // namespace

std::optional<milliseconds> ParseDuration(std::string_view text) {
  text = TrimSpace(text);
  if (text.empty()) return std::nullopt;
  double sum = 0;
  double number = 0;
  bool first = true;
  while (!text.empty()) {
    if (!TakeNumber(text, number)) return std::nullopt;
    if (first && text.empty()) {
      sum = number * 1000;  // bare seconds
      break;
    }
    const auto unit = TakeUnit(text);
    if (!unit) return std::nullopt;
    sum += number * *unit;
    first = false;
  }
  if (sum > kLongestMs) return std::nullopt;
  // Rounded, so that 0.174 s is 174 ms; never down to "at once" what is a wait.
  const auto ms = std::llround(sum);
  return milliseconds(ms == 0 && sum > 0 ? 1 : ms);
}

// "Sun, 06 Nov 1994 08:49:37 GMT". The two obsolete forms are not sent by the providers.
std::optional<WallTime> ParseHttpDate(std::string_view text) {
  text = TrimSpace(text);
  int day = 0;
  int year = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  const auto comma = text.find(", ");
  if (comma == std::string_view::npos) return std::nullopt;
  text.remove_prefix(comma + 2);
  if (!TakeInt(text, 2, day) || !Take(text, " ") || text.size() < 4) return std::nullopt;
  const int month = MonthOf(text.substr(0, 3));
  text.remove_prefix(3);
  if (month == 0 || !Take(text, " ") || !TakeInt(text, 4, year) || !Take(text, " ")) return std::nullopt;
  if (!TakeInt(text, 2, hour) || !Take(text, ":") || !TakeInt(text, 2, minute) || !Take(text, ":") ||
      !TakeInt(text, 2, second)) {
    return std::nullopt;
  }
  return MakeTime(year, month, day, hour, minute, second);
}

// "2024-03-26T20:00:00Z", "2026-01-01T00:00:00.5+02:00".
std::optional<WallTime> ParseRfc3339(std::string_view text) {
  text = TrimSpace(text);
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!TakeInt(text, 4, year) || !Take(text, "-") || !TakeInt(text, 2, month) || !Take(text, "-") ||
      !TakeInt(text, 2, day) || !(Take(text, "T") || Take(text, "t") || Take(text, " ")) || !TakeInt(text, 2, hour) ||
      !Take(text, ":") || !TakeInt(text, 2, minute) || !Take(text, ":") || !TakeInt(text, 2, second)) {
    return std::nullopt;
  }
  auto time = MakeTime(year, month, day, hour, minute, second);
  if (!time) return std::nullopt;
  double fraction = 0;
  if (!text.empty() && text.front() == '.' && TakeNumber(text, fraction)) {
    *time += milliseconds(static_cast<std::int64_t>(fraction * 1000));
  }
  if (text == "Z" || text == "z") return time;
  const bool east = Take(text, "+");
  if (!east && !Take(text, "-")) return std::nullopt;
  if (!TakeInt(text, 2, hour) || !Take(text, ":") || !TakeInt(text, 2, minute) || !text.empty()) return std::nullopt;
  const auto offset = std::chrono::hours(hour) + std::chrono::minutes(minute);
  return east ? *time - offset : *time + offset;
}

std::optional<milliseconds> RetryAfter(const http::Headers& headers, WallTime now) {
  // OpenAI's exact form; its Retry-After is rounded up to whole seconds.
  double exact = 0;
  auto ms = TrimSpace(headers.Find("retry-after-ms"));
  if (TakeNumber(ms, exact) && ms.empty() && exact <= kLongestMs) {
    return milliseconds(std::llround(exact));
  }
  const auto value = TrimSpace(headers.Find("retry-after"));
  if (value.empty()) return std::nullopt;
  if (const auto date = ParseHttpDate(value)) {
    // The server's clock wrote the date, so the server's clock is what it is counted from.
    const auto sent = ParseHttpDate(headers.Find("date"));
    return NotNegative(*date - sent.value_or(now));
  }
  return ParseDuration(value);
}

std::optional<milliseconds> WaitInText(std::string_view text) {
  std::string lower(text);
  absl::AsciiStrToLower(&lower);
  for (const std::string_view marker :
       {"try again in ", "retry in ", "reset after ", "retry after ", "try again after "}) {
    const auto at = lower.find(marker);
    if (at != std::string_view::npos) return WaitAtFront(text.substr(at + marker.size()));
  }
  return std::nullopt;
}

}  // namespace ag::upstream
