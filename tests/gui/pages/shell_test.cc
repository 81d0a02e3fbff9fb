#include <QQuickItem>
#include <QQuickWindow>

#include "tests/gui/pages/page_test.h"

namespace ag::gui {
namespace {

class Shell : public PageTest {};

TEST_F(Shell, GoesToEachPageByMouse) {
  for (const char* page : {"accounts", "proxy", "monitor", "stats", "settings", "dashboard"}) {
    Click(QString("nav-") + page);
    EXPECT_TRUE(Await([&] { return Sees(QString(page) + "Page"); })) << page;
    EXPECT_EQ(window().property("page").toString(), page);
  }
}

TEST_F(Shell, GoesToEachPageByKeyboard) {
  const QStringList pages{"dashboard", "accounts", "proxy", "monitor", "stats", "settings"};
  for (int i = 0; i < pages.size(); ++i) {
    Press(Qt::Key_1 + i, Qt::ControlModifier);
    EXPECT_TRUE(Await([&] { return Sees(pages[i] + "Page"); })) << pages[i].toStdString();
  }
}

TEST_F(Shell, StatusStripFollowsDaemonAndProxy) {
  EXPECT_TRUE(Await([&] { return TextOf("statusProxy") == "Listening on 127.0.0.1:8045"; }));
  EXPECT_TRUE(TextOf("statusDaemon").startsWith("gatewayd "));
  app().backend()->stopProxy();
  EXPECT_TRUE(Await([&] { return TextOf("statusProxy") == "Proxy stopped"; }));
  server().Kill();
  EXPECT_TRUE(Await([&] { return TextOf("statusDaemon") == "gatewayd is gone"; }));
  EXPECT_TRUE(Await([&] { return Sees("daemonBanner/startDaemon"); }));
  server().Restart();
  EXPECT_TRUE(Await([&] { return TextOf("statusDaemon").startsWith("gatewayd ") && !Sees("daemonBanner"); }));
}

TEST_F(Shell, KeepsThePageWhileTheDaemonIsAway) {
  Click("nav-accounts");
  Type("accountSearch", "open");
  server().Kill();
  EXPECT_TRUE(Await([&] { return Sees("daemonBanner"); }));
  server().Restart();
  EXPECT_TRUE(Await([&] { return !Sees("daemonBanner"); }));
  EXPECT_EQ(TextOf("accountSearch"), "open");
}

TEST_F(Shell, ToastIsClosedOrUndone) {
  int done = 0;
  int undone = 0;
  app().toasts()->Undoable("Removed", [&] { ++done; }, [&] { ++undone; });
  Click("toast/undo");
  EXPECT_TRUE(Await([&] { return !Sees("toast"); }));
  EXPECT_EQ(done, 0);
  EXPECT_EQ(undone, 1);
  app().toasts()->Undoable("Removed", [&] { ++done; }, [&] { ++undone; });
  Click("toast/dismiss");
  EXPECT_TRUE(Await([&] { return !Sees("toast"); }));
  EXPECT_EQ(done, 1);
  EXPECT_EQ(undone, 1);
}

// How much of the toast's text is within it, and the toast within the window.
TEST_F(Shell, AToastIsAsHighAsItsText) {
  QString text = "It has failed";
  for (int i = 0; i < 6; ++i) text += ", for a reason that takes a line of its own to be told";
  app().toasts()->error(text);
  ASSERT_NE(ui().AwaitItem("toast/dismiss"), nullptr);
  const QQuickItem* words = ui().Find("toastText");
  const QQuickItem* toast = ui().Find("toast");
  ASSERT_TRUE(words != nullptr && toast != nullptr);
  EXPECT_GT(words->height(), 80) << "more than five lines";
  EXPECT_FALSE(words->property("scrolls").toBool());
  EXPECT_GE(toast->height(), words->height());
  EXPECT_TRUE(toast->mapRectToScene({0, 0, toast->width(), toast->height()})
                  .contains(words->mapRectToScene({0, 0, words->width(), words->height()})));
  EXPECT_LE(toast->mapToScene(QPointF(0, toast->height())).y(), window().height());
}

TEST_F(Shell, AnEndlessToastIsScrolledByTheKeyboard) {
  app().toasts()->error(QString("the provider's words go on and on, ").repeated(60));
  ASSERT_NE(ui().AwaitItem("toast/dismiss"), nullptr);
  EXPECT_LT(Of("toast", "height").toDouble(), window().height() / 2.0);
  Press(Qt::Key_F6);
  EXPECT_TRUE(Await([&] { return Of("toast/dismiss", "activeFocus").toBool(); }));
  Press(Qt::Key_Tab);
  ASSERT_TRUE(Of("toastText", "activeFocus").toBool());
  for (int i = 0; i < 60; ++i) Press(Qt::Key_Down);
  EXPECT_NEAR(Of("toastText", "contentY").toDouble(),
              Of("toastText", "contentHeight").toDouble() - Of("toastText", "height").toDouble(), 1);
}

TEST_F(Shell, ToastsAreClosedAndUndoneByTheKeyboard) {
  int done = 0;
  int undone = 0;
  QQuickItem* before = ui().AwaitItem("nav-monitor");
  ASSERT_NE(before, nullptr);
  before->forceActiveFocus(Qt::TabFocusReason);
  app().toasts()->info("older");
  app().toasts()->Undoable("Removed", [&] { ++done; }, [&] { ++undone; });
  ASSERT_NE(ui().AwaitItem("toast/undo"), nullptr);
  Press(Qt::Key_F6);
  ASSERT_TRUE(Await([&] { return Of("toast/undo", "visualFocus").toBool(); })) << "the newest one, and it is seen";
  Press(Qt::Key_Escape);
  EXPECT_TRUE(before->hasActiveFocus()) << "Esc goes back and does nothing";
  EXPECT_EQ(app().toasts()->count(), 2);
  Press(Qt::Key_F6);
  Press(Qt::Key_Space);
  EXPECT_TRUE(Await([&] { return undone == 1 && app().toasts()->count() == 1; }));
  ASSERT_TRUE(Await([&] { return Of("toast/dismiss", "activeFocus").toBool(); })) << "on to the next";
  Press(Qt::Key_Return);
  EXPECT_TRUE(Await([&] { return !Sees("toast") && before->hasActiveFocus(); }));
  EXPECT_EQ(done, 0);
}

TEST_F(Shell, ToastsAboveADialogAreReachedByTheKeyboard) {
  Open({.page = "accounts"});
  Click("addAccount");
  ASSERT_NE(ui().AwaitItem("keyField"), nullptr);
  app().toasts()->info("news");
  ASSERT_NE(ui().AwaitItem("toast/dismiss"), nullptr);
  Press(Qt::Key_F6);
  ASSERT_TRUE(Await([&] { return Of("toast/dismiss", "activeFocus").toBool(); }));
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Sees("keyField")) << "Esc was for the message";
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return !Sees("keyField"); }));
}

// What the sandbox answers is nobody's.
TEST_F(Shell, MarksTheSandboxWhereverItsAnswersMayBeTakenForAProviders) {
  EXPECT_TRUE(Await([&] { return Sees("statusDaemon"); }));
  EXPECT_FALSE(Sees("statusSandbox") || Sees("dashboardSandbox"));
  Open({.sandbox = true});
  EXPECT_TRUE(Await([&] { return Sees("statusSandbox") && Sees("dashboardSandbox"); }));
  Click("nav-accounts");
  EXPECT_TRUE(Await([&] { return Sees("sandbox-team-openai"); }));
  EXPECT_FALSE(Sees("sandbox-old-openai")) << "an account of its own";
  EXPECT_EQ(TextOf("key-team-openai"), "OpenAI") << "a short key has no hint";
  Click("account-team-openai");
  EXPECT_TRUE(Await([&] { return Reads("Its answers are made up: no provider is asked."); }));
}

}  // namespace
}  // namespace ag::gui
