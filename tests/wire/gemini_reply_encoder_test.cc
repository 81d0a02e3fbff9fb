#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/wire/gemini/gemini_codec.h"
#include "gatewayd/wire/gemini/gemini_signature.h"
#include "translation_testing.h"

namespace ag::wire {
namespace {

PartBegin Begin(int index, PartKind kind, int choice = 0) {
  PartBegin begin;
  begin.index = index;
  begin.choice = choice;
  begin.kind = kind;
  return begin;
}

PartBegin Call(int index, std::string_view id, std::string_view name) {
  PartBegin begin = Begin(index, PartKind::kToolCall);
  begin.tool_id = id;
  begin.tool_name = name;
  return begin;
}

Finished End(StopReason reason, int choice = 0) {
  Finished finished;
  finished.choice = choice;
  finished.reason = reason;
  return finished;
}

Usage Figures() {
  Usage usage;
  usage.input = 5;
  usage.cache_read = 3;
  usage.output = 2;
  usage.reasoning = 1;
  return usage;
}

constexpr const char* kTail = R"(,"modelVersion":"gemini-client","responseId":"AAAAAAAAAAAAAAAAAAAAAAA"})";
constexpr const char* kUsage =
    R"(,"usageMetadata":{"promptTokenCount":8,"candidatesTokenCount":2,"totalTokenCount":11,)"
    R"("cachedContentTokenCount":3,"thoughtsTokenCount":1})";

class GeminiReplyEncoder : public testing::Test {
 protected:
  void Make(StreamFraming framing) {
    options_.model = "gemini-client";
    options_.framing = framing;
    encoder_ = gemini::MakeGeminiReplyEncoder(options_, random_);
  }
  void Send(const std::vector<StreamEvent>& events) {
    for (const StreamEvent& event : events) encoder_->OnEvent(event, out_);
  }
  // A plain reply's parts, given the events of its parts.
  std::string Parts(const std::vector<StreamEvent>& events) {
    out_.clear();
    Make(StreamFraming::kNone);
    Send(events);
    Send({End(StopReason::kEndTurn), Completed{}});
    const auto from = out_.find("[", out_.find("\"parts\""));
    return out_.substr(from, out_.find(R"(,"role":"model")", from) - from);
  }
  std::string Losses() {
    std::string list;
    for (const Loss& loss : encoder_->TakeLosses()) list += loss.field + ":" + loss.reason.code + " ";
    return list;
  }
  // The events' server-sent form without what all chunks share.
  static std::string Chunk(std::string_view parts, std::string_view more = "") {
    return R"(data: {"candidates":[{"content":{"parts":[)" + std::string(parts) + R"(],"role":"model"})" +
           std::string(more) + R"(,"index":0}])" + kTail + "\n\n";
  }

  FixedRandom random_;
  ReplyOptions options_;
  std::unique_ptr<ReplyEncoder> encoder_;
  std::string out_;
};

TEST_F(GeminiReplyEncoder, WritesAPlainReply) {
  options_.show_reasoning = true;
  Make(StreamFraming::kNone);
  Send({Started{"id", "m"}, Begin(0, PartKind::kReasoning), TextDelta{0, "h"}, TextDelta{0, "m"}, PartEnd{0},
        Begin(1, PartKind::kText), TextDelta{1, "Hi"}, PartEnd{1}, Call(2, "c1", "f"), ArgumentsDelta{2, "{\"a\""},
        ArgumentsDelta{2, ":1}"}, PartEnd{2}, UsageUpdate{Figures()}, End(StopReason::kToolUse), Completed{}});
  EXPECT_EQ(out_, std::string(R"({"candidates":[{"content":{"parts":[{"text":"hm","thought":true},{"text":"Hi"},)"
                              R"({"functionCall":{"id":"c1","name":"f","args":{"a":1}}}],"role":"model"},)"
                              R"("finishReason":"STOP","index":0}])") +
                      kUsage + kTail);
}

TEST_F(GeminiReplyEncoder, AStreamHasOneCallAChunkAndFiguresInTheLast) {
  Make(StreamFraming::kSse);
  Send({Started{"id", "m"}, Begin(0, PartKind::kText), TextDelta{0, "Hi"}, PartEnd{0}, Call(1, "c1", "f"),
        Call(2, "c2", "g"), ArgumentsDelta{2, "{}"}, ArgumentsDelta{1, "{\"a\""}, ArgumentsDelta{1, ":1}"}, PartEnd{1},
        PartEnd{2}, UsageUpdate{Figures()}, End(StopReason::kToolUse), Completed{}});
  EXPECT_EQ(out_, Chunk(R"({"text":"Hi"})") + Chunk(R"({"functionCall":{"id":"c1","name":"f","args":{"a":1}}})") +
                      Chunk(R"({"functionCall":{"id":"c2","name":"g","args":{}}})") +
                      R"(data: {"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},)"
                      R"("finishReason":"STOP","index":0}])" +
                      kUsage + kTail + "\n\n");
}

