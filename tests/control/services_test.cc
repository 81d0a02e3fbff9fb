#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <future>
#include <string>
#include <thread>

#include "gatewayd/telemetry/record_keeper.h"
#include "tests/control/control_harness.h"

namespace ag::test {
namespace {

namespace v1 = client::v1;
using client::ErrorKindOf;
using client::ErrorParamOf;

constexpr char kKey[] = "sk-ant-0123456789abcdef";

class Control : public testing::Test {
 protected:
  client::ControlClient& client() { return harness_.client(); }

  v1::Account Add(const std::string& provider, const std::string& label) {
    v1::CreateAccountRequest request;
    request.mutable_account()->set_provider(provider);
    request.mutable_account()->set_label(label);
    request.mutable_account()->set_api_key(kKey);
    const auto created = client().CreateAccount(request);
    EXPECT_TRUE(created.ok()) << created.status().message();
    return created.ok() ? created->account() : v1::Account();
  }
  v1::Route SetRoute(const std::string& pattern, const std::string& provider) {
    v1::SetRouteRequest request;
    request.mutable_route()->set_pattern(pattern);
    request.mutable_route()->set_provider(provider);
    const auto stored = client().SetRoute(request);
    EXPECT_TRUE(stored.ok()) << stored.status().message();
    return stored.ok() ? stored->route() : v1::Route();
  }

