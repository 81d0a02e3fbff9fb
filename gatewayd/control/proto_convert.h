#pragma once

#include <absl/status/statusor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "ag/gateway/v1/account.pb.h"
#include "ag/gateway/v1/common.pb.h"
#include "ag/gateway/v1/config.pb.h"
#include "ag/gateway/v1/proxy.pb.h"
#include "ag/gateway/v1/route.pb.h"
#include "gatewayd/base/clock.h"
#include "gatewayd/base/dialect.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/place.h"
#include "gatewayd/base/reason.h"
#include "gatewayd/catalog/catalog.h"
#include "gatewayd/config/config_store.h"
#include "gatewayd/control/ports.h"
#include "gatewayd/pool/account_history.h"
#include "gatewayd/pool/best_account.h"
#include "gatewayd/pool/new_account.h"
#include "gatewayd/pool/pool_snapshot.h"
#include "gatewayd/pool/scheduler.h"
#include "gatewayd/routing/model_router.h"

// Our values as messages. Pure; secrets are never copied into a message here.
namespace ag::control {

namespace v1 = ::ag::gateway::v1;

google::protobuf::Timestamp ToProto(WallTime time);
google::protobuf::Duration ToProto(std::chrono::microseconds duration);
v1::Family ToProto(Family family);
v1::Dialect ToProto(Dialect dialect);
v1::ErrorKind ToProto(ErrorKind kind);
v1::Reason ToProto(const Reason& reason);
v1::AccountState ToProto(pool::AccountState state);
v1::AccountCondition ToProto(pool::Condition condition);
v1::AccountCondition ToProto(pool::CooldownStatus::State state);
v1::AccountSignal ToProto(pool::Signal signal);
v1::CredentialKind ToProto(pool::Credential::Kind kind);
v1::AuthStyle ToProto(catalog::AuthStyle style);
v1::RejectReason ToProto(pool::RejectReason reason);
v1::SettingSource ToProto(config::Source source);
v1::SettingKind ToProto(config::SettingKind kind);
v1::SettingUnit ToProto(config::SettingUnit unit);
v1::SettingEffect ToProto(config::Effect effect);

v1::Account ToProto(const pool::PooledAccount& account, WallTime now);
v1::ProviderError ToProto(const ErrorDetail& error);
v1::AccountEvent ToProto(const pool::AccountEvent& event);
v1::LearnedFact ToProto(const pool::LearnedFact& fact);
v1::Provider ToProto(const catalog::ProviderPreset& preset, const catalog::Catalog& catalog);
v1::Route ToProto(const routing::Route& route);
v1::RouteTarget ToProto(const routing::RouteTarget& target);
v1::AccountCandidate ToProto(const pool::CandidateExplanation& explanation);
v1::BestAccount ToProto(const pool::BestAccount& best);
v1::Setting ToProto(const config::Setting& setting);
v1::ProxyStatus ToProto(const ProxyStatus& status);

v1::Egress ToProto(const pool::SharedWayOut& way_out);
pool::EgressInput FromProto(const v1::Egress& egress);
// What a client sets of a new account.
pool::NewAccount FromProto(const v1::Account& account);
// What a client may set of a route; its origin is not.
routing::Route FromProto(const v1::Route& route);
// A condition of a newer version counts as the strictest that is known.
routing::Condition FromProto(v1::RouteCondition condition);
// InvalidRequest when it is unspecified.
absl::StatusOr<Place> FromProto(v1::Place place);

std::string EtagOf(const pool::Account& account);

}  // namespace ag::control
