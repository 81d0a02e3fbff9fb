#include "gatewayd/proxy/attempt_policy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <ostream>
#include <set>

#include "tests/support/fake_clock.h"

namespace ag::proxy {

static void PrintTo(RetryDecision::Action action, std::ostream* out) { *out << "Action " << static_cast<int>(action); }

namespace {

using Action = RetryDecision::Action;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kManyAttempts = 100;
constexpr SteadyTime kNow{};

ErrorDetail Failed(ErrorKind kind, ErrorScope scope = ErrorScope::kRequest) {
  ErrorDetail detail;
  detail.kind = kind;
  detail.scope = scope;
  return detail;
}

// A source that always gives the same: the ends of the jitter's range.
class ConstantRandom final : public RandomSource {
 public:
  explicit ConstantRandom(std::uint64_t value) : value_(value) {}
  std::uint64_t Next() override { return value_; }

 private:
  std::uint64_t value_;
};

class AttemptPolicyTest : public testing::Test {
 protected:
  RetryDecision First(const ErrorDetail& error) {
    AttemptPolicy policy({kManyAttempts}, random_);
    return policy.Next(error, kNow);
  }
  // How many attempts there are in all when each fails alike.
  int AttemptsUntilGiveUp(ErrorKind kind) {
    AttemptPolicy policy({kManyAttempts}, random_);
    while (policy.Next(Failed(kind), kNow).action != Action::kGiveUp) {
    }
    return policy.attempts();
  }
  void ExpectPause(ErrorKind kind, milliseconds most) {
    SCOPED_TRACE(NameOf(kind));
    std::set<milliseconds> seen;
    for (int i = 0; i < 500; ++i) {
      const RetryDecision decision = First(Failed(kind));
      EXPECT_EQ(decision.action, Action::kAnyAccount);
      EXPECT_GE(decision.pause, most / 2);
      EXPECT_LE(decision.pause, most);
      seen.insert(decision.pause);
    }
    EXPECT_GT(seen.size(), 20U) << "the pause must differ from request to request";
  }

