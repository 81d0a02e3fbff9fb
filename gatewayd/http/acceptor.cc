#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <cerrno>
#include <cstring>
#include <list>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/log.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/http/port_holder.h"
#include "gatewayd/http/server.h"

namespace ag::http {
namespace {

using boost::asio::ip::tcp;
using ListeningSocket = boost::asio::basic_socket_acceptor<tcp, runtime::Executor>;

constexpr int kBacklog = 1024;
constexpr int kMaxAcceptsInARow = 64;
// Out of descriptors: accepting again at once would spin.
constexpr std::chrono::milliseconds kPause{200};

// An accepted socket on its way to its shard; closed if it never gets there.
class Passenger {
 public:
  explicit Passenger(int fd) : fd_(fd) {}
  ~Passenger() {
    if (fd_ >= 0) ::close(fd_);
  }
  Passenger(const Passenger&) = delete;
  Passenger& operator=(const Passenger&) = delete;
  int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

std::string AddressText(const std::string& address, std::uint16_t port) {
  return address.find(':') == std::string::npos ? absl::StrCat(address, ":", port)
                                                : absl::StrCat("[", address, "]:", port);
}

absl::Status ListenError(const std::string& where, std::uint16_t port, const boost::system::error_code& error) {
  std::string advice;
  if (error == boost::asio::error::address_in_use) {
    const std::string holder = FindPortHolder(port);
    advice = holder.empty() ? "; another process holds the port: stop it or choose another port"
                            : absl::StrCat("; ", holder, " holds the port: stop it or choose another port");
  } else if (error == boost::asio::error::access_denied) {
    advice = "; ports below 1024 need privileges: choose a higher one";
  }
  return MakeError(ErrorKind::kConnect, absl::StrCat("cannot listen on ", where, ": ", error.message(), advice));
}

}  // namespace

struct Acceptor::Impl {
  struct Listener {
    Listener(Impl& owner, runtime::Shard& home)
        : impl(owner), socket(home.executor()), resume(home.wheel(), [this] { Wait(); }) {}

    void Wait();
    void AcceptAll();

    Impl& impl;
    ListeningSocket socket;
    runtime::Deadline resume;
  };

  void HandOver(int fd);

  runtime::Shard& home;
  runtime::ShardPool* const shards;  // null: the one server is on `home`
  const std::vector<Server*> servers;
  std::list<std::unique_ptr<Listener>> listeners;
};

void Acceptor::Impl::Listener::Wait() {
  socket.async_wait(ListeningSocket::wait_read, [this](const boost::system::error_code& error) {
    if (!error) AcceptAll();  // else closed: `this` may be gone
  });
}

void Acceptor::Impl::Listener::AcceptAll() {
  for (int i = 0; i < kMaxAcceptsInARow; ++i) {
    const int fd = ::accept4(socket.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      impl.HandOver(fd);
      continue;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      Log(LogLevel::kWarning, "cannot accept a connection: ", std::strerror(errno), "; trying again shortly");
      resume.Arm(kPause);
      return;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    // Anything else concerns the one connection that was about to be accepted.
  }
  Wait();
}

void Acceptor::Impl::HandOver(int fd) {
  runtime::Shard& shard = shards == nullptr ? home : shards->Next();
  // shared_ptr: the post's callable is copyable.
  auto passenger = std::make_shared<Passenger>(fd);
  Server* server = shards == nullptr ? servers.front() : servers[shard.index()];
  shard.Post([server, passenger] { server->Adopt(passenger->Release()); });
}

Acceptor::Acceptor(runtime::Shard& home, runtime::ShardPool& shards, std::vector<Server*> servers)
    : impl_(new Impl{home, &shards, std::move(servers), {}}) {
  AG_CHECK(impl_->servers.size() == shards.size());
}

Acceptor::Acceptor(runtime::Shard& home, Server& server) : impl_(new Impl{home, nullptr, {&server}, {}}) {}

Acceptor::~Acceptor() { Close(); }

absl::StatusOr<std::uint16_t> Acceptor::Listen(const std::string& address, std::uint16_t port) {
  const std::string where = AddressText(address, port);
  boost::system::error_code error;
  const auto ip = boost::asio::ip::make_address(address == "localhost" ? "127.0.0.1" : address, error);
  if (error) return MakeError(ErrorKind::kConnect, absl::StrCat("cannot listen on ", where, ": not an IP address"));
  auto listener = std::make_unique<Impl::Listener>(*impl_, impl_->home);
  ListeningSocket& socket = listener->socket;
  const tcp::endpoint endpoint(ip, port);
  socket.open(endpoint.protocol(), error);
  if (!error) socket.set_option(boost::asio::socket_base::reuse_address(true), error);
  if (!error && ip.is_v6()) socket.set_option(boost::asio::ip::v6_only(true), error);
  if (!error) socket.bind(endpoint, error);
  if (!error) socket.listen(kBacklog, error);
  if (!error) socket.native_non_blocking(true, error);
  if (error) return ListenError(where, port, error);
  const std::uint16_t bound = socket.local_endpoint(error).port();
  if (error) return ListenError(where, port, error);
  listener->Wait();
  impl_->listeners.push_back(std::move(listener));
  return bound;
}

void Acceptor::Close() { impl_->listeners.clear(); }

}  // namespace ag::http
