#include "gatewayd/pool/scheduler.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "gatewayd/pool/account_lease.h"
#include "gatewayd/pool/hash.h"
#include "tests/pool/scheduler_fixture.h"

namespace ag::pool {
namespace {

using std::chrono::seconds;

using SchedulerTest = SchedulerFixture;

TEST_F(SchedulerTest, TakesTheFirstDialectThatTheAccountSpeaks) {
  Add("a");
  RequestTraits traits = Traits();
  traits.dialects = {Dialect::kMessages, Dialect::kResponses, Dialect::kChat};
  const Choice choice = Pick(traits);
  ASSERT_NE(choice.account, nullptr);
  EXPECT_EQ(choice.dialect, Dialect::kResponses);
  EXPECT_EQ(choice.model, "gpt-5");
}

TEST_F(SchedulerTest, CountsWhyEachAccountIsOut) {
  Add("disabled").account.enabled = false;
  Add("sign-in").account.state = AccountState::kNeedsSignIn;
  Add("forbidden").account.state = AccountState::kForbidden;
  Add("other", "deepseek");
  Add("unlisted").account.models = {"gpt-4.1"};
  Add("mute").account.endpoints.clear();
  Add("cooling");
  Cool(6, seconds(30));
  Add("taken");
  Cool(7, seconds(0) + std::chrono::milliseconds(1));
  clock_.Advance(std::chrono::milliseconds(1));
  ASSERT_TRUE(snapshot_.accounts[7].cooldowns->TryEnter("gpt-5", clock_.Now()));
  const Choice choice = Pick(Traits());
  EXPECT_EQ(choice.account, nullptr);
  for (const RejectReason reason : {RejectReason::kDisabled, RejectReason::kNeedsSignIn, RejectReason::kForbidden,
                                    RejectReason::kOtherProvider, RejectReason::kModelNotListed,
                                    RejectReason::kNoDialect, RejectReason::kCooling, RejectReason::kHalfOpenTaken}) {
    EXPECT_EQ(Rejected(choice, reason), 1) << NameOf(reason);
  }
  const auto table = Scheduler::Explain(Snapshot(), Traits(), clock_.Now());
  ASSERT_EQ(table.size(), 8U);
  std::set<std::string_view> told;
  for (const auto& row : table) {
    EXPECT_FALSE(row.eligible);
    told.insert(NameOf(row.reason.value()));
  }
  EXPECT_EQ(told, (std::set<std::string_view>{"disabled", "needs_sign_in", "forbidden", "other_provider",
                                              "model_not_listed", "no_dialect", "cooling", "half_open_taken"}));
  EXPECT_EQ(table[6].until, clock_.Now() + seconds(30) - std::chrono::milliseconds(1));
}

TEST_F(SchedulerTest, SkipsAccountInCooldownForThatModelOnly) {
  Add("a");
  Add("b");
  Cool(0, seconds(30));
  for (int i = 0; i < 50; ++i) EXPECT_EQ(PickId(Traits()), "b");
  std::set<std::string> other_model;
  for (int i = 0; i < 50; ++i) other_model.insert(PickId(Traits("openai", "gpt-4.1")));
  EXPECT_EQ(other_model.size(), 2U);
}

// While a pick goes on, a request on another thread succeeds: seen here each time that the pick draws a number.
class Meanwhile final : public RandomSource {
 public:
  explicit Meanwhile(CooldownBoard& board) : board_(board) {}
  std::uint64_t Next() override {
    board_.OnSuccess("gpt-5");
    return random_.Next();
  }

