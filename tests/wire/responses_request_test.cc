#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "gatewayd/base/strings.h"
#include "gatewayd/wire/reasoning_envelope.h"
#include "gatewayd/wire/registry.h"
#include "translation_testing.h"

// Requests of the dialect through the canonical form and back, which shows what both sides keep, and requests of
// others.
namespace ag::wire {
namespace {

Endpoint ResponsesEndpoint() { return {Dialect::kResponses, Operation::kGenerate, {}, StreamFraming::kNone}; }

std::string With(const std::string& members) { return R"({"model":"m",)" + members + "}"; }

class RoundTrip {
 public:
  explicit RoundTrip(const std::string& members, UpstreamTarget target = TargetOf(Dialect::kResponses))
      : exchange_(ResponsesEndpoint(), With(members), target) {
    EXPECT_TRUE(exchange_.status().ok()) << exchange_.status();
  }
  // The upstream's body between the model and what every request ends with.
  std::string body() const {
    const std::string& text = exchange_.upstream_body();
    const std::string begin = R"({"model":"upstream-model",)";
    const std::string end = R"("store":false})";
    EXPECT_EQ(text.substr(0, begin.size()), begin);
    EXPECT_GE(text.size(), begin.size() + end.size());
    EXPECT_EQ(text.substr(text.size() - end.size()), end);
    std::string inner = text.substr(begin.size(), text.size() - begin.size() - end.size());
    if (!inner.empty() && inner.back() == ',') inner.pop_back();
    return inner;
  }
  std::string losses() const { return exchange_.Losses(); }

 private:
  Exchange exchange_;
};

TEST(ResponsesRequest, KeepsAConversation) {
  const RoundTrip trip(
      R"("instructions":"Be brief.","input":[{"role":"developer","content":"No lists."},{"role":"user","content":"Hi"},)"
      R"({"type":"message","role":"assistant","id":"msg_1","status":"completed","content":[{"type":"output_text",)"
      R"("text":"Hello.","annotations":[]}]},{"type":"message","role":"user","content":[{"type":"input_text","text":"a"},)"
      R"({"type":"input_image","image_url":"data:image/png;base64,iVBO","detail":"low"},)"
      R"({"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}]},)"
      R"({"role":"system","content":"Now."},{"role":"user","content":"b"}])");
  EXPECT_EQ(trip.body(),
            R"("instructions":"Be brief.\n\nNo lists.","input":[{"type":"message","role":"user","content":"Hi"},)"
            R"({"type":"message","role":"assistant","content":"Hello."},)"
            R"({"type":"message","role":"user","content":[{"type":"input_text","text":"a"},)"
            R"({"type":"input_image","detail":"low","image_url":"data:image/png;base64,iVBO"},)"
            R"({"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}]},)"
            R"({"type":"message","role":"system","content":"Now."},{"type":"message","role":"user","content":"b"}])");
  EXPECT_EQ(trip.losses(), "");
}

TEST(ResponsesRequest, TakesATextAsInput) {
  EXPECT_EQ(RoundTrip(R"("input":"Hi")").body(), R"("input":[{"type":"message","role":"user","content":"Hi"}])");
}

// TRANSLATION row 11.
TEST(ResponsesRequest, PairsCallsAndResults) {
  const RoundTrip trip(
      R"("input":[{"role":"user","content":"x"},{"type":"function_call","id":"fc_1","call_id":"c1","name":"f",)"
      R"("arguments":"{\"a\":1}","status":"completed"},{"type":"custom_tool_call","call_id":"c2","name":"p","input":"raw"},)"
      R"({"type":"custom_tool_call_output","call_id":"c2","output":"done"},)"
      R"({"type":"function_call_output","call_id":"c1","id":"fco_1","output":[{"type":"input_text","text":"see"},)"
      R"({"type":"input_image","image_url":"https://example.com/a.png"}]}])");
  EXPECT_EQ(
      trip.body(),
      R"("input":[{"type":"message","role":"user","content":"x"},{"type":"function_call","call_id":"c1","name":"f",)"
      R"("arguments":"{\"a\":1}"},{"type":"custom_tool_call","call_id":"c2","name":"p","input":"raw"},)"
      R"({"type":"function_call_output","call_id":"c1","output":[{"type":"input_text","text":"see"},)"
      R"({"type":"input_image","detail":"auto","image_url":"https://example.com/a.png"}]},)"
      R"({"type":"custom_tool_call_output","call_id":"c2","output":"done"}])");
}

