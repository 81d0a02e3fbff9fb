#include "gui/models/token_stats.h"

#include <gtest/gtest.h>

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <cmath>

#include "gui/app/backend.h"
#include "gui/demo/demo_server.h"
#include "gui/models/text.h"
#include "gui/models/token_series.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

constexpr int kLongMs = 10'000;

QDateTime Local(const char* text) { return QDateTime::fromString(text, Qt::ISODate); }

TokenCell CellAt(const QDateTime& at, const char* part, qint64 requests) {
  TokenCell cell{at.toUTC().toString(Qt::ISODate), at, part, {}};
  cell.figures.requests = requests;
  cell.figures.input = 10 * requests;
  return cell;
}

TEST(TokenSeries, CutsADayIntoHoursThatEndWithNow) {
  const TokenSpan span = SpanOf("day", {}, {}, Local("2026-11-26T14:20:00"));
  EXPECT_EQ(span.bars, 24);
  EXPECT_EQ(span.start, Local("2026-11-25T15:00:00"));
  EXPECT_FALSE(span.end.isValid());
}

TEST(TokenSeries, CutsAWeekIntoLocalDays) {
  const TokenSpan span = SpanOf("week", {}, {}, Local("2026-11-26T14:20:00"));
  EXPECT_EQ(span.bars, 7);
  EXPECT_EQ(span.start, Local("2026-11-20T00:00:00"));
  EXPECT_TRUE(span.ask_hours);
}

TEST(TokenSeries, ChoosesTheUnitOfACustomSpan) {
  const QDate first(2026, 1, 10);
  EXPECT_EQ(SpanOf("custom", first, first, {}).bars, 24);
  EXPECT_EQ(SpanOf("custom", first, first.addDays(9), {}).bars, 10);
  const TokenSpan year = SpanOf("custom", first, QDate(2026, 12, 31), {});
  EXPECT_EQ(year.unit, TokenSpan::kMonths);
  EXPECT_EQ(year.bars, 12);
  EXPECT_FALSE(year.ask_hours);
}

TEST(TokenSeries, SumsCellsIntoBarsAndParts) {
  const TokenSpan span = SpanOf("week", {}, {}, Local("2026-11-26T14:20:00"));
  const TokenSeries series =
      Arrange({CellAt(Local("2026-11-26T01:00:00"), "a", 1), CellAt(Local("2026-11-26T13:00:00"), "a", 2),
               CellAt(Local("2026-11-26T13:00:00"), "b", 4), CellAt(Local("2026-11-20T00:00:00"), "b", 8),
               CellAt(Local("2026-11-19T23:00:00"), "b", 100)},
              span);
  ASSERT_EQ(series.bars.size(), 7U);
  EXPECT_EQ(series.bars[6].parts.at("a").requests, 3);
  EXPECT_EQ(series.bars[6].total.requests, 7);
  EXPECT_EQ(series.bars[0].total.requests, 8);
  EXPECT_EQ(series.bars[3].total.requests, 0);
  EXPECT_EQ(series.parts.at("b").requests, 12);
  EXPECT_EQ(series.total.requests, 15);
}

TEST(TokenSeries, PutsDaysOfTheDaemonIntoTheirMonth) {
  const TokenSpan span = SpanOf("custom", QDate(2026, 1, 10), QDate(2026, 12, 31), {});
  const TokenSeries series = Arrange({CellAt(MomentOf("2026-03-31"), "a", 5)}, span);
  EXPECT_EQ(series.bars[2].total.requests, 5);
}

TEST(TokenSeries, KnowsTheCachesShare) {
  TokenFigures figures;
  EXPECT_EQ(figures.cache_share(), 0.0);
  figures.input = 30;
  figures.cache_read = 60;
  figures.cache_write = 10;
  EXPECT_DOUBLE_EQ(figures.cache_share(), 0.6);
}

