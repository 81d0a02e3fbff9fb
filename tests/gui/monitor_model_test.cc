#include "gui/models/monitor_model.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QDateTime>
#include <QSignalSpy>

#include "gui/app/backend.h"

namespace ag::gui {
namespace {

RequestRow Row(int number) {
  RequestRow row;
  row.id = QStringLiteral("req_%1").arg(number);
  row.start_ms = QDateTime::currentMSecsSinceEpoch();
  row.time = QStringLiteral("12:00:00.000");
  row.model = number % 2 == 0 ? QStringLiteral("gpt-5-mini") : QStringLiteral("claude-sonnet-5");
  row.upstream_model = row.model;
  row.account = number % 2 == 0 ? QStringLiteral("work") : QStringLiteral("home");
  row.account_id = row.account;
  row.client_dialect = number % 2 == 0 ? QStringLiteral("chat") : QStringLiteral("messages");
  row.status = 200;
  row.duration_us = 1'500'000;
  row.tokens_in = 12'345;
  return row;
}

RequestRow Failed(int number) {
  RequestRow row = Row(number);
  row.status = 429;
  row.error_kind = QStringLiteral("rate_minute");
  row.error_text = QStringLiteral("Tokens per minute exceeded");
  return row;
}

std::shared_ptr<const RequestBatch> Rows(int first, int count) {
  auto rows = std::make_shared<RequestBatch>();
  for (int i = 0; i < count; ++i) rows->push_back(Row(first + i));
  return rows;
}

std::shared_ptr<const RequestBatch> One(const RequestRow& row) {
  return std::make_shared<RequestBatch>(RequestBatch{row});
}

class MonitorModelTest : public testing::Test {
 protected:
  QString Shown(int row, int role) const { return model_.data(model_.index(row), role).toString(); }
  void Add(const std::shared_ptr<const RequestBatch>& rows) {
    model_.Inject(rows);
    model_.Flush();
  }

