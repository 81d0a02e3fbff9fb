#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/pool/scheduler_fixture.h"

namespace ag::pool {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;
using testing::ElementsAre;

class Explanation : public SchedulerFixture {
 protected:
  // "id model rank reason" of each row.
  std::vector<std::string> Rows(const RequestTraits& traits) {
    std::vector<std::string> rows;
    for (const CandidateExplanation& row : Scheduler::Explain(Snapshot(), traits, clock_.Now())) {
      std::string text = row.account.value() + " " + row.model + " " + std::to_string(row.rank);
      if (row.rank_reason) text.append(" ").append(NameOf(*row.rank_reason));
      if (row.reason) text.append(" ").append(NameOf(*row.reason));
      rows.push_back(std::move(text));
    }
    return rows;
  }
};

TEST_F(Explanation, RanksByPriority) {
  Add("low").account.priority = -1;
  Add("high").account.priority = 5;
  Add("middle");
  Cool(2, seconds(30));
  EXPECT_THAT(Rows(Traits()),
              ElementsAre("low gpt-5 2 lower_priority", "high gpt-5 1 only_of_priority", "middle gpt-5 0 cooling"));
}

TEST_F(Explanation, RanksByTheChain) {
  Add("a");
  Add("other", "deepseek");
  RequestTraits traits = Traits();
  EXPECT_THAT(Rows(traits), ElementsAre("a gpt-5 1 only_candidate", "other  0 other_provider"));
  traits.candidates.push_back({"openai", Family::kOpenAi, "gpt-5-mini"});
  traits.candidates.push_back({"deepseek", Family::kOpenAi, "deepseek-chat"});
  EXPECT_THAT(Rows(traits), ElementsAre("a gpt-5 1 only_candidate", "a gpt-5-mini 2 later_in_chain",
                                        "other deepseek-chat 3 later_in_chain"));
}

TEST_F(Explanation, GivesEqualsOneRank) {
  Add("a");
  Add("b");
  RequestTraits traits = Traits();
  EXPECT_THAT(Rows(traits), ElementsAre("a gpt-5 1 by_conversation", "b gpt-5 1 by_conversation"));
  traits.policy.mode = PickMode::kBalance;
  EXPECT_THAT(Rows(traits), ElementsAre("a gpt-5 1 by_load", "b gpt-5 1 by_load"));
}

TEST_F(Explanation, RanksBySpeedWhereThatDecides) {
  Add("slow").counters->NoteFirstByte(microseconds(300'000), clock_.Now());
  Add("fast").counters->NoteFirstByte(microseconds(100'000), clock_.Now());
  Add("nearly").counters->NoteFirstByte(microseconds(105'000), clock_.Now());
  RequestTraits traits = Traits();
  traits.policy.mode = PickMode::kPerformanceFirst;
  EXPECT_THAT(Rows(traits), ElementsAre("slow gpt-5 2 later_answers", "fast gpt-5 1 sooner_answers",
                                        "nearly gpt-5 1 sooner_answers"));
}

TEST_F(Explanation, PutsTheFixedAndThePinnedAccountFirst) {
  Add("high").account.priority = 5;
  Add("fixed");
  RequestTraits traits = Traits();
  traits.policy.fixed = AccountId("fixed");
  EXPECT_THAT(Rows(traits), ElementsAre("high gpt-5 2 after_fixed_account", "fixed gpt-5 1 fixed_account"));
  traits.policy = {};
  traits.pinned = AccountId("fixed");
  EXPECT_THAT(Rows(traits), ElementsAre("high gpt-5 0 not_pinned", "fixed gpt-5 1 holds_state"));
}

}  // namespace
}  // namespace ag::pool
