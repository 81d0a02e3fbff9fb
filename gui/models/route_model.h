#pragma once

#include <QtQml/qqmlregistration.h>

#include <QAbstractListModel>
#include <QStringList>
#include <optional>
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
  enum Role {
    PatternRole = Qt::UserRole,
    BackgroundRole,  // true = for the tasks alone that clients do by themselves
    TargetRole,      // for people: where it goes and what it changes
    ProviderRole,
    ModelRole,
    OriginRole,
    FallbackRole,
    EffortRole,  // empty = as the client asks
  };

  RouteModel(Backend& backend, Toasts& toasts, QObject* parent = nullptr);

  int count() const { return static_cast<int>(rows_.size()); }
  bool loaded() const { return loaded_; }
  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  Q_INVOKABLE void refresh();
  // Texts are in another language now.
  void Retranslate();
  // Adds a route. Providers go by their names or ids. `chain`: places for when the first cannot serve, "provider:model"
  // or "provider", one a line.
  Q_INVOKABLE void add(const QString& pattern, bool background, const QString& provider, const QString& model,
                       const QString& chain, const QString& effort);
  // Changes the route in that row; what these fields do not say (a thinking budget) stays. Another pattern or condition
  // makes another route, which takes this one's place.
  Q_INVOKABLE void change(int row, const QString& pattern, bool background, const QString& provider,
                          const QString& model, const QString& chain, const QString& effort);
  // With undo.
  Q_INVOKABLE void remove(int row);
  // Puts it before the route in the other row; -1 = last.
  Q_INVOKABLE void move(int row, int before);
  // Writes the routes for the names that a client asks for by itself.
  Q_INVOKABLE void applyPreset(const QString& preset, const QString& provider);

 Q_SIGNALS:
  void changed();
  // How add() and change() end.
  void saved();
  void refused(const QString& why);

 private:
  // What identifies a route.
  struct Key {
    QString pattern;
    bool background = false;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Row {
    Key key;
    QString provider, model, origin, chain, effort;
    std::optional<qint64> thinking_budget;
  };

  static QString TargetText(const Row& row);
  void Save(const Row& row, const std::optional<Key>& replaced);
  void Delete(const Key& key);
  // …that was held back; `message`: how it was told of.
  void DeleteHeldBack(const Key& key, const QString& message);
  // Of a gateway that is not spoken to any more.
  void Forget();

  Backend& backend_;
  Toasts& toasts_;
  std::vector<Row> rows_;
  std::vector<Key> hidden_;  // removed, but still to be undone
  bool loaded_ = false;
};

}  // namespace ag::gui
