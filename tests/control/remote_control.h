#pragma once

#include <string>

#include "tests/control/control_harness.h"
#include "tests/fakes/tls_identity.h"
#include "tests/support/temp_dir.h"

namespace ag::test {

inline constexpr char kControlToken[] = "0123456789abcdef0123456789abcdef";

// A control server on loopback with a certificate for localhost, beside its socket.
class RemoteControl {
 public:
  RemoteControl() {
    harness_.StopServer();
    harness_.StartServer(Listening("127.0.0.1:0"));
    WriteFile(files_.File("ca.pem"), identity_.ca_pem());
  }

  // For a server of that certificate and token.
  control::TcpControl Listening(const std::string& address) const {
    control::TcpControl tcp;
    tcp.address = address;
    tcp.certificate_pem = identity_.certificate_pem();
    tcp.key_pem = Secret(identity_.key_pem());
    tcp.token = Secret(std::string(kControlToken));
    return tcp;
  }
  // For a client that may speak to it; `port`: of what lies between.
  client::ControlClientOptions Options(int port) const {
    client::ControlClientOptions options;
    options.target = "tcp:localhost:" + std::to_string(port);
    options.ca_file = files_.File("ca.pem");
    options.token = kControlToken;
    options.deadline = std::chrono::milliseconds(3'000);
    return options;
  }
  client::ControlClientOptions Options() const { return Options(harness_.tcp_port()); }

  TempDir& files() { return files_; }
  const TlsIdentity& identity() const { return identity_; }
  ControlHarness& harness() { return harness_; }

 private:
  TempDir files_;
  TlsIdentity identity_;
  ControlHarness harness_;
};

}  // namespace ag::test
