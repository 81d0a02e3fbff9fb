#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/support/http_client.h"

// What the gateway keeps of conversations: reasoning state through clients that cannot carry it, and stored responses.
namespace ag::test {
namespace {

const std::vector<Field> kJson{{"content-type", "application/json"}};
constexpr const char* kSignature = "EqRk+/=ZmFrZSBzaWduYXR1cmU";

// What the upstream was asked, but for lists of models, which the gateway asks for when it likes.
std::vector<RecordedRequest> Calls(const FakeUpstream& upstream) {
  std::vector<RecordedRequest> calls = upstream.requests();
  std::erase_if(calls, [](const RecordedRequest& request) { return request.method == "GET"; });
  return calls;
}

class Anthropic : public FakeUpstream {
 public:
  Anthropic() { On("GET", "/v1/models", AnthropicModels({"claude-sonnet-4-5"})); }
};

// A turn of thinking and one tool call, as the provider answers it.
Reply ThinkingCall() {
  return Reply().Json(
      std::string(R"({"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[)"
                  R"({"type":"thinking","thinking":"Look it up.","signature":")") +
      kSignature +
      R"("},{"type":"tool_use","id":"toolu_1","name":"weather","input":{"city":"Oslo"}}],)"
      R"("stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":11,"output_tokens":7}})");
}

std::string ToolTurn(std::string_view call_id) {
  return std::string(
             R"({"model":"claude-sonnet-4-5","max_completion_tokens":4000,"reasoning_effort":"low","tools":[)"
             R"({"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{}}}}],)"
             R"("messages":[{"role":"user","content":"Weather in Oslo?"},{"role":"assistant","content":null,)"
             R"("tool_calls":[{"id":")") +
         std::string(call_id) +
         R"(","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Oslo\"}"}}]},)"
         R"({"role":"tool","tool_call_id":")" +
         std::string(call_id) + R"(","content":"sunny"}]})";
}

constexpr const char* kFirstTurn =
    R"({"model":"claude-sonnet-4-5","max_completion_tokens":4000,"reasoning_effort":"low","tools":[)"
    R"({"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{}}}}],)"
    R"("messages":[{"role":"user","content":"Weather in Oslo?"}]})";

std::string Count(const std::string& text, std::string_view what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return std::to_string(count);
}

TEST(Conversation, ReturnsThinkingThatAChatClientCannotCarryAlsoAfterARestart) {
  Anthropic upstream;
  auto gateway = std::make_unique<Gateway>();
  gateway->AddAccount("anthropic", upstream.Origin());
  upstream.Enqueue(ThinkingCall());
  const auto first = HttpPost(gateway->port(), "/v1/chat/completions", kFirstTurn, kJson);
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_NE(first.body.find("toolu_1"), std::string::npos) << first.body;
  EXPECT_EQ(first.body.find(kSignature), std::string::npos) << first.body;

  auto folder = gateway->folder();
  gateway->Stop();
  gateway = std::make_unique<Gateway>(folder, Settings{});
  upstream.Enqueue(AnthropicUnary("Sunny."));
  const auto second = HttpPost(gateway->port(), "/v1/chat/completions", ToolTurn("toolu_1"), kJson);
  ASSERT_EQ(second.status, 200) << second.body;
  const std::string sent = Calls(upstream).back().body;
  const std::string thinking = std::string(R"({"type":"thinking","thinking":"Look it up.","signature":")") + kSignature;
  EXPECT_EQ(Count(sent, thinking), "1") << sent;
  EXPECT_LT(sent.find(thinking), sent.find("toolu_1")) << sent;
}

bool Lost(const client::v1::RequestRecord& record, std::string_view code, std::string_view field) {
  return std::ranges::any_of(record.losses(), [&](const client::v1::Loss& loss) {
    return loss.reason().code() == code && loss.field() == field;
  });
}

