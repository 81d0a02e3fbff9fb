#pragma once

#include <boost/asio/co_spawn.hpp>
#include <future>
#include <memory>
#include <utility>

#include "gatewayd/runtime/shard.h"

namespace ag::test {

// Runs `fn` on the shard's thread and waits for it.
template <typename Fn>
auto RunOn(runtime::Shard& shard, Fn fn) {
  using Result = decltype(fn());
  auto task = std::make_shared<std::packaged_task<Result()>>(std::move(fn));
  auto result = task->get_future();
  shard.Post([task] { (*task)(); });
  return result.get();
}

// Starts `task` on the shard; the future has its value.
template <typename T>
std::future<T> Start(runtime::Shard& shard, runtime::Task<T> task) {
  auto promise = std::make_shared<std::promise<T>>();
  auto future = promise->get_future();
  boost::asio::co_spawn(shard.executor(), std::move(task), [promise](std::exception_ptr failure, T value) {
    if (failure) {
      promise->set_exception(failure);
    } else {
      promise->set_value(std::move(value));
    }
  });
  return future;
}

}  // namespace ag::test
