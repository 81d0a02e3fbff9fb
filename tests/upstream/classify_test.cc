#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/upstream/provider.h"

namespace ag::upstream {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

const WallTime kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + std::chrono::hours(12);

ErrorDetail Of(Family family, int status, std::string_view body, const std::vector<http::Header>& headers = {}) {
  return Classify(family, status, http::Headers(headers), body, kNow);
}

ErrorDetail OpenAi(int status, const std::string& message, const std::string& code = "null",
                   const std::string& type = "invalid_request_error") {
  return Of(Family::kOpenAi, status,
            R"({"error":{"message":")" + message + R"(","type":")" + type + R"(","param":null,"code":)" + code + "}}");
}

ErrorDetail Anthropic(int status, const std::string& type, const std::string& message) {
  return Of(Family::kAnthropic, status,
            R"({"type":"error","error":{"type":")" + type + R"(","message":")" + message + R"("}})");
}

ErrorDetail Gemini(int code, const std::string& status, const std::string& message, const std::string& details = "[]") {
  return Of(Family::kGemini, code,
            R"({"error":{"code":)" + std::to_string(code) + R"(,"message":")" + message + R"(","status":")" + status +
                R"(","details":)" + details + "}}");
}

TEST(ClassifyOpenAi, TellsWhatWaitingDoesNotHeal) {
  EXPECT_EQ(OpenAi(429, "You exceeded your current quota", R"("insufficient_quota")", "insufficient_quota").kind,
            ErrorKind::kBilling);
  const auto large = OpenAi(
      429, "Request too large for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Requested 90000.",
      R"("rate_limit_exceeded")", "tokens");
  EXPECT_EQ(large.kind, ErrorKind::kContextTooLong);
  EXPECT_EQ(large.scope, ErrorScope::kRequest);
}

TEST(ClassifyOpenAi, TellsDayFromMinute) {
  const auto day = OpenAi(429,
                          "Rate limit reached for gpt-4o in organization org-x on requests per day (RPD): Limit 1000, "
                          "Used 1000, Requested 1. Please try again in 1m26.4s. Visit https://x",
                          R"("rate_limit_exceeded")", "requests");
  EXPECT_EQ(day.kind, ErrorKind::kQuotaDay);
  EXPECT_EQ(day.scope, ErrorScope::kModel);
  EXPECT_EQ(day.retry_after, milliseconds(86'400));
}

TEST(ClassifyOpenAi, TellsOverloadFromALimit) {
  const auto detail = OpenAi(429, "That model is currently overloaded with other requests. You can retry your request.",
                             "null", "server_error");
  EXPECT_EQ(detail.kind, ErrorKind::kOverloaded);
  EXPECT_EQ(detail.scope, ErrorScope::kModel);
}

TEST(ClassifyOpenAi, TellsMissingRightsFromAWrongKey) {
  EXPECT_EQ(OpenAi(401, "You have insufficient permissions for this operation. Missing scopes: model.request").kind,
            ErrorKind::kAccountForbidden);
  EXPECT_EQ(OpenAi(401, "Incorrect API key provided: sk-abc.", R"("invalid_api_key")").kind, ErrorKind::kAccountAuth);
  EXPECT_EQ(OpenAi(403, "Project does not have access to model `gpt-5`", R"("model_not_found")").kind,
            ErrorKind::kModelNotFound);
}

TEST(ClassifyOpenAi, UnderstandsCompatibleServers) {
  const auto vllm =
      Of(Family::kOpenAi, 404,
         R"({"object":"error","message":"The model `x` does not exist.","type":"NotFoundError","code":404})");
  EXPECT_EQ(vllm.kind, ErrorKind::kModelNotFound);
  EXPECT_EQ(Of(Family::kOpenAi, 404, R"({"error":"model 'x' not found"})").kind, ErrorKind::kModelNotFound);
  EXPECT_EQ(OpenAi(402, "Insufficient Balance", R"("invalid_request_error")", "unknown_error").kind,
            ErrorKind::kBilling);
  EXPECT_EQ(
      Of(Family::kOpenAi, 400, R"({"error":{"code":400,"message":"the request exceeds the available context size"}})")
          .kind,
      ErrorKind::kContextTooLong);
  EXPECT_EQ(Of(Family::kOpenAi, 422, R"({"detail":[{"loc":["body"],"msg":"field required"}]})").kind,
            ErrorKind::kInvalidRequest);
}

TEST(ClassifyAnthropic, FindsAccountFaultsBehindA400) {
  EXPECT_EQ(Anthropic(400, "invalid_request_error", "This organization has been disabled.").kind,
            ErrorKind::kAccountForbidden);
  EXPECT_EQ(Anthropic(400, "invalid_request_error",
                      "You have reached your specified API usage limits. You will regain access on 2026-12-01.")
                .kind,
            ErrorKind::kBilling);
  EXPECT_EQ(Anthropic(400, "invalid_request_error", "max_tokens: Field required").kind, ErrorKind::kInvalidRequest);
}

TEST(ClassifyAnthropic, FindsBillingBehindA429) {
  const auto detail = Of(Family::kAnthropic, 429,
                         R"({"type":"error","error":{"type":"rate_limit_error","message":"Limited",
                             "details":{"error_code":"enforced_spend_limit_reached"}}})");
  EXPECT_EQ(detail.kind, ErrorKind::kBilling);
  EXPECT_EQ(detail.provider_code, "enforced_spend_limit_reached");
  EXPECT_EQ(Anthropic(429, "rate_limit_error", "Extra usage is required for long context requests.").kind,
            ErrorKind::kBilling);
}

