#pragma once

#include <vector>

#include "ag/gateway/v1/account.grpc.pb.h"
#include "gatewayd/control/control_server.h"

namespace ag::control {

namespace v1 = ::ag::gateway::v1;

class AccountService final : public v1::AccountService::CallbackService {
 public:
  explicit AccountService(const ControlDependencies& on) : on_(on) {}

  grpc::ServerUnaryReactor* ListAccounts(grpc::CallbackServerContext* context, const v1::ListAccountsRequest* request,
                                         v1::ListAccountsResponse* response) override;
  grpc::ServerUnaryReactor* GetAccount(grpc::CallbackServerContext* context, const v1::GetAccountRequest* request,
                                       v1::GetAccountResponse* response) override;
  grpc::ServerUnaryReactor* CreateAccount(grpc::CallbackServerContext* context, const v1::CreateAccountRequest* request,
                                          v1::CreateAccountResponse* response) override;
  grpc::ServerUnaryReactor* UpdateAccount(grpc::CallbackServerContext* context, const v1::UpdateAccountRequest* request,
                                          v1::UpdateAccountResponse* response) override;
  grpc::ServerUnaryReactor* DeleteAccount(grpc::CallbackServerContext* context, const v1::DeleteAccountRequest* request,
                                          v1::DeleteAccountResponse* response) override;
  grpc::ServerUnaryReactor* MoveAccount(grpc::CallbackServerContext* context, const v1::MoveAccountRequest* request,
                                        v1::MoveAccountResponse* response) override;
  grpc::ServerUnaryReactor* ExportAccounts(grpc::CallbackServerContext* context,
                                           const v1::ExportAccountsRequest* request,
                                           v1::ExportAccountsResponse* response) override;
  grpc::ServerUnaryReactor* ImportAccounts(grpc::CallbackServerContext* context,
                                           const v1::ImportAccountsRequest* request,
                                           v1::ImportAccountsResponse* response) override;
  grpc::ServerUnaryReactor* TestAccount(grpc::CallbackServerContext* context, const v1::TestAccountRequest* request,
                                        v1::TestAccountResponse* response) override;
  // In account_story.cc.
  grpc::ServerUnaryReactor* PlanAccountTest(grpc::CallbackServerContext* context,
                                            const v1::PlanAccountTestRequest* request,
                                            v1::PlanAccountTestResponse* response) override;
  grpc::ServerUnaryReactor* TestAccountModel(grpc::CallbackServerContext* context,
                                             const v1::TestAccountModelRequest* request,
                                             v1::TestAccountModelResponse* response) override;
  grpc::ServerUnaryReactor* GetAccountStatus(grpc::CallbackServerContext* context,
                                             const v1::GetAccountStatusRequest* request,
                                             v1::GetAccountStatusResponse* response) override;
  grpc::ServerUnaryReactor* ListAccountEvents(grpc::CallbackServerContext* context,
                                              const v1::ListAccountEventsRequest* request,
                                              v1::ListAccountEventsResponse* response) override;
  grpc::ServerUnaryReactor* ClearAccountCooldowns(grpc::CallbackServerContext* context,
                                                  const v1::ClearAccountCooldownsRequest* request,
                                                  v1::ClearAccountCooldownsResponse* response) override;
  grpc::ServerUnaryReactor* ForgetAccountFacts(grpc::CallbackServerContext* context,
                                               const v1::ForgetAccountFactsRequest* request,
                                               v1::ForgetAccountFactsResponse* response) override;
  grpc::ServerUnaryReactor* SetAccountLimits(grpc::CallbackServerContext* context,
                                             const v1::SetAccountLimitsRequest* request,
                                             v1::SetAccountLimitsResponse* response) override;
  grpc::ServerUnaryReactor* ListBestAccounts(grpc::CallbackServerContext* context,
                                             const v1::ListBestAccountsRequest* request,
                                             v1::ListBestAccountsResponse* response) override;
  grpc::ServerUnaryReactor* ListProviders(grpc::CallbackServerContext* context, const v1::ListProvidersRequest* request,
                                          v1::ListProvidersResponse* response) override;

 private:
  // All on the control context.
  absl::StatusOr<v1::ListAccountsResponse> List(const v1::ListAccountsRequest& request) const;
  absl::StatusOr<v1::CreateAccountResponse> Create(const v1::CreateAccountRequest& request) const;
  absl::StatusOr<v1::UpdateAccountResponse> Update(const v1::UpdateAccountRequest& request) const;
  absl::StatusOr<v1::DeleteAccountResponse> Delete(const v1::DeleteAccountRequest& request) const;
  absl::StatusOr<v1::SetAccountLimitsResponse> SetLimits(const v1::SetAccountLimitsRequest& request) const;
  absl::StatusOr<v1::MoveAccountResponse> Move(const v1::MoveAccountRequest& request) const;
  v1::ImportAccountsResponse Import(std::vector<pool::PortableAccount> accounts,
                                    pool::AccountPool::ImportMode mode) const;
  v1::ImportAccountsResponse ImportList(const v1::ImportAccountsRequest& request) const;
  // The stored account; NOT_FOUND with suggestions.
  absl::StatusOr<const pool::PooledAccount*> Find(const pool::PoolSnapshot& snapshot, const std::string& id) const;
  v1::Account Describe(const pool::Account& account) const;

  const ControlDependencies on_;
};

}  // namespace ag::control
