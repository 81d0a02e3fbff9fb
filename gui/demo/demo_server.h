#pragma once

#include <QString>
#include <memory>
#include <string>

namespace ag::gui {

class DemoProbe;

struct DemoOptions {
  int past_requests = 400;      // in the log when it starts
  int requests_per_second = 3;  // that end from then on; 0 = only those of Emit
  QString version = QStringLiteral(AG_VERSION);
  int model_test_ms = 700;  // how long a question of a deep test takes
  int proxy_port = 8045;    // where its proxy is said to listen on loopback; see DemoProxy
  bool sandbox = false;     // as `gatewayd --sandbox`
  std::string folder;       // where it is said to keep its files; empty = nowhere
  // As a daemon on another machine is reached: this IP address with TLS, in place of a socket. PEM; any token will do.
  QString address;
  std::string certificate;
  std::string key;
};

// A fake gatewayd for --demo and the tests: the control service with lifelike data in memory, on a unix socket in a
// folder of its own. No provider is asked and nothing is stored; what the app changes is changed until it ends.
class DemoServer {
 public:
  explicit DemoServer(const DemoOptions& options = {});
  ~DemoServer();
  DemoServer(const DemoServer&) = delete;
  DemoServer& operator=(const DemoServer&) = delete;

  // "unix:PATH" or "tcp:ADDRESS:PORT".
  QString target() const;
  // So many requests end now.
  void Emit(int count);
  // A chat completion of that model ends now, answered. Its id.
  std::string Serve(const std::string& model);
  // Whether its proxy was not stopped.
  bool ProxyListens();
  // When deep tests' questions are answered.
  DemoProbe& probe();
  // It keeps its connections, and does not say who it is or how it is until it is off again.
  void Hang(bool on);
  // As if the daemon were killed and started again, on the same socket.
  void Kill();
  void Restart();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ag::gui
