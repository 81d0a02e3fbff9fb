#include "gatewayd/proxy/outcome.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "gatewayd/base/log.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/proxy/account_report.h"
#include "gatewayd/proxy/lessons.h"

namespace ag::proxy {
namespace {

using pool::RejectReason;

int Rejected(const pool::Choice& choice, RejectReason reason) {
  return choice.rejected[static_cast<std::size_t>(reason)];
}

std::string Targets(const pool::RequestTraits& traits) {
  std::string text;
  for (const auto& candidate : traits.candidates) {
    if (!text.empty()) text += ", ";
    text += candidate.preset.empty() ? std::string(NameOf(candidate.family)) : candidate.preset;
  }
  return text;
}

// A name that none of the accounts lists is often a misspelt one.
std::string DidYouMean(const RelayCall& call, const pool::RequestTraits& traits) {
  routing::RouteTargets targets;
  for (const auto& candidate : traits.candidates) {
    targets.push_back({candidate.preset, candidate.family, candidate.model});
  }
  return call.state->router->DidYouMean(call.record.model, targets);
}

constexpr std::chrono::seconds kSoon{1};

bool Recorded(const RelayCall& call, const absl::Status& outcome) {
  using Kind = EndpointMatch::Kind;
  if (!outcome.ok() || call.record.status >= 400) return true;
  return call.match.kind == Kind::kApi && call.request.method != "OPTIONS";
}

// Whether the account has failed for this request with the row's model, or with another in a way that counts for all.
bool HasFailedOn(const telemetry::RequestRecord& record, const pool::CandidateExplanation& row) {
  return std::ranges::any_of(record.attempts, [&row](const telemetry::AttemptRecord& attempt) {
    if (attempt.error == nullptr || attempt.account != row.account.value()) return false;
    return attempt.error->scope != ErrorScope::kModel || attempt.model == row.model;
  });
}

// Whether all who pause do so because their providers fail, and none for a limit.
bool ProvidersFail(const RelayCall& call, pool::RequestTraits traits) {
  traits.tried.clear();
  traits.excluded.clear();
  const pool::PoolSnapshot& snapshot = call.state->pool->snapshot();
  const WallTime now = call.services.shard.clock().Now();
  bool fail = false;
  for (const auto& row : pool::Scheduler::ExplainSome(snapshot, traits, now, telemetry::kMaxPassedOver)) {
    if (row.reason != RejectReason::kCooling && row.reason != RejectReason::kHalfOpenTaken) continue;
    const pool::Ladder ladder = pool::LadderOf(snapshot.Find(row.account)->cooldowns->Check(row.model, now).cause);
    if (ladder == pool::Ladder::kRate || ladder == pool::Ladder::kQuota) return false;
    fail = true;
  }
  return fail;
}

// Whether the account's owner has entered another credential since the account was picked.
bool WasReplaced(const RelayCall& call, const pool::Account& asked) {
  const pool::PooledAccount* const present = call.services.state->pool->snapshot().Find(asked.id);
  return present != nullptr && present->account.access != asked.access;
}

}  // namespace

// An account that was switched off under way has not failed: what speaks against it is asked of its present state.
void NotePassedOver(RelayCall& call, const pool::RequestTraits& traits) {
  pool::RequestTraits untried = traits;
  untried.tried.clear();
  untried.excluded.clear();
  Arena& arena = *call.request.arena;
  const auto table = pool::Scheduler::ExplainSome(call.state->pool->snapshot(), untried,
                                                  call.services.shard.clock().Now(), telemetry::kMaxPassedOver);
  const auto rows = arena.NewSpan<telemetry::PassedOverView>(table.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    const pool::CandidateExplanation& row = table[i];
    const std::optional<RejectReason> reason = HasFailedOn(call.record, row) ? RejectReason::kTried : row.reason;
    rows[i] = {arena.Copy(row.account.value()), arena.Copy(row.label), arena.Copy(row.model),
               reason ? NameOf(*reason) : std::string_view(), row.until.value_or(WallTime())};
  }
  call.record.passed_over = rows;
}

void ReportSuccess(RelayCall& call, const pool::PooledAccount& account, std::string_view model, WallTime started,
                   pool::CooldownBoard::Served served) {
  if (ReportServed(account, model, started, served, call.services.feedback)) call.services.waiting.Wake();
  if (!account.account.facts.empty()) NoteContradictions(call, account.account, model, started);
}

void ReportAttempt(RelayCall& call, const pool::Choice& choice, const AttemptOutcome& outcome, WallTime started) {
  const pool::PooledAccount& account = *choice.account;
  if (outcome.error.ok())
    return ReportSuccess(call, account, choice.model, started, pool::CooldownBoard::Served::kWhole);
  const ErrorDetail detail = DetailOf(outcome.error);
  const WallTime now = call.services.shard.clock().Now();
  if (detail.kind == ErrorKind::kClientLeft || outcome.pool_knows || WasReplaced(call, account.account)) {
    account.cooldowns->Leave(choice.model, choice.place, now);
    return;
  }
  NoteLesson(call, choice, detail, now);
  ReportFailed(account, choice.model, choice.place, detail, now, call.services.shard.random(), call.services.feedback);
}

absl::Status NoAccountError(RelayCall& call, const pool::RequestTraits& traits, const pool::Choice& choice) {
  NotePassedOver(call, traits);
  const std::string provider = Targets(traits);
  const std::string what =
      call.record.model.empty() ? "this request" : absl::StrCat("'", ToAbsl(call.record.model), "'");
  ErrorDetail detail;
  detail.kind = ErrorKind::kNoAccount;
  detail.param = "model";
  if (call.state->pool->snapshot().accounts.empty()) {
    return MakeError(std::move(detail),
                     absl::StrCat("The gateway has no account yet. Add one: agctl accounts add --provider ", provider,
                                  ". Or try it without one: gatewayd --sandbox."));
  }
  // A request tries a half-open account right now, or stands in line before this one.
  const bool soon = choice.account != nullptr || Rejected(choice, RejectReason::kHalfOpenTaken) > 0;
  const int cooling = Rejected(choice, RejectReason::kCooling);
  const int at_limit = Rejected(choice, RejectReason::kBudgetSpent) + Rejected(choice, RejectReason::kLimitReached);
  if (cooling + at_limit > 0 || soon) {
    const auto earliest = choice.earliest_return.value_or(call.services.shard.clock().Now() + kSoon);
    const auto wait = earliest - call.services.shard.clock().Now();
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    const bool providers_fail = at_limit == 0 && ProvidersFail(call, traits);
    detail.kind = providers_fail ? ErrorKind::kOverloaded : ErrorKind::kRateMinute;
    detail.scope = ErrorScope::kAccount;
    detail.retry_after = std::chrono::duration_cast<std::chrono::milliseconds>(wait);
    return MakeError(std::move(detail),
                     absl::StrCat("Every account that could serve ", what,
                                  providers_fail  ? " is cooling down after failures of its provider"
                                  : at_limit == 0 ? " is cooling down"
                                  : cooling == 0  ? " has reached a limit"
                                                  : " is cooling down or has reached a limit",
                                  "; the first is back in ", seconds, " s (agctl accounts list shows why)."));
  }
  detail.kind = pool::ErrorWhenNobody(choice.rejected);
  std::string why;
  const auto add = [&](RejectReason reason, const char* text) {
    if (const int count = Rejected(choice, reason); count > 0)
      absl::StrAppend(&why, why.empty() ? "" : ", ", count, " ", text);
  };
  add(RejectReason::kDisabled, "disabled");
  add(RejectReason::kNeedsSignIn, "in need of a new credential");
  add(RejectReason::kForbidden, "forbidden by the provider");
  add(RejectReason::kModelNotListed, "without this model");
  add(RejectReason::kNoQuota, "without quota for this model, as the provider has said (agctl models show)");
  add(RejectReason::kNotGranted, "not granted this model, as the provider has said (agctl models show)");
  add(RejectReason::kNoDialect, "without an endpoint that this request can be sent to");
  add(RejectReason::kNotPinned, "not the one that owns this request's state");
  add(RejectReason::kNotFixed, "not the one that pool.fixed_account names (pool.fixed_failover is off)");
  if (why.empty()) {
    return MakeError(std::move(detail), absl::StrCat("No account of ", provider, " can serve ", what,
                                                     ". Add one: agctl accounts add --provider ", provider, "."));
  }
  const bool unlisted = detail.kind == ErrorKind::kNoAccount && Rejected(choice, RejectReason::kModelNotListed) > 0;
  return MakeError(std::move(detail),
                   absl::StrCat("No account of ", provider, " can serve ", what, ": ", why, ".",
                                unlisted ? DidYouMean(call, traits) : std::string(), " See: agctl accounts list."));
}

void RecordRequest(RelayCall& call, const absl::Status& outcome) {
  if (!Recorded(call, outcome)) return;
  telemetry::RequestRecord& record = call.record;
  if (call.access.client_key != nullptr) record.client_key = call.access.client_key->key.id.value();
  record.duration = call.Elapsed();
  const auto log = [&](LogLevel level, std::string_view kind, std::string_view text) {
    Log(level, ToAbsl(record.id), " trace=", ToAbsl(record.trace_id), " ", ToAbsl(call.request.method), " ",
        ToAbsl(call.request.path), " model=", ToAbsl(record.model), " status=", record.status, ToAbsl(kind),
        ToAbsl(text));
  };
  if (outcome.ok()) {
    log(LogLevel::kDebug, {}, {});
  } else {
    record.error = telemetry::Describe(DetailOf(outcome), *call.request.arena);
    record.error_text = ToStd(outcome.message());
    if (record.error->kind == ErrorKind::kClientLeft && !call.writer.started()) record.status = 0;
    log(LogLevel::kInfo, absl::StrCat(" ", ToAbsl(NameOf(record.error->kind)), ": "), record.error_text);
  }
  call.services.recorder.Record(call.services.shard.index(), record);
}

}  // namespace ag::proxy
