#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/control/control_harness.h"

// What the control service says of deep tests.
namespace ag::test {
namespace {

namespace v1 = client::v1;
using catalog::ModelFact;

class AccountProbe : public testing::Test {
 protected:
  AccountProbe() {
    v1::CreateAccountRequest request;
    request.mutable_account()->set_provider("openai");
    request.mutable_account()->set_label("work");
    request.mutable_account()->set_api_key("sk-0123456789abcdef");
    const auto created = harness_.client().CreateAccount(request);
    EXPECT_TRUE(created.ok()) << created.status();
    if (created.ok()) id_ = created->account().id();
  }
  void Lists(const std::vector<std::string>& models) {
    harness_.OnControl([&] { harness_.pool().SetModels(AccountId(id_), models); });
  }
  v1::PlanAccountTestResponse Plan(const std::vector<std::string>& models = {}) {
    v1::PlanAccountTestRequest request;
    request.set_id(id_);
    for (const auto& model : models) request.add_models(model);
    const auto plan = harness_.client().PlanAccountTest(request);
    EXPECT_TRUE(plan.ok()) << plan.status();
    return plan.ok() ? *plan : v1::PlanAccountTestResponse();
  }
  absl::StatusOr<v1::TestAccountModelResponse> Ask(const std::string& model) {
    v1::TestAccountModelRequest request;
    request.set_id(id_);
    request.set_model(model);
    return harness_.client().TestAccountModel(request);
  }
  // What the service makes of a test that came to this.
  v1::TestAccountModelResponse Of(const pool::ModelTest& test) {
    harness_.OnControl([&] { harness_.probe().answer = [test](const std::string&) { return test; }; });
    const auto answer = Ask("gpt-5-mini");
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? *answer : v1::TestAccountModelResponse();
  }
  static pool::ModelTest Failed(ErrorKind kind, ErrorScope scope, std::string words) {
    ErrorDetail detail;
    detail.kind = kind;
    detail.scope = scope;
    detail.http_status = 400;
    detail.provider_text = std::move(words);
    pool::ModelTest test;
    test.request_id = "req_1";
    test.error = MakeError(detail, "Account 'work' (openai): the provider answered 400");
    return test;
  }

