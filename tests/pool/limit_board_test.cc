#include "gatewayd/pool/limit_board.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "tests/support/fake_clock.h"

namespace ag::pool {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class LimitBoardTest : public testing::Test {
 protected:
  void Note(LimitKind kind, std::int64_t limit, std::int64_t remaining, seconds until_full,
            std::string_view model = "m") {
    LimitSample sample;
    sample[static_cast<std::size_t>(kind)] = {limit, remaining, clock_.Now() + until_full};
    board_.Note(model, sample, clock_.Now());
  }
  std::optional<WallTime> Until(int reserve = 0, std::string_view model = "m") const {
    return board_.ReachedUntil(model, reserve, clock_.Now());
  }

  test::FakeClock clock_;
  LimitBoard board_;
};

TEST_F(LimitBoardTest, KnowsNothingUntilAReplyTells) {
  EXPECT_EQ(Until(), std::nullopt);
  EXPECT_EQ(board_.Headroom("m", clock_.Now()), 1);
  board_.Note("m", {}, clock_.Now());
  EXPECT_TRUE(board_.List(clock_.Now()).empty());
}

TEST_F(LimitBoardTest, ReturnsAsSoonAsOneRequestFits) {
  Note(LimitKind::kRequests, 60, 0, seconds(60));
  EXPECT_EQ(Until(), clock_.Now() + seconds(1)) << "it refills one a second";
  EXPECT_EQ(Until(0, "other"), std::nullopt);
  clock_.Advance(milliseconds(999));
  EXPECT_EQ(Until(), clock_.Now() + milliseconds(1));
  clock_.Advance(milliseconds(1));
  EXPECT_EQ(Until(), std::nullopt);
}

TEST_F(LimitBoardTest, CountsWhatIsUnderWay) {
  Note(LimitKind::kRequests, 60, 2, seconds(58));
  LimitBoard::Unanswered first = board_.Send("m");
  EXPECT_EQ(Until(), std::nullopt);
  LimitBoard::Unanswered second = board_.Send("m");
  EXPECT_EQ(Until(), clock_.Now() + seconds(1)) << "both that were left are taken";
  EXPECT_EQ(board_.Headroom("m", clock_.Now()), 0);
  first = std::move(second);
  EXPECT_EQ(Until(), std::nullopt) << "one is answered";
  first.Release();
  first.Release();
  EXPECT_EQ(board_.List(clock_.Now()).at(0).remaining, 2);
  const LimitBoard::Unanswered other = board_.Send("other");
  EXPECT_EQ(Until(), std::nullopt);
}

TEST_F(LimitBoardTest, LeavesTheReserveAlone) {
  Note(LimitKind::kTokens, 1000, 150, seconds(85));
  EXPECT_EQ(Until(10), std::nullopt);
  EXPECT_EQ(Until(20), clock_.Now() + milliseconds(5100)) << "51 tokens more, ten a second";
}

TEST_F(LimitBoardTest, TheScarcestLimitDecides) {
  Note(LimitKind::kRequests, 100, 50, seconds(30));
  Note(LimitKind::kInputTokens, 1000, 0, seconds(10));
  EXPECT_EQ(Until(), clock_.Now() + milliseconds(10));
  EXPECT_EQ(board_.Headroom("m", clock_.Now()), 0);
  clock_.Advance(seconds(10));
  EXPECT_NEAR(board_.Headroom("m", clock_.Now()), 2.0 / 3, 0.01);
  clock_.Advance(seconds(20));
  EXPECT_EQ(board_.Headroom("m", clock_.Now()), 1);
}

TEST_F(LimitBoardTest, WithoutALimitItIsBackWhenItIsFull) {
  LimitSample sample;
  sample[0] = {std::nullopt, 0, clock_.Now() + seconds(7)};
  board_.Note("m", sample, clock_.Now());
  EXPECT_EQ(Until(), clock_.Now() + seconds(7));
}

TEST_F(LimitBoardTest, ListsWhatIsNotFull) {
  Note(LimitKind::kRequests, 60, 30, seconds(30), "b");
  Note(LimitKind::kTokens, 1000, 100, seconds(9), "a");
  clock_.Advance(seconds(3));
  const auto list = board_.List(clock_.Now());
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].model, "a");
  EXPECT_EQ(list[0].kind, LimitKind::kTokens);
  EXPECT_EQ(list[0].limit, 1000);
  EXPECT_EQ(list[0].remaining, 400);
  EXPECT_EQ(list[0].reset, clock_.Now() + seconds(6));
  EXPECT_EQ(list[1].remaining, 33);
  clock_.Advance(seconds(6));
  EXPECT_EQ(board_.List(clock_.Now()).size(), 1U);
  EXPECT_EQ(board_.Clear({}, clock_.Now()), 0) << "none was reached";
  EXPECT_TRUE(board_.List(clock_.Now()).empty());
}

TEST_F(LimitBoardTest, ClearsOneModelOrAll) {
  for (const char* model : {"a", "b", "c"}) Note(LimitKind::kRequests, 10, 0, seconds(60), model);
  EXPECT_EQ(board_.Clear("a", clock_.Now()), 1);
  EXPECT_EQ(Until(0, "a"), std::nullopt);
  EXPECT_NE(Until(0, "b"), std::nullopt);
  EXPECT_EQ(board_.Clear({}, clock_.Now()), 2);
  EXPECT_EQ(Until(0, "b"), std::nullopt);
}

TEST_F(LimitBoardTest, HoldsNobodyForLongerThanAnyPause) {
  LimitSample sample;  // without a limit it is not known how it grows
  sample[0] = {std::nullopt, 0, clock_.Now() + std::chrono::hours(24 * 30)};
  board_.Note("m", sample, clock_.Now());
  EXPECT_EQ(Until(), clock_.Now() + std::chrono::hours(6));
  clock_.Advance(std::chrono::hours(6));
  EXPECT_EQ(Until(), std::nullopt) << "one request may see whether it is still so";
}

TEST_F(LimitBoardTest, ForgetsWhatAClockSaidThatWasAhead) {
  const WallTime ahead = clock_.Now() + std::chrono::hours(3);
  LimitSample sample;
  sample[0] = {10, 0, ahead + seconds(60)};
  board_.Note("m", sample, ahead);
  EXPECT_EQ(Until(), std::nullopt);
  EXPECT_EQ(board_.Headroom("m", clock_.Now()), 1);
}

TEST_F(LimitBoardTest, KeepsAFixedNumberOfModels) {
  for (std::size_t i = 0; i < 2 * LimitBoard::kMaxModels; ++i) {
    Note(LimitKind::kRequests, 10, 0, seconds(10), "m" + std::to_string(i));
  }
  EXPECT_EQ(board_.List(clock_.Now()).size(), LimitBoard::kMaxModels);
}

TEST_F(LimitBoardTest, TakesModelsFromSeveralThreads) {
  const auto note = [this](int first) {
    for (int i = first; i < first + 8; ++i) Note(LimitKind::kRequests, 10, 0, seconds(10), "m" + std::to_string(i));
  };
  std::thread one(note, 0);
  std::thread two(note, 4);
  one.join();
  two.join();
  EXPECT_EQ(board_.List(clock_.Now()).size(), 12U);
}

}  // namespace
}  // namespace ag::pool
