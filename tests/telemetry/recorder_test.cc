#include "gatewayd/telemetry/recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <limits>
#include <string>
#include <thread>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/store/database.h"
#include "gatewayd/telemetry/redaction.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"

namespace ag::telemetry {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

RequestRecord Record(const std::string& id, WallTime started) {
  RequestRecord record;
  record.id = RequestId(id);
  record.started = started;
  record.model = "asked";
  AttemptRecord attempt;
  attempt.account = AccountId("acc_1");
  attempt.account_label = "one";
  attempt.model = "served";
  attempt.status = 200;
  record.attempts.push_back(attempt);
  record.status = 200;
  record.usage.input = 10;
  record.usage.output = 3;
  return record;
}

class Collector final : public RecordObserver {
 public:
  void OnRecords(const std::vector<std::shared_ptr<const RequestRecord>>& records) override {
    for (const auto& record : records) ids.push_back(record->id.value());
    last = records.back();
  }
  std::vector<std::string> ids;
  std::shared_ptr<const RequestRecord> last;
};

// The shards are not started: the test is the thread of each of them, and of the control context.
class RecorderTest : public testing::Test {
 protected:
  RecorderTest() {
    auto opened = store::OpenTrafficDatabase(dir_.path());
    EXPECT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
    table_ = std::make_unique<store::TrafficTable>(*database_);
    Make({});
  }
  void Make(RecorderOptions options) {
    recorder_ = std::make_unique<Recorder>(control_, shards_, writer_, *table_, options);
    recorder_->AddObserver(collector_);
  }
  void FlushAndJoin() {
    recorder_->Flush();
    writer_.Join();
  }
  // One turn of the periodic drain.
  void Tick() {
    clock_.Advance(milliseconds(150));
    control_.wheel().Advance();
  }
  void AwaitWriter() {
    std::promise<void> reached;
    writer_.Post([&reached] { reached.set_value(); });
    reached.get_future().wait();
  }
  store::RollupSums Sums() {
    const auto rows = table_->Sums(store::RollupBy::kModel, 0, std::numeric_limits<std::int64_t>::max());
    EXPECT_TRUE(rows.ok()) << rows.status();
    store::RollupSums sums;
    for (const auto& row : *rows) {
      sums.requests += row.sums.requests;
      sums.errors += row.sums.errors;
      sums.input += row.sums.input;
    }
    return sums;
  }
  std::size_t Rows() {
    store::RequestFilter filter;
    filter.limit = 100'000;
    return table_->List(filter)->size();
  }

