#include "gatewayd/pool/model_test.h"

#include <algorithm>
#include <array>

namespace ag::pool {
namespace {

using catalog::ModelUse;

std::optional<RejectReason> ReasonOf(const Account& account) {
  if (!account.enabled) return RejectReason::kDisabled;
  switch (account.state) {
    case AccountState::kReady:
      return std::nullopt;
    case AccountState::kNeedsSignIn:
      return RejectReason::kNeedsSignIn;
    case AccountState::kForbidden:
      return RejectReason::kForbidden;
    case AccountState::kDisabled:
      break;
  }
  return RejectReason::kDisabled;
}

std::optional<Obstacle> ObstacleOf(const CooldownStatus& status) {
  switch (status.state) {
    case CooldownStatus::State::kReady:
    case CooldownStatus::State::kHalfOpen:
      return std::nullopt;
    case CooldownStatus::State::kCooling:
      return Obstacle{RejectReason::kCooling, status.until, status.provider_hint};
    case CooldownStatus::State::kHalfOpenTaken:
      return Obstacle{RejectReason::kHalfOpenTaken, {}, false};
  }
  return std::nullopt;
}

PlannedTest Plan(const PooledAccount& pooled, const std::string& model, ModelUse use, const catalog::Catalog& catalog,
                 WallTime now) {
  const Account& account = pooled.account;
  PlannedTest planned;
  planned.model = model;
  planned.input_tokens = TestQuestion::kInputTokens;
  planned.output_tokens = use == ModelUse::kEmbedding ? 0 : TestQuestion::kOutputTokens;
  Usage usage;
  usage.input = planned.input_tokens;
  if (planned.output_tokens > 0) usage.output = planned.output_tokens;
  if (const auto* price = catalog.FindPrice(model, account.preset)) planned.cost = catalog::CostOf(*price, usage);
  for (const LearnedFact* fact : account.facts.Of(model, now)) planned.facts.push_back(*fact);
  planned.obstacle = ObstacleToTest(pooled, model, now);
  return planned;
}

}  // namespace

std::optional<Dialect> TestDialect(const Account& account, ModelUse use) {
  if (use == ModelUse::kEmbedding) {
    for (const Dialect dialect : {Dialect::kGemini, Dialect::kChat}) {
      if (account.Speaks(dialect) && FamilyOf(dialect) == account.family) return dialect;
    }
    return std::nullopt;
  }
  if (account.quirks.openai_service && account.Speaks(Dialect::kResponses)) return Dialect::kResponses;
  constexpr std::array kOrder{Dialect::kMessages, Dialect::kGemini, Dialect::kChat, Dialect::kResponses};
  for (const Dialect dialect : kOrder) {
    if (account.Speaks(dialect) && FamilyOf(dialect) == account.family) return dialect;
  }
  const auto* const any = std::ranges::find_if(kOrder, [&](Dialect dialect) { return account.Speaks(dialect); });
  return any == kOrder.end() ? std::nullopt : std::optional<Dialect>(*any);
}

std::optional<Obstacle> ObstacleToTest(const PooledAccount& pooled, std::string_view model, WallTime now) {
  const Account& account = pooled.account;
  if (const auto reason = ReasonOf(account)) return Obstacle{*reason, account.state_until, false};
  if (auto pause = ObstacleOf(pooled.cooldowns->Check(model, now))) return pause;
  if (const auto until = SpentUntil(account.limits, pooled.counters->used, now)) {
    return Obstacle{RejectReason::kBudgetSpent, *until, true};
  }
  if (const auto until = pooled.limits->ReachedUntil(model, account.limits.reserve_percent, now)) {
    return Obstacle{RejectReason::kLimitReached, *until, true};
  }
  return std::nullopt;
}

TestPlan PlanTests(const PooledAccount& pooled, std::span<const std::string> wanted, const catalog::Catalog& catalog,
                   WallTime now) {
  TestPlan plan;
  const bool named = !wanted.empty();
  for (const std::string& model : named ? wanted : std::span<const std::string>(pooled.account.models)) {
    const ModelUse use = catalog::UseOf(model);
    const bool possible = TestDialect(pooled.account, use).has_value();
    const bool known = std::ranges::any_of(plan.tests, [&](const PlannedTest& test) { return test.model == model; });
    if (known) continue;
    if (!possible || (use == ModelUse::kOther && !named)) {
      plan.left_out.push_back(model);
    } else {
      plan.tests.push_back(Plan(pooled, model, use, catalog, now));
    }
  }
  return plan;
}

}  // namespace ag::pool
