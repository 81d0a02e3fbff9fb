// What becomes of one gateway's things when the app turns to another.
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <functional>

#include "gui/app/app.h"
#include "gui/demo/demo_server.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;

constexpr int kPatienceMs = 10'000;

client::ControlClientOptions To(const DemoServer& server) {
  client::ControlClientOptions options;
  options.target = server.target().toStdString();
  return options;
}

bool Becomes(const std::function<bool()>& is_so) { return QTest::qWaitFor(is_so, kPatienceMs); }

class SwitchTest : public testing::Test {
 protected:
  SwitchTest() {
    EXPECT_TRUE(Becomes([this] { return Loaded(); }));
  }
  bool Loaded() {
    return app_.accounts()->loaded() && app_.routes()->loaded() && app_.clientKeys()->loaded() &&
           app_.settings()->loaded() && app_.monitor()->loaded() && app_.dashboard()->loaded() &&
           app_.latestRequests()->loaded() && !app_.snippets()->key().isEmpty();
  }
  void TurnToTheOther() { app_.backend()->Connect(To(other_)); }

  static int Accounts(const DemoServer& server) {
    const auto reply = client::ControlClient(To(server)).ListAccounts({});
    return reply.ok() ? reply->accounts_size() : -1;
  }
  static bool HasRoute(const DemoServer& server, const char* pattern) {
    const auto reply = client::ControlClient(To(server)).ListRoutes({});
    return reply.ok() &&
           std::ranges::any_of(reply->routes(), [&](const auto& one) { return one.pattern() == pattern; });
  }
  QStringList Told() {
    QStringList texts;
    for (int row = 0; row < app_.toasts()->count(); ++row) {
      texts << app_.toasts()->data(app_.toasts()->index(row), Toasts::TextRole).toString();
    }
    return texts;
  }
  bool Tells(const char* part) { return Told().join('\n').contains(part); }
  int RowOf(const QString& pattern) {
    for (int row = 0; row < app_.routes()->count(); ++row) {
      if (app_.routes()->index(row).data(RouteModel::PatternRole) == pattern) return row;
    }
    return -1;
  }

  QTemporaryDir folder_;
  DemoServer first_{{.past_requests = 20, .requests_per_second = 0}};
  DemoServer other_{{.past_requests = 20, .requests_per_second = 0}};
  App app_{AppOptions{.control = {first_.target(), {}, {}}, .preferences = folder_.filePath("app.ini")}};
};

TEST_F(SwitchTest, CarriesOutWhatIsHeldBackWhereItWasDecided) {
  const int accounts = Accounts(other_);
  const QString account = app_.accounts()->rows().front().id;
  app_.accounts()->remove(account);
  app_.routes()->remove(RowOf("fast"));
  TurnToTheOther();
  EXPECT_TRUE(Becomes([&] { return Accounts(first_) == accounts - 1 && !HasRoute(first_, "fast"); }));
  ASSERT_TRUE(Becomes([this] { return Loaded(); }));
  EXPECT_EQ(Accounts(other_), accounts);
  EXPECT_TRUE(HasRoute(other_, "fast"));
  EXPECT_EQ(app_.accounts()->count(), accounts) << "nothing of the other gateway is hidden";
  EXPECT_GE(RowOf("fast"), 0);
}

TEST_F(SwitchTest, SaysWhenTheFormerGatewayCannotBeReached) {
  const int accounts = Accounts(other_);
  app_.accounts()->remove(app_.accounts()->rows().front().id);
  const QString told = Told().join('\n');
  first_.Kill();
  TurnToTheOther();
  EXPECT_TRUE(Becomes([&] { return Told().join('\n').contains("was not carried out"); })) << told.toStdString();
  ASSERT_TRUE(Becomes([this] { return Loaded(); }));
  EXPECT_EQ(Accounts(other_), accounts);
}

