#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/support/http_client.h"

namespace ag::test {
namespace {

namespace v1 = client::v1;
using testing::HasSubstr;
using testing::Not;

const std::vector<Field> kJson{{"content-type", "application/json"}};

v1::Route RouteTo(const std::string& pattern, const std::string& provider, const std::string& model = {}) {
  v1::Route route;
  route.set_pattern(pattern);
  route.set_provider(provider);
  route.set_model(model);
  return route;
}

void Store(Gateway& gateway, const v1::Route& route) {
  v1::SetRouteRequest request;
  *request.mutable_route() = route;
  const auto stored = gateway.control().SetRoute(request);
  ASSERT_TRUE(stored.ok()) << stored.status();
}

void SetEffort(Gateway& gateway, const std::string& pattern, const std::string& provider, const std::string& effort) {
  v1::Route route = RouteTo(pattern, provider);
  route.mutable_options()->set_reasoning_effort(effort);
  Store(gateway, route);
}

constexpr char kMainTurn[] =
    R"({"model":"claude-sonnet-4-5","max_tokens":32000,"tools":[{"name":"Read","input_schema":{"type":"object"}}],)"
    R"("messages":[{"role":"user","content":"Generate a title for this conversation"},{"role":"assistant",)"
    R"("content":"Sorting"},{"role":"user","content":"now sort a list"}]})";
constexpr char kTitle[] =
    R"({"model":"claude-sonnet-4-5","max_tokens":512,"system":[{"type":"text","text":"Analyze if this message indicates )"
    R"(a new conversation topic. If it does, extract a 2-3 word title that captures the new topic."}],)"
    R"("messages":[{"role":"user","content":"sort a list"}]})";

TEST(BackgroundRoute, TakesAClientsTitlesAndLeavesItsTurns) {
  FakeUpstream anthropic;
  anthropic.On("GET", "/v1/models", AnthropicModels({"claude-sonnet-4-5", "claude-haiku-4-5"}));
  Gateway gateway;
  gateway.AddAccount("anthropic", anthropic.Origin());
  v1::Route cheap = RouteTo("claude-*", "anthropic", "claude-haiku-4-5");
  cheap.set_condition(v1::ROUTE_CONDITION_BACKGROUND);
  Store(gateway, cheap);
  Store(gateway, RouteTo("claude-*", "anthropic"));
  anthropic.Enqueue(AnthropicUnary("Sorting lists"));
  anthropic.Enqueue(AnthropicUnary("sorted"));

  EXPECT_EQ(HttpPost(gateway.port(), "/v1/messages", kTitle, kJson).status, 200);
  EXPECT_THAT(anthropic.questions().back().body, HasSubstr(R"("model":"claude-haiku-4-5")"));
  const auto record = gateway.WaitForRecord(1);
  EXPECT_EQ(record.routed().code(), "background_route");
  EXPECT_EQ(record.routed().args(0).value(), "claude-*");

  EXPECT_EQ(HttpPost(gateway.port(), "/v1/messages", kMainTurn, kJson).status, 200);
  EXPECT_EQ(anthropic.questions().back().body, kMainTurn) << "byte for byte";
  EXPECT_EQ(gateway.WaitForRecord(2).routed().code(), "route");
}

TEST(RouteReasoning, IsWhatAnUpstreamOfTheClientsDialectReceives) {
  FakeUpstream openai;
  openai.On("GET", "/v1/models", OpenAiModels({"gpt-5-mini"}));
  FakeUpstream anthropic;
  anthropic.On("GET", "/v1/models", AnthropicModels({"claude-sonnet-4-5"}));
  FakeUpstream gemini;
  gemini.On("GET", "/v1beta/models", GeminiModels({"gemini-2.5-flash"}));
  Gateway gateway;
  gateway.AddAccount("openai", openai.Origin());
  gateway.AddAccount("anthropic", anthropic.Origin());
  gateway.AddAccount("gemini", gemini.Origin());
  SetEffort(gateway, "gpt-5-mini", "openai", "low");
  SetEffort(gateway, "claude-sonnet-4-5", "anthropic", "medium");
  SetEffort(gateway, "gemini-2.5-flash", "gemini", "medium");

  openai.Enqueue(OpenAiChatUnary("a"));
  const std::string chat =
      R"({ "model":"gpt-5-mini", "reasoning_effort" : "high","messages":[{"role":"user","content":"x"}]})";
  EXPECT_EQ(HttpPost(gateway.port(), "/v1/chat/completions", chat, kJson).status, 200);
  EXPECT_EQ(openai.questions().back().body,
            R"({ "model":"gpt-5-mini", "reasoning_effort" : "low","messages":[{"role":"user","content":"x"}]})");

  openai.Enqueue(OpenAiResponsesUnary("a"));
  const std::string responses = R"({"model":"gpt-5-mini","reasoning":{"summary":"auto","effort":"high"},"input":"x"})";
  EXPECT_EQ(HttpPost(gateway.port(), "/v1/responses", responses, kJson).status, 200);
  EXPECT_EQ(openai.questions().back().body,
            R"({"model":"gpt-5-mini","reasoning":{"summary":"auto","effort":"low"},"input":"x"})");

  anthropic.Enqueue(AnthropicUnary("a"));
  const std::string messages =
      R"({"model":"claude-sonnet-4-5","max_tokens":20000,"messages":[{"role":"user","content":"x"}]})";
  EXPECT_EQ(HttpPost(gateway.port(), "/v1/messages", messages, kJson).status, 200);
  EXPECT_EQ(anthropic.questions().back().body,
            R"({"thinking":{"type":"enabled","budget_tokens":8192},)" + messages.substr(1));

  gemini.Enqueue(GeminiUnary("a"));
  const std::string contents =
      R"({"contents":[{"role":"user","parts":[{"text":"x"}]}], "generationConfig":{"topK":3}})";
  EXPECT_EQ(HttpPost(gateway.port(), "/v1beta/models/gemini-2.5-flash:generateContent", contents, kJson).status, 200);
  EXPECT_EQ(gemini.questions().back().body,
            R"({"contents":[{"role":"user","parts":[{"text":"x"}]}], )"
            R"("generationConfig":{"thinkingConfig":{"thinkingBudget":8192},"topK":3}})");
}

