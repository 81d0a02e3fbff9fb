#include "gui/demo/demo_probe.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "gui/demo/demo_account_data.h"

namespace ag::gui {
namespace {

constexpr std::chrono::milliseconds kLook{20};  // how soon it is seen that a caller is gone
constexpr std::int64_t kInputTokens = 20;
constexpr std::int64_t kOutputTokens = 16;
constexpr std::int64_t kPauseSeconds = 40;
constexpr std::int64_t kWeek = 7 * 86'400;

constexpr char kNoQuotaModel[] = "gemini-2.5-pro";
constexpr char kLimitedModel[] = "gemini-3-flash-lite";
constexpr char kNoQuotaWords[] =
    "You exceeded your current quota. Quota exceeded for metric: generate_content_free_tier_requests, limit: 0, model: "
    "gemini-2.5-pro";
constexpr char kLimitedWords[] = "Resource has been exhausted (e.g. check quota).";

// In billionths of a US dollar a token.
struct Price {
  const char* prefix;
  std::int64_t input;
  std::int64_t output;
};
constexpr std::array kPrices{
    Price{"gpt-5-nano", 50, 400},           Price{"gpt-5-mini", 250, 2'000},       Price{"gpt-5", 1'750, 14'000},
    Price{"claude-opus", 5'000, 25'000},    Price{"claude-sonnet", 3'000, 15'000}, Price{"claude-haiku", 1'000, 5'000},
    Price{"gemini-embedding", 150, 0},      Price{"gemini-3-flash", 500, 3'000},   Price{"gemini-3-pro", 2'000, 12'000},
    Price{"gemini-2.5-pro", 1'250, 10'000}, Price{"deepseek", 280, 420},
};

std::optional<std::int64_t> CostOf(const std::string& model, std::int64_t input, std::int64_t output) {
  const auto* const price =
      std::ranges::find_if(kPrices, [&model](const Price& each) { return absl::StartsWith(model, each.prefix); });
  if (price == kPrices.end()) return std::nullopt;
  return price->input * input + price->output * output;
}

bool IsOfPictures(const std::string& model) { return absl::StartsWith(model, "imagen"); }
std::int64_t OutputOf(const std::string& model) { return absl::StrContains(model, "embedding") ? 0 : kOutputTokens; }

std::optional<v1::RejectReason> ReasonOf(v1::AccountCondition condition) {
  switch (condition) {
    case v1::ACCOUNT_CONDITION_DISABLED:
      return v1::REJECT_REASON_DISABLED;
    case v1::ACCOUNT_CONDITION_NEEDS_SIGN_IN:
      return v1::REJECT_REASON_NEEDS_SIGN_IN;
    case v1::ACCOUNT_CONDITION_FORBIDDEN:
      return v1::REJECT_REASON_FORBIDDEN;
    case v1::ACCOUNT_CONDITION_EXHAUSTED:
      return v1::REJECT_REASON_BUDGET_SPENT;
    case v1::ACCOUNT_CONDITION_COOLING:
      return v1::REJECT_REASON_COOLING;
    default:
      return std::nullopt;
  }
}

std::optional<v1::TestObstacle> ObstacleOf(const v1::Account& account, const std::string& model) {
  v1::TestObstacle obstacle;
  for (const v1::Cooldown& cooldown : account.cooldowns()) {
    if (!cooldown.model().empty() && cooldown.model() != model) continue;
    obstacle.set_reason(v1::REJECT_REASON_COOLING);
    *obstacle.mutable_end_time() = cooldown.end_time();
    obstacle.set_hinted(cooldown.provider_hint());
  }
  const auto reason = ReasonOf(ConditionOf(account));
  if (reason) obstacle.set_reason(*reason);
  if (reason == v1::REJECT_REASON_BUDGET_SPENT) *obstacle.mutable_end_time() = account.budgets(0).reset_time();
  return obstacle.reason() == v1::REJECT_REASON_UNSPECIFIED ? std::nullopt : std::optional(std::move(obstacle));
}

void Forget(v1::Account& account, const std::string& model) {
  auto& facts = *account.mutable_facts();
  for (int i = facts.size() - 1; i >= 0; --i) {
    if (facts[i].model() == model) facts.DeleteSubrange(i, 1);
  }
}

v1::TestAccountModelResponse NoQuota(v1::Account& account, const std::string& model) {
  v1::TestAccountModelResponse found;
  found.set_outcome(v1::MODEL_TEST_OUTCOME_NO_QUOTA);
  found.set_error_kind(v1::ERROR_KIND_BILLING);
  found.set_message(absl::StrCat("no quota for it on this account: ", kNoQuotaWords));
  v1::LearnedFact& fact = *found.mutable_fact();
  fact.set_model(model);
  fact.set_kind(v1::MODEL_FACT_KIND_NO_QUOTA);
  fact.set_words(kNoQuotaWords);
  SetTime(*fact.mutable_learn_time(), 0);
  Forget(account, model);
  *account.add_facts() = fact;
  SetTime(*account.mutable_facts(account.facts_size() - 1)->mutable_expire_time(), kWeek);
  return found;
}

v1::TestAccountModelResponse Limited(v1::Account& account, const std::string& model) {
  v1::TestAccountModelResponse found;
  found.set_outcome(v1::MODEL_TEST_OUTCOME_PAUSED);
  found.set_error_kind(v1::ERROR_KIND_RATE_MINUTE);
  found.set_message(absl::StrCat("rate limited: ", kLimitedWords));
  found.mutable_obstacle()->set_reason(v1::REJECT_REASON_COOLING);
  found.mutable_obstacle()->set_hinted(true);
  SetTime(*found.mutable_obstacle()->mutable_end_time(), kPauseSeconds);
  v1::Cooldown& pause = *account.add_cooldowns();
  pause.set_model(model);
  pause.set_cause(v1::ERROR_KIND_RATE_MINUTE);
  pause.set_provider_hint(true);
  *pause.mutable_end_time() = found.obstacle().end_time();
  return found;
}

v1::TestAccountModelResponse Works(v1::Account& account, const std::string& model) {
  constexpr std::int64_t kCounted = 13;
  v1::TestAccountModelResponse found;
  found.set_outcome(v1::MODEL_TEST_OUTCOME_WORKS);
  found.set_message("works");
  found.set_input_tokens(kCounted);
  found.set_output_tokens(OutputOf(model) == 0 ? 0 : 2);
  if (const auto cost = CostOf(model, found.input_tokens(), found.output_tokens())) found.set_cost_nano_usd(*cost);
  Forget(account, model);
  return found;
}

}  // namespace

void DemoProbe::AwaitTurn(const grpc::ServerContext& context) {
  const auto moment = std::chrono::steady_clock::now() + moment_;
  std::unique_lock lock(mutex_);
  ++held_;
  const auto may = [&] { return holds_ ? answers_ > 0 : std::chrono::steady_clock::now() >= moment; };
  while (!may() && !context.IsCancelled()) turn_.wait_for(lock, kLook);
  --held_;
  if (holds_ && answers_ > 0) --answers_;
}

void DemoProbe::Hold() {
  const std::lock_guard lock(mutex_);
  holds_ = true;
}

int DemoProbe::held() const {
  const std::lock_guard lock(mutex_);
  return held_;
}

void DemoProbe::Answer(int count) {
  const std::lock_guard lock(mutex_);
  answers_ += count;
  turn_.notify_all();
}

void DemoProbe::Release() {
  const std::lock_guard lock(mutex_);
  holds_ = false;
  turn_.notify_all();
}

v1::PlanAccountTestResponse PlanDemoTest(const v1::Account& account) {
  v1::PlanAccountTestResponse plan;
  for (const std::string& model : account.models()) {
    if (IsOfPictures(model)) {
      plan.add_left_out_models(model);
      continue;
    }
    v1::PlannedModelTest& test = *plan.add_tests();
    test.set_model(model);
    test.set_input_tokens(kInputTokens);
    test.set_max_output_tokens(OutputOf(model));
    const auto cost = CostOf(model, kInputTokens, OutputOf(model));
    if (cost) test.set_max_cost_nano_usd(*cost);
    for (const v1::LearnedFact& fact : account.facts()) {
      if (fact.model() == model) *test.add_facts() = fact;
    }
    if (auto obstacle = ObstacleOf(account, model)) {
      *test.mutable_obstacle() = std::move(*obstacle);
      continue;
    }
    plan.set_request_count(plan.request_count() + 1);
    plan.set_input_tokens(plan.input_tokens() + test.input_tokens());
    plan.set_max_output_tokens(plan.max_output_tokens() + test.max_output_tokens());
    plan.set_max_cost_nano_usd(plan.max_cost_nano_usd() + cost.value_or(0));
    if (!cost) plan.set_unpriced_count(plan.unpriced_count() + 1);
  }
  return plan;
}

v1::TestAccountModelResponse TestDemoModel(v1::Account& account, const std::string& model) {
  v1::TestAccountModelResponse found;
  if (auto obstacle = ObstacleOf(account, model)) {
    found.set_outcome(v1::MODEL_TEST_OUTCOME_NOT_ASKED);
    found.set_message("not asked: it pauses after a failure");
    *found.mutable_obstacle() = std::move(*obstacle);
    return found;
  }
  found = model == kNoQuotaModel   ? NoQuota(account, model)
          : model == kLimitedModel ? Limited(account, model)
                                   : Works(account, model);
  found.set_request_id(absl::StrCat("req_demo_", model));
  const bool works = found.outcome() == v1::MODEL_TEST_OUTCOME_WORKS;
  found.mutable_latency()->set_nanos(works ? 612'000'000 : 94'000'000);
  return found;
}

v1::TestAccountModelResponse RefuseDemoTest(v1::Account& account) {
  v1::TestAccountModelResponse found;
  found.set_outcome(v1::MODEL_TEST_OUTCOME_ACCOUNT_REFUSED);
  found.set_error_kind(v1::ERROR_KIND_ACCOUNT_AUTH);
  found.set_message("the credential is refused: Incorrect API key provided.");
  found.set_request_id("req_demo_refused");
  found.mutable_latency()->set_nanos(94'000'000);
  account.set_state(v1::ACCOUNT_STATE_NEEDS_SIGN_IN);
  account.mutable_state_reason()->set_code("sign_in_refused");
  return found;
}

}  // namespace ag::gui
