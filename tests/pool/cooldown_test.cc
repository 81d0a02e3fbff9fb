#include "gatewayd/pool/cooldown.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <string>
#include <thread>

#include "tests/support/fake_clock.h"

namespace ag::pool {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using State = CooldownStatus::State;

ErrorDetail Error(ErrorKind kind, ErrorScope scope, std::optional<milliseconds> hint = std::nullopt) {
  ErrorDetail error;
  error.kind = kind;
  error.scope = scope;
  error.retry_after = hint;
  return error;
}
ErrorDetail RateLimit(ErrorScope scope = ErrorScope::kModel, std::optional<milliseconds> hint = std::nullopt) {
  return Error(ErrorKind::kRateMinute, scope, hint);
}

// Draws the least each time.
class LeastRandom final : public RandomSource {
 public:
  std::uint64_t Next() override { return 0; }
};

struct Range {
  milliseconds shortest;
  milliseconds longest;
};
Range LengthsOf(ErrorKind kind, int failures, RandomSource& random) {
  Range lengths{hours(24), milliseconds(0)};
  for (int i = 0; i < 2000; ++i) {
    const milliseconds length = CooldownFor(Error(kind, ErrorScope::kModel), failures, random);
    lengths = {std::min(lengths.shortest, length), std::max(lengths.longest, length)};
  }
  return lengths;
}
// The lengths are spread between the two, and reach near both.
void ExpectSpread(const Range& lengths, milliseconds low, milliseconds high) {
  EXPECT_GE(lengths.shortest, low);
  EXPECT_LE(lengths.shortest, low + (high - low) / 10);
  EXPECT_LE(lengths.longest, high);
  EXPECT_GE(lengths.longest, high - (high - low) / 10);
}

class CooldownBoardTest : public testing::Test {
 protected:
  bool Fail(std::string_view model, const ErrorDetail& error) {
    return board_.OnFailure(model, error, clock_.Now(), random_).has_value();
  }
  State StateOf(std::string_view model) { return board_.Check(model, clock_.Now()).state; }

