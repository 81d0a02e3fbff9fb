#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QString>
#include <map>
#include <vector>

namespace ag::gui {

// Sums of one hour, day or part; tokens are in disjoint buckets.
struct TokenFigures {
  qint64 requests = 0;
  qint64 errors = 0;
  qint64 input = 0;  // not cached
  qint64 cache_read = 0;
  qint64 cache_write = 0;
  qint64 output = 0;
  qint64 reasoning = 0;
  qint64 cost = 0;      // billionths of a US dollar, by list prices
  qint64 unpriced = 0;  // requests with tokens whose price is not known

  qint64 all_input() const { return input + cache_read + cache_write; }
  qint64 tokens() const { return all_input() + output + reasoning; }
  // From 0 to 1; 0 where there was no input.
  double cache_share() const;
  TokenFigures& operator+=(const TokenFigures& other);
};

// One row as the daemon tells it.
struct TokenCell {
  QString bucket;  // as it is written
  QDateTime at;    // local; of a day, its noon
  QString part;
  TokenFigures figures;
};

// A stretch of time and how it is cut into bars.
struct TokenSpan {
  enum Unit { kHours, kDays, kMonths };
  QDateTime start;
  QDateTime end;  // exclusive; invalid = until now
  Unit unit = kHours;
  int bars = 0;
  // The daemon's days are those of UTC: local days are put together from hours, except where that would be too many.
  bool ask_hours = true;
};

struct TokenBar {
  QDateTime start;
  std::map<QString, TokenFigures> parts;
  TokenFigures total;
};

struct TokenSeries {
  std::vector<TokenBar> bars;
  std::map<QString, TokenFigures> parts;
  TokenFigures total;
};

// `range`: "hour", "day", "week", "month" end with `now`; "custom" is from the first to the last day, both included.
TokenSpan SpanOf(const QString& range, QDate first, QDate last, const QDateTime& now);

// A local moment from "2026-11-26T14:00:00Z", or noon of "2026-11-26"; invalid for another text.
QDateTime MomentOf(const QString& bucket);

// Every bar of the span is there, also those without traffic. Cells outside of it are left out.
TokenSeries Arrange(const std::vector<TokenCell>& cells, const TokenSpan& span);

// 1, 2, 2.5 or 5 times a power of ten, so that `steps` of it reach `top`; at least `least`.
double NiceStep(double top, int steps, double least);

// RFC 4180, with a head line. `part`: what the parts are: "account". Names that a spreadsheet would take for a formula
// are quoted for it.
QByteArray ToCsv(const std::vector<TokenCell>& cells, const QString& part);

}  // namespace ag::gui
