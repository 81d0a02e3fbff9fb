#include "gatewayd/sandbox/sandbox_provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox_testing.h"

namespace ag::sandbox {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class SandboxProviderTest : public SandboxClient {};

TEST_F(SandboxProviderTest, AnswersChatWithTheUsersLastText) {
  const HttpResponse response =
      Post("/v1/chat/completions",
           R"({"model":"gpt-5-mini","messages":[{"role":"user","content":"first"},{"role":"assistant","content":"x"},)"
           R"({"role":"user","content":"Say \"hi\" äö"}]})",
           kOpenAi);
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_TRUE(response.complete);
  EXPECT_EQ(response.Header("content-type"), "application/json");
  EXPECT_FALSE(response.Header("x-request-id").empty());
  EXPECT_THAT(At(response.body, "choices.0.message.content"), StartsWith("You said: Say \"hi\" äö\n"));
  EXPECT_EQ(At(response.body, "choices.0.finish_reason"), "stop");
  EXPECT_EQ(At(response.body, "model"), "gpt-5-mini");
  EXPECT_GT(std::stoi(At(response.body, "usage.completion_tokens")), 10);
  EXPECT_EQ(response.Header("x-ratelimit-remaining-requests"), "1999");
}

TEST_F(SandboxProviderTest, StreamsChatInWordsThatJoinToTheUnaryAnswer) {
  const std::string ask = R"({"model":"gpt-5-mini","messages":[{"role":"user","content":"hello"}])";
  const HttpResponse unary = Post("/v1/chat/completions", ask + "}", kOpenAi);
  const HttpResponse stream =
      Post("/v1/chat/completions", ask + R"(,"stream":true,"stream_options":{"include_usage":true}})", kOpenAi);
  EXPECT_THAT(std::string(stream.Header("content-type")), StartsWith("text/event-stream"));
  EXPECT_EQ(Joined(stream.body, "choices.0.delta.content"), At(unary.body, "choices.0.message.content"));
  EXPECT_THAT(stream.body, AllOf(HasSubstr(R"("finish_reason":"stop")"), HasSubstr(R"("total_tokens":)"),
                                 EndsWith("data: [DONE]\n\n")));
  EXPECT_TRUE(stream.complete);
}

TEST_F(SandboxProviderTest, SpeaksCompletionsAndResponses) {
  const HttpResponse completion = Post("/v1/completions", R"({"model":"gpt-5","prompt":"once"})", kOpenAi);
  EXPECT_THAT(At(completion.body, "choices.0.text"), StartsWith("You said: once"));
  const HttpResponse streamed = Post("/v1/completions", R"({"model":"gpt-5","prompt":"once","stream":true})", kOpenAi);
  EXPECT_EQ(Joined(streamed.body, "choices.0.text"), At(completion.body, "choices.0.text"));

  const std::string ask =
      R"({"model":"gpt-5","input":[{"role":"user","content":[{"type":"input_text","text":"twice"}]}])";
  const HttpResponse unary = Post("/v1/responses", ask + "}", kOpenAi);
  EXPECT_THAT(At(unary.body, "output.0.content.0.text"), StartsWith("You said: twice"));
  EXPECT_EQ(At(unary.body, "status"), "completed");
  const HttpResponse events = Post("/v1/responses", ask + R"(,"stream":true})", kOpenAi);
  EXPECT_EQ(Joined(events.body, "delta"), At(unary.body, "output.0.content.0.text"));
  EXPECT_THAT(events.body, AllOf(StartsWith("event: response.created\n"), HasSubstr("event: response.completed\n")));
}

TEST_F(SandboxProviderTest, SpeaksMessages) {
  const std::string ask = R"({"model":"claude-sonnet-4-5","max_tokens":500,"messages":[{"role":"user","content":[)"
                          R"({"type":"text","text":"hi"}]}])";
  const HttpResponse unary = Post("/v1/messages", ask + "}", kAnthropic);
  EXPECT_THAT(At(unary.body, "content.0.text"), StartsWith("You said: hi\n"));
  EXPECT_EQ(At(unary.body, "stop_reason"), "end_turn");
  const HttpResponse stream = Post("/v1/messages", ask + R"(,"stream":true})", kAnthropic);
  EXPECT_EQ(Joined(stream.body, "delta.text"), At(unary.body, "content.0.text"));
  EXPECT_THAT(stream.body, AllOf(StartsWith("event: message_start\n"), HasSubstr("event: ping\n"),
                                 HasSubstr("event: message_stop\n")));
}

