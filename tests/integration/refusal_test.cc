#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/support/fake_clock.h"
#include "tests/support/gate.h"
#include "tests/support/http_client.h"

// What a provider's refusal says of its account, and what the client hears of it.
namespace ag::test {
namespace {

namespace v1 = client::v1;

constexpr const char* kChat = R"({"model":"gpt-5-mini","messages":[{"role":"user","content":"hi"}]})";
const std::vector<Field> kJson{{"content-type", "application/json"}};

class OpenAi : public FakeUpstream {
 public:
  OpenAi() { On("GET", "/v1/models", OpenAiModels({"gpt-5-mini"})); }
};

HttpResponse Ask(const Gateway& gateway) { return HttpPost(gateway.port(), "/v1/chat/completions", kChat, kJson); }

v1::Account AccountOf(Gateway& gateway, const std::string& id) {
  v1::GetAccountRequest request;
  request.set_id(id);
  const auto found = gateway.control().GetAccount(request);
  EXPECT_TRUE(found.ok()) << found.status().message();
  return found.ok() ? found->account() : v1::Account();
}

TEST(Refusal, ARedirectIsNeitherFollowedNorHandedOn) {
  OpenAi elsewhere;
  OpenAi upstream;
  Gateway gateway;
  gateway.AddAccount("openai", upstream.Origin());
  upstream.Respond([&](const RecordedRequest&) {
    return Reply(307).Header("location", elsewhere.Origin() + "/v1/chat/completions");
  });
  const HttpResponse reply = Ask(gateway);
  EXPECT_EQ(reply.status, 502) << reply.body;
  EXPECT_EQ(reply.Header("location"), "") << "the client would go there with its key";
  EXPECT_NE(reply.body.find("a redirect, which is not followed"), std::string::npos) << reply.body;
  EXPECT_TRUE(elsewhere.questions().empty());
  EXPECT_EQ(upstream.questions().size(), 1U) << "to ask again does not mend it";
}

// The first account's reply is no word about the second, with which the request ended.
TEST(Refusal, TheClientHearsOfTheAttemptThatEndedItsRequest) {
  OpenAi limited;
  OpenAi refusing;
  Gateway gateway(Settings{{"proxy.max_wait_ms", "0"}});
  gateway.AddAccount("openai", limited.Origin(), "limited", 10);
  gateway.AddAccount("openai", refusing.Origin(), "refusing");
  limited.Enqueue(OpenAiRateLimited("100"));
  refusing.Enqueue(OpenAiError(400, "invalid_request_error", "invalid_value", "temperature is too high"));
  const HttpResponse reply = Ask(gateway);
  EXPECT_EQ(reply.status, 400) << reply.body;
  EXPECT_NE(reply.body.find("temperature is too high"), std::string::npos) << reply.body;
}

TEST(Refusal, AReplyOfAnEarlierAttemptIsNotTheAnswerToABrokenOne) {
  OpenAi limited;
  Gateway gateway(Settings{{"proxy.max_wait_ms", "0"}});
  gateway.AddAccount("openai", limited.Origin(), "limited", 10);
  FakeUpstream breaking;
  breaking.On("GET", "/v1/models", OpenAiModels({"gpt-5-mini"}));
  gateway.AddAccount("openai", breaking.Origin(), "breaking");
  limited.Enqueue(OpenAiRateLimited("100"));
  breaking.Respond([](const RecordedRequest&) { return Reply(200).Body("no JSON"); });
  const HttpResponse reply = Ask(gateway);
  EXPECT_EQ(reply.body.find("Rate limit reached"), std::string::npos) << "of the first account: " << reply.body;
}

TEST(Refusal, OfAResourceSaysNothingOfCompletions) {
  OpenAi upstream;
  Gateway gateway(Settings{{"proxy.max_wait_ms", "0"}});
  const std::string id = gateway.AddAccount("openai", upstream.Origin());
  upstream.Enqueue(OpenAiError(403, "invalid_request_error", "missing_scope",
                               "You have insufficient permissions for this operation. Missing scopes: api.files.read"));
  EXPECT_GE(HttpGet(gateway.port(), "/v1/files").status, 400);
  upstream.Enqueue(OpenAiRateLimited("100"));
  const HttpResponse limited = HttpPost(gateway.port(), "/v1/batches", R"({"input_file_id":"file-1"})", kJson);
  EXPECT_EQ(limited.status, 429) << limited.body;
  EXPECT_EQ(upstream.requests().back().target, "/v1/batches");
  const std::size_t before = upstream.questions().size();
  upstream.Enqueue(OpenAiChatUnary("hello"));
  EXPECT_EQ(Ask(gateway).status, 200);
  EXPECT_EQ(upstream.questions().size(), before + 1);
  EXPECT_EQ(AccountOf(gateway, id).state(), v1::ACCOUNT_STATE_READY);
}

TEST(Refusal, OfAKeyThatWasReplacedMeanwhileSaysNothingOfTheNewOne) {
  OpenAi upstream;
  Gateway gateway(Settings{{"proxy.max_wait_ms", "0"}});
  const std::string id = gateway.AddAccount("openai", upstream.Origin());
  const auto gate = std::make_shared<Gate>();  // shared with the reply that waits for it
  const std::size_t before = upstream.questions().size();
  upstream.Enqueue(OpenAiBadKey().StallHead(gate));
  std::thread late([&gateway] { EXPECT_GE(Ask(gateway).status, 400); });
  while (upstream.questions().size() == before) std::this_thread::yield();
  v1::UpdateAccountRequest update;
  update.mutable_account()->set_id(id);
  update.mutable_account()->set_api_key("sk-test-the-new-one-0000");
  update.mutable_update_mask()->add_paths("api_key");
  const auto updated = gateway.control().UpdateAccount(update);
  EXPECT_TRUE(updated.ok()) << updated.status().message();
  gate->Open();
  late.join();
  upstream.Enqueue(OpenAiChatUnary("hello"));
  EXPECT_EQ(Ask(gateway).status, 200);
  EXPECT_EQ(AccountOf(gateway, id).state(), v1::ACCOUNT_STATE_READY);
  EXPECT_EQ(upstream.questions().back().Header("authorization"), "Bearer sk-test-the-new-one-0000");
}

// One failure of the provider as a whole may be chance, but not one that says how long.
TEST(Refusal, AnOverloadedProviderIsLeftAloneForAsLongAsItSays) {
  OpenAi upstream;
  OpenAi other;
  FakeClock clock;
  Gateway gateway(Settings{}, clock);
  gateway.AddAccount("openai", upstream.Origin(), "overloaded", 10);
  gateway.AddAccount("openai", other.Origin(), "other");
  other.Respond([](const RecordedRequest&) { return OpenAiChatUnary("hello"); });
  upstream.Enqueue(OpenAiError(503, "server_error", "server_error", "overloaded").Header("retry-after", "60"));
  upstream.Respond([](const RecordedRequest&) { return OpenAiChatUnary("hello"); });
  int asked = 0;
  std::thread first([&] { asked = Ask(gateway).status; });
  while (upstream.questions().empty()) std::this_thread::yield();
  for (int i = 0; i < 400 && other.questions().empty(); ++i) {
    clock.Advance(std::chrono::milliseconds(20));  // the short pause before the other account
    std::this_thread::yield();
  }
  first.join();
  EXPECT_EQ(asked, 200);
  EXPECT_EQ(upstream.questions().size(), 1U);
  EXPECT_EQ(Ask(gateway).status, 200);
  EXPECT_EQ(upstream.questions().size(), 1U) << "it said: not for a minute";
  clock.Advance(std::chrono::seconds(61));
  EXPECT_EQ(Ask(gateway).status, 200);
  EXPECT_EQ(upstream.questions().size(), 2U);
}

}  // namespace
}  // namespace ag::test