TEST(Conversation, TriesOnceMoreWithoutStateThatTheUpstreamRefuses) {
  Anthropic upstream;
  Gateway gateway;
  gateway.AddAccount("anthropic", upstream.Origin());
  upstream.Enqueue(ThinkingCall());
  ASSERT_EQ(HttpPost(gateway.port(), "/v1/chat/completions", kFirstTurn, kJson).status, 200);
  upstream.Enqueue(
      AnthropicError(400, "invalid_request_error", "messages.1.content.0: Invalid `signature` in `thinking` block"));
  upstream.Enqueue(AnthropicUnary("Sunny."));
  const auto reply = HttpPost(gateway.port(), "/v1/chat/completions", ToolTurn("toolu_1"), kJson);
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.Header("x-ag-attempts"), "1");
  const auto requests = Calls(upstream);
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_NE(requests[1].body.find(kSignature), std::string::npos);
  EXPECT_EQ(requests.back().body.find(kSignature), std::string::npos);
  const auto record = gateway.WaitForRecordOf(reply.Header("x-ag-request-id"));
  EXPECT_EQ(record.attempts_size(), 2);
  EXPECT_TRUE(Lost(record, "refused_reasoning", "messages[1].tool_calls[0]")) << record.DebugString();
}

TEST(Conversation, WithoutItsStateAnyAccountMayServe) {
  Anthropic maker;
  Anthropic other;
  Gateway gateway;
  gateway.AddAccount("anthropic", maker.Origin(), "maker", 10);
  gateway.AddAccount("anthropic", other.Origin(), "other");
  maker.Enqueue(ThinkingCall());
  ASSERT_EQ(HttpPost(gateway.port(), "/v1/chat/completions", kFirstTurn, kJson).status, 200);
  maker.Enqueue(
      AnthropicError(400, "invalid_request_error", "messages.1.content.0: Invalid `signature` in `thinking` block"));
  maker.Enqueue(AnthropicError(429, "rate_limit_error", "slow down").Header("retry-after", "100"));
  other.Enqueue(AnthropicUnary("Sunny."));
  const std::vector<Field> explain{{"content-type", "application/json"}, {"x-ag-explain", "1"}};
  const auto reply = HttpPost(gateway.port(), "/v1/chat/completions", ToolTurn("toolu_1"), explain);
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(Calls(other).size(), 1U);
  EXPECT_NE(reply.Header("x-ag-losses").find("dropped (refused_reasoning)"), std::string_view::npos)
      << reply.Header("x-ag-losses");
}

TEST(Conversation, AlsoTakesRefusedStateOutOfPassedRequests) {
  Anthropic upstream;
  Gateway gateway;
  gateway.AddAccount("anthropic", upstream.Origin());
  upstream.Enqueue(
      AnthropicError(400, "invalid_request_error", "messages.1.content.0: Invalid `signature` in `thinking` block"));
  upstream.Enqueue(AnthropicUnary("Sunny."));
  const auto reply = HttpPost(
      gateway.port(), "/v1/messages",
      R"({"model":"claude-sonnet-4-5","max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[)"
      R"({"type":"thinking","thinking":"t","signature":"bad"},{"type":"text","text":"b"}]},{"role":"user","content":"c"}]})",
      kJson);
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_NE(Calls(upstream).back().body.find(R"("content":[{"type":"text","text":"b"}])"), std::string::npos);
  const auto record = gateway.WaitForRecordOf(reply.Header("x-ag-request-id"));
  EXPECT_TRUE(Lost(record, "refused_reasoning", "messages[1].content[0]")) << record.DebugString();
}

// The id of a response object.
std::string IdOf(const std::string& body) {
  Arena arena;
  const auto parsed = json::Parse(body, arena);
  if (!parsed.ok()) return {};
  const json::Value* id = (*parsed)->Find("id");
  return id == nullptr ? std::string() : std::string(id->str());
}

