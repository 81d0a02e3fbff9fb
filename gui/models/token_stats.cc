#include "gui/models/token_stats.h"

#include <QLocale>
#include <QRegularExpression>
#include <QSaveFile>
#include <algorithm>
#include <cmath>

#include "gui/app/backend.h"
#include "gui/models/failure_text.h"
#include "gui/models/reason_text.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;

constexpr std::chrono::milliseconds kBeat{15'000};
constexpr int kMostSteps = 5;              // of the axis
constexpr double kLeastUsdStep = 100'000;  // $0.0001
constexpr std::size_t kColours = 8;        // of Theme.series; the last one is for all others
constexpr std::size_t kMostRows = 200;
constexpr int kMostLabels = 10;
constexpr qint64 kMostDays = 5 * 366;

v1::TokenGrouping GroupingOf(const QString& stack) {
  if (stack == "model") return v1::TOKEN_GROUPING_MODEL;
  if (stack == "key") return v1::TOKEN_GROUPING_CLIENT_KEY;
  if (stack == "dialect") return v1::TOKEN_GROUPING_DIALECT;
  return v1::TOKEN_GROUPING_ACCOUNT;
}

std::vector<TokenCell> Cells(const v1::QueryTokensResponse& reply) {
  std::vector<TokenCell> cells;
  cells.reserve(static_cast<std::size_t>(reply.rows_size()));
  for (const v1::TokenRow& row : reply.rows()) {
    const v1::TokenSums& sums = row.sums();
    TokenCell cell{Text(row.bucket()), MomentOf(Text(row.bucket())), Text(row.part()), {}};
    cell.figures = {sums.request_count(), sums.error_count(),   sums.input(),
                    sums.cache_read(),    sums.cache_write(),   sums.output(),
                    sums.reasoning(),     sums.cost_nano_usd(), sums.unpriced_count()};
    cells.push_back(std::move(cell));
  }
  return cells;
}

QString Percent(double share) { return QString::number(100 * share, 'f', share > 0 && share < 0.1 ? 1 : 0) + '%'; }

// "20.0M" → "20M", "$0.0500" → "$0.05": an axis has round numbers.
QString TickText(QString text) {
  static const QRegularExpression kZeros(QStringLiteral("\\.(\\d*?)0+(?=\\D|$)"));
  static const QRegularExpression kPoint(QStringLiteral("\\.(?=\\D|$)"));
  return text.replace(kZeros, QStringLiteral(".\\1")).remove(kPoint);
}

// Strict: Qt's own reading of ISO dates takes what stands behind one.
QDate DateOf(const QString& text) { return QDate::fromString(text, QStringLiteral("yyyy-MM-dd")); }

QVariantMap Fact(const QString& label, const QString& value) { return {{"label", label}, {"value", value}}; }

}  // namespace

TokenStats::TokenStats(Backend& backend, QObject* parent) : QObject(parent), backend_(backend) {
  const QDate today = QDate::currentDate();
  from_ = today.addDays(-6).toString(Qt::ISODate);
  to_ = today.toString(Qt::ISODate);
  beat_.setInterval(kBeat);
  connect(&beat_, &QTimer::timeout, this, &TokenStats::refresh);
  connect(&backend_, &Backend::resynced, this, [this] {
    if (active_) refresh();
  });
  connect(&backend_, &Backend::forgotten, this, &TokenStats::Forget);
}

void TokenStats::Forget() {
  ++question_;
  loading_ = false;
  loaded_ = false;
  error_.clear();
  span_ = {};
  cells_.clear();
  series_ = {};
  Render();
  Q_EMIT changed();
}

void TokenStats::setActive(bool active) {
  if (active_ == active) return;
  active_ = active;
  Q_EMIT activeChanged();
  if (!active) return beat_.stop();
  beat_.start();
  refresh();
}

void TokenStats::Choose(QString& member, const QString& value, bool ask) {
  if (member == value) return;
  member = value;
  if (ask) {
    refresh();
  } else {
    Render();
  }
  Q_EMIT changed();
}

