#include "gatewayd/wire/gemini/gemini_error.h"

#include <string>

#include "gatewayd/base/json.h"

namespace ag::wire::gemini {
namespace {

std::string_view StatusName(const ErrorDetail& detail, int status) {
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

}  // namespace

void EncodeGeminiError(const ErrorDetail& detail, std::string_view message, std::string_view /*request_id*/,
                       HttpError& out) {
  json::Writer writer(out.body);
  writer.BeginObject().Key("error").BeginObject();
  writer.Field("code", out.status).Field("message", message).Field("status", StatusName(detail, out.status));
  if (!detail.param.empty() || out.retry_after_s > 0) {
    writer.Key("details").BeginArray();
    if (!detail.param.empty()) {
      writer.BeginObject().Field("@type", "type.googleapis.com/google.rpc.BadRequest");
      writer.Key("fieldViolations").BeginArray().BeginObject();
      writer.Field("field", detail.param).Field("description", message).EndObject().EndArray().EndObject();
    }
    if (out.retry_after_s > 0) {
      writer.BeginObject().Field("@type", "type.googleapis.com/google.rpc.RetryInfo");
      writer.Field("retryDelay", std::to_string(out.retry_after_s) + "s").EndObject();
    }
    writer.EndArray();
  }
  writer.EndObject().EndObject();
}

std::string EncodeGeminiStreamError(const absl::Status& error, std::string_view request_id, std::int64_t /*sequence*/) {
  return "data: " + EncodeError(error, Family::kGemini, request_id).body + "\n\n";
}

}  // namespace ag::wire::gemini
