#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "event_text.h"
#include "gatewayd/wire/registry.h"
#include "translation_testing.h"

// Each documented type of item (https://platform.openai.com/docs/api-reference/responses/object), as a part of the
// history and as a part of a reply.
namespace ag::wire {
namespace {

const Endpoint kResponses{Dialect::kResponses, Operation::kGenerate, {}, StreamFraming::kNone};

// What a provider of another family gets of a history with the item in it, up to the last text and with the losses; or
// the refusal and its field.
std::string History(const std::string& item) {
  Exchange exchange(kResponses,
                    R"({"model":"m","max_output_tokens":9,"input":[{"role":"user","content":"x"},)" + item +
                        R"(,{"role":"user","content":"y"}]})",
                    TargetOf(Dialect::kMessages));
  if (!exchange.status().ok()) return std::string(NameOf(exchange.error().kind)) + " " + exchange.error().param;
  const std::string& body = exchange.upstream_body();
  const std::size_t begin = body.find(R"({"role":"user")");
  std::string messages = body.substr(begin, body.find(R"("y")") + 3 - begin);
  if (!exchange.Losses().empty()) messages += " " + exchange.Losses();
  return messages;
}

const std::string kDropped =
    R"({"role":"user","content":[{"type":"text","text":"x"},{"type":"text","text":"y" -input[1]:server_tool_history)";

TEST(ResponsesHistory, KeepsWhatEveryProviderKnows) {
  EXPECT_EQ(History(R"({"type":"message","role":"assistant","id":"msg_1","status":"completed","content":[)"
                    R"({"type":"output_text","text":"a","annotations":[],"logprobs":[]},)"
                    R"({"type":"refusal","refusal":"no"}]})"),
            R"({"role":"user","content":"x"},{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"text",)"
            R"("text":"no"}]},{"role":"user","content":"y")");
  EXPECT_EQ(History(R"({"type":"function_call","id":"fc_1","call_id":"c","name":"f","arguments":"{\"a\":1}"},)"
                    R"({"type":"function_call_output","call_id":"c","output":"ok"})"),
            R"({"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"c","name":"f",)"
            R"("input":{"a":1}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"ok"},)"
            R"({"type":"text","text":"y")");
  EXPECT_EQ(History(R"({"type":"custom_tool_call","id":"ctc_1","call_id":"c","name":"f","input":"raw"},)"
                    R"({"type":"custom_tool_call_output","call_id":"c","output":"ok"})"),
            R"({"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"c","name":"f",)"
            R"("input":{"input":"raw"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c",)"
            R"("content":"ok"},{"type":"text","text":"y")");
  EXPECT_EQ(History(R"({"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"t"}],)"
                    R"("encrypted_content":"gAAA"})"),
            R"({"role":"user","content":[{"type":"text","text":"x"},{"type":"text","text":"y")"
            " -input[1]:other_provider_reasoning");
}

// TRANSLATION row 23.
TEST(ResponsesHistory, LeavesOutWhatToolsOfOpenAiDid) {
  const std::string_view kItems[] = {
      R"({"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search","query":"q"}})",
      R"({"type":"file_search_call","id":"fs_1","status":"completed","queries":["q"],"results":null})",
      R"({"type":"code_interpreter_call","id":"ci_1","status":"completed","code":"1","container_id":"c","outputs":[]})",
      R"({"type":"computer_call","id":"cu_1","call_id":"c","status":"completed","action":{"type":"screenshot"},)"
      R"("pending_safety_checks":[]})",
      R"({"type":"image_generation_call","id":"ig_1","status":"completed","result":"iVBO"})",
      R"({"type":"local_shell_call","id":"lsh_1","call_id":"c","status":"completed","action":{"type":"exec",)"
      R"("command":["ls"],"env":{}}})",
      R"({"type":"shell_call","id":"sh_1","call_id":"c","status":"completed","action":{"commands":["ls"]}})",
      R"({"type":"apply_patch_call","id":"apc_1","call_id":"c","status":"completed","operation":)"
      R"({"type":"delete_file","path":"a"}})",
      R"({"type":"mcp_list_tools","id":"mcpl_1","server_label":"s","tools":[]})",
      R"({"type":"mcp_call","id":"mcp_1","server_label":"s","name":"f","arguments":"{}","output":"ok"})",
      R"({"type":"mcp_approval_request","id":"mcpr_1","server_label":"s","name":"f","arguments":"{}"})",
      R"({"type":"tool_search_call","id":"ts_1","execution":"server","arguments":{}})",
      R"({"type":"program","id":"prg_1","call_id":"c","code":"1","fingerprint":"f"})",
      R"({"type":"program_output","id":"po_1","call_id":"c","result":"1","status":"completed"})",
  };
  for (const std::string_view item : kItems) EXPECT_EQ(History(std::string(item)), kDropped) << item;
}

