#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/support/gate.h"
#include "tests/support/http_client.h"

namespace ag::test {
namespace {

constexpr const char* kChat = R"({"model":"gpt-5-mini","messages":[{"role":"user","content":"hi"}]})";
constexpr const char* kChatStream =
    R"({"model":"gpt-5-mini","stream":true,"messages":[{"role":"user","content":"hi"}]})";
constexpr const char* kMessagesStream =
    R"({"model":"claude-sonnet-4-5","max_tokens":64,"stream":true,"messages":[{"role":"user","content":"hi"}]})";
const std::vector<Field> kJson{{"content-type", "application/json"}};

// An OpenAI provider that lists one model.
class OpenAi : public FakeUpstream {
 public:
  OpenAi() { On("GET", "/v1/models", OpenAiModels({"gpt-5-mini"})); }
};

std::size_t Generations(const FakeUpstream& upstream) {
  std::size_t count = 0;
  for (const auto& request : upstream.requests()) count += request.method == "POST" ? 1 : 0;
  return count;
}

TEST(Relay, PassesAUnaryReplyUntouched) {
  OpenAi upstream;
  Gateway gateway;
  gateway.AddAccount("openai", upstream.Origin());
  const std::string body =
      "{ \"id\" : \"x\",\"choices\":[], \"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n";
  upstream.Enqueue(Reply().Json(body).Header("x-request-id", "provider-1"));
  const auto reply = HttpPost(gateway.port(), "/v1/chat/completions", kChat, kJson);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, body);
  EXPECT_EQ(reply.Header("x-request-id"), "provider-1");
  EXPECT_EQ(reply.Header("request-id"), "provider-1");
  EXPECT_NE(reply.Header("x-ag-request-id"), "");
  const auto sent = upstream.questions().back();
  EXPECT_EQ(sent.body, kChat);
  EXPECT_EQ(sent.Header("authorization"), "Bearer test-key-openai");
  EXPECT_NE(sent.Header("traceparent"), "");
  const auto record = gateway.WaitForRecord(1);
  EXPECT_EQ(record.usage().input(), 3);
  EXPECT_EQ(record.usage().output(), 4);
  EXPECT_EQ(record.attempts_size(), 1);
}

TEST(Relay, NeverSendsTheClientsKeyUpstream) {
  OpenAi upstream;
  Gateway gateway;
  gateway.AddAccount("openai", upstream.Origin());
  upstream.Enqueue(OpenAiChatUnary("hello"));
  HttpPost(gateway.port(), "/v1/chat/completions?key=client-secret", kChat,
           {{"content-type", "application/json"},
            {"authorization", "Bearer client-secret"},
            {"x-api-key", "client-secret"},
            {"cookie", "client-secret"}});
  const auto sent = upstream.questions().back();
  EXPECT_EQ(sent.target.find("client-secret"), std::string::npos);
  for (const auto& field : sent.headers) EXPECT_EQ(field.value.find("client-secret"), std::string::npos) << field.name;
}

TEST(Relay, StreamsUntouchedAndWithholdsTheInjectedUsage) {
  OpenAi upstream;
  Gateway gateway;
  gateway.AddAccount("openai", upstream.Origin());
  upstream.Enqueue(OpenAiChatStream({"Hel", "lo"}).SplitAtRandom(7, 3));
  const auto reply = HttpPost(gateway.port(), "/v1/chat/completions", kChatStream, kJson);
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.complete);
  EXPECT_NE(reply.body.find("Hel"), std::string::npos);
  EXPECT_NE(reply.body.find("data: [DONE]"), std::string::npos);
  EXPECT_EQ(reply.body.find("prompt_tokens"), std::string::npos) << reply.body;
  EXPECT_NE(upstream.questions().back().body.find("include_usage"), std::string::npos);
  const auto record = gateway.WaitForRecord(1);
  EXPECT_EQ(record.usage().input(), 11);
  EXPECT_EQ(record.usage().output(), 7);
}

