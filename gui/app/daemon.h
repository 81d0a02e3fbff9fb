#pragma once

#include <QtQml/qqmlregistration.h>

#include <QObject>
#include <QString>
#include <QTimer>

namespace ag::gui {

class Backend;

// Starts a gatewayd where none runs, and says why it cannot: by the user's systemd unit if there is one, else as a
// process of its own that outlives the app unless the person stops it.
class Daemon : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(bool starting READ starting NOTIFY changed)
  Q_PROPERTY(QString error READ error NOTIFY changed)
  Q_PROPERTY(bool startedHere READ startedHere NOTIFY changed)
  Q_PROPERTY(bool sandbox READ sandbox NOTIFY changed)

 public:
  explicit Daemon(Backend& backend, QObject* parent = nullptr);

  bool starting() const { return starting_; }
  // Why the last start failed, with the daemon's own words; empty = it did not.
  QString error() const { return error_; }
  // True when this app has started the daemon that it is connected to.
  bool startedHere() const { return pid_ > 0; }
  bool sandbox() const { return sandbox_; }

  Q_INVOKABLE void start();
  // The embedded provider, with a data folder and a socket of its own; the app turns to it.
  Q_INVOKABLE void startSandbox();
  // Ends what this app has started; running requests are drained.
  Q_INVOKABLE void stop();

  // The gatewayd beside this program, else the one on PATH; empty = none.
  static QString Program();

 Q_SIGNALS:
  void changed();

 private:
  bool StartUnit();
  // False when it could not be started; `error` says why.
  bool StartProcess(const QStringList& arguments);
  void Watch();
  void Fail(const QString& why);
  QString LogFile() const;

  Backend& backend_;
  QTimer watch_;
  qint64 pid_ = 0;
  qint64 started_ms_ = 0;
  bool starting_ = false;
  bool sandbox_ = false;
  QString error_;
};

}  // namespace ag::gui
