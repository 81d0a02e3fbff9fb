#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/support/fake_clock.h"
#include "tests/support/gate.h"
#include "tests/support/http_client.h"
#include "tests/support/temp_dir.h"

// What an account's history tells of its budgets.
namespace ag::test {
namespace {

namespace v1 = client::v1;
using Signals = std::vector<v1::AccountSignal>;
using std::chrono::hours;

constexpr v1::AccountSignal kSpent = v1::ACCOUNT_SIGNAL_BUDGET_SPENT;
constexpr v1::AccountSignal kRenewed = v1::ACCOUNT_SIGNAL_BUDGET_RENEWED;
constexpr const char* kChat = R"({"model":"gpt-5-mini","messages":[{"role":"user","content":"hi"}]})";
const std::vector<Field> kJson{{"content-type", "application/json"}};

class BudgetStory : public testing::Test {
 protected:
  BudgetStory() {
    upstream_.On("GET", "/v1/models", OpenAiModels({"gpt-5-mini"}));
    upstream_.Respond([](const RecordedRequest&) { return OpenAiChatUnary("hello"); });
    Start();
    id_ = gateway_->AddAccount("openai", upstream_.Origin());
  }
  void Start() { gateway_ = std::make_unique<Gateway>(folder_, Settings{}, clock_); }
  void Limit(const std::function<void(v1::AccountLimits&)>& set) {
    v1::SetAccountLimitsRequest request;
    request.set_id(id_);
    set(*request.mutable_limits());
    ASSERT_TRUE(gateway_->control().SetAccountLimits(request).ok());
  }
  void PerDay(std::int64_t requests) {
    Limit([&](v1::AccountLimits& limits) { limits.set_requests_per_day(requests); });
  }
  void Switch(bool on) {
    v1::UpdateAccountRequest request;
    request.mutable_account()->set_id(id_);
    request.mutable_account()->set_enabled(on);
    request.mutable_update_mask()->add_paths("enabled");
    ASSERT_TRUE(gateway_->control().UpdateAccount(request).ok());
  }
  int Ask() { return HttpPost(gateway_->port(), "/v1/chat/completions", kChat, kJson).status; }
  v1::ListAccountEventsResponse Events() {
    v1::ListAccountEventsRequest request;
    request.set_id(id_);
    const auto events = gateway_->control().ListAccountEvents(request);
    EXPECT_TRUE(events.ok()) << events.status();
    return events.ok() ? *events : v1::ListAccountEventsResponse();
  }
  // The signals of the history, oldest first.
  Signals Told() {
    Signals signals;
    const v1::ListAccountEventsResponse history = Events();
    for (const auto& event : history.events()) signals.insert(signals.begin(), event.signal());
    return signals;
  }
  // Requests are counted when their records are collected, and alarms go off, as the clock goes on: asks until the
  // history is so long.
  Signals ToldOnce(std::size_t count) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    Signals told = Told();
    while (told.size() < count && std::chrono::steady_clock::now() < give_up) {
      clock_.Advance(std::chrono::milliseconds(20));
      std::this_thread::yield();
      told = Told();
    }
    return told;
  }
  v1::AccountStatus Status() {
    v1::GetAccountStatusRequest request;
    request.set_id(id_);
    const auto status = gateway_->control().GetAccountStatus(request);
    EXPECT_TRUE(status.ok()) << status.status();
    return status.ok() ? status->account() : v1::AccountStatus();
  }

