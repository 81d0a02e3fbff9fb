#include "gatewayd/proxy/stored_responses.h"

#include <optional>
#include <utility>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/openai/responses_store.h"

namespace ag::proxy {
namespace {

constexpr std::string_view kCollection = "/responses/";

absl::Status PreviousNotFound(std::string_view id) {
  ErrorDetail detail;
  detail.kind = ErrorKind::kInvalidRequest;
  detail.param = "previous_response_id";
  detail.provider_code = "previous_response_not_found";
  return MakeError(std::move(detail), absl::StrCat("Previous response with id '", std::string(id),
                                                   "' not found. The gateway keeps responses for some days, and only "
                                                   "those with store not false."));
}

absl::Status ReplaceBody(RelayCall& call, const std::string& body) {
  auto client = wire::ClientRequest::Read(call.match.endpoint, call.request.arena->Copy(body), *call.request.arena);
  if (!client.ok()) return client.status();
  client->MarkExpanded();
  call.client = *std::move(client);
  return absl::OkStatus();
}

}  // namespace

std::string_view StoredResponseId(const RelayCall& call) {
  if (call.match.endpoint.dialect != Dialect::kResponses || call.match.endpoint.operation != Operation::kOther)
    return {};
  if (call.request.method != "GET" && call.request.method != "DELETE") return {};
  const std::string_view path = call.match.other_path;
  if (!path.starts_with(kCollection)) return {};
  const std::string_view id = path.substr(kCollection.size());
  return wire::openai::IsLocalId(id) ? id : std::string_view();
}

runtime::Task<absl::StatusOr<LocalAnswer>> AnswerStoredResponse(RelayCall& call, std::string id) {
  ConversationStore& conversations = call.services.conversations;
  LocalAnswer answer;
  answer.headers.push_back({"content-type", "application/json"});
  if (call.request.method == "DELETE") {
    const bool deleted = co_await conversations.DeleteResponse(id);
    if (deleted)
      json::Writer(answer.body)
          .BeginObject()
          .Field("id", id)
          .Field("object", "response")
          .Field("deleted", true)
          .EndObject();
  } else {
    const std::optional<std::string> stored = co_await conversations.FindResponse(id);
    if (stored) answer.body = wire::openai::StoredReplyObject(*stored);
  }
  if (!answer.body.empty()) co_return answer;
  ErrorDetail detail;
  detail.kind = ErrorKind::kModelNotFound;
  detail.provider_code = "response_not_found";
  co_return MakeError(std::move(detail), absl::StrCat("Response with id '", id, "' not found."));
}

runtime::Task<absl::Status> ExpandStoredItems(RelayCall& call) {
  if (call.match.endpoint.dialect != Dialect::kResponses) co_return absl::OkStatus();
  ConversationStore& conversations = call.services.conversations;
  std::vector<std::string> referenced = wire::openai::ReferencedResponses(call.client->body());
  if (!referenced.empty()) {
    std::vector<std::string> stored;
    for (std::string& id : referenced) {
      std::optional<std::string> one = co_await conversations.FindResponse(std::move(id));
      if (one) stored.push_back(*std::move(one));
    }
    auto body = wire::openai::ExpandReferences(call.client->body(), stored);
    if (!body.ok()) co_return body.status();
    AG_CO_RETURN_IF_ERROR(ReplaceBody(call, *body));
  }
  const std::string previous(call.client->envelope().previous_response_id);
  if (!wire::openai::IsLocalId(previous)) co_return absl::OkStatus();
  const std::optional<std::string> stored = co_await conversations.FindResponse(previous);
  if (!stored) co_return PreviousNotFound(previous);
  auto body = wire::openai::ExpandPrevious(call.client->body(), *stored);
  if (!body.ok()) co_return body.status();
  co_return ReplaceBody(call, *body);
}

}  // namespace ag::proxy
