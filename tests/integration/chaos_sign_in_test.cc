// A storm on accounts that sign in: their tokens end and are rotated while the authorization server itself is down now
// and then.
#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "proto/client/control_client.h"
#include "tests/fakes/fake_oauth_server.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/integration/storm.h"
#include "tests/support/fast_clock.h"
#include "tests/support/http_client.h"
#include "tests/support/temp_dir.h"

namespace ag::test {
namespace {

constexpr int kAccounts = 3;
constexpr int kSignedIn = 2;  // the first ones; the last has a key
constexpr int kRounds = 24;
constexpr int kEpisode = 200;  // requests that reach a provider
constexpr std::string_view kKey = "AIza-the-key";

enum class Fault { kNone, kLimited, kServerError, kOverloaded, kReset, kCut, kErrorInStream, kRefused };
constexpr int kFaults = 8;

Reply Failure(Fault fault) {
  switch (fault) {
    case Fault::kNone:
      break;
    case Fault::kLimited:
      return GeminiError(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).");
    case Fault::kServerError:
      return GeminiError(500, "INTERNAL", "An internal error has occurred.");
    case Fault::kOverloaded:
      return GeminiError(503, "UNAVAILABLE", "The model is overloaded. Please try again later.");
    case Fault::kReset:
      return Reply().ResetBeforeHead();
    case Fault::kCut:
      return Reply().CloseBeforeHead();
    case Fault::kErrorInStream:
      return Reply().Sse(
          "data: {\"error\":{\"code\":503,\"message\":\"The model is "
          "overloaded.\",\"status\":\"UNAVAILABLE\"}}\r\n\r\n");
    case Fault::kRefused:
      return GeminiError(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
  }
  return GeminiStream(StormDeltas());
}

// Gemini's API with the tokens of one authorization server and one key. In each episode one account is well, apart from
// its token's end. While that is the one with the key, the authorization server may be down.
class GeminiAccounts {
 public:
  GeminiAccounts() {
    tokens_.SetRotation(FakeOAuthServer::Rotation::kRotate);
    tokens_.SetLifetime(std::chrono::minutes(5));
    for (int i = 0; i < kAccounts; ++i) {
      upstreams_[i].Respond([this, i](const RecordedRequest& request) { return Serve(i, request); });
    }
  }

  FakeOAuthServer& tokens() { return tokens_; }
  int served(int account) const { return served_[static_cast<std::size_t>(account)].load(); }
  void SetStormy(bool stormy) {
    const std::lock_guard lock(mutex_);
    stormy_ = stormy;
    tokens_.SetDown(false);
  }

  // Their ids, in order.
  std::vector<std::string> AddTo(Gateway& gateway) {
    std::vector<std::string> ids;
    for (int i = 0; i < kAccounts; ++i) ids.push_back(Add(gateway, i));
    gateway.SetRoute("claude-*", "gemini", "gemini-2.5-flash");
    gateway.SetRoute("gpt-*", "gemini", "gemini-2.5-flash");
    return ids;
  }

 private:
  std::string Add(Gateway& gateway, int number) {
    client::v1::CreateAccountRequest request;
    auto& account = *request.mutable_account();
    account.set_provider("gemini");
    account.set_label(absl::StrCat("account-", number));
    account.set_base_url(upstreams_[number].Origin());
    if (number < kSignedIn) {
      auto& oauth = *account.mutable_oauth();
      oauth.set_client_id(std::string(FakeOAuthServer::kClientId));
      oauth.set_client_secret(std::string(FakeOAuthServer::kClientSecret));
      oauth.set_refresh_token(tokens_.IssueRefreshToken());
    } else {
      account.set_api_key(std::string(kKey));
    }
    const auto created = gateway.control().CreateAccount(request);
    EXPECT_TRUE(created.ok()) << created.status();
    client::v1::TestAccountRequest test;
    test.set_id(created->account().id());
    const auto tested = gateway.control().TestAccount(test);
    EXPECT_TRUE(tested.ok() && tested->ok()) << tested.status();
    return created->account().id();
  }

  bool IsAllowed(int account, const RecordedRequest& request) const {
    if (account >= kSignedIn) return request.Header("x-goog-api-key") == kKey;
    constexpr std::string_view kBearer = "Bearer ";
    const std::string_view token = request.Header("authorization");
    return token.starts_with(kBearer) && tokens_.Accepts(token.substr(kBearer.size()));
  }

  Reply Serve(int account, const RecordedRequest& request) {
    const std::lock_guard lock(mutex_);
    const bool asked = request.method == "POST";
    if (asked && stormy_ && ++requests_ % kEpisode == kEpisode / 2) tokens_.Expire();
    const int episode = requests_ / kEpisode;
    const int well = episode % kAccounts;
    if (stormy_) tokens_.SetDown(well >= kSignedIn && episode / kAccounts % 2 == 0);
    if (!IsAllowed(account, request)) return Failure(Fault::kRefused);
    if (!asked) return GeminiModels({"gemini-2.5-flash"});
    const bool sick = stormy_ && account != well;
    const Fault fault = sick ? static_cast<Fault>(1 + (2 * episode + account) % (kFaults - 1)) : Fault::kNone;
    if (fault == Fault::kNone) ++served_[static_cast<std::size_t>(account)];
    return Failure(fault);
  }

  std::mutex mutex_;
  bool stormy_ = false;
  int requests_ = 0;
  std::array<std::atomic<int>, kAccounts> served_{};
  FakeOAuthServer tokens_;
  std::array<FakeUpstream, kAccounts> upstreams_;
};

TEST(SignedInAccounts, ServeEverybodyThroughAStorm) {
  GeminiAccounts provider;
  const auto folder = std::make_shared<TempDir>();
  WriteFile(folder->File("catalog.json"), provider.tokens().CatalogOverride());
  const FastClock clock(kStormFactor);
  Gateway gateway(
      folder, StormSettings({{"proxy.max_wait_ms", RealSeconds(20)}, {"proxy.retry_for_ms", RealSeconds(30)}}), clock);
  const std::vector<std::string> ids = provider.AddTo(gateway);

  provider.SetStormy(true);
  Tally tally;
  Storm(gateway, kRounds, tally);
  const int all = kStormClients * kRounds;
  EXPECT_EQ(tally.wrong.load(), 0) << tally.first_failure;
  EXPECT_LE(tally.failed.load(), all / 1000) << tally.first_failure;
  EXPECT_EQ(tally.whole.load() + tally.failed.load() + tally.wrong.load(), all);
  EXPECT_GT(provider.tokens().token_requests(), static_cast<std::size_t>(2 * kSignedIn));

  provider.SetStormy(false);
  std::array<int, kAccounts> before{};
  for (int i = 0; i < kAccounts; ++i) before[static_cast<std::size_t>(i)] = provider.served(i);
  const WallTime give_up = clock.Now() + std::chrono::hours(1);
  const auto serves = [&](int account) { return provider.served(account) > before[static_cast<std::size_t>(account)]; };
  for (int round = 0; !(serves(0) && serves(1) && serves(2)); ++round) {
    ASSERT_LT(clock.Now(), give_up) << "a fault that passed has locked an account out";
    AskInStorm(gateway.port(), 0, 1'000 + round);
  }
  for (const std::string& id : ids) gateway.WaitForState(id, client::v1::ACCOUNT_STATE_READY);
}

}  // namespace
}  // namespace ag::test
