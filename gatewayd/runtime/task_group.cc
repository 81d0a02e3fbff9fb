#include "gatewayd/runtime/task_group.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <utility>

#include "gatewayd/base/log.h"
#include "gatewayd/base/status_macros.h"

namespace ag::runtime {
namespace {

void LogException(const std::exception_ptr& failure) {
  if (failure == nullptr) return;
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& error) {
    if (error.code() == boost::asio::error::operation_aborted) return;  // CancelAll
    Log(LogLevel::kError, "an exception left a task: ", error.what());
  } catch (const std::exception& error) {
    Log(LogLevel::kError, "an exception left a task: ", error.what());
  } catch (...) {
    Log(LogLevel::kError, "an exception of unknown type left a task");
  }
}

}  // namespace

TaskGroup::~TaskGroup() { AG_CHECK(running_ == 0); }

void TaskGroup::Spawn(Task<void> task) {
  ++running_;
  signals_.emplace_front();
  const auto signal = signals_.begin();
  auto on_end = [this, signal](const std::exception_ptr& failure) {
    LogException(failure);
    signals_.erase(signal);
    --running_;
    if (running_ == 0 && on_empty_ != nullptr) std::exchange(on_empty_, nullptr)();
  };
  boost::asio::co_spawn(executor_, std::move(task),
                        boost::asio::bind_cancellation_slot(signal->slot(), std::move(on_end)));
}

void TaskGroup::CancelAll() {
  // Asio completes cancelled operations by posting, so no signal leaves the list while we walk it.
  for (auto& signal : signals_) signal.emit(boost::asio::cancellation_type::terminal);
}

void TaskGroup::OnEmpty(std::function<void()> callback) {
  if (running_ == 0) {
    callback();
    return;
  }
  on_empty_ = std::move(callback);
}

}  // namespace ag::runtime
