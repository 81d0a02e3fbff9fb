#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "gatewayd/store/account_event_table.h"
#include "gatewayd/store/account_table.h"
#include "gatewayd/store/database.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/support/fast_clock.h"
#include "tests/support/gate.h"
#include "tests/support/http_client.h"
#include "tests/support/temp_dir.h"

// What accounts go through while requests run: pauses and their ends, removal, being switched off.
namespace ag::test {
namespace {

namespace v1 = client::v1;
const std::vector<Field> kJson{{"content-type", "application/json"}};

std::string Chat(std::string_view text, bool stream = false) {
  return absl::StrCat(R"({"model":"gpt-5-mini","stream":)", stream ? "true" : "false",
                      R"(,"messages":[{"role":"user","content":")", std::string(text), R"("}]})");
}

class OpenAi : public FakeUpstream {
 public:
  OpenAi() { On("GET", "/v1/models", OpenAiModels({"gpt-5-mini"})); }
  bool Heard(std::string_view text) const {
    for (const RecordedRequest& request : requests()) {
      if (request.body.find(text) != std::string::npos) return true;
    }
    return false;
  }
};

enum class Way { kRemoved, kSwitchedOff };

class GoesAway : public testing::TestWithParam<Way> {
 protected:
  static void TakeAway(Gateway& gateway, const std::string& id) {
    if (GetParam() == Way::kRemoved) {
      v1::DeleteAccountRequest remove;
      remove.set_id(id);
      EXPECT_TRUE(gateway.control().DeleteAccount(remove).ok());
      return;
    }
    v1::UpdateAccountRequest update;
    update.mutable_account()->set_id(id);
    update.mutable_account()->set_enabled(false);
    update.mutable_update_mask()->add_paths("enabled");
    EXPECT_TRUE(gateway.control().UpdateAccount(update).ok());
  }
};

TEST_P(GoesAway, NoRequestThatBeginsAfterwardsUsesIt) {
  constexpr int kClients = 16;
  constexpr int kAfterwards = 10;  // requests of each client
  OpenAi first;
  OpenAi second;
  for (OpenAi* upstream : {&first, &second}) {
    upstream->Respond([](const RecordedRequest&) { return OpenAiChatUnary("hello"); });
  }
  Gateway gateway;
  const std::string id = gateway.AddAccount("openai", first.Origin(), "first", 10);
  gateway.AddAccount("openai", second.Origin(), "second", 1);
  std::atomic<bool> gone{false};
  std::atomic<int> failed{0};
  std::vector<std::thread> clients;
  for (int client = 0; client < kClients; ++client) {
    clients.emplace_back([&] {
      HttpConnection connection(gateway.port());
      for (int afterwards = 0; afterwards < kAfterwards;) {
        const bool after = gone.load();
        afterwards += after ? 1 : 0;
        const auto reply = connection.Exchange("POST", "/v1/chat/completions", kJson, Chat(after ? "late" : "early"));
        if (reply.status != 200) ++failed;
      }
    });
  }
  EXPECT_TRUE(first.WaitForRequests(100));
  TakeAway(gateway, id);
  gone = true;
  for (auto& client : clients) client.join();
  EXPECT_EQ(failed.load(), 0) << "every request was served, before and after";
  EXPECT_TRUE(first.Heard("early"));
  EXPECT_FALSE(first.Heard("late"));
  EXPECT_TRUE(second.Heard("late"));
}

INSTANTIATE_TEST_SUITE_P(Ways, GoesAway, testing::Values(Way::kRemoved, Way::kSwitchedOff),
                         [](const auto& way) { return way.param == Way::kRemoved ? "Removed" : "SwitchedOff"; });

TEST(RemovedAccount, LeavesNeitherSecretNorHistory) {
  OpenAi upstream;
  Gateway gateway;
  const std::string id = gateway.AddAccount("openai", upstream.Origin(), "mine");
  upstream.Enqueue(OpenAiBadKey());
  EXPECT_EQ(HttpPost(gateway.port(), "/v1/chat/completions", Chat("hi"), kJson).status, 502);
  v1::ListAccountEventsRequest list;
  list.set_id(id);
  const auto events = gateway.control().ListAccountEvents(list);
  ASSERT_TRUE(events.ok()) << events.status();
  ASSERT_GE(events->events_size(), 1);
  EXPECT_EQ(events->events(0).to_condition(), v1::ACCOUNT_CONDITION_NEEDS_SIGN_IN);
  std::string sealed;
  {
    auto database = store::OpenGatewayDatabase(gateway.data_dir());
    ASSERT_TRUE(database.ok()) << database.status();
    sealed = store::AccountTable(**database).List()->at(0).sealed_secret;
  }
  ASSERT_FALSE(sealed.empty());
  const auto on_disk = [&] {
    return ReadFile(gateway.data_dir() + "/gateway.db") + ReadFile(gateway.data_dir() + "/gateway.db-wal");
  };
  ASSERT_NE(on_disk().find(sealed), std::string::npos);
  v1::DeleteAccountRequest remove;
  remove.set_id(id);
  ASSERT_TRUE(gateway.control().DeleteAccount(remove).ok());
  EXPECT_EQ(on_disk().find(sealed), std::string::npos);
  EXPECT_EQ(gateway.control().ListAccountEvents(list).status().code(), absl::StatusCode::kNotFound);
  gateway.Stop();
  auto traffic = store::OpenTrafficDatabase(gateway.data_dir());
  ASSERT_TRUE(traffic.ok()) << traffic.status();
  EXPECT_TRUE(store::AccountEventTable(**traffic).List(id, 10)->empty());
}

TEST(RemovedAccount, TakesItsPinsAlong) {
  OpenAi maker;
  OpenAi other;
  Gateway gateway;
  const std::string id = gateway.AddAccount("openai", maker.Origin(), "maker", 10);
  maker.Enqueue(Reply().Json(R"({"id":"resp_68e1","object":"response","status":"completed","output":[]})"));
  EXPECT_EQ(HttpPost(gateway.port(), "/v1/responses", R"({"model":"gpt-5-mini","input":"hi"})", kJson).status, 200);
  gateway.AddAccount("openai", other.Origin(), "second");
  gateway.AddAccount("openai", other.Origin(), "third");
  v1::DeleteAccountRequest remove;
  remove.set_id(id);
  ASSERT_TRUE(gateway.control().DeleteAccount(remove).ok());
  const auto reply = HttpPost(gateway.port(), "/v1/responses",
                              R"({"model":"gpt-5-mini","input":"and?","previous_response_id":"resp_68e1"})", kJson);
  EXPECT_EQ(reply.status, 404) << "no account is known to have it any more";
}

class Pauses : public testing::Test {
 protected:
  FastClock clock_{20};
  OpenAi upstream_;
  Gateway gateway_{{}, clock_};
};

TEST_F(Pauses, WhoCanBeServedSoonWaits) {
  gateway_.AddAccount("openai", upstream_.Origin());
  upstream_.Enqueue(OpenAiRateLimited("5"));
  upstream_.Respond([](const RecordedRequest&) { return OpenAiChatUnary("hello"); });
  std::atomic<int> served{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back([&] {
      if (HttpPost(gateway_.port(), "/v1/chat/completions", Chat("hi"), kJson).status == 200) ++served;
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(served.load(), 20);
}

TEST_F(Pauses, ALongStreamDoesNotHoldTheHalfOpenPlace) {
  gateway_.AddAccount("openai", upstream_.Origin());
  auto gate = std::make_shared<Gate>();
  upstream_.Enqueue(OpenAiRateLimited("2"));
  upstream_.Enqueue(
      Reply().Sse("data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"long\"}}]}\n\n").Stall(gate));
  HttpConnection streaming(gateway_.port());
  ASSERT_TRUE(streaming.Send("POST", "/v1/chat/completions", kJson, Chat("long", true)));
  ASSERT_EQ(streaming.ReadHead().status, 200);
  ASSERT_TRUE(streaming.ReadPiece());
  upstream_.Enqueue(OpenAiChatUnary("short"));
  EXPECT_EQ(HttpPost(gateway_.port(), "/v1/chat/completions", Chat("short"), kJson).status, 200);
  gate->Open();
}

TEST_F(Pauses, ARefusalThatPassesHealsByItself) {
  const std::string id = gateway_.AddAccount("openai", upstream_.Origin(), "mine");
  upstream_.Enqueue(OpenAiBadKey());
  upstream_.Respond([](const RecordedRequest&) { return OpenAiChatUnary("hello"); });
  EXPECT_EQ(HttpPost(gateway_.port(), "/v1/chat/completions", Chat("hi"), kJson).status, 502);
  // The next request waits for the gateway's own test of the key.
  EXPECT_EQ(HttpPost(gateway_.port(), "/v1/chat/completions", Chat("hi"), kJson).status, 200);
  v1::ListAccountEventsRequest list;
  list.set_id(id);
  const auto events = gateway_.control().ListAccountEvents(list);
  ASSERT_TRUE(events.ok());
  std::vector<v1::AccountSignal> signals;
  for (const auto& event : events->events()) signals.push_back(event.signal());
  EXPECT_THAT(signals, testing::IsSupersetOf({v1::ACCOUNT_SIGNAL_SIGN_IN_REFUSED, v1::ACCOUNT_SIGNAL_TEST_PASSED}));
}

TEST(Restart, KeepsPauses) {
  auto folder = std::make_shared<TempDir>();
  OpenAi upstream;
  std::string id;
  {
    Gateway gateway(folder, {{"proxy.max_wait_ms", "0"}});
    id = gateway.AddAccount("openai", upstream.Origin());
    upstream.Enqueue(OpenAiRateLimited("300"));
    EXPECT_EQ(HttpPost(gateway.port(), "/v1/chat/completions", Chat("hi"), kJson).status, 429);
  }
  Gateway gateway(folder, {{"proxy.max_wait_ms", "0"}});
  v1::GetAccountStatusRequest ask;
  ask.set_id(id);
  const auto status = gateway.control().GetAccountStatus(ask);
  ASSERT_TRUE(status.ok()) << status.status();
  ASSERT_EQ(status->models_size(), 1);
  EXPECT_EQ(status->models(0).condition(), v1::ACCOUNT_CONDITION_COOLING);
  EXPECT_TRUE(status->models(0).has_since_time()) << "the history survives too";
}

}  // namespace
}  // namespace ag::test