TEST(ClassifyAnthropic, KeepsALongWaitWhole) {
  const auto detail =
      Of(Family::kAnthropic, 429, R"({"type":"error","error":{"type":"rate_limit_error","message":"x"}})",
         {{"retry-after", "13262"}});
  EXPECT_EQ(detail.retry_after, seconds(13262));
  EXPECT_EQ(detail.kind, ErrorKind::kQuotaDay);
}

TEST(ClassifyAnthropic, PrefersRetryAfterToABucketReset) {
  const auto detail =
      Of(Family::kAnthropic, 429, R"({"type":"error","error":{"type":"rate_limit_error","message":"x"}})",
         {{"retry-after", "4"},
          {"anthropic-ratelimit-tokens-remaining", "0"},
          {"anthropic-ratelimit-tokens-reset", "2026-11-22T12:01:01Z"}});
  EXPECT_EQ(detail.retry_after, seconds(4));
}

TEST(ClassifyAnthropic, ARetryAfterOfNothingLeavesTheBucketItsWord) {
  const auto* const body = R"({"type":"error","error":{"type":"rate_limit_error","message":"x"}})";
  const auto detail = Of(Family::kAnthropic, 429, body,
                         {{"retry-after", "0"},
                          {"anthropic-ratelimit-tokens-remaining", "0"},
                          {"anthropic-ratelimit-tokens-reset", "2026-11-22T12:01:01Z"}});
  EXPECT_EQ(detail.retry_after, seconds(61));
  EXPECT_EQ(Of(Family::kAnthropic, 429, body, {{"retry-after", "0"}}).retry_after, seconds(0));
}

TEST(ClassifyGemini, ARetryAfterOfNothingLeavesTheBodyItsWord) {
  const auto* const body = R"({"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED",
      "details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"17s"}]}})";
  EXPECT_EQ(Of(Family::kGemini, 429, body, {{"retry-after", "0"}}).retry_after, seconds(17));
  EXPECT_EQ(Of(Family::kGemini, 429, body, {{"retry-after", "3"}}).retry_after, seconds(3));
}

TEST(ClassifyAnthropic, FindsLostThinking) {
  for (const auto* message :
       {"messages.1.content.0: Invalid `signature` in `thinking` block",
        "messages.3.content.0: Invalid `data` in `redacted_thinking` block",
        "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `text`."}) {
    EXPECT_EQ(Anthropic(400, "invalid_request_error", message).kind, ErrorKind::kStateRejected) << message;
  }
}

