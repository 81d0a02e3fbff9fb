#include "gatewayd/wire/gemini/gemini_reasoning.h"

#include <string>
#include <string_view>

#include "gatewayd/wire/gemini/proto_key.h"
#include "gatewayd/wire/json_put.h"
#include "gatewayd/wire/reasoning.h"

namespace ag::wire::gemini {
namespace {

using catalog::ThinkingStyle;
using Mode = ReasoningSpec::Mode;

// "high" is the highest level that there is, "low" the lowest that all models with levels have.
std::string_view LevelFor(const ReasoningSpec& wanted, const catalog::ModelInfo& model, ReasoningEdits& out) {
  if (wanted.mode == Mode::kOff) {
    const std::string_view lowest = model.efforts.empty() ? "low" : std::string_view(model.efforts.front());
    out.Lose("thinking_lowest", {{"to", std::string(lowest)}});
    return lowest;
  }
  const std::string_view level = EffortFor(wanted, model);
  return level == "xhigh" || level == "max" ? "high" : level;
}

std::int64_t Budget(const ReasoningSpec& wanted, const catalog::ModelInfo& model, ReasoningEdits& out) {
  if (wanted.mode != Mode::kOff) return BudgetFor(wanted, model);
  if (model.thinking_can_be_off) return 0;
  out.Lose("thinking_lowest");
  ReasoningSpec least = wanted;
  least.mode = Mode::kBudget;
  least.budget_tokens = 0;
  return BudgetFor(least, model);
}

std::string ThinkingMember(const ReasoningSpec& wanted, const catalog::ModelInfo& model, ReasoningEdits& out) {
  const bool levels = model.known ? model.thinking == ThinkingStyle::kLevel : wanted.mode == Mode::kEffort;
  if (levels) return R"("thinkingLevel":)" + json::Quote(LevelFor(wanted, model, out));
  return R"("thinkingBudget":)" + std::to_string(Budget(wanted, model, out));
}

bool SaysHowMuch(std::string_view key) { return IsSpelling(key, "thinkingBudget") || IsSpelling(key, "thinkingLevel"); }

// Into one generationConfig, wherever a thinkingConfig stands in it.
void PutThinking(const json::Value& config, std::string_view member, ReasoningEdits& out) {
  const std::string whole = Rewritten(nullptr, SaysHowMuch, member);
  if (!config.is_object()) {
    out.edits.push_back({config.raw(), R"({"thinkingConfig":)" + whole + "}"});
    return;
  }
  bool present = false;
  for (const auto& [key, value] : config.members()) {
    if (!IsSpelling(key, "thinkingConfig")) continue;
    present = true;
    out.edits.push_back({value.raw(), Rewritten(&value, SaysHowMuch, member)});
  }
  if (!present) PutMember(config, "thinkingConfig", whole, out.edits);
}

}  // namespace

void SetGeminiReasoning(const json::Value& body, const ReasoningSpec& wanted, const catalog::ModelInfo& model,
                        ReasoningEdits& out) {
  const std::string member = ThinkingMember(wanted, model, out);
  bool present = false;
  for (const auto& [key, value] : body.members()) {
    if (!IsSpelling(key, "generationConfig")) continue;
    present = true;
    PutThinking(value, member, out);
  }
  if (!present) PutMember(body, "generationConfig", R"({"thinkingConfig":{)" + member + "}}", out.edits);
}

}  // namespace ag::wire::gemini
