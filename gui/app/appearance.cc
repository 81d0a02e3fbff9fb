#include "gui/app/appearance.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QGuiApplication>
#include <QPalette>

namespace ag::gui {
namespace {

constexpr char kService[] = "org.freedesktop.portal.Desktop";
constexpr char kPath[] = "/org/freedesktop/portal/desktop";
constexpr char kInterface[] = "org.freedesktop.portal.Settings";
constexpr char kColours[] = "org.freedesktop.appearance";
constexpr char kGnome[] = "org.gnome.desktop.interface";

// The portal wraps a read value in one or two variants.
QVariant Unwrap(QVariant value) {
  while (value.canConvert<QDBusVariant>()) value = value.value<QDBusVariant>().variant();
  return value;
}

}  // namespace

Appearance::Appearance(QObject* parent) : QObject(parent) {
  system_dark_ = QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
  QDBusConnection bus = QDBusConnection::sessionBus();
  if (!bus.isConnected()) return;
  bus.connect(kService, kPath, kInterface, QStringLiteral("SettingChanged"), this,
              SLOT(OnPortalSetting(QString, QString, QDBusVariant)));
  AskPortal(kColours, QStringLiteral("color-scheme"));
  AskPortal(kGnome, QStringLiteral("enable-animations"));
}

void Appearance::AskPortal(const QString& group, const QString& key) {
  QDBusMessage call = QDBusMessage::createMethodCall(kService, kPath, kInterface, QStringLiteral("Read"));
  call << group << key;
  auto* watcher = new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(call), this);
  connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, group, key, watcher] {
    const QDBusPendingReply<QDBusVariant> reply = *watcher;
    if (!reply.isError()) OnPortalSetting(group, key, reply.value());
    watcher->deleteLater();
  });
}

void Appearance::OnPortalSetting(const QString& group, const QString& key, const QDBusVariant& value) {
  const QVariant plain = Unwrap(value.variant());
  if (group == kColours && key == "color-scheme") {
    const uint scheme = plain.toUInt();  // 0 no preference, 1 dark, 2 light
    if (scheme != 0) system_dark_ = scheme == 1;
  } else if (group == kGnome && key == "enable-animations") {
    reduced_motion_ = !plain.toBool();
  }
  Q_EMIT changed();
}

}  // namespace ag::gui
