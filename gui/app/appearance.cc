#include "gui/app/appearance.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QGuiApplication>
#include <QPalette>
#include <utility>

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

Appearance::Appearance(QObject* parent) : Appearance(QDBusConnection::sessionBus(), parent) {}

Appearance::Appearance(QDBusConnection bus, QObject* parent) : QObject(parent), bus_(std::move(bus)) {
  system_dark_ = QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
  if (!bus_.isConnected()) return;
  bus_.connect(kService, kPath, kInterface, QStringLiteral("SettingChanged"), this,
               SLOT(OnPortalSetting(QString, QString, QDBusVariant)));
  AskPortal(kColours, QStringLiteral("color-scheme"));
  AskPortal(kColours, QStringLiteral("reduced-motion"));
  AskPortal(kGnome, QStringLiteral("enable-animations"));
}

void Appearance::AskPortal(const QString& group, const QString& key) {
  QDBusMessage call = QDBusMessage::createMethodCall(kService, kPath, kInterface, QStringLiteral("Read"));
  call << group << key;
  auto* watcher = new QDBusPendingCallWatcher(bus_.asyncCall(call), this);
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
  } else if (group == kColours && key == "reduced-motion") {
    asks_less_motion_ = plain.toUInt() == 1;  // 0 no preference
  } else if (group == kGnome && key == "enable-animations") {
    animates_ = plain.toBool();
  }
  Q_EMIT changed();
}

}  // namespace ag::gui