TEST_F(SwitchTest, ForgetsWhatTheFormerGatewayHasSaid) {
  const QAbstractItemModelTester accounts(app_.accounts(), QAbstractItemModelTester::FailureReportingMode::Fatal);
  const QAbstractItemModelTester routes(app_.routes(), QAbstractItemModelTester::FailureReportingMode::Fatal);
  const QAbstractItemModelTester keys(app_.clientKeys(), QAbstractItemModelTester::FailureReportingMode::Fatal);
  const QAbstractItemModelTester monitor(app_.monitor(), QAbstractItemModelTester::FailureReportingMode::Fatal);
  const QAbstractItemModelTester latest(app_.latestRequests(), QAbstractItemModelTester::FailureReportingMode::Fatal);
  app_.accountStory()->show(app_.accounts()->rows().front().id);
  app_.tokenStats()->setActive(true);
  app_.routeTest()->ask("gpt-5", "openai");
  app_.requestDetail()->show(app_.monitor()->idAt(0));
  app_.monitor()->setAccount(app_.monitor()->accountChoices().last().toMap().value("value").toString());
  ASSERT_TRUE(Becomes([this] {
    return !app_.accountStory()->label().isEmpty() && app_.tokenStats()->loaded() && app_.routeTest()->asked() &&
           !app_.requestDetail()->title().isEmpty() && !app_.accountForm()->providers().isEmpty();
  }));
  TurnToTheOther();
  EXPECT_EQ(app_.accounts()->count(), 0);
  EXPECT_FALSE(app_.accounts()->loaded());
  EXPECT_EQ(app_.accountStory()->id(), "");
  EXPECT_TRUE(app_.accountForm()->providers().isEmpty());
  EXPECT_EQ(app_.routes()->count(), 0);
  EXPECT_FALSE(app_.routes()->loaded());
  EXPECT_FALSE(app_.routeTest()->asked());
  EXPECT_EQ(app_.clientKeys()->count(), 0);
  EXPECT_EQ(app_.snippets()->key(), "");
  EXPECT_EQ(app_.monitor()->total(), 0);
  EXPECT_FALSE(app_.monitor()->loaded());
  EXPECT_EQ(app_.monitor()->account(), "");
  EXPECT_EQ(app_.monitor()->accountChoices().size(), 1);
  EXPECT_EQ(app_.requestDetail()->title(), "");
  EXPECT_FALSE(app_.tokenStats()->loaded());
  EXPECT_TRUE(app_.tokenStats()->rows().isEmpty());
  EXPECT_EQ(app_.settings()->authMode(), "");
  EXPECT_FALSE(app_.settings()->loaded());
  EXPECT_TRUE(app_.dashboard()->figures().isEmpty());
  EXPECT_TRUE(app_.dashboard()->providers().isEmpty());
  EXPECT_TRUE(app_.dashboard()->attention().isEmpty());
  EXPECT_EQ(app_.latestRequests()->count(), 0);
  EXPECT_EQ(app_.backend()->version(), "");
  EXPECT_EQ(app_.backend()->proxyAddress(), "");
  EXPECT_TRUE(Becomes([this] { return Loaded(); })) << "the other one's are read";
}

// A list that was asked for and is not answered must not keep the next gateway's from being read.
TEST_F(SwitchTest, ReadsTheOtherGatewayAlsoWhenTheFormerOneOwesAnAnswer) {
  app_.accounts()->refresh();
  TurnToTheOther();
  EXPECT_TRUE(Becomes([this] { return app_.accounts()->loaded(); }));
}

// Nothing that the former gateway's stream has said is heard after the switch.
TEST_F(SwitchTest, HearsNothingMoreOfTheFormerGateway) {
  first_.Emit(5);
  TurnToTheOther();
  QSignalSpy arrived(app_.backend(), &Backend::requestsArrived);
  ASSERT_TRUE(Becomes([this] { return Loaded(); }));
  EXPECT_EQ(arrived.count(), 0);
}

// A test's questions are about one gateway's account: its plan is not carried out on another.
TEST_F(SwitchTest, LeavesAPlannedTestOfModels) {
  app_.accountProbe()->open(app_.accounts()->rows().front().id);
  ASSERT_TRUE(Becomes([this] { return app_.accountProbe()->phase() == AccountProbe::Planned; }));
  TurnToTheOther();
  EXPECT_EQ(app_.accountProbe()->phase(), AccountProbe::Failed);
  EXPECT_EQ(app_.accountProbe()->count(), 0);
  ASSERT_TRUE(Becomes([this] { return Loaded(); }));
  app_.accountProbe()->planAgain();
  EXPECT_EQ(app_.accountProbe()->phase(), AccountProbe::Failed);
}

// Somebody adds an account, and turns to another gateway before it is tested.
TEST_F(SwitchTest, WithdrawsAnAccountThatIsStillBeingAdded) {
  const int accounts = Accounts(other_);
  app_.accountForm()->addKey("deepseek", "hasty", "sk-good-1", "");
  TurnToTheOther();
  EXPECT_FALSE(app_.accountForm()->busy());
  EXPECT_TRUE(Becomes([this] { return Tells("not decided on was not added"); })) << Told().join('\n').toStdString();
  EXPECT_EQ(Accounts(first_), accounts);
  EXPECT_EQ(Accounts(other_), accounts);
}

