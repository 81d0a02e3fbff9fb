#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "translation_testing.h"

// Chat requests, read and written again: what a chat client says reaches a chat upstream by way of the canonical form.
namespace ag::wire {
namespace {

UpstreamTarget Compatible() {
  UpstreamTarget target = TargetOf(Dialect::kChat);
  target.quirks.max_completion_tokens = false;
  target.quirks.developer_role = false;
  target.quirks.openai_service = false;
  return target;
}

std::string With(const std::string& messages, const std::string& more = "") {
  return R"({"model":"m","messages":[)" + messages + "]" + (more.empty() ? "" : "," + more) + "}";
}
std::string Minimal(const std::string& more) { return With(R"({"role":"user","content":"x"})", more); }

// The body that reaches the upstream, or the error.
std::string Sent(const std::string& body, const UpstreamTarget& target = TargetOf(Dialect::kChat),
                 std::string* losses = nullptr) {
  Exchange exchange(ChatEndpoint(), body, target);
  if (!exchange.status().ok()) return exchange.error().param + ": " + std::string(exchange.status().message());
  if (losses != nullptr) *losses = exchange.Losses();
  return exchange.upstream_body();
}

std::string Expected(const std::string& messages, const std::string& more = "") {
  return R"({"model":"upstream-model","messages":[)" + messages + "]" + (more.empty() ? "" : "," + more) + "}";
}

// TRANSLATION row 11: one `tool` message a result, in the order of the calls, directly after them.
TEST(ChatToolHistory, ResultsStandDirectlyAfterTheirCallsInOrder) {
  const std::string calls = R"({"role":"assistant","content":null,"tool_calls":[)"
                            R"({"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\": 1}"}},)"
                            R"({"id":"call_2","type":"function","function":{"name":"g","arguments":""}}]})";
  const std::string body = With(R"({"role":"user","content":"x"},)" + calls +
                                R"(,{"role":"tool","tool_call_id":"call_2","content":"two"},)"
                                R"({"role":"tool","tool_call_id":"call_1","content":[{"type":"text","text":"one"},)"
                                R"({"type":"text","text":"more"}]},{"role":"user","content":"go on"})");
  std::string losses;
  EXPECT_EQ(Sent(body, TargetOf(Dialect::kChat), &losses),
            Expected(R"({"role":"user","content":"x"},{"role":"assistant","content":null,"tool_calls":[)"
                     R"({"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\": 1}"}},)"
                     R"({"id":"call_2","type":"function","function":{"name":"g","arguments":"{}"}}]},)"
                     R"({"role":"tool","tool_call_id":"call_1","content":[{"type":"text","text":"one"},)"
                     R"({"type":"text","text":"more"}]},)"
                     R"({"role":"tool","tool_call_id":"call_2","content":"two"},{"role":"user","content":"go on"})"));
  EXPECT_EQ(losses, "");
}

TEST(ChatToolHistory, ResultsWithoutTheirCallAreNoConversation) {
  EXPECT_EQ(Sent(With(R"({"role":"tool","tool_call_id":"call_1","content":"r"})")).substr(0, 9), "messages:");
}

TEST(ChatToolHistory, OlderFunctionCallsAreToolCalls) {
  const std::string sent =
      Sent(With(R"({"role":"user","content":"x"},{"role":"assistant","content":null,)"
                R"("function_call":{"name":"f","arguments":"{}"}},{"role":"function","name":"f","content":"r"})"));
  const std::size_t at = sent.find(R"("id":"call_)");
  ASSERT_NE(at, std::string::npos) << sent;
  const std::string id = sent.substr(at + 6, 29);
  EXPECT_NE(sent.find(R"({"role":"tool","tool_call_id":")" + id + R"(","content":"r"})"), std::string::npos) << sent;
}

