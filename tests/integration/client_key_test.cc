#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/support/fast_clock.h"
#include "tests/support/http_client.h"
#include "tests/support/temp_dir.h"

// Further client keys: who may ask for what, how much, and until when.
namespace ag::test {
namespace {

namespace v1 = client::v1;

const Settings kStrict{{"proxy.auth_mode", "strict"}};

class OpenAi : public FakeUpstream {
 public:
  OpenAi() { On("GET", "/v1/models", OpenAiModels({"gpt-5-mini", "gpt-5"})); }
  std::size_t asked() const {
    std::size_t count = 0;
    for (const auto& request : requests()) count += request.method == "POST" ? 1 : 0;
    return count;
  }
};

HttpResponse Ask(const Gateway& gateway, const std::string& key, const std::string& model = "gpt-5-mini") {
  return HttpPost(gateway.port(), "/v1/chat/completions",
                  R"({"model":")" + model + R"(","messages":[{"role":"user","content":"hi"}]})",
                  {{"content-type", "application/json"}, {"authorization", "Bearer " + key}});
}

v1::CreateClientKeyResponse MakeKey(Gateway& gateway, v1::ClientKey key) {
  if (key.name().empty()) key.set_name("Laptop");
  v1::CreateClientKeyRequest request;
  *request.mutable_client_key() = std::move(key);
  const auto created = gateway.control().CreateClientKey(request);
  EXPECT_TRUE(created.ok()) << created.status().message();
  return created.ok() ? *created : v1::CreateClientKeyResponse();
}

v1::ClientKey KeyOf(Gateway& gateway, const std::string& id) {
  v1::GetClientKeyRequest request;
  request.set_id(id);
  const auto found = gateway.control().GetClientKey(request);
  EXPECT_TRUE(found.ok()) << found.status().message();
  return found.ok() ? found->client_key() : v1::ClientKey();
}

TEST(ClientKey, OpensTheGatewayAndIsCounted) {
  OpenAi upstream;
  Gateway gateway(kStrict);
  gateway.AddAccount("openai", upstream.Origin());
  const auto key = MakeKey(gateway, {});
  upstream.Enqueue(OpenAiChatUnary("hello"));
  EXPECT_EQ(Ask(gateway, key.secret()).status, 200);
  const auto record = gateway.WaitForRecord(1);
  EXPECT_EQ(record.client_key_id(), key.client_key().id());
  const auto usage = KeyOf(gateway, key.client_key().id()).usage();
  EXPECT_EQ(usage.request_count(), 1);
  EXPECT_EQ(usage.token_count(), record.usage().input() + record.usage().output());
  EXPECT_TRUE(usage.has_last_use_time());
  EXPECT_EQ(Ask(gateway, key.secret() + "x").status, 401);
}

TEST(ClientKey, IsRefusedAtOnceWhenItIsReplacedSwitchedOffOrRemoved) {
  OpenAi upstream;
  Gateway gateway(kStrict);
  gateway.AddAccount("openai", upstream.Origin());
  const auto first = MakeKey(gateway, {});
  v1::RotateClientKeyRequest rotate;
  rotate.set_id(first.client_key().id());
  const auto second = gateway.control().RotateClientKey(rotate);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(Ask(gateway, first.secret()).status, 401);
  upstream.Enqueue(OpenAiChatUnary("hello"));
  EXPECT_EQ(Ask(gateway, second->secret()).status, 200);
  v1::UpdateClientKeyRequest off;
  off.mutable_client_key()->set_id(first.client_key().id());
  off.mutable_client_key()->set_enabled(false);
  off.mutable_update_mask()->add_paths("enabled");
  ASSERT_TRUE(gateway.control().UpdateClientKey(off).ok());
  const auto refused = Ask(gateway, second->secret());
  EXPECT_EQ(refused.status, 401);
  EXPECT_NE(refused.body.find("Laptop\\\" is switched off"), std::string::npos) << refused.body;
  EXPECT_EQ(refused.body.find(second->secret()), std::string::npos);
  v1::DeleteClientKeyRequest remove;
  remove.set_id(first.client_key().id());
  ASSERT_TRUE(gateway.control().DeleteClientKey(remove).ok());
  EXPECT_EQ(Ask(gateway, second->secret()).status, 401);
  EXPECT_EQ(upstream.asked(), 1U);
}

TEST(ClientKey, AsksOnlyForItsModelsAndSeesNoOthers) {
  OpenAi upstream;
  Gateway gateway(kStrict);
  gateway.AddAccount("openai", upstream.Origin());
  v1::ClientKey wanted;
  wanted.add_models("*-mini");
  const auto key = MakeKey(gateway, wanted);
  upstream.Enqueue(OpenAiChatUnary("hello"));
  EXPECT_EQ(Ask(gateway, key.secret(), "gpt-5-mini").status, 200);
  const auto refused = Ask(gateway, key.secret(), "gpt-5");
  EXPECT_EQ(refused.status, 401);
  EXPECT_NE(refused.body.find("may not ask for 'gpt-5'"), std::string::npos) << refused.body;
  EXPECT_EQ(upstream.asked(), 1U);
  const auto listed = HttpGet(gateway.port(), "/v1/models", {{"authorization", "Bearer " + key.secret()}});
  EXPECT_NE(listed.body.find("\"gpt-5-mini\""), std::string::npos) << listed.body;
  EXPECT_EQ(listed.body.find("\"gpt-5\""), std::string::npos) << listed.body;
  EXPECT_EQ(gateway.WaitForRecordOf(refused.Header("x-ag-request-id")).error_kind(), v1::ERROR_KIND_CLIENT_AUTH);
}

TEST(ClientKey, WhatAnAnswerCostCountsBeforeItsClientCanAskAgain) {
  OpenAi upstream;
  Gateway gateway(kStrict);
  gateway.AddAccount("openai", upstream.Origin());
  for (int round = 0; round < 20; ++round) {
    v1::ClientKey wanted;
    wanted.mutable_limits()->set_tokens_per_day(1);
    wanted.set_name("Laptop " + std::to_string(round));
    const auto key = MakeKey(gateway, wanted);
    upstream.Enqueue(OpenAiChatUnary("hello"));
    EXPECT_EQ(Ask(gateway, key.secret()).status, 200);
    EXPECT_EQ(Ask(gateway, key.secret()).status, 429) << round;
  }
}

TEST(ClientKey, ABudgetIsRefusedInEachClientsDialect) {
  OpenAi upstream;
  Gateway gateway(kStrict);
  gateway.AddAccount("openai", upstream.Origin());
  v1::ClientKey wanted;
  wanted.mutable_limits()->set_requests_per_month(1);
  const auto key = MakeKey(gateway, wanted);
  upstream.Enqueue(OpenAiChatUnary("hello"));
  EXPECT_EQ(Ask(gateway, key.secret()).status, 200);
  const auto openai = Ask(gateway, key.secret());
  const auto anthropic =
      HttpPost(gateway.port(), "/v1/messages",
               R"({"model":"gpt-5-mini","max_tokens":9,"messages":[{"role":"user","content":"hi"}]})",
               {{"content-type", "application/json"}, {"x-api-key", key.secret()}});
  const auto gemini = HttpPost(gateway.port(), "/v1beta/models/gpt-5-mini:generateContent",
                               R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}]})",
                               {{"content-type", "application/json"}, {"x-goog-api-key", key.secret()}});
  for (const auto& refused : {openai, anthropic, gemini}) {
    EXPECT_EQ(refused.status, 429);
    EXPECT_FALSE(refused.Header("retry-after").empty());
    EXPECT_NE(refused.body.find("1 requests per month"), std::string::npos) << refused.body;
    EXPECT_EQ(refused.body.find(key.secret()), std::string::npos);
  }
  EXPECT_NE(anthropic.body.find(R"("type":"rate_limit_error")"), std::string::npos) << anthropic.body;
  EXPECT_NE(gemini.body.find("RESOURCE_EXHAUSTED"), std::string::npos) << gemini.body;
  EXPECT_EQ(upstream.asked(), 1U);
  EXPECT_EQ(gateway.WaitForRecordOf(openai.Header("x-ag-request-id")).error_kind(), v1::ERROR_KIND_CLIENT_BUDGET);
  EXPECT_EQ(KeyOf(gateway, key.client_key().id()).state(), v1::CLIENT_KEY_STATE_BUDGET_SPENT);
}