TEST(Relay, ReusesTheConnectionOfAStream) {
  OpenAi upstream;
  Gateway gateway(Settings{{"proxy.shards", "1"}});
  gateway.AddAccount("openai", upstream.Origin());
  const auto before = upstream.connections();
  for (int i = 0; i < 3; ++i) {
    upstream.Enqueue(OpenAiChatStream({"Hel", "lo"}));
    EXPECT_EQ(HttpPost(gateway.port(), "/v1/chat/completions", kChatStream, kJson).status, 200);
    // Idle as seen from the provider: the next request may have it.
    EXPECT_TRUE(upstream.WaitForRequests(upstream.requests().size()));
  }
  EXPECT_EQ(upstream.connections(), before + 1);
}

TEST(Relay, TranslatesAnAnthropicStreamFromAnOpenAiAccount) {
  OpenAi upstream;
  Gateway gateway;
  gateway.AddAccount("openai", upstream.Origin());
  gateway.SetRoute("claude-*", "openai", "gpt-5-mini");
  upstream.Enqueue(OpenAiResponsesStream({"Hel", "lo"}));
  const auto reply = HttpPost(gateway.port(), "/v1/messages", kMessagesStream, kJson);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.Header("content-type"), "text/event-stream");
  EXPECT_NE(reply.body.find("event: message_start"), std::string::npos) << reply.body;
  EXPECT_NE(reply.body.find("\"text\":\"Hel\""), std::string::npos) << reply.body;
  EXPECT_NE(reply.body.find("event: message_stop"), std::string::npos) << reply.body;
  EXPECT_TRUE(gateway.WaitForRecord(1).translated());
}

TEST(Relay, RotatesToAnotherAccountOnARateLimit) {
  OpenAi limited;
  OpenAi healthy;
  Gateway gateway;
  gateway.AddAccount("openai", limited.Origin(), "first", 10);
  gateway.AddAccount("openai", healthy.Origin(), "second", 1);
  limited.Enqueue(OpenAiRateLimited("30"));
  healthy.Enqueue(OpenAiChatUnary("hello"));
  healthy.Enqueue(OpenAiChatUnary("again"));
  const auto reply = HttpPost(gateway.port(), "/v1/chat/completions", kChat, kJson);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.Header("x-ag-attempts"), "1") << "failed attempts before this one";
  const auto record = gateway.WaitForRecord(1);
  ASSERT_EQ(record.attempts_size(), 2);
  EXPECT_EQ(record.attempts(0).account_label(), "first");
  EXPECT_EQ(record.attempts(0).chosen().code(), "only_of_priority");
  EXPECT_EQ(record.attempts(1).account_label(), "second");
  // The first account cools for this model: the next request does not ask it.
  EXPECT_EQ(HttpPost(gateway.port(), "/v1/chat/completions", kChat, kJson).status, 200);
  EXPECT_EQ(Generations(limited), 1U);
}

TEST(Relay, AnswersTheProvidersRateLimitUntouchedWhenNobodyIsLeft) {
  OpenAi upstream;
  Gateway gateway(Settings{{"proxy.max_wait_ms", "0"}});
  gateway.AddAccount("openai", upstream.Origin());
  upstream.Enqueue(OpenAiRateLimited("30"));
  const auto reply = HttpPost(gateway.port(), "/v1/chat/completions", kChat, kJson);
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(reply.Header("retry-after"), "30");
  EXPECT_EQ(reply.Header("x-ag-attempts"), "1");
  // While it cools the gateway answers by itself, and says when it is back.
  const auto cooling = HttpPost(gateway.port(), "/v1/chat/completions", kChat, kJson);
  EXPECT_EQ(cooling.status, 429);
  EXPECT_NE(cooling.Header("retry-after"), "");
  EXPECT_EQ(Generations(upstream), 1U);
}

