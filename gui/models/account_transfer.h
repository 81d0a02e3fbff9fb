#pragma once

#include <QtQml/qqmlregistration.h>

#include <QByteArray>
#include <QObject>
#include <QUrl>
#include <QVariantList>
#include <string>

namespace ag::gateway::v1 {
class ImportAccountsResponse;
}

namespace ag::gui {

class Backend;
class Toasts;

// All accounts into a file that only a passphrase opens, and out of one. An import is shown before it is done. GUI
// thread only.
class AccountTransfer : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(QString fileName READ fileName NOTIFY changed)
  Q_PROPERTY(QVariantList rows READ rows NOTIFY changed)
  Q_PROPERTY(int addable READ addable NOTIFY changed)
  Q_PROPERTY(bool busy READ busy NOTIFY changed)
  Q_PROPERTY(QString error READ error NOTIFY changed)

 public:
  AccountTransfer(Backend& backend, Toasts& toasts, QObject* parent = nullptr);

  // Of the chosen file; empty = none.
  QString fileName() const { return file_name_; }
  // What would become of its accounts: {label, provider, hint, outcome ("added", "present", "refused"), text}. Empty
  // until preview() was answered.
  QVariantList rows() const { return rows_; }
  // How many of them would be added.
  int addable() const { return addable_; }
  bool busy() const { return busy_; }
  QString error() const { return error_; }

  // Reads a file of exportTo, at most 4 MB: a daemon takes no more.
  Q_INVOKABLE void readFile(const QUrl& file);
  Q_INVOKABLE void preview(const QString& passphrase);
  // Adds what the preview has shown.
  Q_INVOKABLE void importAll();
  // Writes all accounts, for its owner's eyes only. The passphrase needs eight bytes and has to be typed twice.
  Q_INVOKABLE void exportTo(const QUrl& file, const QString& passphrase, const QString& again);
  Q_INVOKABLE void reset();

 Q_SIGNALS:
  void changed();
  void imported();
  void exported();

 private:
  void Run(bool validate_only);
  void Take(const gateway::v1::ImportAccountsResponse& response, bool validate_only);
  void Fail(const QString& error);
  // False, and `error` says why, when it could not be written.
  bool Write(const QUrl& file, const std::string& content);

  Backend& backend_;
  Toasts& toasts_;
  QByteArray file_;
  QString file_name_;
  QString passphrase_;  // of the preview, so that the import opens the same file the same way
  QVariantList rows_;
  QString error_;
  int addable_ = 0;
  bool busy_ = false;
};

}  // namespace ag::gui
