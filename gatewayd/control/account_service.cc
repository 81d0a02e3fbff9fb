#include "gatewayd/control/account_service.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/control/limit_convert.h"
#include "gatewayd/control/paging.h"
#include "gatewayd/control/proto_convert.h"
#include "gatewayd/control/rpc_bridge.h"
#include "gatewayd/control/sign_in_convert.h"

namespace ag::control {
namespace {

absl::Status CheckEtag(const pool::Account& account, const std::string& etag) {
  if (etag.empty() || etag == EtagOf(account)) return absl::OkStatus();
  return absl::AbortedError(
      absl::StrCat("account \"", account.label, "\" was changed by somebody else meanwhile: read it again"));
}

absl::StatusOr<pool::AccountChange> ReadChange(const v1::UpdateAccountRequest& request) {
  const v1::Account& account = request.account();
  if (request.update_mask().paths().empty()) {
    return FieldError(ErrorKind::kInvalidRequest, "update_mask", "update_mask names no field to change");
  }
  pool::AccountChange change;
  for (const auto& path : request.update_mask().paths()) {
    if (path == "label") {
      change.label = account.label();
    } else if (path == "enabled") {
      change.enabled = account.enabled();
    } else if (path == "priority") {
      change.priority = account.priority();
    } else if (path == "weight") {
      change.weight = account.weight();
    } else if (path == "api_key") {
      change.api_key = Secret(account.api_key());
    } else if (path == "oauth" || path == "credential_file") {
      v1::Account wanted;
      if (path == "oauth") *wanted.mutable_oauth() = account.oauth();
      if (path == "credential_file") wanted.set_credential_file(account.credential_file());
      AG_ASSIGN_OR_RETURN(GivenSignIn given, ReadSignIn(wanted));
      change.sign_in = std::move(given.sign_in);
    } else if (path == "base_url") {
      change.base_url = account.base_url();
    } else if (path == "project") {
      change.project = account.project();
    } else if (path == "location") {
      change.location = account.location();
    } else if (path == "quota_group") {
      change.quota_group = account.quota_group();
    } else if (path == "egress") {
      change.egress = FromProto(account.egress());
    } else {
      return FieldError(ErrorKind::kInvalidRequest, "update_mask",
                        absl::StrCat("the field \"", path,
                                     "\" of an account cannot be changed; label, enabled, priority, "
                                     "weight, api_key, oauth, credential_file, base_url, project, location, "
                                     "quota_group and egress can"));
    }
  }
  return change;
}

}  // namespace

absl::StatusOr<const pool::PooledAccount*> AccountService::Find(const pool::PoolSnapshot& snapshot,
                                                                const std::string& id) const {
  if (id.empty()) return FieldError(ErrorKind::kInvalidRequest, "id", "the account's id is missing");
  if (const auto* found = snapshot.Find(AccountId(id))) return found;
  std::vector<std::string> ids;
  for (const auto& pooled : snapshot.accounts) ids.push_back(pooled.account.id.value());
  const auto near = catalog::Catalog::Suggest(id, ids);
  return absl::NotFoundError(
      absl::StrCat("there is no account \"", id, "\"",
                   near.empty() ? "" : absl::StrCat("; did you mean ", absl::StrJoin(near, ", "), "?")));
}

v1::Account AccountService::Describe(const pool::Account& account) const {
  pool::PooledAccount pooled{account, nullptr, nullptr, nullptr};
  const auto snapshot = on_.pool.snapshot();
  if (const auto* found = snapshot ? snapshot->Find(account.id) : nullptr) {
    pooled.counters = found->counters;
    pooled.cooldowns = found->cooldowns;
    pooled.limits = found->limits;
  }
  return ToProto(pooled, on_.control.clock().Now());
}

absl::StatusOr<v1::ListAccountsResponse> AccountService::List(const v1::ListAccountsRequest& request) const {
  const auto snapshot = on_.pool.snapshot();
  AG_ASSIGN_OR_RETURN(const Page page, PageOf(request.page_size(), request.page_token(), snapshot->accounts.size()));
  const WallTime now = on_.control.clock().Now();
  v1::ListAccountsResponse response;
  for (std::size_t i = page.begin; i < page.end; ++i) *response.add_accounts() = ToProto(snapshot->accounts[i], now);
  response.set_next_page_token(page.next_token);
  return response;
}

absl::StatusOr<v1::CreateAccountResponse> AccountService::Create(const v1::CreateAccountRequest& request) const {
  pool::NewAccount account = FromProto(request.account());
  AG_ASSIGN_OR_RETURN(GivenSignIn given, ReadSignIn(request.account()));
  account.sign_in = std::move(given.sign_in);
  if (account.project.empty()) account.project = std::move(given.project);
  AG_ASSIGN_OR_RETURN(const pool::Account stored, on_.pool.Add(std::move(account)));
  v1::CreateAccountResponse response;
  *response.mutable_account() = Describe(stored);
  return response;
}

absl::StatusOr<v1::UpdateAccountResponse> AccountService::Update(const v1::UpdateAccountRequest& request) const {
  const auto snapshot = on_.pool.snapshot();
  AG_ASSIGN_OR_RETURN(const pool::PooledAccount* present, Find(*snapshot, request.account().id()));
  AG_RETURN_IF_ERROR(CheckEtag(present->account, request.account().etag()));
  AG_ASSIGN_OR_RETURN(pool::AccountChange change, ReadChange(request));
  AG_ASSIGN_OR_RETURN(const pool::Account stored, on_.pool.Change(present->account.id, std::move(change)));
  v1::UpdateAccountResponse response;
  *response.mutable_account() = Describe(stored);
  return response;
}

absl::StatusOr<v1::DeleteAccountResponse> AccountService::Delete(const v1::DeleteAccountRequest& request) const {
  const auto snapshot = on_.pool.snapshot();
  AG_ASSIGN_OR_RETURN(const pool::PooledAccount* present, Find(*snapshot, request.id()));
  AG_RETURN_IF_ERROR(CheckEtag(present->account, request.etag()));
  AG_RETURN_IF_ERROR(on_.pool.Remove(present->account.id));
  return v1::DeleteAccountResponse();
}

absl::StatusOr<v1::SetAccountLimitsResponse> AccountService::SetLimits(
    const v1::SetAccountLimitsRequest& request) const {
  const auto snapshot = on_.pool.snapshot();
  AG_ASSIGN_OR_RETURN(const pool::PooledAccount* present, Find(*snapshot, request.id()));
  AG_RETURN_IF_ERROR(CheckEtag(present->account, request.etag()));
  pool::AccountChange change;
  change.limits = FromProto(request.limits());
  AG_ASSIGN_OR_RETURN(const pool::Account stored, on_.pool.Change(present->account.id, std::move(change)));
  v1::SetAccountLimitsResponse response;
  *response.mutable_account() = Describe(stored);
  return response;
}

absl::StatusOr<v1::MoveAccountResponse> AccountService::Move(const v1::MoveAccountRequest& request) const {
  AG_ASSIGN_OR_RETURN(const Place place, FromProto(request.place()));
  const auto before = on_.pool.snapshot();
  AG_ASSIGN_OR_RETURN(const pool::PooledAccount* moved, Find(*before, request.id()));
  const pool::PooledAccount* anchor = moved;
  if (place == Place::kBefore || place == Place::kAfter) {
    AG_ASSIGN_OR_RETURN(anchor, Find(*before, request.anchor_id()));
  }
  AG_RETURN_IF_ERROR(on_.pool.Move(moved->account.id, place, anchor->account.id));
  v1::MoveAccountResponse response;
  for (const auto& pooled : on_.pool.snapshot()->accounts) response.add_ids(pooled.account.id.value());
  return response;
}

grpc::ServerUnaryReactor* AccountService::MoveAccount(grpc::CallbackServerContext* context,
                                                      const v1::MoveAccountRequest* request,
                                                      v1::MoveAccountResponse* response) {
  return AnswerOnControl(on_.control, context, request, response, [this](const auto& wanted) { return Move(wanted); });
}

grpc::ServerUnaryReactor* AccountService::ListAccounts(grpc::CallbackServerContext* context,
                                                       const v1::ListAccountsRequest* request,
                                                       v1::ListAccountsResponse* response) {
  return AnswerOnControl(on_.control, context, request, response, [this](const auto& wanted) { return List(wanted); });
}

grpc::ServerUnaryReactor* AccountService::GetAccount(grpc::CallbackServerContext* context,
                                                     const v1::GetAccountRequest* request,
                                                     v1::GetAccountResponse* response) {
  return AnswerOnControl(on_.control, context, request, response,
                         [this](const auto& wanted) -> absl::StatusOr<v1::GetAccountResponse> {
                           const auto snapshot = on_.pool.snapshot();
                           AG_ASSIGN_OR_RETURN(const pool::PooledAccount* found, Find(*snapshot, wanted.id()));
                           v1::GetAccountResponse answer;
                           *answer.mutable_account() = ToProto(*found, on_.control.clock().Now());
                           return answer;
                         });
}

grpc::ServerUnaryReactor* AccountService::CreateAccount(grpc::CallbackServerContext* context,
                                                        const v1::CreateAccountRequest* request,
                                                        v1::CreateAccountResponse* response) {
  return AnswerOnControl(on_.control, context, request, response,
                         [this](const auto& wanted) { return Create(wanted); });
}

grpc::ServerUnaryReactor* AccountService::UpdateAccount(grpc::CallbackServerContext* context,
                                                        const v1::UpdateAccountRequest* request,
                                                        v1::UpdateAccountResponse* response) {
  return AnswerOnControl(on_.control, context, request, response,
                         [this](const auto& wanted) { return Update(wanted); });
}

grpc::ServerUnaryReactor* AccountService::DeleteAccount(grpc::CallbackServerContext* context,
                                                        const v1::DeleteAccountRequest* request,
                                                        v1::DeleteAccountResponse* response) {
  return AnswerOnControl(on_.control, context, request, response,
                         [this](const auto& wanted) { return Delete(wanted); });
}

grpc::ServerUnaryReactor* AccountService::TestAccount(grpc::CallbackServerContext* context,
                                                      const v1::TestAccountRequest* request,
                                                      v1::TestAccountResponse* response) {
  using CallPtr = UnaryCallPtr<v1::TestAccountRequest, v1::TestAccountResponse>;
  return OnControl(on_.control, context, request, response, [this](const CallPtr& call) {
    const auto snapshot = on_.pool.snapshot();
    const auto found = Find(*snapshot, call->request().id());
    if (!found.ok()) return call->Finish(found.status());
    on_.upstream.TestAccount((*found)->account.id, [call](absl::StatusOr<AccountTest> test) {
      if (!test.ok()) return call->Finish(test.status());
      v1::TestAccountResponse answer;
      answer.set_ok(test->ok);
      answer.set_message(test->message);
      for (const auto& model : test->models) answer.add_models(model);
      *answer.mutable_latency() = ToProto(std::chrono::milliseconds(test->latency_ms));
      call->Finish(std::move(answer));
    });
  });
}

grpc::ServerUnaryReactor* AccountService::SetAccountLimits(grpc::CallbackServerContext* context,
                                                           const v1::SetAccountLimitsRequest* request,
                                                           v1::SetAccountLimitsResponse* response) {
  return AnswerOnControl(on_.control, context, request, response,
                         [this](const auto& wanted) { return SetLimits(wanted); });
}

grpc::ServerUnaryReactor* AccountService::ListProviders(grpc::CallbackServerContext* context,
                                                        const v1::ListProvidersRequest* request,
                                                        v1::ListProvidersResponse* response) {
  return AnswerOnControl(on_.control, context, request, response,
                         [this](const auto&) -> absl::StatusOr<v1::ListProvidersResponse> {
                           v1::ListProvidersResponse answer;
                           for (const auto& preset : on_.catalog.providers())
                             *answer.add_providers() = ToProto(preset, on_.catalog);
                           return answer;
                         });
}

}  // namespace ag::control
