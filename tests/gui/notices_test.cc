#include "gui/app/notices.h"

#include <QSignalSpy>
#include <QTest>
#include <optional>

#include "tests/gui/fake_desktop.h"
#include "tests/gui/private_bus.h"

namespace ag::gui {
namespace {

class NoticesTest : public testing::Test {
 protected:
  void SetUp() override {
    if (bus_.address().isEmpty()) GTEST_SKIP() << "there is no dbus-daemon";
    desktop_.emplace(bus_.address());
  }

  PrivateBus bus_;
  std::optional<FakeDesktop> desktop_;
};

TEST_F(NoticesTest, LeadToWhatTheyAreAbout) {
  Notices notices(bus_.AppsBus());
  QSignalSpy picked(&notices, &Notices::picked);
  notices.Tell("work needs attention", "The provider says <b>no</b>.", "acc_1");
  notices.Tell("home needs attention", "Sign in again.", "acc_2");
  ASSERT_TRUE(QTest::qWaitFor([&] { return desktop_->shown().size() == 2; }));
  EXPECT_EQ(desktop_->shown()[0].title, "work needs attention");
  EXPECT_EQ(desktop_->shown()[0].text, "The provider says &lt;b&gt;no&lt;/b&gt;.");
  EXPECT_EQ(desktop_->shown()[0].actions.first(), "default");
  desktop_->Say("ActionInvoked", 7, "default");  // another program's
  desktop_->Say("ActionInvoked", 2, "default");
  ASSERT_TRUE(QTest::qWaitFor([&] { return !picked.isEmpty(); }));
  EXPECT_EQ(picked.size(), 1);
  EXPECT_EQ(picked[0][0].toString(), "acc_2");
  desktop_->Say("NotificationClosed", 1, 2U);
  desktop_->Say("ActionInvoked", 1, "default");
  desktop_->Say("ActionInvoked", 2, "default");
  ASSERT_TRUE(QTest::qWaitFor([&] { return picked.size() == 2; }));
  EXPECT_EQ(picked[1][0].toString(), "acc_2") << "the first one is gone";
}

TEST_F(NoticesTest, SayThatNobodyShowsThem) {
  desktop_.reset();
  Notices notices(bus_.AppsBus());
  QSignalSpy unheard(&notices, &Notices::unheard);
  notices.Tell("work needs attention", "Sign in again.", "acc_1");
  ASSERT_TRUE(QTest::qWaitFor([&] { return !unheard.isEmpty(); }));
  EXPECT_EQ(unheard[0][0].toString(), "work needs attention");
  Notices nowhere(QDBusConnection("no such bus"));
  QSignalSpy unheard_there(&nowhere, &Notices::unheard);
  nowhere.Tell("work needs attention", "Sign in again.", "acc_1");
  EXPECT_EQ(unheard_there.size(), 1);
}

}  // namespace
}  // namespace ag::gui
