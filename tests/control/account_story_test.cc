#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/control/control_harness.h"

namespace ag::test {
namespace {

namespace v1 = client::v1;
using std::chrono::seconds;

class AccountStory : public testing::Test {
 protected:
  AccountStory() {
    v1::CreateAccountRequest request;
    request.mutable_account()->set_provider("anthropic");
    request.mutable_account()->set_api_key("sk-ant-0123456789abcdef");
    const auto created = harness_.client().CreateAccount(request);
    EXPECT_TRUE(created.ok()) << created.status();
    if (created.ok()) id_ = AccountId(created->account().id());
  }
  static ErrorDetail Error(ErrorKind kind, ErrorScope scope, int status, std::string text) {
    ErrorDetail error;
    error.kind = kind;
    error.scope = scope;
    error.http_status = status;
    error.provider_text = std::move(text);
    return error;
  }
  // As a request on a shard reports it.
  void Fail(const std::string& model, const ErrorDetail& error) {
    harness_.OnControl([&] {
      FastRandom random(1);
      const auto snapshot = harness_.pool().snapshot();
      const auto change = snapshot->Find(id_)->cooldowns->OnFailure(model, error, harness_.clock().Now(), random);
      ASSERT_TRUE(change);
      harness_.history().Add(id_, *change);
    });
  }
  v1::GetAccountStatusResponse Status() {
    v1::GetAccountStatusRequest request;
    request.set_id(id_.value());
    const auto status = harness_.client().GetAccountStatus(request);
    EXPECT_TRUE(status.ok()) << status.status();
    return status.ok() ? *status : v1::GetAccountStatusResponse();
  }
  v1::ListAccountEventsResponse Events(int page_size = 0) {
    v1::ListAccountEventsRequest request;
    request.set_id(id_.value());
    request.set_page_size(page_size);
    const auto events = harness_.client().ListAccountEvents(request);
    EXPECT_TRUE(events.ok()) << events.status();
    return events.ok() ? *events : v1::ListAccountEventsResponse();
  }

