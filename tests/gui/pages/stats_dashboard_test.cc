#include <QDate>
#include <QLocale>
#include <QQuickItem>
#include <map>

#include "gui/models/text.h"
#include "tests/gui/pages/page_test.h"

namespace ag::gui {
namespace {

using Figures = std::map<QString, qint64>;  // by the CSV's column

// Of each part, over all times. The demo has no part with a comma or a quote in its name.
std::map<QString, Figures> SumsOf(const QByteArray& csv) {
  QStringList lines = QString::fromUtf8(csv).split("\r\n", Qt::SkipEmptyParts);
  if (lines.isEmpty()) return {};
  const QStringList columns = lines.takeFirst().split(',');
  EXPECT_EQ(columns.mid(0, 2), (QStringList{"time", "account"}));
  std::map<QString, Figures> sums;
  for (const QString& line : lines) {
    const QStringList cells = line.split(',');
    if (cells.size() != columns.size()) {
      ADD_FAILURE() << line.toStdString();
      continue;
    }
    for (qsizetype i = 2; i < cells.size(); ++i) sums[cells[1]][columns[i]] += cells[i].toLongLong();
  }
  return sums;
}

// As the table has it, column by column.
QString RowText(const QString& name, Figures of) {
  const QLocale locale;
  const qint64 input = of["input"] + of["cache_read"] + of["cache_write"];
  const double cached = static_cast<double>(of["cache_read"]) / static_cast<double>(input);
  return QStringList{name,
                     locale.toString(of["requests"]),
                     locale.toString(of["errors"]),
                     locale.toString(input),
                     QString::number(100 * cached, 'f', 0) + '%',
                     locale.toString(of["output"]),
                     locale.toString(of["reasoning"]),
                     locale.toString(input + of["output"] + of["reasoning"]),
                     UsdSum(of["cost_nano_usd"], of["unpriced_requests"])}
      .join(' ');
}

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

TEST_F(StatsPage, DrawsCosts) {
  EXPECT_FALSE(TextOf("statsChart").contains('$'));
  Click("statsMetric/segment-cost");
  EXPECT_TRUE(Await([&] { return TextOf("statsChart").contains('$'); })) << "the axis is of dollars";
  EXPECT_TRUE(Await([&] {
    ui().Hover(ui().AwaitItem("bar-2"));
    return TextOf("chartTip").contains('$');
  }));
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

TEST_F(StatsPage, ExportsTheFiguresOfTheTable) {
  Click("statsExport");
  PickFile("statsChooser", FilePath("figures.csv"));
  EXPECT_TRUE(Await([&] { return Toast() == "Saved to " + FilePath("figures.csv"); })) << Toast().toStdString();
  const std::map<QString, Figures> sums = SumsOf(ReadFile("figures.csv"));
  const QList<QQuickItem*> rows = ui().FindAll("statsRow");
  ASSERT_EQ(rows.size(), static_cast<qsizetype>(sums.size()) + 1) << "a row for each part, and their sum";
  Figures total;
  for (const auto& [part, figures] : sums) {
    const QQuickItem* row = ui().FindRow("statsRow", part);
    EXPECT_EQ(ui().TextOf(row), RowText(part, figures));
    for (const auto& [column, value] : figures) total[column] += value;
  }
  EXPECT_GT(total["requests"], 0);
  EXPECT_GT(total["cost_nano_usd"], 0);
  EXPECT_EQ(ui().TextOf(rows.last()), RowText("Total", total));
}

class DashboardPage : public PageTest {
 protected:
  QString IdOf(const QString& label) { return QString::fromStdString(AccountOf(label).id()); }
};

TEST_F(DashboardPage, ShowsTheCostOfTodayAgainstYesterday) {
  EXPECT_TRUE(Await([&] { return TextOf("figure-2").startsWith("Cost today $"); })) << TextOf("figure-2").toStdString();
  EXPECT_TRUE(TextOf("figure-2").endsWith("yesterday")) << TextOf("figure-2").toStdString();
}

TEST_F(DashboardPage, ButtonsLeadToWhatMends) {
  Click("mend-" + IdOf("lab-gemini"));
  EXPECT_TRUE(Await([&] { return Sees("accountsPage") && TextOf("editLabel") == "lab-gemini"; }));
  Type("editKey", "AIzaMended");
  Click("saveAccount");
  EXPECT_TRUE(Await([&] { return AccountOf("lab-gemini").state() == client::v1::ACCOUNT_STATE_READY; }));
  Click("nav-dashboard");
  Click("mend-" + IdOf("night-anthropic"));
  EXPECT_TRUE(Await([&] { return TextOf("tokensPerDay") == "500000"; }));
  Type("tokensPerDay", "900000");
  Click("saveAccount");
  EXPECT_TRUE(Await([&] { return AccountOf("night-anthropic").limits().tokens_per_day() == 900'000; }));
}

TEST_F(DashboardPage, SaysThatTheProxyIsStoppedAndStartsIt) {
  EXPECT_FALSE(Sees("mend-proxy"));
  app().backend()->stopProxy();
  Click("mend-proxy");
  EXPECT_TRUE(Await([&] { return app().backend()->proxyRunning() && !Sees("mend-proxy"); }));
}

TEST_F(DashboardPage, OpensTheBestAccountOfAProvider) {
  Click("openBest-deepseek");
  EXPECT_TRUE(Await([&] { return Sees("accountsPage") && TextOf("storySentence") != ""; }));
  EXPECT_EQ(app().accountStory()->property("label").toString(), "deepseek");
}

TEST_F(DashboardPage, FiguresLeadToWhereTheyComeFrom) {
  Click("figure-1");
  EXPECT_TRUE(Await([&] { return Sees("statsPage"); }));
  Click("nav-dashboard");
  QQuickItem* errors = ui().AwaitItem("figure-4");
  ASSERT_NE(errors, nullptr);
  errors->forceActiveFocus(Qt::TabFocusReason);
  Press(Qt::Key_Return);
  EXPECT_TRUE(Await([&] { return Sees("monitorPage"); }));
  EXPECT_TRUE(app().monitor()->errorsOnly());
  EXPECT_EQ(Of("monitorMinutes", "displayText").toString(), "Today");
}

TEST_F(DashboardPage, StatesLeadToTheAccountsThatAreInThem) {
  app().accountFilter()->setText("team");
  Click("count-troubled");
  EXPECT_TRUE(Await([&] { return Sees("account-lab-gemini") && !Sees("account-team-openai"); }));
  EXPECT_EQ(Of("stateFilter", "displayText").toString(), "Need you");
  Click("nav-dashboard");
  ui().AwaitItem("count-cooling")->forceActiveFocus(Qt::TabFocusReason);
  Press(Qt::Key_Return);
  EXPECT_TRUE(Await([&] { return Sees("account-spare-openai") && !Sees("account-lab-gemini"); }));
}

TEST_F(DashboardPage, CountsEachAccountOnce) {
  EXPECT_TRUE(Await([&] { return TextOf("count-ready") == "6 ready"; }));
  EXPECT_EQ(TextOf("count-cooling"), "1 cooling down");
  EXPECT_EQ(TextOf("count-exhausted"), "1 budget spent");
  EXPECT_EQ(TextOf("count-troubled"), "1 needs attention");
  EXPECT_EQ(TextOf("count-disabled"), "1 switched off");
}

}  // namespace
}  // namespace ag::gui
