#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/upstream/provider.h"

// Errors of compatible servers, and of the four APIs in words that no recording has. The bodies follow the providers'
// error pages (gatewayd/upstream/classify_compatible.cc names them) and replies quoted in the issues of clients.
namespace ag::upstream {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const WallTime kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + std::chrono::hours(12);

struct Case {
  std::string_view name;
  Family family;
  int status;  // 0 = an event inside a stream
  std::string_view body;
  ErrorKind kind;
  ErrorScope scope;
  std::optional<milliseconds> wait = std::nullopt;
};

void PrintTo(const Case& each, std::ostream* out) { *out << each.name; }

class SaidOtherwise : public testing::TestWithParam<Case> {};

TEST_P(SaidOtherwise, IsUnderstood) {
  const Case& each = GetParam();
  const ErrorDetail detail = each.status == 0 ? ClassifyStreamError(each.family, each.body, kNow)
                                              : Classify(each.family, each.status,
                                                         http::Headers(std::vector<http::Header>()), each.body, kNow);
  EXPECT_EQ(detail.kind, each.kind) << NameOf(detail.kind);
  EXPECT_EQ(detail.scope, each.scope);
  EXPECT_EQ(detail.retry_after, each.wait);
}

std::string NameOfCase(const testing::TestParamInfo<Case>& info) { return std::string(info.param.name); }

using enum Family;
using enum ErrorKind;
using enum ErrorScope;

INSTANTIATE_TEST_SUITE_P(
    OpenAi, SaidOtherwise,
    testing::Values(
        Case{
            "NotAllowedToSample", kOpenAi, 403,
            R"({"error":{"message":"You are not allowed to sample from this model","type":"invalid_request_error","param":null,"code":null}})",
            kAccountForbidden, kModel},
        Case{
            "OnlyInResponses", kOpenAi, 404,
            R"({"error":{"message":"This model is only supported in v1/responses and not in v1/chat/completions.","type":"invalid_request_error","param":"model","code":null}})",
            kUnsupported, kRequest},
        Case{
            "StoredResponseIsGone", kOpenAi, 404,
            R"({"error":{"message":"Response with id 'resp_abc' not found.","type":"invalid_request_error","param":null,"code":null}})",
            kStateRejected, kRequest},
        Case{
            "FlaggedWithoutACode", kOpenAi, 400,
            R"({"error":{"message":"Invalid prompt: your prompt was flagged as potentially violating our usage policy.","type":"invalid_request_error","param":null,"code":null}})",
            kContentFilter, kRequest},
        Case{
            "SubscriptionIsUsedUp", kOpenAi, 429,
            R"({"error":{"type":"usage_limit_reached","message":"The usage limit has been reached","plan_type":"plus","resets_at":1795350000,"resets_in_seconds":12345}})",
            kQuotaDay, kAccount, seconds(12'345)},
        Case{"SubscriptionLacksTheModel", kOpenAi, 400,
             R"({"detail":"The 'gpt-5.6-x' model is not supported when using Codex with a ChatGPT account."})",
             kModelNotFound, kModel},
        Case{
            "ModelDoesNotExist", kOpenAi, 400,
            R"({"error":{"message":"The model `gpt-9` does not exist","type":"invalid_request_error","param":null,"code":null}})",
            kModelNotFound, kModel},
        Case{"ImageCannotBeRead", kOpenAi, 0,
             R"({"type":"response.failed","response":{"error":{"code":"image_parse_error","message":"x"}}})",
             kInvalidRequest, kRequest},
        Case{"ImageCannotBeFetched", kOpenAi, 0,
             R"({"type":"response.failed","response":{"error":{"code":"failed_to_download_image","message":"x"}}})",
             kInvalidRequest, kRequest}),
    NameOfCase);

INSTANTIATE_TEST_SUITE_P(
    Anthropic, SaidOtherwise,
    testing::Values(
        Case{
            "LongContextNotInThePlan", kAnthropic, 400,
            R"({"type":"error","error":{"type":"invalid_request_error","message":"The long context beta is not yet available for this subscription."}})",
            kAccountForbidden, kModel},
        Case{
            "UsagePolicy", kAnthropic, 400,
            R"({"type":"error","error":{"type":"invalid_request_error","message":"This request appears to violate our Usage Policy"}})",
            kContentFilter, kRequest},
        Case{
            "CorsOfAnOrganization", kAnthropic, 401,
            R"({"type":"error","error":{"type":"authentication_error","message":"CORS requests are not allowed for this Organization because of custom retention settings."}})",
            kAccountForbidden, kAccount},
        Case{
            "ModelNotForTheOrganization", kAnthropic, 403,
            R"({"type":"error","error":{"type":"permission_error","message":"Your organization does not have access to claude-x model"}})",
            kAccountForbidden, kModel},
        Case{
            "UsageCredits", kAnthropic, 429,
            R"({"type":"error","error":{"type":"rate_limit_error","message":"Usage credits are required for long context requests."}})",
            kBilling, kModel}),
    NameOfCase);

INSTANTIATE_TEST_SUITE_P(
    Google, SaidOtherwise,
    testing::Values(
        Case{
            "PrepaidCreditUnderItsStatus", kGemini, 402,
            R"({"error":{"code":402,"message":"Your Prepay credit balance is depleted.","status":"RESOURCE_EXHAUSTED"}})",
            kBilling, kAccount},
        Case{
            "PrepaidCreditAsALimit", kGemini, 429,
            R"({"error":{"code":429,"message":"Your prepay credit balance is depleted. Add credits.","status":"RESOURCE_EXHAUSTED"}})",
            kBilling, kAccount},
        Case{
            "NoCapacity", kGemini, 429,
            R"({"error":{"code":429,"message":"No capacity available for model gemini-3.1-flash-lite on the server","status":"RESOURCE_EXHAUSTED"}})",
            kOverloaded, kModel},
        Case{
            "DayInTheMetricsName", kGemini, 429,
            R"({"error":{"code":429,"message":"You exceeded your current quota. * Quota exceeded for metric: generativelanguage.googleapis.com/generate_requests_per_model_per_day, limit: 250, model: gemini-3-pro","status":"RESOURCE_EXHAUSTED"}})",
            kQuotaDay, kModel},
        Case{
            "TunedModelOfAnother", kGemini, 403,
            R"({"error":{"code":403,"message":"You do not have permission to access tuned model tunedModels/x","status":"PERMISSION_DENIED"}})",
            kAccountForbidden, kModel},
        Case{
            "BillingWithoutAReason", kGemini, 403,
            R"({"error":{"code":403,"message":"This API method requires billing to be enabled. Please enable billing on project #1","status":"PERMISSION_DENIED"}})",
            kBilling, kAccount},
        Case{"FileIsGone", kGemini, 404,
             R"({"error":{"code":404,"message":"File abc not found.","status":"NOT_FOUND"}})", kStateRejected,
             kRequest},
        Case{
            "ResponsibleAi", kGemini, 400,
            R"({"error":{"code":400,"message":"The prompt could not be submitted. This prompt contains sensitive words that violate Google's Responsible AI practices.","status":"INVALID_ARGUMENT"}})",
            kContentFilter, kRequest},
        Case{
            "SharedCapacity", kGemini, 429,
            R"({"error":{"code":429,"message":"Resource exhausted, please try again later.","status":"RESOURCE_EXHAUSTED"}})",
            kOverloaded, kModel},
        Case{
            "PublisherModelNotAllowed", kGemini, 400,
            R"({"error":{"code":400,"message":"Project `1` is not allowed to use Publisher Model `projects/x/locations/y/publishers/anthropic/models/claude-3-sonnet@20240229`","status":"FAILED_PRECONDITION"}})",
            kAccountForbidden, kModel},
        Case{
            "NotInThatRegion", kGemini, 400,
            R"({"error":{"code":400,"message":"The model is not servable in region us-central1.","status":"FAILED_PRECONDITION"}})",
            kModelNotFound, kModel},
        Case{
            "OrganizationPolicy", kGemini, 400,
            R"({"error":{"code":400,"message":"Organization Policy constraint constraints/vertexai.allowedModels violated for `projects/x` attempting to use a disallowed Gen AI model gemini-x.","status":"FAILED_PRECONDITION"}})",
            kAccountForbidden, kModel}),
    NameOfCase);

INSTANTIATE_TEST_SUITE_P(
    DeepSeek, SaidOtherwise,
    testing::Values(
        Case{
            "Risk", kOpenAi, 400,
            R"({"error":{"message":"Content Exists Risk","type":"invalid_request_error","param":null,"code":"invalid_request_error"}})",
            kContentFilter, kRequest},
        Case{
            "Model", kOpenAi, 400,
            R"({"error":{"message":"Model Not Exist","type":"invalid_request_error","param":null,"code":"invalid_request_error"}})",
            kModelNotFound, kModel},
        Case{
            "Balance", kOpenAi, 402,
            R"({"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}})",
            kBilling, kAccount},
        Case{
            "ContextInAnthropicsDialect", kAnthropic, 400,
            R"({"error":{"message":"This model's maximum context length is 131072 tokens. However, you requested 140000","type":"invalid_request_error","param":null,"code":"invalid_request_error"}})",
            kContextTooLong, kRequest},
        Case{
            "RiskInAnthropicsDialect", kAnthropic, 400,
            R"({"error":{"message":"Content Exists Risk","type":"invalid_request_error","param":null,"code":"invalid_request_error"}})",
            kContentFilter, kRequest}),
    NameOfCase);

