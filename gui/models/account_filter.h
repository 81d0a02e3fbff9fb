#pragma once

#include <QtQml/qqmlregistration.h>

#include <QSortFilterProxyModel>

namespace ag::gui {

// The accounts that the page's search, state and provider let through.
class AccountFilter : public QSortFilterProxyModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(QString text READ text WRITE setText NOTIFY changed)
  Q_PROPERTY(QString state READ state WRITE setState NOTIFY changed)
  Q_PROPERTY(QString provider READ provider WRITE setProvider NOTIFY changed)
  Q_PROPERTY(bool open READ open NOTIFY changed)

 public:
  explicit AccountFilter(QAbstractItemModel& accounts, QObject* parent = nullptr);

  QString text() const { return text_; }
  void setText(const QString& text);
  // Empty = all; else a state, or "troubled" for those that need their owner.
  QString state() const { return state_; }
  void setState(const QString& state);
  // Empty = all.
  QString provider() const { return provider_; }
  void setProvider(const QString& provider);
  // Nothing is filtered: the rows are all accounts, in the user's order.
  bool open() const { return text_.isEmpty() && state_.isEmpty() && provider_.isEmpty(); }

  Q_INVOKABLE void clear();
  // Selects what is to be seen, or nothing at all.
  Q_INVOKABLE void selectAll(bool selected);
  // All between the one that was selected last and this one, as far as they are to be seen.
  Q_INVOKABLE void selectTo(const QString& id);

 Q_SIGNALS:
  void changed();

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

 private:
  // -1 = it is not to be seen.
  int RowOf(const QString& id) const;
  void Change(QString& member, const QString& value);

  QString text_;
  QString state_;
  QString provider_;
};

}  // namespace ag::gui
