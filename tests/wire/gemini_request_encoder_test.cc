#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/catalog/catalog.h"
#include "gatewayd/wire/gemini/gemini_codec.h"
#include "translation_testing.h"

namespace ag::wire {
namespace {

// A target of the shipped catalogue; an empty name is a model that nobody described.
UpstreamTarget Gemini(std::string_view model = "") {
  UpstreamTarget target = TargetOf(Dialect::kGemini);
  if (model.empty()) return target;
  target.model = std::string(model);
  target.model_info = catalog::Catalog::Shipped().FindModel(model);
  return target;
}

constexpr std::string_view k20 = "gemini-2.0-flash";
constexpr std::string_view k25 = "gemini-2.5-flash";
constexpr std::string_view k3 = "gemini-3.8-flash";

// What a chat request with these members becomes, without its contents if they are the plain ones.
struct Sent {
  std::string body;
  std::string losses;
  ErrorDetail error;
};
Sent FromChat(std::string_view members, const UpstreamTarget& target) {
  const bool own_messages = members.find("\"messages\"") != std::string_view::npos;
  std::string body = R"({"model":"m",)" + std::string(members);
  if (!own_messages) body += R"(,"messages":[{"role":"user","content":"x"}])";
  Exchange exchange(ChatEndpoint(), body + "}", target);
  if (!exchange.status().ok()) return {"", "", exchange.error()};
  std::string sent = exchange.upstream_body();
  const std::string plain = R"("contents":[{"role":"user","parts":[{"text":"x"}]}])";
  const auto at = sent.find(plain);
  if (at != std::string::npos) sent.replace(at, plain.size() + (sent[at + plain.size()] == ',' ? 1 : 0), "");
  return {sent, exchange.Losses(), {}};
}

constexpr const char* kTool =
    R"("tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object",)"
    R"("properties":{"a":{"type":"string"}}}}}])";
constexpr const char* kDeclared =
    R"("tools":[{"functionDeclarations":[{"name":"f","description":"d","parametersJsonSchema":{"type":"object",)"
    R"("properties":{"a":{"type":"string"}}}}]}])";

TEST(GeminiRequestEncoder, DeclaresFunctions) {
  EXPECT_EQ(FromChat(kTool, Gemini(k25)).body, "{" + std::string(kDeclared) + "}");
  EXPECT_NE(FromChat(kTool, Gemini(k20)).body.find(R"("parameters":{"type":"object")"), std::string::npos);
  EXPECT_EQ(
      FromChat(
          R"("tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}}}}])",
          Gemini(k25))
          .body,
      R"({"tools":[{"functionDeclarations":[{"name":"f"}]}]})");
}

// TRANSLATION row 10.
TEST(GeminiRequestEncoder, MapsTheChoiceOfATool) {
  const std::pair<const char*, const char*> kCases[] = {
      {R"("auto")", ""},
      {R"("none")", R"({"mode":"NONE"})"},
      {R"("required")", R"({"mode":"ANY"})"},
      {R"({"type":"function","function":{"name":"f"}})", R"({"mode":"ANY","allowedFunctionNames":["f"]})"},
      {R"({"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"f"}}]}})",
       R"({"mode":"ANY","allowedFunctionNames":["f"]})"},
      {R"({"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"f"}}]}})",
       R"({"mode":"VALIDATED","allowedFunctionNames":["f"]})"},
  };
  for (const auto& [choice, config] : kCases) {
    const Sent sent = FromChat(std::string(kTool) + R"(,"tool_choice":)" + choice, Gemini(k25));
    const std::string expected =
        *config == '\0' ? "" : R"(,"toolConfig":{"functionCallingConfig":)" + std::string(config) + "}";
    EXPECT_EQ(sent.body, "{" + std::string(kDeclared) + expected + "}") << choice;
    EXPECT_EQ(sent.losses, "");
  }
  EXPECT_EQ(FromChat(std::string(kTool) + R"(,"parallel_tool_calls":false)", Gemini(k25)).losses,
            "-parallel_tool_calls:not_in_dialect");
}