INSTANTIATE_TEST_SUITE_P(
    OpenRouter, SaidOtherwise,
    testing::Values(
        Case{
            "MoneyThatIsReserved", kOpenAi, 402,
            R"({"error":{"message":"In-flight budget exhausted","code":402,"metadata":{"limit_source":"openrouter_in_flight_budget"}}})",
            kRateMinute, kAccount},
        Case{"Credits", kOpenAi, 402,
             R"({"error":{"message":"Insufficient credits. Add more using https://openrouter.ai/credits","code":402}})",
             kBilling, kAccount},
        Case{
            "Moderation", kOpenAi, 403,
            R"({"error":{"message":"openai/gpt-4o requires moderation on OpenAI. Your input was flagged for \"violence\".","code":403,"metadata":{"reasons":["violence"],"flagged_input":"...","provider_name":"OpenAI","model_slug":"x"}}})",
            kContentFilter, kRequest},
        Case{
            "KeyLimit", kOpenAi, 403,
            R"({"error":{"message":"Key limit exceeded (total limit). Manage it using https://openrouter.ai/settings/keys","code":403}})",
            kBilling, kAccount},
        Case{
            "NoEndpointWithTools", kOpenAi, 404,
            R"({"error":{"message":"No endpoints found that support tool use. To learn more about provider routing, visit","code":404}})",
            kUnsupported, kRequest},
        Case{"NoEndpoint", kOpenAi, 404, R"({"error":{"message":"No endpoints found for foo/bar.","code":404}})",
             kModelNotFound, kModel},
        Case{"NoModel", kOpenAi, 400, R"({"error":{"message":"foo/bar is not a valid model ID","code":400}})",
             kModelNotFound, kModel},
        Case{
            "LimitOfTheProviderBehind", kOpenAi, 429,
            R"({"error":{"message":"Provider returned error","code":429,"metadata":{"raw":"x is temporarily rate-limited upstream. Please retry shortly","provider_name":"Chutes"}}})",
            kRateMinute, kModel},
        Case{
            "FreeDay", kOpenAi, 429,
            R"({"error":{"message":"Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day","code":429,"metadata":{"headers":{"X-RateLimit-Limit":"50","X-RateLimit-Remaining":"0","X-RateLimit-Reset":"1795392000000"},"provider_name":null}}})",
            kQuotaDay, kAccount, WallTime(milliseconds(1'795'392'000'000)) - kNow},
        Case{"FreeDayOfAHighBalance", kOpenAi, 429,
             R"({"error":{"message":"Rate limit exceeded: free-models-per-day-high-balance.","code":429}})", kQuotaDay,
             kAccount},
        Case{
            "ResetThatIsNoTime", kOpenAi, 429,
            R"({"error":{"message":"Rate limit exceeded: free-models-per-min.","code":429,"metadata":{"headers":{"X-RateLimit-Reset":"99999999999999999999"}}}})",
            kRateMinute, kAccount},
        Case{"NoProvider", kOpenAi, 503,
             R"({"error":{"message":"No allowed providers are available for the selected model.","code":503}})",
             kOverloaded, kModel}),
    NameOfCase);