  ControlHarness harness_;
  std::string id_;
};

TEST_F(AccountProbe, ThePlanSumsWhatWouldBeAsked) {
  Lists({"gpt-5-mini", "gpt-5-nano", "of-tomorrow", "whisper-1"});
  harness_.OnControl([&] {
    FastRandom random(1);
    ErrorDetail limit;
    limit.kind = ErrorKind::kRateMinute;
    limit.scope = ErrorScope::kModel;
    limit.retry_after = std::chrono::hours(1);
    const auto snapshot = harness_.pool().snapshot();
    snapshot->accounts[0].cooldowns->OnFailure("gpt-5-nano", limit, harness_.clock().Now(), random);
  });
  const auto plan = Plan();
  ASSERT_EQ(plan.tests_size(), 3);
  EXPECT_FALSE(plan.tests(0).has_obstacle());
  EXPECT_EQ(plan.tests(1).obstacle().reason(), v1::REJECT_REASON_COOLING);
  EXPECT_TRUE(plan.tests(1).obstacle().hinted());
  EXPECT_TRUE(plan.tests(1).obstacle().has_end_time());
  EXPECT_FALSE(plan.tests(2).has_max_cost_nano_usd());
  ASSERT_EQ(plan.left_out_models_size(), 1);
  EXPECT_EQ(plan.left_out_models(0), "whisper-1");
  EXPECT_EQ(plan.request_count(), 2) << "what pauses is not asked";
  EXPECT_EQ(plan.max_output_tokens(), 32);
  EXPECT_EQ(plan.max_cost_nano_usd(), plan.tests(0).max_cost_nano_usd());
  EXPECT_EQ(plan.unpriced_count(), 1);
  EXPECT_EQ(Plan({"gpt-5-mini"}).request_count(), 1);
  harness_.OnControl([&] { EXPECT_TRUE(harness_.probe().asked.empty()); });
}

TEST_F(AccountProbe, TellsWhatAnAnswerMeans) {
  pool::ModelTest fine;
  fine.request_id = "req_1";
  fine.usage.input = 9;
  fine.usage.output = 2;
  fine.cost = 6'250;
  fine.took = std::chrono::milliseconds(312);
  const auto works = Of(fine);
  EXPECT_EQ(works.outcome(), v1::MODEL_TEST_OUTCOME_WORKS);
  EXPECT_EQ(works.message(), "works");
  EXPECT_EQ(works.input_tokens(), 9);
  EXPECT_EQ(works.output_tokens(), 2);
  EXPECT_EQ(works.cost_nano_usd(), 6'250);
  EXPECT_EQ(works.request_id(), "req_1");

  pool::ModelTest barred = Failed(ErrorKind::kBilling, ErrorScope::kModel, "limit: 0");
  barred.fact = pool::LearnedFact{"gpt-5-mini", {ModelFact::Kind::kNoQuota, "", 0}, "limit: 0", {}, {}};
  const auto no_quota = Of(barred);
  EXPECT_EQ(no_quota.outcome(), v1::MODEL_TEST_OUTCOME_NO_QUOTA);
  EXPECT_EQ(no_quota.message(), "no quota for it on this account: limit: 0");
  EXPECT_EQ(no_quota.fact().kind(), v1::MODEL_FACT_KIND_NO_QUOTA);
  barred.fact->fact.kind = ModelFact::Kind::kNotGranted;
  EXPECT_EQ(Of(barred).outcome(), v1::MODEL_TEST_OUTCOME_NOT_THERE);

  pool::ModelTest limited = Failed(ErrorKind::kRateMinute, ErrorScope::kModel, "slow down");
  limited.pause = pool::Obstacle{pool::RejectReason::kCooling, harness_.clock().Now(), true};
  const auto paused = Of(limited);
  EXPECT_EQ(paused.outcome(), v1::MODEL_TEST_OUTCOME_PAUSED);
  EXPECT_EQ(paused.message(), "rate limited: slow down");
  EXPECT_TRUE(paused.obstacle().has_end_time());

  EXPECT_EQ(Of(Failed(ErrorKind::kAccountAuth, ErrorScope::kAccount, "bad key")).outcome(),
            v1::MODEL_TEST_OUTCOME_ACCOUNT_REFUSED);
  EXPECT_EQ(Of(Failed(ErrorKind::kAccountForbidden, ErrorScope::kAccount, "closed")).outcome(),
            v1::MODEL_TEST_OUTCOME_ACCOUNT_REFUSED);
  EXPECT_EQ(Of(Failed(ErrorKind::kAccountForbidden, ErrorScope::kModel, "not for you")).outcome(),
            v1::MODEL_TEST_OUTCOME_NOT_THERE);
  EXPECT_EQ(Of(Failed(ErrorKind::kModelNotFound, ErrorScope::kModel, "what?")).outcome(),
            v1::MODEL_TEST_OUTCOME_NOT_THERE);
  EXPECT_EQ(Of(Failed(ErrorKind::kInvalidRequest, ErrorScope::kRequest, "no")).outcome(),
            v1::MODEL_TEST_OUTCOME_REFUSED);
  const auto silent = Of(Failed(ErrorKind::kConnect, ErrorScope::kAccount, ""));
  EXPECT_EQ(silent.outcome(), v1::MODEL_TEST_OUTCOME_NO_ANSWER);
  EXPECT_EQ(silent.message(), "no answer: Account 'work' (openai): the provider answered 400");
}

TEST_F(AccountProbe, TellsWhyItDidNotAsk) {
  pool::ModelTest test;
  test.obstacle = pool::Obstacle{pool::RejectReason::kBudgetSpent, harness_.clock().Now(), true};
  const auto answer = Of(test);
  EXPECT_EQ(answer.outcome(), v1::MODEL_TEST_OUTCOME_NOT_ASKED);
  EXPECT_EQ(answer.message(), "not asked: your own budget for the account is spent");
  EXPECT_EQ(answer.obstacle().reason(), v1::REJECT_REASON_BUDGET_SPENT);
  EXPECT_TRUE(answer.request_id().empty());
}

TEST_F(AccountProbe, NeedsAnAccountAndAModel) {
  EXPECT_EQ(client::ErrorParamOf(Ask("").status()), "model");
  id_ = "acc_none";
  EXPECT_EQ(Ask("gpt-5-mini").status().code(), absl::StatusCode::kNotFound);
  v1::PlanAccountTestRequest plan;
  plan.set_id(id_);
  EXPECT_EQ(harness_.client().PlanAccountTest(plan).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace ag::test