// TRANSLATION rows 12 and 13.
TEST(ResponsesRequest, GivesBackItsOwnReasoningStateOnly) {
  ReasoningPart foreign;
  foreign.family = Family::kAnthropic;
  foreign.signature = "sig";
  ReasoningPart scoped;
  scoped.signature = "gBBB";
  scoped.scope = "account-1";
  UpstreamTarget target = TargetOf(Dialect::kResponses);
  target.state_scope = "account-2";
  const RoundTrip trip(
      R"("input":[{"role":"user","content":"x"},{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text",)"
      R"("text":"A"},{"type":"summary_text","text":"B"}],"encrypted_content":"gAAA"},)"
      R"({"type":"reasoning","id":"rs_2","summary":[],"encrypted_content":")" +
          SealState(foreign) + R"("},{"type":"reasoning","id":"rs_3","summary":[],"encrypted_content":")" +
          SealState(scoped) + R"("},{"role":"assistant","content":"y"},{"role":"user","content":"z"}])",
      target);
  EXPECT_EQ(trip.body(),
            R"("input":[{"type":"message","role":"user","content":"x"},{"type":"reasoning","id":"rs_1",)"
            R"("summary":[{"type":"summary_text","text":"A\n\nB"}],"encrypted_content":"gAAA"},)"
            R"({"type":"message","role":"assistant","content":"y"},{"type":"message","role":"user","content":"z"}],)"
            R"("include":["reasoning.encrypted_content"])");
  EXPECT_EQ(trip.losses(), "-input[2]:other_provider_reasoning -input[3]:other_provider_reasoning");
}

TEST(ResponsesRequest, KeepsToolsAndTheirChoice) {
  const RoundTrip trip(
      R"("input":"x","tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object",)"
      R"("properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}},)"
      R"({"type":"function","name":"loose","parameters":{"type":"object","properties":{"a":{"type":"string"}}}},)"
      R"({"type":"custom","name":"p","format":{"type":"grammar","syntax":"lark","definition":"start: x"}},)"
      R"({"type":"web_search","filters":{"allowed_domains":["a.com"]},"search_context_size":"low",)"
      R"("user_location":{"type":"approximate","city":"Bern"}}],"tool_choice":{"type":"function","name":"f"},)"
      R"("parallel_tool_calls":false)");
  EXPECT_EQ(
      trip.body(),
      R"("input":[{"type":"message","role":"user","content":"x"}],"tools":[{"type":"function","name":"f",)"
      R"("description":"d","parameters":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],)"
      R"("additionalProperties":false},"strict":true},{"type":"function","name":"loose","parameters":)"
      R"({"type":"object","properties":{"a":{"type":"string"}}},"strict":false},{"type":"custom","name":"p",)"
      R"("format":{"type":"grammar","syntax":"lark","definition":"start: x"}},{"type":"web_search",)"
      R"("filters":{"allowed_domains":["a.com"]},"user_location":{"type":"approximate","city":"Bern"},)"
      R"("search_context_size":"low"}],"tool_choice":{"type":"function","name":"f"},"parallel_tool_calls":false)");
  EXPECT_EQ(trip.losses(), "");
}

TEST(ResponsesRequest, FlattensNamespacesReversibly) {
  const std::string longest(60, 'n');
  const RoundTrip trip(
      R"("input":[{"role":"user","content":"x"},{"type":"function_call","namespace":"mcp","name":"read","call_id":"c",)"
      R"("arguments":"{}"},{"type":"function_call_output","call_id":"c","output":""}],"tools":[{"type":"namespace",)"
      R"("name":"mcp","description":"d","tools":[{"type":"function","name":"read","strict":false},{"type":"function",)"
      R"("name":"a.b","strict":false},{"type":"function","name":")" +
      longest +
      R"(","strict":false}]},{"type":"function","name":"solo","strict":false}],)"
      R"("tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"read",)"
      R"("namespace":"mcp"},{"type":"function","name":"solo"}]})");
  const std::string body = trip.body();
  EXPECT_NE(body.find(R"({"type":"function_call","call_id":"c","name":"mcp__read","arguments":"{}"})"),
            std::string::npos)
      << body;
  EXPECT_NE(body.find(R"("tools":[{"type":"function","name":"mcp__read",)"), std::string::npos);
  EXPECT_NE(body.find(R"("name":"mcp__a_b_)"), std::string::npos) << body;
  EXPECT_NE(body.find(R"("name":"mcp__nnnnnnnn)"), std::string::npos);
  EXPECT_NE(body.find(R"("tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"function",)"
                      R"("name":"mcp__read"},{"type":"function","name":"solo"}]})"),
            std::string::npos)
      << body;
  for (std::size_t at = body.find(R"("name":")"); at != std::string::npos; at = body.find(R"("name":")", at + 1)) {
    EXPECT_LE(body.find('"', at + 8) - at - 8, 64U);
  }
  EXPECT_EQ(trip.losses(), "-tools[0].description:not_in_dialect");
}