TEST_F(SandboxProviderTest, HonoursMaxTokensAndStopSequences) {
  const HttpResponse cut =
      Post("/v1/messages", R"({"model":"claude-haiku-4-5","max_tokens":2,"messages":[{"role":"user","content":"hi"}]})",
           kAnthropic);
  EXPECT_EQ(At(cut.body, "content.0.text"), "You said: ");
  EXPECT_EQ(At(cut.body, "stop_reason"), "max_tokens");
  const HttpResponse stopped = Post("/v1/messages",
                                    R"({"model":"claude-haiku-4-5","max_tokens":99,"stop_sequences":["said"],)"
                                    R"("messages":[{"role":"user","content":"hi"}]})",
                                    kAnthropic);
  EXPECT_EQ(At(stopped.body, "content.0.text"), "You ");
  EXPECT_EQ(At(stopped.body, "stop_sequence"), "said");
}

TEST_F(SandboxProviderTest, SpeaksGeminiAsSseAndAsArray) {
  const std::string ask = R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}]})";
  const HttpResponse unary = Post("/v1beta/models/gemini-2.5-flash:generateContent", ask, kGemini);
  const std::string text = At(unary.body, "candidates.0.content.parts.0.text");
  EXPECT_THAT(text, StartsWith("You said: hi\n"));
  const HttpResponse sse = Post("/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse&key=k", ask, {});
  EXPECT_EQ(Joined(sse.body, "candidates.0.content.parts.0.text"), text);
  const HttpResponse array = Post("/v1/models/gemini-2.5-flash:streamGenerateContent", ask, kGemini);
  EXPECT_EQ(At(array.body, "0.candidates.0.content.parts.0.text"), "You ");
  EXPECT_THAT(array.body, HasSubstr(R"("finishReason":"STOP")"));
}

TEST_F(SandboxProviderTest, CallsAToolWhenThePromptAsksAndReportsItsOutput) {
  const std::string tools =
      R"("tools":[{"name":"time","input_schema":{"type":"object"}},{"name":"weather","input_schema":{"type":"object",)"
      R"("properties":{"city":{"type":"string"},"days":{"type":"integer"},"unit":{"enum":["c","f"]}}}}])";
  const std::string head = R"({"model":"claude-sonnet-4-5","max_tokens":500,)" + tools + R"(,"messages":[)";
  const HttpResponse call =
      Post("/v1/messages", head + R"({"role":"user","content":"please call weather now"}]})", kAnthropic);
  EXPECT_EQ(At(call.body, "content.0.name"), "weather");
  EXPECT_EQ(At(call.body, "content.0.input"), R"({"city":"sandbox","days":1,"unit":"c"})");
  EXPECT_EQ(At(call.body, "stop_reason"), "tool_use");
  const HttpResponse stream =
      Post("/v1/messages", head + R"({"role":"user","content":"call weather"}],"stream":true})", kAnthropic);
  EXPECT_EQ(Joined(stream.body, "delta.partial_json"), R"({"city":"sandbox","days":1,"unit":"c"})");
  const HttpResponse after =
      Post("/v1/messages",
           head + R"({"role":"user","content":"call weather"},{"role":"assistant","content":[{"type":"tool_use",)" +
               R"("id":"t","name":"weather","input":{}}]},{"role":"user",)" +
               R"("content":[{"type":"tool_result","tool_use_id":"t","content":"21 degrees"}]}]})",
           kAnthropic);
  EXPECT_THAT(At(after.body, "content.0.text"), StartsWith("The tool answered: 21 degrees."));
  const HttpResponse none = Post("/v1/messages", head + R"({"role":"user","content":"hello"}]})", kAnthropic);
  EXPECT_EQ(At(none.body, "stop_reason"), "end_turn");
}

