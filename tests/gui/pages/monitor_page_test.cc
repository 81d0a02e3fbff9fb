#include <QClipboard>
#include <QGuiApplication>
#include <QQuickItem>

#include "tests/gui/pages/page_test.h"

namespace ag::gui {
namespace {

class MonitorPage : public PageTest {
 protected:
  MonitorPage() : PageTest({.page = "monitor", .past_requests = 120}) {
    EXPECT_TRUE(Await([&] { return monitor().total() == 120 && Sees("monitorList"); }));
  }
  MonitorModel& monitor() { return *app().monitor(); }
  double Scrolled() const { return Of("monitorList", "contentY").toDouble() - Of("monitorList", "originY").toDouble(); }
};

TEST_F(MonitorPage, PauseHoldsBackWhatArrives) {
  Click("monitorPause");
  server().Emit(5);
  EXPECT_TRUE(Await([&] { return TextOf("monitorPause") == "Resume (5)"; }));
  EXPECT_EQ(monitor().total(), 120);
  Click("monitorPause");
  EXPECT_TRUE(Await([&] { return monitor().total() == 125; }));
}

TEST_F(MonitorPage, FollowsTheNewestUntilScrolledAway) {
  server().Emit(3);
  EXPECT_TRUE(Await([&] { return monitor().total() == 123; }));
  EXPECT_NEAR(Scrolled(), 0, 1);
  QQuickItem* list = ui().AwaitItem("monitorList");
  ASSERT_NE(list, nullptr);
  list->forceActiveFocus();
  Press(Qt::Key_PageDown);
  Press(Qt::Key_PageDown);
  server().Emit(2);
  EXPECT_TRUE(Await([&] { return TextOf("monitorNewest") == "2 new"; }));
  Click("monitorNewest");
  EXPECT_TRUE(Await([&] { return !Sees("monitorNewest"); }));
  EXPECT_NEAR(Scrolled(), 0, 1);
}

TEST_F(MonitorPage, FiltersByTextErrorsAndChoices) {
  Type("monitorSearch", "deepseek");
  EXPECT_TRUE(Await([&] { return monitor().text() == "deepseek"; }));
  EXPECT_LT(monitor().shown(), 120);
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return monitor().shown() == 120; }));
  Click("monitorErrorsOnly");
  EXPECT_TRUE(Await([&] { return monitor().errorsOnly() && monitor().shown() < 120; }));
  Click("monitorErrorsOnly");
  for (const char* box : {"monitorAccount", "monitorModel", "monitorDialect"}) {
    QQuickItem* choices = ui().AwaitItem(box);
    ASSERT_NE(choices, nullptr) << box;
    choices->forceActiveFocus(Qt::TabFocusReason);
    Press(Qt::Key_Down);
    EXPECT_EQ(Of(box, "currentIndex").toInt(), 1) << box;
  }
  EXPECT_NE(monitor().account(), "");
  EXPECT_NE(monitor().requestModel(), "");
  EXPECT_NE(monitor().dialect(), "");
  EXPECT_LT(monitor().shown(), 120);
  Type("monitorSearch", "no such thing");
  EXPECT_TRUE(Await([&] { return Sees("monitorNoMatch"); }));
  ClickText("Clear filter");
  EXPECT_TRUE(Await([&] { return monitor().shown() == 120; }));
  EXPECT_EQ(Of("monitorAccount", "currentIndex").toInt(), 0);
}

TEST_F(MonitorPage, HidesAColumnAndRemembersIt) {
  EXPECT_TRUE(Reads("Duration"));
  Click("monitorColumns");
  Click("column-duration");
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return !Reads("Duration"); }));
  EXPECT_EQ(app().preferences()->value("monitor/hiddenColumns", "").toString(), "duration");
}

TEST_F(MonitorPage, ShowsARequestAndCopiesItAsCurl) {
  QQuickItem* list = ui().AwaitItem("monitorList");
  ASSERT_NE(list, nullptr);
  list->forceActiveFocus();
  Press(Qt::Key_Down);
  EXPECT_TRUE(Await([&] { return Sees("requestPane") && Sees("attempt-0"); }));
  Click("copyCurl");
  EXPECT_TRUE(QGuiApplication::clipboard()->text().contains("curl "));
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return !Sees("requestPane"); }));
}

TEST_F(MonitorPage, EmptiesTheTable) {
  Click("monitorClear");
  EXPECT_TRUE(Await([&] { return Sees("monitorEmpty"); }));
}

}  // namespace
}  // namespace ag::gui
