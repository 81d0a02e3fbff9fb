#include "gui/models/dashboard.h"

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

TEST_F(DashboardTest, NamesWhatItsOwnerShouldDo) {
  QStringList troubled;
  for (const QVariant& notice : dashboard_.attention()) troubled << notice.toMap()["accountId"].toString();
  EXPECT_TRUE(troubled.contains(IdOf("lab-gemini")));
  EXPECT_FALSE(troubled.contains(IdOf("team-openai")));
}

}  // namespace
}  // namespace ag::gui
