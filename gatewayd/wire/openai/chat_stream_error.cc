#include "gatewayd/wire/openai/chat_stream_error.h"

#include <optional>
#include <string>
#include <string_view>

#include "gatewayd/wire/openai/json_members.h"
#include "gatewayd/wire/reply_parts.h"

namespace ag::wire::openai {
namespace {

std::optional<ErrorKind> KindOfCode(std::string_view code) {
  if (code == "insufficient_quota" || code == "billing_hard_limit_reached") return ErrorKind::kBilling;
  if (code == "rate_limit_exceeded" || code == "tokens" || code == "requests") return ErrorKind::kRateMinute;
  if (code == "context_length_exceeded") return ErrorKind::kContextTooLong;
  if (code == "content_filter" || code == "content_policy_violation") return ErrorKind::kContentFilter;
  if (code == "invalid_api_key" || code == "authentication_error") return ErrorKind::kAccountAuth;
  if (code == "permission_error") return ErrorKind::kAccountForbidden;
  if (code == "model_not_found") return ErrorKind::kModelNotFound;
  if (code == "server_error" || code == "api_error") return ErrorKind::kUpstreamServer;
  if (code == "overloaded" || code == "overloaded_error" || code == "service_unavailable")
    return ErrorKind::kOverloaded;
  if (code == "invalid_request_error") return ErrorKind::kInvalidRequest;
  return std::nullopt;
}

ErrorScope ScopeOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kBilling:
    case ErrorKind::kAccountAuth:
    case ErrorKind::kAccountForbidden:
      return ErrorScope::kAccount;
    case ErrorKind::kRateMinute:
    case ErrorKind::kModelNotFound:
      return ErrorScope::kModel;
    case ErrorKind::kUpstreamServer:
    case ErrorKind::kOverloaded:
      return ErrorScope::kProvider;
    default:
      return ErrorScope::kRequest;
  }
}

}  // namespace

Failed ReadChatError(const json::Value& document, const json::Value& error) {
  Failed failed;
  failed.json = document.raw();
  failed.error = DetailFromHttpStatus(static_cast<int>(CountAt(error, "code").value_or(0)));
  const std::string_view name = TextAt(error, "code");
  const std::string_view type = TextAt(error, "type");
  auto kind = KindOfCode(name);
  if (!kind) kind = KindOfCode(type);
  if (kind) {
    failed.error.kind = *kind;
    failed.error.scope = ScopeOf(*kind);
  }
  failed.error.provider_code = std::string(name.empty() ? type : name);
  failed.error.provider_text = std::string(error.is_string() ? error.str() : TextAt(error, "message"));
  failed.error.param = std::string(TextAt(error, "param"));
  return failed;
}

Failed FailedChoice(std::string_view finish_reason) {
  Failed failed;
  failed.error = DetailFromHttpStatus(503);
  failed.error.http_status = 0;
  failed.error.provider_code = std::string(finish_reason);
  return failed;
}

}  // namespace ag::wire::openai
