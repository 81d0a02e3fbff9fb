#include <gtest/gtest.h>

#include <optional>
#include <string_view>

#include "gatewayd/pool/cooldown.h"
#include "tests/support/fake_clock.h"

namespace ag::pool {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using State = CooldownStatus::State;
using Ticket = HalfOpenTicket;

ErrorDetail Error(ErrorKind kind, ErrorScope scope, std::optional<milliseconds> hint = std::nullopt) {
  ErrorDetail error;
  error.kind = kind;
  error.scope = scope;
  error.retry_after = hint;
  return error;
}
ErrorDetail RateLimit(ErrorScope scope) { return Error(ErrorKind::kRateMinute, scope, seconds(10)); }
const ErrorDetail kAtFault = Error(ErrorKind::kInvalidRequest, ErrorScope::kRequest);

// The place of the one request that may try once a pause is over: who holds it, and who gives it back.
class HalfOpenPlaceTest : public testing::Test {
 protected:
  void Fail(std::string_view model, const ErrorDetail& error, const Ticket& ticket = Ticket()) {
    board_.OnFailure(model, error, clock_.Now(), random_, ticket);
  }
  // After a pause of `scope`, which is over, a request for the model has the place.
  Ticket Probe(std::string_view model, ErrorScope scope) {
    Fail(model, RateLimit(scope));
    clock_.Advance(seconds(10));
    return Enter(model);
  }
  Ticket Enter(std::string_view model) {
    const CooldownBoard::Entry entry = board_.TryEnter(model, clock_.Now());
    EXPECT_TRUE(entry);
    return entry.ticket;
  }
  State StateOf(std::string_view model) { return board_.Check(model, clock_.Now()).state; }

  test::FakeClock clock_;
  FastRandom random_{7};
  CooldownBoard board_;
};

TEST_F(HalfOpenPlaceTest, IsFreeAgainWhenItsRequestNeverReports) {
  Probe("opus", ErrorScope::kModel);
  clock_.Advance(CooldownBoard::kProbeLease - milliseconds(1));
  EXPECT_FALSE(board_.TryEnter("opus", clock_.Now()));
  clock_.Advance(milliseconds(1));
  EXPECT_TRUE(board_.TryEnter("opus", clock_.Now()));
}

TEST_F(HalfOpenPlaceTest, IsGivenBackByARequestAtFault) {
  Fail("opus", kAtFault, Probe("opus", ErrorScope::kModel));
  EXPECT_EQ(StateOf("opus"), State::kHalfOpen);
  board_.Leave("opus", Enter("opus"), clock_.Now());
  EXPECT_EQ(StateOf("opus"), State::kHalfOpen);
  Fail("opus", kAtFault, Probe("opus", ErrorScope::kAccount));
  EXPECT_EQ(StateOf("haiku"), State::kHalfOpen);
}

TEST_F(HalfOpenPlaceTest, IsNotGivenBackByAnotherModelsFailure) {
  const Ticket probe = Probe("opus", ErrorScope::kAccount);
  Fail("haiku", RateLimit(ErrorScope::kModel));
  EXPECT_EQ(StateOf("opus"), State::kHalfOpenTaken);
  Fail("opus", RateLimit(ErrorScope::kModel), probe);
  EXPECT_EQ(StateOf("sonnet"), State::kHalfOpen) << "its own failure, of the model alone, does";
}

TEST_F(HalfOpenPlaceTest, IsNotGivenBackByAnOlderRequest) {
  const Ticket older = Enter("opus");  // while all was well
  Probe("opus", ErrorScope::kModel);
  board_.Leave("opus", older, clock_.Now());
  EXPECT_EQ(StateOf("opus"), State::kHalfOpenTaken);
  Fail("opus", kAtFault, older);
  EXPECT_EQ(StateOf("opus"), State::kHalfOpenTaken);
  Fail("opus", Error(ErrorKind::kAccountAuth, ErrorScope::kAccount), older);
  EXPECT_EQ(StateOf("opus"), State::kHalfOpenTaken);
}

TEST_F(HalfOpenPlaceTest, OfTheModelIsNotGivenBackByAnAccountsWarning) {
  Probe("opus", ErrorScope::kModel);
  Fail("opus", Error(ErrorKind::kUpstreamServer, ErrorScope::kProvider));
  EXPECT_EQ(StateOf("opus"), State::kHalfOpenTaken);
}

TEST_F(HalfOpenPlaceTest, IsNotGivenBackByTheOneWhoLostIt) {
  const Ticket hanging = Probe("opus", ErrorScope::kAccount);
  clock_.Advance(CooldownBoard::kProbeLease);
  const Ticket second = Enter("opus");
  board_.Leave("opus", hanging, clock_.Now());
  EXPECT_EQ(StateOf("opus"), State::kHalfOpenTaken);
  board_.Leave("opus", second, clock_.Now());
  EXPECT_EQ(StateOf("opus"), State::kHalfOpen);
}

TEST_F(HalfOpenPlaceTest, HasAnotherTicketForWhoEntersWithinTheSameMillisecond) {
  board_.HalfOpen(ErrorKind::kAccountAuth, clock_.Now());
  const Ticket first = Enter("opus");
  board_.OnSuccess("opus", clock_.Now());
  board_.HalfOpen(ErrorKind::kAccountAuth, clock_.Now());
  Enter("opus");
  board_.Leave("opus", first, clock_.Now());
  EXPECT_EQ(StateOf("opus"), State::kHalfOpenTaken);
}

TEST_F(HalfOpenPlaceTest, OfBothIsTakenAndGivenBackByOneRequest) {
  Fail("opus", RateLimit(ErrorScope::kAccount));
  const Ticket both = Probe("opus", ErrorScope::kModel);
  EXPECT_EQ(StateOf("haiku"), State::kHalfOpenTaken);
  board_.Leave("opus", both, clock_.Now());
  EXPECT_EQ(StateOf("haiku"), State::kHalfOpen);
  EXPECT_EQ(StateOf("opus"), State::kHalfOpen);
}

TEST_F(HalfOpenPlaceTest, OfTheModelIsGivenBackWhenTheAccountsIsTaken) {
  Fail("opus", RateLimit(ErrorScope::kModel));
  const Ticket of_account = Probe("haiku", ErrorScope::kAccount);
  EXPECT_FALSE(board_.TryEnter("opus", clock_.Now()));
  board_.Leave("haiku", of_account, clock_.Now());
  EXPECT_EQ(StateOf("opus"), State::kHalfOpen);
  EXPECT_TRUE(board_.TryEnter("opus", clock_.Now()));
}

}  // namespace
}  // namespace ag::pool
