#include "proto/client/control_client.h"

#include <absl/strings/cord.h>
#include <absl/strings/str_cat.h>
#include <arpa/inet.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

namespace ag::client {
namespace {

constexpr char kKindPayload[] = "ag.gateway/error-kind";
constexpr char kParamPayload[] = "ag.gateway/error-param";
constexpr char kNotRunningPayload[] = "ag.gateway/not-running";
constexpr int kMaxReplyBytes = 64 * 1024 * 1024;

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

constexpr std::string_view kTcp = "tcp:";

bool IsTcp(const std::string& target) { return target.rfind(kTcp, 0) == 0; }

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (in && !text.str().empty()) return text.str();
  return absl::NotFoundError(absl::StrCat(path, " cannot be read (", in ? "it is empty" : std::strerror(errno), ")"));
}

// Of tcp: TLS, and the token with every call.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> Credentials(const ControlClientOptions& options) {
  if (!IsTcp(options.target)) return grpc::InsecureChannelCredentials();
  if (options.token.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.target, " asks for a token: give --control-token-file FILE or AG_CONTROL_TOKEN_FILE"));
  }
  grpc::SslCredentialsOptions tls;
  if (!options.ca_file.empty()) {
    auto pem = ReadFile(options.ca_file);
    if (!pem.ok()) return pem.status();
    tls.pem_root_certs = *std::move(pem);
  }
  return grpc::CompositeChannelCredentials(grpc::SslCredentials(tls), grpc::AccessTokenCredentials(options.token));
}

// As gRPC names it. A numeric address says so, since gRPC would ask its DNS resolver for it (which loses some bytes for
// each): https://github.com/grpc/grpc/blob/master/doc/naming.md
std::string GrpcTarget(const std::string& target) {
  if (!IsTcp(target)) return target;
  const std::string address = target.substr(kTcp.size());
  const std::string host = address.substr(0, address.rfind(':'));
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return absl::StrCat("ipv4:", address);
  if (!host.empty() && host.front() == '[') return absl::StrCat("ipv6:", address);
  return address;
}

std::shared_ptr<grpc::Channel> MakeChannel(const ControlClientOptions& options,
                                           const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // Two clients of one process must not share a connection's back-off.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  // Also the time in which a connection must be up: a busy machine needs more than the first back-off.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5'000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2'000);
  arguments.SetMaxReceiveMessageSize(kMaxReplyBytes);
  if (IsTcp(options.target)) {
    // https://grpc.io/docs/guides/keepalive/. As many as it takes: a stream of a gateway at rest carries nothing else.
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, static_cast<int>(options.keepalive_time.count()));
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, static_cast<int>(options.keepalive_timeout.count()));
    arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  }
  return grpc::CreateCustomChannel(GrpcTarget(options.target), credentials, arguments);
}

// The path of "unix:PATH" or "unix:///PATH"; empty for other targets.
std::string SocketPath(const std::string& target) {
  if (target.rfind("unix://", 0) == 0) return target.substr(7);
  if (target.rfind("unix:", 0) == 0) return target.substr(5);
  return {};
}

// errno of a connection attempt; 0 = somebody listens there.
int Probe(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return ENAMETOOLONG;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return errno;
  const bool connected = ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  const int error = connected ? 0 : errno;
  ::close(descriptor);
  return error;
}

absl::Status NobodyAnswers(const std::string& target, const std::string& transport_message) {
  const std::string path = SocketPath(target);
  std::string message;
  const int error = path.empty() ? 0 : Probe(path);
  if (error == EACCES || error == EPERM) {
    message = absl::StrCat("no permission to use the control socket ", path, ": run as the user who started gatewayd");
  } else if (error == ENAMETOOLONG) {
    message = absl::StrCat("the socket path ", path, " is too long: at most 107 bytes");
  } else if (IsTcp(target)) {
    message = absl::StrCat("gatewayd does not answer on ", target, " (", transport_message,
                           "): does it run with --control ", target, ", and is --control-ca its certificate's?");
  } else if (error == 0) {
    message = absl::StrCat("the connection to gatewayd at ", target, " failed: ", transport_message);
  } else {
    message = absl::StrCat("gatewayd is not running: start it with `gatewayd` (nothing answers on ", path,
                           "; choose another socket with --control unix:PATH or AG_CONTROL)");
  }
  absl::Status status = absl::UnavailableError(message);
  status.SetPayload(kNotRunningPayload, absl::Cord("1"));
  return status;
}

std::string Payload(const absl::Status& status, const char* url) {
  const auto payload = status.GetPayload(url);
  return payload ? std::string(*payload) : std::string();
}

}  // namespace

