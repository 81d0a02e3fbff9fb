#include <absl/cleanup/cleanup.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QHostAddress>
#include <QTcpServer>
#include <QTimer>
#include <algorithm>
#include <optional>
#include <string>

#include "tests/gui/journey/desktop_app.h"
#include "tests/gui/journey/first_start.h"

// The app is started where its guide has been seen and no daemon runs.
namespace ag::gui {
namespace {

class StartWithApp : public FirstStart {
 protected:
  // Should another program take that port meanwhile, the daemon runs all the same.
  StartWithApp() {
    QTcpServer free;
    EXPECT_TRUE(free.listen(QHostAddress::LocalHost));
    Set("AG_PROXY_PORT", std::to_string(free.serverPort()));
  }
  ~StartWithApp() override {
    if (desktop_) desktop_->app().daemon()->stop();
    // What a unit has started is nobody's child.
    if (const pid_t unit = UnitPid(); unit > 0) ::kill(unit, SIGKILL);
  }

  void Open(const DesktopApp::Options& options = {}) { desktop_.emplace(options); }
  WindowDriver& ui() { return desktop_->ui(); }
  Backend& backend() { return *desktop_->app().backend(); }
  gui::Daemon& daemon() { return *desktop_->app().daemon(); }
  Preferences& preferences() { return *desktop_->app().preferences(); }

  bool AwaitConnected() {
    return ui().Await([this] { return backend().connected(); }, "that a daemon answers");
  }
  // Until a start has failed; its reason.
  std::string AwaitError() {
    ui().Await([this] { return !daemon().error().isEmpty(); }, "that the start fails");
    EXPECT_FALSE(daemon().starting());
    return daemon().error().toStdString();
  }
  // What the banner says once it is there.
  bool AwaitBanner(const std::string& part) {
    return ui().Await([&] { return ui().TextOf(ui().Find("daemonBanner")).contains(QString::fromStdString(part)); },
                      "a banner with '" + QString::fromStdString(part) + "'");
  }
  // As a unit does: in the background, its process number in a file.
  std::string StartAsUnit() const {
    const std::string program = QCoreApplication::applicationDirPath().toStdString() + "/gatewayd";
    return program + " --control unix:" + socket() + " </dev/null >/dev/null 2>&1 & echo $! >" + home().File("pid");
  }
  std::string Calls() const { return test::ReadFile(home().File("calls")); }
  std::string NoteCall() const { return "echo \"$@\" >>" + home().File("calls") + "\n"; }
  pid_t UnitPid() const {
    return static_cast<pid_t>(QByteArray::fromStdString(test::ReadFile(home().File("pid"))).trimmed().toInt());
  }

