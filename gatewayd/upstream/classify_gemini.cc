#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "gatewayd/upstream/error_facts.h"
#include "gatewayd/upstream/provider.h"

// Statuses: https://ai.google.dev/gemini-api/docs/troubleshooting and google/rpc/code.proto; reasons of ErrorInfo:
// google/api/error_reason.proto. Messages decide only where both say nothing but INVALID_ARGUMENT or
// RESOURCE_EXHAUSTED.
namespace ag::upstream {
namespace {

struct ReasonRule {
  std::string_view reason;
  ErrorKind kind;
  ErrorScope scope;
};

constexpr std::array kReasons{
    ReasonRule{"API_KEY_INVALID", ErrorKind::kAccountAuth, ErrorScope::kAccount},
    ReasonRule{"ACCESS_TOKEN_EXPIRED", ErrorKind::kAccountAuth, ErrorScope::kAccount},
    ReasonRule{"ACCESS_TOKEN_TYPE_UNSUPPORTED", ErrorKind::kAccountAuth, ErrorScope::kAccount},
    ReasonRule{"ACCOUNT_STATE_INVALID", ErrorKind::kAccountAuth, ErrorScope::kAccount},
    ReasonRule{"CREDENTIALS_MISSING", ErrorKind::kAccountAuth, ErrorScope::kAccount},
    ReasonRule{"BILLING_DISABLED", ErrorKind::kBilling, ErrorScope::kAccount},
    ReasonRule{"SERVICE_DISABLED", ErrorKind::kAccountForbidden, ErrorScope::kAccount},
    ReasonRule{"CONSUMER_SUSPENDED", ErrorKind::kAccountForbidden, ErrorScope::kAccount},
    ReasonRule{"CONSUMER_INVALID", ErrorKind::kAccountForbidden, ErrorScope::kAccount},
    ReasonRule{"USER_PROJECT_DENIED", ErrorKind::kAccountForbidden, ErrorScope::kAccount},
    ReasonRule{"API_KEY_SERVICE_BLOCKED", ErrorKind::kAccountForbidden, ErrorScope::kAccount},
    ReasonRule{"API_KEY_HTTP_REFERRER_BLOCKED", ErrorKind::kAccountForbidden, ErrorScope::kAccount},
    ReasonRule{"API_KEY_IP_ADDRESS_BLOCKED", ErrorKind::kAccountForbidden, ErrorScope::kAccount},
    ReasonRule{"ACCESS_TOKEN_SCOPE_INSUFFICIENT", ErrorKind::kAccountForbidden, ErrorScope::kAccount},
    ReasonRule{"IAM_PERMISSION_DENIED", ErrorKind::kAccountForbidden, ErrorScope::kAccount},
    ReasonRule{"LOCATION_POLICY_VIOLATED", ErrorKind::kAccountForbidden, ErrorScope::kProvider},
    ReasonRule{"MODEL_CAPACITY_EXHAUSTED", ErrorKind::kOverloaded, ErrorScope::kModel},
};

int StatusOf(const ErrorFacts& facts) {
  constexpr std::array<std::pair<std::string_view, int>, 16> kStatuses{{{"INVALID_ARGUMENT", 400},
                                                                        {"FAILED_PRECONDITION", 400},
                                                                        {"OUT_OF_RANGE", 400},
                                                                        {"UNAUTHENTICATED", 401},
                                                                        {"PERMISSION_DENIED", 403},
                                                                        {"NOT_FOUND", 404},
                                                                        {"ABORTED", 499},
                                                                        {"CANCELLED", 499},
                                                                        {"ALREADY_EXISTS", 400},
                                                                        {"RESOURCE_EXHAUSTED", 429},
                                                                        {"INTERNAL", 500},
                                                                        {"UNKNOWN", 500},
                                                                        {"DATA_LOSS", 500},
                                                                        {"UNIMPLEMENTED", 501},
                                                                        {"UNAVAILABLE", 503},
                                                                        {"DEADLINE_EXCEEDED", 504}}};
  const auto* found =
      std::find_if(kStatuses.begin(), kStatuses.end(), [&](const auto& s) { return s.first == facts.status; });
  return found == kStatuses.end() ? facts.Status() : found->second;
}

bool HasLimitZero(const ErrorFacts& facts) {
  for (const auto& violation : facts.violations) {
    if (violation.quota_value == "0") return true;
  }
  // The value is left out of the JSON when it is zero, but the message writes it: "…, limit: 0, model: gemini-2.5-pro".
  const auto at = facts.message.find("limit: 0");
  if (at == std::string::npos) return false;
  const auto next = at + std::string_view("limit: 0").size();
  return next >= facts.message.size() ||
         (facts.message[next] != '.' && (facts.message[next] < '0' || facts.message[next] > '9'));
}

bool IsPerDay(const ErrorFacts& facts) {
  // Without details only the metric's name tells: "…/generate_requests_per_model_per_day".
  if (facts.violations.empty() && facts.Says("_per_day")) return true;
  return std::any_of(facts.violations.begin(), facts.violations.end(),
                     [](const auto& violation) { return violation.quota_id.find("PerDay") != std::string::npos; });
}

// Prepaid credits and spend caps look like rate limits (ai.google.dev/gemini-api/docs/billing). The general sentence
// "check your plan and billing details" stands in every quota reply and means nothing.
bool SaysMoneyIsGone(const ErrorFacts& facts) {
  return facts.Says("credits are depleted") || facts.Says("credit balance is depleted") || facts.Says("spending cap") ||
         facts.Says("spend cap") || facts.Says("spending limit") || facts.Says("spend limit");
}

// RetryInfo, else what the message says: streams and older replies come without details.
std::optional<std::chrono::milliseconds> StatedWait(const ErrorFacts& facts) {
  if (const auto delay = ParseDuration(facts.retry_delay)) return delay;
  return WaitInText(facts.message);
}

ErrorDetail ClassifyExhausted(const ErrorFacts& facts) {
  if (SaysMoneyIsGone(facts)) return MakeDetail(ErrorKind::kBilling, ErrorScope::kAccount);
  // No quota for this model on this plan: no wait gives it any, and RetryInfo beside it is noise.
  if (HasLimitZero(facts)) return MakeDetail(ErrorKind::kBilling, ErrorScope::kModel);
  // Quotas are counted by project and model (ai.google.dev/gemini-api/docs/rate-limits). RetryInfo beside a per-day
  // quota is the minute window's and does not give the day back.
  if (IsPerDay(facts)) return MakeDetail(ErrorKind::kQuotaDay, ErrorScope::kModel);
  if (facts.reason == "QUOTA_EXHAUSTED") {
    auto detail = MakeDetail(ErrorKind::kQuotaDay, ErrorScope::kModel);
    detail.retry_after = ParseDuration(facts.quota_reset_delay);
    const auto stated = StatedWait(facts);
    if (stated && stated > detail.retry_after) detail.retry_after = stated;
    return detail;
  }
  // Shared capacity of Vertex, not a quota: cloud.google.com/vertex-ai/generative-ai/docs/error-code-429.
  const bool names_quota = !facts.violations.empty() || facts.Says("quota");
  const bool capacity = facts.Says("out of capacity") || facts.Says("no capacity") || facts.Says("overloaded") ||
                        facts.Says("error-code-429") || facts.Says("resource exhausted, please try again");
  const auto kind = !names_quota && capacity ? ErrorKind::kOverloaded : ErrorKind::kRateMinute;
  auto detail = MakeDetail(kind, ErrorScope::kModel);
  detail.retry_after = StatedWait(facts);
  return detail;
}

ErrorDetail ClassifyInvalid(const ErrorFacts& facts) {
  // Older replies come without details.
  if (facts.Says("API key not") || facts.Says("API key expired")) {
    return MakeDetail(ErrorKind::kAccountAuth, ErrorScope::kAccount);
  }
  // FAILED_PRECONDITION: "User location is not supported for the API use." depends on the way out, not on the key;
  // "free tier is not available in your country. Please enable billing" on the project (troubleshooting page).
  if (facts.Says("enable billing")) return MakeDetail(ErrorKind::kBilling, ErrorScope::kAccount);
  if (facts.Says("user location is not supported")) {
    return MakeDetail(ErrorKind::kAccountForbidden, ErrorScope::kProvider);
  }
  // Vertex refuses what a project, its organisation or a region does not have as FAILED_PRECONDITION.
  if (facts.Says("not allowed to use Publisher Model") || facts.Says("Organization Policy constraint")) {
    return MakeDetail(ErrorKind::kAccountForbidden, ErrorScope::kModel);
  }
  if (facts.Says("not servable in region")) return MakeDetail(ErrorKind::kModelNotFound, ErrorScope::kModel);
  if (facts.Says("Responsible AI practices")) return MakeDetail(ErrorKind::kContentFilter, ErrorScope::kRequest);
  if ((facts.Says("token count") && facts.Says("exceeds")) || facts.Says("maximum number of tokens allowed")) {
    return MakeDetail(ErrorKind::kContextTooLong, ErrorScope::kRequest);
  }
  if (facts.Says("payload size exceeds")) return MakeDetail(ErrorKind::kBodyTooLarge, ErrorScope::kRequest);
  // ai.google.dev/gemini-api/docs/thought-signatures
  if (facts.Says("thought_signature") || facts.Says("thought signature") || facts.Says("thoughtSignature")) {
    return MakeDetail(ErrorKind::kStateRejected, ErrorScope::kRequest);
  }
  // ai.google.dev/gemini-api/docs/thinking: budgets and levels differ by model and exclude each other.
  const bool thinking = facts.Says("thinking budget") || facts.Says("thinking_budget") ||
                        facts.Says("thinking level") || facts.Says("thinking_level") || facts.Says("thinking mode") ||
                        facts.Says("thinkingConfig");
  if (thinking || facts.Says("not supported") || facts.Says("unsupported") || facts.Says("not support") ||
      facts.Says("doesn't support") || facts.Says("is not enabled") || facts.Says("built-in tools")) {
    return MakeDetail(ErrorKind::kUnsupported, ErrorScope::kRequest);
  }
  return MakeDetail(ErrorKind::kInvalidRequest, ErrorScope::kRequest);
}

// "File abc not found." A model is "models/… is not found".
bool SaysFileIsGone(const ErrorFacts& facts) {
  return facts.message.starts_with("File ") || facts.message.starts_with("Requested file");
}

ErrorDetail ClassifyDenied(const ErrorFacts& facts) {
  // "Your API key was reported as leaked": burnt. "Method doesn't allow unregistered callers": no key arrived.
  if (facts.Says("leaked") || facts.Says("unregistered callers")) {
    return MakeDetail(ErrorKind::kAccountAuth, ErrorScope::kAccount);
  }
  if (facts.Says("requires billing to be enabled")) return MakeDetail(ErrorKind::kBilling, ErrorScope::kAccount);
  if (facts.Says("tuned model")) return MakeDetail(ErrorKind::kAccountForbidden, ErrorScope::kModel);
  // Cached content and files belong to the project that made them.
  if (facts.Says("CachedContent") || facts.Says("permission to access the File")) {
    return MakeDetail(ErrorKind::kStateRejected, ErrorScope::kRequest);
  }
  return ClassifyByStatus(facts);
}

}  // namespace

ErrorDetail ClassifyGemini(const ErrorFacts& facts) {
  const auto* rule = std::find_if(kReasons.begin(), kReasons.end(),
                                  [&](const ReasonRule& known) { return known.reason == facts.reason; });
  if (rule != kReasons.end()) return MakeDetail(rule->kind, rule->scope);
  // The prepaid credit is gone; the status in the body is the one of a quota.
  if (facts.http_status == 402) return MakeDetail(ErrorKind::kBilling, ErrorScope::kAccount);
  ErrorFacts effective = facts;
  effective.number = StatusOf(facts);
  effective.http_status = 0;
  switch (effective.number) {
    case 400:
      return ClassifyInvalid(facts);
    case 403:
      return ClassifyDenied(effective);
    case 404:
      if (facts.Says("CachedContent") || facts.Says("cached content") || SaysFileIsGone(facts)) {
        return MakeDetail(ErrorKind::kStateRejected, ErrorScope::kRequest);
      }
      // "models/x is not found for API version v1beta", "Publisher Model …", "Requested entity was not found."
      return MakeDetail(facts.json ? ErrorKind::kModelNotFound : ErrorKind::kInvalidRequest,
                        facts.json ? ErrorScope::kModel : ErrorScope::kRequest);
    case 429:
      return facts.json ? ClassifyExhausted(facts) : ClassifyByStatus(effective);
    case 503:
      if (facts.Says("model")) return MakeDetail(ErrorKind::kOverloaded, ErrorScope::kModel);
      return ClassifyByStatus(effective);
    default:
      return ClassifyByStatus(effective);
  }
}

}  // namespace ag::upstream
