#include "gui/app/window_memory.h"

#include <QGuiApplication>
#include <QQuickWindow>
#include <QScreen>
#include <optional>

#include "tests/gui/pages/page_test.h"

namespace ag::gui {
namespace {

class WindowMemoryTest : public PageTest {
 protected:
  // The window's life with a memory, as one run of the app has it.
  void Run(const WindowOptions& options = {}) { memory_.emplace(*app().preferences(), window(), options); }
  void End() { memory_.reset(); }
  Preferences& preferences() { return *app().preferences(); }
  QRect Stored() { return preferences().value("window/geometry", {}).toRect(); }
  // What of the window's top is on a screen.
  QRect Held() {
    const QRect top(window().position(), QSize(window().width(), 32));
    QRect most;
    for (const QScreen* screen : QGuiApplication::screens()) {
      const QRect seen = screen->availableGeometry() & top;
      if (seen.width() > most.width()) most = seen;
    }
    return most;
  }

  std::optional<WindowMemory> memory_;
};

TEST_F(WindowMemoryTest, GivesPlaceAndSizeBack) {
  Run();
  window().setGeometry(40, 60, 1000, 700);
  End();
  window().setGeometry(0, 0, 1200, 800);
  Run();
  EXPECT_EQ(window().geometry(), QRect(40, 60, 1000, 700));
}

TEST_F(WindowMemoryTest, KeepsThemWhenTheWindowCloses) {
  Run();
  window().setGeometry(40, 60, 1000, 700);
  EXPECT_TRUE(window().close());
  EXPECT_EQ(Stored(), QRect(40, 60, 1000, 700));
}

TEST_F(WindowMemoryTest, LeavesTheUsualSizeToTheFirstRun) {
  const QRect before = window().geometry();
  Run();
  EXPECT_EQ(window().geometry(), before);
}

// A screen that is gone does not keep the window.
TEST_F(WindowMemoryTest, BringsAWindowBackFromOutsideOfAllScreens) {
  for (const QPoint place : {QPoint(5'000, 100), QPoint(-4'000, 100), QPoint(100, 9'000), QPoint(100, -900)}) {
    preferences().setValue("window/geometry", QRect(place, QSize(1000, 700)));
    Run();
    EXPECT_GE(Held().width(), 120) << place.x() << ' ' << place.y();
    EXPECT_EQ(Held().height(), 32) << "its top can be taken hold of";
    EXPECT_GE(window().width(), window().minimumWidth());
    EXPECT_LE(window().height(), 700);
    End();
  }
}

// A corner that can be seen is no place to take hold of.
TEST_F(WindowMemoryTest, BringsAWindowBackThatCannotBeMoved) {
  const QRect screen = QGuiApplication::primaryScreen()->availableGeometry();
  preferences().setValue("window/geometry", QRect(screen.right() - 20, screen.top(), 1000, 700));
  Run();
  EXPECT_GE(Held().width(), 120);
  End();
  preferences().setValue("window/geometry", QRect(screen.left(), screen.top() - 300, 1000, 700));
  Run();
  EXPECT_EQ(Held().height(), 32);
}

TEST_F(WindowMemoryTest, RemembersThatItWasMaximized) {
  Run();
  window().setGeometry(40, 60, 1000, 700);
  End();
  Run();
  window().showMaximized();
  End();
  EXPECT_EQ(Stored(), QRect(40, 60, 1000, 700)) << "what it goes back to";
  window().showNormal();
  Run();
  EXPECT_EQ(window().windowState(), Qt::WindowMaximized);
  EXPECT_TRUE(window().isVisible());
}

TEST_F(WindowMemoryTest, DoesNotShowAHiddenWindow) {
  preferences().setValue("window/geometry", QRect(40, 60, 1000, 700));
  preferences().setValue("window/maximized", true);
  window().hide();
  Run();
  EXPECT_FALSE(window().isVisible()) << "it starts in the tray";
}

TEST_F(WindowMemoryTest, TakesASizeOfThisRunAloneForWhatItIs) {
  preferences().setValue("window/geometry", QRect(40, 60, 1000, 700));
  const QRect before = window().geometry();
  Run({.page = {}, .theme = {}, .size = before.size()});
  EXPECT_EQ(window().geometry(), before);
  End();
  EXPECT_EQ(Stored(), QRect(40, 60, 1000, 700));
}

TEST_F(WindowMemoryTest, BeginsWithThePageThatWasShownLast) {
  Run();
  Click("nav-stats");
  End();
  const auto begins_with = [this](const WindowOptions& options) {
    const MainWindow next(app(), options);
    return next.window()->property("page").toString();
  };
  EXPECT_EQ(begins_with({}), "stats");
  EXPECT_EQ(begins_with({.page = "proxy", .theme = {}, .size = {}}), "proxy") << "the command line's";
  preferences().setValue("window/page", "of another version");
  EXPECT_EQ(begins_with({}), "dashboard");
}

}  // namespace
}  // namespace ag::gui
