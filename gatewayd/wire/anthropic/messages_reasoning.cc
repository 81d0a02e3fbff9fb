#include "gatewayd/wire/anthropic/messages_reasoning.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "gatewayd/wire/json_put.h"
#include "gatewayd/wire/reasoning.h"

namespace ag::wire::anthropic {
namespace {

using catalog::ThinkingStyle;
using Mode = ReasoningSpec::Mode;

constexpr std::int64_t kLeastBudget = 1024;

std::string_view TextAt(const json::Value& object, std::string_view key) {
  const json::Value* value = object.FindNonNull(key);
  return value == nullptr ? std::string_view() : value->str();
}

std::string_view TextAt(const json::Value& object, std::string_view outer, std::string_view inner) {
  const json::Value* value = object.FindNonNull(outer);
  return value == nullptr ? std::string_view() : TextAt(*value, inner);
}

bool HasBlock(const json::Value& message, std::string_view type) {
  const json::Value* content = message.FindNonNull("content");
  return content != nullptr &&
         std::ranges::any_of(content->items(), [&](const json::Value& block) { return TextAt(block, "type") == type; });
}

// Results of calls that were made without thinking: the turn must go on as it began.
bool LoopLacksThinking(const json::Value& body) {
  const json::Value* messages = body.FindNonNull("messages");
  if (messages == nullptr || messages->items().size() < 2) return false;
  const json::Value& last = messages->items().back();
  const json::Value& before = messages->items()[messages->items().size() - 2];
  return HasBlock(last, "tool_result") && !HasBlock(before, "thinking") && !HasBlock(before, "redacted_thinking");
}

// What keeps thinking from being switched on, as the code of a loss; empty = nothing.
std::string_view Obstacle(const json::Value& body) {
  const std::string_view choice = TextAt(body, "tool_choice", "type");
  if (choice == "any" || choice == "tool") return "forced_call_no_thinking";
  if (LoopLacksThinking(body)) return "lost_state_no_thinking";
  const json::Value* temperature = body.FindNonNull("temperature");
  const bool cold = temperature != nullptr && temperature->AsDouble() != 1.0;
  const bool sampled = body.FindNonNull("top_k") != nullptr || body.FindNonNull("top_p") != nullptr;
  return cold || sampled ? "not_in_model" : "";
}

void PutBudget(const json::Value& body, std::int64_t budget, ReasoningEdits& out) {
  if (const std::string_view obstacle = Obstacle(body); !obstacle.empty()) return out.Lose(obstacle);
  budget = std::max(budget, kLeastBudget);
  const json::Value* limit = body.FindNonNull("max_tokens");
  const auto max_tokens = limit == nullptr ? std::nullopt : limit->AsInt();
  if (max_tokens && budget >= *max_tokens) {  // never the client's limit raised
    budget = *max_tokens - 1;
    if (budget < kLeastBudget) return out.Lose("no_room_to_think");
    out.Lose("clamped", {{"to", std::to_string(budget)}});
  }
  PutMember(body, "thinking", R"({"type":"enabled","budget_tokens":)" + std::to_string(budget) + "}", out.edits);
}

bool ThinksByBudget(const json::Value& body) {
  return std::ranges::any_of(body.members(), [](const json::Member& member) {
    return member.key == "thinking" && TextAt(member.value, "type") == "enabled";
  });
}

void PutEffort(const json::Value& body, std::string_view effort, ReasoningEdits& out) {
  PutMemberOf(body, "output_config", "effort", json::Quote(effort), out.edits);
}

// "adaptive" with the client's `display`, where it does not stand there yet.
void PutAdaptive(const json::Value& body, ReasoningEdits& out) {
  constexpr std::string_view kAdaptive = R"("type":"adaptive")";
  const auto is_of_a_budget = [](std::string_view key) { return key == "type" || key == "budget_tokens"; };
  bool present = false;
  for (const auto& [key, value] : body.members()) {
    if (key != "thinking") continue;
    present = true;
    if (TextAt(value, "type") != "adaptive") {
      out.edits.push_back({value.raw(), Rewritten(&value, is_of_a_budget, kAdaptive)});
    }
  }
  if (!present) PutMember(body, "thinking", Rewritten(nullptr, is_of_a_budget, kAdaptive), out.edits);
}

bool ClearsThinking(const json::Value& edit) { return TextAt(edit, "type").starts_with("clear_thinking_"); }

void DropClearing(const json::Value& edits, ReasoningEdits& out) {
  if (std::ranges::none_of(edits.items(), ClearsThinking)) return;
  std::string rest = "[";
  for (const json::Value& edit : edits.items()) {
    if (ClearsThinking(edit)) continue;
    if (rest.size() > 1) rest += ',';
    rest += edit.raw();
  }
  out.edits.push_back({edits.raw(), rest + "]"});
}

// Where thinking is off the API refuses the whole request for an edit that clears it: "`clear_thinking_20251015`
// strategy requires `thinking` to be enabled or adaptive".
// https://platform.claude.com/docs/en/build-with-claude/context-editing
void DropClearingEdits(const json::Value& body, ReasoningEdits& out) {
  for (const auto& [key, value] : body.members()) {
    if (key != "context_management") continue;
    for (const auto& [name, edits] : value.members()) {
      if (name == "edits") DropClearing(edits, out);
    }
  }
}

void SwitchOff(const json::Value& body, const catalog::ModelInfo& model, ReasoningEdits& out) {
  if (model.thinking_can_be_off) {
    PutMember(body, "thinking", R"({"type":"disabled"})", out.edits);
    return DropClearingEdits(body, out);
  }
  out.Lose("thinking_lowest");
  if (!model.efforts.empty()) PutEffort(body, model.efforts.front(), out);
}

}  // namespace

void SetMessagesReasoning(const json::Value& body, const ReasoningSpec& wanted, const catalog::ModelInfo& model,
                          ReasoningEdits& out) {
  if (wanted.mode == Mode::kOff) return SwitchOff(body, model, out);
  const bool budgets = model.known ? model.thinking == ThinkingStyle::kBudget : wanted.mode == Mode::kBudget;
  if (budgets) return PutBudget(body, BudgetFor(wanted, model), out);
  PutEffort(body, EffortFor(wanted, model), out);
  if (ThinksByBudget(body)) return PutAdaptive(body, out);
  if (!model.known) return;
  if (const std::string_view obstacle = Obstacle(body); !obstacle.empty()) return out.Lose(obstacle);
  PutAdaptive(body, out);
}

}  // namespace ag::wire::anthropic
