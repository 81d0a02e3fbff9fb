#include "gatewayd/control/client_key_service.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/control/limit_convert.h"
#include "gatewayd/control/paging.h"
#include "gatewayd/control/proto_convert.h"
#include "gatewayd/control/rpc_bridge.h"

namespace ag::control {
namespace {

WallTime TimeOf(const google::protobuf::Timestamp& time) {
  return WallTime(std::chrono::seconds(time.seconds()) + std::chrono::milliseconds(time.nanos() / 1'000'000));
}

std::vector<std::string> ModelsOf(const v1::ClientKey& key) { return {key.models().begin(), key.models().end()}; }

std::optional<WallTime> ExpiryOf(const v1::ClientKey& key) {
  return key.has_expire_time() ? std::optional<WallTime>(TimeOf(key.expire_time())) : std::nullopt;
}

// An etag that no key can have is as out of date as an old one.
std::optional<std::int64_t> RevisionOf(const std::string& etag) {
  if (etag.empty()) return std::nullopt;
  std::int64_t revision = 0;
  return absl::SimpleAtoi(etag, &revision) ? revision : -1;
}

absl::StatusOr<keys::ClientKeyChange> ReadChange(const v1::UpdateClientKeyRequest& request) {
  const v1::ClientKey& key = request.client_key();
  if (request.update_mask().paths().empty()) {
    return FieldError(ErrorKind::kInvalidRequest, "update_mask", "update_mask names no field to change");
  }
  keys::ClientKeyChange change;
  for (const auto& path : request.update_mask().paths()) {
    if (path == "name") {
      change.name = key.name();
    } else if (path == "enabled") {
      change.enabled = key.enabled();
    } else if (path == "expire_time") {
      change.expires = ExpiryOf(key);
    } else if (path == "models") {
      change.models = ModelsOf(key);
    } else if (path == "limits") {
      change.limits = FromProto(key.limits());
    } else {
      return FieldError(ErrorKind::kInvalidRequest, "update_mask",
                        absl::StrCat("the field \"", path, "\" of a client key cannot be changed; name, enabled, ",
                                     "expire_time, models and limits can"));
    }
  }
  return change;
}

}  // namespace

v1::ClientKey ClientKeyService::Describe(const keys::HeldKey& held) const {
  const WallTime now = on_.control.clock().Now();
  const keys::ClientKey& key = held.key;
  v1::ClientKey out;
  out.set_id(key.id.value());
  out.set_etag(std::to_string(key.revision));
  out.set_name(key.name);
  out.set_hint(key.hint);
  out.set_enabled(key.enabled);
  if (key.expires) *out.mutable_expire_time() = ToProto(*key.expires);
  for (const auto& model : key.models) out.add_models(model);
  *out.mutable_limits() = ToClientKeyLimits(key.limits);
  AddBudgets(key.limits, held.counters->used, now, *out.mutable_budgets());
  v1::ClientKeyUsage& usage = *out.mutable_usage();
  usage.set_request_count(held.counters->requests.load(std::memory_order_relaxed));
  usage.set_token_count(held.counters->tokens.load(std::memory_order_relaxed));
  usage.set_cost_nano_usd(held.counters->cost.load(std::memory_order_relaxed));
  *usage.mutable_start_time() = ToProto(WallTime(std::chrono::milliseconds(held.counters->since_ms.load())));
  const std::int64_t last_used = held.counters->last_used_ms.load(std::memory_order_relaxed);
  if (last_used > 0) *usage.mutable_last_use_time() = ToProto(WallTime(std::chrono::milliseconds(last_used)));
  out.set_state(static_cast<v1::ClientKeyState>(static_cast<int>(keys::StateOf(held, now)) + 1));
  *out.mutable_create_time() = ToProto(key.created);
  return out;
}

absl::StatusOr<v1::ListClientKeysResponse> ClientKeyService::List(const v1::ListClientKeysRequest& request) const {
  const auto& all = on_.keys.ring()->keys;
  AG_ASSIGN_OR_RETURN(const Page page, PageOf(request.page_size(), request.page_token(), all.size()));
  v1::ListClientKeysResponse response;
  for (std::size_t i = page.begin; i < page.end; ++i) *response.add_client_keys() = Describe(*all[i]);
  response.set_next_page_token(page.next_token);
  return response;
}

absl::StatusOr<v1::GetClientKeyResponse> ClientKeyService::Get(const v1::GetClientKeyRequest& request) const {
  const auto held = on_.keys.ring()->Find(request.id());
  if (held == nullptr) return absl::NotFoundError(absl::StrCat("there is no client key \"", request.id(), "\""));
  v1::GetClientKeyResponse response;
  *response.mutable_client_key() = Describe(*held);
  return response;
}

absl::StatusOr<v1::CreateClientKeyResponse> ClientKeyService::Create(const v1::CreateClientKeyRequest& request) const {
  const v1::ClientKey& key = request.client_key();
  keys::ClientKeyChange wanted;
  wanted.name = key.name();
  if (key.has_enabled()) wanted.enabled = key.enabled();
  wanted.expires = ExpiryOf(key);
  wanted.models = ModelsOf(key);
  wanted.limits = FromProto(key.limits());
  AG_ASSIGN_OR_RETURN(const keys::KeyBook::Issued issued, on_.keys.Create(wanted));
  on_.proxy.OnKeysChanged();
  v1::CreateClientKeyResponse response;
  *response.mutable_client_key() = Describe(*issued.held);
  response.set_secret(std::string(issued.secret.Reveal()));
  return response;
}

absl::StatusOr<v1::UpdateClientKeyResponse> ClientKeyService::Update(const v1::UpdateClientKeyRequest& request) const {
  AG_ASSIGN_OR_RETURN(const keys::ClientKeyChange change, ReadChange(request));
  AG_ASSIGN_OR_RETURN(const auto held,
                      on_.keys.Change(request.client_key().id(), change, RevisionOf(request.client_key().etag())));
  on_.proxy.OnKeysChanged();
  v1::UpdateClientKeyResponse response;
  *response.mutable_client_key() = Describe(*held);
  return response;
}

absl::StatusOr<v1::RotateClientKeyResponse> ClientKeyService::Rotate(const v1::RotateClientKeyRequest& request) const {
  AG_ASSIGN_OR_RETURN(const keys::KeyBook::Issued issued, on_.keys.Rotate(request.id(), RevisionOf(request.etag())));
  on_.proxy.OnKeysChanged();
  v1::RotateClientKeyResponse response;
  *response.mutable_client_key() = Describe(*issued.held);
  response.set_secret(std::string(issued.secret.Reveal()));
  return response;
}

absl::StatusOr<v1::DeleteClientKeyResponse> ClientKeyService::Delete(const v1::DeleteClientKeyRequest& request) const {
  AG_RETURN_IF_ERROR(on_.keys.Remove(request.id(), RevisionOf(request.etag())));
  on_.proxy.OnKeysChanged();
  return v1::DeleteClientKeyResponse();
}

grpc::ServerUnaryReactor* ClientKeyService::ListClientKeys(grpc::CallbackServerContext* context,
                                                           const v1::ListClientKeysRequest* request,
                                                           v1::ListClientKeysResponse* response) {
  return AnswerOnControl(on_.control, context, request, response, [this](const auto& wanted) { return List(wanted); });
}

grpc::ServerUnaryReactor* ClientKeyService::GetClientKey(grpc::CallbackServerContext* context,
                                                         const v1::GetClientKeyRequest* request,
                                                         v1::GetClientKeyResponse* response) {
  return AnswerOnControl(on_.control, context, request, response, [this](const auto& wanted) { return Get(wanted); });
}

grpc::ServerUnaryReactor* ClientKeyService::CreateClientKey(grpc::CallbackServerContext* context,
                                                            const v1::CreateClientKeyRequest* request,
                                                            v1::CreateClientKeyResponse* response) {
  return AnswerOnControl(on_.control, context, request, response,
                         [this](const auto& wanted) { return Create(wanted); });
}

grpc::ServerUnaryReactor* ClientKeyService::UpdateClientKey(grpc::CallbackServerContext* context,
                                                            const v1::UpdateClientKeyRequest* request,
                                                            v1::UpdateClientKeyResponse* response) {
  return AnswerOnControl(on_.control, context, request, response,
                         [this](const auto& wanted) { return Update(wanted); });
}

grpc::ServerUnaryReactor* ClientKeyService::RotateClientKey(grpc::CallbackServerContext* context,
                                                            const v1::RotateClientKeyRequest* request,
                                                            v1::RotateClientKeyResponse* response) {
  return AnswerOnControl(on_.control, context, request, response,
                         [this](const auto& wanted) { return Rotate(wanted); });
}

grpc::ServerUnaryReactor* ClientKeyService::DeleteClientKey(grpc::CallbackServerContext* context,
                                                            const v1::DeleteClientKeyRequest* request,
                                                            v1::DeleteClientKeyResponse* response) {
  return AnswerOnControl(on_.control, context, request, response,
                         [this](const auto& wanted) { return Delete(wanted); });
}

}  // namespace ag::control
