#pragma once

#include <QtQml/qqmlregistration.h>

#include <QAbstractListModel>
#include <QStringList>
#include <QTimer>
#include <QVariantList>
#include <functional>
#include <vector>

namespace ag::gateway::v1 {
class ClientKey;
}

namespace ag::gui {

class Backend;
class Toasts;

// The further keys of clients, oldest first, with what each has used. GUI thread only.
class ClientKeyModel : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(int count READ count NOTIFY changed)
  Q_PROPERTY(bool loaded READ loaded NOTIFY changed)
  Q_PROPERTY(QString secret READ secret NOTIFY secretChanged)
  Q_PROPERTY(QString secretName READ secretName NOTIFY secretChanged)

 public:
  enum Role {
    IdRole = Qt::UserRole,
    NameRole,
    HintRole,       // "sk-…f3a9"
    StateRole,      // "ready", "disabled", "expired" or "budget_spent"
    StateTextRole,  // for people
    EnabledRole,
    BoundsRole,   // until when and which models, for people; empty = neither is bounded
    UsageRole,    // requests and tokens, for people
    LastUseRole,  // for people
    BudgetsRole,  // as AccountModel's limits: the tightest first
  };

  ClientKeyModel(Backend& backend, Toasts& toasts, QObject* parent = nullptr);

  int count() const { return static_cast<int>(rows_.size()); }
  bool loaded() const { return loaded_; }
  // A key in full that was made a moment ago; empty = none. It is nowhere else: only its hash is stored.
  QString secret() const { return secret_; }
  QString secretName() const { return secret_name_; }
  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  // Empty when there is no such key (any more).
  QString NameOf(const QString& id) const;
  Q_INVOKABLE void refresh();
  Q_INVOKABLE void setEnabled(const QString& id, bool enabled);
  // A new secret in the place of the old one, which is refused at once. Sets `secret`.
  Q_INVOKABLE void rotate(const QString& id);
  // With undo.
  Q_INVOKABLE void remove(const QString& id);
  Q_INVOKABLE void forgetSecret();
  void ShowSecret(const QString& name, const QString& secret);
  // Texts are in another language now.
  void Retranslate();

 Q_SIGNALS:
  void changed();
  void secretChanged();

 private:
  struct Row {
    QString id, etag, name, hint, state, bounds, usage;
    bool enabled = true;
    qint64 last_use_ms = 0;  // 0 = never
    QVariantList budgets;
    friend bool operator==(const Row&, const Row&) = default;
  };
  static Row ToRow(const gateway::v1::ClientKey& key);
  static QString StateText(const QString& state);
  void Take(std::vector<Row> rows);
  // Of a gateway that is not spoken to any more. A secret that was just made stays: it is nowhere else.
  void Forget();
  // `message`: how it was told of.
  void Delete(const QString& id, const QString& message);
  const Row* Find(const QString& id) const;

  Backend& backend_;
  Toasts& toasts_;
  QTimer settle_;  // after requests: what keys have used is asked for again when it ends
  std::vector<Row> rows_;
  QStringList hidden_;            // removed, but still to be undone
  std::function<void()> retell_;  // puts the last answer into words again; empty = there was none
  QString secret_, secret_name_;
  bool loaded_ = false;
};

}  // namespace ag::gui
