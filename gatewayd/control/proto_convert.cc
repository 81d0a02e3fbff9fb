#include "gatewayd/control/proto_convert.h"

#include <atomic>
#include <variant>

#include "gatewayd/base/strings.h"
#include "gatewayd/control/limit_convert.h"

namespace ag::control {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;

// Our enumerations without an "unspecified" begin at 0, the protos' at 1, in the same order (control_test compares the
// names).
template <typename Proto, typename Enum>
Proto Shifted(Enum value) {
  return static_cast<Proto>(static_cast<int>(value) + 1);
}

v1::Endpoint EndpointToProto(Dialect dialect, const std::string& base_url, catalog::AuthStyle auth) {
  v1::Endpoint out;
  out.set_dialect(ToProto(dialect));
  out.set_base_url(base_url);
  out.set_auth_style(ToProto(auth));
  return out;
}

v1::Cooldown CooldownToProto(const pool::ListedCooldown& status) {
  v1::Cooldown out;
  out.set_model(status.model);
  out.set_cause(ToProto(status.cause));
  *out.mutable_end_time() = ToProto(status.until);
  out.set_provider_hint(status.provider_hint);
  out.set_condition(ToProto(status.state));
  return out;
}

void DescribeCredential(const pool::Credential& credential, v1::Account& out) {
  out.set_credential_kind(ToProto(credential.kind));
  if (credential.kind == pool::Credential::Kind::kApiKey) out.set_api_key_hint(credential.secret.Hint());
  if (credential.grant == nullptr) return;
  out.set_subject(credential.subject);
  if (!credential.secret.empty()) *out.mutable_token_expire_time() = ToProto(credential.expires);
  const auto* oauth = std::get_if<auth::OAuthGrant>(credential.grant.get());
  if (oauth != nullptr) out.set_oauth_client_id(oauth->client.id);
}

}  // namespace

google::protobuf::Timestamp ToProto(WallTime time) {
  google::protobuf::Timestamp out;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  out.set_seconds(seconds.time_since_epoch().count());
  out.set_nanos(static_cast<int>(std::chrono::nanoseconds(time - seconds).count()));
  return out;
}

google::protobuf::Duration ToProto(std::chrono::microseconds duration) {
  google::protobuf::Duration out;
  out.set_seconds(duration.count() / kMicrosPerSecond);
  out.set_nanos(static_cast<int>(duration.count() % kMicrosPerSecond * 1000));
  return out;
}

v1::Family ToProto(Family family) { return Shifted<v1::Family>(family); }
v1::Dialect ToProto(Dialect dialect) { return Shifted<v1::Dialect>(dialect); }
v1::ErrorKind ToProto(ErrorKind kind) { return Shifted<v1::ErrorKind>(kind); }
v1::AccountState ToProto(pool::AccountState state) { return Shifted<v1::AccountState>(state); }
v1::AccountCondition ToProto(pool::Condition condition) { return Shifted<v1::AccountCondition>(condition); }
v1::AccountCondition ToProto(pool::CooldownStatus::State state) {
  using State = pool::CooldownStatus::State;
  switch (state) {
    case State::kReady:
      return v1::ACCOUNT_CONDITION_READY;
    case State::kCooling:
      return v1::ACCOUNT_CONDITION_COOLING;
    case State::kHalfOpen:
      return v1::ACCOUNT_CONDITION_HALF_OPEN;
    case State::kHalfOpenTaken:
      return v1::ACCOUNT_CONDITION_PROBING;
  }
  return v1::ACCOUNT_CONDITION_UNSPECIFIED;
}

