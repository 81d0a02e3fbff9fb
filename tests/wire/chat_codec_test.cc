#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "translation_testing.h"

namespace ag::wire {
namespace {

constexpr const char* kRich = R"({
  "model": "gpt-x", "stream": true, "stream_options": {"include_usage": true, "include_obfuscation": false},
  "messages": [
    {"role": "system", "content": "Be brief."},
    {"role": "developer", "content": [{"type": "text", "text": "No lists."}]},
    {"role": "user", "content": "Hi \"you\"\n"},
    {"role": "assistant", "content": "Hello.", "refusal": null},
    {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}],
  "temperature": 0.95, "top_p": 0.10, "seed": 7, "max_completion_tokens": 100, "stop": ["END", "\n\n"]})";

TEST(ChatRequestToMessages, MapsTextSamplingAndLimits) {
  Exchange exchange(ChatEndpoint(), kRich, TargetOf(Dialect::kMessages));
  ASSERT_TRUE(exchange.status().ok()) << exchange.status();
  EXPECT_EQ(exchange.upstream_body(),
            R"({"model":"upstream-model","max_tokens":100,"system":[{"type":"text","text":"Be brief."},)"
            R"({"type":"text","text":"No lists."}],"messages":[{"role":"user","content":"Hi \"you\"\n"},)"
            R"({"role":"assistant","content":"Hello."},{"role":"user","content":[{"type":"text","text":"a"},)"
            R"({"type":"text","text":"b"}]}],"temperature":0.95,"top_p":0.10,"stop_sequences":["END"],)"
            R"("cache_control":{"type":"ephemeral"},"stream":true})");
  EXPECT_EQ(exchange.Losses(), "-seed:not_in_dialect ~stop:matched_locally");
  EXPECT_TRUE(exchange.call().stream);
  EXPECT_EQ(exchange.call().operation, Operation::kGenerate);
}

TEST(ChatRequestToGemini, MapsTextSamplingAndLimits) {
  Exchange exchange(ChatEndpoint(), kRich, TargetOf(Dialect::kGemini));
  ASSERT_TRUE(exchange.status().ok()) << exchange.status();
  EXPECT_EQ(exchange.upstream_body(),
            R"({"systemInstruction":{"parts":[{"text":"Be brief."},{"text":"No lists."}]},)"
            R"("contents":[{"role":"user","parts":[{"text":"Hi \"you\"\n"}]},)"
            R"({"role":"model","parts":[{"text":"Hello."}]},{"role":"user","parts":[{"text":"a"},{"text":"b"}]}],)"
            R"("generationConfig":{"temperature":0.95,"topP":0.10,"seed":7,"maxOutputTokens":100,)"
            R"("stopSequences":["END","\n\n"]}})");
  EXPECT_EQ(exchange.Losses(), "");
  EXPECT_EQ(exchange.call().operation, Operation::kGenerateStream);
  EXPECT_EQ(exchange.call().framing, StreamFraming::kSse);
  EXPECT_EQ(exchange.call().model, "upstream-model");
}

std::string Minimal(const std::string& more) {
  return R"({"model":"m","messages":[{"role":"user","content":"x"}])" + (more.empty() ? "" : "," + more) + "}";
}

TEST(ChatRequestToMessages, AddsTheRequiredLimit) {
  Exchange unknown(ChatEndpoint(), Minimal(""), TargetOf(Dialect::kMessages));
  EXPECT_NE(unknown.upstream_body().find(R"("max_tokens":8192)"), std::string::npos);
  EXPECT_EQ(unknown.Losses(), "~max_tokens:required_default");

  UpstreamTarget known = TargetOf(Dialect::kMessages);
  known.model_info.known = true;
  known.model_info.max_output = 64000;
  Exchange exchange(ChatEndpoint(), Minimal(""), known);
  EXPECT_NE(exchange.upstream_body().find(R"("max_tokens":64000)"), std::string::npos);
}

TEST(ChatRequestToMessages, ClampsWhatTheModelDoesNotTake) {
  UpstreamTarget target = TargetOf(Dialect::kMessages);
  target.model_info.known = true;
  target.model_info.max_output = 50;
  target.model_info.temperature_and_top_p = false;
  Exchange exchange(ChatEndpoint(), Minimal(R"("max_tokens":51,"temperature":1.7,"top_p":0.5)"), target);
  EXPECT_NE(exchange.upstream_body().find(R"("max_tokens":50)"), std::string::npos);
  EXPECT_NE(exchange.upstream_body().find(R"("temperature":1})"), std::string::npos) << exchange.upstream_body();
  EXPECT_EQ(exchange.Losses(), "~max_tokens:clamped -top_p:temperature_wins ~temperature:clamped");
}

