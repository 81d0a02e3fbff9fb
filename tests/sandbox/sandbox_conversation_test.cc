// What the sandbox makes of tools, structured output, media and reasoning, in each protocol.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/strings.h"
#include "gatewayd/sandbox/ask.h"
#include "gatewayd/sandbox/sample.h"
#include "gatewayd/sandbox/signature.h"
#include "sandbox_testing.h"

namespace ag::sandbox {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class SandboxConversationTest : public SandboxClient {
 protected:
  HttpResponse Chat(const std::string& messages, const std::string& more = "") {
    return Post("/v1/chat/completions", R"({"model":"gpt-5","messages":[)" + messages + "]" + more + "}", kOpenAi);
  }
  HttpResponse Responses(const std::string& input, const std::string& more = "") {
    return Post("/v1/responses", R"({"model":"gpt-5","input":[)" + input + "]" + more + "}", kOpenAi);
  }
  HttpResponse Messages(const std::string& messages, const std::string& more = "") {
    return Post("/v1/messages",
                R"({"model":"claude-sonnet-4-5","max_tokens":4000,"messages":[)" + messages + "]" + more + "}",
                kAnthropic);
  }
  HttpResponse Gemini(const std::string& contents, const std::string& more = "") {
    return Post("/v1beta/models/gemini-3.8-flash:generateContent", R"({"contents":[)" + contents + "]" + more + "}",
                kGemini);
  }
};

const char* const kChatTools =
    R"(,"tools":[{"type":"function","function":{"name":"a"}},{"type":"function","function":{"name":"b"}}])";
const char* const kResponsesTools = R"(,"tools":[{"type":"function","name":"a"},{"type":"function","name":"b"}])";
const char* const kMessagesTools = R"(,"tools":[{"name":"a","input_schema":{}},{"name":"b","input_schema":{}}])";
const char* const kGeminiTools = R"(,"tools":[{"functionDeclarations":[{"name":"a"},{"name":"b"}]}])";
const char* const kThinking = R"(,"thinking":{"type":"enabled","budget_tokens":2000})";

std::string User(const std::string& text) { return R"({"role":"user","content":")" + text + "\"}"; }
std::string GeminiUser(const std::string& text) { return R"({"role":"user","parts":[{"text":")" + text + "\"}]}"; }

TEST_F(SandboxConversationTest, MakesTwoCallsWhenThePromptAsksForTwo) {
  const HttpResponse chat = Chat(User("call a and call b"), kChatTools);
  EXPECT_EQ(At(chat.body, "choices.0.message.tool_calls.0.function.name"), "a");
  EXPECT_EQ(At(chat.body, "choices.0.message.tool_calls.1.function.name"), "b");
  EXPECT_NE(At(chat.body, "choices.0.message.tool_calls.0.id"), At(chat.body, "choices.0.message.tool_calls.1.id"));
  const HttpResponse responses = Responses(User("use two tools"), kResponsesTools);
  EXPECT_EQ(At(responses.body, "output.1.name"), "b");
  const HttpResponse messages = Messages(User("use two tools"), kMessagesTools);
  EXPECT_EQ(At(messages.body, "content.1.name"), "b");
  const HttpResponse gemini = Gemini(GeminiUser("use two tools"), kGeminiTools);
  EXPECT_EQ(At(gemini.body, "candidates.0.content.parts.1.functionCall.name"), "b");
}

TEST_F(SandboxConversationTest, MakesOneCallWhereParallelOnesAreNotWanted) {
  const HttpResponse chat = Chat(User("use two tools"), std::string(kChatTools) + R"(,"parallel_tool_calls":false)");
  EXPECT_EQ(At(chat.body, "choices.0.message.tool_calls.1"), "");
  const HttpResponse messages =
      Messages(User("use two tools"),
               std::string(kMessagesTools) + R"(,"tool_choice":{"type":"auto","disable_parallel_tool_use":true})");
  EXPECT_EQ(At(messages.body, "content.1"), "");
}

