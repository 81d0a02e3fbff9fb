#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "tests/pool/account_pool_fixture.h"

// What the pool makes of refusals, pauses and their ends.
namespace ag::pool {
namespace {

using std::chrono::seconds;

TEST_F(AccountPoolTest, StoresCooldownsOnlyWhenTold) {
  const AccountId id = Added(New()).id;
  Cool(id, ErrorScope::kModel, seconds(60));
  EXPECT_FALSE(pool_->cooldowns_changed());
  pool_->OnCooldownChanged(id, StatusChange());
  EXPECT_TRUE(pool_->cooldowns_changed());
  const std::size_t published = observer_->versions.size();
  pool_->StoreCooldowns();
  EXPECT_FALSE(pool_->cooldowns_changed());
  EXPECT_EQ(observer_->versions.size(), published) << "the boards are shared: there is nothing new to publish";
}

TEST_F(AccountPoolTest, ARefusalPassesAndIsStored) {
  const AccountId id = Added(New()).id;
  pool_->OnRefused(id, kFirstAccess, Signal::kSignInRefused, Refusal(ErrorKind::kAccountAuth));
  Restart();
  EXPECT_EQ(Pooled(id).account.state, AccountState::kNeedsSignIn);
  EXPECT_EQ(Pooled(id).account.state_until, clock_.Now() + seconds(5));
  EXPECT_EQ(Pooled(id).account.state_reason, (Reason{"provider_refused", {{"status", "401"}, {"text", "no"}}}));
  pool_->OnTestPassed(id);
  EXPECT_EQ(Pooled(id).account.state, AccountState::kReady);
  EXPECT_EQ(Pooled(id).account.refusals, 1);
  EXPECT_EQ(Pooled(id).cooldowns->Check("gpt-5", clock_.Now()).state, CooldownStatus::State::kHalfOpen);
  pool_->OnServed(id);
  EXPECT_EQ(Pooled(id).account.refusals, 0);
}

TEST_F(AccountPoolTest, AForbiddenAccountReturnsWhenItsTimeIsOver) {
  const AccountId id = Added(New()).id;
  ErrorDetail error = Refusal(ErrorKind::kAccountForbidden);
  error.retry_after = seconds(600);
  pool_->OnRefused(id, kFirstAccess, Signal::kForbidden, error);
  clock_.Advance(seconds(599));
  pool_->OnDeadline(id);
  EXPECT_EQ(Pooled(id).account.state, AccountState::kForbidden);
  clock_.Advance(seconds(1));
  pool_->OnDeadline(id);
  EXPECT_EQ(Pooled(id).account.state, AccountState::kReady);
}

TEST_F(AccountPoolTest, ARefusalOfAnOlderVersionIsTestedAtOnce) {
  const AccountId id = Added(New()).id;
  store::AccountRow row = table_->List()->at(0);
  row.state = "needs_sign_in";
  row.state_reason_json = R"({"code":"provider_refused","args":[["text","no"]]})";
  ASSERT_TRUE(table_->Put(row).ok());
  Restart();
  EXPECT_EQ(Pooled(id).account.state, AccountState::kNeedsSignIn);
  EXPECT_NE(Pooled(id).account.state_until, WallTime{});
  EXPECT_LT(Pooled(id).account.state_until, clock_.Now());
}

TEST_F(AccountPoolTest, ClearsARefusalThatPassesWithTheCooldowns) {
  const AccountId id = Added(New()).id;
  Cool(id, ErrorScope::kModel, seconds(60));
  pool_->OnRefused(id, kFirstAccess, Signal::kForbidden, Refusal(ErrorKind::kAccountForbidden));
  EXPECT_EQ(pool_->ClearCooldowns(id, "other"), 0);
  EXPECT_EQ(pool_->ClearCooldowns(id), 2);
  EXPECT_EQ(Pooled(id).account.state, AccountState::kReady);
}

TEST_F(AccountPoolTest, TellsTheHistoryWhatHappens) {
  const AccountId id = Added(New()).id;
  pool_->OnRefused(id, kFirstAccess, Signal::kSignInRefused, Refusal(ErrorKind::kAccountAuth));
  AccountChange change;
  change.enabled = false;
  ASSERT_TRUE(pool_->Change(id, change).ok());
  change.enabled = true;
  ASSERT_TRUE(pool_->Change(id, change).ok());
  change = {};
  change.api_key = Secret("sk-new-key-0123456789");
  ASSERT_TRUE(pool_->Change(id, change).ok());
  std::vector<std::pair<Signal, Condition>> told;
  for (const StatusChange& one : observer_->changes) told.emplace_back(one.signal, one.to);
  EXPECT_EQ(told, (std::vector<std::pair<Signal, Condition>>{{Signal::kSignInRefused, Condition::kNeedsSignIn},
                                                             {Signal::kDisabled, Condition::kDisabled},
                                                             {Signal::kEnabled, Condition::kNeedsSignIn},
                                                             {Signal::kCredentialReplaced, Condition::kReady}}));
  EXPECT_EQ(observer_->changes[0].error.provider_text, "no");
}

TEST_F(AccountPoolTest, WhatAnOldKeyHearsOfItsLimitsSaysNothingOfTheNewOne) {
  const AccountId id = Added(New()).id;
  const std::shared_ptr<const PoolSnapshot> picked_before = pool_->snapshot();
  AccountChange change;
  change.api_key = Secret("sk-new-key-0123456789");
  ASSERT_TRUE(pool_->Change(id, change).ok());
  LimitSample spent;
  spent[0] = {100, 0, clock_.Now() + seconds(60)};
  picked_before->Find(id)->limits->Note("gpt-5", spent, clock_.Now());
  EXPECT_EQ(Pooled(id).limits->ReachedUntil("gpt-5", 0, clock_.Now()), std::nullopt);
}

TEST_F(AccountPoolTest, TellsTheHistoryWhichPausesANewKeyEnds) {
  const AccountId id = Added(New()).id;
  Cool(id, ErrorScope::kModel, seconds(60));
  Cool(id, ErrorScope::kAccount, seconds(60));
  observer_->changes.clear();
  AccountChange change;
  change.api_key = Secret("sk-new-key-0123456789");
  ASSERT_TRUE(pool_->Change(id, change).ok());
  ASSERT_EQ(observer_->changes.size(), 2U) << "the account's own is its new key's event";
  for (const StatusChange& one : observer_->changes) {
    EXPECT_EQ(one.from, Condition::kCooling);
    EXPECT_EQ(one.to, Condition::kReady);
    EXPECT_EQ(one.signal, Signal::kCredentialReplaced);
  }
  EXPECT_EQ(observer_->changes[0].model, "");
  EXPECT_NE(observer_->changes[1].model, "");
}

}  // namespace
}  // namespace ag::pool
