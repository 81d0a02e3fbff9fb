#pragma once

#include <QtQml/qqmlregistration.h>
#include <absl/status/status.h>

#include <QObject>
#include <QStringList>
#include <QUrl>
#include <QVariantList>
#include <functional>
#include <string>
#include <vector>

#include "gui/models/account_edit.h"
#include "gui/models/account_export.h"
#include "gui/models/account_import.h"
#include "gui/models/account_sign_in.h"
#include "gui/models/key_file.h"

namespace ag::gateway::v1 {
class Account;
}

namespace ag::gui {

class Backend;
class Opener;
class RpcWorker;
class Toasts;

// How an account comes in: with a key, refresh tokens or a key file here; by a browser in `signIn`, out of a file in
// `importer`. A new account is tested at once. One that its provider refuses stays in the daemon until the person has
// said whether to keep it. GUI thread only.
class AccountForm : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(QVariantList providers READ providers NOTIFY providersChanged)
  Q_PROPERTY(QVariantList signInProviders READ signInProviders NOTIFY providersChanged)
  Q_PROPERTY(bool busy READ busy NOTIFY changed)
  Q_PROPERTY(QString error READ error NOTIFY changed)
  Q_PROPERTY(QString errorField READ errorField NOTIFY changed)
  Q_PROPERTY(QString refused READ refused NOTIFY changed)
  Q_PROPERTY(QVariantMap egress READ egress WRITE setEgress NOTIFY changed)
  Q_PROPERTY(QString fileName READ fileName NOTIFY changed)
  Q_PROPERTY(QString fileText READ fileText NOTIFY changed)
  Q_PROPERTY(ag::gui::AccountSignIn* signIn READ signIn CONSTANT)
  Q_PROPERTY(ag::gui::AccountImport* importer READ importer CONSTANT)
  Q_PROPERTY(ag::gui::AccountExport* exporter READ exporter CONSTANT)
  Q_PROPERTY(ag::gui::AccountEdit* edit READ edit CONSTANT)

 public:
  AccountForm(Backend& backend, Toasts& toasts, const Opener& opener, QObject* parent = nullptr);

  // {name, displayName, keyRequired, baseUrlRequired, signIn, docsUrl, signInDocsUrl, baseUrl, keyHint}; in the
  // daemon's order.
  QVariantList providers() const { return providers_; }
  // Those of them that a person can sign in to.
  QVariantList signInProviders() const;
  bool busy() const { return busy_; }
  // Why the last attempt came to nothing; empty = it did not.
  QString error() const { return error_.Say(); }
  // Which field is at fault: "label", "api_key", "base_url", "refresh_token", …; empty = no single one.
  QString errorField() const { return error_field_; }
  // What the provider said to the new account or accounts; empty = there is nothing to decide. See keep() and
  // discard().
  QString refused() const { return refused_.Say(); }
  // The way out of the accounts that are added next, as EgressValues says.
  QVariantMap egress() const { return egress_; }
  void setEgress(const QVariantMap& egress);
  // The key file that was read: its name, and what is in it ("service account robot@…, project x").
  QString fileName() const { return file_.name; }
  QString fileText() const { return file_.text.Say(); }
  AccountSignIn* signIn() { return &sign_in_; }
  AccountImport* importer() { return &importer_; }
  AccountExport* exporter() { return &exporter_; }
  AccountEdit* edit() { return &edit_; }

  // The words for what stands in it, in the language of now.
  void Retranslate();
  // Asks for the providers, and forgets what an earlier use of the dialog has left.
  Q_INVOKABLE void start();
  // The provider that such a key belongs to: that of the longest prefix. Empty = none is known for sure: a key is sent
  // to nobody by a guess.
  Q_INVOKABLE QString detect(const QString& key) const;
  // Of a key that begins as those of many providers do: whose it may be, by their names for people. Else empty.
  Q_INVOKABLE QStringList possibleOwners(const QString& key) const;
  // One of `providers`; empty if there is none of that name.
  Q_INVOKABLE QVariantMap provider(const QString& name) const;

  Q_INVOKABLE void addKey(const QString& provider, const QString& label, const QString& key, const QString& base_url);
  // One account a line. The label, if any, gets numbers when there are several. Vertex needs a project.
  Q_INVOKABLE void addTokens(const QString& provider, const QString& label, const QString& client_id,
                             const QString& client_secret, const QString& tokens, const QString& project,
                             const QString& location);
  // Reads a service account's key or an "authorized_user" file of at most 64 KB.
  Q_INVOKABLE void readFile(const QUrl& file);
  Q_INVOKABLE void addFile(const QString& provider, const QString& label, const QString& project,
                           const QString& location);

  // What becomes of the accounts that were refused.
  Q_INVOKABLE void keep();
  Q_INVOKABLE void discard();
  // The dialog closes: what is being added, or was refused and not decided on, is removed again.
  Q_INVOKABLE void abandon();

  // Takes the offer of `added`.
  // `replace`: also over the routes that its `replaces` names.
  Q_INVOKABLE void applyPreset(const QString& preset, const QString& provider, bool replace);

 Q_SIGNALS:
  void providersChanged();
  void changed();
  // An account is there, tested or wanted nevertheless. `presets` are worth offering for its provider: list of
  // {name, text, replaces}, the last the patterns of the user's routes that would be replaced.
  void added(const QString& id, const QString& label, const QString& provider, const QVariantList& presets);
  // All is said and done: the dialog may close.
  void finished();

 private:
  struct Outcome;
  struct Prefix {
    QString text;
    QString provider;  // that is known for it
  };

  // Of the longest prefix; null = the key begins with none.
  const Prefix* PrefixOf(const QString& key) const;
  void AskProviders();
  // Another gateway is turned to: nothing that the one before has said of itself or of an account holds.
  void Forget();
  // Another gateway is about to be turned to: nothing that is not decided on stays on this one, and what is good there
  // and was not told of yet is told of by its place.
  void Leave();
  void Add(std::vector<gateway::v1::Account> accounts);
  void Test(Outcome outcome);
  void Take(const Outcome& outcome);
  // Removes what is being added or was refused, and says so.
  void Withdraw();
  std::function<void(const absl::Status&)> SayWithdrawn(const QString& place);
  void Remove(RpcWorker& rpc, const QStringList& ids, std::function<void(const absl::Status&)> then);
  // Asks what to offer, then tells of it.
  void Announce(const QString& id);
  // The same for a file's accounts, each tested by nobody yet: of their providers, the first that has something to
  // offer.
  void AnnounceImported(const QVariantList& accounts);
  void Fail(LiveText error, const QString& field);
  void SetBusy(bool busy);

  Backend& backend_;
  Toasts& toasts_;
  AccountSignIn sign_in_;
  AccountImport importer_;
  AccountExport exporter_;
  AccountEdit edit_;
  QVariantList providers_;
  QVariantMap egress_;
  std::vector<Prefix> prefixes_;
  QStringList without_prefix_;  // providers, by their names for people, whose keys begin in no way of their own
  LiveText error_, refused_;
  QString error_field_;
  QStringList undecided_ids_;  // stored: being tested, or refused
  QString good_id_;            // that is to be told of: once it is known what to offer, or the others are decided on
  KeyFile file_;
  bool busy_ = false;
  bool adding_ = false;  // accounts are being stored and tested
  int attempt_ = 0;      // of adding; one that is not the latest is not wanted any more
};

}  // namespace ag::gui
