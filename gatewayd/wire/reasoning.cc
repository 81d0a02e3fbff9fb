#include "gatewayd/wire/reasoning.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace ag::wire {
namespace {

using Effort = ReasoningSpec::Effort;

constexpr std::array<std::string_view, 6> kNames{"minimal", "low", "medium", "high", "xhigh", "max"};
constexpr std::int64_t kLow = 1024;
constexpr std::int64_t kMedium = 8192;
constexpr std::int64_t kHigh = 24576;
constexpr std::int64_t kXHigh = 32768;

Effort EffortOfBudget(std::int64_t budget) {
  if (budget <= kLow) return Effort::kLow;
  if (budget <= kMedium) return Effort::kMedium;
  return budget < kXHigh ? Effort::kHigh : Effort::kXHigh;
}

std::int64_t BudgetOfEffort(Effort effort, const catalog::ModelInfo& model) {
  switch (effort) {
    case Effort::kMinimal:
    case Effort::kLow:
      return kLow;
    case Effort::kMedium:
      return kMedium;
    case Effort::kHigh:
      return kHigh;
    case Effort::kXHigh:
      return kXHigh;
    case Effort::kMax:
      return model.max_budget.value_or(kXHigh);
  }
  return kMedium;
}

}  // namespace

std::string_view NameOf(ReasoningSpec::Effort effort) { return kNames[static_cast<std::size_t>(effort)]; }

std::optional<ReasoningSpec::Effort> EffortFromName(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Effort>(found - kNames.begin());
}

std::int64_t BudgetFor(const ReasoningSpec& spec, const catalog::ModelInfo& model) {
  std::int64_t budget =
      spec.mode == ReasoningSpec::Mode::kBudget ? spec.budget_tokens : BudgetOfEffort(spec.effort, model);
  if (model.max_budget) budget = std::min(budget, *model.max_budget);
  if (model.min_budget) budget = std::max(budget, *model.min_budget);
  return budget;
}

std::string_view EffortFor(const ReasoningSpec& spec, const catalog::ModelInfo& model) {
  const Effort wanted = spec.mode == ReasoningSpec::Mode::kBudget ? EffortOfBudget(spec.budget_tokens) : spec.effort;
  std::string_view best;
  for (const std::string& name : model.efforts) {  // lowest first
    const auto effort = EffortFromName(name);
    if (effort && (best.empty() || *effort <= wanted)) best = name;
  }
  return best.empty() ? NameOf(wanted) : best;
}

}  // namespace ag::wire