TEST(ResponsesRequest, OffersToolsThatItemsLoad) {
  const RoundTrip trip(
      R"("input":[{"role":"user","content":"x"},{"type":"tool_search_call","execution":"server","arguments":{}},)"
      R"({"type":"tool_search_output","execution":"server","tools":[{"type":"function","name":"late","strict":false}]},)"
      R"({"type":"function_call","namespace":"late","name":"late","call_id":"c","arguments":"{}"},)"
      R"({"type":"function_call_output","call_id":"c","output":"ok"},{"type":"additional_tools","role":"developer",)"
      R"("tools":[{"type":"function","name":"more","strict":false}]}],"tools":[{"type":"tool_search"}])");
  EXPECT_NE(trip.body().find(R"({"type":"function_call","call_id":"c","name":"late","arguments":"{}"})"),
            std::string::npos)
      << trip.body();
  EXPECT_NE(trip.body().find(R"("tools":[{"type":"function","name":"late",)"), std::string::npos);
  EXPECT_NE(trip.body().find(R"({"type":"function","name":"more",)"), std::string::npos);
  EXPECT_EQ(trip.losses(), "-input[1]:server_tool_history -input[2]:server_tool_history -tools[0]:other_provider_tool");
}

TEST(ResponsesRequest, KeepsWhatShapesTheReply) {
  const RoundTrip trip(
      R"("input":"x","temperature":0.70,"top_p":0.10,"max_output_tokens":100,"reasoning":{"effort":"xhigh","summary":)"
      R"("detailed"},"text":{"verbosity":"low","format":{"type":"json_schema","name":"n","schema":{"type":"object"},)"
      R"("strict":true}},"top_logprobs":2,"include":["reasoning.encrypted_content"],"metadata":{"k":"v"},"user":"u",)"
      R"("prompt_cache_key":"p","prompt_cache_retention":"24h","service_tier":"flex","stream_options":)"
      R"({"include_obfuscation":false},"truncation":"disabled","background":false)");
  EXPECT_EQ(trip.body(),
            R"("input":[{"type":"message","role":"user","content":"x"}],"text":{"format":{"type":"json_schema",)"
            R"("name":"n","schema":{"type":"object"},"strict":true},"verbosity":"low"},"reasoning":{"effort":"xhigh",)"
            R"("summary":"auto"},"max_output_tokens":100,"temperature":0.70,"top_p":0.10,)"
            R"("include":["reasoning.encrypted_content","message.output_text.logprobs"],"top_logprobs":2,)"
            R"("metadata":{"k":"v"},"user":"u","prompt_cache_key":"p","service_tier":"flex",)"
            R"("prompt_cache_retention":"24h")");
  EXPECT_EQ(trip.losses(), "");
}

TEST(ResponsesRequest, ListsWhatSteersOpenAiAlone) {
  const RoundTrip trip(
      R"("input":[{"type":"message","role":"user","content":"x"},{"role":"assistant","phase":"commentary","content":"y"},)"
      R"({"type":"web_search_call","id":"ws_1","status":"completed"},{"type":"item_reference","id":"rs_1"},)"
      R"({"role":"user","content":"z"}],"max_tool_calls":3,"truncation":"auto","client_metadata":{"a":"b"},)"
      R"("include":["web_search_call.action.sources"],"reasoning":{"context":"all_turns"},"context_management":[])");
  EXPECT_EQ(trip.losses(),
            "-max_tool_calls:not_in_dialect -truncation:not_in_dialect -client_metadata:not_in_dialect "
            "-include[0]:not_in_dialect -reasoning.context:not_in_dialect -context_management:not_in_dialect "
            "-input[1].phase:not_in_dialect -input[3]:not_in_dialect -input[2]:server_tool_history");
}

