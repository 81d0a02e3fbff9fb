#include "gatewayd/http/client.h"

#include <gmock/gmock.h>
#include <zlib.h>

#include "gatewayd/base/error.h"
#include "tests/http/client_fixture.h"

namespace ag::http {
namespace {

using test::AnswerEach;
using test::Call;
using test::kOk;
using test::Outcome;
using test::RawSocket;
using test::ScriptedServer;
using ::testing::HasSubstr;

using ClientTest = test::ClientTest;

TEST_F(ClientTest, SendsARequestAndReadsTheReply) {
  std::promise<std::string> seen;
  ScriptedServer server([&](RawSocket& socket, int) {
    seen.set_value(socket.ReadMessage());
    socket.Send("HTTP/1.1 201 Created\r\nA: b\r\nContent-Length: 2\r\n\r\nok");
  });
  const Outcome outcome = Run(server);
  EXPECT_EQ(seen.get_future().get(), absl::StrCat("POST /t HTTP/1.1\r\nHost: 127.0.0.1:", server.port(),
                                                  "\r\nX-Test: 1\r\nContent-Length: 5\r\n\r\nhello"));
  EXPECT_TRUE(outcome.status.ok()) << outcome.status;
  EXPECT_EQ(outcome.code, 201);
  EXPECT_EQ(outcome.body, "ok");
  EXPECT_EQ(outcome.headers[0], std::pair(std::string("A"), std::string("b")));
}

TEST_F(ClientTest, ReusesAConnection) {
  ScriptedServer server([](RawSocket& socket, int) { AnswerEach(socket, kOk); });
  EXPECT_FALSE(Run(server).reused);
  for (int i = 0; i < 30; ++i) EXPECT_TRUE(Run(server).reused);
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(Idle(), 1u);
}

TEST_F(ClientTest, ReplacesAStaleConnectionOnce) {
  std::promise<void> closed;
  ScriptedServer server([&](RawSocket& socket, int number) {
    socket.ReadMessage();
    socket.Send(kOk);
    if (number == 0) {
      socket.Close();
      closed.set_value();
      return;
    }
    AnswerEach(socket, kOk);
  });
  EXPECT_EQ(Run(server).body, "ok");
  closed.get_future().wait();
  clock_.Advance(std::chrono::seconds(1));
  const Outcome outcome = Run(server);
  EXPECT_EQ(outcome.body, "ok") << outcome.status;
  EXPECT_FALSE(outcome.reused);
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(ClientTest, ReplacesAConnectionThatClosesWithoutAByte) {
  ScriptedServer server([&](RawSocket& socket, int number) {
    socket.ReadMessage();
    socket.Send(kOk);
    socket.ReadMessage();
    if (number > 0) socket.Send(kOk);
  });
  EXPECT_EQ(Run(server).body, "ok");
  const Outcome outcome = Run(server);
  EXPECT_EQ(outcome.body, "ok") << outcome.status;
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(ClientTest, DoesNotSendAWithdrawnRequestAgain) {
  std::atomic<bool> withdrawn{false};
  std::string heard;
  std::promise<void> ended;
  {
    ScriptedServer server([&](RawSocket& socket, int number) {
      if (number > 0) {
        heard = socket.ReadMessage();
        ended.set_value();
        return;
      }
      socket.ReadMessage();
      socket.Send(kOk);
      socket.ReadMessage();
      withdrawn = true;
    });
    Call call = CallTo(server);
    call.withdrawn = &withdrawn;
    EXPECT_EQ(Run(call).body, "ok");
    EXPECT_EQ(KindOf(Run(call).status), ErrorKind::kNoAccount);
    ended.get_future().wait();
  }
  EXPECT_EQ(heard, "");
  EXPECT_EQ(Idle(), 0U);
}

TEST_F(ClientTest, DoesNotSendAgainOnAFreshConnection) {
  ScriptedServer server([&](RawSocket& socket, int) { socket.ReadMessage(); });
  const Outcome outcome = Run(server);
  EXPECT_EQ(KindOf(outcome.status), ErrorKind::kStreamCut);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(ClientTest, DoesNotSendAgainAfterTheReplyHasBegun) {
  ScriptedServer server([&](RawSocket& socket, int) {
    socket.ReadMessage();
    socket.Send(kOk);
    socket.ReadMessage();
    socket.Send("HTTP/1.1 2");
  });
  EXPECT_EQ(Run(server).body, "ok");
  EXPECT_EQ(KindOf(Run(server).status), ErrorKind::kStreamCut);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(ClientTest, ReadsEveryKindOfBody) {
  const std::pair<std::string, std::string> cases[] = {
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;e\r\nde\r\n0\r\nT: v\r\n\r\n", "abcde"},
      {"HTTP/1.1 200 OK\r\n\r\nuntil the end", "until the end"},
      {"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc", "abc"},
      {"HTTP/1.1 204 No Content\r\n\r\n", ""},
      {"HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n", ""},
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
       "x"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + std::string(300'000, 'L'), std::string(300'000, 'L')},
  };
  for (const auto& [reply, body] : cases) {
    ScriptedServer server([&](RawSocket& socket, int) {
      socket.ReadMessage();
      socket.Send(reply);
    });
    const Outcome outcome = Run(server);
    EXPECT_TRUE(outcome.status.ok()) << outcome.status << reply.substr(0, 80);
    EXPECT_EQ(outcome.body, body);
  }
}

TEST_F(ClientTest, ReadsNoBodyAfterHead) {
  ScriptedServer server([](RawSocket& socket, int) {
    socket.ReadMessage();
    socket.Send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
    socket.ReadMessage();
  });
  Call call = CallTo(server);
  call.method = "HEAD";
  call.body = "";
  const Outcome outcome = Run(call);
  EXPECT_TRUE(outcome.status.ok()) << outcome.status;
  EXPECT_EQ(Idle(), 1u);
}

TEST_F(ClientTest, KeepsNoConnectionThatCannotBeTrusted) {
  for (const std::string reply :
       {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"}) {
    ScriptedServer server([&](RawSocket& socket, int) {
      socket.ReadMessage();
      socket.Send(reply);
      socket.ReadMessage();
    });
    EXPECT_EQ(Run(server).body, "ok") << reply;
    EXPECT_EQ(Idle(), 0u) << reply;
  }
}

TEST_F(ClientTest, RefusesRepliesThatAreNotHttp) {
  for (const std::string reply :
       {"HTTP/1.1 200 OK\nA: b\n\n", "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 101 Switch\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"}) {
    ScriptedServer server([&](RawSocket& socket, int) {
      socket.ReadMessage();
      socket.Send(reply);
      socket.ReadMessage();
    });
    EXPECT_EQ(KindOf(Run(server).status), ErrorKind::kProtocol) << reply;
  }
}

TEST_F(ClientTest, TellsACutFromAnEnd) {
  for (const std::string reply : {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
                                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"}) {
    ScriptedServer server([&](RawSocket& socket, int) {
      socket.ReadMessage();
      socket.Send(reply);
    });
    const Outcome outcome = Run(server);
    EXPECT_EQ(outcome.body, "half");
    EXPECT_EQ(KindOf(outcome.status), ErrorKind::kStreamCut);
  }
}

TEST_F(ClientTest, DecodesGzipThatNobodyAskedFor) {
  const std::string text(200'000, 'z');
  std::string coded(compressBound(text.size()) + 64, '\0');
  auto size = static_cast<uLongf>(coded.size());
  compress(reinterpret_cast<Bytef*>(coded.data()), &size, reinterpret_cast<const Bytef*>(text.data()), text.size());
  coded.resize(size);
  ScriptedServer server([&](RawSocket& socket, int) {
    AnswerEach(socket, absl::StrCat("HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: ", coded.size(),
                                    "\r\nX: y\r\n\r\n", coded));
  });
  const Outcome outcome = Run(server);
  EXPECT_TRUE(outcome.status.ok()) << outcome.status;
  EXPECT_EQ(outcome.body, text);
  ASSERT_EQ(outcome.headers.size(), 1u);
  EXPECT_EQ(outcome.headers[0].first, "X");
  EXPECT_TRUE(Run(server).reused);
}

TEST_F(ClientTest, ReadsAnAnswerThatComesBeforeTheRequestIsSent) {
  ScriptedServer server([](RawSocket& socket, int) {
    socket.ReadUntil("\r\n\r\n");
    socket.Send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig");
    socket.ShutdownWrite();
    socket.ReadToEnd();
  });
  Call call = CallTo(server);
  call.body = std::string(40'000'000, 'u');
  const Outcome outcome = Run(call);
  EXPECT_EQ(outcome.code, 413) << outcome.status;
  EXPECT_EQ(outcome.body, "big");
  EXPECT_EQ(Idle(), 0u);
}

TEST_F(ClientTest, NamesTheHostThatRefusesConnections) {
  Call call;
  {
    const test::RawListener gone;
    call.url = absl::StrCat("http://127.0.0.1:", gone.port());
  }
  const Outcome outcome = Run(call);
  EXPECT_EQ(KindOf(outcome.status), ErrorKind::kConnect);
  EXPECT_THAT(std::string(outcome.status.message()), HasSubstr(call.url.substr(7)));
}

TEST_F(ClientTest, TimesOutWithoutAHead) {
  std::promise<void> asked;
  ScriptedServer server([&](RawSocket& socket, int) {
    socket.ReadMessage();
    asked.set_value();
    socket.ReadToEnd();
  });
  auto outcome = Begin(CallTo(server));
  asked.get_future().wait();
  Idle();  // a round trip: the client waits for the head by now
  clock_.Advance(std::chrono::seconds(601));
  EXPECT_EQ(KindOf(outcome.get().status), ErrorKind::kHeadTimeout);
}

TEST_F(ClientTest, TimesOutWhenBytesStopComing) {
  std::promise<void> sent;
  ScriptedServer server([&](RawSocket& socket, int) {
    socket.ReadMessage();
    socket.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    sent.set_value();
    socket.ReadToEnd();
  });
  auto outcome = Begin(CallTo(server));
  sent.get_future().wait();
  while (outcome.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) {
    clock_.Advance(std::chrono::seconds(20));
  }
  EXPECT_EQ(KindOf(outcome.get().status), ErrorKind::kIdleTimeout);
}

TEST_F(ClientTest, ForgetsIdleConnectionsInTime) {
  std::promise<void> ended;
  ScriptedServer server([&](RawSocket& socket, int) {
    AnswerEach(socket, kOk);
    ended.set_value();
  });
  EXPECT_EQ(Run(server).body, "ok");
  EXPECT_EQ(Idle(), 1u);
  clock_.Advance(std::chrono::seconds(56));
  ended.get_future().wait();
  EXPECT_EQ(Idle(), 0u);
}

TEST_F(ClientTest, NewOptionsCloseIdleConnections) {
  ScriptedServer server([](RawSocket& socket, int) { AnswerEach(socket, kOk); });
  Run(server);
  test::RunOn(shard_, [this] { client_->SetOptions({}); });
  EXPECT_EQ(Idle(), 0u);
  EXPECT_FALSE(Run(server).reused);
}

// --- Cancelling, at each phase

TEST_F(ClientTest, CancelsWhileTheHeadIsAwaited) {
  runtime::CancelSource cancel;
  std::promise<void> asked;
  std::promise<std::string> rest;
  ScriptedServer server([&](RawSocket& socket, int) {
    socket.ReadMessage();
    asked.set_value();
    rest.set_value(socket.ReadToEnd());
  });
  Call call = CallTo(server);
  call.cancel = &cancel;
  auto outcome = Begin(call);
  asked.get_future().wait();
  test::RunOn(shard_, [&] { cancel.Cancel(); });
  EXPECT_EQ(KindOf(outcome.get().status), ErrorKind::kClientLeft);
  EXPECT_EQ(rest.get_future().get(), "") << "the connection stayed open";
}

TEST_F(ClientTest, CancelsWithinTheBody) {
  runtime::CancelSource cancel;
  std::promise<void> sent;
  std::promise<std::string> rest;
  ScriptedServer server([&](RawSocket& socket, int) {
    socket.ReadMessage();
    socket.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    sent.set_value();
    rest.set_value(socket.ReadToEnd());
  });
  Call call = CallTo(server);
  call.cancel = &cancel;
  auto outcome = Begin(call);
  sent.get_future().wait();
  test::RunOn(shard_, [&] { cancel.Cancel(); });
  EXPECT_EQ(KindOf(outcome.get().status), ErrorKind::kClientLeft);
  rest.get_future().wait();
}

TEST_F(ClientTest, CancelsWhileTheRequestIsWritten) {
  runtime::CancelSource cancel;
  std::promise<void> begun;
  std::promise<void> go_on;
  ScriptedServer server([&](RawSocket& socket, int) {
    socket.ReadUntil("\r\n\r\n");
    begun.set_value();
    go_on.get_future().wait();
  });
  Call call = CallTo(server);
  call.cancel = &cancel;
  call.body = std::string(40'000'000, 'u');
  auto outcome = Begin(call);
  begun.get_future().wait();
  test::RunOn(shard_, [&] { cancel.Cancel(); });
  EXPECT_EQ(KindOf(outcome.get().status), ErrorKind::kClientLeft);
  go_on.set_value();
}

TEST_F(ClientTest, CancelsWithinTheTlsHandshake) {
  runtime::CancelSource cancel;
  std::promise<void> begun;
  ScriptedServer server([&](RawSocket& socket, int) {
    socket.ReadExactly(5);  // of the ClientHello
    begun.set_value();
    socket.ReadToEnd();
  });
  Call call = CallTo(server);
  call.url = absl::StrCat("https://127.0.0.1:", server.port());
  call.cancel = &cancel;
  auto outcome = Begin(call);
  begun.get_future().wait();
  test::RunOn(shard_, [&] { cancel.Cancel(); });
  EXPECT_EQ(KindOf(outcome.get().status), ErrorKind::kClientLeft);
}

TEST_F(ClientTest, CancelsWhileTheNameIsResolved) {
  std::promise<void> begun;
  std::promise<void> go_on;
  auto gate = go_on.get_future().share();
  runtime::Resolver slow(clock_, [&begun, gate](const std::string&) {
    begun.set_value();
    gate.wait();
    return absl::StatusOr<std::vector<boost::asio::ip::address>>(MakeError(ErrorKind::kDns, "none"));
  });
  test::RunOn(shard_, [&] { client_ = std::make_unique<Client>(shard_, slow, ClientOptions()); });
  runtime::CancelSource cancel;
  Call call;
  call.url = "http://somewhere.example";
  call.cancel = &cancel;
  auto outcome = Begin(call);
  begun.get_future().wait();
  test::RunOn(shard_, [&] { cancel.Cancel(); });
  EXPECT_EQ(KindOf(outcome.get().status), ErrorKind::kClientLeft);
  go_on.set_value();
  test::RunOn(shard_, [this] { client_.reset(); });
}

TEST_F(ClientTest, TriesTheNextAddress) {
  ScriptedServer server([](RawSocket& socket, int) { AnswerEach(socket, kOk); });
  runtime::Resolver two(clock_, [](const std::string&) {
    return absl::StatusOr<std::vector<boost::asio::ip::address>>(
        {boost::asio::ip::make_address("127.0.0.77"), boost::asio::ip::make_address("127.0.0.1")});
  });
  test::RunOn(shard_, [&] { client_ = std::make_unique<Client>(shard_, two, ClientOptions()); });
  Call call;
  call.url = absl::StrCat("http://two.example:", server.port());
  EXPECT_EQ(Run(call).body, "ok");
  test::RunOn(shard_, [this] { client_.reset(); });
}

}  // namespace
}  // namespace ag::http