  Backend backend_;
  MonitorModel model_{backend_};
  // Checks each change of the model against what it said before.
  QAbstractItemModelTester tester_{&model_, QAbstractItemModelTester::FailureReportingMode::Fatal};
};

TEST_F(MonitorModelTest, ShowsTheNewestFirst) {
  Add(Rows(1, 3));
  ASSERT_EQ(model_.rowCount(), 3);
  EXPECT_EQ(model_.idAt(0), "req_3");
  EXPECT_EQ(model_.idAt(2), "req_1");
  EXPECT_EQ(model_.rowOf("req_2"), 1);
  EXPECT_EQ(model_.rowOf("req_9"), -1);
}

TEST_F(MonitorModelTest, CollectsArrivalsIntoOneInsertion) {
  QSignalSpy inserted(&model_, &QAbstractItemModel::rowsInserted);
  for (int i = 0; i < 20; ++i) model_.Inject(Rows(i * 10, 10));
  EXPECT_EQ(model_.rowCount(), 0);
  ASSERT_TRUE(inserted.wait(2'000));
  EXPECT_EQ(inserted.size(), 1);
  EXPECT_EQ(model_.rowCount(), 200);
  EXPECT_EQ(model_.idAt(0), "req_199");
}

TEST_F(MonitorModelTest, DropsTheOldestBeyondItsSize) {
  Add(Rows(0, MonitorModel::kMostRows));
  Add(Rows(MonitorModel::kMostRows, 30));
  EXPECT_EQ(model_.total(), MonitorModel::kMostRows);
  EXPECT_EQ(model_.rowCount(), MonitorModel::kMostRows);
  EXPECT_EQ(model_.idAt(model_.rowCount() - 1), "req_30");
  EXPECT_EQ(model_.idAt(0), QStringLiteral("req_%1").arg(MonitorModel::kMostRows + 29));
}

TEST_F(MonitorModelTest, CountsTheFailuresThatAreShown) {
  Add(One(Failed(1)));
  Add(One(Failed(2)));
  Add(Rows(3, 2));
  EXPECT_EQ(model_.errors(), 2);
  model_.setAccount("home");
  EXPECT_EQ(model_.errors(), 1);
  EXPECT_EQ(model_.summary(), QStringLiteral("2 of 4 requests · 1 failed"));
  Add(One(Failed(6)));
  EXPECT_EQ(model_.errors(), 1) << "of the other account";
  model_.setAccount({});
  EXPECT_EQ(model_.errors(), 3);
}

TEST_F(MonitorModelTest, NamesTheDayOfWhatIsOfAnother) {
  RequestRow old = Row(1);
  old.start_ms = QDateTime(QDate(2026, 3, 9), QTime(14, 3)).toMSecsSinceEpoch();
  Add(One(old));
  Add(Rows(2, 1));
  EXPECT_EQ(Shown(1, MonitorModel::TimeRole), "9 Mar 14:03");
  EXPECT_EQ(Shown(0, MonitorModel::TimeRole), "12:00:00.000");
}

TEST_F(MonitorModelTest, KnowsWhatIsOfToday) {
  RequestRow old = Row(1);
  old.start_ms = QDate::currentDate().startOfDay().toMSecsSinceEpoch() - 1;
  Add(One(old));
  Add(Rows(2, 1));
  model_.setMinutes(MonitorFilter::kToday);
  ASSERT_EQ(model_.rowCount(), 1);
  EXPECT_EQ(model_.idAt(0), "req_2");
  model_.setMinutes(7 * 24 * 60);
  EXPECT_EQ(model_.rowCount(), 2);
}

TEST_F(MonitorModelTest, ForgetsTheFailuresThatItDrops) {
  Add(One(Failed(0)));
  EXPECT_EQ(model_.errors(), 1);
  Add(Rows(1, MonitorModel::kMostRows));
  EXPECT_EQ(model_.errors(), 0);
}

TEST_F(MonitorModelTest, DropsFilteredRowsThatAreNotShownToo) {
  model_.setErrorsOnly(true);
  Add(One(Failed(0)));
  Add(Rows(1, MonitorModel::kMostRows - 1));
  EXPECT_EQ(model_.rowCount(), 1);
  Add(Rows(MonitorModel::kMostRows, 1));
  EXPECT_EQ(model_.rowCount(), 0);
  EXPECT_EQ(model_.total(), MonitorModel::kMostRows);
}

TEST_F(MonitorModelTest, FindsTextInModelAccountErrorAndId) {
  Add(Rows(1, 4));
  Add(One(Failed(5)));
  model_.setText("CLAUDE");
  EXPECT_EQ(model_.rowCount(), 3);
  model_.setText("work");
  EXPECT_EQ(model_.rowCount(), 2);
  model_.setText("per minute");
  EXPECT_EQ(model_.rowCount(), 1);
  model_.setText("req_2");
  ASSERT_EQ(model_.rowCount(), 1);
  EXPECT_EQ(model_.idAt(0), "req_2");
  model_.setText("nowhere");
  EXPECT_EQ(model_.rowCount(), 0);
  model_.setText({});
  EXPECT_EQ(model_.rowCount(), 5);
}

TEST_F(MonitorModelTest, MatchesArrivalsAgainstTheFilter) {
  model_.setAccount("home");
  Add(Rows(1, 4));
  EXPECT_EQ(model_.rowCount(), 2);
  EXPECT_EQ(model_.total(), 4);
  model_.setDialect("chat");
  EXPECT_EQ(model_.rowCount(), 0);
  model_.setAccount({});
  EXPECT_EQ(model_.rowCount(), 2);
  model_.setRequestModel("claude-sonnet-5");
  EXPECT_EQ(model_.rowCount(), 0);
  EXPECT_TRUE(model_.filtered());
  model_.clearFilter();
  EXPECT_FALSE(model_.filtered());
  EXPECT_EQ(model_.rowCount(), 4);
}

TEST_F(MonitorModelTest, LeavesOutWhatIsOlderThanAsked) {
  RequestRow old = Row(1);
  old.start_ms -= 3 * 60'000;
  Add(One(old));
  Add(Rows(2, 1));
  model_.setMinutes(1);
  ASSERT_EQ(model_.rowCount(), 1);
  EXPECT_EQ(model_.idAt(0), "req_2");
  model_.setMinutes(5);
  EXPECT_EQ(model_.rowCount(), 2);
}

TEST_F(MonitorModelTest, HoldsArrivalsBackWhilePaused) {
  Add(Rows(1, 2));
  model_.setPaused(true);
  Add(Rows(3, 5));
  EXPECT_EQ(model_.rowCount(), 2);
  EXPECT_EQ(model_.pending(), 5);
  EXPECT_TRUE(model_.summary().contains('5'));
  model_.setPaused(false);
  EXPECT_EQ(model_.rowCount(), 7);
  EXPECT_EQ(model_.pending(), 0);
  EXPECT_EQ(model_.idAt(0), "req_7");
}

TEST_F(MonitorModelTest, HoldsBackNoMoreThanItCanShow) {
  model_.setPaused(true);
  for (int i = 0; i < 6; ++i) model_.Inject(Rows(i * 10'000, 10'000));
  EXPECT_EQ(model_.pending(), MonitorModel::kMostRows);
  model_.setPaused(false);
  EXPECT_EQ(model_.total(), MonitorModel::kMostRows);
  EXPECT_EQ(model_.idAt(0), "req_59999");
}

TEST_F(MonitorModelTest, KeepsItsRowsWhereTheStreamGoesOn) {
  EXPECT_FALSE(model_.loaded());
  model_.Replace(Rows(1, 3));
  EXPECT_TRUE(model_.loaded());
  Add(Rows(4, 2));
  model_.Replace(Rows(4, 4));
  EXPECT_EQ(model_.rowCount(), 7);
  EXPECT_EQ(model_.idAt(0), "req_7");
  EXPECT_EQ(model_.idAt(6), "req_1");
}

TEST_F(MonitorModelTest, KeepsItsRowsWhenTheDaemonWasRestarted) {
  model_.Replace(Rows(1, 3));
  model_.Replace(Rows(0, 0));
  EXPECT_EQ(model_.total(), 3) << "the new process has seen nothing yet";
  model_.Replace(Rows(100, 2));
  EXPECT_EQ(model_.total(), 5);
  EXPECT_TRUE(model_.loaded());
}

TEST_F(MonitorModelTest, BeginsAnewWhereRequestsMayBeMissing) {
  model_.Replace(Rows(1, 3));
  model_.Replace(Rows(1'000, static_cast<int>(Backend::kPictureSize)));
  EXPECT_EQ(model_.total(), static_cast<int>(Backend::kPictureSize));
}

TEST_F(MonitorModelTest, SaysWhatARowIs) {
  RequestRow row = Failed(1);
  row.upstream_model = QStringLiteral("gemini-3-pro");
  row.upstream_dialect = QStringLiteral("gemini");
  row.translated = true;
  row.attempts = 2;
  Add(One(row));
  EXPECT_EQ(Shown(0, MonitorModel::StatusTextRole), "429");
  EXPECT_EQ(Shown(0, MonitorModel::StatusKindRole), "warning");
  EXPECT_EQ(Shown(0, MonitorModel::DialectsRole), QStringLiteral("Messages → Gemini"));
  EXPECT_EQ(Shown(0, MonitorModel::UpstreamModelRole), "gemini-3-pro");
  EXPECT_EQ(Shown(0, MonitorModel::ErrorRole), QStringLiteral("Rate limit: “Tokens per minute exceeded”"));
  EXPECT_EQ(Shown(0, MonitorModel::FirstByteRole), QStringLiteral("–"));
  EXPECT_EQ(Shown(0, MonitorModel::DurationRole), "1.5 s");
  EXPECT_EQ(Shown(0, MonitorModel::TokensInRole), "12.3K");
  EXPECT_EQ(Shown(0, MonitorModel::TokensOutRole), QStringLiteral("–"));
  EXPECT_EQ(Shown(0, MonitorModel::CostRole), QStringLiteral("–")) << "no price is known";
  RequestRow priced = row;
  priced.id += QStringLiteral("-priced");
  priced.cost = 1'234'500'000;
  Add(One(priced));
  EXPECT_EQ(Shown(0, MonitorModel::CostRole), "$1.23");
  EXPECT_TRUE(model_.data(model_.index(0), MonitorModel::FailedRole).toBool());
}

TEST_F(MonitorModelTest, OffersWhatItHasSeenAsChoices) {
  QSignalSpy changed(&model_, &MonitorModel::choicesChanged);
  Add(Rows(1, 4));
  EXPECT_EQ(changed.size(), 1);
  Add(Rows(5, 4));
  EXPECT_EQ(changed.size(), 1);  // nothing new
  ASSERT_EQ(model_.accountChoices().size(), 3);
  EXPECT_EQ(model_.accountChoices()[1].toMap()["value"], "home");
  RequestRow renamed = Row(9);
  renamed.account = QStringLiteral("my own");
  Add(One(renamed));
  EXPECT_EQ(changed.size(), 2);
  EXPECT_EQ(model_.accountChoices()[1].toMap()["text"], "my own") << "an account has its newest name";
  EXPECT_EQ(model_.accountChoices()[1].toMap()["value"], "home");
  EXPECT_EQ(model_.dialectChoices()[2].toMap()["text"], "Messages");
}

TEST_F(MonitorModelTest, ClearsTheTable) {
  Add(Rows(1, 4));
  model_.clear();
  EXPECT_EQ(model_.total(), 0);
  Add(Rows(5, 1));
  EXPECT_EQ(model_.idAt(0), "req_5");
}

}  // namespace
}  // namespace ag::gui
