#include <gtest/gtest.h>

#include <string>

#include "translation_testing.h"

namespace ag::wire {
namespace {

constexpr const char* kRich = R"({
  "model": "claude-x", "max_tokens": 64, "stream": true,
  "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}},
             {"type": "text", "text": "Now."}],
  "messages": [
    {"role": "user", "content": "Hi"},
    {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm", "signature": "sig"},
                                      {"type": "text", "text": "Hello."}]},
    {"role": "user", "content": [{"type": "text", "text": "go"}]}],
  "temperature": 0.5, "top_k": 40, "stop_sequences": ["a", "b", "c", "d", "e"],
  "metadata": {"user_id": "u"}, "service_tier": "standard_only"})";

TEST(MessagesRequestToChat, MapsTextSamplingAndLimits) {
  Exchange exchange(MessagesEndpoint(), kRich, TargetOf(Dialect::kChat));
  ASSERT_TRUE(exchange.status().ok()) << exchange.status();
  EXPECT_EQ(exchange.upstream_body(),
            R"({"model":"upstream-model","messages":[{"role":"system","content":[{"type":"text","text":"Be brief."},)"
            R"({"type":"text","text":"Now."}]},{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello."},)"
            R"({"role":"user","content":"go"}],"max_completion_tokens":64,"temperature":0.5,)"
            R"("stop":["a","b","c","d"],"stream":true,"stream_options":{"include_usage":true}})");
  EXPECT_EQ(exchange.Losses(),
            "-metadata.user_id:affinity_only -service_tier:other_provider "
            "-system[0].cache_control:not_in_dialect -messages[1].content[0]:other_provider_reasoning "
            "-top_k:not_in_dialect ~stop_sequences:matched_locally");
}

TEST(MessagesRequestToChat, HonoursTheServersQuirks) {
  UpstreamTarget target = TargetOf(Dialect::kChat);
  target.quirks.max_completion_tokens = false;
  target.quirks.stream_usage = false;
  Exchange exchange(MessagesEndpoint(), kRich, target);
  EXPECT_NE(exchange.upstream_body().find(R"("max_tokens":64)"), std::string::npos);
  EXPECT_EQ(exchange.upstream_body().find("stream_options"), std::string::npos);
}

TEST(MessagesRequestToGemini, MapsTextSamplingAndLimits) {
  Exchange exchange(MessagesEndpoint(), kRich, TargetOf(Dialect::kGemini));
  ASSERT_TRUE(exchange.status().ok()) << exchange.status();
  EXPECT_EQ(exchange.upstream_body(),
            R"({"systemInstruction":{"parts":[{"text":"Be brief."},{"text":"Now."}]},"contents":[)"
            R"({"role":"user","parts":[{"text":"Hi"}]},{"role":"model","parts":[{"text":"Hello."}]},)"
            R"({"role":"user","parts":[{"text":"go"}]}],"generationConfig":{"temperature":0.5,"topK":40,)"
            R"("maxOutputTokens":64,"stopSequences":["a","b","c","d","e"]}})");
}

TEST(MessagesRequest, ThinkingOffNeedsAModelThatIsKnownToSwitchItOff) {
  const std::string body =
      R"({"model":"m","max_tokens":5,"messages":[{"role":"user","content":"x"}],"thinking":{"type":"disabled"}})";
  Exchange unknown(MessagesEndpoint(), body, TargetOf(Dialect::kGemini));
  EXPECT_EQ(unknown.Losses(), "~thinking:thinking_not_switched_off");
  UpstreamTarget target = TargetOf(Dialect::kGemini);
  target.model_info.known = true;
  target.model_info.thinking = catalog::ThinkingStyle::kBudget;
  Exchange known(MessagesEndpoint(), body, target);
  EXPECT_EQ(known.Losses(), "");
  EXPECT_NE(known.upstream_body().find(R"("thinkingConfig":{"thinkingBudget":0})"), std::string::npos);
}

TEST(MessagesRequest, ThinkingIsMappedAndShown) {
  UpstreamTarget target = TargetOf(Dialect::kGemini);
  target.model_info.known = true;
  target.model_info.thinking = catalog::ThinkingStyle::kBudget;
  target.model_info.max_budget = 1500;
  Exchange exchange(MessagesEndpoint(),
                    R"({"model":"m","max_tokens":9000,"stream":true,"messages":[{"role":"user","content":"x"}],)"
                    R"("thinking":{"type":"enabled","budget_tokens":2000}})",
                    target);
  EXPECT_NE(exchange.upstream_body().find(R"("thinkingConfig":{"thinkingBudget":1500,"includeThoughts":true})"),
            std::string::npos)
      << exchange.upstream_body();
  exchange.Reply(R"({"candidates":[{"content":{"parts":[{"text":"hm","thought":true},{"text":"ok"}]},)"
                 R"("finishReason":"STOP"}]})");
  const std::size_t thought =
      exchange.text().find(R"("index":0,"content_block":{"type":"thinking","thinking":"","signature":""}})");
  const std::size_t text = exchange.text().find(R"("index":1,"content_block":{"type":"text","text":""}})");
  EXPECT_LT(thought, text);
  EXPECT_NE(text, std::string::npos);
  EXPECT_NE(exchange.text().find(R"("delta":{"type":"thinking_delta","thinking":"hm"})"), std::string::npos);
}