// TRANSLATION row 14.
TEST(ResponsesRequest, RefusesWhatTheProviderWouldKeep) {
  const std::pair<const char*, const char*> kCases[] = {
      {R"("input":"x","background":true)", "background"},
      {R"("input":"x","conversation":"conv_1")", "conversation"},
      {R"("input":"x","prompt":{"id":"pmpt_1"})", "prompt"},
      {R"("input":"x","previous_response_id":"resp_0ee665a65cc07abb")", "previous_response_id"},
      {R"("input":[{"role":"user","content":"x"},{"type":"item_reference","id":"fc_1"}])", "input[1]"},
      {R"("input":[{"role":"user","content":"x"},{"type":"compaction","encrypted_content":"g"}])", "input[1]"},
      {R"("input":"x","something_new":1)", "something_new"},
  };
  for (const auto& [members, field] : kCases) {
    Exchange exchange(ResponsesEndpoint(), With(members), TargetOf(Dialect::kMessages));
    EXPECT_EQ(exchange.error().kind, ErrorKind::kUnsupported) << members << exchange.status();
    EXPECT_EQ(exchange.error().param, field);
  }
  Exchange local(ResponsesEndpoint(),
                 With(R"("input":"x","previous_response_id":"resp_ag)" + std::string(32, 'A') + "\""),
                 TargetOf(Dialect::kMessages));
  EXPECT_TRUE(local.status().ok()) << local.status();
}

// TRANSLATION row 23.
TEST(ResponsesRequest, RefusesAForcedToolThatIsNotTranslated) {
  Exchange exchange(ResponsesEndpoint(),
                    With(R"("input":"x","tools":[{"type":"file_search"}],"tool_choice":{"type":"file_search"})"),
                    TargetOf(Dialect::kResponses));
  EXPECT_EQ(exchange.error().kind, ErrorKind::kUnsupported);
  EXPECT_EQ(exchange.error().param, "tool_choice");
}

TEST(ResponsesRequest, NamesTheFieldThatIsWrong) {
  const std::pair<const char*, const char*> kCases[] = {
      {R"("instructions":"x")", "input"},
      {R"("input":7)", "input"},
      {R"("input":[{"role":"tool","content":"x"}])", "input[0].role"},
      {R"("input":[{"role":"user"}])", "input[0].content"},
      {R"("input":[{"role":"user","content":[{"type":"input_text"}]}])", "input[0].content[0].text"},
      {R"("input":[{"role":"user","content":[{"text":"x"}]}])", "input[0].content[0].type"},
      {R"("input":[{}])", "input[0].type"},
      {R"("input":[{"type":"function_call","call_id":"c","name":"f"}])", "input[0].arguments"},
      {R"("input":[{"type":"function_call","name":"f","arguments":"{}"}])", "input[0].call_id"},
      {R"("input":[{"type":"function_call_output","call_id":"c"}])", "input[0].output"},
      {R"("input":[{"role":"user","content":[{"type":"input_image"}]}])", "input[0].content[0].image_url"},
      {R"("input":[{"role":"user","content":[{"type":"input_image","image_url":"file:///etc/passwd"}]}])",
       "input[0].content[0].image_url"},
      {R"("input":"x","tools":{})", "tools"},
      {R"("input":"x","tools":[{"type":"function"}])", "tools[0].name"},
      {R"("input":"x","tools":[{"name":"f"}])", "tools[0].type"},
      {R"("input":"x","tools":[{"type":"namespace","name":"n"}])", "tools[0].tools"},
      {R"("input":"x","tool_choice":"some")", "tool_choice"},
      {R"("input":"x","tool_choice":{"type":"allowed_tools"})", "tool_choice.tools"},
      {R"("input":"x","reasoning":{"effort":"huge"})", "reasoning.effort"},
      {R"("input":"x","text":{"format":{"type":"xml"}})", "text.format.type"},
      {R"("input":"x","text":{"format":{"type":"json_schema","name":"n"}})", "text.format.schema"},
      {R"("input":"x","max_output_tokens":"many")", "max_output_tokens"},
  };
  for (const auto& [members, field] : kCases) {
    Exchange exchange(ResponsesEndpoint(), With(members), TargetOf(Dialect::kMessages));
    EXPECT_EQ(exchange.error().kind, ErrorKind::kInvalidRequest) << members << exchange.status();
    EXPECT_EQ(exchange.error().param, field) << exchange.status();
  }
}

