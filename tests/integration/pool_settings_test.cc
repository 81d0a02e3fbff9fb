#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/support/http_client.h"

// The settings that say which account serves, from the control API to the wire.
namespace ag::test {
namespace {

constexpr const char* kChat = R"({"model":"gpt-5-mini","messages":[{"role":"user","content":"hi"}]})";
const std::vector<Field> kJson{{"content-type", "application/json"}};

class PoolSettings : public testing::Test {
 protected:
  PoolSettings() {
    for (FakeUpstream* upstream : {&first_, &second_}) {
      upstream->On("GET", "/v1/models", OpenAiModels({"gpt-5-mini"}));
    }
    gateway_.AddAccount("openai", first_.Origin(), "first", 10);
    gateway_.AddAccount("openai", second_.Origin(), "second");
  }
  // As the shards know it: behind the publication.
  void Set(std::string_view key, std::string_view value) {
    gateway_.Set(key, value);
    EXPECT_TRUE(gateway_.control().ListAccounts({}).ok());
  }
  HttpResponse Ask() { return HttpPost(gateway_.port(), "/v1/chat/completions", kChat, kJson); }
  static std::size_t Asked(const FakeUpstream& upstream) {
    std::size_t count = 0;
    for (const auto& request : upstream.requests()) count += request.method == "POST" ? 1 : 0;
    return count;
  }

  FakeUpstream first_;
  FakeUpstream second_;
  Gateway gateway_;
};

TEST_F(PoolSettings, TheFixedAccountServesByItsLabel) {
  for (int i = 0; i < 2; ++i) first_.Enqueue(OpenAiChatUnary("hello"));
  second_.Enqueue(OpenAiChatUnary("hello"));
  second_.Enqueue(OpenAiRateLimited("30"));
  EXPECT_EQ(Ask().status, 200);
  EXPECT_EQ(Asked(first_), 1U) << "by priority";
  Set("pool.fixed_account", "second");
  EXPECT_EQ(Ask().status, 200);
  EXPECT_EQ(Asked(second_), 1U);
  EXPECT_EQ(Ask().status, 200);
  EXPECT_EQ(Asked(first_), 2U) << "the others stand in";
}

TEST_F(PoolSettings, WithoutFailoverNobodyStandsIn) {
  Set("pool.fixed_account", "second");
  Set("pool.fixed_failover", "false");
  Set("proxy.max_wait_ms", "0");
  second_.Enqueue(OpenAiRateLimited("30"));
  EXPECT_EQ(Ask().status, 429);
  EXPECT_EQ(Asked(first_), 0U);
}

TEST_F(PoolSettings, AnUnknownFixedAccountIsToldAtOnce) {
  client::v1::SetSettingRequest request;
  request.set_key("pool.fixed_account");
  request.set_value("secnd");
  const auto answer = gateway_.control().SetSetting(request);
  ASSERT_TRUE(answer.ok());
  EXPECT_NE(answer->apply_error().find("did you mean second?"), std::string::npos) << answer->apply_error();
  Set("pool.fixed_failover", "false");
  const auto reply = Ask();
  EXPECT_EQ(reply.status, 404);
  EXPECT_NE(reply.body.find("pool.fixed_account"), std::string::npos) << reply.body;
}

}  // namespace
}  // namespace ag::test
