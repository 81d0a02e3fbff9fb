#include "gatewayd/proxy/attempt_plan.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "tests/support/fake_clock.h"

namespace ag::proxy {
namespace {

using std::chrono::seconds;

class AttemptPlanTest : public testing::Test {
 protected:
  AttemptPlanTest() {
    for (const char* id : {"a", "b"}) {
      pool::PooledAccount pooled;
      pooled.account.id = AccountId(id);
      pooled.account.preset = "openai";
      pooled.account.endpoints[Dialect::kChat] = {"https://provider.example", catalog::AuthStyle::kBearer};
      pooled.counters = std::make_shared<pool::AccountCounters>();
      pooled.cooldowns = std::make_shared<pool::CooldownBoard>();
      pooled.limits = std::make_shared<pool::LimitBoard>();
      pool_.accounts.push_back(std::move(pooled));
    }
    SetState(0, pool::AccountState::kReady);
    traits_.candidates.push_back({"openai", Family::kOpenAi, "gpt-5"});
    traits_.dialects = {Dialect::kChat};
  }

  AttemptPlan Plan() {
    return {traits_, {{5, SteadyTime::max()}, clock_.Steady() + seconds(60)}, retries_, clock_, random_};
  }
  void SetState(std::size_t account, pool::AccountState state) {
    pool_.accounts[account].account.state = state;
    pool_.index = std::make_shared<const pool::PoolIndex>(pool_.accounts, nullptr);
  }
  // Both have failed, and `kind` is what the first one failed by.
  void FailBoth(AttemptPlan& plan, ErrorKind kind) {
    Fail(plan, 0, kind);
    Fail(plan, 1, ErrorKind::kRateMinute);
  }
  void Fail(AttemptPlan& plan, std::size_t account, ErrorKind kind) {
    ErrorDetail error;
    error.kind = kind;
    error.scope = ErrorScope::kAccount;
    if (kind == ErrorKind::kRateMinute || kind == ErrorKind::kTls) error.retry_after = seconds(10);
    const pool::PooledAccount& pooled = pool_.accounts[account];
    pooled.cooldowns->OnFailure("gpt-5", error, clock_.Now(), random_);
    plan.OnFailed(pooled.account.id, "gpt-5", pool::PickReason::kLessLoaded, error);
  }
  std::string Picked(AttemptPlan& plan) {
    const pool::Choice choice = plan.Pick(pool_);
    return choice.account == nullptr ? "-" : choice.account->account.id.value();
  }

  test::FakeClock clock_;
  FastRandom random_{7};
  RetryBudget retries_{clock_};
  pool::PoolSnapshot pool_;
  pool::RequestTraits traits_;
};

TEST_F(AttemptPlanTest, ARefusedAccountIsNotAskedAgainWhileNothingHasChanged) {
  AttemptPlan plan = Plan();
  FailBoth(plan, ErrorKind::kAccountAuth);
  EXPECT_EQ(Picked(plan), "-") << "the pool has yet to hear of it";
  clock_.Advance(seconds(5));
  EXPECT_EQ(Picked(plan), "-");
}

TEST_F(AttemptPlanTest, ARefusedAccountThatHasPassedItsTestMayBeAskedAgain) {
  AttemptPlan plan = Plan();
  FailBoth(plan, ErrorKind::kAccountAuth);
  SetState(0, pool::AccountState::kNeedsSignIn);
  EXPECT_EQ(Picked(plan), "-");
  SetState(0, pool::AccountState::kReady);
  EXPECT_EQ(Picked(plan), "a") << "while the other one pauses";
}

TEST_F(AttemptPlanTest, AnAccountWhosePauseIsOverMayBeAskedAgain) {
  AttemptPlan plan = Plan();
  FailBoth(plan, ErrorKind::kTls);
  SetState(1, pool::AccountState::kNeedsSignIn);
  EXPECT_EQ(Picked(plan), "-");
  clock_.Advance(seconds(11));
  EXPECT_EQ(Picked(plan), "a");
}

TEST_F(AttemptPlanTest, AnAccountThatWentAwayIsNeverAsked) {
  AttemptPlan plan = Plan();
  plan.OnWithdrawn(AccountId("a"));
  plan.OnWithdrawn(AccountId("b"));
  SetState(0, pool::AccountState::kNeedsSignIn);
  EXPECT_EQ(Picked(plan), "-");
  SetState(0, pool::AccountState::kReady);
  EXPECT_EQ(Picked(plan), "-");
}

}  // namespace
}  // namespace ag::proxy