TEST_F(SandboxConversationTest, StreamsTwoCalls) {
  const HttpResponse chat = Chat(User("use two tools"), std::string(kChatTools) + R"(,"stream":true)");
  EXPECT_EQ(Joined(chat.body, "choices.0.delta.tool_calls.0.index"), "000111");
  const HttpResponse responses = Responses(User("use two tools"), std::string(kResponsesTools) + R"(,"stream":true)");
  EXPECT_EQ(Joined(responses.body, "item.name"), "aabb");
  const HttpResponse messages = Messages(User("use two tools"), std::string(kMessagesTools) + R"(,"stream":true)");
  EXPECT_EQ(Joined(messages.body, "content_block.name"), "ab");
  EXPECT_EQ(Joined(messages.body, "delta.partial_json"), "{}{}");
}

TEST_F(SandboxConversationTest, RepeatsAllResults) {
  const HttpResponse reply = Messages(
      User("use two tools") +
          R"(,{"role":"assistant","content":[{"type":"tool_use","id":"1","name":"a","input":{}},)"
          R"({"type":"tool_use","id":"2","name":"b","input":{}}]},{"role":"user","content":[{"type":"tool_result",)"
          R"("tool_use_id":"1","content":"rain"},{"type":"tool_result","tool_use_id":"2","content":[{"type":"text",)"
          R"("text":"noon"}]}]})",
      kMessagesTools);
  EXPECT_THAT(At(reply.body, "content.0.text"), StartsWith("The tools answered: rain; noon."));
}

TEST_F(SandboxConversationTest, RefusesCallsWithoutResultsAndResultsWithoutCalls) {
  const std::string calls = R"(,{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"a"}}]},)";
  EXPECT_EQ(Chat(User("x") + calls + User("y")).status, 400);
  EXPECT_EQ(Chat(User("x") + R"(,{"role":"tool","tool_call_id":"1","content":"r"})").status, 400);
  EXPECT_EQ(Responses(User("x") + R"(,{"type":"function_call","call_id":"1","name":"a"})").status, 400);
  EXPECT_EQ(Responses(R"({"type":"function_call_output","call_id":"1","output":"r"})").status, 400);
  const HttpResponse unanswered =
      Messages(User("x") + R"(,{"role":"assistant","content":[{"type":"tool_use","id":"1","name":"a"}]},)" + User("y"));
  EXPECT_THAT(At(unanswered.body, "error.message"), StartsWith("messages.2: `tool_use` ids were found without"));
  EXPECT_EQ(Messages(R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"1"}]})").status, 400);
  EXPECT_EQ(Gemini(GeminiUser("x") + R"(,{"role":"model","parts":[{"functionCall":{"name":"a"}}]},)" + GeminiUser("y"))
                .status,
            400);
}

TEST_F(SandboxConversationTest, AnswersWithAValueOfTheSchema) {
  const std::string schema =
      R"({"type":"object","properties":{"n":{"type":"integer","minimum":3},"tags":{"type":"array","items":)"
      R"({"$ref":"#/$defs/tag"}}},"$defs":{"tag":{"enum":["good","bad"]}}})";
  const std::string value = R"({"n":3,"tags":["good"]})";
  const std::string format = R"("type":"json_schema","name":"n","schema":)" + schema + "}";
  const HttpResponse chat = Chat(User("x"), R"(,"response_format":{"type":"json_schema","json_schema":{"schema":)" +
                                                schema + R"(}},"stream":true)");
  EXPECT_EQ(Joined(chat.body, "choices.0.delta.content"), value);
  const HttpResponse responses = Responses(User("x"), R"(,"text":{"format":{)" + format + "}");
  EXPECT_EQ(At(responses.body, "output.0.content.0.text"), value);
  const HttpResponse messages = Messages(User("x"), R"(,"output_config":{"format":{)" + format + "}");
  EXPECT_EQ(At(messages.body, "content.0.text"), value);
  const HttpResponse gemini =
      Gemini(GeminiUser("x"),
             R"(,"generationConfig":{"responseMimeType":"application/json","responseJsonSchema":)" + schema + "}");
  EXPECT_EQ(At(gemini.body, "candidates.0.content.parts.0.text"), value);
}