TEST(Conversation, GoesOnFromAResponseOnAnotherCompanysUpstream) {
  Anthropic upstream;
  Gateway gateway;
  gateway.AddAccount("anthropic", upstream.Origin());
  upstream.Enqueue(AnthropicUnary("I am well."));
  const auto first =
      HttpPost(gateway.port(), "/v1/responses",
               R"({"model":"claude-sonnet-4-5","instructions":"Be kind.","input":"How are you?"})", kJson);
  ASSERT_EQ(first.status, 200) << first.body;
  const std::string id = IdOf(first.body);
  ASSERT_NE(id, "") << first.body;

  const auto read = HttpGet(gateway.port(), "/v1/responses/" + id);
  EXPECT_EQ(read.status, 200) << read.body;
  EXPECT_EQ(IdOf(read.body), id);
  EXPECT_NE(read.body.find("I am well."), std::string::npos);

  upstream.Enqueue(AnthropicUnary("Good."));
  const auto second =
      HttpPost(gateway.port(), "/v1/responses",
               R"({"model":"claude-sonnet-4-5","input":"Me too.","previous_response_id":")" + id + R"("})", kJson);
  ASSERT_EQ(second.status, 200) << second.body;
  const std::string sent = Calls(upstream).back().body;
  const auto asked = sent.find("How are you?");
  const auto answered = sent.find("I am well.");
  const auto now = sent.find("Me too.");
  EXPECT_TRUE(asked < answered && answered < now && now != std::string::npos) << sent;
  EXPECT_EQ(sent.find("Be kind."), std::string::npos) << sent;  // instructions are not inherited

  HttpConnection connection(gateway.port());
  const auto deleted = connection.Exchange("DELETE", "/v1/responses/" + id, {});
  EXPECT_EQ(deleted.status, 200) << deleted.body;
  EXPECT_NE(deleted.body.find(R"("deleted":true)"), std::string::npos) << deleted.body;
  EXPECT_EQ(HttpGet(gateway.port(), "/v1/responses/" + id).status, 404);
  const auto gone =
      HttpPost(gateway.port(), "/v1/responses",
               R"({"model":"claude-sonnet-4-5","input":"x","previous_response_id":")" + id + R"("})", kJson);
  EXPECT_EQ(gone.status, 400) << gone.body;
  EXPECT_NE(gone.body.find("previous_response_not_found"), std::string::npos) << gone.body;
}

TEST(Conversation, KeepsNoResponseThatTheClientDoesNotWantKept) {
  Anthropic upstream;
  Gateway gateway;
  gateway.AddAccount("anthropic", upstream.Origin());
  upstream.Enqueue(AnthropicUnary("hello"));
  const auto first =
      HttpPost(gateway.port(), "/v1/responses", R"({"model":"claude-sonnet-4-5","store":false,"input":"hi"})", kJson);
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(HttpGet(gateway.port(), "/v1/responses/" + IdOf(first.body)).status, 404);
}

constexpr const char* kLossy =
    R"({"model":"claude-sonnet-4-5","max_completion_tokens":9,"seed":3,"messages":[{"role":"user","content":"hi"}]})";

TEST(Losses, AreInAHeaderForTheClientThatAsks) {
  Anthropic upstream;
  Gateway gateway;
  gateway.AddAccount("anthropic", upstream.Origin());
  upstream.Enqueue(AnthropicUnary("hello"));
  EXPECT_EQ(HttpPost(gateway.port(), "/v1/chat/completions", kLossy, kJson).Header("x-ag-losses"), "");
  upstream.Enqueue(AnthropicUnary("hello"));
  const auto asked = HttpPost(gateway.port(), "/v1/chat/completions", kLossy,
                              {{"content-type", "application/json"}, {"x-ag-explain", "1"}});
  EXPECT_NE(asked.Header("x-ag-losses").find("seed dropped"), std::string_view::npos) << asked.Header("x-ag-losses");
  EXPECT_EQ(gateway.WaitForRecord(2).losses(0).field(), "seed");
}

TEST(Losses, WarnOrRejectAsTheUserWants) {
  Anthropic upstream;
  Gateway gateway;
  gateway.AddAccount("anthropic", upstream.Origin());
  gateway.Set("translation.on_loss", "warn");
  upstream.Enqueue(AnthropicUnary("hello"));
  EXPECT_NE(HttpPost(gateway.port(), "/v1/chat/completions", kLossy, kJson).Header("x-ag-losses"), "");
  gateway.Set("translation.on_loss", "reject");
  const std::size_t before = Calls(upstream).size();
  const auto refused = HttpPost(gateway.port(), "/v1/chat/completions", kLossy, kJson);
  EXPECT_EQ(refused.status, 400) << refused.body;
  EXPECT_NE(refused.body.find(R"("param":"seed")"), std::string::npos) << refused.body;
  EXPECT_EQ(Calls(upstream).size(), before);
}

}  // namespace
}  // namespace ag::test
