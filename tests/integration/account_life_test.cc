#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
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

std::string Turn(int conversation, int turn, bool stream = false) {
  return absl::StrCat(R"({"model":"gpt-5-mini","stream":)", stream ? "true" : "false", R"(,"prompt_cache_key":"talk-)",
                      conversation, R"(","messages":[{"role":"user","content":"turn )", turn, R"("}]})");
}

// Which providers have heard the turns of a conversation, oldest first: one entry a request.
class Talks {
 public:
  static constexpr int kAccounts = 3;
  static constexpr int kConversations = 8;

  explicit Talks(Gateway& gateway) : gateway_(gateway) {
    for (int i = 0; i < kAccounts; ++i) {
      upstreams_[i].Respond([](const RecordedRequest&) { return OpenAiChatUnary("hello"); });
      ids_.push_back(gateway.AddAccount("openai", upstreams_[i].Origin(), absl::StrCat("account-", i)));
    }
  }
  // The account that serves this turn.
  int Say(int conversation, int turn) {
    const auto before = Heard();
    EXPECT_EQ(HttpPost(gateway_.port(), "/v1/chat/completions", Turn(conversation, turn), kJson).status, 200);
    const auto after = Heard();
    for (int i = 0; i < kAccounts; ++i) {
      if (after[i] > before[i]) return i;
    }
    return -1;
  }
  OpenAi& upstream(int account) { return upstreams_[account]; }
  const std::string& id(int account) const { return ids_[static_cast<std::size_t>(account)]; }

 private:
  std::array<std::size_t, kAccounts> Heard() const {
    std::array<std::size_t, kAccounts> heard{};
    for (int i = 0; i < kAccounts; ++i) heard[i] = upstreams_[i].questions().size();
    return heard;
  }

  Gateway& gateway_;
  std::array<OpenAi, kAccounts> upstreams_;
  std::vector<std::string> ids_;
};

TEST_P(GoesAway, ItsConversationsMoveOnTogetherAndTheOthersStay) {
  Gateway gateway;
  Talks talks(gateway);
  std::array<int, Talks::kConversations> home{};
  for (int talk = 0; talk < Talks::kConversations; ++talk) {
    home[talk] = talks.Say(talk, 1);
    EXPECT_EQ(talks.Say(talk, 2), home[talk]) << "a conversation stays where its cache is";
  }
  const int gone = home[0];

  // A stream of the first conversation is half way when its account goes.
  auto gate = std::make_shared<Gate>();
  talks.upstream(gone).Enqueue(
      Reply()
          .Sse("data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"half\"}}]}\n\n")
          .Stall(gate)
          .Sse("data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
               "data: [DONE]\n\n"));
  HttpConnection streaming(gateway.port());
  ASSERT_TRUE(streaming.Send("POST", "/v1/chat/completions", kJson, Turn(0, 3, true)));
  ASSERT_EQ(streaming.ReadHead().status, 200);
  ASSERT_TRUE(streaming.ReadPiece());
  TakeAway(gateway, talks.id(gone));

  const std::size_t heard = talks.upstream(gone).questions().size();
  for (int talk = 0; talk < Talks::kConversations; ++talk) {
    const int now = talks.Say(talk, 4);
    if (home[talk] == gone) {
      EXPECT_NE(now, gone);
    } else {
      EXPECT_EQ(now, home[talk]) << "what another account's conversations had is kept";
    }
    for (int turn = 5; turn < 8; ++turn) EXPECT_EQ(talks.Say(talk, turn), now) << "moved once, not at each turn";
  }
  EXPECT_EQ(talks.upstream(gone).questions().size(), heard);

  gate->Open();
  std::string rest;
  while (const auto piece = streaming.ReadPiece()) rest += *piece;
  EXPECT_NE(rest.find("[DONE]"), std::string::npos) << "what had begun is brought to its end";
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

class Pauses : public testing::Test {
 protected:
  // Whether the account's history has these signals within ten real seconds.
  bool ComesToBeTold(const std::string& id, const std::vector<v1::AccountSignal>& signals) {
    v1::ListAccountEventsRequest list;
    list.set_id(id);
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < give_up) {
      const auto answer = gateway_.control().ListAccountEvents(list);
      if (!answer.ok()) return false;
      const auto told = [&](v1::AccountSignal signal) {
        return std::ranges::any_of(answer->events(), [&](const auto& event) { return event.signal() == signal; });
      };
      if (std::ranges::all_of(signals, told)) return true;
    }
    return false;
  }

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
  const HttpResponse head = streaming.ReadHead();
  ASSERT_EQ(head.status, 200);
  ASSERT_TRUE(streaming.ReadPiece());
  upstream_.Enqueue(OpenAiChatUnary("short"));
  EXPECT_EQ(HttpPost(gateway_.port(), "/v1/chat/completions", Chat("short"), kJson).status, 200);
  gate->Open();
  while (streaming.ReadPiece()) {
  }
  const auto record = gateway_.WaitForRecordOf(head.Header("x-ag-request-id"));
  ASSERT_EQ(record.attempts_size(), 2);
  EXPECT_EQ(record.attempts(0).chosen().code(), "only_candidate");
  EXPECT_EQ(record.attempts(1).chosen().code(), "half_open");
}

