#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "gatewayd/wire/gemini/gemini_codec.h"
#include "gatewayd/wire/gemini/gemini_content_decoder.h"
#include "gatewayd/wire/gemini/gemini_signature.h"
#include "translation_testing.h"

namespace ag::wire {
namespace {

// A decoded request, or why it was refused.
class Decoded {
 public:
  explicit Decoded(std::string body, const Endpoint& endpoint = GeminiEndpoint()) : body_(std::move(body)) {
    const auto parsed = json::Parse(body_, arena_);
    EXPECT_TRUE(parsed.ok()) << parsed.status();
    auto decoded = gemini::DecodeGeminiRequest(endpoint, **parsed, arena_);
    if (decoded.ok()) {
      request_ = *decoded;
    } else {
      error_ = DetailOf(decoded.status());
    }
  }
  const ChatRequest* operator->() const { return request_; }
  bool ok() const { return request_ != nullptr; }
  const ErrorDetail& error() const { return error_; }
  template <typename T>
  const T& At(std::size_t message, std::size_t part) const {
    return std::get<T>(request_->messages[message].parts[part].value);
  }
  // "field" of each unknown member, refused ones with '!'.
  std::string Unknown() const {
    std::string list;
    for (const UnknownField& field : request_->unknown) {
      list += (field.treatment == UnknownField::Treatment::kRefuse ? "!" : "") + std::string(field.field) + " ";
    }
    return list;
  }

 private:
  std::string body_;
  Arena arena_;
  const ChatRequest* request_ = nullptr;
  ErrorDetail error_;
};

std::string With(std::string_view members) {
  return R"({"contents":[{"role":"user","parts":[{"text":"x"}]}],)" + std::string(members) + "}";
}
std::string OfParts(std::string_view parts, std::string_view role = "user") {
  return R"({"contents":[{"role":")" + std::string(role) + R"(","parts":[)" + std::string(parts) + "]}]}";
}

TEST(GeminiRequestDecoder, ReadsFunctionsInBothWaysToWriteASchema) {
  const Decoded request(With(
      R"("tools":[{"functionDeclarations":[{"name":"f","description":"d","parameters":{"type":"OBJECT","properties":)"
      R"({"type":{"type":"STRING","nullable":true,"max_length":"5"},"list":{"type":"ARRAY","items":{"type":3}},)"
      R"("any":{"anyOf":[{"type":"NUMBER"}],"nullable":true}},"required":["type"],"property_ordering":["type"]}}]},)"
      R"({"function_declarations":[{"name":"g","parameters_json_schema":{"type":"object"},"response":{"type":"STRING"}}]}])"));
  ASSERT_TRUE(request.ok()) << request.error().param;
  ASSERT_EQ(request->tools.size(), 2u);
  EXPECT_EQ(request->tools[0].name, "f");
  EXPECT_EQ(request->tools[0].description, "d");
  EXPECT_EQ(
      request->tools[0].parameters->raw(),
      R"({"type":"object","properties":{"type":{"type":["string","null"],"maxLength":5},)"
      R"("list":{"type":"array","items":{"type":"integer"}},"any":{"anyOf":[{"type":"number"},{"type":"null"}]}},)"
      R"("required":["type"],"propertyOrdering":["type"]})");
  EXPECT_EQ(request->tools[1].parameters->raw(), R"({"type":"object"})");
  EXPECT_EQ(request.Unknown(), "tools[1].function_declarations[0].response ");
}

TEST(GeminiRequestDecoder, FunctionsGetNamesThatOthersTake) {
  const Decoded request(
      R"({"contents":[{"role":"model","parts":[{"functionCall":{"name":"mcp.server:do"}}]},)"
      R"({"role":"user","parts":[{"functionResponse":{"name":"mcp.server:do","response":{}}}]}],)"
      R"("tools":[{"functionDeclarations":[{"name":"mcp.server:do"}]}],)"
      R"("toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["mcp.server:do"]}}})");
  ASSERT_TRUE(request.ok());
  const std::string_view name = request->tools[0].name;
  EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-"), std::string_view::npos) << name;
  EXPECT_TRUE(name.starts_with("mcp_server_do_"));
  EXPECT_EQ(request->tools[0].local_name, "mcp.server:do");
  EXPECT_EQ(request.At<ToolCallPart>(0, 0).name, name);
  EXPECT_EQ(request.At<ToolResultPart>(1, 0).name, name);
  ASSERT_EQ(request->tool_choice->names.size(), 1u);
  EXPECT_EQ(request->tool_choice->names[0], name);
  Arena arena;
  EXPECT_EQ(gemini::ForeignToolName("ok_name-1", arena), "ok_name-1");
  EXPECT_EQ(gemini::ForeignToolName(std::string(100, 'a'), arena).size(), 64u);
  EXPECT_NE(gemini::ForeignToolName("a.b", arena), gemini::ForeignToolName("a:b", arena));
}

