#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
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

std::string ChatFor(const std::string& model) {
  return R"({"model":")" + model + R"(","messages":[{"role":"user","content":"hi"}]})";
}

// A route whose chain is "provider:model" places.
void SetChain(Gateway& gateway, const std::string& pattern,
              const std::vector<std::pair<std::string, std::string>>& places) {
  v1::SetRouteRequest request;
  auto& route = *request.mutable_route();
  route.set_pattern(pattern);
  route.set_provider(places.front().first);
  route.set_model(places.front().second);
  for (std::size_t i = 1; i < places.size(); ++i) {
    auto& fallback = *route.add_fallbacks();
    fallback.set_provider(places[i].first);
    fallback.set_model(places[i].second);
  }
  const auto stored = gateway.control().SetRoute(request);
  ASSERT_TRUE(stored.ok()) << stored.status();
}

TEST(Routes, AChainFallsOverToTheNextProvider) {
  FakeUpstream openai;
  openai.On("GET", "/v1/models", OpenAiModels({"gpt-5-mini"}));
  FakeUpstream anthropic;
  anthropic.On("GET", "/v1/models", AnthropicModels({"claude-sonnet-4-5"}));
  Gateway gateway;
  gateway.AddAccount("openai", openai.Origin(), "first");
  gateway.AddAccount("anthropic", anthropic.Origin(), "second");
  SetChain(gateway, "~^best(-chat)?$", {{"openai", "gpt-5-mini"}, {"anthropic", "claude-sonnet-4-5"}});
  openai.Enqueue(OpenAiRateLimited("300"));
  anthropic.Enqueue(AnthropicUnary("from the second"));
  anthropic.Enqueue(AnthropicUnary("again from the second"));

  const auto reply = HttpPost(gateway.port(), "/v1/chat/completions", ChatFor("best-chat"), kJson);
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_THAT(reply.body, HasSubstr("from the second"));
  const auto record = gateway.WaitForRecord(1);
  EXPECT_EQ(record.model(), "best-chat");
  ASSERT_EQ(record.attempts_size(), 2);
  EXPECT_EQ(record.attempts(0).model(), "gpt-5-mini");
  EXPECT_EQ(record.attempts(1).model(), "claude-sonnet-4-5");

  // While the first cools, its place is not asked at all.
  EXPECT_EQ(HttpPost(gateway.port(), "/v1/chat/completions", ChatFor("best"), kJson).status, 200);
  EXPECT_EQ(gateway.WaitForRecord(2).attempts_size(), 1);
}

TEST(Routes, AChainMayStayWithOneAccountAndTakeAnotherModel) {
  FakeUpstream gemini;
  gemini.On("GET", "/v1beta/models", GeminiModels({"gemini-2.5-pro", "gemini-2.5-flash"}));
  Gateway gateway;
  gateway.AddAccount("gemini", gemini.Origin(), "only");
  SetChain(gateway, "best", {{"gemini", "gemini-2.5-pro"}, {"gemini", "gemini-2.5-flash"}});
  gemini.Enqueue(GeminiError(429, "RESOURCE_EXHAUSTED", "Quota exceeded, please try again later."));
  gemini.Enqueue(GeminiUnary("from the smaller one"));
  const auto reply = HttpPost(gateway.port(), "/v1/chat/completions", ChatFor("best"), kJson);
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_THAT(reply.body, HasSubstr("from the smaller one"));
  EXPECT_THAT(gemini.requests().back().target, HasSubstr("gemini-2.5-flash:generateContent"));
}

TEST(Routes, AliasesAreListedAndPatternsAreNot) {
  FakeUpstream openai;
  openai.On("GET", "/v1/models", OpenAiModels({"gpt-5-mini"}));
  Gateway gateway;
  gateway.AddAccount("openai", openai.Origin());
  gateway.SetRoute("my-alias", "openai", "gpt-5-mini");
  gateway.SetRoute("~^other-alias$", "openai", "gpt-5-mini");
  const auto models = HttpGet(gateway.port(), "/v1/models", {});
  EXPECT_THAT(models.body, HasSubstr("my-alias"));
  EXPECT_THAT(models.body, Not(HasSubstr("other-alias")));
}

}  // namespace
}  // namespace ag::test