  FastRandom random_{7};
};

TEST_F(AttemptPolicyTest, AnAccountsOwnFailureAsksAnotherAccountAtOnce) {
  for (const ErrorKind kind : {ErrorKind::kAccountAuth, ErrorKind::kAccountForbidden, ErrorKind::kBilling,
                               ErrorKind::kQuotaDay, ErrorKind::kTls, ErrorKind::kEgress}) {
    SCOPED_TRACE(NameOf(kind));
    const RetryDecision decision = First(Failed(kind, ErrorScope::kAccount));
    EXPECT_EQ(decision.action, Action::kOtherAccount);
    EXPECT_EQ(decision.pause, milliseconds(0));
  }
}

TEST_F(AttemptPolicyTest, ARateLimitAsksAnyAccountAtOnce) {
  const RetryDecision decision = First(Failed(ErrorKind::kRateMinute, ErrorScope::kModel));
  EXPECT_EQ(decision.action, Action::kAnyAccount);
  EXPECT_EQ(decision.pause, milliseconds(0));
}

TEST_F(AttemptPolicyTest, PausesForAShortRandomTime) {
  ExpectPause(ErrorKind::kOverloaded, milliseconds(500));
  ExpectPause(ErrorKind::kUpstreamServer, milliseconds(250));
  ExpectPause(ErrorKind::kProtocol, milliseconds(250));
  ExpectPause(ErrorKind::kStreamCut, milliseconds(250));
  ExpectPause(ErrorKind::kDns, milliseconds(200));
  ExpectPause(ErrorKind::kConnect, milliseconds(200));
}

TEST_F(AttemptPolicyTest, JitterReachesBothEndsOfItsRange) {
  ConstantRandom lowest(0);
  AttemptPolicy early({kManyAttempts}, lowest);
  EXPECT_EQ(early.Next(Failed(ErrorKind::kOverloaded), kNow).pause, milliseconds(250));
  ConstantRandom highest(250);
  AttemptPolicy late({kManyAttempts}, highest);
  EXPECT_EQ(late.Next(Failed(ErrorKind::kOverloaded), kNow).pause, milliseconds(500));
  ConstantRandom huge(std::numeric_limits<std::uint64_t>::max());
  AttemptPolicy any({kManyAttempts}, huge);
  EXPECT_LE(any.Next(Failed(ErrorKind::kOverloaded), kNow).pause, milliseconds(500));
}

TEST_F(AttemptPolicyTest, BoundsEachKindOfFailure) {
  EXPECT_EQ(AttemptsUntilGiveUp(ErrorKind::kOverloaded), 4);
  EXPECT_EQ(AttemptsUntilGiveUp(ErrorKind::kUpstreamServer), 4);
  EXPECT_EQ(AttemptsUntilGiveUp(ErrorKind::kProtocol), 4);
  EXPECT_EQ(AttemptsUntilGiveUp(ErrorKind::kStreamCut), 4);
  EXPECT_EQ(AttemptsUntilGiveUp(ErrorKind::kDns), 3);
  EXPECT_EQ(AttemptsUntilGiveUp(ErrorKind::kConnect), 3);
  EXPECT_EQ(AttemptsUntilGiveUp(ErrorKind::kRateMinute), kManyAttempts);
  EXPECT_EQ(AttemptsUntilGiveUp(ErrorKind::kAccountAuth), kManyAttempts);
}

TEST_F(AttemptPolicyTest, CountsServerFailuresOfAllSortsTogether) {
  AttemptPolicy policy({kManyAttempts}, random_);
  EXPECT_EQ(policy.Next(Failed(ErrorKind::kProtocol), kNow).action, Action::kAnyAccount);
  EXPECT_EQ(policy.Next(Failed(ErrorKind::kConnect), kNow).action, Action::kAnyAccount);
  EXPECT_EQ(policy.Next(Failed(ErrorKind::kOverloaded), kNow).action, Action::kAnyAccount);
  EXPECT_EQ(policy.Next(Failed(ErrorKind::kDns), kNow).action, Action::kAnyAccount);
  EXPECT_EQ(policy.Next(Failed(ErrorKind::kStreamCut), kNow).action, Action::kAnyAccount);
  EXPECT_EQ(policy.Next(Failed(ErrorKind::kProtocol), kNow).action, Action::kAnyAccount);
  EXPECT_EQ(policy.Next(Failed(ErrorKind::kUpstreamServer), kNow).action, Action::kGiveUp);
}

TEST_F(AttemptPolicyTest, AFailureThatWasToBeExpectedCountsAsAnAttemptAlone) {
  AttemptPolicy policy({6}, random_);
  const auto probe = AttemptPolicy::Asked::kToProbe;
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(policy.Next(Failed(ErrorKind::kStreamCut), kNow, probe).action, Action::kAnyAccount);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(policy.Next(Failed(ErrorKind::kStreamCut), kNow).action, Action::kAnyAccount);
  EXPECT_EQ(policy.Next(Failed(ErrorKind::kStreamCut), kNow, probe).action, Action::kGiveUp) << "the sixth";
}

TEST_F(AttemptPolicyTest, EachKindHasARowForAnyScope) {
  for (int kind = 0; kind < kErrorKindCount; ++kind) {
    const bool found = std::ranges::any_of(AttemptRules(), [kind](const AttemptRule& rule) {
      return rule.kind == static_cast<ErrorKind>(kind) && !rule.scope;
    });
    EXPECT_TRUE(found) << NameOf(static_cast<ErrorKind>(kind));
  }
}

TEST_F(AttemptPolicyTest, BeginsNoAttemptAfterItsDeadline) {
  AttemptPolicy policy({kManyAttempts, kNow + seconds(60)}, random_);
  const ErrorDetail limited = Failed(ErrorKind::kRateMinute);
  EXPECT_EQ(policy.Next(limited, kNow + seconds(59)).action, Action::kAnyAccount);
  EXPECT_EQ(policy.Next(limited, kNow + seconds(60)).action, Action::kGiveUp);
}

TEST_F(AttemptPolicyTest, GivesUpWhenTheReplyMayHaveBeenBilled) {
  EXPECT_EQ(First(Failed(ErrorKind::kHeadTimeout)).action, Action::kGiveUp);
  EXPECT_EQ(First(Failed(ErrorKind::kIdleTimeout)).action, Action::kGiveUp);
}

TEST_F(AttemptPolicyTest, GivesUpWhenTheRequestIsAtFault) {
  for (const ErrorKind kind :
       {ErrorKind::kInternal, ErrorKind::kInvalidRequest, ErrorKind::kContextTooLong, ErrorKind::kUnsupported,
        ErrorKind::kBodyTooLarge, ErrorKind::kClientAuth, ErrorKind::kOriginRefused, ErrorKind::kClientBudget,
        ErrorKind::kNoAccount, ErrorKind::kContentFilter, ErrorKind::kClientLeft, ErrorKind::kShuttingDown}) {
    SCOPED_TRACE(NameOf(kind));
    EXPECT_EQ(First(Failed(kind, ErrorScope::kAccount)).action, Action::kGiveUp);
  }
}

TEST_F(AttemptPolicyTest, ARefusedStateIsLeftOutOnce) {
  AttemptPolicy policy({kManyAttempts}, random_);
  const RetryDecision first = policy.Next(Failed(ErrorKind::kStateRejected, ErrorScope::kRequest), kNow);
  EXPECT_EQ(first.action, Action::kWithoutState);
  EXPECT_EQ(first.pause, milliseconds(0));
  EXPECT_EQ(policy.Next(Failed(ErrorKind::kStateRejected, ErrorScope::kRequest), kNow).action, Action::kGiveUp);
}

TEST_F(AttemptPolicyTest, AMissingModelMayBeGrantedToAnotherAccount) {
  EXPECT_EQ(First(Failed(ErrorKind::kModelNotFound, ErrorScope::kModel)).action, Action::kOtherAccount);
  EXPECT_EQ(First(Failed(ErrorKind::kModelNotFound, ErrorScope::kAccount)).action, Action::kOtherAccount);
  EXPECT_EQ(First(Failed(ErrorKind::kModelNotFound, ErrorScope::kRequest)).action, Action::kGiveUp);
  EXPECT_EQ(First(Failed(ErrorKind::kModelNotFound, ErrorScope::kProvider)).action, Action::kGiveUp);
}

TEST_F(AttemptPolicyTest, KeepsToTheConfiguredNumberOfAttempts) {
  AttemptPolicy policy({3}, random_);
  EXPECT_EQ(policy.Next(Failed(ErrorKind::kRateMinute), kNow).action, Action::kAnyAccount);
  EXPECT_EQ(policy.Next(Failed(ErrorKind::kAccountAuth), kNow).action, Action::kOtherAccount);
  EXPECT_EQ(policy.Next(Failed(ErrorKind::kRateMinute), kNow).action, Action::kGiveUp);
  EXPECT_EQ(policy.attempts(), 3);
  AttemptPolicy once({1}, random_);
  EXPECT_EQ(once.Next(Failed(ErrorKind::kRateMinute), kNow).action, Action::kGiveUp);
}

class RetryBudgetTest : public testing::Test {
 protected:
  int Take() {
    int taken = 0;
    while (budget_.TryRetry()) ++taken;
    return taken;
  }
  void Requests(int count) {
    for (int i = 0; i < count; ++i) budget_.OnRequest();
  }

