#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/support/gate.h"

// Deep tests of accounts: real requests to fake providers, and what they teach.
namespace ag::test {
namespace {

namespace v1 = client::v1;

class OpenAi : public FakeUpstream {
 public:
  OpenAi() { On("GET", "/v1/models", OpenAiModels({"gpt-5-mini", "text-embedding-3-small"})); }
};

class Gemini : public FakeUpstream {
 public:
  Gemini() { On("GET", "/v1beta/models", GeminiModels({"gemini-2.5-pro", "gemini-2.5-flash"})); }
};

constexpr const char* kNoQuota =
    "You exceeded your current quota. Quota exceeded for metric: "
    "generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 0, model: gemini-2.5-pro";

v1::TestAccountModelResponse Ask(Gateway& gateway, const std::string& id, const std::string& model) {
  v1::TestAccountModelRequest request;
  request.set_id(id);
  request.set_model(model);
  const auto answer = gateway.control().TestAccountModel(request);
  EXPECT_TRUE(answer.ok()) << answer.status();
  return answer.ok() ? *answer : v1::TestAccountModelResponse();
}

v1::Account AccountOf(Gateway& gateway, const std::string& id) {
  v1::GetAccountRequest request;
  request.set_id(id);
  const auto found = gateway.control().GetAccount(request);
  EXPECT_TRUE(found.ok()) << found.status();
  return found.ok() ? found->account() : v1::Account();
}

// What `agctl models show` tells of the only account that has the model.
v1::ModelOffer OfferOf(Gateway& gateway, const std::string& model) {
  v1::GetModelRequest request;
  request.set_name(model);
  const auto found = gateway.control().GetModel(request);
  EXPECT_TRUE(found.ok()) << found.status();
  return found.ok() && found->model().offers_size() == 1 ? found->model().offers(0) : v1::ModelOffer();
}

TEST(AccountProbe, AsksOneSmallQuestionThatCountsLikeAnyRequest) {
  OpenAi upstream;
  Gateway gateway;
  const std::string id = gateway.AddAccount("openai", upstream.Origin());
  upstream.Enqueue(OpenAiResponsesUnary("OK"));
  const auto works = Ask(gateway, id, "gpt-5-mini");
  EXPECT_EQ(works.outcome(), v1::MODEL_TEST_OUTCOME_WORKS) << works.message();
  EXPECT_EQ(works.input_tokens(), 11);
  EXPECT_EQ(works.output_tokens(), 7);
  EXPECT_EQ(works.cost_nano_usd(), 11 * 250 + 7 * 2'000);
  const auto questions = upstream.questions();
  ASSERT_EQ(questions.size(), 1U);
  EXPECT_EQ(questions[0].target, "/v1/responses");
  EXPECT_EQ(questions[0].body,
            R"({"model":"gpt-5-mini","input":"Reply with the word OK.","max_output_tokens":16,"store":false})");

  const auto record = gateway.WaitForRecordOf(works.request_id());
  EXPECT_EQ(record.status(), 200);
  EXPECT_EQ(record.cost_nano_usd(), works.cost_nano_usd());
  ASSERT_EQ(record.attempts_size(), 1);
  EXPECT_EQ(record.attempts(0).account_id(), id);
  EXPECT_EQ(record.attempts(0).chosen().code(), "tested");
  EXPECT_EQ(AccountOf(gateway, id).request_count(), 1);
}

TEST(AccountProbe, AsksEmbeddingModelsForAnEmbedding) {
  OpenAi upstream;
  Gateway gateway;
  const std::string id = gateway.AddAccount("openai", upstream.Origin());
  upstream.Enqueue(Reply().Json(R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5]}],)"
                                R"("model":"text-embedding-3-small","usage":{"prompt_tokens":6,"total_tokens":6}})"));
  EXPECT_EQ(Ask(gateway, id, "text-embedding-3-small").outcome(), v1::MODEL_TEST_OUTCOME_WORKS);
  ASSERT_EQ(upstream.questions().size(), 1U);
  EXPECT_EQ(upstream.questions()[0].target, "/v1/embeddings");
}