// TRANSLATION row 10.
TEST(GeminiRequestDecoder, ReadsTheChoiceOfATool) {
  using Mode = ToolChoice::Mode;
  const std::pair<const char*, Mode> kCases[] = {
      {R"({"mode":"AUTO"})", Mode::kAuto},
      {R"({"mode":"auto"})", Mode::kAuto},
      {R"({})", Mode::kAuto},
      {R"({"mode":1})", Mode::kAuto},
      {R"({"mode":"ANY"})", Mode::kRequired},
      {R"({"mode":2})", Mode::kRequired},
      {R"({"mode":"NONE"})", Mode::kNone},
      {R"({"mode":3})", Mode::kNone},
      {R"({"mode":"ANY","allowedFunctionNames":["f"]})", Mode::kNamed},
      {R"({"mode":"ANY","allowed_function_names":["f","g"]})", Mode::kAllowed},
      {R"({"mode":"VALIDATED"})", Mode::kAuto},
      {R"({"mode":4,"allowedFunctionNames":["f"]})", Mode::kAllowed},
  };
  for (const auto& [config, mode] : kCases) {
    const Decoded request(With(
        R"("tools":[{"functionDeclarations":[{"name":"f"},{"name":"g"}]}],"tool_config":{"function_calling_config":)" +
        std::string(config) + "}"));
    ASSERT_TRUE(request.ok()) << config;
    EXPECT_EQ(request->tool_choice->mode, mode) << config;
    const bool validated = std::string_view(config).find("VALIDATED") != std::string_view::npos ||
                           std::string_view(config).find('4') != std::string_view::npos;
    EXPECT_EQ(request->tools[0].strict.value_or(false), validated) << config;
  }
  EXPECT_EQ(Decoded(With(R"("toolConfig":{"functionCallingConfig":{"mode":"SOMETIMES"}})")).error().param,
            "toolConfig.functionCallingConfig.mode");
}

// TRANSLATION row 23.
TEST(GeminiRequestDecoder, ReadsBuiltInTools) {
  const Decoded request(With(R"("tools":[{"google_search":{"exclude_domains":["a.example"],"timeRangeFilter":{}}},)"
                             R"({"codeExecution":{},"urlContext":{}},{"googleSearchRetrieval":{}}])"));
  ASSERT_TRUE(request.ok());
  ASSERT_EQ(request->tools.size(), 4u);
  EXPECT_EQ(request->tools[0].kind, ToolSpec::Kind::kWebSearch);
  EXPECT_EQ(request->tools[0].web_search.blocked_domains[0], "a.example");
  EXPECT_EQ(request->tools[1].kind, ToolSpec::Kind::kServer);
  EXPECT_EQ(request->tools[1].server_type, "codeExecution");
  EXPECT_EQ(request->tools[2].server_type, "urlContext");
  EXPECT_EQ(request->tools[3].kind, ToolSpec::Kind::kWebSearch);
  EXPECT_EQ(request.Unknown(), "tools[0].google_search.timeRangeFilter ");
}

