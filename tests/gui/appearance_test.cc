#include "gui/app/appearance.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVirtualObject>
#include <QMap>
#include <QTest>
#include <memory>
#include <optional>

#include "tests/gui/private_bus.h"

namespace ag::gui {
namespace {

constexpr char kPath[] = "/org/freedesktop/portal/desktop";
constexpr char kInterface[] = "org.freedesktop.portal.Settings";

// The desktop's settings, as its portal tells them.
class FakePortal : public QDBusVirtualObject {
 public:
  explicit FakePortal(const QString& address) : bus_(QDBusConnection::connectToBus(address, "portal")) {
    EXPECT_TRUE(bus_.registerVirtualObject(kPath, this));
    EXPECT_TRUE(bus_.registerService("org.freedesktop.portal.Desktop"));
  }
  ~FakePortal() override { QDBusConnection::disconnectFromBus("portal"); }

  // Before a program asks.
  void Have(const QString& group, const QString& key, const QVariant& value) { settings_[group + ' ' + key] = value; }
  // While it runs.
  void Change(const QString& group, const QString& key, const QVariant& value) {
    Have(group, key, value);
    QDBusMessage signal = QDBusMessage::createSignal(kPath, kInterface, "SettingChanged");
    signal << group << key << QVariant::fromValue(QDBusVariant(value));
    EXPECT_TRUE(bus_.send(signal));
  }
  int asked() const { return asked_; }

  QString introspect(const QString& /*path*/) const override { return {}; }
  bool handleMessage(const QDBusMessage& message, const QDBusConnection& connection) override {
    if (message.interface() != kInterface || message.member() != "Read") return false;
    const QString name = message.arguments().at(0).toString() + ' ' + message.arguments().at(1).toString();
    ++asked_;
    if (!settings_.contains(name)) {
      return connection.send(
          message.createErrorReply("org.freedesktop.portal.Error.NotFound", "Requested setting not found"));
    }
    // Read, unlike its successor ReadOne, puts a variant into the variant.
    const QDBusVariant inner(settings_[name]);
    return connection.send(message.createReply(QVariant::fromValue(QDBusVariant(QVariant::fromValue(inner)))));
  }

 private:
  QDBusConnection bus_;
  QMap<QString, QVariant> settings_;
  int asked_ = 0;
};

class AppearanceTest : public testing::Test {
 protected:
  void SetUp() override {
    if (bus_.address().isEmpty()) GTEST_SKIP() << "there is no dbus-daemon";
    portal_.emplace(bus_.address());
  }
  // A program that starts now, once it has asked all that it asks.
  std::unique_ptr<Appearance> Start() {
    const int before = portal_->asked();
    auto appearance = std::make_unique<Appearance>(bus_.AppsBus());
    constexpr int kQuestions = 3;
    EXPECT_TRUE(QTest::qWaitFor([&] { return portal_->asked() == before + kQuestions; }));
    return appearance;
  }

  static constexpr char kColours[] = "org.freedesktop.appearance";
  static constexpr char kGnome[] = "org.gnome.desktop.interface";
  PrivateBus bus_;
  std::optional<FakePortal> portal_;
};

TEST_F(AppearanceTest, TakesWhatTheDesktopAsksFor) {
  portal_->Have(kColours, "color-scheme", 1U);
  portal_->Have(kColours, "reduced-motion", 1U);
  const auto appearance = Start();
  EXPECT_TRUE(QTest::qWaitFor([&] { return appearance->systemDark() && appearance->reducedMotion(); }));
}

TEST_F(AppearanceTest, FollowsTheDesktop) {
  const auto appearance = Start();
  EXPECT_FALSE(appearance->reducedMotion());
  portal_->Change(kColours, "reduced-motion", 1U);
  EXPECT_TRUE(QTest::qWaitFor([&] { return appearance->reducedMotion(); }));
  portal_->Change(kColours, "reduced-motion", 0U);
  EXPECT_TRUE(QTest::qWaitFor([&] { return !appearance->reducedMotion(); }));
  portal_->Change(kColours, "color-scheme", 1U);
  EXPECT_TRUE(QTest::qWaitFor([&] { return appearance->systemDark(); }));
  portal_->Change(kColours, "color-scheme", 2U);
  EXPECT_TRUE(QTest::qWaitFor([&] { return !appearance->systemDark(); }));
}

// Before the portal had a key for it.
TEST_F(AppearanceTest, HeedsTheAnimationsSwitchOfGnome) {
  portal_->Have(kGnome, "enable-animations", false);
  const auto appearance = Start();
  EXPECT_TRUE(QTest::qWaitFor([&] { return appearance->reducedMotion(); }));
  portal_->Change(kGnome, "enable-animations", true);
  EXPECT_TRUE(QTest::qWaitFor([&] { return !appearance->reducedMotion(); }));
}

TEST_F(AppearanceTest, ManagesWithoutAPortal) {
  portal_.reset();
  const Appearance appearance(bus_.AppsBus());
  EXPECT_FALSE(appearance.reducedMotion());
}

}  // namespace
}  // namespace ag::gui
