#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include <string>

#include "gatewayd/wire/reasoning_envelope.h"
#include "messages_testing.h"

namespace ag::wire {
namespace {

// The smallest chat request with `members` added to it.
std::string Chat(const std::string& members) { return R"({"model":"m","max_tokens":4096,)" + members + "}"; }
std::string Asking(const std::string& members) {
  return Chat(members + R"(,"messages":[{"role":"user","content":"x"}])");
}

UpstreamTarget Model(catalog::ThinkingStyle thinking) {
  UpstreamTarget target = TargetOf(Dialect::kMessages);
  target.auto_cache = false;
  target.model_info.known = true;
  target.model_info.thinking = thinking;
  target.model_info.efforts = {"low", "medium", "high", "max"};
  return target;
}
UpstreamTarget Uncached() {
  UpstreamTarget target = TargetOf(Dialect::kMessages);
  target.auto_cache = false;
  return target;
}

// What follows `key` in the upstream's request, to the end.
std::string From(const Exchange& exchange, const std::string& key) {
  const auto at = exchange.upstream_body().find("\"" + key + "\":");
  return at == std::string::npos ? "" : exchange.upstream_body().substr(at);
}

constexpr const char* kTool = R"("tools":[{"type":"function","function":{"name":"f","description":"does","parameters":)"
                              R"({"type":"object","properties":{"a":{"type":"string","minLength":2}}}}}])";

TEST(MessagesRequestEncoder, SendsAnUnstrictSchemaUntouched) {  // row 19
  Exchange exchange(ChatEndpoint(), Asking(kTool), Uncached());
  ASSERT_TRUE(exchange.status().ok()) << exchange.status();
  EXPECT_EQ(From(exchange, "tools"), R"("tools":[{"name":"f","description":"does","input_schema":)"
                                     R"({"type":"object","properties":{"a":{"type":"string","minLength":2}}}}]})");
  EXPECT_EQ(exchange.Losses(), "");
}

TEST(MessagesRequestEncoder, MakesTheRootOfASchemaAnObject) {  // row 19
  Exchange exchange(ChatEndpoint(),
                    Asking(R"("tools":[{"type":"function","function":{"name":"none"}},)"
                           R"({"type":"function","function":{"name":"any","parameters":{"anyOf":[{"type":"object"}],)"
                           R"("properties":{"b":true}}}}])"),
                    Uncached());
  EXPECT_EQ(From(exchange, "tools"), R"("tools":[{"name":"none","input_schema":{"type":"object"}},)"
                                     R"({"name":"any","input_schema":{"type":"object","properties":{"b":true}}}]})");
  EXPECT_EQ(exchange.Losses(), "~tools[1]:schema_keyword");
}

TEST(MessagesRequestEncoder, CleansStrictSchemasAndDropsStrictWhereItCannotBe) {  // row 19
  const std::string strict =
      R"("tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":)"
      R"({"type":"object","properties":{"a":{"type":"string","minLength":2}},"required":["a"]}}},)"
      R"({"type":"function","function":{"name":"g","strict":true,"parameters":{"type":"object","properties":)"
      R"({"next":{"$ref":"#"}}}}}])";
  Exchange exchange(ChatEndpoint(), Asking(strict), Uncached());
  EXPECT_EQ(From(exchange, "tools"),
            R"("tools":[{"name":"f","input_schema":{"type":"object","properties":{"a":{"type":"string"}},)"
            R"("required":["a"],"additionalProperties":false},"strict":true},)"
            R"({"name":"g","input_schema":{"type":"object","properties":{"next":{"$ref":"#"}}}}]})");
  EXPECT_EQ(exchange.Losses(), "~tools[0]:schema_keyword ~tools[1]:strict_not_expressible");

  UpstreamTarget old = Model(catalog::ThinkingStyle::kNone);
  old.model_info.json_schema = false;
  Exchange without(ChatEndpoint(), Asking(strict), old);
  EXPECT_EQ(without.upstream_body().find("strict"), std::string::npos);
  EXPECT_EQ(without.Losses(), "-tools[0].strict:not_in_model -tools[1].strict:not_in_model");
}

TEST(MessagesRequestEncoder, MapsToolChoice) {  // row 10
  const std::pair<const char*, const char*> kCases[] = {
      {R"("tool_choice":"auto")", ""},
      {R"("tool_choice":"none")", R"("tool_choice":{"type":"none"}})"},
      {R"("tool_choice":"required")", R"("tool_choice":{"type":"any"}})"},
      {R"("tool_choice":{"type":"function","function":{"name":"f"}})", R"("tool_choice":{"type":"tool","name":"f"}})"},
      {R"("parallel_tool_calls":false)", R"("tool_choice":{"type":"auto","disable_parallel_tool_use":true}})"},
      {R"("parallel_tool_calls":true)", ""},
      {R"("tool_choice":"required","parallel_tool_calls":false)",
       R"("tool_choice":{"type":"any","disable_parallel_tool_use":true}})"},
  };
  for (const auto& [chat, messages] : kCases) {
    Exchange exchange(ChatEndpoint(), Asking(std::string(kTool) + "," + chat), Uncached());
    ASSERT_TRUE(exchange.status().ok()) << exchange.status();
    EXPECT_EQ(From(exchange, "tool_choice"), messages) << chat;
  }
}

TEST(MessagesRequestEncoder, SendsTheAllowedToolsAlone) {  // row 10
  Exchange exchange(
      ChatEndpoint(),
      Asking(R"("tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"g"}}],)"
             R"("tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":)"
             R"([{"type":"function","function":{"name":"g"}}]}})"),
      Uncached());
  EXPECT_EQ(From(exchange, "tools"),
            R"("tools":[{"name":"g","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"}})");
  EXPECT_EQ(exchange.Losses(), "~tool_choice:allowed_subset");
}

