#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "gatewayd/upstream/error_facts.h"

// What servers say that speak OpenAI's or Anthropic's dialect in words of their own. From their error pages:
//   https://api-docs.deepseek.com/quick_start/error_codes      https://console.groq.com/docs/errors
//   https://docs.z.ai/api-reference/api-code                   https://docs.x.ai/docs/key-information/debugging
//   https://openrouter.ai/docs/api/reference/errors-and-debugging
//   https://www.kimi.com/code/docs/en/kimi-code/error-reference.html
//   https://learn.microsoft.com/azure/ai-foundry/openai/how-to/quota
// and, where those give a status alone, from the replies that people quote in the issues of clients.
namespace ag::upstream {
namespace {

struct Rule {
  std::string_view said;
  ErrorKind kind;
  ErrorScope scope;
};

// The whole of the code or the type.
constexpr std::array kNames{
    // Z.ai: numbers as text, most of them under status 429, in Anthropic's dialect as the type.
    Rule{"1110", ErrorKind::kAccountForbidden, ErrorScope::kAccount},
    Rule{"1111", ErrorKind::kAccountForbidden, ErrorScope::kAccount},
    Rule{"1112", ErrorKind::kAccountForbidden, ErrorScope::kAccount},
    Rule{"1113", ErrorKind::kBilling, ErrorScope::kAccount},
    Rule{"1120", ErrorKind::kAccountForbidden, ErrorScope::kAccount},
    Rule{"1121", ErrorKind::kAccountForbidden, ErrorScope::kAccount},
    Rule{"1211", ErrorKind::kModelNotFound, ErrorScope::kModel},
    Rule{"1220", ErrorKind::kAccountForbidden, ErrorScope::kModel},
    Rule{"1261", ErrorKind::kContextTooLong, ErrorScope::kRequest},
    Rule{"1301", ErrorKind::kContentFilter, ErrorScope::kRequest},
    Rule{"1304", ErrorKind::kQuotaDay, ErrorScope::kAccount},
    Rule{"1305", ErrorKind::kOverloaded, ErrorScope::kModel},
    Rule{"1308", ErrorKind::kQuotaDay, ErrorScope::kAccount},
    Rule{"1309", ErrorKind::kBilling, ErrorScope::kAccount},
    Rule{"1310", ErrorKind::kQuotaDay, ErrorScope::kAccount},
    Rule{"1311", ErrorKind::kAccountForbidden, ErrorScope::kModel},
    Rule{"1312", ErrorKind::kOverloaded, ErrorScope::kModel},
    // Moonshot.
    Rule{"exceeded_current_quota_error", ErrorKind::kBilling, ErrorScope::kAccount},
    Rule{"engine_overloaded_error", ErrorKind::kOverloaded, ErrorScope::kProvider},
    Rule{"content_filter", ErrorKind::kContentFilter, ErrorScope::kRequest},
    // Groq.
    Rule{"capacity_exceeded", ErrorKind::kOverloaded, ErrorScope::kModel},
    Rule{"model_decommissioned", ErrorKind::kModelNotFound, ErrorScope::kModel},
    Rule{"model_permission_blocked_org", ErrorKind::kAccountForbidden, ErrorScope::kModel},
    Rule{"model_permission_blocked_project", ErrorKind::kAccountForbidden, ErrorScope::kModel},
    Rule{"organization_restricted", ErrorKind::kAccountForbidden, ErrorScope::kAccount},
    Rule{"blocked_api_access", ErrorKind::kBilling, ErrorScope::kAccount},
    // Mistral.
    Rule{"invalid_model", ErrorKind::kModelNotFound, ErrorScope::kModel},
    Rule{"service_tier_capacity_exceeded", ErrorKind::kOverloaded, ErrorScope::kModel},
    // Together.
    Rule{"model_rate_limit", ErrorKind::kRateMinute, ErrorScope::kModel},
    // Azure.
    Rule{"DeploymentNotFound", ErrorKind::kModelNotFound, ErrorScope::kModel},
    Rule{"PermissionDenied", ErrorKind::kAccountForbidden, ErrorScope::kAccount},
    Rule{"NoCapacity", ErrorKind::kOverloaded, ErrorScope::kModel},
    Rule{"OperationNotSupported", ErrorKind::kUnsupported, ErrorScope::kRequest},
    // ChatGPT's own backend.
    Rule{"usage_limit_reached", ErrorKind::kQuotaDay, ErrorScope::kAccount},
    Rule{"usage_not_included", ErrorKind::kBilling, ErrorScope::kAccount},
};

// A part of the message; the first that it has.
constexpr std::array kTexts{
    // Money.
    Rule{"insufficient balance", ErrorKind::kBilling, ErrorScope::kAccount},        // DeepSeek, Moonshot, Z.ai
    Rule{"used all available credits", ErrorKind::kBilling, ErrorScope::kAccount},  // xAI
    Rule{"doesn't have any credits", ErrorKind::kBilling, ErrorScope::kAccount},    // xAI
    Rule{"key limit exceeded", ErrorKind::kBilling, ErrorScope::kAccount},          // OpenRouter
    Rule{"inactive subscription or usage limit", ErrorKind::kBilling, ErrorScope::kAccount},  // Mistral
    // A day's or a plan's quota.
    Rule{"TPD rate limit", ErrorKind::kQuotaDay, ErrorScope::kAccount},                     // Moonshot
    Rule{"reached your usage limit for this", ErrorKind::kQuotaDay, ErrorScope::kAccount},  // Kimi Code
    Rule{"free-models-per-day", ErrorKind::kQuotaDay, ErrorScope::kAccount},                // OpenRouter
    // The key.
    Rule{"incorrect API key provided", ErrorKind::kAccountAuth, ErrorScope::kAccount},  // xAI: status 400
    Rule{"API key is disabled", ErrorKind::kAccountAuth, ErrorScope::kAccount},         // xAI
    // What was asked for.
    Rule{"content violates usage guidelines", ErrorKind::kContentFilter, ErrorScope::kRequest},  // xAI: status 403
    Rule{"content exists risk", ErrorKind::kContentFilter, ErrorScope::kRequest},                // DeepSeek
    Rule{"considered high risk", ErrorKind::kContentFilter, ErrorScope::kRequest},               // Moonshot
    Rule{"flagged as potentially violating our usage policy", ErrorKind::kContentFilter, ErrorScope::kRequest},
    // Its size.
    Rule{"request too large for model", ErrorKind::kContextTooLong, ErrorScope::kRequest},        // Groq: status 413
    Rule{"maximum context length", ErrorKind::kContextTooLong, ErrorScope::kRequest},             // vLLM, DeepSeek
    Rule{"maximum prompt length", ErrorKind::kContextTooLong, ErrorScope::kRequest},              // xAI
    Rule{"maximum model length", ErrorKind::kContextTooLong, ErrorScope::kRequest},               // vLLM
    Rule{"exceeded model token limit", ErrorKind::kContextTooLong, ErrorScope::kRequest},         // Moonshot
    Rule{"prompt exceeds max length", ErrorKind::kContextTooLong, ErrorScope::kRequest},          // Z.ai
    Rule{"tokens + `max_new_tokens` must be", ErrorKind::kContextTooLong, ErrorScope::kRequest},  // Together
    // The model.
    Rule{"model not exist", ErrorKind::kModelNotFound, ErrorScope::kModel},                           // DeepSeek
    Rule{"is not a valid model ID", ErrorKind::kModelNotFound, ErrorScope::kModel},                   // OpenRouter
    Rule{"no endpoints found that support", ErrorKind::kUnsupported, ErrorScope::kRequest},           // OpenRouter
    Rule{"no endpoints found", ErrorKind::kModelNotFound, ErrorScope::kModel},                        // OpenRouter
    Rule{"no allowed providers are available", ErrorKind::kOverloaded, ErrorScope::kModel},           // OpenRouter
    Rule{"do not have access to this model", ErrorKind::kAccountForbidden, ErrorScope::kModel},       // Mistral
    Rule{"not allowed to sample from this model", ErrorKind::kAccountForbidden, ErrorScope::kModel},  // OpenAI
    Rule{"not supported when using codex with a chatgpt account", ErrorKind::kModelNotFound, ErrorScope::kModel},
    Rule{"is currently over capacity", ErrorKind::kOverloaded, ErrorScope::kModel},  // Groq
    Rule{"model is at capacity", ErrorKind::kOverloaded, ErrorScope::kModel},        // xAI
    Rule{"too many requests for team", ErrorKind::kRateMinute, ErrorScope::kModel},  // xAI, names the model
    // An edge that answers in JSON.
    Rule{"please check your network settings", ErrorKind::kAccountForbidden, ErrorScope::kProvider},  // Groq
};

ErrorDetail Make(const Rule& rule) { return MakeDetail(rule.kind, rule.scope); }

// OpenRouter answers for the providers behind it, and says so beside the message.
std::optional<ErrorDetail> ClassifyBroker(const ErrorFacts& facts) {
  if (facts.flagged) return MakeDetail(ErrorKind::kContentFilter, ErrorScope::kRequest);
  // Money that requests under way have reserved: given back as they end.
  if (facts.limit_source == "openrouter_in_flight_budget") {
    return MakeDetail(ErrorKind::kRateMinute, ErrorScope::kAccount);
  }
  if (facts.passed_on && facts.Status() == 429) return MakeDetail(ErrorKind::kRateMinute, ErrorScope::kModel);
  return std::nullopt;
}

}  // namespace

std::optional<ErrorDetail> ClassifyCompatible(const ErrorFacts& facts) {
  if (auto broker = ClassifyBroker(facts)) return broker;
  for (const Rule& rule : kNames) {
    if (rule.said == facts.code || rule.said == facts.type) return Make(rule);
  }
  const auto* found =
      std::find_if(kTexts.begin(), kTexts.end(), [&](const Rule& rule) { return facts.Says(rule.said); });
  if (found == kTexts.end()) return std::nullopt;
  auto detail = Make(*found);
  if (detail.kind == ErrorKind::kRateMinute) detail.retry_after = WaitInText(facts.message);
  return detail;
}

}  // namespace ag::upstream