TEST_F(SandboxConversationTest, SaysWhatMediaItSaw) {
  const std::string saw = "I saw 1 image (image/png, 3 bytes) and 1 file (application/pdf, 2 bytes).";
  const std::string png = "data:image/png;base64,AAAA";
  const std::string pdf = "data:application/pdf;base64,AAA=";
  const HttpResponse chat = Chat(R"({"role":"user","content":[{"type":"text","text":"x"},{"type":"image_url",)"
                                 R"("image_url":{"url":")" +
                                 png + R"("}},{"type":"file","file":{"file_data":")" + pdf + R"("}}]})");
  EXPECT_THAT(At(chat.body, "choices.0.message.content"), HasSubstr(saw));
  const HttpResponse responses = Responses(R"({"role":"user","content":[{"type":"input_image","image_url":")" + png +
                                           R"("},{"type":"input_file","file_data":")" + pdf + R"("}]})");
  EXPECT_THAT(At(responses.body, "output.0.content.0.text"), HasSubstr(saw));
  const HttpResponse messages =
      Messages(R"({"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png",)"
               R"("data":"AAAA"}},{"type":"document","source":{"type":"base64","media_type":"application/pdf",)"
               R"("data":"AAA="}}]})");
  EXPECT_THAT(At(messages.body, "content.0.text"), HasSubstr(saw));
  const HttpResponse gemini =
      Gemini(R"({"parts":[{"inlineData":{"mimeType":"image/png","data":"AAAA"}},{"inlineData":{"mimeType":)"
             R"("application/pdf","data":"AAA="}}]})");
  EXPECT_THAT(At(gemini.body, "candidates.0.content.parts.0.text"), HasSubstr(saw));
}

TEST_F(SandboxConversationTest, ThinksOnlyWhenAskedAndAllowed) {
  EXPECT_EQ(At(Messages(User("x"), kThinking).body, "content.0.type"), "text");
  EXPECT_EQ(At(Messages(User("sandbox:think")).body, "content.0.type"), "text");
  EXPECT_EQ(At(Messages(User("sandbox:think"), kThinking).body, "content.0.type"), "thinking");
  EXPECT_EQ(At(Responses(User("sandbox:think"), R"(,"reasoning":{"effort":"none"})").body, "output.0.type"), "message");
  EXPECT_THAT(At(Chat(User("sandbox:think")).body, "choices.0.message.reasoning_content"), StartsWith("I was told"));
  const HttpResponse hidden = Responses(User("sandbox:think"));
  EXPECT_EQ(At(hidden.body, "output.0.summary"), "[]");
  EXPECT_EQ(At(hidden.body, "output.0.encrypted_content"), "");
  EXPECT_NE(At(hidden.body, "usage.output_tokens_details.reasoning_tokens"), "0");
}

TEST_F(SandboxConversationTest, ChecksTheSignaturesOfMessages) {
  const std::string more = std::string(kMessagesTools) + kThinking;
  const HttpResponse first = Messages(User("sandbox:think, call a"), more);
  const std::string thinking = At(first.body, "content.0");
  const std::string call = At(first.body, "content.1");
  const HttpResponse stream = Messages(User("sandbox:think, call a"), more + R"(,"stream":true)");
  EXPECT_EQ(Joined(stream.body, "delta.thinking"), At(first.body, "content.0.thinking"));
  EXPECT_EQ(Joined(stream.body, "delta.signature"), At(first.body, "content.0.signature"));
  const auto go_on = [&](const std::string& blocks) {
    return Messages(User("sandbox:think, call a") + R"(,{"role":"assistant","content":[)" + blocks +
                        R"(]},{"role":"user","content":[{"type":"tool_result","tool_use_id":")" + At(call, "id") +
                        R"(","content":"rain"}]})",
                    more);
  };
  const HttpResponse good = go_on(thinking + "," + call);
  EXPECT_THAT(At(good.body, "content.1.text"), HasSubstr("State returned: 1."));
  const HttpResponse missing = go_on(call);
  EXPECT_EQ(missing.status, 400);
  EXPECT_THAT(At(missing.body, "error.message"), HasSubstr("Expected `thinking` or `redacted_thinking`"));
  std::string other = thinking;
  other.replace(other.find("I was told"), 5, "I am");
  EXPECT_EQ(At(go_on(other + "," + call).body, "error.message"),
            "messages.1.content.0: Invalid `signature` in `thinking` block");
}