 private:
  CooldownBoard& board_;
  FastRandom random_{3};
};

TEST_F(SchedulerTest, SeesAnAccountWhosePauseEndsMeanwhile) {
  Add("first").account.priority = 200;  // alone in its tier: asked without a draw, and before the others
  Add("b");
  Add("c");
  for (std::size_t i = 0; i < 3; ++i) Cool(i, seconds(30));
  Meanwhile random(*snapshot_.accounts[0].cooldowns);
  const RequestTraits traits = Traits();  // holds the model that the choice names
  const Choice choice = Scheduler::Pick(Snapshot(), traits, clock_.Now() + seconds(1), random);
  ASSERT_NE(choice.account, nullptr) << "rejected as of another provider: "
                                     << Rejected(choice, RejectReason::kOtherProvider);
  EXPECT_EQ(choice.account->account.id.value(), "first");
  EXPECT_EQ(choice.why, PickReason::kPauseEnded);
  EXPECT_EQ(choice.model, "gpt-5");
  EXPECT_EQ(choice.dialect, Dialect::kChat);
}

TEST_F(SchedulerTest, PrefersCandidatesInOrderAndFallsBack) {
  Add("o");
  Add("d", "deepseek").account.priority = 100;
  RequestTraits traits = Traits();
  traits.candidates.push_back({"deepseek", Family::kOpenAi, "deepseek-chat"});
  EXPECT_EQ(PickId(traits), "o");
  Cool(0, seconds(30));
  const Choice choice = Pick(traits);
  ASSERT_NE(choice.account, nullptr);
  EXPECT_EQ(choice.account->account.id.value(), "d");
  EXPECT_EQ(choice.model, "deepseek-chat");
}

TEST_F(SchedulerTest, AnyAccountOfTheFamilyServesACandidateWithoutPreset) {
  Add("a", "anthropic");
  Add("d", "deepseek");
  RequestTraits traits = Traits("", "m");
  EXPECT_EQ(PickId(traits), "d");
  traits.candidates[0].family = Family::kAnthropic;
  EXPECT_EQ(PickId(traits), "a");
}

TEST_F(SchedulerTest, PrefersPriorityUntilThatTierIsOut) {
  Add("low");
  Add("high").account.priority = 5;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(PickId(Traits()), "high");
  Cool(1, seconds(30));
  EXPECT_EQ(PickId(Traits()), "low");
}

TEST_F(SchedulerTest, PicksTheLeastLoadedByWeight) {
  Add("a");
  Add("b").account.weight = 3;
  const AccountLease on_a(snapshot_.accounts[0], clock_.Now());
  const AccountLease b1(snapshot_.accounts[1], clock_.Now());
  EXPECT_EQ(PickId(Traits()), "b");  // 1/1 against 1/3
  const AccountLease b2(snapshot_.accounts[1], clock_.Now());
  EXPECT_EQ(PickId(Traits()), "b");
  const AccountLease b3(snapshot_.accounts[1], clock_.Now());
  const AccountLease b4(snapshot_.accounts[1], clock_.Now());
  EXPECT_EQ(PickId(Traits()), "a");  // 1/1 against 4/3
}

TEST_F(SchedulerTest, SpreadsIdleAccountsByWeight) {
  constexpr int kPicks = 40'000;
  constexpr std::array<int, 4> kWeights{1, 2, 3, 4};
  for (const int weight : kWeights) Add("w" + std::to_string(weight)).account.weight = weight;
  std::map<std::string, int> picks;
  for (int i = 0; i < kPicks; ++i) ++picks[PickId(Traits())];
  for (const int weight : kWeights) {
    const double expected = kPicks * weight / 10.0;
    EXPECT_NEAR(picks["w" + std::to_string(weight)], expected, expected * 0.05) << weight;
  }
}

TEST_F(SchedulerTest, GivesTheSameChoicesForTheSameSeed) {
  for (int i = 0; i < 5; ++i) Add("a" + std::to_string(i));
  Snapshot();
  FastRandom one(99);
  FastRandom two(99);
  for (int i = 0; i < 100; ++i) {
    const auto* first = Scheduler::Pick(Snapshot(), Traits(), clock_.Now(), one).account;
    EXPECT_EQ(first, Scheduler::Pick(Snapshot(), Traits(), clock_.Now(), two).account);
  }
}

TEST_F(SchedulerTest, KeepsAConversationOnItsAccount) {
  for (int i = 0; i < 10; ++i) Add("a" + std::to_string(i));
  std::set<std::string> homes;
  for (std::uint64_t key = 1; key <= 200; ++key) {
    const std::string conversation = std::to_string(key);
    RequestTraits traits = Traits();
    traits.conversation = HashOf(conversation);
    const std::string home = PickId(traits);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(PickId(traits), home);
    homes.insert(home);
  }
  EXPECT_EQ(homes.size(), 10U);
}

TEST_F(SchedulerTest, ABetterTierTakesAConversationWhateverTheOrder) {
  Add("low-first");
  Add("high").account.priority = 5;
  Add("low-last");
  RequestTraits traits = Traits();
  for (const std::string_view conversation : {"a", "b", "c", "d", "e", "f"}) {
    traits.conversation = HashOf(conversation);
    EXPECT_EQ(PickId(traits), "high");
  }
}

TEST_F(SchedulerTest, MovesHardlyMoreThanTheConversationsOfAnAccountThatLeaves) {
  constexpr std::uint64_t kKeys = 2000;
  for (int i = 0; i < 10; ++i) Add("a" + std::to_string(i));
  std::map<std::uint64_t, std::string> before;
  for (std::uint64_t key = 1; key <= kKeys; ++key) {
    const std::string conversation = std::to_string(key);
    RequestTraits traits = Traits();
    traits.conversation = HashOf(conversation);
    before[key] = PickId(traits);
  }
  snapshot_.accounts.erase(snapshot_.accounts.begin() + 4);
  Changed();
  int homeless = 0;
  int moved = 0;
  for (const auto& [key, home] : before) {
    const std::string conversation = std::to_string(key);
    RequestTraits traits = Traits();
    traits.conversation = HashOf(conversation);
    if (home == "a4") {
      ++homeless;
    } else if (PickId(traits) != home) {
      ++moved;
    }
  }
  EXPECT_NEAR(homeless, 200, 60);
  EXPECT_LE(moved, 40);  // 2 % of all, as the table's disruption goes
}

TEST_F(SchedulerTest, EscapesACoolingHomeAndReturns) {
  for (int i = 0; i < 3; ++i) Add("a" + std::to_string(i));
  RequestTraits traits = Traits();
  traits.conversation = HashOf("42");
  const std::string home = PickId(traits);
  Cool(static_cast<std::size_t>(home[1] - '0'), seconds(30));
  const std::string refuge = PickId(traits);
  EXPECT_NE(refuge, home);
  EXPECT_EQ(PickId(traits), refuge);
  clock_.Advance(seconds(30));
  EXPECT_EQ(PickId(traits), home);
}

TEST_F(SchedulerTest, WeighsAffinityToo) {
  Add("a");
  Add("b").account.weight = 3;
  std::map<std::string, int> homes;
  for (std::uint64_t key = 1; key <= 8000; ++key) {
    const std::string conversation = std::to_string(key);
    RequestTraits traits = Traits();
    traits.conversation = HashOf(conversation);
    ++homes[PickId(traits)];
  }
  EXPECT_NEAR(homes["b"], 6000, 200);
}

TEST_F(SchedulerTest, AvoidsTriedAccountsWhileAnotherIsLeft) {
  Add("a").account.priority = 10;
  Add("b");
  RequestTraits traits = Traits();
  traits.tried = {{AccountId("a"), {}}};
  Choice choice = Pick(traits);
  ASSERT_NE(choice.account, nullptr);
  EXPECT_EQ(choice.account->account.id.value(), "b");
  auto table = Scheduler::Explain(Snapshot(), traits, clock_.Now());
  EXPECT_EQ(table[0].reason, RejectReason::kTried);
  EXPECT_TRUE(table[1].eligible);
  traits.tried.push_back({AccountId("b"), {}});
  choice = Pick(traits);
  ASSERT_NE(choice.account, nullptr);
  EXPECT_EQ(choice.account->account.id.value(), "a");
  table = Scheduler::Explain(Snapshot(), traits, clock_.Now());
  EXPECT_TRUE(table[0].eligible);
}

// What was said of one model keeps the account for the others.
TEST_F(SchedulerTest, AsksAnotherModelOfAnAccountWhoseFirstOneHasFailed) {
  Add("a");
  RequestTraits traits = Traits();
  traits.candidates.push_back({"openai", Family::kOpenAi, "gpt-5-mini"});
  for (const bool excluded : {true, false}) {
    traits.tried.clear();
    traits.excluded.clear();
    (excluded ? traits.excluded : traits.tried).push_back({AccountId("a"), "gpt-5"});
    const Choice choice = Pick(traits);
    ASSERT_NE(choice.account, nullptr);
    EXPECT_EQ(choice.model, "gpt-5-mini");
    const auto table = Scheduler::Explain(Snapshot(), traits, clock_.Now());
    ASSERT_EQ(table.size(), 2U);
    EXPECT_EQ(table[0].reason, RejectReason::kTried);
    EXPECT_TRUE(table[1].eligible);
  }
  traits.excluded = {{AccountId("a"), "gpt-5"}, {AccountId("a"), "gpt-5-mini"}};
  const Choice none = Pick(traits);
  EXPECT_EQ(none.account, nullptr);
  EXPECT_EQ(Rejected(none, RejectReason::kTried), 1);
}

TEST_F(SchedulerTest, SendsPinnedRequestsToTheirAccountOrNowhere) {
  Add("a");
  Add("b").account.priority = -5;
  RequestTraits traits = Traits();
  traits.pinned = AccountId("b");
  EXPECT_EQ(PickId(traits), "b");
  snapshot_.accounts[1].account.enabled = false;
  Changed();
  const Choice choice = Pick(traits);
  EXPECT_EQ(choice.account, nullptr);
  EXPECT_EQ(Rejected(choice, RejectReason::kNotPinned), 1);
  EXPECT_EQ(Rejected(choice, RejectReason::kDisabled), 1);
}

TEST_F(SchedulerTest, NamesTheLeastBadAccountWhenAllAreCooling) {
  Add("a");
  Add("b");
  Cool(0, seconds(90));
  Cool(1, seconds(30));
  const RequestTraits traits = Traits();
  const Choice choice = Pick(traits);
  EXPECT_EQ(choice.account, nullptr);
  ASSERT_NE(choice.least_bad, nullptr);
  EXPECT_EQ(choice.least_bad->account.id.value(), "b");
  EXPECT_EQ(choice.least_bad_model, "gpt-5");
  EXPECT_EQ(choice.earliest_return, clock_.Now() + seconds(30));
  EXPECT_TRUE(choice.hinted);
}

TEST_F(SchedulerTest, AnAccountThatARequestIsTryingIsNotTheLeastBad) {
  Add("a");
  Add("b");
  Cool(0, seconds(10));
  Cool(1, seconds(60));
  clock_.Advance(seconds(10));
  ASSERT_TRUE(snapshot_.accounts[0].cooldowns->TryEnter(ModelKey("gpt-5"), clock_.Now()));
  const RequestTraits traits = Traits();
  const Choice cooling = Pick(traits);
  EXPECT_EQ(cooling.account, nullptr);
  EXPECT_EQ(Rejected(cooling, RejectReason::kHalfOpenTaken), 1);
  ASSERT_NE(cooling.least_bad, nullptr);
  EXPECT_EQ(cooling.least_bad->account.id.value(), "b");
  clock_.Advance(seconds(50));
  ASSERT_TRUE(snapshot_.accounts[0].cooldowns->TryEnter(ModelKey("gpt-5"), clock_.Now())) << "the first never reported";
  ASSERT_TRUE(snapshot_.accounts[1].cooldowns->TryEnter(ModelKey("gpt-5"), clock_.Now()));
  EXPECT_EQ(Pick(traits).least_bad, nullptr);
}

}  // namespace
}  // namespace ag::pool
