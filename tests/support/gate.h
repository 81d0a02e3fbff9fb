#pragma once

#include <chrono>

namespace ag::test {

// A door that starts closed and opens once: tests hold a fake or a coroutine at a point with it in place of a sleep.
// Thread-safe.
class Gate {
 public:
  Gate();
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  void Open();
  bool is_open() const;
  // False when the gate was still closed after `timeout`: a test that hangs fails instead.
  bool Wait(std::chrono::milliseconds timeout = std::chrono::seconds(30)) const;
  // Readable (poll) from the moment of opening on; never read from it.
  int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace ag::test
