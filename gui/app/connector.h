#pragma once

#include <QtQml/qqmlregistration.h>

#include <QObject>
#include <QString>
#include <memory>
#include <string>

#include "gui/app/rpc_worker.h"
#include "gui/models/live_text.h"

namespace ag::client {
class ControlClient;
struct ControlClientOptions;
}  // namespace ag::client

namespace ag::gui {

class Backend;
class Preferences;

// Where a control service listens, and what opens it.
struct ControlPlace {
  QString target;      // "unix:PATH" or "tcp:HOST:PORT"; empty = none is named
  QString ca_file;     // of tcp: PEM of the certificates to trust; empty = the system's
  QString token_file;  // of tcp
};

// Which daemon the app turns to: the one of the command line or of the environment (AG_CONTROL, AG_CONTROL_CA,
// AG_CONTROL_TOKEN_FILE), else the one that the person has chosen here, else the one of this machine. A choice is tried
// before it is taken and kept; a token is kept in a file that only the user can read, never in the settings. GUI
// thread.
class Connector : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(QString address READ address NOTIFY changed)
  Q_PROPERTY(QString caFile READ caFile NOTIFY changed)
  Q_PROPERTY(QString tokenFile READ tokenFile NOTIFY changed)
  Q_PROPERTY(bool busy READ busy NOTIFY changed)
  Q_PROPERTY(QString error READ error NOTIFY changed)
  Q_PROPERTY(QString errorField READ errorField NOTIFY changed)

 public:
  Connector(Backend& backend, Preferences& preferences, QObject* parent = nullptr);
  ~Connector() override;

  // Connects for the first time. `named`: by the command line.
  void Start(const ControlPlace& named);

  // Of the daemon that is turned to: "gateway.lan:8046"; empty = it is one of this machine.
  QString address() const;
  QString caFile() const { return place_.ca_file; }
  QString tokenFile() const { return place_.token_file; }
  // An attempt is under way.
  bool busy() const { return attempt_ != nullptr; }
  // Why the last attempt failed; the daemon that was turned to before is kept.
  QString error() const { return error_.Say(); }
  // "address", "caFile", "token" or "tokenFile"; empty = none.
  QString errorField() const { return error_field_; }

  Q_INVOKABLE void useLocal();
  // `token`: kept in a file of its own from then on; empty = what `token_file` holds.
  Q_INVOKABLE void useRemote(const QString& address, const QString& ca_file, const QString& token,
                             const QString& token_file);
  // Forgets the last attempt.
  Q_INVOKABLE void reset();

 Q_SIGNALS:
  void changed();
  // The app turns to another daemon, which has answered.
  void taken();

 private:
  struct Token {
    std::string secret;
    LiveText fault;  // why there is none
  };
  // The token in a file that others cannot read.
  static Token ReadToken(const QString& file);
  // The file in which this app keeps a token that was typed.
  QString OwnTokenFile() const;
  bool StoreToken(const QString& token);
  void Keep(const ControlPlace& place);
  void Fail(LiveText error, const QString& field);

  Backend& backend_;
  Preferences& preferences_;
  ControlPlace place_;
  std::shared_ptr<client::ControlClient> tried_;
  std::unique_ptr<RpcWorker> attempt_;
  LiveText error_;
  QString error_field_;
};

}  // namespace ag::gui