TEST(ChatRequestToMessages, ListsWhatServesAffinityOnly) {
  Exchange exchange(ChatEndpoint(),
                    Minimal(R"("max_tokens":5,"user":"u1","metadata":{"a":"b"},"prompt_cache_key":"k","store":true,)"
                            R"("service_tier":"flex","logit_bias":{"1":2},"presence_penalty":1,"verbosity":"low")"),
                    TargetOf(Dialect::kMessages));
  EXPECT_EQ(exchange.Losses(),
            "-user:affinity_only -metadata:affinity_only -prompt_cache_key:affinity_only -service_tier:other_provider "
            "-store:other_provider -logit_bias:not_in_dialect -verbosity:not_in_dialect "
            "-presence_penalty:not_in_dialect");
  EXPECT_EQ(exchange.upstream_body().find("u1"), std::string::npos);
}

TEST(ChatRequestToMessages, WrapsSystemMessagesAmidTheConversation) {
  Exchange exchange(ChatEndpoint(),
                    R"({"model":"m","max_tokens":5,"messages":[{"role":"user","content":"x"},)"
                    R"({"role":"system","content":"now <b>"},{"role":"user","content":"y"}]})",
                    TargetOf(Dialect::kMessages));
  EXPECT_NE(exchange.upstream_body().find(R"({"role":"user","content":"<system>now <b></system>"})"),
            std::string::npos);
  EXPECT_EQ(exchange.Losses(), "~messages[1]:system_in_place");
}

TEST(ChatRequestToMessages, RefusesWhatIsNotTranslatedByName) {
  const std::pair<const char*, const char*> kCases[] = {
      {R"("audio":{"voice":"x"})", "audio"},     {R"("modalities":["text","audio"])", "modalities"},
      {R"("logprobs":true)", "logprobs"},        {R"("n":2)", "n"},
      {R"("something_new":1)", "something_new"},
  };
  for (const auto& [field, name] : kCases) {
    Exchange exchange(ChatEndpoint(), Minimal(field), TargetOf(Dialect::kMessages));
    EXPECT_EQ(exchange.error().kind, ErrorKind::kUnsupported) << field;
    EXPECT_EQ(exchange.error().param, name);
  }
}

TEST(ChatRequestToMessages, AcceptsFieldsThatSayNothing) {
  Exchange exchange(ChatEndpoint(),
                    Minimal(R"("max_tokens":5,"tools":[],"tool_choice":"auto","response_format":{"type":"text"},)"
                            R"("modalities":["text"],"logprobs":false,"n":1,"service_tier":"auto","stop":null)"),
                    TargetOf(Dialect::kMessages));
  EXPECT_TRUE(exchange.status().ok()) << exchange.status();
  EXPECT_EQ(exchange.Losses(), "");
}

TEST(ChatRequest, NamesFieldsOfTheWrongType) {
  const std::pair<const char*, const char*> kCases[] = {
      {R"({"model":"m","messages":[{"role":"user","content":"x"}],"temperature":"hot"})", "temperature"},
      {R"({"model":"m","messages":[{"role":"user","content":"x"}],"max_tokens":1.5})", "max_tokens"},
      {R"({"model":"m","messages":[{"role":"robot","content":"x"}]})", "messages[0].role"},
      {R"({"model":"m","messages":[{"role":"user","content":5}]})", "messages[0].content"},
      {R"({"model":"m","messages":[]})", "messages"},
      {R"({"model":"m"})", "messages"},
  };
  for (const auto& [body, name] : kCases) {
    Exchange exchange(ChatEndpoint(), body, TargetOf(Dialect::kGemini));
    EXPECT_EQ(exchange.error().kind, ErrorKind::kInvalidRequest) << body;
    EXPECT_EQ(exchange.error().param, name);
  }
}

TEST(ChatRequestToMessages, RefusesPrefillForModelsThatDoNotContinue) {
  const std::string body =
      R"({"model":"m","max_tokens":5,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":"{"}]})";
  Exchange refused(ChatEndpoint(), body, TargetOf(Dialect::kMessages));
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnsupported);
  EXPECT_EQ(refused.error().param, "messages[1]");
  UpstreamTarget target = TargetOf(Dialect::kMessages);
  target.model_info.prefill = true;
  Exchange taken(ChatEndpoint(), body, target);
  EXPECT_TRUE(taken.status().ok());
}

