#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/runtime/task.h"

namespace ag::runtime {

class TimingWheel;

// One deadline, a member of whatever it guards. Arming and disarming are a list splice: no allocation, no system call.
// Fires at most once an arming, on its wheel's thread, at the deadline or up to one tick later.
class Deadline {
 public:
  Deadline(TimingWheel& wheel, std::function<void()> on_expiry);
  ~Deadline() { Disarm(); }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  void Arm(std::chrono::milliseconds after);  // re-arms when armed
  void Disarm();
  bool armed() const { return armed_; }

 private:
  friend class TimingWheel;
  TimingWheel& wheel_;
  std::function<void()> on_expiry_;
  Deadline* previous_ = nullptr;
  Deadline* next_ = nullptr;
  std::size_t slot_ = 0;
  SteadyTime due_{};
  bool armed_ = false;
};

// All deadlines of one io_context on one Asio timer that ticks only while something is armed. Not thread-safe: belongs
// to its context's thread. Delays of any length are right (a far deadline goes round the wheel again).
class TimingWheel {
 public:
  static constexpr std::chrono::milliseconds kTick{50};
  static constexpr std::size_t kSlots = 512;

  TimingWheel(boost::asio::io_context& context, const Clock& clock);
  ~TimingWheel();
  TimingWheel(const TimingWheel&) = delete;
  TimingWheel& operator=(const TimingWheel&) = delete;

  // Fires what is due at the clock's present time. The timer calls it; tests with a fake clock do too.
  void Advance();
  std::size_t armed_count() const { return armed_count_; }
  // Stops the timer so that the context can run out of work. Armed deadlines do not fire any more.
  void Stop();

 private:
  friend class Deadline;
  void Insert(Deadline& deadline, std::chrono::milliseconds after);
  void Remove(Deadline& deadline);
  void Schedule();
  void Link(Deadline& deadline, std::size_t slot);
  void Unlink(Deadline& deadline);
  void FireSlot();

  const Clock& clock_;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    Executor>
      timer_;
  std::vector<Deadline*> slots_;
  SteadyTime cursor_time_;
  std::size_t cursor_ = 0;
  std::size_t armed_count_ = 0;
  bool ticking_ = false;
  bool stopped_ = false;
};

}  // namespace ag::runtime