TEST(ChatToolHistory, LongIdsBecomeLegalOnesInCallAndResult) {
  const std::string id(41, 'x');
  const std::string sent = Sent(With(R"({"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":")" + id +
                                     R"(","type":"function","function":{"name":"f","arguments":"{}"}}]},)"
                                     R"({"role":"tool","tool_call_id":")" +
                                     id + R"(","content":"r"})"));
  EXPECT_EQ(sent.find(id), std::string::npos);
  const std::string legal = sent.substr(sent.find(R"("id":"call_)") + 6, 29);
  EXPECT_NE(sent.find(R"("tool_call_id":")" + legal + '"'), std::string::npos) << sent;
}

// TRANSLATION row 11: images of results follow in a user message, after the last result.
TEST(ChatToolHistory, ImagesOfResultsFollowTheResults) {
  std::string losses;
  const std::string sent = Sent(With(R"({"role":"user","content":"x"},{"role":"assistant","tool_calls":[)"
                                     R"({"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},)"
                                     R"({"id":"b","type":"function","function":{"name":"f","arguments":"{}"}}]},)"
                                     R"({"role":"tool","tool_call_id":"a","content":[{"type":"text","text":"seen"},)"
                                     R"({"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},)"
                                     R"({"role":"tool","tool_call_id":"b","content":"r"})"),
                                TargetOf(Dialect::kChat), &losses);
  EXPECT_NE(sent.find(R"({"role":"tool","tool_call_id":"a","content":"seen"},)"
                      R"({"role":"tool","tool_call_id":"b","content":"r"},{"role":"user","content":[)"
                      R"({"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}])"),
            std::string::npos)
      << sent;
  EXPECT_EQ(losses, "~messages[2].content[1]:result_media_moved");
}

TEST(ChatContent, EveryPartReachesTheUpstream) {
  const std::string content =
      R"({"role":"user","content":[{"type":"text","text":"a"},)"
      R"({"type":"image_url","image_url":{"url":"https://example.com/a.png","detail":"low"}},)"
      R"({"type":"image_url","image_url":{"url":"data:image/jpeg;base64,/9j/"}},)"
      R"({"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}},)"
      R"({"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0="}},)"
      R"({"type":"file","file":{"file_id":"file-1"}}]})";
  std::string losses;
  EXPECT_EQ(Sent(With(content), TargetOf(Dialect::kChat), &losses), Expected(content));
  EXPECT_EQ(losses, "");
}

TEST(ChatContent, BareBase64OfAFileGetsItsType) {
  EXPECT_EQ(
      Sent(With(R"({"role":"user","content":[{"type":"file","file":{"filename":"a.pdf","file_data":"JVBERi0="}}]})")),
      Expected(R"({"role":"user","content":[{"type":"file","file":{"filename":"a.pdf",)"
               R"("file_data":"data:application/pdf;base64,JVBERi0="}}]})"));
}

TEST(ChatContent, RefusesWhatNoOneMayBeSentTo) {
  const std::pair<const char*, const char*> kCases[] = {
      {R"({"type":"image_url","image_url":{"url":"http://10.0.0.1/a.png"}})", "messages[0].content[0].image_url.url"},
      {R"({"type":"image_url","image_url":{"url":"/etc/passwd"}})", "messages[0].content[0].image_url.url"},
      {R"({"type":"image_url"})", "messages[0].content[0].image_url"},
      {R"({"type":"input_audio","input_audio":{"data":"x"}})", "messages[0].content[0].input_audio.format"},
      {R"({"type":"file","file":{}})", "messages[0].content[0].file.file_data"},
      {R"({"type":"file","file":{"file_data":"file:///etc/passwd"}})", "messages[0].content[0].file.file_data"},
      {R"({"type":"hologram"})", "messages[0].content[0]"},
      {R"({"text":"x"})", "messages[0].content[0].type"},
  };
  for (const auto& [part, field] : kCases) {
    Exchange exchange(ChatEndpoint(), With(R"({"role":"user","content":[)" + std::string(part) + "]}"),
                      TargetOf(Dialect::kChat));
    EXPECT_EQ(exchange.error().param, field) << part << exchange.status();
  }
}

// TRANSLATION row 15.
TEST(ChatContent, FileIdsOfOneCompanyDoNotReachAnother) {
  Exchange exchange(ChatEndpoint(), With(R"({"role":"user","content":[{"type":"file","file":{"file_id":"file-1"}}]})"),
                    Compatible());
  EXPECT_EQ(exchange.error().kind, ErrorKind::kUnsupported);
  EXPECT_EQ(exchange.error().param, "messages[0].content[0]");
}

TEST(ChatContent, ServersThatTakeTextAloneGetOneText) {
  UpstreamTarget target = Compatible();
  target.quirks.text_parts = false;
  std::string losses;
  EXPECT_EQ(Sent(With(R"({"role":"developer","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},)"
                      R"({"role":"user","content":[{"type":"text","text":"c"}]})"),
                 target, &losses),
            Expected(R"({"role":"system","content":"a\nb"},{"role":"user","content":"c"})"));
  EXPECT_EQ(losses, "~messages[0]:texts_joined");
}

