#include "gatewayd/pool/account_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "gatewayd/base/error.h"
#include "tests/pool/account_pool_fixture.h"
#include "tests/support/temp_dir.h"

namespace ag::pool {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST_F(AccountPoolTest, AddsAnAccountWithThePresetsEndpoints) {
  const Account account = Added(New());
  EXPECT_THAT(account.id.value(), StartsWith("acc_"));
  EXPECT_EQ(account.id.value().size(), 16U);
  EXPECT_EQ(account.label, "openai-1");
  EXPECT_EQ(account.endpoints.at(Dialect::kChat).base_url, "https://api.openai.com/v1");
  EXPECT_EQ(account.credential.secret.Reveal(), kKey);
  EXPECT_EQ(account.created, clock_.Now());
  EXPECT_EQ(Added(New()).label, "openai-2");
}

TEST_F(AccountPoolTest, StoresBeforeItPublishes) {
  const Account account = Added(New());  // the observer compares
  AccountChange change;
  change.label = "renamed";
  ASSERT_TRUE(pool_->Change(account.id, change).ok());
  pool_->SetState(account.id, AccountState::kForbidden, Reason{"verify", {}});
  ASSERT_TRUE(pool_->Remove(account.id).ok());
  EXPECT_EQ(observer_->versions, (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
}

TEST_F(AccountPoolTest, PublishesNothingWhenTheDatabaseRefuses) {
  const Account account = Added(New());
  const auto before = pool_->snapshot();
  ASSERT_TRUE(database_->Execute("DROP TABLE accounts").ok());
  EXPECT_FALSE(pool_->Add(New()).ok());
  AccountChange change;
  change.enabled = false;
  EXPECT_FALSE(pool_->Change(account.id, change).ok());
  EXPECT_FALSE(pool_->Remove(account.id).ok());
  EXPECT_EQ(pool_->snapshot(), before);
}

TEST_F(AccountPoolTest, StoresNoSecretInClearText) {
  Added(New());
  for (const char* file : {"gateway.db", "gateway.db-wal"}) {
    EXPECT_EQ(test::ReadFile(dir_.File(file)).find(kKey), std::string::npos) << file;
  }
  ASSERT_TRUE(database_->Execute("PRAGMA wal_checkpoint(TRUNCATE)").ok());
  EXPECT_NE(test::ReadFile(dir_.File("gateway.db")).find("openai-1"), std::string::npos);
}

TEST_F(AccountPoolTest, LoadsEqualAccountsAfterARestart) {
  NewAccount wanted = New("deepseek", "mine");
  wanted.base_url = "http://127.0.0.1:9999";
  wanted.project = "p";
  wanted.location = "l";
  wanted.quota_group = "g";
  wanted.priority = 3;
  wanted.weight = 7;
  const Account account = Added(std::move(wanted));
  pool_->SetModels(account.id, {"deepseek-chat", "deepseek-reasoner"});
  pool_->SetState(account.id, AccountState::kForbidden, Reason{"verify", {{"minutes", "10"}, {"at", "x"}}});
  Added(New("openai", "second"));
  Restart();
  ASSERT_EQ(pool_->snapshot()->accounts.size(), 2U);
  EXPECT_EQ(pool_->snapshot()->accounts[1].account.label, "second");
  const Account& loaded = pool_->snapshot()->accounts[0].account;
  EXPECT_EQ(loaded.id, account.id);
  EXPECT_EQ(loaded.label, "mine");
  EXPECT_EQ(loaded.preset, "deepseek");
  EXPECT_EQ(loaded.family, account.family);
  ASSERT_EQ(loaded.endpoints.size(), account.endpoints.size());
  for (const auto& [dialect, endpoint] : account.endpoints) {
    EXPECT_THAT(endpoint.base_url, StartsWith("http://127.0.0.1:9999/v1"));
    EXPECT_EQ(loaded.endpoints.at(dialect).base_url, endpoint.base_url);
    EXPECT_EQ(loaded.endpoints.at(dialect).auth, endpoint.auth);
  }
  EXPECT_EQ(loaded.quirks.max_completion_tokens, account.quirks.max_completion_tokens);
  EXPECT_EQ(loaded.models, (std::vector<std::string>{"deepseek-chat", "deepseek-reasoner"}));
  EXPECT_EQ(loaded.models_refreshed, clock_.Now());
  EXPECT_EQ(loaded.project, "p");
  EXPECT_EQ(loaded.location, "l");
  EXPECT_EQ(loaded.quota_group, "g");
  EXPECT_EQ(loaded.priority, 3);
  EXPECT_EQ(loaded.weight, 7);
  EXPECT_EQ(loaded.credential.secret.Reveal(), kKey);
  EXPECT_EQ(loaded.state, AccountState::kForbidden);
  EXPECT_EQ(loaded.state_reason, (Reason{"verify", {{"minutes", "10"}, {"at", "x"}}}));
  EXPECT_EQ(loaded.created, account.created);
}

TEST_F(AccountPoolTest, APlaceInTheCloudIsPartOfTheAddress) {
  NewAccount wanted = New("vertex");
  wanted.project = "my-project";
  const Account account = Added(wanted);
  EXPECT_EQ(account.location, "global");
  EXPECT_TRUE(account.quirks.vertex);
  EXPECT_EQ(account.endpoints.at(Dialect::kGemini).base_url,
            "https://aiplatform.googleapis.com/v1/projects/my-project/locations/global/publishers/google");
  wanted.label = "b";
  wanted.location = "us-east5";
  wanted.base_url = "https://vertex.example/ignored";
  EXPECT_EQ(Added(wanted).endpoints.at(Dialect::kGemini).base_url,
            "https://vertex.example/v1/projects/my-project/locations/us-east5/publishers/google");
}

TEST_F(AccountPoolTest, RefusesPlacesThatWouldLeadTheKeyElsewhere) {
  NewAccount wanted = New("vertex");
  ExpectRefused(wanted, "project", "needs the id");
  for (const char* project : {"a/b", "../x", "a b", "a?b", "A"}) {
    wanted.project = project;
    ExpectRefused(wanted, "project", "no id");
  }
  wanted.project = "p";
  for (const char* location : {"evil.example/", "a.b", "x@y", "{location}"}) {
    wanted.location = location;
    ExpectRefused(wanted, "location", "must be one such as");
  }
}

TEST_F(AccountPoolTest, RestoresCooldownsAfterARestart) {
  const AccountId id = Added(New()).id;
  Cool(id, ErrorScope::kModel, seconds(60));
  Cool(id, ErrorScope::kAccount, seconds(20));
  Restart();
  EXPECT_EQ(Pooled(id).cooldowns->Check("gpt-5", clock_.Now()).until, clock_.Now() + seconds(60));
  EXPECT_EQ(Pooled(id).cooldowns->Check("other", clock_.Now()).until, clock_.Now() + seconds(20));
  EXPECT_TRUE(Pooled(id).cooldowns->Check("gpt-5", clock_.Now()).provider_hint);
  pool_->ClearCooldowns(id);
  Restart();
  EXPECT_TRUE(Pooled(id).cooldowns->List(clock_.Now()).empty());
}

// A restart is no proof that the quota is back.
TEST_F(AccountPoolTest, GoesOnWithALadderAfterARestart) {
  const AccountId id = Added(New()).id;
  ErrorDetail used_up;
  used_up.kind = ErrorKind::kQuotaDay;
  used_up.scope = ErrorScope::kAccount;
  const auto fail = [&] {
    CooldownBoard& board = *Pooled(id).cooldowns;
    const auto change = board.OnFailure({}, used_up, clock_.Now(), random_);
    if (change) pool_->OnCooldownChanged(id, *change);
    pool_->StoreCooldowns();
    const CooldownStatus status = board.Check({}, clock_.Now());
    clock_.Advance(status.until - clock_.Now());
    EXPECT_TRUE(board.TryEnter({}, clock_.Now()));
    return status.failures;
  };
  EXPECT_EQ(fail(), 1);
  EXPECT_EQ(fail(), 2);
  EXPECT_EQ(fail(), 3);
  Restart();
  EXPECT_EQ(fail(), 4);
}

// A cool-down of a version that did not count.
TEST_F(AccountPoolTest, TakesACooldownWithoutACountForTheFirstOfItsLadder) {
  const AccountId id = Added(New()).id;
  const std::int64_t until_ms = (clock_.Now() + seconds(60)).time_since_epoch().count();
  const std::string cooldowns =
      R"([{"model":"gpt-5","until_ms":)" + std::to_string(until_ms) + R"(,"cause":"rate_minute","hint":false}])";
  ASSERT_TRUE(table_->PutCooldowns({{id.value(), cooldowns}}).ok());
  Restart();
  EXPECT_EQ(Pooled(id).cooldowns->Check("gpt-5", clock_.Now()).failures, 1);
}

TEST_F(AccountPoolTest, MakesANewIndexOnlyWhenAnAccountChanges) {
  const Account account = Added(New());
  Added(New());
  const auto index = pool_->snapshot()->index;
  ASSERT_NE(index, nullptr);
  EXPECT_EQ(index->size(), 2U);
  const auto homes = index->Tiers("openai", Family::kOpenAi)[0].homes;
  EXPECT_EQ(index->Tiers("", Family::kOpenAi)[0].homes, homes) << "one table for the same members";
  Cool(account.id, ErrorScope::kModel, seconds(60));
  EXPECT_EQ(pool_->snapshot()->index, index);

  pool_->SetState(account.id, AccountState::kNeedsSignIn, Reason{"refused", {}});
  EXPECT_NE(pool_->snapshot()->index, index);
  const PoolIndex::Tier& tier = pool_->snapshot()->index->Tiers("openai", Family::kOpenAi)[0];
  EXPECT_EQ(tier.homes, homes) << "who lives where does not depend on who is well";
  EXPECT_EQ(tier.ready.size(), 1U);

  AccountChange change;
  change.weight = 3;
  ASSERT_TRUE(pool_->Change(account.id, change).ok());
  EXPECT_NE(pool_->snapshot()->index->Tiers("openai", Family::kOpenAi)[0].homes, homes);
}

TEST_F(AccountPoolTest, KeepsTheLimitsOfAnAccount) {
  const Account account = Added(New());
  AccountChange change;
  change.limits.emplace();
  change.limits->Of(Measure::kTokens, Period::kDay) = 1000;
  change.limits->reserve_percent = 5;
  ASSERT_TRUE(pool_->Change(account.id, change).ok());
  EXPECT_EQ(Pooled(account.id).account.limits, change.limits);
  EXPECT_EQ(Pooled(account.id).account.revision, account.revision + 1);
  Restart();
  EXPECT_EQ(Pooled(account.id).account.limits, change.limits);
  change.limits->reserve_percent = 100;
  EXPECT_EQ(DetailOf(pool_->Change(account.id, change).status()).param, "reserve_percent");
}

TEST_F(AccountPoolTest, SharesWhatIsLeftWithinAQuotaGroup) {
  NewAccount grouped = New();
  grouped.quota_group = "project";
  const Account one = Added(grouped);
  const Account two = Added(grouped);
  EXPECT_EQ(Pooled(one.id).limits, Pooled(two.id).limits);
  EXPECT_NE(Pooled(Added(New()).id).limits, Pooled(one.id).limits);
}

TEST_F(AccountPoolTest, SharesWhatIsLeftWithinACloudProject) {
  NewAccount of_project = New("gemini", "a");
  of_project.project = "project-1";
  const AccountId a = Added(of_project).id;
  of_project.label = "b";
  const AccountId b = Added(of_project).id;
  of_project.label = "c";
  of_project.project = "project-2";
  const AccountId elsewhere = Added(of_project).id;
  of_project.label = "d";
  of_project.project = "project-1";
  of_project.quota_group = "by hand";
  const AccountId by_hand = Added(of_project).id;
  EXPECT_EQ(Pooled(a).limits, Pooled(b).limits);
  EXPECT_EQ(Pooled(a).cooldowns, Pooled(b).cooldowns);
  EXPECT_NE(Pooled(a).limits, Pooled(elsewhere).limits);
  EXPECT_NE(Pooled(a).limits, Pooled(by_hand).limits);
}

TEST_F(AccountPoolTest, SharesCooldownsWithinAQuotaGroupOfOneProvider) {
  NewAccount in_group = New("gemini", "a");
  in_group.quota_group = "project-1";
  const AccountId a = Added(in_group).id;
  in_group.label = "b";
  const AccountId b = Added(in_group).id;
  in_group.label = "c";
  in_group.preset = "openai";
  const AccountId other_provider = Added(in_group).id;
  const AccountId alone = Added(New("gemini", "d")).id;
  Cool(a, ErrorScope::kModel, seconds(60));
  EXPECT_EQ(observer_->told, (std::set<AccountId>{a, b})) << "each history says why it pauses";
  for (int restarts = 0; restarts < 2; ++restarts) {
    EXPECT_EQ(Pooled(b).cooldowns->Check("gpt-5", clock_.Now()).state, CooldownStatus::State::kCooling);
    EXPECT_EQ(Pooled(other_provider).cooldowns->Check("gpt-5", clock_.Now()).state, CooldownStatus::State::kReady);
    EXPECT_EQ(Pooled(alone).cooldowns->Check("gpt-5", clock_.Now()).state, CooldownStatus::State::kReady);
    Restart();
  }
  observer_->told.clear();
  pool_->ClearCooldowns(b);
  EXPECT_EQ(observer_->told, (std::set<AccountId>{a, b}));
  Restart();
  EXPECT_TRUE(Pooled(a).cooldowns->List(clock_.Now()).empty());
}

TEST_F(AccountPoolTest, AsksForSignInWhenASecretDoesNotOpenAndKeepsIt) {
  const AccountId id = Added(New()).id;
  const std::string sealed = table_->List()->at(0).sealed_secret;
  auth::SecretBox::Key other{};
  other.fill(9);
  auto right_box = std::move(box_);
  box_ = std::make_unique<auth::SecretBox>(other);
  observer_->compare = false;  // the state is of this run only, and not stored
  Restart();
  EXPECT_EQ(Pooled(id).account.state, AccountState::kNeedsSignIn);
  EXPECT_EQ(Pooled(id).account.state_reason.code, "secret_unreadable");
  EXPECT_TRUE(Pooled(id).account.credential.secret.empty());
  AccountChange change;
  change.label = "renamed";
  ASSERT_TRUE(pool_->Change(id, change).ok());
  EXPECT_EQ(table_->List()->at(0).sealed_secret, sealed);
  box_ = std::move(right_box);
  Restart();
  EXPECT_EQ(Pooled(id).account.state, AccountState::kReady);
  EXPECT_EQ(Pooled(id).account.credential.secret.Reveal(), kKey);
  EXPECT_EQ(Pooled(id).account.label, "renamed");
}

TEST_F(AccountPoolTest, DoesNotOpenASecretForAnotherHost) {
  const AccountId id = Added(New()).id;
  store::AccountRow row = table_->List()->at(0);
  const std::string from = "https://api.openai.com";
  for (auto at = row.endpoints_json.find(from); at != std::string::npos; at = row.endpoints_json.find(from)) {
    row.endpoints_json.replace(at, from.size(), "https://evil.example");
  }
  ASSERT_TRUE(table_->Put(row).ok());
  observer_->compare = false;
  Restart();
  EXPECT_EQ(Pooled(id).account.state, AccountState::kNeedsSignIn);
  EXPECT_TRUE(Pooled(id).account.credential.secret.empty());
}

TEST_F(AccountPoolTest, KeepsTheStartWhenARowCannotBeRead) {
  const AccountId id = Added(New()).id;
  Added(New());
  store::AccountRow row = table_->List()->at(0);
  row.endpoints_json = "{broken";
  row.cooldowns_json = "[1]";
  ASSERT_TRUE(table_->Put(row).ok());
  observer_->compare = false;
  Restart();
  ASSERT_EQ(pool_->snapshot()->accounts.size(), 2U);
  EXPECT_EQ(Pooled(id).account.state_reason.code, "endpoints_unreadable");
  EXPECT_EQ(pool_->snapshot()->accounts[1].account.state, AccountState::kReady);
}

TEST_F(AccountPoolTest, RefusesUnknownProvidersWithASuggestion) { ExpectRefused(New("opnai"), "provider", "openai"); }

TEST_F(AccountPoolTest, RefusesAMissingKeyAndOneThatIsNone) {
  NewAccount account = New();
  account.api_key = Secret(" \n");
  ExpectRefused(account, "api_key", "needs an API key");
  account.api_key = Secret("sk-a\r\nX-Evil: 1");
  ExpectRefused(account, "api_key", "line break");
}

TEST_F(AccountPoolTest, TrimsTheKeyOfAFile) {
  NewAccount account = New();
  account.api_key = Secret(std::string(kKey) + "\n");
  EXPECT_EQ(Added(account).credential.secret.Reveal(), kKey);
}

TEST_F(AccountPoolTest, NeedsABaseUrlForACompatibleServer) {
  ExpectRefused(New("openai-compatible"), "base_url", "needs a base URL");
}

TEST_F(AccountPoolTest, RefusesBaseUrlsThatAreNone) {
  for (const char* url : {"ftp://host/v1", "localhost:8000", "http://", "http://host:99999", "http://ho st/"}) {
    NewAccount account = New("openai-compatible");
    account.base_url = url;
    ExpectRefused(account, "base_url", "is not a base URL");
  }
  NewAccount account = New("openai-compatible");
  account.base_url = "https://user:hunter2@host/v1";
  const auto added = pool_->Add(account);
  EXPECT_THAT(std::string(added.status().message()), Not(HasSubstr("hunter2")));
}

TEST_F(AccountPoolTest, SendsNoKeyInClearTextOverTheInternet) {
  NewAccount account = New("openai-compatible");
  for (const char* url : {"http://api.example.com/v1", "http://8.8.8.8/v1", "http://[2001:db8::1]/v1",
                          "http://2130706433/v1", "http://172.32.0.1/v1", "http://localhost.example.com/v1"}) {
    account.base_url = url;
    ExpectRefused(account, "base_url", "clear text");
  }
  for (const char* url : {"http://localhost:8000", "http://127.0.0.1:1", "http://[::1]:8000/v1",
                          "http://192.168.1.9/v1", "http://nas.local/v1", "http://ollama:11434", "http://100.64.1.2",
                          "http://[fd00::1]", "https://api.example.com"}) {
    account.base_url = url;
    Added(account);
  }
  account.base_url = "http://api.example.com/v1";
  account.preset = "vllm";
  account.api_key = Secret();
  EXPECT_EQ(Added(account).credential.kind, Credential::Kind::kNone);
}

TEST_F(AccountPoolTest, KeepsLabelsUnique) {
  const AccountId first = Added(New("openai", "work")).id;
  EXPECT_FALSE(pool_->Add(New("openai", "Work")).ok());
  EXPECT_FALSE(pool_->Add(New("openai", first.value())).ok());
  const AccountId second = Added(New("openai", "home")).id;
  AccountChange change;
  change.label = "work";
  const auto changed = pool_->Change(second, change);
  EXPECT_EQ(DetailOf(changed.status()).param, "label");
  change.label = "Home";  // its own label in other letters
  EXPECT_TRUE(pool_->Change(second, change).ok());
}

TEST_F(AccountPoolTest, ResolvesIdsAndLabels) {
  const AccountId id = Added(New("openai", "work")).id;
  EXPECT_EQ(*pool_->Resolve(id.value()), id);
  EXPECT_EQ(*pool_->Resolve("work"), id);
  EXPECT_EQ(*pool_->Resolve("WORK"), id);
  const auto unknown = pool_->Resolve("wrok");
  EXPECT_EQ(DetailOf(unknown.status()).kind, ErrorKind::kInvalidRequest);
  EXPECT_THAT(std::string(unknown.status().message()), HasSubstr("did you mean work?"));
}

TEST_F(AccountPoolTest, ChangesOnlyWhatIsNamedAndCountsRevisions) {
  const Account before = Added(New("openai", "work"));
  AccountChange change;
  change.weight = 4;
  change.expected_revision = before.revision;
  const auto after = pool_->Change(before.id, change);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(after->weight, 4);
  EXPECT_EQ(after->label, "work");
  EXPECT_EQ(after->revision, before.revision + 1);
  const auto stale = pool_->Change(before.id, change);
  EXPECT_EQ(DetailOf(stale.status()).param, "etag");
  change.expected_revision.reset();
  change.weight = 0;
  EXPECT_EQ(DetailOf(pool_->Change(before.id, change).status()).param, "weight");
  EXPECT_EQ(DetailOf(pool_->Change(AccountId("acc_none"), change).status()).param, "id");
  Restart();
  EXPECT_EQ(Pooled(before.id).account.weight, 4);
}

TEST_F(AccountPoolTest, MovesAKeyToAnotherServerOnlyWithTheKey) {
  const AccountId id = Added(New()).id;
  AccountChange change;
  change.base_url = "https://other.example/v1";
  EXPECT_EQ(DetailOf(pool_->Change(id, change).status()).param, "base_url");
  change.api_key = Secret("sk-new-key-0123456789");
  ASSERT_TRUE(pool_->Change(id, change).ok());
  Restart();
  EXPECT_EQ(Pooled(id).account.credential.secret.Reveal(), "sk-new-key-0123456789");
  EXPECT_EQ(Pooled(id).account.endpoints.at(Dialect::kChat).base_url, "https://other.example/v1");
}

TEST_F(AccountPoolTest, ANewKeyHealsTheAccount) {
  const AccountId id = Added(New()).id;
  pool_->SetState(id, AccountState::kNeedsSignIn, Reason{"key_refused", {}});
  Cool(id, ErrorScope::kAccount, seconds(600));
  AccountChange change;
  change.api_key = Secret("sk-new-key-0123456789");
  ASSERT_TRUE(pool_->Change(id, change).ok());
  Restart();
  EXPECT_EQ(Pooled(id).account.state, AccountState::kReady);
  EXPECT_TRUE(Pooled(id).cooldowns->List(clock_.Now()).empty());
}

TEST_F(AccountPoolTest, EnablingEndsForbiddenButNotSignIn) {
  const AccountId id = Added(New()).id;
  AccountChange change;
  change.enabled = true;
  pool_->SetState(id, AccountState::kForbidden, Reason{"verify", {}});
  EXPECT_EQ(pool_->Change(id, change)->state, AccountState::kReady);
  pool_->SetState(id, AccountState::kNeedsSignIn, Reason{"key_refused", {}});
  EXPECT_EQ(pool_->Change(id, change)->state, AccountState::kNeedsSignIn);
}

TEST_F(AccountPoolTest, RemovesTheAccountAndItsSecret) {
  NewAccount wanted = New();
  wanted.egress.mode = EgressInput::Mode::kProxy;
  wanted.egress.proxy_url = Secret("http://me:proxy-password@proxy.example:3128");
  const AccountId id = Added(std::move(wanted)).id;
  const auto held = pool_->snapshot();
  const std::string sealed = table_->List()->at(0).sealed_secret;
  const std::string egress = table_->List()->at(0).egress_json;
  ASSERT_THAT(egress, HasSubstr("\"password\":"));
  ASSERT_TRUE(pool_->Remove(id).ok());
  EXPECT_EQ(pool_->snapshot()->Find(id), nullptr);
  EXPECT_NE(held->Find(id), nullptr);  // a request that runs keeps its view
  for (const char* file : {"gateway.db", "gateway.db-wal"}) {
    EXPECT_EQ(test::ReadFile(dir_.File(file)).find(sealed), std::string::npos) << file;
    EXPECT_EQ(test::ReadFile(dir_.File(file)).find(egress), std::string::npos) << file;
  }
  pool_->SetModels(id, {"m"});
  pool_->SetState(id, AccountState::kForbidden, Reason{"late", {}});
  pool_->OnCooldownChanged(id, StatusChange());
  EXPECT_TRUE(table_->List()->empty());
  EXPECT_FALSE(pool_->Remove(id).ok());
}

TEST_F(AccountPoolTest, AnAccountWhoseRowIsGoneServesNoMore) {
  const AccountId id = Added(New()).id;
  ASSERT_TRUE(database_->Execute("BEGIN").ok());  // keeps the log from being emptied
  EXPECT_TRUE(pool_->Remove(id).ok());
  EXPECT_EQ(pool_->snapshot()->Find(id), nullptr);
  ASSERT_TRUE(database_->Execute("COMMIT").ok());
}

TEST_F(AccountPoolTest, SharesCountersBetweenSnapshots) {
  const AccountId id = Added(New()).id;
  const auto old = pool_->snapshot();
  pool_->SetModels(id, {"m"});
  old->Find(id)->counters->in_flight = 3;
  EXPECT_EQ(Pooled(id).counters->in_flight, 3);
}

}  // namespace
}  // namespace ag::pool
