#include "gatewayd/wire/openai/chat_grammar.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ag::wire::openai {
namespace {

// The first thing that the grammar finds wrong; empty = nothing.
std::string Verdict(StreamGrammar& grammar, const std::vector<std::string>& events) {
  for (const std::string& event : events) {
    if (const auto wrong = grammar.OnEvent({}, event); !wrong.empty()) return std::string(wrong);
  }
  return std::string(grammar.OnEnd());
}
std::string Chat(const std::vector<std::string>& events) { return Verdict(*MakeChatGrammar(), events); }
std::string Completions(const std::vector<std::string>& events) { return Verdict(*MakeCompletionsGrammar(), events); }

std::string Choice(const std::string& delta, const std::string& finish = "null", int index = 0) {
  return R"({"id":"c","choices":[{"index":)" + std::to_string(index) + R"(,"delta":)" + delta + R"(,"finish_reason":)" +
         finish + "}]}";
}
std::string Text(const std::string& text, const std::string& finish = "null") {
  return R"({"id":"c","choices":[{"index":0,"text":")" + text + R"(","finish_reason":)" + finish + "}]}";
}

const std::string kRole = Choice(R"({"role":"assistant","content":"","refusal":null})");
const std::string kHi = Choice(R"({"content":"Hi"})");
const std::string kCall = Choice(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":""}}]})");
const std::string kMore = Choice(R"({"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]})");
const std::string kStop = Choice("{}", R"("stop")");
const std::string kUsage = R"({"id":"c","choices":[],"usage":{"prompt_tokens":1}})";
const std::string kError = R"({"error":{"message":"boom"}})";
const std::string kDone = "[DONE]";

TEST(ChatGrammar, TakesWholeStreams) {
  EXPECT_EQ(Chat({kRole, kHi, kStop, kDone}), "");
  EXPECT_EQ(Chat({kRole, kHi, kCall, kMore, kStop, kUsage, kDone}), "");
  EXPECT_EQ(Chat({kRole, Choice(R"({"role":"assistant","content":""})", "null", 1), Choice("{}", R"("stop")", 1), kStop,
                  kDone}),
            "");
  EXPECT_EQ(Chat({R"({"id":"","choices":[],"prompt_filter_results":[]})", kRole, kStop, kDone}), "");
  EXPECT_EQ(Chat({kRole, kHi, kError, kDone}), "");
  EXPECT_EQ(Chat({kError}), "");
}

TEST(ChatGrammar, FindsEachFault) {
  EXPECT_EQ(Chat({kHi, kStop, kDone}), "a choice begins without a role");
  EXPECT_EQ(Chat({kRole, kHi, kRole, kStop, kDone}), "a choice begins twice");
  EXPECT_EQ(Chat({kRole, kStop, kHi, kDone}), "a choice goes on after its finish_reason");
  EXPECT_EQ(Chat({kRole, kStop, kStop, kDone}), "a choice goes on after its finish_reason");
  EXPECT_EQ(Chat({kRole, kHi, kDone}), "a choice has no finish_reason");
  EXPECT_EQ(Chat({kDone}), "the stream has no choice");
  EXPECT_EQ(Chat({kRole, kStop}), "the stream ended without [DONE]");
  EXPECT_EQ(Chat({kRole, kStop, kDone, kDone}), "an event follows [DONE]");
  EXPECT_EQ(Chat({kRole, kStop, kUsage, kUsage, kDone}), "the usage comes twice");
  EXPECT_EQ(Chat({kRole, kUsage, kStop, kDone}), "a choice follows the usage");
  EXPECT_EQ(Chat({kRole, kError, kHi, kDone}), "an event follows the error");
  EXPECT_EQ(Chat({"nonsense"}), "an event is no JSON object");
  EXPECT_EQ(Chat({R"({"choices":[7]})"}), "a choice is no object");
}

TEST(ChatGrammar, FindsFaultsOfToolCalls) {
  EXPECT_EQ(Chat({kRole, kMore}), "a tool call begins without an id");
  EXPECT_EQ(Chat({kRole, Choice(R"({"tool_calls":[{"index":1,"id":"a"}]})")}),
            "a tool call's index is not the next one");
  EXPECT_EQ(Chat({kRole, kCall, Choice(R"({"tool_calls":[{"index":0,"id":"b"}]})")}),
            "a tool call's index is used again");
  EXPECT_EQ(Chat({kRole, Choice(R"({"tool_calls":[{"id":"a"}]})")}), "a tool call has no index");
}

TEST(ChatGrammar, FindsOneFaultAStream) {
  const auto grammar = MakeChatGrammar();
  EXPECT_FALSE(grammar->OnEvent({}, kHi).empty());
  EXPECT_EQ(grammar->OnEvent({}, kRole), "");
  EXPECT_EQ(grammar->OnEnd(), "");
}

TEST(CompletionsGrammar, KnowsNoRoles) {
  EXPECT_EQ(Completions({Text("a"), Text("", R"("stop")"), kUsage, kDone}), "");
  EXPECT_EQ(Completions({Text("a", R"("length")"), Text("", R"("length")"), kDone}), "");
  EXPECT_EQ(Completions({Text("a", R"("stop")"), Text("b"), kDone}), "a choice goes on after its finish_reason");
  EXPECT_EQ(Completions({Text("a"), kDone}), "a choice has no finish_reason");
}

}  // namespace
}  // namespace ag::wire::openai
