#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "gatewayd/base/strings.h"
#include "gatewayd/upstream/error_facts.h"
#include "gatewayd/upstream/provider.h"

namespace ag::upstream {
namespace {

std::optional<std::int64_t> ReadInt(std::string_view text) {
  text = TrimSpace(text);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// What a time of the provider's clock, which its Date tells, is by ours. Without a Date the clocks are taken for equal.
std::optional<WallTime> ByOurClock(std::optional<WallTime> time, const http::Headers& headers, WallTime now) {
  if (!time) return std::nullopt;
  const WallTime sent = ParseHttpDate(headers.Find("date")).value_or(now);
  return now + (*time - sent);
}

struct BucketNames {
  std::string_view limit;
  std::string_view remaining;
  std::string_view reset;
};

// OpenAI: the reset as a duration (https://platform.openai.com/docs/guides/rate-limits). Compatible servers also send
// seconds.
constexpr BucketNames kOpenAiRequests{"x-ratelimit-limit-requests", "x-ratelimit-remaining-requests",
                                      "x-ratelimit-reset-requests"};
constexpr BucketNames kOpenAiTokens{"x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens",
                                    "x-ratelimit-reset-tokens"};

QuotaSample::Bucket OpenAiBucket(const http::Headers& headers, const BucketNames& names, WallTime now) {
  QuotaSample::Bucket bucket;
  bucket.limit = ReadInt(headers.Find(names.limit));
  bucket.remaining = ReadInt(headers.Find(names.remaining));
  if (const auto wait = ParseDuration(headers.Find(names.reset))) bucket.reset = now + *wait;
  return bucket;
}

// Anthropic: the reset in RFC 3339 (https://platform.claude.com/docs/en/api/rate-limits#response-headers).
constexpr BucketNames kAnthropicRequests{"anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining",
                                         "anthropic-ratelimit-requests-reset"};
constexpr BucketNames kAnthropicTokens{"anthropic-ratelimit-tokens-limit", "anthropic-ratelimit-tokens-remaining",
                                       "anthropic-ratelimit-tokens-reset"};
constexpr BucketNames kAnthropicInput{"anthropic-ratelimit-input-tokens-limit",
                                      "anthropic-ratelimit-input-tokens-remaining",
                                      "anthropic-ratelimit-input-tokens-reset"};
constexpr BucketNames kAnthropicOutput{"anthropic-ratelimit-output-tokens-limit",
                                       "anthropic-ratelimit-output-tokens-remaining",
                                       "anthropic-ratelimit-output-tokens-reset"};

QuotaSample::Bucket AnthropicBucket(const http::Headers& headers, const BucketNames& names, WallTime now) {
  QuotaSample::Bucket bucket;
  bucket.limit = ReadInt(headers.Find(names.limit));
  bucket.remaining = ReadInt(headers.Find(names.remaining));
  bucket.reset = ByOurClock(ParseRfc3339(headers.Find(names.reset)), headers, now);
  return bucket;
}

}  // namespace

bool QuotaSample::known() const {
  const std::array<const Bucket*, 4> all{&requests, &tokens, &input_tokens, &output_tokens};
  return std::any_of(all.begin(), all.end(), [](const Bucket* bucket) { return bucket->limit || bucket->remaining; });
}

QuotaSample ReadLimits(Family family, const http::Headers& headers, WallTime now) {
  QuotaSample sample;
  switch (family) {
    case Family::kOpenAi:
      sample.requests = OpenAiBucket(headers, kOpenAiRequests, now);
      sample.tokens = OpenAiBucket(headers, kOpenAiTokens, now);
      break;
    case Family::kAnthropic:
      sample.requests = AnthropicBucket(headers, kAnthropicRequests, now);
      sample.tokens = AnthropicBucket(headers, kAnthropicTokens, now);
      sample.input_tokens = AnthropicBucket(headers, kAnthropicInput, now);
      sample.output_tokens = AnthropicBucket(headers, kAnthropicOutput, now);
      break;
    case Family::kGemini:  // sends none
      break;
  }
  return sample;
}

std::optional<std::chrono::milliseconds> ExhaustedBucketReset(Family family, const http::Headers& headers,
                                                              WallTime now) {
  const auto sample = ReadLimits(family, headers, now);
  std::optional<std::chrono::milliseconds> wait;
  for (const auto* bucket : {&sample.requests, &sample.tokens, &sample.input_tokens, &sample.output_tokens}) {
    if (bucket->remaining != 0 || !bucket->reset) continue;
    const auto left = std::max(*bucket->reset - now, std::chrono::milliseconds(0));
    wait = std::max(wait.value_or(left), left);
  }
  return wait;
}

}  // namespace ag::upstream
