#include "gatewayd/http/connector.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/http/proxy_tunnel.h"

namespace ag::http {
namespace {

using boost::asio::ip::tcp;

// Of a Url or a ProxyAddress.
template <typename Hop>
std::string Place(const Hop& hop) {
  return absl::StrCat(hop.host, ":", hop.port);
}

absl::Status ClientLeft(const Url& target) {
  return MakeError(ErrorKind::kClientLeft, absl::StrCat("the client left while connecting to ", Place(target)));
}

}  // namespace

// One connection being made.
struct Connector::Job {
  Job(runtime::Shard& shard, Route the_route, std::shared_ptr<const ClientOptions> the_options,
      runtime::CancelSource* the_cancel)
      : route(std::move(the_route)),
        options(std::move(the_options)),
        cancel(the_cancel),
        socket(shard.executor()),
        give_up(shard.wheel(), [this] { OnTimeout(); }),
        ends(shard.clock().Steady() + options->connect_timeout) {}

  ~Job() {
    if (connection != nullptr) connection->Close();  // a read under way would keep it
  }
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  const std::string& hop_host() const { return route.proxy ? route.proxy->host : route.target.host; }
  std::uint16_t hop_port() const { return route.proxy ? route.proxy->port : route.target.port; }
  bool cancelled() const { return cancel != nullptr && cancel->cancelled(); }
  std::chrono::milliseconds left(const Clock& clock) const {
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(ends - clock.Steady());
    return std::max(rest, std::chrono::milliseconds(1));
  }
  void Close() {
    boost::system::error_code ignored;
    socket.close(ignored);
    if (connection != nullptr) connection->Close();
  }
  void OnTimeout() {
    timed_out = true;
    Close();
  }
  absl::Status Failure(ErrorKind kind, std::string_view what) const {
    if (cancelled()) return ClientLeft(route.target);
    if (!timed_out) return MakeError(kind, what);
    return MakeError(kind, absl::StrCat(ToAbsl(what), " within ", options->connect_timeout.count(), " ms"));
  }