// TRANSLATION row 11.
TEST(GeminiRequestDecoder, ReadsCallsAndResults) {
  const Decoded request(
      R"({"contents":[{"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":1.50}}},{"function_call":{"id":"i","name":"g"}}]},)"
      R"({"role":"function","parts":[{"functionResponse":{"name":"f","response":{"output":"sunny"}}},)"
      R"({"functionResponse":{"id":"i","name":"g","response":{"error":"boom"}}},)"
      R"({"functionResponse":{"name":"g","response":{"temp":20}}},)"
      R"({"functionResponse":{"name":"g","response":{"result":{"a":[1]}},"parts":[{"inlineData":{"mimeType":"image/png","data":"AA-_"}}]}}]}]})");
  ASSERT_TRUE(request.ok()) << request.error().param;
  EXPECT_EQ(request.At<ToolCallPart>(0, 0).arguments, R"({"a":1.50})");
  EXPECT_EQ(request.At<ToolCallPart>(0, 0).id, "");
  EXPECT_EQ(request.At<ToolCallPart>(0, 1).arguments, "{}");
  EXPECT_EQ(request.At<ToolCallPart>(0, 1).id, "i");
  const auto text = [](const ToolResultPart& result) { return std::get<TextPart>(result.content[0].value).text; };
  EXPECT_EQ(request->messages[1].role, Role::kUser);
  EXPECT_EQ(text(request.At<ToolResultPart>(1, 0)), "sunny");
  EXPECT_FALSE(request.At<ToolResultPart>(1, 0).is_error);
  EXPECT_EQ(text(request.At<ToolResultPart>(1, 1)), "boom");
  EXPECT_TRUE(request.At<ToolResultPart>(1, 1).is_error);
  EXPECT_EQ(request.At<ToolResultPart>(1, 2).structured->raw(), R"({"temp":20})");
  EXPECT_EQ(text(request.At<ToolResultPart>(1, 3)), R"({"a":[1]})");
  const auto& image = std::get<ImagePart>(request.At<ToolResultPart>(1, 3).content[1].value);
  EXPECT_EQ(image.source.data, "AA+/");  // Google takes both alphabets
}

