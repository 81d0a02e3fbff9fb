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
  EXPECT_THAT(gemini.questions().back().target, HasSubstr("gemini-2.5-flash:generateContent"));
}

// What is said of one model leaves the account's other models to the chain; the same model is not asked for again.
struct ModelFailure {
  std::string name;
  int status = 0;
  Reply reply;
};

class ModelFailureInAChain : public testing::TestWithParam<ModelFailure> {};

TEST_P(ModelFailureInAChain, IsFollowedByTheSameAccountsNextModel) {
  FakeUpstream gemini;
  gemini.On("GET", "/v1beta/models", GeminiModels({"gemini-2.5-pro", "gemini-2.5-flash"}));
  gemini.On("POST", "/v1beta/models/gemini-2.5-pro:generateContent", GetParam().reply);
  gemini.On("POST", "/v1beta/models/gemini-2.5-flash:generateContent", GeminiUnary("from the smaller one"));
  Gateway gateway;
  gateway.AddAccount("gemini", gemini.Origin(), "only");
  SetChain(gateway, "best", {{"gemini", "gemini-2.5-pro"}, {"gemini", "gemini-2.5-flash"}});
  const auto reply = HttpPost(gateway.port(), "/v1/chat/completions", ChatFor("best"), kJson);
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_THAT(reply.body, HasSubstr("from the smaller one"));
  const auto record = gateway.WaitForRecord(1);
  ASSERT_EQ(record.attempts_size(), 2);
  EXPECT_EQ(record.attempts(0).model(), "gemini-2.5-pro");
  EXPECT_EQ(record.attempts(1).model(), "gemini-2.5-flash");
}

TEST_P(ModelFailureInAChain, OfAllItsModelsIsToldOnceForEach) {
  FakeUpstream gemini;
  gemini.On("GET", "/v1beta/models", GeminiModels({"gemini-2.5-pro", "gemini-2.5-flash"}));
  gemini.On("POST", "/v1beta/models/gemini-2.5-pro:generateContent", GetParam().reply);
  gemini.On("POST", "/v1beta/models/gemini-2.5-flash:generateContent", GetParam().reply);
  Gateway gateway;
  gateway.AddAccount("gemini", gemini.Origin(), "only");
  SetChain(gateway, "best", {{"gemini", "gemini-2.5-pro"}, {"gemini", "gemini-2.5-flash"}});
  const auto reply = HttpPost(gateway.port(), "/v1beta/models/best:generateContent",
                              R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}]})", kJson);
  EXPECT_EQ(reply.status, GetParam().status);
  EXPECT_EQ(gateway.WaitForRecord(1).attempts_size(), 2);
}

INSTANTIATE_TEST_SUITE_P(
    Gemini, ModelFailureInAChain,
    testing::Values(ModelFailure{"PerDay", 429, GeminiQuotaOfTheDay()},
                    ModelFailure{"NoQuota", 429,
                                 GeminiError(429, "RESOURCE_EXHAUSTED",
                                             "Quota exceeded for metric: free_tier_requests, limit: 0, model: any")},
                    ModelFailure{"NotFound", 404,
                                 GeminiError(404, "NOT_FOUND", "models/any is not found for API version v1beta")}),
    [](const testing::TestParamInfo<ModelFailure>& one) { return one.param.name; });

// Two accounts: the chain's first model is asked of both before its second model of either.
TEST(Routes, AModelsFailureLeavesTheChainsOrder) {
  FakeUpstream first;
  FakeUpstream second;
  for (FakeUpstream* gemini : {&first, &second}) {
    gemini->On("GET", "/v1beta/models", GeminiModels({"gemini-2.5-pro", "gemini-2.5-flash"}));
    gemini->On("POST", "/v1beta/models/gemini-2.5-pro:generateContent",
               GeminiError(429, "RESOURCE_EXHAUSTED", "Quota exceeded, please try again later."));
    gemini->On("POST", "/v1beta/models/gemini-2.5-flash:generateContent", GeminiUnary("from the smaller one"));
  }
  FakeUpstream openai;
  openai.On("GET", "/v1/models", OpenAiModels({"gpt-5-mini"}));
  openai.On("POST", "/v1/chat/completions", OpenAiChatUnary("from elsewhere"));
  Gateway gateway;
  gateway.AddAccount("gemini", first.Origin(), "first", 10);
  gateway.AddAccount("gemini", second.Origin(), "second");
  gateway.AddAccount("openai", openai.Origin(), "third");
  SetChain(gateway, "best", {{"gemini", "gemini-2.5-pro"}, {"gemini", "gemini-2.5-flash"}, {"openai", "gpt-5-mini"}});
  const auto reply = HttpPost(gateway.port(), "/v1/chat/completions", ChatFor("best"), kJson);
  EXPECT_EQ(reply.status, 200) << reply.body;
  const auto record = gateway.WaitForRecord(1);
  ASSERT_EQ(record.attempts_size(), 3);
  EXPECT_EQ(record.attempts(0).account_label() + " " + record.attempts(0).model(), "first gemini-2.5-pro");
  EXPECT_EQ(record.attempts(1).account_label() + " " + record.attempts(1).model(), "second gemini-2.5-pro");
  EXPECT_EQ(record.attempts(2).account_label() + " " + record.attempts(2).model(), "first gemini-2.5-flash");
}

// In every dialect, and by what the accounts list: the catalogue's names may not be there.
TEST(Routes, AMisspeltNameIsAnsweredWithTheNearestOnes) {
  FakeUpstream openai;
  openai.On("GET", "/v1/models", OpenAiModels({"gpt-5", "gpt-5-mini"}));
  Gateway gateway;
  gateway.AddAccount("openai", openai.Origin());
  const auto chat = HttpPost(gateway.port(), "/v1/chat/completions", ChatFor("gpt-5-mni"), kJson);
  EXPECT_EQ(chat.status, 404) << chat.body;
  EXPECT_THAT(chat.body, HasSubstr("Did you mean 'gpt-5-mini'"));
  const auto responses = HttpPost(gateway.port(), "/v1/responses", R"({"model":"gtp-5","input":"hi"})", kJson);
  EXPECT_EQ(responses.status, 404) << responses.body;
  EXPECT_THAT(responses.body, HasSubstr("'gpt-5'"));
  const auto messages =
      HttpPost(gateway.port(), "/v1/messages",
               R"({"model":"gpt-5-mni","max_tokens":9,"messages":[{"role":"user","content":"hi"}]})", kJson);
  EXPECT_EQ(messages.status, 404) << messages.body;
  EXPECT_THAT(messages.body, HasSubstr("Did you mean 'gpt-5-mini'"));
  const auto gemini = HttpPost(gateway.port(), "/v1beta/models/gpt-5-mni:generateContent",
                               R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}]})", kJson);
  EXPECT_EQ(gemini.status, 404) << gemini.body;
  EXPECT_THAT(gemini.body, HasSubstr("Did you mean 'gpt-5-mini'"));
  for (const RecordedRequest& request : openai.requests()) EXPECT_EQ(request.method, "GET") << request.target;
  const auto other = HttpPost(gateway.port(), "/v1/chat/completions", ChatFor("gpt-something-else-entirely"), kJson);
  EXPECT_THAT(other.body, Not(HasSubstr("Did you mean")));
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
