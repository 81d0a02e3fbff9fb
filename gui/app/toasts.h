#pragma once

#include <QtQml/qqmlregistration.h>
#include <absl/status/status.h>

#include <QAbstractListModel>
#include <QString>
#include <functional>
#include <vector>

namespace ag::gui {

// Short messages at the window's edge, few at once: an older one gives way to a new one, but for those that offer
// "undo". They hold back what they tell of until their time is over: undo is then simply not doing it, and works for
// everything.
class Toasts : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(int count READ count NOTIFY countChanged)

 public:
  enum Role { IdRole = Qt::UserRole, TextRole, KindRole, UndoableRole, DurationRole };

  explicit Toasts(QObject* parent = nullptr) : QAbstractListModel(parent) {}
  // Carries out what is still held back.
  ~Toasts() override;

  int count() const { return static_cast<int>(toasts_.size()); }
  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  Q_INVOKABLE void info(const QString& text);
  Q_INVOKABLE void error(const QString& text);
  // `act` is called when the toast goes, `revert` when the person undoes it. Its id, for Drop.
  int Undoable(const QString& text, std::function<void()> act, std::function<void()> revert);
  // Its time is over, or the person closed it.
  Q_INVOKABLE void dismiss(int id);
  Q_INVOKABLE void undo(int id);
  // Takes it away and does nothing of what it holds back.
  void Drop(int id) { Take(id); }
  // The newest that can be undone; false = there is none.
  bool undoNewest();
  // Carries out everything that is held back, now; what only tells something stays.
  void Flush();
  // Of something held back that could not be carried out in the end: what the toast said, and why it is not so.
  static QString NotDone(const QString& text, const absl::Status& why);

 Q_SIGNALS:
  void countChanged();

 private:
  struct Toast {
    int id = 0;
    QString text;
    QString kind;  // "info", "error"
    std::function<void()> act;
    std::function<void()> revert;
    int duration_ms = 0;
  };
  static Toast Plain(const QString& text, const char* kind, int duration_ms);
  int Add(Toast toast);
  // The id of the one that makes room; 0 = none may.
  int GivesWay() const;
  // Takes it out; an empty one when it is gone already.
  Toast Take(int id);

  std::vector<Toast> toasts_;
  int next_id_ = 1;
};

}  // namespace ag::gui