TEST(GeminiRequestDecoder, ReadsMedia) {
  const Decoded request(OfParts(
      R"({"inlineData":{"mimeType":"image/png","data":"AAAA"},"mediaResolution":{"level":"MEDIA_RESOLUTION_LOW"}},)"
      R"({"inline_data":{"mime_type":"audio/mpeg","data":"AAA"}},)"
      R"({"fileData":{"mimeType":"video/mp4","fileUri":"https://example.com/v"},"videoMetadata":{"fps":1}},)"
      R"({"fileData":{"fileUri":"https://example.com/a.pdf"}},)"
      R"({"fileData":{"mimeType":"image/png","fileUri":"https://generativelanguage.googleapis.com/v1beta/files/1"}},)"
      R"({"inlineData":{"mimeType":"text/plain","data":"aGk="}},)"
      R"({"fileData":{"fileUri":"https://www.youtube.com/watch?v=1"}})"));
  ASSERT_TRUE(request.ok()) << request.error().param;
  EXPECT_EQ(request.At<ImagePart>(0, 0).detail, "low");
  EXPECT_EQ(request.At<AudioPart>(0, 1).format, "mp3");
  EXPECT_EQ(request.At<AudioPart>(0, 1).source.data, "AAA=");
  EXPECT_EQ(request.At<VideoPart>(0, 2).source.kind, MediaSource::Kind::kUrl);
  EXPECT_EQ(request.At<DocumentPart>(0, 3).source.media_type, "application/pdf");
  EXPECT_EQ(request.At<ImagePart>(0, 4).source.kind, MediaSource::Kind::kFileId);
  EXPECT_EQ(request.At<DocumentPart>(0, 5).text, "hi");
  EXPECT_EQ(request.At<VideoPart>(0, 6).source.media_type, "video/mp4");
  EXPECT_EQ(request.Unknown(), "contents[0].parts[2].videoMetadata ");
  EXPECT_EQ(
      Decoded(OfParts(R"({"fileData":{"mimeType":"image/png","fileUri":"http://10.0.0.1/a.png"}})")).error().param,
      "contents[0].parts[0].fileData.fileUri");
  EXPECT_EQ(Decoded(OfParts(R"({"inlineData":{"data":"AAAA"}})")).error().param,
            "contents[0].parts[0].inlineData.mimeType");
}

// TRANSLATION rows 12 and 13.
TEST(GeminiRequestDecoder, ReadsStateOfEveryPart) {
  const Decoded request(
      OfParts(R"({"text":"h","thought":true},{"text":"m","thought":true,"thoughtSignature":"b3du"},)"
              R"({"text":"x","thoughtSignature":"dHh0"},{"functionCall":{"name":"f"},"thought_signature":"Y2FsbA=="},)"
              R"({"text":"","thoughtSignature":"ZW5k"})",
              "model"));
  ASSERT_TRUE(request.ok());
  ASSERT_EQ(request->messages[0].parts.size(), 6u);
  const auto& thought = request.At<ReasoningPart>(0, 0);
  EXPECT_EQ(thought.text, "hm");
  EXPECT_EQ(thought.signature, "b3du");
  EXPECT_EQ(thought.home, StateHome::kOwnPart);
  EXPECT_EQ(thought.family, Family::kGemini);
  EXPECT_EQ(request.At<ReasoningPart>(0, 1).signature, "dHh0");
  EXPECT_EQ(request.At<ReasoningPart>(0, 1).home, StateHome::kNextPart);
  EXPECT_EQ(request.At<TextPart>(0, 2).text, "x");
  EXPECT_EQ(request.At<ReasoningPart>(0, 3).signature, "Y2FsbA==");
  EXPECT_EQ(request.At<ToolCallPart>(0, 4).name, "f");
  EXPECT_EQ(request.At<ReasoningPart>(0, 5).signature, "ZW5k");
  EXPECT_EQ(request.At<ReasoningPart>(0, 5).home, StateHome::kOwnPart);
}

TEST(GeminiRequestDecoder, OpensForeignStateInEitherAlphabet) {
  ReasoningPart state;
  state.family = Family::kAnthropic;
  state.scope = "acc?>~";
  state.signature = "Eq+/==~~~?>>>?";
  const std::string sealed = gemini::SealedSignature(state);
  std::string urlsafe = sealed;
  for (char& c : urlsafe) c = c == '+' ? '-' : c == '/' ? '_' : c;
  for (const std::string& text : {sealed, urlsafe}) {
    const Decoded request(OfParts(
        R"({"text":"hm","thought":true},{"text":"","thought":true,"thoughtSignature":")" + text + "\"}", "model"));
    ASSERT_TRUE(request.ok());
    ASSERT_EQ(request->messages[0].parts.size(), 1u);
    const auto& reasoning = request.At<ReasoningPart>(0, 0);
    EXPECT_EQ(reasoning.family, Family::kAnthropic);
    EXPECT_EQ(reasoning.signature, state.signature);
    EXPECT_EQ(reasoning.scope, state.scope);
    EXPECT_EQ(reasoning.text, "hm");
  }
}

// CLIENTS rule 8: Gemini CLI writes it where a reply had no signature.
TEST(GeminiRequestDecoder, APlaceholderSignatureIsNone) {
  for (const char* text : {"skip_thought_signature_validator", "context_engineering_is_the_way_to_go"}) {
    const Decoded request(
        OfParts(R"({"functionCall":{"name":"f"},"thoughtSignature":")" + std::string(text) + "\"}", "model"));
    ASSERT_TRUE(request.ok());
    ASSERT_EQ(request->messages[0].parts.size(), 1u);
    EXPECT_EQ(request.At<ToolCallPart>(0, 0).name, "f");
    EXPECT_EQ(request.Unknown(), "");
  }
}

TEST(GeminiRequestDecoder, PutsAStreamedTurnTogetherThatASessionKeptChunkByChunk) {
  const auto chunk = [](std::string_view parts) { return R"({"role":"model","parts":[)" + std::string(parts) + "]}"; };
  const Decoded request(
      R"({"contents":[{"role":"user","parts":[{"text":"a"}]},{"role":"user","parts":[{"text":"b"}]},)" +
      chunk(R"({"text":"h","thought":true})") + "," +
      chunk(R"({"text":"m","thought":true},{"text":"","thought":true,"thoughtSignature":"b3du"})") + "," +
      chunk(R"({"text":"one "})") + "," + chunk(R"({"text":"two"})") + "," +
      chunk(R"({"text":" three"},{"text":"4"})") + "," + chunk(R"({"functionCall":{"name":"f"}})") + "," +
      chunk(R"({"functionCall":{"name":"g"}})") + "]}");
  ASSERT_TRUE(request.ok()) << request.error().param;
  ASSERT_EQ(request->messages.size(), 3u) << "users' contents stay apart";
  EXPECT_EQ(request->messages[2].field, "contents[2]");
  ASSERT_EQ(request->messages[2].parts.size(), 5u);
  const auto& thought = request.At<ReasoningPart>(2, 0);
  EXPECT_EQ(thought.text, "hm");
  EXPECT_EQ(thought.signature, "b3du");
  EXPECT_EQ(request.At<TextPart>(2, 1).text, "one two three");
  EXPECT_EQ(request.At<TextPart>(2, 2).text, "4");
  EXPECT_EQ(request.At<ToolCallPart>(2, 4).name, "g");
}

TEST(GeminiRequestDecoder, PartsOfGooglesOwnToolsStayAsTheyAre) {
  const Decoded request(OfParts(R"({"executableCode":{"code":"1","id":"e"}},{"toolResponse":{"id":"t"}})", "model"));
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request.At<ServerToolPart>(0, 0).type, "executableCode");
  EXPECT_EQ(request.At<ServerToolPart>(0, 0).id, "e");
  EXPECT_EQ(request.At<ServerToolPart>(0, 1).raw->raw(), R"({"toolResponse":{"id":"t"}})");
}

// TRANSLATION row 18.
TEST(GeminiRequestDecoder, ReadsTheWantedFormat) {
  using Kind = ResponseFormat::Kind;
  const Decoded object(With(R"("generationConfig":{"response_mime_type":"application/json"})"));
  ASSERT_TRUE(object.ok());
  EXPECT_EQ(object->response_format->kind, Kind::kJsonObject);
  const Decoded schema(With(
      R"("generationConfig":{"responseMimeType":"application/json","responseSchema":{"type":"ARRAY","items":{"type":"STRING"}}})"));
  EXPECT_EQ(schema->response_format->kind, Kind::kJsonSchema);
  EXPECT_EQ(schema->response_format->schema->raw(), R"({"type":"array","items":{"type":"string"}})");
  EXPECT_EQ(schema->response_format->field, "generationConfig.responseSchema");
  const Decoded json(With(R"("generationConfig":{"responseJsonSchema":{"type":"object"}})"));
  EXPECT_EQ(json->response_format->schema->raw(), R"({"type":"object"})");
  EXPECT_FALSE(Decoded(With(R"("generationConfig":{"responseMimeType":"text/plain"})"))->response_format);
  EXPECT_EQ(Decoded(With(R"("generationConfig":{"responseMimeType":"text/x.enum"})")).error().param,
            "generationConfig.responseMimeType");
}

TEST(GeminiRequestDecoder, NamesWhatItDropsAndRefuses) {
  const std::pair<const char*, const char*> kCases[] = {
      {R"("safetySettings":[{}],"labels":{"a":"b"},"store":true,"modelArmorConfig":{})",
       "safetySettings labels store modelArmorConfig "},
      {R"("cachedContent":"cachedContents/1")", "!cachedContent "},
      {R"("generationConfig":{"responseModalities":["TEXT","IMAGE"]})", "!generationConfig.responseModalities "},
      {R"("generationConfig":{"responseModalities":["Text"]})", ""},
      {R"("generationConfig":{"speechConfig":{},"audioTimestamp":true})",
       "generationConfig.speechConfig generationConfig.audioTimestamp "},
      {R"("generationConfig":{"crystalBall":true})", "!generationConfig.crystalBall "},
      {R"("toolConfig":{"includeServerSideToolInvocations":true,"retrievalConfig":{}})",
       "toolConfig.includeServerSideToolInvocations toolConfig.retrievalConfig "},
      {R"("safetySettings":null)", ""},
  };
  for (const auto& [members, unknown] : kCases) {
    const Decoded request(With(members));
    ASSERT_TRUE(request.ok()) << members;
    EXPECT_EQ(request.Unknown(), unknown) << members;
  }
}

TEST(GeminiRequestDecoder, TheResolutionOfTheRequestIsThatOfItsImages) {
  const Decoded request(R"({"generationConfig":{"mediaResolution":"MEDIA_RESOLUTION_HIGH"},"contents":[{"parts":[)"
                        R"({"inlineData":{"mimeType":"image/png","data":"AAAA"}}]}]})");
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request.At<ImagePart>(0, 0).detail, "high");
}

