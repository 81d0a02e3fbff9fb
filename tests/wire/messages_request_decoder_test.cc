#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "gatewayd/wire/reasoning_envelope.h"
#include "messages_testing.h"

namespace ag::wire {
namespace {

std::string With(const std::string& members) {
  return R"({"model":"m","max_tokens":99,"messages":[{"role":"user","content":"x"}],)" + members + "}";
}
// A request whose first message holds the block.
std::string Holding(const std::string& block, const std::string& role = "user") {
  return R"({"model":"m","max_tokens":99,"messages":[{"role":")" + role + R"(","content":[)" + block +
         R"(,{"type":"text","text":"."}]},{"role":"user","content":"x"}]})";
}
UpstreamTarget Plain() {
  UpstreamTarget target = TargetOf(Dialect::kMessages);
  target.auto_cache = false;
  return target;
}

template <typename T>
const T& First(const MessagesRequestTrip& trip) {
  return std::get<T>(trip.request().messages[0].parts[0].value);
}

TEST(MessagesRequestDecoder, ReadsEveryKindOfImageAndDocument) {
  struct Case {
    const char* written;
    const char* sent;
  };
  const Case kCases[] = {
      {R"({"type":"image","source":{"type":"base64","media_type":"image/gif","data":"R0lG"}})",
       R"({"type":"image","source":{"type":"base64","media_type":"image/gif","data":"R0lG"}})"},
      {R"({"type":"image","source":{"type":"url","url":"https://a.com/b.png"},"transformations":{}})",
       R"({"type":"image","source":{"type":"url","url":"https://a.com/b.png"}})"},
      {R"({"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBE"},"title":"t",)"
       R"("context":"c"})",
       R"({"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBE"},"title":"t",)"
       R"("context":"c"})"},
      {R"({"type":"document","source":{"type":"text","media_type":"text/plain","data":"hi"}})",
       R"({"type":"document","source":{"type":"text","media_type":"text/plain","data":"hi"}})"},
      {R"({"type":"document","source":{"type":"url","url":"https://a.com/b.pdf"}})",
       R"({"type":"document","source":{"type":"url","url":"https://a.com/b.pdf"}})"},
      {R"({"type":"document","source":{"type":"content","content":"whole"}})",
       R"({"type":"document","source":{"type":"text","media_type":"text/plain","data":"whole"}})"},
      {R"({"type":"document","source":{"type":"content","content":[{"type":"text","text":"a"},)"
       R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA"}},{"type":"text","text":"b"}]}})",
       R"({"type":"document","source":{"type":"text","media_type":"text/plain","data":"a\nb"}},)"
       R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA"}})"},
      {R"({"type":"search_result","source":"https://a.com","title":"t","content":[{"type":"text","text":"found"}]})",
       R"({"type":"document","source":{"type":"text","media_type":"text/plain","data":"found"},"title":"t",)"
       R"("context":"https://a.com"})"},
  };
  for (const Case& each : kCases) {
    const MessagesRequestTrip trip(Holding(each.written), Plain());
    ASSERT_TRUE(trip.status().ok()) << each.written << trip.status();
    EXPECT_NE(trip.body().find(std::string(R"("content":[)") + each.sent + ","), std::string::npos) << trip.body();
    EXPECT_EQ(trip.Losses(), "") << each.written;
  }
}

TEST(MessagesRequestDecoder, RefusesFilesOfAnAccountAndUnsafeUrls) {  // rows 15 and 25
  for (const char* block : {R"({"type":"image","source":{"type":"file","file_id":"f"}})",
                            R"({"type":"document","source":{"type":"file","file_id":"f"}})",
                            R"({"type":"container_upload","file_id":"f"})"}) {
    EXPECT_EQ(MessagesRequestTrip(Holding(block)).error().kind, ErrorKind::kUnsupported) << block;
  }
  for (const char* url : {"http://a.com/x.png", "file:///etc/passwd", "https://localhost/x"}) {
    const MessagesRequestTrip trip(
        Holding(std::string(R"({"type":"image","source":{"type":"url","url":")") + url + "\"}}"));
    EXPECT_EQ(trip.error().kind, ErrorKind::kInvalidRequest) << url;
    EXPECT_EQ(trip.error().param, "messages[0].content[0].source.url");
  }
}

TEST(MessagesRequestDecoder, ReadsToolLoops) {  // row 11
  const std::string calls =
      R"({"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{"a": 1.50},)"
      R"("caller":{"type":"direct"}},{"type":"tool_use","id":"t2","name":"g","input":{}}]})";
  const std::string sent =
      R"({"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{"a": 1.50}},)"
      R"({"type":"tool_use","id":"t2","name":"g","input":{}}]})";
  const std::string results =
      R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"one"},)"
      R"({"type":"tool_result","tool_use_id":"t2","content":[{"type":"text","text":"two"},)"
      R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA"}}],"is_error":true}]})";
  const std::string head = R"({"model":"upstream-model","max_tokens":9,"messages":[{"role":"user","content":"go"},)";
  const MessagesRequestTrip trip(head + calls + "," + results + "]}", Plain());
  ASSERT_TRUE(trip.status().ok()) << trip.status();
  EXPECT_EQ(trip.body(), head + sent + "," + results + "]}");
}

