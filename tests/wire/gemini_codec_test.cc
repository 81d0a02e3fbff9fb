#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "translation_testing.h"

namespace ag::wire {
namespace {

constexpr const char* kRich = R"({
  "system_instruction": {"parts": [{"text": "Be brief."}]},
  "contents": [{"role": "user", "parts": [{"text": "Hi"}]},
               {"role": "model", "parts": [{"text": "hm", "thought": true, "thoughtSignature": "s"},
                                           {"text": "Hello."}]},
               {"parts": {"text": "go"}}],
  "generationConfig": {"temperature": 1.5, "topP": 0.9, "topK": 40, "max_output_tokens": 77, "seed": 5,
    "stopSequences": ["X"], "presencePenalty": 0.5, "responseMimeType": "text/plain", "responseModalities": ["TEXT"]},
  "safetySettings": [{"category": "c", "threshold": "BLOCK_NONE"}]})";

TEST(GeminiRequestToChat, MapsTextSamplingAndLimits) {
  Exchange exchange(GeminiEndpoint(), kRich, TargetOf(Dialect::kChat));
  ASSERT_TRUE(exchange.status().ok()) << exchange.status();
  EXPECT_EQ(
      exchange.upstream_body(),
      R"({"model":"upstream-model","messages":[{"role":"system","content":"Be brief."},)"
      R"({"role":"user","content":"Hi"},{"role":"assistant","content":"Hello."},{"role":"user","content":"go"}],)"
      R"("max_completion_tokens":77,"temperature":1.5,"top_p":0.9,"presence_penalty":0.5,"seed":5,"stop":["X"]})");
  EXPECT_EQ(exchange.Losses(),
            "-safetySettings:not_in_dialect -contents[1].parts[0]:other_provider_reasoning "
            "-generationConfig.topK:not_in_dialect");
}

TEST(GeminiRequestToMessages, MapsTextSamplingAndLimits) {
  Exchange exchange(GeminiEndpoint(StreamFraming::kSse), kRich, TargetOf(Dialect::kMessages));
  ASSERT_TRUE(exchange.status().ok()) << exchange.status();
  EXPECT_EQ(exchange.upstream_body(),
            R"({"model":"upstream-model","max_tokens":77,"system":"Be brief.","messages":[)"
            R"({"role":"user","content":"Hi"},{"role":"assistant","content":"Hello."},{"role":"user","content":"go"}],)"
            R"("temperature":1,"top_p":0.9,"top_k":40,"stop_sequences":["X"],)"
            R"("cache_control":{"type":"ephemeral"},"stream":true})");
  EXPECT_EQ(exchange.Losses(),
            "-safetySettings:not_in_dialect -contents[1].parts[0]:other_provider_reasoning "
            "-generationConfig.seed:not_in_dialect -generationConfig.presencePenalty:not_in_dialect "
            "~generationConfig.temperature:clamped");
}

TEST(GeminiRequest, RefusesWhatIsNotTranslatedByName) {
  const std::pair<const char*, const char*> kCases[] = {
      {R"("generation_config":{"response_mime_type":"text/x.enum"})", "generation_config.response_mime_type"},
      {R"("generationConfig":{"responseModalities":["AUDIO"],"speechConfig":{"languageCode":"de"}})",
       "generationConfig.responseModalities"},
      {R"("generationConfig":{"responseLogprobs":true})", "generationConfig.responseLogprobs"},
      {R"("cachedContent":"cachedContents/1")", "cachedContent"},
      {R"("crystalBall":{})", "crystalBall"},
  };
  for (const auto& [field, name] : kCases) {
    Exchange exchange(GeminiEndpoint(),
                      R"({"contents":[{"role":"user","parts":[{"text":"x"}]}],)" + std::string(field) + "}",
                      TargetOf(Dialect::kMessages));
    EXPECT_EQ(exchange.error().kind, ErrorKind::kUnsupported) << field;
    EXPECT_EQ(exchange.error().param, name);
  }
  Exchange video(GeminiEndpoint(),
                 R"({"contents":[{"parts":[{"text":"x"},{"inlineData":{"mimeType":"video/mp4","data":"AAAA"}}]}]})",
                 TargetOf(Dialect::kMessages));
  EXPECT_EQ(video.error().kind, ErrorKind::kUnsupported);
  EXPECT_EQ(video.error().param, "contents[0].parts[1].inlineData");
}

