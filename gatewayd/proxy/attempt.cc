#include "gatewayd/proxy/attempt.h"

#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "gatewayd/base/money.h"
#include "gatewayd/base/redaction.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/keys/client_key.h"
#include "gatewayd/pool/account_lease.h"
#include "gatewayd/proxy/outcome.h"
#include "gatewayd/proxy/route_reasoning.h"

namespace ag::proxy {
namespace {

// Error replies are small; what is larger is cut, since only its beginning says anything.
constexpr std::size_t kMaxRefusalBytes = 1024 * 1024;
constexpr std::size_t kClassifyBytes = 64 * 1024;
constexpr int kFirstErrorStatus = 400;

using std::chrono::microseconds;

microseconds Micros(SteadyTime::duration duration) { return std::chrono::duration_cast<microseconds>(duration); }

// What a failure on the way tells about: who cannot be reached at all cannot be reached by the next request either; the
// rest may have been chance.
ErrorScope TransportScope(ErrorKind kind) {
  using enum ErrorKind;
  for (const ErrorKind unreached : {kDns, kConnect, kTls}) {
    if (kind == unreached) return ErrorScope::kAccount;
  }
  for (const ErrorKind broken : {kEgress, kHeadTimeout, kIdleTimeout, kStreamCut, kProtocol}) {
    if (kind == broken) return ErrorScope::kProvider;
  }
  return ErrorScope::kRequest;
}

bool IsEventStream(std::string_view content_type) { return content_type.substr(0, 17) == "text/event-stream"; }

}  // namespace

Attempt::Attempt(RelayCall& call, const pool::Choice& choice, const upstream::Endpoint& endpoint,
                 const AttemptState& state)
    : call_(call),
      choice_(choice),
      endpoint_(endpoint),
      reply_(*call.reply),
      context_{call.services.shard.clock().Now(), call.services.shard.random(), state.kept, state.without_state},
      refused_token_(state.refused_token),
      credential_(&choice.account->account.credential.secret),
      started_(call.services.shard.clock().Steady()),
      unanswered_(choice.account->limits->Send(choice.model)) {
  // Copies: the state that they are of may go before the request's record is complete.
  Arena& arena = *call.request.arena;
  record_ = &telemetry::AddAttempt(call.record, arena);
  record_->account = arena.Copy(choice.account->account.id.value());
  record_->account_label = arena.Copy(choice.account->account.label);
  record_->model = arena.Copy(choice.model);
  record_->dialect = choice.dialect;
  record_->chosen = {NameOf(choice.why), {}};  // static text
  record_->started = call.Elapsed();
}

wire::UpstreamTarget Attempt::MakeTarget() const {
  wire::UpstreamTarget target;
  target.dialect = choice_.dialect;
  target.model = choice_.model;
  target.quirks = choice_.account->account.quirks;
  // Passthrough changes nothing that the catalogue, or an earlier answer, could tell, unless a route wants it to.
  const bool set_by_route = !call_.reasoning.empty();
  if (set_by_route || choice_.dialect != call_.match.endpoint.dialect) {
    target.model_info = call_.state->catalog->FindModel(choice_.model);
    choice_.account->account.facts.Apply(choice_.model, context_.now, target.model_info, target.quirks);
  }
  if (set_by_route) target.reasoning = SpecOf(call_.reasoning, target.model_info);
  target.inject_usage = call_.state->config.inject_stream_usage;
  // OpenAI binds encrypted reasoning to an organisation; two accounts need not be of one.
  if (FamilyOf(choice_.dialect) == Family::kOpenAi) target.state_scope = choice_.account->account.id.value();
  return target;
}

absl::Status Attempt::Prepare() {
  auto translation = wire::MakeTranslation(*call_.client, MakeTarget(), context_);
  if (!translation.ok()) return translation.status();
  translation_ = *std::move(translation);
  auto encoded = translation_->EncodeRequest();
  if (!encoded.ok()) return encoded.status();
  upstream_call_ = *std::move(encoded);
  if (absl::Status fine = CheckLosses(); !fine.ok()) return fine;
  upstream::ClientContext client;
  client.method = call_.request.method;
  client.query = call_.request.query;
  client.headers = call_.request.headers;
  client.traceparent = call_.trace.traceparent;
  client.passthrough = choice_.dialect == call_.match.endpoint.dialect;
  client.other_path = call_.match.other_path;
  built_ = upstream::BuildRequest(endpoint_, upstream_call_, *credential_, client, *call_.request.arena);
  return absl::OkStatus();
}

absl::Status Attempt::CheckLosses() const {
  const std::vector<Loss>& losses = translation_->Report().losses;
  if (losses.empty() || call_.state->translation.on_loss != "reject") return absl::OkStatus();
  std::string fields;
  for (const Loss& loss : losses) {
    if (!fields.empty()) fields += ", ";
    fields += loss.field;
  }
  return FieldError(
      ErrorKind::kUnsupported, losses.front().field,
      absl::StrCat("Account '", choice_.account->account.label, "' cannot be told all of this request (", fields,
                   "), and translation.on_loss is set to reject. Leave these fields out, or: "
                   "agctl config set translation.on_loss allow"));
}

std::string_view Attempt::LossHeader() const {
  constexpr std::size_t kMost = 2048;
  const bool wanted = call_.request.headers.Find("x-ag-explain") == "1" || call_.state->translation.on_loss == "warn";
  std::string text;
  if (!wanted) return {};
  for (const Loss& loss : translation_->Report().losses) {
    if (!text.empty()) text += ", ";
    text += PrintableAscii(loss.field, kMost, *call_.request.arena);
    absl::StrAppend(&text, loss.loss_class == LossClass::kDrop ? " dropped (" : " approximated (", loss.reason.code,
                    ")");
    if (text.size() > kMost) break;
  }
  return call_.request.arena->Copy(std::string_view(text).substr(0, kMost));
}

AttemptOutcome Attempt::Failed(absl::Status error) {
  reply_.Discard();
  record_->error = telemetry::Describe(DetailOf(error), *call_.request.arena);
  record_->duration = Micros(call_.services.shard.clock().Steady() - started_);
  if (translation_ != nullptr) NoteReport();
  AttemptOutcome outcome;
  outcome.kind = AttemptOutcome::Kind::kFailed;
  outcome.error = std::move(error);
  return outcome;
}

AttemptOutcome Attempt::Withdrawn() {
  AttemptOutcome outcome = Failed(MakeError(ErrorKind::kNoAccount, AccountName() + " was removed or disabled"));
  outcome.kind = AttemptOutcome::Kind::kWithdrawn;
  return outcome;
}

// What the translation found in the stream, as the provider's own rules class it.
absl::Status Attempt::StreamError() const {
  const wire::TranslationReport& report = translation_->Report();
  if (report.stream_error_json.empty()) {
    ErrorDetail detail = DetailOf(report.error);
    if (detail.scope == ErrorScope::kRequest) detail.scope = TransportScope(detail.kind);
    return MakeError(std::move(detail), ToStd(report.error.message()));
  }
  const WallTime now = call_.services.shard.clock().Now();
  ErrorDetail detail = upstream::ClassifyStreamError(endpoint_.family, report.stream_error_json, now);
  const std::string message =
      absl::StrCat(AccountName(), ": the provider ended the stream with: ", detail.provider_text);
  return MakeError(std::move(detail), message);
}

std::string Attempt::AccountName() const {
  return absl::StrCat("Account '", choice_.account->account.label, "' (", choice_.account->account.preset, ")");
}

absl::Status Attempt::OfTheAccount(const absl::Status& error) const {
  ErrorDetail detail = DetailOf(error);
  if (detail.kind == ErrorKind::kClientLeft) return error;
  if (detail.scope == ErrorScope::kRequest) detail.scope = TransportScope(detail.kind);
  return MakeError(std::move(detail), absl::StrCat(AccountName(), ": ", error.message()));
}

void Attempt::NoteLimits(const http::Exchange& exchange) {
  unanswered_.Release();
  const WallTime now = call_.services.shard.clock().Now();
  const upstream::QuotaSample said = upstream::ReadLimits(endpoint_.family, exchange.headers(), now);
  if (!said.known()) return;
  pool::LimitSample sample;
  const std::array<const upstream::QuotaSample::Bucket*, pool::kLimitKindCount> buckets{
      &said.requests, &said.tokens, &said.input_tokens, &said.output_tokens};
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    sample[i] = {buckets[i]->limit, buckets[i]->remaining, buckets[i]->reset};
  }
  choice_.account->limits->Note(choice_.model, sample, now);
}

