#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "gatewayd/upstream/error_facts.h"

// Types and statuses: https://platform.claude.com/docs/en/api/errors. Most account faults share invalid_request_error
// and have no code, so the message decides there; each such rule names where its wording was published.
namespace ag::upstream {
namespace {

int StatusOf(const ErrorFacts& facts) {
  constexpr std::array<std::pair<std::string_view, int>, 11> kTypes{{{"invalid_request_error", 400},
                                                                     {"authentication_error", 401},
                                                                     {"billing_error", 402},
                                                                     {"permission_error", 403},
                                                                     {"not_found_error", 404},
                                                                     {"conflict_error", 409},
                                                                     {"request_too_large", 413},
                                                                     {"rate_limit_error", 429},
                                                                     {"api_error", 500},
                                                                     {"timeout_error", 504},
                                                                     {"overloaded_error", 529}}};
  // The type is the API's own word; the status may be an edge's or, in a stream, absent.
  const auto* found = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& t) { return t.first == facts.type; });
  if (found == kTypes.end()) return facts.Status();
  const bool general = found->second == 400 || found->second == 500;
  return general && facts.http_status >= 400 ? facts.http_status : found->second;
}

// Money, not the request: "Your credit balance is too low" (400), "You have reached your specified API usage limits"
// (400, support.claude.com/8977456), error_code enforced_spend_limit_reached (429).
bool SaysBilling(const ErrorFacts& facts) {
  return facts.code.find("spend_limit") != std::string::npos || facts.code.find("credit") != std::string::npos ||
         facts.Says("credit balance is too low") || facts.Says("spend limit") || facts.Says("usage limits");
}

// github.com/anthropics/claude-code issues quote these; the docs name the rule (extended thinking, "preserving
// thinking blocks") but no code.
bool SaysState(const ErrorFacts& facts) {
  const bool about_thinking = facts.Says("thinking");
  return about_thinking && (facts.Says("signature") || facts.Says("cannot be modified") ||
                            facts.Says("invalid `data`") || facts.Says("expected `thinking`"));
}

// What the model or the API version lacks, though the field is valid elsewhere (migration guides of 4.6, 4.7, 5).
bool SaysUnsupported(const ErrorFacts& facts) {
  const bool thinking_tag = facts.Says("thinking") && facts.Says("does not match any of the expected tags");
  return thinking_tag || facts.Says("not supported") || facts.Says("does not support") ||
         facts.Says("may only be set to") || facts.Says("cannot both be specified") ||
         facts.Says("is deprecated for this model") || facts.Says("is not available on this model");
}

ErrorDetail ClassifyRefusal(const ErrorFacts& facts) {
  if (SaysBilling(facts)) return MakeDetail(ErrorKind::kBilling, ErrorScope::kAccount);
  // "This organization has been disabled." (claude-code issue 5088)
  if (facts.Says("organization has been disabled")) {
    return MakeDetail(ErrorKind::kAccountForbidden, ErrorScope::kAccount);
  }
  // "The long context beta is not yet available for this subscription."
  if (facts.Says("not yet available for this subscription")) {
    return MakeDetail(ErrorKind::kAccountForbidden, ErrorScope::kModel);
  }
  // "This credential is only authorized for use with Claude Code and cannot be used for other API requests."
  if (facts.Says("credential is only authorized")) {
    return MakeDetail(ErrorKind::kAccountForbidden, ErrorScope::kAccount);
  }
  // "prompt is too long: N tokens > M maximum"; "input length and `max_tokens` exceed context limit" (context windows).
  if (facts.Says("prompt is too long") || facts.Says("exceed context limit") || facts.Says("exceeds context limit") ||
      facts.Says("exceed the context window")) {
    return MakeDetail(ErrorKind::kContextTooLong, ErrorScope::kRequest);
  }
  if (facts.Says("content filtering policy") || facts.Says("violate our usage policy"))
    return MakeDetail(ErrorKind::kContentFilter, ErrorScope::kRequest);
  if (SaysState(facts)) return MakeDetail(ErrorKind::kStateRejected, ErrorScope::kRequest);
  if (SaysUnsupported(facts)) return MakeDetail(ErrorKind::kUnsupported, ErrorScope::kRequest);
  return MakeDetail(ErrorKind::kInvalidRequest, ErrorScope::kRequest);
}

ErrorDetail ClassifyRateLimit(const ErrorFacts& facts) {
  // Waiting heals neither: a spend limit, and long context without "extra usage" (claude-code issues, 1M context).
  if (SaysBilling(facts)) return MakeDetail(ErrorKind::kBilling, ErrorScope::kAccount);
  if (facts.Says("extra usage is required") || facts.Says("usage credits are required"))
    return MakeDetail(ErrorKind::kBilling, ErrorScope::kModel);
  // "(org: …, model: claude-sonnet-4-20250514)": the newer wording names the holder; the older one means the account.
  const auto scope = facts.Says("model: ") ? ErrorScope::kModel : ErrorScope::kAccount;
  const bool day = facts.Says("daily rate limit") || facts.Says("per-day") || facts.Says("per day");
  return MakeDetail(day ? ErrorKind::kQuotaDay : ErrorKind::kRateMinute, scope);
}

ErrorDetail ClassifyForbidden(const ErrorFacts& facts) {
  if (facts.Says("revoked") || facts.Says("token has expired")) {
    return MakeDetail(ErrorKind::kAccountAuth, ErrorScope::kAccount);
  }
  // "Your organization does not have access to claude-… model": the key serves the others.
  if (facts.Says("does not have access to") && facts.Says("model")) {
    return MakeDetail(ErrorKind::kAccountForbidden, ErrorScope::kModel);
  }
  // The edge blocks an address or region before the API; its body has neither the envelope nor a documented type.
  const bool edge = !facts.json || !facts.enveloped;
  return MakeDetail(ErrorKind::kAccountForbidden, edge ? ErrorScope::kProvider : ErrorScope::kAccount);
}

}  // namespace

ErrorDetail ClassifyAnthropic(const ErrorFacts& facts) {
  if (!facts.has_error) return ClassifyByStatus(facts);
  ErrorFacts effective = facts;
  effective.number = StatusOf(facts);
  effective.http_status = 0;
  switch (effective.number) {
    case 400:
    case 422:
      return ClassifyRefusal(facts);
    case 401:
      // The key is good; the organisation does not let it be used from there.
      if (facts.Says("CORS requests are not allowed")) {
        return MakeDetail(ErrorKind::kAccountForbidden, ErrorScope::kAccount);
      }
      return ClassifyByStatus(effective);
    case 403:
      return ClassifyForbidden(facts);
    case 404:
      // The message of an unknown model is just "model: NAME"; other things are missing too (threads, files).
      if (facts.Says("model")) return MakeDetail(ErrorKind::kModelNotFound, ErrorScope::kModel);
      return MakeDetail(ErrorKind::kInvalidRequest, ErrorScope::kRequest);
    case 429:
      return ClassifyRateLimit(facts);
    default:
      return ClassifyByStatus(effective);
  }
}

}  // namespace ag::upstream