// TRANSLATION row 19.
TEST(GeminiRequestEncoder, StrictFunctionsAreValidated) {
  const std::string strict =
      R"("tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object",)"
      R"("properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}}}])";
  EXPECT_NE(FromChat(strict, Gemini(k25)).body.find(R"("mode":"VALIDATED")"), std::string::npos);
  EXPECT_EQ(FromChat(strict, Gemini(k20)).body.find("VALIDATED"), std::string::npos);
  EXPECT_NE(FromChat(strict + R"(,"tool_choice":"required")", Gemini(k25)).body.find(R"("mode":"ANY")"),
            std::string::npos);
}

// TRANSLATION row 18.
TEST(GeminiRequestEncoder, AsksForJson) {
  EXPECT_EQ(FromChat(R"("response_format":{"type":"json_object"})", Gemini(k25)).body,
            R"({"generationConfig":{"responseMimeType":"application/json"}})");
  const std::string schema =
      R"("response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","properties":)"
      R"({"a":{"type":["string","null"],"minLength":1}}}}})";
  const Sent sent = FromChat(schema, Gemini(k25));
  EXPECT_EQ(sent.body, R"({"generationConfig":{"responseMimeType":"application/json","responseJsonSchema":)"
                       R"({"type":"object","properties":{"a":{"type":["string","null"]}}}}})");
  EXPECT_EQ(sent.losses, "~response_format:schema_keyword");
  EXPECT_NE(FromChat(schema, Gemini(k20)).body.find(R"("responseSchema":{)"), std::string::npos);
  // Only Gemini 3 takes both.
  EXPECT_EQ(FromChat(schema + "," + kTool, Gemini(k25)).error.param, "response_format");
  EXPECT_EQ(FromChat(schema + "," + kTool, Gemini(k3)).error.param, "");
}

constexpr const char* kLoop =
    R"("messages":[{"role":"user","content":"q"},)"
    R"({"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},)"
    R"({"id":"c2","type":"function","function":{"name":"g","arguments":"oops"}}]},)"
    R"({"role":"tool","tool_call_id":"c2","content":"two"},{"role":"tool","tool_call_id":"c1","content":"one"}])";

// TRANSLATION row 11.
TEST(GeminiRequestEncoder, WritesCallsAndTheirResults) {
  const Sent sent = FromChat(kLoop, Gemini(k25));
  EXPECT_EQ(sent.body,
            R"({"contents":[{"role":"user","parts":[{"text":"q"}]},{"role":"model","parts":[)"
            R"({"functionCall":{"id":"c1","name":"f","args":{"a":1}}},)"
            R"({"functionCall":{"id":"c2","name":"g","args":{"arguments":"oops"}}}]},{"role":"user","parts":[)"
            R"({"functionResponse":{"id":"c1","name":"f","response":{"output":"one"}}},)"
            R"({"functionResponse":{"id":"c2","name":"g","response":{"output":"two"}}}]}]})");
  EXPECT_EQ(sent.losses, "~messages[1].tool_calls[1]:invalid_arguments");
}

// TRANSLATION row 13: the first call of each step of the current turn.
TEST(GeminiRequestEncoder, Gemini3NeedsASignatureOrItsPlaceholder) {
  const Sent sent = FromChat(kLoop, Gemini(k3));
  EXPECT_NE(sent.body.find(R"("args":{"a":1}},"thoughtSignature":"skip_thought_signature_validator"})"),
            std::string::npos)
      << sent.body;
  EXPECT_EQ(sent.body.find("thoughtSignature"), sent.body.rfind("thoughtSignature"));
  EXPECT_NE(sent.losses.find("~messages[1].tool_calls[0]:signature_placeholder"), std::string::npos);
  std::string over = kLoop;
  over.insert(over.size() - 1, R"(,{"role":"assistant","content":"done"},{"role":"user","content":"more"})");
  EXPECT_EQ(FromChat(over, Gemini(k3)).body.find("thoughtSignature"), std::string::npos);
}