TEST_F(GeminiReplyEncoder, AJsonArrayIsOneDocument) {
  Make(StreamFraming::kJsonArray);
  Send({Begin(0, PartKind::kText), TextDelta{0, "a"}, TextDelta{0, "b"}, PartEnd{0}, End(StopReason::kMaxTokens),
        Completed{}});
  Arena arena;
  const auto parsed = json::Parse(out_, arena);
  ASSERT_TRUE(parsed.ok()) << out_;
  EXPECT_EQ((*parsed)->items().size(), 3u);
  EXPECT_NE(out_.find(R"("finishReason":"MAX_TOKENS")"), std::string::npos);
}

TEST_F(GeminiReplyEncoder, ArgumentsThatAreNoObjectBecomeOne) {
  EXPECT_EQ(Parts({Call(0, "c", "f"), ArgumentsDelta{0, "{\"a\":"}, PartEnd{0}}),
            R"([{"functionCall":{"id":"c","name":"f","args":{"arguments":"{\"a\":"}}}])");
  EXPECT_EQ(Losses(), "functionCall.args:reply_arguments ");
  EXPECT_EQ(Parts({Call(0, "c", "f"), ArgumentsDelta{0, " "}, PartEnd{0}}),
            R"([{"functionCall":{"id":"c","name":"f","args":{}}}])");
  PartBegin custom = Call(0, "c", "f");
  custom.custom = true;
  EXPECT_EQ(Parts({custom, ArgumentsDelta{0, "ls"}, PartEnd{0}}),
            R"([{"functionCall":{"id":"c","name":"f","args":{"input":"ls"}}}])");
  EXPECT_EQ(Losses(), "");
}

std::string Sealed(Family family, std::string_view signature, ReasoningPart::Kind kind = ReasoningPart::Kind::kText) {
  ReasoningPart part;
  part.kind = kind;
  part.family = family;
  part.signature = signature;
  return gemini::SealedSignature(part);
}

// TRANSLATION row 12.
TEST_F(GeminiReplyEncoder, IndentedArgumentsStayOnTheLineOfTheirEvent) {
  Make(StreamFraming::kSse);
  Send({Call(0, "i", "f"), ArgumentsDelta{0, "{\r\n  \"city\": \"New\\nYork\"\n}"}, PartEnd{0}});
  EXPECT_EQ(out_, R"(data: {"candidates":[{"content":{"parts":[{"functionCall":{"id":"i","name":"f",)"
                  R"("args":{  "city": "New\nYork"}}}],"role":"model"},"index":0}])" +
                      std::string(kTail) + "\n\n");
}

TEST_F(GeminiReplyEncoder, ForeignStateGoesOnTheThoughtThatTheClientSees) {
  options_.show_reasoning = true;
  EXPECT_EQ(Parts({Begin(0, PartKind::kReasoning), TextDelta{0, "hm"}, SignatureDelta{0, Family::kAnthropic, "si"},
                   SignatureDelta{0, Family::kAnthropic, "gn"}, PartEnd{0}, Call(1, "c", "f"), PartEnd{1}}),
            R"([{"text":"hm","thought":true,"thoughtSignature":")" + Sealed(Family::kAnthropic, "sign") +
                R"("},{"functionCall":{"id":"c","name":"f","args":{}}}])");
}

