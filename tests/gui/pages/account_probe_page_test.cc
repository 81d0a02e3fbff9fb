#include <QQuickItem>
#include <QQuickWindow>

#include "ag/gateway/v1/account.pb.h"
#include "gui/demo/demo_probe.h"
#include "tests/gui/pages/page_test.h"

namespace ag::gui {
namespace {

// The deep test in an account's drawer.
class TestModels : public PageTest {
 protected:
  TestModels() : PageTest({.page = "accounts"}) {}

  void OpenDialog(const QString& label) {
    Click("account-" + label);
    Click("storyTestModels");
    EXPECT_TRUE(Await([&] { return Sees("startTest"); }));
  }
  // Soon.
  bool RowReads(const QString& model, const QString& part) const {
    return Await([&] { return TextOf("tested-" + model).contains(part); });
  }
};

TEST_F(TestModels, ShowsThePlanAndItsPriceBeforeAnythingIsAsked) {
  OpenDialog("home-gemini");
  EXPECT_TRUE(ui().AwaitText("These are real requests: the provider charges for them"));
  EXPECT_TRUE(Await([&] { return TextOf("testPlan") == "5 requests, about 100 tokens in and at most 64 out"; }))
      << TextOf("testPlan").toStdString();
  EXPECT_EQ(TextOf("testCost"), "At most $0.0003 by list price; no list price for 1 of them");
  EXPECT_TRUE(RowReads("gemini-3-pro", "Cannot be asked now: cooling down"));
  EXPECT_FALSE(Of("choose-gemini-3-pro", "enabled").toBool());
  EXPECT_TRUE(TextOf("leftOutModels").contains("imagen-5"));
  Click("choose-gemini-2.5-pro");
  EXPECT_TRUE(Await([&] { return TextOf("testPlan").startsWith("4 requests"); }));
  Click("chooseAllModels");
  EXPECT_TRUE(Await([&] { return TextOf("testPlan") == "No model is chosen."; }));
  EXPECT_FALSE(Of("startTest", "enabled").toBool());
  Click("chooseAllModels");
  EXPECT_TRUE(Await([&] { return TextOf("testPlan").startsWith("5 requests"); }));
  Click("cancelTest");
  EXPECT_TRUE(Await([&] { return !Sees("startTest"); }));
  EXPECT_TRUE(Sees("storyEdit")) << "the drawer is still there";
  EXPECT_EQ(AccountOf("home-gemini").facts_size(), 0);
}

TEST_F(TestModels, AsksOneModelAfterTheOtherAndTheDrawerKnowsMoreThen) {
  OpenDialog("home-gemini");
  server().probe().Hold();
  Click("startTest");
  EXPECT_TRUE(Await([&] { return TextOf("testProgress") == "0 of 5"; }));
  EXPECT_TRUE(RowReads("gemini-2.5-pro", "Asking…"));
  EXPECT_TRUE(RowReads("gemini-3-flash-lite", "Waiting"));
  server().probe().Answer(1);
  EXPECT_TRUE(Await([&] { return TextOf("testProgress") == "1 of 5"; }));
  EXPECT_TRUE(RowReads("gemini-2.5-pro", "limit: 0"));
  server().probe().Release();
  EXPECT_TRUE(Await([&] { return TextOf("testProgress") == "3 of 5 asked work"; }));
  EXPECT_TRUE(RowReads("gemini-3-flash-lite", "Rate limited: "));
  EXPECT_TRUE(RowReads("gemini-3-flash", "Works · 13 tokens in, 2 out"));
  Click("closeTest");
  EXPECT_TRUE(Await([&] { return !Sees("testedModels") && Reads("No quota for it on this account (until "); }))
      << "what was learned stands at the model";
}

TEST_F(TestModels, StopKeepsWhatIsThere) {
  OpenDialog("home-gemini");
  server().probe().Hold();
  Click("startTest");
  server().probe().Answer(1);
  EXPECT_TRUE(Await([&] { return TextOf("testProgress") == "1 of 5" && server().probe().held() == 1; }));
  Click("stopTest");
  EXPECT_TRUE(Await([&] { return TextOf("testProgress").contains("the last answer is awaited"); }));
  EXPECT_FALSE(Of("stopTest", "enabled").toBool());
  server().probe().Answer(1);
  EXPECT_TRUE(Await([&] { return TextOf("testProgress") == "0 of 2 asked work; 3 not asked any more"; }));
  EXPECT_TRUE(RowReads("gemini-2.5-pro", "limit: 0"));
  Click("testAgain");
  EXPECT_TRUE(Await([&] { return TextOf("testPlan").startsWith("4 requests"); })) << "one pauses now";
}

TEST_F(TestModels, IsUsedByTheKeyboardAlone) {
  OpenDialog("deepseek");
  ASSERT_TRUE(Await([&] { return TextOf("testPlan").startsWith("2 requests"); }));
  // The list has the keyboard, on its first model.
  Press(Qt::Key_Space);
  EXPECT_TRUE(Await([&] { return !Of("choose-deepseek-chat", "checked").toBool(); }));
  Press(Qt::Key_Down);
  Press(Qt::Key_Space);
  EXPECT_TRUE(Await([&] { return TextOf("testPlan") == "No model is chosen."; }));
  Press(Qt::Key_Space);
  EXPECT_TRUE(Await([&] { return TextOf("testPlan").startsWith("1 request,"); }));
  const auto focused = [&] {
    const QQuickItem* item = window().activeFocusItem();
    return item == nullptr ? QString() : item->objectName();
  };
  for (int i = 0; i < 8 && focused() != "startTest"; ++i) Press(Qt::Key_Tab);
  ASSERT_EQ(focused(), "startTest");
  Press(Qt::Key_Return);
  EXPECT_TRUE(Await([&] { return TextOf("testProgress") == "1 of 1 asked work"; }));
  EXPECT_TRUE(RowReads("deepseek-chat", "Not chosen"));
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return !Sees("testedModels"); }));
  EXPECT_TRUE(Sees("storyEdit")) << "Escape is the dialog's alone";
}

