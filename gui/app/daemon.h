#pragma once

#include <QtQml/qqmlregistration.h>

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>

#include "gui/models/live_text.h"

class QProcess;

namespace ag::gui {

class Backend;
class Preferences;

// Starts a gatewayd where none runs, and says why it cannot: by the user's systemd unit if there is one, else as a
// process of its own that outlives the app unless the person stops it. Nothing here waits: the GUI thread goes on.
class Daemon : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(bool starting READ starting NOTIFY changed)
  Q_PROPERTY(QString error READ error NOTIFY changed)
  Q_PROPERTY(bool startedHere READ startedHere NOTIFY changed)
  Q_PROPERTY(bool sandbox READ sandbox NOTIFY changed)

 public:
  // `folder`: where gatewayd is looked for before PATH; empty = beside this program. The others outlive it.
  Daemon(Backend& backend, Preferences& preferences, QString folder, QObject* parent = nullptr);
  ~Daemon() override;

  bool starting() const { return starting_; }
  // Why the last start failed, with the daemon's own words; empty = it did not.
  QString error() const { return error_.Say(); }
  // True when this app has started the daemon that it is connected to.
  bool startedHere() const { return pid_ > 0 || by_unit_; }
  bool sandbox() const { return sandbox_; }

  // At the app's start, once it is known where the daemon belongs: starts it if nothing listens at this machine's usual
  // socket, unless the person does not want that (a preference) or has yet to choose between the gateway and the
  // sandbox (the first-run guide is open, or the last thing that was started here was the sandbox).
  void StartWithApp();

  Q_INVOKABLE void start();
  // The embedded provider, with a data folder and a socket of its own; the app turns to it.
  Q_INVOKABLE void startSandbox();
  // Ends what this app has started; running requests are drained.
  Q_INVOKABLE void stop();

 Q_SIGNALS:
  void changed();

 private:
  // The gatewayd that is started; empty = none.
  QString Program() const;
  // Where the daemon listens that a unit starts.
  bool AtUsualPlace() const;
  void Begin();
  void StartUnit();
  void OnUnit(bool started);
  void LeaveSystemctl();
  // False when it could not be started; `error` says why.
  bool StartProcess(const QStringList& arguments);
  void StartGateway();
  void Watch();
  // Whether the start has come to its end by now.
  void Judge(bool ended);
  void Fail(LiveText why);
  QString LogFile() const;

  Backend& backend_;
  Preferences& preferences_;
  const QString folder_;
  QTimer watch_;
  QElapsedTimer since_start_;
  QProcess* systemctl_ = nullptr;  // a child; null = none is under way
  qint64 pid_ = 0;
  bool by_unit_ = false;
  bool starting_ = false;
  bool sandbox_ = false;
  LiveText error_;
};

}  // namespace ag::gui