TEST(Relay, TurnsARefusedAccountInto502) {
  OpenAi upstream;
  Gateway gateway;
  const std::string id = gateway.AddAccount("openai", upstream.Origin(), "mine");
  upstream.Enqueue(OpenAiBadKey());
  const auto reply = HttpPost(gateway.port(), "/v1/chat/completions", kChat, kJson);
  EXPECT_EQ(reply.status, 502);
  EXPECT_EQ(reply.Header("x-should-retry"), "false");
  EXPECT_NE(reply.body.find("mine"), std::string::npos) << reply.body;
  gateway.WaitForState(id, client::v1::ACCOUNT_STATE_NEEDS_SIGN_IN);
}

TEST(Relay, NamesTheAccountWhoseProviderHangsUp) {
  OpenAi upstream;
  Gateway gateway;
  gateway.AddAccount("openai", upstream.Origin(), "mine");
  for (int i = 0; i < 9; ++i) upstream.Enqueue(Reply().ResetBeforeHead());
  const auto reply = HttpPost(gateway.port(), "/v1/chat/completions", kChat, kJson);
  EXPECT_EQ(reply.status, 502);
  EXPECT_NE(reply.body.find("Account 'mine' (openai): "), std::string::npos) << reply.body;
}

TEST(Relay, GivesABadRequestStraightBack) {
  OpenAi upstream;
  OpenAi other;
  Gateway gateway;
  gateway.AddAccount("openai", upstream.Origin(), "first", 10);
  gateway.AddAccount("openai", other.Origin(), "second", 1);
  upstream.Enqueue(OpenAiError(400, "invalid_request_error", "invalid_value", "temperature is too high"));
  const auto reply = HttpPost(gateway.port(), "/v1/chat/completions", kChat, kJson);
  EXPECT_EQ(reply.status, 400);
  EXPECT_NE(reply.body.find("temperature is too high"), std::string::npos);
  EXPECT_EQ(Generations(other), 0U);
}

TEST(Relay, RetriesAStreamThatFailsBeforeItsContent) {
  OpenAi upstream;
  OpenAi other;
  Gateway gateway;
  gateway.AddAccount("openai", upstream.Origin(), "first", 10);
  gateway.AddAccount("openai", other.Origin(), "second", 1);
  upstream.Enqueue(
      Reply()
          .Sse("data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n")
          .CutClean());
  other.Enqueue(OpenAiChatStream({"fine"}));
  const auto reply = HttpPost(gateway.port(), "/v1/chat/completions", kChatStream, kJson);
  EXPECT_EQ(reply.status, 200);
  EXPECT_NE(reply.body.find("fine"), std::string::npos) << reply.body;
}

TEST(Relay, EndsAStreamThatIsCutWithTheDialectsError) {
  OpenAi upstream;
  Gateway gateway;
  gateway.AddAccount("openai", upstream.Origin());
  upstream.Enqueue(
      Reply().Sse("data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"half\"}}]}\n\n").CutReset());
  const auto reply = HttpPost(gateway.port(), "/v1/chat/completions", kChatStream, kJson);
  EXPECT_EQ(reply.status, 200);
  EXPECT_NE(reply.body.find("half"), std::string::npos);
  EXPECT_NE(reply.body.find("\"error\""), std::string::npos) << reply.body;
  EXPECT_EQ(reply.body.find("\"finish_reason\":\"stop\""), std::string::npos);
  EXPECT_EQ(Generations(upstream), 1U) << "what was begun is not asked again";
}

TEST(Relay, CountsStreamsThatBreakTheirProtocolByAccount) {
  OpenAi upstream;
  Gateway gateway;
  const std::string id = gateway.AddAccount("openai", upstream.Origin());
  const std::string twice = R"(data: {"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":"a"},)"
                            R"("finish_reason":"stop"}]})"
                            "\n\n"
                            R"(data: {"id":"c","choices":[{"index":0,"delta":{"content":"b"}}]})"
                            "\n\ndata: [DONE]\n\n";
  upstream.Enqueue(Reply().Sse(twice));
  const auto reply = HttpPost(gateway.port(), "/v1/chat/completions", kChatStream, kJson);
  EXPECT_EQ(reply.body, twice);
  const auto record = gateway.WaitForRecord(1);
  ASSERT_EQ(record.attempts_size(), 1);
  EXPECT_EQ(record.attempts(0).protocol_violation(), "a choice goes on after its finish_reason");
  client::v1::GetAccountRequest get;
  get.set_id(id);
  const auto account = gateway.control().GetAccount(get);
  ASSERT_TRUE(account.ok()) << account.status();
  EXPECT_EQ(account->account().protocol_violation_count(), 1);
}