// Plain replies come whole, so that their time tells how long they are.
void Attempt::NoteFirstContent() {
  if (call_.client->framing() == wire::StreamFraming::kNone) return;
  const Clock& clock = call_.services.shard.clock();
  choice_.account->counters->NoteFirstByte(Micros(clock.Steady() - started_), clock.Now());
}

std::optional<std::int64_t> Attempt::CostOf(const Usage& usage) const {
  const pool::Account& account = choice_.account->account;
  const catalog::ModelPrice* const price = call_.state->catalog->FindPrice(choice_.model, account.preset);
  return price == nullptr ? std::nullopt : catalog::CostOf(*price, usage);
}

void Attempt::CountUse() {
  const Usage& usage = translation_->Report().usage;
  if (!usage.known() || std::exchange(counted_, true)) return;
  pool::BudgetMeter& used = choice_.account->counters->used;
  const WallTime now = call_.services.shard.clock().Now();
  used.Add(pool::Measure::kTokens, usage.InputTotal() + usage.OutputTotal(), now);
  const auto cost = CostOf(usage);
  if (cost) used.Add(pool::Measure::kCost, MicroUsd(*cost), now);
  if (call_.access.client_key == nullptr) return;
  keys::KeyCounters& of_key = *call_.access.client_key->counters;
  of_key.CountTokens(usage.InputTotal() + usage.OutputTotal(), now);
  if (cost) of_key.CountCost(*cost, now);
}