  const test::TempDir dir_;
  test::FakeClock clock_;
  runtime::Shard control_{runtime::Shard::kControlIndex, clock_};
  runtime::ShardPool shards_{2, clock_};
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::TrafficTable> table_;
  Collector collector_;
  runtime::BlockingExecutor writer_{1};
  std::unique_ptr<Recorder> recorder_;
};

TEST_F(RecorderTest, WritesRowsAndRollsThemUp) {
  recorder_->Record(0, Record("a", clock_.Now()));
  recorder_->Record(1, Record("b", clock_.Now()));
  RequestRecord refused = Record("c", clock_.Now() + hours(1));
  refused.attempts.clear();
  refused.usage = {};
  refused.error = ErrorDetail{};
  refused.error->kind = ErrorKind::kModelNotFound;
  refused.status = 404;
  recorder_->Record(runtime::Shard::kControlIndex, std::move(refused));
  FlushAndJoin();
  EXPECT_EQ(Rows(), 3U);
  const auto models = table_->Sums(store::RollupBy::kModel, 0, std::numeric_limits<std::int64_t>::max());
  ASSERT_EQ(models->size(), 2U);
  EXPECT_EQ((*models)[0].bucket, "served");
  EXPECT_EQ((*models)[0].sums.requests, 2);
  EXPECT_EQ((*models)[0].sums.input, 20);
  EXPECT_EQ((*models)[0].sums.output, 6);
  EXPECT_EQ((*models)[0].sums.errors, 0);
  EXPECT_EQ((*models)[1].bucket, "");
  EXPECT_EQ((*models)[1].sums.errors, 1);
  EXPECT_EQ(table_->Sums(store::RollupBy::kHour, 0, std::numeric_limits<std::int64_t>::max())->size(), 2U);
  EXPECT_EQ(recorder_->dropped(), 0);
}

TEST_F(RecorderTest, FeedsObserversInTheOrderOfTheEnd) {
  RequestRecord slow = Record("slow", clock_.Now());
  slow.duration = milliseconds(500);
  recorder_->Record(0, std::move(slow));
  recorder_->Record(1, Record("quick", clock_.Now() + milliseconds(100)));
  recorder_->Record(0, Record("last", clock_.Now() + milliseconds(900)));
  recorder_->Flush();
  EXPECT_THAT(collector_.ids, ElementsAre("quick", "slow", "last"));
  recorder_->RemoveObserver(collector_);
  recorder_->Record(0, Record("unseen", clock_.Now()));
  recorder_->Flush();
  EXPECT_EQ(collector_.ids.size(), 3U);
}

TEST_F(RecorderTest, DrainsPeriodicallyAfterStart) {
  recorder_->Start();
  recorder_->Record(0, Record("a", clock_.Now()));
  EXPECT_TRUE(collector_.ids.empty());
  Tick();
  EXPECT_THAT(collector_.ids, ElementsAre("a"));
  AwaitWriter();
  EXPECT_EQ(Rows(), 1U);
  recorder_->Record(1, Record("b", clock_.Now()));
  Tick();
  EXPECT_THAT(collector_.ids, ElementsAre("a", "b"));
  FlushAndJoin();
  EXPECT_EQ(Rows(), 2U);
}

TEST_F(RecorderTest, CountsWhatAFullRingLoses) {
  for (std::size_t i = 0; i < Recorder::kRingSize + 7; ++i)
    recorder_->Record(0, Record(std::to_string(i), clock_.Now()));
  recorder_->Record(1, Record("other", clock_.Now()));
  EXPECT_EQ(recorder_->dropped(), 7);
  FlushAndJoin();
  EXPECT_EQ(Rows(), Recorder::kRingSize + 1);
}

TEST_F(RecorderTest, KeepsTheSumsOfLinesThatAStuckLogLoses) {
  std::promise<void> gate;
  writer_.Post([opened = gate.get_future().share()] { opened.wait(); });
  recorder_->Start();
  constexpr std::size_t kBatches = 4;
  for (std::size_t batch = 0; batch < kBatches; ++batch) {
    for (std::size_t i = 0; i < Recorder::kRingSize; ++i) {
      recorder_->Record(0, Record(std::to_string(batch * Recorder::kRingSize + i), clock_.Now()));
    }
    Tick();
  }
  // The first batch is with the writer; two of the other three fit.
  EXPECT_EQ(recorder_->dropped(), static_cast<std::int64_t>(3 * Recorder::kRingSize - Recorder::kMaxPending));
  EXPECT_EQ(collector_.ids.size(), kBatches * Recorder::kRingSize);
  gate.set_value();
  FlushAndJoin();
  EXPECT_EQ(Rows(), Recorder::kRingSize + Recorder::kMaxPending);
  EXPECT_EQ(Sums().requests, static_cast<std::int64_t>(kBatches * Recorder::kRingSize));
  EXPECT_EQ(Sums().input, static_cast<std::int64_t>(10 * kBatches * Recorder::kRingSize));
}

TEST_F(RecorderTest, WritesTheSumsOfAFailedBatchLater) {
  recorder_->Start();
  ASSERT_TRUE(database_->Execute("ALTER TABLE requests RENAME TO away").ok());
  recorder_->Record(0, Record("a", clock_.Now()));
  Tick();
  AwaitWriter();
  EXPECT_EQ(recorder_->dropped(), 1);
  ASSERT_TRUE(database_->Execute("ALTER TABLE away RENAME TO requests").ok());
  recorder_->Record(0, Record("b", clock_.Now()));
  Tick();
  AwaitWriter();
  FlushAndJoin();
  EXPECT_EQ(Rows(), 1U);
  EXPECT_EQ(Sums().requests, 2);
}

TEST_F(RecorderTest, TrimsAtTheStartAndEachHour) {
  RecorderOptions options;
  options.max_rows = 2;
  Make(options);
  recorder_->Start();
  for (int i = 0; i < 5; ++i) recorder_->Record(0, Record(std::to_string(i), clock_.Now() + milliseconds(i)));
  Tick();
  AwaitWriter();
  EXPECT_EQ(Rows(), 2U);
  for (int i = 5; i < 9; ++i) recorder_->Record(0, Record(std::to_string(i), clock_.Now() + milliseconds(i)));
  Tick();
  AwaitWriter();
  EXPECT_EQ(Rows(), 6U);
  clock_.Advance(hours(1));
  Tick();
  AwaitWriter();
  EXPECT_EQ(Rows(), 2U);
  EXPECT_EQ(Sums().requests, 9);  // statistics outlive the log
  FlushAndJoin();
}

TEST_F(RecorderTest, CutsWhatClientsSendFreely) {
  RequestRecord record = Record("a", clock_.Now());
  record.user_agent = "evil\x1b[2J" + std::string(500, 'x');
  record.model = std::string(10'000, 'm');
  recorder_->Record(0, std::move(record));
  recorder_->Flush();
  EXPECT_EQ(collector_.last->user_agent.size(), kMaxUserAgent);
  EXPECT_THAT(collector_.last->user_agent, HasSubstr("evil?[2J"));
  EXPECT_LE(collector_.last->model.size(), 200U);
}

TEST_F(RecorderTest, TakesRecordsFromRunningShards) {
  constexpr int kEach = 3000;
  std::vector<std::thread> threads;
  for (std::size_t shard = 0; shard < 2; ++shard) {
    threads.emplace_back([this, shard] {
      for (int i = 0; i < kEach; ++i) {
        recorder_->Record(shard, Record(std::to_string(shard) + "-" + std::to_string(i), clock_.Now()));
      }
    });
  }
  recorder_->Start();
  for (int i = 0; i < 50; ++i) Tick();
  for (std::thread& thread : threads) thread.join();
  FlushAndJoin();
  EXPECT_EQ(static_cast<std::int64_t>(Rows()) + recorder_->dropped(), 2 * kEach);
  EXPECT_EQ(recorder_->dropped(), 0);
  EXPECT_EQ(Sums().requests, 2 * kEach);
}

TEST(ToRow, TellsEachAttemptAndLoss) {
  RequestRecord record = Record("a", WallTime(milliseconds(1'793'491'200'123)));
  record.attempts[0].head = microseconds(900);
  record.attempts[0].chosen = Reason{"affinity", {{"rank", "1"}}};
  AttemptRecord failed;
  failed.account = AccountId("acc_0");
  failed.status = 429;
  failed.error = ErrorDetail{};
  failed.error->kind = ErrorKind::kRateMinute;
  failed.error->scope = ErrorScope::kModel;
  failed.error->retry_after = milliseconds(1500);
  failed.error->provider_text = "slow \"down\", sk-live-abcdefghijklmnop";
  record.attempts.insert(record.attempts.begin(), failed);
  record.losses.push_back(Loss{LossClass::kApprox, "top_k", Reason{"no_such_field", {{"dialect", "chat"}}}});
  record.duration = microseconds(5000);
  record.upstream = microseconds(4200);
  const store::RequestRow row = ToRow(record);
  EXPECT_EQ(row.started_ms, 1'793'491'200'123);
  EXPECT_EQ(row.model, "asked");
  EXPECT_EQ(row.upstream_model, "served");
  EXPECT_EQ(row.account_label, "one");
  EXPECT_EQ(row.gateway_us, 800);
  EXPECT_EQ(row.input, 10);
  EXPECT_FALSE(row.cache_read.has_value());
  EXPECT_EQ(row.error_kind, "");
  Arena arena;
  const auto attempts = json::Parse(row.attempts_json, arena);
  ASSERT_TRUE(attempts.ok()) << row.attempts_json;
  ASSERT_EQ((*attempts)->items().size(), 2U);
  const json::Value& first = (*attempts)->items()[0];
  EXPECT_EQ(first.Find("account")->str(), "acc_0");
  EXPECT_EQ(first.Find("error")->Find("kind")->str(), "rate_minute");
  EXPECT_EQ(first.Find("error")->Find("retry_after_ms")->AsInt(), 1500);
  EXPECT_EQ(first.Find("error")->Find("text")->str(), "slow \"down\", [secret]");
  EXPECT_EQ(first.Find("head_us"), nullptr);
  const json::Value& second = (*attempts)->items()[1];
  EXPECT_EQ(second.Find("head_us")->AsInt(), 900);
  EXPECT_EQ(second.Find("chosen")->Find("args")->Find("rank")->str(), "1");
  EXPECT_EQ(row.losses_json,
            R"([{"class":"approx","field":"top_k","reason":{"code":"no_such_field","args":{"dialect":"chat"}}}])");
}

TEST(SafeProviderText, HidesKeysAndCutsBetweenCharacters) {
  EXPECT_EQ(SafeProviderText("key AIzaSyA1234567890 or Bearer abcdefghijklmnop is wrong", 500),
            "key [secret] or Bearer [secret] is wrong");
  EXPECT_EQ(SafeProviderText("the task is done\n", 500), "the task is done ");
  EXPECT_EQ(SafeProviderText("abé", 3), "ab");
  EXPECT_EQ(SafeProviderText("abé", 4), "abé");
}

}  // namespace
}  // namespace ag::telemetry
