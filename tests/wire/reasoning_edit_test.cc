#include "gatewayd/wire/reasoning_edit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/catalog/catalog.h"

namespace ag::wire {
namespace {

using Effort = ReasoningSpec::Effort;
using Mode = ReasoningSpec::Mode;

ReasoningSpec OfEffort(Effort effort) {
  ReasoningSpec spec;
  spec.mode = Mode::kEffort;
  spec.effort = effort;
  return spec;
}

ReasoningSpec Off() {
  ReasoningSpec spec;
  spec.mode = Mode::kOff;
  return spec;
}

ReasoningSpec OfBudget(std::int64_t tokens) {
  ReasoningSpec spec;
  spec.mode = Mode::kBudget;
  spec.budget_tokens = tokens;
  return spec;
}

// The body after the edit, and the losses behind it: "~field:code" for an approximation, "-field:code" for a drop.
std::string Edited(Dialect dialect, const std::string& body, const ReasoningSpec& wanted,
                   std::string_view model = "nobody-knows-it") {
  static const catalog::Catalog catalog = catalog::Catalog::Shipped();
  Arena arena;
  Endpoint endpoint;
  endpoint.dialect = dialect;
  if (dialect == Dialect::kGemini) endpoint.path_model = "gemini-x";
  auto request = ClientRequest::Read(endpoint, body, arena);
  EXPECT_TRUE(request.ok()) << request.status();
  if (!request.ok()) return {};
  auto found = EditsForReasoning(*request, wanted, catalog.FindModel(model));
  EXPECT_TRUE(found.ok()) << found.status();
  if (!found.ok()) return {};
  std::ranges::sort(found->edits, std::less<const char*>(), [](const json::Edit& edit) { return edit.target.data(); });
  std::string edited = json::ApplyEdits(body, found->edits);
  // What was written is what the dialect's own decoder reads.
  Arena other;
  auto again = ClientRequest::Read(endpoint, edited, other);
  EXPECT_TRUE(again.ok()) << edited;
  for (const Loss& loss : found->losses) {
    edited += (loss.loss_class == LossClass::kApprox ? " ~" : " -") + loss.field + ":" + loss.reason.code;
  }
  return edited;
}

TEST(EditsForReasoning, SetsOpenAisEffortAndLeavesTheRestByteForByte) {
  EXPECT_EQ(Edited(Dialect::kChat, R"({ "model":"m",  "temperature":0.70,"messages":[]})", OfEffort(Effort::kLow)),
            R"({"reasoning_effort":"low", "model":"m",  "temperature":0.70,"messages":[]})");
  EXPECT_EQ(Edited(Dialect::kChat, R"({"model":"m","reasoning_effort":"high"})", OfEffort(Effort::kMinimal)),
            R"({"model":"m","reasoning_effort":"minimal"})");
  EXPECT_EQ(Edited(Dialect::kChat, R"({"model":"m"})", OfBudget(8000)), R"({"reasoning_effort":"medium","model":"m"})");
  EXPECT_EQ(Edited(Dialect::kChat, R"({"model":"m"})", Off()), R"({"reasoning_effort":"none","model":"m"})");
  EXPECT_EQ(
      Edited(Dialect::kChat, R"({"model":"m","reasoning":{"max_tokens":9,"exclude":true}})", OfEffort(Effort::kHigh)),
      R"({"model":"m","reasoning":{"effort":"high","exclude":true}})")
      << "OpenRouter's words";
  EXPECT_EQ(Edited(Dialect::kResponses, R"({"model":"m","reasoning":{"effort":"low","summary":"auto"},"input":"x"})",
                   OfEffort(Effort::kHigh)),
            R"({"model":"m","reasoning":{"effort":"high","summary":"auto"},"input":"x"})");
}

TEST(EditsForReasoning, TakesTheEffortThatTheModelLists) {
  EXPECT_EQ(Edited(Dialect::kChat, R"({"model":"m"})", OfEffort(Effort::kMedium), "gpt-4.1"),
            R"({"model":"m"} -reasoning_effort:not_in_model)")
      << "a model that does not reason";
}

constexpr char kMessages[] = R"({"model":"m","max_tokens":9000,"messages":[]})";

TEST(EditsForReasoning, SetsAnthropicsEffortOrBudgetByTheModel) {
  EXPECT_EQ(Edited(Dialect::kMessages, kMessages, OfEffort(Effort::kLow)),
            R"({"output_config":{"effort":"low"},"model":"m","max_tokens":9000,"messages":[]})");
  EXPECT_EQ(Edited(Dialect::kMessages, kMessages, OfBudget(4000)),
            R"({"thinking":{"type":"enabled","budget_tokens":4000},"model":"m","max_tokens":9000,"messages":[]})");
  EXPECT_EQ(Edited(Dialect::kMessages, kMessages, OfEffort(Effort::kMedium), "claude-sonnet-4-5"),
            R"({"thinking":{"type":"enabled","budget_tokens":8192},"model":"m","max_tokens":9000,"messages":[]})")
      << "a model that takes budgets";
  EXPECT_EQ(
      Edited(Dialect::kMessages, kMessages, OfBudget(500'000), "claude-sonnet-4-5"),
      R"({"thinking":{"type":"enabled","budget_tokens":8999},"model":"m","max_tokens":9000,"messages":[]} ~thinking:clamped)")
      << "below the client's limit";
  EXPECT_EQ(Edited(Dialect::kMessages,
                   R"({"thinking":{"type":"enabled","budget_tokens":2000},"max_tokens":9000,"model":"m"})",
                   OfEffort(Effort::kHigh)),
            R"({"output_config":{"effort":"high"},"thinking":{"type":"adaptive"},"max_tokens":9000,"model":"m"})");
  EXPECT_EQ(Edited(Dialect::kMessages, kMessages, Off()),
            R"({"thinking":{"type":"disabled"},"model":"m","max_tokens":9000,"messages":[]})");
}

TEST(EditsForReasoning, LeavesRequestsAloneThatHaveNoRoomToThink) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"("max_tokens":1024)", " ~thinking:no_room_to_think"},
      {R"("max_tokens":9000,"temperature":0.2)", " -thinking:not_in_model"},
      {R"("max_tokens":9000,"top_k":5)", " -thinking:not_in_model"},
      {R"("max_tokens":9000,"tool_choice":{"type":"any"})", " ~thinking:forced_call_no_thinking"},
  };
  for (const auto& [more, loss] : cases) {
    const std::string body = R"({"model":"m","messages":[],)" + more + "}";
    EXPECT_EQ(Edited(Dialect::kMessages, body, OfBudget(4000)), body + loss);
  }
  const std::string loop =
      R"({"model":"m","max_tokens":9000,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"a",)"
      R"("name":"t","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a"}]}]})";
  EXPECT_EQ(Edited(Dialect::kMessages, loop, OfBudget(4000)), loop + " ~thinking:lost_state_no_thinking");
}

TEST(EditsForReasoning, SurvivesBodiesThatAreNotWhatTheyShouldBe) {
  EXPECT_EQ(Edited(Dialect::kChat, R"({"model":"m","reasoning_effort":"low","reasoning_effort":"high"})",
                   OfEffort(Effort::kMinimal)),
            R"({"model":"m","reasoning_effort":"minimal","reasoning_effort":"minimal"})")
      << "whichever the provider reads";
  EXPECT_EQ(Edited(Dialect::kResponses, R"({"model":"m","reasoning":7,"input":"x"})", OfEffort(Effort::kLow)),
            R"({"model":"m","reasoning":{"effort":"low"},"input":"x"})");
  EXPECT_EQ(Edited(Dialect::kResponses, R"({"model":"m","reasoning":{},"input":"x"})", OfEffort(Effort::kLow)),
            R"({"model":"m","reasoning":{"effort":"low"},"input":"x"})");
  EXPECT_EQ(Edited(Dialect::kMessages, R"({"output_config":null,"thinking":[1],"max_tokens":9000,"model":"m"})",
                   OfEffort(Effort::kLow)),
            R"({"output_config":{"effort":"low"},"thinking":[1],"max_tokens":9000,"model":"m"})");
  EXPECT_EQ(
      Edited(Dialect::kMessages, R"({"messages":"no","tool_choice":3,"max_tokens":"many","model":"m"})",
             OfBudget(2000)),
      R"({"thinking":{"type":"enabled","budget_tokens":2000},"messages":"no","tool_choice":3,"max_tokens":"many","model":"m"})");
  EXPECT_EQ(Edited(Dialect::kGemini, R"({})", OfBudget(100)),
            R"({"generationConfig":{"thinkingConfig":{"thinkingBudget":100}}})");
  EXPECT_EQ(Edited(Dialect::kGemini, R"({"generationConfig":null,"contents":[]})", OfBudget(100)),
            R"({"generationConfig":{"thinkingConfig":{"thinkingBudget":100}},"contents":[]})");
}

TEST(EditsForReasoning, WinsWhicheverOfRepeatedMembersIsRead) {
  EXPECT_EQ(Edited(Dialect::kChat, R"({"model":"m","reasoning":{"max_tokens":9},"reasoning":{"exclude":true}})",
                   OfEffort(Effort::kHigh)),
            R"({"model":"m","reasoning":{"effort":"high"},"reasoning":{"effort":"high","exclude":true}})");
  EXPECT_EQ(Edited(Dialect::kResponses,
                   R"({"model":"m","reasoning":{"effort":"low","effort":"high"},"reasoning":null,"input":"x"})",
                   OfEffort(Effort::kMinimal)),
            R"({"model":"m","reasoning":{"effort":"minimal","effort":"minimal"},"reasoning":{"effort":"minimal"},)"
            R"("input":"x"})");
  EXPECT_EQ(Edited(Dialect::kMessages,
                   R"({"output_config":{"effort":"max"},"output_config":{},"thinking":{"type":"enabled",)"
                   R"("budget_tokens":2000},"thinking":{"type":"adaptive"},"max_tokens":9000,"model":"m"})",
                   OfEffort(Effort::kLow)),
            R"({"output_config":{"effort":"low"},"output_config":{"effort":"low"},"thinking":{"type":"adaptive"},)"
            R"("thinking":{"type":"adaptive"},"max_tokens":9000,"model":"m"})");
  EXPECT_EQ(
      Edited(Dialect::kMessages,
             R"({"thinking":{"type":"adaptive"},"thinking":{"type":"disabled"},"max_tokens":9000,"model":"m"})", Off()),
      R"({"thinking":{"type":"disabled"},"thinking":{"type":"disabled"},"max_tokens":9000,"model":"m"})");
  EXPECT_EQ(
      Edited(Dialect::kGemini,
             R"({"generationConfig":{"thinkingConfig":{"thinkingBudget":9},"thinking_config":{}},)"
             R"("generation_config":{"topK":3}})",
             OfBudget(2048)),
      R"({"generationConfig":{"thinkingConfig":{"thinkingBudget":2048},"thinking_config":{"thinkingBudget":2048}},)"
      R"("generation_config":{"thinkingConfig":{"thinkingBudget":2048},"topK":3}})");
}

// Claude Code sends the edit beside its thinking.
TEST(EditsForReasoning, DropsWhatWouldClearThinkingThatIsOff) {
  const std::string clearing = R"({"context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]},)"
                               R"("thinking":{"type":"adaptive"},"max_tokens":9000,"model":"m"})";
  EXPECT_EQ(Edited(Dialect::kMessages, clearing, Off()),
            R"({"context_management":{"edits":[]},"thinking":{"type":"disabled"},"max_tokens":9000,"model":"m"})");
  EXPECT_EQ(Edited(Dialect::kMessages, clearing, OfEffort(Effort::kLow)),
            R"({"output_config":{"effort":"low"},)" + clearing.substr(1))
      << "thinking stays, and so does what clears it";
  EXPECT_EQ(
      Edited(Dialect::kMessages,
             R"({"thinking":{"type":"adaptive"},"context_management":{"edits":[{"type":"clear_thinking_20251015"},)"
             R"( {"type":"clear_tool_uses_20250919", "x":1}]},"max_tokens":9000,"model":"m"})",
             Off()),
      R"({"thinking":{"type":"disabled"},"context_management":{"edits":[{"type":"clear_tool_uses_20250919", "x":1}]},)"
      R"("max_tokens":9000,"model":"m"})");
  const std::string odd = R"("context_management":{"edits":7},"max_tokens":9000,"model":"m"})";
  EXPECT_EQ(Edited(Dialect::kMessages, "{" + odd, Off()), R"({"thinking":{"type":"disabled"},)" + odd);
}

