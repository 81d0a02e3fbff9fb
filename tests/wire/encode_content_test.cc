#include "gatewayd/wire/encode_content.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/wire/encode_common.h"
#include "gatewayd/wire/encode_tools.h"

namespace ag::wire {
namespace {

std::string Losses(const EncodedRequest& out) {
  std::string list;
  for (const Loss& loss : out.losses) {
    list += (list.empty() ? "" : " ") + std::string(loss.loss_class == LossClass::kDrop ? "-" : "~") + loss.field +
            ":" + loss.reason.code;
  }
  return list;
}

UpstreamTarget To(Dialect dialect) {
  UpstreamTarget target;
  target.dialect = dialect;
  target.model = "upstream-model";
  return target;
}

Message Says(Role role, std::span<const Part> parts, std::string_view field = "m") {
  Message message;
  message.role = role;
  message.parts = parts;
  message.field = field;
  return message;
}

Part Reasoning(Family family, std::string_view signature, std::string_view scope = {}) {
  ReasoningPart part;
  part.family = family;
  part.text = "hm";
  part.signature = signature;
  part.scope = scope;
  return {part, {}, "r"};
}

// Which of the parts a target keeps, as "text", "thought …" and "block".
std::string Kept(const std::vector<Part>& parts, const UpstreamTarget& target, EncodedRequest& out) {
  const std::vector<Message> messages = {Says(Role::kAssistant, parts)};
  ChatRequest request;
  request.messages = messages;
  Arena arena;
  std::string kept;
  for (const Message& message : FittingHistory(request, target, arena, out).messages) {
    for (const Part& part : message.parts) {
      kept += kept.empty() ? "" : " ";
      kept += std::visit(Overloaded{[](const TextPart& text) { return std::string(text.text); },
                                    [](const ReasoningPart& thought) { return std::string(thought.signature); },
                                    [](const auto&) { return std::string("other"); }},
                         part.value);
    }
  }
  return kept;
}

// TRANSLATION row 12: state is for the family and scope that it is from.
TEST(FittingHistory, KeepsReasoningOfItsOwnFamilyAndScope) {
  const std::vector<Part> parts = {Reasoning(Family::kAnthropic, "anthropic"),
                                   Reasoning(Family::kGemini, "gemini"),
                                   Reasoning(Family::kOpenAi, "mine", "account-1"),
                                   Reasoning(Family::kOpenAi, "theirs", "account-2"),
                                   Reasoning(Family::kOpenAi, ""),
                                   {TextPart{"text"}, {}, "t"}};
  EncodedRequest out;
  EXPECT_EQ(Kept(parts, To(Dialect::kMessages), out), "anthropic text");
  EXPECT_EQ(Losses(out),
            "-r:other_provider_reasoning -r:other_provider_reasoning -r:other_provider_reasoning "
            "-r:other_provider_reasoning");
  EXPECT_EQ(Kept(parts, To(Dialect::kGemini), out), "gemini text");
  UpstreamTarget responses = To(Dialect::kResponses);
  responses.state_scope = "account-1";
  EXPECT_EQ(Kept(parts, responses, out), "mine text");
  EXPECT_EQ(Kept(parts, To(Dialect::kChat), out), "text");
}

// Row 26: servers that want reasoning_content back get its text, whoever's it is.
TEST(FittingHistory, KeepsReasoningTextForServersThatWantIt) {
  UpstreamTarget target = To(Dialect::kChat);
  target.quirks.reasoning_content_back = true;
  EncodedRequest out;
  EXPECT_EQ(Kept({Reasoning(Family::kAnthropic, "a"), {TextPart{"text"}, {}, "t"}}, target, out), "a text");
  EXPECT_EQ(Losses(out), "");
  Part redacted = Reasoning(Family::kAnthropic, "a");
  std::get<ReasoningPart>(redacted.value).text = {};
  EXPECT_EQ(Kept({redacted}, target, out), "");
  EXPECT_EQ(Losses(out), "-r:other_provider_reasoning");
}

// Row 23.
TEST(FittingHistory, DropsServerToolBlocksAndMessagesThatThenAreEmpty) {
  const std::vector<Part> block = {
      {ServerToolPart{Family::kAnthropic, "web_search_tool_result", "1", nullptr}, {}, "b"}};
  const std::vector<Part> text = {{TextPart{"x"}, {}, "t"}};
  const std::vector<Message> messages = {Says(Role::kAssistant, block), Says(Role::kAssistant, {}),
                                         Says(Role::kUser, text)};
  ChatRequest request;
  request.messages = messages;
  Arena arena;
  EncodedRequest out;
  const ChatRequest& fitting = FittingHistory(request, To(Dialect::kGemini), arena, out);
  ASSERT_EQ(fitting.messages.size(), 2u) << "a message that the client left empty is not this function's";
  EXPECT_EQ(fitting.messages[1].role, Role::kUser);
  EXPECT_EQ(Losses(out), "-b:server_tool_history");
}

struct ArgumentsCase {
  const char* written;
  bool custom;
  const char* object;
  const char* text;
  const char* losses;
};

// Row 11.
TEST(Arguments, KeepTheirTextOrBecomeAnObject) {
  const ArgumentsCase cases[] = {
      {R"({"id": 12345678901234567890, "t":0.95})", false, R"({"id": 12345678901234567890, "t":0.95})",
       R"({"id": 12345678901234567890, "t":0.95})", ""},
      {"", false, "{}", "{}", ""},
      {" \n", false, "{}", "{}", ""},
      {R"({"a":)", false, R"({"arguments":"{\"a\":"})", R"({"a":)", "~call:invalid_arguments"},
      {"[1]", false, R"({"arguments":"[1]"})", "[1]", "~call:invalid_arguments"},
      {"ls -l", true, R"({"input":"ls -l"})", R"({"input":"ls -l"})", ""},
      {"", true, R"({"input":""})", R"({"input":""})", ""},
  };
  for (const ArgumentsCase& each : cases) {
    Arena arena;
    EncodedRequest out;
    const ToolCallPart call{"1", "f", each.written, each.custom};
    EXPECT_EQ(ArgumentsObject(call, "call", arena, out), each.object) << each.written;
    EXPECT_EQ(ArgumentsText(call, arena), each.text) << each.written;
    EXPECT_EQ(Losses(out), each.losses) << each.written;
  }
}

TEST(ToolResults, BecomeOneText) {
  Arena arena;
  ToolResultPart result;
  EXPECT_EQ(ResultText(result, arena), "");
  const std::vector<Part> one = {{TextPart{"a"}, {}, ""}};
  result.content = one;
  EXPECT_EQ(ResultText(result, arena), "a");
  DocumentPart document;
  document.text = "b";
  ImagePart image;
  image.source.data = "AAAA";
  const std::vector<Part> many = {
      {TextPart{"a"}, {}, ""}, {image, {}, "i"}, {document, {}, ""}, {TextPart{"c"}, {}, ""}};
  result.content = many;
  EXPECT_EQ(ResultText(result, arena), "a\nb\nc");
  const std::vector<const Part*> media = ResultMedia(result);
  ASSERT_EQ(media.size(), 1u);
  EXPECT_EQ(media.front()->field, "i");
  const auto structured = json::Parse(R"({"sum": 0.95})", arena);
  ASSERT_TRUE(structured.ok());
  result.structured = *structured;
  EXPECT_EQ(ResultText(result, arena), R"({"sum": 0.95})");
}

TEST(SystemTexts, AreCollectedAndRefuseMedia) {
  const std::vector<Part> texts = {{TextPart{"a"}, {}, "s0"}, {TextPart{""}, {}, "s1"}, {TextPart{"b"}, {}, "s2"}};
  const std::vector<Part> image = {{ImagePart{}, {}, "s3"}};
  std::vector<Message> messages = {Says(Role::kSystem, texts), Says(Role::kUser, image)};
  ChatRequest request;
  request.messages = messages;
  std::vector<std::string_view> found;
  ASSERT_TRUE(SystemTexts(request, To(Dialect::kGemini), found).ok());
  EXPECT_EQ(found, (std::vector<std::string_view>{"a", "b"}));
  messages[1].role = Role::kDeveloper;
  const absl::Status refused = SystemTexts(request, To(Dialect::kGemini), found);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(DetailOf(refused).param, "s3");
}

// Rows 15 and 25.
TEST(Media, AreCheckedAgainstTheModel) {
  const ChatRequest request;
  UpstreamTarget target = To(Dialect::kMessages);
  MediaSource source;
  EXPECT_TRUE(CheckMedium(request, target, source, "audio", "f").ok()) << "an unknown model decides itself";
  target.model_info.known = true;
  target.model_info.input_modalities = {"text", "image"};
  EXPECT_TRUE(CheckMedium(request, target, source, "image", "f").ok());
  const absl::Status audio = CheckMedium(request, target, source, "audio", "f");
  EXPECT_EQ(DetailOf(audio).kind, ErrorKind::kUnsupported);
  EXPECT_EQ(DetailOf(audio).param, "f");
  source.kind = MediaSource::Kind::kFileId;
  EXPECT_FALSE(CheckMedium(request, target, source, "image", "f").ok());
}

TEST(Media, BecomeUrls) {
  MediaSource source{MediaSource::Kind::kBase64, "AAAA", "image/gif"};
  EXPECT_EQ(MediaUrl(source, "image/png"), "data:image/gif;base64,AAAA");
  source.media_type = {};
  EXPECT_EQ(MediaUrl(source, "image/png"), "data:image/png;base64,AAAA");
  source.kind = MediaSource::Kind::kUrl;
  source.data = "https://example.com/a";
  EXPECT_EQ(MediaUrl(source, "image/png"), "https://example.com/a");
}

class Tools {
 public:
  Tools& Add(ToolSpec::Kind kind, std::string_view name) {
    ToolSpec tool;
    tool.kind = kind;
    tool.name = name;
    tool.field = name;
    specs_.push_back(tool);
    return *this;
  }
  Tools& Choose(ToolChoice::Mode mode, std::vector<std::string_view> names = {}, bool required = false) {
    names_ = std::move(names);
    choice_ = ToolChoice{mode, names_, required};
    return *this;
  }
  // "f g required"; the field at fault when it is refused.
  std::string Offer(const ToolRules& rules) {
    ChatRequest request;
    request.tools = specs_;
    request.tool_choice = choice_;
    out_ = {};
    const auto offer = OfferTools(request, To(Dialect::kMessages), rules, out_);
    if (!offer.ok()) return "refused " + DetailOf(offer.status()).param;
    std::string text;
    for (const ToolSpec* tool : offer->tools) text += std::string(tool->name) + " ";
    const char* modes[] = {"auto", "none", "required", "named", "allowed"};
    text += modes[static_cast<int>(offer->choice.mode)];
    for (const std::string_view name : offer->choice.names) text += " " + std::string(name);
    return text;
  }
  std::string Losses() const { return wire::Losses(out_); }

 private:
  std::vector<ToolSpec> specs_;
  std::vector<std::string_view> names_;
  std::optional<ToolChoice> choice_;
  EncodedRequest out_;
};

using Mode = ToolChoice::Mode;
using Kind = ToolSpec::Kind;

Tools SomeTools() {
  Tools tools;
  tools.Add(Kind::kFunction, "f").Add(Kind::kCustom, "c").Add(Kind::kWebSearch, "web").Add(Kind::kServer, "code");
  return tools;
}

// Rows 10 and 23.
TEST(OfferTools, LeavesOutWhatTheTargetLacks) {
  EXPECT_EQ(Tools().Offer({}), "auto");
  EXPECT_EQ(SomeTools().Offer({}), "f c auto");
  EXPECT_EQ(SomeTools().Offer({.web_search = true}), "f c web auto");
  Tools tools = SomeTools();
  tools.Offer({});
  EXPECT_EQ(tools.Losses(), "-web:other_provider_tool -code:other_provider_tool");
}

TEST(OfferTools, KeepsTheChoice) {
  EXPECT_EQ(SomeTools().Choose(Mode::kNone).Offer({}), "f c none");
  EXPECT_EQ(SomeTools().Choose(Mode::kRequired).Offer({}), "f c required");
  EXPECT_EQ(SomeTools().Choose(Mode::kNamed, {"f"}).Offer({}), "f c named f");
  EXPECT_EQ(SomeTools().Choose(Mode::kAllowed, {"f"}, true).Offer({.allowed_list = true}), "f c allowed f");
}

TEST(OfferTools, SendsAllowedToolsAloneWhereThereIsNoList) {
  Tools tools = SomeTools();
  EXPECT_EQ(tools.Choose(Mode::kAllowed, {"c"}, true).Offer({}), "c required");
  EXPECT_EQ(tools.Losses(), "-web:other_provider_tool -code:other_provider_tool ~tool_choice:allowed_subset");
  EXPECT_EQ(tools.Choose(Mode::kAllowed, {"c"}).Offer({}), "c auto");
  EXPECT_EQ(tools.Choose(Mode::kAllowed, {"web"}).Offer({}), "auto");
  Tools all;
  EXPECT_EQ(all.Add(Kind::kFunction, "f").Choose(Mode::kAllowed, {"f"}).Offer({}), "f auto");
  EXPECT_EQ(all.Losses(), "");
}

TEST(OfferTools, RefusesADemandForWhatIsNotOffered) {
  EXPECT_EQ(SomeTools().Choose(Mode::kNamed, {"web"}).Offer({}), "refused tool_choice");
  EXPECT_EQ(SomeTools().Choose(Mode::kNamed, {"unknown"}).Offer({}), "refused tool_choice");
  EXPECT_EQ(SomeTools().Choose(Mode::kAllowed, {"code"}, true).Offer({}), "refused tool_choice");
  Tools server;
  EXPECT_EQ(server.Add(Kind::kServer, "code").Choose(Mode::kRequired).Offer({}), "refused tool_choice");
  EXPECT_EQ(Tools().Choose(Mode::kRequired).Offer({}), "refused tool_choice");
  EXPECT_EQ(Tools().Choose(Mode::kNone).Offer({}), "auto") << "nothing to say without tools";
}

ChatRequest AskingWith(std::span<const Message> messages) {
  ChatRequest request;
  request.messages = messages;
  return request;
}

TEST(CheckForeign, LeavesLogprobsToEncodersThatMapThem) {
  const std::vector<Part> text = {{TextPart{"x"}, CacheHint{}, "p"}};
  const std::vector<Message> messages = {Says(Role::kUser, text)};
  ChatRequest request = AskingWith(messages);
  request.logprobs = true;
  EncodedRequest out;
  const UpstreamTarget target = To(Dialect::kGemini);
  EXPECT_EQ(DetailOf(CheckForeign(request, target, out)).param, "logprobs");
  EXPECT_TRUE(CheckForeign(request, target, out, {.logprobs = true}).ok());
  request.logprobs = false;
  EXPECT_TRUE(CheckForeign(request, target, out).ok());
}

// Rows 21 and 22.
TEST(CheckForeign, DropsCacheHintsVerbosityAndTiers) {
  ToolResultPart result;
  const std::vector<Part> inner = {{TextPart{"x"}, CacheHint{}, "inner"}};
  result.content = inner;
  const std::vector<Part> parts = {{TextPart{"x"}, CacheHint{}, "p"}, {result, {}, "q"}};
  const std::vector<Message> messages = {Says(Role::kUser, parts)};
  ToolSpec tool;
  tool.cache = CacheHint{};
  tool.field = "tools[0]";
  ChatRequest request = AskingWith(messages);
  request.tools = {&tool, 1};
  request.verbosity = "low";
  request.service_tier = "flex";
  EncodedRequest out;
  ASSERT_TRUE(CheckForeign(request, To(Dialect::kGemini), out).ok());
  EXPECT_EQ(Losses(out),
            "-service_tier:other_provider -verbosity:not_in_dialect -p.cache_control:not_in_dialect "
            "-inner.cache_control:not_in_dialect -tools[0].cache_control:not_in_dialect");
  request.dialect = Dialect::kResponses;
  request.service_tier = "default";
  out = {};
  ASSERT_TRUE(CheckForeign(request, To(Dialect::kMessages), out, {.cache_hints = true}).ok());
  EXPECT_EQ(Losses(out), "-text.verbosity:not_in_dialect");
}

TEST(Sampling, IsDroppedWhereAModelThinks) {
  Sampling sampling;
  sampling.temperature = Number{0.5, "0.5"};
  sampling.top_k = 5;
  sampling.seed = 7;
  EncodedRequest out;
  const Sampling rest = WithoutChoice(sampling, ChatRequest(), "thinking_on", out);
  EXPECT_FALSE(rest.temperature || rest.top_k);
  EXPECT_EQ(rest.seed, 7);
  EXPECT_EQ(Losses(out), "-temperature:thinking_on -top_k:thinking_on");
}

}  // namespace
}  // namespace ag::wire
