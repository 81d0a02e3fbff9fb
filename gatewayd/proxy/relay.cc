#include "gatewayd/proxy/relay.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/proxy/attempt_loop.h"
#include "gatewayd/proxy/background_task.h"
#include "gatewayd/proxy/conversation_key.h"
#include "gatewayd/proxy/outcome.h"
#include "gatewayd/proxy/reply_stream.h"
#include "gatewayd/proxy/state_owner.h"
#include "gatewayd/proxy/stored_responses.h"
#include "gatewayd/wire/error_body.h"
#include "gatewayd/wire/registry.h"
#include "gatewayd/wire/token_estimate.h"

namespace ag::proxy {
namespace {

// Upstream dialects that can serve this request, the client's own first (TRANSLATION row 32).
pool::DialectList DialectsFor(const wire::Endpoint& endpoint) {
  constexpr std::array<Dialect, 4> kOrder{Dialect::kResponses, Dialect::kChat, Dialect::kMessages, Dialect::kGemini};
  pool::DialectList dialects{endpoint.dialect};
  for (const Dialect dialect : kOrder) {
    if (dialect != endpoint.dialect && wire::CanTranslate(endpoint.dialect, endpoint.operation, dialect)) {
      dialects.push_back(dialect);
    }
  }
  return dialects;
}

// Whether the client's SDK knows the reply: its own provider's, whatever it is, or an error object as all dialects of
// that provider write it. A page of a proxy in between is neither.
bool InDialect(const ProviderReply& reply, Dialect client) {
  if (reply.dialect == client) return true;
  return FamilyOf(reply.dialect) == FamilyOf(client) && TrimSpace(reply.body).starts_with('{');
}

void StartEarly(RelayCall& call) {
  const std::string_view id = call.record.id;
  http::HeaderList headers(*call.request.arena);
  headers.Add("content-type", "text/event-stream");
  headers.Add("cache-control", "no-cache");
  headers.Add("x-accel-buffering", "no");
  headers.Add("x-request-id", id);
  headers.Add("request-id", id);
  call.AppendCommonHeaders(headers);
  http::ResponseHead head;
  head.headers = headers.all();
  call.record.status = head.status;
  call.reply->Start(head);
}

// A stream that brings nothing for a while is begun all the same, so that the client does not give up on it.
void KeepClientAlive(RelayCall& call) {
  if (call.client->framing() != wire::StreamFraming::kSse) return;
  call.reply->StartKeepAlive(call.state->config.early_commit_after, wire::KeepAliveEvent(call.match.endpoint.dialect),
                             [&call] { StartEarly(call); });
}

}  // namespace

runtime::Task<void> Relay::Handle(http::Request& request, http::BodyReader& body, http::ResponseWriter& writer) {
  RelayCall call(services_, request, writer);
  ReplyStream reply(writer, services_.shard);
  call.reply = &reply;
  const absl::Status outcome = co_await Answer(call, body);
  if (!outcome.ok() && !call.answered) co_await Fail(call, outcome);
  co_await reply.Quiesce();
  RecordRequest(call, outcome);
}

runtime::Task<absl::Status> Relay::Answer(RelayCall& call, http::BodyReader& body) {
  if (call.request.method == "OPTIONS") {
    absl::Status answered = co_await AnswerPreflightRequest(call);
    co_return answered;
  }
  call.access = CheckAccess(*call.state, call.request, call.match.kind, call.record.started);
  AG_CO_RETURN_IF_ERROR(call.access.verdict);
  if (const auto local = AnswerHere(call)) {
    absl::Status sent = co_await Send(call, *local);
    co_return sent;
  }
  if (const std::string_view id = StoredResponseId(call); !id.empty()) {
    auto stored = co_await AnswerStoredResponse(call, std::string(id));
    if (!stored.ok()) co_return stored.status();
    absl::Status sent = co_await Send(call, *stored);
    co_return sent;
  }
  absl::Status read = co_await ReadClient(call, body);
  AG_CO_RETURN_IF_ERROR(read);
  AG_CO_RETURN_IF_ERROR(AdmitKey(call));
  absl::Status expanded = co_await ExpandStoredItems(call);
  AG_CO_RETURN_IF_ERROR(expanded);
  absl::Status served = co_await Serve(call);
  co_return served;
}

runtime::Task<absl::Status> Relay::AnswerPreflightRequest(RelayCall& call) {
  Preflight preflight = AnswerPreflight(*call.state, call.request);
  AG_CO_RETURN_IF_ERROR(preflight.verdict);
  LocalAnswer answer;
  answer.status = 204;
  answer.headers = std::move(preflight.headers);
  answer.headers.push_back({"Allow", "GET, POST, DELETE, OPTIONS"});
  absl::Status sent = co_await Send(call, answer);
  co_return sent;
}

runtime::Task<absl::Status> Relay::Send(RelayCall& call, const LocalAnswer& answer) {
  http::HeaderList headers(*call.request.arena);
  for (const http::Header& field : answer.headers) headers.Add(field);
  call.AppendCommonHeaders(headers);
  http::ResponseHead head;
  head.status = answer.status;
  head.headers = headers.all();
  head.content_length = answer.body.size();
  call.record.status = answer.status;
  call.record.first_byte = call.Elapsed();
  call.answered = true;
  absl::Status sent = co_await call.writer.Send(head, answer.body);
  co_return sent;
}

runtime::Task<absl::Status> Relay::ReadClient(RelayCall& call, http::BodyReader& body) {
  auto bytes = co_await body.ReadAll();
  if (!bytes.ok()) co_return bytes.status();
  auto client = wire::ClientRequest::Read(call.match.endpoint, *bytes, *call.request.arena);
  if (!client.ok()) co_return client.status();
  call.client = *std::move(client);
  call.record.model = call.client->envelope().model;
  call.record.stream = call.client->framing() != wire::StreamFraming::kNone;
  co_return absl::OkStatus();
}

absl::Status Relay::AdmitKey(const RelayCall& call) {
  if (call.access.client_key == nullptr) return absl::OkStatus();
  return keys::Admit(*call.access.client_key, call.client->envelope().model, services_.shard.clock().Now());
}

absl::StatusOr<pool::RequestTraits> Relay::Route(RelayCall& call) {
  const wire::Envelope& envelope = call.client->envelope();
  pool::RequestTraits traits;
  traits.dialects = DialectsFor(call.match.endpoint);
  traits.conversation = ConversationOf(*call.client, call.request.headers);
  traits.policy = call.state->picking;
  if (envelope.model.empty()) {
    // A resource of the client's own provider: any account of that family, or the one that owns it.
    traits.candidates.push_back({std::string(), call.family(), std::string()});
  } else {
    const routing::ModelRouter& router = *call.state->router;
    // What a request is for is read out of its texts, which most requests need not be.
    const auto kind = router.AsksForKind(envelope.model) ? KindOfRequest(*call.client) : routing::RequestKind::kNormal;
    AG_ASSIGN_OR_RETURN(auto routing, router.Resolve(envelope.model, call.family(), kind));
    if (routing.route != nullptr) {
      call.reasoning = routing.route->reasoning;
      call.record.routed = telemetry::Describe(routing.reason, *call.request.arena);
    }
    for (routing::RouteTarget& target : routing.targets) {
      traits.candidates.push_back({std::move(target.preset), target.family, std::move(target.model)});
    }
  }
  // One account has whatever the request names, or nobody here has.
  if (call.state->pool->snapshot().accounts.size() < 2) return traits;
  const StateReference state = FindStateReference(call.match, *call.client);
  if (state.id.empty()) return traits;
  AG_ASSIGN_OR_RETURN(traits.pinned,
                      FindStateOwner(state, call.match.endpoint.dialect, services_.owners, call.state->pool->snapshot(),
                                     traits, services_.shard.clock().Now()));
  return traits;
}

runtime::Task<absl::Status> Relay::Serve(RelayCall& call) {
  services_.retry_budget.OnRequest();
  auto traits = Route(call);
  if (!traits.ok()) co_return traits.status();
  KeepClientAlive(call);
  AttemptLoop attempts(call, *std::move(traits));
  absl::Status outcome = co_await attempts.Run();
  if (outcome.ok() || call.answered || call.match.endpoint.operation != Operation::kCountTokens) co_return outcome;
  absl::Status estimated = co_await AnswerEstimate(call, std::move(outcome));
  co_return estimated;
}

runtime::Task<absl::Status> Relay::AnswerEstimate(RelayCall& call, absl::Status error) {
  const ErrorKind kind = KindOf(error);
  if (kind != ErrorKind::kNoAccount && kind != ErrorKind::kUnsupported) co_return error;
  const auto canonical = call.client->Canonical();
  if (!canonical.ok()) co_return canonical.status();
  LocalAnswer answer;
  answer.headers = {{"content-type", "application/json"}, {"x-ag-estimate", "1"}};
  answer.body = wire::CodecOf(call.match.endpoint.dialect).encode_count(wire::EstimateTokens(**canonical));
  absl::Status sent = co_await Send(call, answer);
  co_return sent;
}

runtime::Task<void> Relay::Fail(RelayCall& call, const absl::Status& error) {
  co_await call.reply->Quiesce();
  call.answered = true;
  const ErrorDetail detail = DetailOf(error);
  if (detail.kind == ErrorKind::kClientLeft || call.writer.client_left().cancelled()) co_return;
  if (call.writer.started()) {
    call.reply->Append(wire::EncodeStreamError(error, call.match.endpoint.dialect, call.record.id));
    const absl::Status ignored = co_await call.reply->Finish();
    static_cast<void>(ignored);
    co_return;
  }
  const bool thread_refused = detail.kind == ErrorKind::kUnsupported && detail.param == "thread";
  const bool account_refused = detail.kind == ErrorKind::kAccountAuth || detail.kind == ErrorKind::kAccountForbidden;
  LocalAnswer answer;
  const bool own = call.provider_reply && InDialect(*call.provider_reply, call.match.endpoint.dialect);
  if (own && !thread_refused && !account_refused) {
    answer = ProviderAnswer(call, *call.provider_reply);
  } else {
    answer = ErrorAnswer(call, error);
  }
  const absl::Status ignored = co_await Send(call, answer);
  static_cast<void>(ignored);
}

}  // namespace ag::proxy
