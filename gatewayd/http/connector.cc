#include "gatewayd/http/connector.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/http/head_parser.h"

namespace ag::http {
namespace {

using boost::asio::ip::tcp;

std::string Place(const Url& url) { return absl::StrCat(url.host, ":", url.port); }

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

  const Url& hop() const { return route.through_proxy ? route.proxy : route.target; }
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
  route.through_proxy = UsesProxy(egress, target.host);
  if (!route.through_proxy) return route;
  const auto proxy = ParseUrl(egress.proxy_url);
  if (!proxy || proxy->tls) {
    return MakeError(
        ErrorKind::kEgress,
        "the outgoing proxy is not usable: write it as http://host:port or http://user:password@host:port");
  }
  route.proxy = *proxy;
  return route;
}

std::string ProxyAuthorization(const Url& proxy) {
  if (proxy.userinfo.empty()) return {};
  return absl::StrCat("Basic ", absl::Base64Escape(proxy.userinfo));
}

runtime::Task<absl::StatusOr<std::shared_ptr<Connection>>> Connector::Connect(
    Route route, std::shared_ptr<const ClientOptions> options, runtime::CancelSource* cancel) {
  Job job(shard_, std::move(route), std::move(options), cancel);
  auto addresses = co_await resolver_.Resolve(job.hop().host, job.options->connect_timeout, cancel);
  if (!addresses.ok()) {
    if (!job.route.through_proxy || job.cancelled()) co_return addresses.status();
    co_return MakeError(ErrorKind::kEgress, absl::StrCat("the outgoing proxy ", Place(job.route.proxy),
                                                         " cannot be reached: ", addresses.status().message()));
  }
  if (job.cancelled()) co_return ClientLeft(job.route.target);
  runtime::CancelSource::Hook hook(cancel, [&job] { job.Close(); });
  absl::Status done = co_await Dial(job, *std::move(addresses));
  if (!done.ok()) co_return done;
  job.give_up.Arm(job.left(shard_.clock()));
  if (job.route.through_proxy && job.route.target.tls) {
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
  const ErrorKind kind = job.route.through_proxy ? ErrorKind::kEgress : ErrorKind::kConnect;
  const std::string_view role = job.route.through_proxy ? "the outgoing proxy " : "";
  std::string reason = "it has no address";
  for (std::size_t i = 0; i < addresses.size() && !job.cancelled(); ++i) {
    const tcp::endpoint endpoint(addresses[i], job.hop().port);
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
  co_return job.Failure(kind, absl::StrCat("cannot connect to ", ToAbsl(role), Place(job.hop()), ": ", reason));
}

runtime::Task<absl::Status> Connector::OpenTunnel(Job& job) {
  std::string authority = absl::StrCat(job.route.target.host, ":", job.route.target.port);
  if (job.route.target.host.find(':') != std::string::npos) {
    authority = absl::StrCat("[", job.route.target.host, "]:", job.route.target.port);
  }
  std::string request = absl::StrCat("CONNECT ", authority, " HTTP/1.1\r\nHost: ", authority, "\r\n");
  const std::string authorization = ProxyAuthorization(job.route.proxy);
  if (!authorization.empty()) absl::StrAppend(&request, "Proxy-Authorization: ", authorization, "\r\n");
  absl::StrAppend(&request, "\r\n");
  job.connection->Queue(request);
  const Connection::Flushed sent =
      co_await job.connection->FlushRest(job.options->connect_timeout, Connection::OnInput::kIgnore);
  if (sent != Connection::Flushed::kDone) {
    co_return job.Failure(ErrorKind::kEgress, absl::StrCat("the outgoing proxy ", Place(job.route.proxy),
                                                           " did not take the request for ", authority));
  }
  absl::Status answered = co_await ReadTunnelReply(job);
  co_return answered;
}

runtime::Task<absl::Status> Connector::ReadTunnelReply(Job& job) {
  const std::string who =
      absl::StrCat("the outgoing proxy ", Place(job.route.proxy), " gave no way to ", Place(job.route.target), ": ");
  HeadScan scan;
  std::size_t length = 0;
  while (true) {
    const auto found = FindHeadEnd(job.connection->data(), scan, length);
    if (found == HeadScan::State::kComplete) break;
    if (found == HeadScan::State::kMalformed || job.connection->data().size() > 64 * 1024) {
      co_return job.Failure(ErrorKind::kEgress, absl::StrCat(who, "its answer is not HTTP"));
    }
    if (job.connection->ended()) {
      co_return job.Failure(ErrorKind::kEgress,
                            absl::StrCat(who, job.timed_out ? "no answer" : "it closed the connection"));
    }
    co_await job.connection->WaitRead();
  }
  ReplyHead head;
  if (const auto error = ParseReplyHead(job.connection->data().substr(0, length), head)) {
    co_return job.Failure(ErrorKind::kEgress, absl::StrCat(who, "its answer is not HTTP"));
  }
  if (head.status == 407) {
    co_return job.Failure(ErrorKind::kEgress,
                          absl::StrCat(who, "it asks for a user name and password (407); write them in its URL"));
  }
  if (head.status < 200 || head.status > 299) {
    co_return job.Failure(ErrorKind::kEgress, absl::StrCat(who, "it answered ", head.status, " ", ToAbsl(head.reason)));
  }
  job.connection->Consume(length);
  if (!job.connection->data().empty()) {
    co_return job.Failure(ErrorKind::kEgress, absl::StrCat(who, "it sent bytes of its own into the tunnel"));
  }
  job.connection->Unpin();
  co_return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<TlsContext>> Connector::ContextFor(const std::string& extra_ca_file) {
  if (context_ != nullptr && context_ca_file_ == extra_ca_file) return context_;
  auto made = NewTlsContext(extra_ca_file);
  if (!made.ok()) return made.status();
  context_ = *std::move(made);
  context_ca_file_ = extra_ca_file;
  return context_;
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