void Attempt::NoteReport() {
  const wire::TranslationReport& report = translation_->Report();
  telemetry::RequestRecord& record = call_.record;
  if (report.usage.known()) {
    record.usage = report.usage;
    record.cost = CostOf(report.usage);
  }
  CountUse();
  record.stop_reason = report.stop_reason;
  record.losses = telemetry::Describe(report.losses, *call_.request.arena);
  record.translated = report.translated;
  record_->violation = report.violation;
  if (!report.violation.empty()) choice_.account->counters->violations.fetch_add(1, std::memory_order_relaxed);
  const bool created = call_.match.endpoint.operation == Operation::kOther && call_.request.method == "POST";
  if (!report.response_id.empty() && (created || choice_.dialect == Dialect::kResponses)) {
    call_.services.owners.Remember(report.response_id, choice_.account->account.id);
  }
}

void Attempt::KeepConversation() const {
  const wire::TranslationReport& report = translation_->Report();
  ConversationStore& conversations = call_.services.conversations;
  if (!report.to_keep.empty()) conversations.KeepState(report.to_keep);
  if (!report.kept_reply.id.empty()) conversations.KeepResponse(report.kept_reply.id, report.kept_reply.text);
}

runtime::Task<absl::Status> Attempt::Authorize() {
  const pool::Account& account = choice_.account->account;
  Secret refused = refused_token_.empty() ? account.credential.secret : refused_token_;
  auto renewed = co_await call_.services.tokens.Renew(account.id, std::move(refused), &call_.writer.client_left());
  if (!renewed.ok()) co_return renewed.status();
  renewed_ = *std::move(renewed);
  credential_ = &renewed_;
  co_return absl::OkStatus();
}

