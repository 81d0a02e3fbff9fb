#include <QQuickItem>
#include <QQuickWindow>
#include <QTest>

#include "ag/gateway/v1/account.pb.h"
#include "tests/gui/pages/page_test.h"

namespace ag::gui {
namespace {

class AccountsPage : public PageTest {
 protected:
  AccountsPage() : PageTest({.page = "accounts"}) {}

  void Menu(const QString& label, const QString& entry) {
    Click("menu-" + label);
    Click(entry);
  }
  void OpenDrawer(const QString& label) {
    Click("account-" + label);
    ui().AwaitItem("storyEdit");
  }
};

TEST_F(AccountsPage, SearchesByName) {
  Type("accountSearch", "gemini");
  EXPECT_TRUE(Await([&] { return !Sees("account-team-openai"); }));
  EXPECT_TRUE(Sees("account-home-gemini"));
  EXPECT_TRUE(Sees("account-lab-gemini"));
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return Sees("account-team-openai"); }));
}

TEST_F(AccountsPage, FiltersByStateAndProviderAndShowsAllAgain) {
  Choose("stateFilter", "Need you");
  EXPECT_TRUE(Await([&] { return Sees("account-lab-gemini") && !Sees("account-home-gemini"); }));
  Choose("providerFilter", "OpenAI");
  EXPECT_TRUE(Await([&] { return Reads("No account matches"); }));
  ClickText("Show all");
  EXPECT_TRUE(Await([&] { return Sees("account-lab-gemini") && Sees("account-team-openai"); }));
  EXPECT_EQ(Of("stateFilter", "displayText").toString(), "All states");
  EXPECT_EQ(Of("providerFilter", "displayText").toString(), "All providers");
}

TEST_F(AccountsPage, KeepsTheFiltersInAnotherLanguage) {
  Choose("stateFilter", "Need you");
  Choose("providerFilter", "Google Gemini");
  app().preferences()->setLanguage("zh_CN");
  EXPECT_TRUE(Await([&] { return Of("stateFilter", "displayText").toString() == QStringLiteral("需要处理"); }));
  EXPECT_EQ(Of("providerFilter", "displayText").toString(), "Google Gemini");
  EXPECT_TRUE(Sees("account-lab-gemini") && !Sees("account-home-gemini"));
}

TEST_F(AccountsPage, SwitchesTheSelectedOffAndOn) {
  Click("select-team-openai");
  Click("select-deepseek");
  EXPECT_TRUE(Await([&] { return Reads("2 selected"); }));
  Click("batchDisable");
  EXPECT_TRUE(Await([&] { return !AccountOf("team-openai").enabled() && !AccountOf("deepseek").enabled(); }));
  EXPECT_TRUE(AccountOf("work-anthropic").enabled());
  EXPECT_TRUE(Await([&] { return !Sees("batchEnable"); })) << "what is done is no longer selected";
  Click("select-team-openai");
  Click("select-deepseek");
  Click("batchEnable");
  EXPECT_TRUE(Await([&] { return AccountOf("team-openai").enabled() && AccountOf("deepseek").enabled(); }));
}

TEST_F(AccountsPage, EndsThePausesOfAllAndTestsThem) {
  EXPECT_GT(AccountOf("spare-openai").cooldowns_size(), 0);
  Click("selectAll");
  EXPECT_TRUE(Await([&] { return Reads("10 selected"); }));
  Click("batchClear");
  EXPECT_TRUE(Await([&] { return AccountOf("spare-openai").cooldowns_size() == 0; }));
  EXPECT_TRUE(Await([&] { return Sees("accountSearch"); })) << "what is done is no longer selected";
  EXPECT_EQ(app().toasts()->count(), 0) << "so all that come tell of the tests";
  Click("selectAll");
  Click("batchTest");
  EXPECT_TRUE(Await([&] { return Toast().startsWith("9 of 10 work; 1 failed:\nlab-gemini: HTTP 401"); }))
      << Toast().toStdString();
  EXPECT_EQ(app().toasts()->count(), 1) << "one tells of all";
}

