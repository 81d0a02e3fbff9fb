#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace ag::test {

// A blocking byte stream for tests and fakes. Used by one thread; only Shutdown may come from another.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // Bytes read; 0 when the peer has ended; -1 after a reset or a time-out of 30 s.
  virtual long Read(char* to, std::size_t size) = 0;
  // Writes everything; false when the peer is gone.
  virtual bool Write(std::string_view bytes) = 0;
  virtual int fd() const = 0;
  // Ends our side with a FIN, without a TLS close_notify.
  void CloseWrite();
  // Wakes whoever blocks in Read or Write. Thread-safe.
  void Shutdown();
  // Makes the coming destruction send an RST in place of a FIN.
  void ResetOnClose();
};

class Socket final : public ByteStream {
 public:
  explicit Socket(int fd);  // takes the descriptor over
  ~Socket() override;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  long Read(char* to, std::size_t size) override;
  bool Write(std::string_view bytes) override;
  int fd() const override { return fd_; }

 private:
  int fd_;
};

// A connection to 127.0.0.1:port; null when nobody listens.
std::unique_ptr<Socket> Connect(std::uint16_t port);

// Listens on a free port of 127.0.0.1.
class ListenSocket {
 public:
  ListenSocket();
  ~ListenSocket();
  ListenSocket(const ListenSocket&) = delete;
  ListenSocket& operator=(const ListenSocket&) = delete;

  std::uint16_t port() const { return port_; }
  // The next connection's descriptor; -1 once Shutdown was called.
  int Accept() const;
  // Thread-safe.
  void Shutdown() const;

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

}  // namespace ag::test
