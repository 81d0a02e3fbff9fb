#include <string>

#include "ag/gateway/v1/account.pb.h"
#include "tests/gui/layout/looked_at.h"

// What comes and goes, in all its forms: what is asked before quitting; and the largest screens.
namespace ag::gui {
namespace {

class QuitLayout : public Layout {};

TEST_F(QuitLayout, CanBeReadInAllItsForms) {
  auto* dialog = window().findChild<QObject*>("quitDialog");
  ASSERT_NE(dialog, nullptr);
  ASSERT_TRUE(QMetaObject::invokeMethod(dialog, "open"));
  ASSERT_TRUE(Await([this] { return Sees("quitKeep"); }));
  LookAtAll("question before quitting", 1);
  EXPECT_TRUE(Sees("quitKeep"));
}

// A preset whose names the user has routes for.
class PresetLayout : public Layout {
 protected:
  explicit PresetLayout(const char* page = "proxy") : Layout({.page = page}) {}
};

TEST_F(PresetLayout, TheQuestionBeforeItReplacesARouteCanBeRead) {
  Click("addRoute");
  Type("routePattern", "claude-opus-*");
  Type("routeModel", "a-model-with-a-name-that-is-longer-than-most");
  Click("saveRoute");
  ASSERT_TRUE(Await([this] { return Routes().contains("claude-opus-*") && !Sees("saveRoute"); }));
  Click("presets");
  Click("applyPreset");
  ASSERT_TRUE(Await([this] { return Sees("confirm"); }));
  // It is asked in the language that the app has then.
  LookAtAll("question before a preset replaces routes", 1, [this] {
    Press(Qt::Key_Escape);
    ASSERT_TRUE(Await([this] { return !Sees("confirm"); }));
    Click("applyPreset");
    ASSERT_TRUE(Await([this] { return Sees("confirm"); }));
  });
  EXPECT_TRUE(Sees("confirm"));
}

class PresetOfferLayout : public PresetLayout {
 protected:
  PresetOfferLayout() : PresetLayout("accounts") {}
};

TEST_F(PresetOfferLayout, WhatItWouldReplaceCanBeRead) {
  app().routes()->beginAdd();
  app().routes()->save("claude-opus-*", false, "openai", "", "", "", false);
  ASSERT_TRUE(Await([this] { return Routes().contains("claude-opus-*"); }));
  Click("addAccount");
  Type("keyField", "sk-ant-new-key");
  Click("submitAccount");
  ASSERT_TRUE(Await([this] { return Sees("replaces-codex"); }));
  LookAtAll("offer of presets that replace routes", 1);
  EXPECT_TRUE(Sees("replaces-codex"));
}

// What adding an account comes to. A ring that turns would never be painted twice alike.
class AddAccountLayout : public Layout {
 protected:
  AddAccountLayout() : Layout({.page = "accounts"}) {}

  void OpenTab(const QString& tab) {
    AskForLessMotion();
    Click("addAccount");
    Click("addTabs/segment-" + tab);
  }
  void BeginSignIn() {
    OpenTab("sign-in");
    Type("signInClient", "123.apps.googleusercontent.com");
    Click("submitAccount");
    ASSERT_TRUE(Await([this] { return Sees("signInCode"); }));
  }
};

TEST_F(AddAccountLayout, ASignInUnderWayCanBeRead) {
  BeginSignIn();
  LookAtAll("sign-in under way", 1);
  EXPECT_TRUE(Sees("signInCode"));
}

TEST_F(AddAccountLayout, ASignInWithoutABrowserCanBeRead) {
  SetOpens(false);
  BeginSignIn();
  Type("signInCode", "no");
  Click("completeSignIn");
  ASSERT_TRUE(Await([this] { return Sees("browserMissing") && Reads("that is no authorization code"); }));
  LookAtAll("sign-in without a browser", 1);
  EXPECT_TRUE(Sees("browserMissing"));
}

TEST_F(AddAccountLayout, AFailedSignInCanBeRead) {
  BeginSignIn();
  // The fake daemon has counted what it has named.
  gateway::v1::CancelSignInRequest cancel;
  bool cancelled = false;
  for (int i = 1; i < 100 && !cancelled; ++i) {
    cancel.set_id("sign_in_" + std::to_string(i));
    cancelled = daemon().CancelSignIn(cancel).ok();
  }
  ASSERT_TRUE(cancelled);
  ASSERT_TRUE(Await([this] { return app().accountForm()->signIn()->state() == "failed"; }));
  ASSERT_TRUE(Await([this] { return Sees("signInClient"); }));
  LookAtAll("failed sign-in", 1);
  EXPECT_TRUE(Sees("signInClient"));
}

// Nobody can be asked for the words of another language.
class DaemonAwayLayout : public Layout, public testing::WithParamInterface<const char*> {
 protected:
  DaemonAwayLayout() : Layout({.page = GetParam()}) {}
};

TEST_P(DaemonAwayLayout, CanBeReadInAllItsForms) {
  ASSERT_TRUE(Await([this] {
    return app().clientKeys()->loaded() && app().routes()->loaded() && app().dashboard()->loaded() &&
           app().settings()->loaded();
  }));
  app().routeTest()->ask("claude-sonnet-5", "anthropic");
  ASSERT_TRUE(Await([this] { return app().routeTest()->asked(); }));
  server().Kill();
  ASSERT_TRUE(Await([this] { return Sees("daemonBanner"); }));
  LookAtAll(QStringLiteral("%1 without a daemon").arg(GetParam()), 1);
  EXPECT_TRUE(Sees("daemonBanner"));
}

INSTANTIATE_TEST_SUITE_P(Pages, DaemonAwayLayout, testing::ValuesIn(Pages()),
                         [](const auto& page) { return std::string(page.param); });

class MessageLayout : public Layout {};

// What is longer than anybody expects is as readable as the rest.
TEST_F(MessageLayout, ALongMessageCanBeRead) {
  QString text = "The account could not be tested";
  for (int i = 0; i < 12; ++i) text += ": the provider has answered with something that takes a while to be read";
  LookAtAll("long message", 1, [&] {
    while (app().toasts()->count() > 0)
      app().toasts()->dismiss(app().toasts()->data(app().toasts()->index(0), Toasts::IdRole).toInt());
    app().toasts()->error(text);
    app().toasts()->info("news");
  });
}

// Nothing gets lost on the largest screens.
class LargeScreen : public Layout, public testing::WithParamInterface<const char*> {
 protected:
  LargeScreen() : Layout({.page = GetParam(), .size = {3840, 2160}}) {}
};

TEST_P(LargeScreen, CanBeRead) {
  ASSERT_TRUE(Await([this] { return app().accounts()->loaded() && window().width() == 3840; }));
  LookOnce(QStringLiteral("%1 on 4K").arg(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Pages, LargeScreen, testing::ValuesIn(Pages()),
                         [](const auto& page) { return std::string(page.param); });

}  // namespace
}  // namespace ag::gui
