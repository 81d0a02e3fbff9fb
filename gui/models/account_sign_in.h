#pragma once

#include <QtQml/qqmlregistration.h>

#include <QObject>
#include <QTimer>
#include <QVariantMap>

#include "gui/models/live_text.h"

namespace ag::gateway::v1 {
class Account;
class SignIn;
}  // namespace ag::gateway::v1

namespace ag::gui {

class Backend;
class Opener;

// One sign-in through the browser, with the person's own OAuth client: for a new account or for one that has to sign in
// again. The browser is opened at once. The daemon waits for it; here it is asked each second how far it is. GUI thread
// only.
class AccountSignIn : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(QString state READ state NOTIFY changed)
  Q_PROPERTY(QString text READ text NOTIFY changed)
  Q_PROPERTY(QString url READ url NOTIFY changed)
  Q_PROPERTY(QString error READ error NOTIFY changed)
  Q_PROPERTY(bool browserMissing READ browserMissing NOTIFY changed)
  Q_PROPERTY(bool running READ running NOTIFY changed)

 public:
  AccountSignIn(Backend& backend, const Opener& opener, QObject* parent = nullptr);

  // "" (none), "starting", "waiting", "exchanging", "done" or "failed".
  QString state() const { return state_; }
  // The state as a sentence.
  QString text() const;
  // What the browser was opened with; empty until the daemon has made it.
  QString url() const { return url_; }
  QString error() const { return error_.Say(); }
  // The browser could not be opened: the person has to do it.
  bool browserMissing() const { return browser_missing_; }
  bool running() const { return state_ == "starting" || state_ == "waiting" || state_ == "exchanging"; }

  // The way out of the account that begin() makes, as EgressValues says.
  void SetEgress(const QVariantMap& egress) { egress_ = egress; }
  Q_INVOKABLE void begin(const QString& provider, const QString& label, const QString& client_id,
                         const QString& client_secret, const QString& project, const QString& location);
  // For an account that is there. Without a client, its own is used again.
  Q_INVOKABLE void beginAgain(const QString& account_id, const QString& client_id, const QString& client_secret);
  // Once more.
  Q_INVOKABLE void openBrowser();
  // By hand: the code, or the whole address that the browser ended at.
  Q_INVOKABLE void complete(const QString& code_or_url);
  Q_INVOKABLE void cancel();
  // Forgets one that has ended.
  Q_INVOKABLE void reset();

 Q_SIGNALS:
  void changed();
  // The account has its sign-in: a new account, or one that has signed in again.
  void done(const QString& account_id, bool fresh);

 private:
  void Begin(const gateway::v1::Account& account, const QString& client_id, const QString& client_secret);
  void Poll();
  void Take(const gateway::v1::SignIn& sign_in);
  void Set(const QString& state, LiveText error);

  Backend& backend_;
  const Opener& opener_;
  QTimer beat_;
  bool fresh_ = true;
  bool browser_missing_ = false;
  QVariantMap egress_;
  QString state_, id_, url_;
  LiveText error_;
  qint64 expire_ms_ = 0;
  int attempt_ = 0;  // answers to an earlier one are not this one's
};

}  // namespace ag::gui