TEST(GeminiRequestDecoder, CountsAWrappedRequest) {
  const Endpoint endpoint{Dialect::kGemini, Operation::kCountTokens, "m", StreamFraming::kNone};
  const Decoded wrapped(R"({"generateContentRequest":{"model":"models/m","system_instruction":"s","contents":)"
                        R"([{"parts":[{"text":"x"}]}],"tools":[{"functionDeclarations":[{"name":"f"}]}]}})",
                        endpoint);
  ASSERT_TRUE(wrapped.ok()) << wrapped.error().param;
  EXPECT_EQ(wrapped->messages.size(), 2u);
  EXPECT_EQ(wrapped->tools.size(), 1u);
  EXPECT_TRUE(Decoded(R"({"contents":[{"parts":[{"text":"x"}]}]})", endpoint).ok());
}

TEST(GeminiRequestDecoder, MalformedRequestsNameTheField) {
  const std::pair<std::string, const char*> kCases[] = {
      {"{}", "contents"},
      {R"({"contents":[]})", "contents"},
      {R"({"contents":[7]})", "contents[0]"},
      {R"({"contents":[{"role":"wizard","parts":[]}]})", "contents[0].role"},
      {R"({"contents":[{"parts":7}]})", "contents[0].parts"},
      {OfParts("7"), "contents[0].parts[0]"},
      {OfParts(R"({"text":7})"), "contents[0].parts[0].text"},
      {OfParts(R"({"text":"a","inlineData":{}})"), "contents[0].parts[0]"},
      {OfParts(R"({"functionCall":{}})"), "contents[0].parts[0].functionCall.name"},
      {OfParts(R"({"functionCall":{"name":"f","args":[]}})"), "contents[0].parts[0].functionCall.args"},
      {OfParts(R"({"functionResponse":{"name":"f","response":"x"}})"),
       "contents[0].parts[0].functionResponse.response"},
      {OfParts(R"({"functionResponse":7})"), "contents[0].parts[0].functionResponse"},
      {OfParts(R"({"text":"a","thoughtSignature":7})"), "contents[0].parts[0].thoughtSignature"},
      {With(R"("tools":{})"), "tools"},
      {With(R"("tools":[7])"), "tools[0]"},
      {With(R"("tools":[{"functionDeclarations":[{}]}])"), "tools[0].functionDeclarations[0].name"},
      {With(R"("toolConfig":7)"), "toolConfig"},
      {With(R"("generationConfig":{"thinkingConfig":{"thinkingLevel":"SOME"}})"),
       "generationConfig.thinkingConfig.thinkingLevel"},
      {With(R"("generationConfig":{"stopSequences":"a"})"), "generationConfig.stopSequences"},
  };
  for (const auto& [body, field] : kCases) {
    const Decoded request(body);
    EXPECT_FALSE(request.ok()) << body;
    EXPECT_EQ(request.error().kind, ErrorKind::kInvalidRequest) << body;
    EXPECT_EQ(request.error().param, field) << body;
  }
}

}  // namespace
}  // namespace ag::wire
