#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/integration/storm.h"
#include "tests/support/fast_clock.h"
#include "tests/support/gate.h"
#include "tests/support/http_client.h"

namespace ag::test {
namespace {

constexpr int kClients = 25;  // more than one window of the retry budget has retries for

// An outage that is over before anybody has given up.
TEST(RetryBudget, IsWaitedForWhereThereIsTime) {
  const auto all_here = std::make_shared<Gate>();
  std::atomic<int> arrived = 0;
  FakeUpstream upstream;
  upstream.On("GET", "/v1/models", OpenAiModels({"gpt-5-mini"}));
  upstream.Respond([&](const RecordedRequest&) {
    if (++arrived > kClients) return OpenAiChatUnary("well again");
    if (arrived == kClients) all_here->Open();
    return OpenAiError(500, "server_error", "server_error", "An internal error has occurred.").StallHead(all_here);
  });
  const FastClock clock(kStormFactor);
  Gateway gateway(StormSettings({{"proxy.shards", "1"}, {"proxy.max_wait_ms", RealSeconds(20)}}), clock);
  gateway.AddAccount("openai", upstream.Origin());
  std::vector<std::thread> clients;
  std::atomic<int> served = 0;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([&] {
      const auto reply = HttpPost(gateway.port(), "/v1/chat/completions",
                                  R"({"model":"gpt-5-mini","messages":[{"role":"user","content":"hi"}]})",
                                  {{"content-type", "application/json"}});
      served += reply.status == 200 ? 1 : 0;
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(served.load(), kClients);
}

}  // namespace
}  // namespace ag::test
