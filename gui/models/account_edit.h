#pragma once

#include <QtQml/qqmlregistration.h>

#include <QObject>
#include <QUrl>
#include <QVariantMap>
#include <memory>

#include "gui/models/key_file.h"

namespace ag::gateway::v1 {
class Account;
class AccountLimits;
class Egress;
}  // namespace ag::gateway::v1

namespace ag::gui {

class Backend;
class Toasts;

// Changes an account that is there. Only what differs is sent, with the etag of what the person saw, so that a change
// from elsewhere is not lost. GUI thread only.
class AccountEdit : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(QString id READ id NOTIFY changed)
  Q_PROPERTY(QVariantMap values READ values NOTIFY loaded)
  Q_PROPERTY(bool ready READ ready NOTIFY changed)
  Q_PROPERTY(bool busy READ busy NOTIFY changed)
  Q_PROPERTY(QString error READ error NOTIFY changed)
  Q_PROPERTY(QString errorField READ errorField NOTIFY changed)
  Q_PROPERTY(QString fileName READ fileName NOTIFY changed)
  Q_PROPERTY(QString fileText READ fileText NOTIFY changed)

 public:
  AccountEdit(Backend& backend, Toasts& toasts, QObject* parent = nullptr);
  ~AccountEdit() override;

  QString id() const { return id_; }
  // What is stored, as texts: label, priority, weight, provider, credential ("key" or "file" if it has one that can be
  // replaced), keyHint, baseUrl, requestsPerMinute, requestsPerDay, requestsPerMonth, tokensPerMinute, tokensPerDay,
  // tokensPerMonth (empty = no limit), reservePercent, quotaGroup, project and location with hasProject and hasLocation
  // (whether its provider knows such), and the way out as EgressValues says. A key or a proxy's
  // password is never among them.
  QVariantMap values() const { return values_; }
  // The account is read; until then there is nothing to change.
  bool ready() const { return ready_; }
  bool busy() const { return busy_; }
  QString error() const { return error_.Say(); }
  // The one of `values`, or "key" or "file", that is at fault; empty = none.
  QString errorField() const { return error_field_; }
  // The key file that takes the stored one's place; empty = none was read.
  QString fileName() const { return file_.name; }
  QString fileText() const { return file_.text.Say(); }

  Q_INVOKABLE void load(const QString& id);
  Q_INVOKABLE void readFile(const QUrl& file);
  // `values` as they shall be, with "key" for a new key (empty = as it is). Emits `saved` when all of it is stored.
  Q_INVOKABLE void save(const QVariantMap& values);

 Q_SIGNALS:
  void changed();
  // `values` are new.
  void loaded();
  // `reach`: the key, the address, the project or the way out is another one, so that a test is worth it.
  void saved(bool reach);

 private:
  void Take(const gateway::v1::Account& account);
  // False, and `error` says why, when one of them is no number.
  bool ReadLimits(const QVariantMap& values, gateway::v1::AccountLimits& limits);
  bool ReadNumber(const QVariantMap& values, const QString& name, qint64 least, qint64 most, qint64& number);
  // False, and `error` says why, when the way out cannot be stored as it stands.
  bool ReadEgress(const QVariantMap& values, gateway::v1::Egress& egress);
  // Sends what differs from the stored account.
  void Store(gateway::v1::Account& wanted);
  void Fail(LiveText error, const QString& field);

  Backend& backend_;
  Toasts& toasts_;
  QString id_, error_field_;
  LiveText error_;
  QVariantMap values_;
  KeyFile file_;
  std::unique_ptr<gateway::v1::Account> account_;
  bool ready_ = false;
  bool busy_ = false;
};

}  // namespace ag::gui
