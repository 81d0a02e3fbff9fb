#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "gatewayd/pool/account_lease.h"
#include "gatewayd/pool/hash.h"
#include "tests/pool/scheduler_fixture.h"

namespace ag::pool {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class PickPolicyTest : public SchedulerFixture {
 protected:
  void AddMany(int count) {
    for (int i = 0; i < count; ++i) Add("a" + std::to_string(i));
  }
  std::map<std::string, int> Count(const RequestTraits& traits, int picks) {
    std::map<std::string, int> counts;
    for (int i = 0; i < picks; ++i) ++counts[PickId(traits)];
    return counts;
  }
  static RequestTraits InMode(PickMode mode, std::string_view conversation = {}) {
    RequestTraits traits = Traits();
    traits.policy.mode = mode;
    if (!conversation.empty()) traits.conversation = HashOf(conversation);
    return traits;
  }
  void Measure(std::size_t index, milliseconds first_byte) {
    snapshot_.accounts[index].counters->NoteFirstByte(first_byte, clock_.Now());
  }
};

TEST_F(PickPolicyTest, BalanceSpreadsOneConversation) {
  AddMany(4);
  EXPECT_EQ(Count(InMode(PickMode::kCacheFirst, "same"), 100).size(), 1U);
  EXPECT_EQ(Count(InMode(PickMode::kBalance, "same"), 100).size(), 4U);
}

TEST_F(PickPolicyTest, BalanceKeepsManyRequestsEven) {
  AddMany(20);
  std::vector<AccountLease> leases;
  for (int i = 0; i < 2000; ++i) leases.emplace_back(*Pick(InMode(PickMode::kBalance)).account, clock_.Now());
  // The less loaded of two: the fullest is a few above the mean, where blind draws would be thirty above it.
  for (const PooledAccount& pooled : snapshot_.accounts) EXPECT_NEAR(pooled.counters->in_flight, 100, 5);
}

TEST_F(PickPolicyTest, BalanceDrawsTheOthersByWeightWhenSomeAreOut) {
  for (int weight = 1; weight <= 4; ++weight) Add("w" + std::to_string(weight)).account.weight = weight;
  Cool(3, seconds(30));
  const auto counts = Count(InMode(PickMode::kBalance), 60'000);
  EXPECT_FALSE(counts.contains("w4"));
  for (int weight = 1; weight <= 3; ++weight) {
    EXPECT_NEAR(counts.at("w" + std::to_string(weight)), 10'000 * weight, 500 * weight);
  }
}

TEST_F(PickPolicyTest, FindsTheOnlyAccountThatCanServe) {
  AddMany(500);
  for (std::size_t i = 0; i < 500; ++i) {
    if (i != 321) Cool(i, seconds(30));
  }
  for (const PickMode mode : {PickMode::kCacheFirst, PickMode::kBalance, PickMode::kPerformanceFirst}) {
    EXPECT_EQ(PickId(InMode(mode, "c")), "a321") << NameOf(mode);
    EXPECT_EQ(PickId(InMode(mode)), "a321") << NameOf(mode);
  }
}

TEST_F(PickPolicyTest, PerformanceFirstTakesTheQuickest) {
  AddMany(6);
  for (std::size_t i = 0; i < 6; ++i) Measure(i, milliseconds(900 - 100 * static_cast<int>(i)));
  EXPECT_EQ(Count(InMode(PickMode::kPerformanceFirst, "c"), 100), (std::map<std::string, int>{{"a5", 100}}));
  Cool(5, seconds(30));
  EXPECT_EQ(PickId(InMode(PickMode::kPerformanceFirst)), "a4");
}

TEST_F(PickPolicyTest, PerformanceFirstMeasuresOneRequestAtATime) {
  AddMany(2);
  Measure(0, milliseconds(200));
  const RequestTraits traits = InMode(PickMode::kPerformanceFirst);
  {
    ASSERT_EQ(PickId(traits), "a1");
    const AccountLease probe(snapshot_.accounts[1], clock_.Now());
    EXPECT_EQ(Count(traits, 50), (std::map<std::string, int>{{"a0", 50}}));
  }
  Measure(1, milliseconds(800));
  EXPECT_EQ(PickId(traits), "a0");
  // What was slow is asked again after a while.
  clock_.Advance(AccountCounters::kFirstByteMemory + seconds(1));
  Measure(0, milliseconds(200));
  EXPECT_EQ(PickId(traits), "a1");
}

TEST_F(PickPolicyTest, PerformanceFirstSpreadsWhatIsEquallyQuick) {
  AddMany(40);
  for (std::size_t i = 0; i < 40; ++i) Measure(i, milliseconds(i < 20 ? 200 + static_cast<int>(i % 10) : 1000));
  const auto counts = Count(InMode(PickMode::kPerformanceFirst), 4000);
  int quick = 0;
  for (const auto& [id, count] : counts) quick += std::stoi(id.substr(1)) < 20 ? count : 0;
  EXPECT_GT(quick, 3900);  // of eight draws, one is quick but in one of 256 cases
  EXPECT_GE(counts.size(), 20U);
}

TEST_F(PickPolicyTest, TheFixedAccountGoesFirstWhateverItsPriority) {
  AddMany(3);
  snapshot_.accounts[2].account.priority = -5;
  Changed();
  RequestTraits traits = InMode(PickMode::kCacheFirst, "c");
  traits.policy.fixed = AccountId("a2");
  EXPECT_EQ(PickId(traits), "a2");
  traits.tried = {{AccountId("a2"), {}}};
  EXPECT_NE(PickId(traits), "a2");
  traits.pinned = AccountId("a0");
  EXPECT_EQ(PickId(traits), "a0") << "the state that a request names is where it is";
}

TEST_F(PickPolicyTest, TheFixedAccountFailsOverUnlessToldOtherwise) {
  AddMany(3);
  Cool(1, seconds(30));
  RequestTraits traits = Traits();
  traits.policy.fixed = AccountId("a1");
  EXPECT_NE(PickId(traits), "none");
  traits.policy.failover = false;
  const Choice choice = Pick(traits);
  EXPECT_EQ(choice.account, nullptr);
  EXPECT_EQ(Rejected(choice, RejectReason::kCooling), 1);
  EXPECT_EQ(Rejected(choice, RejectReason::kNotFixed), 2);
  EXPECT_EQ(choice.least_bad, &snapshot_.accounts[1]);
  const auto table = Scheduler::Explain(Snapshot(), traits, clock_.Now());
  EXPECT_EQ(table[0].reason, RejectReason::kNotFixed);
  EXPECT_EQ(table[1].reason, RejectReason::kCooling);
}

TEST_F(PickPolicyTest, AvoidsAnAccountThatWouldRefuse) {
  AddMany(2);
  const WallTime full = clock_.Now() + seconds(60);
  LimitSample sample;
  sample[0] = {60, 0, full};
  snapshot_.accounts[0].limits->Note("gpt-5", sample, clock_.Now());
  for (int i = 0; i < 20; ++i) EXPECT_EQ(PickId(InMode(PickMode::kCacheFirst, std::to_string(i))), "a1");
  snapshot_.accounts[1].limits->Note("gpt-5", sample, clock_.Now());
  const Choice choice = Pick(Traits());
  EXPECT_EQ(choice.account, nullptr);
  EXPECT_EQ(Rejected(choice, RejectReason::kLimitReached), 2);
  EXPECT_EQ(choice.earliest_return, clock_.Now() + seconds(1));
  EXPECT_TRUE(choice.hinted);
  EXPECT_EQ(choice.least_bad, nullptr) << "it is known to refuse";
  EXPECT_EQ(Scheduler::Explain(Snapshot(), Traits(), clock_.Now())[0].until, clock_.Now() + seconds(1));
  clock_.Advance(seconds(1));
  EXPECT_NE(PickId(Traits()), "none");
}

TEST_F(PickPolicyTest, PrefersTheOneWithClearlyMoreLeft) {
  AddMany(2);
  LimitSample sample;
  sample[1] = {1000, 300, clock_.Now() + seconds(60)};
  snapshot_.accounts[0].limits->Note("gpt-5", sample, clock_.Now());
  EXPECT_EQ(Count(InMode(PickMode::kBalance), 50), (std::map<std::string, int>{{"a1", 50}}));
  const AccountLease one(snapshot_.accounts[0], clock_.Now());
  const AccountLease two(snapshot_.accounts[1], clock_.Now());
  const AccountLease three(snapshot_.accounts[1], clock_.Now());
  EXPECT_EQ(PickId(InMode(PickMode::kBalance)), "a1") << "2 requests over all against 1 over three tenths";
}

TEST_F(PickPolicyTest, KeepsWithinTheOwnersBudget) {
  AddMany(2);
  snapshot_.accounts[0].account.limits.Of(Measure::kRequests, Period::kDay) = 2;
  snapshot_.accounts[1].account.limits.Of(Measure::kTokens, Period::kMinute) = 100;
  Changed();
  for (int i = 0; i < 2; ++i) const AccountLease lease(snapshot_.accounts[0], clock_.Now());
  for (int i = 0; i < 20; ++i) EXPECT_EQ(PickId(Traits()), "a1");
  snapshot_.accounts[1].counters->used.Add(Measure::kTokens, 100, clock_.Now());
  const Choice choice = Pick(Traits());
  EXPECT_EQ(choice.account, nullptr);
  EXPECT_EQ(Rejected(choice, RejectReason::kBudgetSpent), 2);
  EXPECT_EQ(choice.earliest_return, EndOf(Period::kMinute, clock_.Now()));
  EXPECT_EQ(choice.least_bad, nullptr);
  clock_.Advance(seconds(60));
  EXPECT_EQ(PickId(Traits()), "a1");
}

TEST_F(PickPolicyTest, AsksTriedAccountsAgainButNeverExcludedOnes) {
  AddMany(2);
  RequestTraits traits = Traits();
  traits.excluded = {{AccountId("a0"), {}}};
  traits.tried = {{AccountId("a1"), {}}};
  for (int i = 0; i < 20; ++i) EXPECT_EQ(PickId(traits), "a1");
  traits.excluded.push_back({AccountId("a1"), {}});
  const Choice choice = Pick(traits);
  EXPECT_EQ(choice.account, nullptr);
  EXPECT_EQ(choice.least_bad, nullptr);
  EXPECT_EQ(Rejected(choice, RejectReason::kTried), 2);
}

TEST_F(PickPolicyTest, ADisabledAccountGetsItsConversationsBackAndMovesNoOther) {
  AddMany(5);
  std::map<std::string, std::string> homes;
  for (int i = 0; i < 500; ++i) {
    const std::string conversation = "c" + std::to_string(i);
    homes[conversation] = PickId(InMode(PickMode::kCacheFirst, conversation));
  }
  snapshot_.accounts[3].account.enabled = false;
  Changed();
  for (const auto& [conversation, home] : homes) {
    const std::string now = PickId(InMode(PickMode::kCacheFirst, conversation));
    EXPECT_EQ(now == home, home != "a3") << conversation;
  }
  snapshot_.accounts[3].account.enabled = true;
  Changed();
  for (const auto& [conversation, home] : homes) EXPECT_EQ(PickId(InMode(PickMode::kCacheFirst, conversation)), home);
}

// Whatever the pool looks like, the choice is one that the table calls eligible, and there is one whenever there can
// be.
TEST_F(PickPolicyTest, AgreesWithTheExplanation) {
  constexpr int kPools = 300;
  int none = 0;
  for (int pool = 0; pool < kPools; ++pool) {
    snapshot_ = {};
    const int count = 1 + static_cast<int>(random_.Next() % 12);
    for (int i = 0; i < count; ++i) {
      Account& account = Add("a" + std::to_string(i), random_.Next() % 3 == 0 ? "deepseek" : "openai").account;
      account.enabled = random_.Next() % 4 != 0;
      account.state = static_cast<AccountState>(random_.Next() % 8 < 6 ? 0 : random_.Next() % 4);
      account.priority = static_cast<int>(random_.Next() % 3);
      account.weight = 1 + static_cast<int>(random_.Next() % 5);
      if (random_.Next() % 3 == 0) account.models = {"gpt-4.1"};
      if (random_.Next() % 3 == 0) Cool(static_cast<std::size_t>(i), seconds(30));
    }
    for (const PickMode mode : {PickMode::kCacheFirst, PickMode::kBalance, PickMode::kPerformanceFirst}) {
      RequestTraits traits = InMode(mode, random_.Next() % 2 == 0 ? "c" : "");
      traits.candidates.push_back({"deepseek", Family::kOpenAi, "gpt-4.1"});
      if (random_.Next() % 3 == 0) traits.tried.push_back({AccountId("a0"), random_.Next() % 2 == 0 ? "" : "gpt-4.1"});
      if (random_.Next() % 4 == 0) {
        traits.excluded.push_back({AccountId("a1"), random_.Next() % 2 == 0 ? "" : "gpt-4.1"});
      }
      if (random_.Next() % 4 == 0) traits.policy = {mode, AccountId("a2"), random_.Next() % 2 == 0};
      const Choice choice = Pick(traits);
      bool any = false;
      bool chosen = false;
      for (const CandidateExplanation& row : Scheduler::Explain(Snapshot(), traits, clock_.Now())) {
        any |= row.eligible;
        EXPECT_EQ(row.eligible, row.rank > 0);
        chosen |= row.rank == 1 && choice.account != nullptr && row.account == choice.account->account.id &&
                  row.model == choice.model;
      }
      EXPECT_EQ(choice.account != nullptr, any);
      EXPECT_EQ(chosen, any);
      if (!any) ++none;
    }
  }
  EXPECT_GT(none, 20);
  EXPECT_LT(none, 3 * kPools - 20);
}

// Another account's refused key is tested soon; that is no reason to ask this one before its time.
TEST_F(PickPolicyTest, AHintCountsWhateverElseIsBackSooner) {
  AddMany(2);
  Cool(0, seconds(100));
  Account& refused = snapshot_.accounts[1].account;
  refused.state = AccountState::kNeedsSignIn;
  refused.state_until = clock_.Now() + seconds(30);
  Changed();
  const Choice choice = Pick(Traits());
  EXPECT_EQ(choice.account, nullptr);
  EXPECT_EQ(choice.earliest_return, clock_.Now() + seconds(31));
  EXPECT_FALSE(choice.hinted);
  EXPECT_EQ(choice.least_bad, &snapshot_.accounts[0]);
  EXPECT_TRUE(choice.least_bad_hinted);
}

TEST_F(PickPolicyTest, SaysWhyItFellOnThisAccount) {
  Add("a0");
  EXPECT_EQ(Pick(Traits()).why, PickReason::kOnlyCandidate);
  Add("low").account.priority = -5;
  EXPECT_EQ(Pick(Traits()).why, PickReason::kOnlyOfPriority);
  Add("a1");
  Add("a2");
  EXPECT_EQ(Pick(InMode(PickMode::kBalance)).why, PickReason::kLessLoaded);
  EXPECT_EQ(Pick(InMode(PickMode::kCacheFirst)).why, PickReason::kLessLoaded) << "no conversation is known";
  Measure(0, milliseconds(200));
  EXPECT_EQ(Pick(InMode(PickMode::kPerformanceFirst)).why, PickReason::kQuicker);

  const RequestTraits talk = InMode(PickMode::kCacheFirst, "talk");
  const Choice home = Pick(talk);
  EXPECT_EQ(home.why, PickReason::kAffinity);
  RequestTraits again = talk;
  again.tried = {{home.account->account.id, {}}};
  EXPECT_EQ(Pick(again).why, PickReason::kStandIn);

  RequestTraits fixed = talk;
  fixed.policy.fixed = AccountId("low");
  EXPECT_EQ(Pick(fixed).why, PickReason::kFixed);
  fixed.pinned = AccountId("a1");
  EXPECT_EQ(Pick(fixed).why, PickReason::kHoldsState);
}

TEST_F(PickPolicyTest, OneThatIsLeftOfManyIsTheFirstThatCouldServe) {
  AddMany(50);
  for (std::size_t i = 1; i < 50; ++i) Cool(i, seconds(30));
  EXPECT_EQ(Pick(InMode(PickMode::kBalance)).why, PickReason::kFoundReady);
  EXPECT_EQ(Pick(InMode(PickMode::kPerformanceFirst)).why, PickReason::kFoundReady);
}

}  // namespace
}  // namespace ag::pool
