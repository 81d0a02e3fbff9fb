#include "gatewayd/pool/account_facts.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "gatewayd/base/error.h"
#include "gatewayd/pool/account_pool.h"
#include "tests/pool/account_pool_fixture.h"
#include "tests/pool/scheduler_fixture.h"

namespace ag::pool {
namespace {

using catalog::ModelFact;
using Kind = ModelFact::Kind;
using std::chrono::hours;
using std::chrono::seconds;

const WallTime kNow{seconds(1'800'000'000)};

LearnedFact Fact(const std::string& model, Kind kind, WallTime learned = kNow) {
  LearnedFact fact;
  fact.model = model;
  fact.fact.kind = kind;
  fact.words = "the provider's words";
  fact.learned = learned;
  return fact;
}

TEST(AccountFacts, BarAModelUntilTheyExpire) {
  AccountFacts facts;
  EXPECT_TRUE(facts.Learn(Fact("models/gemini-pro", Kind::kNoQuota)));
  ASSERT_NE(facts.WhatBars("gemini-pro", kNow), nullptr);
  EXPECT_NE(facts.WhatBars("models/gemini-pro", kNow + AccountFacts::kLife - seconds(1)), nullptr);
  EXPECT_EQ(facts.WhatBars("gemini-pro", kNow + AccountFacts::kLife), nullptr);
  EXPECT_EQ(facts.WhatBars("gemini-flash", kNow), nullptr);
  EXPECT_EQ(facts.barred(), AccountFacts::BitOf("models/gemini-pro"));
  EXPECT_EQ(facts.barred(), AccountFacts::BitOf("gemini-pro"));
}

TEST(AccountFacts, ParametersBarNothing) {
  AccountFacts facts;
  facts.Learn(Fact("gpt-5", Kind::kParameterRefused));
  EXPECT_EQ(facts.barred(), 0U);
  EXPECT_EQ(facts.WhatBars("gpt-5", kNow), nullptr);
}

TEST(AccountFacts, TheSameAnswerIsNotedOnceAnHour) {
  AccountFacts facts;
  EXPECT_TRUE(facts.Learn(Fact("m", Kind::kNoQuota)));
  EXPECT_FALSE(facts.Learn(Fact("m", Kind::kNoQuota, kNow + seconds(59))));
  EXPECT_TRUE(facts.Learn(Fact("m", Kind::kNoQuota, kNow + hours(1))));
  ASSERT_EQ(facts.all().size(), 1U);
  EXPECT_EQ(facts.all().front().expires, kNow + hours(1) + AccountFacts::kLife);
}

TEST(AccountFacts, ANewerLimitReplacesTheOlder) {
  AccountFacts facts;
  LearnedFact limit = Fact("m", Kind::kMaxOutput);
  limit.fact.limit = 4096;
  facts.Learn(limit);
  limit.fact.limit = 8192;
  EXPECT_TRUE(facts.Learn(limit));
  catalog::ModelInfo info;
  catalog::ChatQuirks quirks;
  facts.Apply("m", kNow, info, quirks);
  EXPECT_EQ(info.max_output, 8192);
  facts.Apply("m", kNow + AccountFacts::kLife, info = {}, quirks);
  EXPECT_FALSE(info.max_output);
}

TEST(AccountFacts, OnlyALaterSuccessContradicts) {
  AccountFacts facts;
  facts.Learn(Fact("m", Kind::kNoQuota));
  const std::vector<ModelFact> disproved{{Kind::kNoQuota, "", 0}};
  EXPECT_EQ(facts.Contradict("m", kNow - seconds(1), disproved), 0);
  EXPECT_EQ(facts.Contradict("other", kNow, disproved), 0);
  EXPECT_EQ(facts.Contradict("m", kNow, disproved), 1);
  EXPECT_TRUE(facts.empty());
}

TEST(AccountFacts, AModelThatIsListedAnewIsGranted) {
  AccountFacts facts;
  facts.Learn(Fact("old", Kind::kNotGranted));
  facts.Learn(Fact("new", Kind::kNotGranted));
  facts.Learn(Fact("poor", Kind::kNoQuota));
  EXPECT_EQ(facts.OnListed(std::vector<std::string>{"old"}, std::vector<std::string>{"old", "models/new", "poor"}), 1);
  EXPECT_EQ(facts.WhatBars("new", kNow), nullptr);
  EXPECT_NE(facts.WhatBars("old", kNow), nullptr) << "it was listed when it was refused";
  EXPECT_NE(facts.WhatBars("poor", kNow), nullptr);
}

TEST(AccountFacts, StayFew) {
  AccountFacts facts;
  for (std::size_t i = 0; i <= AccountFacts::kMost; ++i) {
    facts.Learn(Fact("m" + std::to_string(i), Kind::kNoQuota, kNow + seconds(i)));
  }
  EXPECT_EQ(facts.all().size(), AccountFacts::kMost);
  EXPECT_EQ(facts.WhatBars("m0", kNow), nullptr);
}

TEST(AccountFacts, SurviveTheirText) {
  AccountFacts facts;
  LearnedFact refused = Fact("m", Kind::kParameterRefused);
  refused.fact.parameter = "top_p";
  facts.Learn(refused);
  LearnedFact limit = Fact("n", Kind::kMaxOutput);
  limit.fact.limit = 4096;
  facts.Learn(limit);
  const auto read = FactsFromJson(FactsToJson(facts));
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->all().size(), 2U);
  EXPECT_EQ(read->all()[0], facts.all()[0]);
  EXPECT_EQ(read->all()[1], facts.all()[1]);
  EXPECT_FALSE(FactsFromJson("{}").ok());
  EXPECT_TRUE(FactsFromJson(R"([{"model":"m","kind":"of_tomorrow"}])")->empty());
}

TEST_F(SchedulerFixture, LeavesAnAccountAloneThatHasNoQuotaForTheModel) {
  Add("a").account.facts.Learn(Fact("gpt-5", Kind::kNoQuota, clock_.Now()));
  Changed();
  const Choice choice = Pick(Traits());
  EXPECT_EQ(choice.account, nullptr);
  EXPECT_EQ(Rejected(choice, RejectReason::kNoQuota), 1);
  EXPECT_EQ(choice.least_bad, nullptr);
  EXPECT_EQ(choice.earliest_return, std::nullopt) << "nobody waits a week";
  EXPECT_EQ(PickId(Traits("openai", "gpt-5-mini")), "a");
  const auto table = Scheduler::Explain(Snapshot(), Traits(), clock_.Now());
  ASSERT_EQ(table.size(), 1U);
  EXPECT_EQ(table[0].reason, RejectReason::kNoQuota);
  EXPECT_EQ(table[0].until, clock_.Now() + AccountFacts::kLife);
  Add("b");
  EXPECT_EQ(PickId(Traits()), "b");
  clock_.Advance(AccountFacts::kLife);
  EXPECT_EQ(Scheduler::Explain(Snapshot(), Traits(), clock_.Now())[0].eligible, true);
}

TEST_F(AccountPoolTest, StoresWhatItLearns) {
  const Account account = Added(New());
  pool_->Learn(account.id, Fact("gpt-5", Kind::kNotGranted, clock_.Now()));
  EXPECT_NE(Pooled(account.id).account.facts.WhatBars("gpt-5", clock_.Now()), nullptr);
  Restart();
  EXPECT_NE(Pooled(account.id).account.facts.WhatBars("gpt-5", clock_.Now()), nullptr);
  EXPECT_EQ(pool_->ForgetFacts(account.id, "gpt-4"), 0);
  EXPECT_EQ(pool_->ForgetFacts(account.id), 1);
  Restart();
  EXPECT_TRUE(Pooled(account.id).account.facts.empty());
}

TEST_F(AccountPoolTest, AGroupSharesWhatItHasNoQuotaFor) {
  NewAccount wanted = New("gemini");
  wanted.quota_group = "project-1";
  const Account first = Added(wanted);
  const Account second = Added(wanted);
  const Account other = Added(New("gemini"));
  pool_->Learn(first.id, Fact("gemini-pro", Kind::kNoQuota, clock_.Now()));
  pool_->Learn(first.id, Fact("gemini-flash", Kind::kNotGranted, clock_.Now()));
  EXPECT_EQ(Pooled(second.id).account.facts.all().size(), 1U);
  EXPECT_TRUE(Pooled(other.id).account.facts.empty());
}

TEST_F(AccountPoolTest, ANewKeyForgetsWhatTheOldOneTaught) {
  const Account account = Added(New());
  pool_->Learn(account.id, Fact("gpt-5", Kind::kNotGranted, clock_.Now()));
  AccountChange change;
  change.api_key = Secret("sk-test-another-0123456789");
  ASSERT_TRUE(pool_->Change(account.id, change).ok());
  EXPECT_TRUE(Pooled(account.id).account.facts.empty());
}

TEST_F(AccountPoolTest, AccountsTravelWithTheirLimits) {
  const Account account = Added(New());
  AccountChange change;
  AccountLimits limits;
  limits.Of(Measure::kTokens, Period::kDay) = 5000;
  limits.reserve_percent = 10;
  change.limits = limits;
  ASSERT_TRUE(pool_->Change(account.id, change).ok());
  auto portable = PortableFromJson(PortableToJson({PortableOf(Pooled(account.id).account)}));
  ASSERT_TRUE(portable.ok()) << portable.status();
  ASSERT_TRUE(pool_->Remove(account.id).ok());
  const auto imported = pool_->Import(portable->front(), AccountPool::ImportMode::kStore);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->account.limits, limits);
  Restart();
  EXPECT_EQ(Pooled(imported->account.id).account.limits, limits);
}

}  // namespace
}  // namespace ag::pool
