#include "gatewayd/pool/account_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/pool/account_pool_fixture.h"

// Another cloud project, region or quota group of an account that is there.
namespace ag::pool {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class AccountChangeTest : public AccountPoolTest {
 protected:
  AccountId AddVertex() {
    NewAccount wanted = New("vertex");
    wanted.project = "my-project";
    return Added(std::move(wanted)).id;
  }
  AccountId AddGemini(const std::string& label, const std::string& group = {}) {
    NewAccount wanted = New("gemini", label);
    wanted.quota_group = group;
    return Added(std::move(wanted)).id;
  }
  absl::Status Place(const AccountId& id, std::optional<std::string> project, std::optional<std::string> location) {
    AccountChange change;
    change.project = std::move(project);
    change.location = std::move(location);
    return pool_->Change(id, std::move(change)).status();
  }
  absl::Status Group(const AccountId& id, const std::string& group) {
    AccountChange change;
    change.quota_group = group;
    return pool_->Change(id, std::move(change)).status();
  }
  std::string UrlOf(const AccountId& id) { return Pooled(id).account.endpoints.at(Dialect::kGemini).base_url; }
  CooldownStatus::State StateOf(const AccountId& id) {
    return Pooled(id).cooldowns->Check("gpt-5", clock_.Now()).state;
  }
};

TEST_F(AccountChangeTest, MovesToAnotherRegionWithItsKey) {
  const AccountId id = AddVertex();
  pool_->SetModels(id, {"gemini-2.5-pro"});
  ASSERT_TRUE(Place(id, std::nullopt, "europe-west4").ok());
  for (int restarts = 0; restarts < 2; ++restarts) {
    const Account& account = Pooled(id).account;
    EXPECT_EQ(account.location, "europe-west4");
    EXPECT_EQ(account.project, "my-project");
    EXPECT_EQ(UrlOf(id),
              "https://europe-west4-aiplatform.googleapis.com/v1/projects/my-project/locations/europe-west4/"
              "publishers/google");
    EXPECT_EQ(account.credential.secret.Reveal(), kKey);
    EXPECT_TRUE(account.models.empty()) << "another region has other models";
    Restart();
  }
  ASSERT_TRUE(Place(id, "other-project", "").ok());
  EXPECT_EQ(Pooled(id).account.location, "global");
  EXPECT_THAT(UrlOf(id), HasSubstr("/projects/other-project/locations/global/"));
}

TEST_F(AccountChangeTest, StaysAtItsOwnersServer) {
  NewAccount wanted = New("vertex");
  wanted.project = "my-project";
  wanted.base_url = "https://vertex.example";
  const AccountId id = Added(std::move(wanted)).id;
  ASSERT_TRUE(Place(id, "other", "us-east5").ok());
  EXPECT_EQ(UrlOf(id), "https://vertex.example/v1/projects/other/locations/us-east5/publishers/google");
}

TEST_F(AccountChangeTest, RefusesWhatTheProviderDoesNotKnow) {
  const AccountId vertex = AddVertex();
  EXPECT_EQ(DetailOf(Place(vertex, "", std::nullopt)).param, "project");
  EXPECT_EQ(DetailOf(Place(vertex, "a/b", std::nullopt)).param, "project");
  EXPECT_EQ(DetailOf(Place(vertex, std::nullopt, "evil.example/")).param, "location");
  const AccountId gemini = AddGemini("g");
  EXPECT_EQ(DetailOf(Place(gemini, std::nullopt, "us-east5")).param, "location");
  EXPECT_EQ(DetailOf(Place(gemini, "a\r\nb: c", std::nullopt)).param, "project");
  EXPECT_TRUE(Place(gemini, "project-1", std::nullopt).ok());
  EXPECT_TRUE(Place(gemini, "", "").ok());
  const AccountId openai = Added(New()).id;
  const absl::Status refused = Place(openai, "project-1", std::nullopt);
  EXPECT_EQ(DetailOf(refused).param, "project");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("quota group"));
  EXPECT_EQ(DetailOf(Group(openai, "a\nb")).param, "quota_group");
  EXPECT_EQ(DetailOf(Group(openai, std::string(101, 'x'))).param, "quota_group");
}