  test::FakeClock clock_;
  FastRandom random_{7};
  CooldownBoard board_;
};

TEST(CooldownFor, DoublesRateLimitsToAMinuteWithFullJitter) {
  FastRandom random(1);
  for (const auto& [failures, bound] : {std::pair{1, 1}, {2, 2}, {3, 4}, {6, 32}, {7, 60}, {60, 60}}) {
    SCOPED_TRACE(failures);
    ExpectSpread(LengthsOf(ErrorKind::kRateMinute, failures, random), milliseconds(1), seconds(bound));
  }
}

TEST(CooldownFor, DoublesQuotaFromFiveMinutesToSixHoursWithJitter) {
  FastRandom random(3);
  for (const ErrorKind kind : {ErrorKind::kQuotaDay, ErrorKind::kBilling}) {
    ExpectSpread(LengthsOf(kind, 1, random), minutes(1), minutes(5));
    ExpectSpread(LengthsOf(kind, 3, random), minutes(1), minutes(20));
    ExpectSpread(LengthsOf(kind, 63, random), minutes(1), hours(6));
  }
}

TEST(CooldownFor, KeepsCapacityFailuresShortHoweverManyTheyAre) {
  FastRandom random(2);
  for (const ErrorKind kind : {ErrorKind::kOverloaded, ErrorKind::kUpstreamServer}) {
    for (int failures : {1, 10, 60}) {
      for (int i = 0; i < 200; ++i) {
        const milliseconds length = CooldownFor(Error(kind, ErrorScope::kModel), failures, random);
        EXPECT_GE(length, seconds(1));
        EXPECT_LE(length, seconds(5));
      }
    }
  }
}

TEST(CooldownFor, DoublesNetworkFailuresToHalfAMinuteWithFullJitter) {
  FastRandom random(4);
  ExpectSpread(LengthsOf(ErrorKind::kConnect, 1, random), milliseconds(1), seconds(1));
  ExpectSpread(LengthsOf(ErrorKind::kTls, 4, random), milliseconds(1), seconds(8));
  ExpectSpread(LengthsOf(ErrorKind::kDns, 40, random), milliseconds(1), seconds(30));
}

TEST(CooldownFor, FollowsHintsButCapsThemAtSixHours) {
  LeastRandom random;
  EXPECT_EQ(CooldownFor(RateLimit(ErrorScope::kModel, seconds(17)), 9, random), seconds(17));
  EXPECT_EQ(CooldownFor(RateLimit(ErrorScope::kModel, hours(156)), 1, random), hours(6));
  EXPECT_EQ(CooldownFor(RateLimit(ErrorScope::kModel, milliseconds::max()), 1, random), hours(6));
  EXPECT_GT(CooldownFor(RateLimit(ErrorScope::kModel, milliseconds(0)), 1, random), milliseconds(0));
}

TEST(CooldownFor, DoublesRefusalsFromFiveSecondsToSixHours) {
  LeastRandom random;
  for (const ErrorKind kind : {ErrorKind::kAccountAuth, ErrorKind::kAccountForbidden}) {
    EXPECT_EQ(CooldownFor(Error(kind, ErrorScope::kAccount), 1, random), seconds(5));
    EXPECT_EQ(CooldownFor(Error(kind, ErrorScope::kAccount), 3, random), seconds(20));
    EXPECT_EQ(CooldownFor(Error(kind, ErrorScope::kAccount), 63, random), hours(6));
  }
}

TEST(CooldownFor, DoesNotCoolForRequests) {
  FastRandom random(3);
  for (const ErrorKind kind : {ErrorKind::kInvalidRequest, ErrorKind::kContentFilter, ErrorKind::kClientLeft}) {
    EXPECT_EQ(CooldownFor(Error(kind, ErrorScope::kAccount, seconds(9)), 1, random), milliseconds(0));
  }
}

TEST_F(CooldownBoardTest, CoolsOneModelAndNotTheOthers) {
  EXPECT_TRUE(Fail("opus", RateLimit(ErrorScope::kModel, seconds(30))));
  const CooldownStatus status = board_.Check("opus", clock_.Now());
  EXPECT_EQ(status.state, State::kCooling);
  EXPECT_EQ(status.until, clock_.Now() + seconds(30));
  EXPECT_EQ(status.cause, ErrorKind::kRateMinute);
  EXPECT_TRUE(status.provider_hint);
  const auto list = board_.List(clock_.Now());
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].model, "opus");
  EXPECT_EQ(StateOf("haiku"), State::kReady);
}

TEST_F(CooldownBoardTest, CoolsAllModelsForTheAccount) {
  Fail("opus", Error(ErrorKind::kBilling, ErrorScope::kAccount));
  EXPECT_EQ(StateOf("haiku"), State::kCooling);
  const auto list = board_.List(clock_.Now());
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].model, "");
}

TEST_F(CooldownBoardTest, ChecksTheWorseOfAccountAndModel) {
  Fail("opus", RateLimit(ErrorScope::kAccount, seconds(10)));
  Fail("opus", RateLimit(ErrorScope::kModel, seconds(60)));
  EXPECT_EQ(board_.Check("opus", clock_.Now()).until, clock_.Now() + seconds(60));
  clock_.Advance(seconds(20));
  EXPECT_EQ(StateOf("opus"), State::kCooling);
  EXPECT_EQ(StateOf("haiku"), State::kHalfOpen);
}

TEST_F(CooldownBoardTest, ThreeFailuresOfTheProviderInARowPauseTheAccount) {
  const auto overloaded = Error(ErrorKind::kOverloaded, ErrorScope::kProvider);
  EXPECT_FALSE(Fail("opus", overloaded));
  EXPECT_FALSE(Fail("haiku", overloaded));
  board_.OnSuccess("opus", clock_.Now());
  EXPECT_FALSE(Fail("opus", overloaded));
  EXPECT_FALSE(Fail("opus", Error(ErrorKind::kUpstreamServer, ErrorScope::kProvider)));
  EXPECT_TRUE(board_.List(clock_.Now()).empty());
  EXPECT_TRUE(board_.TryEnter("opus", clock_.Now()));
  EXPECT_EQ(StateOf("opus"), State::kReady);
  EXPECT_TRUE(Fail("opus", overloaded));
  EXPECT_EQ(StateOf("haiku"), State::kCooling);
  clock_.Advance(seconds(6));
  ASSERT_TRUE(board_.TryEnter("opus", clock_.Now()));
  EXPECT_TRUE(Fail("opus", overloaded)) << "a probe that fails needs no second and third";
}

