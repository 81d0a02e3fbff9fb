#pragma once

#include <QtQml/qqmlregistration.h>

#include <QDate>
#include <QObject>
#include <QTimer>
#include <QUrl>
#include <QVariantList>
#include <functional>
#include <vector>

#include "gui/models/token_series.h"

namespace ag::gui {

class Backend;

// What was used over a stretch of time, cut into bars and each bar into parts. Asked for anew while `active`.
class TokenStats : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(bool active READ active WRITE setActive NOTIFY activeChanged)
  Q_PROPERTY(QString range READ range WRITE setRange NOTIFY changed)
  Q_PROPERTY(QString from READ from WRITE setFrom NOTIFY changed)
  Q_PROPERTY(QString to READ to WRITE setTo NOTIFY changed)
  Q_PROPERTY(QString datesError READ datesError NOTIFY changed)
  Q_PROPERTY(QString stack READ stack WRITE setStack NOTIFY changed)
  Q_PROPERTY(QString metric READ metric WRITE setMetric NOTIFY changed)
  Q_PROPERTY(bool loading READ loading NOTIFY changed)
  Q_PROPERTY(bool loaded READ loaded NOTIFY changed)
  Q_PROPERTY(bool empty READ empty NOTIFY changed)
  Q_PROPERTY(QString error READ error NOTIFY changed)
  Q_PROPERTY(QString spanText READ spanText NOTIFY changed)
  Q_PROPERTY(QVariantList bars READ bars NOTIFY changed)
  Q_PROPERTY(QVariantList ticks READ ticks NOTIFY changed)
  Q_PROPERTY(QVariantList legend READ legend NOTIFY changed)
  Q_PROPERTY(QVariantList rows READ rows NOTIFY changed)
  Q_PROPERTY(QVariantMap totalRow READ totalRow NOTIFY changed)
  Q_PROPERTY(QVariantList totals READ totals NOTIFY changed)
  Q_PROPERTY(QString fileName READ fileName NOTIFY changed)

 public:
  explicit TokenStats(Backend& backend, QObject* parent = nullptr);

  bool active() const { return active_; }
  void setActive(bool active);
  // "hour", "day", "week", "month" or "custom".
  QString range() const { return range_; }
  void setRange(const QString& range);
  // First and last day of a custom range, "2026-11-26".
  QString from() const { return from_; }
  void setFrom(const QString& date);
  QString to() const { return to_; }
  void setTo(const QString& date);
  // What is wrong with them; empty = nothing, or they are not asked for.
  QString datesError() const;
  // "account", "model", "key" or "dialect".
  QString stack() const { return stack_; }
  void setStack(const QString& stack);
  // "tokens", "cost", "requests", "errors" or "cached".
  QString metric() const { return metric_; }
  void setMetric(const QString& metric);

  bool loading() const { return loading_; }
  bool loaded() const { return loaded_; }
  // It is loaded, and there was no request.
  bool empty() const { return loaded_ && series_.total.requests == 0; }
  QString error() const { return error_; }
  // "20 Nov 2026 – 26 Nov 2026".
  QString spanText() const;

  // {label, labelled, title, total, totalText, fraction, segments: [{name, value, text, color, offset, fraction}]},
  // segments from below. `color` is an index of Theme.series, fractions and offsets are of the axis' height.
  QVariantList bars() const { return bars_; }
  // {text, fraction}
  QVariantList ticks() const { return ticks_; }
  // {name, color, text}
  QVariantList legend() const { return legend_; }
  // {name, color, requests, errors, input, cached, cacheShare, output, reasoning, tokens, cost}
  QVariantList rows() const { return rows_; }
  QVariantMap totalRow() const { return total_row_; }
  // {label, value}
  QVariantList totals() const { return totals_; }
  // To propose for the export.
  QString fileName() const;

  Q_INVOKABLE void refresh();
  // Writes the sums of each hour or day as the daemon gave them. Answers with one of the two signals.
  Q_INVOKABLE void exportCsv(const QUrl& file);
  void Retranslate();

 Q_SIGNALS:
  void activeChanged();
  void changed();
  void exported(const QString& message);
  void exportFailed(const QString& message);

 private:
  // What another gateway has counted.
  void Forget();
  void Take(std::vector<TokenCell> cells, const TokenSpan& span);
  // Makes what QML sees of the series.
  void Render();
  void RenderBars(const std::vector<QString>& order);
  QVariantMap BarOf(const QString& label, const QString& title, const std::map<QString, TokenFigures>& parts,
                    const TokenFigures& total, const std::vector<QString>& order, double top) const;
  QVariantMap RowOf(const QString& name, const TokenFigures& figures) const;
  std::vector<QString> Order() const;
  double ValueOf(const TokenFigures& figures) const;
  QString TextOf(double value) const;
  QString TextOf(const TokenFigures& figures) const;
  QString PartText(const QString& part) const;
  QString LabelOf(const QDateTime& start) const;
  QString TitleOf(const QDateTime& start) const;
  void Choose(QString& member, const QString& value, bool ask);

  Backend& backend_;
  QTimer beat_;
  bool active_ = false;
  QString range_ = QStringLiteral("week");
  QString from_;
  QString to_;
  QString stack_ = QStringLiteral("account");
  QString metric_ = QStringLiteral("tokens");
  bool loading_ = false;
  bool loaded_ = false;
  QString error_;
  int question_ = 0;  // an answer to an older one is not for us

  TokenSpan span_;
  std::vector<TokenCell> cells_;
  TokenSeries series_;
  QVariantList bars_;
  QVariantList ticks_;
  QVariantList legend_;
  QVariantList rows_;
  QVariantMap total_row_;
  QVariantList totals_;
};

}  // namespace ag::gui
