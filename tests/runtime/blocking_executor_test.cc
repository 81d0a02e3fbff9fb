#include "gatewayd/runtime/blocking_executor.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <future>
#include <latch>
#include <string>

namespace ag::runtime {
namespace {

struct Thread {
  std::string name;
  int nice = 0;
};

Thread Self() {
  std::array<char, 16> name{};
  pthread_getname_np(pthread_self(), name.data(), name.size());
  return {name.data(), getpriority(PRIO_PROCESS, static_cast<id_t>(gettid()))};
}

TEST(BlockingExecutor, RunsBesideItsCallerByItsName) {
  BlockingExecutor executor(1, "ag-test");
  std::promise<Thread> told;
  executor.Post([&told] { told.set_value(Self()); });
  const Thread thread = told.get_future().get();
  EXPECT_EQ(thread.name, "ag-test");
  EXPECT_EQ(thread.nice, Self().nice);
}

TEST(BlockingExecutor, YieldsInTheBackground) {
  BlockingExecutor executor(2, "ag-test", BlockingExecutor::Priority::kBackground);
  std::latch both(2);  // so that each thread tells
  std::array<std::promise<Thread>, 2> told;
  for (auto& promise : told) {
    executor.Post([&promise, &both] {
      both.arrive_and_wait();
      promise.set_value(Self());
    });
  }
  for (auto& promise : told) EXPECT_GT(promise.get_future().get().nice, Self().nice);
}

TEST(BlockingExecutor, DoesWhatIsQueuedBeforeItEnds) {
  std::atomic<int> done = 0;
  {
    BlockingExecutor executor(1);
    for (int i = 0; i < 100; ++i) executor.Post([&done] { ++done; });
    executor.Join();
    EXPECT_EQ(done, 100);
    executor.Join();
  }
  EXPECT_EQ(done, 100);
}

}  // namespace
}  // namespace ag::runtime