TEST_F(SandboxProviderTest, CallsToolsInEachProtocol) {
  const std::string schema = R"({"type":"object","properties":{"a":{"type":"boolean"}}})";
  const HttpResponse chat =
      Post("/v1/chat/completions",
           R"({"model":"gpt-5","stream":true,"messages":[{"role":"user","content":"use the tool"}],"tools":[)"
           R"({"type":"function","function":{"name":"f","parameters":)" +
               schema + "}}]}",
           kOpenAi);
  EXPECT_EQ(Joined(chat.body, "choices.0.delta.tool_calls.0.function.arguments"), R"({"a":true})");
  EXPECT_THAT(chat.body, HasSubstr(R"("finish_reason":"tool_calls")"));
  const HttpResponse responses =
      Post("/v1/responses",
           R"({"model":"gpt-5","stream":true,"input":"go","tool_choice":"required","tools":[{"type":"function",)"
           R"("name":"f","parameters":)" +
               schema + "}]}",
           kOpenAi);
  EXPECT_EQ(Joined(responses.body, "delta"), R"({"a":true})");
  EXPECT_THAT(responses.body, HasSubstr("event: response.function_call_arguments.done\n"));
  const HttpResponse gemini =
      Post("/v1beta/models/gemini-2.5-pro:generateContent",
           R"({"contents":[{"parts":[{"text":"use the tool"}]}],"tools":[{"functionDeclarations":[{"name":"f",)"
           R"("parameters":{"type":"OBJECT","properties":{"a":{"type":"BOOLEAN"}}}}]}]})",
           kGemini);
  EXPECT_EQ(At(gemini.body, "candidates.0.content.parts.0.functionCall.args"), R"({"a":true})");
}

TEST_F(SandboxProviderTest, RefusesAMissingKeyInTheProvidersShape) {
  const HttpResponse openai = Post("/v1/chat/completions", "{}", {{"x-api-key", "k"}});
  EXPECT_EQ(openai.status, 401);
  EXPECT_EQ(At(openai.body, "error.code"), "invalid_api_key");
  const HttpResponse anthropic = Post("/v1/messages", "{}", {{"x-goog-api-key", "k"}});
  EXPECT_EQ(anthropic.status, 401);
  EXPECT_EQ(At(anthropic.body, "error.type"), "authentication_error");
  const HttpResponse gemini = Post("/v1beta/models/gemini-2.5-pro:generateContent", "{}", kOpenAi);
  EXPECT_EQ(gemini.status, 401);
  EXPECT_EQ(At(gemini.body, "error.status"), "UNAUTHENTICATED");
}

TEST_F(SandboxProviderTest, RefusesBadRequestsNamingTheField) {
  EXPECT_EQ(Post("/v1/chat/completions", "{", kOpenAi).status, 400);
  const HttpResponse messages = Post("/v1/chat/completions", R"({"model":"gpt-5"})", kOpenAi);
  EXPECT_EQ(messages.status, 400);
  EXPECT_EQ(At(messages.body, "error.param"), "messages");
  const HttpResponse tokens =
      Post("/v1/messages", R"({"model":"claude-opus-4-5","messages":[{"role":"user","content":"x"}]})", kAnthropic);
  EXPECT_EQ(tokens.status, 400);
  EXPECT_EQ(At(tokens.body, "error.message"), "max_tokens: Field required");
  EXPECT_EQ(Post("/v1beta/models/gemini-2.5-pro:generateContent", "{}", kGemini).status, 400);
  const HttpResponse model =
      Post("/v1/chat/completions", R"({"model":"claude-x","messages":[{"role":"user","content":"x"}]})", kOpenAi);
  EXPECT_EQ(model.status, 404);
  EXPECT_EQ(At(model.body, "error.code"), "model_not_found");
  EXPECT_EQ(Post("/v1/nothing", "{}", kOpenAi).status, 404);
}

