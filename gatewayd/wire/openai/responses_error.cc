#include "gatewayd/wire/openai/responses_error.h"

#include <algorithm>
#include <array>
#include <string>

#include "gatewayd/base/error.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/openai/responses_json.h"
#include "gatewayd/wire/reply_parts.h"

namespace ag::wire::openai {
namespace {

using json::Value;

struct CodeStatus {
  std::string_view code;
  ErrorKind kind;
  ErrorScope scope;
};

// Upstream's classification looks closer; this is what the code alone says.
constexpr std::array kCodes{
    CodeStatus{"rate_limit_exceeded", ErrorKind::kRateMinute, ErrorScope::kModel},
    CodeStatus{"insufficient_quota", ErrorKind::kBilling, ErrorScope::kAccount},
    CodeStatus{"context_length_exceeded", ErrorKind::kContextTooLong, ErrorScope::kRequest},
    CodeStatus{"invalid_prompt", ErrorKind::kContentFilter, ErrorScope::kRequest},
    CodeStatus{"bio_policy", ErrorKind::kContentFilter, ErrorScope::kRequest},
    CodeStatus{"content_filter", ErrorKind::kContentFilter, ErrorScope::kRequest},
    CodeStatus{"invalid_encrypted_content", ErrorKind::kStateRejected, ErrorScope::kRequest},
    CodeStatus{"invalid_api_key", ErrorKind::kAccountAuth, ErrorScope::kAccount},
    CodeStatus{"model_not_found", ErrorKind::kModelNotFound, ErrorScope::kModel},
    CodeStatus{"server_is_overloaded", ErrorKind::kOverloaded, ErrorScope::kModel},
    CodeStatus{"slow_down", ErrorKind::kOverloaded, ErrorScope::kProvider},
    CodeStatus{"server_error", ErrorKind::kUpstreamServer, ErrorScope::kProvider},
    CodeStatus{"vector_store_timeout", ErrorKind::kUpstreamServer, ErrorScope::kProvider},
    CodeStatus{"invalid_request_error", ErrorKind::kInvalidRequest, ErrorScope::kRequest},
};

Failed Read(const Value& document, const Value* error) {
  Failed failed;
  failed.json = document.raw();
  failed.error = DetailFromHttpStatus(0);
  if (error == nullptr) return failed;
  if (error->is_string()) {
    failed.error.provider_text = std::string(error->str());
    return failed;
  }
  const std::string_view code = TextAt(*error, "code");
  const std::string_view type = TextAt(*error, "type");
  for (const std::string_view name : {type, code}) {  // the code says more, and comes last
    const auto* found =
        std::find_if(kCodes.begin(), kCodes.end(), [&](const CodeStatus& row) { return row.code == name; });
    if (found == kCodes.end()) continue;
    failed.error.kind = found->kind;
    failed.error.scope = found->scope;
  }
  failed.error.provider_code = std::string(code.empty() ? type : code);
  failed.error.provider_text = std::string(TextAt(*error, "message"));
  failed.error.param = std::string(TextAt(*error, "param"));
  return failed;
}

}  // namespace

Failed ErrorOfEvent(const Value& event) {
  const Value* nested = event.FindNonNull("error");
  return Read(event, nested == nullptr ? &event : nested);
}

Failed ErrorOfResponse(const Value& document, const Value& response) {
  return Read(document, response.FindNonNull("error"));
}

std::string_view ResponseErrorCode(const absl::Status& error) {
  switch (KindOf(error)) {
    case ErrorKind::kRateMinute:
    case ErrorKind::kQuotaDay:
      return "rate_limit_exceeded";
    case ErrorKind::kBilling:
      return "insufficient_quota";
    case ErrorKind::kContextTooLong:
      return "context_length_exceeded";
    case ErrorKind::kContentFilter:
      return "invalid_prompt";
    case ErrorKind::kOverloaded:
      return "server_is_overloaded";
    default:
      return "server_error";
  }
}

}  // namespace ag::wire::openai