TEST_F(CooldownBoardTest, IgnoresFailuresOfRequests) {
  EXPECT_FALSE(Fail("opus", Error(ErrorKind::kUpstreamServer, ErrorScope::kRequest)));
  EXPECT_FALSE(Fail("opus", Error(ErrorKind::kAccountAuth, ErrorScope::kAccount)));
  EXPECT_EQ(StateOf("opus"), State::kReady);
  EXPECT_TRUE(board_.List(clock_.Now()).empty());
}

TEST_F(CooldownBoardTest, CombinesDeadlinesByMaximum) {
  Fail("opus", RateLimit(ErrorScope::kModel, seconds(60)));
  EXPECT_FALSE(Fail("opus", RateLimit(ErrorScope::kModel, seconds(5))));
  EXPECT_FALSE(Fail("opus", Error(ErrorKind::kUpstreamServer, ErrorScope::kModel)));
  EXPECT_EQ(board_.Check("opus", clock_.Now()).until, clock_.Now() + seconds(60));
  EXPECT_TRUE(Fail("opus", RateLimit(ErrorScope::kModel, seconds(90))));
  EXPECT_EQ(board_.Check("opus", clock_.Now()).until, clock_.Now() + seconds(90));
}

TEST_F(CooldownBoardTest, LetsOneRequestTryWhenTheDeadlineHasPassed) {
  Fail("opus", RateLimit(ErrorScope::kModel, seconds(10)));
  EXPECT_FALSE(board_.TryEnter("opus", clock_.Now()));
  clock_.Advance(seconds(10));
  EXPECT_EQ(StateOf("opus"), State::kHalfOpen);
  EXPECT_TRUE(board_.TryEnter("opus", clock_.Now()));
  EXPECT_EQ(StateOf("opus"), State::kHalfOpenTaken);
  EXPECT_FALSE(board_.TryEnter("opus", clock_.Now()));
  EXPECT_FALSE(board_.OnSuccess("opus").empty());
  EXPECT_EQ(StateOf("opus"), State::kReady);
  EXPECT_TRUE(board_.TryEnter("opus", clock_.Now()));
}

TEST_F(CooldownBoardTest, TellsEachChange) {
  const auto began = board_.OnFailure("opus", RateLimit(ErrorScope::kModel, seconds(10)), clock_.Now(), random_);
  ASSERT_TRUE(began);
  EXPECT_EQ(began->model, "opus");
  EXPECT_EQ(began->from, Condition::kReady);
  EXPECT_EQ(began->to, Condition::kCooling);
  EXPECT_EQ(began->signal, Signal::kRateLimited);
  EXPECT_EQ(began->until, clock_.Now() + seconds(10));
  clock_.Advance(seconds(10));
  const auto entry = board_.TryEnter("opus", clock_.Now());
  ASSERT_TRUE(entry.change);
  EXPECT_EQ(entry.change->model, "opus");
  EXPECT_EQ(entry.change->from, Condition::kHalfOpen);
  EXPECT_EQ(entry.change->to, Condition::kProbing);
  const auto ended = board_.OnSuccess("opus", clock_.Now());
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].model, "opus");
  EXPECT_EQ(ended[0].to, Condition::kReady);
  EXPECT_FALSE(board_.TryEnter("opus", clock_.Now()).change);
  EXPECT_TRUE(board_.OnSuccess("opus", clock_.Now()).empty());
}

