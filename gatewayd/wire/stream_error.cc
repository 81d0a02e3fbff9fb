#include "gatewayd/wire/stream_error.h"

#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/error_body.h"

namespace ag::wire {
namespace {

std::string ResponsesError(const absl::Status& error) {
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
  writer.Field("sequence_number", 0).EndObject();
  return "event: error\ndata: " + data + "\n\n";
}

}  // namespace

std::string EncodeStreamError(const absl::Status& error, Dialect dialect, std::string_view request_id) {
  if (dialect == Dialect::kResponses) return ResponsesError(error);
  const std::string body = EncodeError(error, FamilyOf(dialect), request_id).body;
  switch (dialect) {
    case Dialect::kMessages:
      return "event: error\ndata: " + body + "\n\n";
    case Dialect::kGemini:
      return "data: " + body + "\n\n";
    case Dialect::kChat:
    case Dialect::kCompletions:
    case Dialect::kResponses:
      break;
  }
  return "data: " + body + "\n\ndata: [DONE]\n\n";
}

std::string_view KeepAliveEvent(Dialect dialect) {
  switch (dialect) {
    case Dialect::kMessages:
      return "event: ping\ndata: {\"type\": \"ping\"}\n\n";
    case Dialect::kChat:
    case Dialect::kCompletions:
    case Dialect::kResponses:
      return ": keep-alive\n\n";
    case Dialect::kGemini:
      return {};
  }
  return {};
}

}  // namespace ag::wire