TEST_F(AccountChangeTest, DoesNotLoseASecretThatCannotBeRead) {
  const AccountId id = AddVertex();
  const std::string sealed = table_->List()->at(0).sealed_secret;
  observer_->compare = false;  // that it needs a sign-in is seen at each start, and not stored
  key_.fill(8);
  box_ = std::make_unique<auth::SecretBox>(key_);
  Restart();
  EXPECT_EQ(DetailOf(Place(id, std::nullopt, "us-east5")).param, "location");
  ASSERT_TRUE(Place(id, "other", std::nullopt).ok()) << "the same server";
  EXPECT_EQ(table_->List()->at(0).sealed_secret, sealed);
}

TEST_F(AccountChangeTest, JoinsAndLeavesAGroupAtOnce) {
  const AccountId a = AddGemini("a", "g");
  const AccountId b = AddGemini("b");
  Cool(a, ErrorScope::kModel, seconds(60));
  EXPECT_EQ(StateOf(b), CooldownStatus::State::kReady);
  ASSERT_TRUE(Group(b, " g ").ok());
  EXPECT_EQ(Pooled(a).limits, Pooled(b).limits);
  for (int restarts = 0; restarts < 2; ++restarts) {
    EXPECT_EQ(Pooled(b).account.quota_group, "g");
    EXPECT_EQ(StateOf(b), CooldownStatus::State::kCooling);
    Restart();
  }
  observer_->changes.clear();
  observer_->told.clear();
  ASSERT_TRUE(Group(b, "").ok());
  EXPECT_EQ(observer_->told, (std::set<AccountId>{b}));
  ASSERT_EQ(observer_->changes.size(), 1U) << "its history says that the pause is over";
  EXPECT_EQ(observer_->changes[0].model, "gpt-5");
  EXPECT_EQ(observer_->changes[0].to, Condition::kReady);
  EXPECT_NE(Pooled(a).limits, Pooled(b).limits);
  for (int restarts = 0; restarts < 2; ++restarts) {
    EXPECT_EQ(StateOf(a), CooldownStatus::State::kCooling) << "the others go on waiting";
    EXPECT_EQ(StateOf(b), CooldownStatus::State::kReady);
    Restart();
  }
}

TEST_F(AccountChangeTest, TakesItsPauseIntoTheGroup) {
  const AccountId a = AddGemini("a", "g");
  const AccountId b = AddGemini("b");
  Cool(b, ErrorScope::kModel, seconds(60));
  ASSERT_TRUE(Group(b, "g").ok());
  EXPECT_EQ(StateOf(a), CooldownStatus::State::kCooling) << "it is one limit";
  ASSERT_TRUE(Group(a, "h").ok());
  ASSERT_TRUE(Group(b, "own").ok());
  EXPECT_EQ(StateOf(b), CooldownStatus::State::kCooling) << "another name alone ends no pause";
}

TEST_F(AccountChangeTest, AnotherProjectEndsPausesAndRefusals) {
  const AccountId id = AddGemini("a");
  Cool(id, ErrorScope::kAccount, seconds(60));
  ASSERT_TRUE(Place(id, "project-1", std::nullopt).ok());
  EXPECT_EQ(StateOf(id), CooldownStatus::State::kReady);
  pool_->OnRefused(id, Pooled(id).account.access, Signal::kForbidden, Refusal(ErrorKind::kAccountForbidden));
  ASSERT_EQ(Pooled(id).account.state, AccountState::kForbidden);
  ASSERT_TRUE(Place(id, "project-2", std::nullopt).ok());
  EXPECT_EQ(Pooled(id).account.state, AccountState::kReady);
  EXPECT_EQ(observer_->changes.back().from, Condition::kForbidden);
}

}  // namespace
}  // namespace ag::pool