TEST(MessagesRequestEncoder, SwitchesManualThinkingOffForAForcedCall) {  // row 10
  const std::string body = Asking(std::string(kTool) + R"(,"reasoning_effort":"low","tool_choice":"required")");
  Exchange manual(ChatEndpoint(), body, Model(catalog::ThinkingStyle::kBudget));
  EXPECT_EQ(manual.upstream_body().find("thinking"), std::string::npos);
  EXPECT_EQ(manual.Losses(), "~reasoning_effort:forced_call_no_thinking");
  Exchange adaptive(ChatEndpoint(), body, Model(catalog::ThinkingStyle::kAdaptive));
  EXPECT_NE(adaptive.upstream_body().find(R"("thinking":{"type":"adaptive")"), std::string::npos);
  EXPECT_EQ(adaptive.Losses(), "");
}

TEST(MessagesRequestEncoder, PutsResultsBehindTheirCalls) {  // row 11
  Exchange exchange(
      ChatEndpoint(),
      Chat(
          R"("messages":[{"role":"user","content":"go"},{"role":"assistant","content":"On it.","tool_calls":[)"
          R"({"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\": 1.50}"}},)"
          R"({"id":"call 2","type":"function","function":{"name":"g","arguments":""}}]},)"
          R"({"role":"tool","tool_call_id":"call 2","content":"two"},)"
          R"({"role":"tool","tool_call_id":"call_1","content":[{"type":"text","text":"one"},{"type":"text","text":"more"}]},)"
          R"({"role":"user","content":"and?"}])"),
      Uncached());
  ASSERT_TRUE(exchange.status().ok()) << exchange.status();
  EXPECT_EQ(
      From(exchange, "messages"),
      R"("messages":[{"role":"user","content":"go"},{"role":"assistant","content":[{"type":"text","text":"On it."},)"
      R"({"type":"tool_use","id":"call_1","name":"f","input":{"a": 1.50}},)"
      R"({"type":"tool_use","id":"call_4b9ed121773c64bf6f16f653","name":"g","input":{}}]},{"role":"user","content":[)"
      R"({"type":"tool_result","tool_use_id":"call_1","content":"one\nmore"},)"
      R"({"type":"tool_result","tool_use_id":"call_4b9ed121773c64bf6f16f653","content":"two"},)"
      R"({"type":"text","text":"and?"}]}]})");
}

TEST(MessagesRequestEncoder, AnswersCallsThatNobodyAnswered) {  // row 11
  Exchange exchange(
      ChatEndpoint(),
      Chat(
          R"("messages":[{"role":"user","content":"go"},{"role":"assistant","tool_calls":[)"
          R"({"id":"c","type":"function","function":{"name":"f","arguments":"no json"}}]},{"role":"user","content":"?"}])"),
      Uncached());
  EXPECT_EQ(From(exchange, "messages"),
            R"("messages":[{"role":"user","content":"go"},{"role":"assistant","content":[)"
            R"({"type":"tool_use","id":"c","name":"f","input":{"arguments":"no json"}}]},{"role":"user","content":[)"
            R"({"type":"tool_result","tool_use_id":"c","content":"No result was returned for this tool call.",)"
            R"("is_error":true},{"type":"text","text":"?"}]}]})");
}