TEST_F(SwitchTest, WithdrawsARefusedAccountAndDisturbsNothingThatIsAddedNext) {
  const int accounts = Accounts(other_);
  AccountForm& form = *app_.accountForm();
  form.addKey("deepseek", "refused there", "sk-bad-1", "");
  ASSERT_TRUE(Becomes([&] { return !form.refused().isEmpty(); }));
  TurnToTheOther();
  EXPECT_FALSE(form.busy());
  ASSERT_TRUE(Becomes([&] { return !form.providers().isEmpty(); }));
  form.addKey("deepseek", "refused here", "sk-bad-1", "");
  EXPECT_TRUE(Becomes([&] { return !form.refused().isEmpty() && Tells("not decided on was not added"); }));
  EXPECT_EQ(Accounts(first_), accounts);
  EXPECT_EQ(Accounts(other_), accounts + 1) << "it waits for its own decision";
  form.discard();
  EXPECT_TRUE(Becomes([&] { return Accounts(other_) == accounts; }));
}

TEST_F(SwitchTest, SaysWhereAGoodAccountIsThatNobodyHasHeardOf) {
  const int accounts = Accounts(other_);
  AccountForm& form = *app_.accountForm();
  form.addTokens("gemini", "mixed", "client", "secret", "1//one\nsk-bad-2", "", "");
  ASSERT_TRUE(Becomes([&] { return !form.refused().isEmpty(); }));
  QSignalSpy added(&form, &AccountForm::added);
  TurnToTheOther();
  EXPECT_TRUE(Becomes([this] { return Tells("mixed-1 was added to the gateway of this machine"); }))
      << Told().join('\n').toStdString();
  EXPECT_TRUE(Becomes([&] { return Accounts(first_) == accounts + 1; })) << "without the refused one";
  ASSERT_TRUE(Becomes([this] { return Loaded(); }));
  EXPECT_EQ(added.count(), 0) << "no routes of this gateway are offered for it";
}

TEST_F(SwitchTest, SaysWhereASignInHasBroughtAnAccountTo) {
  AccountForm& form = *app_.accountForm();
  form.signIn()->begin("gemini", "browser", "client", "secret", "", "");
  ASSERT_TRUE(Becomes([&] { return form.signIn()->state() == "waiting"; }));
  QObject::connect(form.signIn(), &AccountSignIn::done, &form, [this] { TurnToTheOther(); });
  form.signIn()->complete("4/0AX-good");
  EXPECT_TRUE(Becomes([this] { return Tells("browser was added to the gateway of this machine"); }))
      << Told().join('\n').toStdString();
  EXPECT_FALSE(form.busy());
}

TEST_F(SwitchTest, SaysThatAnUndecidedAccountCouldNotBeWithdrawn) {
  AccountForm& form = *app_.accountForm();
  form.addKey("deepseek", "refused there", "sk-bad-1", "");
  ASSERT_TRUE(Becomes([&] { return !form.refused().isEmpty(); }));
  first_.Kill();
  TurnToTheOther();
  EXPECT_TRUE(Becomes([this] { return Tells("may still be on the gateway of this machine"); }))
      << Told().join('\n').toStdString();
}

// What the person has decided on is carried out, and said by its place.
TEST_F(SwitchTest, SaysWhereAnImportHasGone) {
  const int accounts = Accounts(other_);
  QFile file(folder_.filePath("config.json"));
  ASSERT_TRUE(file.open(QIODevice::WriteOnly));
  file.write(R"({"Providers": [{"name": "deepseek", "api_base_url": "https://api.deepseek.com/chat/completions",
                                "api_key": "sk-deep-0123456789abcdef", "models": ["deepseek-chat"]}]})");
  file.close();
  AccountImport& importer = *app_.accountForm()->importer();
  importer.readFile(QUrl::fromLocalFile(file.fileName()));
  ASSERT_TRUE(Becomes([&] { return importer.addable() == 1; })) << importer.error().toStdString();
  importer.importAll();
  TurnToTheOther();
  EXPECT_TRUE(Becomes([this] { return Tells("1 account imported to the gateway of this machine"); }))
      << Told().join('\n').toStdString();
  EXPECT_EQ(Accounts(first_), accounts + 1);
  EXPECT_EQ(Accounts(other_), accounts);
}

}  // namespace
}  // namespace ag::gui