void TokenStats::setRange(const QString& range) { Choose(range_, range, true); }
void TokenStats::setFrom(const QString& date) { Choose(from_, date, range_ == "custom"); }
void TokenStats::setTo(const QString& date) { Choose(to_, date, range_ == "custom"); }
void TokenStats::setStack(const QString& stack) { Choose(stack_, stack, true); }
void TokenStats::setMetric(const QString& metric) { Choose(metric_, metric, false); }

QString TokenStats::datesError() const {
  if (range_ != "custom") return {};
  const QDate first = DateOf(from_);
  const QDate last = DateOf(to_);
  if (!first.isValid() || !last.isValid()) return tr("Write dates as year-month-day, such as 2026-11-26.");
  if (last < first) return tr("The last day is before the first one.");
  if (first > QDate::currentDate()) return tr("The first day is still to come.");
  if (first.daysTo(last) >= kMostDays) return tr("Choose five years at most.");
  return {};
}

void TokenStats::refresh() {
  const int question = ++question_;
  loading_ = false;
  if (!datesError().isEmpty()) return;
  if (!backend_.connected()) {
    if (!loaded_) error_ = tr("gatewayd does not answer: the figures appear when it is back.");
    Q_EMIT changed();
    return;
  }
  const TokenSpan span = SpanOf(range_, DateOf(from_), DateOf(to_), QDateTime::currentDateTime());
  v1::QueryTokensRequest request;
  request.set_group_by(span.ask_hours ? v1::TOKEN_GROUPING_HOUR : v1::TOKEN_GROUPING_DAY);
  request.set_split_by(GroupingOf(stack_));
  request.mutable_start_time()->set_seconds(span.start.toSecsSinceEpoch());
  if (span.end.isValid()) request.mutable_end_time()->set_seconds(span.end.toSecsSinceEpoch());
  loading_ = true;
  Q_EMIT changed();
  backend_.rpc().Call(
      this, [request](client::ControlClient& client) { return client.QueryTokens(request); },
      [this, question, span](absl::StatusOr<v1::QueryTokensResponse> reply) {
        if (question != question_) return;
        loading_ = false;
        error_ = reply.ok() ? QString() : FailureText(reply.status());
        if (reply.ok()) Take(Cells(*reply), span);
        Q_EMIT changed();
      });
}

void TokenStats::Take(std::vector<TokenCell> cells, const TokenSpan& span) {
  loaded_ = true;
  span_ = span;
  cells_ = std::move(cells);
  series_ = Arrange(cells_, span_);
  Render();
}

double TokenStats::ValueOf(const TokenFigures& figures) const {
  if (metric_ == "requests") return static_cast<double>(figures.requests);
  if (metric_ == "errors") return static_cast<double>(figures.errors);
  if (metric_ == "cached") return figures.cache_share();
  if (metric_ == "cost") return static_cast<double>(figures.cost);
  return static_cast<double>(figures.tokens());
}

QString TokenStats::TextOf(double value) const {
  if (metric_ == "cost") return ShortUsd(std::llround(value));
  return metric_ == "cached" ? Percent(value) : ShortCount(static_cast<qint64>(std::llround(value)));
}

QString TokenStats::TextOf(const TokenFigures& figures) const {
  return metric_ == "cost" ? ShortUsdSum(figures.cost, figures.unpriced) : TextOf(ValueOf(figures));
}

QString TokenStats::PartText(const QString& part) const {
  if (stack_ == "key" && part.isEmpty()) return tr("Primary key, or none");
  if (stack_ == "account" && part.isEmpty()) return tr("No account");
  if (part.isEmpty()) return tr("Unknown");
  return stack_ == "dialect" ? DialectText(part) : part;
}