TEST(GeminiRequest, ThinkingBecomesAnEffort) {
  UpstreamTarget target = TargetOf(Dialect::kChat);
  target.model_info.known = true;
  target.model_info.thinking = catalog::ThinkingStyle::kEffort;
  target.model_info.efforts = {"none", "low", "medium", "high"};
  const std::pair<const char*, const char*> kCases[] = {
      {R"("thinkingBudget":0)", "none"},      {R"("thinkingBudget":1024)", "low"},
      {R"("thinkingBudget":1025)", "medium"}, {R"("thinkingBudget":32767)", "high"},
      {R"("thinkingBudget":40000)", "high"},  {R"("thinkingLevel":"HIGH")", "high"},
      {R"("thinking_level":"low")", "low"}};
  for (const auto& [field, effort] : kCases) {
    Exchange exchange(
        GeminiEndpoint(),
        R"({"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"thinkingConfig":{)" + std::string(field) + "}}}",
        target);
    EXPECT_NE(exchange.upstream_body().find("\"reasoning_effort\":\"" + std::string(effort) + "\""), std::string::npos)
        << field << exchange.upstream_body() << exchange.status();
  }
  Exchange automatic(
      GeminiEndpoint(),
      R"({"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"thinkingConfig":{"thinkingBudget":-1}}})", target);
  EXPECT_EQ(automatic.upstream_body().find("reasoning_effort"), std::string::npos);
}

constexpr const char* kPlainRequest = R"({"contents":[{"role":"user","parts":[{"text":"x"}]}]})";
constexpr const char* kChatStream =
    "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n"
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\n"
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"length\"}]}\n\n"
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":8,\"total_tokens\":18,"
    "\"completion_tokens_details\":{\"reasoning_tokens\":5}}}\n\ndata: [DONE]\n\n";
constexpr const char* kFirst = R"({"candidates":[{"content":{"parts":[{"text":"Hi"}],"role":"model"},"index":0}],)"
                               R"("modelVersion":"gemini-client","responseId":"AAAAAAAAAAAAAAAAAAAAAAA"})";
constexpr const char* kLast =
    R"({"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":"MAX_TOKENS","index":0}],)"
    R"("usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":3,"totalTokenCount":18,"thoughtsTokenCount":5},)"
    R"("modelVersion":"gemini-client","responseId":"AAAAAAAAAAAAAAAAAAAAAAA"})";

TEST(GeminiReply, StreamsAsServerSentEvents) {
  Exchange exchange(GeminiEndpoint(StreamFraming::kSse), kPlainRequest, TargetOf(Dialect::kChat));
  EXPECT_EQ(exchange.Reply(kChatStream, 7), Step::kDone);
  EXPECT_EQ(exchange.text(), "data: " + std::string(kFirst) + "\n\ndata: " + kLast + "\n\n");
  EXPECT_EQ(exchange.translation().ClientContentType(), "text/event-stream");
}

TEST(GeminiReply, StreamsAsAJsonArray) {
  Exchange exchange(GeminiEndpoint(StreamFraming::kJsonArray), kPlainRequest, TargetOf(Dialect::kChat));
  EXPECT_TRUE(exchange.call().stream);
  EXPECT_EQ(exchange.Reply(kChatStream), Step::kDone);
  EXPECT_EQ(exchange.text(), "[" + std::string(kFirst) + "\n,\n" + kLast + "\n]");
  EXPECT_EQ(exchange.translation().ClientContentType(), "application/json");
}