std::string Chat(const std::string& more) {
  return R"({"model":"m","messages":[{"role":"user","content":"x"}])" + more + "}";
}

// TRANSLATION rows 3, 4, 5 and 7.
TEST(ChatRequestToResponses, MapsWhatResponsesKnows) {
  Exchange exchange(ChatEndpoint(), Chat(R"(,"max_completion_tokens":5,"seed":7,"stop":["END"],"presence_penalty":1)"),
                    TargetOf(Dialect::kResponses));
  ASSERT_TRUE(exchange.status().ok()) << exchange.status();
  EXPECT_EQ(exchange.upstream_body(),
            R"({"model":"upstream-model","input":[{"type":"message","role":"user","content":"x"}],)"
            R"("max_output_tokens":16,"store":false})");
  EXPECT_EQ(exchange.Losses(),
            "~max_completion_tokens:raised_to_minimum -seed:not_in_dialect -presence_penalty:not_in_dialect "
            "~stop:matched_locally");
  EXPECT_EQ(exchange.call().operation, Operation::kGenerate);

  Exchange many(ChatEndpoint(), Chat(R"(,"n":2)"), TargetOf(Dialect::kResponses));
  EXPECT_EQ(many.error().param, "n");
}

TEST(ChatRequestToResponses, KeepsWhatTheFamilyShares) {
  Exchange exchange(
      ChatEndpoint(),
      Chat(R"(,"user":"u","metadata":{"a":"b"},"store":true,"service_tier":"flex","prompt_cache_key":"k",)"
           R"("stream":true,"reasoning_effort":"low")"),
      TargetOf(Dialect::kResponses));
  ASSERT_TRUE(exchange.status().ok()) << exchange.status();
  for (const char* part : {R"("user":"u")", R"("metadata":{"a":"b"})", R"("store":true)", R"("service_tier":"flex")",
                           R"("prompt_cache_key":"k")", R"("stream":true)", R"("effort":"low")"}) {
    EXPECT_NE(exchange.upstream_body().find(part), std::string::npos) << part << exchange.upstream_body();
  }
  EXPECT_EQ(exchange.Losses(), "");
}

// TRANSLATION rows 1 and 2.
TEST(MessagesRequestToResponses, AsksForTheNearestEffort) {
  UpstreamTarget target = TargetOf(Dialect::kResponses);
  target.model_info.known = true;
  target.model_info.thinking = catalog::ThinkingStyle::kEffort;
  target.model_info.efforts = {"low", "medium", "high"};
  Exchange exchange(MessagesEndpoint(),
                    R"({"model":"m","max_tokens":40000,"thinking":{"type":"enabled","budget_tokens":8192},)"
                    R"("messages":[{"role":"user","content":"x"}]})",
                    target);
  ASSERT_TRUE(exchange.status().ok()) << exchange.status();
  EXPECT_NE(exchange.upstream_body().find(R"("reasoning":{"effort":"medium")"), std::string::npos)
      << exchange.upstream_body();
  EXPECT_NE(exchange.upstream_body().find(R"("include":["reasoning.encrypted_content"])"), std::string::npos);
}

// What another family's request becomes; "field:code" of its losses after a space.
std::string EncodedFrom(Dialect dialect, ChatRequest request) {
  Arena arena;
  request.dialect = dialect;
  const auto encoded =
      CodecOf(Dialect::kResponses).encode_request(request, TargetOf(Dialect::kResponses), EncodePurpose::kReply, arena);
  if (!encoded.ok()) return std::string(ToStd(encoded.status().message()));
  std::string text = encoded->body;
  for (const Loss& loss : encoded->losses) text += " " + loss.field + ":" + loss.reason.code;
  return text;
}