  ControlHarness harness_;
};

TEST_F(Control, ShowsAnAccountWithoutItsSecret) {
  const v1::Account account = Add("anthropic", "work");
  const auto listed = client().ListAccounts({});
  ASSERT_TRUE(listed.ok());
  ASSERT_EQ(listed->accounts_size(), 1);
  EXPECT_EQ(listed->accounts(0).id(), account.id());
  EXPECT_EQ(listed->accounts(0).label(), "work");
  EXPECT_EQ(listed->accounts(0).state(), v1::ACCOUNT_STATE_READY);
  EXPECT_TRUE(listed->accounts(0).enabled());
  EXPECT_FALSE(listed->accounts(0).endpoints().empty());
  EXPECT_EQ(listed->SerializeAsString().find(kKey), std::string::npos);
  EXPECT_EQ(listed->accounts(0).api_key_hint().substr(0, 3), "sk-");
}

TEST_F(Control, NamesKindAndSuggestionOfAnError) {
  v1::CreateAccountRequest request;
  request.mutable_account()->set_provider("antropic");
  request.mutable_account()->set_api_key(kKey);
  const auto created = client().CreateAccount(request);
  ASSERT_FALSE(created.ok());
  EXPECT_EQ(created.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ErrorKindOf(created.status()), "invalid_request");
  EXPECT_NE(std::string(created.status().message()).find("anthropic"), std::string::npos);
}

TEST_F(Control, ChangesOnlyTheMaskedFields) {
  const v1::Account account = Add("anthropic", "work");
  v1::UpdateAccountRequest request;
  request.mutable_account()->set_id(account.id());
  request.mutable_account()->set_label("ignored");
  request.mutable_account()->set_priority(7);
  request.mutable_update_mask()->add_paths("priority");
  const auto updated = client().UpdateAccount(request);
  ASSERT_TRUE(updated.ok()) << updated.status().message();
  EXPECT_EQ(updated->account().priority(), 7);
  EXPECT_EQ(updated->account().label(), "work");
  EXPECT_NE(updated->account().etag(), account.etag());
}

TEST_F(Control, RefusesALostUpdate) {
  const v1::Account account = Add("anthropic", "work");
  v1::UpdateAccountRequest request;
  request.mutable_account()->set_id(account.id());
  request.mutable_account()->set_etag(account.etag());
  request.mutable_update_mask()->add_paths("enabled");
  ASSERT_TRUE(client().UpdateAccount(request).ok());
  EXPECT_EQ(client().UpdateAccount(request).status().code(), absl::StatusCode::kAborted);
  v1::DeleteAccountRequest remove;
  remove.set_id(account.id());
  remove.set_etag(account.etag());
  EXPECT_EQ(client().DeleteAccount(remove).status().code(), absl::StatusCode::kAborted);
}

TEST_F(Control, RefusesAMaskOfUnknownOrNoFields) {
  const v1::Account account = Add("anthropic", "work");
  v1::UpdateAccountRequest request;
  request.mutable_account()->set_id(account.id());
  EXPECT_EQ(ErrorParamOf(client().UpdateAccount(request).status()), "update_mask");
  request.mutable_update_mask()->add_paths("models");
  EXPECT_EQ(ErrorParamOf(client().UpdateAccount(request).status()), "update_mask");
}

TEST_F(Control, PagesAccounts) {
  for (const char* label : {"one", "two", "three"}) Add("anthropic", label);
  v1::ListAccountsRequest request;
  request.set_page_size(2);
  const auto first = client().ListAccounts(request);
  ASSERT_TRUE(first.ok());
  ASSERT_EQ(first->accounts_size(), 2);
  request.set_page_token(first->next_page_token());
  const auto second = client().ListAccounts(request);
  ASSERT_TRUE(second.ok());
  ASSERT_EQ(second->accounts_size(), 1);
  EXPECT_EQ(second->accounts(0).label(), "three");
  EXPECT_EQ(second->next_page_token(), "");
  request.set_page_token("nonsense");
  EXPECT_EQ(ErrorParamOf(client().ListAccounts(request).status()), "page_token");
}

TEST_F(Control, ReplacesTheLimitsOfAnAccount) {
  const v1::Account account = Add("anthropic", "work");
  v1::SetAccountLimitsRequest request;
  request.set_id(account.id());
  request.set_etag(account.etag());
  request.mutable_limits()->set_requests_per_day(100);
  request.mutable_limits()->set_tokens_per_month(5000);
  request.mutable_limits()->set_reserve_percent(20);
  const auto limited = client().SetAccountLimits(request);
  ASSERT_TRUE(limited.ok()) << limited.status().message();
  ASSERT_EQ(limited->account().budgets_size(), 2);
  EXPECT_EQ(limited->account().budgets(0).kind(), v1::LIMIT_KIND_REQUESTS);
  EXPECT_EQ(limited->account().budgets(0).period(), v1::BUDGET_PERIOD_DAY);
  EXPECT_EQ(limited->account().budgets(0).limit(), 100);
  EXPECT_EQ(limited->account().budgets(0).used(), 0);
  EXPECT_EQ(limited->account().limits().reserve_percent(), 20);
  EXPECT_EQ(client().SetAccountLimits(request).status().code(), absl::StatusCode::kAborted) << "an old etag";

  request.clear_etag();
  request.clear_limits();
  request.mutable_limits()->set_tokens_per_day(7);
  const auto replaced = client().SetAccountLimits(request);
  ASSERT_TRUE(replaced.ok()) << replaced.status().message();
  EXPECT_FALSE(replaced->account().limits().has_requests_per_day());
  EXPECT_EQ(replaced->account().limits().tokens_per_day(), 7);
  request.mutable_limits()->set_tokens_per_day(0);
  EXPECT_EQ(ErrorParamOf(client().SetAccountLimits(request).status()), "tokens_per_day");
  request.set_id("acc_nobody");
  EXPECT_EQ(client().SetAccountLimits(request).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(Control, RemovesAnAccount) {
  const v1::Account account = Add("anthropic", "work");
  v1::DeleteAccountRequest request;
  request.set_id(account.id());
  ASSERT_TRUE(client().DeleteAccount(request).ok());
  EXPECT_EQ(client().DeleteAccount(request).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(Control, TestsAnAccount) {
  const v1::Account account = Add("anthropic", "work");
  v1::TestAccountRequest request;
  request.set_id(account.id());
  const auto test = client().TestAccount(request);
  ASSERT_TRUE(test.ok());
  EXPECT_TRUE(test->ok());
  EXPECT_EQ(test->models_size(), 2);
  v1::GetAccountRequest get;
  get.set_id(account.id());
  EXPECT_EQ(client().GetAccount(get)->account().models_size(), 2);
}

TEST_F(Control, AnAnswerAfterTheClientLeftDoesNothing) {
  const v1::Account account = Add("anthropic", "work");
  harness_.OnControl([this] { harness_.upstream().hold = true; });
  client::ControlClientOptions options;
  options.target = harness_.target();
  options.slow_deadline = std::chrono::milliseconds(100);
  client::ControlClient hasty(options);
  v1::TestAccountRequest request;
  request.set_id(account.id());
  EXPECT_EQ(hasty.TestAccount(request).status().code(), absl::StatusCode::kDeadlineExceeded);
  harness_.OnControl([this] {
    ASSERT_EQ(harness_.upstream().held.size(), 1U);
    harness_.upstream().held.front()(control::AccountTest{});
  });
  EXPECT_TRUE(client().ListAccounts({}).ok());
}

TEST_F(Control, ShutdownCancelsACallThatIsNeverAnswered) {
  const v1::Account account = Add("anthropic", "work");
  harness_.OnControl([this] { harness_.upstream().hold = true; });
  v1::TestAccountRequest request;
  request.set_id(account.id());
  auto waiting = std::async(std::launch::async, [&] { return client().TestAccount(request).status(); });
  for (bool arrived = false; !arrived; std::this_thread::yield()) {
    harness_.OnControl([&] { arrived = !harness_.upstream().held.empty(); });
  }
  harness_.StopServer();
  EXPECT_FALSE(waiting.get().ok());
}

TEST_F(Control, KeepsRoutesInOrderAndOnDisk) {
  SetRoute("claude-*", "gemini");
  SetRoute("gpt-5", "anthropic");
  EXPECT_EQ(SetRoute("claude-*", "openai").origin(), "user");
  const auto listed = client().ListRoutes({});
  ASSERT_TRUE(listed.ok());
  ASSERT_EQ(listed->routes_size(), 2);
  EXPECT_EQ(listed->routes(0).pattern(), "claude-*");
  EXPECT_EQ(listed->routes(0).provider(), "openai");
  harness_.OnControl([this] {
    EXPECT_EQ(harness_.proxy().routes_changed, 3);
    store::RouteTable table(harness_.gateway_database());
    routing::RouteBook reopened(table, harness_.catalog(), harness_.clock());
    ASSERT_TRUE(reopened.Load().ok());
    ASSERT_EQ(reopened.routes().size(), 2U);
    EXPECT_EQ(reopened.routes()[0].destinations[0].preset, "openai");
  });
}

TEST_F(Control, KeepsAChainAndWarnsOfModelsThatNobodyLists) {
  v1::TestAccountRequest test;
  test.set_id(Add("anthropic", "work").id());
  ASSERT_TRUE(client().TestAccount(test).ok());  // it lists model-a and model-b
  v1::SetRouteRequest request;
  auto& route = *request.mutable_route();
  route.set_pattern("~^gpt-5(-mini)?$");
  route.set_provider("anthropic");
  route.set_model("modle-a");
  route.add_fallbacks()->set_provider("openai");
  route.add_fallbacks()->set_model("gemini-2.5-pro");
  const auto stored = client().SetRoute(request);
  ASSERT_TRUE(stored.ok()) << stored.status();
  ASSERT_EQ(stored->warnings_size(), 1);
  EXPECT_EQ(stored->warnings(0).code(), "model_not_listed");
  EXPECT_EQ(stored->warnings(0).args(2).value(), "model-a");
  harness_.OnControl([this] {
    store::RouteTable table(harness_.gateway_database());
    routing::RouteBook reopened(table, harness_.catalog(), harness_.clock());
    ASSERT_TRUE(reopened.Load().ok());
    const std::vector<routing::Destination> expected{{"anthropic", "modle-a"}, {"openai", ""}, {"", "gemini-2.5-pro"}};
    EXPECT_EQ(reopened.routes()[0].destinations, expected);
  });
  route.add_fallbacks();
  EXPECT_EQ(ErrorParamOf(client().SetRoute(request).status()), "provider");
}

TEST_F(Control, MovesRoutes) {
  for (const char* pattern : {"~a", "~b", "~c", "~d"}) SetRoute(pattern, "gemini");
  const auto move = [this](const std::string& pattern, v1::Place place, const std::string& anchor) {
    v1::MoveRouteRequest request;
    request.set_pattern(pattern);
    request.set_place(place);
    request.set_anchor_pattern(anchor);
    const auto moved = client().MoveRoute(request);
    if (!moved.ok()) return std::string(moved.status().message());
    std::string order;
    for (const auto& route : moved->routes()) order += route.pattern().substr(1);
    return order;
  };
  EXPECT_EQ(move("~a", v1::PLACE_LAST, {}), "bcda");
  EXPECT_EQ(move("~d", v1::PLACE_FIRST, {}), "dbca");
  EXPECT_EQ(move("~d", v1::PLACE_AFTER, "~c"), "bcda");
  EXPECT_EQ(move("~a", v1::PLACE_BEFORE, "~c"), "bacd");
  EXPECT_EQ(move("~a", v1::PLACE_AFTER, "~a"), "bacd");
  EXPECT_NE(move("~a", v1::PLACE_AFTER, "~z").find("there is no route for \"~z\""), std::string::npos);
  EXPECT_NE(move("~a", v1::PLACE_UNSPECIFIED, {}).find("first"), std::string::npos);
  harness_.OnControl([this] {
    store::RouteTable table(harness_.gateway_database());
    EXPECT_EQ(table.List()->front().pattern, "~b");
  });
}

TEST_F(Control, RemovesAndClearsRoutes) {
  SetRoute("claude-*", "gemini");
  SetRoute("gpt-5", "anthropic");
  v1::DeleteRouteRequest request;
  request.set_pattern("claude-");
  const auto missing = client().DeleteRoute(request).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_NE(std::string(missing.message()).find("claude-*"), std::string::npos);
  request.set_pattern("claude-*");
  EXPECT_TRUE(client().DeleteRoute(request).ok());
  EXPECT_EQ(client().ClearRoutes()->removed_count(), 1);
  EXPECT_EQ(client().ListRoutes({})->routes_size(), 0);
}

TEST_F(Control, RefusesRoutesThatLeadNowhere) {
  v1::SetRouteRequest request;
  request.mutable_route()->set_pattern("gpt-5");
  EXPECT_EQ(ErrorParamOf(client().SetRoute(request).status()), "provider");
  request.mutable_route()->set_provider("opnai");
  const auto status = client().SetRoute(request).status();
  EXPECT_NE(std::string(status.message()).find("openai"), std::string::npos);
  request.mutable_route()->set_provider("openai");
  request.mutable_route()->set_pattern("two words");
  EXPECT_EQ(ErrorParamOf(client().SetRoute(request).status()), "pattern");
  request.mutable_route()->set_pattern("~gpt-(5");
  const auto regex = client().SetRoute(request).status();
  EXPECT_EQ(ErrorParamOf(regex), "pattern");
  EXPECT_NE(std::string(regex.message()).find("missing )"), std::string::npos);
}

TEST_F(Control, OffersAndAppliesRoutePresets) {
  v1::ListRoutePresetsRequest list;
  list.set_provider("gemini");
  const auto presets = client().ListRoutePresets(list);
  ASSERT_TRUE(presets.ok());
  std::string offered;
  for (const auto& preset : presets->presets()) {
    if (preset.offered()) offered += preset.name() + " ";
  }
  EXPECT_NE(offered.find("claude-code"), std::string::npos);
  EXPECT_EQ(offered.find("gemini-cli"), std::string::npos);
  v1::ApplyRoutePresetRequest apply;
  apply.set_preset("claude-code");
  apply.set_provider("gemini");
  const auto applied = client().ApplyRoutePreset(apply);
  ASSERT_TRUE(applied.ok()) << applied.status().message();
  EXPECT_GT(applied->routes_size(), 0);
  EXPECT_EQ(client().ListRoutes({})->routes(0).origin(), "claude-code");
  apply.set_preset("claude-cod");
  EXPECT_EQ(client().ApplyRoutePreset(apply).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(Control, ExplainsWhereAModelGoes) {
  v1::ExplainModelRequest request;
  request.set_model("claude-sonnet-4-5");
  const auto nobody = client().ExplainModel(request);
  ASSERT_TRUE(nobody.ok());
  EXPECT_FALSE(nobody->servable());
  EXPECT_FALSE(nobody->error_message().empty());
  const v1::Account account = Add("anthropic", "work");
  const auto served = client().ExplainModel(request);
  ASSERT_TRUE(served.ok());
  EXPECT_TRUE(served->servable());
  ASSERT_EQ(served->candidates_size(), 1);
  EXPECT_EQ(served->candidates(0).account_id(), account.id());
  EXPECT_TRUE(served->candidates(0).eligible());
  EXPECT_FALSE(served->steps().empty());
  // What a client would be told: that the account cannot serve is no fault of the name.
  harness_.OnControl([&] {
    ErrorDetail refused;
    refused.kind = ErrorKind::kAccountAuth;
    refused.scope = ErrorScope::kAccount;
    harness_.pool().OnRefused(AccountId(account.id()), pool::kFirstAccess, pool::Signal::kSignInRefused, refused);
  });
  const auto refused = client().ExplainModel(request);
  ASSERT_TRUE(refused.ok());
  EXPECT_FALSE(refused->servable());
  EXPECT_EQ(refused->error_kind(), v1::ERROR_KIND_ACCOUNT_AUTH);
}

TEST_F(Control, StartsAndStopsTheProxy) {
  EXPECT_FALSE(client().GetProxyStatus()->status().running());
  EXPECT_TRUE(client().StartProxy()->status().running());
  EXPECT_EQ(client().GetProxyStatus()->status().addresses(0), "127.0.0.1:8045");
  EXPECT_FALSE(client().StopProxy()->status().running());
  harness_.OnControl([this] { harness_.proxy().start_result = absl::UnavailableError("port 8045 is in use"); });
  EXPECT_EQ(client().StartProxy().status().message(), "port 8045 is in use");
}

TEST_F(Control, ListsTheLogPageByPage) {
  harness_.Store({ControlHarness::Record(1), ControlHarness::Record(2), ControlHarness::Record(3)});
  v1::ListRequestsRequest request;
  request.set_page_size(2);
  const auto first = client().ListRequests(request);
  ASSERT_TRUE(first.ok()) << first.status().message();
  ASSERT_EQ(first->requests_size(), 2);
  EXPECT_EQ(first->requests(0).id(), "req-3");
  EXPECT_EQ(first->requests(0).attempt_count(), 2);
  EXPECT_TRUE(first->requests(0).attempts().empty());
  request.set_page_token(first->next_page_token());
  const auto second = client().ListRequests(request);
  ASSERT_EQ(second->requests_size(), 1);
  EXPECT_EQ(second->requests(0).id(), "req-1");
  EXPECT_TRUE(second->next_page_token().empty());
}

TEST_F(Control, TellsTheWholeStoryOfARequest) {
  harness_.Store({ControlHarness::Record(1)});
  v1::GetRequestRequest request;
  request.set_id("req-1");
  const auto answer = client().GetRequest(request);
  ASSERT_TRUE(answer.ok()) << answer.status().message();
  const v1::RequestRecord& record = answer->request();
  ASSERT_EQ(record.attempts_size(), 2);
  EXPECT_EQ(record.attempts(0).error_kind(), v1::ERROR_KIND_RATE_MINUTE);
  EXPECT_EQ(record.attempts(0).error_message(), "slow down");
  EXPECT_FALSE(record.attempts(0).has_head_latency());
  EXPECT_EQ(record.attempts(1).head_latency().nanos(), 4'000'000);
  EXPECT_EQ(record.attempts(1).chosen().code(), "affinity_stand_in");
  ASSERT_EQ(record.losses_size(), 1);
  EXPECT_EQ(record.losses(0).field(), "top_k");
  ASSERT_EQ(record.passed_over_size(), 1);
  EXPECT_EQ(record.passed_over(0).account_label(), "third");
  EXPECT_EQ(record.passed_over(0).reject_reason(), v1::REJECT_REASON_LIMIT_REACHED);
  EXPECT_EQ(record.passed_over(0).available_time().seconds(), 1'762'000'000);
  EXPECT_EQ(record.usage().input(), 1200);
  EXPECT_FALSE(record.usage().has_reasoning());
  EXPECT_EQ(record.gateway_duration().nanos(), 1'000'000);
  request.set_id("req-2");
  EXPECT_EQ(client().GetRequest(request).status().code(), absl::StatusCode::kNotFound);
}

// A list has room for little more than these.
TEST_F(Control, ListsWhatTheProviderSaidOfAFailedRequest) {
  const auto answered = ControlHarness::Record(1);
  telemetry::RequestRecord failed = *answered;
  failed.attempts = answered->attempts.first(1);
  failed.error = failed.attempts.back().error;
  failed.error_text = "Account 'first' (openai): the provider answered 429: slow down";
  telemetry::RequestRecord given_up = failed;
  Arena arena;
  given_up.id = "req-2";
  given_up.started += std::chrono::seconds(1);
  given_up.error = telemetry::Describe(ErrorDetail{.kind = ErrorKind::kNoAccount}, arena);
  harness_.Store({telemetry::RecordKeeper().Keep(failed), telemetry::RecordKeeper().Keep(given_up)});
  const auto answer = client().ListRequests({});
  ASSERT_TRUE(answer.ok()) << answer.status().message();
  ASSERT_EQ(answer->requests_size(), 2);
  EXPECT_EQ(answer->requests(0).provider_message(), "") << "it is not what the client was told";
  EXPECT_EQ(answer->requests(1).provider_message(), "slow down");
  EXPECT_EQ(answer->requests(1).error_message(), failed.error_text);
}

TEST_F(Control, SocketIsForItsOwnerOnly) {
  struct stat info{};
  ASSERT_EQ(::stat((harness_.folder() + "/control.sock").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(Control, SaysWhatToDoWhenNobodyAnswers) {
  harness_.StopServer();
  const auto status = client().GetServerInfo().status();
  EXPECT_TRUE(client::IsNotRunning(status));
  EXPECT_NE(std::string(status.message()).find("start it with `gatewayd`"), std::string::npos);
  EXPECT_NE(std::string(status.message()).find(harness_.folder()), std::string::npos);
}

TEST_F(Control, NamesItself) {
  const auto info = client().GetServerInfo();
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->version(), "9.9.9");
  EXPECT_EQ(info->pid(), ::getpid());
  EXPECT_EQ(info->api_revision(), control::kApiRevision);
  EXPECT_EQ(info->data_dir(), harness_.folder());
  EXPECT_EQ(info->program(), "/usr/bin/gatewayd");
  EXPECT_EQ(info->config_file(), harness_.folder() + "/config.json");
  EXPECT_EQ(info->log_target(), v1::LOG_TARGET_FILE);
  EXPECT_EQ(info->log_file(), harness_.folder() + "/gatewayd.log");
}

}  // namespace
}  // namespace ag::test
