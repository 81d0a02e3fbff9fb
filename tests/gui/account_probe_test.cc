#include "gui/models/account_probe.h"

#include <array>

#include "account_fixture.h"
#include "gui/app/language.h"
#include "gui/demo/demo_probe.h"

namespace ag::gui {
namespace {

class AccountProbeTest : public AccountFixture {
 protected:
  void Plan(const QString& label) {
    probe_.open(IdOf(label));
    Await([this] { return probe_.phase() != AccountProbe::Planning; });
  }
  void Run() {
    probe_.start();
    Await([this] { return probe_.phase() == AccountProbe::Done; });
  }
  int RowOf(const QString& model) const {
    for (int row = 0; row < probe_.count(); ++row) {
      if (probe_.data(probe_.index(row), AccountProbe::NameRole) == model) return row;
    }
    return -1;
  }
  QVariant Of(const QString& model, AccountProbe::Role role) const {
    return probe_.data(probe_.index(RowOf(model)), role);
  }
  std::string State(const QString& model) const { return Of(model, AccountProbe::StateRole).toString().toStdString(); }
  std::string TextOf(const QString& model) const { return Of(model, AccountProbe::TextRole).toString().toStdString(); }
  // The question is on its way: the daemon has it.
  void AwaitQuestions(int count) {
    Await([this, count] { return server_.probe().held() == count; });
  }
  void Remove(const QString& label) {
    client::ControlClientOptions options;
    options.target = server_.target().toStdString();
    client::ControlClient client(options);
    client::v1::DeleteAccountRequest request;
    request.set_id(IdOf(label).toStdString());
    EXPECT_TRUE(client.DeleteAccount(request).ok());
  }
  // An account whose provider refuses it.
  QString AddRefused() {
    client::ControlClientOptions options;
    options.target = server_.target().toStdString();
    client::ControlClient client(options);
    client::v1::CreateAccountRequest request;
    request.mutable_account()->set_provider("openai");
    request.mutable_account()->set_label("refused");
    request.mutable_account()->set_api_key("sk-bad-0123456789");
    const auto created = client.CreateAccount(request);
    EXPECT_TRUE(created.ok());
    return created.ok() ? QString::fromStdString(created->account().id()) : QString();
  }

