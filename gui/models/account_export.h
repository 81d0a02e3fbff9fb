#pragma once

#include <QtQml/qqmlregistration.h>

#include <QObject>
#include <QString>
#include <QUrl>
#include <string>

#include "gui/models/live_text.h"

namespace ag::gui {

class Backend;
class Toasts;

// All accounts into a file that only a passphrase opens. GUI thread only.
class AccountExport : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(bool busy READ busy NOTIFY changed)
  Q_PROPERTY(QString error READ error NOTIFY changed)

 public:
  AccountExport(Backend& backend, Toasts& toasts, QObject* parent = nullptr);

  bool busy() const { return busy_; }
  QString error() const { return error_.Say(); }

  // Writes all accounts, for its owner's eyes only. The passphrase needs eight bytes and has to be typed twice.
  Q_INVOKABLE void exportTo(const QUrl& file, const QString& passphrase, const QString& again);
  Q_INVOKABLE void reset();

 Q_SIGNALS:
  void changed();
  void exported();

 private:
  void Fail(LiveText error);
  // False, and `error` says why, when it could not be written.
  bool Write(const QUrl& file, const std::string& content);

  Backend& backend_;
  Toasts& toasts_;
  LiveText error_;
  bool busy_ = false;
};

}  // namespace ag::gui