// TRANSLATION row 26.
TEST(ChatReasoning, GoesBackOnlyWhereTheServerWantsIt) {
  const std::string body =
      With(R"({"role":"user","content":"x"},{"role":"assistant","reasoning_content":"hm","tool_calls":[)"
           R"({"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},)"
           R"({"role":"tool","tool_call_id":"a","content":"r"},{"role":"assistant","content":"","tool_calls":[)"
           R"({"id":"b","type":"function","function":{"name":"f","arguments":"{}"}}]},)"
           R"({"role":"tool","tool_call_id":"b","content":"r"},{"role":"assistant","content":"so"},)"
           R"({"role":"user","content":"y"})");
  UpstreamTarget target = Compatible();
  target.quirks.reasoning_content_back = true;
  std::string losses;
  const std::string sent = Sent(body, target, &losses);
  EXPECT_NE(sent.find(R"("content":null,"reasoning_content":"hm","tool_calls")"), std::string::npos) << sent;
  EXPECT_NE(sent.find(R"("content":null,"reasoning_content":"","tool_calls")"), std::string::npos) << sent;
  EXPECT_NE(sent.find(R"({"role":"assistant","content":"so"})"), std::string::npos) << sent;
  EXPECT_EQ(losses, "");
  EXPECT_EQ(Sent(body, TargetOf(Dialect::kChat), &losses).find("reasoning"), std::string::npos);
  EXPECT_EQ(losses, "-messages[1].reasoning_content:other_provider_reasoning");
}

TEST(ChatReasoning, IsReadUnderEachOfItsNamesOnce) {
  UpstreamTarget target = Compatible();
  target.quirks.reasoning_content_back = true;
  for (const char* member : {R"("reasoning":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm"}])",
                             R"("reasoning_details":[{"type":"reasoning.summary","summary":"hm"}])",
                             R"("reasoning_content":"hm","reasoning":"hm")"}) {
    const std::string sent = Sent(With(R"({"role":"user","content":"x"},{"role":"assistant","content":"y",)" +
                                       std::string(member) + R"(},{"role":"user","content":"z"})"),
                                  target);
    EXPECT_NE(sent.find(R"({"role":"assistant","content":"y","reasoning_content":"hm"})"), std::string::npos) << sent;
  }
}

TEST(ChatTools, EveryDefinitionReachesTheUpstream) {
  const std::string tools =
      R"("tools":[{"type":"function","function":{"name":"f","description":"d",)"
      R"("parameters":{"type":"object","properties":{"a":{"type":"number","minimum":0.10}}},"strict":true}},)"
      R"({"type":"function","function":{"name":"g"}},)"
      R"({"type":"custom","custom":{"name":"c","description":"e","format":{"type":"grammar",)"
      R"("grammar":{"syntax":"lark","definition":"start: \"a\""}}}}])";
  std::string losses;
  EXPECT_EQ(Sent(Minimal(tools + R"(,"parallel_tool_calls":false)"), TargetOf(Dialect::kChat), &losses),
            Expected(R"({"role":"user","content":"x"})", tools + R"(,"parallel_tool_calls":false)"));
  EXPECT_EQ(losses, "");
}

