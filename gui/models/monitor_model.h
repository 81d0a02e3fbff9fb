#pragma once

#include <QtQml/qqmlregistration.h>

#include <QAbstractListModel>
#include <QSet>
#include <QTimer>
#include <QVariantList>
#include <QVariantMap>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "gui/models/monitor_filter.h"
#include "gui/models/request_row.h"

namespace ag::gateway::v1 {
class ListRequestsResponse;
}

namespace ag::gui {

class Backend;

// The finished requests, newest first, at most kMostRows of them. Arrivals are collected and shown ten times a second
// as one insertion, so that a busy gateway costs the view no more than a calm one. The filter is the model's own: a row
// is matched once, when it arrives, and all of them only when the filter changes. What the daemon's log has found for a
// filter stands behind them, and belongs to that filter: it goes when another one is set, so that the table has no
// holes.
class MonitorModel : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(QString text READ text WRITE setText NOTIFY filterChanged)
  Q_PROPERTY(bool errorsOnly READ errorsOnly WRITE setErrorsOnly NOTIFY filterChanged)
  Q_PROPERTY(QString account READ account WRITE setAccount NOTIFY filterChanged)
  Q_PROPERTY(QString requestModel READ requestModel WRITE setRequestModel NOTIFY filterChanged)
  Q_PROPERTY(QString dialect READ dialect WRITE setDialect NOTIFY filterChanged)
  Q_PROPERTY(int minutes READ minutes WRITE setMinutes NOTIFY filterChanged)
  Q_PROPERTY(int today READ today CONSTANT)
  Q_PROPERTY(bool filtered READ filtered NOTIFY filterChanged)
  Q_PROPERTY(bool paused READ paused WRITE setPaused NOTIFY pausedChanged)
  Q_PROPERTY(bool loaded READ loaded NOTIFY countsChanged)
  Q_PROPERTY(int total READ total NOTIFY countsChanged)
  Q_PROPERTY(int shown READ shown NOTIFY countsChanged)
  Q_PROPERTY(int pending READ pending NOTIFY countsChanged)
  Q_PROPERTY(int errors READ errors NOTIFY countsChanged)
  Q_PROPERTY(bool olderLeft READ olderLeft NOTIFY countsChanged)
  Q_PROPERTY(bool loadingOlder READ loadingOlder NOTIFY countsChanged)
  Q_PROPERTY(QString summary READ summary NOTIFY countsChanged)
  Q_PROPERTY(QVariantList accountChoices READ accountChoices NOTIFY choicesChanged)
  Q_PROPERTY(QVariantList modelChoices READ modelChoices NOTIFY choicesChanged)
  Q_PROPERTY(QVariantList dialectChoices READ dialectChoices NOTIFY choicesChanged)
  Q_PROPERTY(QVariantList timeChoices READ timeChoices NOTIFY choicesChanged)

 public:
  enum Role {
    IdRole = Qt::UserRole,
    TimeRole,
    ModelRole,
    UpstreamModelRole,
    AccountRole,
    DialectsRole,    // "Messages → Gemini"
    StatusRole,      // 0 = the client left before
    StatusTextRole,  // "200", "429", "left"
    StatusKindRole,  // "ok", "warning", "error", for colours
    ErrorRole,       // as far as a line needs it; empty = nothing failed
    ErrorTipRole,    // all of it
    FirstByteRole,
    DurationRole,
    TokensInRole,
    TokensOutRole,
    CostRole,
    AttemptsRole,
    StreamRole,
    TranslatedRole,
    FailedRole,
    SpokenRole,  // the whole row in words, for screen readers
  };

  static constexpr int kMostRows = 50'000;
  static constexpr int kOlderRows = 500;
  // That the log has found for a filter.
  static constexpr std::size_t kMostFound = 10'000;

  explicit MonitorModel(Backend& backend, QObject* parent = nullptr);

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  // Finds it in model, upstream model, account, error and id, whatever the case.
  QString text() const { return filter_.text; }
  void setText(const QString& text);
  bool errorsOnly() const { return filter_.errors_only; }
  void setErrorsOnly(bool on);
  // By the account's id; empty = any. Of the log also what it was asked and another one has answered.
  QString account() const { return filter_.account; }
  void setAccount(const QString& id);
  // As asked or upstream, by its whole name; empty = any.
  QString requestModel() const { return filter_.model; }
  void setRequestModel(const QString& model);
  // What the client speaks; empty = any.
  QString dialect() const { return filter_.dialect; }
  void setDialect(const QString& dialect);
  // Only what came in the last so many minutes, or `today`; 0 = whenever.
  int minutes() const { return filter_.minutes; }
  void setMinutes(int minutes);
  int today() const { return MonitorFilter::kToday; }
  bool filtered() const { return filter_.any(); }
  // Arrivals are counted and held back until it is false again.
  bool paused() const { return paused_; }
  void setPaused(bool paused);

