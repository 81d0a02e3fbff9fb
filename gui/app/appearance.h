#pragma once

#include <QtQml/qqmlregistration.h>

#include <QDBusConnection>
#include <QDBusVariant>
#include <QObject>

namespace ag::gui {

// What the desktop asks of programs: dark colours, less motion. Heard from the settings portal
// (https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Settings.html); where there is none,
// the palette's brightness decides.
class Appearance : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(bool systemDark READ systemDark NOTIFY changed)
  Q_PROPERTY(bool reducedMotion READ reducedMotion NOTIFY changed)

 public:
  explicit Appearance(QObject* parent = nullptr);
  // On another bus than the session's.
  explicit Appearance(QDBusConnection bus, QObject* parent = nullptr);

  bool systemDark() const { return system_dark_; }
  bool reducedMotion() const { return asks_less_motion_ || !animates_; }

 Q_SIGNALS:
  void changed();

 private Q_SLOTS:
  void OnPortalSetting(const QString& group, const QString& key, const QDBusVariant& value);

 private:
  void AskPortal(const QString& group, const QString& key);

  QDBusConnection bus_;
  bool system_dark_ = false;
  bool asks_less_motion_ = false;
  bool animates_ = true;  // of desktops older than that key
};

}  // namespace ag::gui
