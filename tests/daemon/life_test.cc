// How a running daemon ends, and what its next life finds again.
#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/daemon/daemon.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/support/gate.h"
#include "tests/support/http_client.h"
#include "tests/support/socket.h"

namespace ag::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;
using testing::StartsWith;
using testing::UnorderedElementsAre;

constexpr const char* kChatPath = "/v1/chat/completions";
constexpr const char* kStreamed = R"({"model":"gpt-5-mini","stream":true,"messages":[{"role":"user","content":"hi"}]})";
constexpr const char* kPlain = R"({"model":"gpt-5-mini","messages":[{"role":"user","content":"hi"}]})";

class Life : public testing::Test {
 protected:
  Life() {
    upstream_.On("GET", "/v1/models", OpenAiModels({"gpt-5-mini"}));
    upstream_.Respond([](const RecordedRequest& request) -> std::optional<Reply> {
      if (request.Path() != kChatPath) return std::nullopt;
      return OpenAiChatUnary("hello");
    });
  }
  std::string BaseUrl() const { return upstream_.Origin() + "/v1"; }

  FakeUpstream upstream_;
  DaemonHome home_;
};

// A streamed chat that has brought its first half and waits for `gate`.
class HalfStream {
 public:
  HalfStream(FakeUpstream& upstream, std::uint16_t port, const std::shared_ptr<Gate>& gate) : connection_(port) {
    const std::string event =
        R"(data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-5-mini","choices":[{"index":0,)"
        R"("delta":{"content":"half"},"finish_reason":null}]})";
    Reply reply;
    reply.Header("Content-Type", "text/event-stream").Chunked().Piece(event + "\n\n").Stall(gate);
    reply.Piece("data: [DONE]\n\n");
    upstream.Enqueue(reply);
    EXPECT_TRUE(connection_.Send("POST", kChatPath, {{"Content-Type", "application/json"}}, kStreamed));
    EXPECT_EQ(connection_.ReadHead().status, 200);
    EXPECT_THAT(connection_.ReadPiece().value_or(""), HasSubstr("half"));
  }

  std::string ReadRest() {
    std::string rest;
    while (const auto piece = connection_.ReadPiece()) rest += *piece;
    return rest;
  }
  bool complete() const { return connection_.body_complete(); }

 private:
  HttpConnection connection_;
};

TEST_F(Life, SigtermLetsARunningStreamFinish) {
  Daemon daemon(home_);
  const std::uint16_t port = daemon.port();
  home_.AddAccount("openai", BaseUrl(), "work");
  const auto gate = std::make_shared<Gate>();
  HalfStream stream(upstream_, port, gate);
  daemon.process().Signal(SIGTERM);
  EXPECT_THAT(daemon.process().WaitForLine("ending"), HasSubstr("second signal"));
  while (Connect(port) != nullptr) {
    // It stops to accept at once, while the stream still runs.
  }
  gate->Open();
  EXPECT_THAT(stream.ReadRest(), HasSubstr("[DONE]"));
  EXPECT_TRUE(stream.complete());
  const Finished finished = daemon.process().Wait();
  EXPECT_EQ(finished.code, 0);
  EXPECT_THAT(finished.err, Not(HasSubstr("cutting")));

  Daemon next(home_);
  next.port();
  EXPECT_THAT(JsonTexts(home_.AgctlJson({"monitor", "list"}), "model"), Contains("gpt-5-mini"));
}

TEST_F(Life, ASecondSigtermCutsIt) {
  Daemon daemon(home_);
  const std::uint16_t port = daemon.port();
  home_.AddAccount("openai", BaseUrl(), "work");
  const auto gate = std::make_shared<Gate>();
  HalfStream stream(upstream_, port, gate);
  daemon.process().Signal(SIGTERM);
  ASSERT_THAT(daemon.process().WaitForLine("ending"), HasSubstr("second signal"));
  daemon.process().Signal(SIGTERM);
  EXPECT_THAT(daemon.process().WaitForLine("cutting"), HasSubstr("cutting the requests"));
  EXPECT_THAT(stream.ReadRest(), Not(HasSubstr("[DONE]")));
  EXPECT_EQ(daemon.process().Wait().code, 0);
  EXPECT_TRUE(upstream_.WaitForAborted(1));
}

TEST_F(Life, SigintEndsItToo) {
  Daemon daemon(home_);
  daemon.port();
  daemon.process().Signal(SIGINT);
  EXPECT_EQ(daemon.process().Wait().code, 0);
}

TEST_F(Life, IdleConnectionsAndWatchersDoNotHoldTheEnd) {
  Daemon daemon(home_);
  HttpConnection idle(daemon.port());
  EXPECT_EQ(idle.Exchange("GET", "/v1/models", {}).status, 200);
  const auto silent = Connect(daemon.port());
  home_.AddAccount("openai", BaseUrl(), "work");
  EXPECT_EQ(HttpPost(daemon.port(), kChatPath, kPlain).status, 200);
  Launch watcher = home_.ForAgctl({"monitor"});
  watcher.output = Output::kWithErrors;
  ChildProcess monitor(std::move(watcher));
  EXPECT_THAT(monitor.WaitForLine("gpt-5-mini"), HasSubstr("200"));
  const Finished finished = daemon.Stop();
  EXPECT_EQ(finished.code, 0);
  EXPECT_THAT(finished.err, Not(HasSubstr("cutting")));
  EXPECT_TRUE(idle.AtEnd());
  EXPECT_THAT(monitor.WaitForLine("has left"), HasSubstr("waiting for it to come back"));
}

TEST_F(Life, ThePortIsFreeAtOnceAfterTheEnd) {
  DaemonOptions options;
  for (int round = 0; round < 3; ++round) {
    Daemon daemon(home_, options);
    const std::uint16_t port = daemon.port();
    ASSERT_NE(port, 0);
    // The daemon closes it first, so its side of the connection lingers in TIME_WAIT.
    HttpConnection client(port);
    EXPECT_EQ(client.Exchange("GET", "/v1/models", {}).status, 200);
    EXPECT_EQ(daemon.Stop().code, 0);
    options.port = std::to_string(port);
  }
}

TEST_F(Life, SettingsComeFromTheEnvironment) {
  Daemon first(home_);
  const std::string port = std::to_string(first.port());
  EXPECT_EQ(first.Stop().code, 0);

  DaemonOptions options;
  options.port.clear();
  options.environment = {"AG_PROXY_PORT=" + port, "AG_PROXY_AUTH_MODE=strict"};
  Daemon daemon(home_, options);
  EXPECT_EQ(std::to_string(daemon.port()), port);
  const std::string mode = home_.AgctlJson({"config", "get", "auth_mode"});
  EXPECT_EQ(JsonText(mode, "value"), "strict");
  EXPECT_EQ(JsonText(mode, "source"), "environment");
  EXPECT_EQ(HttpGet(daemon.port(), "/v1/models").status, 401);
}

// A shell that becomes gatewayd, so that the log goes elsewhere than to the test.
Launch ByShell(const DaemonHome& home, const std::string& words) {
  Launch launch = home.ForGatewayd();
  launch.command.insert(launch.command.begin(), {"/bin/sh", "-c", words});
  return launch;
}

TEST_F(Life, TellsWhereItsThingsAre) {
  ChildProcess process(ByShell(home_, R"(cd / && exec "$0" "$@" 2> "$HOME/the log")"));
  const auto deadline = std::chrono::steady_clock::now() + ChildProcess::kPatience;
  while (home_.Agctl({"status"}).code != 0 && std::chrono::steady_clock::now() < deadline) {
  }
  const std::string status = home_.AgctlJson({"status"});
  EXPECT_EQ(JsonText(status, "program"), std::filesystem::canonical(home_.ForGatewayd().command.front()).string());
  EXPECT_EQ(JsonText(status, "data_dir"), home_.data_dir());
  EXPECT_EQ(JsonText(status, "config_file"), home_.File("config.json"));
  EXPECT_EQ(JsonText(status, "log"), "file");
  EXPECT_EQ(JsonText(status, "log_file"), home_.folder().File("the log"));
  EXPECT_THAT(ReadFile(home_.folder().File("the log")), HasSubstr("listening on"));
  home_.AgctlJson({"config", "set", "log.max_age_days", "7"});
  EXPECT_THAT(ReadFile(home_.File("config.json")), HasSubstr("max_age_days")) << "it is where it is said to be";
}

TEST_F(Life, TellsOfTheJournal) {
  // As systemd does: https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html
  ChildProcess process(ByShell(home_, R"(JOURNAL_STREAM=$(stat -Lc %d:%i /proc/self/fd/2) exec "$0" "$@")"));
  ASSERT_NE(process.WaitForLine("listening on"), "");
  EXPECT_EQ(JsonText(home_.AgctlJson({"status"}), "log"), "journal");
  EXPECT_THAT(home_.Agctl({"status"}).out, HasSubstr("journalctl _PID=" + std::to_string(process.pid())));
}

TEST_F(Life, TheGatewayKeyStaysTheSame) {
  DaemonOptions strict;
  strict.environment = {"AG_PROXY_AUTH_MODE=strict"};
  std::string key;
  for (int round = 0; round < 2; ++round) {
    Daemon daemon(home_, strict);
    const std::uint16_t port = daemon.port();
    const std::string now = JsonText(home_.AgctlJson({"config", "get", "proxy.api_key"}), "value");
    EXPECT_THAT(now, testing::StartsWith("sk-"));
    if (round > 0) {
      EXPECT_EQ(now, key);
    }
    key = now;
    EXPECT_EQ(HttpGet(port, "/v1/models", {{"Authorization", "Bearer " + key}}).status, 200);
    EXPECT_EQ(HttpGet(port, "/v1/models", {{"Authorization", "Bearer " + key + "x"}}).status, 401);
    EXPECT_EQ(daemon.Stop().code, 0);
  }
}

TEST_F(Life, AStoppedProxyStaysStopped) {
  {
    Daemon daemon(home_);
    const std::uint16_t port = daemon.port();
    EXPECT_EQ(home_.Agctl({"proxy", "stop"}).code, 0);
    EXPECT_EQ(Connect(port), nullptr);
    EXPECT_EQ(daemon.Stop().code, 0);
  }
  Daemon daemon(home_);
  ASSERT_THAT(daemon.process().WaitForLine("control service on"), HasSubstr(home_.socket()));
  EXPECT_EQ(JsonText(home_.AgctlJson({"proxy", "status"}), "running"), "false");
  EXPECT_EQ(home_.Agctl({"proxy", "start"}).code, 0);
  EXPECT_EQ(JsonText(home_.AgctlJson({"proxy", "status"}), "running"), "true");
  const Finished stopped = daemon.Stop();
  EXPECT_EQ(stopped.code, 0);
  EXPECT_THAT(stopped.err, HasSubstr("agctl proxy start"));
  Daemon again(home_);
  EXPECT_NE(again.port(), 0);
}

TEST_F(Life, TheSandboxReplacesItsAccountsAndKeepsOthers) {
  DaemonOptions sandbox;
  sandbox.arguments = {"--sandbox"};
  for (int round = 0; round < 3; ++round) {
    Daemon daemon(home_, sandbox);
    const std::uint16_t port = daemon.port();
    if (round == 0) home_.AddAccount("openai", BaseUrl(), "mine");
    EXPECT_THAT(JsonTexts(home_.AgctlJson({"accounts", "list"}), "label"),
                UnorderedElementsAre("sandbox-openai", "sandbox-anthropic", "sandbox-gemini", "mine"));
    const std::string url = JsonText(home_.AgctlJson({"status"}), "sandbox_url");
    EXPECT_THAT(url, StartsWith("http://127.0.0.1:"));
    EXPECT_THAT(home_.AgctlJson({"accounts", "list"}), HasSubstr(url + "/v1"))
        << "so that a client knows which they are";
    const HttpResponse reply =
        HttpPost(port, "/v1/messages",
                 R"({"model":"claude-sonnet-4-5","max_tokens":9,"messages":[{"role":"user","content":"hi"}]})",
                 {{"anthropic-version", "2023-06-01"}});
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(daemon.Stop().code, 0);
  }
}

// Chats until the daemon is gone.
class Traffic {
 public:
  Traffic(std::uint16_t port, int count) {
    for (int i = 0; i < count; ++i) threads_.emplace_back([port] { Chat(port); });
  }
  ~Traffic() {
    for (std::thread& thread : threads_) thread.join();
  }
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;

