#include "gui/models/token_series.h"

#include <QStringList>
#include <algorithm>
#include <cmath>

namespace ag::gui {
namespace {

constexpr int kHoursOfDay = 24;
constexpr int kDaysOfWeek = 7;
constexpr int kDaysOfMonth = 30;
// Of a chosen stretch: up to so many days it is cut into hours, and up to so many into days.
constexpr qint64 kMostDaysInHours = 2;
constexpr qint64 kMostDaysInDays = 92;
constexpr qint64 kHour = 3'600;

QDateTime Midnight(QDate date) { return QDateTime(date, QTime(0, 0)); }

QDateTime HourOf(const QDateTime& moment) { return QDateTime(moment.date(), QTime(moment.time().hour(), 0)); }

int MonthsBetween(QDate first, QDate last) { return (last.year() - first.year()) * 12 + last.month() - first.month(); }

QDateTime StartOfBar(const TokenSpan& span, int bar) {
  switch (span.unit) {
    case TokenSpan::kHours:
      return span.start.addSecs(bar * kHour);
    case TokenSpan::kDays:
      return Midnight(span.start.date().addDays(bar));
    case TokenSpan::kMonths: {
      const QDate month = span.start.date().addMonths(bar);
      return Midnight(QDate(month.year(), month.month(), 1));
    }
  }
  return {};
}

qint64 BarOf(const TokenSpan& span, const QDateTime& at) {
  switch (span.unit) {
    case TokenSpan::kHours:
      return span.start.secsTo(at) < 0 ? -1 : span.start.secsTo(at) / kHour;
    case TokenSpan::kDays:
      return span.start.date().daysTo(at.date());
    case TokenSpan::kMonths:
      return at < span.start ? -1 : MonthsBetween(span.start.date(), at.date());
  }
  return -1;
}

TokenSpan Chosen(QDate first, QDate last) {
  TokenSpan span;
  span.start = Midnight(first);
  span.end = Midnight(last.addDays(1));
  const qint64 days = first.daysTo(last) + 1;
  if (days <= kMostDaysInHours) {
    span.bars = static_cast<int>(days) * kHoursOfDay;
  } else if (days <= kMostDaysInDays) {
    span.unit = TokenSpan::kDays;
    span.bars = static_cast<int>(days);
  } else {
    span.unit = TokenSpan::kMonths;
    span.bars = MonthsBetween(first, last) + 1;
    span.ask_hours = false;
  }
  return span;
}

QByteArray Cell(QString text) {
  static const QString kFormula = QStringLiteral("=+-@\t\r");
  if (!text.isEmpty() && kFormula.contains(text.front())) text.prepend('\'');
  if (!text.contains(',') && !text.contains('"') && !text.contains('\n') && !text.contains('\r')) return text.toUtf8();
  return '"' + text.replace('"', QStringLiteral("\"\"")).toUtf8() + '"';
}

}  // namespace

double TokenFigures::cache_share() const {
  return all_input() == 0 ? 0.0 : static_cast<double>(cache_read) / static_cast<double>(all_input());
}

TokenFigures& TokenFigures::operator+=(const TokenFigures& other) {
  requests += other.requests;
  errors += other.errors;
  input += other.input;
  cache_read += other.cache_read;
  cache_write += other.cache_write;
  output += other.output;
  reasoning += other.reasoning;
  cost += other.cost;
  unpriced += other.unpriced;
  return *this;
}

TokenSpan SpanOf(const QString& range, QDate first, QDate last, const QDateTime& now) {
  if (range == "custom") return Chosen(first, last);
  TokenSpan span;
  if (range == "hour") {
    span.start = HourOf(now);
    span.bars = 1;
  } else if (range == "day") {
    span.start = HourOf(now).addSecs(-(kHoursOfDay - 1) * kHour);
    span.bars = kHoursOfDay;
  } else {
    span.bars = range == "week" ? kDaysOfWeek : kDaysOfMonth;
    span.unit = TokenSpan::kDays;
    span.start = Midnight(now.date().addDays(1 - span.bars));
  }
  return span;
}

QDateTime MomentOf(const QString& bucket) {
  if (bucket.contains('T')) return QDateTime::fromString(bucket, Qt::ISODate).toLocalTime();
  const QDate date = QDate::fromString(bucket, Qt::ISODate);
  return date.isValid() ? QDateTime(date, QTime(12, 0)) : QDateTime();
}

TokenSeries Arrange(const std::vector<TokenCell>& cells, const TokenSpan& span) {
  TokenSeries series;
  series.bars.resize(static_cast<std::size_t>(span.bars));
  for (int bar = 0; bar < span.bars; ++bar) series.bars[static_cast<std::size_t>(bar)].start = StartOfBar(span, bar);
  for (const TokenCell& cell : cells) {
    const qint64 place = cell.at.isValid() ? BarOf(span, cell.at) : -1;
    if (place < 0 || place >= span.bars) continue;
    TokenBar& bar = series.bars[static_cast<std::size_t>(place)];
    bar.parts[cell.part] += cell.figures;
    bar.total += cell.figures;
    series.parts[cell.part] += cell.figures;
    series.total += cell.figures;
  }
  return series;
}

double NiceStep(double top, int steps, double least) {
  if (top <= 0) return least;
  const double rough = top / steps;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0, 10.0}) {
    const double step = factor * power;
    if (step >= least && step * steps >= top * (1 - 1e-9)) return step;
  }
  return std::max(least, 10 * power);
}

QByteArray ToCsv(const std::vector<TokenCell>& cells, const QString& part) {
  QByteArray csv = "time," + part.toUtf8() +
                   ",requests,errors,input,cache_read,cache_write,output,reasoning,cost_nano_usd,unpriced_requests\r\n";
  for (const TokenCell& cell : cells) {
    const TokenFigures& of = cell.figures;
    csv += Cell(cell.bucket) + ',' + Cell(cell.part);
    for (const qint64 value : {of.requests, of.errors, of.input, of.cache_read, of.cache_write, of.output, of.reasoning,
                               of.cost, of.unpriced}) {
      csv += ',' + QByteArray::number(value);
    }
    csv += "\r\n";
  }
  return csv;
}

}  // namespace ag::gui
