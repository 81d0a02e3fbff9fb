#include <absl/strings/str_cat.h>

#include "gatewayd/base/strings.h"
#include "gatewayd/http/client.h"
#include "tests/http/certificates.h"
#include "tests/http/client_fixture.h"
#include "tests/support/temp_dir.h"

namespace ag::http {
namespace {

using test::Call;
using test::kOk;
using test::RawSocket;
using test::ScriptedServer;

constexpr std::string_view kStream = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
constexpr std::string_view kLastEvent = "e\r\ndata: [DONE]\n\n\r\n";
constexpr std::string_view kEnd = "0\r\n\r\n";

// Sends and reads to the last event, as a caller does that knows the protocol inside.
runtime::Task<std::unique_ptr<Exchange>> ReadToTheLastEvent(Client* client, Call call) {
  const auto url = ParseUrl(call.url);
  OutgoingRequest request;
  request.url = &*url;
  request.target = call.target;
  request.cancel = call.cancel;
  auto exchange = co_await client->Send(request);
  if (!exchange.ok()) co_return nullptr;
  std::string body;
  while (body.find("[DONE]\n\n") == std::string::npos) {
    const auto piece = co_await (*exchange)->Read();
    if (!piece.ok() || piece->empty()) co_return nullptr;
    body += *piece;
  }
  co_return *std::move(exchange);
}

runtime::Task<absl::StatusOr<std::string>> ReadRest(Exchange* exchange) {
  auto rest = co_await exchange->ReadAll(1000);
  co_return rest;
}

// A server that streams up to the last event, then goes on with `rest` when told to. Answers further requests.
class FinishTest : public test::ClientTest {
 protected:
  void Play(RawSocket& socket, std::string_view first) {
    socket.ReadMessage();
    socket.Send(first);
    if (!rest_.empty()) {
      go_on_.get_future().wait();
      socket.Send(rest_);
      sent_.set_value();
    }
    test::AnswerEach(socket, kOk);
  }
  void SendRest() {
    go_on_.set_value();
    sent_.get_future().wait();
  }
  std::unique_ptr<Exchange> Begin(Call call) {
    if (client_ == nullptr) UseOptions({});
    return test::Start(shard_, ReadToTheLastEvent(client_.get(), std::move(call))).get();
  }
  bool TryFinish(Exchange& exchange) {
    return test::RunOn(shard_, [&] { return exchange.TryFinish(); });
  }
  void Drop(std::unique_ptr<Exchange> exchange) {
    test::RunOn(shard_, [&] { exchange.reset(); });
  }
  // What was sent before this call is read within a few turns of the shard.
  bool BecomesIdle() {
    constexpr int kTurns = 10'000;
    for (int turn = 0; turn < kTurns; ++turn) {
      if (Idle() == 1) return true;
    }
    return false;
  }