TEST(TokenSeries, ChoosesRoundSteps) {
  EXPECT_DOUBLE_EQ(NiceStep(0, 4, 1), 1);
  EXPECT_DOUBLE_EQ(NiceStep(3, 4, 1), 1);
  EXPECT_DOUBLE_EQ(NiceStep(78, 4, 1), 20);
  EXPECT_DOUBLE_EQ(NiceStep(1'000'000, 4, 1), 250'000);
  EXPECT_DOUBLE_EQ(NiceStep(28'000'000, 5, 1), 10'000'000);
}

TEST(TokenSeries, WritesCsvThatASpreadsheetReadsAsText) {
  TokenCell cell = CellAt(Local("2026-11-26T13:00:00"), "=HYPERLINK(\"x\"),y", 2);
  cell.bucket = QStringLiteral("2026-11-26T13:00:00Z");
  cell.figures.cost = 1'500;
  cell.figures.unpriced = 1;
  const QByteArray csv = ToCsv({cell}, "model");
  EXPECT_EQ(
      csv.toStdString(),
      "time,model,requests,errors,input,cache_read,cache_write,output,reasoning,cost_nano_usd,unpriced_requests\r\n"
      "2026-11-26T13:00:00Z,\"'=HYPERLINK(\"\"x\"\"),y\",2,0,20,0,0,0,0,1500,1\r\n");
}

class TokenStatsTest : public testing::Test {
 protected:
  TokenStatsTest() : server_({.past_requests = 10, .requests_per_second = 0}) {
    QSignalSpy resynced(&backend_, &Backend::resynced);
    client::ControlClientOptions options;
    options.target = server_.target().toStdString();
    backend_.Connect(options);
    EXPECT_TRUE(resynced.wait(kLongMs));
    stats_.setActive(true);
    Wait();
  }
  void Wait() {
    while (stats_.loading() && QSignalSpy(&stats_, &TokenStats::changed).wait(kLongMs)) {
    }
  }

  DemoServer server_;
  Backend backend_;
  TokenStats stats_{backend_};
};

TEST_F(TokenStatsTest, ShowsAWeekByAccount) {
  ASSERT_TRUE(stats_.loaded()) << stats_.error().toStdString();
  EXPECT_FALSE(stats_.empty());
  ASSERT_EQ(stats_.bars().size(), 7);
  EXPECT_GE(stats_.ticks().size(), 3);
  EXPECT_EQ(stats_.ticks().first().toMap()["text"], "0");
  EXPECT_EQ(stats_.ticks().last().toMap()["fraction"], 1.0);
  EXPECT_GT(stats_.legend().size(), 1);
  EXPECT_EQ(stats_.rows().size(), stats_.legend().size());
  EXPECT_FALSE(stats_.spanText().isEmpty());
}

TEST_F(TokenStatsTest, StacksSegmentsOnEachOther) {
  for (const QVariant& bar : stats_.bars()) {
    double top = 0;
    for (const QVariant& segment : bar.toMap()["segments"].toList()) {
      EXPECT_NEAR(segment.toMap()["offset"].toDouble(), top, 1e-9);
      top += segment.toMap()["fraction"].toDouble();
    }
    EXPECT_NEAR(top, bar.toMap()["fraction"].toDouble(), 1e-9);
    EXPECT_LE(top, 1.0);
  }
}

TEST_F(TokenStatsTest, AsksAnewForAnotherStackAndRange) {
  stats_.setStack("dialect");
  stats_.setRange("day");
  Wait();
  EXPECT_EQ(stats_.bars().size(), 24);
  EXPECT_EQ(stats_.legend()[0].toMap()["name"], "Messages");
}

TEST_F(TokenStatsTest, StandsPartsSideBySideWithinAnHour) {
  stats_.setRange("hour");
  Wait();
  EXPECT_EQ(stats_.bars().size(), stats_.legend().size());
}

TEST_F(TokenStatsTest, ShowsAnotherMetricWithoutAsking) {
  stats_.setMetric("cached");
  EXPECT_FALSE(stats_.loading());
  EXPECT_EQ(stats_.legend().size(), 1);
  EXPECT_EQ(stats_.ticks().last().toMap()["text"], "100%");
}

TEST_F(TokenStatsTest, ShowsWhatItCost) {
  stats_.setMetric("cost");
  EXPECT_FALSE(stats_.loading());
  for (const QVariant& tick : stats_.ticks()) {
    EXPECT_TRUE(tick.toMap()["text"].toString().startsWith('$'));
    EXPECT_FALSE(tick.toMap()["text"].toString().endsWith(".0"));
  }
  double sum = 0;
  for (const QVariant& bar : stats_.bars()) sum += bar.toMap()["total"].toDouble();
  EXPECT_EQ(stats_.totalRow()["cost"].toString(), Usd(std::llround(sum)));
  EXPECT_EQ(stats_.totals()[2].toMap()["value"].toString(), ShortUsd(std::llround(sum)));
}

TEST_F(TokenStatsTest, SaysWhatIsWrongWithDates) {
  stats_.setRange("custom");
  EXPECT_TRUE(stats_.datesError().isEmpty());
  stats_.setFrom("2026-11-20x");
  EXPECT_FALSE(stats_.datesError().isEmpty());
  stats_.setFrom("2026-11-20");
  stats_.setTo("2026-11-19");
  EXPECT_FALSE(stats_.datesError().isEmpty());
  EXPECT_FALSE(stats_.loading());
}

TEST_F(TokenStatsTest, ExportsToAFile) {
  const QTemporaryDir folder;
  QSignalSpy exported(&stats_, &TokenStats::exported);
  const QString path = folder.filePath("tokens.csv");
  stats_.exportCsv(QUrl::fromLocalFile(path));
  EXPECT_EQ(exported.size(), 1);
  QFile file(path);
  ASSERT_TRUE(file.open(QIODevice::ReadOnly));
  EXPECT_TRUE(file.readAll().startsWith("time,account,requests"));
}

TEST_F(TokenStatsTest, SaysWhenAFileCannotBeWritten) {
  QSignalSpy failed(&stats_, &TokenStats::exportFailed);
  stats_.exportCsv(QUrl::fromLocalFile("/nowhere/tokens.csv"));
  EXPECT_EQ(failed.size(), 1);
}

}  // namespace
}  // namespace ag::gui
