#include <gmock/gmock.h>

#include "gatewayd/base/error.h"
#include "gatewayd/http/client.h"
#include "tests/http/certificates.h"
#include "tests/http/client_fixture.h"
#include "tests/support/temp_dir.h"

namespace ag::http {
namespace {

using test::AnswerEach;
using test::Call;
using test::kOk;
using test::Outcome;
using test::RawSocket;
using test::ScriptedServer;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class TlsClientTest : public test::ClientTest {
 protected:
  void Trust(const test::PrivateCa& ca, Egress egress = {}) {
    test::WriteFile(dir_.File("ca.pem"), ca.Pem());
    ClientOptions options;
    options.extra_ca_file = dir_.File("ca.pem");
    options.egress = std::move(egress);
    UseOptions(options);
  }
  static Call Https(const std::string& host, std::uint16_t port) {
    Call call;
    call.url = absl::StrCat("https://", host, ":", port);
    return call;
  }
  test::TempDir dir_;
};

TEST_F(TlsClientTest, VerifiesAgainstThePrivateCaAndResumesSessions) {
  const test::PrivateCa ca("Test Root");
  const auto context = ca.ServerContext("IP:127.0.0.1,DNS:localhost");
  std::promise<bool> resumed;
  ScriptedServer server([&](RawSocket& socket, int number) {
    test::TlsPeer peer(socket, context);
    ASSERT_TRUE(peer.Accept());
    if (number == 1) resumed.set_value(peer.resumed());
    EXPECT_THAT(peer.ReadUntil("hello"), StartsWith("POST /t HTTP/1.1\r\n"));
    peer.Send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 40000\r\n\r\n" + std::string(40'000, 't'));
    peer.ReadUntil("nothing");
  });
  Trust(ca);
  EXPECT_EQ(Run(Https("127.0.0.1", server.port())).body, std::string(40'000, 't'));
  const Outcome second = Run(Https("127.0.0.1", server.port()));
  EXPECT_EQ(second.body.size(), 40'000u) << second.status;
  EXPECT_TRUE(resumed.get_future().get());
  const Outcome named = Run(Https("localhost", server.port()));
  EXPECT_EQ(named.body.size(), 40'000u) << named.status;
}

TEST_F(TlsClientTest, ReusesConnectionsAndSendsLargeBodies) {
  const test::PrivateCa ca("Test Root");
  const auto context = ca.ServerContext("IP:127.0.0.1");
  ScriptedServer server([&](RawSocket& socket, int) {
    test::TlsPeer peer(socket, context);
    if (!peer.Accept()) return;
    while (!peer.ReadUntil("END").empty()) peer.Send(std::string(kOk));
  });
  Trust(ca);
  for (int i = 0; i < 3; ++i) {
    Call call = Https("127.0.0.1", server.port());
    call.body = std::string(1'000'000, 'u') + "END";
    const Outcome outcome = Run(call);
    EXPECT_EQ(outcome.body, "ok") << outcome.status;
    EXPECT_EQ(outcome.reused, i > 0);
  }
}

TEST_F(TlsClientTest, NamesTheIssuerOfACertificateItDoesNotTrust) {
  const test::PrivateCa trusted("Trusted Root");
  const test::PrivateCa other("Meddling Proxy CA");
  const auto context = other.ServerContext("IP:127.0.0.1");
  ScriptedServer server([&](RawSocket& socket, int) {
    test::TlsPeer peer(socket, context);
    peer.Accept();
  });
  Trust(trusted);
  const Outcome outcome = Run(Https("127.0.0.1", server.port()));
  EXPECT_EQ(KindOf(outcome.status), ErrorKind::kTls);
  EXPECT_THAT(std::string(outcome.status.message()), HasSubstr("Meddling Proxy CA"));
  EXPECT_THAT(std::string(outcome.status.message()), HasSubstr("127.0.0.1"));
}

TEST_F(TlsClientTest, RefusesACertificateForAnotherHost) {
  const test::PrivateCa ca("Test Root");
  const auto context = ca.ServerContext("DNS:other.example");
  ScriptedServer server([&](RawSocket& socket, int) {
    test::TlsPeer peer(socket, context);
    peer.Accept();
  });
  Trust(ca);
  for (const std::string host : {"127.0.0.1", "localhost"}) {
    const Outcome outcome = Run(Https(host, server.port()));
    EXPECT_EQ(KindOf(outcome.status), ErrorKind::kTls);
    EXPECT_THAT(std::string(outcome.status.message()), HasSubstr("mismatch"));
  }
}

TEST_F(TlsClientTest, NamesACaFileThatCannotBeRead) {
  ClientOptions options;
  options.extra_ca_file = dir_.File("absent.pem");
  UseOptions(options);
  ScriptedServer server([](RawSocket& socket, int) { socket.ReadToEnd(); });
  const Outcome outcome = Run(Https("127.0.0.1", server.port()));
  EXPECT_EQ(KindOf(outcome.status), ErrorKind::kTls);
  EXPECT_THAT(std::string(outcome.status.message()), HasSubstr("absent.pem"));
}

// --- Outgoing proxies: every host but loopback goes through them, so these targets have names.

Egress ProxyAt(const ScriptedServer& proxy) {
  Egress egress;
  egress.proxy_url = absl::StrCat("http://us%65r:pass@127.0.0.1:", proxy.port());
  return egress;
}

TEST_F(TlsClientTest, TunnelsThroughAConnectProxy) {
  const test::PrivateCa ca("Test Root");
  const auto context = ca.ServerContext("DNS:api.example");
  std::promise<std::string> connect;
  ScriptedServer proxy([&](RawSocket& socket, int) {
    connect.set_value(socket.ReadUntil("\r\n\r\n"));
    socket.Send("HTTP/1.1 200 Connection established\r\n\r\n");
    test::TlsPeer peer(socket, context);
    ASSERT_TRUE(peer.Accept());
    peer.ReadUntil("hello");
    peer.Send(std::string(kOk));
  });
  Trust(ca, ProxyAt(proxy));
  const Outcome outcome = Run(Https("api.example", 443));
  EXPECT_EQ(outcome.body, "ok") << outcome.status;
  EXPECT_EQ(
      connect.get_future().get(),
      "CONNECT api.example:443 HTTP/1.1\r\nHost: api.example:443\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\n\r\n");
}

TEST_F(TlsClientTest, SaysWhyTheProxyRefuses) {
  const std::pair<std::string, std::string> cases[] = {
      {"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "user name and password"},
      {"HTTP/1.1 403 Not for you\r\n\r\n", "403 Not for you"},
      {"", "closed the connection"},
  };
  for (const auto& [reply, reason] : cases) {
    ScriptedServer proxy([&](RawSocket& socket, int) {
      socket.ReadUntil("\r\n\r\n");
      socket.Send(reply);
    });
    ClientOptions options;
    options.egress = ProxyAt(proxy);
    UseOptions(options);
    const Outcome outcome = Run(Https("api.example", 443));
    EXPECT_EQ(KindOf(outcome.status), ErrorKind::kEgress);
    EXPECT_THAT(std::string(outcome.status.message()), HasSubstr(reason));
    EXPECT_THAT(std::string(outcome.status.message()), HasSubstr(absl::StrCat(proxy.port())));
    EXPECT_THAT(std::string(outcome.status.message()), Not(HasSubstr("pass@")));
  }
}

TEST_F(TlsClientTest, SendsAbsoluteTargetsToAProxyForPlainHttp) {
  std::promise<std::string> seen;
  ScriptedServer proxy([&](RawSocket& socket, int) {
    seen.set_value(socket.ReadMessage());
    socket.Send(kOk);
  });
  ClientOptions options;
  options.egress = ProxyAt(proxy);
  UseOptions(options);
  Call call;
  call.url = "http://api.example:8080";
  EXPECT_EQ(Run(call).body, "ok");
  const std::string request = seen.get_future().get();
  EXPECT_THAT(request, StartsWith("POST http://api.example:8080/t HTTP/1.1\r\nHost: api.example:8080\r\n"));
  EXPECT_THAT(request, HasSubstr("Proxy-Authorization: Basic dXNlcjpwYXNz\r\n"));
}

TEST(Egress, KnowsWhichHostsGoDirect) {
  Egress egress;
  egress.proxy_url = "http://proxy:3128";
  egress.no_proxy = {".corp.example", "exact.example", "10.0.0.0/8", "fd00::/8", "192.168.1.7", "*.wild.example"};
  const std::pair<const char*, bool> cases[] = {
      {"api.openai.com", true}, {"a.corp.example", false},    {"corp.example", false}, {"notcorp.example", true},
      {"exact.example", false}, {"sub.exact.example", false}, {"10.1.2.3", false},     {"11.1.2.3", true},
      {"fd00::1", false},       {"192.168.1.7", false},       {"192.168.1.8", true},   {"x.wild.example", false},
      {"127.0.0.1", false},     {"localhost", false},         {"::1", false},          {"[::1]", false},
  };
  for (const auto& [host, proxied] : cases) EXPECT_EQ(UsesProxy(egress, host), proxied) << host;
  egress.no_proxy = {"*"};
  EXPECT_FALSE(UsesProxy(egress, "api.openai.com"));
  egress = Egress();
  EXPECT_FALSE(UsesProxy(egress, "api.openai.com"));
}

TEST(Egress, ConfigurationWinsOverTheEnvironment) {
  setenv("HTTPS_PROXY", "http://from-environment:1", 1);
  setenv("no_proxy", "a.example, b.example", 1);
  EXPECT_EQ(EgressFromEnvironment("").proxy_url, "http://from-environment:1");
  const Egress egress = EgressFromEnvironment("config:2");
  EXPECT_EQ(egress.proxy_url, "http://config:2");
  EXPECT_THAT(egress.no_proxy, ::testing::ElementsAre("a.example", "b.example"));
  unsetenv("HTTPS_PROXY");
  unsetenv("no_proxy");
}

}  // namespace
}  // namespace ag::http
