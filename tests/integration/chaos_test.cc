#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/fakes/tls_identity.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/integration/storm.h"
#include "tests/support/fast_clock.h"
#include "tests/support/http_client.h"
#include "tests/support/temp_dir.h"

namespace ag::test {
namespace {

constexpr int kAccounts = 3;
constexpr int kRounds = 24;
constexpr int kEpisode = 150;  // requests that reach a provider

enum class Fault {
  kNone,
  kLimitedWithHint,
  kLimited,
  kServerError,
  kUnavailable,
  kOverloaded,
  kReset,
  kCut,
  kErrorInStream,
  kBrokenTls,  // garbage where there is no TLS
  kBadKey,
  kExpiredToken,
  kCutContent,  // after the client has had some of the answer: nobody can try again
};
constexpr int kFaults = 12;  // that another account makes good

Reply Answer(const RecordedRequest& request) {
  if (request.method == "GET") return OpenAiModels({"gpt-5-mini"});
  return request.Path() == "/v1/responses" ? OpenAiResponsesStream(StormDeltas()) : OpenAiChatStream(StormDeltas());
}

// The first delta, then the end of the connection, by FIN or by RST.
Reply Cut(const RecordedRequest& request, bool reset) {
  Reply reply;
  if (request.Path() == "/v1/responses") {
    reply.Sse(
        "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"id\":"
        "\"resp_1\",\"object\":\"response\",\"status\":\"in_progress\",\"model\":\"gpt-5-mini\",\"output\":[]}}\n\n"
        "event: response.output_item.added\ndata: {\"type\":\"response.output_item.added\",\"sequence_number\":1,"
        "\"output_index\":0,\"item\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"status\":"
        "\"in_progress\",\"content\":[]}}\n\n"
        "event: response.content_part.added\ndata: {\"type\":\"response.content_part.added\",\"sequence_number\":2,"
        "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"part\":{\"type\":\"output_text\",\"text\":\"\","
        "\"annotations\":[]}}\n\n"
        "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":3,"
        "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":\"one \"}\n\n");
  } else {
    reply.Sse(
        "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"gpt-5-mini\","
        "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"one "
        "\"},\"finish_reason\":null}]}\n\n");
  }
  return reset ? reply.CutReset() : reply.CutClean();
}

Reply Failure(Fault fault, const RecordedRequest& request) {
  switch (fault) {
    case Fault::kNone:
      break;
    case Fault::kLimitedWithHint:
      return OpenAiRateLimited("5");
    case Fault::kLimited:
      return OpenAiError(429, "requests", "rate_limit_exceeded", "Rate limit reached");
    case Fault::kServerError:
      return OpenAiError(500, "server_error", "server_error", "The server had an error");
    case Fault::kUnavailable:
      return OpenAiError(503, "server_error", "server_is_overloaded", "The model is overloaded");
    case Fault::kOverloaded:
      return AnthropicOverloaded();
    case Fault::kReset:
      return Reply().ResetBeforeHead();
    case Fault::kCut:
      return Reply().CloseBeforeHead();
    case Fault::kErrorInStream:
      return Reply().Sse("data: {\"error\":{\"type\":\"server_error\",\"message\":\"The server had an error\"}}\n\n");
    case Fault::kBrokenTls:
      return Reply().Raw("\x15\x03\x01 this is no HTTP\r\n\r\n");
    case Fault::kBadKey:
      return OpenAiBadKey();
    case Fault::kExpiredToken:
      return OpenAiError(401, "invalid_request_error", "token_expired", "Provided authentication token is expired.");
    case Fault::kCutContent:
      return Cut(request, request.connection % 2 == 0);
  }
  return Answer(request);
}

// Three providers whose faults a test sets; each counts what it served well.
class Providers {
 public:
  Providers() : tls_(identity_) {
    for (int i = 0; i < kAccounts; ++i) {
      At(i).Respond([this, i](const RecordedRequest& request) { return Serve(i, request); });
    }
    WriteFile(folder_.File("ca.pem"), identity_.ca_pem());
  }

  FakeUpstream& At(int index) { return index == 0 ? tls_ : plain_[static_cast<std::size_t>(index) - 1]; }
  std::string ca_file() const { return folder_.File("ca.pem"); }
  // Which fault each has, by how many requests have come to any of them.
  using Schedule = std::function<Fault(int account, int requests)>;
  void Follow(Schedule schedule) {
    const std::lock_guard lock(mutex_);
    schedule_ = std::move(schedule);
    tls_.BreakTls(false);
  }
  int served(int account) const { return served_[static_cast<std::size_t>(account)].load(); }

