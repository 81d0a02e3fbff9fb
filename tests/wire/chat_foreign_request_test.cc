#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/openai/chat_codec.h"
#include "translation_testing.h"

// Canonical requests of another family's client, written for a chat upstream.
namespace ag::wire {
namespace {

class Foreign {
 public:
  Foreign() {
    request.dialect = Dialect::kMessages;
    Say(Role::kUser, {Part{TextPart{"x"}, {}, "messages[0].content"}});
  }

  void Say(Role role, std::vector<Part> parts) {
    parts_.push_back(std::make_unique<std::vector<Part>>(std::move(parts)));
    Message message;
    message.role = role;
    message.parts = *parts_.back();
    message.field = "m";
    messages_.push_back(message);
    request.messages = messages_;
  }

  const json::Value* Json(std::string_view text) { return *json::Parse(text, arena_); }

  // The request's members after its messages.
  std::string Tail(const UpstreamTarget& target = TargetOf(Dialect::kChat)) {
    const std::string body = Body(target);
    const std::string_view start = R"({"model":"upstream-model","messages":[{"role":"user","content":"x"}],)";
    return body.starts_with(start) ? body.substr(start.size()) : body;
  }

  std::string Body(const UpstreamTarget& target = TargetOf(Dialect::kChat)) {
    auto encoded = openai::EncodeChatRequest(request, target, EncodePurpose::kReply, arena_);
    if (!encoded.ok()) return DetailOf(encoded.status()).param + ": " + std::string(encoded.status().message());
    losses.clear();
    for (const Loss& loss : encoded->losses) {
      losses += losses.empty() ? "" : " ";
      losses += (loss.loss_class == LossClass::kDrop ? "-" : "~") + loss.field + ":" + loss.reason.code;
    }
    return encoded->body;
  }

  ChatRequest request;
  std::string losses;

 private:
  Arena arena_;
  std::vector<std::unique_ptr<std::vector<Part>>> parts_;
  std::vector<Message> messages_;
};

ToolSpec Function(std::string_view name, const json::Value* parameters) {
  ToolSpec tool;
  tool.name = name;
  tool.parameters = parameters;
  tool.field = "tools[0]";
  return tool;
}

// TRANSLATION row 19.
TEST(ForeignRequestToChat, StrictSchemasAreCleaned) {
  Foreign foreign;
  std::vector<ToolSpec> tools = {Function(
      "f", foreign.Json(R"({"type":"object","properties":{"a":{"type":"string","minLength":2}},"required":["a"]})"))};
  tools[0].strict = true;
  foreign.request.tools = tools;
  EXPECT_EQ(foreign.Tail(),
            R"("tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object",)"
            R"("properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false},"strict":true}}]})");
  EXPECT_EQ(foreign.losses, "~tools[0]:schema_keyword");
  tools[0].strict = false;
  EXPECT_NE(foreign.Tail().find(R"("minLength":2)"), std::string::npos);
  EXPECT_EQ(foreign.losses, "");
}

TEST(ForeignRequestToChat, WhatHasNoStrictFormIsNotHeldToIt) {
  Foreign foreign;
  std::vector<ToolSpec> tools = {Function("f", foreign.Json(R"({"type":"string"})"))};
  tools[0].strict = true;
  foreign.request.tools = tools;
  EXPECT_EQ(foreign.Tail(), R"("tools":[{"type":"function","function":{"name":"f","parameters":{"type":"string"}}}]})");
  EXPECT_EQ(foreign.losses, "~tools[0]:strict_not_expressible");
  foreign.request.tools = {};
  ResponseFormat format;
  format.kind = ResponseFormat::Kind::kJsonSchema;
  format.schema = foreign.Json(R"({"type":"array","items":{"type":"string"}})");
  format.field = "output_config.format";
  foreign.request.response_format = format;
  EXPECT_EQ(foreign.Tail().substr(0, 21), "output_config.format:");
}

// TRANSLATION row 18: the other providers always hold their models to the schema.
TEST(ForeignRequestToChat, OutputFormatsAreStrict) {
  Foreign foreign;
  ResponseFormat format;
  format.kind = ResponseFormat::Kind::kJsonSchema;
  format.schema = foreign.Json(R"({"type":"object","properties":{},"additionalProperties":false,"required":[]})");
  format.field = "output_config.format";
  foreign.request.response_format = format;
  EXPECT_EQ(foreign.Tail(),
            R"("response_format":{"type":"json_schema","json_schema":{"name":"response","schema":{"type":"object",)"
            R"("properties":{},"additionalProperties":false,"required":[]},"strict":true}}})");
}