v1::AccountSignal ToProto(pool::Signal signal) { return Shifted<v1::AccountSignal>(signal); }
v1::CredentialKind ToProto(pool::Credential::Kind kind) { return Shifted<v1::CredentialKind>(kind); }
v1::AuthStyle ToProto(catalog::AuthStyle style) { return Shifted<v1::AuthStyle>(style); }
v1::RejectReason ToProto(pool::RejectReason reason) { return Shifted<v1::RejectReason>(reason); }
v1::SettingSource ToProto(config::Source source) { return Shifted<v1::SettingSource>(source); }
v1::SettingKind ToProto(config::SettingKind kind) { return Shifted<v1::SettingKind>(kind); }
v1::SettingUnit ToProto(config::SettingUnit unit) { return Shifted<v1::SettingUnit>(unit); }
v1::SettingEffect ToProto(config::Effect effect) { return Shifted<v1::SettingEffect>(effect); }

v1::Reason ToProto(const Reason& reason) {
  v1::Reason out;
  out.set_code(reason.code);
  for (const auto& [name, value] : reason.args) {
    auto& arg = *out.add_args();
    arg.set_name(name);
    arg.set_value(value);
  }
  return out;
}

std::string EtagOf(const pool::Account& account) { return std::to_string(account.revision); }

v1::Account ToProto(const pool::PooledAccount& pooled, WallTime now) {
  const pool::Account& account = pooled.account;
  v1::Account out;
  out.set_id(account.id.value());
  out.set_etag(EtagOf(account));
  out.set_label(account.label);
  out.set_provider(account.preset);
  out.set_family(ToProto(account.family));
  for (const auto& [dialect, endpoint] : account.endpoints) {
    *out.add_endpoints() = EndpointToProto(dialect, endpoint.base_url, endpoint.auth);
  }
  DescribeCredential(account.credential, out);
  for (const auto& model : account.models) out.add_models(model);
  if (account.models_refreshed) *out.mutable_models_refresh_time() = ToProto(*account.models_refreshed);
  out.set_quota_group(account.quota_group);
  out.set_project(account.project);
  out.set_location(account.location);
  out.set_enabled(account.enabled);
  const auto state = account.enabled ? account.state : pool::AccountState::kDisabled;
  out.set_state(ToProto(state));
  if (!account.state_reason.code.empty()) *out.mutable_state_reason() = ToProto(account.state_reason);
  if (account.state_until != WallTime{}) *out.mutable_state_end_time() = ToProto(account.state_until);
  out.set_priority(account.priority);
  out.set_weight(account.weight);
  *out.mutable_create_time() = ToProto(account.created);
  *out.mutable_egress() = ToProto(account.way_out);
  if (pooled.counters) {
    out.set_in_flight_count(pooled.counters->in_flight.load(std::memory_order_relaxed));
    out.set_request_count(pooled.counters->requests.load(std::memory_order_relaxed));
    out.set_protocol_violation_count(pooled.counters->violations.load(std::memory_order_relaxed));
    const std::int64_t last_used = pooled.counters->last_used_ms.load(std::memory_order_relaxed);
    if (last_used > 0) *out.mutable_last_use_time() = ToProto(WallTime(std::chrono::milliseconds(last_used)));
  }
  if (pooled.cooldowns) {
    for (const auto& status : pooled.cooldowns->List(now)) *out.add_cooldowns() = CooldownToProto(status);
  }
  AddLimits(pooled, now, out);
  for (const pool::LearnedFact& fact : account.facts.all()) {
    if (now < fact.expires) *out.add_facts() = ToProto(fact);
  }
  return out;
}

v1::LearnedFact ToProto(const pool::LearnedFact& fact) {
  v1::LearnedFact out;
  out.set_model(fact.model);
  out.set_kind(Shifted<v1::ModelFactKind>(fact.fact.kind));
  out.set_parameter(fact.fact.parameter);
  out.set_limit(fact.fact.limit);
  out.set_words(fact.words);
  *out.mutable_learn_time() = ToProto(fact.learned);
  *out.mutable_expire_time() = ToProto(fact.expires);
  return out;
}

v1::ProviderError ToProto(const ErrorDetail& error) {
  v1::ProviderError out;
  out.set_kind(ToProto(error.kind));
  out.set_http_status(error.http_status);
  out.set_code(error.provider_code);
  out.set_text(error.provider_text);
  if (error.retry_after) *out.mutable_retry_after() = ToProto(std::chrono::microseconds(*error.retry_after));
  return out;
}

