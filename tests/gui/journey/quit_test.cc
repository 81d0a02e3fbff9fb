#include <gtest/gtest.h>

#include <QQmlEngine>
#include <QQuickWindow>
#include <QSignalSpy>
#include <optional>

#include "tests/gui/journey/desktop_app.h"
#include "tests/gui/journey/first_start.h"

namespace ag::gui {
namespace {

// The app has started a daemon, and its person leaves.
class Quitting : public FirstStart {
 protected:
  Quitting() {
    desktop_.emplace(DesktopApp::Options{.control = {}, .first_start = true});
    ui().Click("guideSandbox");
    EXPECT_TRUE(ui().Await([this] { return Runs(); }, "the sandbox"));
    ui().Press(Qt::Key_Escape);
    ui().AwaitGone("guideClient");
    quits_.emplace(qmlEngine(&desktop_->window()), &QQmlEngine::quit);
  }
  ~Quitting() override { app().daemon()->stop(); }

  App& app() { return desktop_->app(); }
  WindowDriver& ui() { return desktop_->ui(); }
  QQuickWindow& window() { return desktop_->window(); }
  bool Asks() { return ui().Find("quitKeep") != nullptr; }
  bool AwaitQuit() {
    return ui().Await([this] { return !quits_->isEmpty(); }, "that the app ends");
  }
  bool HasQuit() const { return !quits_->isEmpty(); }
  bool Runs() { return app().daemon()->startedHere() && app().backend()->connected(); }
  bool AwaitStop() {
    return ui().Await([this] { return !app().backend()->connected(); }, "that the daemon ends");
  }

 private:
  std::optional<DesktopApp> desktop_;
  std::optional<QSignalSpy> quits_;
};

TEST_F(Quitting, AsksAndCanBeCalledOff) {
  ui().Press(Qt::Key_Q, Qt::ControlModifier);
  ASSERT_TRUE(ui().Await([this] { return Asks(); }, "the question"));
  ui().Press(Qt::Key_Escape);
  EXPECT_TRUE(ui().AwaitGone("quitKeep"));
  EXPECT_FALSE(HasQuit());
  EXPECT_TRUE(Runs());
}

TEST_F(Quitting, LeavesTheDaemonWhenToldSo) {
  EXPECT_FALSE(window().close()) << "the question comes first";
  ui().Click("quitKeep");
  EXPECT_TRUE(AwaitQuit());
  EXPECT_TRUE(Runs());
  EXPECT_EQ(app().preferences()->onQuit(), "ask");
}

TEST_F(Quitting, StopsTheDaemonAndRemembersTheChoice) {
  ui().Press(Qt::Key_Q, Qt::ControlModifier);
  ui().Click("quitAlways");
  ui().Click("quitStop");
  EXPECT_TRUE(AwaitQuit());
  EXPECT_TRUE(AwaitStop());
  EXPECT_EQ(app().preferences()->onQuit(), "stop");
}

TEST_F(Quitting, FollowsTheSettingWithoutAQuestion) {
  ui().Click("nav-settings");
  ui().Click("setting-app.on_quit/segment-stop");
  EXPECT_TRUE(window().close());
  EXPECT_TRUE(AwaitQuit());
  EXPECT_FALSE(Asks());
  EXPECT_TRUE(AwaitStop());
}

TEST_F(Quitting, KeepsTheDaemonByTheSetting) {
  ui().Click("nav-settings");
  ui().Click("setting-app.on_quit/segment-keep");
  ui().Press(Qt::Key_Q, Qt::ControlModifier);
  EXPECT_TRUE(AwaitQuit());
  EXPECT_FALSE(Asks());
  EXPECT_TRUE(Runs());
}

// This desktop has no tray: a window that went there could not be brought back.
TEST_F(Quitting, AsksWhereThereIsNoTrayToCloseTo) {
  app().preferences()->setCloseToTray(true);
  EXPECT_FALSE(window().close());
  EXPECT_TRUE(ui().Await([this] { return Asks(); }, "the question"));
}

}  // namespace
}  // namespace ag::gui
