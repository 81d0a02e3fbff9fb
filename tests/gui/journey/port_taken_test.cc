#include <gtest/gtest.h>

#include <QQuickWindow>
#include <QTest>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>

#include "tests/daemon/daemon.h"
#include "tests/gui/journey/desktop_app.h"
#include "tests/support/socket.h"

namespace ag::gui {
namespace {

// Nobody's, as far as one can know.
std::uint16_t FreePort() { return test::ListenSocket().port(); }

void Configure(const test::DaemonHome& home, std::uint16_t port) {
  std::filesystem::create_directories(home.data_dir());
  std::ofstream(home.File("config.json")) << R"({"proxy":{"auto_start":false,"port":)" << port << "}}";
}

// Another program has the port of the proxy: the daemon runs, and the app says what is wrong and takes another port.
TEST(PortTaken, IsSaidOnTheDashboardAndMendedOnTheProxysPage) {
  const test::ListenSocket other;
  const test::DaemonHome home;
  Configure(home, other.port());
  const test::Daemon daemon(home, {.arguments = {}, .environment = {}, .port = ""});
  DesktopApp desktop({.control = "unix:" + home.socket()});
  WindowDriver& ui = desktop.ui();

  ui.Click("mend-proxy");  // it is stopped: start it
  ASSERT_TRUE(ui.Await([&] { return ui.Shows("The proxy cannot listen"); }, "that the dashboard says so"));
  EXPECT_TRUE(ui.Shows(QString::number(other.port())));
  EXPECT_TRUE(ui.Shows("Proxy stopped"));

  ui.Click("mend-proxy");  // leads to where it is mended
  ASSERT_NE(ui.AwaitItem("proxyPage"), nullptr);
  EXPECT_TRUE(ui.TextOf(ui.Find("proxyError")).contains(QString::number(other.port())))
      << ui.TextOf(ui.Find("proxyError")).toStdString();
  EXPECT_EQ(ui.TextOf(ui.Find("port")), QString::number(other.port()));

  ui.Type("port", QString::number(FreePort()));
  QTest::keyClick(static_cast<QWindow*>(&desktop.window()), Qt::Key_Return);
  ui.Click("proxySwitch");
  ASSERT_TRUE(ui.Await([&] { return desktop.app().backend()->proxyRunning(); }, "that the proxy listens"));
  EXPECT_TRUE(ui.Await([&] { return ui.Find("proxyError") == nullptr; }, "that the error goes"));
  ui.Click("nav-dashboard");
  EXPECT_TRUE(ui.Await([&] { return ui.Find("dashboardPage") != nullptr && ui.Find("mend-proxy") == nullptr; },
                       "that the dashboard's notice goes"));
}

TEST(PortTaken, IsOverWhenTheOtherProgramHasGone) {
  auto other = std::make_unique<test::ListenSocket>();
  const test::DaemonHome home;
  Configure(home, other->port());
  const test::Daemon daemon(home, {.arguments = {}, .environment = {}, .port = ""});
  DesktopApp desktop({.control = "unix:" + home.socket()});
  WindowDriver& ui = desktop.ui();

  ui.Click("nav-proxy");
  ui.Click("proxySwitch");
  EXPECT_TRUE(ui.Await([&] { return ui.Find("proxyError") != nullptr && !desktop.app().backend()->proxyBusy(); },
                       "that it is refused"));
  const QString place = QStringLiteral("127.0.0.1:%1").arg(other->port());
  other.reset();
  ui.Click("proxySwitch");
  ASSERT_TRUE(ui.Await([&] { return desktop.app().backend()->proxyRunning(); }, "that the proxy listens"));
  EXPECT_EQ(desktop.app().backend()->proxyAddress(), place);
}

}  // namespace
}  // namespace ag::gui
