#include "gatewayd/runtime/timing_wheel.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace ag::runtime {
namespace {

constexpr SteadyTime::duration kTickLength = TimingWheel::kTick;
// Far beyond any wait, and far from overflowing a time point.
constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24 * 365 * 50);
// While a slot is worked off, its deadlines are in this extra list.
constexpr std::size_t kPending = TimingWheel::kSlots;

}  // namespace

Deadline::Deadline(TimingWheel& wheel, std::function<void()> on_expiry)
    : wheel_(wheel), on_expiry_(std::move(on_expiry)) {}

void Deadline::Arm(std::chrono::milliseconds after) {
  Disarm();
  wheel_.Insert(*this, after);
}

void Deadline::Disarm() {
  if (armed_) wheel_.Remove(*this);
}

TimingWheel::TimingWheel(boost::asio::io_context& context, const Clock& clock)
    : clock_(clock), timer_(context), slots_(kSlots + 1, nullptr), cursor_time_(clock.Steady()) {}

TimingWheel::~TimingWheel() {
  // Frames that die with the context may still hold deadlines; those must not touch us any more.
  for (Deadline* first : slots_) {
    for (Deadline* deadline = first; deadline != nullptr; deadline = deadline->next_) deadline->armed_ = false;
  }
}

void TimingWheel::Link(Deadline& deadline, std::size_t slot) {
  deadline.slot_ = slot;
  deadline.previous_ = nullptr;
  deadline.next_ = slots_[slot];
  if (deadline.next_ != nullptr) deadline.next_->previous_ = &deadline;
  slots_[slot] = &deadline;
}

void TimingWheel::Unlink(Deadline& deadline) {
  if (deadline.previous_ != nullptr) {
    deadline.previous_->next_ = deadline.next_;
  } else {
    slots_[deadline.slot_] = deadline.next_;
  }
  if (deadline.next_ != nullptr) deadline.next_->previous_ = deadline.previous_;
}

void TimingWheel::Insert(Deadline& deadline, std::chrono::milliseconds after) {
  const SteadyTime now = clock_.Steady();
  if (armed_count_ == 0) cursor_time_ = now;  // nobody depends on where the cursor stood
  deadline.due_ = now + std::clamp(after, std::chrono::milliseconds(0), kLongest);
  const auto ticks = (deadline.due_ - cursor_time_ + kTickLength - SteadyTime::duration(1)) / kTickLength;
  const auto distance = static_cast<std::size_t>(std::max<std::int64_t>(ticks, 1));
  Link(deadline, (cursor_ + distance) % kSlots);
  deadline.armed_ = true;
  ++armed_count_;
  Schedule();
}

void TimingWheel::Remove(Deadline& deadline) {
  Unlink(deadline);
  deadline.armed_ = false;
  --armed_count_;
}

void TimingWheel::Advance() {
  if (stopped_) return;
  const SteadyTime now = clock_.Steady();
  auto steps = now > cursor_time_ ? (now - cursor_time_) / kTickLength : 0;
  if (steps > static_cast<std::int64_t>(kSlots)) {
    // After a long pause one turn visits every slot.
    const auto skipped = steps - static_cast<std::int64_t>(kSlots);
    cursor_time_ += skipped * kTickLength;
    cursor_ = (cursor_ + static_cast<std::size_t>(skipped)) % kSlots;
    steps = static_cast<std::int64_t>(kSlots);
  }
  // A callback that arms the only deadline moves the cursor's time to `now`: then nothing is left to catch up with.
  for (; steps > 0 && cursor_time_ + kTickLength <= now && !stopped_; --steps) {
    cursor_time_ += kTickLength;
    cursor_ = (cursor_ + 1) % kSlots;
    FireSlot();
  }
}

// Callbacks may arm, disarm and destroy any deadline, also their own: the list is taken one by one.
void TimingWheel::FireSlot() {
  const std::size_t slot = cursor_;
  const SteadyTime time = cursor_time_;
  while (slots_[slot] != nullptr) {
    Deadline& deadline = *slots_[slot];
    Unlink(deadline);
    Link(deadline, kPending);
  }
  while (slots_[kPending] != nullptr) {
    Deadline& deadline = *slots_[kPending];
    if (deadline.due_ > time) {
      Unlink(deadline);
      Link(deadline, slot);  // due in a later turn
      continue;
    }
    Remove(deadline);
    const auto callback = deadline.on_expiry_;  // a copy: the callback may destroy the deadline
    callback();
  }
}

void TimingWheel::Stop() {
  stopped_ = true;
  timer_.cancel();
}

void TimingWheel::Schedule() {
  if (ticking_ || stopped_ || armed_count_ == 0) return;
  ticking_ = true;
  timer_.expires_after(kTick);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;  // cancelled: the wheel may be gone
    ticking_ = false;
    Advance();
    Schedule();
  });
}

}  // namespace ag::runtime