TEST(ClientKey, WhatItHasUsedOutlivesARestart) {
  OpenAi upstream;
  auto folder = std::make_shared<TempDir>();  // shared by the gateway and the one after it
  v1::CreateClientKeyResponse key;
  v1::ClientKeyUsage before;
  {
    Gateway gateway(folder, kStrict);
    gateway.AddAccount("openai", upstream.Origin());
    v1::ClientKey wanted;
    wanted.mutable_limits()->set_requests_per_month(2);
    key = MakeKey(gateway, wanted);
    for (int i = 0; i < 2; ++i) {
      upstream.Enqueue(OpenAiChatUnary("hello"));
      EXPECT_EQ(Ask(gateway, key.secret()).status, 200);
    }
    EXPECT_EQ(Ask(gateway, key.secret()).status, 429);
    gateway.WaitForRecord(3);
    before = KeyOf(gateway, key.client_key().id()).usage();
    gateway.Stop();
  }
  Gateway again(folder, kStrict);
  EXPECT_EQ(Ask(again, key.secret()).status, 429);
  const v1::ClientKey after = KeyOf(again, key.client_key().id());
  EXPECT_EQ(after.usage().request_count(), 2) << "what was refused was not used";
  EXPECT_EQ(after.usage().token_count(), before.token_count());
  EXPECT_GT(after.usage().token_count(), 0);
  EXPECT_TRUE(after.usage().has_last_use_time());
  ASSERT_EQ(after.budgets_size(), 1);
  EXPECT_EQ(after.budgets(0).used(), 2);
}

}  // namespace
}  // namespace ag::test