  std::string rest_;
  std::promise<void> go_on_;
  std::promise<void> sent_;
};

TEST_F(FinishTest, ReusesAConnectionWhoseStreamEndedInOneSegment) {
  ScriptedServer server(
      [&](RawSocket& socket, int) { Play(socket, absl::StrCat(ToAbsl(kStream), ToAbsl(kLastEvent), ToAbsl(kEnd))); });
  auto exchange = Begin(CallTo(server));
  ASSERT_NE(exchange, nullptr);
  EXPECT_TRUE(TryFinish(*exchange));
  EXPECT_TRUE(TryFinish(*exchange)) << "once more says the same";
  Drop(std::move(exchange));
  EXPECT_EQ(Idle(), 1u);
  EXPECT_TRUE(Run(server).reused);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(FinishTest, TakesAnEndThatHasComeSince) {
  rest_ = absl::StrCat("6\r\n: bye\n\r\n", ToAbsl(kEnd));
  ScriptedServer server(
      [&](RawSocket& socket, int) { Play(socket, absl::StrCat(ToAbsl(kStream), ToAbsl(kLastEvent))); });
  auto exchange = Begin(CallTo(server));
  ASSERT_NE(exchange, nullptr);
  SendRest();
  EXPECT_TRUE(TryFinish(*exchange));
  Drop(std::move(exchange));
  EXPECT_EQ(Idle(), 1u);
  EXPECT_TRUE(Run(server).reused);
}

TEST_F(FinishTest, DoesNotWaitForAnEndThatDoesNotCome) {
  ScriptedServer server([&](RawSocket& socket, int number) {
    if (number > 0) return test::AnswerEach(socket, kOk);
    Play(socket, absl::StrCat(ToAbsl(kStream), ToAbsl(kLastEvent), "0\r\n"));
  });
  auto exchange = Begin(CallTo(server));
  ASSERT_NE(exchange, nullptr);
  EXPECT_FALSE(TryFinish(*exchange));
  EXPECT_FALSE(TryFinish(*exchange));
  Drop(std::move(exchange));
  EXPECT_EQ(Idle(), 0u);
  EXPECT_FALSE(Run(server).reused);
}

TEST_F(FinishTest, KeepsAConnectionWhoseEndComesAMomentLater) {
  const std::string chunked = absl::StrCat(ToAbsl(kStream), ToAbsl(kLastEvent));
  const std::string sized = "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\ndata: [DONE]\n\n";
  for (const std::string& first : {chunked, sized}) {
    go_on_ = std::promise<void>();
    sent_ = std::promise<void>();
    rest_ = first == chunked ? absl::StrCat("6\r\n: bye\n\r\n", ToAbsl(kEnd)) : ": bye\n";
    ScriptedServer server([&](RawSocket& socket, int) { Play(socket, first); });
    auto exchange = Begin(CallTo(server));
    ASSERT_NE(exchange, nullptr);
    EXPECT_FALSE(TryFinish(*exchange));
    Drop(std::move(exchange));
    EXPECT_EQ(Idle(), 0u);
    SendRest();
    ASSERT_TRUE(BecomesIdle()) << first;
    EXPECT_TRUE(Run(server).reused);
    EXPECT_EQ(server.connections(), 1);
    test::RunOn(shard_, [this] { client_->CloseIdle(); });
  }
}

TEST_F(FinishTest, ClosesAConnectionWhoseEndDoesNotComeInTime) {
  std::promise<void> closed;
  ScriptedServer server([&](RawSocket& socket, int) {
    Play(socket, absl::StrCat(ToAbsl(kStream), ToAbsl(kLastEvent), "0\r\n"));
    closed.set_value();
  });
  auto exchange = Begin(CallTo(server));
  ASSERT_NE(exchange, nullptr);
  EXPECT_FALSE(TryFinish(*exchange));
  Drop(std::move(exchange));
  clock_.Advance(std::chrono::seconds(2));
  closed.get_future().wait();
  EXPECT_EQ(Idle(), 0u);
}

TEST_F(FinishTest, ClosesAConnectionWhoseLateRestIsDamagedOrEndless) {
  const std::string much = absl::StrCat("20000\r\n", std::string(0x20000, 'm'), "\r\n", ToAbsl(kEnd));
  const std::string two_replies = absl::StrCat(ToAbsl(kEnd), ToAbsl(kOk));
  for (const std::string& rest : {std::string("nonsense\r\n"), much, two_replies}) {
    go_on_ = std::promise<void>();
    sent_ = std::promise<void>();
    rest_ = rest;
    std::promise<void> closed;
    ScriptedServer server([&](RawSocket& socket, int) {
      Play(socket, absl::StrCat(ToAbsl(kStream), ToAbsl(kLastEvent)));
      closed.set_value();
    });
    auto exchange = Begin(CallTo(server));
    ASSERT_NE(exchange, nullptr);
    EXPECT_FALSE(TryFinish(*exchange));
    Drop(std::move(exchange));
    SendRest();
    closed.get_future().wait();
    EXPECT_EQ(Idle(), 0u) << rest.substr(0, 10);
  }
}

TEST_F(FinishTest, NewOptionsCloseAConnectionThatIsStillEnding) {
  std::promise<void> closed;
  ScriptedServer server([&](RawSocket& socket, int) {
    Play(socket, absl::StrCat(ToAbsl(kStream), ToAbsl(kLastEvent)));
    closed.set_value();
  });
  auto exchange = Begin(CallTo(server));
  ASSERT_NE(exchange, nullptr);
  EXPECT_FALSE(TryFinish(*exchange));
  Drop(std::move(exchange));
  test::RunOn(shard_, [this] { client_->SetOptions({}); });
  closed.get_future().wait();
}

TEST_F(FinishTest, LeavesTheExchangeReadable) {
  rest_ = absl::StrCat("4\r\nmore\r\n", ToAbsl(kEnd));
  ScriptedServer server(
      [&](RawSocket& socket, int) { Play(socket, absl::StrCat(ToAbsl(kStream), ToAbsl(kLastEvent))); });
  auto exchange = Begin(CallTo(server));
  ASSERT_NE(exchange, nullptr);
  EXPECT_FALSE(TryFinish(*exchange));
  SendRest();
  const auto rest = test::Start(shard_, ReadRest(exchange.get())).get();
  ASSERT_TRUE(rest.ok()) << rest.status();
  EXPECT_EQ(*rest, "more");
  Drop(std::move(exchange));
  EXPECT_EQ(Idle(), 1u);
}

TEST_F(FinishTest, KeepsNoConnectionWithADamagedOrEndlessRest) {
  const std::string much = absl::StrCat("20000\r\n", std::string(0x20000, 'm'), "\r\n", ToAbsl(kEnd));
  for (const std::string& rest : {std::string("nonsense\r\n"), much}) {
    go_on_ = std::promise<void>();
    sent_ = std::promise<void>();
    rest_ = rest;
    ScriptedServer server(
        [&](RawSocket& socket, int) { Play(socket, absl::StrCat(ToAbsl(kStream), ToAbsl(kLastEvent))); });
    auto exchange = Begin(CallTo(server));
    ASSERT_NE(exchange, nullptr);
    SendRest();
    EXPECT_FALSE(TryFinish(*exchange)) << rest.substr(0, 10);
    Drop(std::move(exchange));
    EXPECT_EQ(Idle(), 0u);
  }
}

TEST_F(FinishTest, SaysNoAfterTheClientHasLeft) {
  runtime::CancelSource cancel;
  ScriptedServer server(
      [&](RawSocket& socket, int) { Play(socket, absl::StrCat(ToAbsl(kStream), ToAbsl(kLastEvent), ToAbsl(kEnd))); });
  Call call = CallTo(server);
  call.cancel = &cancel;
  auto exchange = Begin(call);
  ASSERT_NE(exchange, nullptr);
  test::RunOn(shard_, [&] { cancel.Cancel(); });
  EXPECT_FALSE(TryFinish(*exchange));
  Drop(std::move(exchange));
  EXPECT_EQ(Idle(), 0u);
}

TEST_F(FinishTest, TakesTheEndOfATlsStream) {
  const test::PrivateCa ca("Test Root");
  const auto context = ca.ServerContext("IP:127.0.0.1");
  ScriptedServer server([&](RawSocket& socket, int) {
    test::TlsPeer peer(socket, context);
    if (!peer.Accept()) return;
    peer.ReadUntil("\r\n\r\n");
    peer.Send(absl::StrCat(ToAbsl(kStream), ToAbsl(kLastEvent)));
    go_on_.get_future().wait();
    peer.Send(std::string(kEnd));
    sent_.set_value();
    while (!peer.ReadUntil("hello").empty()) peer.Send(std::string(kOk));
  });
  const test::TempDir dir;
  test::WriteFile(dir.File("ca.pem"), ca.Pem());
  ClientOptions options;
  options.extra_ca_file = dir.File("ca.pem");
  UseOptions(options);
  Call call;
  call.url = absl::StrCat("https://127.0.0.1:", server.port());
  auto exchange = Begin(call);
  ASSERT_NE(exchange, nullptr);
  EXPECT_FALSE(TryFinish(*exchange));
  SendRest();
  EXPECT_TRUE(TryFinish(*exchange));
  Drop(std::move(exchange));
  EXPECT_TRUE(Run(call).reused);
}

}  // namespace
}  // namespace ag::http