TEST(GeminiReply, PlainBodyHasTheProvidersShape) {
  Exchange exchange(GeminiEndpoint(), kPlainRequest, TargetOf(Dialect::kMessages));
  EXPECT_EQ(exchange.Reply(R"({"id":"m","type":"message","content":[{"type":"text","text":"Hi"}],)"
                           R"("stop_reason":"end_turn","usage":{"input_tokens":4,"cache_read_input_tokens":6,)"
                           R"("output_tokens":2}})"),
            Step::kDone);
  EXPECT_EQ(exchange.text(),
            R"({"candidates":[{"content":{"parts":[{"text":"Hi"}],"role":"model"},"finishReason":"STOP","index":0}],)"
            R"("usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":2,"totalTokenCount":12,)"
            R"("cachedContentTokenCount":6},"modelVersion":"gemini-client","responseId":"AAAAAAAAAAAAAAAAAAAAAAA"})");
}

// TRANSLATION rows 8 and 9, read from a Gemini upstream by a messages client.
TEST(GeminiReply, EndingReasonsDecideBetweenStopRefusalAndFailure) {
  const auto reply = [](const std::string& reason) {
    return R"({"candidates":[{"content":{"parts":[{"text":"so far"}]},"finishReason":)" + reason + "}]}";
  };
  const std::string request = R"({"model":"c","max_tokens":5,"messages":[{"role":"user","content":"x"}]})";
  const std::pair<const char*, const char*> kEnds[] = {{"\"STOP\"", "end_turn"},
                                                       {"1", "end_turn"},
                                                       {"\"MAX_TOKENS\"", "max_tokens"},
                                                       {"2", "max_tokens"},
                                                       {"\"SAFETY\"", "refusal"},
                                                       {"\"RECITATION\"", "refusal"},
                                                       {"\"BLOCKLIST\"", "refusal"},
                                                       {"\"SPII\"", "refusal"},
                                                       {"\"PROHIBITED_CONTENT\"", "refusal"},
                                                       {"\"IMAGE_SAFETY\"", "refusal"}};
  for (const auto& [reason, stop] : kEnds) {
    Exchange exchange(MessagesEndpoint(), request, TargetOf(Dialect::kGemini));
    EXPECT_EQ(exchange.Reply(reply(reason)), Step::kDone) << reason;
    EXPECT_NE(exchange.text().find("\"stop_reason\":\"" + std::string(stop) + "\""), std::string::npos) << reason;
    EXPECT_NE(exchange.text().find("so far"), std::string::npos);
  }
  for (const char* reason : {"\"MALFORMED_FUNCTION_CALL\"", "\"UNEXPECTED_TOOL_CALL\"", "\"TOO_MANY_TOOL_CALLS\"",
                             "\"OTHER\"", "\"NEW_REASON\"", "10"}) {
    Exchange exchange(MessagesEndpoint(), request, TargetOf(Dialect::kGemini));
    EXPECT_EQ(exchange.Reply(reply(reason)), Step::kFailed) << reason;
    EXPECT_EQ(KindOf(exchange.report().error), ErrorKind::kUpstreamServer);
    EXPECT_EQ(exchange.text(), "");
  }
}

TEST(GeminiReply, BlockedPromptIsAnEmptyRefusal) {
  Exchange exchange(ChatEndpoint(), R"({"model":"m","messages":[{"role":"user","content":"x"}]})",
                    TargetOf(Dialect::kGemini));
  EXPECT_EQ(exchange.Reply(R"({"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":4}})"),
            Step::kDone);
  EXPECT_NE(
      exchange.text().find(R"("content":null,"refusal":"SAFETY"},"logprobs":null,"finish_reason":"content_filter")"),
      std::string::npos)
      << exchange.text();
}

}  // namespace
}  // namespace ag::wire
