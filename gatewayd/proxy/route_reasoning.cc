#include "gatewayd/proxy/route_reasoning.h"

#include "gatewayd/wire/reasoning.h"

namespace ag::proxy {

wire::ReasoningSpec SpecOf(const routing::ReasoningChoice& choice, const catalog::ModelInfo& model) {
  wire::ReasoningSpec spec;
  if (choice.effort == "none" || choice.budget == 0) {
    spec.mode = wire::ReasoningSpec::Mode::kOff;
    return spec;
  }
  const bool by_budget = choice.effort.empty() || (model.known && model.thinking == catalog::ThinkingStyle::kBudget);
  if (choice.budget && by_budget) {
    spec.mode = wire::ReasoningSpec::Mode::kBudget;
    spec.budget_tokens = *choice.budget;
    return spec;
  }
  spec.mode = wire::ReasoningSpec::Mode::kEffort;
  spec.effort = wire::EffortFromName(choice.effort).value_or(spec.effort);
  return spec;
}

}  // namespace ag::proxy
