#include <QQuickWindow>
#include <QSignalSpy>

#include "ag/gateway/v1/account.pb.h"
#include "tests/gui/pages/page_test.h"
#include "tests/gui/pages/proxy_stand_in.h"

namespace ag::gui {
namespace {

class FirstStart : public PageTest {
 protected:
  FirstStart() : PageTest({.first_start = true}) {}

  void RemoveAllAccounts() {
    const auto all = daemon().ListAccounts({});
    ASSERT_TRUE(all.ok());
    for (const auto& account : all->accounts()) {
      gateway::v1::DeleteAccountRequest request;
      request.set_id(account.id());
      EXPECT_TRUE(daemon().DeleteAccount(request).ok());
    }
    app().accounts()->refresh();
  }
};

TEST_F(FirstStart, GuideIsShownOnceAndLeadsOn) {
  EXPECT_TRUE(Await([&] { return Reads("Welcome to AG Gateway"); }));
  app().backend()->stopProxy();
  Click("guideProxy");
  EXPECT_TRUE(Await([&] { return app().backend()->proxyRunning(); }));
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return !Reads("Welcome to AG Gateway"); }));
  EXPECT_TRUE(app().preferences()->guideDone());
}

TEST_F(FirstStart, GuideIsOpenedAgainFromTheNavigation) {
  EXPECT_TRUE(Await([&] { return Reads("Welcome to AG Gateway"); }));
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return !Reads("Welcome to AG Gateway"); }));
  Click("nav-monitor");
  Click("showGuide");
  EXPECT_TRUE(Await([&] { return Reads("Welcome to AG Gateway"); }));
  EXPECT_TRUE(Await([&] { return Reads("is running."); })) << "with what is done already";
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return !Reads("Welcome to AG Gateway"); }));
  EXPECT_TRUE(app().preferences()->guideDone());
}

// It gives way to the page where an account is added, and is back when there is one and its presets are decided on.
TEST_F(FirstStart, GuideReturnsWithTheFirstAccount) {
  RemoveAllAccounts();
  EXPECT_FALSE(Sees("guideClient"));
  Click("guideAccount");
  EXPECT_TRUE(Await([&] { return Sees("noAccounts") && !Sees("guideAccount"); }));
  EXPECT_FALSE(app().preferences()->guideDone());
  Click("addAccount");
  Type("keyField", "sk-ant-new-key");
  Click("submitAccount");
  EXPECT_NE(ui().AwaitItem("skipPresets"), nullptr);
  EXPECT_FALSE(Reads("Welcome to AG Gateway")) << "one question at a time";
  Click("skipPresets");
  EXPECT_TRUE(Await([&] { return Reads("Welcome to AG Gateway") && Reads("1 account"); }));
  EXPECT_FALSE(Sees("guideAccount"));
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return app().preferences()->guideDone(); }));
}

TEST_F(FirstStart, GuideReturnsWithImportedAccounts) {
  RemoveAllAccounts();
  Click("guideAccount");
  Click("addAccount");
  Click("addTabs/segment-import");
  Click("chooseImport");
  PickFile("importChooser", WriteFile("config.yaml", "claude-api-key: [{api-key: sk-ant-0123456789}]\n"));
  Click("submitAccount");
  EXPECT_TRUE(Await([&] { return TextOf("submitAccount") == "Done"; }));
  auto* guide = window().findChild<QObject*>("firstRun");
  ASSERT_NE(guide, nullptr);
  const QSignalSpy opened(guide, SIGNAL(aboutToShow()));
  Click("submitAccount");
  EXPECT_NE(ui().AwaitItem("skipPresets"), nullptr);
  EXPECT_EQ(opened.count(), 0) << "one question at a time";
  Click("skipPresets");
  EXPECT_TRUE(Await([&] { return Reads("Welcome to AG Gateway") && Reads("1 account"); }));
}

TEST_F(FirstStart, GuideComesAgainWhenNoAccountWasAdded) {
  RemoveAllAccounts();
  Click("guideAccount");
  Click("addAccount");
  Click("cancelAdd");
  EXPECT_TRUE(Await([&] { return !Sees("cancelAdd"); }));
  EXPECT_FALSE(Reads("Welcome to AG Gateway")) << "there is still no account";
  EXPECT_FALSE(app().preferences()->guideDone()) << "the next start shows it";
}

TEST_F(FirstStart, WhyTheTestFailedIsSaidInTheLanguageOfNow) {
  const ProxyStandIn proxy(429, R"({"error":{"message":"all are cooling down"}})");
  Open({.first_start = true, .proxy_port = proxy.serverPort()});
  Click("guideTest");
  EXPECT_TRUE(Await([&] { return TextOf("testAnswer") == "all are cooling down"; }));
  app().preferences()->setLanguage("zh_CN");
  EXPECT_TRUE(Await([&] { return TextOf("testAnswer") == QStringLiteral("返回了 HTTP 429：“all are cooling down”"); }));
}

}  // namespace
}  // namespace ag::gui
