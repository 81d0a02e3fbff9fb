#include <absl/cleanup/cleanup.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <QClipboard>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QTcpServer>
#include <optional>
#include <string>

#include "tests/daemon/daemon.h"
#include "tests/gui/journey/desktop_app.h"
#include "tests/gui/journey/first_start.h"
#include "tests/support/child_process.h"

namespace ag::gui {
namespace {

TEST(DaemonLife, IsMissedWithinASecondAndFoundAgain) {
  test::DaemonHome home;
  std::optional<test::Daemon> daemon(std::in_place, home);
  ASSERT_NE(daemon->port(), 0);
  DesktopApp desktop({.control = "unix:" + home.socket()});
  WindowDriver& ui = desktop.ui();
  ui.Click("nav-settings");
  ui.Type("settingSearch", "pool.mode");
  ASSERT_NE(ui.AwaitItem("setting-pool.mode"), nullptr);

  daemon->process().Signal(SIGKILL);
  QElapsedTimer gone;
  gone.start();
  ASSERT_TRUE(ui.Await([&] { return ui.Find("daemonBanner") != nullptr; }, "that the app misses the daemon"));
  EXPECT_LT(gone.elapsed(), 1'000);
  // Below the banner, once that has its place.
  EXPECT_TRUE(ui.Await([&] { return ui.Find("setting-pool.mode") != nullptr; }, "that pages keep what they show"));

  daemon.emplace(home);
  ASSERT_NE(daemon->port(), 0);
  EXPECT_TRUE(ui.AwaitGone("daemonBanner"));
  EXPECT_TRUE(desktop.app().backend()->connected());
}

// A new user needs no document: at most six clicks from the first window to an answer.
TEST_F(FirstStart, TakesSixClicksToARequestInTheSandbox) {
  QTcpServer other_program;
  other_program.listen(QHostAddress::LocalHost, 8045);  // in vain where one is there already
  DesktopApp desktop({.control = {}, .first_start = true});
  const absl::Cleanup stop = [&] { desktop.app().daemon()->stop(); };
  WindowDriver& ui = desktop.ui();
  ui.Click("guideSandbox");
  QElapsedTimer started;
  started.start();
  ASSERT_TRUE(ui.Await([&] { return desktop.app().backend()->connected(); }, "that the app finds its sandbox"));
  EXPECT_LT(started.elapsed(), 4'000) << "half a second is usual";
  ui.Click("guideClient");
  ui.Click("copyCode");
  const std::string copied = QGuiApplication::clipboard()->text().toStdString();
  const test::Finished answer =
      test::RunToEnd({.command = {"/bin/sh", "-c", copied}, .environment = {"PATH=/usr/bin:/bin"}});
  EXPECT_EQ(answer.code, 0) << copied << "\n" << answer.err;
  EXPECT_NE(answer.out.find("\"choices\""), std::string::npos) << answer.out;
  EXPECT_LE(ui.clicks(), 6);
}

// The guide can send the first request itself, and shows the answer with its record.
TEST_F(FirstStart, SendsATestRequestAndShowsItsRecord) {
  DesktopApp desktop({.control = {}, .first_start = true});
  const absl::Cleanup stop = [&] { desktop.app().daemon()->stop(); };
  WindowDriver& ui = desktop.ui();
  ui.Click("guideSandbox");
  ui.Click("guideTest");
  TestRequest& test = *desktop.app().testRequest();
  ASSERT_TRUE(ui.Await([&] { return !test.requestId().isEmpty() || !test.error().isEmpty(); }, "an answer"));
  EXPECT_EQ(test.error(), "");
  EXPECT_EQ(ui.TextOf(ui.Find("testAnswer")), test.answer());
  EXPECT_NE(test.answer(), "");
  EXPECT_TRUE(ui.TextOf(ui.Find("testRecord")).contains("tokens"));
  ui.Click("showTestRequest");
  ASSERT_NE(ui.AwaitItem("monitorList"), nullptr);
  EXPECT_EQ(desktop.app().requestDetail()->requestId(), test.requestId());
}

}  // namespace
}  // namespace ag::gui