bool Attempt::RefusedItsToken(const AttemptOutcome& outcome) const {
  return outcome.kind == AttemptOutcome::Kind::kFailed && !outcome.pool_knows &&
         choice_.account->account.credential.grant != nullptr && refused_token_.empty() &&
         KindOf(outcome.error) == ErrorKind::kAccountAuth;
}

runtime::Task<AttemptOutcome> Attempt::Run() {
  const pool::Credential& credential = choice_.account->account.credential;
  const bool usable = pool::UsableSecret(credential, context_.now) != nullptr;
  if (!usable || !refused_token_.empty()) {
    absl::Status authorized = co_await Authorize();
    if (!authorized.ok()) {
      const bool pool_knows = KindOf(authorized) == ErrorKind::kAccountAuth;
      AttemptOutcome failed = Failed(OfTheAccount(authorized));
      failed.pool_knows = pool_knows;
      co_return failed;
    }
  }
  absl::Status prepared = Prepare();
  if (!prepared.ok()) co_return Failed(std::move(prepared));
  if (choice_.account->counters->withdrawn.load(std::memory_order_acquire)) co_return Withdrawn();
  auto exchange = co_await Send();
  if (!exchange.ok() && KindOf(exchange.status()) == ErrorKind::kNoAccount) co_return Withdrawn();
  if (!exchange.ok()) co_return Failed(OfTheAccount(exchange.status()));
  const int status = (*exchange)->status();
  record_->status = status;
  record_->head = call_.Elapsed();
  record_->connect = (*exchange)->timings().connect;
  record_->reused_connection = (*exchange)->timings().reused;
  NoteLimits(**exchange);
  const bool success = status >= 200 && status < 300;
  if (!success) {
    AttemptOutcome refusal = co_await ReadRefusal(**exchange);
    co_return refusal;
  }
  AttemptOutcome outcome = co_await Pump(**exchange);
  co_return outcome;
}

runtime::Task<absl::StatusOr<std::unique_ptr<http::Exchange>>> Attempt::Send() {
  http::OutgoingRequest request;
  request.method = built_.method;
  request.url = &endpoint_.url;
  request.target = built_.target;
  request.headers = built_.headers;
  request.body = upstream_call_.body;
  request.idempotent = built_.method == "GET" || built_.method == "HEAD";
  request.cancel = &call_.writer.client_left();
  request.way_out = choice_.account->account.way_out;
  request.withdrawn = &choice_.account->counters->withdrawn;
  const Clock& clock = call_.services.shard.clock();
  const SteadyTime before = clock.Steady();
  auto exchange = co_await call_.services.client.Send(std::move(request));
  call_.record.upstream += Micros(clock.Steady() - before);
  co_return exchange;
}

runtime::Task<AttemptOutcome> Attempt::ReadRefusal(http::Exchange& exchange) {
  const Clock& clock = call_.services.shard.clock();
  const SteadyTime before = clock.Steady();
  auto body = co_await exchange.ReadAll(kMaxRefusalBytes);
  call_.record.upstream += Micros(clock.Steady() - before);
  if (!body.ok() && KindOf(body.status()) == ErrorKind::kClientLeft) co_return Failed(std::move(body).status());
  std::string text = body.ok() ? *std::move(body) : std::string();
  ErrorDetail detail = upstream::Classify(endpoint_.family, exchange.status(), exchange.headers(),
                                          std::string_view(text).substr(0, kClassifyBytes), clock.Now());
  const bool account_refused = detail.kind == ErrorKind::kAccountAuth || detail.kind == ErrorKind::kAccountForbidden;
  const bool redirect = exchange.status() < kFirstErrorStatus;
  const std::string said = redirect ? "a redirect, which is not followed; mend its address: agctl accounts update "
                                      "--base-url URL"
                           : detail.provider_text.empty() ? "no further text"
                                                          : detail.provider_text;
  const std::string message = absl::StrCat(AccountName(), ": the provider answered ", exchange.status(), ": ", said);
  AttemptOutcome failed = Failed(MakeError(std::move(detail), message));
  // A 401 of the account would tell the client that its own key is wrong; a redirect would send it away with its key.
  if (!account_refused && !redirect) failed.reply = KeepReply(exchange, std::move(text));
  co_return failed;
}

