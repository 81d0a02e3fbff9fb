#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <cstddef>
#include <functional>
#include <list>

#include "gatewayd/runtime/task.h"

namespace ag::runtime {

// The coroutines of one owner on one context: spawned here, counted, cancelled together. Not thread-safe.
class TaskGroup {
 public:
  explicit TaskGroup(Executor executor) : executor_(executor) {}
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  ~TaskGroup();  // must be empty (AG_CHECK)

  // Runs `task`. An exception that leaves it is logged as a bug and ends that task only.
  void Spawn(Task<void> task);
  // Terminal cancellation of all that run.
  void CancelAll();
  std::size_t size() const { return running_; }
  // Called once, when the last task has ended (at once if none runs).
  void OnEmpty(std::function<void()> callback);

 private:
  Executor executor_;
  std::list<boost::asio::cancellation_signal> signals_;
  std::size_t running_ = 0;
  std::function<void()> on_empty_;
};

}  // namespace ag::runtime