v1::AccountEvent ToProto(const pool::AccountEvent& event) {
  v1::AccountEvent out;
  *out.mutable_event_time() = ToProto(event.time);
  out.set_model(event.change.model);
  out.set_from_condition(ToProto(event.change.from));
  out.set_to_condition(ToProto(event.change.to));
  out.set_signal(ToProto(event.change.signal));
  if (event.change.error != ErrorDetail()) *out.mutable_error() = ToProto(event.change.error);
  if (event.change.until != WallTime{}) *out.mutable_end_time() = ToProto(event.change.until);
  out.set_provider_hint(event.change.hint);
  if (event.change.budget) *out.mutable_budget() = ToProto(*event.change.budget);
  return out;
}

v1::Provider ToProto(const catalog::ProviderPreset& preset, const catalog::Catalog& catalog) {
  v1::Provider out;
  out.set_name(preset.name);
  out.set_display_name(preset.display_name);
  out.set_family(ToProto(preset.family));
  for (const auto& [dialect, endpoint] : preset.endpoints) {
    *out.add_endpoints() = EndpointToProto(dialect, endpoint.base_url, endpoint.auth);
  }
  for (const auto& prefix : preset.key_prefixes) out.add_api_key_prefixes(prefix);
  out.set_api_key_required(preset.key_required);
  out.set_base_url_required(preset.base_url_required);
  out.set_docs_url(preset.docs_url);
  if (const auto* profile = catalog.FindOAuthProfile(preset.oauth_profile)) {
    out.set_sign_in_supported(true);
    out.set_sign_in_docs_url(profile->docs_url);
  }
  return out;
}

v1::Route ToProto(const routing::Route& route) {
  v1::Route out;
  out.set_pattern(route.key.pattern);
  out.set_condition(static_cast<v1::RouteCondition>(route.key.condition));  // the same values
  if (!route.reasoning.empty()) {
    out.mutable_options()->set_reasoning_effort(route.reasoning.effort);
    if (route.reasoning.budget) out.mutable_options()->set_thinking_budget(*route.reasoning.budget);
  }
  out.set_origin(route.origin);
  out.set_etag(routing::EtagOf(route));
  for (std::size_t i = 0; i < route.destinations.size(); ++i) {
    const routing::Destination& destination = route.destinations[i];
    if (i == 0) {
      out.set_provider(destination.preset);
      out.set_model(destination.model);
      continue;
    }
    auto& fallback = *out.add_fallbacks();
    fallback.set_provider(destination.preset);
    fallback.set_model(destination.model);
  }
  return out;
}

v1::Egress ToProto(const pool::SharedWayOut& way_out) {
  const pool::EgressInput input = pool::InputOf(way_out);
  v1::Egress out;
  out.set_mode(Shifted<v1::EgressMode>(input.mode));
  if (way_out != nullptr && way_out->egress && way_out->egress->proxy) {
    out.set_proxy_url(way_out->egress->proxy->ToString());
  }
  for (const auto& host : input.no_proxy) out.add_no_proxy(host);
  out.set_ca_file(input.ca_file);
  return out;
}

pool::EgressInput FromProto(const v1::Egress& egress) {
  pool::EgressInput input;
  if (egress.mode() == v1::EGRESS_MODE_DIRECT) input.mode = pool::EgressInput::Mode::kDirect;
  if (egress.mode() == v1::EGRESS_MODE_PROXY) input.mode = pool::EgressInput::Mode::kProxy;
  input.proxy_url = Secret(egress.proxy_url());
  input.no_proxy.assign(egress.no_proxy().begin(), egress.no_proxy().end());
  input.ca_file = egress.ca_file();
  return input;
}

