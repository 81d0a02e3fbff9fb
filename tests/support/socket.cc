#include "tests/support/socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>

#include "gatewayd/base/status_macros.h"

namespace ag::test {
namespace {

sockaddr_in Loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

void ByteStream::CloseWrite() { shutdown(fd(), SHUT_WR); }

void ByteStream::Shutdown() { shutdown(fd(), SHUT_RDWR); }

void ByteStream::ResetOnClose() {
  const linger now{1, 0};
  setsockopt(fd(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

Socket::Socket(int fd) : fd_(fd) {
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const timeval limit{30, 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

Socket::~Socket() { close(fd_); }

long Socket::Read(char* to, std::size_t size) {
  while (true) {
    const ssize_t got = recv(fd_, to, size, 0);
    if (got >= 0 || errno != EINTR) return got;
  }
}

bool Socket::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::unique_ptr<Socket> Connect(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  AG_CHECK(fd >= 0);
  auto stream = std::make_unique<Socket>(fd);
  const sockaddr_in address = Loopback(port);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return nullptr;
  return stream;
}

ListenSocket::ListenSocket() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  AG_CHECK(fd_ >= 0);
  sockaddr_in address = Loopback(0);
  AG_CHECK(bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  AG_CHECK(listen(fd_, SOMAXCONN) == 0);
  socklen_t size = sizeof address;
  AG_CHECK(getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
}

ListenSocket::~ListenSocket() { close(fd_); }

int ListenSocket::Accept() const {
  while (true) {
    const int fd = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0 || (errno != EINTR && errno != ECONNABORTED)) return fd;
  }
}

void ListenSocket::Shutdown() const { shutdown(fd_, SHUT_RDWR); }

}  // namespace ag::test
