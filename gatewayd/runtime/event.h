#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>

#include "gatewayd/runtime/task.h"

namespace ag::runtime {

// A flag that one coroutine of the same context can wait for. Not thread-safe.
class Event {
 public:
  explicit Event(Executor executor) : timer_(executor, Timer::time_point::max()) {}

  void Set() {
    set_ = true;
    timer_.cancel();
  }
  void Clear() { set_ = false; }
  bool is_set() const { return set_; }

  // Returns at once when the flag is set. Spurious wake-ups do not happen; cancellation ends the wait.
  Task<void> Wait() {
    while (!set_) {
      const auto result = co_await timer_.async_wait(boost::asio::as_tuple(kUseTask));
      const auto state = co_await boost::asio::this_coro::cancellation_state;
      if (std::get<0>(result) && state.cancelled() != boost::asio::cancellation_type::none) co_return;
    }
  }

 private:
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  Timer timer_;
  bool set_ = false;
};

}  // namespace ag::runtime
