#include "gatewayd/pool/best_account.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/pool/scheduler_fixture.h"

namespace ag::pool {
namespace {

class BestAccountTest : public SchedulerFixture {
 protected:
  std::vector<BestAccount> Find(std::string_view model = {}) {
    return FindBestAccounts(Snapshot(), policy_, model, clock_.Now());
  }
  // "a: reason" of the one provider.
  std::string Best(std::string_view model = {}) {
    const auto found = Find(model);
    if (found.size() != 1) return "not one provider";
    const auto* account = found[0].account;
    return (account == nullptr ? std::string("none") : account->account.id.value()) + ": " + found[0].reason.code;
  }

  PickPolicy policy_;
};

TEST_F(BestAccountTest, ToldForEachProviderWithAccounts) {
  EXPECT_TRUE(Find().empty());
  Add("a");
  Add("b", "anthropic");
  Add("c");
  const auto found = Find();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].preset, "openai");
  EXPECT_EQ(found[0].candidates.size(), 2U);
  EXPECT_EQ(found[1].preset, "anthropic");
  EXPECT_EQ(found[1].reason.code, "only_account");
  EXPECT_EQ(found[1].share, 1);
}

TEST_F(BestAccountTest, FollowsPriorityAndStates) {
  Add("a");
  Add("b").account.priority = 5;
  Changed();
  EXPECT_EQ(Best(), "b: highest_priority");
  Snapshot();
  snapshot_.accounts[1].account.enabled = false;
  Changed();
  EXPECT_EQ(Best(), "a: only_ready");
  EXPECT_EQ(Find()[0].candidates[1].reason, RejectReason::kDisabled);
  snapshot_.accounts[0].account.enabled = false;
  Changed();
  EXPECT_EQ(Best(), "none: none_ready");
  EXPECT_EQ(Find()[0].share, 0);
}

TEST_F(BestAccountTest, EqualsShareByWeight) {
  Add("a");
  Add("b").account.weight = 3;
  Changed();
  const auto found = Find();
  EXPECT_EQ(Best(), "b: least_loaded");
  EXPECT_GT(found[0].share, 0.5);
  EXPECT_LT(found[0].share, 1);
  EXPECT_EQ(Find()[0].share, found[0].share) << "an unchanged pool has an unchanged answer";
}

TEST_F(BestAccountTest, IsTheOneThatTheUserFixed) {
  Add("a").account.priority = 5;
  Add("b");
  policy_.fixed = AccountId("b");
  EXPECT_EQ(Best(), "b: fixed_account");
  policy_.fixed = AccountId("gone");
  policy_.failover = false;
  EXPECT_EQ(Best(), "none: none_ready");
  EXPECT_EQ(Find()[0].candidates[0].reason, RejectReason::kNotFixed);
}

TEST_F(BestAccountTest, APauseOfAModelCountsForThatModel) {
  Add("a");
  Add("b");
  Cool(0, std::chrono::hours(1), "gpt-5");
  EXPECT_EQ(Best("gpt-5"), "b: only_ready");
  EXPECT_EQ(Find("gpt-5")[0].candidates[0].reason, RejectReason::kCooling);
  EXPECT_EQ(Find("gpt-5-mini")[0].reason.code, "least_loaded");
}

}  // namespace
}  // namespace ag::pool
