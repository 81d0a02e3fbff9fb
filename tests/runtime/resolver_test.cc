#include "gatewayd/runtime/resolver.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <future>
#include <tuple>

#include "gatewayd/base/error.h"
#include "gatewayd/runtime/shard.h"
#include "tests/support/fake_clock.h"

namespace ag::runtime {
namespace {

using Addresses = absl::StatusOr<std::vector<boost::asio::ip::address>>;
using std::chrono::milliseconds;

class ResolverTest : public ::testing::Test {
 protected:
  ResolverTest() { shard_.Start(); }

  std::future<Addresses> Begin(Resolver& resolver, std::string host, milliseconds timeout = std::chrono::seconds(60),
                               CancelSource* cancel = nullptr) {
    auto promise = std::make_shared<std::promise<Addresses>>();
    auto future = promise->get_future();
    boost::asio::co_spawn(
        shard_.executor(), resolver.Resolve(std::move(host), timeout, cancel),
        [promise](const std::exception_ptr&, Addresses value) { promise->set_value(std::move(value)); });
    return future;
  }
  void RoundTrip() {
    std::promise<void> done;
    shard_.Post([&] { done.set_value(); });
    done.get_future().wait();
  }
  static Addresses One(const char* address) {
    return std::vector<boost::asio::ip::address>{boost::asio::ip::make_address(address)};
  }

  test::FakeClock clock_;
  Shard shard_{0, clock_};
};

TEST_F(ResolverTest, AnswersLiteralsAtOnce) {
  Resolver resolver(clock_, [](const std::string&) -> Addresses { return MakeError(ErrorKind::kDns, "asked"); });
  EXPECT_EQ(Begin(resolver, "127.0.0.1").get()->front().to_string(), "127.0.0.1");
  EXPECT_EQ(Begin(resolver, "::1").get()->front().to_string(), "::1");
}

TEST_F(ResolverTest, ResolvesLocalhost) {
  Resolver resolver(clock_);
  const Addresses found = Begin(resolver, "localhost").get();
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_TRUE(found->front().is_loopback());
}

TEST_F(ResolverTest, LooksANameUpOnceForAllWhoWait) {
  std::promise<void> gate;
  auto opened = gate.get_future().share();
  std::atomic<int> lookups{0};
  Resolver resolver(clock_, [&, opened](const std::string&) {
    ++lookups;
    opened.wait();
    return One("10.0.0.1");
  });
  std::vector<std::future<Addresses>> waiting;
  for (int i = 0; i < 20; ++i) waiting.push_back(Begin(resolver, "api.example"));
  RoundTrip();
  gate.set_value();
  for (auto& result : waiting) EXPECT_EQ(result.get()->front().to_string(), "10.0.0.1");
  EXPECT_EQ(lookups, 1);
}

TEST_F(ResolverTest, RemembersSuccessForAMinuteAndFailureForTwoSeconds) {
  std::atomic<int> lookups{0};
  Resolver resolver(clock_, [&](const std::string& host) -> Addresses {
    ++lookups;
    if (host == "bad") return MakeError(ErrorKind::kDns, "no such name");
    return One("10.0.0.1");
  });
  std::ignore = Begin(resolver, "good").get();
  clock_.Advance(std::chrono::seconds(59));
  std::ignore = Begin(resolver, "good").get();
  EXPECT_EQ(lookups, 1);
  clock_.Advance(std::chrono::seconds(2));
  std::ignore = Begin(resolver, "good").get();
  EXPECT_EQ(lookups, 2);
  EXPECT_EQ(KindOf(Begin(resolver, "bad").get().status()), ErrorKind::kDns);
  std::ignore = Begin(resolver, "bad").get();
  EXPECT_EQ(lookups, 3);
  clock_.Advance(std::chrono::seconds(3));
  std::ignore = Begin(resolver, "bad").get();
  EXPECT_EQ(lookups, 4);
}

TEST_F(ResolverTest, AStuckLookupTimesOutAndHoldsUpNobody) {
  auto gate = std::make_shared<std::promise<void>>();
  auto opened = gate->get_future().share();
  auto resolver = std::make_unique<Resolver>(clock_, [opened](const std::string& host) {
    if (host == "stuck.example") opened.wait();
    return One("10.0.0.1");
  });
  const Addresses stuck = Begin(*resolver, "stuck.example", milliseconds(1)).get();
  EXPECT_EQ(KindOf(stuck.status()), ErrorKind::kDns);
  EXPECT_NE(stuck.status().message().find("stuck.example"), absl::string_view::npos);
  EXPECT_TRUE(Begin(*resolver, "other.example").get().ok());
  auto waiting = Begin(*resolver, "stuck.example");
  RoundTrip();
  resolver.reset();  // returns although the lookup does not
  EXPECT_EQ(KindOf(waiting.get().status()), ErrorKind::kDns);
  gate->set_value();
}

TEST_F(ResolverTest, CancellingEndsTheWaitOfOne) {
  std::promise<void> gate;
  auto opened = gate.get_future().share();
  Resolver resolver(clock_, [opened](const std::string&) {
    opened.wait();
    return One("10.0.0.1");
  });
  CancelSource cancel;
  auto cancelled = Begin(resolver, "api.example", std::chrono::seconds(60), &cancel);
  auto other = Begin(resolver, "api.example");
  shard_.Post([&] { cancel.Cancel(); });
  EXPECT_EQ(KindOf(cancelled.get().status()), ErrorKind::kClientLeft);
  gate.set_value();
  EXPECT_TRUE(other.get().ok());
}

}  // namespace
}  // namespace ag::runtime