TEST(AccountProbe, WhatItFindsIsKnownAtOnceAndMendedByTheNextTest) {
  Gemini upstream;
  Gateway gateway;
  const std::string id = gateway.AddAccount("gemini", upstream.Origin());
  upstream.Enqueue(GeminiError(429, "RESOURCE_EXHAUSTED", kNoQuota));
  const auto refused = Ask(gateway, id, "gemini-2.5-pro");
  EXPECT_EQ(refused.outcome(), v1::MODEL_TEST_OUTCOME_NO_QUOTA) << refused.message();
  EXPECT_EQ(refused.error_kind(), v1::ERROR_KIND_BILLING);
  const auto offer = OfferOf(gateway, "gemini-2.5-pro");
  ASSERT_EQ(offer.facts_size(), 1);
  EXPECT_EQ(offer.facts(0).kind(), v1::MODEL_FACT_KIND_NO_QUOTA);
  EXPECT_EQ(offer.facts(0).words(), kNoQuota);
  EXPECT_FALSE(offer.usable());
  EXPECT_EQ(gateway.WaitForRecordOf(refused.request_id()).status(), 429);

  v1::PlanAccountTestRequest ask;
  ask.set_id(id);
  const auto plan = gateway.control().PlanAccountTest(ask);
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->tests_size(), 2);
  EXPECT_EQ(plan->tests(0).facts_size(), 1) << "what is known already is told before";

  // The owner has bought quota: a test, other than a request, asks all the same.
  v1::ClearAccountCooldownsRequest clear;
  clear.set_id(id);
  ASSERT_TRUE(gateway.control().ClearAccountCooldowns(clear).ok());
  upstream.Enqueue(GeminiUnary("OK"));
  EXPECT_EQ(Ask(gateway, id, "gemini-2.5-pro").outcome(), v1::MODEL_TEST_OUTCOME_WORKS);
  EXPECT_TRUE(OfferOf(gateway, "gemini-2.5-pro").usable());
}

TEST(AccountProbe, AThinkingModelThatGetsToNoWordWorks) {
  Gemini upstream;
  Gateway gateway;
  const std::string id = gateway.AddAccount("gemini", upstream.Origin());
  upstream.Enqueue(Reply().Json(
      R"({"candidates":[{"content":{"role":"model"},"finishReason":"MAX_TOKENS","index":0}],"usageMetadata":)"
      R"({"promptTokenCount":7,"totalTokenCount":20,"thoughtsTokenCount":13},"modelVersion":"gemini-2.5-pro"})"));
  const auto works = Ask(gateway, id, "gemini-2.5-pro");
  EXPECT_EQ(works.outcome(), v1::MODEL_TEST_OUTCOME_WORKS) << works.message();
  EXPECT_EQ(works.output_tokens(), 13);
}

TEST(AccountProbe, LeavesAloneWhomAProviderHasToldToWait) {
  FakeUpstream upstream;
  upstream.On("GET", "/v1/models", AnthropicModels({"claude-sonnet-4-5"}));
  Gateway gateway;
  const std::string id = gateway.AddAccount("anthropic", upstream.Origin());
  upstream.Enqueue(AnthropicRateLimited("600"));
  const auto limited = Ask(gateway, id, "claude-sonnet-4-5");
  EXPECT_EQ(limited.outcome(), v1::MODEL_TEST_OUTCOME_PAUSED) << limited.message();
  EXPECT_TRUE(limited.obstacle().hinted());
  EXPECT_TRUE(limited.obstacle().has_end_time());
  const auto again = Ask(gateway, id, "claude-sonnet-4-5");
  EXPECT_EQ(again.outcome(), v1::MODEL_TEST_OUTCOME_NOT_ASKED);
  EXPECT_EQ(again.obstacle().reason(), v1::REJECT_REASON_COOLING);
  EXPECT_EQ(upstream.questions().size(), 1U);
}

