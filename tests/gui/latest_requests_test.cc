#include "gui/models/latest_requests.h"

#include "account_fixture.h"
#include "gui/models/text.h"

namespace ag::gui {
namespace {

RequestRow Request(int number, int status = 200) {
  RequestRow row;
  row.id = "req_" + QString::number(number);
  row.time = QStringLiteral("12:00:00.123");
  row.model = QStringLiteral("gpt-5");
  row.status = status;
  return row;
}

RequestBatch Requests(int from, int count) {
  RequestBatch rows;
  for (int i = 0; i < count; ++i) rows.push_back(Request(from + i));
  return rows;
}

class LatestRequestsTest : public AccountFixture {
 protected:
  void Replace(RequestBatch rows) {
    Q_EMIT backend_.requestsReplaced(std::make_shared<const RequestBatch>(std::move(rows)));
  }
  void Arrive(RequestBatch rows) {
    Q_EMIT backend_.requestsArrived(std::make_shared<const RequestBatch>(std::move(rows)));
  }
  QString At(int row, int role = LatestRequests::IdRole) const {
    return latest_.data(latest_.index(row), role).toString();
  }

  LatestRequests latest_{backend_};
};

TEST_F(LatestRequestsTest, HoldsTheNewestFirst) {
  Replace(Requests(1, 3));
  ASSERT_EQ(latest_.count(), 3);
  EXPECT_EQ(At(0), "req_3");
  EXPECT_EQ(At(2), "req_1");
  EXPECT_EQ(At(0, LatestRequests::TimeRole), "12:00:00");
}

TEST_F(LatestRequestsTest, HoldsNoMoreThanAGlanceTakes) {
  Replace(Requests(1, 100));
  EXPECT_EQ(latest_.count(), static_cast<int>(LatestRequests::kMost));
  EXPECT_EQ(At(0), "req_100");
}

// 500 requests a second must not make 500 lists.
TEST_F(LatestRequestsTest, TellsOfManyAtOnce) {
  Replace(Requests(1, 6));
  QSignalSpy changed(&latest_, &LatestRequests::changed);
  QSignalSpy reset(&latest_, &QAbstractItemModel::modelReset);
  for (int i = 0; i < 50; ++i) Arrive(Requests(100 + 10 * i, 10));
  EXPECT_EQ(changed.count(), 0);
  ASSERT_TRUE(changed.wait());
  EXPECT_EQ(changed.count(), 1);
  EXPECT_EQ(At(0), "req_599");
  EXPECT_EQ(reset.count(), 0) << "rows that stay are not made anew";
}

TEST_F(LatestRequestsTest, ForgetsThoseOfAnotherGateway) {
  Replace(Requests(1, 6));
  Q_EMIT backend_.forgotten();
  EXPECT_EQ(latest_.count(), 0);
  EXPECT_FALSE(latest_.loaded());
  Replace({Request(900, 429)});
  ASSERT_EQ(latest_.count(), 1);
  EXPECT_EQ(At(0, LatestRequests::StatusKindRole), "warning");
  EXPECT_TRUE(latest_.loaded());
}

// A line has room for the beginning only: what failed and what the provider said come first, the rest is in its tip.
TEST_F(LatestRequestsTest, SaysWhatFailedBeforeWhoseAccountItWas) {
  RequestRow failed = Request(1, 429);
  failed.error_kind = QStringLiteral("rate_minute");
  failed.error_text = QStringLiteral("Account 'work' (openai): the provider answered 429: Slow down");
  failed.provider_text = QStringLiteral("Slow down");
  RequestRow own = Request(2, 404);
  own.error_kind = QStringLiteral("model_not_found");
  own.error_text = QStringLiteral("No account serves gpt-7");
  Replace({failed, own});
  EXPECT_EQ(At(1, LatestRequests::ErrorRole), ErrorKindText("rate_minute") + ": “Slow down”");
  EXPECT_EQ(At(1, LatestRequests::ErrorTipRole),
            ErrorKindText("rate_minute") + ": “Account 'work' (openai): the provider answered 429: Slow down”");
  EXPECT_TRUE(At(1, LatestRequests::SpokenRole).endsWith(At(1, LatestRequests::ErrorTipRole)));
  EXPECT_TRUE(At(0, LatestRequests::ErrorRole).endsWith("“No account serves gpt-7”"));
}

TEST_F(LatestRequestsTest, KeepsWhatCameBeforeARestartOfTheDaemon) {
  Replace(Requests(1, 3));
  Replace({});
  EXPECT_EQ(latest_.count(), 3);
  Replace(Requests(3, 2));
  EXPECT_EQ(latest_.count(), 4) << "none twice";
  EXPECT_EQ(At(0), "req_4");
}

}  // namespace
}  // namespace ag::gui
