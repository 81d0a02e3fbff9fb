#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "tests/http/raw_socket.h"

namespace ag::test {

// Accepts connections and plays a script on each, in a thread of its own: script(socket, number of the connection).
class ScriptedServer {
 public:
  using Script = std::function<void(RawSocket& socket, int number)>;
  explicit ScriptedServer(Script script) : script_(std::move(script)), thread_([this] { Run(); }) {}
  ~ScriptedServer() {
    listener_.Shutdown();
    thread_.join();
    for (auto& socket : sockets_) socket->Interrupt();
    for (auto& player : players_) player.join();
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::uint16_t port() const { return listener_.port(); }
  int connections() const { return connections_; }

 private:
  void Run() {
    while (auto socket = listener_.Accept()) {
      const int number = connections_++;
      auto kept = std::make_shared<RawSocket>(*std::move(socket));
      sockets_.push_back(kept);
      players_.emplace_back([this, number, kept] {
        script_(*kept, number);
        kept->Close();
      });
    }
  }

  Script script_;
  RawListener listener_;
  std::atomic<int> connections_{0};
  // By thread_ only, until it has ended. shared_ptr: with the script that plays on it.
  std::vector<std::shared_ptr<RawSocket>> sockets_;
  std::vector<std::thread> players_;
  std::thread thread_;
};

}  // namespace ag::test
