#include "gatewayd/wire/openai/openai_reasoning.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "gatewayd/wire/json_put.h"
#include "gatewayd/wire/reasoning.h"

namespace ag::wire::openai {
namespace {

// Off is the effort "none", or the lowest of a model that does not list it.
std::string_view EffortWord(const ReasoningSpec& wanted, const catalog::ModelInfo& model, ReasoningEdits& out) {
  if (wanted.mode != ReasoningSpec::Mode::kOff) return EffortFor(wanted, model);
  const bool listed = std::ranges::find(model.efforts, "none") != model.efforts.end();
  if (model.efforts.empty() || listed) return "none";
  out.Lose("thinking_lowest", {{"to", model.efforts.front()}});
  return model.efforts.front();
}

const json::Value* ObjectAt(const json::Value& body, std::string_view key) {
  const json::Value* value = body.FindNonNull(key);
  return value != nullptr && value->is_object() ? value : nullptr;
}

std::string EffortMember(std::string_view effort) { return R"("effort":)" + json::Quote(effort); }

}  // namespace

void SetChatReasoning(const json::Value& body, const ReasoningSpec& wanted, const catalog::ModelInfo& model,
                      ReasoningEdits& out) {
  const std::string_view effort = EffortWord(wanted, model, out);
  if (ObjectAt(body, "thinking") != nullptr) {
    const bool off = wanted.mode == ReasoningSpec::Mode::kOff;
    PutMember(body, "thinking", off ? R"({"type":"disabled"})" : R"({"type":"enabled"})", out.edits);
  }
  if (const json::Value* reasoning = ObjectAt(body, "reasoning")) {
    const auto says_how_much = [](std::string_view key) {
      return key == "effort" || key == "max_tokens" || key == "enabled";
    };
    PutMember(body, "reasoning", Rewritten(reasoning, says_how_much, EffortMember(effort)), out.edits);
    if (body.Find("reasoning_effort") == nullptr) return;
  }
  PutMember(body, "reasoning_effort", json::Quote(effort), out.edits);
}

void SetResponsesReasoning(const json::Value& body, const ReasoningSpec& wanted, const catalog::ModelInfo& model,
                           ReasoningEdits& out) {
  if (const json::Value* reasoning = ObjectAt(body, "reasoning")) {
    PutMember(*reasoning, "effort", json::Quote(EffortWord(wanted, model, out)), out.edits);
    return;
  }
  PutMember(body, "reasoning", "{" + EffortMember(EffortWord(wanted, model, out)) + "}", out.edits);
}

}  // namespace ag::wire::openai
