// A provider that costs as little as possible: one thread, epoll, prepared bytes. Prints "port N", runs until killed.
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <unordered_map>

#include "tests/bench/mock_replies.h"
#include "tests/bench/net.h"

namespace ag::bench {
namespace {

struct Connection {
  int fd = -1;
  std::string input;
  MessageEnd end;
  const MockReply* reply = nullptr;  // being written
  std::size_t write = 0;             // the next of its writes
  std::size_t offset = 0;            // inside it
};

class Mock {
 public:
  Mock() : epoll_(epoll_create1(EPOLL_CLOEXEC)), listener_(Listen(port_)) { Watch(listener_, EPOLLIN); }

  int port() const { return port_; }

  void Run() {
    std::array<epoll_event, 256> events;
    while (true) {
      const int count = epoll_wait(epoll_, events.data(), events.size(), -1);
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (event.data.fd == listener_) {
          Accept();
          continue;
        }
        const auto found = connections_.find(event.data.fd);
        if (found != connections_.end() && !Serve(*found->second)) {
          close(event.data.fd);
          connections_.erase(found);
        }
      }
    }
  }

 private:
  void Watch(int fd, std::uint32_t what) {
    epoll_event event{};
    event.events = what;
    event.data.fd = fd;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  void Accept() {
    for (int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC); fd >= 0;
         fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) {
      SetNoDelay(fd);
      auto connection = std::make_unique<Connection>();
      connection->fd = fd;
      connections_[fd] = std::move(connection);
      Watch(fd, EPOLLIN | EPOLLOUT | EPOLLET);
    }
  }

  // False when the connection is over.
  bool Serve(Connection& connection) {
    std::array<char, 65536> bytes;
    while (true) {
      if (!WriteOn(connection)) return false;
      const ssize_t got = recv(connection.fd, bytes.data(), bytes.size(), 0);
      if (got < 0) return errno == EAGAIN;
      if (got == 0) return false;
      connection.input.append(bytes.data(), static_cast<std::size_t>(got));
      if (connection.reply == nullptr) Begin(connection);
    }
  }

  static void Begin(Connection& connection) {
    const std::size_t size = connection.end.Find(connection.input);
    if (size == 0) return;
    const std::string_view input = connection.input;
    const std::size_t from = input.find(' ') + 1;
    const std::string_view path = input.substr(from, input.find(' ', from) - from);
    const std::size_t head = connection.end.head_size();
    connection.reply = &ReplyFor(path, input.substr(head, size - head));
    connection.write = 0;
    connection.offset = 0;
    connection.input.erase(0, size);
    connection.end.Reset();
  }

  // Each write is a send of its own, as a provider's events are. False when the peer is gone.
  static bool WriteOn(Connection& connection) {
    while (connection.reply != nullptr) {
      const MockReply& reply = *connection.reply;
      if (connection.write == reply.writes.size()) {
        if (reply.hang) return true;
        connection.reply = nullptr;
        Begin(connection);
        continue;
      }
      const std::string& bytes = reply.writes[connection.write];
      const ssize_t sent =
          send(connection.fd, bytes.data() + connection.offset, bytes.size() - connection.offset, MSG_NOSIGNAL);
      if (sent < 0) return errno == EAGAIN;
      connection.offset += static_cast<std::size_t>(sent);
      if (connection.offset == bytes.size()) {
        ++connection.write;
        connection.offset = 0;
      }
    }
    return true;
  }

  std::uint16_t port_ = 0;
  int epoll_;
  int listener_;
  std::unordered_map<int, std::unique_ptr<Connection>> connections_;
};

}  // namespace
}  // namespace ag::bench

int main() {
  ag::bench::Mock mock;
  std::printf("port %d\n", mock.port());
  std::fflush(stdout);
  mock.Run();
}
