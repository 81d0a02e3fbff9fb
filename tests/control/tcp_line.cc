#include "tests/control/tcp_line.h"

#include <poll.h>

#include <array>
#include <chrono>
#include <string_view>

namespace ag::test {

TcpLine::TcpLine(int target_port)
    : target_port_(static_cast<std::uint16_t>(target_port)), accepting_([this] { Accept(); }) {}

TcpLine::~TcpLine() {
  ending_.Open();
  listener_.Shutdown();
  accepting_.join();
  for (Connection& connection : connections_) connection.thread.join();
}

void TcpLine::GoSilent() {
  const std::lock_guard lock(mutex_);
  for (Connection& connection : connections_) connection.silent.Open();
}

bool TcpLine::WaitForSent(std::size_t count) {
  std::unique_lock lock(mutex_);
  const std::size_t enough = sent_ + count;
  return passed_.wait_for(lock, std::chrono::seconds(20), [&] { return sent_ >= enough; });
}

void TcpLine::Accept() {
  for (int fd = listener_.Accept(); fd >= 0; fd = listener_.Accept()) {
    const std::lock_guard lock(mutex_);
    Connection& connection = connections_.emplace_back();
    connection.client = std::make_unique<Socket>(fd);
    connection.server = Connect(target_port_);
    connection.thread = std::thread([this, &connection] { Serve(connection); });
  }
}

void TcpLine::Serve(Connection& connection) {
  if (!connection.server) return connection.client->Shutdown();
  std::array<pollfd, 4> events{{{connection.client->fd(), POLLIN, 0},
                                {connection.server->fd(), POLLIN, 0},
                                {connection.silent.fd(), POLLIN, 0},
                                {ending_.fd(), POLLIN, 0}}};
  while (true) {
    if (poll(events.data(), events.size(), -1) < 0) continue;
    if (events[3].revents != 0) break;
    if (events[2].revents != 0) {
      ending_.Wait(std::chrono::hours(1));
      break;
    }
    if (events[0].revents != 0 && !Pass(*connection.client, *connection.server, true)) break;
    if (events[1].revents != 0 && !Pass(*connection.server, *connection.client, false)) break;
  }
  connection.client->Shutdown();
  connection.server->Shutdown();
}

bool TcpLine::Pass(Socket& from, Socket& to, bool counts) {
  std::array<char, 16 * 1024> bytes;
  const long got = from.Read(bytes.data(), bytes.size());
  if (got <= 0 || !to.Write(std::string_view(bytes.data(), static_cast<std::size_t>(got)))) return false;
  if (counts) {
    const std::lock_guard lock(mutex_);
    sent_ += static_cast<std::size_t>(got);
    passed_.notify_all();
  }
  return true;
}

}  // namespace ag::test
