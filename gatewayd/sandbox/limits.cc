#include "gatewayd/sandbox/limits.h"

#include <absl/strings/str_cat.h>
#include <absl/time/time.h>

#include <algorithm>
#include <cmath>

namespace ag::sandbox {
namespace {

constexpr double kMostUsed = 0.8;  // of a limit

std::string Rfc3339(WallTime time) {
  const absl::Time at = absl::FromUnixMillis(time.time_since_epoch().count());
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%SZ", at, absl::UTCTimeZone());
}

std::string Seconds(std::chrono::milliseconds wait) {
  return absl::StrCat(std::chrono::duration<double>(wait).count(), "s");
}

}  // namespace

void LimitTeller::Bucket::Spend(std::int64_t amount, WallTime now) {
  const auto passed = std::max(std::chrono::duration_cast<std::chrono::milliseconds>(now - at), refill * 0);
  const double back =
      static_cast<double>(limit) * std::min(passed / std::chrono::duration<double, std::milli>(refill), 1.0);
  used = std::max(used - back, 0.0) + static_cast<double>(amount);
  used = std::min(used, kMostUsed * static_cast<double>(limit));
  at = now;
}

std::int64_t LimitTeller::Bucket::Left() const { return limit - static_cast<std::int64_t>(std::ceil(used)); }

std::chrono::milliseconds LimitTeller::Bucket::Wait() const {
  const double part = used / static_cast<double>(limit);
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(part * static_cast<double>(refill.count()))));
}

LimitTeller::Headers LimitTeller::Spend(Family family, std::int64_t tokens, WallTime now) {
  if (family == Family::kGemini) return {};
  Limits& limits = family == Family::kOpenAi ? openai_ : anthropic_;
  limits.requests.Spend(1, now);
  limits.tokens.Spend(tokens, now);
  const auto text = [](std::int64_t number) { return absl::StrCat(number); };
  if (family == Family::kOpenAi) {
    return {{"x-ratelimit-limit-requests", text(limits.requests.limit)},
            {"x-ratelimit-remaining-requests", text(limits.requests.Left())},
            {"x-ratelimit-reset-requests", Seconds(limits.requests.Wait())},
            {"x-ratelimit-limit-tokens", text(limits.tokens.limit)},
            {"x-ratelimit-remaining-tokens", text(limits.tokens.Left())},
            {"x-ratelimit-reset-tokens", Seconds(limits.tokens.Wait())}};
  }
  return {{"anthropic-ratelimit-requests-limit", text(limits.requests.limit)},
          {"anthropic-ratelimit-requests-remaining", text(limits.requests.Left())},
          {"anthropic-ratelimit-requests-reset", Rfc3339(now + limits.requests.Wait())},
          {"anthropic-ratelimit-tokens-limit", text(limits.tokens.limit)},
          {"anthropic-ratelimit-tokens-remaining", text(limits.tokens.Left())},
          {"anthropic-ratelimit-tokens-reset", Rfc3339(now + limits.tokens.Wait())}};
}

}  // namespace ag::sandbox