  FakeClock clock_;
  FakeUpstream upstream_;
  std::shared_ptr<TempDir> folder_ = std::make_shared<TempDir>();  // shared by the gateway and the one after it
  std::unique_ptr<Gateway> gateway_;
  std::string id_;
};

TEST_F(BudgetStory, TellsWhichWasSpentAndThatItBeganAnew) {
  PerDay(2);
  EXPECT_EQ(Ask(), 200);
  EXPECT_EQ(Ask(), 200);
  EXPECT_EQ(ToldOnce(1), Signals{kSpent});
  EXPECT_EQ(Ask(), 429);
  const auto events = Events();
  ASSERT_EQ(events.events_size(), 1);
  const v1::AccountEvent& spent = events.events(0);
  EXPECT_EQ(spent.from_condition(), v1::ACCOUNT_CONDITION_READY);
  EXPECT_EQ(spent.to_condition(), v1::ACCOUNT_CONDITION_EXHAUSTED);
  EXPECT_EQ(spent.budget().kind(), v1::LIMIT_KIND_REQUESTS);
  EXPECT_EQ(spent.budget().period(), v1::BUDGET_PERIOD_DAY);
  EXPECT_EQ(spent.budget().limit(), 2);
  EXPECT_EQ(spent.end_time().seconds() % (24 * 3600), 0) << "midnight, UTC";
  const auto status = Status();
  EXPECT_EQ(status.condition(), v1::ACCOUNT_CONDITION_EXHAUSTED);
  EXPECT_TRUE(status.has_since_time());
  EXPECT_EQ(status.signal(), kSpent);
  EXPECT_EQ(status.end_time().seconds(), spent.end_time().seconds());

  clock_.Advance(hours(24));
  EXPECT_EQ(ToldOnce(2), (Signals{kSpent, kRenewed}));
  EXPECT_EQ(Status().condition(), v1::ACCOUNT_CONDITION_READY);
  EXPECT_EQ(Status().signal(), kRenewed);
  EXPECT_EQ(Ask(), 200);
  EXPECT_EQ(Ask(), 200);
  EXPECT_EQ(ToldOnce(3), (Signals{kSpent, kRenewed, kSpent}));
}

TEST_F(BudgetStory, TellsOfTokensAndMoneyOnceTheyAreCounted) {
  Limit([](v1::AccountLimits& limits) {
    limits.set_tokens_per_day(18);
    limits.set_micro_usd_per_month(1);
  });
  EXPECT_EQ(Ask(), 200);
  EXPECT_EQ(ToldOnce(1), Signals{kSpent});
  EXPECT_EQ(Events().events(0).budget().kind(), v1::LIMIT_KIND_COST) << "the one that lasts longest";
}

TEST_F(BudgetStory, ARequestOverMidnightEmptiesNoBudgetOfTheNewDay) {
  Limit([](v1::AccountLimits& limits) { limits.set_tokens_per_day(30); });
  const auto gate = std::make_shared<Gate>();  // shared with the reply that waits for it
  const std::size_t before = upstream_.questions().size();
  upstream_.Enqueue(OpenAiChatUnary("late").StallHead(gate));
  std::thread late([this] { EXPECT_EQ(Ask(), 200); });
  while (upstream_.questions().size() == before) std::this_thread::yield();
  clock_.AdvanceWall(hours(24));
  EXPECT_EQ(Ask(), 200);
  gate->Open();
  late.join();
  EXPECT_EQ(Ask(), 429) << "36 of 30 tokens of this day are used";
}

TEST_F(BudgetStory, AHigherLimitEndsItAndALowerOneBeginsIt) {
  PerDay(1);
  EXPECT_EQ(Ask(), 200);
  EXPECT_EQ(ToldOnce(1), Signals{kSpent});
  PerDay(2);
  EXPECT_EQ(ToldOnce(2), (Signals{kSpent, kRenewed}));
  EXPECT_EQ(Ask(), 200);
  EXPECT_EQ(ToldOnce(3), (Signals{kSpent, kRenewed, kSpent})) << "the same day, but news again";
  Limit([](v1::AccountLimits&) {});
  EXPECT_EQ(ToldOnce(4).back(), kRenewed);
  PerDay(2);
  EXPECT_EQ(ToldOnce(5).back(), kSpent) << "without a request";
}

TEST_F(BudgetStory, IsToldOnceOverARestart) {
  PerDay(1);
  EXPECT_EQ(Ask(), 200);
  EXPECT_EQ(ToldOnce(1), Signals{kSpent});
  gateway_.reset();
  Start();
  EXPECT_EQ(Ask(), 429);
  EXPECT_EQ(Told(), Signals{kSpent});
  EXPECT_TRUE(Status().has_since_time());
  gateway_.reset();
  clock_.Advance(hours(24));
  Start();
  EXPECT_EQ(ToldOnce(2), (Signals{kSpent, kRenewed})) << "what nobody saw is told at the next start";
}

TEST_F(BudgetStory, OfAnAccountThatIsSwitchedOffSaysNothing) {
  PerDay(1);
  EXPECT_EQ(Ask(), 200);
  EXPECT_EQ(ToldOnce(1), Signals{kSpent});
  Switch(false);
  Switch(true);
  EXPECT_EQ(ToldOnce(3), (Signals{kSpent, v1::ACCOUNT_SIGNAL_DISABLED, v1::ACCOUNT_SIGNAL_ENABLED}));
  EXPECT_EQ(Events().events(0).to_condition(), v1::ACCOUNT_CONDITION_EXHAUSTED) << "it is on, and spent";
  EXPECT_EQ(Status().signal(), v1::ACCOUNT_SIGNAL_ENABLED);
}

}  // namespace
}  // namespace ag::test
