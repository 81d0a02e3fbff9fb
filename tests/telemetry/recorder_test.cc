#include "gatewayd/telemetry/recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <thread>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/redaction.h"
#include "gatewayd/store/database.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"

namespace ag::telemetry {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// An id as production's: they sort by time.
std::string IdOf(std::size_t number) { return "req_" + std::to_string(100'000 + number); }

// One request that one account served.
class Served {
 public:
  Served(std::string id, WallTime started) : id_(std::move(id)) {
    record.id = id_;
    record.started = started;
    record.model = "asked";
    AttemptRecord& attempt = AddAttempt(record, arena);
    attempt.account = "acc_1";
    attempt.account_label = "one";
    attempt.model = "served";
    attempt.status = 200;
    record.status = 200;
    record.usage.input = 10;
    record.usage.output = 3;
  }
  Arena arena;
  RequestRecord record;

 private:
  const std::string id_;
};

class Collector final : public RecordObserver {
 public:
  void OnRecords(const std::vector<RecordPtr>& records) override {
    for (const auto& record : records) ids.emplace_back(record->id);
    last = records.back();
  }
  std::vector<std::string> ids;
  RecordPtr last;
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
    const auto rows = table_->Sums({.by = store::RollupBy::kModel});
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
    Arena arena;
    return table_->List(filter, arena)->size();
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
  recorder_->Record(0, Served("a", clock_.Now()).record);
  recorder_->Record(1, Served("b", clock_.Now()).record);
  Served refused("c", clock_.Now() + hours(1));
  const ErrorView unknown{ErrorKind::kModelNotFound};
  refused.record.attempts = {};
  refused.record.usage = {};
  refused.record.error = &unknown;
  refused.record.status = 404;
  recorder_->Record(runtime::Shard::kControlIndex, refused.record);
  FlushAndJoin();
  EXPECT_EQ(Rows(), 3U);
  const auto models = table_->Sums({.by = store::RollupBy::kModel});
  ASSERT_EQ(models->size(), 2U);
  EXPECT_EQ((*models)[0].bucket, "served");
  EXPECT_EQ((*models)[0].sums.requests, 2);
  EXPECT_EQ((*models)[0].sums.input, 20);
  EXPECT_EQ((*models)[0].sums.output, 6);
  EXPECT_EQ((*models)[0].sums.errors, 0);
  EXPECT_EQ((*models)[1].bucket, "");
  EXPECT_EQ((*models)[1].sums.errors, 1);
  EXPECT_EQ(table_->Sums({.by = store::RollupBy::kHour})->size(), 2U);
  EXPECT_EQ(recorder_->dropped(), 0);
}

TEST_F(RecorderTest, FeedsObserversInTheOrderOfTheEnd) {
  Served slow("slow", clock_.Now());
  slow.record.duration = milliseconds(500);
  recorder_->Record(0, slow.record);
  recorder_->Record(1, Served("quick", clock_.Now() + milliseconds(100)).record);
  recorder_->Record(0, Served("last", clock_.Now() + milliseconds(900)).record);
  recorder_->Flush();
  EXPECT_THAT(collector_.ids, ElementsAre("quick", "slow", "last"));
  recorder_->RemoveObserver(collector_);
  recorder_->Record(0, Served("unseen", clock_.Now()).record);
  recorder_->Flush();
  EXPECT_EQ(collector_.ids.size(), 3U);
}

TEST_F(RecorderTest, DrainsPeriodicallyAfterStart) {
  recorder_->Start();
  recorder_->Record(0, Served("a", clock_.Now()).record);
  EXPECT_TRUE(collector_.ids.empty());
  Tick();
  EXPECT_THAT(collector_.ids, ElementsAre("a"));
  AwaitWriter();
  EXPECT_EQ(Rows(), 1U);
  recorder_->Record(1, Served("b", clock_.Now()).record);
  Tick();
  EXPECT_THAT(collector_.ids, ElementsAre("a", "b"));
  FlushAndJoin();
  EXPECT_EQ(Rows(), 2U);
}

TEST_F(RecorderTest, CountsWhatAFullRingLoses) {
  for (std::size_t i = 0; i < Recorder::kRingSize + 7; ++i) recorder_->Record(0, Served(IdOf(i), clock_.Now()).record);
  recorder_->Record(1, Served("other", clock_.Now()).record);
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
      recorder_->Record(0, Served(IdOf(batch * Recorder::kRingSize + i), clock_.Now()).record);
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
  recorder_->Record(0, Served("a", clock_.Now()).record);
  Tick();
  AwaitWriter();
  EXPECT_EQ(recorder_->dropped(), 1);
  ASSERT_TRUE(database_->Execute("ALTER TABLE away RENAME TO requests").ok());
  recorder_->Record(0, Served("b", clock_.Now()).record);
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
  for (std::size_t i = 0; i < 5; ++i) recorder_->Record(0, Served(IdOf(i), clock_.Now() + milliseconds(i)).record);
  Tick();
  AwaitWriter();
  EXPECT_EQ(Rows(), 2U);
  for (std::size_t i = 5; i < 9; ++i) recorder_->Record(0, Served(IdOf(i), clock_.Now() + milliseconds(i)).record);
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

TEST_F(RecorderTest, TrimsInBetweenWhenMuchIsWritten) {
  RecorderOptions options;
  options.max_rows = 10;
  Make(options);
  recorder_->Start();
  Tick();  // trims an empty log
  constexpr std::size_t kBatches = Recorder::kTrimAfter / Recorder::kRingSize + 1;
  for (std::size_t i = 0; i < kBatches * Recorder::kRingSize; ++i) {
    recorder_->Record(0, Served(IdOf(i), clock_.Now()).record);
    if ((i + 1) % Recorder::kRingSize != 0) continue;
    Tick();
    AwaitWriter();
  }
  EXPECT_EQ(recorder_->dropped(), 0);
  EXPECT_EQ(Rows(), 10U);
  FlushAndJoin();
}

TEST_F(RecorderTest, CutsWhatClientsSendFreely) {
  Served request("a", clock_.Now());
  const std::string agent = "evil\x1b[2J" + std::string(500, 'x');
  const std::string model(10'000, 'm');
  request.record.user_agent = agent;
  request.record.model = model;
  request.record.error_text = "the provider answered 401: no such key sk-live-abcdefghijklmnop";
  recorder_->Record(0, request.record);
  recorder_->Flush();
  EXPECT_EQ(collector_.last->user_agent.size(), kMaxUserAgent);
  EXPECT_THAT(std::string(collector_.last->user_agent), HasSubstr("evil?[2J"));
  EXPECT_EQ(collector_.last->model.size(), 200U);
  EXPECT_EQ(collector_.last->error_text, "the provider answered 401: no such key sk-[redacted]");
}

// Many records share a block of memory: one that is kept must outlive the others, and the record that it was made from.
TEST_F(RecorderTest, AKeptRecordOutlivesItsNeighbours) {
  recorder_->Record(0, Served("first", clock_.Now()).record);
  recorder_->Flush();
  const RecordPtr first = collector_.last;
  for (std::size_t i = 0; i < 2000; ++i) recorder_->Record(0, Served(IdOf(i), clock_.Now()).record);
  FlushAndJoin();
  collector_.last.reset();
  EXPECT_EQ(first->id, "first");
  ASSERT_EQ(first->attempts.size(), 1U);
  EXPECT_EQ(first->attempts[0].account_label, "one");
}

TEST_F(RecorderTest, TakesRecordsFromRunningShards) {
  constexpr int kEach = 3000;
  std::vector<std::thread> threads;
  for (std::size_t shard = 0; shard < 2; ++shard) {
    threads.emplace_back([this, shard] {
      for (int i = 0; i < kEach; ++i) {
        recorder_->Record(shard, Served(std::to_string(shard) + "-" + std::to_string(i), clock_.Now()).record);
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

TEST(SafeProviderText, HidesKeysAndCutsBetweenCharacters) {
  EXPECT_EQ(SafeProviderText("key AIzaSyA1234567890 or Bearer abcdefghijklmnop is wrong", 500),
            "key AIza[redacted] or Bearer [redacted] is wrong");
  EXPECT_EQ(SafeProviderText("the task is done\n", 500), "the task is done ");
  EXPECT_EQ(SafeProviderText("abé", 3), "ab");
  EXPECT_EQ(SafeProviderText("abé", 4), "abé");
}

}  // namespace
}  // namespace ag::telemetry