TEST(ClassifyGemini, FindsAccountFaultsBehindA400) {
  EXPECT_EQ(Gemini(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.").kind,
            ErrorKind::kAccountAuth);
  const auto place = Gemini(400, "FAILED_PRECONDITION", "User location is not supported for the API use.");
  EXPECT_EQ(place.kind, ErrorKind::kAccountForbidden);
  EXPECT_EQ(place.scope, ErrorScope::kProvider);
}

TEST(ClassifyGemini, FindsLimitZeroInTheText) {
  const auto zero =
      Gemini(429, "RESOURCE_EXHAUSTED",
             "You exceeded your current quota. * Quota exceeded for metric: x, limit: 0, model: gemini-2.5-pro");
  EXPECT_EQ(zero.kind, ErrorKind::kBilling);
  EXPECT_EQ(zero.scope, ErrorScope::kModel);
  EXPECT_EQ(Gemini(429, "RESOURCE_EXHAUSTED", "Quota exceeded for metric: x, limit: 0.5, model: y").kind,
            ErrorKind::kRateMinute);
}

TEST(ClassifyGemini, DoesNotBelieveTheDelayOfADailyQuota) {
  const auto day = Gemini(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota",
                          R"([{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[
                              {"quotaId":"GenerateRequestsPerMinutePerProjectPerModel-FreeTier","quotaValue":"10"},
                              {"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier","quotaValue":"20"}]},
                             {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"5s"}])");
  EXPECT_EQ(day.kind, ErrorKind::kQuotaDay);
  EXPECT_FALSE(day.retry_after);
}

