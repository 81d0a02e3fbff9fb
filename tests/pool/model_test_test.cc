#include "gatewayd/pool/model_test.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "gatewayd/pool/account_lease.h"
#include "tests/pool/scheduler_fixture.h"

// What a deep test would ask, what that costs, and what may not be asked now.
namespace ag::pool {
namespace {

using std::chrono::seconds;

class ModelTestPlan : public SchedulerFixture {
 protected:
  TestPlan Plan(const std::vector<std::string>& wanted = {}) {
    return PlanTests(snapshot_.accounts.front(), wanted, catalog_, clock_.Now());
  }
  std::optional<RejectReason> Obstacle(const std::string& model = "gpt-5-mini") {
    const auto obstacle = ObstacleToTest(snapshot_.accounts.front(), model, clock_.Now());
    return obstacle ? std::optional<RejectReason>(obstacle->reason) : std::nullopt;
  }

  const catalog::Catalog catalog_ = catalog::Catalog::Shipped();
};

TEST_F(ModelTestPlan, HasThePriceOfEachModelThatCanBeAskedInWords) {
  Add("a").account.models = {"gpt-5-mini", "text-embedding-3-small", "of-tomorrow", "dall-e-3"};
  const TestPlan plan = Plan();
  ASSERT_EQ(plan.tests.size(), 3U);
  EXPECT_EQ(plan.tests[0].model, "gpt-5-mini");
  EXPECT_EQ(plan.tests[0].output_tokens, 16);
  EXPECT_EQ(plan.tests[0].cost, 20 * 250 + 16 * 2'000) << "0.25 and 2 dollars a million, in billionths";
  EXPECT_EQ(plan.tests[1].output_tokens, 0);
  EXPECT_EQ(plan.tests[1].cost, 20 * 20);
  EXPECT_EQ(plan.tests[2].cost, std::nullopt) << "nobody has told its price";
  EXPECT_EQ(plan.left_out, std::vector<std::string>{"dall-e-3"});
}

TEST_F(ModelTestPlan, AsksEachNamedModelOnceListedOrNot) {
  Add("a").account.models = {"gpt-5-mini"};
  const TestPlan plan = Plan({"dall-e-3", "gpt-6", "gpt-6"});
  ASSERT_EQ(plan.tests.size(), 2U);
  EXPECT_EQ(plan.tests[0].model, "dall-e-3");
  EXPECT_EQ(plan.tests[1].model, "gpt-6");
  EXPECT_TRUE(plan.left_out.empty());
}

TEST_F(ModelTestPlan, LeavesOutEmbeddingsWhereThereIsNoWayToAsk) {
  Add("a", "anthropic").account.models = {"claude-sonnet-5", "voyage-embed"};
  const TestPlan plan = Plan();
  ASSERT_EQ(plan.tests.size(), 1U);
  EXPECT_EQ(plan.left_out, std::vector<std::string>{"voyage-embed"});
}

TEST_F(ModelTestPlan, KnowsWhatWasLearnedAndAsksAllTheSame) {
  Account& account = Add("a").account;
  account.models = {"gpt-5-mini", "gpt-5"};
  LearnedFact fact;
  fact.model = "gpt-5-mini";
  fact.fact.kind = catalog::ModelFact::Kind::kNoQuota;
  fact.learned = clock_.Now();
  account.facts.Learn(fact);
  const TestPlan plan = Plan();
  ASSERT_EQ(plan.tests.size(), 2U);
  ASSERT_EQ(plan.tests[0].facts.size(), 1U);
  EXPECT_EQ(plan.tests[0].facts[0].fact.kind, catalog::ModelFact::Kind::kNoQuota);
  EXPECT_FALSE(plan.tests[0].obstacle) << "a test finds out whether it is still true";
  EXPECT_TRUE(plan.tests[1].facts.empty());
}

TEST_F(ModelTestPlan, DoesNotAskWhomAProviderOrTheOwnerKeepsBack) {
  PooledAccount& pooled = Add("a");
  EXPECT_EQ(Obstacle(), std::nullopt);
  Cool(0, seconds(30), "gpt-5-mini");
  EXPECT_EQ(Obstacle(), RejectReason::kCooling);
  EXPECT_EQ(Obstacle("gpt-5"), std::nullopt);
  const auto obstacle = ObstacleToTest(pooled, "gpt-5-mini", clock_.Now());
  EXPECT_EQ(obstacle->until, clock_.Now() + seconds(30));
  EXPECT_TRUE(obstacle->hinted);
  clock_.Advance(seconds(31));
  EXPECT_EQ(Obstacle(), std::nullopt) << "half open: the test is the request that tries";
  ASSERT_TRUE(pooled.cooldowns->TryEnter("gpt-5-mini", clock_.Now()));
  EXPECT_EQ(Obstacle(), RejectReason::kHalfOpenTaken);
  pooled.cooldowns->Clear();

  LimitSample sample;
  sample[0] = {60, 0, clock_.Now() + seconds(60)};
  pooled.limits->Note("gpt-5-mini", sample, clock_.Now());
  EXPECT_EQ(Obstacle(), RejectReason::kLimitReached);
  pooled.account.limits.Of(Measure::kRequests, Period::kDay) = 1;
  const AccountLease lease(pooled, clock_.Now());
  EXPECT_EQ(Obstacle(), RejectReason::kBudgetSpent);
  EXPECT_EQ(ObstacleToTest(pooled, "gpt-5-mini", clock_.Now())->until, EndOf(Period::kDay, clock_.Now()));

  pooled.account.state = AccountState::kForbidden;
  EXPECT_EQ(Obstacle(), RejectReason::kForbidden);
  pooled.account.state = AccountState::kNeedsSignIn;
  EXPECT_EQ(Obstacle(), RejectReason::kNeedsSignIn);
  pooled.account.enabled = false;
  EXPECT_EQ(Obstacle(), RejectReason::kDisabled);
}

TEST_F(ModelTestPlan, SpeaksWhatTheProviderItselfSpeaks) {
  using catalog::ModelUse;
  Account& openai = Add("a").account;
  EXPECT_EQ(TestDialect(openai, ModelUse::kText), Dialect::kResponses) << "it serves all models";
  EXPECT_EQ(TestDialect(openai, ModelUse::kEmbedding), Dialect::kChat);
  openai.quirks.openai_service = false;
  EXPECT_EQ(TestDialect(openai, ModelUse::kText), Dialect::kChat);
  const Account& anthropic = Add("b", "anthropic").account;
  EXPECT_EQ(TestDialect(anthropic, ModelUse::kText), Dialect::kMessages);
  EXPECT_EQ(TestDialect(anthropic, ModelUse::kEmbedding), std::nullopt);
}

}  // namespace
}  // namespace ag::pool
