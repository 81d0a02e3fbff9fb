#pragma once

#include <QtQml/qqmlregistration.h>

#include <QAbstractListModel>
#include <QStringList>
#include <optional>
#include <string>
#include <vector>

namespace ag::gateway::v1 {
class Route;
}

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
  // What save() is about from now on: a new route, or the one that is in that row now, wherever it is by then.
  Q_INVOKABLE void beginAdd();
  Q_INVOKABLE void beginEdit(int row);
  // Providers go by their names or ids. `chain`: places for when the first cannot serve, "provider:model" or
  // "provider", one a line. What these fields do not say (a thinking budget) stays. Another pattern or condition makes
  // another route, which takes this one's place. `replace`: also another route that has them; without it, `taken` asks.
  // A route that was changed or removed elsewhere meanwhile is `refused`; the next save() is meant so.
  Q_INVOKABLE void save(const QString& pattern, bool background, const QString& provider, const QString& model,
                        const QString& chain, const QString& effort, bool replace);
  // With undo.
  Q_INVOKABLE void remove(int row);
  // Puts it before the route in the other row; -1 = last.
  Q_INVOKABLE void move(int row, int before);
  // Writes the routes for the names that a client asks for by itself. `replace`: also over routes that the user or
  // another preset has set; without it, `presetTaken` asks.
  Q_INVOKABLE void applyPreset(const QString& preset, const QString& provider, bool replace);

 Q_SIGNALS:
  void changed();
  // How save() ends.
  void saved();
  // Another route has that pattern and condition; `text` says which.
  void taken(const QString& text);
  void refused(const QString& why);
  // How applyPreset() ends; `text` says which routes it would replace.
  void presetWritten();
  void presetTaken(const QString& text);
  void presetRefused(const QString& why);

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
    std::string stored;  // as the daemon has it
  };
  // Removed, but still to be undone. One that differs from it by now is another one.
  struct Held {
    Key key;
    std::string stored;
    int toast = 0;
  };
  struct Outcome;

  static QString TargetText(const Row& row);
  static Row ToRow(const gateway::v1::Route& route);
  void Show(std::vector<Row> rows);
  // On the page only.
  void Shift(int from, int to);
  void Take(const Outcome& outcome);
  void Hold(const Row& row);
  void Unhold(const Key& key) {
    std::erase_if(held_, [&key](const Held& held) { return held.key == key; });
  }
  // Carries out what was held back; `message`: how it was told of.
  void Delete(const Row& row, const QString& message);
  // Of a gateway that is not spoken to any more.
  void Forget();

  Backend& backend_;
  Toasts& toasts_;
  std::vector<Row> rows_;
  std::vector<Held> held_;
  std::optional<Row> edited_;  // as it was when it was opened
  bool editing_ = false;       // save() has something to be about
  int order_ = 0;              // how often it was changed here
  int moving_ = 0;             // changes of the order that the daemon has not confirmed
  bool loaded_ = false;
};

}  // namespace ag::gui