INSTANTIATE_TEST_SUITE_P(
    Groq, SaidOtherwise,
    testing::Values(
        Case{
            "LargerThanAMinute", kOpenAi, 413,
            R"({"error":{"message":"Request too large for model `llama` in organization `org` service tier `on_demand` on tokens per minute (TPM): Limit 6000, Requested 12328","type":"tokens","param":null,"code":"rate_limit_exceeded"}})",
            kContextTooLong, kRequest},
        Case{
            "FlexTier", kOpenAi, 498,
            R"({"error":{"message":"Flex tier capacity exceeded","type":"capacity_exceeded","param":null,"code":"capacity_exceeded"}})",
            kOverloaded, kModel},
        Case{
            "Decommissioned", kOpenAi, 400,
            R"({"error":{"message":"The model `x` has been decommissioned and is no longer supported.","type":"invalid_request_error","param":null,"code":"model_decommissioned"}})",
            kModelNotFound, kModel},
        Case{
            "BlockedModel", kOpenAi, 403,
            R"({"error":{"message":"The model `x` is blocked at the project level.","type":"permissions_error","param":null,"code":"model_permission_blocked_project"}})",
            kAccountForbidden, kModel},
        Case{
            "Restricted", kOpenAi, 400,
            R"({"error":{"message":"Organization has been restricted. Please reach out to support","type":"invalid_request_error","param":null,"code":"organization_restricted"}})",
            kAccountForbidden, kAccount},
        Case{
            "SpendAlert", kOpenAi, 400,
            R"({"error":{"message":"Your API access has been blocked because of spend alert","type":"invalid_request_error","param":null,"code":"blocked_api_access"}})",
            kBilling, kAccount},
        Case{
            "OverCapacity", kOpenAi, 503,
            R"({"error":{"message":"x is currently over capacity. Please try again and back off exponentially.","type":"internal_server_error","param":null,"code":null}})",
            kOverloaded, kModel},
        Case{"Edge", kOpenAi, 403, R"({"error":{"message":"Access denied. Please check your network settings."}})",
             kAccountForbidden, kProvider},
        Case{"RemoteTool", kOpenAi, 424,
             R"({"error":{"message":"x","type":"invalid_request_error","param":null,"code":null}})", kUpstreamServer,
             kRequest}),
    NameOfCase);