TEST_F(GeminiReplyEncoder, StateOfAnUnseenThoughtGoesOnTheNextPart) {
  const std::string anthropic = Sealed(Family::kAnthropic, "sign");
  EXPECT_EQ(
      Parts({Begin(0, PartKind::kReasoning), TextDelta{0, "hm"}, SignatureDelta{0, Family::kAnthropic, "sign"},
             PartEnd{0}, Begin(1, PartKind::kText), TextDelta{1, "x"}, PartEnd{1}, Call(2, "c", "f"), PartEnd{2}}),
      R"([{"text":"x","thoughtSignature":")" + anthropic + R"("},{"functionCall":{"id":"c","name":"f","args":{}}}])");
  EXPECT_EQ(Losses(), "reasoning:reasoning_not_asked_for ");
  EXPECT_EQ(Parts({Begin(0, PartKind::kRedactedReasoning), SignatureDelta{0, Family::kAnthropic, "one"}, PartEnd{0},
                   Begin(1, PartKind::kRedactedReasoning), SignatureDelta{1, Family::kAnthropic, "two"}, PartEnd{1}}),
            R"([{"text":"","thoughtSignature":")" + Sealed(Family::kAnthropic, "one", ReasoningPart::Kind::kRedacted) +
                R"("},{"text":"","thoughtSignature":")" +
                Sealed(Family::kAnthropic, "two", ReasoningPart::Kind::kRedacted) + R"("}])");
  EXPECT_EQ(Losses(), "");
}

TEST_F(GeminiReplyEncoder, StateOfAStreamedThoughtFollowsItsText) {
  options_.show_reasoning = true;
  Make(StreamFraming::kSse);
  Send({Begin(0, PartKind::kReasoning), TextDelta{0, "hm"}, SignatureDelta{0, Family::kOpenAi, "sign"}, PartEnd{0}});
  EXPECT_EQ(out_, Chunk(R"({"text":"hm","thought":true})") + Chunk(R"({"text":"","thought":true,"thoughtSignature":")" +
                                                                   Sealed(Family::kOpenAi, "sign") + "\"}"));
}

TEST_F(GeminiReplyEncoder, StateIsBase64AllThrough) {
  const std::string sealed = Sealed(Family::kAnthropic, "sign");
  EXPECT_EQ(sealed.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="),
            std::string::npos);
  EXPECT_EQ(sealed.size() % 4, 0u);
  EXPECT_TRUE(gemini::IsSealedSignature(sealed));
  EXPECT_FALSE(gemini::IsSealedSignature("YWcxLQ=="));
  EXPECT_FALSE(gemini::IsSealedSignature("c2ln"));
}

// Google counts bytes of the candidate's whole text.
TEST_F(GeminiReplyEncoder, CitationsCountBytes) {
  PartBegin search = Begin(0, PartKind::kServerTool);
  search.server_type = "web_search";
  UrlCitation exact{2, "https://a.example/", "a", "", 1, 2};
  UrlCitation whole{2, "https://b.example/", "", "", -1, -1};
  Make(StreamFraming::kNone);
  Send({search, ArgumentsDelta{0, "{\"query\":"}, ArgumentsDelta{0, "\"q\"}"}, PartEnd{0}, Begin(1, PartKind::kText),
        TextDelta{1, "é"}, PartEnd{1}, Begin(2, PartKind::kText), exact, whole, TextDelta{2, "äöü"}, PartEnd{2},
        End(StopReason::kEndTurn), Completed{}});
  EXPECT_NE(out_.find(R"("groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://a.example/","title":"a"}},)"
                      R"({"web":{"uri":"https://b.example/"}}],"groundingSupports":[)"
                      R"({"segment":{"startIndex":4,"endIndex":6,"text":"ö"},"groundingChunkIndices":[0]},)"
                      R"({"segment":{"startIndex":2,"endIndex":8,"text":"äöü"},"groundingChunkIndices":[1]}],)"
                      R"("webSearchQueries":["q"]})"),
            std::string::npos)
      << out_;
}

TEST_F(GeminiReplyEncoder, WritesLogProbabilities) {
  const TokenLogprob top[] = {{"a", -0.25, {}}, {"z", -2, {}}};
  const TokenLogprob tokens[] = {{"a", -0.25, top}, {"b", -0.75, {}}};
  Make(StreamFraming::kNone);
  Send({LogprobsDelta{0, tokens}, End(StopReason::kEndTurn), Completed{}});
  EXPECT_NE(
      out_.find(R"("avgLogprobs":-0.5,"logprobsResult":{"topCandidates":[{"candidates":[)"
                R"({"token":"a","logProbability":-0.25},{"token":"z","logProbability":-2}]},{"candidates":[]}],)"
                R"("chosenCandidates":[{"token":"a","logProbability":-0.25},{"token":"b","logProbability":-0.75}]})"),
      std::string::npos)
      << out_;
}

