#include "tests/fakes/fake_upstream.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_proxy.h"
#include "tests/fakes/provider_replies.h"
#include "tests/support/http_client.h"

namespace ag::test {
namespace {

TEST(FakeUpstream, RecordsRequestsAndAnswersByPathThenFromQueue) {
  FakeUpstream upstream;
  upstream.On("POST", "/v1/messages", AnthropicUnary("by path"));
  upstream.Enqueue(OpenAiChatUnary("first"));
  HttpConnection client(upstream.port());
  const HttpResponse first = client.Exchange("POST", "/v1/messages?beta=true", {{"X-A", "1"}}, "{}");
  const HttpResponse second = client.Exchange("POST", "/v1/chat/completions", {}, "{}");
  const HttpResponse third = client.Exchange("GET", "/none", {});

  EXPECT_NE(first.body.find("by path"), std::string::npos);
  EXPECT_NE(second.body.find("first"), std::string::npos);
  EXPECT_EQ(third.status, 404);
  const std::vector<RecordedRequest> seen = upstream.requests();
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[0].target, "/v1/messages?beta=true");
  EXPECT_EQ(seen[0].Path(), "/v1/messages");
  EXPECT_EQ(seen[0].Header("x-a"), "1");
  EXPECT_EQ(seen[0].body, "{}");
  EXPECT_EQ(upstream.connections(), 1u);
}

TEST(FakeUpstream, GateHoldsTheStreamAndALeavingClientIsCounted) {
  FakeUpstream upstream;
  const auto gate = std::make_shared<Gate>();
  upstream.Enqueue(Reply(200).Sse("data: 1\n\n").Stall(gate).Piece("data: 2\n\n"));
  upstream.Enqueue(Reply(200).StallHead(std::make_shared<Gate>()));
  HttpConnection client(upstream.port());
  ASSERT_TRUE(client.Send("POST", "/", {}, "{}"));
  EXPECT_EQ(client.ReadHead().status, 200);
  EXPECT_EQ(client.ReadPiece(), "data: 1\n\n");
  gate->Open();
  EXPECT_EQ(client.ReadPiece(), "data: 2\n\n");
  EXPECT_EQ(client.ReadPiece(), std::nullopt);
  EXPECT_TRUE(client.body_complete());

  ASSERT_TRUE(client.Send("POST", "/", {}, "{}"));
  ASSERT_TRUE(upstream.WaitForRequests(2));
  client = HttpConnection(upstream.port());
  EXPECT_TRUE(upstream.WaitForAborted(1));
}

TEST(FakeUpstream, CutsAreCuts) {
  FakeUpstream upstream;
  upstream.Enqueue(Reply(200).Sse("data: 1\n\n").CutClean());
  upstream.Enqueue(Reply(200).Body("some").CutReset());
  upstream.Enqueue(Reply().CloseBeforeHead());
  upstream.Enqueue(Reply().Raw("no HTTP at all\r\n\r\n"));
  const HttpResponse chunked = HttpPost(upstream.port(), "/", "{}");
  EXPECT_EQ(chunked.body, "data: 1\n\n");
  EXPECT_FALSE(chunked.complete);
  EXPECT_FALSE(HttpPost(upstream.port(), "/", "{}").complete);
  EXPECT_EQ(HttpPost(upstream.port(), "/", "{}").status, 0);
  EXPECT_EQ(HttpPost(upstream.port(), "/", "{}").status, 0);
}

TEST(FakeUpstream, AnswersEarlyWithoutTheBodyAndSkips1xx) {
  FakeUpstream upstream;
  upstream.Enqueue(Reply(413).Early().Json("{}"));
  upstream.Enqueue(Reply(200).Informational(103).Json("{}"));
  HttpConnection client(upstream.port());
  ASSERT_TRUE(client.Send("POST", "/", {{"Transfer-Encoding", "chunked"}}));
  EXPECT_EQ(client.ReadResponse().status, 413);
  HttpConnection second(upstream.port());
  EXPECT_EQ(second.Exchange("POST", "/", {}, "{}").status, 200);
  EXPECT_EQ(second.informational(), 1);
}

TEST(FakeUpstream, ClosesIdleConnections) {
  FakeUpstream upstream;
  upstream.Enqueue(Reply(200).Json("{}"));
  HttpConnection client(upstream.port());
  EXPECT_EQ(client.Exchange("POST", "/", {}, "{}").status, 200);
  ASSERT_TRUE(upstream.WaitForIdleConnections(1));
  upstream.CloseIdle();
  EXPECT_TRUE(client.AtEnd());
  EXPECT_TRUE(upstream.WaitForOpenConnections(0));
}

TEST(FakeUpstream, SplitsTheSameWayForTheSameSeed) {
  FakeUpstream upstream;
  const std::string text(1000, 'x');
  upstream.Enqueue(Reply(200).Sse(text).SplitAtRandom(7, 42));
  const HttpResponse response = HttpPost(upstream.port(), "/", "{}");
  EXPECT_EQ(response.body, text);
  EXPECT_TRUE(response.complete);
}

TEST(FakeProxy, TunnelsWhatIsMappedAndAsksForCredentials) {
  FakeUpstream upstream;
  upstream.On("GET", "/x", Reply(200).Body("inside"));
  FakeProxy proxy;
  proxy.Map("api.example.test:443", upstream.port());
  proxy.RequireBasic("dTpw");

  HttpConnection refused(proxy.port());
  EXPECT_EQ(refused.Exchange("CONNECT", "api.example.test:443", {}).status, 407);
  HttpConnection unknown(proxy.port());
  EXPECT_EQ(unknown.Exchange("CONNECT", "other.test:443", {{"Proxy-Authorization", "Basic dTpw"}}).status, 502);
  HttpConnection tunnel(proxy.port());
  ASSERT_TRUE(tunnel.Send("CONNECT", "api.example.test:443", {{"Proxy-Authorization", "Basic dTpw"}}));
  EXPECT_EQ(tunnel.ReadHead("HEAD").status, 200);
  EXPECT_EQ(tunnel.Exchange("GET", "/x", {}).body, "inside");
  EXPECT_EQ(proxy.seen().back().line, "CONNECT api.example.test:443 HTTP/1.1");
}

TEST(FakeProxy, RelaysAbsoluteForm) {
  FakeUpstream upstream;
  upstream.On("GET", "/x", Reply(200).Body("plain"));
  FakeProxy proxy;
  proxy.Map("plain.test:80", upstream.port());
  HttpConnection client(proxy.port());
  EXPECT_EQ(client.Exchange("GET", "http://plain.test/x", {}).body, "plain");
}

}  // namespace
}  // namespace ag::test
