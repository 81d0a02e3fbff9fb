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
using ::testing::StartsWith;

class TlsClientTest : public test::ClientTest {
 protected:
  void Trust(const test::PrivateCa& ca) {
    test::WriteFile(dir_.File("ca.pem"), ca.Pem());
    ClientOptions options;
    options.extra_ca_file = dir_.File("ca.pem");
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

}  // namespace
}  // namespace ag::http