TEST(MessagesRequestEncoder, SendsImagesAndDocuments) {  // row 25
  Exchange exchange(
      ChatEndpoint(),
      Chat(R"("messages":[{"role":"user","content":[)"
           R"({"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},)"
           R"({"type":"image_url","image_url":{"url":"https://example.com/a.jpg"}},)"
           R"({"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}},)"
           R"({"type":"file","file":{"filename":"a.txt","file_data":"data:text/plain;base64,aGk="}}]}])"),
      Uncached());
  ASSERT_TRUE(exchange.status().ok()) << exchange.status();
  EXPECT_EQ(From(exchange, "messages"),
            R"("messages":[{"role":"user","content":[)"
            R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},)"
            R"({"type":"image","source":{"type":"url","url":"https://example.com/a.jpg"}},)"
            R"({"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBE"},)"
            R"("title":"a.pdf"},{"type":"document","source":{"type":"text","media_type":"text/plain","data":"hi"},)"
            R"("title":"a.txt"}]}]})");
  EXPECT_EQ(exchange.Losses(), "-messages[0].content[0]:image_detail");
}

TEST(MessagesRequestEncoder, RefusesWhatItHasNoBlockFor) {  // rows 15 and 25
  const std::pair<const char*, const char*> kCases[] = {
      {R"({"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}})", "messages[0].content[0]"},
      {R"({"type":"image_url","image_url":{"url":"data:image/tiff;base64,AAAA"}})", "messages[0].content[0]"},
      {R"({"type":"file","file":{"file_id":"file_1"}})", "messages[0].content[0]"},
  };
  for (const auto& [part, field] : kCases) {
    Exchange exchange(ChatEndpoint(), Chat(std::string(R"("messages":[{"role":"user","content":[)") + part + "]}]"),
                      Uncached());
    EXPECT_EQ(exchange.error().kind, ErrorKind::kUnsupported) << part;
    EXPECT_EQ(exchange.error().param.substr(0, 22), field) << part;
  }
}

constexpr const char* kSchemaFormat =
    R"("response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":)"
    R"({"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],"additionalProperties":false}}})";

TEST(MessagesRequestEncoder, AsksForJsonBySchema) {  // row 18
  Exchange exchange(ChatEndpoint(), Asking(kSchemaFormat), Uncached());
  EXPECT_EQ(From(exchange, "output_config"),
            R"("output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":)"
            R"({"n":{"type":"integer"}},"required":["n"],"additionalProperties":false}}}})");
  EXPECT_EQ(exchange.Losses(), "");
}

TEST(MessagesRequestEncoder, MakesTheModelCallAToolWhereItHasNoJsonOutput) {  // row 18
  UpstreamTarget old = Model(catalog::ThinkingStyle::kNone);
  old.model_info.json_schema = false;
  Exchange exchange(ChatEndpoint(), Asking(kSchemaFormat), old);
  EXPECT_EQ(
      From(exchange, "tools"),
      R"("tools":[{"name":"answer","description":"Gives the answer to the user, as JSON.","input_schema":)"
      R"({"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],"additionalProperties":false}}],)"
      R"("tool_choice":{"type":"tool","name":"answer"}})");
  EXPECT_EQ(exchange.Losses(), "~response_format:json_by_tool");
  EXPECT_EQ(exchange.Reply(R"({"id":"m","type":"message","content":[{"type":"tool_use","id":"t","name":"answer",)"
                           R"("input":{"n": 7}}],"stop_reason":"tool_use","usage":{"input_tokens":1}})"),
            Step::kDone);
  EXPECT_NE(exchange.text().find(R"("content":"{\"n\": 7}")"), std::string::npos) << exchange.text();
  EXPECT_NE(exchange.text().find(R"("finish_reason":"stop")"), std::string::npos);

  Exchange object(ChatEndpoint(), Asking(R"("response_format":{"type":"json_object"})"), Uncached());
  EXPECT_EQ(From(object, "tools"),
            R"("tools":[{"name":"json","description":"Gives the answer to the user, as JSON.","input_schema":)"
            R"({"type":"object"}}],"tool_choice":{"type":"tool","name":"json"}})");
  Exchange with_tools(ChatEndpoint(), Asking(std::string(kTool) + R"(,"response_format":{"type":"json_object"})"),
                      Uncached());
  EXPECT_EQ(with_tools.error().param, "response_format");
}

TEST(MessagesRequestEncoder, OffersTheWebSearch) {  // row 23
  const auto trip = MessagesRequestTrip(
      R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}],"tools":[)"
      R"({"type":"web_search_20260318","name":"web_search","max_uses":2,"allowed_domains":["a.com"],)"
      R"("user_location":{"type":"approximate","country":"DE"}},{"type":"code_execution_20260120",)"
      R"("name":"code_execution"}],"tool_choice":{"type":"tool","name":"web_search"}})",
      Uncached());
  EXPECT_NE(trip.body().find(R"("tools":[{"type":"web_search_20250305","name":"web_search","max_uses":2,)"
                             R"("allowed_domains":["a.com"],"user_location":{"type":"approximate","country":"DE"}}],)"
                             R"("tool_choice":{"type":"tool","name":"web_search"})"),
            std::string::npos)
      << trip.body();
  EXPECT_EQ(trip.Losses(), "-tools[1]:other_provider_tool");
}

