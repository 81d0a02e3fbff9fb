#pragma once

#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "tests/support/gate.h"
#include "tests/support/socket.h"

namespace ag::test {

// A network between a client and a port of this machine, which can fail without a word. Thread-safe.
class TcpLine {
 public:
  explicit TcpLine(int target_port);
  ~TcpLine();
  TcpLine(const TcpLine&) = delete;
  TcpLine& operator=(const TcpLine&) = delete;

  std::uint16_t port() const { return listener_.port(); }
  // What runs over the connections of now is lost from here on, and nobody is told. New ones work.
  void GoSilent();
  // Until the client has sent `count` bytes more; false when it has not for 20 s.
  bool WaitForSent(std::size_t count);

 private:
  struct Connection {
    std::unique_ptr<Socket> client, server;
    Gate silent;
    std::thread thread;
  };

  void Accept();
  void Serve(Connection& connection);
  // False when that side has ended.
  bool Pass(Socket& from, Socket& to, bool counts);

  const std::uint16_t target_port_;
  ListenSocket listener_;
  Gate ending_;
  std::mutex mutex_;
  std::condition_variable passed_;
  std::size_t sent_ = 0;
  std::list<Connection> connections_;
  std::thread accepting_;
};

}  // namespace ag::test
