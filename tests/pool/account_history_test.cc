#include "gatewayd/pool/account_history.h"

#include <gtest/gtest.h>

#include <future>
#include <string>

#include "gatewayd/store/database.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"

namespace ag::pool {
namespace {

using std::chrono::seconds;

class AccountHistoryTest : public testing::Test {
 protected:
  void SetUp() override {
    auto database = store::OpenTrafficDatabase(dir_.path());
    ASSERT_TRUE(database.ok()) << database.status();
    database_ = *std::move(database);
    table_ = std::make_unique<store::AccountEventTable>(*database_);
    control_.Start();
    history_ = std::make_unique<AccountHistory>(control_, writer_, *table_);
  }
  void TearDown() override {
    control_.Stop();
    control_.Join();
    writer_.Join();
  }
  void Add(const AccountId& id, StatusChange change) {
    control_.Post([this, id, change = std::move(change)] { history_->Add(id, change); });
  }
  AccountHistory::Events List(const AccountId& id, std::int64_t limit = AccountHistory::kPerAccount) {
    std::promise<absl::StatusOr<AccountHistory::Events>> promise;
    control_.Post([&] { history_->List(id, limit, [&](auto events) { promise.set_value(std::move(events)); }); });
    auto events = promise.get_future().get();
    EXPECT_TRUE(events.ok()) << events.status();
    return events.ok() ? *std::move(events) : AccountHistory::Events();
  }
  static StatusChange Change(std::string model = {}) {
    StatusChange change;
    change.model = std::move(model);
    change.from = Condition::kReady;
    change.to = Condition::kCooling;
    change.signal = Signal::kRateLimited;
    return change;
  }

  const test::TempDir dir_;
  test::FakeClock clock_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::AccountEventTable> table_;
  runtime::Shard control_{runtime::Shard::kControlIndex, clock_};
  runtime::BlockingExecutor writer_{1};
  std::unique_ptr<AccountHistory> history_;
};

TEST_F(AccountHistoryTest, TellsNewestFirstWhatWasAdded) {
  const AccountId id("acc_1");
  StatusChange change = Change("gpt-5");
  change.until = clock_.Now() + seconds(30);
  change.hint = true;
  change.error.kind = ErrorKind::kRateMinute;
  change.error.http_status = 429;
  change.error.retry_after = seconds(30);
  change.error.provider_code = "rate_limit_exceeded";
  change.error.provider_text = "Slow down";
  Add(id, change);
  Add(id, Change());
  Add(AccountId("acc_2"), Change());
  const auto events = List(id);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].change.model, "");
  const StatusChange& told = events[1].change;
  EXPECT_EQ(events[1].time, clock_.Now());
  EXPECT_EQ(told.model, "gpt-5");
  EXPECT_EQ(told.to, Condition::kCooling);
  EXPECT_EQ(told.signal, Signal::kRateLimited);
  EXPECT_EQ(told.until, change.until);
  EXPECT_TRUE(told.hint);
  EXPECT_EQ(told.error, change.error);
}

TEST_F(AccountHistoryTest, TellsWhichBudgetWasSpent) {
  StatusChange change = Change();
  change.to = Condition::kExhausted;
  change.signal = Signal::kBudgetSpent;
  change.until = clock_.Now() + seconds(30);
  change.budget = SpentBudget{Measure::kCost, Period::kMonth, 25'000'000, change.until};
  Add(AccountId("acc_1"), change);
  const StatusChange told = List(AccountId("acc_1")).at(0).change;
  EXPECT_EQ(told.budget, change.budget);
  EXPECT_EQ(told.until, change.until);
  EXPECT_EQ(told.error, ErrorDetail());
}

TEST_F(AccountHistoryTest, IsBoundedPerAccountAndInAll) {
  const AccountId busy("acc_busy");
  const AccountId quiet("acc_quiet");
  Add(quiet, Change());
  for (int i = 0; i < AccountHistory::kPerAccount + 20; ++i) Add(busy, Change("m" + std::to_string(i)));
  const auto events = List(busy, 10'000);
  ASSERT_EQ(events.size(), static_cast<std::size_t>(AccountHistory::kPerAccount));
  EXPECT_EQ(events.front().change.model, "m" + std::to_string(AccountHistory::kPerAccount + 19));
  EXPECT_EQ(List(quiet).size(), 1U);
  ASSERT_TRUE(table_->Append({}, 500, 3).ok());
  EXPECT_EQ(List(busy).size(), 3U);
  EXPECT_TRUE(List(quiet).empty());
}

TEST_F(AccountHistoryTest, CutsLongTextsBetweenCharacters) {
  StatusChange change = Change();
  for (std::size_t i = 0; i < AccountHistory::kLongestText; ++i) change.error.provider_text += "ü";
  Add(AccountId("acc_1"), change);
  const std::string text = List(AccountId("acc_1")).at(0).change.error.provider_text;
  EXPECT_LE(text.size(), AccountHistory::kLongestText + 3);
  EXPECT_EQ(text.substr(text.size() - 5), "ü…");
}

TEST_F(AccountHistoryTest, ForgetsARemovedAccount) {
  Add(AccountId("acc_1"), Change());
  Add(AccountId("acc_2"), Change());
  control_.Post([this] { history_->Remove(AccountId("acc_1")); });
  EXPECT_TRUE(List(AccountId("acc_1")).empty());
  EXPECT_EQ(List(AccountId("acc_2")).size(), 1U);
}

}  // namespace
}  // namespace ag::pool
