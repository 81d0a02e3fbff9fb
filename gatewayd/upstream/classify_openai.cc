#include <algorithm>
#include <array>
#include <string_view>

#include "gatewayd/upstream/error_facts.h"

// Codes and types: https://platform.openai.com/docs/guides/error-codes and the Responses API's error object. Rules that
// read the message name where its wording was published, since no code tells those cases apart.
namespace ag::upstream {
namespace {

struct CodeRule {
  std::string_view code;
  ErrorKind kind;
  ErrorScope scope;
};

constexpr std::array kCodes{
    CodeRule{"insufficient_quota", ErrorKind::kBilling, ErrorScope::kAccount},
    CodeRule{"credit_balance_exhausted", ErrorKind::kBilling, ErrorScope::kAccount},
    CodeRule{"project_spend_limit_exceeded", ErrorKind::kBilling, ErrorScope::kAccount},
    CodeRule{"organization_spend_limit_exceeded", ErrorKind::kBilling, ErrorScope::kAccount},
    CodeRule{"billing_hard_limit_reached", ErrorKind::kBilling, ErrorScope::kAccount},
    CodeRule{"billing_not_active", ErrorKind::kBilling, ErrorScope::kAccount},
    CodeRule{"invalid_api_key", ErrorKind::kAccountAuth, ErrorScope::kAccount},
    CodeRule{"token_expired", ErrorKind::kAccountAuth, ErrorScope::kAccount},
    CodeRule{"account_deactivated", ErrorKind::kAccountForbidden, ErrorScope::kAccount},
    CodeRule{"organization_deactivated", ErrorKind::kAccountForbidden, ErrorScope::kAccount},
    CodeRule{"ip_not_authorized", ErrorKind::kAccountForbidden, ErrorScope::kAccount},
    CodeRule{"missing_scope", ErrorKind::kAccountForbidden, ErrorScope::kAccount},
    CodeRule{"insufficient_permissions", ErrorKind::kAccountForbidden, ErrorScope::kAccount},
    CodeRule{"unsupported_country_region_territory", ErrorKind::kAccountForbidden, ErrorScope::kProvider},
    CodeRule{"model_not_found", ErrorKind::kModelNotFound, ErrorScope::kModel},
    CodeRule{"context_length_exceeded", ErrorKind::kContextTooLong, ErrorScope::kRequest},
    CodeRule{"invalid_prompt", ErrorKind::kContentFilter, ErrorScope::kRequest},
    CodeRule{"cyber_policy", ErrorKind::kContentFilter, ErrorScope::kRequest},
    CodeRule{"bio_policy", ErrorKind::kContentFilter, ErrorScope::kRequest},
    CodeRule{"content_filter", ErrorKind::kContentFilter, ErrorScope::kRequest},
    CodeRule{"content_policy_violation", ErrorKind::kContentFilter, ErrorScope::kRequest},
    CodeRule{"image_content_policy_violation", ErrorKind::kContentFilter, ErrorScope::kRequest},
    CodeRule{"moderation_blocked", ErrorKind::kContentFilter, ErrorScope::kRequest},
    CodeRule{"invalid_encrypted_content", ErrorKind::kStateRejected, ErrorScope::kRequest},
    CodeRule{"previous_response_not_found", ErrorKind::kStateRejected, ErrorScope::kRequest},
    CodeRule{"server_is_overloaded", ErrorKind::kOverloaded, ErrorScope::kModel},
    CodeRule{"server_error", ErrorKind::kUpstreamServer, ErrorScope::kProvider},
    CodeRule{"unsupported_parameter", ErrorKind::kUnsupported, ErrorScope::kRequest},
    CodeRule{"unsupported_value", ErrorKind::kUnsupported, ErrorScope::kRequest},
    CodeRule{"unsupported_model", ErrorKind::kUnsupported, ErrorScope::kRequest},
    // Of response.failed, where no status says whose fault it is:
    // https://platform.openai.com/docs/api-reference/responses
    CodeRule{"vector_store_timeout", ErrorKind::kUpstreamServer, ErrorScope::kRequest},
    CodeRule{"invalid_image", ErrorKind::kInvalidRequest, ErrorScope::kRequest},
    CodeRule{"invalid_image_format", ErrorKind::kInvalidRequest, ErrorScope::kRequest},
    CodeRule{"invalid_base64_image", ErrorKind::kInvalidRequest, ErrorScope::kRequest},
    CodeRule{"invalid_image_url", ErrorKind::kInvalidRequest, ErrorScope::kRequest},
    CodeRule{"invalid_image_mode", ErrorKind::kInvalidRequest, ErrorScope::kRequest},
    CodeRule{"image_too_large", ErrorKind::kInvalidRequest, ErrorScope::kRequest},
    CodeRule{"image_too_small", ErrorKind::kInvalidRequest, ErrorScope::kRequest},
    CodeRule{"image_parse_error", ErrorKind::kInvalidRequest, ErrorScope::kRequest},
    CodeRule{"image_file_too_large", ErrorKind::kInvalidRequest, ErrorScope::kRequest},
    CodeRule{"image_file_not_found", ErrorKind::kInvalidRequest, ErrorScope::kRequest},
    CodeRule{"empty_image_file", ErrorKind::kInvalidRequest, ErrorScope::kRequest},
    CodeRule{"unsupported_image_media_type", ErrorKind::kInvalidRequest, ErrorScope::kRequest},
    CodeRule{"failed_to_download_image", ErrorKind::kInvalidRequest, ErrorScope::kRequest},
};

const CodeRule* FindCode(std::string_view code) {
  const auto* found =
      std::find_if(kCodes.begin(), kCodes.end(), [&](const CodeRule& rule) { return rule.code == code; });
  return found == kCodes.end() ? nullptr : found;
}

ErrorDetail ClassifyRateLimit(const ErrorFacts& facts) {
  // One request above the whole limit: no wait makes it fit ("Request too large for gpt-4o … on tokens per min (TPM)",
  // community.openai.com/t/676512). The client must send less, as for a full context window.
  if (facts.Says("request too large")) return MakeDetail(ErrorKind::kContextTooLong, ErrorScope::kRequest);
  // "That model is currently overloaded with other requests" (help.openai.com, error codes guide): capacity, not
  // limits.
  if (facts.Says("overloaded")) {
    return MakeDetail(ErrorKind::kOverloaded, facts.Says("model") ? ErrorScope::kModel : ErrorScope::kProvider);
  }
  // The guide documents limits as RPM, RPD, TPM, TPD by model; the message alone names the window and the holder.
  const bool day = facts.Says("(RPD)") || facts.Says("(TPD)") || facts.Says("per day");
  const bool by_model = (facts.code == "rate_limit_exceeded" || facts.type == "tokens" || facts.type == "requests") &&
                        !facts.Says("reached for organization") && !facts.Says("reached for project");
  auto detail = MakeDetail(day ? ErrorKind::kQuotaDay : ErrorKind::kRateMinute,
                           by_model ? ErrorScope::kModel : ErrorScope::kAccount);
  detail.retry_after = WaitInText(facts.message);
  return detail;
}

// "Item with id 'rs_…' not found", "Response with id 'resp_…' not found": stored for another project, or no more.
bool SaysLostState(const ErrorFacts& facts) { return facts.Says("item with id '") || facts.Says("response with id '"); }

// 400s whose code is null or too general to tell.
ErrorDetail ClassifyRefusal(const ErrorFacts& facts) {
  // platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items; openai/codex issues quote it with a null code.
  if (facts.Says("encrypted content") || facts.Says("encrypted_content")) {
    return MakeDetail(ErrorKind::kStateRejected, ErrorScope::kRequest);
  }
  // Reasoning items and what they belong to were separated on the way: "Item 'rs_…' of type 'reasoning' was provided
  // without its required following item" (recorded), "Item with id 'rs_…' not found" with store: false.
  if ((facts.Says("reasoning") && facts.Says("without its required")) || SaysLostState(facts)) {
    return MakeDetail(ErrorKind::kStateRejected, ErrorScope::kRequest);
  }
  // Other servers that speak this dialect send no code (vLLM: "This model's maximum context length is …").
  if (facts.Says("maximum context length") || facts.Says("exceeds the context window") ||
      facts.Says("exceeds the available context size")) {
    return MakeDetail(ErrorKind::kContextTooLong, ErrorScope::kRequest);
  }
  if (facts.Says("invalid model id") || (facts.Says("model") && facts.Says("does not exist")))
    return MakeDetail(ErrorKind::kModelNotFound, ErrorScope::kModel);
  if (facts.Says("not supported") || facts.Says("does not support") || facts.Says("unsupported parameter")) {
    return MakeDetail(ErrorKind::kUnsupported, ErrorScope::kRequest);
  }
  return MakeDetail(ErrorKind::kInvalidRequest, ErrorScope::kRequest);
}

ErrorDetail ClassifyMissing(const ErrorFacts& facts) {
  if (SaysLostState(facts)) return MakeDetail(ErrorKind::kStateRejected, ErrorScope::kRequest);
  // "This model is only supported in v1/responses and not in v1/chat/completions."
  if (facts.Says("only supported in")) return MakeDetail(ErrorKind::kUnsupported, ErrorScope::kRequest);
  // "This is not a chat model and thus not supported in the v1/chat/completions endpoint."
  if (facts.Says("not supported in")) return MakeDetail(ErrorKind::kUnsupported, ErrorScope::kRequest);
  if (facts.param == "model" || facts.Says("model")) return MakeDetail(ErrorKind::kModelNotFound, ErrorScope::kModel);
  return MakeDetail(ErrorKind::kInvalidRequest, ErrorScope::kRequest);
}

ErrorDetail ClassifyUnauthorized(const ErrorFacts& facts) {
  // The key is good, its rights are not: "You have insufficient permissions for this operation. Missing scopes: …"
  // (recorded); "You must be a member of an organization to use the API", "IP not authorized" (error codes guide).
  if (facts.Says("insufficient permissions") || facts.Says("missing scopes") ||
      facts.Says("member of an organization") || facts.Says("IP not authorized") || facts.Says("deactivated")) {
    return MakeDetail(ErrorKind::kAccountForbidden, ErrorScope::kAccount);
  }
  return MakeDetail(ErrorKind::kAccountAuth, ErrorScope::kAccount);
}

int StatusOfType(const ErrorFacts& facts) {
  if (facts.Status() >= 400) return facts.Status();
  if (facts.code == "rate_limit_exceeded" || facts.type == "rate_limit_error" || facts.type == "tokens" ||
      facts.type == "requests") {
    return 429;
  }
  if (facts.type == "invalid_request_error" || facts.type == "invalid_request") return 400;
  if (facts.type == "authentication_error") return 401;
  if (facts.type == "permission_error") return 403;
  if (facts.type == "not_found_error") return 404;
  return 0;
}

}  // namespace

ErrorDetail ClassifyOpenAi(const ErrorFacts& facts) {
  // "Your organization must be verified to stream this model" carries code unsupported_value
  // (help.openai.com/10910291).
  if (facts.Says("organization must be verified")) {
    return MakeDetail(ErrorKind::kAccountForbidden, ErrorScope::kModel);
  }
  if (facts.type == "insufficient_quota") return MakeDetail(ErrorKind::kBilling, ErrorScope::kAccount);
  const int status = StatusOfType(facts);
  if (const auto* rule = FindCode(facts.code)) {
    // A code that says less than the status does: 503 and 504 with server_error.
    if (rule->kind != ErrorKind::kUpstreamServer || status < 500) return MakeDetail(rule->kind, rule->scope);
  }
  // Documented twice: 429 slow_down limits this organisation, 503 slow_down is the older form for everybody.
  if (facts.code == "slow_down" && status != 503) return ClassifyRateLimit(facts);
  if (facts.type == "service_unavailable_error" || facts.type == "overloaded_error") {
    return MakeDetail(ErrorKind::kOverloaded, facts.Says("model") ? ErrorScope::kModel : ErrorScope::kProvider);
  }
  switch (status) {
    case 400:
    case 422:
      return ClassifyRefusal(facts);
    case 401:
      return ClassifyUnauthorized(facts);
    case 404:
      return ClassifyMissing(facts);
    case 429:
      return facts.json ? ClassifyRateLimit(facts) : ClassifyByStatus(facts);
    case 500:
      // The engine's overload was a 500 or 503 with that sentence before it got a code.
      if (facts.Says("currently overloaded")) {
        return MakeDetail(ErrorKind::kOverloaded, facts.Says("model") ? ErrorScope::kModel : ErrorScope::kProvider);
      }
      break;
    case 503:
      if (facts.Says("model is currently overloaded") || facts.Says("model is overloaded")) {
        return MakeDetail(ErrorKind::kOverloaded, ErrorScope::kModel);
      }
      break;
    default:
      break;
  }
  return ClassifyByStatus(facts);
}

}  // namespace ag::upstream
