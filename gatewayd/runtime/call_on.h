#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "gatewayd/runtime/shard.h"
#include "gatewayd/runtime/task.h"

// The only two ways to cross threads. Both run a plain function elsewhere and post its result home; nothing is shared
// but one heap state, so a caller that is cancelled meanwhile simply never looks at it. Never co_await co_spawn onto
// another context instead: with Asio 1.26 a cancel that meets the completion is a use after free.
namespace ag::runtime {

// Threads for calls that block: SQLite, files, getaddrinfo. One pool a purpose, so that a dead DNS cannot starve the
// database.
class BlockingExecutor {
 public:
  explicit BlockingExecutor(std::size_t threads) : pool_(threads) {}
  ~BlockingExecutor() { Join(); }

  template <typename Work>
  void Post(Work work) {
    boost::asio::post(pool_, std::move(work));
  }
  // Waits for queued work. Called at shutdown only, never on a shard.
  void Join() { pool_.join(); }

 private:
  boost::asio::thread_pool pool_;
};

namespace internal {

// Runs `fn` by `post`, then resumes the caller on `home` with the result.
template <typename Result, typename PostFn, typename Fn>
auto RunElsewhere(Executor home, PostFn post, Fn fn) {
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<Executor>, void(std::shared_ptr<Result>)>(
      [home, post = std::move(post), fn = std::move(fn)](auto handler) mutable {
        // shared_ptr: std::function needs a copyable callable, and the handler is move-only.
        auto kept = std::make_shared<decltype(handler)>(std::move(handler));
        auto guard = boost::asio::make_work_guard(home);
        post([home, guard = std::move(guard), kept, fn = std::move(fn)]() mutable {
          auto result = std::make_shared<Result>(fn());
          boost::asio::post(home, [kept, result = std::move(result)]() mutable { std::move (*kept)(std::move(result)); });
        });
      },
      kUseTask);
}

}  // namespace internal

// Runs `fn()` on `shard` and returns its value here. `fn` must own what it uses.
template <typename Fn, typename Result = std::invoke_result_t<Fn>>
Task<Result> CallOn(Shard& shard, Fn fn) {
  const Executor home = co_await boost::asio::this_coro::executor;
  auto post = [&shard](auto work) {
    auto kept = std::make_shared<decltype(work)>(std::move(work));
    shard.Post([kept] { (*kept)(); });
  };
  auto pending = internal::RunElsewhere<Result>(home, std::move(post), std::move(fn));
  std::shared_ptr<Result> result = co_await std::move(pending);
  co_return std::move(*result);
}

// Runs `fn()` on a blocking thread and returns its value here. `fn` must own what it uses.
template <typename Fn, typename Result = std::invoke_result_t<Fn>>
Task<Result> OnBlocking(BlockingExecutor& executor, Fn fn) {
  const Executor home = co_await boost::asio::this_coro::executor;
  auto post = [&executor](auto work) {
    auto kept = std::make_shared<decltype(work)>(std::move(work));
    executor.Post([kept] { (*kept)(); });
  };
  auto pending = internal::RunElsewhere<Result>(home, std::move(post), std::move(fn));
  std::shared_ptr<Result> result = co_await std::move(pending);
  co_return std::move(*result);
}

}  // namespace ag::runtime
