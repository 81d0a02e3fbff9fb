#include <QDate>
#include <QQuickItem>
#include <QQuickWindow>

#include "tests/gui/pages/page_test.h"

namespace ag::gui {
namespace {

class StatsPage : public PageTest {
 protected:
  StatsPage() : PageTest({.page = "stats"}) {
    EXPECT_TRUE(Await([&] { return Sees("statsTable"); }));
  }
  TokenStats& stats() { return *app().tokenStats(); }
};

TEST_F(StatsPage, ChoosesRangeMetricAndSplit) {
  for (const char* range : {"hour", "week", "month", "day"}) {
    Click(QString("statsRange/segment-") + range);
    EXPECT_TRUE(Await([&] { return stats().property("range") == range && !stats().property("loading").toBool(); }));
  }
  Click("statsMetric/segment-requests");
  Click("statsStack/segment-account");
  EXPECT_TRUE(Await([&] { return Reads("team-openai"); }));
  Click("statsStack/segment-model");
  EXPECT_TRUE(Await([&] { return Reads("gpt-5.2"); }));
}

TEST_F(StatsPage, TakesDaysOfItsOwnAndRefusesNonsense) {
  Click("statsRange/segment-custom");
  Type("statsFrom", "no day");
  Press(Qt::Key_Return);
  EXPECT_TRUE(Await([&] { return TextOf("statsDatesError") != ""; }));
  Type("statsFrom", QDate::currentDate().addDays(-3).toString(Qt::ISODate));
  Press(Qt::Key_Return);
  Type("statsTo", QDate::currentDate().toString(Qt::ISODate));
  Press(Qt::Key_Return);
  EXPECT_TRUE(Await([&] { return TextOf("statsDatesError") == ""; }));
}

TEST_F(StatsPage, BarTellsItsValuesByMouseAndKeyboard) {
  QQuickItem* chart = ui().AwaitItem("statsChart");
  ASSERT_NE(chart, nullptr);
  EXPECT_FALSE(Sees("chartTip"));
  // The figures may come anew meanwhile, and the bars with them.
  EXPECT_TRUE(Await([&] {
    ui().Hover(ui().AwaitItem("bar-2"));
    return Sees("chartTip");
  }));
  chart->forceActiveFocus(Qt::TabFocusReason);
  Press(Qt::Key_Right);
  EXPECT_TRUE(Await([&] { return Of("statsChart", "current").toInt() == 3; }));
}

TEST_F(StatsPage, ExportsTheFigures) {
  Click("statsExport");
  PickFile("statsChooser", WriteFile("figures.csv", ""));
  EXPECT_TRUE(
      Await([&] { return ReadFile("figures.csv").contains("team-openai") || ReadFile("figures.csv").size() > 20; }));
  EXPECT_TRUE(Await([&] { return Toast() != ""; }));
}

class SettingsPage : public PageTest {
 protected:
  SettingsPage() : PageTest({.page = "settings"}) {
    EXPECT_TRUE(Await([&] { return app().settings()->loaded(); }));
  }
};

TEST_F(SettingsPage, LanguageChangesAtOnce) {
  Click("language/segment-zh_CN");
  EXPECT_TRUE(Await([&] { return TextOf("nav-settings") == QStringLiteral("设置"); }));
  Click("language/segment-en");
  EXPECT_TRUE(Await([&] { return TextOf("nav-settings") == "Settings"; }));
}

TEST_F(SettingsPage, ThemeChangesAtOnce) {
  const QVariant light = window().property("color");
  Click("theme/segment-dark");
  EXPECT_TRUE(Await([&] { return window().property("color") != light; }));
  Click("theme/segment-light");
  EXPECT_TRUE(Await([&] { return window().property("color") == light; }));
}

TEST_F(SettingsPage, FindsChangesAndResetsASetting) {
  Type("settingSearch", "megabytes");
  EXPECT_TRUE(Await([&] { return app().settings()->count() == 1; }));
  Type("setting-log.max_megabytes", "64");
  Press(Qt::Key_Return);
  EXPECT_TRUE(Await([&] { return SettingOf("log.max_megabytes") == "64"; }));
  Click("reset-log.max_megabytes");
  EXPECT_TRUE(Await([&] { return SettingOf("log.max_megabytes") == "512"; }));
}

TEST_F(SettingsPage, ShowsWhatTheEnvironmentDecides) {
  Type("settingSearch", "proxy_url");
  EXPECT_TRUE(Await([&] { return Reads("set by environment"); }));
  EXPECT_FALSE(Of("setting-upstream.proxy_url", "enabled").toBool());
}

TEST_F(SettingsPage, SaysWhenNothingIsFound) {
  Type("settingSearch", "zzz");
  EXPECT_TRUE(Await([&] { return Reads("No setting has that word."); }));
}

class DashboardPage : public PageTest {};

TEST_F(DashboardPage, AttentionButtonOpensTheAccountThatNeedsIt) {
  const QString id = QString::fromStdString(AccountOf("lab-gemini").id());
  Click("mend-" + id);
  EXPECT_TRUE(Await([&] { return Sees("accountsPage") && TextOf("storySentence") != ""; }));
  EXPECT_EQ(app().accountStory()->property("label").toString(), "lab-gemini");
}

class FirstStart : public PageTest {
 protected:
  FirstStart() : PageTest({.first_start = true}) {}
};

TEST_F(FirstStart, GuideIsShownOnceAndLeadsOn) {
  EXPECT_TRUE(Await([&] { return Reads("Welcome to AG Gateway"); }));
  app().backend()->stopProxy();
  Click("guideProxy");
  EXPECT_TRUE(Await([&] { return app().backend()->proxyRunning(); }));
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return !Reads("Welcome to AG Gateway"); }));
  EXPECT_TRUE(app().preferences()->guideDone());
}

}  // namespace
}  // namespace ag::gui
