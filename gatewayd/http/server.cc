#include "gatewayd/http/server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

#include "gatewayd/base/log.h"
#include "gatewayd/http/session.h"

namespace ag::http {
namespace {

// Clients over the limit that are told so; further ones are just closed.
constexpr std::size_t kMaxRefused = 64;

void LogException(const std::exception_ptr& failure) {
  if (failure == nullptr) return;
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    Log(LogLevel::kError, "an exception left a request's handler: ", error.what());
  } catch (...) {
    Log(LogLevel::kError, "an exception of unknown type left a request's handler");
  }
}

void NotifyIfDrained(ServerState& state) {
  if (!state.sessions.empty() || state.on_drained == nullptr) return;
  std::exchange(state.on_drained, nullptr)();
}

void PublishCount(ServerState& state) { state.session_count.store(state.sessions.size(), std::memory_order_relaxed); }

void EndSession(ServerState& state, Session& session) {
  if (session.admission() == Session::Admission::kRefused) --state.refused;
  state.sessions.erase(&session);
  PublishCount(state);
  NotifyIfDrained(state);
}

}  // namespace

struct Server::Impl {
  std::shared_ptr<ServerState> state;  // shared with the sessions, which end a moment after their server
};

Server::Server(runtime::Shard& shard, Handler& handler, const ServerLimits& limits, MemoryBudget& memory,
               ErrorBody error_body)
    : impl_(std::make_unique<Impl>()) {
  impl_->state.reset(new ServerState{shard,
                                     handler,
                                     limits,
                                     memory,
                                     std::move(error_body),
                                     ReplyContextOfShard{limits.write_idle_timeout, {}, false},
                                     {},
                                     0,
                                     nullptr});
}

Server::~Server() { CloseAll(); }

void Server::Adopt(int native_socket) {
  ServerState& state = *impl_->state;
  const bool full = state.sessions.size() - state.refused >= state.limits.max_connections;
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  const bool known = ::getsockname(native_socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  boost::system::error_code error;
  Connection::Socket socket(state.shard.executor());
  const auto protocol = address.ss_family == AF_INET6 ? boost::asio::ip::tcp::v6() : boost::asio::ip::tcp::v4();
  if (known && !state.replies.draining && (!full || state.refused < kMaxRefused)) {
    socket.assign(protocol, native_socket, error);
  }
  if (!socket.is_open()) {
    ::close(native_socket);
    return;
  }
  socket.native_non_blocking(true, error);
  socket.set_option(boost::asio::ip::tcp::no_delay(true), error);
  const auto admission = full ? Session::Admission::kRefused : Session::Admission::kServed;
  if (full) ++state.refused;
  // shared_ptr: the coroutine's end is the session's end, and co_spawn copies handlers.
  auto session = std::make_shared<Session>(impl_->state, std::move(socket), admission);
  state.sessions.insert(session.get());
  PublishCount(state);
  auto on_end = [kept = impl_->state, session](const std::exception_ptr& failure) {
    LogException(failure);
    EndSession(*kept, *session);
  };
  boost::asio::co_spawn(state.shard.executor(), session->Run(), std::move(on_end));
}

void Server::Drain(std::function<void()> done) {
  ServerState& state = *impl_->state;
  state.replies.draining = true;
  state.on_drained = std::move(done);
  for (Session* session : state.sessions) session->CloseIfIdle();
  NotifyIfDrained(state);
}

void Server::CloseAll() {
  for (Session* session : impl_->state->sessions) session->Close();
}

std::size_t Server::session_count() const { return impl_->state->session_count.load(std::memory_order_relaxed); }

}  // namespace ag::http