TEST_F(SandboxConversationTest, ChecksEncryptedReasoningOfResponses) {
  const std::string more =
      std::string(kResponsesTools) + R"(,"reasoning":{"summary":"auto"},"include":["reasoning.encrypted_content"])";
  const HttpResponse first = Responses(User("sandbox:think, call a"), more);
  const std::string reasoning = At(first.body, "output.0");
  const std::string call = At(first.body, "output.1");
  EXPECT_THAT(At(reasoning, "summary.0.text"), StartsWith("I was told"));
  const HttpResponse stream = Responses(User("sandbox:think, call a"), more + R"(,"stream":true)");
  EXPECT_EQ(Joined(stream.body, "response.output.0.encrypted_content"), At(reasoning, "encrypted_content"));
  EXPECT_THAT(stream.body, HasSubstr("event: response.reasoning_summary_text.delta\n"));
  const std::string result =
      R"({"type":"function_call_output","output":"rain","call_id":")" + At(call, "call_id") + "\"}";
  const auto go_on = [&](const std::string& items) {
    return Responses(User("sandbox:think, call a") + "," + items + "," + result, more);
  };
  EXPECT_THAT(At(go_on(reasoning + "," + call).body, "output.1.content.0.text"), HasSubstr("State returned: 1."));
  EXPECT_THAT(At(go_on(call).body, "error.message"), HasSubstr("without its required 'reasoning' item"));
  EXPECT_EQ(At(go_on(R"({"type":"reasoning","summary":[],"encrypted_content":"made up"},)" + call).body, "error.code"),
            "invalid_encrypted_content");
  EXPECT_THAT(At(Responses(reasoning + "," + User("x")).body, "error.message"),
              HasSubstr("without its required following item"));
}

TEST_F(SandboxConversationTest, ChecksThoughtSignaturesOfGemini) {
  const std::string more =
      std::string(kGeminiTools) + R"(,"generationConfig":{"thinkingConfig":{"includeThoughts":true}})";
  const HttpResponse first = Gemini(GeminiUser("sandbox:think, use two tools"), more);
  EXPECT_EQ(At(first.body, "candidates.0.content.parts.0.thought"), "true");
  const std::string signed_call = At(first.body, "candidates.0.content.parts.1");
  EXPECT_THAT(signed_call, HasSubstr("thoughtSignature"));
  EXPECT_THAT(At(first.body, "candidates.0.content.parts.2"), Not(HasSubstr("thoughtSignature")));
  const auto go_on = [&](const std::string& part) {
    return Gemini(GeminiUser("sandbox:think, use two tools") + R"(,{"role":"model","parts":[)" + part +
                      R"(]},{"role":"user","parts":[{"functionResponse":{"name":"a","response":{"output":"rain"}}}]})",
                  more);
  };
  EXPECT_THAT(At(go_on(signed_call).body, "candidates.0.content.parts.1.text"),
              AllOf(StartsWith("The tool answered: {\"output\":\"rain\"}"), HasSubstr("State returned: 1.")));
  EXPECT_THAT(At(go_on(R"({"functionCall":{"name":"a","args":{}}})").body, "error.message"),
              StartsWith("Function call is missing a thought_signature"));
  EXPECT_EQ(
      go_on(R"({"functionCall":{"name":"a","args":{}},"thoughtSignature":"skip_thought_signature_validator"})").status,
      200);
  const std::string of_another = MakeSignature(GeminiBinding("b"), "seed");
  EXPECT_EQ(
      At(go_on(R"({"functionCall":{"name":"a"},"thoughtSignature":")" + of_another + "\"}").body, "error.message"),
      "Corrupted thought signature.");
}

