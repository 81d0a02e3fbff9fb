#pragma once

#include <QtQml/qqmlregistration.h>

#include <QAbstractListModel>
#include <QStringList>
#include <vector>

namespace ag::gui {

class Backend;
class Toasts;

// The routes in the user's order.
class RouteModel : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(int count READ count NOTIFY changed)
  Q_PROPERTY(bool loaded READ loaded NOTIFY changed)

 public:
  enum Role { PatternRole = Qt::UserRole, TargetRole, ProviderRole, ModelRole, OriginRole, FallbackRole };

  RouteModel(Backend& backend, Toasts& toasts, QObject* parent = nullptr);

  int count() const { return static_cast<int>(rows_.size()); }
  bool loaded() const { return loaded_; }
  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  Q_INVOKABLE void refresh();
  // `chain`: places for when the first cannot serve, "provider:model" or "provider", one a line.
  Q_INVOKABLE void set(const QString& pattern, const QString& provider, const QString& model, const QString& chain);
  // With undo.
  Q_INVOKABLE void remove(const QString& pattern);
  // Puts it before the route of `anchor`; an empty anchor = last.
  Q_INVOKABLE void move(const QString& pattern, const QString& anchor);
  // Writes the routes for the names that a client asks for by itself.
  Q_INVOKABLE void applyPreset(const QString& preset, const QString& provider);

 Q_SIGNALS:
  void changed();

 private:
  struct Row {
    QString pattern, provider, model, origin, chain;
  };

  Backend& backend_;
  Toasts& toasts_;
  std::vector<Row> rows_;
  QStringList hidden_;  // removed, but still to be undone
  bool loaded_ = false;
};

}  // namespace ag::gui