ProviderReply Attempt::KeepReply(const http::Exchange& exchange, std::string body) const {
  ProviderReply reply;
  reply.status = exchange.status();
  reply.dialect = choice_.dialect;
  const std::string_view connection = exchange.headers().Find("connection");
  for (const http::Header& header : exchange.headers().all()) {
    if (!upstream::ForwardsResponseHeader(header.name, connection)) continue;
    reply.headers.emplace_back(header.name, header.value);
  }
  reply.body = std::move(body);
  return reply;
}

std::optional<std::uint64_t> Attempt::KnownLength(const http::Exchange& exchange) const {
  const bool untouched = choice_.dialect == call_.match.endpoint.dialect;
  if (!untouched || exchange.headers().Has("content-encoding")) return std::nullopt;
  const std::string_view text = exchange.headers().Find("content-length");
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return length;
}

void Attempt::CommitHead(const http::Exchange& exchange, std::optional<std::uint64_t> length) {
  if (reply_.started()) return;
  constexpr std::size_t kOwnFields = 10;
  const http::Headers upstream_headers = exchange.headers();
  http::HeaderList headers(*call_.request.arena, kOwnFields + upstream_headers.all().size());
  const bool untouched = choice_.dialect == call_.match.endpoint.dialect;
  const std::string_view content_type = translation_->ClientContentType();
  if (untouched) {
    const std::string_view connection = upstream_headers.Find("connection");
    for (const http::Header& header : upstream_headers.all()) {
      if (upstream::ForwardsResponseHeader(header.name, connection)) headers.Add(header);
    }
  } else {
    headers.Add("content-type", content_type);
  }
  // Clients look for either name; the provider's own id wins, since its support asks for it.
  const std::string_view x_request_id = upstream_headers.Find("x-request-id");
  const std::string_view request_id = upstream_headers.Find("request-id");
  const std::string_view id = !x_request_id.empty() ? x_request_id : !request_id.empty() ? request_id : call_.record.id;
  if (!untouched || x_request_id.empty()) headers.Add("x-request-id", id);
  if (!untouched || request_id.empty()) headers.Add("request-id", id);
  if (IsEventStream(content_type)) {
    headers.Add("x-accel-buffering", "no");
    if (!untouched) headers.Add("cache-control", "no-cache");
  }
  if (const std::string_view losses = LossHeader(); !losses.empty()) headers.Add("x-ag-losses", losses);
  call_.AppendCommonHeaders(headers);
  http::ResponseHead head;
  head.status = exchange.status();
  head.headers = headers.all();
  head.content_length = length;
  call_.record.status = head.status;
  reply_.Start(head);
}

runtime::Task<AttemptOutcome> Attempt::Pump(http::Exchange& exchange) {
  translation_->OnUpstreamHead(exchange.status(), exchange.headers().Find("content-type"));
  const Clock& clock = call_.services.shard.clock();
  for (;;) {
    const SteadyTime before = clock.Steady();
    auto bytes = co_await exchange.Read();
    call_.record.upstream += Micros(clock.Steady() - before);
    if (!bytes.ok()) {
      absl::Status error = OfTheAccount(bytes.status());
      if (!content_sent_) co_return Failed(std::move(error));
      AttemptOutcome cut = co_await EndCut(std::move(error));
      co_return cut;
    }
    const bool ended = bytes->empty();
    const wire::Step step = ended ? translation_->OnUpstreamEnd(reply_) : translation_->OnUpstreamBytes(*bytes, reply_);
    if (step == wire::Step::kFailed) {
      absl::Status error = StreamError();
      if (!content_sent_) co_return Failed(std::move(error));
      AttemptOutcome cut = co_await EndCut(std::move(error));
      co_return cut;
    }
    if (step == wire::Step::kDone) {
      AttemptOutcome done = co_await EndReply(exchange);
      co_return done;
    }
    if (ended) co_return Failed(MakeError(ErrorKind::kInternal, "the translation did not end with its upstream"));
    if (step == wire::Step::kHold || reply_.empty()) continue;
    if (!content_sent_) {
      content_sent_ = true;
      NoteFirstContent();
      CommitHead(exchange, KnownLength(exchange));
      call_.record.first_byte = call_.Elapsed();
      ReportSuccess(call_, *choice_.account, choice_.model, context_.now, pool::CooldownBoard::Served::kBegun);
    }
    // A plain reply may be whole with this, and its client ask again before the provider's end is seen.
    if (call_.client->framing() == wire::StreamFraming::kNone && translation_->Report().usage.known()) Settle();
    absl::Status written = co_await reply_.Flush();
    if (!written.ok()) co_return Failed(std::move(written));
  }
}

