// Sign-ins of the real programs: a real browser that is sent back, and a daemon that dies with a fresh token.
#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "tests/daemon/daemon.h"
#include "tests/fakes/fake_oauth_server.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/support/gate.h"
#include "tests/support/http_client.h"

namespace ag::test {
namespace {

using testing::HasSubstr;

constexpr const char* kBrowser = "/usr/bin/chromium";
constexpr const char* kBody = R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}]})";
constexpr const char* kPath = "/v1beta/models/gemini-2.5-flash:generateContent";

class SignInLife : public testing::Test {
 protected:
  SignInLife() {
    gemini_.Respond([this](const RecordedRequest& request) -> std::optional<Reply> {
      constexpr std::string_view kBearer = "Bearer ";
      const std::string_view token = request.Header("authorization");
      if (!token.starts_with(kBearer) || !server_.Accepts(token.substr(kBearer.size()))) {
        return Reply(401).Json(R"({"error":{"code":401,"message":"no","status":"UNAUTHENTICATED"}})");
      }
      Reply reply = request.method == "GET" ? GeminiModels({"gemini-2.5-flash"}) : GeminiUnary("hello");
      const std::lock_guard lock(mutex_);
      if (!held_ || request.method != held_method_) return reply;
      arrived_->Open();
      return reply.StallHead(held_);
    });
    std::filesystem::create_directory(home_.data_dir());
    std::filesystem::permissions(home_.data_dir(), std::filesystem::perms::owner_all);
    WriteFile(home_.File("catalog.json"), server_.CatalogOverride());
    WriteFile(secret_file(), std::string(FakeOAuthServer::kClientSecret));
  }
  // agctl's sign-in to the provider, which prints where the browser is to go.
  Launch SignIn(const std::string& label) const {
    Launch launch = home_.ForAgctl({"accounts", "sign-in", "--provider", "gemini", "--label", label, "--client-id",
                                    std::string(FakeOAuthServer::kClientId), "--client-secret-file", secret_file(),
                                    "--base-url", gemini_.Origin(), "--no-browser"});
    launch.output = Output::kWithErrors;
    return launch;
  }
  std::string secret_file() const { return home_.folder().File("client-secret"); }
  static int Ask(std::uint16_t port) {
    return HttpPost(port, kPath, kBody, {{"content-type", "application/json"}}).status;
  }

  // From now on, requests of that method that the provider takes wait for `held` (null: no longer); the first opens
  // `arrived`.
  void Hold(std::shared_ptr<Gate> held, std::shared_ptr<Gate> arrived, std::string_view method = "POST") {
    const std::lock_guard lock(mutex_);
    held_method_ = method;
    held_ = std::move(held);
    arrived_ = std::move(arrived);
  }

  std::mutex mutex_;
  std::string held_method_;
  std::shared_ptr<Gate> held_;     // shared with the reply that waits
  std::shared_ptr<Gate> arrived_;  // shared with the test
  FakeOAuthServer server_;
  FakeUpstream gemini_;
  DaemonHome home_;
};

// A browser without a window; what its page says at the end.
std::string PageOf(const std::string& url, const TempDir& home) {
  Launch browser;
  // A shell script, on Debian.
  browser.command = {"/bin/sh",       kBrowser,         "--headless", "--no-sandbox",
                     "--disable-gpu", "--no-first-run", "--dump-dom", url};
  browser.environment = {"HOME=" + home.path(), "PATH=/usr/local/bin:/usr/bin:/bin"};
  return RunToEnd(std::move(browser)).out;
}

TEST_F(SignInLife, ARealBrowserIsSentBackAndTheAccountServes) {
  if (!std::filesystem::exists(kBrowser)) {
    ASSERT_EQ(std::getenv("AG_REQUIRE_BROWSER"), nullptr) << kBrowser << " is not installed: scripts/setup does that";
    GTEST_SKIP() << kBrowser << " is not installed";
  }
  Daemon daemon(home_);
  const std::uint16_t port = daemon.port();
  ChildProcess agctl(SignIn("me"));
  const std::string url = agctl.WaitForLine(server_.Origin() + "/authorize");
  ASSERT_FALSE(url.empty());
  EXPECT_THAT(PageOf(url, home_.folder()), HasSubstr("Close this page"));
  const Finished finished = agctl.Wait();
  EXPECT_EQ(finished.code, 0) << finished.err;
  EXPECT_EQ(JsonText(home_.AgctlJson({"accounts", "show", "me"}), "state"), "ready");
  EXPECT_EQ(Ask(port), 200);
  EXPECT_EQ(daemon.Stop().code, 0);
}