TEST(MessagesRequestEncoder, TellsAdaptiveModelsAnEffort) {  // row 1
  const auto body = [](const std::string& effort) { return Asking(R"("reasoning_effort":")" + effort + "\""); };
  UpstreamTarget target = Model(catalog::ThinkingStyle::kAdaptive);
  Exchange minimal(ChatEndpoint(), body("minimal"), target);
  EXPECT_EQ(From(minimal, "thinking"),
            R"("thinking":{"type":"adaptive","display":"summarized"},"output_config":{"effort":"low"}})");
  Exchange xhigh(ChatEndpoint(), body("xhigh"), target);
  EXPECT_EQ(From(xhigh, "output_config"), R"("output_config":{"effort":"high"}})");
  Exchange off(ChatEndpoint(), body("none"), target);
  EXPECT_EQ(From(off, "thinking"), "");
  target.model_info.thinks_by_default = true;
  Exchange disabled(ChatEndpoint(), body("none"), target);
  EXPECT_EQ(From(disabled, "thinking"), R"("thinking":{"type":"disabled"}})");
  target.model_info.thinking_can_be_off = false;
  Exchange lowest(ChatEndpoint(), body("none"), target);
  EXPECT_EQ(From(lowest, "output_config"), R"("output_config":{"effort":"low"}})");
  EXPECT_EQ(lowest.Losses(), "~reasoning_effort:thinking_lowest");
}

TEST(MessagesRequestEncoder, SendsBackThinkingBitExactAndFirst) {  // rows 12 and 13
  const std::string body =
      R"({"model":"m","max_tokens":4096,"thinking":{"type":"enabled","budget_tokens":2000},"messages":[)"
      R"({"role":"user","content":"go"},{"role":"assistant","content":[{"type":"text","text":"Well."},)"
      R"({"type":"thinking","thinking":"h\u00e4m","signature":"Sig/+=="},{"type":"redacted_thinking","data":"Red=="},)"
      R"({"type":"tool_use","id":"t","name":"f","input":{}}]},)"
      R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"ok"}]}]})";
  MessagesRequestTrip trip(body, Model(catalog::ThinkingStyle::kBudget));
  EXPECT_NE(
      trip.body().find(R"({"role":"assistant","content":[{"type":"thinking","thinking":"häm","signature":)"
                       R"("Sig/+=="},{"type":"redacted_thinking","data":"Red=="},{"type":"text","text":"Well."},)"),
      std::string::npos)
      << trip.body();
  EXPECT_NE(trip.body().find(R"("thinking":{"type":"enabled","budget_tokens":2000})"), std::string::npos);
  EXPECT_EQ(trip.Losses(), "");
}

TEST(MessagesRequestEncoder, SwitchesManualThinkingOffInALoopThatLostIt) {  // row 13
  ReasoningPart foreign;
  foreign.family = Family::kGemini;
  foreign.signature = "gemini state";
  const std::string body =
      R"({"model":"m","max_tokens":4096,"thinking":{"type":"enabled","budget_tokens":2000},"messages":[)"
      R"({"role":"user","content":"go"},{"role":"assistant","content":[)"
      R"({"type":"thinking","thinking":"hm","signature":")" +
      SealState(foreign) +
      R"("},{"type":"tool_use","id":"t","name":"f","input":{}}]},)"
      R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"ok"}]}]})";
  MessagesRequestTrip manual(body, Model(catalog::ThinkingStyle::kBudget));
  EXPECT_EQ(manual.body().find("thinking"), std::string::npos) << manual.body();
  EXPECT_EQ(manual.Losses(), "-messages[1].content[0]:other_provider_reasoning ~thinking:lost_state_no_thinking");
  MessagesRequestTrip adaptive(body, Model(catalog::ThinkingStyle::kAdaptive));
  EXPECT_NE(adaptive.body().find(R"("thinking":{"type":"adaptive")"), std::string::npos);
}

