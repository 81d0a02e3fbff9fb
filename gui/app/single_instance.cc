#include "gui/app/single_instance.h"

#include <unistd.h>

#include <QLocalSocket>
#include <QStandardPaths>

namespace ag::gui {
namespace {
constexpr int kPatienceMs = 500;

// In the user's run-time folder where there is one: nobody else can take the name there.
QString Name() {
  const QString folder = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
  const QString name = QStringLiteral("ag-gateway-desktop-%1").arg(::getuid());
  return folder.isEmpty() ? name : folder + '/' + name;
}
}  // namespace

bool SingleInstance::Claim() {
  QLocalSocket other;
  other.connectToServer(Name());
  if (other.waitForConnected(kPatienceMs)) return false;
  QLocalServer::removeServer(Name());  // left behind by one that crashed
  server_.setSocketOptions(QLocalServer::UserAccessOption);
  connect(&server_, &QLocalServer::newConnection, this, [this] {
    while (QLocalSocket* caller = server_.nextPendingConnection()) caller->deleteLater();
    Q_EMIT shown();
  });
  // Without a name there is no single instance, but there is an app.
  server_.listen(Name());
  return true;
}

}  // namespace ag::gui
