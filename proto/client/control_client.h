#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "ag/gateway/v1/account.grpc.pb.h"
#include "ag/gateway/v1/client_key.grpc.pb.h"
#include "ag/gateway/v1/config.grpc.pb.h"
#include "ag/gateway/v1/model.grpc.pb.h"
#include "ag/gateway/v1/monitor.grpc.pb.h"
#include "ag/gateway/v1/proxy.grpc.pb.h"
#include "ag/gateway/v1/route.grpc.pb.h"
#include "ag/gateway/v1/sign_in.grpc.pb.h"
#include "ag/gateway/v1/stats.grpc.pb.h"

// The one way of our own programs to a running gatewayd: agctl, the desktop app and the tests.
namespace ag::client {

namespace v1 = ::ag::gateway::v1;

struct ControlClientOptions {
  std::string target;                               // "unix:/run/user/1000/ag-gateway/control.sock", "tcp:HOST:PORT"
  std::string ca_file;                              // of tcp: PEM of the certificates to trust; empty = the system's
  std::string token;                                // of tcp: what the daemon's --control-token-file holds
  std::chrono::milliseconds deadline{10'000};       // of every call but those that ask a provider or drain
  std::chrono::milliseconds slow_deadline{60'000};  // TestAccount, TestAccountModel, StartProxy, StopProxy
  // Of tcp: a connection in use that is silent for so long is asked whether it lives, and counts as lost when no answer
  // comes in time. A machine that goes to sleep, or a network that ends, says no word of it.
  std::chrono::milliseconds keepalive_time{5'000};
  std::chrono::milliseconds keepalive_timeout{5'000};
};

// $AG_CONTROL, else $XDG_RUNTIME_DIR/ag-gateway/control.sock, else $XDG_DATA_HOME/ag-gateway/control.sock (default
// ~/.local/share), each as "unix:PATH": where a gatewayd without flags listens.
std::string DefaultTarget();

// What an error is about, as the daemon named it: "invalid_request", "no_account", …; empty when the daemon did not
// answer.
std::string ErrorKindOf(const absl::Status& status);
// The field or setting at fault; empty = none was named.
std::string ErrorParamOf(const absl::Status& status);
// The token in a file; NOT_FOUND or INVALID_ARGUMENT says what is wrong with it.
absl::StatusOr<std::string> ReadTokenFile(const std::string& path);
// True when nobody answered on the socket.
bool IsNotRunning(const absl::Status& status);

// Synchronous calls. Thread-safe; owns its channel. The daemon need not run when it is made, and may come and go. An
// error carries the daemon's sentence for people; when nobody answers it says so, names the socket and what to start.
class ControlClient {
 public:
  explicit ControlClient(ControlClientOptions options);
  ~ControlClient();
  ControlClient(const ControlClient&) = delete;
  ControlClient& operator=(const ControlClient&) = delete;

  absl::StatusOr<v1::GetServerInfoResponse> GetServerInfo();
  absl::StatusOr<v1::GetProxyStatusResponse> GetProxyStatus();
  absl::StatusOr<v1::StartProxyResponse> StartProxy();
  absl::StatusOr<v1::StopProxyResponse> StopProxy();
  absl::StatusOr<v1::GetPrimaryKeyResponse> GetPrimaryKey();
  absl::StatusOr<v1::SetPrimaryKeyResponse> SetPrimaryKey(const v1::SetPrimaryKeyRequest& request);

  absl::StatusOr<v1::ListAccountsResponse> ListAccounts(const v1::ListAccountsRequest& request);
  absl::StatusOr<v1::GetAccountResponse> GetAccount(const v1::GetAccountRequest& request);
  absl::StatusOr<v1::CreateAccountResponse> CreateAccount(const v1::CreateAccountRequest& request);
  absl::StatusOr<v1::UpdateAccountResponse> UpdateAccount(const v1::UpdateAccountRequest& request);
  absl::StatusOr<v1::DeleteAccountResponse> DeleteAccount(const v1::DeleteAccountRequest& request);
  absl::StatusOr<v1::MoveAccountResponse> MoveAccount(const v1::MoveAccountRequest& request);
  absl::StatusOr<v1::ExportAccountsResponse> ExportAccounts(const v1::ExportAccountsRequest& request);
  absl::StatusOr<v1::ImportAccountsResponse> ImportAccounts(const v1::ImportAccountsRequest& request);
  absl::StatusOr<v1::TestAccountResponse> TestAccount(const v1::TestAccountRequest& request);
  absl::StatusOr<v1::PlanAccountTestResponse> PlanAccountTest(const v1::PlanAccountTestRequest& request);
  absl::StatusOr<v1::TestAccountModelResponse> TestAccountModel(const v1::TestAccountModelRequest& request);
  absl::StatusOr<v1::GetAccountStatusResponse> GetAccountStatus(const v1::GetAccountStatusRequest& request);
  absl::StatusOr<v1::ListAccountEventsResponse> ListAccountEvents(const v1::ListAccountEventsRequest& request);
  absl::StatusOr<v1::ClearAccountCooldownsResponse> ClearAccountCooldowns(
      const v1::ClearAccountCooldownsRequest& request);
  absl::StatusOr<v1::ForgetAccountFactsResponse> ForgetAccountFacts(const v1::ForgetAccountFactsRequest& request);
  absl::StatusOr<v1::SetAccountLimitsResponse> SetAccountLimits(const v1::SetAccountLimitsRequest& request);
  absl::StatusOr<v1::ListBestAccountsResponse> ListBestAccounts(const v1::ListBestAccountsRequest& request);
  absl::StatusOr<v1::ListProvidersResponse> ListProviders();

  absl::StatusOr<v1::BeginSignInResponse> BeginSignIn(const v1::BeginSignInRequest& request);
  absl::StatusOr<v1::GetSignInResponse> GetSignIn(const v1::GetSignInRequest& request);
  absl::StatusOr<v1::CompleteSignInResponse> CompleteSignIn(const v1::CompleteSignInRequest& request);
  absl::StatusOr<v1::CancelSignInResponse> CancelSignIn(const v1::CancelSignInRequest& request);

  absl::StatusOr<v1::ListRoutesResponse> ListRoutes(const v1::ListRoutesRequest& request);
  absl::StatusOr<v1::SetRouteResponse> SetRoute(const v1::SetRouteRequest& request);
  absl::StatusOr<v1::MoveRouteResponse> MoveRoute(const v1::MoveRouteRequest& request);
  absl::StatusOr<v1::DeleteRouteResponse> DeleteRoute(const v1::DeleteRouteRequest& request);
  absl::StatusOr<v1::ClearRoutesResponse> ClearRoutes();
  absl::StatusOr<v1::ApplyRoutePresetResponse> ApplyRoutePreset(const v1::ApplyRoutePresetRequest& request);
  absl::StatusOr<v1::ListRoutePresetsResponse> ListRoutePresets(const v1::ListRoutePresetsRequest& request);
  absl::StatusOr<v1::ExplainModelResponse> ExplainModel(const v1::ExplainModelRequest& request);

  absl::StatusOr<v1::ListClientKeysResponse> ListClientKeys(const v1::ListClientKeysRequest& request);
  absl::StatusOr<v1::GetClientKeyResponse> GetClientKey(const v1::GetClientKeyRequest& request);
  absl::StatusOr<v1::CreateClientKeyResponse> CreateClientKey(const v1::CreateClientKeyRequest& request);
  absl::StatusOr<v1::UpdateClientKeyResponse> UpdateClientKey(const v1::UpdateClientKeyRequest& request);
  absl::StatusOr<v1::RotateClientKeyResponse> RotateClientKey(const v1::RotateClientKeyRequest& request);
  absl::StatusOr<v1::DeleteClientKeyResponse> DeleteClientKey(const v1::DeleteClientKeyRequest& request);
  absl::StatusOr<v1::ListModelsResponse> ListModels(const v1::ListModelsRequest& request);
  absl::StatusOr<v1::GetModelResponse> GetModel(const v1::GetModelRequest& request);

  absl::StatusOr<v1::ListSettingsResponse> ListSettings();
  absl::StatusOr<v1::GetSettingResponse> GetSetting(const v1::GetSettingRequest& request);
  absl::StatusOr<v1::SetSettingResponse> SetSetting(const v1::SetSettingRequest& request);
  absl::StatusOr<v1::UnsetSettingResponse> UnsetSetting(const v1::UnsetSettingRequest& request);

  absl::StatusOr<v1::ListRequestsResponse> ListRequests(const v1::ListRequestsRequest& request);
  absl::StatusOr<v1::GetRequestResponse> GetRequest(const v1::GetRequestRequest& request);
  absl::StatusOr<v1::QueryTokensResponse> QueryTokens(const v1::QueryTokensRequest& request);

  // Cancels all calls that are in flight and refuses further ones with CANCELLED, for good: a program quits while a
  // call runs that may take a minute. Any thread; the threads that wait in calls return.
  void Cancel();

  const std::string& target() const { return options_.target; }

 private:
  friend class EventStream;

  // Whether somebody listens on the local socket; always OK for other targets.
  absl::Status Listens() const;
  // For who waits until a daemon comes back: tries at once, and waits for the connection for a moment. Without anybody
  // who waits, gRPC takes notice of a connection that came up only every five seconds
  // (GRPC_CLIENT_CHANNEL_BACKUP_POLL_INTERVAL_MS, https://grpc.github.io/grpc/core/md_doc_environment_variables.html).
  void Reconnect() const;

  // One call while it is in flight. Not admitted after Cancel.
  class InFlight {
   public:
    InFlight(ControlClient& client, grpc::ClientContext& context);
    ~InFlight();
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;
    bool admitted() const { return admitted_; }

   private:
    ControlClient& client_;
    grpc::ClientContext& context_;
    const bool admitted_;
  };
  bool Enter(grpc::ClientContext& context);
  bool cancelled();

  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(Stub& stub,
                                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                const Request& request, std::chrono::milliseconds deadline);
  // The status for people. `context` has the trailing metadata of the finished call.
  absl::Status ToStatus(const grpc::Status& status, const grpc::ClientContext& context) const;

  const ControlClientOptions options_;
  absl::Status unusable_;  // what of the options cannot be used
  // A mutex, since Cancel must reach the calls of other threads.
  std::mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<grpc::ClientContext*> in_flight_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<grpc::Channel> channel_;  // shared by the stubs
  std::unique_ptr<v1::ProxyService::Stub> proxy_;
  std::unique_ptr<v1::AccountService::Stub> accounts_;
  std::unique_ptr<v1::RouteService::Stub> routes_;
  std::unique_ptr<v1::ClientKeyService::Stub> client_keys_;
  std::unique_ptr<v1::ModelService::Stub> models_;
  std::unique_ptr<v1::ConfigService::Stub> config_;
  std::unique_ptr<v1::MonitorService::Stub> monitor_;
  std::unique_ptr<v1::StatsService::Stub> stats_;
  std::unique_ptr<v1::SignInService::Stub> sign_ins_;
};

}  // namespace ag::client
