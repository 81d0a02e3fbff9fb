#include "gatewayd/wire/error_body.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"

namespace ag::wire {
namespace {

constexpr int kAnthropicOverloaded = 529;

// The status of a failure that the provider may have put better than we can.
int ProviderStatusOr(const ErrorDetail& detail, int hundred, int fallback) {
  return detail.http_status / 100 == hundred ? detail.http_status : fallback;
}

// The request's own fault. A provider's 401 or 403 stays out: it would tell the client that its own key is wrong.
int RequestStatus(const ErrorDetail& detail) {
  const int status = ProviderStatusOr(detail, 4, 400);
  return status == 401 || status == 403 ? 400 : status;
}

int StatusOf(const ErrorDetail& detail, Family family) {
  switch (detail.kind) {
    case ErrorKind::kInvalidRequest:
    case ErrorKind::kStateRejected:
      return RequestStatus(detail);
    case ErrorKind::kContextTooLong:
    case ErrorKind::kUnsupported:
    case ErrorKind::kContentFilter:
      return 400;
    case ErrorKind::kModelNotFound:
    case ErrorKind::kNoAccount:
      return 404;
    case ErrorKind::kBodyTooLarge:
      return 413;
    case ErrorKind::kClientAuth:
      return 401;
    case ErrorKind::kOriginRefused:
      return 403;
    case ErrorKind::kBilling:
      return family == Family::kAnthropic ? 402 : 429;
    case ErrorKind::kClientBudget:
    case ErrorKind::kRateMinute:
    case ErrorKind::kQuotaDay:
      return 429;
    case ErrorKind::kOverloaded:
      return family == Family::kAnthropic ? kAnthropicOverloaded : 503;
    case ErrorKind::kShuttingDown:
      return 503;
    case ErrorKind::kHeadTimeout:
    case ErrorKind::kIdleTimeout:
      return 504;
    case ErrorKind::kAccountAuth:
    case ErrorKind::kAccountForbidden:
    case ErrorKind::kDns:
    case ErrorKind::kConnect:
    case ErrorKind::kTls:
    case ErrorKind::kEgress:
      return 502;
    case ErrorKind::kUpstreamServer:
    case ErrorKind::kProtocol:
    case ErrorKind::kStreamCut:
      return ProviderStatusOr(detail, 5, 502);
    case ErrorKind::kClientLeft:
      return 499;
    case ErrorKind::kInternal:
      break;
  }
  return 500;
}

// Our words, and the provider's where ours do not quote them already.
std::string MessageOf(const absl::Status& error, const ErrorDetail& detail) {
  std::string message(ToStd(error.message()));
  if (message.empty()) message = detail.provider_text.empty() ? NameOf(detail.kind) : detail.provider_text;
  if (message.find(detail.provider_text) == std::string::npos) {
    message.append(": the provider said: ").append(detail.provider_text);
  }
  return message;
}

std::string_view OpenAiType(const ErrorDetail& detail, int status) {
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

std::string_view OpenAiCode(const ErrorDetail& detail) {
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

std::string OpenAiBody(const ErrorDetail& detail, int status, std::string_view message) {
  std::string body;
  json::Writer writer(body);
  const auto text_or_null = [&writer](std::string_view key, std::string_view text) {
    writer.Key(key);
    text.empty() ? writer.Null() : writer.String(text);
  };
  writer.BeginObject().Key("error").BeginObject();
  writer.Field("message", message).Field("type", OpenAiType(detail, status));
  text_or_null("param", detail.param);
  text_or_null("code", OpenAiCode(detail));
  writer.EndObject().EndObject();
  return body;
}

std::string_view AnthropicType(int status) {
  switch (status) {
    case 401:
      return "authentication_error";
    case 402:
      return "billing_error";
    case 403:
      return "permission_error";
    case 404:
      return "not_found_error";
    case 413:
      return "request_too_large";
    case 429:
      return "rate_limit_error";
    case 504:
      return "timeout_error";
    case kAnthropicOverloaded:
      return "overloaded_error";
    default:
      return status < 500 ? "invalid_request_error" : "api_error";
  }
}

std::string AnthropicBody(const ErrorDetail& detail, int status, std::string_view message,
                          std::string_view request_id) {
  // Agents recognise a full context by this wording and compact it.
  constexpr std::string_view kTooLong = "prompt is too long";
  std::string text(message);
  if (detail.kind == ErrorKind::kContextTooLong && text.find(kTooLong) == std::string::npos) {
    text = std::string(kTooLong) + ": " + text;
  }
  std::string body;
  json::Writer writer(body);
  writer.BeginObject().Field("type", "error").Key("error").BeginObject();
  writer.Field("type", AnthropicType(status)).Field("message", text).EndObject();
  writer.Key("request_id");
  request_id.empty() ? writer.Null() : writer.String(request_id);
  writer.EndObject();
  return body;
}

std::string_view GeminiStatus(const ErrorDetail& detail, int status) {
  switch (status) {
    case 401:
      return "UNAUTHENTICATED";
    case 403:
      return "PERMISSION_DENIED";
    case 404:
      return "NOT_FOUND";
    case 429:
      return "RESOURCE_EXHAUSTED";
    case 499:
      return "CANCELLED";
    case 503:
      return "UNAVAILABLE";
    case 504:
      return "DEADLINE_EXCEEDED";
    case 502: {
      const bool account = detail.kind == ErrorKind::kAccountAuth || detail.kind == ErrorKind::kAccountForbidden;
      return account ? "INTERNAL" : "UNAVAILABLE";  // UNAVAILABLE invites a retry
    }
    default:
      return status < 500 ? "INVALID_ARGUMENT" : "INTERNAL";
  }
}

// https://cloud.google.com/apis/design/errors: field violations and the wait travel as typed details.
std::string GeminiBody(const ErrorDetail& detail, int status, std::string_view message, int retry_after_s) {
  std::string body;
  json::Writer writer(body);
  writer.BeginObject().Key("error").BeginObject();
  writer.Field("code", status).Field("message", message).Field("status", GeminiStatus(detail, status));
  if (!detail.param.empty() || retry_after_s > 0) {
    writer.Key("details").BeginArray();
    if (!detail.param.empty()) {
      writer.BeginObject().Field("@type", "type.googleapis.com/google.rpc.BadRequest");
      writer.Key("fieldViolations").BeginArray().BeginObject();
      writer.Field("field", detail.param).Field("description", message).EndObject().EndArray().EndObject();
    }
    if (retry_after_s > 0) {
      writer.BeginObject().Field("@type", "type.googleapis.com/google.rpc.RetryInfo");
      writer.Field("retryDelay", std::to_string(retry_after_s) + "s").EndObject();
    }
    writer.EndArray();
  }
  writer.EndObject().EndObject();
  return body;
}

int RetryAfterSeconds(const ErrorDetail& detail) {
  if (!detail.retry_after) return 0;
  const std::int64_t seconds = (detail.retry_after->count() + 999) / 1000;
  return static_cast<int>(std::clamp<std::int64_t>(seconds, 1, 1'000'000'000));
}

// SDKs repeat 429 and 5xx on their own; here that cannot help.
bool RetryIsUseless(ErrorKind kind) {
  return kind == ErrorKind::kAccountAuth || kind == ErrorKind::kAccountForbidden || kind == ErrorKind::kBilling ||
         kind == ErrorKind::kClientBudget;
}

}  // namespace

HttpError EncodeError(const absl::Status& error, Family family, std::string_view request_id) {
  const ErrorDetail detail = DetailOf(error);
  const std::string message = MessageOf(error, detail);
  HttpError out;
  out.status = StatusOf(detail, family);
  out.retry_after_s = RetryAfterSeconds(detail);
  out.should_not_retry = RetryIsUseless(detail.kind);
  switch (family) {
    case Family::kOpenAi:
      out.body = OpenAiBody(detail, out.status, message);
      break;
    case Family::kAnthropic:
      out.body = AnthropicBody(detail, out.status, message, request_id);
      break;
    case Family::kGemini:
      out.body = GeminiBody(detail, out.status, message, out.retry_after_s);
      break;
  }
  return out;
}

HttpError ThreadRefusal(std::string_view request_id) {
  HttpError out;
  out.status = 400;
  json::Writer writer(out.body);
  writer.BeginObject().Field("type", "error").Key("error").BeginObject();
  writer.Field("type", "invalid_request_error");
  writer.Field("message", "thread: the upstream of this model keeps no message threads; send the full history");
  writer.Key("details").BeginObject().Field("error_code", "thread_unsupported_request");
  writer.Key("unsupported").BeginArray().String("thread").EndArray().EndObject().EndObject();
  writer.Field("request_id", request_id).EndObject();
  return out;
}

}  // namespace ag::wire