void Attempt::Settle() {
  if (std::exchange(settled_, true)) return;
  KeepConversation();
  CountUse();
}

runtime::Task<AttemptOutcome> Attempt::EndReply(http::Exchange& exchange) {
  if (!reply_.started()) {
    auto length = KnownLength(exchange);
    if (!length && !IsEventStream(translation_->ClientContentType())) length = reply_.size();
    CommitHead(exchange, length);
  }
  if (!std::exchange(content_sent_, true)) call_.record.first_byte = call_.Elapsed();
  Settle();
  absl::Status finished = co_await reply_.Finish();
  if (!finished.ok()) co_return Failed(std::move(finished));
  // The terminal event came before the body's own end: where that is here too, the connection can serve again.
  exchange.TryFinish();
  record_->duration = Micros(call_.services.shard.clock().Steady() - started_);
  NoteReport();
  AttemptOutcome outcome;
  outcome.kind = AttemptOutcome::Kind::kReplied;
  // A provider's own in-stream error that went through untouched.
  if (!translation_->Report().error.ok()) outcome.error = StreamError();
  if (!outcome.error.ok()) record_->error = telemetry::Describe(DetailOf(outcome.error), *call_.request.arena);
  co_return outcome;
}

runtime::Task<AttemptOutcome> Attempt::EndCut(absl::Status error) {
  const ErrorDetail detail = DetailOf(error);
  if (detail.kind == ErrorKind::kClientLeft) co_return Failed(std::move(error));
  translation_->OnUpstreamError(detail, reply_);
  const bool streamed =
      IsEventStream(translation_->ClientContentType()) || call_.client->framing() != wire::StreamFraming::kNone;
  absl::Status finished;
  if (streamed) {
    finished = co_await reply_.Finish();
  } else {
    // A plain body cannot say that it is broken: the cut connection does.
    finished = co_await reply_.Flush();
    reply_.Abort();
  }
  record_->error = telemetry::Describe(detail, *call_.request.arena);
  record_->duration = Micros(call_.services.shard.clock().Steady() - started_);
  NoteReport();
  AttemptOutcome outcome;
  outcome.kind = AttemptOutcome::Kind::kCut;
  outcome.error = std::move(error);
  co_return outcome;
}

runtime::Task<AttemptOutcome> AskAccount(RelayCall& call, const pool::Choice& choice, AttemptState state) {
  const WallTime now = call.services.shard.clock().Now();
  const pool::AccountLease lease(*choice.account, now);
  const upstream::Endpoint& endpoint = *call.state->pool->Find(*choice.account, choice.dialect);
  std::optional<Attempt> attempt(std::in_place, call, choice, endpoint, state);
  AttemptOutcome outcome = co_await attempt->Run();
  if (attempt->RefusedItsToken(outcome)) {
    state.refused_token = attempt->credential();
    attempt.emplace(call, choice, endpoint, state);
    choice.account->counters->used.Add(pool::Measure::kRequests, 1, now);  // the lease is of the first
    outcome = co_await attempt->Run();
  }
  ReportAttempt(call, choice, outcome, now);
  co_return outcome;
}

}  // namespace ag::proxy
