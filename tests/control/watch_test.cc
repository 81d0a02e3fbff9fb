#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <string>
#include <vector>

#include "proto/client/event_stream.h"
#include "tests/control/control_harness.h"
#include "tests/support/gate.h"

namespace ag::test {
namespace {

namespace v1 = client::v1;

// Keeps what the stream said; Wait blocks until a condition on it holds.
class Journal final : public client::EventStreamObserver {
 public:
  void OnSnapshot(const v1::WatchRequestsResponse::Snapshot& snapshot) override {
    Note([&] {
      ++snapshots;
      ids.clear();
      for (const auto& record : snapshot.requests()) ids.push_back(record.id());
    });
  }
  void OnRequests(const v1::WatchRequestsResponse::Delta& delta) override {
    Note([&] {
      for (const auto& record : delta.requests()) ids.push_back(record.id());
    });
  }
  void OnResync(std::int64_t count) override {
    Note([&] { missed += count; });
  }
  void OnDisconnected(const absl::Status& status) override {
    Note([&] { losses.push_back(std::string(status.message())); });
  }

  template <typename Condition>
  bool Wait(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), condition);
  }

  int snapshots = 0;
  std::int64_t missed = 0;
  std::vector<std::string> ids;
  std::vector<std::string> losses;

 private:
  template <typename Change>
  void Note(Change change) {
    const std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
};

client::EventStreamOptions Quick(int snapshot_size) {
  client::EventStreamOptions options;
  options.snapshot_size = snapshot_size;
  options.first_retry = std::chrono::milliseconds(10);
  return options;
}

TEST(Watch, BringsASnapshotThenEachRequestOnce) {
  ControlHarness harness;
  harness.Feed(3);
  Journal journal;
  const client::EventStream stream(harness.client(), journal, Quick(2));
  ASSERT_TRUE(journal.Wait([&] { return journal.snapshots == 1; }));
  harness.Feed(100);
  ASSERT_TRUE(journal.Wait([&] { return journal.ids.size() == 102; }));
  for (std::size_t i = 0; i < journal.ids.size(); ++i) EXPECT_EQ(journal.ids[i], "req-" + std::to_string(i + 2));
  EXPECT_EQ(journal.missed, 0);
}

TEST(Watch, ResyncsAWatcherThatIsTooSlow) {
  ControlHarness harness;
  Journal journal;
  const client::EventStream stream(harness.client(), journal, Quick(10));
  ASSERT_TRUE(journal.Wait([&] { return journal.snapshots == 1; }));
  constexpr int kBurst = static_cast<int>(telemetry::EventFeed::kQueueLimit) + 100;
  harness.Feed(kBurst);
  ASSERT_TRUE(journal.Wait([&] { return journal.snapshots == 2; }));
  EXPECT_EQ(journal.missed, kBurst - 10);
  EXPECT_EQ(journal.ids.back(), "req-" + std::to_string(kBurst));
  harness.Feed(1);
  ASSERT_TRUE(journal.Wait([&] { return journal.ids.back() == "req-" + std::to_string(kBurst + 1); }));
}

TEST(Watch, ShutdownEndsStreamsAndTheClientComesBack) {
  ControlHarness harness;
  Journal journal;
  const client::EventStream stream(harness.client(), journal, Quick(10));
  ASSERT_TRUE(journal.Wait([&] { return journal.snapshots == 1; }));
  const auto before = std::chrono::steady_clock::now();
  harness.StopServer();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
  ASSERT_TRUE(journal.Wait([&] { return journal.losses.size() == 1; }));
  harness.StartServer();
  ASSERT_TRUE(journal.Wait([&] { return journal.snapshots == 2; }));
}

// The server's parts die after the shutdown: nothing may be left that would touch them.
TEST(Watch, ShutdownReturnsWhenTheControlContextHasLetGo) {
  ControlHarness harness;
  Gate gate;
  harness.PostToControl([&gate] { EXPECT_TRUE(gate.Wait()); });
  auto stopped = std::async(std::launch::async, [&harness] { harness.StopServer(); });
  EXPECT_EQ(stopped.wait_for(std::chrono::milliseconds(100)), std::future_status::timeout);
  gate.Open();
  stopped.wait();
}

TEST(Watch, ClientsThatLeaveAreForgotten) {
  ControlHarness harness;
  for (int i = 0; i < 8; ++i) {
    Journal journal;
    const client::EventStream stream(harness.client(), journal, Quick(0));
    ASSERT_TRUE(journal.Wait([&] { return journal.snapshots == 1; }));
    harness.Feed(50);
  }
  harness.Feed(10);
  EXPECT_TRUE(harness.client().GetServerInfo().ok());
}

}  // namespace
}  // namespace ag::test
