#include <absl/strings/str_cat.h>

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/control/account_service.h"
#include "gatewayd/control/proto_convert.h"
#include "gatewayd/control/rpc_bridge.h"

// What an account is, why, and what happened to it.
namespace ag::control {
namespace {

constexpr int kDefaultEvents = 50;

v1::AccountStatus OfCooldown(const pool::ListedCooldown& cooldown) {
  v1::AccountStatus status;
  status.set_model(cooldown.model);
  status.set_condition(ToProto(cooldown.state));
  status.mutable_error()->set_kind(ToProto(cooldown.cause));
  *status.mutable_end_time() = ToProto(cooldown.until);
  status.set_provider_hint(cooldown.provider_hint);
  return status;
}

// What the owner or the provider says of the account itself, cool-downs aside.
v1::AccountStatus OfAccount(const pool::PooledAccount& pooled, WallTime now) {
  const pool::Account& account = pooled.account;
  const pool::AccountStatus own = pool::OwnStatus(account);
  const auto spent_until = pool::SpentUntil(account.limits, pooled.counters->used, now);
  const auto cover = !account.enabled ? pool::Cover::kOwner : spent_until ? pool::Cover::kBudget : pool::Cover::kNone;
  v1::AccountStatus status;
  status.set_condition(ToProto(pool::Covered(own.condition, cover)));
  if (cover == pool::Cover::kBudget) *status.mutable_end_time() = ToProto(*spent_until);
  if (cover != pool::Cover::kNone || own.condition == pool::Condition::kReady) return status;
  v1::ProviderError& error = *status.mutable_error();
  error.set_kind(ToProto(own.cause));
  for (const auto& [name, value] : account.state_reason.args) {
    if (name == "text") error.set_text(value);
  }
  if (error.text().empty()) error.set_text(ToLogText(account.state_reason));
  if (own.until != WallTime{}) *status.mutable_end_time() = ToProto(own.until);
  return status;
}

// A model that is left alone until there is room again: its provider would refuse, as its headers have said.
v1::AccountStatus OfLimit(const pool::LimitLeft& scarcest, int reserve_percent, WallTime until) {
  v1::AccountStatus status;
  status.set_model(scarcest.model);
  status.set_condition(v1::ACCOUNT_CONDITION_COOLING);
  status.set_provider_hint(true);
  *status.mutable_end_time() = ToProto(until);
  v1::ProviderError& error = *status.mutable_error();
  error.set_kind(v1::ERROR_KIND_RATE_MINUTE);
  std::string kind(NameOf(scarcest.kind));
  std::replace(kind.begin(), kind.end(), '_', ' ');
  error.set_text(
      absl::StrCat(scarcest.remaining, scarcest.limit ? absl::StrCat(" of ", *scarcest.limit) : "", " ", kind, " left",
                   reserve_percent > 0 ? absl::StrCat(", of which ", reserve_percent, " % are kept back") : ""));
  return status;
}

double PartLeft(const pool::LimitLeft& left) {
  const double limit = static_cast<double>(left.limit.value_or(0));
  return limit > 0 ? static_cast<double>(left.remaining) / limit : static_cast<double>(left.remaining);
}

void AddLimits(v1::GetAccountStatusResponse& response, const pool::PooledAccount& pooled, WallTime now) {
  const int reserve = pooled.account.limits.reserve_percent;
  std::vector<pool::LimitLeft> known = pooled.limits->List(now);
  std::ranges::sort(known, {}, [](const pool::LimitLeft& left) { return std::tuple(PartLeft(left), left.kind); });
  std::set<std::string> told;
  for (const v1::AccountStatus& model : response.models()) told.insert(model.model());
  for (const pool::LimitLeft& scarcest : known) {
    const auto until = pooled.limits->ReachedUntil(scarcest.model, reserve, now);
    if (until && told.insert(scarcest.model).second) *response.add_models() = OfLimit(scarcest, reserve, *until);
  }
}

// A condition that time alone leads to has no event of its own: it is told by the pause that it ends.
bool Tells(const pool::StatusChange& change, const v1::AccountStatus& status) {
  if (change.model != status.model()) return false;
  if (status.condition() == ToProto(pool::Condition::kHalfOpen)) return change.to == pool::Condition::kCooling;
  return ToProto(change.to) == status.condition();
}

// Adds what the history knows: since when, and the provider's words.
void Date(v1::AccountStatus& status, const pool::AccountHistory::Events& newest_first) {
  const pool::AccountEvent* found = nullptr;
  for (const pool::AccountEvent& event : newest_first) {
    if (event.change.model != status.model()) continue;
    if (!Tells(event.change, status)) break;
    const bool first = found == nullptr;
    found = &event;
    if (first && event.change.error != ErrorDetail()) *status.mutable_error() = ToProto(event.change.error);
    if (event.change.from != event.change.to) break;  // a pause that was prolonged began earlier
  }
  if (found == nullptr) return;
  *status.mutable_since_time() = ToProto(found->time);
  status.set_signal(ToProto(found->change.signal));
}

v1::GetAccountStatusResponse Status(const pool::PooledAccount& pooled, const pool::AccountHistory::Events& events,
                                    WallTime now) {
  v1::GetAccountStatusResponse response;
  v1::AccountStatus account = OfAccount(pooled, now);
  for (const pool::ListedCooldown& cooldown : pooled.cooldowns->List(now)) {
    if (!cooldown.model.empty()) {
      *response.add_models() = OfCooldown(cooldown);
    } else if (account.condition() == v1::ACCOUNT_CONDITION_READY) {
      account = OfCooldown(cooldown);
    }
  }
  AddLimits(response, pooled, now);
  Date(account, events);
  for (v1::AccountStatus& model : *response.mutable_models()) Date(model, events);
  *response.mutable_account() = std::move(account);
  return response;
}

}  // namespace

grpc::ServerUnaryReactor* AccountService::GetAccountStatus(grpc::CallbackServerContext* context,
                                                           const v1::GetAccountStatusRequest* request,
                                                           v1::GetAccountStatusResponse* response) {
  using CallPtr = UnaryCallPtr<v1::GetAccountStatusRequest, v1::GetAccountStatusResponse>;
  return OnControl(on_.control, context, request, response, [this](const CallPtr& call) {
    const auto found = Find(*on_.pool.snapshot(), call->request().id());
    if (!found.ok()) return call->Finish(found.status());
    const AccountId id((*found)->account.id);
    on_.history.List(id, pool::AccountHistory::kPerAccount, [this, call, id](const auto& events) {
      // Without a readable history the state is told all the same.
      const auto snapshot = on_.pool.snapshot();
      const pool::PooledAccount* pooled = snapshot->Find(id);
      if (pooled == nullptr) return call->Finish(absl::NotFoundError("the account was removed meanwhile"));
      const auto known = events.ok() ? *events : pool::AccountHistory::Events();
      call->Finish(Status(*pooled, known, on_.control.clock().Now()));
    });
  });
}

grpc::ServerUnaryReactor* AccountService::ListAccountEvents(grpc::CallbackServerContext* context,
                                                            const v1::ListAccountEventsRequest* request,
                                                            v1::ListAccountEventsResponse* response) {
  using CallPtr = UnaryCallPtr<v1::ListAccountEventsRequest, v1::ListAccountEventsResponse>;
  return OnControl(on_.control, context, request, response, [this](const CallPtr& call) {
    const auto found = Find(*on_.pool.snapshot(), call->request().id());
    if (!found.ok()) return call->Finish(found.status());
    const int wanted = call->request().page_size();
    if (wanted < 0) return call->Finish(FieldError(ErrorKind::kInvalidRequest, "page_size", "page_size is negative"));
    on_.history.List((*found)->account.id, wanted == 0 ? kDefaultEvents : wanted, [call](const auto& events) {
      if (!events.ok()) return call->Finish(events.status());
      v1::ListAccountEventsResponse answer;
      for (const pool::AccountEvent& event : *events) *answer.add_events() = ToProto(event);
      call->Finish(std::move(answer));
    });
  });
}

grpc::ServerUnaryReactor* AccountService::ClearAccountCooldowns(grpc::CallbackServerContext* context,
                                                                const v1::ClearAccountCooldownsRequest* request,
                                                                v1::ClearAccountCooldownsResponse* response) {
  return AnswerOnControl(on_.control, context, request, response,
                         [this](const auto& wanted) -> absl::StatusOr<v1::ClearAccountCooldownsResponse> {
                           const auto snapshot = on_.pool.snapshot();
                           AG_ASSIGN_OR_RETURN(const pool::PooledAccount* found, Find(*snapshot, wanted.id()));
                           v1::ClearAccountCooldownsResponse answer;
                           answer.set_cleared_count(on_.pool.ClearCooldowns(found->account.id, wanted.model()));
                           const auto after = on_.pool.snapshot();
                           AG_ASSIGN_OR_RETURN(found, Find(*after, wanted.id()));
                           *answer.mutable_account() = ToProto(*found, on_.control.clock().Now());
                           return answer;
                         });
}

grpc::ServerUnaryReactor* AccountService::ListBestAccounts(grpc::CallbackServerContext* context,
                                                           const v1::ListBestAccountsRequest* request,
                                                           v1::ListBestAccountsResponse* response) {
  return AnswerOnControl(on_.control, context, request, response,
                         [this](const auto& wanted) -> absl::StatusOr<v1::ListBestAccountsResponse> {
                           const auto snapshot = on_.pool.snapshot();
                           v1::ListBestAccountsResponse answer;
                           for (const auto& best : pool::FindBestAccounts(*snapshot, on_.proxy.Picking(),
                                                                          wanted.model(), on_.control.clock().Now())) {
                             *answer.add_best_accounts() = ToProto(best);
                           }
                           return answer;
                         });
}

grpc::ServerUnaryReactor* AccountService::ForgetAccountFacts(grpc::CallbackServerContext* context,
                                                             const v1::ForgetAccountFactsRequest* request,
                                                             v1::ForgetAccountFactsResponse* response) {
  return AnswerOnControl(on_.control, context, request, response,
                         [this](const auto& wanted) -> absl::StatusOr<v1::ForgetAccountFactsResponse> {
                           const auto before = on_.pool.snapshot();
                           AG_ASSIGN_OR_RETURN(const pool::PooledAccount* found, Find(*before, wanted.id()));
                           v1::ForgetAccountFactsResponse answer;
                           answer.set_forgotten_count(on_.pool.ForgetFacts(found->account.id, wanted.model()));
                           const auto after = on_.pool.snapshot();
                           AG_ASSIGN_OR_RETURN(found, Find(*after, wanted.id()));
                           *answer.mutable_account() = ToProto(*found, on_.control.clock().Now());
                           return answer;
                         });
}

}  // namespace ag::control