std::string DefaultTarget() {
  if (std::string target = Environment("AG_CONTROL"); !target.empty()) {
    return target.find(':') == std::string::npos ? absl::StrCat("unix:", target) : target;
  }
  if (const std::string run = Environment("XDG_RUNTIME_DIR"); !run.empty()) {
    return absl::StrCat("unix:", run, "/ag-gateway/control.sock");
  }
  std::string data = Environment("XDG_DATA_HOME");
  if (data.empty()) data = absl::StrCat(Environment("HOME"), "/.local/share");
  return absl::StrCat("unix:", data, "/ag-gateway/control.sock");
}

absl::StatusOr<std::string> ReadTokenFile(const std::string& path) {
  auto text = ReadFile(path);
  if (!text.ok()) return text;
  text->erase(text->find_last_not_of(" \t\r\n") + 1);
  text->erase(0, text->find_first_not_of(" \t\r\n"));
  const bool plain = !text->empty() && text->find_first_of(" \t\r\n") == std::string::npos;
  return plain ? text : absl::InvalidArgumentError(absl::StrCat(path, " holds no token: it must be one word"));
}

std::string ErrorKindOf(const absl::Status& status) { return Payload(status, kKindPayload); }
std::string ErrorParamOf(const absl::Status& status) { return Payload(status, kParamPayload); }
bool IsNotRunning(const absl::Status& status) { return status.GetPayload(kNotRunningPayload).has_value(); }

ControlClient::ControlClient(ControlClientOptions options) : options_(std::move(options)) {
  auto credentials = Credentials(options_);
  if (!credentials.ok()) unusable_ = credentials.status();
  channel_ = MakeChannel(options_, credentials.ok() ? *credentials : grpc::InsecureChannelCredentials());
  proxy_ = v1::ProxyService::NewStub(channel_);
  accounts_ = v1::AccountService::NewStub(channel_);
  routes_ = v1::RouteService::NewStub(channel_);
  client_keys_ = v1::ClientKeyService::NewStub(channel_);
  models_ = v1::ModelService::NewStub(channel_);
  config_ = v1::ConfigService::NewStub(channel_);
  monitor_ = v1::MonitorService::NewStub(channel_);
  stats_ = v1::StatsService::NewStub(channel_);
  sign_ins_ = v1::SignInService::NewStub(channel_);
}

ControlClient::~ControlClient() = default;

absl::Status ControlClient::Listens() const {
  const std::string path = SocketPath(options_.target);
  return path.empty() || Probe(path) == 0 ? absl::OkStatus() : NobodyAnswers(options_.target, "");
}

void ControlClient::Reconnect() const {
  constexpr std::chrono::milliseconds kMoment{250};
  if (channel_->GetState(true) != GRPC_CHANNEL_TRANSIENT_FAILURE) return;
  grpc::experimental::ChannelResetConnectionBackoff(channel_.get());
  channel_->WaitForConnected(std::chrono::system_clock::now() + kMoment);
}

absl::Status ControlClient::ToStatus(const grpc::Status& status, const grpc::ClientContext& context) const {
  if (status.ok()) return absl::OkStatus();
  const auto& metadata = context.GetServerTrailingMetadata();
  const auto kind = metadata.find("ag-error-kind");
  const bool from_daemon = kind != metadata.end();
  if (!from_daemon && status.error_code() == grpc::StatusCode::UNAVAILABLE) {
    return NobodyAnswers(options_.target, status.error_message());
  }
  std::string message = status.error_message();
  if (!from_daemon && status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    message = absl::StrCat("gatewayd at ", options_.target, " did not answer in time");
  } else if (!from_daemon && status.error_code() == grpc::StatusCode::UNIMPLEMENTED) {
    message = absl::StrCat("this gatewayd does not know the call: it is older than this program (", message, ")");
  }
  absl::Status result(static_cast<absl::StatusCode>(status.error_code()), message);
  if (from_daemon) result.SetPayload(kKindPayload, absl::Cord(std::string(kind->second.data(), kind->second.size())));
  if (const auto param = metadata.find("ag-error-param"); param != metadata.end()) {
    result.SetPayload(kParamPayload, absl::Cord(std::string(param->second.data(), param->second.size())));
  }
  return result;
}

ControlClient::InFlight::InFlight(ControlClient& client, grpc::ClientContext& context)
    : client_(client), context_(context), admitted_(client.Enter(context)) {}

ControlClient::InFlight::~InFlight() {
  const std::lock_guard lock(client_.mutex_);
  client_.in_flight_.erase(&context_);
}