TEST_F(Pauses, ARefusalThatPassesHealsByItself) {
  const std::string id = gateway_.AddAccount("openai", upstream_.Origin(), "mine");
  upstream_.Enqueue(OpenAiBadKey());
  upstream_.Respond([](const RecordedRequest&) { return OpenAiChatUnary("hello"); });
  EXPECT_EQ(HttpPost(gateway_.port(), "/v1/chat/completions", Chat("hi"), kJson).status, 502);
  // The next request waits for the gateway's own test of the key.
  EXPECT_EQ(HttpPost(gateway_.port(), "/v1/chat/completions", Chat("hi"), kJson).status, 200);
  // The request may be served before the story of its account is written.
  EXPECT_TRUE(ComesToBeTold(id, {v1::ACCOUNT_SIGNAL_SIGN_IN_REFUSED, v1::ACCOUNT_SIGNAL_TEST_PASSED}));
}

TEST(PassedOver, IsToldOfARequestThatNobodyCouldServe) {
  OpenAi upstream;
  Gateway gateway({{"proxy.max_wait_ms", "0"}});
  const std::string first = gateway.AddAccount("openai", upstream.Origin(), "first");
  v1::UpdateAccountRequest off;
  off.mutable_account()->set_id(gateway.AddAccount("openai", upstream.Origin(), "second"));
  off.mutable_update_mask()->add_paths("enabled");
  ASSERT_TRUE(gateway.control().UpdateAccount(off).ok());
  gateway.AddAccount("anthropic", upstream.Origin(), "of another provider");
  upstream.Enqueue(OpenAiRateLimited("300"));
  const auto ask = [&] {
    const HttpResponse reply = HttpPost(gateway.port(), "/v1/chat/completions", Chat("hi"), kJson);
    EXPECT_EQ(reply.status, 429);
    return gateway.WaitForRecordOf(reply.Header("x-ag-request-id"));
  };
  v1::RequestRecord record = ask();
  EXPECT_EQ(record.attempts_size(), 1);
  ASSERT_EQ(record.passed_over_size(), 2);
  EXPECT_EQ(record.passed_over(0).account_id(), first);
  EXPECT_EQ(record.passed_over(0).reject_reason(), v1::REJECT_REASON_TRIED);
  EXPECT_EQ(record.passed_over(1).account_label(), "second");
  EXPECT_EQ(record.passed_over(1).model(), "gpt-5-mini");
  EXPECT_EQ(record.passed_over(1).reject_reason(), v1::REJECT_REASON_DISABLED);
  record = ask();
  EXPECT_EQ(record.attempts_size(), 0);
  ASSERT_EQ(record.passed_over_size(), 2);
  EXPECT_EQ(record.passed_over(0).reject_reason(), v1::REJECT_REASON_COOLING);
  EXPECT_GT(record.passed_over(0).available_time().seconds(), record.start_time().seconds() + 200);
}