TEST(MessagesRequestDecoder, ReadsWhatOnlyResultsHold) {
  const MessagesRequestTrip trip(
      R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"go"},)"
      R"({"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{}}]},)"
      R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[)"
      R"({"type":"tool_reference","tool_name":"g"},{"type":"search_result","source":"s","title":"t","content":[)"
      R"({"type":"text","text":"found"}]},{"type":"browser_state","tabs":[]}]}]}]})",
      Plain());
  ASSERT_TRUE(trip.status().ok()) << trip.status();
  EXPECT_NE(trip.body().find(R"("content":"g\nfound\n{\"type\":\"browser_state\",\"tabs\":[]}")"), std::string::npos)
      << trip.body();
}

TEST(MessagesRequestDecoder, OpensEnvelopesAndKeepsItsOwnState) {  // row 12
  ReasoningPart foreign;
  foreign.family = Family::kGemini;
  foreign.home = StateHome::kNextPart;
  foreign.signature = "state";
  const MessagesRequestTrip thinking(
      Holding(R"({"type":"thinking","thinking":"hm","signature":")" + SealState(foreign) + "\"}", "assistant"));
  const auto& opened = First<ReasoningPart>(thinking);
  EXPECT_EQ(opened.family, Family::kGemini);
  EXPECT_EQ(opened.home, StateHome::kNextPart);
  EXPECT_EQ(opened.signature, "state");
  EXPECT_EQ(opened.text, "hm");

  const MessagesRequestTrip redacted(Holding(R"({"type":"redacted_thinking","data":"Red=="})", "assistant"));
  EXPECT_EQ(First<ReasoningPart>(redacted).kind, ReasoningPart::Kind::kRedacted);
  EXPECT_EQ(First<ReasoningPart>(redacted).family, Family::kAnthropic);
  EXPECT_EQ(First<ReasoningPart>(redacted).signature, "Red==");

  const MessagesRequestTrip enveloped(
      Holding(R"({"type":"redacted_thinking","data":")" + SealState(foreign) + "\"}", "assistant"));
  EXPECT_EQ(First<ReasoningPart>(enveloped).signature, "state");
}

