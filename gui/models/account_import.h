#pragma once

#include <QtQml/qqmlregistration.h>

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QUrl>
#include <QVariantList>
#include <memory>

#include "gui/models/live_text.h"

namespace ag::gui {

class Backend;
class Toasts;

// Accounts out of a file: one of AccountExport, which a passphrase opens, or another gateway's configuration, with its
// routes. What would come of it is shown before anything is added, and what has come of it afterwards. No key is ever
// part of a text. GUI thread only.
class AccountImport : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(QString fileName READ fileName NOTIFY changed)
  Q_PROPERTY(bool isSealed READ isSealed NOTIFY changed)
  Q_PROPERTY(QVariantList rows READ rows NOTIFY changed)
  Q_PROPERTY(int addable READ addable NOTIFY changed)
  Q_PROPERTY(bool isDone READ isDone NOTIFY changed)
  Q_PROPERTY(QString summary READ summary NOTIFY changed)
  Q_PROPERTY(QString importText READ importText NOTIFY changed)
  Q_PROPERTY(bool busy READ busy NOTIFY changed)
  Q_PROPERTY(QString error READ error NOTIFY changed)

 public:
  AccountImport(Backend& backend, Toasts& toasts, QObject* parent = nullptr);
  ~AccountImport() override;

  // Of the chosen file; empty = none.
  QString fileName() const { return file_name_; }
  // It needs its passphrase.
  bool isSealed() const { return sealed_; }
  // {kind: "heading", "account", "route" or "note"; title; detail (provider and key hint; where a route goes); outcome
  // ("added", "present", "refused"); text (the outcome in words)}. Empty until there is a preview.
  QVariantList rows() const { return rows_; }
  // How many accounts and routes would be added.
  int addable() const { return new_accounts_ + new_routes_; }
  // The rows tell what has been done.
  bool isDone() const { return done_; }
  // Whose file it is, and what would come or has come of it.
  QString summary() const { return summary_; }
  // "Import 2 accounts and 1 route"
  QString importText() const;
  bool busy() const { return busy_; }
  QString error() const { return error_.Say(); }

  // The words for what is shown, in the language of now.
  void Retranslate();
  // Reads a file of at most 4 MB, a daemon takes no more; what needs no passphrase is shown at once.
  Q_INVOKABLE void readFile(const QUrl& file);
  Q_INVOKABLE void preview(const QString& passphrase);
  // Adds what the preview has shown.
  Q_INVOKABLE void importAll();
  // The person has seen the results, or closes the dialog: what is still being added is told of when it is there.
  Q_INVOKABLE void leave();
  Q_INVOKABLE void reset();

 Q_SIGNALS:
  void changed();
  // The daemon has what is new.
  void stored();
  // …and the person goes on. {id, label, provider} of each new account.
  void imported(const QVariantList& accounts);

 private:
  struct Source;  // what the preview has shown, with its keys
  struct Preview;
  struct Result;
  struct Seen;  // what is shown, without keys

  void Show(Preview preview);
  void Take(const Result& result);
  void Conclude();
  void Begin();
  // What it would have added would go to another gateway now.
  void Forget();
  void Fail(LiveText error);
  // Puts what is seen into rows and the summary.
  void Say();
  void SayBefore();
  void SayAfter();

  Backend& backend_;
  Toasts& toasts_;
  QByteArray file_;
  QString file_name_;
  std::shared_ptr<Source> source_;  // shared with the call that reads it
  std::unique_ptr<Seen> seen_;
  QVariantList rows_;
  QVariantList added_;  // as in imported()
  QString summary_;
  LiveText error_;
  int new_accounts_ = 0;
  int new_routes_ = 0;
  int attempt_ = 0;  // answers about an earlier file are not this one's
  bool sealed_ = false;
  bool busy_ = false;
  bool storing_ = false;
  bool left_ = false;  // …and nobody waits for it here
  bool done_ = false;
};

}  // namespace ag::gui
