#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>

#include "gatewayd/base/error.h"
#include "gatewayd/http/server.h"
#include "tests/http/server_fixture.h"

// What whoever owns a server and its acceptor sees of them.
namespace ag::http {
namespace {

using test::RawSocket;
using test::ServerFixture;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kPost = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";

runtime::Task<void> Answer(Request&, BodyReader& body, ResponseWriter& writer) {
  const auto read = co_await body.ReadAll();
  ResponseHead head;
  head.status = read.ok() ? 200 : 413;
  const absl::Status sent = co_await writer.Send(head, "done");
  EXPECT_TRUE(sent.ok()) << sent;
}

TEST(Server, CountsItsSessionsForOtherThreads) {
  ServerFixture fixture(&Answer);
  EXPECT_EQ(fixture.server->session_count(), 0u);
  {
    RawSocket first = fixture.Connect();
    RawSocket second = fixture.Connect();
    for (RawSocket* socket : {&first, &second}) {
      socket->Send(kPost);
      socket->ReadMessage();
    }
    EXPECT_EQ(fixture.server->session_count(), 2u);
  }
  while (fixture.Sessions() != 0) {
  }
  EXPECT_EQ(fixture.server->session_count(), 0u);
}

// Under ASan this shows a server that only refers to them.
TEST(Server, CopiesItsLimits) {
  auto limits = std::make_unique<ServerLimits>();
  limits->max_body_bytes = 4;
  ServerFixture fixture(&Answer, *limits);
  limits.reset();
  RawSocket socket = fixture.Connect();
  socket.Send(kPost);
  EXPECT_THAT(socket.ReadToEnd(), StartsWith("HTTP/1.1 413 "));
}

TEST(Acceptor, NamesTheHolderOfAPortInUse) {
  ServerFixture fixture(&Answer);
  test::RawListener other;
  const auto bound =
      test::RunOn(fixture.shards.at(0), [&] { return fixture.acceptor->Listen("127.0.0.1", other.port()); });
  ASSERT_FALSE(bound.ok());
  EXPECT_EQ(KindOf(bound.status()), ErrorKind::kConnect);
  EXPECT_THAT(std::string(bound.status().message()), HasSubstr(absl::StrCat("(pid ", getpid(), ")")));
}

TEST(Acceptor, ListensOnIpv6BesideIpv4) {
  ServerFixture fixture(&Answer);
  const auto bound = test::RunOn(fixture.shards.at(0), [&] { return fixture.acceptor->Listen("::1", fixture.port); });
  if (!bound.ok()) GTEST_SKIP() << "no IPv6 here: " << bound.status();
  EXPECT_EQ(*bound, fixture.port);
}

}  // namespace
}  // namespace ag::http