TEST(ResponsesHistory, LeavesOutWhatTheClientAnsweredToThem) {
  const std::string_view kItems[] = {
      R"({"type":"computer_call_output","call_id":"c","output":{"type":"computer_screenshot","image_url":"data:"}})",
      R"({"type":"local_shell_call_output","id":"lsh_1","output":"ok"})",
      R"({"type":"shell_call_output","call_id":"c","output":[]})",
      R"({"type":"apply_patch_call_output","call_id":"c","status":"completed","output":"ok"})",
      R"({"type":"mcp_approval_response","approval_request_id":"mcpr_1","approve":true})",
      R"({"type":"tool_search_output","id":"tso_1","execution":"server","tools":[]})",
  };
  for (const std::string_view item : kItems) EXPECT_EQ(History(std::string(item)), kDropped) << item;
}

// TRANSLATION row 14: without what the provider keeps, the conversation would be another.
TEST(ResponsesHistory, RefusesWhatOnlyTheProviderHas) {
  const std::string_view kItems[] = {
      R"({"type":"item_reference","id":"msg_1"})",
      R"({"id":"msg_1"})",
      R"({"type":"compaction","id":"cmp_1","encrypted_content":"g"})",
      R"({"type":"compaction_trigger"})",
      R"({"type":"item_of_tomorrow"})",
  };
  for (const std::string_view item : kItems) EXPECT_EQ(History(std::string(item)), "unsupported input[1]") << item;
}

// What the item becomes in a reply, between its beginning and its end.
std::string Reply(const std::string& item) {
  const std::string events =
      EventsOfBody(CodecOf(Dialect::kResponses).make_reply_decoder(),
                   R"({"id":"resp_1","model":"m","status":"completed","output":[)" + item + "]}");
  const std::size_t begin = events.find('\n') + 1;
  return events.substr(begin, events.find("finished") - begin);
}

TEST(ResponsesReplyItems, AreGivenWhereOtherApisKnowThem) {
  EXPECT_EQ(Reply(R"({"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[)"
                  R"({"type":"output_text","text":"a","annotations":[]},{"type":"refusal","refusal":"no"}]})"),
            "0 begin text\n0 text a\n0 end\n1 begin refusal\n1 text no\n1 end\n");
  EXPECT_EQ(Reply(R"({"type":"function_call","id":"fc_1","call_id":"c","name":"f","arguments":"{}"})"),
            "0 begin call #c f\n0 json {}\n0 end\n");
  EXPECT_EQ(Reply(R"({"type":"custom_tool_call","id":"ctc_1","call_id":"c","name":"f","input":"raw"})"),
            "0 begin call #c f custom\n0 json raw\n0 end\n");
  EXPECT_EQ(Reply(R"({"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"t"}],)"
                  R"("encrypted_content":"gAAA"})"),
            "0 begin reasoning\n0 text t\n0 state openai own gAAA\n0 end\n");
  EXPECT_EQ(Reply(R"({"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search",)"
                  R"("queries":["q","r"]}})"),
            "0 begin server #ws_1 web_search\n0 json {\"query\":\"q\"}\n0 end\n");
}

TEST(ResponsesReplyItems, AreNotedWhereOtherApisHaveNoPlace) {
  const std::string_view kTypes[] = {"file_search_call",   "code_interpreter_call",
                                     "computer_call",      "image_generation_call",
                                     "local_shell_call",   "shell_call",
                                     "shell_call_output",  "apply_patch_call",
                                     "mcp_list_tools",     "mcp_call",
                                     "tool_search_output", "apply_patch_call_output",
                                     "tool_search_call",   "mcp_approval_request",
                                     "compaction",         "program",
                                     "program_output",     "item_of_tomorrow"};
  for (const std::string_view type : kTypes) {
    const std::string item = R"({"type":")" + std::string(type) + R"(","id":"i"})";
    EXPECT_EQ(Reply(item), "lost output[0] server_tool_reply\n") << type;
  }
}

}  // namespace
}  // namespace ag::wire
