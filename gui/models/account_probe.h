#pragma once

#include <QtQml/qqmlregistration.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <QAbstractListModel>
#include <QTimer>
#include <vector>

namespace ag::gateway::v1 {
class PlanAccountTestResponse;
class TestAccountModelResponse;
}  // namespace ag::gateway::v1

namespace ag::gui {

class Backend;

// The deep test of an account: which of its models would be asked and at what price, then one real question to each of
// the chosen ones, one after the other. Whatever ends it (the person, a refused account, a daemon that goes), what was
// answered stays. A question that is on its way cannot be called back: its answer is awaited before another is asked,
// also when the test that it belongs to is no longer shown. GUI thread only.
class AccountProbe : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(Phase phase READ phase NOTIFY changed)
  Q_PROPERTY(bool running READ running NOTIFY changed)
  Q_PROPERTY(int count READ count NOTIFY changed)
  Q_PROPERTY(int chosen READ chosen NOTIFY changed)
  Q_PROPERTY(int choosable READ choosable NOTIFY changed)
  Q_PROPERTY(int asking READ asking NOTIFY changed)
  Q_PROPERTY(QString planText READ planText NOTIFY changed)
  Q_PROPERTY(QString costText READ costText NOTIFY changed)
  Q_PROPERTY(QString leftOutText READ leftOutText NOTIFY changed)
  Q_PROPERTY(QString progressText READ progressText NOTIFY changed)
  Q_PROPERTY(double progress READ progress NOTIFY changed)
  Q_PROPERTY(QString error READ error NOTIFY changed)

 public:
  enum Phase {
    Closed,
    Planning,  // the daemon is asked for the plan
    Failed,    // it gave none: `error` says why
    Planned,   // the person chooses
    Running,
    Stopping,  // the last answer is awaited
    Done,
  };
  Q_ENUM(Phase)
  enum Role {
    NameRole = Qt::UserRole,
    ChosenRole,
    ChoosableRole,
    // "planned", "blocked", "waiting", "asking", "left_out", "stopped", "failed", or what the daemon has found:
    // "works", "no_quota", "not_there", "paused", "account_refused", "refused", "no_answer", "not_asked".
    StateRole,
    IconRole,    // of the state
    KindRole,    // of its colour
    TextRole,    // for people: what is known of the model, or what was found
    DetailRole,  // for people: what it costs at most, or how long it took and what it cost
  };

  explicit AccountProbe(Backend& backend, QObject* parent = nullptr);
  ~AccountProbe() override;

  Phase phase() const { return phase_; }
  // Questions are asked.
  bool running() const { return phase_ == Running || phase_ == Stopping; }
  int count() const { return rowCount(); }
  int chosen() const;
  // How many can be asked now.
  int choosable() const;
  // The row whose answer is awaited; -1 = none.
  int asking() const;
  // Requests and tokens of the chosen models.
  QString planText() const;
  QString costText() const;
  // Models that no question can be put to; empty = none.
  QString leftOutText() const;
  // "3 of 12"; at the end how many of those that were asked work.
  QString progressText() const;
  // Of the chosen models, the part that is done.
  double progress() const;
  // Why there is no plan, or why a run has ended before its end.
  QString error() const { return error_; }
  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  // Reads the account's plan. What was shown before is dropped.
  Q_INVOKABLE void open(const QString& id);
  // The same account's once more.
  Q_INVOKABLE void planAgain();
  Q_INVOKABLE void choose(int row, bool chosen);
  Q_INVOKABLE void toggle(int row);
  Q_INVOKABLE void chooseAll(bool chosen);
  // Asks the chosen models.
  Q_INVOKABLE void start();
  // Asks no further one.
  Q_INVOKABLE void stop();
  // The same, and shows nothing more.
  Q_INVOKABLE void close();
  // Texts are in another language now.
  void Retranslate();

 Q_SIGNALS:
  void changed();
  // An answer has come: the account may be another one now.
  void learned();

 private:
  // Where a model is in the test.
  enum class Step { kPlanned, kWaiting, kAsking, kAnswered, kFailed, kLeftOut, kStopped };
  struct Row;
  void TakePlan(absl::StatusOr<gateway::v1::PlanAccountTestResponse> plan);
  void AskNext();
  void TakeAnswer(int row, absl::StatusOr<gateway::v1::TestAccountModelResponse> answer);
  // Nothing more is asked, and this is why.
  void Break(const QString& error);
  void Finish();
  // Another gateway is spoken to.
  void Leave();
  // What waits is not asked any more.
  void DropWaiting();
  void Reset(Phase phase);
  Row& At(int row);
  void ShowRow(int row);
  int RowsAt(Step step) const;
  // How many questions have come to their end.
  int Ended() const { return RowsAt(Step::kAnswered) + RowsAt(Step::kFailed); }
  QString SummaryText() const;

  Backend& backend_;
  QTimer beat_;  // while one is shown: pauses come to their end
  QString id_, error_;
  QStringList left_out_;
  std::vector<Row> rows_;
  Phase phase_ = Closed;
  int session_ = 0;         // counts plans: an answer for an earlier one is not shown
  bool in_flight_ = false;  // a question is on its way
};

}  // namespace ag::gui