 private:
  std::optional<DesktopApp> desktop_;
};

TEST_F(StartWithApp, RunsTheDaemonAndConnects) {
  Open();
  EXPECT_TRUE(daemon().starting());
  ASSERT_TRUE(AwaitConnected());
  EXPECT_TRUE(daemon().startedHere());
  EXPECT_FALSE(daemon().sandbox());
  EXPECT_EQ(backend().target().toStdString(), "unix:" + socket());
  EXPECT_EQ(ui().Find("daemonBanner"), nullptr);
}

TEST_F(StartWithApp, TakesTheOneThatRuns) {
  WriteProgram("systemctl", NoteCall() + "exit 5");
  Open();
  ASSERT_TRUE(AwaitConnected());
  const qint64 first = backend().pid();
  DesktopApp second({});
  ASSERT_TRUE(second.ui().Await([&] { return second.app().backend()->connected(); }, "the running daemon"));
  EXPECT_EQ(second.app().backend()->pid(), first);
  EXPECT_FALSE(second.app().daemon()->startedHere());
  EXPECT_EQ(Calls(), "--user start gatewayd.service\n") << "by the first alone";
}

TEST_F(StartWithApp, DoesNotWhereTheSettingIsOff) {
  Open({.control = {}, .preferences = "start_gateway=false\n"});
  EXPECT_FALSE(daemon().starting());
  ASSERT_TRUE(AwaitBanner("gatewayd is not running."));
  EXPECT_FALSE(daemon().starting());
  // The pages say so too, rather than show figures and addresses that nobody knows.
  EXPECT_NE(ui().AwaitItem("dashboardUnknown"), nullptr);
  EXPECT_EQ(ui().Find("limitCard"), nullptr);
  ui().Click("nav-proxy");
  EXPECT_NE(ui().AwaitItem("proxyUnknown"), nullptr);
  EXPECT_FALSE(ui().Shows("127.0.0.1:0"));
  ui().Click("startDaemon");
  ASSERT_TRUE(AwaitConnected());
  EXPECT_TRUE(ui().Await([&] { return ui().Find("proxyUnknown") == nullptr && ui().Shows("http://127.0.0.1:"); },
                         "the page when the gateway answers"));
}

TEST_F(StartWithApp, IsSwitchedInSettings) {
  Open({.control = {}, .preferences = "start_gateway=false\n"});
  ui().Click("nav-settings");
  ui().Click("setting-app.start_gateway");
  EXPECT_TRUE(preferences().startGateway());
  EXPECT_FALSE(daemon().starting()) << "the next start counts";
}

TEST_F(StartWithApp, LeavesTheFirstChoiceToTheGuide) {
  Open({.control = {}, .first_start = true});
  EXPECT_FALSE(daemon().starting());
  ASSERT_NE(ui().AwaitItem("guideStart"), nullptr);
  ui().Click("guideStart");
  ASSERT_TRUE(AwaitConnected());
  EXPECT_EQ(preferences().value("daemon/last_started", {}).toString(), "gateway");
}

// The guide was left open then.
TEST_F(StartWithApp, StartsWhatWasStartedBefore) {
  Open({.control = {}, .first_start = true, .preferences = "[daemon]\nlast_started=gateway\n"});
  EXPECT_TRUE(daemon().starting());
  ASSERT_TRUE(AwaitConnected());
}

TEST_F(StartWithApp, MakesNoGatewayOfASandbox) {
  Open({.control = {}, .preferences = "[daemon]\nlast_started=sandbox\n"});
  EXPECT_FALSE(daemon().starting());
  ASSERT_TRUE(AwaitBanner("gatewayd is not running."));
}

TEST_F(StartWithApp, LeavesOtherSocketsAlone) {
  Open({.control = "unix:" + home().File("other.sock")});
  EXPECT_FALSE(daemon().starting());
  Open({.control = "tcp:localhost:1"});
  EXPECT_FALSE(daemon().starting());
}

// Of a daemon that was killed: the file is there, and nobody behind it.
TEST_F(StartWithApp, IsNotHinderedByAStaleSocket) {
  Open();
  ASSERT_TRUE(AwaitConnected());
  ::kill(static_cast<pid_t>(backend().pid()), SIGKILL);
  ASSERT_TRUE(ui().Await([this] { return !backend().connected() && !daemon().startedHere(); }, "its end"));
  ASSERT_TRUE(QFile::exists(QString::fromStdString(socket())));
  Open();
  EXPECT_TRUE(AwaitConnected());
}

TEST_F(StartWithApp, DoesNotRaiseADaemonThatDiesUnderWay) {
  Open();
  ASSERT_TRUE(AwaitConnected());
  ::kill(static_cast<pid_t>(backend().pid()), SIGKILL);
  ASSERT_TRUE(ui().Await([this] { return !daemon().startedHere(); }, "that the app knows it is gone"));
  ASSERT_NE(ui().AwaitItem("startDaemon"), nullptr);
  EXPECT_FALSE(daemon().starting());
  EXPECT_FALSE(backend().connected());
  ui().Click("startDaemon");
  ASSERT_TRUE(AwaitConnected());
  EXPECT_TRUE(daemon().startedHere());
}

TEST_F(StartWithApp, BringsASandboxBackAsOne) {
  Open({.control = {}, .first_start = true});
  ui().Click("guideSandbox");
  ASSERT_TRUE(AwaitConnected());
  ui().Press(Qt::Key_Escape);
  const QString target = backend().target();
  ::kill(static_cast<pid_t>(backend().pid()), SIGKILL);
  ASSERT_TRUE(ui().Await([this] { return !daemon().startedHere(); }, "that the app knows it is gone"));
  ui().Click("startDaemon");
  ASSERT_TRUE(AwaitConnected());
  EXPECT_EQ(backend().target(), target);
  EXPECT_TRUE(daemon().sandbox());
}

TEST_F(StartWithApp, PrefersTheUnit) {
  WriteProgram("systemctl", NoteCall() + "case $2 in start) " + StartAsUnit() + ";; stop) kill $(cat " +
                                home().File("pid") + ");; esac\nexit 0");
  Open();
  ASSERT_TRUE(AwaitConnected());
  EXPECT_EQ(Calls(), "--user start gatewayd.service\n");
  EXPECT_EQ(backend().pid(), UnitPid());
  EXPECT_TRUE(daemon().startedHere());
  daemon().stop();
  EXPECT_TRUE(ui().Await([this] { return !backend().connected(); }, "that the unit ends"));
  EXPECT_EQ(Calls(), "--user start gatewayd.service\n--user stop gatewayd.service\n");
  EXPECT_FALSE(daemon().startedHere());
}

TEST_F(StartWithApp, StartsAProcessWhereTheUnitFails) {
  WriteProgram("systemctl", NoteCall() + "exit 1");
  Open();
  ASSERT_TRUE(AwaitConnected());
  EXPECT_EQ(Calls(), "--user start gatewayd.service\n");
  EXPECT_TRUE(daemon().startedHere());
  EXPECT_EQ(UnitPid(), 0);
}

// Longer than any frame, shorter than what systemctl is given.
TEST_F(StartWithApp, StaysAtWorkWhileSystemctlHangs) {
  WriteProgram("systemctl", NoteCall() + "exec tail -f /dev/null");
  QElapsedTimer since;
  since.start();
  Open();
  qint64 longest = 0;
  qint64 before = since.elapsed();
  QTimer beat;
  beat.setInterval(10);
  QObject::connect(&beat, &QTimer::timeout, [&] {
    longest = std::max(longest, since.elapsed() - before);
    before = since.elapsed();
  });
  beat.start();
  ui().Click("nav-accounts");
  EXPECT_NE(ui().AwaitItem("accountsPage"), nullptr);
  EXPECT_FALSE(Calls().empty());
  EXPECT_TRUE(daemon().starting());
  ASSERT_TRUE(AwaitConnected()) << "a process of its own in the end";
  EXPECT_TRUE(daemon().startedHere());
  EXPECT_LT(longest, 2'000) << "the window stood still";
}

TEST_F(StartWithApp, SaysThatThereIsNoGatewayd) {
  Set("PATH", programs());
  Open({.control = {}, .programs = QString::fromStdString(home().File("none"))});
  EXPECT_EQ(AwaitError(), "gatewayd is not installed: put it beside this program or on PATH.");
  EXPECT_TRUE(AwaitBanner("gatewayd is not installed"));
  EXPECT_NE(ui().AwaitItem("startDaemon"), nullptr);
}

TEST_F(StartWithApp, SaysThatTheDaemonEndsAtOnce) {
  WriteProgram("gatewayd", "exit 3");
  Open({.control = {}, .programs = QString::fromStdString(programs())});
  EXPECT_EQ(AwaitError(), "gatewayd ended at once and said nothing.");
  WriteProgram("gatewayd", "for n in 1 2 3 4; do echo \"line $n\" >&2; done; exit 3");
  ui().Click("startDaemon");
  ASSERT_TRUE(AwaitBanner("line 4"));
  EXPECT_EQ(daemon().error(), "line 2\nline 3\nline 4");
}

TEST_F(StartWithApp, SaysWhatIsWrongWithTheConfiguration) {
  QDir().mkpath(QString::fromStdString(home().File("ag-gateway")));
  test::WriteFile(home().File("ag-gateway/config.json"), "{\"proxy\": {\"port\": \"often\"}}");
  Open();
  const std::string said = AwaitError();
  EXPECT_NE(said.find("config.json"), std::string::npos) << said;
  EXPECT_NE(said.find("proxy.port"), std::string::npos) << said;
  EXPECT_TRUE(AwaitBanner("config.json"));
}

TEST_F(StartWithApp, SaysThatThePortIsInUse) {
  QTcpServer other;
  ASSERT_TRUE(other.listen(QHostAddress::LocalHost));
  const std::string port = std::to_string(other.serverPort());
  Set("AG_PROXY_PORT", port);
  Open();
  const std::string said = AwaitError();
  EXPECT_NE(said.find("cannot listen on 127.0.0.1:" + port), std::string::npos) << said;
  EXPECT_TRUE(AwaitBanner("127.0.0.1:" + port));
  // It is mended elsewhere, and the button tries again.
  other.close();
  ui().Click("startDaemon");
  EXPECT_TRUE(AwaitConnected());
  EXPECT_EQ(daemon().error(), "");
}

}  // namespace
}  // namespace ag::gui
