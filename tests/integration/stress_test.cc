#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/support/http_client.h"

namespace ag::test {
namespace {

constexpr int kClients = 64;
constexpr int kRounds = 8;

std::string Stream(int client) {
  // A third passes through, a third is translated, a third asks for a plain reply.
  if (client % 3 == 0) return R"({"model":"gpt-5-mini","stream":true,"messages":[{"role":"user","content":"hi"}]})";
  return std::string(R"({"model":"claude-sonnet-4-5","max_tokens":64,"stream":)") +
         (client % 3 == 1 ? "true" : "false") + R"(,"messages":[{"role":"user","content":"hi"}]})";
}

// 64 clients at once, streams and plain replies, passed through and translated; every fourth leaves in the middle,
// while settings, routes and accounts change. What stays must get its whole answer; nothing may be left in flight.
TEST(Stress, SixtyFourStreamsWhileEverythingChanges) {
  FakeUpstream upstream;
  upstream.Respond([](const RecordedRequest& request) -> std::optional<Reply> {
    if (request.method == "GET") return OpenAiModels({"gpt-5-mini"});
    const bool responses = request.Path() == "/v1/responses";
    if (request.body.find("\"stream\":true") == std::string::npos) {
      return responses ? OpenAiResponsesUnary("hello") : OpenAiChatUnary("hello");
    }
    const std::vector<std::string> deltas{"a", "b", "c", "d", "e", "f"};
    return (responses ? OpenAiResponsesStream(deltas) : OpenAiChatStream(deltas)).SplitEvery(40);
  });
  Gateway gateway;
  gateway.AddAccount("openai", upstream.Origin(), "one");
  gateway.AddAccount("openai", upstream.Origin(), "two");
  gateway.SetRoute("claude-*", "openai", "gpt-5-mini");
  std::atomic<int> whole{0};
  std::atomic<int> broken{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([&, i] {
      const bool leaves = i % 4 == 3;
      for (int round = 0; round < kRounds; ++round) {
        HttpConnection client(gateway.port());
        const char* path = i % 3 == 0 ? "/v1/chat/completions" : "/v1/messages";
        if (!client.Send("POST", path, {{"content-type", "application/json"}}, Stream(i))) continue;
        if (leaves) {
          client.ReadHead();
          continue;
        }
        const HttpResponse response = client.ReadResponse();
        ++(response.status == 200 && response.complete ? whole : broken);
      }
    });
  }
  for (int change = 0; change < 20; ++change) {
    gateway.Set("proxy.max_attempts", change % 2 == 0 ? "4" : "5");
    gateway.SetRoute("extra-" + std::to_string(change), "openai", "gpt-5-mini");
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(whole.load(), kRounds * (kClients - kClients / 4));
  EXPECT_EQ(broken.load(), 0);
  gateway.Stop();
}

}  // namespace
}  // namespace ag::test
