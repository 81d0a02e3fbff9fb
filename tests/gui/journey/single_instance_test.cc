#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <QFile>
#include <QTest>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/gui/journey/first_start.h"
#include "tests/support/child_process.h"

// The program itself, as a desktop starts it.
namespace ag::gui {
namespace {

class SingleInstance : public FirstStart {
 protected:
  // Says "painted" on its standard error, which carries its output too, once its window is on the screen.
  std::unique_ptr<test::ChildProcess> Start(std::vector<std::string> arguments = {}) const {
    test::Launch launch;
    launch.command = {AG_DESKTOP, "--report-painted"};
    launch.command.insert(launch.command.end(), arguments.begin(), arguments.end());
    launch.environment = {"HOME=" + home().path(),
                          "XDG_RUNTIME_DIR=" + home().path(),
                          "XDG_CONFIG_HOME=" + home().path(),
                          "AG_CONTROL=unix:" + socket(),
                          "PATH=" + programs() + ":/usr/bin:/bin",
                          "LC_ALL=C.UTF-8",
                          "QT_QPA_PLATFORM=offscreen",
                          "QT_QUICK_BACKEND=software"};
    launch.output = test::Output::kWithErrors;
    return std::make_unique<test::ChildProcess>(std::move(launch));
  }
  static bool Paints(test::ChildProcess& app) { return !app.WaitForLine("painted").empty(); }
};

TEST_F(SingleInstance, ASecondStartShowsTheWindowOfTheFirst) {
  const auto first = Start({"--hidden"});
  // It is hidden: that it is there can be seen by its name alone.
  const QString name = QString::fromStdString(home().File("ag-gateway-desktop-")) + QString::number(::getuid());
  ASSERT_TRUE(QTest::qWaitFor([&] { return QFile::exists(name); }, 30'000));
  const auto second = Start();
  EXPECT_EQ(second->Wait().code, 0);
  EXPECT_TRUE(Paints(*first));
  // And once more, with a window that is there already.
  EXPECT_EQ(Start()->Wait().code, 0);
  first->Signal(SIGTERM);
}

TEST_F(SingleInstance, AnAppThatWasKilledIsNoHindrance) {
  const auto killed = Start();
  ASSERT_TRUE(Paints(*killed));
  killed->Signal(SIGKILL);
  killed->Wait();
  const QString name = QString::fromStdString(home().File("ag-gateway-desktop-")) + QString::number(::getuid());
  ASSERT_TRUE(QFile::exists(name)) << "its socket is left behind";
  const auto next = Start();
  EXPECT_TRUE(Paints(*next));
  EXPECT_EQ(Start()->Wait().code, 0) << "it is the one now";
}

}  // namespace
}  // namespace ag::gui