TEST(ChatReply, StreamsAsTheProviderDoes) {
  Exchange exchange(ChatEndpoint(), Minimal(R"("stream":true,"max_tokens":5,"stream_options":{"include_usage":true})"),
                    TargetOf(Dialect::kGemini));
  const Step step = exchange.Reply(
      "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}],\"role\":\"model\"},\"finishReason\":"
      "\"MAX_TOKENS\"}],\"usageMetadata\":{\"promptTokenCount\":10,\"cachedContentTokenCount\":4,"
      "\"candidatesTokenCount\":2,\"thoughtsTokenCount\":3,\"totalTokenCount\":15}}\r\n\r\n");
  EXPECT_EQ(step, Step::kDone);
  const std::string head =
      R"(data: {"id":"chatcmpl-AAAAAAAAAAAAAAAAAAAAAAAAAAAAA","object":"chat.completion.chunk","created":1700000000,)"
      R"("model":"m","choices":[)";
  EXPECT_EQ(
      exchange.text(),
      head + R"({"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,)" +
          R"("finish_reason":null}],"usage":null})" + "\n\n" + head +
          R"({"index":0,"delta":{"content":"Hi"},"logprobs":null,"finish_reason":null}],"usage":null})" + "\n\n" +
          head + R"({"index":0,"delta":{},"logprobs":null,"finish_reason":"length"}],"usage":null})" + "\n\n" + head +
          R"(],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_tokens_details":)" +
          R"({"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":3}}})" + "\n\n" + "data: [DONE]\n\n");
  EXPECT_EQ(exchange.translation().ClientContentType(), "text/event-stream");
}

