#include <QClipboard>
#include <QGuiApplication>
#include <QQuickItem>
#include <QTest>
#include <algorithm>

#include "tests/gui/pages/page_test.h"

namespace ag::gui {
namespace {

class MonitorPage : public PageTest {
 protected:
  MonitorPage() : PageTest({.page = "monitor", .past_requests = 120}) {
    EXPECT_TRUE(Await([&] { return monitor().total() == 120 && Sees("monitorList"); }));
  }
  MonitorModel& monitor() { return *app().monitor(); }
  // Each row that can be seen has it, and there are some.
  bool RowsShow(const QString& text) {
    const QList<QQuickItem*> rows = ui().FindAll("monitorRow");
    return !rows.isEmpty() &&
           std::ranges::all_of(rows, [&](const QQuickItem* row) { return ui().TextOf(row).contains(text); });
  }
  // The first row that is wholly in sight.
  QString TopRow() {
    const QQuickItem* list = ui().Find("monitorList");
    const QQuickItem* top = nullptr;
    for (const QQuickItem* row : ui().FindAll("monitorRow")) {
      const double y = row->mapToItem(list, QPointF()).y();
      if (y >= 0 && (top == nullptr || y < top->mapToItem(list, QPointF()).y())) top = row;
    }
    return ui().TextOf(top);
  }
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

TEST_F(MonitorPage, KeepsTheFiltersInAnotherLanguage) {
  Choose("monitorMinutes", "Last hour");
  Choose("monitorDialect", "Gemini");
  app().preferences()->setLanguage("zh_CN");
  EXPECT_TRUE(Await([&] { return Of("monitorMinutes", "displayText").toString() == QStringLiteral("最近 1 小时"); }));
  EXPECT_EQ(Of("monitorDialect", "displayText").toString(), "Gemini");
}

TEST_F(MonitorPage, SaysWhatFailedFirstAndAllOfItByThePointer) {
  Type("monitorSearch", "rate_limit_error");
  EXPECT_TRUE(Await([&] { return monitor().shown() > 0 && monitor().shown() < 120; }));
  QQuickItem* note = ui().AwaitItem("monitorNote");
  ASSERT_NE(note, nullptr);
  EXPECT_TRUE(ui().TextOf(note).contains(": “rate_limit_error: Number of")) << ui().TextOf(note).toStdString();
  EXPECT_FALSE(Reads("the provider answered 429"));
  ui().Hover(note);
  EXPECT_TRUE(Await([&] { return Reads("the provider answered 429: rate_limit_error"); }));
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

TEST_F(MonitorPage, WheelStandsStillAndReturnsToTheNewest) {
  QQuickItem* list = ui().AwaitItem("monitorList");
  ASSERT_NE(list, nullptr);
  ui().Wheel(list, -3);
  EXPECT_TRUE(Await([&] { return Scrolled() > 100 && !Of("monitorList", "moving").toBool(); }));
  EXPECT_FALSE(Of("monitorList", "follow").toBool());
  const QString top = TopRow();
  server().Emit(4);
  EXPECT_TRUE(Await([&] { return TextOf("monitorNewest") == "4 new"; }));
  EXPECT_EQ(TopRow(), top) << "what is read stays in its place";
  ui().Wheel(list, 40);
  EXPECT_TRUE(Await([&] { return Of("monitorList", "follow").toBool() && !Sees("monitorNewest"); }));
  server().Emit(2);
  EXPECT_TRUE(Await([&] { return monitor().total() == 126; }));
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
  EXPECT_TRUE(Await([&] { return monitor().shown() == 120; }));
  // Rows behind the open list have the same texts.
  Choose("monitorAccount", "team-openai");
  EXPECT_TRUE(Await([&] { return monitor().account() == QString::fromStdString(AccountOf("team-openai").id()); }));
  EXPECT_TRUE(Await([&] { return RowsShow("team-openai"); }));
  Choose("monitorModel", "gpt-5.2");
  EXPECT_TRUE(Await([&] { return monitor().requestModel() == "gpt-5.2"; }));
  EXPECT_TRUE(Await([&] { return RowsShow("team-openai") && RowsShow("gpt-5.2"); }));
  const int narrowed = monitor().shown();
  QQuickItem* dialects = ui().AwaitItem("monitorDialect");
  ASSERT_NE(dialects, nullptr);
  dialects->forceActiveFocus(Qt::TabFocusReason);
  Press(Qt::Key_Down);
  EXPECT_EQ(Of("monitorDialect", "currentIndex").toInt(), 1);
  EXPECT_NE(monitor().dialect(), "");
  EXPECT_LE(monitor().shown(), narrowed);
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

TEST_F(MonitorPage, ColumnsAreChosenByTheKeyboard) {
  QQuickItem* button = ui().AwaitItem("monitorColumns");
  ASSERT_NE(button, nullptr);
  button->forceActiveFocus(Qt::TabFocusReason);
  Press(Qt::Key_Space);
  ASSERT_TRUE(Await([&] { return Of("column-account", "visualFocus").toBool(); }));
  Press(Qt::Key_Tab);
  EXPECT_TRUE(Of("column-firstByte", "visualFocus").toBool());
  Press(Qt::Key_Down);
  ASSERT_TRUE(Of("column-duration", "visualFocus").toBool());
  Press(Qt::Key_Space);
  EXPECT_EQ(app().preferences()->value("monitor/hiddenColumns", "").toString(), "duration");
  Press(Qt::Key_Up);
  Press(Qt::Key_Up);
  Press(Qt::Key_Up);
  EXPECT_TRUE(Of("column-attempts", "visualFocus").toBool()) << "around its end";
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return !Sees("column-duration") && button->hasActiveFocus(); }));
}

TEST_F(MonitorPage, ShowsCostsUnlessHidden) {
  const auto priced = [&] { return ui().FindRow("monitorRow", "$") != nullptr; };
  EXPECT_TRUE(Await([&] { return Reads("Cost") && priced(); }));
  Click("monitorColumns");
  Click("column-cost");
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return !Reads("Cost") && !priced(); }));
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