  test::FakeClock clock_;
  RetryBudget budget_{clock_};
};

TEST_F(RetryBudgetTest, AllowsTenRetriesWithoutTraffic) {
  EXPECT_EQ(Take(), 10);
  EXPECT_FALSE(budget_.TryRetry());
}

TEST_F(RetryBudgetTest, AllowsAFifthOfTheRequestsOnTop) {
  Requests(100);
  EXPECT_EQ(Take(), 30);
  Requests(4);
  EXPECT_FALSE(budget_.TryRetry());
  Requests(1);
  EXPECT_TRUE(budget_.TryRetry());
  EXPECT_FALSE(budget_.TryRetry());
}

TEST_F(RetryBudgetTest, StaysUsedUpUntilItsWindowEnds) {
  Requests(50);
  EXPECT_EQ(Take(), 20);
  clock_.Advance(milliseconds(9'999));
  EXPECT_FALSE(budget_.TryRetry());
  EXPECT_EQ(budget_.UntilRenewed(), milliseconds(1));
  clock_.Advance(milliseconds(1));
  EXPECT_EQ(Take(), 10);
}

TEST_F(RetryBudgetTest, ANewWindowForgetsOldRequests) {
  Requests(1'000);
  clock_.Advance(seconds(60));
  Requests(5);
  EXPECT_EQ(Take(), 11);
}

}  // namespace
}  // namespace ag::proxy
