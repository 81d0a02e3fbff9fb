#include "tests/http/raw_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "gatewayd/base/status_macros.h"

namespace ag::test {
namespace {

sockaddr_in Loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

}  // namespace

RawSocket::RawSocket(int fd) : fd_(fd) {
  const timeval limit{10, 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

RawSocket RawSocket::Connect(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address = Loopback(port);
  AG_CHECK(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  return RawSocket(fd);
}

bool RawSocket::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool RawSocket::Fill() {
  char buffer[16384];
  const ssize_t got = recv(fd_, buffer, sizeof buffer, 0);
  if (got <= 0) return false;
  pending_.append(buffer, static_cast<std::size_t>(got));
  return true;
}

std::string RawSocket::ReadUntil(std::string_view mark) {
  std::size_t found = 0;
  while ((found = pending_.find(mark)) == std::string::npos) {
    if (!Fill()) return std::exchange(pending_, {});
  }
  return ReadExactly(found + mark.size());
}

std::string RawSocket::ReadExactly(std::size_t size) {
  while (pending_.size() < size && Fill()) {
  }
  const std::string text = pending_.substr(0, size);
  pending_.erase(0, text.size());
  return text;
}

std::string RawSocket::ReadToEnd() {
  while (Fill()) {
  }
  return std::exchange(pending_, {});
}

std::string RawSocket::ReadMessage() {
  std::string text = ReadUntil("\r\n\r\n");
  constexpr std::string_view kName = "Content-Length: ";
  const auto at = text.find(kName);
  if (at == std::string::npos) return text;
  return text + ReadExactly(std::strtoul(text.c_str() + at + kName.size(), nullptr, 10));
}

void RawSocket::ShutdownWrite() { shutdown(fd_, SHUT_WR); }

void RawSocket::Close() {
  if (const int fd = fd_.exchange(-1); fd >= 0) close(fd);
}

void RawSocket::Interrupt() { shutdown(fd_, SHUT_RDWR); }

void RawSocket::Reset() {
  const linger reset{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  Close();
}

RawListener::RawListener() : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof address;
  AG_CHECK(bind(fd_, reinterpret_cast<sockaddr*>(&address), size) == 0);
  AG_CHECK(listen(fd_, 64) == 0);
  AG_CHECK(getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
}

RawListener::~RawListener() { close(fd_); }

std::optional<RawSocket> RawListener::Accept() {
  const int fd = accept(fd_, nullptr, nullptr);
  if (fd < 0) return std::nullopt;
  return RawSocket(fd);
}

void RawListener::Shutdown() { shutdown(fd_, SHUT_RDWR); }

}  // namespace ag::test