TEST(ClassifyGemini, FindsTheWaitWhereverItStands) {
  EXPECT_EQ(Gemini(429, "RESOURCE_EXHAUSTED", "Quota exceeded for metric x. Please retry in 34.5s.").retry_after,
            milliseconds(34'500));
  const std::string info = R"([{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"QUOTA_EXHAUSTED",)"
                           R"("metadata":{"quotaResetDelay":"5h0m0.5s"}}])";
  const auto used_up = Gemini(429, "RESOURCE_EXHAUSTED", "You have exhausted your capacity on this model.", info);
  EXPECT_EQ(used_up.kind, ErrorKind::kQuotaDay);
  EXPECT_EQ(used_up.retry_after, std::chrono::hours(5) + milliseconds(500));
}

// "Verify in ten minutes" is not "disabled for good".
TEST(Classify, ATemporaryRefusalSaysItsEnd) {
  const auto verify = Gemini(403, "PERMISSION_DENIED", "Verify your account and try again in 10 minutes.");
  EXPECT_EQ(verify.kind, ErrorKind::kAccountForbidden);
  EXPECT_EQ(verify.retry_after, std::chrono::minutes(10));
  EXPECT_EQ(Anthropic(403, "permission_error", "Paused. Please try again in 1 hour.").retry_after,
            std::chrono::hours(1));
  EXPECT_EQ(Gemini(403, "PERMISSION_DENIED", "The caller does not have permission").retry_after, std::nullopt);
}

TEST(Classify, TakesTheResetOfAUsedUpBucketForADailyQuotaToo) {
  const auto day =
      Of(Family::kOpenAi, 429,
         R"({"error":{"message":"Rate limit reached on requests per day (RPD): Limit 1000","type":"requests",)"
         R"("code":"rate_limit_exceeded"}})",
         {{"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", "8m38s"}});
  EXPECT_EQ(day.kind, ErrorKind::kQuotaDay);
  EXPECT_EQ(day.retry_after, seconds(518));
}

TEST(Classify, KnowsAClosedAccount) {
  EXPECT_TRUE(ClosesAccount(OpenAi(403, "gone", R"("account_deactivated")")));
  EXPECT_FALSE(ClosesAccount(OpenAi(403, "not now")));
}

TEST(ClassifyGemini, TellsCapacityFromQuota) {
  const auto detail = Gemini(429, "RESOURCE_EXHAUSTED",
                             "Resource exhausted. Please try again later. Please refer to "
                             "https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more details.");
  EXPECT_EQ(detail.kind, ErrorKind::kOverloaded);
  EXPECT_EQ(Gemini(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).").kind,
            ErrorKind::kRateMinute);
}

TEST(ClassifyGemini, FindsRefusedCombinations) {
  EXPECT_EQ(Gemini(400, "INVALID_ARGUMENT", "You can only set only one of thinking budget and thinking level.").kind,
            ErrorKind::kUnsupported);
  EXPECT_EQ(Gemini(400, "INVALID_ARGUMENT", "Budget 0 is invalid. This model only works in thinking mode.").kind,
            ErrorKind::kUnsupported);
  EXPECT_EQ(Gemini(400, "INVALID_ARGUMENT", "Invalid JSON payload received. Unknown name \\\"x\\\"").kind,
            ErrorKind::kInvalidRequest);
}

TEST(Classify, NeverPassesAKeyOn) {
  const auto detail = Gemini(403, "PERMISSION_DENIED",
                             "Permission denied: Consumer 'api_key:AIzaSyA1234567890abcdefghijk' has been suspended.");
  EXPECT_EQ(detail.provider_text, "Permission denied: Consumer 'api_key:[redacted]' has been suspended.");
  for (const std::string key : {"sk-proj-abcdefghij0123", "sk-ant-api03-abc_DEF-123", "AIzaSyA1234567890abcdefghijk",
                                "AQ.Ab8RN6L1234567890", "sk-abc***xyz"}) {
    const auto text = OpenAi(401, "Incorrect API key provided: " + key + ". You can find it", R"("invalid_api_key")");
    EXPECT_THAT(text.provider_text, Not(HasSubstr(key))) << key;
    EXPECT_THAT(text.provider_text, HasSubstr("[redacted]. You can find it")) << key;
  }
  EXPECT_EQ(OpenAi(400, "Use task-based disk-encryption here").provider_text, "Use task-based disk-encryption here");
}

TEST(Classify, ReadsAnEdgesPage) {
  const auto detail = Of(Family::kAnthropic, 502, "<html><head><title>502 Bad Gateway</title></head></html>");
  EXPECT_EQ(detail.kind, ErrorKind::kUpstreamServer);
  EXPECT_EQ(detail.provider_text, "502 Bad Gateway");
  EXPECT_EQ(Of(Family::kGemini, 403, "<html></html>").scope, ErrorScope::kProvider);
  EXPECT_EQ(Of(Family::kOpenAi, 503, "").kind, ErrorKind::kOverloaded);
}

TEST(Classify, CutsALongMessageBetweenCharacters) {
  std::string message;
  for (int i = 0; i < 1500; ++i) message += "\u00e4";
  const auto text = OpenAi(400, message).provider_text;
  EXPECT_LE(text.size(), 2000u);
  EXPECT_EQ(text.size() % 2, 0u);
}

TEST(ClassifyStreamError, ReadsEachFormOfEvent) {
  EXPECT_EQ(
      ClassifyStreamError(
          Family::kOpenAi,
          R"({"type":"error","code":"rate_limit_exceeded","message":"Please try again in 2s.","param":null})", kNow)
          .retry_after,
      seconds(2));
  EXPECT_EQ(ClassifyStreamError(
                Family::kOpenAi,
                R"({"type":"response.incomplete","response":{"incomplete_details":{"reason":"content_filter"}}})", kNow)
                .kind,
            ErrorKind::kContentFilter);
  EXPECT_EQ(ClassifyStreamError(Family::kAnthropic,
                                R"({"type":"error","error":{"type":"rate_limit_error","message":"x"}})", kNow)
                .kind,
            ErrorKind::kRateMinute);
  EXPECT_EQ(
      ClassifyStreamError(Family::kGemini, R"([{"error":{"code":500,"message":"x","status":"INTERNAL"}}])", kNow).kind,
      ErrorKind::kUpstreamServer);
  EXPECT_EQ(ClassifyStreamError(Family::kOpenAi, R"({"error":{"message":"?"}})", kNow).kind,
            ErrorKind::kUpstreamServer);
}

TEST(ParseDuration, ReadsEveryForm) {
  EXPECT_EQ(ParseDuration("174ms"), milliseconds(174));
  EXPECT_EQ(ParseDuration("1.5s"), milliseconds(1500));
  EXPECT_EQ(ParseDuration("6m0s"), seconds(360));
  EXPECT_EQ(ParseDuration("1m26.4s"), milliseconds(86'400));
  EXPECT_EQ(ParseDuration("2h21m25.8s"), milliseconds(8'485'800));
  EXPECT_EQ(ParseDuration("34.074824224s"), milliseconds(34'075));
  EXPECT_EQ(ParseDuration("1d"), seconds(86'400));
  EXPECT_EQ(ParseDuration("20"), seconds(20));
  EXPECT_EQ(ParseDuration("0s"), milliseconds(0));
  EXPECT_EQ(ParseDuration("1us"), milliseconds(1));
  for (const auto* text : {"", "s", "-1s", "1x", "1s2", "soon", "1e9", "nan", "99999999999999999999"}) {
    EXPECT_FALSE(ParseDuration(text)) << text;
  }
}

std::optional<milliseconds> After(const std::vector<http::Header>& headers) {
  return RetryAfter(http::Headers(headers), kNow);
}

TEST(RetryAfter, ReadsSecondsMillisecondsAndDates) {
  EXPECT_EQ(After({{"retry-after", "20"}, {"retry-after-ms", "19870"}}), milliseconds(19'870));
  EXPECT_EQ(After({{"Retry-After", " 3 "}}), seconds(3));
  EXPECT_EQ(After({{"retry-after", "Sun, 22 Nov 2026 12:00:30 GMT"}}), seconds(30));
  EXPECT_EQ(After({{"retry-after", "Sun, 22 Nov 2026 12:00:30 GMT"}, {"date", "Sun, 22 Nov 2026 12:00:10 GMT"}}),
            seconds(20));
  EXPECT_EQ(After({{"retry-after", "Sun, 22 Nov 2020 12:00:30 GMT"}}), seconds(0));
  EXPECT_FALSE(After({{"retry-after", "later"}}));
  EXPECT_FALSE(After({{"retry-after", "Sun, 31 Feb 2026 12:00:30 GMT"}}));
  EXPECT_FALSE(After({}));
}

TEST(ReadLimits, ReadsOpenAiBuckets) {
  const std::vector<http::Header> headers{{"x-ratelimit-limit-requests", "500"},
                                          {"x-ratelimit-remaining-requests", "499"},
                                          {"x-ratelimit-reset-requests", "120ms"},
                                          {"x-ratelimit-remaining-tokens", "0"},
                                          {"x-ratelimit-reset-tokens", "6m0s"}};
  const auto sample = ReadLimits(Family::kOpenAi, http::Headers(headers), kNow);
  EXPECT_TRUE(sample.known());
  EXPECT_EQ(sample.requests.limit, 500);
  EXPECT_EQ(sample.requests.remaining, 499);
  EXPECT_EQ(sample.requests.reset, kNow + milliseconds(120));
  EXPECT_EQ(sample.tokens.reset, kNow + seconds(360));
  EXPECT_FALSE(sample.tokens.limit);
  // A span of time is the same by every clock.
  std::vector<http::Header> dated = headers;
  dated.push_back({"date", "Sun, 22 Nov 2026 11:50:00 GMT"});
  EXPECT_EQ(ReadLimits(Family::kOpenAi, http::Headers(dated), kNow).tokens.reset, kNow + seconds(360));
}

TEST(ReadLimits, ReadsAnthropicBuckets) {
  const std::vector<http::Header> headers{{"anthropic-ratelimit-input-tokens-limit", "200000"},
                                          {"anthropic-ratelimit-input-tokens-remaining", "1"},
                                          {"anthropic-ratelimit-input-tokens-reset", "2026-11-22T13:01:00+01:00"}};
  const auto sample = ReadLimits(Family::kAnthropic, http::Headers(headers), kNow);
  EXPECT_EQ(sample.input_tokens.limit, 200'000);
  EXPECT_EQ(sample.input_tokens.reset, kNow + seconds(60));
  // By a provider's clock that is 40 s behind ours.
  std::vector<http::Header> dated = headers;
  dated.push_back({"date", "Sun, 22 Nov 2026 11:59:20 GMT"});
  EXPECT_EQ(ReadLimits(Family::kAnthropic, http::Headers(dated), kNow).input_tokens.reset, kNow + seconds(100));
  EXPECT_FALSE(ReadLimits(Family::kGemini, http::Headers(headers), kNow).known());
  EXPECT_FALSE(ReadLimits(Family::kAnthropic, http::Headers(), kNow).known());
}

}  // namespace
}  // namespace ag::upstream
