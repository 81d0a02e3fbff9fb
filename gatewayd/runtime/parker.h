#pragma once

#include <boost/asio/async_result.hpp>
#include <optional>
#include <utility>

#include "gatewayd/runtime/task.h"

namespace ag::runtime {

class Parker;

// The parkers of one shard. A parked coroutine is owned by its parker and usually owns the parker in turn, so whoever
// ends the context early has to break that ring.
class ParkingLot {
 public:
  ParkingLot() = default;
  ParkingLot(const ParkingLot&) = delete;
  ParkingLot& operator=(const ParkingLot&) = delete;
  ~ParkingLot();

  // Gives up every parked coroutine: its frames die with the context, it is never resumed. The context's thread must
  // have ended, the context itself must still exist.
  void AbandonAll();

 private:
  friend class Parker;
  Parker* first_ = nullptr;
};

// Where one coroutine waits until somebody on its own shard calls Resume: no operating system object, no timer, no
// allocation but the frame that Asio makes for every awaited operation. Not thread-safe.
class Parker {
 public:
  explicit Parker(ParkingLot& lot);
  ~Parker();
  Parker(const Parker&) = delete;
  Parker& operator=(const Parker&) = delete;

  // One coroutine at a time. The parker must outlive the wait.
  Task<void> Park() {
    auto keep = [this](Handler handler) { handler_.emplace(std::move(handler)); };
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<Executor>, void()>(std::move(keep), kUseTask);
  }
  bool parked() const { return handler_.has_value(); }
  // Runs the parked coroutine, inside this call, up to its next wait. The parker may be gone afterwards.
  void Resume() {
    Handler handler = std::move(*handler_);
    handler_.reset();
    std::move(handler)();
  }

 private:
  friend class ParkingLot;
  using Handler = typename boost::asio::async_result<boost::asio::use_awaitable_t<Executor>, void()>::handler_type;

  std::optional<Handler> handler_;
  ParkingLot* lot_;
  Parker* previous_ = nullptr;
  Parker* next_ = nullptr;
};

}  // namespace ag::runtime