bool ControlClient::Enter(grpc::ClientContext& context) {
  const std::lock_guard lock(mutex_);
  if (!cancelled_) in_flight_.insert(&context);
  return !cancelled_;
}

bool ControlClient::cancelled() {
  const std::lock_guard lock(mutex_);
  return cancelled_;
}

void ControlClient::Cancel() {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  for (grpc::ClientContext* context : in_flight_) context->TryCancel();
}

template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> ControlClient::Call(Stub& stub,
                                             grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                                          Response*),
                                             const Request& request, std::chrono::milliseconds deadline) {
  if (!unusable_.ok()) return unusable_;
  grpc::ClientContext context;
  const InFlight in_flight(*this, context);
  if (!in_flight.admitted()) return absl::CancelledError("the client was told to end");
  context.set_deadline(std::chrono::system_clock::now() + deadline);
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return ToStatus(status, context);
  return response;
}

absl::StatusOr<v1::GetServerInfoResponse> ControlClient::GetServerInfo() {
  return Call(*proxy_, &v1::ProxyService::Stub::GetServerInfo, v1::GetServerInfoRequest(), options_.deadline);
}
absl::StatusOr<v1::GetProxyStatusResponse> ControlClient::GetProxyStatus() {
  return Call(*proxy_, &v1::ProxyService::Stub::GetProxyStatus, v1::GetProxyStatusRequest(), options_.deadline);
}
absl::StatusOr<v1::StartProxyResponse> ControlClient::StartProxy() {
  return Call(*proxy_, &v1::ProxyService::Stub::StartProxy, v1::StartProxyRequest(), options_.slow_deadline);
}
absl::StatusOr<v1::StopProxyResponse> ControlClient::StopProxy() {
  return Call(*proxy_, &v1::ProxyService::Stub::StopProxy, v1::StopProxyRequest(), options_.slow_deadline);
}
absl::StatusOr<v1::GetPrimaryKeyResponse> ControlClient::GetPrimaryKey() {
  return Call(*proxy_, &v1::ProxyService::Stub::GetPrimaryKey, v1::GetPrimaryKeyRequest(), options_.deadline);
}
absl::StatusOr<v1::SetPrimaryKeyResponse> ControlClient::SetPrimaryKey(const v1::SetPrimaryKeyRequest& request) {
  return Call(*proxy_, &v1::ProxyService::Stub::SetPrimaryKey, request, options_.deadline);
}

absl::StatusOr<v1::ListAccountsResponse> ControlClient::ListAccounts(const v1::ListAccountsRequest& request) {
  return Call(*accounts_, &v1::AccountService::Stub::ListAccounts, request, options_.deadline);
}
absl::StatusOr<v1::GetAccountResponse> ControlClient::GetAccount(const v1::GetAccountRequest& request) {
  return Call(*accounts_, &v1::AccountService::Stub::GetAccount, request, options_.deadline);
}
absl::StatusOr<v1::CreateAccountResponse> ControlClient::CreateAccount(const v1::CreateAccountRequest& request) {
  return Call(*accounts_, &v1::AccountService::Stub::CreateAccount, request, options_.deadline);
}
absl::StatusOr<v1::UpdateAccountResponse> ControlClient::UpdateAccount(const v1::UpdateAccountRequest& request) {
  return Call(*accounts_, &v1::AccountService::Stub::UpdateAccount, request, options_.deadline);
}
absl::StatusOr<v1::DeleteAccountResponse> ControlClient::DeleteAccount(const v1::DeleteAccountRequest& request) {
  return Call(*accounts_, &v1::AccountService::Stub::DeleteAccount, request, options_.deadline);
}
absl::StatusOr<v1::MoveAccountResponse> ControlClient::MoveAccount(const v1::MoveAccountRequest& request) {
  return Call(*accounts_, &v1::AccountService::Stub::MoveAccount, request, options_.deadline);
}
absl::StatusOr<v1::ExportAccountsResponse> ControlClient::ExportAccounts(const v1::ExportAccountsRequest& request) {
  return Call(*accounts_, &v1::AccountService::Stub::ExportAccounts, request, options_.slow_deadline);
}
absl::StatusOr<v1::ImportAccountsResponse> ControlClient::ImportAccounts(const v1::ImportAccountsRequest& request) {
  return Call(*accounts_, &v1::AccountService::Stub::ImportAccounts, request, options_.slow_deadline);
}
absl::StatusOr<v1::TestAccountResponse> ControlClient::TestAccount(const v1::TestAccountRequest& request) {
  return Call(*accounts_, &v1::AccountService::Stub::TestAccount, request, options_.slow_deadline);
}