TEST_F(AccountsPage, SelectsByKeyboardAndInRanges) {
  EXPECT_EQ(Of("selectAll", "checkState").toInt(), Qt::Unchecked);
  Click("select-team-openai");
  EXPECT_EQ(Of("selectAll", "checkState").toInt(), Qt::PartiallyChecked);
  ui().ClickItem(ui().AwaitItem("select-home-gemini"), Qt::LeftButton, Qt::ShiftModifier);
  EXPECT_TRUE(Await([&] { return Reads("3 selected"); })) << "from the one before to this one";
  ui().ClickItem(ui().AwaitItem("account-deepseek"), Qt::LeftButton, Qt::ShiftModifier);
  EXPECT_TRUE(Await([&] { return Reads("5 selected"); }));
  ui().ClickItem(ui().AwaitItem("account-deepseek"), Qt::LeftButton, Qt::ControlModifier);
  EXPECT_TRUE(Await([&] { return Reads("4 selected"); }));
  EXPECT_FALSE(Sees("storyEdit")) << "nothing is opened by that";
  Click("selectAll");
  EXPECT_TRUE(Await([&] { return Reads("10 selected"); })) << "some become all";
  EXPECT_EQ(Of("selectAll", "checkState").toInt(), Qt::Checked);
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return Sees("accountSearch"); }));
  Press(Qt::Key_A, Qt::ControlModifier);
  EXPECT_TRUE(Await([&] { return Reads("10 selected"); }));
  Press(Qt::Key_F, Qt::ControlModifier);
  EXPECT_TRUE(Await([&] { return Of("accountSearch", "activeFocus").toBool(); }));
  ui().TypeOn("team");
  EXPECT_TRUE(Await([&] { return Sees("account-team-openai") && !Sees("account-deepseek"); }));
  Press(Qt::Key_A, Qt::ControlModifier);
  EXPECT_EQ(Of("accountSearch", "selectedText").toString(), "team") << "the field's own";
  EXPECT_EQ(app().accounts()->selectedCount(), 0);
}

TEST_F(AccountsPage, RemovesTheSelectedWithUndo) {
  Click("select-team-openai");
  Click("select-deepseek");
  Click("batchRemove");
  EXPECT_TRUE(Await([&] { return !Sees("account-team-openai") && !Sees("account-deepseek"); }));
  Click("toast/undo");
  EXPECT_TRUE(Await([&] { return Sees("account-team-openai") && Sees("account-deepseek"); }));
  EXPECT_TRUE(AccountLabels().contains("deepseek"));
}

TEST_F(AccountsPage, ClearsTheSelection) {
  Click("select-team-openai");
  Click("clearSelection");
  EXPECT_TRUE(Await([&] { return Sees("accountSearch"); }));
  EXPECT_EQ(app().accounts()->property("selectedCount").toInt(), 0);
}

TEST_F(AccountsPage, DraggedRowKeepsItsNewPlace) {
  EXPECT_EQ(AccountLabels().indexOf("work-anthropic"), 0);
  Drag("grip-work-anthropic", 2 * 72);
  EXPECT_TRUE(Await([&] { return AccountLabels().indexOf("work-anthropic") == 2; }));
}

TEST_F(AccountsPage, TheListScrollsUnderADraggedRow) {
  const QString first = AccountLabels().first();
  QQuickItem* list = ui().AwaitItem("accountList");
  ASSERT_NE(list, nullptr);
  const double hidden = list->property("contentHeight").toDouble() - list->height();
  ASSERT_GT(hidden, 0) << "not all of it is in sight";
  QQuickItem* grip = ui().AwaitItem("grip-" + first);
  ASSERT_NE(grip, nullptr);
  const QPoint from = grip->mapToScene(QPointF(grip->width() / 2, grip->height() / 2)).toPoint();
  const QPoint edge(from.x(), qRound(list->mapToScene(QPointF(0, list->height())).y()) - 4);
  QTest::mousePress(&window(), Qt::LeftButton, {}, from);
  for (int step = 1; step <= 10; ++step) QTest::mouseMove(&window(), from + (edge - from) * step / 10);
  EXPECT_TRUE(Await([&] { return list->property("contentY").toDouble() >= hidden; }));
  EXPECT_TRUE(Sees("carriedRow") && Sees("dropMark"));
  QTest::mouseRelease(&window(), Qt::LeftButton, {}, edge);
  EXPECT_TRUE(Await([&] { return AccountLabels().last() == first; })) << AccountLabels().join(", ").toStdString();
  EXPECT_FALSE(Sees("carriedRow"));
}

