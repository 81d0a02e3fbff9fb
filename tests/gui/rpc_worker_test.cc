#include "gui/app/rpc_worker.h"

#include <gtest/gtest.h>

#include <QPointer>
#include <QSemaphore>
#include <QTest>
#include <memory>

#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

constexpr int kPatienceMs = 10'000;

// The calls are ours: nothing of a daemon is asked.
class RpcWorkerTest : public testing::Test {
 protected:
  static std::shared_ptr<client::ControlClient> NoDaemon() {
    client::ControlClientOptions options;
    options.target = "unix:/nonexistent/control.sock";
    return std::make_shared<client::ControlClient>(options);
  }

  QObject receiver_;
  QSemaphore gate_;
  int done_ = 0;
};

TEST_F(RpcWorkerTest, SlowCallsHoldUpNothingElse) {
  RpcWorker worker(NoDaemon());
  for (int i = 0; i < 20; ++i) {
    worker.CallSlow(
        &receiver_, [this](client::ControlClient&) { return gate_.tryAcquire(1, kPatienceMs); }, [](bool) {});
  }
  worker.Call(&receiver_, [](client::ControlClient&) { return 1; }, [this](int one) { done_ += one; });
  EXPECT_TRUE(QTest::qWaitFor([this] { return done_ == 1; }, kPatienceMs / 2));
  gate_.release(20);
}

TEST_F(RpcWorkerTest, ABeatWaitsBehindNoOtherCall) {
  RpcWorker worker(NoDaemon());
  for (int i = 0; i < 20; ++i) {
    worker.Call(&receiver_, [this](client::ControlClient&) { return gate_.tryAcquire(1, kPatienceMs); }, [](bool) {});
  }
  worker.CallBeat(&receiver_, [](client::ControlClient&) { return 1; }, [this](int one) { done_ += one; });
  EXPECT_TRUE(QTest::qWaitFor([this] { return done_ == 1; }, kPatienceMs / 2));
  gate_.release(20);
}

TEST_F(RpcWorkerTest, CarriesOutWhatWasDecidedAlsoWhenItsGatewayIsLeft) {
  QObject parent;
  QPointer<RpcWorker> worker = new RpcWorker(NoDaemon());
  int heard = 0;
  QSemaphore reached;
  worker->Call(
      &receiver_,
      [&](client::ControlClient&) {
        reached.release();
        return gate_.tryAcquire(1, kPatienceMs);
      },
      [&](bool) { ++heard; });
  ASSERT_TRUE(reached.tryAcquire(1, kPatienceMs));
  for (int i = 0; i < 3; ++i) {
    worker->CallToEnd(&receiver_, [](client::ControlClient&) { return 1; }, [this](int one) { done_ += one; });
  }
  worker->Retire(&parent);
  gate_.release();
  EXPECT_TRUE(QTest::qWaitFor([&] { return worker.isNull(); }, kPatienceMs)) << "nobody needs it any more";
  EXPECT_EQ(done_, 3);
  EXPECT_EQ(heard, 0) << "an answer of a gateway that was left";
}

}  // namespace
}  // namespace ag::gui