  void AddTo(Gateway& gateway) {
    for (int i = 0; i < kAccounts; ++i) gateway.AddAccount("openai", At(i).Origin(), absl::StrCat("account-", i));
    gateway.SetRoute("claude-*", "openai", "gpt-5-mini");
  }

 private:
  Reply Serve(int account, const RecordedRequest& request) {
    const std::lock_guard lock(mutex_);
    if (request.method == "POST") ++requests_;
    // Handshakes fail as long as the fault lasts; requests on connections that stand fail by what takes its place.
    tls_.BreakTls(schedule_(0, requests_) == Fault::kBrokenTls);
    const Fault fault = schedule_(account, requests_);
    if (fault == Fault::kNone && request.method == "POST") ++served_[static_cast<std::size_t>(account)];
    return Failure(fault, request);
  }

  TempDir folder_;
  TlsIdentity identity_;
  std::mutex mutex_;
  Schedule schedule_ = [](int, int) { return Fault::kNone; };
  int requests_ = 0;
  std::array<std::atomic<int>, kAccounts> served_{};
  FakeUpstream tls_;
  std::array<FakeUpstream, kAccounts - 1> plain_;
};

// At every moment one account is well; which, and what the others have, changes with each episode.
Fault EpisodeFault(int account, int requests) {
  const int episode = requests / kEpisode;
  if (episode % kAccounts == account) return Fault::kNone;
  return static_cast<Fault>(1 + (episode * (kAccounts - 1) + account) % (kFaults - 1));
}

class Chaos : public testing::Test {
 protected:
  explicit Chaos(const Settings& more = {}) : gateway_(Patient(providers_.ca_file(), more), clock_) {
    providers_.AddTo(gateway_);
  }

  static Settings Patient(const std::string& ca_file, Settings more) {
    more.insert({"upstream.ca_file", ca_file});
    return StormSettings(std::move(more));
  }

