#include "tests/support/gate.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "gatewayd/base/status_macros.h"

namespace ag::test {

Gate::Gate() : fd_(eventfd(0, EFD_CLOEXEC)) { AG_CHECK(fd_ >= 0); }

Gate::~Gate() { close(fd_); }

void Gate::Open() {
  const std::uint64_t one = 1;
  AG_CHECK(write(fd_, &one, sizeof one) == sizeof one);
}

bool Gate::is_open() const { return Wait(std::chrono::milliseconds(0)); }

bool Gate::Wait(std::chrono::milliseconds timeout) const {
  const auto until = std::chrono::steady_clock::now() + timeout;
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd entry{fd_, POLLIN, 0};
    const int ready = poll(&entry, 1, left.count() > 0 ? static_cast<int>(left.count()) : 0);
    if (ready > 0) return true;
    if (ready == 0) return false;
    AG_CHECK(errno == EINTR);
  }
}

}  // namespace ag::test
