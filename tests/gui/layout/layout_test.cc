#include <gtest/gtest.h>

#include "tests/gui/layout/looked_at.h"
#include "tests/gui/pages/proxy_stand_in.h"

// Every page and dialog in both languages, both themes and the two sizes that people have most: nothing is cut, lies on
// something else, or is too faint to be read.
namespace ag::gui {
namespace {

class PageLayout : public Layout, public testing::WithParamInterface<const char*> {
 protected:
  PageLayout() : Layout({.page = GetParam()}) {}
};

TEST_P(PageLayout, CanBeReadInAllItsForms) { LookAtAll(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Pages, PageLayout,
                         testing::Values("dashboard", "accounts", "proxy", "monitor", "stats", "settings"),
                         [](const auto& page) { return std::string(page.param); });

class DialogLayout : public Layout, public testing::WithParamInterface<Opened> {
 protected:
  DialogLayout() : Layout({.page = GetParam().page}) {}
};

TEST_P(DialogLayout, CanBeReadInAllItsForms) {
  ASSERT_TRUE(OpenThat(GetParam()));
  LookAtAll(GetParam().name, 1);
  EXPECT_EQ(Inspector::HasPopup(window()), GetParam().popup) << "it has closed meanwhile";
}

INSTANTIATE_TEST_SUITE_P(Dialogs, DialogLayout, testing::ValuesIn(Dialogs()),
                         [](const auto& opened) { return std::string(opened.param.name); });

class GuideLayout : public Layout {
 protected:
  GuideLayout() : Layout({.first_start = true}) {}
};

TEST_F(GuideLayout, CanBeReadInAllItsForms) { LookAtAll("guide"); }

// The guide's last step, with an answer and with a refusal.
class AnswerLayout : public Layout {
 protected:
  void LookAtAnswer(const char* what, const ProxyStandIn& proxy) {
    Open({.first_start = true, .proxy_port = proxy.serverPort()});
    Click("guideTest");
    ASSERT_TRUE(Await([this] { return !app().testRequest()->busy() && Sees("testAnswer"); }));
    LookAtAll(what, 1);
  }
};

TEST_F(AnswerLayout, CanBeReadInAllItsForms) {
  LookAtAnswer("guideAnswer", ProxyStandIn());
  LookAtAnswer("guideRefusal",
               ProxyStandIn(429, R"({"error":{"message":"every account that serves claude-haiku-5 is cooling down: )"
                                 R"(night-anthropic comes back in 42 s, work-anthropic in 3 min; try again then"}})"));
}

class RemoteGuideLayout : public Layout {
 protected:
  RemoteGuideLayout() : Layout({.first_start = true, .remote = true}) {}
};

TEST_F(RemoteGuideLayout, CanBeReadInAllItsForms) {
  ASSERT_TRUE(Await([this] { return app().health()->notice() != ""; }));
  LookAtAll("guide of a remote daemon", 1);
}

class SandboxLayout : public Layout, public testing::WithParamInterface<const char*> {
 protected:
  SandboxLayout() : Layout({.page = GetParam(), .sandbox = true}) {}
};

TEST_P(SandboxLayout, CanBeReadInAllItsForms) {
  ASSERT_TRUE(Await([this] { return app().accounts()->loaded() && Sees("statusSandbox"); }));
  LookAtAll(QStringLiteral("%1 of a sandbox").arg(GetParam()), 1);
}

INSTANTIATE_TEST_SUITE_P(Pages, SandboxLayout, testing::Values("dashboard", "accounts"),
                         [](const auto& page) { return std::string(page.param); });

class LanLayout : public Layout {
 protected:
  LanLayout() : Layout({.page = "proxy"}) {}
};

TEST_F(LanLayout, CanBeReadInAllItsForms) {
  ASSERT_TRUE(Await([this] { return app().settings()->loaded(); }));
  app().settings()->setLan(true);
  ASSERT_TRUE(Await([this] { return app().lan()->open() && Sees("lanUrl-1"); }));
  LookAtAll("proxy open to the network");
}

// A key of which nobody knows whose it is.
class WhoseKeyLayout : public Layout {
 protected:
  WhoseKeyLayout() : Layout({.page = "accounts"}) {}
};

TEST_F(WhoseKeyLayout, CanBeReadInAllItsForms) {
  Click("addAccount");
  Type("keyField", "sk-0123456789");
  ASSERT_TRUE(Await([this] { return Of("providerBox", "value").toString().isEmpty(); }));
  LookAtAll("whose key", 1);
}

class RequestLayout : public Layout {
 protected:
  RequestLayout() : Layout({.page = "monitor"}) {}
};

TEST_F(RequestLayout, CanBeReadInAllItsForms) {
  ASSERT_TRUE(Await([this] { return app().monitor()->shown() > 0; }));
  app().requestDetail()->show(app().monitor()->idAt(0));
  LookAtAll("request");
}

TEST_F(RequestLayout, AFailureAndWhatMendsItCanBeRead) {
  app().monitor()->setText("rate_minute");
  ASSERT_TRUE(Await([this] { return app().monitor()->shown() > 0; }));
  app().requestDetail()->show(app().monitor()->idAt(0));
  ASSERT_TRUE(Await([this] { return Sees("requestMend"); }));
  LookAtAll("failed request");
}

TEST_F(RequestLayout, ThatNothingMatchesCanBeRead) {
  ASSERT_TRUE(Await([this] { return app().monitor()->loaded(); }));
  app().monitor()->setText("no such thing");
  ASSERT_TRUE(Await([this] { return Sees("searchLog"); }));
  LookAtAll("nothing matches");
}

TEST(Inspector, KnowsTheAppsSentences) {
  EXPECT_GT(Inspector(QStringLiteral(AG_SOURCE_DIR "/gui/i18n/ag_gateway_zh_CN.ts")).sentences(), 500);
}

}  // namespace
}  // namespace ag::gui