// What was given up says it too: here after two failures for want of capacity, with an account that was not asked.
TEST(PassedOver, IsToldOfARequestThatWasGivenUp) {
  OpenAi upstream;
  Gateway gateway({{"proxy.max_wait_ms", "0"}, {"proxy.max_attempts", "2"}});
  for (const char* label : {"first", "second"}) gateway.AddAccount("openai", upstream.Origin(), label, 1);
  gateway.AddAccount("openai", upstream.Origin(), "spare");
  upstream.Respond([](const RecordedRequest&) {
    return OpenAiError(503, "server_error", "server_is_overloaded", "The engine is currently overloaded.");
  });
  const HttpResponse reply = HttpPost(gateway.port(), "/v1/chat/completions", Chat("hi"), kJson);
  EXPECT_EQ(reply.status, 503) << reply.body;
  v1::RequestRecord record = gateway.WaitForRecordOf(reply.Header("x-ag-request-id"));
  EXPECT_EQ(record.attempts_size(), 2);
  ASSERT_EQ(record.passed_over_size(), 3);
  EXPECT_EQ(record.passed_over(0).reject_reason(), v1::REJECT_REASON_TRIED);
  EXPECT_EQ(record.passed_over(1).reject_reason(), v1::REJECT_REASON_TRIED);
  EXPECT_EQ(record.passed_over(2).account_label(), "spare");
  EXPECT_EQ(record.passed_over(2).reject_reason(), v1::REJECT_REASON_UNSPECIFIED);
  // A request that is at fault itself is nobody's failure.
  upstream.Respond([](const RecordedRequest&) {
    return OpenAiError(400, "invalid_request_error", "invalid_value", "Invalid value.");
  });
  const HttpResponse invalid = HttpPost(gateway.port(), "/v1/chat/completions", Chat("hi"), kJson);
  EXPECT_EQ(invalid.status, 400);
  record = gateway.WaitForRecordOf(invalid.Header("x-ag-request-id"));
  EXPECT_EQ(record.passed_over_size(), 0);
}

// Its reply may have been billed, so that it is not asked of the other.
TEST(PassedOver, IsToldOfARequestWhoseAnswerNeverBegan) {
  OpenAi upstream;
  Gateway gateway({{"upstream.head_timeout_ms", "1000"}});
  gateway.AddAccount("openai", upstream.Origin(), "slow", 1);
  gateway.AddAccount("openai", upstream.Origin(), "spare");
  const auto gate = std::make_shared<Gate>();
  upstream.Enqueue(OpenAiChatUnary("late").StallHead(gate));
  const HttpResponse reply = HttpPost(gateway.port(), "/v1/chat/completions", Chat("hi"), kJson);
  EXPECT_EQ(reply.status, 504) << reply.body;
  const v1::RequestRecord record = gateway.WaitForRecordOf(reply.Header("x-ag-request-id"));
  ASSERT_EQ(record.passed_over_size(), 2);
  EXPECT_EQ(record.passed_over(0).reject_reason(), v1::REJECT_REASON_TRIED);
  EXPECT_EQ(record.passed_over(1).account_label(), "spare");
  EXPECT_EQ(record.passed_over(1).reject_reason(), v1::REJECT_REASON_UNSPECIFIED);
  gate->Open();
}

// A clock that a test sets forward, as a machine does that wakes from sleep: steady time did not run meanwhile.
class WakingClock final : public Clock {
 public:
  WallTime Now() const override { return clock_.Now() + std::chrono::hours(slept_.load()); }
  SteadyTime Steady() const override { return clock_.Steady(); }
  void Sleep(int hours) { slept_ += hours; }

 private:
  FastClock clock_{20};
  std::atomic<int> slept_{0};
};