TEST(Relay, CancelsTheProviderWhenTheClientLeaves) {
  OpenAi upstream;
  Gateway gateway;
  gateway.AddAccount("openai", upstream.Origin());
  auto gate = std::make_shared<Gate>();
  upstream.Enqueue(
      Reply().Sse("data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"half\"}}]}\n\n").Stall(gate));
  {
    HttpConnection client(gateway.port());
    ASSERT_TRUE(client.Send("POST", "/v1/chat/completions", kJson, kChatStream));
    ASSERT_EQ(client.ReadHead().status, 200);
    ASSERT_TRUE(client.ReadPiece());
  }
  EXPECT_TRUE(upstream.WaitForAborted(1));
  const auto record = gateway.WaitForRecord(1);
  EXPECT_EQ(record.error_kind(), client::v1::ERROR_KIND_CLIENT_LEFT);
  gate->Open();
}

TEST(Relay, KeepsAWaitingClientAliveAndStillFailsOver) {
  OpenAi slow;
  OpenAi other;
  Gateway gateway(Settings{{"proxy.early_commit_after_ms", "100"}});
  gateway.AddAccount("openai", slow.Origin(), "first", 10);
  gateway.AddAccount("openai", other.Origin(), "second", 1);
  auto gate = std::make_shared<Gate>();
  slow.Enqueue(AnthropicOverloaded().StallHead(gate));
  other.Enqueue(OpenAiChatStream({"fine"}));
  HttpConnection client(gateway.port());
  ASSERT_TRUE(client.Send("POST", "/v1/chat/completions", kJson, kChatStream));
  const auto head = client.ReadHead();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(client.ReadPiece().value_or(""), ": keep-alive\n\n");
  gate->Open();
  std::string rest;
  while (const auto piece = client.ReadPiece()) rest += *piece;
  EXPECT_NE(rest.find("fine"), std::string::npos) << rest;
}

TEST(Relay, RefusesAnUnknownFieldByName) {
  OpenAi upstream;
  Gateway gateway;
  gateway.AddAccount("openai", upstream.Origin());
  gateway.SetRoute("claude-*", "openai", "gpt-5-mini");
  const auto reply = HttpPost(
      gateway.port(), "/v1/messages",
      R"({"model":"claude-x","max_tokens":9,"frobnicate":1,"messages":[{"role":"user","content":"hi"}]})", kJson);
  EXPECT_EQ(reply.status, 400);
  EXPECT_NE(reply.body.find("frobnicate"), std::string::npos) << reply.body;
  EXPECT_EQ(Generations(upstream), 0U);
}

constexpr const char* kContinued = R"({"model":"gpt-5-mini","input":"and?","previous_response_id":"resp_68e1"})";

TEST(Relay, SendsAnUnknownPreviousResponseToTheOnlyAccountThatCouldHaveIt) {
  OpenAi upstream;
  Gateway gateway;
  gateway.AddAccount("openai", upstream.Origin());
  upstream.Enqueue(Reply().Json(R"({"id":"resp_2","object":"response","status":"completed","output":[]})"));
  EXPECT_EQ(HttpPost(gateway.port(), "/v1/responses", kContinued, kJson).status, 200);
  EXPECT_EQ(upstream.questions().back().body, kContinued);
}