// TRANSLATION rows 11 and 23.
TEST(ForeignRequestToChat, ErrorFlagsServerBlocksAndTextDocumentsAreListed) {
  Foreign foreign;
  const std::vector<Part> failed = {Part{TextPart{"it failed"}, {}, "r"}};
  ServerToolPart block;
  block.type = "web_search_tool_result";
  foreign.Say(Role::kAssistant, {Part{block, {}, "messages[1].content[0]"},
                                 Part{ToolCallPart{"toolu_1", "f", "{}", false}, {}, "messages[1].content[1]"}});
  ToolResultPart result;
  result.call_id = "toolu_1";
  result.content = failed;
  result.is_error = true;
  DocumentPart document;
  document.text = "plain";
  foreign.Say(Role::kUser, {Part{result, {}, "messages[2].content[0]"}, Part{document, {}, "messages[2].content[1]"}});
  EXPECT_EQ(foreign.Tail(),
            R"({"model":"upstream-model","messages":[{"role":"user","content":"x"},{"role":"assistant","content":null,)"
            R"("tool_calls":[{"id":"toolu_1","type":"function","function":{"name":"f","arguments":"{}"}}]},)"
            R"({"role":"tool","tool_call_id":"toolu_1","content":"it failed"},)"
            R"({"role":"user","content":[{"type":"text","text":"plain"}]}]})");
  EXPECT_EQ(foreign.losses,
            "-messages[1].content[0]:server_tool_history -messages[2].content[0].is_error:tool_error_flag "
            "~messages[2].content[1]:document_as_text");
}

// TRANSLATION row 11.
TEST(ForeignRequestToChat, ResultsOfSeveralTextsStaySeveral) {
  Foreign foreign;
  const std::vector<Part> texts = {Part{TextPart{"a"}, {}, "r[0]"}, Part{TextPart{"b"}, {}, "r[1]"}};
  foreign.Say(Role::kAssistant, {Part{ToolCallPart{"toolu_1", "f", "{}", false}, {}, "m[1]"}});
  ToolResultPart result;
  result.call_id = "toolu_1";
  result.content = texts;
  foreign.Say(Role::kUser, {Part{result, {}, "m[2]"}});
  EXPECT_NE(foreign.Tail().find(R"("content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]})"),
            std::string::npos);
  EXPECT_EQ(foreign.losses, "");
  UpstreamTarget plain = TargetOf(Dialect::kChat);
  plain.quirks.text_parts = false;
  EXPECT_NE(foreign.Tail(plain).find(R"("content":"a\nb")"), std::string::npos);
  EXPECT_EQ(foreign.losses, "~m[2]:texts_joined");
}

// TRANSLATION row 25.
TEST(ForeignRequestToChat, MediaThatChatHasNoPartForAreRefusedByName) {
  const MediaSource url{MediaSource::Kind::kUrl, "https://example.com/a.pdf", "application/pdf"};
  const MediaSource sound{MediaSource::Kind::kBase64, "AAAA", "audio/flac"};
  const MediaSource film{MediaSource::Kind::kBase64, "AAAA", "video/mp4"};
  DocumentPart document;
  document.source = url;
  for (const Part& part :
       {Part{document, {}, "f"}, Part{AudioPart{sound, {}}, {}, "f"}, Part{VideoPart{film}, {}, "f"}}) {
    Foreign foreign;
    foreign.Say(Role::kUser, {part});
    EXPECT_EQ(foreign.Body().substr(0, 2), "f:");
  }
  Foreign text_only;
  text_only.Say(Role::kUser, {Part{ImagePart{{MediaSource::Kind::kBase64, "AAAA", "image/png"}, {}}, {}, "f"}});
  UpstreamTarget target = TargetOf(Dialect::kChat);
  target.model_info.known = true;
  target.model_info.input_modalities = {"text"};
  EXPECT_EQ(text_only.Body(target).substr(0, 2), "f:");
}

TEST(ForeignRequestToChat, WebSearchOptionsThatChatLacksAreListed) {
  Foreign foreign;
  const std::vector<std::string_view> domains = {"example.com"};
  ToolSpec search;
  search.kind = ToolSpec::Kind::kWebSearch;
  search.name = "web_search";
  search.field = "tools[0]";
  search.web_search.allowed_domains = domains;
  search.web_search.location = foreign.Json(R"({"type":"approximate","city":"Rome"})");
  const std::vector<ToolSpec> tools = {search};
  foreign.request.tools = tools;
  UpstreamTarget target = TargetOf(Dialect::kChat);
  target.model = "gpt-5-search-api";
  EXPECT_NE(foreign.Body(target).find(
                R"("web_search_options":{"user_location":{"type":"approximate","approximate":{"city":"Rome"}}})"),
            std::string::npos);
  EXPECT_EQ(foreign.losses, "-tools[0]:web_search_option");
}

}  // namespace
}  // namespace ag::wire
