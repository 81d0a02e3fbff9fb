#include "gatewayd/telemetry/spsc_ring.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <thread>

namespace ag::telemetry {
namespace {

using Payload = std::unique_ptr<std::uint64_t>;

TEST(SpscRing, GivesBackInOrderAndRefusesWhenFull) {
  SpscRing<Payload, 4> ring;
  EXPECT_FALSE(ring.TryPop().has_value());
  for (std::uint64_t round = 0; round < 5; ++round) {
    for (std::uint64_t i = 0; i < 4; ++i) {
      auto value = std::make_unique<std::uint64_t>(round * 4 + i);
      ASSERT_TRUE(ring.TryPush(value));
    }
    auto extra = std::make_unique<std::uint64_t>(99);
    EXPECT_FALSE(ring.TryPush(extra));
    EXPECT_NE(extra, nullptr);  // still the caller's
    for (std::uint64_t i = 0; i < 4; ++i) EXPECT_EQ(**ring.TryPop(), round * 4 + i);
    EXPECT_FALSE(ring.TryPop().has_value());
  }
}

TEST(SpscRing, LosesAndDoublesNothingBetweenTwoThreads) {
  constexpr std::uint64_t kItems = 200'000;
  SpscRing<Payload, 64> ring;
  std::thread producer([&ring] {
    for (std::uint64_t i = 0; i < kItems; ++i) {
      auto value = std::make_unique<std::uint64_t>(i);
      while (!ring.TryPush(value)) std::this_thread::yield();
    }
  });
  std::uint64_t expected = 0;
  std::uint64_t wrong = 0;
  while (expected < kItems) {
    const auto value = ring.TryPop();
    if (!value) {
      std::this_thread::yield();
      continue;
    }
    wrong += **value == expected ? 0U : 1U;
    ++expected;
  }
  producer.join();
  EXPECT_EQ(wrong, 0U);
  EXPECT_FALSE(ring.TryPop().has_value());
}

}  // namespace
}  // namespace ag::telemetry
