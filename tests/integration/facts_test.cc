#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gatewayd/base/json.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/support/fake_clock.h"
#include "tests/support/http_client.h"
#include "tests/support/temp_dir.h"

// What definitive answers teach of the accounts' models.
namespace ag::test {
namespace {

namespace v1 = client::v1;

constexpr const char* kAsk = R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}]})";
constexpr const char* kNoQuota =
    "You exceeded your current quota. Quota exceeded for metric: "
    "generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 0, model: gemini-2.5-pro";
const std::vector<Field> kJson{{"content-type", "application/json"}};

class Provider : public FakeUpstream {
 public:
  std::size_t asked() const {
    std::size_t count = 0;
    for (const auto& request : requests()) count += request.method == "POST" ? 1 : 0;
    return count;
  }
};

class Gemini : public Provider {
 public:
  Gemini() { On("GET", "/v1beta/models", GeminiModels({"gemini-2.5-pro", "gemini-2.5-flash"})); }
};

HttpResponse Ask(const Gateway& gateway, const std::string& model) {
  return HttpPost(gateway.port(), "/v1beta/models/" + model + ":generateContent", kAsk, kJson);
}

v1::Account AccountOf(Gateway& gateway, const std::string& id) {
  v1::GetAccountRequest request;
  request.set_id(id);
  const auto found = gateway.control().GetAccount(request);
  EXPECT_TRUE(found.ok()) << found.status().message();
  return found.ok() ? found->account() : v1::Account();
}

// The pool hears of it by a post: asks until it has, within a bound. The last question comes back after the shards were
// told.
v1::Account WithFacts(Gateway& gateway, const std::string& id, int count) {
  v1::Account account;
  for (int i = 0; i < 2'000; ++i) {
    account = AccountOf(gateway, id);
    if (account.facts_size() == count) return AccountOf(gateway, id);
    std::this_thread::yield();
  }
  ADD_FAILURE() << "the account has " << account.facts_size() << " facts, not " << count;
  return account;
}

TEST(Facts, AnAccountWithoutQuotaForAModelIsNotAskedForItAgain) {
  Gemini upstream;
  auto folder = std::make_shared<TempDir>();  // shared by the gateway and the one after it
  std::string id;
  {
    Gateway gateway(folder, {});
    id = gateway.AddAccount("gemini", upstream.Origin());
    upstream.Enqueue(GeminiError(429, "RESOURCE_EXHAUSTED", kNoQuota));
    EXPECT_EQ(Ask(gateway, "gemini-2.5-pro").status, 429);
    const auto account = WithFacts(gateway, id, 1);
    EXPECT_EQ(account.facts(0).model(), "gemini-2.5-pro");
    EXPECT_EQ(account.facts(0).kind(), v1::MODEL_FACT_KIND_NO_QUOTA);
    EXPECT_EQ(account.facts(0).words(), kNoQuota);
    const auto refused = Ask(gateway, "gemini-2.5-pro");
    EXPECT_EQ(refused.status, 429);
    EXPECT_NE(refused.body.find("without quota for this model"), std::string::npos) << refused.body;
    upstream.Enqueue(GeminiUnary("hello"));
    EXPECT_EQ(Ask(gateway, "gemini-2.5-flash").status, 200);
    EXPECT_EQ(upstream.asked(), 2U);
  }
  Gateway gateway(folder, {});
  EXPECT_EQ(Ask(gateway, "gemini-2.5-pro").status, 429) << "it is remembered across a restart";
  EXPECT_EQ(upstream.asked(), 2U);
  v1::ForgetAccountFactsRequest forget;
  forget.set_id(id);
  const auto forgotten = gateway.control().ForgetAccountFacts(forget);
  ASSERT_TRUE(forgotten.ok()) << forgotten.status();
  EXPECT_EQ(forgotten->forgotten_count(), 1);
  EXPECT_EQ(forgotten->account().facts_size(), 0);
  v1::ClearAccountCooldownsRequest clear;
  clear.set_id(id);
  ASSERT_TRUE(gateway.control().ClearAccountCooldowns(clear).ok());
  upstream.Enqueue(GeminiUnary("hello"));
  EXPECT_EQ(Ask(gateway, "gemini-2.5-pro").status, 200);
}

