#include "gatewayd/runtime/call_on.h"

#include <boost/asio/redirect_error.hpp>

namespace ag::runtime {

// Lives in the waiting frame: when that dies, however it dies, the rendezvous stops posting to its context.
class Rendezvous::Waiter {
 public:
  explicit Waiter(Rendezvous& owner) : owner_(owner), timer_(owner.home_) {
    owner_.timer_ = &timer_;
    const std::lock_guard lock(owner_.mutex_);
    owner_.waiting_ = true;
    arrived_before_ = owner_.arrived_;
  }
  ~Waiter() {
    owner_.timer_ = nullptr;
    const std::lock_guard lock(owner_.mutex_);
    owner_.waiting_ = false;
  }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  Timer& timer() { return timer_; }
  bool arrived_before() const { return arrived_before_; }

 private:
  Rendezvous& owner_;
  Timer timer_;
  bool arrived_before_ = false;
};

void Rendezvous::Arrive() {
  const std::lock_guard lock(mutex_);
  arrived_ = true;
  if (!waiting_) return;
  auto self = shared_from_this();
  boost::asio::post(home_, [self] {
    if (self->timer_ != nullptr) self->timer_->cancel();
  });
}

Task<bool> Rendezvous::Wait(std::shared_ptr<Rendezvous> self, std::chrono::steady_clock::time_point deadline) {
  Waiter waiter(*self);
  if (waiter.arrived_before()) co_return true;
  waiter.timer().expires_at(deadline);
  boost::system::error_code ended;  // expired, or cancelled: by Arrive or by the coroutine's own cancellation
  co_await waiter.timer().async_wait(boost::asio::redirect_error(kUseTask, ended));
  const std::lock_guard lock(self->mutex_);
  co_return self->arrived_;
}

}  // namespace ag::runtime
