#include "gui/models/account_transfer.h"

#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include "gui/app/backend.h"
#include "gui/app/toasts.h"
#include "gui/models/failure_text.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;
using client::ControlClient;

constexpr qint64 kLargestFile = 4 * 1'024 * 1'024 - 1'024;  // gRPC's bound of a message, less what goes around it
constexpr qsizetype kShortestPassphrase = 8;                // bytes

QString OutcomeName(v1::ImportOutcome outcome) {
  switch (outcome) {
    case v1::IMPORT_OUTCOME_ADDED:
      return QStringLiteral("added");
    case v1::IMPORT_OUTCOME_PRESENT:
      return QStringLiteral("present");
    default:
      return QStringLiteral("refused");
  }
}

QString OutcomeText(const v1::ImportedAccount& account) {
  switch (account.outcome()) {
    case v1::IMPORT_OUTCOME_ADDED:
      return AccountTransfer::tr("will be added");
    case v1::IMPORT_OUTCOME_PRESENT:
      return AccountTransfer::tr("is here already");
    default:
      return DaemonText(AccountTransfer::tr("cannot be added"), Text(account.message()));
  }
}

}  // namespace

AccountTransfer::AccountTransfer(Backend& backend, Toasts& toasts, QObject* parent)
    : QObject(parent), backend_(backend), toasts_(toasts) {}

void AccountTransfer::reset() {
  file_.clear();
  file_name_.clear();
  passphrase_.clear();
  rows_.clear();
  addable_ = 0;
  Fail({});
}

void AccountTransfer::Fail(const QString& error) {
  busy_ = false;
  error_ = error;
  Q_EMIT changed();
}

void AccountTransfer::readFile(const QUrl& url) {
  reset();
  QFile file(url.toLocalFile());
  if (!file.open(QIODevice::ReadOnly)) return Fail(tr("The file cannot be read: %1").arg(file.errorString()));
  if (file.size() > kLargestFile) return Fail(tr("The file is larger than 4 MB: it is no export of accounts."));
  file_ = file.readAll();
  file_name_ = QFileInfo(file).fileName();
  Q_EMIT changed();
}

void AccountTransfer::preview(const QString& passphrase) {
  if (file_.isEmpty()) return Fail(tr("Choose a file first."));
  passphrase_ = passphrase;
  Run(true);
}

void AccountTransfer::importAll() {
  if (addable_ > 0) Run(false);
}

void AccountTransfer::Run(bool validate_only) {
  v1::ImportAccountsRequest request;
  request.set_file(file_.toStdString());
  request.set_passphrase(passphrase_.toStdString());
  request.set_validate_only(validate_only);
  busy_ = true;
  error_.clear();
  Q_EMIT changed();
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.ImportAccounts(request); },
      [this, validate_only](absl::StatusOr<v1::ImportAccountsResponse> reply) {
        if (!reply.ok()) return Fail(FailureText(reply.status()));
        Take(*reply, validate_only);
      });
}

void AccountTransfer::Take(const v1::ImportAccountsResponse& response, bool validate_only) {
  rows_.clear();
  int count = 0;
  for (const v1::ImportedAccount& account : response.accounts()) {
    if (account.outcome() == v1::IMPORT_OUTCOME_ADDED) ++count;
    rows_ << QVariantMap{{"label", Text(account.label())},
                         {"provider", Text(account.provider())},
                         {"hint", Text(account.api_key_hint())},
                         {"outcome", OutcomeName(account.outcome())},
                         {"text", OutcomeText(account)}};
  }
  if (validate_only) {
    addable_ = count;
    return Fail(rows_.isEmpty() ? tr("There are no accounts in this file.") : QString());
  }
  reset();
  toasts_.info(tr("%n account(s) imported", nullptr, count));
  Q_EMIT imported();
}

void AccountTransfer::exportTo(const QUrl& file, const QString& passphrase, const QString& again) {
  if (passphrase.toUtf8().size() < kShortestPassphrase)
    return Fail(tr("The passphrase needs at least eight characters."));
  if (passphrase != again) return Fail(tr("The two passphrases differ."));
  v1::ExportAccountsRequest request;
  request.set_passphrase(passphrase.toStdString());
  busy_ = true;
  error_.clear();
  Q_EMIT changed();
  backend_.rpc().Call(
      this, [request](ControlClient& client) { return client.ExportAccounts(request); },
      [this, file](absl::StatusOr<v1::ExportAccountsResponse> reply) {
        if (!reply.ok()) return Fail(FailureText(reply.status()));
        if (!Write(file, reply->file())) return;
        QStringList left_out;
        for (const std::string& label : reply->left_out_labels()) left_out << Text(label);
        reset();
        toasts_.info(tr("%n account(s) exported", nullptr, reply->account_count()));
        if (!left_out.isEmpty())
          toasts_.error(tr("Not exported, as their secrets cannot be read: %1").arg(left_out.join(", ")));
        Q_EMIT exported();
      });
}

bool AccountTransfer::Write(const QUrl& url, const std::string& content) {
  QSaveFile file(url.toLocalFile());
  const bool written = file.open(QIODevice::WriteOnly) && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) &&
                       file.write(content.data(), static_cast<qint64>(content.size())) >= 0 && file.commit();
  if (!written) Fail(tr("The file cannot be written: %1").arg(file.errorString()));
  return written;
}

}  // namespace ag::gui
