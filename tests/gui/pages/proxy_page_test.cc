#include <QClipboard>
#include <QGuiApplication>
#include <QQuickItem>

#include "ag/gateway/v1/route.pb.h"
#include "tests/gui/pages/page_test.h"

namespace ag::gui {
namespace {

class ProxyPage : public PageTest {
 protected:
  ProxyPage() : PageTest({.page = "proxy"}) {
    EXPECT_TRUE(Await([&] { return app().settings()->loaded() && app().routes()->loaded(); }));
  }
};

TEST_F(ProxyPage, StopsAndStartsTheProxy) {
  Click("proxySwitch");
  EXPECT_TRUE(Await([&] { return TextOf("statusProxy") == "Proxy stopped"; }));
  Click("proxySwitch");
  EXPECT_TRUE(Await([&] { return TextOf("statusProxy") == "Listening on 127.0.0.1:8045"; }));
}

TEST_F(ProxyPage, ChangesThePort) {
  Type("port", "9100");
  Press(Qt::Key_Return);
  EXPECT_TRUE(Await([&] { return SettingOf("proxy.port") == "9100"; }));
}

TEST_F(ProxyPage, ARoutesEffortStaysChosenInAnotherLanguage) {
  Click("addRoute");
  Choose("routeEffort", "medium");
  app().preferences()->setLanguage("zh_CN");
  EXPECT_TRUE(Await([&] { return Reads(QStringLiteral("推理强度")); }));
  EXPECT_EQ(TextOf("routeEffort"), "medium");
}

TEST_F(ProxyPage, ChoosesWhoNeedsTheKey) {
  Click("authMode/segment-strict");
  EXPECT_TRUE(Await([&] { return SettingOf("proxy.auth_mode") == "\"strict\""; }));
  EXPECT_TRUE(Await([&] { return Reads("Every request needs the key."); }));
}

TEST_F(ProxyPage, OpensToTheNetworkOnlyWithAuthentication) {
  Click("lanSwitch");
  EXPECT_TRUE(Await([&] { return Reads("Open to the network?"); }));
  EXPECT_EQ(SettingOf("proxy.allow_lan_access"), "false");
  Click("confirm");
  EXPECT_TRUE(Await([&] { return SettingOf("proxy.allow_lan_access") == "true"; }));
  EXPECT_NE(SettingOf("proxy.auth_mode"), "\"off\"");
  Click("lanSwitch");
  EXPECT_TRUE(Await([&] { return SettingOf("proxy.allow_lan_access") == "false"; }));
}

// 127.0.0.1 is of no use to them.
TEST_F(ProxyPage, TellsOtherMachinesWhereItIs) {
  EXPECT_FALSE(Sees("lanHelp"));
  Click("lanSwitch");
  Click("confirm");
  app().backend()->refresh();
  EXPECT_TRUE(Await([&] { return TextOf("lanUrl-0") == "http://192.168.1.20:8045"; }));
  EXPECT_EQ(TextOf("lanUrl-1"), "http://[2001:db8::20]:8045");
  EXPECT_EQ(TextOf("baseUrl"), "http://127.0.0.1:8045") << "what programs of this machine enter";
  EXPECT_TRUE(app().snippets()->list().constFirst().toMap().value("text").toString().contains("//127.0.0.1:8045/"));
  Click("copyLanUrl-0");
  EXPECT_EQ(QGuiApplication::clipboard()->text(), "http://192.168.1.20:8045");
  Click("proxySwitch");
  EXPECT_TRUE(Await([&] { return !Sees("lanHelp"); })) << "nobody listens";
  Click("proxySwitch");
  EXPECT_TRUE(Await([&] { return Sees("lanHelp"); }));
  Click("lanSwitch");
  EXPECT_TRUE(Await([&] { return !Sees("lanHelp"); }));
}

// A daemon on another machine is reached there by whoever reaches it as this app does.
TEST_F(ProxyPage, TellsNoAddressesOfThisMachineForAnotherOne) {
  Open({.page = "proxy", .remote = true});
  EXPECT_TRUE(Await([&] { return app().settings()->loaded(); }));
  app().settings()->setLan(true);
  EXPECT_TRUE(Await([&] { return app().backend()->proxyAddresses().contains("0.0.0.0:8045"); }));
  EXPECT_FALSE(Sees("lanHelp"));
}

// The daemon has the last word: what it refuses is said where it was asked for, until a later change is in force.
TEST_F(ProxyPage, SaysWhyAuthenticationStaysOnWhileTheNetworkIsLetIn) {
  Click("lanSwitch");
  Click("confirm");
  EXPECT_TRUE(Await([&] { return SettingOf("proxy.allow_lan_access") == "true" && app().settings()->lan(); }));
  Click("authMode/segment-off");
  EXPECT_TRUE(Await([&] { return Reads("would open your accounts to the network"); }));
  EXPECT_EQ(Of("authMode", "value").toString(), "auto");
  EXPECT_EQ(SettingOf("proxy.auth_mode"), "\"auto\"");
  Click("lanSwitch");
  EXPECT_TRUE(Await([&] { return SettingOf("proxy.allow_lan_access") == "false"; }));
  EXPECT_TRUE(Await([&] { return !Reads("would open your accounts to the network"); }));
  Click("authMode/segment-off");
  EXPECT_TRUE(Await([&] { return SettingOf("proxy.auth_mode") == "\"off\""; }));
}

TEST_F(ProxyPage, AddsARoute) {
  Click("addRoute");
  EXPECT_EQ(Of("routeProvider", "editText"), "") << "none is meant yet";
  Type("routePattern", "quick-*");
  Type("routeModel", "gpt-5-nano");
  Click("saveRoute");
  EXPECT_TRUE(Await([&] { return Routes().contains("quick-*"); }));
}

TEST_F(ProxyPage, TakesAProviderByItsName) {
  Click("addRoute");
  Type("routePattern", "deep-*");
  Type("routeProvider", "DeepSeek");
  Click("saveRoute");
  EXPECT_TRUE(Await([&] { return Routes().contains("deep-*") && !Sees("routePattern"); }));
  EXPECT_EQ(RouteOf("deep-*").provider(), "deepseek");
}

TEST_F(ProxyPage, ARoutesProviderStaysWhenTheChoicesChange) {
  Click("editRoute-fast");
  EXPECT_TRUE(Await([&] { return Of("routeProvider", "editText") == "DeepSeek"; }));
  gateway::v1::DeleteAccountRequest removal;
  removal.set_id(AccountOf("work-anthropic").id());
  ASSERT_TRUE(daemon().DeleteAccount(removal).ok());
  removal.set_id(AccountOf("night-anthropic").id());
  ASSERT_TRUE(daemon().DeleteAccount(removal).ok());
  app().accounts()->refresh();
  EXPECT_TRUE(Await([&] { return !app().accounts()->providers().contains("Anthropic"); }));
  EXPECT_EQ(Of("routeProvider", "editText"), "DeepSeek");
  Click("saveRoute");
  EXPECT_TRUE(Await([&] { return !Sees("routePattern"); }));
  EXPECT_EQ(RouteOf("fast").provider(), "deepseek");
}

TEST_F(ProxyPage, ARefusedRouteCanBeCorrected) {
  Click("addRoute");
  Type("routePattern", "deep-*");
  Type("routeProvider", "nobody");
  Click("saveRoute");
  EXPECT_TRUE(Await([&] { return TextOf("routeRefused").contains("nobody"); }));
  EXPECT_EQ(TextOf("routePattern"), "deep-*");
  Type("routeProvider", "deepseek");
  Click("saveRoute");
  EXPECT_TRUE(Await([&] { return Routes().contains("deep-*") && !Sees("routePattern"); }));
}

TEST_F(ProxyPage, EditsARoute) {
  Click("editRoute-fast");
  EXPECT_TRUE(Await([&] { return TextOf("routePattern") == "fast"; }));
  Type("routeModel", "deepseek-reasoner");
  Click("saveRoute");
  EXPECT_TRUE(Await([&] { return Reads("deepseek-reasoner"); }));
}

TEST_F(ProxyPage, RemovesARouteWithUndo) {
  Click("removeRoute-fast");
  EXPECT_TRUE(Await([&] { return !Sees("removeRoute-fast"); }));
  Click("toast/undo");
  EXPECT_TRUE(Await([&] { return Sees("removeRoute-fast"); }));
  Click("removeRoute-fast");
  Click("toast/dismiss");
  EXPECT_TRUE(Await([&] { return !Routes().contains("fast"); }));
}

TEST_F(ProxyPage, DraggedRouteKeepsItsNewPlace) {
  EXPECT_EQ(Routes().indexOf("fast"), 1);
  Drag("route-fast", 2 * 40);
  EXPECT_TRUE(Await([&] { return Routes().indexOf("fast") > 1; }));
}

TEST_F(ProxyPage, ARouteDroppedInItsOwnPlaceLiesThereAgain) {
  const double y = Of("route-fast", "y").toDouble();
  Drag("route-fast", 12);
  EXPECT_TRUE(Await([&] { return Of("route-fast", "y").toDouble() == y; }));
  EXPECT_EQ(Routes().indexOf("fast"), 1);
}

TEST_F(ProxyPage, MovesARouteByKeyboard) {
  QQuickItem* row = ui().AwaitItem("route-fast");
  ASSERT_NE(row, nullptr);
  row->forceActiveFocus(Qt::TabFocusReason);
  Press(Qt::Key_Up, Qt::ControlModifier);
  EXPECT_TRUE(Await([&] { return Routes().indexOf("fast") == 0; }));
  EXPECT_TRUE(Await([&] { return app().routes()->index(0).data(RouteModel::PatternRole) == "fast"; }));
  Press(Qt::Key_Down, Qt::ControlModifier);
  EXPECT_TRUE(Await([&] { return Routes().indexOf("fast") == 1; })) << "the keyboard stays with it";
}

TEST_F(ProxyPage, WritesTheRoutesOfAPreset) {
  Click("presets");
  Choose("presetProvider", "DeepSeek");
  Click("applyPreset");
  EXPECT_TRUE(Await([&] { return Routes().contains("claude-opus-*"); }));
  EXPECT_EQ(RouteOf("claude-opus-*").provider(), "deepseek");
}

TEST_F(ProxyPage, APresetAsksBeforeItReplacesARoute) {
  Click("addRoute");
  Type("routePattern", "claude-opus-*");
  Type("routeModel", "mine");
  Click("saveRoute");
  ASSERT_TRUE(Await([&] { return Routes().contains("claude-opus-*") && !Sees("saveRoute"); }));
  Click("presets");
  Choose("presetProvider", "DeepSeek");
  Click("applyPreset");
  ASSERT_TRUE(Await([&] { return Reads("claude-opus-* goes to mine"); }));
  EXPECT_EQ(RouteOf("claude-opus-*").model(), "mine");
  Click("confirm");
  EXPECT_TRUE(Await([&] { return RouteOf("claude-opus-*").provider() == "deepseek"; }));
  EXPECT_TRUE(Await([&] { return !Sees("applyPreset"); }));
}

TEST_F(ProxyPage, TellsWhereAModelWouldGo) {
  Type("testModel", "gpt-5.2");
  Click("testRoute");
  EXPECT_TRUE(Await([&] { return Reads("Served") && Reads("team-openai"); }));
  EXPECT_TRUE(Reads("no. 1, as gpt-5.2: No other account of its priority was ready"));
  Type("testModel", "gpt-7");
  Press(Qt::Key_Return);
  EXPECT_TRUE(Await([&] { return TextOf("testVerdict").contains("did you mean"); }));
}

TEST_F(ProxyPage, CopiesASnippetWithAddressAndKey) {
  Click("snippets/segment-python");
  Click("snippetText/copyCode");
  const QString copied = QGuiApplication::clipboard()->text();
  EXPECT_TRUE(copied.contains("127.0.0.1:8045")) << copied.toStdString();
  EXPECT_TRUE(copied.contains(app().snippets()->key())) << copied.toStdString();
  EXPECT_EQ(Toast(), "Copied");
}

TEST_F(ProxyPage, MakesAClientKeyAndShowsItOnce) {
  Click("addKey");
  Type("keyName", "tablet");
  Click("saveKey");
  EXPECT_TRUE(Await([&] { return TextOf("keySecret") != ""; }));
  Click("copySecret");
  EXPECT_EQ(QGuiApplication::clipboard()->text(), TextOf("keySecret"));
  Click("secretDone");
  EXPECT_TRUE(Await([&] { return Sees("key-tablet") && !Sees("keySecret"); }));
}

TEST_F(ProxyPage, MakesANewGatewayKey) {
  const QString before = TextOf("gatewayKey");
  Click("rotateKey");
  Click("confirm");
  EXPECT_TRUE(Await([&] { return TextOf("gatewayKey") != before && TextOf("gatewayKey") != ""; }));
}

}  // namespace
}  // namespace ag::gui
