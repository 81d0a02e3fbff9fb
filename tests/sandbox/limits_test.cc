#include "gatewayd/sandbox/limits.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/support/fake_clock.h"

namespace ag::sandbox {
namespace {

std::string Find(const LimitTeller::Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return "";
}

TEST(LimitTeller, TellsOpenAisLimitsWithTheWaitUntilTheyAreFull) {
  test::FakeClock clock;
  LimitTeller teller;
  const auto first = teller.Spend(Family::kOpenAi, 100'000, clock.Now());
  EXPECT_EQ(Find(first, "x-ratelimit-limit-requests"), "2000");
  EXPECT_EQ(Find(first, "x-ratelimit-remaining-requests"), "1999");
  EXPECT_EQ(Find(first, "x-ratelimit-reset-requests"), "43.2s");
  EXPECT_EQ(Find(first, "x-ratelimit-remaining-tokens"), "100000");
  EXPECT_EQ(Find(first, "x-ratelimit-reset-tokens"), "30s");
  clock.Advance(std::chrono::seconds(15));
  const auto second = teller.Spend(Family::kOpenAi, 1, clock.Now());
  EXPECT_EQ(Find(second, "x-ratelimit-remaining-tokens"), "149999") << "a half has come back";
}

TEST(LimitTeller, TellsAnthropicsLimitsWithTheTimeWhenTheyAreFull) {
  test::FakeClock clock;
  LimitTeller teller;
  const auto told = teller.Spend(Family::kAnthropic, 200'000, clock.Now());
  EXPECT_EQ(Find(told, "anthropic-ratelimit-requests-remaining"), "999");
  EXPECT_EQ(Find(told, "anthropic-ratelimit-tokens-limit"), "400000");
  EXPECT_EQ(Find(told, "anthropic-ratelimit-tokens-reset"), "2026-11-01T00:00:30Z");
}

TEST(LimitTeller, NeverRunsDry) {
  test::FakeClock clock;
  LimitTeller teller;
  for (int i = 0; i < 5'000; ++i) teller.Spend(Family::kOpenAi, 1'000'000, clock.Now());
  const auto told = teller.Spend(Family::kOpenAi, 1, clock.Now());
  EXPECT_EQ(Find(told, "x-ratelimit-remaining-requests"), "400");
  EXPECT_EQ(Find(told, "x-ratelimit-remaining-tokens"), "40000");
}

TEST(LimitTeller, TellsNothingWhereGeminiTellsNothing) {
  EXPECT_TRUE(LimitTeller().Spend(Family::kGemini, 1, test::FakeClock().Now()).empty());
}

}  // namespace
}  // namespace ag::sandbox