TEST_F(AccountsPage, MovesByTheKeyboard) {
  QQuickItem* row = ui().AwaitItem("account-work-anthropic");
  ASSERT_NE(row, nullptr);
  row->forceActiveFocus(Qt::TabFocusReason);
  for (int i = 0; i < 12; ++i) Press(Qt::Key_Down, Qt::ControlModifier);
  EXPECT_TRUE(Await([&] { return AccountLabels().last() == "work-anthropic"; }));
  EXPECT_EQ(window().activeFocusItem()->objectName(), "account-work-anthropic") << "the keyboard goes with it";
  const QQuickItem* list = ui().Find("accountList");
  const double y = window().activeFocusItem()->mapToItem(list, QPointF()).y();
  EXPECT_TRUE(y >= 0 && y < list->height()) << "and the list too: " << y;
  Press(Qt::Key_Up, Qt::ControlModifier);
  EXPECT_TRUE(Await([&] { return AccountLabels().indexOf("work-anthropic") == 8; }));
}

TEST_F(AccountsPage, MovesByTheMenu) {
  Menu("team-openai", "menuUp");
  EXPECT_TRUE(Await([&] { return AccountLabels().indexOf("team-openai") == 0; }));
  Menu("team-openai", "menuDown");
  EXPECT_TRUE(Await([&] { return AccountLabels().indexOf("team-openai") == 1; }));
}

TEST_F(AccountsPage, MenuTestsEndsPausesAndRemoves) {
  Menu("lab-gemini", "menuTest");
  EXPECT_TRUE(Await([&] { return Toast().contains("lab-gemini"); }));
  Menu("spare-openai", "menuClear");
  EXPECT_TRUE(Await([&] { return AccountOf("spare-openai").cooldowns_size() == 0; }));
  Menu("deepseek", "menuRemove");
  EXPECT_TRUE(Await([&] { return !Sees("account-deepseek"); }));
  app().toasts()->Flush();
  EXPECT_TRUE(Await([&] { return !AccountLabels().contains("deepseek"); }));
}

TEST_F(AccountsPage, RowSwitchTurnsTheAccountOffAndOn) {
  Click("enable-deepseek");
  EXPECT_TRUE(Await([&] { return !AccountOf("deepseek").enabled(); }));
  Click("enable-deepseek");
  EXPECT_TRUE(Await([&] { return AccountOf("deepseek").enabled(); }));
}

TEST_F(AccountsPage, RowIsUsedByKeyboard) {
  QQuickItem* row = ui().AwaitItem("account-team-openai");
  ASSERT_NE(row, nullptr);
  row->forceActiveFocus(Qt::TabFocusReason);
  Press(Qt::Key_Space);
  EXPECT_TRUE(Await([&] { return Reads("1 selected"); }));
  Press(Qt::Key_Space);
  Press(Qt::Key_Return);
  EXPECT_NE(ui().AwaitItem("storyEdit"), nullptr);
  EXPECT_TRUE(Await([&] { return window().activeFocusItem() != row; }));
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return !Sees("storyEdit"); }));
  row->forceActiveFocus(Qt::TabFocusReason);
  Press(Qt::Key_Delete);
  EXPECT_TRUE(Await([&] { return !Sees("account-team-openai"); }));
}

TEST_F(AccountsPage, DrawerTellsWhyAndWhatHappened) {
  OpenDrawer("lab-gemini");
  EXPECT_TRUE(TextOf("storySentence") != "");
  EXPECT_TRUE(TextOf("storyRemedy") != "");
  EXPECT_TRUE(Sees("storyNewKey"));
  EXPECT_TRUE(TextOf("storySentence").startsWith("Needs a new key since ")) << TextOf("storySentence").toStdString();
  EXPECT_TRUE(Sees("historyCard"));
  EXPECT_TRUE(Reads("API key not valid"));
  Click("closeDrawer");
  EXPECT_TRUE(Await([&] { return !Sees("storyEdit"); }));
}