// TRANSLATION row 23.
TEST(ChatTools, CustomToolsAreFunctionsForOtherServers) {
  std::string losses;
  const std::string sent = Sent(
      With(
          R"({"role":"user","content":"x"},{"role":"assistant","tool_calls":[)"
          R"({"id":"a","type":"custom","custom":{"name":"c","input":"say \"hi\""}}]},)"
          R"({"role":"tool","tool_call_id":"a","content":"r"})",
          R"("tools":[{"type":"custom","custom":{"name":"c","format":{"type":"grammar",)"
          R"("grammar":{"syntax":"regex","definition":"a+"}}}}],"tool_choice":{"type":"custom","custom":{"name":"c"}})"),
      Compatible(), &losses);
  EXPECT_NE(sent.find(R"("tool_calls":[{"id":"a","type":"function","function":{"name":"c",)"
                      R"("arguments":"{\"input\":\"say \\\"hi\\\"\"}"}}])"),
            std::string::npos)
      << sent;
  EXPECT_NE(
      sent.find(R"("tools":[{"type":"function","function":{"name":"c","parameters":{"type":"object",)"
                R"("properties":{"input":{"type":"string"}},"required":["input"],"additionalProperties":false}}}],)"
                R"("tool_choice":{"type":"function","function":{"name":"c"}})"),
      std::string::npos)
      << sent;
  EXPECT_EQ(losses, "-tools[0]:custom_grammar");
}

// TRANSLATION row 10.
TEST(ChatTools, ChoicesReachTheUpstream) {
  const std::string tools = R"("tools":[{"type":"function","function":{"name":"f"}},)"
                            R"({"type":"custom","custom":{"name":"c"}}])";
  for (const char* choice :
       {R"("auto")", R"("none")", R"("required")", R"({"type":"function","function":{"name":"f"}})",
        R"({"type":"custom","custom":{"name":"c"}})",
        R"({"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":)"
        R"({"name":"f"}},{"type":"custom","custom":{"name":"c"}}]}})"}) {
    const std::string more = tools + R"(,"tool_choice":)" + choice;
    EXPECT_EQ(Sent(Minimal(more)), Expected(R"({"role":"user","content":"x"})", more));
  }
  std::string losses;
  const std::string sent = Sent(
      Minimal(R"("tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"g"}}],)"
              R"("tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[)"
              R"({"type":"function","function":{"name":"g"}}]}})"),
      Compatible(), &losses);
  EXPECT_NE(sent.find(R"("tools":[{"type":"function","function":{"name":"g"}}],"tool_choice":"auto")"),
            std::string::npos)
      << sent;
  EXPECT_EQ(losses, "~tool_choice:allowed_subset");
}

TEST(ChatTools, OlderFunctionsAreToolsCalledOneAtATime) {
  EXPECT_EQ(Sent(Minimal(R"("functions":[{"name":"f","parameters":{"type":"object"}}],"function_call":{"name":"f"})")),
            Expected(R"({"role":"user","content":"x"})",
                     R"("tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],)"
                     R"("tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false)"));
}

// TRANSLATION row 23: chat searches the web with search models alone.
TEST(ChatTools, WebSearchIsForSearchModels) {
  const std::string options = R"("web_search_options":{"search_context_size":"low","user_location":)"
                              R"({"type":"approximate","approximate":{"city":"Rome","country":"IT"}}})";
  UpstreamTarget target = TargetOf(Dialect::kChat);
  target.model = "gpt-4o-search-preview";
  std::string losses;
  EXPECT_NE(Sent(Minimal(options), target, &losses).find(options), std::string::npos);
  EXPECT_EQ(losses, "");
  EXPECT_EQ(Sent(Minimal(options), TargetOf(Dialect::kChat), &losses), Expected(R"({"role":"user","content":"x"})"));
  EXPECT_EQ(losses, "-web_search_options:other_provider_tool");
  Exchange forced(ChatEndpoint(), Minimal(options + R"(,"tool_choice":"required")"), TargetOf(Dialect::kChat));
  EXPECT_EQ(forced.error().kind, ErrorKind::kUnsupported);
  EXPECT_EQ(forced.error().param, "tool_choice");
}

// TRANSLATION row 18.
TEST(ChatFormat, ReachesServersThatHaveIt) {
  for (
      const char* format :
      {R"({"type":"json_object"})",
       R"({"type":"json_schema","json_schema":{"name":"n","description":"d","schema":{"type":"object"},"strict":true}})"}) {
    const std::string more = R"("response_format":)" + std::string(format);
    EXPECT_EQ(Sent(Minimal(more)), Expected(R"({"role":"user","content":"x"})", more));
  }
  EXPECT_EQ(Sent(Minimal(R"("response_format":{"type":"text"})")), Expected(R"({"role":"user","content":"x"})"));
}

