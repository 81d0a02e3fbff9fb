#include "gui/models/key_file.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>

namespace ag::gui {
namespace {

constexpr qint64 kLargest = 64 * 1'024;

struct Words {
  Q_DECLARE_TR_FUNCTIONS(KeyFile)
};

// Empty = it is none that can be used.
LiveText Describe(const QByteArray& content) {
  const QJsonObject key = QJsonDocument::fromJson(content).object();
  const QString type = key.value("type").toString();
  if (type == "service_account") {
    return [account = key.value("client_email").toString(), project = key.value("project_id").toString()] {
      return Words::tr("Service account %1, project %2").arg(account, project);
    };
  }
  if (type == "authorized_user") {
    return [client = key.value("client_id").toString()] {
      return Words::tr("A user's sign-in of the OAuth client %1").arg(client);
    };
  }
  return {};
}

}  // namespace

KeyFile ReadKeyFile(const QUrl& url) {
  KeyFile read;
  QFile file(url.toLocalFile());
  if (!file.open(QIODevice::ReadOnly)) {
    read.error = [why = file.errorString()] { return Words::tr("The file cannot be read: %1").arg(why); };
    return read;
  }
  // At most one byte more than is allowed: the size of what is no regular file is not known before.
  const QByteArray content = file.read(kLargest + 1);
  if (content.size() > kLargest) {
    read.error = [] { return Words::tr("The file is larger than 64 KB: it is no key file."); };
    return read;
  }
  read.text = Describe(content);
  if (read.text.IsEmpty()) {
    read.error = [] { return Words::tr("This is neither a service account's key nor an \"authorized_user\" file."); };
    return read;
  }
  read.name = QFileInfo(file).fileName();
  read.content = content.toStdString();
  return read;
}

}  // namespace ag::gui
