#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/support/gate.h"
#include "tests/support/http_client.h"
#include "tests/support/temp_dir.h"

// Limits that are known before they are met: from the providers' headers, and the owner's own.
namespace ag::test {
namespace {

constexpr const char* kChat = R"({"model":"gpt-5-mini","messages":[{"role":"user","content":"hi"}]})";
const std::vector<Field> kJson{{"content-type", "application/json"}};

class OpenAi : public FakeUpstream {
 public:
  OpenAi() { On("GET", "/v1/models", OpenAiModels({"gpt-5-mini"})); }
  std::size_t asked() const {
    std::size_t count = 0;
    for (const auto& request : requests()) count += request.method == "POST" ? 1 : 0;
    return count;
  }
};

HttpResponse Ask(const Gateway& gateway) { return HttpPost(gateway.port(), "/v1/chat/completions", kChat, kJson); }

client::v1::Account AccountOf(Gateway& gateway, const std::string& id) {
  client::v1::GetAccountRequest request;
  request.set_id(id);
  const auto found = gateway.control().GetAccount(request);
  EXPECT_TRUE(found.ok()) << found.status().message();
  return found.ok() ? found->account() : client::v1::Account();
}

TEST(Limits, AnAccountIsLeftAloneBeforeItRefuses) {
  OpenAi scarce;
  OpenAi other;
  Gateway gateway;
  const std::string id = gateway.AddAccount("openai", scarce.Origin(), "scarce", 10);
  gateway.AddAccount("openai", other.Origin(), "other");
  scarce.Enqueue(OpenAiChatUnary("last one")
                     .Header("x-ratelimit-limit-requests", "1")
                     .Header("x-ratelimit-remaining-requests", "0")
                     .Header("x-ratelimit-reset-requests", "1h0m0s"));
  other.Enqueue(OpenAiChatUnary("hello"));
  EXPECT_EQ(Ask(gateway).status, 200);
  EXPECT_EQ(scarce.asked(), 1U);
  EXPECT_EQ(Ask(gateway).status, 200);
  EXPECT_EQ(scarce.asked(), 1U) << "it would have answered 429";
  EXPECT_EQ(other.asked(), 1U);
  const auto account = AccountOf(gateway, id);
  ASSERT_EQ(account.remaining_limits_size(), 1);
  EXPECT_EQ(account.remaining_limits(0).model(), "gpt-5-mini");
  EXPECT_EQ(account.remaining_limits(0).kind(), client::v1::LIMIT_KIND_REQUESTS);
  EXPECT_EQ(account.remaining_limits(0).limit(), 1);
  EXPECT_EQ(account.remaining_limits(0).remaining(), 0);
}

TEST(Limits, ABurstIsCountedBeforeItIsAnswered) {
  OpenAi scarce;
  OpenAi other;
  Gateway gateway;
  gateway.AddAccount("openai", scarce.Origin(), "scarce", 10);
  gateway.AddAccount("openai", other.Origin(), "other");
  const auto told = [](int remaining) {
    return OpenAiChatUnary("hello")
        .Header("x-ratelimit-limit-requests", "3")
        .Header("x-ratelimit-remaining-requests", std::to_string(remaining))
        .Header("x-ratelimit-reset-requests", "5h0m0s");
  };
  scarce.Enqueue(told(1));
  EXPECT_EQ(Ask(gateway).status, 200);
  const auto gate = std::make_shared<Gate>();
  scarce.Enqueue(told(1).StallHead(gate));
  const std::size_t before = scarce.requests().size();
  std::thread last([&gateway] { EXPECT_EQ(Ask(gateway).status, 200); });
  const bool arrived = scarce.WaitForRequests(before + 1);
  other.Enqueue(OpenAiChatUnary("hello"));
  const int meanwhile = Ask(gateway).status;
  gate->Open();
  last.join();
  ASSERT_TRUE(arrived);
  EXPECT_EQ(meanwhile, 200);
  EXPECT_EQ(other.asked(), 1U) << "the one that was left is taken";
  scarce.Enqueue(OpenAiChatUnary("hello"));
  EXPECT_EQ(Ask(gateway).status, 200);
  EXPECT_EQ(scarce.asked(), 3U) << "answered: what the answer told counts alone";
}

TEST(Limits, EndWhenTheOwnerEndsThePause) {
  OpenAi upstream;
  Gateway gateway(Settings{{"proxy.max_wait_ms", "0"}});
  const std::string id = gateway.AddAccount("openai", upstream.Origin());
  upstream.Enqueue(OpenAiChatUnary("last one")
                       .Header("x-ratelimit-remaining-requests", "0")
                       .Header("x-ratelimit-reset-requests", "1h0m0s"));
  EXPECT_EQ(Ask(gateway).status, 200);
  EXPECT_EQ(Ask(gateway).status, 429);
  client::v1::ClearAccountCooldownsRequest clear;
  clear.set_id(id);
  ASSERT_TRUE(gateway.control().ClearAccountCooldowns(clear).ok());
  upstream.Enqueue(OpenAiChatUnary("hello"));
  EXPECT_EQ(Ask(gateway).status, 200);
}

// Nobody remembers who made the response, and the one that may have is at its limit: a guess could go wrong.
TEST(Limits, AnAccountAtItsLimitMayStillOwnWhatARequestRefersTo) {
  OpenAi maker;
  OpenAi other;
  Gateway gateway;
  gateway.AddAccount("openai", maker.Origin(), "maker", 10);
  gateway.AddAccount("openai", other.Origin(), "other");
  maker.Enqueue(OpenAiChatUnary("last one")
                    .Header("x-ratelimit-remaining-requests", "0")
                    .Header("x-ratelimit-reset-requests", "1h0m0s"));
  EXPECT_EQ(Ask(gateway).status, 200);
  const auto reply = HttpPost(gateway.port(), "/v1/responses",
                              R"({"model":"gpt-5-mini","input":"and?","previous_response_id":"resp_68e1"})", kJson);
  EXPECT_EQ(reply.status, 404) << reply.body;
  EXPECT_EQ(other.asked(), 0U);
}

// While one account's key is tested again soon, the other's provider has said when to come back.
TEST(Limits, AProvidersWordIsKeptWhateverElseIsBackSooner) {
  OpenAi refusing;
  OpenAi limited;
  Gateway gateway(Settings{{"proxy.max_wait_ms", "0"}});
  gateway.AddAccount("openai", refusing.Origin(), "refusing", 10);
  gateway.AddAccount("openai", limited.Origin(), "limited");
  refusing.Enqueue(OpenAiBadKey());
  limited.Enqueue(OpenAiRateLimited("100"));
  EXPECT_GE(Ask(gateway).status, 400);
  ASSERT_EQ(limited.asked(), 1U);
  for (int i = 0; i < 3; ++i) EXPECT_GE(Ask(gateway).status, 400);
  EXPECT_EQ(limited.asked(), 1U) << "it said: not for 100 seconds";
}

std::vector<client::v1::AccountSignal> SignalsOf(Gateway& gateway, const std::string& id) {
  client::v1::ListAccountEventsRequest list;
  list.set_id(id);
  const auto events = gateway.control().ListAccountEvents(list);
  EXPECT_TRUE(events.ok()) << events.status().message();
  std::vector<client::v1::AccountSignal> signals;
  if (!events.ok()) return signals;
  for (const auto& event : events->events()) signals.push_back(event.signal());
  return signals;
}

void LimitRequests(Gateway& gateway, const std::string& id, int a_month) {
  client::v1::SetAccountLimitsRequest request;
  request.set_id(id);
  request.mutable_limits()->set_requests_per_month(a_month);
  ASSERT_TRUE(gateway.control().SetAccountLimits(request).ok());
}

TEST(Limits, TheEndOfABudgetIsInTheAccountsHistory) {
  OpenAi upstream;
  auto folder = std::make_shared<TempDir>();  // shared by the gateway and the one after it
  std::string id;
  {
    Gateway gateway(folder, {});
    id = gateway.AddAccount("openai", upstream.Origin());
    LimitRequests(gateway, id, 1);
    upstream.Enqueue(OpenAiChatUnary("hello"));
    EXPECT_EQ(Ask(gateway).status, 200);
    gateway.WaitForRecord(1);
    EXPECT_EQ(SignalsOf(gateway, id), std::vector{client::v1::ACCOUNT_SIGNAL_BUDGET_SPENT});
    client::v1::GetAccountStatusRequest ask;
    ask.set_id(id);
    const auto status = gateway.control().GetAccountStatus(ask);
    ASSERT_TRUE(status.ok());
    EXPECT_EQ(status->account().condition(), client::v1::ACCOUNT_CONDITION_EXHAUSTED);
    EXPECT_TRUE(status->account().has_since_time());
  }
  Gateway again(folder, {});
  EXPECT_EQ(Ask(again).status, 429);
  again.WaitForRecord(2);
  EXPECT_EQ(SignalsOf(again, id).size(), 1U) << "it was told by the run that spent it";
  LimitRequests(again, id, 5);
  upstream.Enqueue(OpenAiChatUnary("hello"));
  EXPECT_EQ(Ask(again).status, 200);
  EXPECT_EQ(SignalsOf(again, id),
            (std::vector{client::v1::ACCOUNT_SIGNAL_BUDGET_RENEWED, client::v1::ACCOUNT_SIGNAL_BUDGET_SPENT}));
}

TEST(Limits, WhyTellsWhichModelsAreLeftAlone) {
  OpenAi upstream;
  Gateway gateway;
  const std::string id = gateway.AddAccount("openai", upstream.Origin());
  upstream.Enqueue(OpenAiChatUnary("last one")
                       .Header("x-ratelimit-limit-requests", "500")
                       .Header("x-ratelimit-remaining-requests", "499")
                       .Header("x-ratelimit-reset-requests", "1s")
                       .Header("x-ratelimit-limit-tokens", "1000")
                       .Header("x-ratelimit-remaining-tokens", "0")
                       .Header("x-ratelimit-reset-tokens", "1h0m0s"));
  EXPECT_EQ(Ask(gateway).status, 200);
  client::v1::GetAccountStatusRequest ask;
  ask.set_id(id);
  const auto status = gateway.control().GetAccountStatus(ask);
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(status->account().condition(), client::v1::ACCOUNT_CONDITION_READY);
  ASSERT_EQ(status->models_size(), 1);
  EXPECT_EQ(status->models(0).model(), "gpt-5-mini");
  EXPECT_EQ(status->models(0).condition(), client::v1::ACCOUNT_CONDITION_COOLING);
  EXPECT_TRUE(status->models(0).provider_hint());
  EXPECT_EQ(status->models(0).error().text(), "0 of 1000 tokens left");
}

TEST(Limits, ABudgetHoldsAcrossARestart) {
  OpenAi upstream;
  auto folder = std::make_shared<TempDir>();  // shared by the gateway and the one after it
  std::string id;
  {
    Gateway gateway(folder, {});
    id = gateway.AddAccount("openai", upstream.Origin());
    client::v1::SetAccountLimitsRequest request;
    request.set_id(id);
    request.mutable_limits()->set_requests_per_month(2);
    request.mutable_limits()->set_tokens_per_month(1'000'000);
    ASSERT_TRUE(gateway.control().SetAccountLimits(request).ok());
    for (int i = 0; i < 2; ++i) {
      upstream.Enqueue(OpenAiChatUnary("hello"));
      EXPECT_EQ(Ask(gateway).status, 200);
    }
    const auto refused = Ask(gateway);
    EXPECT_EQ(refused.status, 429);
    EXPECT_NE(refused.body.find("reached a limit"), std::string::npos) << refused.body;
    gateway.WaitForRecord(3);
    gateway.Stop();
  }
  Gateway again(folder, {});
  EXPECT_EQ(Ask(again).status, 429);
  EXPECT_EQ(upstream.asked(), 2U);
  const auto account = AccountOf(again, id);
  ASSERT_EQ(account.budgets_size(), 2);
  EXPECT_EQ(account.budgets(0).used(), 2);
  EXPECT_GT(account.budgets(1).used(), 0) << "tokens";
}

TEST(Limits, ABudgetCountsFailedAttemptsAlsoAcrossARestart) {
  OpenAi failing;
  OpenAi serving;
  auto folder = std::make_shared<TempDir>();  // shared by the gateway and the one after it
  std::string first;
  std::string second;
  {
    Gateway gateway(folder, {});
    first = gateway.AddAccount("openai", failing.Origin(), "first", 10);
    second = gateway.AddAccount("openai", serving.Origin(), "second");
    for (const std::string& id : {first, second}) {
      client::v1::SetAccountLimitsRequest request;
      request.set_id(id);
      request.mutable_limits()->set_requests_per_month(100);
      ASSERT_TRUE(gateway.control().SetAccountLimits(request).ok());
    }
    failing.Enqueue(OpenAiError(402, "insufficient_quota", "insufficient_quota", "no money left"));
    serving.Enqueue(OpenAiChatUnary("hello"));
    EXPECT_EQ(Ask(gateway).status, 200);
    EXPECT_EQ(AccountOf(gateway, first).budgets(0).used(), 1);
    EXPECT_EQ(AccountOf(gateway, second).budgets(0).used(), 1);
    gateway.WaitForRecord(1);
    gateway.Stop();
  }
  Gateway again(folder, {});
  EXPECT_EQ(AccountOf(again, first).budgets(0).used(), 1) << "it was asked in vain";
  EXPECT_EQ(AccountOf(again, second).budgets(0).used(), 1);
}

// 11 tokens in, 7 out, at 0.25 and 2 dollars a million.
constexpr std::int64_t kNanoUsd = 11 * 250 + 7 * 2'000;

TEST(Money, IsInTheRecordTheSumsAndTheKeysUse) {
  OpenAi upstream;
  Gateway gateway;
  gateway.AddAccount("openai", upstream.Origin());
  upstream.Enqueue(OpenAiChatUnary("hello"));
  ASSERT_EQ(Ask(gateway).status, 200);
  const auto record = gateway.WaitForRecord(1);
  ASSERT_TRUE(record.has_cost_nano_usd());
  EXPECT_EQ(record.cost_nano_usd(), kNanoUsd);
  const auto sums = gateway.control().QueryTokens({});
  ASSERT_TRUE(sums.ok());
  EXPECT_EQ(sums->total().cost_nano_usd(), kNanoUsd);
  EXPECT_EQ(sums->total().unpriced_count(), 0);
}

TEST(Money, AModelWithoutAPriceIsNotFree) {
  FakeUpstream local;
  local.On("GET", "/v1/models", OpenAiModels({"gpt-5-mini"}));
  Gateway gateway;
  gateway.AddAccount("openai-compatible", local.Origin());
  local.Enqueue(OpenAiChatUnary("hello"));
  ASSERT_EQ(Ask(gateway).status, 200);
  EXPECT_FALSE(gateway.WaitForRecord(1).has_cost_nano_usd()) << "OpenAI's price is not this server's";
  const auto sums = gateway.control().QueryTokens({});
  ASSERT_TRUE(sums.ok());
  EXPECT_EQ(sums->total().cost_nano_usd(), 0);
  EXPECT_EQ(sums->total().unpriced_count(), 1);
}

TEST(Money, ABudgetInDollarsHoldsAcrossARestart) {
  OpenAi upstream;
  auto folder = std::make_shared<TempDir>();  // shared by the gateway and the one after it
  std::string id;
  {
    Gateway gateway(folder, {});
    id = gateway.AddAccount("openai", upstream.Origin());
    client::v1::SetAccountLimitsRequest request;
    request.set_id(id);
    request.mutable_limits()->set_micro_usd_per_month(30);
    ASSERT_TRUE(gateway.control().SetAccountLimits(request).ok());
    for (int i = 0; i < 2; ++i) {
      upstream.Enqueue(OpenAiChatUnary("hello"));
      EXPECT_EQ(Ask(gateway).status, 200);
    }
    EXPECT_EQ(Ask(gateway).status, 429) << "34 of 30 millionths are spent";
    gateway.WaitForRecord(3);
    gateway.Stop();
  }
  Gateway again(folder, {});
  EXPECT_EQ(Ask(again).status, 429);
  EXPECT_EQ(upstream.asked(), 2U);
  const auto account = AccountOf(again, id);
  ASSERT_EQ(account.budgets_size(), 1);
  EXPECT_EQ(account.budgets(0).kind(), client::v1::LIMIT_KIND_COST);
  EXPECT_EQ(account.budgets(0).limit(), 30);
  EXPECT_EQ(account.budgets(0).used(), 34);
}

}  // namespace
}  // namespace ag::test