INSTANTIATE_TEST_SUITE_P(
    Mistral, SaidOtherwise,
    testing::Values(
        Case{
            "TierCapacity", kOpenAi, 429,
            R"({"object":"error","message":"Service tier capacity exceeded for this model.","type":"service_tier_capacity_exceeded","param":null,"code":"3505"})",
            kOverloaded, kModel},
        Case{"Model", kOpenAi, 400,
             R"({"object":"error","message":"Invalid model: foo","type":"invalid_model","param":null,"code":"1500"})",
             kModelNotFound, kModel},
        Case{"ModelNotForThisKey", kOpenAi, 403,
             R"({"object":"error","message":"You do not have access to this model","type":"x","code":null})",
             kAccountForbidden, kModel},
        Case{"Subscription", kOpenAi, 403,
             R"({"message":"Inactive subscription or usage limit reached","request_id":"x"})", kBilling, kAccount}),
    NameOfCase);

INSTANTIATE_TEST_SUITE_P(
    Xai, SaidOtherwise,
    testing::Values(
        Case{
            "Key", kOpenAi, 400,
            R"({"code":"Client specified an invalid argument","error":"Incorrect API key provided: xa***in. You can obtain an API key from https://console.x.ai."})",
            kAccountAuth, kAccount},
        Case{"DisabledKey", kOpenAi, 400,
             R"({"code":"Client specified an invalid argument","error":"API key is disabled"})", kAccountAuth,
             kAccount},
        Case{
            "NoCredits", kOpenAi, 403,
            R"({"code":"The caller does not have permission to execute the specified operation","error":"Your newly created team doesn't have any credits or licenses yet."})",
            kBilling, kAccount},
        Case{
            "CreditsUsedUp", kOpenAi, 429,
            R"({"code":"Some resource has been exhausted","error":"Your team x has either used all available credits or reached its monthly spending limit."})",
            kBilling, kAccount},
        Case{
            "Limit", kOpenAi, 429,
            R"({"code":"Some resource has been exhausted","error":"Too many requests for team x and model grok-4. Your team's rate limit is - requests per second (actual/limit): 3/2"})",
            kRateMinute, kModel},
        Case{
            "Context", kOpenAi, 400,
            R"({"code":"Client specified an invalid argument","error":"This model's maximum prompt length is 131072 but the request contains 200000 tokens."})",
            kContextTooLong, kRequest},
        Case{
            "Safety", kOpenAi, 403,
            R"({"code":"The caller does not have permission to execute the specified operation","error":"Content violates usage guidelines. Team: x, Failed check: SAFETY_CHECK_TYPE_BIO"})",
            kContentFilter, kRequest},
        Case{
            "Capacity", kOpenAi, 503,
            R"({"code":"The service is currently unavailable","error":"Service temporarily unavailable. The model is at capacity and currently cannot serve this request."})",
            kOverloaded, kModel}),
    NameOfCase);

