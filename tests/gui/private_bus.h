#pragma once

#include <gtest/gtest.h>

#include <QDBusConnection>
#include <QProcess>
#include <QStandardPaths>

namespace ag::gui {

// A desktop's message bus for one test.
class PrivateBus {
 public:
  PrivateBus() {
    if (QStandardPaths::findExecutable("dbus-daemon").isEmpty()) return;
    daemon_.setProgram("dbus-daemon");
    daemon_.setArguments({"--session", "--nofork", "--nopidfile", "--print-address"});
    daemon_.start();
    EXPECT_TRUE(daemon_.waitForReadyRead(10'000)) << daemon_.readAllStandardError().toStdString();
    address_ = QString::fromUtf8(daemon_.readLine()).trimmed();
  }
  ~PrivateBus() {
    QDBusConnection::disconnectFromBus("app");
    daemon_.kill();
    daemon_.waitForFinished();
  }
  PrivateBus(const PrivateBus&) = delete;
  PrivateBus& operator=(const PrivateBus&) = delete;

  // Empty = there is no dbus-daemon on this machine.
  const QString& address() const { return address_; }
  // The app's end of it.
  QDBusConnection AppsBus() const { return QDBusConnection::connectToBus(address_, "app"); }

 private:
  QProcess daemon_;
  QString address_;
};

}  // namespace ag::gui
