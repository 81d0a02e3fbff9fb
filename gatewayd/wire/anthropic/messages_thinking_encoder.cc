#include "gatewayd/wire/anthropic/messages_thinking_encoder.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <variant>

#include "gatewayd/wire/encode_common.h"
#include "gatewayd/wire/reasoning.h"

namespace ag::wire::anthropic {
namespace {

using catalog::ThinkingStyle;
using Kind = ThinkingPlan::Kind;

// The API takes no smaller budget.
constexpr std::int64_t kLeastBudget = 1024;

// Saying nothing means off, but for the models that think by default.
ThinkingPlan PlanOff(const ReasoningSpec& spec, const catalog::ModelInfo& model, EncodedRequest& out) {
  ThinkingPlan plan;
  if (!model.known || !model.thinks_by_default) return plan;
  if (model.thinking_can_be_off) {
    plan.kind = Kind::kDisabled;
    return plan;
  }
  NoteApprox(out, spec.field, "thinking_lowest");
  if (!model.efforts.empty()) plan.effort = model.efforts.front();
  return plan;
}

// The chat API has no word for visibility: an effort asks to see it (row 2).
ThinkingPlan PlanAdaptive(const ChatRequest& request, const catalog::ModelInfo& model) {
  const ReasoningSpec& spec = *request.reasoning;
  ThinkingPlan plan;
  plan.kind = Kind::kAdaptive;
  const bool from_chat = request.dialect == Dialect::kChat && AsksToReason(spec);
  if (spec.visible || from_chat) plan.display = spec.visible.value_or(from_chat) ? "summarized" : "omitted";
  if (AsksToReason(spec)) plan.effort = EffortFor(spec, model);
  return plan;
}

// The budget stays below max_tokens, which is never raised (row 3).
ThinkingPlan PlanManual(const ReasoningSpec& spec, const catalog::ModelInfo& model,
                        const std::optional<std::int64_t>& max_tokens, EncodedRequest& out) {
  ThinkingPlan plan;
  plan.budget = std::max(BudgetFor(spec, model), kLeastBudget);
  if (max_tokens && plan.budget >= *max_tokens) {
    plan.budget = *max_tokens - 1;
    if (plan.budget < kLeastBudget) {
      NoteApprox(out, spec.field, "no_room_to_think");
      return plan;
    }
    NoteApprox(out, spec.field, "clamped", {{"to", absl::StrCat(plan.budget)}});
  }
  plan.kind = Kind::kManual;
  return plan;
}

bool IsResult(const TurnPart& part) {
  return part.synthetic || std::holds_alternative<ToolResultPart>(part.part->value);
}

}  // namespace

ThinkingPlan PlanThinking(const ChatRequest& request, const UpstreamTarget& target, const ThinkingSituation& situation,
                          EncodedRequest& out) {
  if (!request.reasoning) return {};
  const ReasoningSpec& spec = *request.reasoning;
  const catalog::ModelInfo& model = target.model_info;
  if (spec.mode == ReasoningSpec::Mode::kOff) return PlanOff(spec, model, out);
  if (model.known && model.thinking == ThinkingStyle::kAdaptive) return PlanAdaptive(request, model);
  if (!AsksToReason(spec)) return {};
  if (!model.known || model.thinking != ThinkingStyle::kBudget) {
    NoteDrop(out, spec.field, model.known ? "not_in_model" : "unknown_model");
    return {};
  }
  // https://platform.claude.com/docs/en/build-with-claude/thinking-tool-workflows
  if (situation.forces_call) {
    NoteApprox(out, spec.field, "forced_call_no_thinking");
    return {};
  }
  if (situation.lost_state) {
    NoteApprox(out, spec.field, "lost_state_no_thinking");
    return {};
  }
  return PlanManual(spec, model, situation.max_tokens, out);
}

bool LoopLacksThinking(std::span<const Turn> turns) {
  // System turns amid the conversation do not end a loop.
  std::size_t last = turns.size();
  while (last > 0 && turns[last - 1].role != Role::kUser && turns[last - 1].role != Role::kAssistant) --last;
  if (last < 2 || turns[last - 1].role != Role::kUser) return false;
  const auto& results = turns[last - 1].parts;
  if (std::none_of(results.begin(), results.end(), IsResult)) return false;
  const auto& said = turns[last - 2].parts;
  return std::none_of(said.begin(), said.end(),
                      [](const TurnPart& part) { return std::holds_alternative<ReasoningPart>(part.part->value); });
}

void WriteThinking(const ThinkingPlan& plan, json::Writer& writer) {
  switch (plan.kind) {
    case Kind::kUnsaid:
      return;
    case Kind::kDisabled:
      writer.Key("thinking").BeginObject().Field("type", "disabled").EndObject();
      return;
    case Kind::kAdaptive:
      writer.Key("thinking").BeginObject().Field("type", "adaptive");
      if (!plan.display.empty()) writer.Field("display", plan.display);
      writer.EndObject();
      return;
    case Kind::kManual:
      writer.Key("thinking").BeginObject().Field("type", "enabled").Field("budget_tokens", plan.budget).EndObject();
      return;
  }
}

}  // namespace ag::wire::anthropic
