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

bool HasObject(const json::Value& body, std::string_view key) {
  return std::ranges::any_of(body.members(),
                             [&](const json::Member& member) { return member.key == key && member.value.is_object(); });
}

std::string EffortMember(std::string_view effort) { return R"("effort":)" + json::Quote(effort); }

}  // namespace

void SetChatReasoning(const json::Value& body, const ReasoningSpec& wanted, const catalog::ModelInfo& model,
                      ReasoningEdits& out) {
  const std::string_view effort = EffortWord(wanted, model, out);
  if (HasObject(body, "thinking")) {
    const bool off = wanted.mode == ReasoningSpec::Mode::kOff;
    PutMember(body, "thinking", off ? R"({"type":"disabled"})" : R"({"type":"enabled"})", out.edits);
  }
  if (HasObject(body, "reasoning")) {
    const auto says_how_much = [](std::string_view key) {
      return key == "effort" || key == "max_tokens" || key == "enabled";
    };
    for (const auto& [key, value] : body.members()) {
      if (key != "reasoning") continue;
      out.edits.push_back({value.raw(), Rewritten(&value, says_how_much, EffortMember(effort))});
    }
    if (body.Find("reasoning_effort") == nullptr) return;
  }
  PutMember(body, "reasoning_effort", json::Quote(effort), out.edits);
}

void SetResponsesReasoning(const json::Value& body, const ReasoningSpec& wanted, const catalog::ModelInfo& model,
                           ReasoningEdits& out) {
  PutMemberOf(body, "reasoning", "effort", json::Quote(EffortWord(wanted, model, out)), out.edits);
}

}  // namespace ag::wire::openai
