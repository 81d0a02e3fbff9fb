#include "gatewayd/wire/anthropic/messages_error.h"

#include <string>

#include "gatewayd/base/json.h"

namespace ag::wire::anthropic {
namespace {

constexpr int kOverloaded = 529;

int StatusFor(ErrorKind kind, int usual) {
  if (kind == ErrorKind::kBilling) return 402;
  return kind == ErrorKind::kOverloaded ? kOverloaded : usual;
}

std::string_view TypeOf(int status) {
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
    case kOverloaded:
      return "overloaded_error";
    default:
      return status < 500 ? "invalid_request_error" : "api_error";
  }
}

}  // namespace

void EncodeMessagesError(const ErrorDetail& detail, std::string_view message, std::string_view request_id,
                         HttpError& out) {
  out.status = StatusFor(detail.kind, out.status);
  // Agents recognise a full context by this wording and compact it.
  constexpr std::string_view kTooLong = "prompt is too long";
  std::string text(message);
  if (detail.kind == ErrorKind::kContextTooLong && text.find(kTooLong) == std::string::npos) {
    text = std::string(kTooLong) + ": " + text;
  }
  json::Writer writer(out.body);
  writer.BeginObject().Field("type", "error").Key("error").BeginObject();
  writer.Field("type", TypeOf(out.status)).Field("message", text);
  if (detail.kind == ErrorKind::kUnsupported && detail.param == "thread") {
    writer.Key("details").BeginObject().Field("error_code", "thread_unsupported_request");
    writer.Key("unsupported").BeginArray().String("thread").EndArray().EndObject();
  }
  writer.EndObject().Key("request_id");
  request_id.empty() ? writer.Null() : writer.String(request_id);
  writer.EndObject();
}

std::string EncodeMessagesStreamError(const absl::Status& error, std::string_view request_id,
                                      std::int64_t /*sequence*/) {
  return "event: error\ndata: " + EncodeError(error, Family::kAnthropic, request_id).body + "\n\n";
}

}  // namespace ag::wire::anthropic