  // False until the daemon has told its first picture.
  bool loaded() const { return loaded_; }
  int total() const { return static_cast<int>(rows_.size() + found_.size()); }
  int shown() const { return static_cast<int>(shown_.size() + found_.size()); }
  int pending() const { return static_cast<int>(pending_.size()); }
  // Of those that are shown.
  int errors() const { return errors_; }
  // Whether the daemon's log may have more of what is shown, further back than the table.
  bool olderLeft() const;
  bool loadingOlder() const { return loading_older_; }
  // The counts in words.
  QString summary() const;
  // {value, text}, each with "all" first.
  QVariantList accountChoices() const;
  QVariantList modelChoices() const;
  QVariantList dialectChoices() const;
  QVariantList timeChoices() const;

  Q_INVOKABLE void clearFilter();
  // Asks for what the daemon's log has before the oldest row and passes the filter: up to kOlderRows at once.
  Q_INVOKABLE void loadOlder();
  // Shows that alone and looks it up in the log at once: {errorsOnly, minutes, account and accountName}, each optional.
  Q_INVOKABLE void lookUp(const QVariantMap& filter);
  // Empties the table; the daemon's log stays.
  Q_INVOKABLE void clear();
  // The id of the row; empty = there is none. And the row of the id; -1 = it is not shown.
  Q_INVOKABLE QString idAt(int row) const;
  Q_INVOKABLE int rowOf(const QString& id) const;

  // What the backend's signals call.
  void Replace(std::shared_ptr<const RequestBatch> rows);
  void Inject(std::shared_ptr<const RequestBatch> rows);
  // Shows what is collected now rather than at the next tenth of a second.
  void Flush();
  void Retranslate();
  // Of a gateway that is not spoken to any more, with what the filter knows by its names.
  void Forget();

 Q_SIGNALS:
  void filterChanged();
  void pausedChanged();
  void countsChanged();
  void choicesChanged();

 private:
  // Rows are known by numbers that count up for ever: the number of rows_[i] is first_ + i.
  using Number = std::uint64_t;

  const RequestRow& At(int row) const;
  void Learn(RequestRow& row);
  QString Shared(const QString& text);
  void Collect(const RequestBatch& rows, std::size_t from);
  void DropOldest(std::size_t arriving);
  // Of what the log has found, all but the newest so many.
  void KeepFound(std::size_t count);
  // Before which the log is to be read on; 0 = from now.
  qint64 ReadOnFrom() const;
  // A page of the log that ends before `until`.
  void TakeOlder(const gateway::v1::ListRequestsResponse& reply, qint64 until);
  // Those that came before `until` and are not in the table, newest first.
  RequestBatch Unknown(RequestBatch rows, qint64 until) const;
  // Behind the oldest row.
  void Prepend(RequestBatch rows);
  void AppendFound(RequestBatch rows);
  void CountErrors();
  // `narrower`: what is not shown now will not be shown after it either.
  template <typename Value>
  void ChangeFilter(Value& member, const Value& value, bool narrower);

  Backend& backend_;
  std::deque<RequestRow> rows_;   // oldest first, without a hole
  std::deque<Number> shown_;      // those that match, oldest first
  std::deque<RequestRow> found_;  // older ones that the log has for this filter, newest first
  std::deque<RequestRow> pending_;
  Number first_ = Number{1} << 32U;  // older rows count down from here
  int errors_ = 0;
  bool loaded_ = false;
  bool paused_ = false;
  // Where the log has been read up to, by beginnings, for the table and for the filter; 0 = not yet.
  qint64 log_from_ = 0, found_from_ = 0;
  bool log_ended_ = false;    // it has nothing before rows_
  bool found_ended_ = false;  // …nor for this filter before found_
  bool loading_older_ = false;
  int question_ = 0;  // an answer to an earlier one comes too late: the table or the filter is another

  MonitorFilter filter_;

  // A log names the same few models and accounts again and again: their texts are kept once.
  QSet<QString> texts_;
  std::map<QString, QString> accounts_;  // the newest name by id
  std::set<QString> models_;
  std::set<QString> dialects_;
  bool learned_ = false;
  QTimer tick_;
};

}  // namespace ag::gui