TEST_F(SandboxConversationTest, SignsAStreamedTextBehindIt) {
  const HttpResponse stream = Post("/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse&key=k",
                                   R"({"contents":[)" + GeminiUser("sandbox:think") + "]}", {});
  EXPECT_TRUE(IsSignature(Joined(stream.body, "candidates.0.content.parts.0.thoughtSignature"), GeminiBinding("")));
  EXPECT_EQ(Joined(stream.body, "candidates.0.finishReason"), "STOP");
}

TEST_F(SandboxConversationTest, KeepsNothingForLaterRequests) {
  const HttpResponse reply = Responses(User("x"), R"(,"previous_response_id":"resp_1")");
  EXPECT_EQ(At(reply.body, "error.code"), "previous_response_not_found");
  const HttpResponse thread = Messages(User("x"), R"(,"thread":{"type":"create"})");
  EXPECT_EQ(thread.status, 400);
  EXPECT_EQ(At(thread.body, "error.details.error_code"), "thread_unsupported_request");
}

TEST(Signature, ProvesItselfCharacterByCharacter) {
  const std::string signature = MakeSignature("here", "seed");
  EXPECT_TRUE(IsSignature(signature, "here"));
  EXPECT_FALSE(IsSignature(signature, "there"));
  EXPECT_NE(signature, MakeSignature("here", "another seed"));
  for (std::size_t i = 0; i < signature.size(); ++i) {
    std::string other = signature;
    other[i] = other[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(IsSignature(other, "here")) << i;
  }
  EXPECT_FALSE(IsSignature("", "here"));
}

TEST(Sample, SatisfiesTheSchema) {
  Arena arena;
  const auto sample = [&](std::string_view schema) { return SampleOf(**json::Parse(schema, arena)); };
  EXPECT_EQ(sample(R"({"type":["null","string"],"minLength":9})"), R"("sandboxsandbox")");
  EXPECT_EQ(sample(R"({"type":"STRING","maxLength":"3"})"), R"("san")");
  EXPECT_EQ(sample(R"({"anyOf":[{"type":"null"},{"type":"boolean"}]})"), "true");
  EXPECT_EQ(sample(R"({"allOf":[{"const":{"a":1}}]})"), R"({"a":1})");
  EXPECT_EQ(sample(R"({"type":"number","exclusiveMinimum":0.5})"), "1");
  EXPECT_EQ(sample(R"({"type":"number","maximum":0.5})"), "0.5");
  EXPECT_EQ(sample(R"({"type":"integer","minimum":7,"multipleOf":5})"), "10");
  EXPECT_EQ(sample(R"({"type":"array","items":{"type":"string","format":"date"},"minItems":2})"),
            R"(["2026-01-01","2026-01-01"])");
  EXPECT_EQ(sample(R"({"type":"array","items":{},"maxItems":0})"), "[]");
  EXPECT_EQ(ArgumentsFor(nullptr), "{}");
}

TEST(Sample, ComesToAnEndInRecursiveSchemas) {
  Arena arena;
  const std::string_view tree = R"({"type":"object","properties":{"children":{"type":"array","items":{"$ref":"#"}}}})";
  EXPECT_THAT(SampleOf(**json::Parse(tree, arena)), StartsWith(R"({"children":[{"children":[)"));
  const std::string_view loop = R"({"$ref":"#"})";
  EXPECT_EQ(SampleOf(**json::Parse(loop, arena)), R"("sandbox")");
}

}  // namespace
}  // namespace ag::sandbox
