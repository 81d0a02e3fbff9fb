#include "gui/demo/demo_keys.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <ctime>
#include <utility>

#include "gui/demo/demo_account_data.h"

namespace ag::gui {
namespace {

using grpc::Status;
using grpc::StatusCode;

constexpr int kMinute = 60;
constexpr int kHour = 60 * kMinute;
constexpr int kDay = 24 * kHour;

Status NotFound() { return {StatusCode::NOT_FOUND, "there is no such client key"}; }
Status OutOfDate() { return {StatusCode::ABORTED, "the key was changed meanwhile: look at it again"}; }
Status NameTaken() { return {StatusCode::ALREADY_EXISTS, "there is a client key of that name already"}; }

// Puts the budgets that its limits say in place; what was used of one stays.
void Renew(v1::ClientKey& key) {
  const auto old = key.budgets();
  key.clear_budgets();
  const auto add = [&key, &old](bool set, std::int64_t limit, v1::LimitKind kind, v1::BudgetPeriod period, int reset) {
    if (!set) return;
    auto& budget = *key.add_budgets();
    budget.set_kind(kind);
    budget.set_period(period);
    budget.set_limit(limit);
    for (const v1::Budget& before : old) {
      if (before.kind() == kind && before.period() == period) budget.set_used(before.used());
    }
    SetTime(*budget.mutable_reset_time(), reset);
  };
  const v1::ClientKeyLimits& is = key.limits();
  const auto requests = v1::LIMIT_KIND_REQUESTS;
  const auto tokens = v1::LIMIT_KIND_TOKENS;
  add(is.has_requests_per_minute(), is.requests_per_minute(), requests, v1::BUDGET_PERIOD_MINUTE, kMinute);
  add(is.has_requests_per_day(), is.requests_per_day(), requests, v1::BUDGET_PERIOD_DAY, 7 * kHour);
  add(is.has_requests_per_month(), is.requests_per_month(), requests, v1::BUDGET_PERIOD_MONTH, 12 * kDay);
  add(is.has_tokens_per_minute(), is.tokens_per_minute(), tokens, v1::BUDGET_PERIOD_MINUTE, kMinute);
  add(is.has_tokens_per_day(), is.tokens_per_day(), tokens, v1::BUDGET_PERIOD_DAY, 7 * kHour);
  add(is.has_tokens_per_month(), is.tokens_per_month(), tokens, v1::BUDGET_PERIOD_MONTH, 12 * kDay);
  add(is.has_micro_usd_per_minute(), is.micro_usd_per_minute(), v1::LIMIT_KIND_COST, v1::BUDGET_PERIOD_MINUTE, kMinute);
  add(is.has_micro_usd_per_day(), is.micro_usd_per_day(), v1::LIMIT_KIND_COST, v1::BUDGET_PERIOD_DAY, 7 * kHour);
  add(is.has_micro_usd_per_month(), is.micro_usd_per_month(), v1::LIMIT_KIND_COST, v1::BUDGET_PERIOD_MONTH, 12 * kDay);
}

// What follows from the rest of the key.
void Settle(v1::ClientKey& key) {
  Renew(key);
  key.set_etag(absl::StrCat(key.etag(), "+"));
  const bool spent =
      std::ranges::any_of(key.budgets(), [](const auto& budget) { return budget.used() >= budget.limit(); });
  const bool expired = key.has_expire_time() && key.expire_time().seconds() <= std::time(nullptr);
  key.set_state(!key.enabled() ? v1::CLIENT_KEY_STATE_DISABLED
                : expired      ? v1::CLIENT_KEY_STATE_EXPIRED
                : spent        ? v1::CLIENT_KEY_STATE_BUDGET_SPENT
                               : v1::CLIENT_KEY_STATE_READY);
}

v1::ClientKey MakeKey(const char* name, const char* hint, std::int64_t requests, std::int64_t tokens, int used_ago) {
  v1::ClientKey key;
  key.set_name(name);
  key.set_hint(hint);
  key.set_enabled(true);
  key.mutable_usage()->set_request_count(requests);
  key.mutable_usage()->set_token_count(tokens);
  SetTime(*key.mutable_usage()->mutable_last_use_time(), -used_ago);
  return key;
}

}  // namespace

DemoKeys::DemoKeys() {
  Add(MakeKey("laptop", "sk-…f3a9", 1'204, 3'410'000, 2 * kMinute));
  v1::ClientKey ci = MakeKey("ci", "sk-…07bc", 8'310, 12'900'000, 40 * kMinute);
  ci.add_models("gpt-5*");
  ci.add_models("claude-haiku-4-5");
  SetTime(*ci.mutable_expire_time(), 30 * kDay);
  ci.mutable_limits()->set_requests_per_minute(60);
  ci.mutable_limits()->set_tokens_per_day(2'000'000);
  v1::ClientKey& with_budget = Add(std::move(ci));
  with_budget.mutable_budgets(1)->set_used(1'420'000);
  v1::ClientKey student = MakeKey("student", "sk-…c41e", 200, 96'000, 3 * kHour);
  student.mutable_limits()->set_requests_per_day(200);
  v1::ClientKey& spent = Add(std::move(student));
  spent.mutable_budgets(0)->set_used(200);
  Settle(spent);
  v1::ClientKey old = MakeKey("old-server", "sk-…92d0", 40, 18'000, 20 * kDay);
  SetTime(*old.mutable_expire_time(), -9 * kDay);
  Add(std::move(old));
}

v1::ClientKey* DemoKeys::Find(const std::string& id) {
  const auto found = std::ranges::find_if(keys_, [&id](const v1::ClientKey& key) { return key.id() == id; });
  return found == keys_.end() ? nullptr : &*found;
}

bool DemoKeys::Taken(const std::string& name, const std::string& id) const {
  return std::ranges::any_of(keys_, [&](const v1::ClientKey& key) { return key.name() == name && key.id() != id; });
}

v1::ClientKey& DemoKeys::Add(v1::ClientKey key) {
  key.set_id(absl::StrCat("key_", next_id_++));
  SetTime(*key.mutable_create_time(), 0);
  Settle(key);
  return keys_.emplace_back(std::move(key));
}

std::string DemoKeys::NewSecret(v1::ClientKey& key) {
  const std::string secret = absl::StrCat("sk-demo8Fh2LwQx5VtYcR9ZmKbT3NsJ", 1'000 + next_id_++);
  key.set_hint(absl::StrCat("sk-…", secret.substr(secret.size() - 4)));
  return secret;
}

Status DemoKeys::ListClientKeys(grpc::ServerContext* /*context*/, const v1::ListClientKeysRequest* /*request*/,
                                v1::ListClientKeysResponse* response) {
  const std::lock_guard lock(mutex_);
  for (const v1::ClientKey& key : keys_) *response->add_client_keys() = key;
  return Status::OK;
}

Status DemoKeys::GetClientKey(grpc::ServerContext* /*context*/, const v1::GetClientKeyRequest* request,
                              v1::GetClientKeyResponse* response) {
  const std::lock_guard lock(mutex_);
  const v1::ClientKey* key = Find(request->id());
  if (key == nullptr) return NotFound();
  *response->mutable_client_key() = *key;
  return Status::OK;
}

Status DemoKeys::CreateClientKey(grpc::ServerContext* /*context*/, const v1::CreateClientKeyRequest* request,
                                 v1::CreateClientKeyResponse* response) {
  const std::lock_guard lock(mutex_);
  v1::ClientKey key = request->client_key();
  if (Taken(key.name(), {})) return NameTaken();
  if (!key.has_enabled()) key.set_enabled(true);
  response->set_secret(NewSecret(key));
  *response->mutable_client_key() = Add(std::move(key));
  return Status::OK;
}

Status DemoKeys::UpdateClientKey(grpc::ServerContext* /*context*/, const v1::UpdateClientKeyRequest* request,
                                 v1::UpdateClientKeyResponse* response) {
  const std::lock_guard lock(mutex_);
  const v1::ClientKey& wanted = request->client_key();
  v1::ClientKey* key = Find(wanted.id());
  if (key == nullptr) return NotFound();
  if (!wanted.etag().empty() && wanted.etag() != key->etag()) return OutOfDate();
  if (Taken(wanted.name(), wanted.id())) return NameTaken();
  for (const std::string& path : request->update_mask().paths()) {
    if (path == "name") key->set_name(wanted.name());
    if (path == "enabled") key->set_enabled(wanted.enabled());
    if (path == "models") *key->mutable_models() = wanted.models();
    if (path == "limits") *key->mutable_limits() = wanted.limits();
    if (path != "expire_time") continue;
    key->clear_expire_time();
    if (wanted.has_expire_time()) *key->mutable_expire_time() = wanted.expire_time();
  }
  Settle(*key);
  *response->mutable_client_key() = *key;
  return Status::OK;
}

Status DemoKeys::RotateClientKey(grpc::ServerContext* /*context*/, const v1::RotateClientKeyRequest* request,
                                 v1::RotateClientKeyResponse* response) {
  const std::lock_guard lock(mutex_);
  v1::ClientKey* key = Find(request->id());
  if (key == nullptr) return NotFound();
  response->set_secret(NewSecret(*key));
  Settle(*key);
  *response->mutable_client_key() = *key;
  return Status::OK;
}

Status DemoKeys::DeleteClientKey(grpc::ServerContext* /*context*/, const v1::DeleteClientKeyRequest* request,
                                 v1::DeleteClientKeyResponse* /*response*/) {
  const std::lock_guard lock(mutex_);
  const auto erased = std::erase_if(keys_, [request](const v1::ClientKey& key) { return key.id() == request->id(); });
  return erased == 0 ? NotFound() : Status::OK;
}

}  // namespace ag::gui