INSTANTIATE_TEST_SUITE_P(
    Moonshot, SaidOtherwise,
    testing::Values(
        Case{
            "Balance", kOpenAi, 429,
            R"({"error":{"message":"Your account org-x <ak-y> is suspended due to insufficient balance, please recharge your account","type":"exceeded_current_quota_error"}})",
            kBilling, kAccount},
        Case{
            "Quota", kOpenAi, 403,
            R"({"error":{"message":"Your account x is not active, please check your plan and billing details","type":"exceeded_current_quota_error"}})",
            kBilling, kAccount},
        Case{
            "Day", kOpenAi, 429,
            R"({"error":{"message":"request reached organization TPD rate limit, current: 1500017, limit: 1500000","type":"rate_limit_reached_error"}})",
            kQuotaDay, kAccount},
        Case{
            "Filter", kOpenAi, 400,
            R"({"error":{"message":"The request was rejected because it was considered high risk","type":"content_filter"}})",
            kContentFilter, kRequest},
        Case{
            "Context", kOpenAi, 400,
            R"({"error":{"message":"Invalid request: Your request exceeded model token limit: 262144, requested: 269030","type":"invalid_request_error"}})",
            kContextTooLong, kRequest},
        Case{
            "Cycle", kOpenAi, 403,
            R"({"error":{"message":"You've reached your usage limit for this billing cycle. Your quota will be refreshed in the next cycle.","type":"access_terminated_error"}})",
            kQuotaDay, kAccount},
        Case{"BalanceInAnthropicsDialect", kAnthropic, 429,
             R"({"error":{"type":"exceeded_current_quota_error","message":"Your account is suspended"}})", kBilling,
             kAccount},
        Case{
            "OverloadInAnthropicsDialect", kAnthropic, 429,
            R"({"type":"error","error":{"type":"engine_overloaded_error","message":"The engine is currently overloaded, please try again later"}})",
            kOverloaded, kProvider}),
    NameOfCase);