TEST_F(CooldownBoardTest, OneRequestTriesFirstAfterARefusalThatMayBeOver) {
  board_.HalfOpen(ErrorKind::kAccountAuth, clock_.Now());
  EXPECT_EQ(board_.Check("opus", clock_.Now()).cause, ErrorKind::kAccountAuth);
  EXPECT_TRUE(board_.TryEnter("opus", clock_.Now()));
  EXPECT_FALSE(board_.TryEnter("haiku", clock_.Now()));
  board_.OnSuccess("opus", clock_.Now());
  EXPECT_TRUE(board_.TryEnter("haiku", clock_.Now()));
}

TEST_F(CooldownBoardTest, OneRequestTriesFirstAlsoAfterFailuresThatPausedNothing) {
  ErrorDetail failed = RateLimit(ErrorScope::kProvider, {});
  failed.kind = ErrorKind::kUpstreamServer;
  failed.retry_after.reset();
  Fail("opus", failed);
  ASSERT_EQ(StateOf("opus"), State::kReady) << "once may be chance";
  board_.HalfOpen(ErrorKind::kAccountAuth, clock_.Now());
  EXPECT_EQ(StateOf("opus"), State::kHalfOpen);
  EXPECT_TRUE(board_.TryEnter("opus", clock_.Now()));
  EXPECT_FALSE(board_.TryEnter("haiku", clock_.Now()));
}

TEST_F(CooldownBoardTest, ClearsOneModelOrAll) {
  for (const char* model : {"opus", "haiku", "sonnet"}) Fail(model, RateLimit(ErrorScope::kModel, seconds(10)));
  const auto one = board_.Clear("haiku");
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].model, "haiku");
  EXPECT_EQ(one[0].signal, Signal::kCleared);
  EXPECT_EQ(StateOf("opus"), State::kCooling);
  EXPECT_TRUE(board_.Clear("nothing-of-the-kind").empty());
  EXPECT_EQ(board_.Clear().size(), 2U);
  EXPECT_EQ(StateOf("opus"), State::kReady);
}

TEST_F(CooldownBoardTest, TakesNoPlaceOfTheModelWhenTheAccountRefuses) {
  Fail("opus", RateLimit(ErrorScope::kModel, seconds(10)));
  Fail("opus", RateLimit(ErrorScope::kAccount, seconds(20)));
  clock_.Advance(seconds(15));
  EXPECT_FALSE(board_.TryEnter("opus", clock_.Now()));
  clock_.Advance(seconds(5));
  EXPECT_TRUE(board_.TryEnter("opus", clock_.Now()));
}

TEST_F(CooldownBoardTest, ClimbsWhenTheProbeFailsAndNotWithinOneBurst) {
  const auto quota = Error(ErrorKind::kQuotaDay, ErrorScope::kAccount);
  const auto pause = [&] { return board_.Check("opus", clock_.Now()).until - clock_.Now(); };
  WallTime::duration probe_failed{};  // the longest of all rounds
  for (int round = 0; round < 200; ++round) {
    for (int i = 0; i < 50; ++i) Fail("opus", quota);
    EXPECT_LE(pause(), minutes(5));
    clock_.Advance(minutes(5));
    ASSERT_TRUE(board_.TryEnter("opus", clock_.Now()));
    EXPECT_TRUE(Fail("opus", quota));
    EXPECT_LE(pause(), minutes(10));
    probe_failed = std::max(probe_failed, pause());
    clock_.Advance(minutes(10));
    board_.OnSuccess("opus");
  }
  EXPECT_GT(probe_failed, minutes(9));
}

TEST_F(CooldownBoardTest, ServerErrorsDoNotClimbTheRateLadder) {
  const auto connect = Error(ErrorKind::kConnect, ErrorScope::kAccount);
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < 20; ++i) {
      Fail("opus", Error(ErrorKind::kUpstreamServer, ErrorScope::kAccount));
      clock_.Advance(seconds(6));
    }
    Fail("opus", connect);
    EXPECT_LE(board_.Check("opus", clock_.Now()).until, clock_.Now() + seconds(1));
    clock_.Advance(seconds(1));
    board_.OnSuccess("opus");
  }
}

