#pragma once

#include <absl/base/thread_annotations.h>

#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

#include "gatewayd/runtime/blocking_executor.h"
#include "gatewayd/runtime/shard.h"
#include "gatewayd/runtime/task.h"

// The only two ways to cross threads. Both run a plain function elsewhere and post its result home; nothing is shared
// but one heap state, so a caller that is cancelled meanwhile simply never looks at it. Never co_await co_spawn onto
// another context instead: with Asio 1.26 a cancel that meets the completion is a use after free.
namespace ag::runtime {

// Where a coroutine waits for another thread. The coroutine's handler stays in a timer of its own context, so no other
// thread ever owns a part of it: whatever order contexts and executors end in, nothing dangles.
class Rendezvous : public std::enable_shared_from_this<Rendezvous> {
 public:
  explicit Rendezvous(Executor home) : home_(home) {}

  // By any thread, any number of times: wakes the waiter, unless it is gone.
  void Arrive();
  // On `home`: true after Arrive, false at `deadline` or when the coroutine is cancelled. `self` keeps the state alive.
  static Task<bool> Wait(std::shared_ptr<Rendezvous> self, std::chrono::steady_clock::time_point deadline);

 private:
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  class Waiter;

  const Executor home_;
  // The one lock of the crossing: it is held for the few instructions that post home, so that home cannot end
  // meanwhile (docs/adr/0006).
  std::mutex mutex_;
  bool waiting_ ABSL_GUARDED_BY(mutex_) = false;
  bool arrived_ ABSL_GUARDED_BY(mutex_) = false;
  Timer* timer_ = nullptr;  // of the waiter; on home's thread only
};

namespace internal {

struct Nothing {};

template <typename Result>
struct Crossing : Rendezvous {
  using Rendezvous::Rendezvous;
  using Stored = std::conditional_t<std::is_void_v<Result>, Nothing, Result>;
  std::optional<Stored> result;  // written before Arrive, read after it

  template <typename Fn>
  void Run(Fn& fn) {
    if constexpr (std::is_void_v<Result>) {
      fn();
      result.emplace();
    } else {
      result.emplace(fn());
    }
    Arrive();
  }
};

template <typename Result, typename Fn>
struct CrossingWork {
  std::shared_ptr<Crossing<Result>> crossing;  // shared: caller and worker, whichever ends last
  std::shared_ptr<Fn> fn;                      // shared: std::function needs a copyable callable
  void operator()() const { crossing->Run(*fn); }
};

template <typename Result>
Task<Result> Await(std::shared_ptr<Crossing<Result>> crossing) {
  const bool arrived = co_await Rendezvous::Wait(crossing, std::chrono::steady_clock::time_point::max());
  // As Asio's own operations do it: a cancelled coroutine unwinds.
  if (!arrived) throw boost::system::system_error(boost::asio::error::operation_aborted);
  if constexpr (!std::is_void_v<Result>) co_return std::move(*crossing->result);
}

}  // namespace internal

// Runs `fn()` on `shard` and returns its value here. `fn` must own what it uses. If `shard` has ended, the caller waits
// until it is cancelled: shut down callers before those that they call.
template <typename Fn, typename Result = std::invoke_result_t<Fn>>
Task<Result> CallOn(Shard& shard, Fn fn) {
  const Executor home = co_await boost::asio::this_coro::executor;
  auto crossing = std::make_shared<internal::Crossing<Result>>(home);
  auto kept = std::make_shared<Fn>(std::move(fn));
  internal::CrossingWork<Result, Fn> work{crossing, std::move(kept)};
  shard.Post(std::move(work));
  auto pending = internal::Await<Result>(std::move(crossing));
  if constexpr (std::is_void_v<Result>) {
    co_await std::move(pending);
  } else {
    Result result = co_await std::move(pending);
    co_return result;
  }
}

// Runs `fn()` on a blocking thread and returns its value here. `fn` must own what it uses.
template <typename Fn, typename Result = std::invoke_result_t<Fn>>
Task<Result> OnBlocking(BlockingExecutor& executor, Fn fn) {
  const Executor home = co_await boost::asio::this_coro::executor;
  auto crossing = std::make_shared<internal::Crossing<Result>>(home);
  auto kept = std::make_shared<Fn>(std::move(fn));
  internal::CrossingWork<Result, Fn> work{crossing, std::move(kept)};
  executor.Post(std::move(work));
  auto pending = internal::Await<Result>(std::move(crossing));
  if constexpr (std::is_void_v<Result>) {
    co_await std::move(pending);
  } else {
    Result result = co_await std::move(pending);
    co_return result;
  }
}

}  // namespace ag::runtime
