#pragma once

#include <QtQml/qqmlregistration.h>

#include <QAbstractListModel>
#include <QStringList>
#include <QTimer>
#include <QVariantList>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

namespace ag::gateway::v1 {
class Account;
}

namespace ag::gui {

class Backend;
class Toasts;

// The accounts in the user's order, and what can be done to them. Kept fresh by asking every two seconds while
// `active`, and after each change.
class AccountModel : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(int count READ count NOTIFY summaryChanged)
  Q_PROPERTY(QVariantList states READ states NOTIFY statesChanged)
  Q_PROPERTY(QString summary READ summary NOTIFY statesChanged)
  Q_PROPERTY(int selectedCount READ selectedCount NOTIFY summaryChanged)
  Q_PROPERTY(bool loaded READ loaded NOTIFY summaryChanged)
  Q_PROPERTY(QStringList providers READ providers NOTIFY providersChanged)
  Q_PROPERTY(QStringList testing READ testing NOTIFY testingChanged)

 public:
  enum Role {
    IdRole = Qt::UserRole,
    LabelRole,
    ProviderRole,   // for people
    StateRole,      // "ready", "cooling", "needs_sign_in", "forbidden", "disabled", "exhausted"
    StateTextRole,  // for people
    ReasonRole,     // why, and for how long; empty when ready
    UntilRole,      // Unix ms; 0 = no time
    KnownByRole,    // by whom or what it signs in, as far as that can be told: "sk-…f3a9", "lin@example.com"
    SandboxRole,    // its answers are made up
    EnabledRole,
    PriorityRole,
    WeightRole,
    InFlightRole,
    RequestsRole,
    LastUseRole,
    ModelCountRole,
    LimitsRole,  // the tightest first: {label, amount, reset, text (both), fraction 0…1 left, low}
    SelectedRole,
    SignsInRole,  // with a refresh token: it may be signed in again by a browser
    TestingRole,  // a test is under way
  };

  struct Row {
    QString id, etag, label, provider, state, reason, key_hint, credential, subject, known_by;
    QStringList models;
    qint64 until_ms = 0;
    bool enabled = true;
    bool selected = false;
    bool signs_in = false;
    bool sandbox = false;
    int priority = 0;
    int weight = 1;
    int in_flight = 0;
    qint64 requests = 0;
    qint64 last_use_ms = 0;
    QVariantList limits;
  };

  AccountModel(Backend& backend, Toasts& toasts, QObject* parent = nullptr);

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  const std::vector<Row>& rows() const { return rows_; }
  int count() const { return static_cast<int>(rows_.size()); }
  // {state, count, text} of those that there are, "2 cooling down"; "troubled" for all that need their owner.
  QVariantList states() const { return states_; }
  // The same in one line.
  QString summary() const;
  int selectedCount() const { return static_cast<int>(selection().size()); }
  // False until the daemon has answered for the first time.
  bool loaded() const { return loaded_; }
  // Those that have accounts, by name.
  QStringList providers() const { return providers_; }
  // The ids of those that are being tested.
  QStringList testing() const { return testing_; }

  Q_INVOKABLE void refresh();
  Q_INVOKABLE void setEnabled(const QString& id, bool enabled);
  Q_INVOKABLE void setPriority(const QString& id, int priority);
  Q_INVOKABLE void setWeight(const QString& id, int weight);
  Q_INVOKABLE void rename(const QString& id, const QString& label);
  // A message tells what came of it. One that is being tested is not asked twice.
  Q_INVOKABLE void test(const QString& id);
  // Ends its pauses.
  Q_INVOKABLE void clearCooldowns(const QString& id);
  // With undo: the account is gone from the list at once and from the daemon when the toast goes.
  Q_INVOKABLE void remove(const QString& id);
  // Puts it before the account of `anchor`; an empty anchor = last.
  Q_INVOKABLE void move(const QString& id, const QString& anchor);
  // Puts it where it is number `row` then; a row beyond the ends means the end.
  Q_INVOKABLE void moveTo(const QString& id, int row);
  // By so many rows: -1 = one up.
  Q_INVOKABLE void moveBy(const QString& id, int rows);
  // To all that are selected: "enable", "disable", "test", "clear" or "remove". One message tells of all tests.
  Q_INVOKABLE void batch(const QString& action);
  Q_INVOKABLE void select(const QString& id, bool selected);
  Q_INVOKABLE void clearSelection();
  // That was selected last, by itself; empty = none was.
  QString lastSelected() const { return last_selected_; }
  Q_INVOKABLE QStringList selection() const;
  Q_INVOKABLE QString labelOf(const QString& id) const;
  // Asks for the words anew, in another language.
  void Retranslate();

  // `signs_in` as SignsInRole has it: an API key is not told to.
  static QString StateText(const QString& state, bool signs_in = true);

 Q_SIGNALS:
  void summaryChanged();
  void statesChanged();
  void providersChanged();
  void testingChanged();
  // An account needs its owner: for a notification.
  void attentionNeeded(const QString& id, const QString& label, const QString& why);
  void tested(const QString& id, bool ok, const QString& message);

 private:
  // What comes of several tests.
  struct Tests {
    int left = 0;
    int passed = 0;
    QStringList failed;  // in words
  };
  struct TestResult {
    bool ok = false;
    int models = 0;
    QString message;
  };

  // `told` of the daemon's answer, or that there was none.
  void Test(const QString& id, std::function<void(const TestResult&)> told);
  void TestAll(QStringList ids);
  void TellOf(const Tests& tests);
  void SendMove();
  void SetTesting(const QString& id, bool testing);
  QVariantList CountStates() const;
  // Tells of what was derived from the rows.
  void Summarise();
  int RowOf(const QString& id) const;
  void Take(std::vector<Row> rows);
  // Of a gateway that is not spoken to any more.
  void Forget();
  void Remove(const QStringList& ids, const QString& message);
  void Update(const QString& id, const char* field, const std::function<void(gateway::v1::Account&)>& set);

  Backend& backend_;
  Toasts& toasts_;
  QTimer beat_;
  std::vector<Row> rows_;
  QStringList providers_;
  QVariantList states_;
  QStringList hidden_;  // removed, but still to be undone
  QStringList testing_;
  int order_ = 0;                                  // how often it was changed here
  std::deque<std::pair<QString, QString>> moves_;  // id and anchor; the first one is under way
  QString last_selected_;
  bool loaded_ = false;
  bool asking_ = false;
  std::function<void()> retell_;  // puts the last answer into words again; empty = there was none
};

}  // namespace ag::gui
