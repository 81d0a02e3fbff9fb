#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>

#include "tests/daemon/daemon.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/gui/journey/desktop_app.h"
#include "tests/support/child_process.h"

namespace ag::gui {
namespace {

// A provider that knows one key, and sells it anew when it is changed.
class Provider {
 public:
  Provider() {
    upstream_.Respond([this](const test::RecordedRequest& request) { return Answer(request); });
  }
  std::string Origin() const { return upstream_.Origin(); }
  void AcceptOnly(std::string key) {
    const std::lock_guard lock(mutex_);
    key_ = std::move(key);
  }

 private:
  test::Reply Answer(const test::RecordedRequest& request) {
    const std::lock_guard lock(mutex_);
    if (request.Header("authorization") != "Bearer " + key_) return test::OpenAiBadKey();
    if (request.method == "GET") return test::OpenAiModels({"gpt-5-mini"});
    return request.Path() == "/v1/responses" ? test::OpenAiResponsesStream({"It ", "works"})
                                             : test::OpenAiChatStream({"It ", "works"});
  }

  std::mutex mutex_;
  std::string key_ = "sk-proj-first-key-of-the-owner";
  test::FakeUpstream upstream_;
};

class AccountLife : public testing::Test {
 protected:
  void SetUp() override {
    if (std::filesystem::exists(AG_SDK_PYTHON)) return;
    if (std::getenv("AG_REQUIRE_SDK") != nullptr) FAIL() << "scripts/setup-sdk has not run";
    GTEST_SKIP() << "scripts/setup-sdk installs the SDK";
  }

  // At the address that the app shows.
  static test::Finished AskBySdk(DesktopApp& desktop, const std::string& prompt) {
    const std::string base_url = desktop.app().backend()->baseUrl().toStdString();
    return test::RunToEnd({.command = {AG_SDK_PYTHON, AG_SDK_CLIENT, base_url, "gpt-5-mini", prompt},
                           .environment = {"PATH=/usr/bin:/bin"}});
  }

  Provider provider_;
  test::DaemonHome home_;
  test::Daemon daemon_{home_};
};

TEST_F(AccountLife, IsAddedUsedBrokenUnderstoodAndMended) {
  ASSERT_NE(daemon_.port(), 0);
  DesktopApp desktop({.control = "unix:" + home_.socket()});
  WindowDriver& ui = desktop.ui();

  // Added: the provider is known by the key, which is tried before it is kept.
  ui.Click("nav-accounts");
  ui.Click("addAccount");
  ui.Type("keyField", "sk-proj-first-key-of-the-owner");
  ui.Type("labelField", "work");
  ui.Type("baseUrlField", QString::fromStdString(provider_.Origin()));
  ui.Click("submitAccount");
  ui.Click("skipPresets");
  ASSERT_NE(ui.AwaitItem("account-work"), nullptr);
  EXPECT_TRUE(ui.TextOf(ui.Find("account-work")).contains("OpenAI"));

  // The proxy is stopped and started.
  ui.Click("nav-proxy");
  ui.Click("proxySwitch");
  ASSERT_TRUE(ui.Await([&] { return !desktop.app().backend()->proxyRunning(); }, "that the proxy stops"));
  EXPECT_NE(AskBySdk(desktop, "Is anybody there?").code, 0);
  ui.Click("proxySwitch");
  ASSERT_TRUE(ui.Await([&] { return desktop.app().backend()->proxyRunning(); }, "that the proxy starts"));

  // Used: what the SDK got is in the monitor and in the statistics.
  const test::Finished answer = AskBySdk(desktop, "Does it work?");
  ASSERT_EQ(answer.out, "It works\n") << answer.err;
  ui.Click("nav-monitor");
  ASSERT_TRUE(ui.Await([&] { return ui.FindRow("monitorRow", "gpt-5-mini") != nullptr; }, "a row in the monitor"));
  const QString row = ui.TextOf(ui.FindRow("monitorRow", "gpt-5-mini"));
  EXPECT_TRUE(row.contains("200") && row.contains("work")) << row.toStdString();
  ui.Click("nav-stats");
  ui.Click("segment-hour");
  ASSERT_TRUE(ui.Await([&] { return ui.TextOf(ui.Find("statsTable")).contains("work"); }, "the account in the table"));

  // Broken: the key is no longer good. The row says why and what to do, and the account tells its story.
  provider_.AcceptOnly("sk-proj-second-key-of-the-owner");
  EXPECT_NE(AskBySdk(desktop, "And now?").code, 0);
  ui.Click("nav-monitor");
  ASSERT_TRUE(ui.Await([&] { return ui.FindAll("monitorRow").size() >= 2; }, "a second row"));
  ui.ClickItem(ui.FindRow("monitorRow", "Credential refused"));
  ASSERT_NE(ui.AwaitItem("requestCause"), nullptr);
  EXPECT_TRUE(ui.Await([&] { return !ui.TextOf(ui.Find("requestHint")).isEmpty(); }, "what to do next"));
  ui.Click("nav-accounts");
  ui.Click("account-work");
  ASSERT_NE(ui.AwaitItem("storyNewKey"), nullptr);
  EXPECT_TRUE(ui.TextOf(ui.Find("storySentence")).contains("key")) << ui.TextOf(ui.Find("storySentence")).toStdString();

  // Mended: with the new key at the place that offers it.
  ui.Click("storyNewKey");
  ui.Type("editKey", "sk-proj-second-key-of-the-owner");
  ui.Click("saveAccount");
  ASSERT_TRUE(ui.AwaitGone("storyNewKey"));
  const test::Finished again = AskBySdk(desktop, "Does it work again?");
  EXPECT_EQ(again.out, "It works\n") << again.err;
}

}  // namespace
}  // namespace ag::gui
