#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proto/client/control_client.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/support/http_client.h"

namespace ag::test {
namespace {

const std::vector<Field> kJson{{"content-type", "application/json"}};
constexpr const char* kBody = R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}]})";
const std::string kClientModel = "/v1/projects/theirs/locations/us-east5/publishers/google/models/gemini-2.5-flash";
const std::string kUpstreamModel = "/v1/projects/ours/locations/europe-west4/publishers/google/models/gemini-2.5-flash";

// A Vertex AI that lists one model.
class Vertex : public FakeUpstream {
 public:
  Vertex() {
    On("GET", "/v1beta1/publishers/google/models",
       Reply().Json(R"({"publisherModels":[{"name":"publishers/google/models/gemini-2.5-flash"}]})"));
  }
};

void AddVertex(Gateway& gateway, const FakeUpstream& upstream) {
  client::v1::CreateAccountRequest request;
  auto& account = *request.mutable_account();
  account.set_provider("vertex");
  account.set_base_url(upstream.Origin());
  account.set_api_key("ya29.token");
  account.set_project("ours");
  account.set_location("europe-west4");
  const auto created = gateway.control().CreateAccount(request);
  ASSERT_TRUE(created.ok()) << created.status();
  client::v1::TestAccountRequest test;
  test.set_id(created->account().id());
  const auto tested = gateway.control().TestAccount(test);
  ASSERT_TRUE(tested.ok() && tested->ok()) << tested.status();
  ASSERT_EQ(tested->models_size(), 1);
  EXPECT_EQ(tested->models(0), "gemini-2.5-flash");
}

TEST(Vertex, ServesItsOwnClientsUnderTheAccountsProject) {
  Vertex upstream;
  Gateway gateway;
  AddVertex(gateway, upstream);
  for (const std::string version : {"/v1", "/v1beta1"}) {
    const std::string model = version + kClientModel.substr(std::string("/v1").size());
    upstream.Enqueue(GeminiUnary("hello"));
    EXPECT_EQ(HttpPost(gateway.port(), model + ":generateContent", kBody, kJson).status, 200);
    EXPECT_EQ(upstream.questions().back().target, kUpstreamModel + ":generateContent");
    EXPECT_EQ(upstream.questions().back().body, kBody);
    EXPECT_EQ(upstream.questions().back().Header("authorization"), "Bearer ya29.token");
    EXPECT_EQ(upstream.questions().back().Header("x-goog-user-project"), "ours");
    upstream.Enqueue(GeminiStream({"Hel", "lo"}));
    const auto stream = HttpPost(gateway.port(), model + ":streamGenerateContent?alt=sse", kBody, kJson);
    EXPECT_NE(stream.body.find("Hel"), std::string::npos) << stream.body;
    EXPECT_EQ(upstream.questions().back().target, kUpstreamModel + ":streamGenerateContent?alt=sse");
    upstream.Enqueue(Reply().Json(R"({"totalTokens":3})"));
    EXPECT_EQ(HttpPost(gateway.port(), model + ":countTokens", kBody, kJson).body, R"({"totalTokens":3})");
    EXPECT_EQ(upstream.questions().back().target, kUpstreamModel + ":countTokens");
  }
}

TEST(Vertex, ServesClientsOfOtherDialects) {
  Vertex upstream;
  Gateway gateway;
  AddVertex(gateway, upstream);
  upstream.Enqueue(GeminiUnary("hello"));
  const auto chat = HttpPost(gateway.port(), "/v1/chat/completions",
                             R"({"model":"gemini-2.5-flash","messages":[{"role":"user","content":"hi"}]})", kJson);
  EXPECT_EQ(chat.status, 200) << chat.body;
  EXPECT_NE(chat.body.find("\"content\":\"hello\""), std::string::npos) << chat.body;
  EXPECT_EQ(upstream.questions().back().target, kUpstreamModel + ":generateContent");
  upstream.Enqueue(Reply().Json(R"({"embedding":{"values":[0.5,1]}})"));
  const auto embedded =
      HttpPost(gateway.port(), "/v1/embeddings", R"({"model":"gemini-2.5-flash","input":"hi"})", kJson);
  EXPECT_EQ(embedded.status, 200) << embedded.body;
  EXPECT_NE(embedded.body.find("\"embedding\":[0.5,1]"), std::string::npos) << embedded.body;
  EXPECT_EQ(upstream.questions().back().target, kUpstreamModel + ":embedContent");
}

TEST(Vertex, ItsClientsAreServedByOtherProviders) {
  FakeUpstream openai;
  openai.On("GET", "/v1/models", OpenAiModels({"gpt-5-mini"}));
  Gateway gateway;
  gateway.AddAccount("openai", openai.Origin());
  gateway.SetRoute("gemini-*", "openai", "gpt-5-mini");
  openai.Enqueue(OpenAiResponsesStream({"Hel", "lo"}));
  const auto reply = HttpPost(gateway.port(), kClientModel + ":streamGenerateContent?alt=sse", kBody, kJson);
  EXPECT_EQ(reply.status, 200);
  EXPECT_NE(reply.body.find(R"("text":"Hel")"), std::string::npos) << reply.body;
  EXPECT_NE(reply.body.find(R"("finishReason":"STOP")"), std::string::npos) << reply.body;
}

}  // namespace
}  // namespace ag::test
