#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QDateTime>
#include <QSet>
#include <QSignalSpy>
#include <QTest>
#include <functional>

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

  QSet<QString> Ids() const {
    QSet<QString> ids;
    for (int row = 0; row < model_.shown(); ++row) ids.insert(model_.idAt(row));
    return ids;
  }
  // Of how many requests the daemon knows with that filter.
  int CountOf(const std::function<void(client::v1::ListRequestsRequest&)>& filter) {
    client::ControlClientOptions options;
    options.target = server_.target().toStdString();
    client::ControlClient client(options);
    client::v1::ListRequestsRequest request;
    request.set_page_size(1'000);
    filter(request);
    const auto reply = client.ListRequests(request);
    EXPECT_TRUE(reply.ok());
    return reply.ok() ? reply->requests_size() : -1;
  }

  DemoServer server_{{.past_requests = kPast, .requests_per_second = 0}};
  Backend backend_;
  MonitorModel model_{backend_};
  QAbstractItemModelTester tester_{&model_, QAbstractItemModelTester::FailureReportingMode::Fatal};
};

// A page of the log by beginnings may have nothing but what the table has by ends.
TEST_F(MonitorOlderTest, ReachesBackThroughWhatItKnows) {
  constexpr int kTogether = 2'000;
  server_.Emit(kTogether);
  client::ControlClientOptions options;
  options.target = server_.target().toStdString();
  Backend backend;
  MonitorModel model(backend);
  backend.Connect(options);
  ASSERT_TRUE(QTest::qWaitFor([&] { return model.loaded() && backend.connected(); }, kPatienceMs));
  for (int pages = 0; pages < 20 && model.olderLeft(); ++pages) {
    model.loadOlder();
    ASSERT_TRUE(QTest::qWaitFor([&] { return !model.loadingOlder(); }, kPatienceMs));
  }
  EXPECT_EQ(model.total(), kPast + kTogether);
}

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
  EXPECT_EQ(Ids().size(), kPast) << "each once";
  model_.loadOlder();
  EXPECT_FALSE(model_.loadingOlder()) << "there is nothing to ask for";
}

TEST_F(MonitorOlderTest, AsksTheLogForWhatPassesTheFilter) {
  const int unfiltered = model_.total();
  model_.setErrorsOnly(true);
  const int before = model_.shown();
  const int failed = CountOf([](auto& request) { request.set_errors_only(true); });
  ASSERT_GT(failed, before);
  ASSERT_TRUE(model_.olderLeft());
  LoadOlder();
  EXPECT_EQ(model_.shown(), failed) << "all of them at once, since they are no more than a page";
  EXPECT_EQ(model_.errors(), failed);
  EXPECT_EQ(Ids().size(), failed) << "each once";
  EXPECT_FALSE(model_.olderLeft());
  model_.setErrorsOnly(false);
  EXPECT_EQ(model_.total(), unfiltered) << "what was found went with its filter: the table has no holes";
  EXPECT_TRUE(model_.olderLeft());
  LoadOlder();
  EXPECT_GT(model_.total(), unfiltered + MonitorModel::kOlderRows * 9 / 10) << "few of a page were known";
}

TEST_F(MonitorOlderTest, EveryPartOfTheFilterIsTheLogsToo) {
  model_.setText("DeepSeek");
  LoadOlder();
  EXPECT_EQ(model_.shown(), CountOf([](auto& request) { request.set_text("deepseek"); }));
  model_.clearFilter();
  model_.setRequestModel("gpt-5.2");
  model_.setDialect("responses");
  LoadOlder();
  EXPECT_EQ(model_.shown(), CountOf([](auto& request) { request.set_model("gpt-5.2"); }));
  model_.clearFilter();
  const QString account = model_.accountChoices()[1].toMap()["value"].toString();
  model_.setAccount(account);
  LoadOlder();
  const int asked = CountOf([&](auto& request) { request.set_account_id(account.toStdString()); });
  EXPECT_LE(model_.shown(), asked);
  EXPECT_GT(model_.shown(), asked / 2);
}

TEST_F(MonitorOlderTest, GoesOnFromWhatItHasFound) {
  model_.setText("e");  // which is in each
  const int first = model_.shown();
  while (model_.olderLeft()) LoadOlder();
  EXPECT_GT(model_.shown(), first + MonitorModel::kOlderRows);
  EXPECT_EQ(model_.shown(), kPast);
  EXPECT_EQ(Ids().size(), kPast);
  EXPECT_FALSE(model_.olderLeft());
}

TEST_F(MonitorOlderTest, AsksForNothingBeforeItsTime) {
  model_.setMinutes(60);
  EXPECT_FALSE(model_.olderLeft()) << "the table reaches back further than an hour";
  model_.setMinutes(7 * 24 * 60);
  EXPECT_TRUE(model_.olderLeft());
}

TEST_F(MonitorOlderTest, AnAnswerToAnotherFilterComesTooLate) {
  model_.setErrorsOnly(true);
  model_.loadOlder();
  EXPECT_TRUE(model_.loadingOlder());
  model_.setErrorsOnly(false);
  EXPECT_FALSE(model_.loadingOlder());
  const int before = model_.total();
  LoadOlder();
  EXPECT_GT(model_.total(), before + MonitorModel::kOlderRows * 9 / 10);
  EXPECT_EQ(Ids().size(), model_.total()) << "and nothing of the other one";
}

TEST_F(MonitorOlderTest, KeepsWhatItHasFoundWhileTheTableIsFull) {
  model_.setErrorsOnly(true);
  LoadOlder();
  const QStringList before = Ids().values();
  auto rows = std::make_shared<RequestBatch>();
  for (int i = 0; i < MonitorModel::kMostRows; ++i) {
    RequestRow row;
    row.id = QStringLiteral("new_%1").arg(i);
    row.start_ms = QDateTime::currentMSecsSinceEpoch();
    rows->push_back(row);
  }
  model_.Inject(rows);
  model_.Flush();
  EXPECT_EQ(Ids().size(), before.size()) << "those that left the table stand with what was found";
  EXPECT_EQ(model_.errors(), before.size());
}

TEST_F(MonitorOlderTest, LooksAnAccountsRequestsUp) {
  const QVariantMap first = model_.accountChoices()[1].toMap();
  model_.setText("something else");
  model_.lookUp({{"account", "acc_of_old"}, {"accountName", "of old"}});
  EXPECT_EQ(model_.text(), "");
  EXPECT_EQ(model_.account(), "acc_of_old");
  EXPECT_TRUE(model_.accountChoices().contains(QVariantMap{{"value", "acc_of_old"}, {"text", "of old"}}));
  EXPECT_TRUE(QTest::qWaitFor([this] { return !model_.loadingOlder(); }, kPatienceMs));
  EXPECT_EQ(model_.shown(), 0);
  EXPECT_FALSE(model_.olderLeft());
  model_.lookUp({{"account", first["value"]}, {"accountName", first["text"]}});
  EXPECT_TRUE(QTest::qWaitFor([this] { return !model_.loadingOlder() && !model_.olderLeft(); }, kPatienceMs));
  EXPECT_GT(model_.shown(), 0);
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
