#include "gatewayd/control/control_server.h"

#include <absl/strings/str_cat.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <future>
#include <optional>
#include <system_error>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/log.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/control/account_service.h"
#include "gatewayd/control/client_key_service.h"
#include "gatewayd/control/config_service.h"
#include "gatewayd/control/model_service.h"
#include "gatewayd/control/monitor_service.h"
#include "gatewayd/control/proxy_service.h"
#include "gatewayd/control/route_service.h"
#include "gatewayd/control/sign_in_service.h"
#include "gatewayd/control/stats_service.h"
#include "gatewayd/control/thread_order.h"

namespace ag::control {
namespace {

constexpr std::string_view kUnixScheme = "unix:";
constexpr mode_t kOwnerOnlyFolder = 0700;
constexpr mode_t kOwnerOnlyFile = 0600;
// After so much silence a client is asked; without an answer its streams end.
constexpr int kKeepaliveTimeMs = 20'000;
constexpr int kKeepaliveTimeoutMs = 10'000;

absl::Status Refuse(const std::string& path, std::string_view what) {
  return FieldError(ErrorKind::kInvalidRequest, "control",
                    absl::StrCat("the control socket ", path, " cannot be used: ", ToAbsl(what)));
}

absl::StatusOr<std::string> SocketPath(std::string_view target) {
  if (!target.starts_with(kUnixScheme) || target.size() == kUnixScheme.size()) {
    return FieldError(ErrorKind::kInvalidRequest, "control",
                      absl::StrCat("\"", ToAbsl(target), "\" is no control address: write unix:PATH"));
  }
  std::string path(target.substr(kUnixScheme.size()));
  if (path.starts_with("//")) path.erase(0, 2);
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return Refuse(path, absl::StrCat("its path has ", path.size(), " bytes, a unix socket's has at most ",
                                     sizeof(sockaddr_un::sun_path) - 1, "; choose a shorter one with --control"));
  }
  return path;
}

// Who listens on the socket now: gRPC would take it away from a running daemon without a word. None: nobody does.
std::optional<pid_t> HolderOf(const std::string& path) {
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (probe < 0) return std::nullopt;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  std::optional<pid_t> holder;
  const bool connected = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  if (connected || errno == EAGAIN) {  // EAGAIN: its queue is full
    ucred peer{};
    socklen_t size = sizeof peer;
    holder = ::getsockopt(probe, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer.pid : 0;
  }
  ::close(probe);
  return holder;
}

// The socket's folder, made when it is absent; what is in the socket's place must be a socket that nobody serves.
absl::Status PrepareFolder(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty() && ::mkdir(folder.c_str(), kOwnerOnlyFolder) != 0 && errno != EEXIST) {
    return Refuse(path, absl::StrCat("its folder cannot be made (", std::strerror(errno), ")"));
  }
  struct stat info{};
  if (::lstat(path.c_str(), &info) == 0 && !S_ISSOCK(info.st_mode)) {
    return Refuse(path, "something that is not a socket is in its place");
  }
  if (const auto holder = HolderOf(path)) {
    return Refuse(path, absl::StrCat("another process (pid ", *holder,
                                     ") listens there; stop it or choose another socket with --control"));
  }
  return absl::OkStatus();
}

// While it lives, what this process creates is for its owner only: there is no moment when others could connect.
class OwnerOnly {
 public:
  OwnerOnly() : before_(::umask(0777 & ~kOwnerOnlyFile)) {}
  ~OwnerOnly() { ::umask(before_); }
  OwnerOnly(const OwnerOnly&) = delete;
  OwnerOnly& operator=(const OwnerOnly&) = delete;

 private:
  const mode_t before_;
};

// Returns when what was posted there before has run.
template <typename Executor>
void WaitForPosted(Executor& executor) {
  std::promise<void> reached;
  executor.Post([&reached] { reached.set_value(); });
  reached.get_future().wait();
}

}  // namespace

