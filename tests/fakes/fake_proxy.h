#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/gate.h"
#include "tests/support/http_text.h"
#include "tests/support/socket.h"

namespace ag::test {

// An egress proxy on a free loopback port: CONNECT tunnels, and absolute-form requests (relayed in origin form); or
// SOCKS5, also with user name and password. Reaches only what Map names, so no test leaves the machine. All functions
// are thread-safe.
class FakeProxy {
 public:
  enum class Protocol { kHttp, kSocks5 };
  explicit FakeProxy(Protocol protocol = Protocol::kHttp);
  ~FakeProxy();
  FakeProxy(const FakeProxy&) = delete;
  FakeProxy& operator=(const FakeProxy&) = delete;

  std::uint16_t port() const { return listener_.port(); }
  std::string Url() const;  // "http://127.0.0.1:PORT", "socks5h://127.0.0.1:PORT"

  // "api.openai.com:443" → 127.0.0.1:port. Anything else is answered with 502.
  void Map(const std::string& authority, std::uint16_t port);
  // 407 unless Proxy-Authorization is Basic with exactly this (already base64).
  void RequireBasic(std::string credentials);
  // SOCKS5: refuses who does not sign in with these.
  void RequireLogin(std::string user, std::string password);
  // Answers every request with this status; SOCKS5: with this code of RFC 1928.
  void Refuse(int status);
  // HTTP: opens `reached` when the next request has come, and answers it when `gate` opens. Both outlive the proxy.
  void HoldNext(Gate& reached, const Gate& gate);

  struct Seen {
    std::string line;  // "CONNECT api.openai.com:443 HTTP/1.1"; SOCKS5: "SOCKS5 api.openai.com:443"
    std::vector<Field> headers;
    std::string_view Header(std::string_view name) const { return FindField(headers, name); }
  };
  std::vector<Seen> seen() const;

 private:
  struct Tunnel;

  void AcceptLoop();
  void Serve(Tunnel& tunnel);
  void ServeHttp(ByteStream& client);
  void ServeSocks(ByteStream& client);
  bool SignIn(ByteStream& client);
  // A connection to what Map names so; null when it names nothing or nobody listens there.
  std::unique_ptr<Socket> Reach(const std::string& authority);
  int Judge(const MessageHead& head) const;
  void Relay(ByteStream& client, ByteStream& target) const;

  const Protocol protocol_;
  ListenSocket listener_;
  Gate stopping_;
  mutable std::mutex mutex_;
  std::map<std::string, std::uint16_t> targets_;
  std::string credentials_;  // base64; SOCKS5: as they travel
  int refuse_ = 0;
  Gate* reached_ = nullptr;  // of the request to be held
  const Gate* held_ = nullptr;
  std::vector<Seen> seen_;
  std::list<Tunnel> tunnels_;
  std::thread accept_thread_;
};

}  // namespace ag::test
