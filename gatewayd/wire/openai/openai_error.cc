#include "gatewayd/wire/openai/openai_error.h"

#include <algorithm>
#include <string>

#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"

namespace ag::wire::openai {
namespace {

std::string_view TypeOf(const ErrorDetail& detail, int status) {
  switch (status) {
    case 401:
      return "authentication_error";
    case 403:
      return "permission_error";
    case 429:
      return detail.kind == ErrorKind::kBilling ? "insufficient_quota" : "rate_limit_error";
    case 503:
      return "service_unavailable_error";
    default:
      return status < 500 ? "invalid_request_error" : "server_error";
  }
}

// OpenAI's codes are snake_case; another family's ("INVALID_ARGUMENT") would mislead a client that branches on them.
bool LooksLikeOpenAiCode(std::string_view code) {
  return !code.empty() && std::all_of(code.begin(), code.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  });
}

std::string_view CodeOf(const ErrorDetail& detail) {
  switch (detail.kind) {
    case ErrorKind::kContextTooLong:
      return "context_length_exceeded";
    case ErrorKind::kModelNotFound:
    case ErrorKind::kNoAccount:
      return "model_not_found";
    case ErrorKind::kClientAuth:
      return "invalid_api_key";
    case ErrorKind::kRateMinute:
    case ErrorKind::kQuotaDay:
    case ErrorKind::kClientBudget:
      return "rate_limit_exceeded";
    case ErrorKind::kBilling:
      return "insufficient_quota";
    case ErrorKind::kOverloaded:
      return "server_is_overloaded";
    case ErrorKind::kUnsupported:
      return "unsupported_parameter";
    case ErrorKind::kContentFilter:
      return "content_filter";
    default:
      return LooksLikeOpenAiCode(detail.provider_code) ? std::string_view(detail.provider_code) : std::string_view();
  }
}

}  // namespace

void EncodeOpenAiError(const ErrorDetail& detail, std::string_view message, std::string_view /*request_id*/,
                       HttpError& out) {
  json::Writer writer(out.body);
  const auto text_or_null = [&writer](std::string_view key, std::string_view text) {
    writer.Key(key);
    text.empty() ? writer.Null() : writer.String(text);
  };
  writer.BeginObject().Key("error").BeginObject();
  writer.Field("message", message).Field("type", TypeOf(detail, out.status));
  text_or_null("param", detail.param);
  text_or_null("code", CodeOf(detail));
  writer.EndObject().EndObject();
}

std::string EncodeChatStreamError(const absl::Status& error, std::string_view request_id, std::int64_t /*sequence*/) {
  return "data: " + EncodeError(error, Family::kOpenAi, request_id).body + "\n\ndata: [DONE]\n\n";
}

std::string EncodeResponsesStreamError(const absl::Status& error, std::string_view /*request_id*/,
                                       std::int64_t sequence) {
  const ErrorDetail detail = DetailOf(error);
  std::string data;
  json::Writer writer(data);
  writer.BeginObject().Field("type", "error");
  writer.Field("code", detail.provider_code.empty() ? NameOf(detail.kind) : std::string_view(detail.provider_code));
  writer.Field("message", ToStd(error.message()));
  if (detail.param.empty()) {
    writer.Key("param").Null();
  } else {
    writer.Field("param", detail.param);
  }
  writer.Field("sequence_number", sequence).EndObject();
  return "event: error\ndata: " + data + "\n\n";
}

}  // namespace ag::wire::openai