TEST_F(TestModels, EscapeStopsWhatRuns) {
  OpenDialog("work-anthropic");
  server().probe().Hold();
  Click("startTest");
  EXPECT_TRUE(Await([&] { return server().probe().held() == 1; }));
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return !Sees("stopTest"); }));
  server().probe().Release();
  EXPECT_TRUE(Await([&] { return server().probe().held() == 0; }));
  EXPECT_FALSE(app().accountProbe()->running());
  Click("storyTestModels");
  EXPECT_TRUE(Await([&] { return TextOf("testPlan").startsWith("3 requests"); })) << "nothing is left of it";
}

TEST_F(TestModels, SaysThatTheDaemonIsGone) {
  OpenDialog("work-anthropic");
  server().probe().Hold();
  Click("startTest");
  EXPECT_TRUE(Await([&] { return server().probe().held() == 1; }));
  server().Kill();
  EXPECT_TRUE(Await([&] { return Sees("closeTest") && TextOf("testError") != ""; }));
  EXPECT_TRUE(RowReads("claude-sonnet-5", "Not asked"));
  Click("testAgain");
  EXPECT_TRUE(Await([&] { return Reads("This account cannot be tested"); }));
  server().probe().Release();
  server().Restart();
  EXPECT_TRUE(Await([&] { return TextOf("testPlan").startsWith("3 requests"); })) << "it comes by itself";
}

TEST_F(TestModels, SaysThatNothingCanBeAsked) {
  OpenDialog("night-anthropic");
  EXPECT_TRUE(Await([&] { return TextOf("testPlan") == "None of its models can be asked now."; }));
  EXPECT_TRUE(RowReads("claude-opus-5", "its budget is spent"));
  EXPECT_FALSE(Of("startTest", "enabled").toBool());
}

}  // namespace
}  // namespace ag::gui
