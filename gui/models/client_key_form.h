#pragma once

#include <QtQml/qqmlregistration.h>

#include <QObject>
#include <QVariantMap>
#include <memory>

namespace ag::gateway::v1 {
class ClientKey;
}

namespace ag::gui {

class Backend;
class ClientKeyModel;
class Toasts;

// Makes a key for clients, or changes one that is there. Only what differs is sent, with the etag of what the person
// saw. GUI thread only.
class ClientKeyForm : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(QString id READ id NOTIFY changed)
  Q_PROPERTY(QVariantMap values READ values NOTIFY loaded)
  Q_PROPERTY(bool ready READ ready NOTIFY changed)
  Q_PROPERTY(bool busy READ busy NOTIFY changed)
  Q_PROPERTY(QString error READ error NOTIFY changed)
  Q_PROPERTY(QString errorField READ errorField NOTIFY changed)

 public:
  ClientKeyForm(Backend& backend, Toasts& toasts, ClientKeyModel& keys, QObject* parent = nullptr);
  ~ClientKeyForm() override;

  // Empty = a new key.
  QString id() const { return id_; }
  // What is stored, as texts: name, expires ("2026-12-31 23:59" of this machine's clock, empty = never), models (one a
  // line, empty = all) and the budgets of kLimitFields (empty = none).
  QVariantMap values() const { return values_; }
  bool ready() const { return ready_; }
  bool busy() const { return busy_; }
  QString error() const { return error_; }
  // The one of `values` that is at fault; empty = none.
  QString errorField() const { return error_field_; }

  // An empty form for a new key.
  Q_INVOKABLE void start();
  Q_INVOKABLE void load(const QString& id);
  // `values` as they shall be. `expires` may also be a date, whose end is meant, or a time from now: "30d", "12h".
  // Emits `saved` when it is stored; a new key's secret is then with the model.
  Q_INVOKABLE void save(const QVariantMap& values);

 Q_SIGNALS:
  void changed();
  // `values` are new.
  void loaded();
  void saved();

 private:
  void Take(const gateway::v1::ClientKey& key);
  // False, and `error` says why, when a value cannot be read.
  bool Read(const QVariantMap& values, gateway::v1::ClientKey& key);
  void Create(const gateway::v1::ClientKey& key);
  void Update(gateway::v1::ClientKey key);
  void Saved(const QString& name);
  void Fail(const QString& error, const QString& field);

  Backend& backend_;
  Toasts& toasts_;
  ClientKeyModel& keys_;
  QString id_, error_, error_field_;
  QVariantMap values_;
  std::unique_ptr<gateway::v1::ClientKey> key_;  // as it is stored
  bool ready_ = false;
  bool busy_ = false;
};

}  // namespace ag::gui
