#include "gatewayd/proxy/local_answers.h"

#include <utility>

#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/error_body.h"

namespace ag::proxy {
namespace {

using Kind = EndpointMatch::Kind;

LocalAnswer Json(int status, std::string body) {
  LocalAnswer answer;
  answer.status = status;
  answer.headers.push_back({"content-type", "application/json"});
  answer.body = std::move(body);
  return answer;
}

LocalAnswer UnknownPath(const RelayCall& call) {
  const std::string_view near = SuggestPath(call.request.path);
  std::string text =
      absl::StrCat("Unknown request URL: ", ToAbsl(call.request.method), " ", ToAbsl(call.request.path), ".");
  if (!near.empty()) text += absl::StrCat(" Did you mean ", std::string(near), "?");
  ErrorDetail detail;
  detail.kind = ErrorKind::kInvalidRequest;
  detail.http_status = 404;
  detail.provider_code = "unknown_url";  // OpenAI's word for it
  return ErrorAnswer(call, MakeError(std::move(detail), text));
}

LocalAnswer WrongMethod(const RelayCall& call) {
  ErrorDetail detail;
  detail.kind = ErrorKind::kInvalidRequest;
  detail.http_status = 405;
  LocalAnswer answer =
      ErrorAnswer(call, MakeError(std::move(detail), absl::StrCat(ToAbsl(call.request.method), " is not allowed on ",
                                                                  ToAbsl(call.request.path), ": use ",
                                                                  std::string(call.match.allow), ".")));
  answer.headers.push_back({"allow", call.match.allow});
  return answer;
}

// https://www.rfc-editor.org/rfc/rfc9110#section-15.5.22: Codex tries a WebSocket first and falls back after one 426.
LocalAnswer WebSocketRefusal(const RelayCall& call) {
  ErrorDetail detail;
  detail.kind = ErrorKind::kInvalidRequest;
  detail.http_status = 426;
  LocalAnswer answer =
      ErrorAnswer(call, MakeError(std::move(detail), "This endpoint speaks HTTP: send POST /v1/responses."));
  answer.status = 426;
  answer.headers.push_back({"upgrade", "HTTP/1.1"});
  return answer;
}

// What the request's key may ask for.
std::shared_ptr<const ModelCatalog> ModelsOf(const RelayCall& call) {
  const keys::HeldKey* const held = call.access.client_key.get();
  if (held == nullptr || held->models.empty()) return call.state->models;
  return call.state->models->Only([held](std::string_view model) { return keys::MayAsk(*held, model); });
}

}  // namespace

LocalAnswer ErrorAnswer(const RelayCall& call, const absl::Status& error) {
  wire::HttpError encoded = wire::EncodeError(error, call.family(), call.record.id);
  LocalAnswer answer = Json(encoded.status, std::move(encoded.body));
  answer.headers.push_back({"x-request-id", call.record.id});
  answer.headers.push_back({"request-id", call.record.id});
  if (encoded.should_not_retry) answer.headers.push_back({"x-should-retry", "false"});
  if (encoded.retry_after_s > 0) {
    answer.headers.push_back({"retry-after", call.request.arena->Copy(std::to_string(encoded.retry_after_s))});
  }
  return answer;
}

LocalAnswer ProviderAnswer(const RelayCall& call, const ProviderReply& reply) {
  LocalAnswer answer;
  answer.status = reply.status;
  bool x_request_id = false;
  bool request_id = false;
  for (const auto& [name, value] : reply.headers) {
    answer.headers.push_back({name, value});
    x_request_id = x_request_id || name == "x-request-id";
    request_id = request_id || name == "request-id";
  }
  if (!x_request_id) answer.headers.push_back({"x-request-id", call.record.id});
  if (!request_id) answer.headers.push_back({"request-id", call.record.id});
  answer.body = reply.body;
  return answer;
}

std::optional<LocalAnswer> AnswerHere(const RelayCall& call) {
  switch (call.match.kind) {
    case Kind::kHealth:
      return Json(200, R"({"status":"ok"})");
    case Kind::kHello:
      return Json(200, "{}");
    case Kind::kRoot:
      return Json(200, R"({"name":"AG Gateway","endpoints":["/v1/chat/completions","/v1/responses","/v1/messages",)"
                       R"("/v1beta/models/{model}:generateContent","/v1/models","/healthz"]})");
    case Kind::kWebSocket:
      return WebSocketRefusal(call);
    case Kind::kMethod:
      return WrongMethod(call);
    case Kind::kUnknown:
      return UnknownPath(call);
    case Kind::kApi:
      break;
  }
  const Operation operation = call.match.endpoint.operation;
  if (operation == Operation::kListModels) return Json(200, ModelsOf(call)->List(call.family(), call.request.query));
  if (operation == Operation::kGetModel) {
    auto model = ModelsOf(call)->Get(call.family(), call.match.endpoint.path_model);
    if (model) return Json(200, *std::move(model));
  }
  return std::nullopt;
}

}  // namespace ag::proxy