TEST(HalfOpenPlace, IsGivenBackByARequestThatItsAccountCannotServe) {
  OpenAi upstream;
  FastClock clock{20};
  Gateway gateway({{"proxy.max_wait_ms", "0"}}, clock);
  gateway.AddAccount("openai", upstream.Origin());
  upstream.Enqueue(OpenAiRateLimited("5"));
  EXPECT_EQ(HttpPost(gateway.port(), "/v1/chat/completions", Chat("hi"), kJson).status, 429);
  upstream.Respond([](const RecordedRequest&) { return OpenAiChatUnary("hello"); });
  const std::string thread =
      R"({"model":"gpt-5-mini","max_tokens":9,"thread":{"type":"create"},"messages":[{"role":"user","content":"hi"}]})";
  int status = 429;  // while the pause lasts
  const WallTime began = clock.Now();
  while (status == 429 && clock.Now() < began + std::chrono::minutes(10)) {
    status = HttpPost(gateway.port(), "/v1/messages", thread, kJson).status;
  }
  EXPECT_EQ(status, 400);
  const auto next = HttpPost(gateway.port(), "/v1/chat/completions", Chat("hi"), kJson);
  EXPECT_EQ(next.status, 200) << next.body;
  const auto record = gateway.WaitForRecordOf(next.Header("x-ag-request-id"));
  ASSERT_EQ(record.attempts_size(), 1);
  EXPECT_EQ(record.attempts(0).chosen().code(), "half_open");
}

TEST(Sleep, EndsThePauseOfAForbiddenAccount) {
  OpenAi upstream;
  WakingClock clock;
  Gateway gateway({{"proxy.max_wait_ms", "0"}}, clock);
  const std::string id = gateway.AddAccount("openai", upstream.Origin());
  upstream.Enqueue(OpenAiError(403, "invalid_request_error", "not_now", "not now").Header("retry-after", "7200"));
  EXPECT_GE(HttpPost(gateway.port(), "/v1/chat/completions", Chat("hi"), kJson).status, 400);
  upstream.Respond([](const RecordedRequest&) { return OpenAiChatUnary("hello"); });
  const auto ask = [&] { return HttpPost(gateway.port(), "/v1/chat/completions", Chat("hi"), kJson).status; };
  const WallTime began = clock.Now();
  // The shards hear a moment later that it is forbidden.
  int status = 200;
  while (status == 200 && clock.Now() < began + std::chrono::minutes(10)) status = ask();
  ASSERT_GE(status, 400);
  clock.Sleep(3);
  const WallTime woke = clock.Now();
  while (status != 200 && clock.Now() < woke + std::chrono::hours(1)) status = ask();
  EXPECT_EQ(status, 200);
  EXPECT_LT(clock.Now(), woke + std::chrono::minutes(10)) << "not when the timer of before the sleep is over";
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

TEST(AccountLife, StreamsThatBreakOffPauseTheAccount) {
  OpenAi upstream;
  Gateway gateway;
  const std::string id = gateway.AddAccount("openai", upstream.Origin());
  const char* const begun =
      R"(data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-5-mini",)"
      R"("choices":[{"index":0,"delta":{"role":"assistant","content":"one "},"finish_reason":null}]})"
      "\n\n";
  for (int i = 1; i <= 3; ++i) {
    upstream.Enqueue(Reply().Sse(begun).CutReset());
    HttpConnection client(gateway.port());
    ASSERT_TRUE(client.Send("POST", "/v1/chat/completions", kJson, Chat("hi", true)));
    EXPECT_EQ(client.ReadHead().status, 200);
    EXPECT_NE(client.ReadPiece().value_or("").find("one "), std::string::npos) << "the client had some of it";
    while (client.ReadPiece()) continue;
    gateway.WaitForRecord(i);
  }
  v1::ListAccountEventsRequest list;
  list.set_id(id);
  const auto events = gateway.control().ListAccountEvents(list);
  ASSERT_TRUE(events.ok()) << events.status();
  ASSERT_GE(events->events_size(), 1);
  EXPECT_EQ(events->events(events->events_size() - 1).signal(), v1::ACCOUNT_SIGNAL_NETWORK_FAILED);
  EXPECT_EQ(events->events(events->events_size() - 1).to_condition(), v1::ACCOUNT_CONDITION_COOLING);
}

}  // namespace
}  // namespace ag::test