TEST_F(MonitorPage, SearchesTheLogForWhatTheTableLacks) {
  Open({.page = "monitor", .past_requests = 1'200});
  ASSERT_TRUE(Await([&] { return monitor().total() == 512; }));
  Type("monitorSearch", "overloaded_error");
  ASSERT_TRUE(Await([&] { return monitor().text() == "overloaded_error"; }));
  const int before = monitor().shown();
  ui().AwaitItem("monitorList")->forceActiveFocus();
  Press(Qt::Key_End);
  Click(before > 0 ? "monitorOlder" : "searchLog");
  EXPECT_TRUE(Await([&] { return monitor().shown() > before; }));
  EXPECT_TRUE(RowsShow("overloaded_error"));
}

TEST_F(MonitorPage, SaysWhenTheLogHasNothingEither) {
  Type("monitorSearch", "no such thing");
  Click("searchLog");
  EXPECT_TRUE(Await([&] { return Reads("No request in the log passes the filter.") && !Sees("searchLog"); }));
  Click("clearFilter");
  EXPECT_TRUE(Await([&] { return monitor().shown() == 120; }));
}

TEST_F(MonitorPage, ARequestLeadsToItsAccount) {
  app().requestDetail()->show(monitor().idAt(0));
  ASSERT_TRUE(Await([&] { return Sees("follow-account"); }));
  const QString account = app().requestDetail()->accountId();
  Click("follow-account");
  EXPECT_TRUE(Await([&] { return Sees("accountsPage") && Sees("storyEdit"); }));
  EXPECT_EQ(app().accountStory()->id(), account);
  Click("storyRequests");
  EXPECT_TRUE(Await([&] { return Sees("monitorPage") && !Sees("storyEdit") && monitor().account() == account; }));
  EXPECT_EQ(Of("monitorAccount", "displayText").toString(), app().accounts()->labelOf(account));
  EXPECT_TRUE(Await([&] { return !monitor().olderLeft() && !monitor().loadingOlder(); })) << "the log is asked too";
  EXPECT_TRUE(monitor().shown() > 0);
}

TEST_F(MonitorPage, ARequestLeadsToItsKeyAndRoute) {
  app().requestDetail()->show(monitor().idAt(0));
  Click("follow-proxy");
  EXPECT_TRUE(Await([&] { return Sees("proxyPage"); }));
}

TEST_F(MonitorPage, AFailureLeadsToWhatMendsIt) {
  Type("monitorSearch", "rate_minute");
  ASSERT_TRUE(Await([&] { return monitor().shown() > 0 && monitor().shown() < 120; }));
  app().requestDetail()->show(monitor().idAt(0));
  EXPECT_TRUE(Await([&] { return TextOf("requestMend") == "Open the account"; }));
  QQuickItem* mend = ui().AwaitItem("requestMend");
  ASSERT_NE(mend, nullptr);
  mend->forceActiveFocus(Qt::TabFocusReason);
  Press(Qt::Key_Return);
  EXPECT_TRUE(Await([&] { return Sees("accountsPage") && Sees("storyEdit"); }));
  EXPECT_EQ(app().accountStory()->id(), app().requestDetail()->accountId());
}

TEST_F(MonitorPage, RemembersHowWideTheDetailsAre) {
  Open({.page = "monitor", .size = {1500, 900}, .past_requests = 120});
  ASSERT_TRUE(Await([&] { return monitor().total() == 120; }));
  app().requestDetail()->show(monitor().idAt(0));
  const QQuickItem* pane = ui().AwaitItem("requestPane");
  ASSERT_NE(pane, nullptr);
  const int before = qRound(pane->width());
  const QPoint handle = pane->mapToScene(QPointF(-8, pane->height() / 2)).toPoint();
  QTest::mousePress(&window(), Qt::LeftButton, {}, handle);
  for (int step = 1; step <= 10; ++step) QTest::mouseMove(&window(), handle - QPoint(step * 10, 0));
  QTest::mouseRelease(&window(), Qt::LeftButton, {}, handle - QPoint(100, 0));
  EXPECT_TRUE(Await([&] { return qRound(pane->width()) == before + 100; })) << pane->width();
  EXPECT_FALSE(app().preferences()->value("monitor/split", "").toByteArray().isEmpty());
  Reopen("monitor");
  ASSERT_TRUE(Await([&] { return monitor().total() == 120; }));
  app().requestDetail()->show(monitor().idAt(0));
  pane = ui().AwaitItem("requestPane");
  ASSERT_NE(pane, nullptr);
  EXPECT_EQ(qRound(pane->width()), before + 100);
}

TEST_F(MonitorPage, EmptiesTheTable) {
  Click("monitorClear");
  EXPECT_TRUE(Await([&] { return Sees("monitorEmpty"); }));
}

TEST_F(MonitorPage, ReachesBackIntoTheLog) {
  Open({.page = "monitor", .past_requests = 700});
  ASSERT_TRUE(Await([&] { return monitor().total() == 512; }));
  ui().AwaitItem("monitorList")->forceActiveFocus();
  Press(Qt::Key_End);
  Click("monitorOlder");
  EXPECT_TRUE(Await([&] { return monitor().total() == 700 && !Sees("monitorOlder"); }));
  EXPECT_TRUE(Reads("700 requests"));
}

}  // namespace
}  // namespace ag::gui
