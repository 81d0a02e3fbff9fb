#include "gui/app/tray.h"

#include <QAction>
#include <QImage>
#include <QMenu>
#include <QQmlEngine>
#include <QQuickWindow>
#include <QSignalSpy>

#include "gui/app/desktop.h"
#include "tests/gui/pages/page_test.h"

namespace ag::gui {
namespace {

// What a tray would show; this desktop has none.
class TrayTest : public PageTest {
 protected:
  enum Entry { kOpen, kSwitch, kSeparator, kQuit };

  QAction* Action(Entry entry) { return tray_.icon().contextMenu()->actions().at(entry); }
  std::string Tip() { return tray_.icon().toolTip().toStdString(); }
  bool AwaitTip(const QString& tip) {
    return Await([&] { return tray_.icon().toolTip() == tip; });
  }
  // The colour that the icon is drawn in.
  QString Colour() {
    const QImage image = tray_.icon().icon().pixmap(64, 64).toImage();
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) {
        const QColor colour = image.pixelColor(x, y);
        if (colour.alpha() == 255) return colour.name();
      }
    }
    return {};
  }

  Tray tray_{app(), window()};
};

TEST_F(TrayTest, ShowsWhetherTheProxyListens) {
  ASSERT_TRUE(AwaitTip("AG Gateway: listening on 127.0.0.1:8045")) << Tip();
  EXPECT_EQ(Colour(), "#2f5bd3");
  EXPECT_EQ(Action(kSwitch)->text(), "Stop the proxy");
  app().backend()->stopProxy();
  ASSERT_TRUE(AwaitTip("AG Gateway: the proxy is stopped")) << Tip();
  EXPECT_EQ(Colour(), "#79818d");
  EXPECT_EQ(Action(kSwitch)->text(), "Start the proxy");
}

TEST_F(TrayTest, ShowsThatNoDaemonAnswers) {
  server().Kill();
  ASSERT_TRUE(AwaitTip("AG Gateway: no daemon")) << Tip();
  EXPECT_EQ(Colour(), "#b3261e");
  EXPECT_FALSE(Action(kSwitch)->isEnabled());
  server().Restart();
  ASSERT_TRUE(AwaitTip("AG Gateway: listening on 127.0.0.1:8045")) << Tip();
  EXPECT_TRUE(Action(kSwitch)->isEnabled());
}

TEST_F(TrayTest, SwitchesTheProxy) {
  ASSERT_TRUE(Await([this] { return app().backend()->proxyRunning(); }));
  Action(kSwitch)->trigger();
  EXPECT_TRUE(Await([this] { return !app().backend()->proxyRunning() && !app().backend()->proxyBusy(); }));
  Action(kSwitch)->trigger();
  EXPECT_TRUE(Await([this] { return app().backend()->proxyRunning(); }));
}

TEST_F(TrayTest, BringsTheWindowBack) {
  EXPECT_EQ(Action(kOpen)->text(), "Open AG Gateway");
  window().hide();
  Action(kOpen)->trigger();
  EXPECT_TRUE(Await([this] { return window().isVisible() && window().isActive(); }));
  window().hide();
  Q_EMIT tray_.icon().activated(QSystemTrayIcon::Trigger);
  EXPECT_TRUE(window().isVisible()) << "by a click on the icon";
}

// With the question, where there is one: in the window.
TEST_F(TrayTest, Quits) {
  EXPECT_EQ(Action(kQuit)->text(), "Quit");
  EXPECT_TRUE(Action(kSeparator)->isSeparator());
  QSignalSpy quits(qmlEngine(&window()), &QQmlEngine::quit);
  window().hide();
  Action(kQuit)->trigger();
  EXPECT_TRUE(Await([&] { return !quits.isEmpty(); }));
}

TEST_F(TrayTest, SpeaksThePersonsLanguage) {
  app().preferences()->setLanguage("zh_CN");
  EXPECT_EQ(Action(kOpen)->text(), "打开 AG Gateway");
  EXPECT_FALSE(Tip().starts_with("AG Gateway: ")) << Tip();
}

TEST_F(TrayTest, TellsOfAnAccountThatNeedsItsOwner) {
  QSignalSpy told(&tray_, &Tray::told);
  Q_EMIT app().accounts()->attentionNeeded("work", "Sign in again.");
  ASSERT_EQ(told.size(), 1);
  EXPECT_EQ(told[0][0].toString(), "work needs attention");
  EXPECT_EQ(told[0][1].toString(), "Sign in again.");
  app().preferences()->setNotifications(false);
  Q_EMIT app().accounts()->attentionNeeded("work", "Sign in again.");
  EXPECT_EQ(told.size(), 1);
}

// The window can be closed to a tray only where it is shown.
TEST_F(TrayTest, IsWhereTheWindowCloses) {
  EXPECT_FALSE(window().property("tray").toBool());
  tray_.Show();
  EXPECT_TRUE(window().property("tray").toBool());
  app().preferences()->setCloseToTray(true);
  QSignalSpy quits(qmlEngine(&window()), &QQmlEngine::quit);
  EXPECT_TRUE(window().close());
  EXPECT_FALSE(window().isVisible());
  EXPECT_TRUE(quits.isEmpty());
}

class WithoutTray : public PageTest {};

TEST_F(WithoutTray, AHiddenWindowCanBeReached) {
  ASSERT_FALSE(QSystemTrayIcon::isSystemTrayAvailable());
  window().hide();
  const Desktop desktop(app(), window(), {.page = {}, .theme = {}, .size = {}, .visible = false});
  EXPECT_TRUE(window().isVisible());
}

}  // namespace
}  // namespace ag::gui
