#include <QQuickItem>

#include "gui/models/latest_requests.h"
#include "gui/models/request_detail.h"
#include "tests/gui/pages/page_test.h"

namespace ag::gui {
namespace {

// The dashboard's list of the latest requests, on a fake daemon on which nothing new happens.
class LatestCard : public PageTest {
 protected:
  QString Shown(int row, LatestRequests::Role role) {
    return app().latestRequests()->index(row, 0).data(role).toString();
  }
  // The details of the row's request are open in the Monitor.
  [[nodiscard]] bool AwaitDetails(const QString& id) {
    return Await([&] { return Sees("requestPane") && app().requestDetail()->requestId() == id; });
  }
};

TEST_F(LatestCard, ListsTheNewestAndOpensItsDetails) {
  ASSERT_TRUE(Await([&] { return Sees("latest-0") && Sees("latest-5"); }));
  const QString id = Shown(0, LatestRequests::IdRole);
  ASSERT_FALSE(id.isEmpty());
  EXPECT_TRUE(TextOf("latest-0").contains(Shown(0, LatestRequests::ModelRole))) << TextOf("latest-0").toStdString();
  Click("latest-0");
  EXPECT_TRUE(AwaitDetails(id));
}

TEST_F(LatestCard, OpensDetailsByKeyboard) {
  QQuickItem* row = ui().AwaitItem("latest-1");
  ASSERT_NE(row, nullptr);
  const QString id = Shown(1, LatestRequests::IdRole);
  row->forceActiveFocus();
  Press(Qt::Key_Return);
  EXPECT_TRUE(AwaitDetails(id));
}

TEST_F(LatestCard, LeadsToTheMonitor) {
  Click("openMonitor");
  EXPECT_TRUE(Await([&] { return Sees("monitorList") && !Sees("requestPane"); }));
}

}  // namespace
}  // namespace ag::gui
