#include "gui/models/account_export.h"

#include <QFile>
#include <QSaveFile>
#include <QStringList>
#include <utility>

#include "gui/app/backend.h"
#include "gui/app/toasts.h"
#include "gui/models/failure_text.h"
#include "gui/models/text.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;
using client::ControlClient;

constexpr qsizetype kShortestPassphrase = 8;  // bytes

}  // namespace

AccountExport::AccountExport(Backend& backend, Toasts& toasts, QObject* parent)
    : QObject(parent), backend_(backend), toasts_(toasts) {
  connect(&backend_, &Backend::forgotten, this, &AccountExport::reset);
}

void AccountExport::reset() { Fail({}); }

void AccountExport::Fail(LiveText error) {
  busy_ = false;
  error_ = std::move(error);
  Q_EMIT changed();
}

void AccountExport::exportTo(const QUrl& file, const QString& passphrase, const QString& again) {
  if (passphrase.toUtf8().size() < kShortestPassphrase)
    return Fail([] { return tr("The passphrase needs at least eight characters."); });
  if (passphrase != again) return Fail([] { return tr("The two passphrases differ."); });
  v1::ExportAccountsRequest request;
  request.set_passphrase(passphrase.toStdString());
  busy_ = true;
  error_.clear();
  Q_EMIT changed();
  backend_.rpc().CallSlow(
      this, [request](ControlClient& client) { return client.ExportAccounts(request); },
      [this, file](absl::StatusOr<v1::ExportAccountsResponse> reply) {
        if (!reply.ok()) return Fail(LiveFailure(reply.status()));
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

bool AccountExport::Write(const QUrl& url, const std::string& content) {
  QSaveFile file(url.toLocalFile());
  const bool written = file.open(QIODevice::WriteOnly) && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) &&
                       file.write(content.data(), static_cast<qint64>(content.size())) >= 0 && file.commit();
  if (!written) Fail([why = file.errorString()] { return tr("The file cannot be written: %1").arg(why); });
  return written;
}

}  // namespace ag::gui
