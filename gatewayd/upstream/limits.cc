#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
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

// The clock that the reply's times are counted by: its own Date, else ours.
WallTime SentAt(const http::Headers& headers, WallTime now) {
  return ParseHttpDate(headers.Find("date")).value_or(now);
}

// OpenAI: "x-ratelimit-{limit,remaining,reset}-{requests,tokens}", the reset as a duration
// (https://platform.openai.com/docs/guides/rate-limits). Compatible servers also send seconds.
QuotaSample::Bucket OpenAiBucket(const http::Headers& headers, std::string_view what, WallTime now) {
  QuotaSample::Bucket bucket;
  bucket.limit = ReadInt(headers.Find(absl::StrCat("x-ratelimit-limit-", ToAbsl(what))));
  bucket.remaining = ReadInt(headers.Find(absl::StrCat("x-ratelimit-remaining-", ToAbsl(what))));
  const auto reset = headers.Find(absl::StrCat("x-ratelimit-reset-", ToAbsl(what)));
  if (const auto wait = ParseDuration(reset)) bucket.reset = SentAt(headers, now) + *wait;
  return bucket;
}

// Anthropic: "anthropic-ratelimit-{what}-{limit,remaining,reset}", the reset in RFC 3339
// (https://platform.claude.com/docs/en/api/rate-limits#response-headers).
QuotaSample::Bucket AnthropicBucket(const http::Headers& headers, std::string_view what) {
  QuotaSample::Bucket bucket;
  const auto name = [&](const char* part) { return absl::StrCat("anthropic-ratelimit-", ToAbsl(what), "-", part); };
  bucket.limit = ReadInt(headers.Find(name("limit")));
  bucket.remaining = ReadInt(headers.Find(name("remaining")));
  bucket.reset = ParseRfc3339(headers.Find(name("reset")));
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
      sample.requests = OpenAiBucket(headers, "requests", now);
      sample.tokens = OpenAiBucket(headers, "tokens", now);
      break;
    case Family::kAnthropic:
      sample.requests = AnthropicBucket(headers, "requests");
      sample.tokens = AnthropicBucket(headers, "tokens");
      sample.input_tokens = AnthropicBucket(headers, "input-tokens");
      sample.output_tokens = AnthropicBucket(headers, "output-tokens");
      break;
    case Family::kGemini:  // sends none
      break;
  }
  return sample;
}

std::optional<std::chrono::milliseconds> ExhaustedBucketReset(Family family, const http::Headers& headers,
                                                              WallTime now) {
  const auto sample = ReadLimits(family, headers, now);
  const auto sent = SentAt(headers, now);
  std::optional<std::chrono::milliseconds> wait;
  for (const auto* bucket : {&sample.requests, &sample.tokens, &sample.input_tokens, &sample.output_tokens}) {
    if (bucket->remaining != 0 || !bucket->reset) continue;
    const auto left = std::max(*bucket->reset - sent, std::chrono::milliseconds(0));
    wait = std::max(wait.value_or(left), left);
  }
  return wait;
}

}  // namespace ag::upstream