INSTANTIATE_TEST_SUITE_P(
    Zai, SaidOtherwise,
    testing::Values(
        Case{"Balance", kOpenAi, 429,
             R"({"error":{"code":"1113","message":"Insufficient balance or no resource package. Please recharge."}})",
             kBilling, kAccount},
        Case{"Concurrency", kOpenAi, 429,
             R"({"error":{"code":"1302","message":"High concurrency usage of this API, please reduce concurrency"}})",
             kRateMinute, kAccount},
        Case{"Day", kOpenAi, 429,
             R"({"error":{"code":"1304","message":"Daily call limit for this API has been reached"}})", kQuotaDay,
             kAccount},
        Case{
            "FiveHours", kOpenAi, 429,
            R"({"error":{"code":"1308","message":"Usage limit reached for 5 hour. Your limit will reset at 2026-10-01 18:00:00"}})",
            kQuotaDay, kAccount},
        Case{
            "PlanIsOver", kOpenAi, 429,
            R"({"error":{"code":"1309","message":"Your GLM Coding Plan package has expired and is temporarily unavailable."}})",
            kBilling, kAccount},
        Case{
            "PlanLacksTheModel", kOpenAi, 429,
            R"({"error":{"code":"1311","message":"Your current subscription plan does not yet include access to GLM-5"}})",
            kAccountForbidden, kModel},
        Case{
            "HighTraffic", kOpenAi, 429,
            R"({"error":{"code":"1312","message":"This model is currently experiencing high traffic, please try again later"}})",
            kOverloaded, kModel},
        Case{
            "Locked", kOpenAi, 429,
            R"({"error":{"code":"1112","message":"Your account has been locked, please contact customer service to unlock"}})",
            kAccountForbidden, kAccount},
        Case{
            "Unsafe", kOpenAi, 400,
            R"({"error":{"code":"1301","message":"System detected potentially unsafe or sensitive content in input or generation."}})",
            kContentFilter, kRequest},
        Case{"Model", kOpenAi, 400,
             R"({"error":{"code":"1211","message":"Unknown Model, please check the model code."}})", kModelNotFound,
             kModel},
        Case{"Context", kOpenAi, 400, R"({"error":{"code":"1261","message":"Prompt exceeds max length"}})",
             kContextTooLong, kRequest},
        Case{"BalanceInAnthropicsDialect", kAnthropic, 429,
             R"({"type":"error","error":{"type":"1113","message":"Insufficient balance or no resource package."}})",
             kBilling, kAccount},
        Case{
            "FiveHoursInAnthropicsDialect", kAnthropic, 429,
            R"({"type":"error","error":{"type":"rate_limit_error","code":"1308","message":"[1308][Usage limit reached for 5 hour.][x]"}})",
            kQuotaDay, kAccount}),
    NameOfCase);

INSTANTIATE_TEST_SUITE_P(
    Azure, SaidOtherwise,
    testing::Values(
        Case{
            "Deployment", kOpenAi, 404,
            R"({"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}})",
            kModelNotFound, kModel},
        Case{"Principal", kOpenAi, 401,
             R"({"error":{"code":"PermissionDenied","message":"The principal `x` lacks the required data action"}})",
             kAccountForbidden, kAccount},
        Case{
            "Limit", kOpenAi, 429,
            R"({"error":{"code":"429","message":"Requests to the ChatCompletions_Create Operation have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 6 seconds."}})",
            kRateMinute, kAccount, seconds(6)},
        Case{
            "DayLongLimit", kOpenAi, 429,
            R"({"error":{"code":"429","message":"Requests have exceeded call rate limit. Please retry after 86400 seconds."}})",
            kQuotaDay, kAccount, seconds(86'400)},
        Case{
            "NoCapacity", kOpenAi, 429,
            R"({"error":{"code":"NoCapacity","message":"The system is currently experiencing high demand and cannot process your request."}})",
            kOverloaded, kModel}),
    NameOfCase);

INSTANTIATE_TEST_SUITE_P(
    OthersBehindADialect, SaidOtherwise,
    testing::Values(
        Case{
            "TogetherContext", kOpenAi, 403,
            R"({"error":{"message":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193.","type":"invalid_request_error","param":"max_tokens","code":null}})",
            kContextTooLong, kRequest},
        Case{
            "TogetherModelLimit", kOpenAi, 429,
            R"({"error":{"message":"You have reached the rate limit specific to this model x","type":"model_rate_limit","code":null}})",
            kRateMinute, kModel},
        Case{
            "VllmContext", kOpenAi, 400,
            R"({"object":"error","message":"The decoder prompt (length 5000) is longer than the maximum model length of 4096.","type":"BadRequestError","code":400})",
            kContextTooLong, kRequest}),
    NameOfCase);

}  // namespace
}  // namespace ag::upstream