TEST(RouteReasoning, IsWhatAForeignUpstreamReceives) {
  FakeUpstream openai;
  openai.On("GET", "/v1/models", OpenAiModels({"gpt-5-mini"}));
  FakeUpstream anthropic;
  anthropic.On("GET", "/v1/models", AnthropicModels({"claude-sonnet-4-5"}));
  FakeUpstream gemini;
  gemini.On("GET", "/v1beta/models", GeminiModels({"gemini-2.5-flash"}));
  Gateway gateway;
  gateway.AddAccount("openai", openai.Origin());
  gateway.AddAccount("anthropic", anthropic.Origin());
  gateway.AddAccount("gemini", gemini.Origin());
  SetEffort(gateway, "gpt-5-mini", "openai", "low");
  SetEffort(gateway, "claude-sonnet-4-5", "anthropic", "medium");
  SetEffort(gateway, "gemini-2.5-flash", "gemini", "medium");
  const auto chat = [](const std::string& model) {
    return R"({"model":")" + model +
           R"(","reasoning_effort":"high","max_tokens":20000,"messages":[{"role":"user","content":"x"}]})";
  };
  anthropic.Enqueue(AnthropicUnary("a"));
  EXPECT_EQ(HttpPost(gateway.port(), "/v1/chat/completions", chat("claude-sonnet-4-5"), kJson).status, 200);
  EXPECT_THAT(anthropic.questions().back().body, HasSubstr(R"("budget_tokens":8192)"));
  gemini.Enqueue(GeminiUnary("a"));
  EXPECT_EQ(HttpPost(gateway.port(), "/v1/chat/completions", chat("gemini-2.5-flash"), kJson).status, 200);
  EXPECT_THAT(gemini.questions().back().body, HasSubstr(R"("thinkingBudget":8192)"));
  openai.Enqueue(OpenAiChatUnary("a"));
  openai.Enqueue(OpenAiResponsesUnary("a"));
  const std::string messages =
      R"({"model":"gpt-5-mini","max_tokens":20000,"messages":[{"role":"user","content":"x"}]})";
  HttpPost(gateway.port(), "/v1/messages", messages, kJson);
  EXPECT_THAT(openai.questions().back().body, HasSubstr(R"("low")"));
}

TEST(RouteReasoning, WhatAModelCannotDoIsALossOfTheRecord) {
  FakeUpstream openai;
  openai.On("GET", "/v1/models", OpenAiModels({"gpt-4.1"}));
  Gateway gateway;
  gateway.AddAccount("openai", openai.Origin());
  SetEffort(gateway, "gpt-4.1", "openai", "high");
  openai.Enqueue(OpenAiChatUnary("a"));
  const std::string body = R"({"model":"gpt-4.1","messages":[{"role":"user","content":"x"}]})";
  EXPECT_EQ(HttpPost(gateway.port(), "/v1/chat/completions", body, kJson).status, 200);
  EXPECT_EQ(openai.questions().back().body, body);
  const auto record = gateway.WaitForRecord(1);
  ASSERT_EQ(record.losses_size(), 1);
  EXPECT_EQ(record.losses(0).field(), "reasoning_effort");
  EXPECT_EQ(record.losses(0).reason().code(), "not_in_model");
}

}  // namespace
}  // namespace ag::test
