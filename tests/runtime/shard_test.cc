#include "gatewayd/runtime/shard.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <future>

#include "gatewayd/runtime/task_group.h"
#include "tests/support/fake_clock.h"

namespace ag::runtime {
namespace {

TEST(Shard, RunsPostedWorkInOrderOnItsThread) {
  test::FakeClock clock;
  Shard shard(0, clock);
  shard.Start();
  std::vector<int> seen;
  std::promise<bool> done;
  for (int i = 0; i < 100; ++i) shard.Post([&seen, i] { seen.push_back(i); });
  shard.Post([&] { done.set_value(shard.OnThisThread()); });
  EXPECT_TRUE(done.get_future().get());
  EXPECT_FALSE(shard.OnThisThread());
  ASSERT_EQ(seen.size(), 100u);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST(Shard, StopRunsWhatIsPendingAndPostAfterJoinIsDropped) {
  test::FakeClock clock;
  auto token = std::make_shared<int>(0);
  {
    Shard shard(0, clock);
    shard.Start();
    for (int i = 0; i < 1000; ++i) shard.Post([token] { ++*token; });
    shard.Stop();
    shard.Join();
    EXPECT_EQ(*token, 1000);
    shard.Post([token] { ++*token; });
  }
  EXPECT_EQ(*token, 1000);
  EXPECT_EQ(token.use_count(), 1);
}

TEST(Shard, SurvivesAnExceptionOfAHandler) {
  test::FakeClock clock;
  Shard shard(0, clock);
  shard.Start();
  std::promise<void> after;
  shard.Post([] { throw std::runtime_error("bug"); });
  shard.Post([&] { after.set_value(); });
  after.get_future().wait();
}

Task<void> ParkForever(Parker* parker, std::shared_ptr<int> token, std::promise<void>* parked) {
  parked->set_value();
  co_await parker->Park();
  ++*token;
}

TEST(Shard, GivesUpParkedCoroutinesWhenItEnds) {
  test::FakeClock clock;
  auto token = std::make_shared<int>(0);
  {
    Shard shard(0, clock);
    // The ring of a connection: the parker belongs to what the parked coroutine keeps alive.
    auto parker = std::make_shared<Parker>(shard.parking());
    std::promise<void> parked;
    boost::asio::co_spawn(shard.executor(), ParkForever(parker.get(), token, &parked),
                          [parker](const std::exception_ptr&) {});
    shard.Start();
    parked.get_future().wait();
    shard.Abort();
  }
  EXPECT_EQ(*token, 0);
  EXPECT_EQ(token.use_count(), 1) << "the coroutine leaked";
}

TEST(ShardPool, HandsShardsOutInTurn) {
  test::FakeClock clock;
  ShardPool pool(3, clock);
  for (std::size_t i = 0; i < 7; ++i) EXPECT_EQ(pool.Next().index(), i % 3);
}

Task<void> WaitOn(Parker* parker) { co_await parker->Park(); }

Task<void> Sleep(std::chrono::hours time) {
  const Executor executor = co_await boost::asio::this_coro::executor;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    Executor>
      timer(executor, time);
  co_await timer.async_wait(kUseTask);
}

Task<void> Fail() {
  throw std::runtime_error("bug");
  co_return;
}

TEST(TaskGroup, CountsCancelsAndReportsItsEnd) {
  boost::asio::io_context context;
  ParkingLot lot;
  Parker parker(lot);
  TaskGroup group(context.get_executor());
  int empty = 0;
  group.Spawn(WaitOn(&parker));
  group.Spawn(Sleep(std::chrono::hours(1)));
  group.Spawn(Fail());
  context.poll();
  EXPECT_EQ(group.size(), 2u);
  group.OnEmpty([&] { ++empty; });
  parker.Resume();
  context.poll();
  EXPECT_EQ(group.size(), 1u);
  EXPECT_EQ(empty, 0);
  group.CancelAll();
  context.run();
  EXPECT_EQ(group.size(), 0u);
  EXPECT_EQ(empty, 1);
  group.OnEmpty([&] { ++empty; });
  EXPECT_EQ(empty, 2);
}

}  // namespace
}  // namespace ag::runtime
