#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "gatewayd/base/clock.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/support/http_client.h"

namespace ag::test {
namespace {

namespace v1 = client::v1;

// 2026-01-15T08:00:00Z, midnight in California.
constexpr std::int64_t kMidnight = 1'768'464'000;

// Begins five seconds before.
class BeforeMidnight final : public Clock {
 public:
  WallTime Now() const override {
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.Steady() - began_);
    return WallTime(std::chrono::seconds(kMidnight - 5)) + passed;
  }
  SteadyTime Steady() const override { return clock_.Steady(); }

 private:
  SystemClock clock_;
  const SteadyTime began_ = clock_.Steady();
};

TEST(DailyQuota, OfGeminiPausesTheModelUntilGoogleGivesItAnew) {
  const BeforeMidnight clock;
  FakeUpstream gemini;
  gemini.On("GET", "/v1beta/models", GeminiModels({"gemini-2.5-flash"}));
  gemini.Enqueue(GeminiQuotaOfTheDay());
  Gateway gateway({}, clock);
  gateway.AddAccount("gemini", gemini.Origin());
  const auto reply =
      HttpPost(gateway.port(), "/v1beta/models/gemini-2.5-flash:generateContent",
               R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}]})", {{"content-type", "application/json"}});
  EXPECT_EQ(reply.status, 429) << reply.body;
  v1::ExplainModelRequest ask;
  ask.set_model("gemini-2.5-flash");
  const auto explained = gateway.control().ExplainModel(ask);
  ASSERT_TRUE(explained.ok()) << explained.status();
  ASSERT_EQ(explained->candidates_size(), 1);
  EXPECT_EQ(explained->candidates(0).reject_reason(), v1::REJECT_REASON_COOLING);
  // A pause of the ladder lasts a minute at least.
  EXPECT_GE(explained->candidates(0).available_time().seconds(), kMidnight);
  EXPECT_LE(explained->candidates(0).available_time().seconds(), kMidnight + 60);
}

}  // namespace
}  // namespace ag::test