absl::StatusOr<v1::PlanAccountTestResponse> ControlClient::PlanAccountTest(const v1::PlanAccountTestRequest& request) {
  return Call(*accounts_, &v1::AccountService::Stub::PlanAccountTest, request, options_.deadline);
}

absl::StatusOr<v1::TestAccountModelResponse> ControlClient::TestAccountModel(
    const v1::TestAccountModelRequest& request) {
  return Call(*accounts_, &v1::AccountService::Stub::TestAccountModel, request, options_.slow_deadline);
}
absl::StatusOr<v1::GetAccountStatusResponse> ControlClient::GetAccountStatus(
    const v1::GetAccountStatusRequest& request) {
  return Call(*accounts_, &v1::AccountService::Stub::GetAccountStatus, request, options_.deadline);
}
absl::StatusOr<v1::ListAccountEventsResponse> ControlClient::ListAccountEvents(
    const v1::ListAccountEventsRequest& request) {
  return Call(*accounts_, &v1::AccountService::Stub::ListAccountEvents, request, options_.deadline);
}
absl::StatusOr<v1::ClearAccountCooldownsResponse> ControlClient::ClearAccountCooldowns(
    const v1::ClearAccountCooldownsRequest& request) {
  return Call(*accounts_, &v1::AccountService::Stub::ClearAccountCooldowns, request, options_.deadline);
}
absl::StatusOr<v1::ForgetAccountFactsResponse> ControlClient::ForgetAccountFacts(
    const v1::ForgetAccountFactsRequest& request) {
  return Call(*accounts_, &v1::AccountService::Stub::ForgetAccountFacts, request, options_.deadline);
}
absl::StatusOr<v1::SetAccountLimitsResponse> ControlClient::SetAccountLimits(
    const v1::SetAccountLimitsRequest& request) {
  return Call(*accounts_, &v1::AccountService::Stub::SetAccountLimits, request, options_.deadline);
}
absl::StatusOr<v1::ListBestAccountsResponse> ControlClient::ListBestAccounts(
    const v1::ListBestAccountsRequest& request) {
  return Call(*accounts_, &v1::AccountService::Stub::ListBestAccounts, request, options_.deadline);
}
absl::StatusOr<v1::ListProvidersResponse> ControlClient::ListProviders() {
  return Call(*accounts_, &v1::AccountService::Stub::ListProviders, v1::ListProvidersRequest(), options_.deadline);
}

absl::StatusOr<v1::BeginSignInResponse> ControlClient::BeginSignIn(const v1::BeginSignInRequest& request) {
  return Call(*sign_ins_, &v1::SignInService::Stub::BeginSignIn, request, options_.deadline);
}
absl::StatusOr<v1::GetSignInResponse> ControlClient::GetSignIn(const v1::GetSignInRequest& request) {
  return Call(*sign_ins_, &v1::SignInService::Stub::GetSignIn, request, options_.deadline);
}
absl::StatusOr<v1::CompleteSignInResponse> ControlClient::CompleteSignIn(const v1::CompleteSignInRequest& request) {
  return Call(*sign_ins_, &v1::SignInService::Stub::CompleteSignIn, request, options_.deadline);
}
absl::StatusOr<v1::CancelSignInResponse> ControlClient::CancelSignIn(const v1::CancelSignInRequest& request) {
  return Call(*sign_ins_, &v1::SignInService::Stub::CancelSignIn, request, options_.deadline);
}

absl::StatusOr<v1::ListRoutesResponse> ControlClient::ListRoutes(const v1::ListRoutesRequest& request) {
  return Call(*routes_, &v1::RouteService::Stub::ListRoutes, request, options_.deadline);
}
absl::StatusOr<v1::SetRouteResponse> ControlClient::SetRoute(const v1::SetRouteRequest& request) {
  return Call(*routes_, &v1::RouteService::Stub::SetRoute, request, options_.deadline);
}
absl::StatusOr<v1::MoveRouteResponse> ControlClient::MoveRoute(const v1::MoveRouteRequest& request) {
  return Call(*routes_, &v1::RouteService::Stub::MoveRoute, request, options_.deadline);
}
absl::StatusOr<v1::DeleteRouteResponse> ControlClient::DeleteRoute(const v1::DeleteRouteRequest& request) {
  return Call(*routes_, &v1::RouteService::Stub::DeleteRoute, request, options_.deadline);
}
absl::StatusOr<v1::ClearRoutesResponse> ControlClient::ClearRoutes() {
  return Call(*routes_, &v1::RouteService::Stub::ClearRoutes, v1::ClearRoutesRequest(), options_.deadline);
}
absl::StatusOr<v1::ApplyRoutePresetResponse> ControlClient::ApplyRoutePreset(
    const v1::ApplyRoutePresetRequest& request) {
  return Call(*routes_, &v1::RouteService::Stub::ApplyRoutePreset, request, options_.deadline);
}
absl::StatusOr<v1::ListRoutePresetsResponse> ControlClient::ListRoutePresets(
    const v1::ListRoutePresetsRequest& request) {
  return Call(*routes_, &v1::RouteService::Stub::ListRoutePresets, request, options_.deadline);
}
absl::StatusOr<v1::ExplainModelResponse> ControlClient::ExplainModel(const v1::ExplainModelRequest& request) {
  return Call(*routes_, &v1::RouteService::Stub::ExplainModel, request, options_.deadline);
}

