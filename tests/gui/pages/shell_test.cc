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

}  // namespace
}  // namespace ag::gui