struct ControlServer::Impl {
  Impl(const ControlDependencies& on, ServerIdentity identity)
      : control(on.control),
        reader(on.reader),
        proxy(on, std::move(identity)),
        accounts(on),
        routes(on),
        client_keys(on),
        models(on),
        config(on),
        monitor(on),
        stats(on),
        sign_ins(on) {}

  runtime::Shard& control;
  runtime::BlockingExecutor& reader;
  ProxyService proxy;
  AccountService accounts;
  RouteService routes;
  ClientKeyService client_keys;
  ModelService models;
  ConfigService config;
  MonitorService monitor;
  StatsService stats;
  SignInService sign_ins;
  std::string path;
  int tcp_port = 0;
  std::unique_ptr<grpc::Server> server;  // last: ends before the services
};

ControlServer::ControlServer(ControlDependencies dependencies, ServerIdentity identity)
    : impl_(std::make_unique<Impl>(dependencies, std::move(identity))) {}

ControlServer::~ControlServer() { Shutdown(std::chrono::milliseconds(0)); }

int ControlServer::tcp_port() const { return impl_->tcp_port; }

absl::Status ControlServer::Start(std::string_view target, const std::optional<TcpControl>& tcp) {
  AG_ASSIGN_OR_RETURN(impl_->path, SocketPath(target));
  AG_RETURN_IF_ERROR(PrepareFolder(impl_->path));
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  builder.AddListeningPort(absl::StrCat(ToAbsl(kUnixScheme), impl_->path), grpc::InsecureServerCredentials());
  if (tcp) {
    // A network that ends says nothing: both sides ask whether the other one lives. How often a client asks is its own
    // affair; gRPC's default is to drop who asks more than once in five minutes
    // (https://grpc.io/docs/guides/keepalive/).
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 0);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveTimeMs);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);  // an address that another process has is taken
    builder.AddListeningPort(tcp->address, CredentialsOf(*tcp), &impl_->tcp_port);
  }
  builder.RegisterService(&impl_->proxy);
  builder.RegisterService(&impl_->accounts);
  builder.RegisterService(&impl_->routes);
  builder.RegisterService(&impl_->client_keys);
  builder.RegisterService(&impl_->models);
  builder.RegisterService(&impl_->config);
  builder.RegisterService(&impl_->monitor);
  builder.RegisterService(&impl_->stats);
  builder.RegisterService(&impl_->sign_ins);
  OrderedBefore(&impl_->control);
  OrderedBefore(&impl_->reader);
  {
    const OwnerOnly mask;
    impl_->server = builder.BuildAndStart();
  }
  if (!impl_->server && tcp && impl_->tcp_port == 0) {
    return FieldError(ErrorKind::kInvalidRequest, "control.address",
                      absl::StrCat("the control service cannot listen on tcp:", tcp->address,
                                   ": another process has it, or the certificate and the key do not belong together"));
  }
  if (!impl_->server) {
    return Refuse(impl_->path, absl::StrCat("listening failed (", std::strerror(errno), ")"));
  }
  Log(LogLevel::kInfo, "control service on ", impl_->path);
  if (tcp) Log(LogLevel::kInfo, "control service on tcp:", tcp->address, " (port ", impl_->tcp_port, "), with TLS");
  return absl::OkStatus();
}

void ControlServer::Shutdown(std::chrono::milliseconds patience) {
  if (!impl_->server) return;
  // Streams never end by themselves: they go first, and those that come from now on are refused.
  impl_->control.Post([impl = impl_.get()] { impl->monitor.hub().Close(); });
  impl_->server->Shutdown(std::chrono::system_clock::now() + patience);
  impl_->server->Wait();
  // A call that was cancelled is over for gRPC while its work still waits for its turn; the services die with us.
  WaitForPosted(impl_->control);
  WaitForPosted(impl_->reader);
  impl_->server.reset();
}

}  // namespace ag::control
