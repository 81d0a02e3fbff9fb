#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "ag/gateway/v1/account.grpc.pb.h"
#include "ag/gateway/v1/sign_in.grpc.pb.h"
#include "gui/demo/demo_probe.h"

namespace ag::gui {

namespace v1 = ::ag::gateway::v1;

// The fake daemon's accounts, in memory: some well, some not, each with a story. Actions change them as the daemon
// would; keys and refresh tokens that begin with "sk-bad" are refused by their provider. A sign-in is done when any
// code is given. Thread-safe.
class DemoAccounts final : public v1::AccountService::Service, public v1::SignInService::Service {
 public:
  explicit DemoAccounts(DemoProbe& probe);
  // All that are switched on point to the sandbox there, with keys that give nothing away.
  void MoveToSandbox(const std::string& url);

  grpc::Status ListAccounts(grpc::ServerContext* context, const v1::ListAccountsRequest* request,
                            v1::ListAccountsResponse* response) override;
  grpc::Status GetAccount(grpc::ServerContext* context, const v1::GetAccountRequest* request,
                          v1::GetAccountResponse* response) override;
  grpc::Status CreateAccount(grpc::ServerContext* context, const v1::CreateAccountRequest* request,
                             v1::CreateAccountResponse* response) override;
  grpc::Status UpdateAccount(grpc::ServerContext* context, const v1::UpdateAccountRequest* request,
                             v1::UpdateAccountResponse* response) override;
  grpc::Status DeleteAccount(grpc::ServerContext* context, const v1::DeleteAccountRequest* request,
                             v1::DeleteAccountResponse* response) override;
  grpc::Status MoveAccount(grpc::ServerContext* context, const v1::MoveAccountRequest* request,
                           v1::MoveAccountResponse* response) override;
  grpc::Status ExportAccounts(grpc::ServerContext* context, const v1::ExportAccountsRequest* request,
                              v1::ExportAccountsResponse* response) override;
  grpc::Status ImportAccounts(grpc::ServerContext* context, const v1::ImportAccountsRequest* request,
                              v1::ImportAccountsResponse* response) override;
  grpc::Status TestAccount(grpc::ServerContext* context, const v1::TestAccountRequest* request,
                           v1::TestAccountResponse* response) override;
  grpc::Status PlanAccountTest(grpc::ServerContext* context, const v1::PlanAccountTestRequest* request,
                               v1::PlanAccountTestResponse* response) override;
  grpc::Status TestAccountModel(grpc::ServerContext* context, const v1::TestAccountModelRequest* request,
                                v1::TestAccountModelResponse* response) override;
  grpc::Status GetAccountStatus(grpc::ServerContext* context, const v1::GetAccountStatusRequest* request,
                                v1::GetAccountStatusResponse* response) override;
  grpc::Status ListAccountEvents(grpc::ServerContext* context, const v1::ListAccountEventsRequest* request,
                                 v1::ListAccountEventsResponse* response) override;
  grpc::Status ClearAccountCooldowns(grpc::ServerContext* context, const v1::ClearAccountCooldownsRequest* request,
                                     v1::ClearAccountCooldownsResponse* response) override;
  grpc::Status SetAccountLimits(grpc::ServerContext* context, const v1::SetAccountLimitsRequest* request,
                                v1::SetAccountLimitsResponse* response) override;
  grpc::Status ListProviders(grpc::ServerContext* context, const v1::ListProvidersRequest* request,
                             v1::ListProvidersResponse* response) override;
  grpc::Status ListBestAccounts(grpc::ServerContext* context, const v1::ListBestAccountsRequest* request,
                                v1::ListBestAccountsResponse* response) override;

  grpc::Status BeginSignIn(grpc::ServerContext* context, const v1::BeginSignInRequest* request,
                           v1::BeginSignInResponse* response) override;
  grpc::Status GetSignIn(grpc::ServerContext* context, const v1::GetSignInRequest* request,
                         v1::GetSignInResponse* response) override;
  grpc::Status CompleteSignIn(grpc::ServerContext* context, const v1::CompleteSignInRequest* request,
                              v1::CompleteSignInResponse* response) override;
  grpc::Status CancelSignIn(grpc::ServerContext* context, const v1::CancelSignInRequest* request,
                            v1::CancelSignInResponse* response) override;

 private:
  v1::Account* Find(const std::string& id);
  v1::Account& Add(v1::Account account);
  // As a new account is kept: without what it signs in with.
  v1::Account& Store(v1::Account account);
  v1::ImportedAccount Import(v1::Account account, bool validate_only);
  // One masked field of `wanted`; what that tells the account.
  v1::AccountSignal Apply(const v1::Account& wanted, const std::string& path, v1::Account& account);
  void Explain(const v1::Account& account, v1::AccountStatus& status);
  // An event of now, if anything has changed by it.
  void Note(const std::string& id, v1::AccountCondition from, v1::AccountCondition to, v1::AccountSignal signal,
            const v1::ProviderError* error);

  DemoProbe& probe_;
  std::mutex mutex_;
  int next_id_ = 1;
  std::vector<v1::Account> accounts_;
  std::map<std::string, std::string> keys_;                       // by account id
  std::map<std::string, std::vector<v1::AccountEvent>> history_;  // newest first
  std::map<std::string, v1::SignIn> sign_ins_;
  std::map<std::string, v1::Account> signing_in_;  // by sign-in id
};

}  // namespace ag::gui
