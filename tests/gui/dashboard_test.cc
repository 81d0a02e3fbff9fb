#include "gui/models/dashboard.h"

#include <algorithm>

#include "account_fixture.h"

namespace ag::gui {
namespace {

class DashboardTest : public AccountFixture {
 protected:
  DashboardTest() {
    dashboard_.refresh();
    Await([this] { return dashboard_.loaded() && !Provider("openai")["why"].toString().isEmpty(); });
  }
  QVariantMap Provider(const QString& name) const {
    for (const QVariant& provider : dashboard_.providers()) {
      if (provider.toMap()["provider"] == name) return provider.toMap();
    }
    return {};
  }
  // What mends it; empty = nothing is to be done.
  QString Action(const QString& name) const {
    for (const QVariant& notice : dashboard_.attention()) {
      if (notice.toMap()["name"] == name) return notice.toMap()["action"].toString();
    }
    return {};
  }

  Dashboard dashboard_{backend_, accounts_};
};

TEST_F(DashboardTest, SaysWhomTheNextConversationGoesToAndWhy) {
  const QVariantMap openai = Provider("openai");
  EXPECT_EQ(openai["best"], "team-openai");
  EXPECT_EQ(openai["bestId"], IdOf("team-openai"));
  EXPECT_EQ(openai["share"], "") << "all of them";
  EXPECT_TRUE(openai["why"].toString().contains("only one"));
  accounts_.setEnabled(IdOf("team-openai"), false);
  accounts_.setEnabled(IdOf("deepseek"), false);
  Await([this] { return Row("deepseek").state == "disabled" && Row("team-openai").state == "disabled"; });
  dashboard_.refresh();
  Await([this] { return Provider("deepseek")["best"].toString().isEmpty(); });
  EXPECT_NE(Provider("deepseek")["why"].toString(), "") << "why there is none";
}

TEST_F(DashboardTest, ComparesEachFigureWithYesterday) {
  ASSERT_EQ(dashboard_.figures().size(), 5);
  EXPECT_TRUE(dashboard_.figures()[2].toMap()["value"].toString().startsWith('$'));
  for (const QVariant& figure : dashboard_.figures()) {
    const QVariantMap map = figure.toMap();
    EXPECT_TRUE(map["change"].toString().contains("yesterday")) << map["label"].toString().toStdString();
    EXPECT_EQ(map["course"].toList().size(), 24);
  }
}

// The curve of a share is one of shares: there may be many failures in an hour of many requests.
TEST_F(DashboardTest, DrawsSharesAsShares) {
  ASSERT_EQ(dashboard_.figures().size(), 5);
  double most = 0;
  for (const int figure : {3, 4}) {
    for (const QVariant& value : dashboard_.figures()[figure].toMap()["course"].toList()) {
      EXPECT_LE(value.toDouble(), 100);
      most = std::max(most, value.toDouble());
    }
  }
  EXPECT_GT(most, 10);
}

TEST_F(DashboardTest, NamesWhatMendsEachThing) {
  EXPECT_EQ(Action(IdOf("lab-gemini")), "new_key") << "it has no sign-in";
  EXPECT_EQ(Action(IdOf("night-anthropic")), "limits");
  EXPECT_EQ(Action(IdOf("team-openai")), "");
  EXPECT_EQ(Action("proxy"), "") << "it runs";
  backend_.stopProxy();
  Await([this] { return Action("proxy") == "start_proxy"; });
  EXPECT_EQ(dashboard_.attention().first().toMap()["name"], "proxy") << "what stops everybody comes first";
  backend_.startProxy();
  Await([this] { return Action("proxy").isEmpty(); });
}

TEST_F(DashboardTest, SaysThatNobodyCanServe) {
  EXPECT_EQ(Action("nobody"), "");
  QStringList ready;
  for (const AccountModel::Row& row : accounts_.rows()) {
    if (row.state == "ready") ready << row.id;
  }
  for (const QString& id : ready) accounts_.setEnabled(id, false);
  Await([this] { return Action("nobody") == "accounts"; });
  const QString text = dashboard_.attention().first().toMap()["text"].toString();
  EXPECT_TRUE(text.endsWith("The first one is back in 2 min.")) << text.toStdString();
  accounts_.setEnabled(ready.first(), true);
  Await([this] { return Action("nobody").isEmpty(); });
}

TEST_F(DashboardTest, CallsProvidersByTheirNames) {
  Await([this] { return Provider("openai")["name"] == "OpenAI"; });
  EXPECT_TRUE(accounts_.providers().contains("OpenAI"));
  EXPECT_FALSE(accounts_.providers().contains("openai"));
}

TEST_F(DashboardTest, LeavesAListAloneThatSaysTheSame) {
  QSignalSpy attention(&dashboard_, &Dashboard::attentionChanged);
  QSignalSpy summary(&accounts_, &AccountModel::summaryChanged);
  accounts_.refresh();
  ASSERT_TRUE(summary.wait());
  EXPECT_EQ(attention.count(), 0) << "a button would go while it is pressed";
}

TEST_F(DashboardTest, ShowsTheTightestLimitsOfEachProvider) {
  QStringList providers;
  for (const QVariant& entry : dashboard_.limits()) {
    providers << entry.toMap()["provider"].toString();
    double before = 0;
    for (const QVariant& limit : entry.toMap()["limits"].toList()) {
      EXPECT_GE(limit.toMap()["fraction"].toDouble(), before);
      before = limit.toMap()["fraction"].toDouble();
      EXPECT_NE(limit.toMap()["reset"].toString(), "");
    }
  }
  EXPECT_EQ(providers, (QStringList{"Anthropic", "DeepSeek", "Google Gemini", "OpenAI"}));
}

}  // namespace
}  // namespace ag::gui