// TRANSLATION rows 12 and 13, on a canonical request.
class GeminiState : public testing::Test {
 protected:
  std::string Encode(std::vector<Part> turn, std::string_view model = k3) {
    Part question;
    question.value = TextPart{"q"};
    Part answer;
    answer.value = TextPart{"go on"};
    const Message messages[] = {{Role::kUser, {&question, 1}, "", "messages[0]"},
                                {Role::kAssistant, turn, "", "messages[1]"},
                                {Role::kUser, {&answer, 1}, "", "messages[2]"}};
    ChatRequest request;
    request.messages = messages;
    const UpstreamTarget target = Gemini(model);
    auto encoded = gemini::EncodeGeminiRequest(request, target, EncodePurpose::kReply, arena_);
    EXPECT_TRUE(encoded.ok()) << encoded.status();
    if (!encoded.ok()) return {};
    losses_.clear();
    for (const Loss& loss : encoded->losses) losses_ += loss.field + ":" + loss.reason.code + " ";
    const std::string begin = R"({"role":"model","parts":[)";
    const auto from = encoded->body.find(begin) + begin.size();
    return encoded->body.substr(from, encoded->body.find("]}", from) - from);
  }
  static Part State(std::string_view text, StateHome home, Family family = Family::kGemini) {
    ReasoningPart reasoning;
    reasoning.text = text;
    reasoning.signature = "c2ln";
    reasoning.home = home;
    reasoning.family = family;
    return {reasoning, std::nullopt, "messages[1].content[0]"};
  }
  static Part Call() {
    ToolCallPart call;
    call.id = "c1";
    call.name = "f";
    return {call, std::nullopt, "messages[1].content[1]"};
  }
  static Part Text(std::string_view text) { return {TextPart{text}, std::nullopt, "messages[1].content[1]"}; }

  Arena arena_;
  std::string losses_;
};

TEST_F(GeminiState, GoesBackToThePartItCameFrom) {
  const std::string call = R"({"functionCall":{"id":"c1","name":"f","args":{}})";
  const std::string signature = R"("thoughtSignature":"c2ln"})";
  EXPECT_EQ(Encode({State("", StateHome::kNextPart), Call(), Call()}).substr(0, 80),
            (call + "," + signature + "," + call).substr(0, 80));
  EXPECT_EQ(Encode({State("hm", StateHome::kNextPart), Text("x")}),
            R"({"text":"hm","thought":true},{"text":"x",)" + signature);
  EXPECT_EQ(Encode({State("hm", StateHome::kOwnPart), Text("x")}),
            R"({"text":"hm","thought":true,)" + signature + R"(,{"text":"x"})");
  EXPECT_EQ(Encode({Text("x"), State("", StateHome::kOwnPart)}), R"({"text":"x"},{"text":"",)" + signature);
  EXPECT_EQ(Encode({Text("x"), State("", StateHome::kNextPart)}), R"({"text":"x"},{"text":"",)" + signature);
  EXPECT_EQ(Encode({State("", StateHome::kNextPart), State("", StateHome::kNextPart), Text("x")}),
            R"({"text":"",)" + signature + R"(,{"text":"x",)" + signature);
}

TEST_F(GeminiState, OfOtherFamiliesStaysOut) {
  EXPECT_EQ(Encode({State("hm", StateHome::kOwnPart, Family::kAnthropic), Text("x")}), R"({"text":"x"})");
  EXPECT_EQ(losses_, "messages[1].content[0]:other_provider_reasoning ");
}

std::string User(std::string_view part) {
  return R"("messages":[{"role":"user","content":[)" + std::string(part) + R"(,{"type":"text","text":"y"}]}])";
}

// TRANSLATION row 25.
TEST(GeminiRequestEncoder, SendsMedia) {
  const std::pair<std::string, std::string> kCases[] = {
      {R"({"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}})",
       R"({"inlineData":{"mimeType":"image/png","data":"AAAA"}})"},
      {R"({"type":"image_url","image_url":{"url":"https://example.com/a.webp"}})",
       R"({"fileData":{"mimeType":"image/webp","fileUri":"https://example.com/a.webp"}})"},
      {R"({"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}})",
       R"({"inlineData":{"mimeType":"audio/wav","data":"AAAA"}})"},
      {R"({"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AAAA"}})",
       R"({"inlineData":{"mimeType":"application/pdf","data":"AAAA"}})"},
  };
  for (const auto& [part, sent] : kCases) {
    EXPECT_NE(FromChat(User(part), Gemini(k25)).body.find(R"("parts":[)" + sent + R"(,{"text":"y"}])"),
              std::string::npos)
        << FromChat(User(part), Gemini(k25)).body << FromChat(User(part), Gemini(k25)).error.provider_text;
  }
}

