#include "gatewayd/wire/gemini/gemini_grammar.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/wire/sse.h"

namespace ag::wire::gemini {
namespace {

// The first thing that the grammar finds wrong; empty = nothing.
std::string Verdict(const std::vector<std::string>& events) {
  const auto grammar = MakeGeminiGrammar();
  for (const std::string& event : events) {
    if (const auto wrong = grammar->OnEvent({}, event); !wrong.empty()) return std::string(wrong);
  }
  return std::string(grammar->OnEnd());
}

std::string Chunk(std::string_view parts, std::string_view more = "", std::string_view id = "r") {
  return R"({"candidates":[{"content":{"role":"model","parts":[)" + std::string(parts) + "]}" + std::string(more) +
         R"(}],"responseId":")" + std::string(id) + "\"}";
}

const std::string kHi = Chunk(R"({"text":"Hi"})");
const std::string kCall = Chunk(R"({"functionCall":{"name":"f"},"thoughtSignature":"c2ln"})");
const std::string kEnd = Chunk(R"({"text":""})", R"(,"finishReason":"STOP")");
const std::string kUsage = R"({"usageMetadata":{"promptTokenCount":1},"responseId":"r"})";
const std::string kError = R"({"error":{"code":503}})";
const std::string kBlocked = R"({"promptFeedback":{"blockReason":"SAFETY"},"responseId":"r"})";

TEST(GeminiGrammar, TakesWholeStreams) {
  EXPECT_EQ(Verdict({kHi, kCall, kEnd}), "");
  EXPECT_EQ(Verdict({kHi, kEnd, kUsage}), "");
  EXPECT_EQ(Verdict({kHi, kError}), "");
  EXPECT_EQ(Verdict({kError}), "");
  EXPECT_EQ(Verdict({kBlocked}), "");
  EXPECT_EQ(Verdict({kHi, kBlocked}), "");
  EXPECT_EQ(Verdict({kEnd, kEnd}), "");  // older models say the reason in each chunk
  EXPECT_EQ(Verdict({kHi, Chunk(R"({"text":"b"})", R"(,"index":1,"finishReason":"STOP")"), kEnd}), "");
  EXPECT_EQ(Verdict({R"({"candidates":[{"finishReason":2}]})"}), "");
}

TEST(GeminiGrammar, FindsEachFault) {
  EXPECT_EQ(Verdict({}), "the stream has no candidate");
  EXPECT_EQ(Verdict({kUsage}), "the stream has no candidate");
  EXPECT_EQ(Verdict({kHi}), "a candidate has no finishReason");
  EXPECT_EQ(Verdict({kHi, Chunk("", R"(,"index":1,"finishReason":"STOP")")}), "a candidate has no finishReason");
  EXPECT_EQ(Verdict({kHi, kEnd, kHi}), "a candidate goes on after its finishReason");
  EXPECT_EQ(Verdict({kHi, Chunk("", "", "s"), kEnd}), "a chunk of another response");
  EXPECT_EQ(Verdict({kHi, kError, kHi}), "an event follows the error");
  EXPECT_EQ(Verdict({kHi, kError, kError}), "an event follows the error");
  EXPECT_EQ(Verdict({kBlocked, kHi}), "a candidate of a blocked prompt");
  EXPECT_EQ(Verdict({"nonsense"}), "an event that is no JSON object");
  EXPECT_EQ(Verdict({"[1]"}), "an event that is no JSON object");
  EXPECT_EQ(Verdict({"{}"}), "an event that says nothing");
  EXPECT_EQ(Verdict({R"({"error":7})"}), "an error that is no object");
  EXPECT_EQ(MakeGeminiGrammar()->OnEvent("message", kHi), "an event with a name");
}

TEST(GeminiGrammar, FindsFaultsOfShape) {
  EXPECT_EQ(Verdict({R"({"candidates":{}})"}), "candidates that are no array");
  EXPECT_EQ(Verdict({R"({"candidates":[7]})"}), "an element that is no object");
  EXPECT_EQ(Verdict({Chunk("", R"(,"index":"a")")}), "a candidate whose index is no number");
  EXPECT_EQ(Verdict({Chunk("", R"(,"index":-1)")}), "a candidate whose index is no number");
  EXPECT_EQ(Verdict({R"({"candidates":[{"content":[]}]})"}), "a content that is no object");
  EXPECT_EQ(Verdict({R"({"candidates":[{"content":{"role":"user","parts":[]}}]})"}),
            "a content that is not the model's");
  EXPECT_EQ(Verdict({R"({"candidates":[{"content":{"parts":{}}}]})"}), "parts that are no array");
  EXPECT_EQ(Verdict({Chunk("7")}), "an element that is no object");
  EXPECT_EQ(Verdict({Chunk(R"({"text":"a","functionCall":{"name":"f"}})")}), "a part that says two things");
}

TEST(GeminiGrammar, SaysOneFaultAStream) {
  const auto grammar = MakeGeminiGrammar();
  EXPECT_NE(grammar->OnEvent({}, "{}"), "");
  EXPECT_EQ(grammar->OnEvent({}, "{}"), "");
  EXPECT_EQ(grammar->OnEnd(), "");
}

class Events final : public SseHandler {
 public:
  bool OnSseEvent(const SseEvent& event) override {
    if (!event.data.empty()) list.emplace_back(event.data);
    return true;
  }
  std::vector<std::string> list;
};

TEST(GeminiGrammar, TakesEveryRecordedStream) {
  const char* folder = std::getenv("AG_RECORDINGS_DIR");
  if (folder == nullptr || !std::filesystem::exists(folder)) GTEST_SKIP() << "AG_RECORDINGS_DIR is not set";
  int streams = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(std::string(folder) + "/open")) {
    const std::string file_name = entry.path().filename().string();
    if (file_name.find("streamGenerateContent") == std::string::npos) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    Arena arena;
    const auto parsed = json::Parse(text, arena);
    ASSERT_TRUE(parsed.ok()) << entry.path();
    const json::Value* bytes = (*parsed)->Find("response")->FindNonNull("body_text");
    // Some recordings are of streams that were cut.
    const bool whole = bytes != nullptr && bytes->str().starts_with("data:") &&
                       (bytes->str().find("\"finishReason\"") != std::string_view::npos ||
                        bytes->str().find("\"blockReason\"") != std::string_view::npos);
    if (!whole) continue;
    Events events;
    SseParser parser;
    ASSERT_TRUE(parser.Feed(bytes->str(), events).ok() && parser.End(events).ok());
    EXPECT_EQ(Verdict(events.list), "") << entry.path();
    // A stream that lost its end, or was sent on after it, is found out.
    events.list.emplace_back(R"({"candidates":[{"content":{"parts":[{"text":"more"}]}}]})");
    EXPECT_NE(Verdict(events.list), "") << entry.path();
    ++streams;
  }
  EXPECT_GT(streams, 150);
}

}  // namespace
}  // namespace ag::wire::gemini