TEST(EditsForReasoning, TellsCompletionsNothing) {
  EXPECT_EQ(Edited(Dialect::kCompletions, R"({"model":"m","prompt":"x"})", Off()), R"({"model":"m","prompt":"x"})");
}

TEST(EditsForReasoning, SetsGeminisLevelOrBudgetByTheModel) {
  EXPECT_EQ(Edited(Dialect::kGemini, R"({"contents":[]})", OfEffort(Effort::kHigh)),
            R"({"generationConfig":{"thinkingConfig":{"thinkingLevel":"high"}},"contents":[]})");
  EXPECT_EQ(
      Edited(
          Dialect::kGemini,
          R"({"contents":[],"generation_config":{"topK":3,"thinking_config":{"thinking_budget":5,"include_thoughts":true}}})",
          OfBudget(2048)),
      R"({"contents":[],"generation_config":{"topK":3,"thinking_config":{"thinkingBudget":2048,"include_thoughts":true}}})");
  EXPECT_EQ(Edited(Dialect::kGemini, R"({"contents":[]})", OfEffort(Effort::kLow), "gemini-2.5-flash"),
            R"({"generationConfig":{"thinkingConfig":{"thinkingBudget":1024}},"contents":[]})")
      << "a model that takes budgets";
}

}  // namespace
}  // namespace ag::wire