TEST(Relay, RefusesAnUnknownPreviousResponseThatSeveralAccountsCouldHave) {
  OpenAi upstream;
  OpenAi other;
  Gateway gateway;
  gateway.AddAccount("openai", upstream.Origin(), "first");
  gateway.AddAccount("openai", other.Origin(), "second");
  const auto refused = HttpPost(gateway.port(), "/v1/responses", kContinued, kJson);
  EXPECT_EQ(refused.status, 404);
  EXPECT_NE(refused.body.find(R"("code":"previous_response_not_found")"), std::string::npos) << refused.body;
  EXPECT_NE(refused.body.find(R"("param":"previous_response_id")"), std::string::npos) << refused.body;
  EXPECT_EQ(HttpGet(gateway.port(), "/v1/files/file-9Kx/content").status, 404);
  EXPECT_EQ(Generations(upstream) + Generations(other), 0U);
}

TEST(Relay, ReturnsToTheAccountThatMadeAResource) {
  OpenAi maker;
  OpenAi preferred;
  Gateway gateway;
  gateway.AddAccount("openai", maker.Origin(), "maker", 1);
  maker.Enqueue(Reply().Json(R"({"id":"resp_68e1","object":"response","status":"completed","output":[]})"));
  EXPECT_EQ(HttpPost(gateway.port(), "/v1/responses", R"({"model":"gpt-5-mini","input":"hi"})", kJson).status, 200);
  maker.Enqueue(Reply().Json(R"({"id":"file-9Kx","object":"file"})"));
  EXPECT_EQ(HttpPost(gateway.port(), "/v1/files", "{}", kJson).status, 200);
  gateway.AddAccount("openai", preferred.Origin(), "preferred", 10);
  maker.Enqueue(Reply().Json(R"({"id":"resp_2","object":"response","status":"completed","output":[]})"));
  EXPECT_EQ(HttpPost(gateway.port(), "/v1/responses", kContinued, kJson).status, 200);
  maker.On("GET", "/v1/files/file-9Kx", Reply().Json(R"({"id":"file-9Kx"})"));
  EXPECT_EQ(HttpGet(gateway.port(), "/v1/files/file-9Kx").status, 200);
  maker.Enqueue(OpenAiChatUnary("a page"));
  const auto asked = [&gateway](std::string_view id) {
    return HttpPost(
        gateway.port(), "/v1/chat/completions",
        R"({"model":"gpt-5-mini","messages":[{"role":"user","content":[{"type":"file","file":{"file_id":")" +
            std::string(id) + R"("}}]}]})",
        kJson);
  };
  EXPECT_EQ(asked("file-9Kx").status, 200);
  const auto unknown = asked("file-other");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_NE(unknown.body.find(R"("param":"file_id")"), std::string::npos) << unknown.body;
  EXPECT_EQ(Generations(preferred), 0U);
}

TEST(Relay, ReturnsToTheAccountThatCachedAContent) {
  FakeUpstream maker;
  FakeUpstream preferred;
  maker.On("GET", "/v1beta/models", GeminiModels({"gemini-2.5-flash"}));
  preferred.On("GET", "/v1beta/models", GeminiModels({"gemini-2.5-flash"}));
  Gateway gateway;
  gateway.AddAccount("gemini", maker.Origin(), "maker", 1);
  maker.Enqueue(Reply().Json(R"({"name":"cachedContents/abc","model":"models/gemini-2.5-flash"})"));
  EXPECT_EQ(HttpPost(gateway.port(), "/v1beta/cachedContents", "{}", kJson).status, 200);
  gateway.AddAccount("gemini", preferred.Origin(), "preferred", 10);
  maker.Enqueue(GeminiUnary("hi"));
  const auto reply =
      HttpPost(gateway.port(), "/v1beta/models/gemini-2.5-flash:generateContent",
               R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}],"cachedContent":"cachedContents/abc"})", kJson);
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(Generations(preferred), 0U);
}