absl::StatusOr<v1::ListClientKeysResponse> ControlClient::ListClientKeys(const v1::ListClientKeysRequest& request) {
  return Call(*client_keys_, &v1::ClientKeyService::Stub::ListClientKeys, request, options_.deadline);
}
absl::StatusOr<v1::GetClientKeyResponse> ControlClient::GetClientKey(const v1::GetClientKeyRequest& request) {
  return Call(*client_keys_, &v1::ClientKeyService::Stub::GetClientKey, request, options_.deadline);
}
absl::StatusOr<v1::CreateClientKeyResponse> ControlClient::CreateClientKey(const v1::CreateClientKeyRequest& request) {
  return Call(*client_keys_, &v1::ClientKeyService::Stub::CreateClientKey, request, options_.deadline);
}
absl::StatusOr<v1::UpdateClientKeyResponse> ControlClient::UpdateClientKey(const v1::UpdateClientKeyRequest& request) {
  return Call(*client_keys_, &v1::ClientKeyService::Stub::UpdateClientKey, request, options_.deadline);
}
absl::StatusOr<v1::RotateClientKeyResponse> ControlClient::RotateClientKey(const v1::RotateClientKeyRequest& request) {
  return Call(*client_keys_, &v1::ClientKeyService::Stub::RotateClientKey, request, options_.deadline);
}
absl::StatusOr<v1::DeleteClientKeyResponse> ControlClient::DeleteClientKey(const v1::DeleteClientKeyRequest& request) {
  return Call(*client_keys_, &v1::ClientKeyService::Stub::DeleteClientKey, request, options_.deadline);
}
absl::StatusOr<v1::ListModelsResponse> ControlClient::ListModels(const v1::ListModelsRequest& request) {
  return Call(*models_, &v1::ModelService::Stub::ListModels, request, options_.deadline);
}
absl::StatusOr<v1::GetModelResponse> ControlClient::GetModel(const v1::GetModelRequest& request) {
  return Call(*models_, &v1::ModelService::Stub::GetModel, request, options_.deadline);
}

absl::StatusOr<v1::ListSettingsResponse> ControlClient::ListSettings() {
  return Call(*config_, &v1::ConfigService::Stub::ListSettings, v1::ListSettingsRequest(), options_.deadline);
}
absl::StatusOr<v1::GetSettingResponse> ControlClient::GetSetting(const v1::GetSettingRequest& request) {
  return Call(*config_, &v1::ConfigService::Stub::GetSetting, request, options_.deadline);
}
absl::StatusOr<v1::SetSettingResponse> ControlClient::SetSetting(const v1::SetSettingRequest& request) {
  return Call(*config_, &v1::ConfigService::Stub::SetSetting, request, options_.slow_deadline);
}
absl::StatusOr<v1::UnsetSettingResponse> ControlClient::UnsetSetting(const v1::UnsetSettingRequest& request) {
  return Call(*config_, &v1::ConfigService::Stub::UnsetSetting, request, options_.slow_deadline);
}

absl::StatusOr<v1::ListRequestsResponse> ControlClient::ListRequests(const v1::ListRequestsRequest& request) {
  return Call(*monitor_, &v1::MonitorService::Stub::ListRequests, request, options_.deadline);
}
absl::StatusOr<v1::GetRequestResponse> ControlClient::GetRequest(const v1::GetRequestRequest& request) {
  return Call(*monitor_, &v1::MonitorService::Stub::GetRequest, request, options_.deadline);
}
absl::StatusOr<v1::QueryTokensResponse> ControlClient::QueryTokens(const v1::QueryTokensRequest& request) {
  return Call(*stats_, &v1::StatsService::Stub::QueryTokens, request, options_.deadline);
}

}  // namespace ag::client