TEST_F(CooldownBoardTest, SuccessOfAnOlderRequestClearsNothing) {
  const WallTime started = clock_.Now();
  clock_.Advance(seconds(1));
  Fail("opus", RateLimit(ErrorScope::kModel, seconds(60)));
  EXPECT_TRUE(board_.OnSuccess("opus", started).empty());
  EXPECT_EQ(StateOf("opus"), State::kCooling);
  EXPECT_FALSE(board_.OnSuccess("opus", clock_.Now()).empty());
  EXPECT_EQ(StateOf("opus"), State::kReady);
}

TEST_F(CooldownBoardTest, StreamsThatBreakOffPauseTheAccount) {
  const auto cut = Error(ErrorKind::kStreamCut, ErrorScope::kProvider);
  for (int i = 0; i < kStrikes; ++i) {
    board_.OnSuccess("opus", clock_.Now(), CooldownBoard::Served::kBegun);
    Fail("opus", cut);
  }
  EXPECT_EQ(StateOf("opus"), State::kCooling);
  clock_.Advance(seconds(2));
  ASSERT_TRUE(board_.TryEnter("opus", clock_.Now()));
  board_.OnSuccess("opus", clock_.Now(), CooldownBoard::Served::kBegun);
  for (int i = 0; i < 3 * kStrikes; ++i) {
    Fail("opus", cut);
    board_.OnSuccess("opus", clock_.Now());
    EXPECT_EQ(StateOf("opus"), State::kReady) << "a whole answer between them";
  }
}

TEST_F(CooldownBoardTest, SuccessClearsTheAccountToo) {
  Fail("opus", RateLimit(ErrorScope::kAccount, seconds(60)));
  EXPECT_FALSE(board_.OnSuccess("haiku").empty());
  EXPECT_EQ(StateOf("opus"), State::kReady);
}

TEST_F(CooldownBoardTest, ASuccessThatEndsTwoPausesTellsBoth) {
  Fail("opus", RateLimit(ErrorScope::kModel, seconds(60)));
  Fail("opus", RateLimit(ErrorScope::kAccount, seconds(60)));
  const auto ended = board_.OnSuccess("opus");
  ASSERT_EQ(ended.size(), 2U);
  EXPECT_EQ(ended[0].model, "");
  EXPECT_EQ(ended[1].model, "opus");
}

TEST_F(CooldownBoardTest, RecyclesTheLeastRecentlyUsedModel) {
  for (std::size_t i = 0; i < CooldownBoard::kMaxModels; ++i) {
    Fail("m" + std::to_string(i), RateLimit(ErrorScope::kModel, seconds(60)));
  }
  Fail("m0", RateLimit(ErrorScope::kModel, seconds(90)));  // used again: m1 is the oldest now
  Fail("new", RateLimit(ErrorScope::kModel, seconds(60)));
  EXPECT_EQ(StateOf("new"), State::kCooling);
  EXPECT_EQ(StateOf("m0"), State::kCooling);
  EXPECT_EQ(StateOf("m1"), State::kReady);
  EXPECT_EQ(StateOf("m2"), State::kCooling);
  EXPECT_EQ(board_.List(clock_.Now()).size(), CooldownBoard::kMaxModels);
}

TEST_F(CooldownBoardTest, ListsWhatIsNotReadyAndRestoresIt) {
  Fail("opus", RateLimit(ErrorScope::kModel, seconds(60)));
  Fail("haiku", RateLimit(ErrorScope::kModel, seconds(30)));
  Fail("haiku", Error(ErrorKind::kBilling, ErrorScope::kAccount));
  board_.OnSuccess("nothing-of-the-kind");
  Fail("haiku", Error(ErrorKind::kBilling, ErrorScope::kAccount));
  const auto list = board_.List(clock_.Now());
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0].model, "");
  CooldownBoard restored;
  for (const ListedCooldown& status : list) restored.Restore(status);
  for (const char* model : {"opus", "haiku", "other"}) {
    const CooldownStatus before = board_.Check(model, clock_.Now());
    const CooldownStatus after = restored.Check(model, clock_.Now());
    EXPECT_EQ(before.until, after.until) << model;
    EXPECT_EQ(before.cause, after.cause) << model;
    EXPECT_EQ(before.provider_hint, after.provider_hint) << model;
    EXPECT_EQ(before.failures, after.failures) << model;
  }
  restored.Clear();
  EXPECT_TRUE(restored.List(clock_.Now()).empty());
}