// TRANSLATION rows 18 and 19.
TEST(ForeignRequestToResponses, IsStrictWhereTheSchemaLetsIt) {
  Arena arena;
  const json::Value* closed =
      *json::Parse(R"({"type":"object","properties":{},"required":[],"additionalProperties":false})", arena);
  const json::Value* open = *json::Parse(R"({"type":"object","properties":{"a":{"minLength":1}}})", arena);
  const json::Value* scalar = *json::Parse(R"({"type":"string"})", arena);
  const Part parts[] = {{TextPart{"x"}, std::nullopt, "messages[0].content"}};
  const Message messages[] = {{.role = Role::kUser, .parts = parts, .field = "messages[0]"}};
  const ToolSpec tools[] = {
      {.name = "f", .parameters = closed, .strict = true, .field = "tools[0]"},
      {.name = "g", .parameters = open, .strict = true, .field = "tools[1]"},
      {.name = "h", .field = "tools[2]"},
      {.name = "i", .parameters = scalar, .strict = true, .field = "tools[3]"},
  };
  ChatRequest request;
  request.messages = messages;
  request.tools = tools;
  request.response_format = {.kind = ResponseFormat::Kind::kJsonSchema, .schema = open, .field = "output_format"};
  EXPECT_EQ(EncodedFrom(Dialect::kMessages, request),
            R"({"model":"upstream-model","input":[{"type":"message","role":"user","content":"x"}],"tools":[)"
            R"({"type":"function","name":"f","parameters":{"type":"object","properties":{},"required":[],)"
            R"("additionalProperties":false},"strict":true},{"type":"function","name":"g","parameters":)"
            R"({"type":"object","properties":{"a":{}},"required":["a"],"additionalProperties":false},"strict":true},)"
            R"({"type":"function","name":"h","parameters":{"type":"object","properties":{},)"
            R"("additionalProperties":false},"strict":false},{"type":"function","name":"i","parameters":)"
            R"({"type":"string"},"strict":false}],)"
            R"("text":{"format":{"type":"json_schema","name":"response","schema":{"type":"object","properties":)"
            R"({"a":{}},"required":["a"],"additionalProperties":false},"strict":true}},"store":false})"
            " tools[1]:schema_keyword tools[3]:strict_not_expressible output_format:schema_keyword");
  request.response_format->schema = scalar;
  EXPECT_EQ(EncodedFrom(Dialect::kMessages, request),
            "`output_format`: its schema has no strict form and is not translated (The target takes a schema of an "
            "object alone.) from the messages API to the responses API. Remove the field, or route the model to an "
            "account that speaks the messages API.");
}

TEST(ForeignRequestToResponses, MarksNoFailedResult) {
  const Part words[] = {{TextPart{"No such file."}, std::nullopt, {}}};
  const Part calls[] = {{ToolCallPart{"c1", "f", "", false}, std::nullopt, "messages[1].content[0]"}};
  const Part results[] = {{ToolResultPart{"c1", {}, words, nullptr, true}, std::nullopt, "messages[2].content[0]"}};
  const Part first[] = {{TextPart{"x"}, std::nullopt, {}}};
  const Message messages[] = {{.role = Role::kUser, .parts = first},
                              {.role = Role::kAssistant, .parts = calls},
                              {.role = Role::kUser, .parts = results}};
  ChatRequest request;
  request.messages = messages;
  EXPECT_EQ(EncodedFrom(Dialect::kMessages, request),
            R"({"model":"upstream-model","input":[{"type":"message","role":"user","content":"x"},)"
            R"({"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},)"
            R"({"type":"function_call_output","call_id":"c1","output":"No such file."}],"store":false})"
            " messages[2].content[0].is_error:tool_error_flag");
}