TEST(ChatReply, SendsNoUsageChunkUnasked) {
  Exchange exchange(ChatEndpoint(), Minimal(R"("stream":true,"max_tokens":5)"), TargetOf(Dialect::kMessages));
  exchange.Reply(
      "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"c\",\"usage\":"
      "{\"input_tokens\":9,\"output_tokens\":1}}}\n\n"
      "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
      "{\"type\":\"text\",\"text\":\"\"}}\n\n"
      "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
      "{\"type\":\"text_delta\",\"text\":\"Hi\"}}\n\n"
      "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
      "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":"
      "{\"output_tokens\":3}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
  EXPECT_EQ(exchange.text().find("usage"), std::string::npos);
  EXPECT_EQ(exchange.report().usage.input, 9);
  EXPECT_EQ(exchange.report().usage.output, 3);
  EXPECT_EQ(exchange.report().usage.cache_read, std::nullopt);
  EXPECT_EQ(exchange.report().response_id, "msg_1");
}

TEST(ChatReply, PlainBodyHasTheProvidersShape) {
  Exchange exchange(ChatEndpoint(), Minimal(R"("max_tokens":5)"), TargetOf(Dialect::kMessages));
  EXPECT_EQ(exchange.Reply(R"({"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[)"
                           R"({"type":"thinking","thinking":"hm","signature":"s"},{"type":"text","text":"Hé"},)"
                           R"({"type":"text","text":"llo"}],"stop_reason":"stop_sequence","stop_sequence":"END",)"
                           R"("usage":{"input_tokens":3,"cache_creation_input_tokens":2,"cache_read_input_tokens":5,)"
                           R"("output_tokens":7}})"),
            Step::kDone);
  EXPECT_EQ(exchange.text(),
            R"({"id":"chatcmpl-AAAAAAAAAAAAAAAAAAAAAAAAAAAAA","object":"chat.completion","created":1700000000,)"
            R"("model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Héllo",)"
            R"("reasoning_content":"hm","refusal":null},"logprobs":null,"finish_reason":"stop"}],)"
            R"("usage":{"prompt_tokens":10,"completion_tokens":7,"total_tokens":17,)"
            R"("prompt_tokens_details":{"cached_tokens":5,"cache_write_tokens":2}}})");
  EXPECT_EQ(exchange.report().stop_reason, StopReason::kStopSequence);
}

TEST(ChatReply, CarriesSeveralChoices) {
  Exchange exchange(ChatEndpoint(), Minimal(R"("n":2)"), TargetOf(Dialect::kGemini));
  EXPECT_NE(exchange.upstream_body().find(R"("candidateCount":2)"), std::string::npos);
  exchange.Reply(R"({"candidates":[{"index":1,"content":{"parts":[{"text":"b"}]},"finishReason":"STOP"},)"
                 R"({"content":{"parts":[{"text":"a"}]},"finishReason":"SAFETY"}]})");
  EXPECT_NE(exchange.text().find(R"({"index":0,"message":{"role":"assistant","content":"a","refusal":"SAFETY"},)"
                                 R"("logprobs":null,"finish_reason":"content_filter"},{"index":1,)"),
            std::string::npos)
      << exchange.text();
  EXPECT_EQ(exchange.text().find("usage"), std::string::npos) << "unknown is not zero";
}

UpstreamTarget Thinker(Dialect dialect, catalog::ThinkingStyle style, std::vector<std::string> efforts = {}) {
  UpstreamTarget target = TargetOf(dialect);
  target.model_info.known = true;
  target.model_info.thinking = style;
  target.model_info.efforts = std::move(efforts);
  return target;
}

// TRANSLATION rows 1 to 3.
TEST(ChatRequest, EffortBecomesWhatTheModelTakes) {
  using catalog::ThinkingStyle;
  struct Case {
    UpstreamTarget target;
    const char* effort;
    const char* expected;
  };
  const Case kCases[] = {
      {Thinker(Dialect::kMessages, ThinkingStyle::kBudget), "medium",
       R"("thinking":{"type":"enabled","budget_tokens":8192})"},
      {Thinker(Dialect::kMessages, ThinkingStyle::kAdaptive, {"low", "medium", "high"}), "xhigh",
       R"("thinking":{"type":"adaptive","display":"summarized"},"output_config":{"effort":"high"})"},
      {Thinker(Dialect::kMessages, ThinkingStyle::kAdaptive, {"low", "medium", "high"}), "minimal",
       R"("output_config":{"effort":"low"})"},
      {Thinker(Dialect::kGemini, ThinkingStyle::kBudget), "high",
       R"("thinkingConfig":{"thinkingBudget":24576,"includeThoughts":true})"},
      {Thinker(Dialect::kGemini, ThinkingStyle::kBudget), "none", R"("thinkingConfig":{"thinkingBudget":0})"},
      {Thinker(Dialect::kGemini, ThinkingStyle::kLevel, {"low", "high"}), "medium",
       R"("thinkingConfig":{"thinkingLevel":"low","includeThoughts":true})"},
      {Thinker(Dialect::kGemini, ThinkingStyle::kLevel, {"low", "high"}), "none",
       R"("thinkingConfig":{"thinkingLevel":"low"})"},
  };
  for (const Case& c : kCases) {
    Exchange exchange(
        ChatEndpoint(),
        Minimal(R"("max_tokens":60000,"temperature":0.2,"reasoning_effort":")" + std::string(c.effort) + "\""),
        c.target);
    EXPECT_NE(exchange.upstream_body().find(c.expected), std::string::npos)
        << c.effort << ": " << exchange.upstream_body() << exchange.status();
    const bool claude = c.target.dialect == Dialect::kMessages;
    EXPECT_EQ(exchange.Losses().find("-temperature:thinking_on") != std::string::npos, claude) << exchange.Losses();
  }
}

TEST(ChatRequestToMessages, BudgetStaysBelowMaxTokens) {
  const UpstreamTarget target = Thinker(Dialect::kMessages, catalog::ThinkingStyle::kBudget);
  Exchange lowered(ChatEndpoint(), Minimal(R"("max_tokens":3000,"reasoning_effort":"high")"), target);
  EXPECT_NE(lowered.upstream_body().find(R"("budget_tokens":2999)"), std::string::npos);
  EXPECT_EQ(lowered.Losses(), "~reasoning_effort:clamped");
  Exchange off(ChatEndpoint(), Minimal(R"("max_tokens":1024,"reasoning_effort":"high")"), target);
  EXPECT_EQ(off.upstream_body().find("thinking"), std::string::npos);
  EXPECT_EQ(off.Losses(), "~reasoning_effort:no_room_to_think");
}

TEST(ChatRequestToMessages, SendsNoReasoningToModelsThatNobodyDescribed) {
  Exchange exchange(ChatEndpoint(), Minimal(R"("max_tokens":5,"reasoning_effort":"low")"),
                    TargetOf(Dialect::kMessages));
  EXPECT_EQ(exchange.upstream_body().find("thinking"), std::string::npos);
  EXPECT_EQ(exchange.Losses(), "-reasoning_effort:unknown_model");
}

}  // namespace
}  // namespace ag::wire
