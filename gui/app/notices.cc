#include "gui/app/notices.h"

#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QVariantMap>
#include <utility>

namespace ag::gui {
namespace {

constexpr char kService[] = "org.freedesktop.Notifications";
constexpr char kPath[] = "/org/freedesktop/Notifications";
constexpr int kAsTheDesktopLikes = -1;  // how long it stays

}  // namespace

Notices::Notices(QDBusConnection bus, QObject* parent) : QObject(parent), bus_(std::move(bus)) {
  if (!bus_.isConnected()) return;
  bus_.connect(kService, kPath, kService, QStringLiteral("ActionInvoked"), this, SLOT(OnActionInvoked(uint, QString)));
  bus_.connect(kService, kPath, kService, QStringLiteral("NotificationClosed"), this,
               SLOT(OnNotificationClosed(uint, uint)));
}

void Notices::Tell(const QString& title, const QString& text, const QString& about) {
  if (!bus_.isConnected()) {
    Q_EMIT unheard(title, text);
    return;
  }
  QDBusMessage call = QDBusMessage::createMethodCall(kService, kPath, kService, QStringLiteral("Notify"));
  // The body may have markup, so what providers say is escaped. "default" is a click on the notification itself.
  call << QStringLiteral("AG Gateway") << 0U << QStringLiteral("ag-gateway") << title << text.toHtmlEscaped()
       << QStringList{QStringLiteral("default"), tr("Show")}
       << QVariantMap{{QStringLiteral("desktop-entry"), QStringLiteral("ag-gateway")}} << kAsTheDesktopLikes;
  auto* watcher = new QDBusPendingCallWatcher(bus_.asyncCall(call), this);
  connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher, title, text, about] {
    const QDBusPendingReply<uint> reply = *watcher;
    watcher->deleteLater();
    if (reply.isError()) {
      Q_EMIT unheard(title, text);
    } else {
      shown_.insert(reply.value(), about);
    }
  });
}

void Notices::OnActionInvoked(uint number, const QString& /*action*/) {
  if (const auto found = shown_.constFind(number); found != shown_.cend()) Q_EMIT picked(*found);
}

void Notices::OnNotificationClosed(uint number, uint /*reason*/) { shown_.remove(number); }

}  // namespace ag::gui
