#include "gatewayd/runtime/call_on.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <future>

#include "tests/support/fake_clock.h"

namespace ag::runtime {
namespace {

template <typename T>
std::future<T> Start(Shard& shard, Task<T> task) {
  auto promise = std::make_shared<std::promise<T>>();
  auto future = promise->get_future();
  boost::asio::co_spawn(shard.executor(), std::move(task), [promise](std::exception_ptr failure, T value) {
    failure ? promise->set_exception(failure) : promise->set_value(std::move(value));
  });
  return future;
}

Task<std::string> AskThere(Shard* there, Shard* home) {
  auto ask = [there] { return there->OnThisThread() ? std::make_unique<int>(7) : nullptr; };
  auto answer = co_await CallOn(*there, std::move(ask));
  if (answer == nullptr || !home->OnThisThread()) co_return "wrong thread";
  int seen = 0;
  auto tell = [&seen] { seen = 1; };
  co_await CallOn(*there, std::move(tell));
  co_return std::to_string(*answer + seen);
}

TEST(CallOn, RunsThereAndReturnsHere) {
  test::FakeClock clock;
  Shard home(0, clock);
  Shard there(1, clock);
  home.Start();
  there.Start();
  EXPECT_EQ(Start(home, AskThere(&there, &home)).get(), "8");
}

Task<int> CountUp(Shard* there, BlockingExecutor* executor, int rounds) {
  int sum = 0;
  for (int i = 0; i < rounds; ++i) {
    auto one = [i] { return i; };
    const int from_shard = co_await CallOn(*there, one);
    const int from_thread = co_await OnBlocking(*executor, one);
    sum += from_shard + from_thread;
  }
  co_return sum;
}

TEST(CallOn, HoldsUnderTrafficBothWays) {
  test::FakeClock clock;
  Shard a(0, clock);
  Shard b(1, clock);
  BlockingExecutor executor(3);
  a.Start();
  b.Start();
  std::vector<std::future<int>> results;
  for (int i = 0; i < 20; ++i) {
    results.push_back(Start(a, CountUp(&b, &executor, 200)));
    results.push_back(Start(b, CountUp(&a, &executor, 200)));
  }
  for (auto& result : results) EXPECT_EQ(result.get(), 200 * 199);
}

Task<void> KeepCalling(Shard* there, std::shared_ptr<int> token) {
  while (true) {
    auto one = [token] { return 1; };
    co_await CallOn(*there, std::move(one));
  }
}

TEST(CallOn, SurvivesCancellationThatMeetsTheResult) {
  test::FakeClock clock;
  Shard home(0, clock);
  Shard there(1, clock);
  home.Start();
  there.Start();
  auto token = std::make_shared<int>(0);
  for (int i = 0; i < 300; ++i) {
    boost::asio::cancellation_signal signal;
    std::promise<void> ended;
    boost::asio::co_spawn(
        home.executor(), KeepCalling(&there, token),
        boost::asio::bind_cancellation_slot(signal.slot(), [&](const std::exception_ptr&) { ended.set_value(); }));
    home.Post([&] { signal.emit(boost::asio::cancellation_type::terminal); });
    ended.get_future().wait();
  }
}

TEST(CallOn, EndsInAnyOrderOfContexts) {
  for (const bool home_first : {true, false}) {
    test::FakeClock clock;
    auto token = std::make_shared<int>(0);
    auto home = std::make_unique<Shard>(0, clock);
    auto there = std::make_unique<Shard>(1, clock);
    home->Start();
    there->Start();
    for (int i = 0; i < 50; ++i) {
      boost::asio::co_spawn(home->executor(), KeepCalling(there.get(), token), [](const std::exception_ptr&) {});
    }
    if (home_first) {
      home.reset();
      there.reset();
    } else {
      home->Abort();
      home->Join();
      there.reset();
      home.reset();
    }
    EXPECT_EQ(token.use_count(), 1) << "a coroutine leaked";
  }
}

Task<int> AskSlowly(BlockingExecutor* executor, std::shared_future<void> gate) {
  auto wait = [gate] {
    gate.wait();
    return 1;
  };
  const int result = co_await OnBlocking(*executor, std::move(wait));
  co_return result;
}

TEST(OnBlocking, MayFinishAfterItsCallerIsGone) {
  test::FakeClock clock;
  std::promise<void> gate;
  auto executor = std::make_unique<BlockingExecutor>(1);
  {
    Shard home(0, clock);
    home.Start();
    auto result = Start(home, AskSlowly(executor.get(), gate.get_future().share()));
    std::promise<void> reached;
    home.Post([&] { reached.set_value(); });
    reached.get_future().wait();
  }
  gate.set_value();
  executor.reset();
}

}  // namespace
}  // namespace ag::runtime