TEST(ChatFormat, IsAForcedToolForServersWithoutIt) {
  UpstreamTarget target = Compatible();
  target.quirks.json_schema = false;
  const std::string format =
      R"("response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}})";
  Exchange exchange(ChatEndpoint(), Minimal(format), target);
  ASSERT_TRUE(exchange.status().ok()) << exchange.status();
  EXPECT_NE(exchange.upstream_body().find(R"("parameters":{"type":"object"}}}],"tool_choice":{"type":"function",)"
                                          R"("function":{"name":"json_reply"}})"),
            std::string::npos)
      << exchange.upstream_body();
  EXPECT_EQ(exchange.Losses(), "~response_format:json_by_tool");
  exchange.Reply(
      R"({"id":"c","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,)"
      R"("tool_calls":[{"id":"a","type":"function","function":{"name":"json_reply","arguments":"{\"a\":1}"}}]},)"
      R"("finish_reason":"tool_calls"}]})");
  EXPECT_NE(exchange.text().find(R"("content":"{\"a\":1}","refusal":null},"logprobs":null,"finish_reason":"stop")"),
            std::string::npos)
      << exchange.text();
  Exchange with_tools(ChatEndpoint(), Minimal(format + R"(,"tools":[{"type":"function","function":{"name":"f"}}])"),
                      target);
  EXPECT_EQ(with_tools.error().param, "response_format");
}

// TRANSLATION rows 4, 21 and 22: what steers OpenAI's service stays within it.
TEST(ChatService, ItsFieldsStayWithinTheCompany) {
  const std::string fields =
      R"("logit_bias":{"50256":-100},"verbosity":"low","user":"u","metadata":{"a":"b"},"prompt_cache_key":"k",)"
      R"("service_tier":"flex","store":true,"prompt_cache_retention":"24h")";
  std::string losses;
  EXPECT_EQ(Sent(Minimal(fields), TargetOf(Dialect::kChat), &losses),
            Expected(R"({"role":"user","content":"x"})", fields));
  EXPECT_EQ(losses, "");
  EXPECT_EQ(Sent(Minimal(fields), Compatible(), &losses), Expected(R"({"role":"user","content":"x"})"));
  EXPECT_EQ(losses,
            "-verbosity:not_in_dialect -prompt_cache_retention:not_in_dialect -user:affinity_only "
            "-metadata:affinity_only -prompt_cache_key:affinity_only -service_tier:other_provider "
            "-store:other_provider -logit_bias:not_in_dialect");
}

TEST(ChatSampling, LogprobsReachChatAndModelsWithoutThemAreRefused) {
  EXPECT_EQ(Sent(Minimal(R"("logprobs":true,"top_logprobs":2)")),
            Expected(R"({"role":"user","content":"x"})", R"("logprobs":true,"top_logprobs":2)"));
  UpstreamTarget target = TargetOf(Dialect::kChat);
  target.model_info.known = true;
  target.model_info.sampling = false;
  Exchange exchange(ChatEndpoint(), Minimal(R"("logprobs":true)"), target);
  EXPECT_EQ(exchange.error().param, "logprobs");
}

// TRANSLATION row 1.
TEST(ChatReasoning, ControlsAreReadAndSwitchedOff) {
  UpstreamTarget target = Compatible();
  target.quirks.thinking_switch = true;
  for (const char* off : {R"("reasoning_effort":"none")", R"("thinking":{"type":"disabled"})",
                          R"("reasoning":{"enabled":false})", R"("reasoning":{"effort":"none"})"}) {
    EXPECT_NE(Sent(Minimal(off), target).find(R"("thinking":{"type":"disabled"})"), std::string::npos) << off;
  }
  target.model_info.known = true;
  target.model_info.thinking = catalog::ThinkingStyle::kEffort;
  target.model_info.efforts = {"low", "high"};
  for (const auto& [asked, effort] :
       {std::pair{R"("reasoning":{"effort":"medium"})", "low"},
        std::pair{R"("reasoning":{"max_tokens":30000})", "high"},
        std::pair{R"("thinking":{"type":"enabled"},"reasoning_effort":"high")", "high"}}) {
    EXPECT_NE(Sent(Minimal(asked), target).find(R"("reasoning_effort":")" + std::string(effort) + '"'),
              std::string::npos)
        << asked;
  }
}