// The parts with the most first: by the metric, or by tokens where the metric is a share.
std::vector<QString> TokenStats::Order() const {
  std::vector<std::pair<double, QString>> sized;
  for (const auto& [part, figures] : series_.parts) {
    sized.emplace_back(metric_ == "cached" ? static_cast<double>(figures.tokens()) : ValueOf(figures), part);
  }
  std::sort(sized.begin(), sized.end(),
            [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  std::vector<QString> order;
  for (auto& [value, part] : sized) order.push_back(std::move(part));
  return order;
}

void TokenStats::Render() {
  const std::vector<QString> order = Order();
  RenderBars(order);
  legend_.clear();
  rows_.clear();
  double others = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const TokenFigures& figures = series_.parts.at(order[i]);
    const auto color = static_cast<int>(std::min(i, kColours - 1));
    if (i + 1 < kColours) {
      legend_ << QVariantMap{{"name", PartText(order[i])}, {"color", color}, {"text", TextOf(figures)}};
    } else {
      others += ValueOf(figures);
    }
    if (i >= kMostRows) continue;
    QVariantMap row = RowOf(PartText(order[i]), figures);
    row["color"] = color;
    rows_ << row;
  }
  if (others > 0)
    legend_ << QVariantMap{
        {"name", tr("All others")}, {"color", static_cast<int>(kColours - 1)}, {"text", TextOf(others)}};
  if (metric_ == "cached")
    legend_ = {
        QVariantMap{{"name", tr("Input from a cache")}, {"color", 0}, {"text", Percent(series_.total.cache_share())}}};
  total_row_ = RowOf(tr("Total"), series_.total);
  const TokenFigures& total = series_.total;
  const double failed =
      total.requests == 0 ? 0.0 : static_cast<double>(total.errors) / static_cast<double>(total.requests);
  totals_ = {Fact(tr("Requests"), ShortCount(total.requests)),
             Fact(tr("Tokens"), ShortCount(total.tokens())),
             Fact(tr("Cost"), ShortUsdSum(total.cost, total.unpriced)),
             Fact(tr("Input"), ShortCount(total.all_input())),
             Fact(tr("Output"), ShortCount(total.output + total.reasoning)),
             Fact(tr("From cache"), Percent(total.cache_share())),
             Fact(tr("Failed"), Percent(failed))};
}

void TokenStats::RenderBars(const std::vector<QString>& order) {
  bars_.clear();
  ticks_.clear();
  // One hour is one bar of time: the parts stand side by side instead.
  const bool by_part = span_.bars == 1 && metric_ != "cached";
  double top = 0;
  if (by_part) {
    for (const auto& [part, figures] : series_.parts) top = std::max(top, ValueOf(figures));
  } else {
    for (const TokenBar& bar : series_.bars) top = std::max(top, ValueOf(bar.total));
  }
  const double step = metric_ == "cached" ? 0.2 : NiceStep(top, kMostSteps, metric_ == "cost" ? kLeastUsdStep : 1);
  const int steps = metric_ == "cached" ? kMostSteps : std::max(1, static_cast<int>(std::ceil(top / step - 1e-9)));
  const double whole = step * steps;
  for (int i = 0; i <= steps; ++i) {
    ticks_ << QVariantMap{{"text", TickText(TextOf(step * i))}, {"fraction", static_cast<double>(i) / steps}};
  }
  if (by_part) {
    TokenBar others;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const TokenFigures& figures = series_.parts.at(order[i]);
      if (i + 1 < kColours) {
        bars_ << BarOf(PartText(order[i]), PartText(order[i]), {{order[i], figures}}, figures, order, whole);
      } else {
        others.parts[order[i]] = figures;
        others.total += figures;
      }
    }
    if (!others.parts.empty())
      bars_ << BarOf(tr("All others"), tr("All others"), others.parts, others.total, order, whole);
    return;
  }
  const int every = (span_.bars + kMostLabels - 1) / kMostLabels;
  int place = 0;
  for (const TokenBar& bar : series_.bars) {
    QVariantMap entry = BarOf(LabelOf(bar.start), TitleOf(bar.start), bar.parts, bar.total, order, whole);
    // Counted from the end, so that "now" has its label.
    entry["labelled"] = (span_.bars - 1 - place++) % every == 0;
    bars_ << entry;
  }
}