  AccountProbe probe_{backend_};
};

TEST_F(AccountProbeTest, ThePlanSaysWhatWouldBeAskedAndAtWhatPrice) {
  Plan("home-gemini");
  EXPECT_EQ(probe_.phase(), AccountProbe::Planned);
  EXPECT_EQ(probe_.count(), 6);
  EXPECT_EQ(probe_.chosen(), 5) << "all but the one that pauses";
  EXPECT_EQ(probe_.planText(), "5 request(s), about 100 tokens in and at most 64 out");
  EXPECT_EQ(probe_.costText(), "At most $0.0003 by list price; no list price for 1 of them");
  EXPECT_EQ(probe_.leftOutText(), "Left out, since no short question can be put to them: imagen-5");
  EXPECT_EQ(Of("gemini-2.5-pro", AccountProbe::DetailRole), "$0.0002");
  EXPECT_EQ(Of("gemini-4-preview", AccountProbe::DetailRole), "no list price");
  EXPECT_TRUE(Of("gemini-3-flash", AccountProbe::ChoosableRole).toBool());
  EXPECT_EQ(State("gemini-3-flash"), "planned");
}

TEST_F(AccountProbeTest, WhatMustNotBeAskedNowSaysSoAndCannotBeChosen) {
  Plan("home-gemini");
  EXPECT_EQ(State("gemini-3-pro"), "blocked");
  EXPECT_TRUE(TextOf("gemini-3-pro").starts_with("Cannot be asked now: cooling down · over in "))
      << TextOf("gemini-3-pro");
  EXPECT_FALSE(Of("gemini-3-pro", AccountProbe::ChoosableRole).toBool());
  probe_.choose(RowOf("gemini-3-pro"), true);
  EXPECT_FALSE(Of("gemini-3-pro", AccountProbe::ChosenRole).toBool());
  Plan("night-anthropic");
  EXPECT_EQ(probe_.choosable(), 0);
  EXPECT_EQ(probe_.planText(), "None of its models can be asked now.");
  EXPECT_EQ(probe_.costText(), "");
  EXPECT_TRUE(TextOf("claude-opus-5").starts_with("Cannot be asked now: its budget is spent · over in 8 h"))
      << TextOf("claude-opus-5");
  probe_.start();
  EXPECT_EQ(probe_.phase(), AccountProbe::Planned);
}

TEST_F(AccountProbeTest, TheSumsAreThoseOfTheChosenModels) {
  Plan("home-gemini");
  probe_.chooseAll(false);
  EXPECT_EQ(probe_.chosen(), 0);
  EXPECT_EQ(probe_.planText(), "No model is chosen.");
  probe_.start();
  EXPECT_EQ(probe_.phase(), AccountProbe::Planned) << "there is nothing to start";
  probe_.choose(RowOf("gemini-4-preview"), true);
  EXPECT_EQ(probe_.costText(), "What it costs is not known: there is no list price");
  probe_.choose(RowOf("gemini-embedding-001"), true);
  EXPECT_EQ(probe_.planText(), "2 request(s), about 40 tokens in and at most 16 out");
  probe_.choose(RowOf("gemini-4-preview"), false);
  EXPECT_EQ(probe_.costText(), "At most <$0.0001 by list price");
  probe_.chooseAll(true);
  EXPECT_EQ(probe_.chosen(), 5);
}

TEST_F(AccountProbeTest, AsksTheChosenModelsOneAfterTheOther) {
  Plan("home-gemini");
  probe_.choose(RowOf("gemini-embedding-001"), false);
  server_.probe().Hold();
  probe_.start();
  EXPECT_TRUE(probe_.running());
  EXPECT_EQ(State("gemini-2.5-pro"), "asking");
  EXPECT_EQ(State("gemini-3-flash-lite"), "waiting");
  EXPECT_EQ(State("gemini-embedding-001"), "left_out");
  EXPECT_EQ(TextOf("gemini-embedding-001"), "Not chosen");
  EXPECT_EQ(probe_.progressText(), "0 of 4");
  constexpr std::array kRows{0, 1, 3, 5};
  for (int answered = 0; answered < 4; ++answered) {
    AwaitQuestions(1);
    EXPECT_EQ(probe_.progressText(), QStringLiteral("%1 of 4").arg(answered));
    EXPECT_EQ(probe_.asking(), kRows[static_cast<std::size_t>(answered)]) << "what is left out is passed over";
    EXPECT_DOUBLE_EQ(probe_.progress(), answered / 4.0);
    server_.probe().Answer(1);
    Await([this, answered] { return probe_.progress() > answered / 4.0; });
  }
  Await([this] { return probe_.phase() == AccountProbe::Done; });
  EXPECT_EQ(probe_.progressText(), "2 of 4 asked work");
  EXPECT_EQ(probe_.error(), "");
}

TEST_F(AccountProbeTest, TellsWhatWasFound) {
  Plan("home-gemini");
  Run();
  EXPECT_EQ(State("gemini-3-flash"), "works");
  EXPECT_EQ(TextOf("gemini-3-flash"), "Works · 13 tokens in, 2 out");
  EXPECT_EQ(Of("gemini-3-flash", AccountProbe::DetailRole), "612 ms · <$0.0001");
  EXPECT_EQ(Of("gemini-3-flash", AccountProbe::KindRole), "ok");
  EXPECT_EQ(Of("gemini-4-preview", AccountProbe::DetailRole), "612 ms") << "nobody knows what it costs";
  EXPECT_EQ(State("gemini-2.5-pro"), "no_quota");
  EXPECT_TRUE(TextOf("gemini-2.5-pro").starts_with("No quota for it on this account: You exceeded your current quota"))
      << TextOf("gemini-2.5-pro");
  EXPECT_EQ(State("gemini-3-flash-lite"), "paused");
  EXPECT_TRUE(TextOf("gemini-3-flash-lite").starts_with("Rate limited: Resource has been exhausted"))
      << TextOf("gemini-3-flash-lite");
  EXPECT_NE(TextOf("gemini-3-flash-lite").find(" · over in "), std::string::npos) << TextOf("gemini-3-flash-lite");
  EXPECT_EQ(State("gemini-3-pro"), "left_out");
  EXPECT_TRUE(TextOf("gemini-3-pro").starts_with("Cannot be asked now: cooling down"));
}

TEST_F(AccountProbeTest, WhatWasLearnedIsInTheNextPlan) {
  Plan("home-gemini");
  QSignalSpy learned(&probe_, &AccountProbe::learned);
  Run();
  EXPECT_EQ(learned.count(), 5) << "whoever shows the account reads it anew";
  probe_.planAgain();
  Await([this] { return probe_.phase() == AccountProbe::Planned; });
  EXPECT_TRUE(TextOf("gemini-2.5-pro").starts_with("No quota for it on this account (until "))
      << TextOf("gemini-2.5-pro");
  EXPECT_TRUE(Of("gemini-2.5-pro", AccountProbe::ChosenRole).toBool()) << "a test finds out whether it is still so";
  EXPECT_EQ(State("gemini-3-flash-lite"), "blocked");
}

TEST_F(AccountProbeTest, StopKeepsWhatWasLearnedAndAwaitsTheLastAnswer) {
  Plan("home-gemini");
  server_.probe().Hold();
  probe_.start();
  server_.probe().Answer(1);
  Await([this] { return State("gemini-2.5-pro") == "no_quota" && server_.probe().held() == 1; });
  probe_.stop();
  EXPECT_EQ(probe_.phase(), AccountProbe::Stopping);
  EXPECT_EQ(State("gemini-3-flash-lite"), "asking");
  EXPECT_EQ(State("gemini-embedding-001"), "stopped");
  EXPECT_EQ(probe_.progressText(), "1 of 5 · the last answer is awaited");
  server_.probe().Answer(1);
  Await([this] { return probe_.phase() == AccountProbe::Done; });
  EXPECT_EQ(State("gemini-3-flash-lite"), "paused");
  EXPECT_EQ(State("gemini-2.5-pro"), "no_quota");
  EXPECT_EQ(probe_.progressText(), "0 of 2 asked work; 3 not asked any more");
  EXPECT_EQ(server_.probe().held(), 0) << "nothing more was asked";
}

TEST_F(AccountProbeTest, AsksNothingMoreOnceTheProviderRefusesTheAccount) {
  probe_.open(AddRefused());
  Await([this] { return probe_.phase() == AccountProbe::Planned; });
  ASSERT_EQ(probe_.chosen(), 3);
  Run();
  EXPECT_EQ(State("gpt-5.2"), "account_refused");
  EXPECT_EQ(TextOf("gpt-5.2"), "The credential is refused: Incorrect API key provided.");
  EXPECT_EQ(State("gpt-5-mini"), "stopped");
  EXPECT_EQ(probe_.error(), "The provider refuses the account itself, so nothing more is asked.");
}

TEST_F(AccountProbeTest, AModelThatMayNoLongerBeAskedSaysWhyAndTheOthersAreAsked) {
  Plan("home-gemini");
  const QString id = IdOf("home-gemini");
  AccountProbe other(backend_);
  other.open(id);
  Await([&] { return other.phase() == AccountProbe::Planned; });
  other.start();
  Await([&] { return other.phase() == AccountProbe::Done; });
  Run();
  EXPECT_EQ(State("gemini-3-flash-lite"), "not_asked") << "it pauses since the other test";
  EXPECT_TRUE(TextOf("gemini-3-flash-lite").starts_with("Not asked: cooling down · over in "))
      << TextOf("gemini-3-flash-lite");
  EXPECT_EQ(State("gemini-3-flash"), "works");
  EXPECT_EQ(probe_.progressText(), "3 of 4 asked work");
}

TEST_F(AccountProbeTest, SaysWhenTheAccountIsGone) {
  Plan("deepseek");
  const QString id = IdOf("deepseek");
  Remove("deepseek");
  Run();
  EXPECT_EQ(State("deepseek-chat"), "failed");
  EXPECT_EQ(TextOf("deepseek-chat"), "Not answered");
  EXPECT_EQ(State("deepseek-reasoner"), "stopped");
  EXPECT_EQ(probe_.error(), "there is no such account");
  EXPECT_EQ(probe_.progressText(), "No model has answered; 1 not asked any more");
  probe_.open(id);
  Await([this] { return probe_.phase() == AccountProbe::Failed; });
  EXPECT_EQ(probe_.error(), "there is no such account");
  EXPECT_EQ(probe_.count(), 0);
}

TEST_F(AccountProbeTest, EndsWhenTheDaemonGoesWhileItIsAsked) {
  Plan("home-gemini");
  server_.probe().Hold();
  probe_.start();
  AwaitQuestions(1);
  server_.Kill();
  Await([this] { return probe_.phase() == AccountProbe::Done; });
  EXPECT_EQ(State("gemini-2.5-pro"), "failed");
  EXPECT_EQ(State("gemini-3-flash"), "stopped");
  EXPECT_NE(probe_.error(), "");
}

TEST_F(AccountProbeTest, APlanThatFailedComesWithTheDaemon) {
  Await([this] { return backend_.connected(); });
  const QString id = IdOf("deepseek");
  server_.Kill();
  probe_.open(id);
  Await([this] { return probe_.phase() == AccountProbe::Failed; });
  EXPECT_NE(probe_.error(), "");
  server_.Restart();
  Await([this] { return probe_.phase() == AccountProbe::Planned; });
  EXPECT_EQ(probe_.error(), "");
  EXPECT_EQ(probe_.count(), 2);
}

TEST_F(AccountProbeTest, EndsWhenTheAppTurnsToAnotherGateway) {
  Plan("home-gemini");
  server_.probe().Hold();
  probe_.start();
  AwaitQuestions(1);
  DemoServer other({.past_requests = 1, .requests_per_second = 0, .model_test_ms = 0});
  client::ControlClientOptions options;
  options.target = other.target().toStdString();
  backend_.Connect(options);
  EXPECT_EQ(probe_.phase(), AccountProbe::Done) << "its answer would never come";
  EXPECT_EQ(State("gemini-2.5-pro"), "stopped");
  EXPECT_EQ(probe_.error(), "The app speaks to another gateway now.");
  Await([this] { return backend_.connected() && accounts_.loaded(); });
  Plan("deepseek");
  Run();
  EXPECT_EQ(probe_.progressText(), "2 of 2 asked work");
}

TEST_F(AccountProbeTest, AnotherAccountsTestAwaitsTheQuestionThatIsOnItsWay) {
  Plan("home-gemini");
  server_.probe().Hold();
  probe_.start();
  AwaitQuestions(1);
  Plan("deepseek");
  EXPECT_EQ(probe_.count(), 2);
  probe_.start();
  EXPECT_EQ(State("deepseek-chat"), "waiting") << "one question at a time";
  QSignalSpy learned(&probe_, &AccountProbe::learned);
  server_.probe().Answer(1);
  Await([&] { return learned.count() == 1; });
  EXPECT_EQ(State("deepseek-chat"), "asking") << "the answer was the other account's";
  server_.probe().Release();
  Await([this] { return probe_.phase() == AccountProbe::Done; });
  EXPECT_EQ(probe_.progressText(), "2 of 2 asked work");
}

TEST_F(AccountProbeTest, CloseStopsAndALateAnswerIsStillLearned) {
  Plan("home-gemini");
  server_.probe().Hold();
  probe_.start();
  AwaitQuestions(1);
  QSignalSpy learned(&probe_, &AccountProbe::learned);
  probe_.close();
  EXPECT_EQ(probe_.phase(), AccountProbe::Closed);
  EXPECT_EQ(probe_.count(), 0);
  server_.probe().Answer(1);
  Await([&] { return learned.count() == 1; });
  EXPECT_EQ(probe_.phase(), AccountProbe::Closed);
  Await([this] { return server_.probe().held() == 0; });
}

TEST_F(AccountProbeTest, SpeaksThePersonsLanguage) {
  Language language;
  language.Use("zh_CN");
  Plan("home-gemini");
  EXPECT_FALSE(probe_.planText().contains("request")) << probe_.planText().toStdString();
  Run();
  EXPECT_FALSE(Of("gemini-3-flash", AccountProbe::TextRole).toString().contains("Works"));
  const QString limited = Of("gemini-3-flash-lite", AccountProbe::TextRole).toString();
  EXPECT_TRUE(limited.contains(QStringLiteral("“rate limited: Resource"))) << limited.toStdString();
  EXPECT_FALSE(limited.startsWith("Rate")) << limited.toStdString();
  language.Use("en");
}

}  // namespace
}  // namespace ag::gui