TEST(MessagesRequestDecoder, DropsBlocksOfServerToolsFromTheHistory) {  // row 23
  for (const char* type :
       {"server_tool_use", "web_search_tool_result", "web_fetch_tool_result", "code_execution_tool_result",
        "bash_code_execution_tool_result", "text_editor_code_execution_tool_result", "tool_search_tool_result",
        "mcp_tool_use", "mcp_tool_result", "advisor_tool_result", "fallback"}) {
    const MessagesRequestTrip trip(
        Holding(std::string(R"({"type":")") + type + R"(","id":"i","tool_use_id":"i","content":[]})", "assistant"));
    ASSERT_TRUE(trip.status().ok()) << type << trip.status();
    EXPECT_EQ(trip.Losses(), "-messages[0].content[0]:server_tool_history") << type;
  }
}

TEST(MessagesRequestDecoder, TellsTheSummaryOfAConversationThatWasNotSent) {
  const MessagesRequestTrip summary(Holding(R"({"type":"compaction","content":"What was said."})", "assistant"));
  EXPECT_EQ(First<TextPart>(summary).text, "What was said.");
  const MessagesRequestTrip whole(
      R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[)"
      R"({"type":"compaction","content":"What was said."},{"type":"text","text":"b"}]},{"role":"user","content":"c"}]})");
  EXPECT_EQ(whole.Losses(), "-messages[1].content[0]:server_tool_history");
}

TEST(MessagesRequestDecoder, ReadsFunctionTools) {
  const MessagesRequestTrip trip(
      With(R"("tools":[{"name":"f","description":"d","input_schema":{"type":"object"},"strict":false,)"
           R"("cache_control":{"type":"ephemeral","ttl":"1h"},"defer_loading":true,"eager_input_streaming":true,)"
           R"("input_examples":[{}],"allowed_callers":["direct"]},{"type":"custom","name":"g","input_schema":{}}],)"
           R"("tool_choice":{"type":"any","disable_parallel_tool_use":true})"),
      Plain());
  ASSERT_TRUE(trip.status().ok()) << trip.status();
  EXPECT_NE(trip.body().find(R"("tools":[{"name":"f","description":"d","input_schema":{"type":"object"}},)"
                             R"({"name":"g","input_schema":{"type":"object"}}],)"
                             R"("tool_choice":{"type":"any","disable_parallel_tool_use":true})"),
            std::string::npos)
      << trip.body();
  EXPECT_EQ(trip.Losses(),
            "-tools[0].defer_loading:not_in_dialect -tools[0].eager_input_streaming:not_in_dialect "
            "-tools[0].input_examples:not_in_dialect -tools[0].cache_control:not_in_dialect");
  EXPECT_EQ(trip.request().tools[0].cache->ttl, "1h");
}

TEST(MessagesRequestDecoder, MakesClientToolsFunctionsWithTheirSchema) {  // row 23
  const std::pair<const char*, const char*> kCases[] = {
      {R"({"type":"bash_20250124","name":"bash"})", "bash"},
      {R"({"type":"text_editor_20250124","name":"str_replace_editor"})", "str_replace_editor"},
      {R"({"type":"text_editor_20250728","name":"str_replace_based_edit_tool","max_characters":9})",
       "str_replace_based_edit_tool"},
      {R"({"type":"memory_20250818","name":"memory"})", "memory"},
  };
  for (const auto& [definition, name] : kCases) {
    const MessagesRequestTrip trip(With(std::string(R"("tools":[)") + definition + "]"));
    ASSERT_TRUE(trip.status().ok()) << trip.status();
    const ToolSpec& tool = trip.request().tools[0];
    EXPECT_EQ(tool.kind, ToolSpec::Kind::kFunction);
    EXPECT_EQ(tool.name, name);
    ASSERT_NE(tool.parameters, nullptr);
    EXPECT_NE(tool.parameters->Find("properties")->Find("command"), nullptr);
  }
}

TEST(MessagesRequestDecoder, RemovesOffersOfServerToolsUnlessTheyAreForced) {  // row 23
  for (const char* definition :
       {R"({"type":"code_execution_20260120","name":"code_execution"})", R"({"type":"web_fetch_20250910","name":"x"})",
        R"({"type":"computer_20250124","name":"computer","display_width_px":1})",
        R"({"type":"computer_toolset_20260801"})", R"({"type":"mcp_toolset","mcp_server_name":"s"})",
        R"({"type":"tool_search_tool_bm25_20251119","name":"s"})",
        R"({"type":"advisor_20260301","name":"advisor","model":"m"})", R"({"type":"brand_new_20270101","name":"n"})"}) {
    const MessagesRequestTrip trip(With(std::string(R"("tools":[)") + definition + "]"), Plain());
    ASSERT_TRUE(trip.status().ok()) << trip.status();
    EXPECT_EQ(trip.Losses(), "-tools[0]:other_provider_tool") << definition;
    EXPECT_EQ(trip.body().find("tools"), std::string::npos);
  }
  const MessagesRequestTrip forced(With(
      R"("tools":[{"type":"computer_20250124","name":"computer"}],"tool_choice":{"type":"tool","name":"computer"})"));
  EXPECT_EQ(forced.error().kind, ErrorKind::kUnsupported);
  EXPECT_EQ(forced.error().param, "tool_choice");
}

TEST(MessagesRequestDecoder, ReadsOutputFormatInBothPlaces) {
  const std::string format = R"({"type":"json_schema","schema":{"type":"object","properties":{},)"
                             R"("additionalProperties":false}})";
  for (const std::string& members :
       {R"("output_config":{"format":)" + format + R"(,"effort":"low"})", R"("output_format":)" + format}) {
    const MessagesRequestTrip trip(With(members), Plain());
    ASSERT_TRUE(trip.status().ok()) << trip.status();
    EXPECT_NE(trip.body().find(R"("output_config":{"format":)" + format + "}"), std::string::npos) << trip.body();
  }
  EXPECT_EQ(MessagesRequestTrip(With(R"("output_config":{"format":{"type":"json_schema"}})")).error().param,
            "output_config.format.schema");
}

TEST(MessagesRequestDecoder, AddsToolsOfSystemMessages) {
  const MessagesRequestTrip trip(
      R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"go"},{"role":"system","content":[)"
      R"({"type":"tool_addition","tool":{"type":"tool_definition","definition":{"name":"late","input_schema":{}}}},)"
      R"({"type":"tool_addition","tool":{"type":"tool_reference","name":"f"}}]}]})",
      Plain());
  ASSERT_TRUE(trip.status().ok()) << trip.status();
  EXPECT_EQ(trip.body(), R"({"model":"upstream-model","max_tokens":9,"messages":[{"role":"user","content":"go"}],)"
                         R"("tools":[{"name":"late","input_schema":{"type":"object"}}]})");
  EXPECT_EQ(trip.Losses(), "-messages[1].content[1]:not_in_dialect");
}

TEST(MessagesRequestDecoder, DropsWhatOnlySteersAnthropicsService) {
  const MessagesRequestTrip trip(
      With(
          R"("context_management":{"edits":[{"type":"clear_tool_uses_20250919"}]},"speed":"fast","inference_geo":"us",)"
          R"("mcp_servers":[{"type":"url","name":"s","url":"https://a.com"}],"diagnostics":{"previous_message_id":null},)"
          R"("compaction":{"type":"auto"},"cache_control":{"type":"ephemeral"},"anthropic_version":"x",)"
          R"("output_config":{"task_budget":{"type":"tokens","total":9}})"),
      Plain());
  ASSERT_TRUE(trip.status().ok()) << trip.status();
  EXPECT_EQ(trip.Losses(),
            "-context_management:not_in_dialect -speed:not_in_dialect -inference_geo:not_in_dialect "
            "-mcp_servers:not_in_dialect -diagnostics:not_in_dialect -compaction:not_in_dialect "
            "-cache_control:not_in_dialect -output_config.task_budget:not_in_dialect");
  EXPECT_EQ(
      MessagesRequestTrip(With(R"("speed":"standard","mcp_servers":[],"context_management":{})"), Plain()).Losses(),
      "");
}

TEST(MessagesRequestDecoder, RefusesByNameWhatItCannotCarry) {
  const std::pair<const char*, const char*> kCases[] = {
      {R"("thread":{"type":"create"})", "thread"},
      {R"("container":"c")", "container"},
      {R"("brand_new":1)", "brand_new"},
      {R"("output_config":{"brand_new":1})", "output_config.brand_new"},
  };
  for (const auto& [members, field] : kCases) {
    const MessagesRequestTrip trip(With(members));
    EXPECT_EQ(trip.error().kind, ErrorKind::kUnsupported) << members;
    EXPECT_EQ(trip.error().param, field);
  }
  const MessagesRequestTrip block(Holding(R"({"type":"brand_new"})"));
  EXPECT_EQ(block.error().param, "messages[0].content[0]");
}

TEST(MessagesRequestDecoder, NamesTheFieldOfAWrongType) {
  const std::pair<std::string, const char*> kCases[] = {
      {With(R"("tools":{})"), "tools"},
      {With(R"("tools":[{"name":"f"}])"), "tools[0].input_schema"},
      {With(R"("tools":[{"input_schema":{}}])"), "tools[0].name"},
      {With(R"("tool_choice":{"type":"some"})"), "tool_choice.type"},
      {With(R"("tool_choice":{"type":"tool"})"), "tool_choice.name"},
      {With(R"("thinking":{"type":"enabled"})"), "thinking.budget_tokens"},
      {With(R"("output_config":{"effort":"huge"})"), "output_config.effort"},
      {With(R"("system":5)"), "system"},
      {Holding(R"({"type":"tool_use","name":"f","input":{}})"), "messages[0].content[0].id"},
      {Holding(R"({"type":"tool_use","id":"i","name":"f","input":[]})"), "messages[0].content[0].input"},
      {Holding(R"({"type":"tool_result","content":"x"})"), "messages[0].content[0].tool_use_id"},
      {Holding(R"({"type":"tool_result","tool_use_id":"i","content":5})"), "messages[0].content[0].content"},
      {Holding(R"({"type":"image","source":{"type":"odd"}})"), "messages[0].content[0].source.type"},
      {Holding(R"({"type":"image"})"), "messages[0].content[0].source"},
      {Holding(R"({"text":"x"})"), "messages[0].content[0].type"},
      {R"({"model":"m","messages":[{"role":"robot","content":"x"}]})", "messages[0].role"},
      {R"({"model":"m","messages":[]})", "messages"},
  };
  for (const auto& [body, field] : kCases) {
    const MessagesRequestTrip trip(body);
    EXPECT_EQ(trip.error().kind, ErrorKind::kInvalidRequest) << body;
    EXPECT_EQ(trip.error().param, field) << body;
  }
}

}  // namespace
}  // namespace ag::wire