QVariantMap TokenStats::BarOf(const QString& label, const QString& title, const std::map<QString, TokenFigures>& parts,
                              const TokenFigures& total, const std::vector<QString>& order, double top) const {
  QVariantList segments;
  double below = 0;
  const auto add = [&](const QString& name, double value, std::size_t color) {
    if (value <= 0) return;
    segments << QVariantMap{{"name", name},          {"value", value},
                            {"text", TextOf(value)}, {"color", static_cast<int>(color)},
                            {"offset", below / top}, {"fraction", value / top}};
    below += value;
  };
  if (metric_ == "cached") {
    add(tr("Input from a cache"), ValueOf(total), 0);
  } else {
    double others = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto part = parts.find(order[i]);
      if (part == parts.end()) continue;
      if (i + 1 < kColours) {
        add(PartText(order[i]), ValueOf(part->second), i);
      } else {
        others += ValueOf(part->second);
      }
    }
    add(tr("All others"), others, kColours - 1);
  }
  return {{"label", label},          {"labelled", true},           {"title", title},
          {"total", ValueOf(total)}, {"totalText", TextOf(total)}, {"fraction", ValueOf(total) / top},
          {"segments", segments}};
}

QVariantMap TokenStats::RowOf(const QString& name, const TokenFigures& figures) const {
  const QLocale locale;
  return {{"name", name},
          {"color", 0},
          {"requests", locale.toString(figures.requests)},
          {"errors", locale.toString(figures.errors)},
          {"input", locale.toString(figures.all_input())},
          {"cached", locale.toString(figures.cache_read)},
          {"cacheShare", Percent(figures.cache_share())},
          {"output", locale.toString(figures.output)},
          {"reasoning", locale.toString(figures.reasoning)},
          {"tokens", locale.toString(figures.tokens())},
          {"cost", UsdSum(figures.cost, figures.unpriced)}};
}

QString TokenStats::LabelOf(const QDateTime& start) const {
  const QLocale locale;
  if (span_.unit == TokenSpan::kHours) return start.toString(QStringLiteral("HH:mm"));
  //: A day under a chart's bar, as QLocale formats dates.
  if (span_.unit == TokenSpan::kDays) return locale.toString(start.date(), tr("d MMM"));
  //: A month under a chart's bar, as QLocale formats dates.
  return locale.toString(start.date(), tr("MMM yyyy"));
}

QString TokenStats::TitleOf(const QDateTime& start) const {
  if (span_.unit == TokenSpan::kMonths) return LabelOf(start);
  const QString day = Day(start.date());
  if (span_.unit == TokenSpan::kDays) return day;
  return day + ' ' + start.toString(QStringLiteral("HH:mm")) + QStringLiteral("–") +
         start.addSecs(3'600).toString(QStringLiteral("HH:mm"));
}

QString TokenStats::spanText() const {
  if (!loaded_ || series_.bars.empty()) return {};
  const QDateTime start = series_.bars.front().start;
  const QDateTime end = series_.bars.back().start;
  if (span_.unit == TokenSpan::kHours) {
    const auto moment = [](const QDateTime& of) { return Day(of.date()) + ' ' + of.toString(QStringLiteral("HH:mm")); };
    return moment(start) + QStringLiteral(" – ") + moment(end.addSecs(3'600));
  }
  const QString first = TitleOf(start);
  const QString last = TitleOf(end);
  return first == last ? first : first + QStringLiteral(" – ") + last;
}

QString TokenStats::fileName() const {
  return QStringLiteral("tokens-by-%1-%2.csv").arg(stack_, QDate::currentDate().toString(Qt::ISODate));
}

void TokenStats::exportCsv(const QUrl& file) {
  const QString path = file.isLocalFile() ? file.toLocalFile() : file.toString();
  QSaveFile out(path);
  if (!out.open(QIODevice::WriteOnly) || out.write(ToCsv(cells_, stack_)) < 0 || !out.commit()) {
    Q_EMIT exportFailed(tr("%1 cannot be written: %2").arg(path, out.errorString()));
    return;
  }
  Q_EMIT exported(tr("Saved to %1").arg(path));
}

void TokenStats::Retranslate() {
  Render();
  Q_EMIT changed();
}

}  // namespace ag::gui
