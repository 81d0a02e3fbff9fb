#include "gatewayd/pool/account_status.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "account_states.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"

namespace ag::pool {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

ErrorDetail Error(ErrorKind kind, ErrorScope scope = ErrorScope::kAccount) {
  ErrorDetail error;
  error.kind = kind;
  error.scope = scope;
  return error;
}

class AccountStatusTest : public testing::Test {
 protected:
  void Fail(Signal signal, const ErrorDetail& error) { status_ = Apply(status_, signal, error, clock_.Now(), random_); }
  void Meet(Signal signal) { status_ = Apply(status_, signal, clock_.Now()); }
  Condition Now() const { return StatusAt(status_, clock_.Now()).condition; }

  test::FakeClock clock_;
  FastRandom random_{3};
  AccountStatus status_;
};

TEST(AccountStates, ThePageIsTheTable) {
  EXPECT_EQ(test::ReadFile("docs/account-states.md"), AccountStates(TransitionRules()))
      << "The page is stale: build/dev/bin/ag_account_states > docs/account-states.md";
}

TEST(AccountStates, EachRuleIsThereOnceAndEachStateCanBeLeft) {
  std::set<std::pair<Condition, Signal>> seen;
  std::set<Condition> left;
  for (const TransitionRule& rule : TransitionRules()) {
    EXPECT_TRUE(seen.emplace(rule.from, rule.signal).second) << NameOf(rule.from) << " " << NameOf(rule.signal);
    EXPECT_EQ(NextCondition(rule.from, rule.signal), rule.to);
    if (rule.to != rule.from) left.insert(rule.from);
  }
  for (const Condition condition : {Condition::kReady, Condition::kCooling, Condition::kHalfOpen, Condition::kProbing,
                                    Condition::kNeedsSignIn, Condition::kForbidden}) {
    EXPECT_TRUE(left.contains(condition)) << NameOf(condition);
  }
}

TEST(AccountStates, NamesAreReadBack) {
  for (int i = 0; i < kConditionCount; ++i) {
    EXPECT_EQ(ConditionFromName(NameOf(static_cast<Condition>(i))), static_cast<Condition>(i));
  }
  for (int i = 0; i < kSignalCount; ++i) {
    EXPECT_EQ(SignalFromName(NameOf(static_cast<Signal>(i))), static_cast<Signal>(i));
  }
  EXPECT_EQ(ConditionFromName("asleep"), std::nullopt);
  EXPECT_EQ(SignalFromName(""), std::nullopt);
}

TEST(AccountStates, CausesAreKeptApart) {
  EXPECT_EQ(SignalOf(Error(ErrorKind::kRateMinute)), Signal::kRateLimited);
  EXPECT_EQ(SignalOf(Error(ErrorKind::kQuotaDay, ErrorScope::kModel)), Signal::kQuotaUsedUp);
  EXPECT_EQ(SignalOf(Error(ErrorKind::kBilling)), Signal::kQuotaUsedUp);
  EXPECT_EQ(SignalOf(Error(ErrorKind::kOverloaded, ErrorScope::kModel)), Signal::kOverloaded);
  EXPECT_EQ(SignalOf(Error(ErrorKind::kUpstreamServer)), Signal::kServerFailed);
  EXPECT_EQ(SignalOf(Error(ErrorKind::kTls)), Signal::kNetworkFailed);
  EXPECT_EQ(SignalOf(Error(ErrorKind::kAccountAuth)), Signal::kSignInRefused);
  EXPECT_EQ(SignalOf(Error(ErrorKind::kAccountForbidden)), Signal::kForbidden);
}

TEST(AccountStates, FaultsOfOthersSayNothingOfTheAccount) {
  EXPECT_EQ(SignalOf(Error(ErrorKind::kAccountForbidden, ErrorScope::kProvider)), std::nullopt);
  EXPECT_EQ(SignalOf(Error(ErrorKind::kUpstreamServer, ErrorScope::kRequest)), std::nullopt);
  EXPECT_EQ(SignalOf(Error(ErrorKind::kAccountForbidden, ErrorScope::kModel)), std::nullopt);
  EXPECT_EQ(SignalOf(Error(ErrorKind::kInvalidRequest)), std::nullopt);
  EXPECT_EQ(SignalOf(Error(ErrorKind::kModelNotFound, ErrorScope::kModel)), std::nullopt);
}

TEST_F(AccountStatusTest, APauseEndsInOneProbeAndASuccess) {
  Fail(Signal::kQuotaUsedUp, Error(ErrorKind::kQuotaDay));
  EXPECT_EQ(Now(), Condition::kCooling);
  Meet(Signal::kProbeTaken);
  EXPECT_EQ(Now(), Condition::kCooling);
  clock_.Advance(minutes(5));
  EXPECT_EQ(Now(), Condition::kHalfOpen);
  Meet(Signal::kProbeTaken);
  EXPECT_EQ(Now(), Condition::kProbing);
  Meet(Signal::kSuccess);
  EXPECT_EQ(status_, AccountStatus());
}

TEST_F(AccountStatusTest, APauseWithoutAHintEndsSoonAfterWhatFailedIsGivenAnew) {
  AccountStatus often;
  often.condition = Condition::kHalfOpen;
  often.cause = ErrorKind::kQuotaDay;
  often.ladder = Ladder::kQuota;
  often.failures = 10;
  const WallTime renewed = clock_.Now() + minutes(2);
  const auto until = [&](const ErrorDetail& error) {
    return Apply(often, Signal::kQuotaUsedUp, error, clock_.Now(), random_, renewed).until;
  };
  bool after = false;
  for (int i = 0; i < 100; ++i) {
    EXPECT_LE(until(Error(ErrorKind::kQuotaDay)), renewed + minutes(1));
    after |= until(Error(ErrorKind::kQuotaDay)) > renewed;
  }
  EXPECT_TRUE(after);
  ErrorDetail hinted = Error(ErrorKind::kQuotaDay);
  hinted.retry_after = minutes(30);
  EXPECT_EQ(until(hinted), clock_.Now() + minutes(30));
}

TEST_F(AccountStatusTest, OneServerErrorPausesNobody) {
  const ErrorDetail error = Error(ErrorKind::kUpstreamServer, ErrorScope::kProvider);
  for (int i = 1; i < kStrikes; ++i) {
    Fail(Signal::kServerFailed, error);
    EXPECT_EQ(Now(), Condition::kReady);
  }
  Fail(Signal::kServerFailed, error);
  EXPECT_EQ(Now(), Condition::kCooling);
  EXPECT_LE(status_.until, clock_.Now() + seconds(5));
  Meet(Signal::kSuccess);
  EXPECT_EQ(status_, AccountStatus());
}

TEST_F(AccountStatusTest, AServerErrorThatSaysHowLongPausesAtOnce) {
  ErrorDetail error = Error(ErrorKind::kOverloaded, ErrorScope::kProvider);
  error.retry_after = seconds(30);
  Fail(Signal::kOverloaded, error);
  EXPECT_EQ(Now(), Condition::kCooling);
  EXPECT_EQ(status_.until, clock_.Now() + seconds(30));
}

TEST_F(AccountStatusTest, AProbeWithoutWordFreesItsPlace) {
  Fail(Signal::kQuotaUsedUp, Error(ErrorKind::kQuotaDay));
  clock_.Advance(minutes(5));
  Meet(Signal::kProbeTaken);
  clock_.Advance(kProbeLease);
  EXPECT_EQ(Now(), Condition::kHalfOpen);
}

TEST_F(AccountStatusTest, ARefusalLastsLongerEachTimeUntilARealSuccess) {
  const ErrorDetail refused = Error(ErrorKind::kAccountAuth);
  Fail(Signal::kSignInRefused, refused);
  EXPECT_EQ(Now(), Condition::kNeedsSignIn);
  EXPECT_EQ(status_.until, clock_.Now() + seconds(5));
  clock_.Advance(seconds(5));
  EXPECT_EQ(Now(), Condition::kNeedsSignIn) << "time alone proves no credential";
  Meet(Signal::kTestPassed);
  EXPECT_EQ(Now(), Condition::kReady);
  Fail(Signal::kSignInRefused, refused);
  EXPECT_EQ(status_.until, clock_.Now() + seconds(10));
  clock_.Advance(seconds(10));
  Fail(Signal::kSignInRefused, refused);
  EXPECT_EQ(status_.until, clock_.Now() + seconds(20));
  Meet(Signal::kTestPassed);
  Meet(Signal::kSuccess);
  Fail(Signal::kSignInRefused, refused);
  EXPECT_EQ(status_.until, clock_.Now() + seconds(5));
}

TEST_F(AccountStatusTest, RefusalsOfOneBurstDoNotClimb) {
  for (int i = 0; i < 40; ++i) Fail(Signal::kSignInRefused, Error(ErrorKind::kAccountAuth));
  EXPECT_EQ(status_.until, clock_.Now() + seconds(5));
}

// "Verify your account, then try again in ten minutes" is not "disabled for good".
TEST_F(AccountStatusTest, AForbiddenAccountIsTriedAgainWhenItsTimeIsOver) {
  ErrorDetail forbidden = Error(ErrorKind::kAccountForbidden);
  forbidden.retry_after = minutes(10);
  Fail(Signal::kForbidden, forbidden);
  EXPECT_EQ(Now(), Condition::kForbidden);
  EXPECT_TRUE(status_.hint);
  clock_.Advance(minutes(10) - seconds(1));
  EXPECT_EQ(Now(), Condition::kForbidden);
  clock_.Advance(seconds(1));
  EXPECT_EQ(Now(), Condition::kReady);
}

TEST_F(AccountStatusTest, AClosedAccountIsLeftToItsOwner) {
  Fail(Signal::kClosed, Error(ErrorKind::kAccountForbidden));
  clock_.Advance(hours(24 * 365));
  EXPECT_EQ(Now(), Condition::kForbidden);
  EXPECT_EQ(status_.until, WallTime{});
  Meet(Signal::kEnabled);
  EXPECT_EQ(Now(), Condition::kReady);
}

TEST_F(AccountStatusTest, OnlyACredentialHealsAMissingOne) {
  Fail(Signal::kSignInRefused, Error(ErrorKind::kAccountAuth));
  Meet(Signal::kEnabled);
  EXPECT_EQ(Now(), Condition::kNeedsSignIn);
  Meet(Signal::kCredentialReplaced);
  EXPECT_EQ(status_, AccountStatus());
}

TEST(AccountStates, WhatCoversComesFirst) {
  EXPECT_EQ(Covered(Condition::kCooling, Cover::kNone), Condition::kCooling);
  EXPECT_EQ(Covered(Condition::kCooling, Cover::kBudget), Condition::kExhausted);
  EXPECT_EQ(Covered(Condition::kNeedsSignIn, Cover::kOwner), Condition::kDisabled);
}

TEST_F(AccountStatusTest, TellsADifferenceOnlyWhereThereIsOne) {
  const ErrorDetail error = Error(ErrorKind::kQuotaDay);
  const AccountStatus ready;
  Fail(Signal::kQuotaUsedUp, error);
  const auto change = Difference(ready, status_, Signal::kQuotaUsedUp, error);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->from, Condition::kReady);
  EXPECT_EQ(change->to, Condition::kCooling);
  EXPECT_EQ(change->until, status_.until);
  EXPECT_EQ(change->error, error);
  EXPECT_FALSE(Difference(status_, status_, Signal::kQuotaUsedUp, error));
}

}  // namespace
}  // namespace ag::pool