  const Route route;
  const std::shared_ptr<const ClientOptions> options;
  runtime::CancelSource* const cancel;
  Connection::Socket socket;
  std::shared_ptr<Connection> connection;
  runtime::Deadline give_up;
  const SteadyTime ends;
  bool timed_out = false;
};

absl::StatusOr<Route> MakeRoute(const Egress& egress, const Url& target) {
  Route route;
  route.target = target;
  if (!UsesProxy(egress, target.host)) return route;
  if (!egress.fault.ok()) return egress.fault;
  route.proxy = egress.proxy;
  return route;
}

runtime::Task<absl::StatusOr<std::shared_ptr<Connection>>> Connector::Connect(
    Route route, std::shared_ptr<const ClientOptions> options, runtime::CancelSource* cancel) {
  Job job(shard_, std::move(route), std::move(options), cancel);
  auto addresses = co_await resolver_.Resolve(job.hop_host(), job.options->connect_timeout, cancel);
  if (!addresses.ok()) {
    if (!job.route.proxy || job.cancelled()) co_return addresses.status();
    co_return MakeError(ErrorKind::kEgress, absl::StrCat("the outgoing proxy ", Place(*job.route.proxy),
                                                         " cannot be reached: ", addresses.status().message()));
  }
  if (job.cancelled()) co_return ClientLeft(job.route.target);
  runtime::CancelSource::Hook hook(cancel, [&job] { job.Close(); });
  absl::Status done = co_await Dial(job, *std::move(addresses));
  if (!done.ok()) co_return done;
  job.give_up.Arm(job.left(shard_.clock()));
  if (job.route.proxy) {
    done = co_await OpenTunnel(job);
    if (!done.ok()) co_return done;
  }
  if (job.route.target.tls) {
    done = co_await SecureWithTls(job);
    if (!done.ok()) co_return done;
  }
  if (job.cancelled()) co_return ClientLeft(job.route.target);
  co_return std::move(job.connection);
}

runtime::Task<absl::Status> Connector::Dial(Job& job, std::vector<boost::asio::ip::address> addresses) {
  const ErrorKind kind = job.route.proxy ? ErrorKind::kEgress : ErrorKind::kConnect;
  const std::string_view role = job.route.proxy ? "the outgoing proxy " : "";
  std::string reason = "it has no address";
  for (std::size_t i = 0; i < addresses.size() && !job.cancelled(); ++i) {
    const tcp::endpoint endpoint(addresses[i], job.hop_port());
    boost::system::error_code error;
    job.socket = Connection::Socket(shard_.executor());
    job.timed_out = false;
    // A share of what is left, so that one dead address does not use up the time of the others.
    const auto share = job.left(shard_.clock()) / static_cast<int>(addresses.size() - i);
    job.give_up.Arm(std::max(share, std::chrono::milliseconds(1)));
    co_await job.socket.async_connect(endpoint, boost::asio::redirect_error(runtime::kUseTask, error));
    job.give_up.Disarm();
    if (!error && job.socket.is_open()) {
      job.socket.native_non_blocking(true, error);
      job.socket.set_option(tcp::no_delay(true), error);
      job.socket.set_option(boost::asio::socket_base::keep_alive(true), error);
      job.connection = std::make_shared<Connection>(shard_, std::move(job.socket));
      co_return absl::OkStatus();
    }
    reason = job.timed_out ? "no answer" : error.message();
  }
  co_return job.Failure(
      kind, absl::StrCat("cannot connect to ", ToAbsl(role), job.hop_host(), ":", job.hop_port(), ": ", reason));
}

// Plain requests need none through an HTTP proxy: it reads them itself.
runtime::Task<absl::Status> Connector::OpenTunnel(Job& job) {
  const ProxyAddress& proxy = *job.route.proxy;
  const std::chrono::milliseconds patience = job.options->connect_timeout;
  absl::Status opened;
  if (proxy.kind == ProxyKind::kSocks5) {
    opened = co_await OpenSocksTunnel(*job.connection, proxy, job.route.target, patience);
  } else if (job.route.target.tls) {
    opened = co_await OpenHttpTunnel(*job.connection, proxy, job.route.target, patience);
  }
  if (opened.ok()) co_return opened;
  if (job.cancelled()) co_return ClientLeft(job.route.target);
  if (!job.timed_out) co_return opened;
  co_return job.Failure(ErrorKind::kEgress, absl::StrCat("the outgoing proxy ", Place(proxy), " gave no way to ",
                                                         Place(job.route.target), ": no answer"));
}

absl::StatusOr<std::shared_ptr<TlsContext>> Connector::ContextFor(const std::string& extra_ca_file) {
  const auto known = contexts_.find(extra_ca_file);
  if (known != contexts_.end()) return known->second;
  auto made = NewTlsContext(extra_ca_file);
  if (!made.ok()) return made.status();
  return contexts_.emplace(extra_ca_file, *std::move(made)).first->second;
}

runtime::Task<absl::Status> Connector::SecureWithTls(Job& job) {
  const Url& target = job.route.target;
  auto context = ContextFor(job.options->extra_ca_file);
  if (!context.ok()) co_return context.status();
  auto session = (*context)->NewSession(job.connection->socket().native_handle(), target.host, target.port);
  if (!session.ok()) co_return session.status();
  job.connection->AttachTls(*std::move(session));
  const bool done = co_await job.connection->Handshake();
  if (done) co_return absl::OkStatus();
  const std::string reason = job.connection->tls()->FailureText();
  if (job.timed_out || reason.empty()) {
    co_return job.Failure(ErrorKind::kTls, absl::StrCat("no TLS handshake with ", Place(target)));
  }
  co_return job.Failure(ErrorKind::kTls,
                        absl::StrCat("TLS with ", Place(target), " failed: ", reason,
                                     "; if a company proxy or a private CA signs it, set its CA file"));
}

}  // namespace ag::http
