#include "tests/bench/net.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace ag::bench {
namespace {

sockaddr_in Loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool StartsWithName(std::string_view line, std::string_view name) {
  if (line.size() <= name.size() || line[name.size()] != ':') return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (Lower(line[i]) != name[i]) return false;
  }
  return true;
}

}  // namespace

int Listen(std::uint16_t& port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = Loopback(port);
  socklen_t size = sizeof address;
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(fd, 4096) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    std::perror("listen");
    std::exit(1);
  }
  port = ntohs(address.sin_port);
  return fd;
}

int ConnectTo(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close(fd);
    return -1;
  }
  SetNoDelay(fd);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

void SetNoDelay(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

std::string_view HeaderValue(std::string_view head, std::string_view lower_case_name) {
  while (!head.empty()) {
    const std::size_t end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    if (StartsWithName(line, lower_case_name)) {
      const std::size_t value = line.find_first_not_of(' ', lower_case_name.size() + 1);
      return value == std::string_view::npos ? std::string_view() : line.substr(value);
    }
    if (end == std::string_view::npos) break;
    head.remove_prefix(end + 2);
  }
  return {};
}

std::size_t MessageEnd::Find(std::string_view data) {
  if (head_size_ == 0) {
    const std::size_t end = data.find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    head_size_ = end + 4;
    const std::string_view head = data.substr(0, end);
    chunked_ = HeaderValue(head, "transfer-encoding") == "chunked";
    position_ = head_size_;
    const std::string_view length = HeaderValue(head, "content-length");
    std::size_t bytes = 0;
    std::from_chars(length.data(), length.data() + length.size(), bytes);
    if (!chunked_) position_ += bytes;
  }
  if (!chunked_) return data.size() >= position_ ? position_ : 0;
  return ScanChunks(data) ? position_ : 0;
}

// True at the end of the last chunk; trailers are not expected.
bool MessageEnd::ScanChunks(std::string_view data) {
  while (true) {
    const std::size_t line_end = data.find("\r\n", position_);
    if (line_end == std::string_view::npos) return false;
    std::size_t size = 0;
    std::from_chars(data.data() + position_, data.data() + line_end, size, 16);
    const std::size_t next = line_end + 2 + size + 2;
    if (data.size() < next) return false;
    position_ = next;
    if (size == 0) return true;
  }
}

}  // namespace ag::bench