// TRANSLATION row 25.
TEST(ForeignRequestToResponses, SendsMediaThatResponsesReads) {
  DocumentPart words;
  words.text = "abc";
  words.title = "a.txt";
  DocumentPart page;
  page.source = {MediaSource::Kind::kUrl, "https://example.com/a.pdf", {}};
  ImagePart stored;
  stored.source = {MediaSource::Kind::kFileId, "file_1", {}};
  const Part parts[] = {{words, std::nullopt, {}}, {page, std::nullopt, {}}};
  const Message messages[] = {{.role = Role::kUser, .parts = parts}};
  ChatRequest request;
  request.messages = messages;
  EXPECT_EQ(EncodedFrom(Dialect::kMessages, request),
            R"({"model":"upstream-model","input":[{"type":"message","role":"user","content":[{"type":"input_file",)"
            R"("filename":"a.txt","file_data":"data:text/plain;base64,YWJj"},{"type":"input_file",)"
            R"("file_url":"https://example.com/a.pdf"}]}],"store":false})");
  for (const Part& refused : {Part{stored, std::nullopt, "image"}, Part{AudioPart{}, std::nullopt, "audio"},
                              Part{VideoPart{}, std::nullopt, "video"}}) {
    const Part only[] = {refused};
    const Message message[] = {{.role = Role::kUser, .parts = only}};
    request.messages = message;
    EXPECT_EQ(EncodedFrom(Dialect::kMessages, request).substr(0, refused.field.size() + 2),
              "`" + std::string(refused.field) + "`");
  }
}

TEST(ResponsesCount, IsAskedForWithThePromptAlone) {
  std::string body = R"({"model":"m","input":"x","max_output_tokens":5,"temperature":1,"instructions":"i"})";
  Arena arena;
  const Endpoint endpoint{Dialect::kResponses, Operation::kCountTokens, {}, StreamFraming::kNone};
  const auto canonical = CodecOf(Dialect::kResponses).decode_request(endpoint, **json::Parse(body, arena), arena);
  ASSERT_TRUE(canonical.ok());
  const auto encoded =
      CodecOf(Dialect::kResponses)
          .encode_request(**canonical, TargetOf(Dialect::kResponses), EncodePurpose::kCountTokens, arena);
  ASSERT_TRUE(encoded.ok());
  EXPECT_EQ(
      encoded->body,
      R"({"model":"upstream-model","instructions":"i","input":[{"type":"message","role":"user","content":"x"}]})");
  EXPECT_EQ(CodecOf(Dialect::kResponses).encode_count(7), R"({"object":"response.input_tokens","input_tokens":7})");
  EXPECT_EQ(CodecOf(Dialect::kResponses).count_key, "input_tokens");
}

// TRANSLATION row 27.
TEST(ResponsesCount, IsAskedOfAnotherProvider) {
  Exchange exchange({Dialect::kResponses, Operation::kCountTokens, {}, StreamFraming::kNone},
                    With(R"("input":"x","instructions":"i")"), TargetOf(Dialect::kMessages));
  ASSERT_TRUE(exchange.status().ok()) << exchange.status();
  EXPECT_EQ(exchange.call().operation, Operation::kCountTokens);
  EXPECT_EQ(exchange.upstream_body(),
            R"({"model":"upstream-model","system":"i","messages":[{"role":"user","content":"x"}]})");
  EXPECT_EQ(exchange.Reply(R"({"input_tokens":9})"), Step::kDone);
  EXPECT_EQ(exchange.text(), R"({"object":"response.input_tokens","input_tokens":9})");
}

TEST(ResponsesRequest, RefusesAConversationWithoutContent) {
  const Exchange exchange(ChatEndpoint(), With(R"("messages":[{"role":"user","content":""}])"),
                          TargetOf(Dialect::kResponses));
  ASSERT_FALSE(exchange.status().ok()) << exchange.upstream_body();
  EXPECT_EQ(exchange.error().kind, ErrorKind::kUnsupported);
  EXPECT_EQ(exchange.error().param, "messages");
}

TEST(ResponsesPassthrough, KeepsAnIdOfOursToItself) {
  std::string body = R"({"model":"m","previous_response_id":"resp_ag)" + std::string(32, 'A') + R"(","input":"x"})";
  Arena arena;
  auto request = ClientRequest::Read(ResponsesEndpoint(), body, arena);
  ASSERT_TRUE(request.ok());
  request->MarkExpanded();
  FixedRandom random;
  const TranslationContext context{WallTime(), random};
  const auto translation = MakeTranslation(*request, TargetOf(Dialect::kResponses), context);
  ASSERT_TRUE(translation.ok());
  const auto call = (*translation)->EncodeRequest();
  ASSERT_TRUE(call.ok());
  std::string sent;
  for (const std::string_view piece : call->body) sent.append(piece);
  EXPECT_EQ(sent, R"({"model":"upstream-model","previous_response_id":null,"input":"x"})");
}

}  // namespace
}  // namespace ag::wire