TEST(ChatRequest, MalformedMembersAreNamed) {
  const std::pair<const char*, const char*> kCases[] = {
      {R"("tools":{})", "tools"},
      {R"("tools":[{"function":{}}])", "tools[0].function.name"},
      {R"("tools":[{"type":"function"}])", "tools[0].function"},
      {R"("tools":[{"type":"function","function":{"name":"f","parameters":[]}}])", "tools[0].function.parameters"},
      {R"("tools":[{"type":"custom","custom":{}}])", "tools[0].custom.name"},
      {R"("tools":[{}])", "tools[0].type"},
      {R"("tool_choice":"perhaps")", "tool_choice"},
      {R"("tool_choice":{"type":"function"})", "tool_choice"},
      {R"("tool_choice":{"type":"allowed_tools","allowed_tools":{}})", "tool_choice.allowed_tools.tools"},
      {R"("functions":[{}])", "functions[0].name"},
      {R"("function_call":{})", "function_call.name"},
      {R"("response_format":{})", "response_format.type"},
      {R"("response_format":{"type":"json_schema"})", "response_format.json_schema"},
      {R"("response_format":{"type":"json_schema","json_schema":{"schema":1}})", "response_format.json_schema.schema"},
      {R"("web_search_options":1)", "web_search_options"},
      {R"("reasoning":"high")", "reasoning"},
      {R"("reasoning_effort":"huge")", "reasoning_effort"},
  };
  for (const auto& [member, field] : kCases) {
    Exchange exchange(ChatEndpoint(), Minimal(member), TargetOf(Dialect::kChat));
    EXPECT_EQ(exchange.error().kind, ErrorKind::kInvalidRequest) << member;
    EXPECT_EQ(exchange.error().param, field) << member;
  }
  const std::pair<const char*, const char*> kMessages[] = {
      {R"({"role":"tool","content":"x"})", "messages[0].tool_call_id"},
      {R"({"role":"function","content":"x"})", "messages[0].name"},
      {R"({"role":"assistant","tool_calls":{}})", "messages[0].tool_calls"},
      {R"({"role":"assistant","tool_calls":[{"id":"a"}]})", "messages[0].tool_calls[0].function"},
      {R"({"role":"assistant","tool_calls":[{"function":{"name":"f"}}]})", "messages[0].tool_calls[0].id"},
      {R"({"role":"assistant","tool_calls":[{"id":"a","function":{}}]})", "messages[0].tool_calls[0].function.name"},
      {R"({"role":"assistant","refusal":1})", "messages[0].refusal"},
      {R"({"role":"assistant","function_call":"f"})", "messages[0].function_call"},
      {R"({"content":"x"})", "messages[0].role"},
  };
  for (const auto& [message, field] : kMessages) {
    Exchange exchange(ChatEndpoint(), With(message), TargetOf(Dialect::kChat));
    EXPECT_EQ(exchange.error().kind, ErrorKind::kInvalidRequest) << message;
    EXPECT_EQ(exchange.error().param, field) << message;
  }
}

TEST(ChatRequest, SoundIsRefusedByName) {
  Exchange out(ChatEndpoint(), Minimal(R"("modalities":["text","audio"],"audio":{"voice":"x","format":"wav"})"),
               TargetOf(Dialect::kMessages));
  EXPECT_EQ(out.error().param, "modalities");
  Exchange history(ChatEndpoint(),
                   With(R"({"role":"user","content":"x"},{"role":"assistant","audio":{"id":"a"}},)"
                        R"({"role":"user","content":"y"})"),
                   TargetOf(Dialect::kMessages));
  EXPECT_EQ(history.error().param, "messages[1].audio");
}

}  // namespace
}  // namespace ag::wire
