#pragma once

#include <QDBusConnection>
#include <QHash>
#include <QObject>
#include <QString>

namespace ag::gui {

// Tells the person something outside of the window, by the desktop's notification service
// (https://specifications.freedesktop.org/notification-spec/latest/), which needs no tray. GUI thread.
class Notices : public QObject {
  Q_OBJECT

 public:
  explicit Notices(QDBusConnection bus = QDBusConnection::sessionBus(), QObject* parent = nullptr);

  // `about`: what it is about, for `picked`.
  void Tell(const QString& title, const QString& text, const QString& about);

 Q_SIGNALS:
  // The person has clicked on it.
  void picked(const QString& about);
  // There is no such service: whoever has another way may tell it.
  void unheard(const QString& title, const QString& text);

 private Q_SLOTS:
  void OnActionInvoked(uint number, const QString& action);
  void OnNotificationClosed(uint number, uint reason);

 private:
  QDBusConnection bus_;
  QHash<uint, QString> shown_;  // what it is about, by its number
};

}  // namespace ag::gui
