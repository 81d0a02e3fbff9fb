#include "gui/app/tray.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QImage>
#include <QMenu>
#include <QQmlEngine>
#include <QQuickWindow>
#include <QSignalSpy>

#include "gui/app/desktop.h"
#include "tests/gui/fake_desktop.h"
#include "tests/gui/pages/page_test.h"
#include "tests/gui/private_bus.h"

namespace ag::gui {
namespace {

// What a tray would show; this desktop has none.
class TrayTest : public PageTest {
 protected:
  enum Entry { kState, kOpen, kSwitch, kCopy, kSeparator, kQuit };

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

  void EndTrouble() {
    gateway::v1::DeleteAccountRequest request;
    request.set_id(AccountOf("lab-gemini").id());
    ASSERT_TRUE(daemon().DeleteAccount(request).ok());
    app().accounts()->refresh();
    ASSERT_TRUE(Await([this] { return app().accounts()->loaded() && !Tip().ends_with("attention"); }));
  }

  Tray tray_{app(), window()};
};

TEST_F(TrayTest, ShowsWhetherTheProxyListens) {
  EndTrouble();
  ASSERT_TRUE(AwaitTip("AG Gateway: listening on 127.0.0.1:8045")) << Tip();
  EXPECT_EQ(Colour(), "#2f5bd3");
  EXPECT_EQ(Action(kSwitch)->text(), "Stop the proxy");
  app().backend()->stopProxy();
  ASSERT_TRUE(AwaitTip("AG Gateway: the proxy is stopped")) << Tip();
  EXPECT_EQ(Colour(), "#79818d");
  EXPECT_EQ(Action(kSwitch)->text(), "Start the proxy");
}

TEST_F(TrayTest, ShowsThatNoDaemonAnswers) {
  EndTrouble();
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

TEST_F(TrayTest, ShowsThatAnAccountNeedsItsOwner) {
  ASSERT_TRUE(AwaitTip("AG Gateway: listening on 127.0.0.1:8045 · 1 needs attention")) << Tip();
  EXPECT_EQ(Colour(), "#b7791f");
  EXPECT_EQ(Action(kState)->text(), "listening on 127.0.0.1:8045 · 1 needs attention");
  EXPECT_FALSE(Action(kState)->isEnabled());
}

TEST_F(TrayTest, CopiesTheBaseUrl) {
  ASSERT_TRUE(Await([this] { return app().backend()->proxyRunning(); }));
  EXPECT_EQ(Action(kCopy)->text(), "Copy the base URL");
  Action(kCopy)->trigger();
  EXPECT_EQ(QGuiApplication::clipboard()->text(), "http://127.0.0.1:8045");
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

TEST_F(WithoutTray, ANotificationLeadsToItsAccount) {
  const PrivateBus bus;
  if (bus.address().isEmpty()) GTEST_SKIP() << "there is no dbus-daemon";
  FakeDesktop desktop(bus.address());
  const Desktop shown(app(), window(), {.page = {}, .theme = {}, .size = {}}, bus.AppsBus());
  ASSERT_TRUE(Await([this] { return app().accounts()->loaded(); }));
  const QString id = QString::fromStdString(AccountOf("lab-gemini").id());
  app().preferences()->setNotifications(false);
  Q_EMIT app().accounts()->attentionNeeded(id, "lab-gemini", "Not told.");
  app().preferences()->setNotifications(true);
  Q_EMIT app().accounts()->attentionNeeded(id, "lab-gemini", "The key is refused.");
  ASSERT_TRUE(Await([&] { return !desktop.shown().empty(); }));
  EXPECT_EQ(desktop.shown().front().title, "lab-gemini needs attention");
  EXPECT_EQ(desktop.shown().front().text, "The key is refused.");
  window().hide();
  desktop.Say("ActionInvoked", 1, "default");
  EXPECT_TRUE(Await([&] { return window().isVisible() && Sees("closeDrawer"); }));
  EXPECT_EQ(desktop.shown().size(), 1U);
}

}  // namespace
}  // namespace ag::gui
