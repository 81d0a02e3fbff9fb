#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "gatewayd/catalog/model_info.h"
#include "gatewayd/wire/chat_request.h"

// How one provider's reasoning control becomes another's (TRANSLATION row 1).
namespace ag::wire {

// "minimal", "low", "medium", "high", "xhigh", "max".
std::string_view NameOf(ReasoningSpec::Effort effort);
std::optional<ReasoningSpec::Effort> EffortFromName(std::string_view name);

// The spec's budget in tokens, within the model's range. low, medium and high are Google's published figures:
// https://ai.google.dev/gemini-api/docs/openai#thinking
std::int64_t BudgetFor(const ReasoningSpec& spec, const catalog::ModelInfo& model);

// The effort or level that the model lists for the spec: the same, else the next lower, else the lowest.
std::string_view EffortFor(const ReasoningSpec& spec, const catalog::ModelInfo& model);

// True if the client asks for reasoning by an effort or a budget.
inline bool AsksToReason(const ReasoningSpec& spec) {
  return spec.mode == ReasoningSpec::Mode::kEffort || spec.mode == ReasoningSpec::Mode::kBudget;
}

}  // namespace ag::wire