 private:
  static void Chat(std::uint16_t port) {
    HttpConnection connection(port);
    const std::vector<Field> headers{{"Content-Type", "application/json"}};
    while (connection.Exchange("POST", kChatPath, headers, kPlain).status != 0) {
    }
  }
  std::vector<std::thread> threads_;
};

TEST_F(Life, SigkillDuringTrafficLosesNoAccountAndNoRoute) {
  std::vector<std::string> accounts;
  std::vector<std::string> routes;
  for (int round = 0; round < 6; ++round) {
    Daemon daemon(home_);
    const std::uint16_t port = daemon.port();
    EXPECT_THAT(JsonTexts(home_.AgctlJson({"accounts", "list"}), "id"), IsSupersetOf(accounts));
    EXPECT_THAT(JsonTexts(home_.AgctlJson({"routes", "list"}), "pattern"), IsSupersetOf(routes));
    accounts.push_back(home_.AddAccount("openai", BaseUrl(), absl::StrCat("first-", round)));
    const std::size_t before = upstream_.requests().size();
    const Traffic traffic(port, 4);
    EXPECT_TRUE(upstream_.WaitForRequests(before + 100));
    const std::string name = absl::StrCat("second-", round);
    accounts.push_back(home_.AddAccount("openai", BaseUrl(), name));
    EXPECT_EQ(home_.Agctl({"routes", "set", "--match", name, "--provider", "openai"}).code, 0);
    routes.push_back(name);
    // What is being written while it dies may be lost or not; what was acknowledged may not.
    const ChildProcess racing(home_.ForAgctl({"accounts", "add", "--provider", "openai", "--base-url", BaseUrl(),
                                              "--label", absl::StrCat("racing-", round), "--api-key-file", "-"},
                                             "racing-key"));
    const std::size_t now = upstream_.requests().size();
    EXPECT_TRUE(upstream_.WaitForRequests(now + 20U * static_cast<unsigned>(round)));
    daemon.process().Signal(SIGKILL);
    EXPECT_EQ(daemon.process().Wait().code, 128 + SIGKILL);
  }
  Daemon daemon(home_);
  const std::uint16_t port = daemon.port();
  EXPECT_THAT(JsonTexts(home_.AgctlJson({"accounts", "list"}), "id"), IsSupersetOf(accounts));
  EXPECT_THAT(JsonTexts(home_.AgctlJson({"routes", "list"}), "pattern"), IsSupersetOf(routes));
  // The secrets open too.
  EXPECT_EQ(HttpPost(port, kChatPath, kPlain).status, 200);
  EXPECT_THAT(upstream_.requests().back().Header("authorization"), testing::ContainsRegex("Bearer (key-of|racing)"));
  EXPECT_EQ(daemon.Stop().code, 0);
}

}  // namespace
}  // namespace ag::test