pool::NewAccount FromProto(const v1::Account& wanted) {
  pool::NewAccount account;
  account.preset = wanted.provider();
  account.label = wanted.label();
  account.base_url = wanted.base_url();
  account.api_key = Secret(wanted.api_key());
  account.project = wanted.project();
  account.location = wanted.location();
  account.quota_group = wanted.quota_group();
  account.priority = wanted.priority();
  account.weight = wanted.weight() == 0 ? 1 : wanted.weight();
  account.egress = FromProto(wanted.egress());
  return account;
}

routing::Route FromProto(const v1::Route& route) {
  routing::Route out;
  out.key = {route.pattern(), FromProto(route.condition())};
  out.reasoning.effort = route.options().reasoning_effort();
  if (route.options().has_thinking_budget()) out.reasoning.budget = route.options().thinking_budget();
  out.destinations.push_back({route.provider(), route.model()});
  for (const auto& fallback : route.fallbacks()) out.destinations.push_back({fallback.provider(), fallback.model()});
  return out;
}

routing::Condition FromProto(v1::RouteCondition condition) {
  return condition == v1::ROUTE_CONDITION_UNSPECIFIED ? routing::Condition::kAlways : routing::Condition::kBackground;
}

absl::StatusOr<Place> FromProto(v1::Place place) {
  switch (place) {
    case v1::PLACE_FIRST:
      return Place::kFirst;
    case v1::PLACE_LAST:
      return Place::kLast;
    case v1::PLACE_BEFORE:
      return Place::kBefore;
    case v1::PLACE_AFTER:
      return Place::kAfter;
    default:
      return FieldError(ErrorKind::kInvalidRequest, "place",
                        "say where it shall be moved to: first, last, before, after");
  }
}

v1::RouteTarget ToProto(const routing::RouteTarget& target) {
  v1::RouteTarget out;
  out.set_provider(target.preset);
  out.set_family(ToProto(target.family));
  out.set_model(target.model);
  return out;
}

v1::AccountCandidate ToProto(const pool::CandidateExplanation& explanation) {
  v1::AccountCandidate out;
  out.set_account_id(explanation.account.value());
  out.set_account_label(explanation.label);
  out.set_model(explanation.model);
  out.set_eligible(explanation.eligible);
  if (explanation.reason) out.set_reject_reason(ToProto(*explanation.reason));
  if (explanation.until) *out.mutable_available_time() = ToProto(*explanation.until);
  out.set_rank(explanation.rank);
  if (explanation.rank_reason) out.mutable_rank_reason()->set_code(std::string(NameOf(*explanation.rank_reason)));
  return out;
}

v1::BestAccount ToProto(const pool::BestAccount& best) {
  v1::BestAccount out;
  out.set_provider(best.preset);
  if (best.account != nullptr) {
    out.set_account_id(best.account->account.id.value());
    out.set_account_label(best.account->account.label);
  }
  out.set_share(best.share);
  *out.mutable_reason() = ToProto(best.reason);
  for (const auto& candidate : best.candidates) *out.add_candidates() = ToProto(candidate);
  return out;
}

v1::Setting ToProto(const config::Setting& setting) {
  v1::Setting out;
  out.set_key(setting.key);
  out.set_value(setting.value);
  out.set_default_value(setting.fallback);
  out.set_source(ToProto(setting.source));
  out.set_description(setting.description);
  out.set_sensitive(setting.sensitive);
  out.set_kind(ToProto(setting.kind));
  for (const std::string& choice : setting.choices) out.add_choices(choice);
  out.set_min(setting.min);
  out.set_max(setting.max);
  out.set_unit(ToProto(setting.unit));
  out.set_effect(ToProto(setting.effect));
  out.set_environment_variable(setting.environment);
  return out;
}

v1::ProxyStatus ToProto(const ProxyStatus& status) {
  v1::ProxyStatus out;
  out.set_running(status.running);
  for (const auto& address : status.addresses) out.add_addresses(address);
  out.set_port(status.port);
  out.set_last_error(status.last_error);
  out.set_open_connection_count(status.open_connections);
  out.set_request_count(status.requests_total);
  return out;
}

}  // namespace ag::control
