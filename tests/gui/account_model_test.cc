#include "gui/models/account_model.h"

#include <QAbstractItemModelTester>

#include "account_fixture.h"
#include "gui/models/account_filter.h"

namespace ag::gui {
namespace {

class AccountModelTest : public AccountFixture {
 protected:
  int ToastId() const { return toasts_.data(toasts_.index(toasts_.count() - 1), Toasts::IdRole).toInt(); }

  QAbstractItemModelTester tester_{&accounts_, QAbstractItemModelTester::FailureReportingMode::Fatal};
};

TEST_F(AccountModelTest, CountsAccountsByState) {
  EXPECT_EQ(accounts_.count(), 10);
  EXPECT_EQ(accounts_.summary(), "6 ready · 1 cooling down · 1 budget(s) spent · 1 need(s) attention · 1 switched off");
  int counted = 0;
  for (const QVariant& state : accounts_.states()) counted += state.toMap()["count"].toInt();
  EXPECT_EQ(counted, accounts_.count()) << "each account is in one of the figures";
  // By their names, which come on their own.
  const QStringList providers{"Anthropic",        "DeepSeek", "Google Gemini",
                              "Google Vertex AI", "OpenAI",   "OpenAI-compatible server"};
  Await([&] { return accounts_.providers() == providers; });
}

TEST_F(AccountModelTest, KeepsRowsAndSelectionWhenReadAgain) {
  const QString id = IdOf("team-openai");
  accounts_.select(id, true);
  QSignalSpy reset(&accounts_, &QAbstractItemModel::modelReset);
  QSignalSpy removed(&accounts_, &QAbstractItemModel::rowsRemoved);
  QSignalSpy changed(&accounts_, &AccountModel::summaryChanged);
  QSignalSpy providers(&accounts_, &AccountModel::providersChanged);
  accounts_.refresh();
  ASSERT_TRUE(changed.wait());
  EXPECT_EQ(reset.count(), 0);
  EXPECT_EQ(removed.count(), 0);
  EXPECT_EQ(providers.count(), 0) << "a choice that is open would be closed";
  EXPECT_EQ(accounts_.selection(), QStringList{id});
  EXPECT_EQ(accounts_.selectedCount(), 1);
}

TEST_F(AccountModelTest, SwitchesAnAccountOff) {
  accounts_.setEnabled(IdOf("deepseek"), false);
  Await([this] { return Row("deepseek").state == "disabled"; });
  accounts_.setEnabled(IdOf("deepseek"), true);
  Await([this] { return Row("deepseek").state == "ready"; });
}

TEST_F(AccountModelTest, EndsPauses) {
  ASSERT_EQ(Row("spare-openai").state, "cooling");
  accounts_.clearCooldowns(IdOf("spare-openai"));
  Await([this] { return Row("spare-openai").state == "ready"; });
}

TEST_F(AccountModelTest, TellsWhatATestCameTo) {
  QSignalSpy tested(&accounts_, &AccountModel::tested);
  accounts_.test(IdOf("work-anthropic"));
  ASSERT_TRUE(tested.wait());
  EXPECT_TRUE(tested[0][1].toBool());
  accounts_.test(IdOf("lab-gemini"));
  ASSERT_TRUE(tested.wait());
  EXPECT_FALSE(tested[1][1].toBool());
  EXPECT_TRUE(LastToast().contains("Incorrect API key")) << LastToast().toStdString();
}

TEST_F(AccountModelTest, TellsWhichAreBeingTested) {
  const auto testing = [this](const char* label) {
    for (int row = 0; row < accounts_.count(); ++row) {
      const QModelIndex index = accounts_.index(row);
      if (index.data(AccountModel::LabelRole) == label) return index.data(AccountModel::TestingRole).toBool();
    }
    return false;
  };
  QSignalSpy changed(&accounts_, &QAbstractItemModel::dataChanged);
  accounts_.test(IdOf("deepseek"));
  accounts_.test(IdOf("deepseek"));
  EXPECT_TRUE(testing("deepseek"));
  EXPECT_FALSE(testing("team-openai"));
  EXPECT_EQ(accounts_.testing(), QStringList{IdOf("deepseek")});
  EXPECT_EQ(changed.count(), 1);
  QSignalSpy tested(&accounts_, &AccountModel::tested);
  ASSERT_TRUE(tested.wait());
  EXPECT_FALSE(testing("deepseek"));
  EXPECT_TRUE(accounts_.testing().isEmpty());
}

TEST_F(AccountModelTest, OneMessageTellsOfAllTests) {
  QStringList told;
  const auto connection = QObject::connect(&toasts_, &QAbstractItemModel::rowsInserted, [&] { told << LastToast(); });
  const auto test_all = [this](const QStringList& labels) {
    for (const QString& label : labels) accounts_.select(IdOf(label), true);
    accounts_.batch("test");
    EXPECT_EQ(accounts_.testing().size(), labels.size());
    Await([this] { return accounts_.testing().isEmpty(); });
  };
  test_all({"work-anthropic", "lab-gemini", "team-openai", "home-gemini", "deepseek", "home-ollama"});
  ASSERT_EQ(told.size(), 1) << told.join("; ").toStdString();
  EXPECT_EQ(told[0], "5 of 6 work; 1 failed:\nlab-gemini: HTTP 401 invalid_api_key: Incorrect API key provided.");
  told.clear();
  test_all({"work-anthropic", "team-openai"});
  EXPECT_EQ(told, QStringList{"All 2 account(s) work"});
  told.clear();
  test_all({"work-anthropic"});
  ASSERT_EQ(told.size(), 1);
  EXPECT_TRUE(told[0].startsWith("work-anthropic works: ")) << told[0].toStdString();
  QObject::disconnect(connection);
}

TEST_F(AccountModelTest, AKeyThatIsRefusedIsNoSignIn) {
  EXPECT_EQ(Row("lab-gemini").reason,
            QStringLiteral("The key is refused: “API key not valid. Please pass a valid API key.”"));
}

TEST_F(AccountModelTest, MovesARowAtOnceAndInTheDaemon) {
  QSignalSpy reset(&accounts_, &QAbstractItemModel::modelReset);
  accounts_.moveTo(IdOf("work-anthropic"), 2);
  QStringList wanted{"team-openai", "spare-openai", "work-anthropic", "home-gemini"};
  EXPECT_EQ(Labels().mid(0, 4), wanted);
  Await([&] { return StoredLabels().mid(0, 4) == wanted; });
  accounts_.moveBy(IdOf("work-anthropic"), -2);
  EXPECT_EQ(Labels().first(), "work-anthropic");
  Await([&] { return StoredLabels().first() == "work-anthropic"; });
  accounts_.moveTo(IdOf("work-anthropic"), 99);
  EXPECT_EQ(Labels().last(), "work-anthropic");
  Await([&] { return StoredLabels().last() == "work-anthropic"; });
  EXPECT_EQ(reset.count(), 0);
}

TEST_F(AccountModelTest, ManyMovesAtOnceArriveInTheirOrder) {
  for (int i = 0; i < 9; ++i) {
    accounts_.moveBy(IdOf("work-anthropic"), 1);
    accounts_.refresh();
    EXPECT_EQ(Labels().indexOf("work-anthropic"), i + 1);
  }
  Await([&] { return StoredLabels().last() == "work-anthropic"; });
  QSignalSpy changed(&accounts_, &QAbstractItemModel::dataChanged);
  ASSERT_TRUE(changed.wait()) << "the order is read once more";
  EXPECT_EQ(Labels().last(), "work-anthropic");
}

TEST_F(AccountModelTest, FollowsAnotherOrderWithoutAReset) {
  QSignalSpy reset(&accounts_, &QAbstractItemModel::modelReset);
  accounts_.move(IdOf("old-openai"), IdOf("work-anthropic"));
  Await([this] { return Labels().first() == "old-openai"; });
  EXPECT_EQ(accounts_.count(), 10);
  EXPECT_EQ(reset.count(), 0);
}

TEST_F(AccountModelTest, RemovesWhenTheToastGoes) {
  accounts_.remove(IdOf("old-openai"));
  EXPECT_FALSE(Labels().contains("old-openai"));
  EXPECT_TRUE(StoredLabels().contains("old-openai"));
  toasts_.dismiss(ToastId());
  Await([this] { return !StoredLabels().contains("old-openai"); });
}

TEST_F(AccountModelTest, UndoBringsItBack) {
  accounts_.remove(IdOf("spare-openai"));
  QSignalSpy changed(&accounts_, &AccountModel::summaryChanged);
  accounts_.refresh();
  ASSERT_TRUE(changed.wait());
  EXPECT_FALSE(Labels().contains("spare-openai")) << "it is still in the daemon, but hidden";
  toasts_.undo(ToastId());
  Await([this] { return Labels().contains("spare-openai"); });
  EXPECT_EQ(Labels().indexOf("spare-openai"), 2);
}

TEST_F(AccountModelTest, RemovesASelectionWithOneUndo) {
  for (const char* label : {"work-anthropic", "team-openai", "spare-openai", "home-gemini", "deepseek"}) {
    accounts_.select(IdOf(label), true);
  }
  accounts_.batch("remove");
  EXPECT_EQ(accounts_.count(), 5);
  EXPECT_EQ(toasts_.count(), 1);
  EXPECT_EQ(StoredLabels().size(), 10);
  toasts_.undo(ToastId());
  Await([this] { return accounts_.count() == 10; });
}

TEST_F(AccountModelTest, ActsOnTheWholeSelection) {
  accounts_.select(IdOf("work-anthropic"), true);
  accounts_.select(IdOf("team-openai"), true);
  accounts_.batch("disable");
  EXPECT_EQ(accounts_.selectedCount(), 0);
  Await([this] { return Row("work-anthropic").state == "disabled" && Row("team-openai").state == "disabled"; });
  EXPECT_EQ(Row("deepseek").state, "ready");
}

TEST_F(AccountModelTest, AsksForItsOwnerOnce) {
  QSignalSpy attention(&accounts_, &AccountModel::attentionNeeded);
  client::ControlClientOptions options;
  options.target = server_.target().toStdString();
  client::ControlClient client(options);
  client::v1::UpdateAccountRequest update;
  update.mutable_account()->set_id(IdOf("deepseek").toStdString());
  update.mutable_account()->set_api_key("sk-bad-1");
  update.mutable_update_mask()->add_paths("api_key");
  ASSERT_TRUE(client.UpdateAccount(update).ok());
  accounts_.test(IdOf("deepseek"));
  Await([this] { return Row("deepseek").state == "needs_sign_in"; });
  QSignalSpy changed(&accounts_, &AccountModel::summaryChanged);
  accounts_.refresh();
  ASSERT_TRUE(changed.wait());
  ASSERT_EQ(attention.count(), 1);
  EXPECT_EQ(attention[0][0], IdOf("deepseek"));
  EXPECT_EQ(attention[0][1], "deepseek");
  EXPECT_TRUE(attention[0][2].toString().contains("Incorrect API key"));
}

TEST_F(AccountModelTest, FilterFindsByTextStateAndProvider) {
  AccountFilter filter(accounts_);
  QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::Fatal);
  EXPECT_TRUE(filter.open());
  Await([this] { return accounts_.providers().contains("Anthropic"); });
  filter.setText("OPENAI");
  EXPECT_EQ(filter.rowCount(), 4);
  EXPECT_FALSE(filter.open());
  filter.setState("cooling");
  EXPECT_EQ(filter.rowCount(), 1);
  filter.clear();
  filter.setState("troubled");
  ASSERT_EQ(filter.rowCount(), 1);
  EXPECT_EQ(filter.index(0, 0).data(AccountModel::LabelRole), "lab-gemini");
  filter.setState({});
  filter.setProvider("Anthropic");
  EXPECT_EQ(filter.rowCount(), 2);
  filter.selectAll(true);
  EXPECT_EQ(accounts_.selection(), (QStringList{IdOf("work-anthropic"), IdOf("night-anthropic")}));
  filter.selectAll(false);
  EXPECT_EQ(accounts_.selectedCount(), 0);
  filter.clear();
  filter.selectTo(IdOf("spare-openai"));
  EXPECT_EQ(accounts_.selection(), QStringList{IdOf("spare-openai")}) << "there is nothing to begin from";
  filter.selectTo(IdOf("deepseek"));
  EXPECT_EQ(accounts_.selectedCount(), 4);
  accounts_.clearSelection();
  filter.setText("openai");
  accounts_.select(IdOf("old-openai"), true);
  filter.selectTo(IdOf("team-openai"));
  EXPECT_EQ(accounts_.selection(), (QStringList{IdOf("team-openai"), IdOf("spare-openai"), IdOf("old-openai")}))
      << "of those that can be seen";
}

}  // namespace
}  // namespace ag::gui