TEST_F(AccountsPage, DrawerTestsSwitchesOffAndEndsPauses) {
  OpenDrawer("spare-openai");
  Click("storyClear");
  EXPECT_TRUE(Await([&] { return AccountOf("spare-openai").cooldowns_size() == 0 && !Sees("storyClear"); }));
  Click("storyTest");
  EXPECT_TRUE(Await([&] { return Toast().contains("spare-openai"); }));
  Click("toast/dismiss");
  EXPECT_TRUE(Await([&] { return !Sees("toast/dismiss"); })) << "it lies above the drawer";
  EXPECT_TRUE(Sees("storyEnable"));
  Click("storyEnable");
  EXPECT_TRUE(Await([&] { return !AccountOf("spare-openai").enabled() && Reads("Switch on"); }));
}

TEST_F(AccountsPage, DrawerSaysThatTheDaemonIsAway) {
  const QString id = QString::fromStdString(AccountOf("deepseek").id());
  server().Kill();
  ASSERT_TRUE(Await([&] { return !app().backend()->connected(); }));
  app().accountStory()->show(id);
  EXPECT_TRUE(Await([&] { return TextOf("storyUnknown").contains("gatewayd does not answer"); }));
  server().Restart();
  EXPECT_TRUE(Await([&] { return Sees("storyEdit"); }));
}

TEST_F(AccountsPage, UndoesByKeyboard) {
  Menu("deepseek", "menuRemove");
  EXPECT_TRUE(Await([&] { return !Sees("account-deepseek") && Sees("toast/undo"); }));
  Press(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_TRUE(Await([&] { return Sees("account-deepseek") && !Sees("toast/undo"); }));
}

TEST_F(AccountsPage, DrawerRemovesWithUndo) {
  OpenDrawer("deepseek");
  Click("storyRemove");
  EXPECT_TRUE(Await([&] { return !Sees("account-deepseek") && !Sees("storyEdit"); }));
  Click("toast/undo");
  EXPECT_TRUE(Await([&] { return Sees("account-deepseek"); }));
}

TEST_F(AccountsPage, NewKeyMendsARefusedAccount) {
  OpenDrawer("lab-gemini");
  Click("storyNewKey");
  EXPECT_TRUE(Await([&] { return TextOf("editLabel") == "lab-gemini"; }));
  Type("editKey", "AIzaMended");
  Type("editPriority", "7");
  Type("tokensPerDay", "5000");
  Click("saveAccount");
  EXPECT_TRUE(Await([&] { return AccountOf("lab-gemini").state() == gateway::v1::ACCOUNT_STATE_READY; }));
  EXPECT_TRUE(Await([&] { return AccountOf("lab-gemini").limits().tokens_per_day() == 5'000; }));
  EXPECT_EQ(AccountOf("lab-gemini").priority(), 7);
  EXPECT_TRUE(Await([&] { return !Sees("editLabel"); }));
}

TEST_F(AccountsPage, EditNamesTheFieldAtFault) {
  Menu("deepseek", "menuEdit");
  EXPECT_TRUE(Await([&] { return TextOf("editLabel") == "deepseek"; }));
  Type("editWeight", "many");
  Click("saveAccount");
  EXPECT_TRUE(Await([&] { return app().accountForm()->edit()->property("errorField") == "weight"; }));
  EXPECT_TRUE(Sees("saveAccount"));
  Type("editWeight", "3");
  Type("editLabel", "deep");
  Click("saveAccount");
  EXPECT_TRUE(Await([&] { return AccountOf("deep").weight() == 3; }));
}

TEST_F(AccountsPage, SignsInAgain) {
  Menu("home-gemini", "menuSignIn");
  Click("startSignIn");
  Type("signInCode", "4/code");
  Click("completeSignIn");
  EXPECT_TRUE(Await([&] { return !Sees("signInCode"); }));
}

TEST_F(AccountsPage, ExportsToAFileWithAPassphrase) {
  Click("exportAccounts");
  Type("exportPassphrase", "correct horse");
  Type("exportAgain", "correct horse");
  Click("chooseExport");
  PickFile("exportChooser", FilePath("accounts.agx"));
  EXPECT_TRUE(Await([&] { return !Sees("exportPassphrase"); }));
  gateway::v1::ImportAccountsRequest request;
  request.set_file(ReadFile("accounts.agx").toStdString());
  request.set_passphrase("correct horse");
  request.set_validate_only(true);
  EXPECT_TRUE(daemon().ImportAccounts(request).ok()) << "the file and its passphrase open it";
}

}  // namespace
}  // namespace ag::gui
