#include "gatewayd/http/socket_bio.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace ag::http {
namespace {

int SocketOf(BIO* bio) { return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))); }

bool WouldBlock() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

int WriteBytes(BIO* bio, const char* bytes, std::size_t size, std::size_t* written) {
  BIO_clear_retry_flags(bio);
  const ssize_t sent = ::send(SocketOf(bio), bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent >= 0) {
    *written = static_cast<std::size_t>(sent);
    return 1;
  }
  *written = 0;
  if (WouldBlock()) BIO_set_retry_write(bio);
  return 0;
}

int ReadBytes(BIO* bio, char* bytes, std::size_t size, std::size_t* read) {
  BIO_clear_retry_flags(bio);
  BIO_clear_flags(bio, BIO_FLAGS_IN_EOF);
  const ssize_t got = ::recv(SocketOf(bio), bytes, size, MSG_DONTWAIT);
  if (got > 0) {
    *read = static_cast<std::size_t>(got);
    return 1;
  }
  *read = 0;
  if (got == 0) {
    BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  } else if (WouldBlock()) {
    BIO_set_retry_read(bio);
  }
  return 0;
}

long Control(BIO* bio, int command, long, void*) {
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_EOF:
      return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    default:
      return 0;
  }
}

BIO_METHOD* MakeMethod() {
  BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "ag socket");
  if (method == nullptr) return nullptr;
  BIO_meth_set_write_ex(method, &WriteBytes);
  BIO_meth_set_read_ex(method, &ReadBytes);
  BIO_meth_set_ctrl(method, &Control);
  return method;
}

}  // namespace

BIO* NewSocketBio(int fd) {
  static BIO_METHOD* const method = MakeMethod();  // a constant table of functions, made once
  if (method == nullptr) return nullptr;
  BIO* bio = BIO_new(method);
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(fd)));
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace ag::http