  ControlHarness harness_;
  AccountId id_;
};

TEST_F(AccountStory, OfAReadyAccountIsShort) {
  const auto status = Status();
  EXPECT_EQ(status.account().condition(), v1::ACCOUNT_CONDITION_READY);
  EXPECT_FALSE(status.account().has_error());
  EXPECT_EQ(status.models_size(), 0);
  EXPECT_EQ(Events().events_size(), 0);
}

TEST_F(AccountStory, TellsAModelsPauseInTheProvidersWords) {
  ErrorDetail error = Error(ErrorKind::kRateMinute, ErrorScope::kModel, 429, "Slow down");
  error.retry_after = seconds(300);
  error.provider_code = "rate_limit_error";
  Fail("claude-x", error);
  const auto status = Status();
  EXPECT_EQ(status.account().condition(), v1::ACCOUNT_CONDITION_READY);
  ASSERT_EQ(status.models_size(), 1);
  const v1::AccountStatus& model = status.models(0);
  EXPECT_EQ(model.model(), "claude-x");
  EXPECT_EQ(model.condition(), v1::ACCOUNT_CONDITION_COOLING);
  EXPECT_EQ(model.signal(), v1::ACCOUNT_SIGNAL_RATE_LIMITED);
  EXPECT_TRUE(model.has_since_time());
  EXPECT_TRUE(model.provider_hint());
  EXPECT_EQ(model.error().text(), "Slow down");
  EXPECT_EQ(model.error().code(), "rate_limit_error");
  EXPECT_EQ(model.error().http_status(), 429);
  EXPECT_EQ(model.error().retry_after().seconds(), 300);
  EXPECT_NEAR(static_cast<double>(model.end_time().seconds() - model.since_time().seconds()), 300, 5);
  ASSERT_EQ(Events().events_size(), 1);
  EXPECT_EQ(Events().events(0).to_condition(), v1::ACCOUNT_CONDITION_COOLING);
}

TEST_F(AccountStory, ASpentBudgetIsToldUntilItBeginsAnew) {
  v1::SetAccountLimitsRequest request;
  request.set_id(id_.value());
  request.mutable_limits()->set_micro_usd_per_day(100);
  request.mutable_limits()->set_reserve_percent(10);
  ASSERT_TRUE(harness_.client().SetAccountLimits(request).ok());
  const auto spend = [this](std::int64_t micro_usd) {
    harness_.OnControl([&] {
      harness_.pool().snapshot()->Find(id_)->counters->used.Add(pool::Measure::kCost, micro_usd,
                                                                harness_.clock().Now());
    });
  };
  spend(89);
  EXPECT_EQ(Status().account().condition(), v1::ACCOUNT_CONDITION_READY);
  spend(1);
  const auto status = Status();
  EXPECT_EQ(status.account().condition(), v1::ACCOUNT_CONDITION_EXHAUSTED) << "the reserve is left alone";
  const auto now = harness_.clock().Now();
  EXPECT_EQ(status.account().end_time().seconds(),
            std::chrono::duration_cast<seconds>(pool::EndOf(pool::Period::kDay, now).time_since_epoch()).count());
}

TEST_F(AccountStory, APauseThatIsProlongedBeganWhenItBegan) {
  ErrorDetail error = Error(ErrorKind::kRateMinute, ErrorScope::kModel, 429, "first");
  error.retry_after = seconds(300);
  Fail("claude-x", error);
  error.retry_after = seconds(900);
  error.provider_text = "second";
  Fail("claude-x", error);
  const auto status = Status();
  const auto events = Events();
  ASSERT_EQ(events.events_size(), 2);
  EXPECT_EQ(status.models(0).since_time().SerializeAsString(), events.events(1).event_time().SerializeAsString());
  EXPECT_EQ(status.models(0).error().text(), "second");
}

TEST_F(AccountStory, TellsARefusedCredentialAndWhenItIsTestedAgain) {
  harness_.OnControl([&] {
    harness_.pool().OnRefused(id_, pool::kFirstAccess, pool::Signal::kSignInRefused,
                              Error(ErrorKind::kAccountAuth, ErrorScope::kAccount, 401, "invalid x-api-key"));
  });
  const auto status = Status();
  EXPECT_EQ(status.account().condition(), v1::ACCOUNT_CONDITION_NEEDS_SIGN_IN);
  EXPECT_EQ(status.account().error().text(), "invalid x-api-key");
  EXPECT_TRUE(status.account().has_end_time());
  v1::GetAccountRequest get;
  get.set_id(id_.value());
  EXPECT_TRUE(harness_.client().GetAccount(get)->account().has_state_end_time());
}

TEST_F(AccountStory, ClearsPausesByHand) {
  Fail("claude-x", Error(ErrorKind::kQuotaDay, ErrorScope::kModel, 429, "no"));
  Fail("claude-y", Error(ErrorKind::kQuotaDay, ErrorScope::kModel, 429, "no"));
  v1::ClearAccountCooldownsRequest request;
  request.set_id(id_.value());
  request.set_model("claude-x");
  auto cleared = harness_.client().ClearAccountCooldowns(request);
  ASSERT_TRUE(cleared.ok()) << cleared.status();
  EXPECT_EQ(cleared->cleared_count(), 1);
  EXPECT_EQ(cleared->account().cooldowns_size(), 1);
  request.clear_model();
  EXPECT_EQ(harness_.client().ClearAccountCooldowns(request)->cleared_count(), 1);
  EXPECT_EQ(harness_.client().ClearAccountCooldowns(request)->cleared_count(), 0);
}

TEST_F(AccountStory, OfNobodyIsNotFound) {
  v1::GetAccountStatusRequest ask;
  ask.set_id("acc_nobody");
  EXPECT_EQ(harness_.client().GetAccountStatus(ask).status().code(), absl::StatusCode::kNotFound);
  v1::ListAccountEventsRequest list;
  list.set_id("acc_nobody");
  EXPECT_EQ(harness_.client().ListAccountEvents(list).status().code(), absl::StatusCode::kNotFound);
  list.set_id(id_.value());
  list.set_page_size(-1);
  EXPECT_EQ(harness_.client().ListAccountEvents(list).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace ag::test
