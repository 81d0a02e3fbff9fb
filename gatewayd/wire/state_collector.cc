#include "gatewayd/wire/state_collector.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "gatewayd/wire/conversation_state.h"

namespace ag::wire {

void StateCollector::OnEvent(const StreamEvent& event) {
  if (const auto* begin = std::get_if<PartBegin>(&event)) {
    if (begin->kind == PartKind::kToolCall) return Keep(begin->tool_id);
    if (begin->kind != PartKind::kReasoning && begin->kind != PartKind::kRedactedReasoning) return;
    Reasoning& reasoning = open_.emplace_back();
    reasoning.index = begin->index;
    if (begin->kind == PartKind::kRedactedReasoning) reasoning.kind = ReasoningPart::Kind::kRedacted;
  } else if (const auto* delta = std::get_if<TextDelta>(&event)) {
    if (Reasoning* reasoning = Find(delta->index)) reasoning->text.append(delta->text);
  } else if (const auto* signature = std::get_if<SignatureDelta>(&event)) {
    Reasoning* reasoning = Find(signature->index);
    if (reasoning == nullptr) return;
    reasoning->family = signature->family;
    reasoning->home = signature->home;
    reasoning->signature.append(signature->bytes);
  }
}

StateCollector::Reasoning* StateCollector::Find(int index) {
  const auto found =
      std::find_if(open_.begin(), open_.end(), [index](const Reasoning& each) { return each.index == index; });
  return found == open_.end() ? nullptr : &*found;
}

void StateCollector::Keep(std::string_view tool_id) {
  const std::vector<Reasoning> before = std::exchange(open_, {});
  std::vector<ReasoningPart> parts;
  for (const Reasoning& reasoning : before) {
    if (reasoning.signature.empty()) continue;
    ReasoningPart& part = parts.emplace_back();
    part.kind = reasoning.kind;
    part.family = reasoning.family;
    part.home = reasoning.home;
    part.scope = scope_;
    part.text = reasoning.text;
    part.signature = reasoning.signature;
  }
  if (!parts.empty()) kept_.push_back({std::string(tool_id), EncodeState(parts)});
}

std::vector<KeptState> StateCollector::Take() { return std::exchange(kept_, {}); }

}  // namespace ag::wire
