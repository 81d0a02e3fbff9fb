#include "gatewayd/wire/reasoning_edit.h"

#include <utility>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/loss_rules.h"
#include "gatewayd/wire/registry.h"

namespace ag::wire {

void ReasoningEdits::Lose(std::string_view code, std::vector<std::pair<std::string, std::string>> args) {
  losses.push_back(LossOf(field, code, std::move(args)));
}

absl::StatusOr<ReasoningEdits> EditsForReasoning(ClientRequest& request, const ReasoningSpec& wanted,
                                                 const catalog::ModelInfo& model) {
  const Endpoint& endpoint = request.endpoint();
  const DialectCodec& codec = CodecOf(endpoint.dialect);
  ReasoningEdits out;
  out.field = codec.name_of(Param::kReasoning);
  if (endpoint.operation != Operation::kGenerate && endpoint.operation != Operation::kGenerateStream) return out;
  const bool own = model.known && model.family == FamilyOf(endpoint.dialect);
  const bool off = wanted.mode == ReasoningSpec::Mode::kOff;
  if (codec.set_reasoning == nullptr || (own && model.thinking == catalog::ThinkingStyle::kNone)) {
    if (!off) out.Lose("not_in_model");
    return out;
  }
  AG_ASSIGN_OR_RETURN(const json::Value* root, json::Parse(request.body(), request.arena()));
  codec.set_reasoning(*root, wanted, own ? model : catalog::ModelInfo(), out);
  return out;
}

const ChatRequest& WithReasoning(const ChatRequest& request, const ReasoningSpec& wanted, Arena& arena) {
  auto* changed = arena.New<ChatRequest>(request);
  const std::string_view field = CodecOf(request.dialect).name_of(Param::kReasoning);
  ReasoningSpec spec = wanted;
  if (request.reasoning) spec.visible = request.reasoning->visible;
  spec.field = request.reasoning && !request.reasoning->field.empty() ? request.reasoning->field : field;
  changed->reasoning = spec;
  return *changed;
}

}  // namespace ag::wire