  // Requests until each account has served again; false when the clock has run for an hour.
  bool AllServeAgain() {
    std::array<int, kAccounts> before{};
    for (int i = 0; i < kAccounts; ++i) before[static_cast<std::size_t>(i)] = providers_.served(i);
    const WallTime give_up = clock_.Now() + std::chrono::hours(1);
    for (int round = 0; clock_.Now() < give_up; ++round) {
      AskInStorm(gateway_.port(), 0, 1'000 + round);
      bool all = true;
      for (int i = 0; i < kAccounts; ++i) all = all && providers_.served(i) > before[static_cast<std::size_t>(i)];
      if (all) return true;
    }
    return false;
  }

  FastClock clock_{kStormFactor};
  Providers providers_;
  Gateway gateway_;
};

// Whoever waits for the account that is well gives up by the real clock too.
class OneIsWell : public Chaos {
 protected:
  OneIsWell() : Chaos({{"proxy.max_wait_ms", RealSeconds(20)}, {"proxy.retry_for_ms", RealSeconds(30)}}) {}
};

TEST_F(OneIsWell, EverybodyIsServed) {
  providers_.Follow(EpisodeFault);
  Tally tally;
  Storm(gateway_, kRounds, tally);
  const int all = kStormClients * kRounds;
  EXPECT_EQ(tally.wrong.load(), 0) << tally.first_failure;
  EXPECT_LE(tally.failed.load(), all / 1000) << tally.first_failure;
  EXPECT_EQ(tally.whole.load() + tally.failed.load() + tally.wrong.load(), all);
  providers_.Follow([](int, int) { return Fault::kNone; });
  EXPECT_TRUE(AllServeAgain()) << "a fault that passed has locked an account out";
}

// What a client has begun to read cannot be tried again: then it must see that it was cut.
TEST_F(OneIsWell, AnAnswerThatWasCutIsNeverTakenForAWholeOne) {
  providers_.Follow(
      [](int account, int requests) { return account != 0 && requests % 3 == 0 ? Fault::kCutContent : Fault::kNone; });
  Tally tally;
  Storm(gateway_, 6, tally);
  EXPECT_EQ(tally.wrong.load(), 0) << tally.first_failure;
  EXPECT_GT(tally.failed.load(), 0);
  EXPECT_GT(tally.whole.load(), 0);
}

struct Outage {
  const char* name;
  std::array<Fault, kAccounts> faults;  // each account's
  std::vector<int> statuses;            // that a client may be told
};
constexpr std::array<Fault, kAccounts> All(Fault fault) { return {fault, fault, fault}; }

// The status that would go with an error that a stream tells, once it has begun with 200; 0 when it tells none.
int StatusOfStream(const HttpResponse& reply, bool anthropic) {
  static const std::vector<std::pair<std::string, int>> kAnthropic{{"rate_limit_error", 429},
                                                                   {"overloaded_error", 529},
                                                                   {"timeout_error", 504},
                                                                   {"authentication_error", 401},
                                                                   {"api_error", 500}};
  static const std::vector<std::pair<std::string, int>> kOpenAi{{"rate_limit_error", 429},
                                                                {"rate_limit_exceeded", 429},
                                                                {"authentication_error", 401},
                                                                {"service_unavailable_error", 503},
                                                                {"server_error", 500}};
  const std::size_t error = reply.body.find("\"error\"");
  if (error == std::string::npos) return 0;
  for (const auto& [type, status] : anthropic ? kAnthropic : kOpenAi) {
    if (reply.body.find(absl::StrCat("\"", type, "\""), error) != std::string::npos) return status;
  }
  return 0;
}

class AllSick : public Chaos, public testing::WithParamInterface<Outage> {};

TEST_P(AllSick, EverybodyIsToldWhatIsWrongInTime) {
  providers_.Follow([](int account, int) { return GetParam().faults[static_cast<std::size_t>(account)]; });
  const WallTime began = clock_.Now();
  std::atomic<int> strange{0};
  std::mutex mutex;
  std::string first;
  std::vector<std::thread> clients;
  for (int client = 0; client < kStormClients; ++client) {
    clients.emplace_back([&, client] {
      const HttpResponse reply = AskInStorm(gateway_.port(), client, 0);
      const bool anthropic = client % 2 == 1;
      // A stream that was begun by a keep-alive is told in its own way. There one type stands for all 5xx.
      const bool begun = reply.status == 200;
      const int status = begun ? StatusOfStream(reply, anthropic) : reply.status;
      const auto fits = [&](int expected) { return begun && status >= 500 ? expected >= 500 : expected == status; };
      const bool told = !begun || JudgeReply(reply, anthropic) == Ending::kFailed;
      if (told && std::any_of(GetParam().statuses.begin(), GetParam().statuses.end(), fits)) return;
      ++strange;
      const std::lock_guard lock(mutex);
      if (first.empty()) first = absl::StrCat(reply.status, " ", reply.body.substr(0, 600));
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(strange.load(), 0) << first;
  // proxy.max_wait_ms and proxy.retry_for_ms bound it: 20 s and 60 s.
  EXPECT_LT(clock_.Now() - began, std::chrono::seconds(120));
  providers_.Follow([](int, int) { return Fault::kNone; });
  EXPECT_TRUE(AllServeAgain());
}

INSTANTIATE_TEST_SUITE_P(
    Outages, AllSick,
    testing::Values(
        Outage{"LimitedWithHint", All(Fault::kLimitedWithHint), {429}}, Outage{"Limited", All(Fault::kLimited), {429}},
        Outage{"ServerError", All(Fault::kServerError), {500, 502, 503}},
        Outage{"Unavailable", All(Fault::kUnavailable), {503, 529}},
        Outage{"Overloaded", All(Fault::kOverloaded), {503, 529}}, Outage{"Reset", All(Fault::kReset), {502, 503}},
        Outage{"Cut", All(Fault::kCut), {502, 503}},
        Outage{"ErrorInStream", All(Fault::kErrorInStream), {500, 502, 503}},
        Outage{"BrokenTls", {Fault::kBrokenTls, Fault::kReset, Fault::kCut}, {502, 503}},
        Outage{"BadKey", All(Fault::kBadKey), {502, 503}}, Outage{"Expired", All(Fault::kExpiredToken), {502, 503}},
        Outage{"ServersOfEachKind", {Fault::kServerError, Fault::kOverloaded, Fault::kReset}, {500, 502, 503, 529}},
        Outage{"OneLimitedOthersRefused", {Fault::kLimitedWithHint, Fault::kBadKey, Fault::kExpiredToken}, {429}}),
    [](const testing::TestParamInfo<Outage>& outage) { return outage.param.name; });

}  // namespace
}  // namespace ag::test
