#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "proto/client/control_client.h"
#include "tests/daemon/daemon.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/gui/journey/desktop_app.h"

namespace ag::gui {
namespace {

// An account that its provider keeps waiting for, as a slow one does.
class AccountWithdrawn : public testing::Test {
 protected:
  AccountWithdrawn() {
    EXPECT_NE(daemon_.port(), 0);
    provider_.Respond(
        [this](const test::RecordedRequest& /*all*/) { return test::OpenAiModels({"gpt-5-mini"}).StallHead(answer_); });
  }
  ~AccountWithdrawn() override { answer_->Open(); }

  void AddAnAccount(DesktopApp& desktop) {
    desktop.ui().Click("nav-accounts");
    desktop.ui().Click("addAccount");
    desktop.ui().Type("keyField", "sk-proj-a-key-of-the-owner");
    desktop.ui().Type("labelField", "work");
    desktop.ui().Type("baseUrlField", QString::fromStdString(provider_.Origin()));
    desktop.ui().Click("submitAccount");
    ASSERT_TRUE(desktop.ui().Await([&] { return !provider_.requests().empty() && HasAccount(home_); }, "its test"));
  }
  static bool HasAccount(const test::DaemonHome& home) {
    return home.AgctlJson({"accounts", "list"}).find("\"work\"") != std::string::npos;
  }
  // Of the message at the window's edge.
  static bool Tells(DesktopApp& desktop) { return desktop.ui().AwaitText("What was not decided on was not added"); }

  const std::shared_ptr<test::Gate> answer_ = std::make_shared<test::Gate>();  // shared with the provider's replies
  test::FakeUpstream provider_;
  test::DaemonHome home_;
  test::Daemon daemon_{home_};
};

TEST_F(AccountWithdrawn, WhenTheDialogClosesWhileItIsTested) {
  DesktopApp desktop({.control = "unix:" + home_.socket()});
  AddAnAccount(desktop);
  desktop.ui().Click("cancelAdd");
  EXPECT_TRUE(Tells(desktop));
  EXPECT_FALSE(HasAccount(home_));
  answer_->Open();
  EXPECT_TRUE(desktop.ui().Await([&] { return !HasAccount(home_); }, "that the daemon goes on without it"));
}

TEST_F(AccountWithdrawn, WhenAnotherGatewayIsTurnedToWhileItIsTested) {
  const test::DaemonHome other;
  test::Daemon its_daemon(other);
  ASSERT_NE(its_daemon.port(), 0);
  DesktopApp desktop({.control = "unix:" + home_.socket()});
  AddAnAccount(desktop);
  client::ControlClientOptions there;
  there.target = "unix:" + other.socket();
  desktop.app().backend()->Connect(there);
  EXPECT_TRUE(Tells(desktop));
  EXPECT_FALSE(HasAccount(home_));
  ASSERT_TRUE(desktop.ui().Await([&] { return desktop.app().backend()->connected(); }, "the other gateway"));
  EXPECT_FALSE(HasAccount(other));
}

}  // namespace
}  // namespace ag::gui
