#include "gatewayd/runtime/timing_wheel.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>

#include "tests/support/fake_clock.h"

namespace ag::runtime {
namespace {

using std::chrono::milliseconds;

class TimingWheelTest : public ::testing::Test {
 protected:
  void Pass(milliseconds time) {
    clock_.Advance(time);
    wheel_.Advance();
  }
  test::FakeClock clock_;
  boost::asio::io_context context_;
  TimingWheel wheel_{context_, clock_};
};

TEST_F(TimingWheelTest, FiresAtTheDeadlineOrOneTickLater) {
  int fired = 0;
  Deadline deadline(wheel_, [&] { ++fired; });
  deadline.Arm(milliseconds(1000));
  Pass(milliseconds(999));
  EXPECT_EQ(fired, 0);
  Pass(milliseconds(1) + TimingWheel::kTick);
  EXPECT_EQ(fired, 1);
  EXPECT_FALSE(deadline.armed());
  Pass(milliseconds(100'000));
  EXPECT_EQ(fired, 1);
}

TEST_F(TimingWheelTest, HoldsDelaysOfAnyLength) {
  int fired = 0;
  Deadline deadline(wheel_, [&] { ++fired; });
  const milliseconds long_time((1LL << 31) + 12'345);
  deadline.Arm(long_time);
  Pass(milliseconds(1LL << 31));
  EXPECT_EQ(fired, 0);
  Pass(milliseconds(12'344));
  EXPECT_EQ(fired, 0);
  Pass(milliseconds(1) + TimingWheel::kTick);
  EXPECT_EQ(fired, 1);
  deadline.Arm(milliseconds::max());
  Pass(milliseconds(1LL << 40));
  EXPECT_EQ(fired, 1);
  EXPECT_TRUE(deadline.armed());
}

TEST_F(TimingWheelTest, WhatIsArmedAfterALongPauseKeepsItsTime) {
  int fired = 0;
  Deadline second(wheel_, [&] { ++fired; });
  Deadline first(wheel_, [&] { second.Arm(milliseconds(10'000)); });
  first.Arm(milliseconds(15'000));
  Pass(std::chrono::hours(24));  // the machine slept
  EXPECT_TRUE(second.armed());
  EXPECT_EQ(fired, 0);
  Pass(milliseconds(9'999));
  EXPECT_EQ(fired, 0);
  Pass(milliseconds(1) + TimingWheel::kTick);
  EXPECT_EQ(fired, 1);
}

TEST_F(TimingWheelTest, GoesRoundForDeadlinesBeyondOneTurn) {
  int fired = 0;
  Deadline deadline(wheel_, [&] { ++fired; });
  const auto turn = TimingWheel::kTick * static_cast<int>(TimingWheel::kSlots);
  deadline.Arm(turn * 3 + milliseconds(70));
  for (int i = 0; i < 3; ++i) {
    Pass(turn);
    ASSERT_EQ(fired, 0) << i;
  }
  Pass(milliseconds(200));
  EXPECT_EQ(fired, 1);
}

TEST_F(TimingWheelTest, RearmingReplacesAndDisarmingForgets) {
  int fired = 0;
  Deadline deadline(wheel_, [&] { ++fired; });
  deadline.Arm(milliseconds(100));
  deadline.Arm(milliseconds(10'000));
  Pass(milliseconds(5000));
  EXPECT_EQ(fired, 0);
  deadline.Disarm();
  EXPECT_EQ(wheel_.armed_count(), 0u);
  Pass(milliseconds(50'000));
  EXPECT_EQ(fired, 0);
}

TEST_F(TimingWheelTest, CallbacksMayDestroyAndArmDeadlines) {
  int fired = 0;
  std::unique_ptr<Deadline> neighbour;
  std::unique_ptr<Deadline> self;
  self = std::make_unique<Deadline>(wheel_, [&] {
    ++fired;
    neighbour.reset();
    self.reset();
  });
  neighbour = std::make_unique<Deadline>(wheel_, [&] {
    ++fired;
    self.reset();
    neighbour.reset();
  });
  Deadline again(wheel_, [&] {
    if (++fired < 10) again.Arm(milliseconds(0));
  });
  self->Arm(milliseconds(100));
  neighbour->Arm(milliseconds(100));
  again.Arm(milliseconds(100));
  for (int i = 0; i < 20; ++i) Pass(milliseconds(100));
  EXPECT_EQ(fired, 10);
  EXPECT_EQ(wheel_.armed_count(), 0u);
}

TEST_F(TimingWheelTest, FiresEachOfManyExactlyOnceInTime) {
  std::mt19937 random(3);
  struct Probe {
    std::unique_ptr<Deadline> deadline;
    milliseconds due{0};
    int fired = 0;
  };
  std::vector<Probe> probes(500);
  milliseconds now(0);
  for (auto& probe : probes) {
    probe.due = milliseconds(random() % 100'000);
    probe.deadline = std::make_unique<Deadline>(wheel_, [&probe, &now] {
      ++probe.fired;
      EXPECT_GE(now, probe.due);
    });
    probe.deadline->Arm(probe.due);
  }
  while (now < milliseconds(110'000)) {
    const milliseconds step(random() % 700);
    now += step;
    Pass(step);
    for (const auto& probe : probes) {
      if (now >= probe.due + TimingWheel::kTick) {
        ASSERT_EQ(probe.fired, 1);
      }
    }
  }
}

TEST_F(TimingWheelTest, TheTimerDrivesItAndStopsWhenNothingIsArmed) {
  int fired = 0;
  Deadline deadline(wheel_, [&] { ++fired; });
  deadline.Arm(milliseconds(1));
  clock_.Advance(milliseconds(500));
  context_.run();  // returns: an idle wheel keeps no context alive
  EXPECT_EQ(fired, 1);
}

TEST_F(TimingWheelTest, StopLetsTheContextEnd) {
  int fired = 0;
  Deadline deadline(wheel_, [&] { ++fired; });
  deadline.Arm(milliseconds(1'000'000));
  wheel_.Stop();
  context_.run();
  EXPECT_EQ(fired, 0);
}

}  // namespace
}  // namespace ag::runtime
