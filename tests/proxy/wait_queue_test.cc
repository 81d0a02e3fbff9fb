#include "gatewayd/proxy/wait_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "gatewayd/runtime/task_group.h"
#include "tests/support/fake_clock.h"

namespace ag::proxy {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The shard's context is run by the test itself, its clock moves when told to.
class WaitQueueTest : public testing::Test {
 protected:
  runtime::Task<void> Visit(std::string name, std::unique_ptr<WaitQueue::Place> place, int looks) {
    runtime::CancelSource& left = left_.emplace_back();
    for (int i = 0; i < looks; ++i) {
      co_await place->Wait(seconds(60), left);
      seen_.push_back(name);
    }
  }
  void Run() {
    shard_.context().restart();
    shard_.context().poll();
  }
  void Advance(milliseconds by) {
    clock_.Advance(by);
    shard_.wheel().Advance();
    Run();
  }

  test::FakeClock clock_;
  runtime::Shard shard_{0, clock_};
  WaitQueue queue_{shard_, 2, 3};
  std::list<runtime::CancelSource> left_;  // one a visitor
  runtime::TaskGroup tasks_{shard_.executor()};
  std::vector<std::string> seen_;
};

TEST_F(WaitQueueTest, IsBoundedByLineAndInAll) {
  auto a = queue_.Join("a");
  auto b = queue_.Join("a");
  EXPECT_EQ(queue_.Join("a"), nullptr);
  auto c = queue_.Join("c");
  ASSERT_NE(c, nullptr);
  EXPECT_EQ(queue_.Join("d"), nullptr);
  EXPECT_FALSE(queue_.HasLine("d"));
  EXPECT_EQ(queue_.size(), 3U);
  c.reset();
  EXPECT_FALSE(queue_.HasLine("c"));
  EXPECT_NE(queue_.Join("d"), nullptr);
}

TEST_F(WaitQueueTest, FirstComeIsFirst) {
  auto a = queue_.Join("m");
  auto b = queue_.Join("m");
  EXPECT_TRUE(a->first());
  EXPECT_FALSE(b->first());
  a.reset();
  EXPECT_TRUE(b->first());
}

TEST_F(WaitQueueTest, WhoLeavesLetsTheNextLook) {
  tasks_.Spawn(Visit("first", queue_.Join("m"), 1));
  tasks_.Spawn(Visit("second", queue_.Join("m"), 1));
  Run();
  EXPECT_TRUE(seen_.empty());
  queue_.Wake();
  Run();
  EXPECT_EQ(seen_, (std::vector<std::string>{"first", "second"}));
  EXPECT_EQ(queue_.size(), 0U);
}

TEST_F(WaitQueueTest, WakesTheFirstOfEachLineOnly) {
  tasks_.Spawn(Visit("a1", queue_.Join("a"), 2));
  tasks_.Spawn(Visit("a2", queue_.Join("a"), 2));
  tasks_.Spawn(Visit("b1", queue_.Join("b"), 2));
  Run();
  queue_.Wake();
  Run();
  EXPECT_EQ(seen_.size(), 2U);
  EXPECT_EQ(std::count(seen_.begin(), seen_.end(), "a2"), 0);
  for (runtime::CancelSource& left : left_) left.Cancel();
  Run();
}

TEST_F(WaitQueueTest, LooksAgainWhenItsTimeIsOver) {
  tasks_.Spawn(Visit("one", queue_.Join("m"), 1));
  Run();
  Advance(seconds(59));
  EXPECT_TRUE(seen_.empty());
  Advance(seconds(2));
  EXPECT_EQ(seen_.size(), 1U);
}

TEST_F(WaitQueueTest, AClientThatLeavesWaitsNoLonger) {
  tasks_.Spawn(Visit("one", queue_.Join("m"), 1));
  Run();
  left_.front().Cancel();
  Run();
  EXPECT_EQ(queue_.size(), 0U);
}

}  // namespace
}  // namespace ag::proxy