TEST_F(SandboxProviderTest, FailsOnRequest) {
  const auto chat = [&](const std::string& prompt, const std::string& more = "") {
    return Post("/v1/chat/completions",
                R"({"model":"gpt-5","messages":[{"role":"user","content":")" + prompt + "\"}]" + more + "}", kOpenAi);
  };
  const HttpResponse limited = chat("sandbox:429 please");
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(limited.Header("retry-after"), "1");
  EXPECT_EQ(chat("sandbox:500").status, 500);
  const HttpResponse cut = chat("sandbox:cut", R"(,"stream":true)");
  EXPECT_EQ(cut.status, 200);
  EXPECT_FALSE(cut.complete);
  EXPECT_THAT(cut.body, HasSubstr("You "));
  EXPECT_FALSE(chat("sandbox:cut").complete);
  EXPECT_EQ(chat("sandbox:slow").status, 200);
}

TEST_F(SandboxProviderTest, ListsModelsInTheShapeThatTheHeadersAskFor) {
  const HttpResponse openai = test::HttpGet(port_, "/v1/models", kOpenAi);
  EXPECT_EQ(At(openai.body, "data.0.object"), "model");
  const HttpResponse anthropic = test::HttpGet(port_, "/v1/models?limit=1000", kAnthropic);
  EXPECT_EQ(At(anthropic.body, "data.0.type"), "model");
  const HttpResponse gemini = test::HttpGet(port_, "/v1beta/models?key=k");
  EXPECT_EQ(At(gemini.body, "models.0.name"), "models/sandbox-small");
  const HttpResponse one = test::HttpGet(port_, "/v1/models/gpt-5-mini", kOpenAi);
  EXPECT_EQ(At(one.body, "id"), "gpt-5-mini");
  EXPECT_EQ(test::HttpGet(port_, "/v1/models/nope", kOpenAi).status, 404);
}

TEST_F(SandboxProviderTest, CountsTokensAsItsUsageDoes) {
  const std::string body = R"({"model":"claude-sonnet-4-5","messages":[{"role":"user","content":"count these words"}])";
  const HttpResponse count = Post("/v1/messages/count_tokens", body + "}", kAnthropic);
  const HttpResponse answer = Post("/v1/messages", body + R"(,"max_tokens":9})", kAnthropic);
  EXPECT_EQ(At(count.body, "input_tokens"), At(answer.body, "usage.input_tokens"));
  EXPECT_EQ(At(count.body, "input_tokens"), "8");
  const HttpResponse gemini = Post("/v1beta/models/gemini-2.5-flash:countTokens",
                                   R"({"contents":[{"parts":[{"text":"count these words"}]}]})", kGemini);
  EXPECT_EQ(At(gemini.body, "totalTokens"), "8");
}

TEST_F(SandboxProviderTest, EmbedsTheSameTextAlike) {
  const HttpResponse two =
      Post("/v1/embeddings", R"({"model":"text-embedding-3-small","input":["a","a"],"dimensions":3})", kOpenAi);
  EXPECT_EQ(At(two.body, "data.0.embedding"), At(two.body, "data.1.embedding"));
  const HttpResponse base64 =
      Post("/v1/embeddings",
           R"({"model":"text-embedding-3-small","input":"a","dimensions":3,"encoding_format":"base64"})", kOpenAi);
  EXPECT_EQ(At(base64.body, "data.0.embedding").size(), 16u);  // 12 bytes
  const HttpResponse gemini = Post("/v1beta/models/gemini-embedding-001:embedContent",
                                   R"({"content":{"parts":[{"text":"a"}]},"outputDimensionality":3})", kGemini);
  EXPECT_EQ(At(gemini.body, "embedding.values"), At(two.body, "data.0.embedding"));
}

TEST_F(SandboxProviderTest, StopsWhileAStreamRuns) {
  SandboxProvider slow(clock_, SandboxOptions{.pace = std::chrono::hours(1)});
  const absl::StatusOr<std::uint16_t> port = slow.Start();
  ASSERT_TRUE(port.ok());
  HttpConnection client(*port);
  ASSERT_TRUE(client.Send("POST", "/v1/chat/completions", kOpenAi,
                          R"({"model":"gpt-5","stream":true,"messages":[{"role":"user","content":"x"}]})"));
  ASSERT_EQ(client.ReadHead().status, 200);
  slow.Stop();
  while (client.ReadPiece()) {
  }
  EXPECT_FALSE(client.body_complete());
}

}  // namespace
}  // namespace ag::sandbox