TEST(AccountProbe, KeepsWithinTheOwnersBudget) {
  OpenAi upstream;
  Gateway gateway;
  const std::string id = gateway.AddAccount("openai", upstream.Origin());
  v1::SetAccountLimitsRequest limits;
  limits.set_id(id);
  limits.mutable_limits()->set_requests_per_month(1);
  ASSERT_TRUE(gateway.control().SetAccountLimits(limits).ok());
  upstream.Enqueue(OpenAiResponsesUnary("OK"));
  EXPECT_EQ(Ask(gateway, id, "gpt-5-mini").outcome(), v1::MODEL_TEST_OUTCOME_WORKS);
  const auto spent = Ask(gateway, id, "gpt-5-mini");
  EXPECT_EQ(spent.outcome(), v1::MODEL_TEST_OUTCOME_NOT_ASKED);
  EXPECT_EQ(spent.obstacle().reason(), v1::REJECT_REASON_BUDGET_SPENT);
  EXPECT_EQ(upstream.questions().size(), 1U);
}

TEST(AccountProbe, AsksInOtherWordsWhereTheRefusalIsAboutTheWords) {
  FakeUpstream server;
  server.On("GET", "/v1/models", OpenAiModels({"o-of-tomorrow"}));
  Gateway gateway;
  const std::string id = gateway.AddAccount("openai-compatible", server.Origin());
  server.Enqueue(
      Reply(400).Json(R"({"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model.",)"
                      R"("type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}})"));
  server.Enqueue(OpenAiChatUnary("OK", "o-of-tomorrow"));
  const auto works = Ask(gateway, id, "o-of-tomorrow");
  EXPECT_EQ(works.outcome(), v1::MODEL_TEST_OUTCOME_WORKS) << works.message();
  const auto questions = server.questions();
  ASSERT_EQ(questions.size(), 2U);
  EXPECT_NE(questions[0].body.find(R"("max_tokens":16)"), std::string::npos) << questions[0].body;
  EXPECT_NE(questions[1].body.find(R"("max_completion_tokens":16)"), std::string::npos) << questions[1].body;
  const auto account = AccountOf(gateway, id);
  ASSERT_EQ(account.facts_size(), 1);
  EXPECT_EQ(account.facts(0).parameter(), "max_tokens");
}

TEST(AccountProbe, ARefusedCredentialIsTheAccountsTrouble) {
  OpenAi upstream;
  Gateway gateway;
  const std::string id = gateway.AddAccount("openai", upstream.Origin());
  upstream.Enqueue(OpenAiBadKey());
  EXPECT_EQ(Ask(gateway, id, "gpt-5-mini").outcome(), v1::MODEL_TEST_OUTCOME_ACCOUNT_REFUSED);
  EXPECT_EQ(AccountOf(gateway, id).state(), v1::ACCOUNT_STATE_NEEDS_SIGN_IN);
  EXPECT_EQ(Ask(gateway, id, "gpt-5-mini").obstacle().reason(), v1::REJECT_REASON_NEEDS_SIGN_IN);
  EXPECT_EQ(upstream.questions().size(), 1U);
}

TEST(AccountProbe, EndsWithTheGateway) {
  OpenAi upstream;
  Gateway gateway;
  const std::string id = gateway.AddAccount("openai", upstream.Origin());
  auto gate = std::make_shared<Gate>();  // shared with the provider's thread
  upstream.Enqueue(Reply().StallHead(gate));
  const std::size_t asked = upstream.requests().size();
  auto answer = std::async(std::launch::async, [target = "unix:" + gateway.data_dir() + "/control.sock", id] {
    client::ControlClientOptions options;
    options.target = target;
    client::ControlClient client(options);
    v1::TestAccountModelRequest request;
    request.set_id(id);
    request.set_model("gpt-5-mini");
    return client.TestAccountModel(request);
  });
  ASSERT_TRUE(upstream.WaitForRequests(asked + 1));
  gateway.Stop();
  const auto ended = answer.get();
  if (ended.ok()) EXPECT_EQ(ended->outcome(), v1::MODEL_TEST_OUTCOME_NO_ANSWER);
  EXPECT_TRUE(upstream.WaitForAborted(1));
  gate->Open();
}

}  // namespace
}  // namespace ag::test
