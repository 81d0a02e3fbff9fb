// Requests that stand in line because the only account pauses.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/support/http_client.h"

namespace ag::test {
namespace {

const std::vector<Field> kJson{{"content-type", "application/json"}};

struct Client {
  const char* name;
  const char* provider;
  const char* path;
  const char* body;
  const char* keep_alive;  // as the dialect's own servers send it
};

constexpr Client kOpenAi{"OpenAi", "openai", "/v1/chat/completions",
                         R"({"model":"gpt-5-mini","stream":true,"messages":[{"role":"user","content":"hi"}]})",
                         ": keep-alive\n\n"};
constexpr Client kAnthropic{
    "Anthropic", "anthropic", "/v1/messages",
    R"({"model":"claude-sonnet-4-5","max_tokens":64,"stream":true,"messages":[{"role":"user","content":"hi"}]})",
    "event: ping\ndata: {\"type\": \"ping\"}\n\n"};

class Waiting : public testing::TestWithParam<Client> {
 protected:
  static bool IsOpenAi() { return std::string_view(GetParam().provider) == "openai"; }
  static Reply Models() { return IsOpenAi() ? OpenAiModels({"gpt-5-mini"}) : AnthropicModels({"claude-sonnet-4-5"}); }
  static Reply Answer(const std::string& text) {
    return IsOpenAi() ? OpenAiChatStream({text}) : AnthropicStream({text});
  }
  // Back within proxy.max_wait_ms, but not before the test says so.
  static Reply RateLimited() { return IsOpenAi() ? OpenAiRateLimited("15") : AnthropicRateLimited("15"); }
};

TEST_P(Waiting, AStreamIsKeptAliveInLineAndAnsweredInTheEnd) {
  FakeUpstream upstream;
  upstream.On("GET", "/v1/models", Models());
  Gateway gateway(Settings{{"proxy.early_commit_after_ms", "100"}});
  const std::string id = gateway.AddAccount(GetParam().provider, upstream.Origin());
  upstream.Enqueue(RateLimited());
  HttpConnection turned_away(gateway.port());
  ASSERT_TRUE(turned_away.Send("POST", GetParam().path, kJson, GetParam().body));
  ASSERT_EQ(turned_away.ReadHead().status, 200);
  EXPECT_EQ(turned_away.ReadPiece().value_or(""), GetParam().keep_alive);
  // The account pauses now: this one only stands in line.
  HttpConnection in_line(gateway.port());
  ASSERT_TRUE(in_line.Send("POST", GetParam().path, kJson, GetParam().body));
  const HttpResponse head = in_line.ReadHead();
  ASSERT_EQ(head.status, 200);
  EXPECT_EQ(head.Header("content-type"), "text/event-stream");
  EXPECT_EQ(in_line.ReadPiece().value_or(""), GetParam().keep_alive);
  EXPECT_EQ(in_line.ReadPiece().value_or(""), GetParam().keep_alive) << "as long as it takes";
  const std::size_t before = upstream.questions().size();

  upstream.Enqueue(Answer("first answer"));
  upstream.Enqueue(Answer("second answer"));
  client::v1::ClearAccountCooldownsRequest clear;
  clear.set_id(id);
  ASSERT_TRUE(gateway.control().ClearAccountCooldowns(clear).ok());
  std::string answers;
  for (HttpConnection* client : {&turned_away, &in_line}) {
    while (const auto piece = client->ReadPiece()) answers += *piece;
    EXPECT_TRUE(client->body_complete());
  }
  EXPECT_NE(answers.find("first answer"), std::string::npos) << answers;
  EXPECT_NE(answers.find("second answer"), std::string::npos) << answers;
  EXPECT_EQ(upstream.questions().size(), before + 2) << "the one in line was never sent before";
}

INSTANTIATE_TEST_SUITE_P(Dialects, Waiting, testing::Values(kOpenAi, kAnthropic),
                         [](const auto& client) { return std::string(client.param.name); });

}  // namespace
}  // namespace ag::test
