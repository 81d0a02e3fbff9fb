#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QSet>
#include <QSignalSpy>
#include <QTest>

#include "gui/app/backend.h"
#include "gui/demo/demo_server.h"
#include "gui/models/monitor_model.h"
#include "proto/client/control_client.h"

// How the table reaches back into the daemon's log.
namespace ag::gui {
namespace {

constexpr int kPast = 1'300;
constexpr int kPatienceMs = 5'000;

class MonitorOlderTest : public testing::Test {
 protected:
  MonitorOlderTest() {
    client::ControlClientOptions options;
    options.target = server_.target().toStdString();
    backend_.Connect(options);
    EXPECT_TRUE(QTest::qWaitFor([this] { return model_.loaded() && backend_.connected(); }, kPatienceMs));
  }
  void LoadOlder() {
    model_.loadOlder();
    EXPECT_TRUE(model_.loadingOlder());
    EXPECT_TRUE(QTest::qWaitFor([this] { return !model_.loadingOlder(); }, kPatienceMs));
  }

  DemoServer server_{{.past_requests = kPast, .requests_per_second = 0}};
  Backend backend_;
  MonitorModel model_{backend_};
  QAbstractItemModelTester tester_{&model_, QAbstractItemModelTester::FailureReportingMode::Fatal};
};

TEST_F(MonitorOlderTest, ReachesBackToTheLogsBeginning) {
  const int first = model_.total();
  ASSERT_LT(first, kPast);
  const QString newest = model_.idAt(0);
  const QString oldest = model_.idAt(first - 1);
  for (int loads = 0; model_.olderLeft() && loads < 20; ++loads) {
    const int before = model_.total();
    LoadOlder();
    EXPECT_GT(model_.total(), before);
    EXPECT_EQ(model_.rowOf(oldest), first - 1) << "older ones stand behind it";
  }
  EXPECT_FALSE(model_.olderLeft());
  EXPECT_EQ(model_.total(), kPast);
  EXPECT_EQ(model_.idAt(0), newest);
  QSet<QString> ids;
  for (int row = 0; row < model_.shown(); ++row) ids.insert(model_.idAt(row));
  EXPECT_EQ(ids.size(), kPast) << "each once";
  model_.loadOlder();
  EXPECT_FALSE(model_.loadingOlder()) << "there is nothing to ask for";
}

TEST_F(MonitorOlderTest, TheFilterHoldsForThemToo) {
  model_.setErrorsOnly(true);
  const int before = model_.shown();
  LoadOlder();
  EXPECT_GT(model_.shown(), before);
  EXPECT_EQ(model_.shown(), model_.errors());
  model_.setErrorsOnly(false);
  EXPECT_EQ(model_.shown(), model_.total());
}

TEST_F(MonitorOlderTest, AnEmptiedTableForgetsWhatWasAskedFor) {
  model_.loadOlder();
  model_.clear();
  EXPECT_TRUE(QTest::qWaitFor([this] { return !model_.loadingOlder(); }, kPatienceMs));
  EXPECT_EQ(model_.total(), 0);
  LoadOlder();
  EXPECT_EQ(model_.total(), MonitorModel::kOlderRows);
}

}  // namespace
}  // namespace ag::gui
