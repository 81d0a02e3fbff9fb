#include "gatewayd/proxy/background_task.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"

namespace ag::proxy {
namespace {

struct Body {
  std::string system;
  std::vector<std::pair<std::string, std::string>> turns;  // role, text
  std::string more = R"("max_tokens":512)";
};

bool IsBackground(const Body& body) {
  std::string text = R"({"model":"claude-haiku-4-5","system":)" + json::Quote(body.system) + R"(,"messages":[)";
  for (std::size_t i = 0; i < body.turns.size(); ++i) {
    if (i > 0) text += ',';
    text += R"({"role":")" + body.turns[i].first + R"(","content":)" + json::Quote(body.turns[i].second) + "}";
  }
  text += "]," + body.more + "}";
  Arena arena;
  wire::Endpoint endpoint;
  endpoint.dialect = Dialect::kMessages;
  auto request = wire::ClientRequest::Read(endpoint, text, arena);
  EXPECT_TRUE(request.ok()) << request.status();
  return request.ok() && KindOfRequest(*request) == routing::RequestKind::kBackground;
}

Body Asking(const std::string& text) { return {"", {{"user", text}}}; }

TEST(BackgroundTask, KnowsTheTasksOfClients) {
  const char* const tasks[] = {
      "Please write a 5-10 word title for the following conversation:\n\nUser: how do I sort a list?",
      "Generate a title for this conversation:\n",
      "### Task:\nGenerate a concise, 3-5 word title with an emoji summarizing the chat history.\n### Guidelines: …",
      "### Task:\nGenerate 1-3 broad tags categorizing the main themes of the chat history, along with …",
      ("### Task:\nSuggest 3-5 relevant follow-up questions or prompts that the user might naturally ask next in this "
       "conversation"),
      "Provide a concise, 5-word-or-less title for the conversation, using its same language.",
      "Summarize this coding conversation in under 50 characters.",
  };
  for (const char* task : tasks) EXPECT_TRUE(IsBackground(Asking(task))) << task;
  EXPECT_TRUE(
      IsBackground({"Analyze if this message indicates a new conversation topic. If it does, extract a 2-3 word "
                    "title that captures the new topic.",
                    {{"user", "how do I sort a list?"}}}));
  EXPECT_TRUE(IsBackground({"You are a title generator. You output ONLY a thread title. Nothing else.",
                            {{"user", "how do I sort a list?"}}}));
  EXPECT_TRUE(IsBackground({"", {{"user", "quota"}}, R"("max_tokens":1)"}));
}

// As Claude Code 2.1 sends it, with its model's whole limit.
TEST(BackgroundTask, KnowsATitleThatIsAskedForWithTheWholeLimit) {
  const std::string system =
      "You are a Claude agent, built on Anthropic's Claude Agent SDK.\nGenerate a concise, sentence-case title (3-7 "
      "words) that captures the main topic or goal of this coding session. The title should be clear enough that the "
      "user recognizes the session in a list.";
  EXPECT_TRUE(IsBackground({system, {{"user", "Multiply 15 by 7."}}, R"("max_tokens":32000,"tools":[])"}));
  EXPECT_FALSE(IsBackground({"Summarize this conversation so that work can go on.",
                             {{"user", "Multiply 15 by 7."}},
                             R"("max_tokens":32000)"}))
      << "a summary that replaces the conversation";
}

TEST(BackgroundTask, FindsATaskBehindALongText) {
  EXPECT_TRUE(IsBackground(Asking(std::string(20'000, 'x') + "\nNow generate a title for this conversation.")));
}

TEST(BackgroundTask, LeavesAUsersOwnQuestionsAlone) {
  const char* const questions[] = {
      "Write a title for my blog post about sorting.",
      "Generate a function that sorts a list.",
      "Give me three topics for a talk.",
      "quota",
      "How do I start a new thread in C++? Write an example.",
  };
  for (const char* question : questions) EXPECT_FALSE(IsBackground(Asking(question))) << question;
  EXPECT_FALSE(IsBackground({"You are a helpful assistant.",
                             {{"user", "hi"}, {"assistant", "hello"}, {"user", "Summarize this conversation."}}}))
      << "a summary that the user may have asked for";
}

TEST(BackgroundTask, JudgesByTheLatestMessageOnly) {
  EXPECT_FALSE(IsBackground({"",
                             {{"user", "Generate a title for this conversation:\n"},
                              {"assistant", "Sorting lists"},
                              {"user", "Now explain quicksort."}}}));
  EXPECT_TRUE(IsBackground({"",
                            {{"user", "Explain quicksort."},
                             {"assistant", "…"},
                             {"user", "Generate a short title for this conversation."}}}));
}

TEST(BackgroundTask, TakesNoSystemPromptForATaskThatSetsATone) {
  const std::string tutor = "You are a tutor. Give short answers and keep the conversation on topic.";
  EXPECT_FALSE(IsBackground({tutor, {{"user", "Explain quicksort."}}}));
  const std::string titles = "You generate titles for conversations.";
  EXPECT_TRUE(IsBackground({titles, {{"user", "how do I sort a list?"}}}));
  EXPECT_FALSE(IsBackground({titles, {{"user", "hi"}, {"assistant", "Greeting"}, {"user", "Explain quicksort."}}}))
      << "of a conversation that goes on the latest message alone decides";
}

TEST(BackgroundTask, WantsTheShapeOfATaskToo) {
  const std::string task = "Generate a title for this conversation:\n";
  EXPECT_TRUE(IsBackground({"", {{"user", task}}, R"("max_tokens":4096)"}));
  EXPECT_FALSE(IsBackground({"", {{"user", task}}, R"("max_tokens":32000)"}));
  EXPECT_FALSE(IsBackground(
      {"", {{"user", task}}, R"("max_tokens":512,"tools":[{"name":"t","input_schema":{"type":"object"}}])"}));
  EXPECT_FALSE(
      IsBackground({"", {{"user", task}}, R"("max_tokens":4000,"thinking":{"type":"enabled","budget_tokens":2000})"}));
  EXPECT_FALSE(IsBackground({"", {{"user", task}, {"assistant", "Sorting"}}}));
  EXPECT_FALSE(IsBackground({std::string(5000, 'x') + "extract a title of the conversation", {{"user", "hi"}}}));
}

}  // namespace
}  // namespace ag::proxy