TEST(MessagesRequestEncoder, LeavesSystemMessagesInPlace) {  // row 16
  const std::string body =
      Chat(R"("messages":[{"role":"system","content":"first"},{"role":"user","content":"a"},)"
           R"({"role":"system","content":"amid"},{"role":"assistant","content":"b"},{"role":"system","content":"odd"},)"
           R"({"role":"user","content":"c"}])");
  Exchange tagged(ChatEndpoint(), body, Uncached());
  EXPECT_EQ(From(tagged, "messages"),
            R"("messages":[{"role":"user","content":"a"},{"role":"user","content":"<system>amid</system>"},)"
            R"({"role":"assistant","content":"b"},{"role":"user","content":"<system>odd</system>"},)"
            R"({"role":"user","content":"c"}]})");
  UpstreamTarget able = Model(catalog::ThinkingStyle::kNone);
  able.model_info.system_amid = true;
  Exchange placed(ChatEndpoint(), body, able);
  EXPECT_EQ(From(placed, "messages"),
            R"("messages":[{"role":"user","content":"a"},)"
            R"({"role":"system","content":[{"type":"text","text":"amid"}]},{"role":"assistant","content":"b"},)"
            R"({"role":"user","content":"<system>odd</system>"},{"role":"user","content":"c"}]})");
  EXPECT_EQ(placed.Losses(), "~messages[4]:system_in_place");
}

TEST(MessagesRequestEncoder, AsksToCacheToolsAndHistories) {  // row 21
  const UpstreamTarget target = TargetOf(Dialect::kMessages);
  const std::string mark = R"("cache_control":{"type":"ephemeral"})";
  EXPECT_EQ(Exchange(ChatEndpoint(), Asking(R"("seed":null)"), target).upstream_body().find(mark), std::string::npos);
  EXPECT_NE(Exchange(ChatEndpoint(), Asking(kTool), target).upstream_body().find(mark), std::string::npos);
  const std::string history = Chat(
      R"("messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}])");
  EXPECT_NE(Exchange(ChatEndpoint(), history, target).upstream_body().find(mark), std::string::npos);
  EXPECT_EQ(Exchange(ChatEndpoint(), history, Uncached()).upstream_body().find(mark), std::string::npos);
}

TEST(MessagesRequestEncoder, CountsWithoutWhatOnlyAReplyNeeds) {  // row 27
  const Endpoint endpoint{Dialect::kGemini, Operation::kCountTokens, "m", StreamFraming::kNone};
  Exchange exchange(endpoint, R"({"contents":[{"role":"user","parts":[{"text":"x"}]}]})", TargetOf(Dialect::kMessages));
  ASSERT_TRUE(exchange.status().ok()) << exchange.status();
  EXPECT_EQ(exchange.upstream_body(), R"({"model":"upstream-model","messages":[{"role":"user","content":"x"}]})");
  EXPECT_EQ(exchange.Reply(R"({"input_tokens":9})"), Step::kDone);
  EXPECT_EQ(exchange.text(), R"({"totalTokens":9})");
}

TEST(MessagesRequestEncoder, LeavesBlankTextsOut) {
  Exchange exchange(ChatEndpoint(),
                    Chat(R"("messages":[{"role":"user","content":"a"},{"role":"assistant","content":" \n"},)"
                         R"({"role":"user","content":[{"type":"text","text":" "},{"type":"text","text":"b"}]}])"),
                    Uncached());
  EXPECT_EQ(From(exchange, "messages"), R"("messages":[{"role":"user","content":"a"},{"role":"user","content":"b"}]})");
  EXPECT_EQ(exchange.Losses(), "~messages[1]:empty_message_removed");
}

TEST(MessagesRequestEncoder, TakesNoSystemMessageBehindABlankOne) {  // row 16
  UpstreamTarget target = Uncached();
  target.model_info.system_amid = true;
  Exchange exchange(ChatEndpoint(),
                    Chat(R"("messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},)"
                         R"({"role":"user","content":" "},{"role":"system","content":"s"}])"),
                    target);
  EXPECT_EQ(From(exchange, "messages"),
            R"("messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},)"
            R"({"role":"user","content":"<system>s</system>"}]})");
}

TEST(MessagesRequestEncoder, RefusesAConversationWithoutContent) {
  for (const char* content : {R"("")", R"(" ")"}) {
    Exchange exchange(ChatEndpoint(), Chat(absl::StrCat(R"("messages":[{"role":"user","content":)", content, "}]")),
                      Uncached());
    ASSERT_FALSE(exchange.status().ok()) << exchange.upstream_body();
    EXPECT_EQ(exchange.error().kind, ErrorKind::kUnsupported);
    EXPECT_EQ(exchange.error().param, "messages");
  }
}

}  // namespace
}  // namespace ag::wire
