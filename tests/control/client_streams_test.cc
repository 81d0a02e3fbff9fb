#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "proto/client/event_stream.h"
#include "tests/control/remote_control.h"
#include "tests/control/tcp_line.h"
#include "tests/support/gate.h"

// What the client of the control service does when a call or a stream is cut short: by its own program, or by a network
// that says nothing.
namespace ag::test {
namespace {

namespace v1 = client::v1;

// Keeps a call in flight until it is let go.
TEST(ControlClientCancel, EndsCallsInFlightAndRefusesFurtherOnes) {
  ControlHarness harness;
  v1::CreateAccountRequest create;
  create.mutable_account()->set_provider("anthropic");
  create.mutable_account()->set_api_key("sk-ant-0123456789abcdef");
  const auto account = harness.client().CreateAccount(create);
  ASSERT_TRUE(account.ok());
  harness.OnControl([&] { harness.upstream().hold = true; });
  absl::Status ended;
  std::thread caller([&] {
    v1::TestAccountRequest request;
    request.set_id(account->account().id());
    ended = harness.client().TestAccount(request).status();
  });
  // The call is in flight once the provider was asked.
  for (bool asked = false; !asked;) harness.OnControl([&] { asked = !harness.upstream().held.empty(); });
  harness.client().Cancel();
  caller.join();
  EXPECT_EQ(ended.code(), absl::StatusCode::kCancelled) << ended.message();
  EXPECT_EQ(harness.client().GetServerInfo().status().code(), absl::StatusCode::kCancelled);
}

class Ends final : public client::EventStreamObserver {
 public:
  void OnSnapshot(const v1::WatchRequestsResponse::Snapshot&) override { begun.Open(); }
  void OnRequests(const v1::WatchRequestsResponse::Delta&) override { told.Open(); }
  void OnResync(std::int64_t) override {}
  void OnDisconnected(const absl::Status& status) override {
    why = status;
    ended.Open();
  }
  Gate begun, told, ended;
  absl::Status why;
};

TEST(ControlClientCancel, EndsWatchingForGood) {
  ControlHarness harness;
  Ends observer;
  const client::EventStream stream(harness.client(), observer, {});
  ASSERT_TRUE(observer.begun.Wait());
  harness.client().Cancel();
  ASSERT_TRUE(observer.ended.Wait());
  EXPECT_EQ(observer.why.code(), absl::StatusCode::kCancelled);
}

// Beyond a line that can go silent.
class FarStream : public testing::Test, protected RemoteControl {
 protected:
  // Asks often whether the line lives, and gives it so long for an answer.
  client::ControlClientOptions Asking(std::chrono::milliseconds timeout) {
    client::ControlClientOptions options = Options(line_.port());
    options.keepalive_time = std::chrono::milliseconds(20);
    options.keepalive_timeout = timeout;
    return options;
  }
  TcpLine line_{harness().tcp_port()};
};

TEST_F(FarStream, NoticesALineThatSaysNothingAndTakesANewOne) {
  client::ControlClient far(Asking(std::chrono::milliseconds(500)));
  Ends first;
  Ends second;
  {
    const client::EventStream stream(far, first, {});
    ASSERT_TRUE(first.begun.Wait());
    line_.GoSilent();
    ASSERT_TRUE(first.ended.Wait());
    EXPECT_EQ(first.why.code(), absl::StatusCode::kUnavailable) << first.why.message();
  }
  const client::EventStream stream(far, second, {});
  EXPECT_TRUE(second.begun.Wait());
}

TEST_F(FarStream, StaysWhileNothingHappensForLong) {
  client::ControlClient far(Asking(std::chrono::seconds(20)));
  Ends observer;
  const client::EventStream stream(far, observer, {});
  ASSERT_TRUE(observer.begun.Wait());
  constexpr std::size_t kFivePings = 195;  // bytes; gRPC sends one a second at most
  ASSERT_TRUE(line_.WaitForSent(kFivePings));
  harness().Feed(1);
  EXPECT_TRUE(observer.told.Wait());
  EXPECT_FALSE(observer.ended.is_open()) << observer.why.message();
}

}  // namespace
}  // namespace ag::test