// TRANSLATION rows 8 and 9.
TEST_F(GeminiReplyEncoder, NamesStopReasons) {
  const std::pair<StopReason, const char*> kCases[] = {
      {StopReason::kEndTurn, "STOP"},         {StopReason::kStopSequence, "STOP"},
      {StopReason::kToolUse, "STOP"},         {StopReason::kPauseTurn, "STOP"},
      {StopReason::kMaxTokens, "MAX_TOKENS"}, {StopReason::kContextWindow, "MAX_TOKENS"},
      {StopReason::kRefusal, "SAFETY"}};
  for (const auto& [reason, name] : kCases) {
    out_.clear();
    Make(StreamFraming::kNone);
    Send({End(reason), Completed{}});
    EXPECT_NE(out_.find(R"("finishReason":")" + std::string(name) + "\""), std::string::npos) << out_;
    EXPECT_EQ(Losses(), reason == StopReason::kPauseTurn ? "stop_reason:pause_turn_ended " : "");
  }
}

TEST_F(GeminiReplyEncoder, ARefusalIsTextAndSafety) {
  Make(StreamFraming::kNone);
  Finished finished = End(StopReason::kEndTurn);
  finished.refusal = "policy";
  Send({Begin(0, PartKind::kRefusal), TextDelta{0, "I cannot."}, PartEnd{0}, finished, Completed{}});
  EXPECT_NE(out_.find(R"("parts":[{"text":"I cannot."}],"role":"model"},"finishReason":"SAFETY","index":0,)"
                      R"("finishMessage":"policy"})"),
            std::string::npos)
      << out_;
}

TEST_F(GeminiReplyEncoder, CandidatesStayApart) {
  Make(StreamFraming::kSse);
  Send({Begin(0, PartKind::kText, 1), TextDelta{0, "b"}, Begin(1, PartKind::kText, 0), TextDelta{1, "a"}, PartEnd{0},
        PartEnd{1}, End(StopReason::kEndTurn, 1), End(StopReason::kMaxTokens, 0), UsageUpdate{Figures()}, Completed{}});
  const auto last = out_.rfind("data: ");
  EXPECT_NE(out_.find(R"({"text":"b"}],"role":"model"},"index":1)"), std::string::npos);
  EXPECT_NE(out_.find(R"("finishReason":"MAX_TOKENS","index":0)"), std::string::npos);
  EXPECT_NE(out_.find(R"("finishReason":"STOP","index":1)", last), std::string::npos);
  EXPECT_NE(out_.find("usageMetadata"), std::string::npos);
  EXPECT_EQ(out_.find("usageMetadata"), out_.rfind("usageMetadata"));
}

TEST_F(GeminiReplyEncoder, AnErrorEndsTheStreamAsGoogleWritesIt) {
  Make(StreamFraming::kJsonArray);
  Send({Begin(0, PartKind::kText), TextDelta{0, "a"}});
  encoder_->OnError(MakeError(ErrorKind::kOverloaded, "busy"), out_);
  Arena arena;
  const auto parsed = json::Parse(out_, arena);
  ASSERT_TRUE(parsed.ok()) << out_;
  ASSERT_EQ((*parsed)->items().size(), 2u);
  EXPECT_NE((*parsed)->items()[1].Find("error"), nullptr);
}

TEST_F(GeminiReplyEncoder, FunctionsHaveTheNamesThatTheClientDeclared) {
  ToolSpec tool;
  tool.name = "a_b_1f";
  tool.local_name = "a.b";
  ChatRequest request;
  request.tools = std::span(&tool, 1);
  options_.request = &request;
  EXPECT_EQ(Parts({Call(0, "c", "a_b_1f"), PartEnd{0}}), R"([{"functionCall":{"id":"c","name":"a.b","args":{}}}])");
}

}  // namespace
}  // namespace ag::wire