TEST(Facts, AreNoLongerTrueAfterAWeek) {
  Gemini upstream;
  FakeClock clock;
  Gateway gateway({}, clock);
  const std::string id = gateway.AddAccount("gemini", upstream.Origin());
  upstream.Enqueue(GeminiError(429, "RESOURCE_EXHAUSTED", kNoQuota));
  EXPECT_EQ(Ask(gateway, "gemini-2.5-pro").status, 429);
  WithFacts(gateway, id, 1);
  clock.Advance(std::chrono::hours(7 * 24));
  EXPECT_EQ(AccountOf(gateway, id).facts_size(), 0);
  upstream.Enqueue(GeminiUnary("hello"));
  EXPECT_EQ(Ask(gateway, "gemini-2.5-pro").status, 200);
}

TEST(Facts, AnotherAccountServesTheModel) {
  Gemini poor;
  Gemini rich;
  Gateway gateway;
  const std::string id = gateway.AddAccount("gemini", poor.Origin(), "poor", 10);
  gateway.AddAccount("gemini", rich.Origin(), "rich");
  poor.Enqueue(GeminiError(429, "RESOURCE_EXHAUSTED", kNoQuota));
  rich.Enqueue(GeminiUnary("hello"));
  EXPECT_EQ(Ask(gateway, "gemini-2.5-pro").status, 200);
  WithFacts(gateway, id, 1);
  v1::ClearAccountCooldownsRequest clear;  // the fact alone is to keep it away
  clear.set_id(id);
  ASSERT_TRUE(gateway.control().ClearAccountCooldowns(clear).ok());
  rich.Enqueue(GeminiUnary("hello"));
  EXPECT_EQ(Ask(gateway, "gemini-2.5-pro").status, 200);
  EXPECT_EQ(poor.asked(), 1U);
  v1::ExplainModelRequest explain;
  explain.set_model("gemini-2.5-pro");
  explain.set_client_family(v1::FAMILY_GEMINI);
  const auto explained = gateway.control().ExplainModel(explain);
  ASSERT_TRUE(explained.ok()) << explained.status();
  ASSERT_EQ(explained->candidates_size(), 2);
  EXPECT_EQ(explained->candidates(0).reject_reason(), v1::REJECT_REASON_NO_QUOTA);
  EXPECT_TRUE(explained->candidates(0).has_available_time());
}

TEST(Facts, TheMostTokensThatARefusalStatedBoundTranslatedRequests) {
  Provider upstream;
  upstream.On("GET", "/v1/models", AnthropicModels({"claude-of-tomorrow"}));
  Gateway gateway;
  const std::string id = gateway.AddAccount("anthropic", upstream.Origin());
  const std::string native = R"({"model":"claude-of-tomorrow","max_tokens":9000,)"
                             R"("messages":[{"role":"user","content":"hi"}]})";
  upstream.Enqueue(AnthropicError(400, "invalid_request_error",
                                  "max_tokens: 9000 > 4096, which is the maximum allowed number of output tokens for "
                                  "claude-of-tomorrow"));
  EXPECT_EQ(HttpPost(gateway.port(), "/v1/messages", native, kJson).status, 400);
  EXPECT_EQ(WithFacts(gateway, id, 1).facts(0).limit(), 4096);

  upstream.Enqueue(AnthropicUnary("hello", "claude-of-tomorrow"));
  const auto answer = HttpPost(gateway.port(), "/v1/chat/completions",
                               R"({"model":"claude-of-tomorrow","max_completion_tokens":9000,)"
                               R"("messages":[{"role":"user","content":"hi"}]})",
                               {{"content-type", "application/json"}, {"x-ag-explain", "1"}});
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_NE(upstream.questions().back().body.find(R"("max_tokens":4096)"), std::string::npos);
  EXPECT_EQ(answer.Header("x-ag-losses"), "max_completion_tokens approximated (clamped)");

  // What passes untouched is not altered; its success says that the fact is out of date.
  upstream.Enqueue(AnthropicUnary("hello", "claude-of-tomorrow"));
  EXPECT_EQ(HttpPost(gateway.port(), "/v1/messages", native, kJson).status, 200);
  EXPECT_EQ(upstream.questions().back().body, native);
  WithFacts(gateway, id, 0);
}

}  // namespace
}  // namespace ag::test
