#pragma once

#include <gtest/gtest.h>

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVirtualObject>
#include <QStringList>
#include <vector>

namespace ag::gui {

// The desktop that shows notifications.
class FakeDesktop : public QDBusVirtualObject {
 public:
  explicit FakeDesktop(const QString& address) : bus_(QDBusConnection::connectToBus(address, "desktop")) {
    EXPECT_TRUE(bus_.registerVirtualObject(kPath, this));
    EXPECT_TRUE(bus_.registerService(kService));
  }
  ~FakeDesktop() override { QDBusConnection::disconnectFromBus("desktop"); }

  struct Shown {
    QString title, text;
    QStringList actions;
  };
  const std::vector<Shown>& shown() const { return shown_; }
  void Say(const char* signal, uint number, const QVariant& argument) {
    QDBusMessage message = QDBusMessage::createSignal(kPath, kService, signal);
    message << number << argument;
    EXPECT_TRUE(bus_.send(message));
  }

  QString introspect(const QString& /*path*/) const override { return {}; }
  bool handleMessage(const QDBusMessage& message, const QDBusConnection& connection) override {
    if (message.member() != "Notify" || message.signature() != "susssasa{sv}i") return false;
    const QVariantList given = message.arguments();
    shown_.push_back({given[3].toString(), given[4].toString(), given[5].toStringList()});
    return connection.send(message.createReply(static_cast<uint>(shown_.size())));
  }

 private:
  static constexpr char kService[] = "org.freedesktop.Notifications";
  static constexpr char kPath[] = "/org/freedesktop/Notifications";

  QDBusConnection bus_;
  std::vector<Shown> shown_;
};

}  // namespace ag::gui