constexpr const char* kStreamRequest =
    R"({"model":"claude-x","max_tokens":5,"stream":true,"messages":[{"role":"user","content":"x"}]})";

TEST(MessagesReply, StreamsAsTheProviderDoes) {
  Exchange exchange(MessagesEndpoint(), kStreamRequest, TargetOf(Dialect::kChat));
  const Step step = exchange.Reply(
      "data: {\"id\":\"c1\",\"model\":\"g\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":"
      "\"\"},\"finish_reason\":null}],\"usage\":null}\n\n"
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"},\"finish_reason\":null}]}\n\n"
      "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
      "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":8,\"total_tokens\":18,"
      "\"prompt_tokens_details\":{\"cached_tokens\":6},\"completion_tokens_details\":{\"reasoning_tokens\":5}}}\n\n"
      "data: [DONE]\n\n",
      1);
  EXPECT_EQ(step, Step::kDone);
  EXPECT_EQ(exchange.text(),
            "event: message_start\n"
            R"(data: {"type":"message_start","message":{"id":"msg_01AAAAAAAAAAAAAAAAAAAAAA","type":"message",)"
            R"("role":"assistant","model":"claude-x","content":[],"stop_reason":null,"stop_sequence":null,)"
            R"("usage":{"input_tokens":0,"output_tokens":0}}})"
            "\n\nevent: content_block_start\n"
            R"(data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})"
            "\n\nevent: content_block_delta\n"
            R"(data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}})"
            "\n\nevent: content_block_stop\n"
            R"(data: {"type":"content_block_stop","index":0})"
            "\n\nevent: message_delta\n"
            R"(data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},)"
            R"("usage":{"input_tokens":4,"cache_read_input_tokens":6,"output_tokens":8,)"
            R"("output_tokens_details":{"thinking_tokens":5}}})"
            "\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
  EXPECT_EQ(exchange.report().upstream_model, "g");
  EXPECT_EQ(exchange.report().usage.output, 3);
}

TEST(MessagesReply, PlainBodyHasTheProvidersShape) {
  Exchange exchange(MessagesEndpoint(),
                    R"({"model":"claude-x","max_tokens":5,"messages":[{"role":"user","content":"x"}]})",
                    TargetOf(Dialect::kGemini));
  EXPECT_EQ(exchange.Reply(R"({"candidates":[{"content":{"parts":[{"text":"Hi"},{"text":" you"}],"role":"model"},)"
                           R"("finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,)"
                           R"("totalTokenCount":5},"modelVersion":"g","responseId":"r"})"),
            Step::kDone);
  EXPECT_EQ(exchange.text(),
            R"({"id":"msg_01AAAAAAAAAAAAAAAAAAAAAA","type":"message","role":"assistant","model":"claude-x",)"
            R"("content":[{"type":"text","text":"Hi you"}],"stop_reason":"end_turn","stop_sequence":null,)"
            R"("usage":{"input_tokens":3,"output_tokens":2}})");
}

TEST(MessagesReply, RendersAnOpenAiRefusalAsTextAndReason) {
  Exchange exchange(MessagesEndpoint(), kStreamRequest, TargetOf(Dialect::kChat));
  EXPECT_EQ(exchange.Reply(R"({"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":null,)"
                           R"("refusal":"I cannot."},"finish_reason":"stop"}]})"),
            Step::kDone);
  EXPECT_NE(exchange.text().find(R"("delta":{"type":"text_delta","text":"I cannot."})"), std::string::npos);
  EXPECT_NE(exchange.text().find(R"("stop_reason":"refusal")"), std::string::npos);
}

TEST(MessagesReply, HidesReasoningThatNobodyAskedFor) {
  Exchange exchange(MessagesEndpoint(), kStreamRequest, TargetOf(Dialect::kChat));
  EXPECT_EQ(exchange.Feed("data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n"),
            Step::kHold);
  EXPECT_EQ(
      exchange.Reply("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"ok\"},\"finish_reason\":\"stop\"}]}"
                     "\n\ndata: [DONE]\n\n"),
      Step::kDone);
  EXPECT_EQ(exchange.text().find("hm"), std::string::npos);
  EXPECT_EQ(exchange.Losses(), "-reasoning:reasoning_not_asked_for");
}

TEST(MessagesReply, LocalStopEndsTheReplyAndNamesTheSequence) {
  Exchange exchange(MessagesEndpoint(),
                    R"({"model":"c","max_tokens":5,"stream":true,"stop_sequences":["1","2","3","4","STOP"],)"
                    R"("messages":[{"role":"user","content":"x"}]})",
                    TargetOf(Dialect::kChat));
  const auto delta = [](const std::string& text) {
    return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}\n\n";
  };
  EXPECT_EQ(exchange.Feed(delta("one ST")), Step::kContent);
  EXPECT_EQ(exchange.Feed(delta("ONE ST")), Step::kContent);
  EXPECT_EQ(exchange.Feed(delta("OP two")), Step::kDone);
  EXPECT_NE(exchange.text().find(R"("text":"one ")"), std::string::npos);
  EXPECT_NE(exchange.text().find(R"("text":"STONE ")"), std::string::npos) << exchange.text();
  EXPECT_EQ(exchange.text().find("two"), std::string::npos);
  EXPECT_NE(exchange.text().find(R"("stop_reason":"stop_sequence","stop_sequence":"STOP")"), std::string::npos);
}

}  // namespace
}  // namespace ag::wire