TEST(Relay, StopsWhileAModelListIsAwaited) {
  FakeUpstream silent;
  auto gate = std::make_shared<Gate>();
  silent.On("GET", "/v1/models", Reply().StallHead(gate));
  Gateway gateway;
  client::v1::CreateAccountRequest create;
  create.mutable_account()->set_provider("openai");
  create.mutable_account()->set_api_key("sk-x");
  create.mutable_account()->set_base_url(silent.Origin());
  ASSERT_TRUE(gateway.control().CreateAccount(create).ok());
  ASSERT_TRUE(silent.WaitForRequests(1));
  gateway.Stop();
  gate->Open();
}

TEST(Relay, NamesWhatWouldServeAnUnknownModel) {
  Gateway gateway;
  const auto none = HttpPost(gateway.port(), "/v1/chat/completions", kChat, kJson);
  EXPECT_EQ(none.status, 404);
  EXPECT_NE(none.body.find("agctl"), std::string::npos) << none.body;
}

TEST(Relay, AnswersAnUnknownPathInTheDialectsShape) {
  Gateway gateway;
  const auto chat = HttpPost(gateway.port(), "/v1/chat/completion", kChat, kJson);
  EXPECT_EQ(chat.status, 404);
  EXPECT_NE(chat.body.find("Did you mean /v1/chat/completions?"), std::string::npos) << chat.body;
  EXPECT_NE(chat.body.find(R"("code":"unknown_url")"), std::string::npos) << chat.body;
  const auto messages = HttpPost(gateway.port(), "/v1/message", "{}", {{"anthropic-version", "2023-06-01"}});
  EXPECT_EQ(messages.status, 404);
  EXPECT_NE(messages.body.find(R"("type":"not_found_error")"), std::string::npos) << messages.body;
  const auto gemini = HttpGet(gateway.port(), "/v1beta/modles");
  EXPECT_EQ(gemini.status, 404);
  EXPECT_NE(gemini.body.find(R"("status":"NOT_FOUND")"), std::string::npos) << gemini.body;
}

TEST(Relay, RefusesForeignPagesAndForeignHosts) {
  OpenAi upstream;
  Gateway gateway;
  gateway.AddAccount("openai", upstream.Origin());
  const auto foreign = HttpPost(gateway.port(), "/v1/chat/completions", kChat,
                                {{"content-type", "application/json"}, {"origin", "https://evil.example"}});
  EXPECT_EQ(foreign.status, 403);
  HttpConnection rebound(gateway.port());
  rebound.SendRaw("GET /v1/models HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  EXPECT_EQ(rebound.ReadResponse("GET").status, 403);
  EXPECT_EQ(Generations(upstream), 0U);
}

TEST(Relay, DemandsItsKeyInStrictMode) {
  OpenAi upstream;
  Gateway gateway;
  gateway.AddAccount("openai", upstream.Origin());
  gateway.Set("auth_mode", "strict");
  const auto refused = HttpPost(gateway.port(), "/v1/messages", kMessagesStream, kJson);
  EXPECT_EQ(refused.status, 401);
  EXPECT_NE(refused.body.find("authentication_error"), std::string::npos) << refused.body;
  const auto key = gateway.control().GetPrimaryKey();
  ASSERT_TRUE(key.ok());
  upstream.Enqueue(OpenAiChatUnary("hello"));
  const auto reply = HttpPost(gateway.port(), "/v1/chat/completions", kChat,
                              {{"content-type", "application/json"}, {"authorization", "Bearer " + key->key()}});
  EXPECT_EQ(reply.status, 200);
}

TEST(Relay, AnswersModelsInEachDialect) {
  OpenAi upstream;
  Gateway gateway;
  gateway.AddAccount("openai", upstream.Origin());
  EXPECT_NE(HttpGet(gateway.port(), "/v1/models").body.find("\"object\":\"list\""), std::string::npos);
  EXPECT_NE(
      HttpGet(gateway.port(), "/v1/models", {{"anthropic-version", "2023-06-01"}}).body.find("\"has_more\":false"),
      std::string::npos);
  EXPECT_NE(HttpGet(gateway.port(), "/v1beta/models").body.find("\"models/gpt-5-mini\""), std::string::npos);
}

}  // namespace
}  // namespace ag::test