TEST(GeminiRequestEncoder, RefusesMediaThatItCannotSend) {
  const char* url = R"({"type":"image_url","image_url":{"url":"https://example.com/a.png"}})";
  EXPECT_EQ(FromChat(User(url), Gemini(k20)).error.param, "messages[0].content[0]");
  const char* unknown = R"({"type":"image_url","image_url":{"url":"https://example.com/picture"}})";
  EXPECT_EQ(FromChat(User(unknown), Gemini(k25)).error.param, "messages[0].content[0]");
  const char* file = R"({"type":"file","file":{"file_id":"file-1"}})";
  EXPECT_NE(FromChat(User(file), Gemini(k25)).error.param.find("messages[0].content[0]"), std::string::npos);
}

TEST(GeminiRequestEncoder, DetailBecomesTheResolutionOfAllMedia) {
  const auto image = [](std::string_view detail) {
    return R"({"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":")" + std::string(detail) +
           "\"}}";
  };
  EXPECT_NE(FromChat(User(image("low")), Gemini(k25)).body.find(R"("mediaResolution":"MEDIA_RESOLUTION_LOW")"),
            std::string::npos);
  EXPECT_NE(FromChat(User(image("high")), Gemini(k25)).body.find("MEDIA_RESOLUTION_HIGH"), std::string::npos);
  EXPECT_EQ(FromChat(User(image("auto")), Gemini(k25)).body.find("mediaResolution"), std::string::npos);
  const Sent mixed = FromChat(User(image("low") + "," + image("high")), Gemini(k25));
  EXPECT_EQ(mixed.body.find("mediaResolution"), std::string::npos);
  EXPECT_EQ(mixed.losses,
            "-messages[0].content[0].detail:not_in_dialect -messages[0].content[1].detail:not_in_dialect");
}

// TRANSLATION row 23.
TEST(GeminiRequestEncoder, OffersGoogleSearch) {
  const std::string search = R"("web_search_options":{})";
  EXPECT_EQ(FromChat(search, Gemini(k25)).body, R"({"tools":[{"googleSearch":{}}]})");
  const Sent both = FromChat(search + "," + kTool, Gemini(k25));
  EXPECT_EQ(both.body, "{" + std::string(kDeclared) + "}");
  EXPECT_NE(both.losses.find("other_provider_tool"), std::string::npos);
  const std::string newer = FromChat(search + "," + kTool, Gemini(k3)).body;
  EXPECT_NE(newer.find(R"({"googleSearch":{}}],"toolConfig":{"includeServerSideToolInvocations":true})"),
            std::string::npos)
      << newer;
  UpstreamTarget vertex = Gemini(k3);
  vertex.quirks.vertex = true;
  EXPECT_EQ(FromChat(search + "," + kTool, vertex).body.find("googleSearch"), std::string::npos);
}

TEST(GeminiRequestEncoder, ASearchCannotBeDemanded) {
  EXPECT_EQ(FromChat(R"("web_search_options":{},"tool_choice":"required")", Gemini(k25)).error.param, "tool_choice");
}

// TRANSLATION rows 5 and 6.
TEST(GeminiRequestEncoder, AsksForSeveralChoicesAndLogProbabilities) {
  EXPECT_EQ(FromChat(R"("n":3)", Gemini(k25)).body, R"({"generationConfig":{"candidateCount":3}})");
  EXPECT_EQ(FromChat(R"("n":9)", Gemini(k25)).error.param, "n");
  EXPECT_EQ(FromChat(R"("logprobs":true,"top_logprobs":2)", Gemini(k20)).body,
            R"({"generationConfig":{"responseLogprobs":true,"logprobs":2}})");
  EXPECT_EQ(FromChat(R"("logprobs":true)", Gemini(k25)).error.param, "logprobs");
  EXPECT_EQ(FromChat(R"("logprobs":true,"stream":true)", Gemini(k20)).error.param, "logprobs");
}

