#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ag::test {

// A blocking loopback socket that says exactly what a test wants. Reads give up after ten seconds, so that a failing
// test ends.
class RawSocket {
 public:
  explicit RawSocket(int fd);
  static RawSocket Connect(std::uint16_t port);
  RawSocket(RawSocket&& other) noexcept : fd_(other.fd_.exchange(-1)), pending_(std::move(other.pending_)) {}
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;
  ~RawSocket() { Close(); }

  bool Send(std::string_view bytes);
  // Up to and with `mark`; what has come when the peer ends first.
  std::string ReadUntil(std::string_view mark);
  std::string ReadExactly(std::size_t size);
  std::string ReadToEnd();
  // A head with its empty line, and the body that its Content-Length announces.
  std::string ReadMessage();
  void ShutdownWrite();
  void Close();
  // Makes reads and writes of another thread end.
  void Interrupt();
  void Reset();  // closes with RST
  int fd() const { return fd_; }

 private:
  bool Fill();

  std::atomic<int> fd_;  // Interrupt comes from another thread
  std::string pending_;
};

// A listening loopback socket on a port of its own.
class RawListener {
 public:
  RawListener();
  ~RawListener();
  RawListener(const RawListener&) = delete;
  RawListener& operator=(const RawListener&) = delete;
  std::uint16_t port() const { return port_; }
  // Nothing after Shutdown.
  std::optional<RawSocket> Accept();
  void Shutdown();

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

}  // namespace ag::test
