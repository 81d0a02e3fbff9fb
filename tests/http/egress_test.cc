#include "gatewayd/http/egress.h"

#include <gmock/gmock.h>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/http/client.h"
#include "tests/http/certificates.h"
#include "tests/http/client_fixture.h"
#include "tests/support/temp_dir.h"

// Every host but loopback goes through the proxy, so these targets have names, which no test resolves.
namespace ag::http {
namespace {

using test::Call;
using test::kOk;
using test::Outcome;
using test::RawSocket;
using test::ScriptedServer;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class EgressTest : public test::ClientTest {
 protected:
  void Use(Egress egress, std::string ca_file = {}) {
    ClientOptions options;
    options.egress = std::move(egress);
    options.extra_ca_file = std::move(ca_file);
    UseOptions(std::move(options));
  }
  void Trust(const test::PrivateCa& ca, Egress egress) {
    test::WriteFile(dir_.File("ca.pem"), ca.Pem());
    Use(std::move(egress), dir_.File("ca.pem"));
  }
  static Call To(std::string url) {
    Call call;
    call.url = std::move(url);
    return call;
  }
  // The refusal's text; the connection is to come to nothing.
  std::string Refusal(std::string url) {
    const Outcome outcome = Run(To(std::move(url)));
    EXPECT_EQ(KindOf(outcome.status), ErrorKind::kEgress) << outcome.status;
    EXPECT_THAT(std::string(outcome.status.message()), Not(HasSubstr("pa55")));
    return std::string(outcome.status.message());
  }
  test::TempDir dir_;
};

Egress HttpProxyAt(const ScriptedServer& proxy) {
  return Egress::Through(absl::StrCat("http://us%65r:pa55@127.0.0.1:", proxy.port()));
}
Egress SocksProxyAt(const ScriptedServer& proxy, std::string_view login = {}) {
  return Egress::Through(absl::StrCat("socks5h://", std::string(login), "127.0.0.1:", proxy.port()));
}

TEST_F(EgressTest, TunnelsThroughAConnectProxy) {
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
  Trust(ca, HttpProxyAt(proxy));
  const Outcome outcome = Run(To("https://api.example"));
  EXPECT_EQ(outcome.body, "ok") << outcome.status;
  EXPECT_EQ(
      connect.get_future().get(),
      "CONNECT api.example:443 HTTP/1.1\r\nHost: api.example:443\r\nProxy-Authorization: Basic dXNlcjpwYTU1\r\n\r\n");
}

TEST_F(EgressTest, SaysWhyAnHttpProxyRefuses) {
  const std::string need = "HTTP/1.1 407 Proxy Authentication Required\r\n";
  const std::pair<std::string, std::string> cases[] = {
      {need + "Content-Length: 0\r\n\r\n", "refuses the user name"},
      {need + "Proxy-Authenticate: Basic realm=\"x\"\r\n\r\n", "refuses the user name"},
      {need + "Proxy-Authenticate: NTLM\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n", "refuses the user name"},
      {need + "Proxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n", "cntlm"},
      {need + "Proxy-Authenticate: Negotiate, NTLM\r\n\r\n", "http://127.0.0.1:3128"},
      {need + "Proxy-Authenticate: Digest realm=\"x\", nonce=\"y\"\r\n\r\n", "only Basic"},
      {"HTTP/1.1 403 Not for you\r\n\r\n", "403 Not for you"},
      {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "not HTTP"},
      {"HTTP/1.1 200 OK\r\n\r\nhello", "bytes of its own"},
      {"", "closed the connection"},
  };
  for (const auto& [reply, reason] : cases) {
    ScriptedServer proxy([&, answer = reply](RawSocket& socket, int) {
      socket.ReadUntil("\r\n\r\n");
      socket.Send(answer);
    });
    Use(HttpProxyAt(proxy));
    EXPECT_THAT(Refusal("https://api.example"), AllOf(HasSubstr(reason), HasSubstr(absl::StrCat(proxy.port()))));
  }
}

TEST_F(EgressTest, AsksForALoginWhereThereIsNone) {
  ScriptedServer proxy([](RawSocket& socket, int) {
    socket.ReadUntil("\r\n\r\n");
    socket.Send("HTTP/1.1 407 Need\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n");
  });
  Use(Egress::Through(absl::StrCat("127.0.0.1:", proxy.port())));
  const Outcome outcome = Run(To("https://api.example"));
  EXPECT_THAT(std::string(outcome.status.message()), HasSubstr("http://user:password@host:port"));
}

TEST_F(EgressTest, SendsAbsoluteTargetsToAProxyForPlainHttp) {
  std::promise<std::string> seen;
  ScriptedServer proxy([&](RawSocket& socket, int) {
    seen.set_value(socket.ReadMessage());
    socket.Send(kOk);
  });
  Use(HttpProxyAt(proxy));
  EXPECT_EQ(Run(To("http://api.example:8080")).body, "ok");
  const std::string request = seen.get_future().get();
  EXPECT_THAT(request, StartsWith("POST http://api.example:8080/t HTTP/1.1\r\nHost: api.example:8080\r\n"));
  EXPECT_THAT(request, HasSubstr("Proxy-Authorization: Basic dXNlcjpwYTU1\r\n"));
}

// --- SOCKS5: bytes as RFC 1928 and RFC 1929 write them.

const std::string kConnected("\5\0\0\1\0\0\0\0\0\0", 10);
const std::string kNoLogin("\5\0", 2);

TEST_F(EgressTest, LetsASocksProxyResolveTheName) {
  const test::PrivateCa ca("Test Root");
  const auto context = ca.ServerContext("DNS:api.example");
  std::promise<std::string> request;
  ScriptedServer proxy([&](RawSocket& socket, int) {
    EXPECT_EQ(socket.ReadExactly(3), std::string("\5\1\0", 3));
    socket.Send(kNoLogin);
    request.set_value(socket.ReadExactly(4 + 1 + 11 + 2));
    socket.Send(kConnected);
    test::TlsPeer peer(socket, context);
    ASSERT_TRUE(peer.Accept());
    peer.ReadUntil("hello");
    peer.Send(std::string(kOk));
  });
  Trust(ca, SocksProxyAt(proxy));
  const Outcome outcome = Run(To("https://api.example"));
  EXPECT_EQ(outcome.body, "ok") << outcome.status;
  EXPECT_EQ(request.get_future().get(), std::string("\5\1\0\3\13api.example\1\273", 18));
}

TEST_F(EgressTest, SignsInToASocksProxyAndTunnelsPlainHttpToo) {
  ScriptedServer proxy([](RawSocket& socket, int) {
    EXPECT_EQ(socket.ReadExactly(4), std::string("\5\2\0\2", 4));
    socket.Send("\5\2");
    EXPECT_EQ(socket.ReadExactly(11), "\1\4user\4p@ss");
    socket.Send(std::string("\1\0", 2));
    EXPECT_EQ(socket.ReadExactly(10), std::string("\5\1\0\1\12\1\2\3\37\220", 10)) << "10.1.2.3:8080";
    // An answer in pieces, with a name for its address.
    for (const char* piece : {"\5", ""}) socket.Send(piece);
    socket.Send(std::string("\0\0\3\2ab\0\1", 8));
    EXPECT_THAT(socket.ReadMessage(), StartsWith("POST /t HTTP/1.1\r\nHost: 10.1.2.3:8080\r\n"));
    socket.Send(kOk);
  });
  Use(SocksProxyAt(proxy, "user:p%40ss@"));
  const Outcome outcome = Run(To("http://10.1.2.3:8080"));
  EXPECT_EQ(outcome.body, "ok") << outcome.status;
}

struct SocksCase {
  std::string login;
  std::function<void(RawSocket&)> script;
  std::string reason;
};

TEST_F(EgressTest, SaysWhyASocksProxyRefuses) {
  const auto connect_answered = [](std::string answer) {
    return [answer = std::move(answer)](RawSocket& socket) {
      socket.ReadExactly(3);
      socket.Send(kNoLogin);
      socket.ReadExactly(18);
      socket.Send(answer);
    };
  };
  const auto greeted = [](std::string answer) {
    return [answer = std::move(answer)](RawSocket& socket) {
      socket.ReadExactly(3);
      socket.Send(answer);
    };
  };
  const SocksCase cases[] = {
      {"", greeted("\5\xff"), "asks for a user name and password"},
      {"", greeted("\5\2"), "asks for a user name and password"},
      {"user:pa55@", greeted("\5\xff"), "another sign-in"},
      {"user:pa55@",
       [](RawSocket& socket) {
         socket.ReadExactly(4);
         socket.Send("\5\2");
         socket.ReadExactly(11);
         socket.Send("\1\1");
       },
       "refuses the user name"},
      {"", greeted("HTTP/1.1 400 Bad Request\r\n\r\n"), "is it an HTTP proxy"},
      {"", greeted(""), "closed the connection"},
      {"", greeted("\5"), "closed the connection"},
      {"", connect_answered("\5\4"), "unknown or unreachable"},
      {"", connect_answered(std::string("\5\5\0\1\0\0\0\0\0\0", 10)), "refused the connection"},
      {"", connect_answered("\5\x63"), "unknown code 99"},
      {"", connect_answered(std::string("\5\0\0\7\0\0\0\0\0\0", 10)), "not SOCKS5"},
      {"", connect_answered(std::string("\5\0\0\1\0\0", 6)), "closed the connection"},
      {"", connect_answered(kConnected + "x"), "bytes of its own"},
  };
  for (const SocksCase& one : cases) {
    ScriptedServer proxy([&](RawSocket& socket, int) { one.script(socket); });
    Use(SocksProxyAt(proxy, one.login));
    EXPECT_THAT(Refusal("https://api.example"), AllOf(HasSubstr(one.reason), HasSubstr("api.example:443")));
  }
}

TEST_F(EgressTest, GivesUpOnASilentSocksProxyInTime) {
  std::promise<void> asked;
  ScriptedServer proxy([&](RawSocket& socket, int) {
    socket.ReadExactly(3);
    asked.set_value();
    socket.ReadToEnd();
  });
  Use(SocksProxyAt(proxy));
  auto pending = Begin(To("https://api.example"));
  asked.get_future().wait();
  clock_.Advance(std::chrono::seconds(11));
  const Outcome outcome = pending.get();
  EXPECT_EQ(KindOf(outcome.status), ErrorKind::kEgress);
  EXPECT_THAT(std::string(outcome.status.message()), HasSubstr("no answer within 10000 ms"));
}

TEST_F(EgressTest, NeverGoesPastAProxyThatIsDownOrUnusable) {
  ScriptedServer target([](RawSocket& socket, int) { socket.Send(kOk); });
  std::uint16_t nobody = 0;
  {
    const test::RawListener gone;
    nobody = gone.port();
  }
  for (const std::string scheme : {"http", "socks5h"}) {
    Use(Egress::Through(absl::StrCat(scheme, "://127.0.0.1:", nobody)));
    EXPECT_THAT(Refusal("http://api.example"),
                HasSubstr(absl::StrCat("cannot connect to the outgoing proxy 127.0.0.1:", nobody)));
  }
  Use(Egress::Through("http://intranet/proxy.pac"));
  EXPECT_THAT(Refusal("http://api.example"), HasSubstr("PAC file"));
  EXPECT_EQ(target.connections(), 0);
}

TEST_F(EgressTest, KeepsConnectionsOfDifferentWaysApart) {
  const auto proxy_script = [](RawSocket& socket, int) {
    while (!socket.ReadMessage().empty()) socket.Send(kOk);
  };
  ScriptedServer everybodys(proxy_script);
  ScriptedServer own(proxy_script);
  Use(Egress::Through(absl::StrCat("127.0.0.1:", everybodys.port())));
  const auto way = [&](std::uint16_t port) {
    WayOut made;
    made.egress = Egress::Through(absl::StrCat("127.0.0.1:", port));
    return std::make_shared<const WayOut>(std::move(made));
  };
  Call call = To("http://api.example");
  EXPECT_FALSE(Run(call).reused);
  call.way_out = way(own.port());
  EXPECT_FALSE(Run(call).reused);
  call.way_out = way(own.port());
  EXPECT_TRUE(Run(call).reused) << "an equal way";
  call.way_out = nullptr;
  EXPECT_TRUE(Run(call).reused);
  EXPECT_EQ(everybodys.connections(), 1);
  EXPECT_EQ(own.connections(), 1);
  EXPECT_EQ(Idle(), 2U);
}

TEST_F(EgressTest, AWayMayBeDirectWhereOthersUseAProxyAndTrustItsOwnCa) {
  const test::PrivateCa ca("Private Root");
  const auto context = ca.ServerContext("DNS:localhost");
  ScriptedServer target([&](RawSocket& socket, int) {
    test::TlsPeer peer(socket, context);
    if (!peer.Accept()) return;
    peer.ReadUntil("hello");
    peer.Send(std::string(kOk));
  });
  test::WriteFile(dir_.File("ca.pem"), ca.Pem());
  Use(Egress::Through("http://intranet/proxy.pac"));
  Call call = To(absl::StrCat("https://localhost:", target.port()));
  EXPECT_EQ(KindOf(Run(call).status), ErrorKind::kTls);
  WayOut way;
  way.egress = Egress();
  way.extra_ca_file = dir_.File("ca.pem");
  call.way_out = std::make_shared<const WayOut>(std::move(way));
  const Outcome outcome = Run(call);
  EXPECT_EQ(outcome.body, "ok") << outcome.status;
}

TEST(Egress, KnowsWhichHostsGoDirect) {
  Egress egress = Egress::Through("http://proxy:3128");
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
  EXPECT_EQ(EgressFromEnvironment("").proxy->ToString(), "http://from-environment:1");
  const Egress egress = EgressFromEnvironment("config:2");
  EXPECT_EQ(egress.proxy->ToString(), "http://config:2");
  EXPECT_THAT(egress.no_proxy, ::testing::ElementsAre("a.example", "b.example"));
  unsetenv("HTTPS_PROXY");
  setenv("ALL_PROXY", "socks5://all:3", 1);
  EXPECT_EQ(EgressFromEnvironment("").proxy->ToString(), "socks5h://all:3");
  unsetenv("ALL_PROXY");
  unsetenv("no_proxy");
}

}  // namespace
}  // namespace ag::http