// TRANSLATION row 3.
TEST(GeminiRequestEncoder, TheBudgetStaysBelowTheLimit) {
  const Sent lowered = FromChat(R"("reasoning_effort":"high","max_completion_tokens":5000)", Gemini(k25));
  EXPECT_NE(lowered.body.find(R"("thinkingBudget":4999)"), std::string::npos) << lowered.body;
  EXPECT_EQ(lowered.losses, "~reasoning_effort:clamped");
  const Sent off = FromChat(R"("reasoning_effort":"high","max_completion_tokens":500)", Gemini(k25));
  EXPECT_NE(off.body.find(R"("thinkingBudget":0)"), std::string::npos) << off.body;
  EXPECT_EQ(off.losses, "~reasoning_effort:no_room_to_think");
}

// TRANSLATION row 27: both APIs count tools, each in its own form.
TEST(GeminiRequestEncoder, CountsTheWholeRequest) {
  Arena arena;
  Part question;
  question.value = TextPart{"q"};
  const Message message{Role::kUser, {&question, 1}, "", "messages[0]"};
  ToolSpec tool;
  tool.name = "f";
  ChatRequest request;
  request.messages = {&message, 1};
  request.tools = {&tool, 1};
  request.max_tokens = 9;
  const std::string inside =
      R"("contents":[{"role":"user","parts":[{"text":"q"}]}],"tools":[{"functionDeclarations":[{"name":"f"}]}]})";
  UpstreamTarget target = Gemini(k25);
  EXPECT_EQ(gemini::EncodeGeminiRequest(request, target, EncodePurpose::kCountTokens, arena)->body,
            R"({"generateContentRequest":{"model":"models/gemini-2.5-flash",)" + inside + "}");
  target.quirks.vertex = true;
  EXPECT_EQ(gemini::EncodeGeminiRequest(request, target, EncodePurpose::kCountTokens, arena)->body, "{" + inside);
}

// TRANSLATION row 11, on a canonical request: errors, media and documents of results.
TEST(GeminiRequestEncoder, WritesResultsOfEveryKind) {
  Part call;
  call.value = ToolCallPart{"c1", "f", "{}", false};
  Part words;
  words.value = TextPart{"boom"};
  Part image;
  image.value = ImagePart{{MediaSource::Kind::kBase64, "AAAA", "image/png"}, ""};
  image.field = "messages[1].content[0].content[1]";
  const Part content[] = {words, image};
  ToolResultPart result;
  result.call_id = "c1";
  result.content = content;
  result.is_error = true;
  Part part;
  part.value = result;
  Part document;
  document.value = DocumentPart{{}, "plain", "title", "", false};
  document.field = "messages[1].content[1]";
  const Part answer[] = {part, document};
  const Message messages[] = {{Role::kAssistant, {&call, 1}, "", "messages[0]"},
                              {Role::kUser, answer, "", "messages[1]"}};
  ChatRequest request;
  request.messages = messages;
  Arena arena;
  const auto older = gemini::EncodeGeminiRequest(request, Gemini(k25), EncodePurpose::kReply, arena);
  ASSERT_TRUE(older.ok()) << older.status();
  EXPECT_NE(
      older->body.find(
          R"([{"functionResponse":{"id":"c1","name":"f","response":{"error":"boom"}}},)"
          R"({"inlineData":{"mimeType":"image/png","data":"AAAA"}},{"inlineData":{"mimeType":"text/plain","data":"cGxhaW4="}}])"),
      std::string::npos)
      << older->body;
  const auto newer = gemini::EncodeGeminiRequest(request, Gemini(k3), EncodePurpose::kReply, arena);
  ASSERT_TRUE(newer.ok());
  EXPECT_NE(newer->body.find(
                R"("response":{"error":"boom"},"parts":[{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]}})"),
            std::string::npos)
      << newer->body;
}

TEST(GeminiRequestEncoder, RefusesAConversationWithoutContent) {
  const Sent sent = FromChat(R"("messages":[{"role":"system","content":"s"},{"role":"user","content":""}])", Gemini());
  EXPECT_EQ(sent.body, "");
  EXPECT_EQ(sent.error.kind, ErrorKind::kUnsupported);
  EXPECT_EQ(sent.error.param, "messages");
}

}  // namespace
}  // namespace ag::wire