// The server ends each refresh token when it gives out the next: one that was used before it was stored would be gone.
TEST_F(SignInLife, SigkillAtTheFirstUseOfARotatedTokenLosesNoSignIn) {
  server_.SetRotation(FakeOAuthServer::Rotation::kRotate);
  {
    Daemon daemon(home_);
    daemon.port();
    const Finished added = home_.Agctl(
        {"accounts", "add", "--provider", "gemini", "--base-url", gemini_.Origin(), "--client-id",
         std::string(FakeOAuthServer::kClientId), "--client-secret-file", secret_file(), "--refresh-token-file", "-"},
        server_.IssueRefreshToken() + "\n");
    ASSERT_EQ(added.code, 0) << added.err;
    daemon.process().Signal(SIGKILL);
    daemon.process().Wait();
  }
  for (int round = 0; round < 8; ++round) {
    server_.Expire();
    const std::size_t refreshed = server_.token_requests();
    Daemon daemon(home_);
    const std::uint16_t port = daemon.port();
    const auto held = std::make_shared<Gate>();
    const auto arrived = std::make_shared<Gate>();
    Hold(held, arrived);
    std::thread client([port] { Ask(port); });
    // The request with the new token is at the provider, and its answer is held back: now.
    EXPECT_TRUE(arrived->Wait());
    daemon.process().Signal(SIGKILL);
    EXPECT_EQ(daemon.process().Wait().code, 128 + SIGKILL);
    held->Open();
    client.join();
    EXPECT_GT(server_.token_requests(), refreshed) << round;
  }
  server_.Expire();
  Hold(nullptr, nullptr);
  Daemon daemon(home_);
  EXPECT_EQ(Ask(daemon.port()), 200);
  EXPECT_EQ(daemon.Stop().code, 0);
}

// A browser that comes back with its code.
void ComeBack(std::string_view url) {
  const std::string_view authority = url.substr(std::string_view("http://").size());
  const std::string_view port = authority.substr(authority.find(':') + 1);
  HttpGet(static_cast<std::uint16_t>(std::stoi(std::string(port))), authority.substr(authority.find('/')));
}

// The code is used up and the refresh token is known here alone: at its first use, and when the person has been told
// that all is well, it is stored.
TEST_F(SignInLife, SigkillBehindACodesExchangeLosesNoSignIn) {
  for (int round = 0; round < 6; ++round) {
    const std::string label = absl::StrCat("me-", round);
    const bool at_first_use = round % 2 == 0;
    const auto held = std::make_shared<Gate>();
    const auto arrived = std::make_shared<Gate>();
    if (at_first_use) Hold(held, arrived, "GET");
    Daemon daemon(home_);
    daemon.port();
    ChildProcess agctl(SignIn(label));
    const std::string line = agctl.WaitForLine(server_.Origin() + "/authorize");
    ASSERT_FALSE(line.empty());
    const std::string back = server_.Authorize(line.substr(line.find(server_.Origin())));
    std::thread browser([&] { ComeBack(back); });
    if (at_first_use) {
      EXPECT_TRUE(arrived->Wait()) << round;
    } else {
      EXPECT_EQ(agctl.Wait().code, 0) << round;
    }
    daemon.process().Signal(SIGKILL);
    EXPECT_EQ(daemon.process().Wait().code, 128 + SIGKILL);
    held->Open();
    browser.join();
    agctl.Wait();
    Hold(nullptr, nullptr);
    Daemon next(home_);
    const std::uint16_t port = next.port();
    EXPECT_EQ(JsonText(home_.AgctlJson({"accounts", "show", label}), "state"), "ready") << round;
    EXPECT_EQ(Ask(port), 200) << round;
    EXPECT_EQ(home_.Agctl({"accounts", "remove", label, "--yes"}).code, 0);
    EXPECT_EQ(next.Stop().code, 0);
  }
}

}  // namespace
}  // namespace ag::test