// Stored while the clock was a day ahead: no pause is that long.
TEST_F(CooldownBoardTest, APauseOfAClockThatWasAheadIsOver) {
  ListedCooldown stored;
  stored.state = CooldownStatus::State::kCooling;
  stored.until = clock_.Now() + hours(24);
  stored.cause = ErrorKind::kRateMinute;
  board_.Restore(stored);
  EXPECT_EQ(board_.Check("opus", clock_.Now()).state, CooldownStatus::State::kHalfOpen);
  EXPECT_TRUE(board_.TryEnter("opus", clock_.Now()));
}

TEST_F(CooldownBoardTest, APauseOfBeforeTheClockWasSetBackIsOver) {
  clock_.Advance(hours(3));
  Fail("m", RateLimit(ErrorScope::kModel, seconds(60)));
  clock_.Advance(-hours(3));
  EXPECT_EQ(StateOf("m"), State::kHalfOpen);
  EXPECT_TRUE(board_.TryEnter("m", clock_.Now()));
  EXPECT_FALSE(board_.TryEnter("m", clock_.Now())) << "one request tries it";
  board_.OnSuccess("m", clock_.Now());
  EXPECT_EQ(StateOf("m"), State::kReady);

  clock_.Advance(hours(3));
  Fail("m", RateLimit(ErrorScope::kModel, seconds(60)));
  clock_.Advance(-hours(3));
  Fail("m", RateLimit(ErrorScope::kModel, seconds(60)));
  EXPECT_EQ(StateOf("m"), State::kCooling) << "by today's clock";
  clock_.Advance(seconds(60));
  EXPECT_EQ(StateOf("m"), State::kHalfOpen);
}

TEST_F(CooldownBoardTest, EntersOneOfManyThreadsAtEachDeadline) {
  constexpr int kThreads = 8;
  for (int round = 0; round < 200; ++round) {
    Fail("opus", RateLimit(ErrorScope::kModel, hours(1)));
    clock_.Advance(hours(1));
    std::atomic<int> waiting{0};
    std::atomic<int> entered{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        ++waiting;
        while (waiting.load() < kThreads) std::this_thread::yield();
        if (board_.TryEnter("opus", clock_.Now())) ++entered;
      });
    }
    for (std::thread& thread : threads) thread.join();
    ASSERT_EQ(entered.load(), 1) << round;
  }
}

// For TSan, and for what must hold whatever the order: cells never show a state that nobody wrote.
TEST_F(CooldownBoardTest, SurvivesAllCallsFromManyThreads) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 4000;
  std::atomic<int> strange{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      FastRandom random(static_cast<std::uint64_t>(t) + 1);
      for (int i = 0; i < kRounds; ++i) {
        const std::string model = "m" + std::to_string(random.Next() % (CooldownBoard::kMaxModels + 20));
        const WallTime now = clock_.Now() + seconds(i / 100);
        switch (random.Next() % 8) {
          case 0:
          case 1:
            board_.OnFailure(model, RateLimit(ErrorScope::kModel, seconds(1 + random.Next() % 9)), now, random);
            break;
          case 2:
            board_.OnFailure(model, RateLimit(ErrorScope::kAccount, milliseconds(50)), now, random);
            break;
          case 3:
            board_.OnSuccess(model, now);
            break;
          case 4:
            board_.Leave(model, board_.TryEnter(model, now).ticket, now);
            break;
          case 5:
            for (const auto& status : board_.List(now)) {
              if (status.cause != ErrorKind::kRateMinute || !status.provider_hint) ++strange;
            }
            break;
          default: {
            const CooldownStatus status = board_.Check(model, now);
            if (status.state != State::kReady && status.cause != ErrorKind::kRateMinute) ++strange;
            if (status.until > now + seconds(60)) ++strange;
          }
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(strange.load(), 0);
  board_.Clear();
  EXPECT_TRUE(board_.List(clock_.Now()).empty());
}

}  // namespace
}  // namespace ag::pool
