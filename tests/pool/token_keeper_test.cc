#include "gatewayd/pool/token_keeper.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "gatewayd/auth/credential_file.h"
#include "gatewayd/base/error.h"
#include "gatewayd/runtime/resolver.h"
#include "gatewayd/store/database.h"
#include "tests/fakes/fake_oauth_server.h"
#include "tests/support/fake_clock.h"
#include "tests/support/on_shard.h"
#include "tests/support/rsa_key.h"
#include "tests/support/temp_dir.h"

namespace ag::pool {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::FakeOAuthServer;
using test::Gate;
using test::Reply;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Ne;
using testing::StartsWith;

using Token = absl::StatusOr<Secret>;

std::string TextOf(const Token& token) {
  return token.ok() ? std::string(token->Reveal()) : std::string(token.status().message());
}

// Tells the keeper, as the hub does.
class ForwardingObserver final : public PoolObserver {
 public:
  void OnSnapshot(std::shared_ptr<const PoolSnapshot> snapshot) override {
    if (keeper != nullptr) keeper->OnSnapshot(*snapshot);
  }
  TokenKeeper* keeper = nullptr;
};

// A keeper on a control context of its own, its pool in a real database, and the token server beside it.
class TokenKeeperTest : public testing::Test {
 protected:
  TokenKeeperTest() {
    auto opened = store::OpenGatewayDatabase(dir_.path());
    EXPECT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
    table_ = std::make_unique<store::AccountTable>(*database_);
    catalog_ = std::make_shared<const catalog::Catalog>(*catalog::Catalog::WithOverride(server_.CatalogOverride()));
    control_.Start();
    shard_.Start();
    OnControl([this] {
      pool_ = std::make_unique<AccountPool>(*table_, box_, catalog_, clock_, random_, observer_);
      client_ = std::make_unique<http::Client>(control_, resolver_, http::ClientOptions());
      keeper_ = std::make_unique<TokenKeeper>(control_, *client_, *pool_);
      observer_.keeper = keeper_.get();
    });
  }
  ~TokenKeeperTest() override {
    Stop();
    OnControl([this] {
      observer_.keeper = nullptr;
      keeper_.reset();
      client_.reset();
    });
    shard_.Abort();
    shard_.Join();
    control_.Abort();
    control_.Join();
  }
  void Stop() {
    std::promise<void> stopped;
    control_.Post([&] { keeper_->Stop([&stopped] { stopped.set_value(); }); });
    stopped.get_future().get();
  }
  template <typename Fn>
  std::invoke_result_t<Fn> OnControl(Fn fn) {
    return test::RunOn(control_, std::move(fn));
  }
  // An account with a refresh token and, unless `access` is empty, an access token of an hour.
  AccountId Add(std::string access = {}) {
    NewAccount wanted;
    wanted.preset = "gemini";
    auth::OAuthGrant grant;
    grant.client.id = std::string(FakeOAuthServer::kClientId);
    grant.client.secret = Secret(std::string(FakeOAuthServer::kClientSecret));
    grant.refresh_token = Secret(server_.IssueRefreshToken());
    wanted.sign_in = SignIn{std::move(grant), std::nullopt};
    if (!access.empty()) {
      wanted.sign_in->tokens.emplace();
      wanted.sign_in->tokens->access_token = Secret(std::move(access));
    }
    return OnControl([&] {
      auto added = pool_->Add(std::move(wanted));
      EXPECT_TRUE(added.ok()) << added.status();
      return added->id;
    });
  }
  AccountId AddServiceAccount() {
    const auto file = auth::ReadCredentialFile(Secret(test::ServiceAccountFile(server_.token_url())));
    EXPECT_TRUE(file.ok()) << file.status();
    NewAccount wanted;
    wanted.preset = "vertex";
    wanted.project = file->project;
    wanted.sign_in = SignIn{file->grant, std::nullopt};
    return OnControl([&] {
      auto added = pool_->Add(std::move(wanted));
      EXPECT_TRUE(added.ok()) << added.status();
      return added->id;
    });
  }
  std::future<Token> Ask(const AccountId& id, std::string refused = {}, runtime::CancelSource* cancel = nullptr) {
    return test::Start(shard_, keeper_->Renew(id, Secret(std::move(refused)), cancel));
  }
  Account Now(const AccountId& id) {
    return OnControl([&] { return pool_->snapshot()->Find(id)->account; });
  }
  std::string RefreshTokenOf(const AccountId& id) {
    return std::string(std::get<auth::OAuthGrant>(*Now(id).credential.grant).refresh_token.Reveal());
  }
  void Change(const AccountId& id, AccountChange change) {
    OnControl([&] { EXPECT_TRUE(pool_->Change(id, std::move(change)).ok()); });
  }

  const test::TempDir dir_;
  test::FakeClock clock_;
  FastRandom random_{5};
  FakeOAuthServer server_;
  auth::SecretBox box_{auth::SecretBox::Key{}};
  std::shared_ptr<const catalog::Catalog> catalog_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::AccountTable> table_;
  ForwardingObserver observer_;
  runtime::Resolver resolver_{clock_};
  runtime::Shard control_{runtime::Shard::kControlIndex, clock_};
  runtime::Shard shard_{0, clock_};
  std::unique_ptr<AccountPool> pool_;
  std::unique_ptr<http::Client> client_;
  std::unique_ptr<TokenKeeper> keeper_;
};

TEST(TokenRenewal, IsDueInTheLastQuarterAndNotAllAtOnce) {
  FastRandom random(3);
  const WallTime now(seconds(1'000'000));
  for (const seconds life : {seconds(40), seconds(300), seconds(3600), seconds(86'400)}) {
    const auto ahead = std::min<std::chrono::milliseconds>(life / 4, minutes(10));
    std::set<WallTime> times;
    for (int i = 0; i < 200; ++i) {
      const WallTime due = RenewalTime(now, now + life, random);
      EXPECT_GE(due, now + life - ahead);
      EXPECT_LE(due, now + life - ahead / 2);
      times.insert(due);
    }
    EXPECT_GT(times.size(), 100U);
  }
  EXPECT_EQ(RenewalTime(now, now - seconds(5), random), now - seconds(5));
}

TEST(TokenRenewal, BacksOffUpToTenMinutes) {
  FastRandom random(3);
  for (int failures = 1; failures < 50; ++failures) {
    const auto pause = RenewalBackoff(failures, random);
    const auto whole =
        std::min<std::chrono::milliseconds>(seconds(15) * (1LL << std::min(failures - 1, 20)), minutes(10));
    EXPECT_GE(pause, whole / 2) << failures;
    EXPECT_LE(pause, whole) << failures;
  }
}

TEST_F(TokenKeeperTest, AHundredWhoAskAreOneRequest) {
  const AccountId id = Add();
  const auto gate = std::make_shared<Gate>();
  server_.Hold(gate);
  std::vector<std::future<Token>> asked;
  for (int i = 0; i < 100; ++i) asked.push_back(Ask(id));
  ASSERT_TRUE(server_.WaitForTokenRequests(1));
  OnControl([] {});  // all have asked by now
  gate->Open();
  std::set<std::string> tokens;
  for (auto& one : asked) tokens.insert(TextOf(one.get()));
  EXPECT_THAT(tokens, ElementsAre(StartsWith("ya29.access-")));
  EXPECT_EQ(server_.token_requests(), 1U);
  // And who comes later takes what is there.
  EXPECT_EQ(TextOf(Ask(id).get()), *tokens.begin());
  EXPECT_EQ(server_.token_requests(), 1U);
}

TEST_F(TokenKeeperTest, RenewsWhatTheProviderRefusedButOnlyOnce) {
  const AccountId id = Add("first");
  const std::string second = TextOf(Ask(id, "first").get());
  EXPECT_THAT(second, StartsWith("ya29.access-"));
  // A request that was refused with the old one, and comes late.
  EXPECT_EQ(TextOf(Ask(id, "first").get()), second);
  EXPECT_EQ(server_.token_requests(), 1U);
}

TEST_F(TokenKeeperTest, StoresARotatedRefreshTokenAndKeepsAnOldOne) {
  const AccountId id = Add();
  const std::string first = RefreshTokenOf(id);
  server_.SetRotation(FakeOAuthServer::Rotation::kRotate);
  const std::string access = TextOf(Ask(id).get());
  const std::string second = RefreshTokenOf(id);
  EXPECT_NE(second, first);
  server_.SetRotation(FakeOAuthServer::Rotation::kOmit);
  EXPECT_THAT(TextOf(Ask(id, access).get()), StartsWith("ya29.access-"));
  EXPECT_EQ(RefreshTokenOf(id), second);
  EXPECT_THAT(server_.FieldOfRequests("refresh_token"), ElementsAre(first, second));
}

TEST_F(TokenKeeperTest, RenewsAheadOfExpiryWithoutBeingAsked) {
  const AccountId id = Add("first");
  OnControl([this] { keeper_->Start(); });
  clock_.Advance(minutes(49));
  EXPECT_EQ(server_.token_requests(), 0U);
  clock_.Advance(minutes(6));
  ASSERT_TRUE(server_.WaitForTokenRequests(1));
  EXPECT_THAT(TextOf(Ask(id, "first").get()), StartsWith("ya29.access-"));
  EXPECT_EQ(server_.token_requests(), 1U);
}

TEST_F(TokenKeeperTest, RenewsAtTheFirstLookAfterASleep) {
  const AccountId id = Add("first");
  OnControl([this] { keeper_->Start(); });
  clock_.AdvanceWall(hours(24));
  EXPECT_EQ(server_.token_requests(), 0U);
  clock_.Advance(seconds(16));
  ASSERT_TRUE(server_.WaitForTokenRequests(1));
  EXPECT_THAT(TextOf(Ask(id, "first").get()), StartsWith("ya29.access-"));
  EXPECT_EQ(server_.token_requests(), 1U);
}

// By a clock that was ahead the token lives for hours; by the provider's it does not.
TEST_F(TokenKeeperTest, RenewsOnceWhatTheProviderRefusesAfterTheClockWasSetBack) {
  const AccountId id = Add("first");
  clock_.AdvanceWall(hours(10));
  const std::string ahead = TextOf(Ask(id, "first").get());
  clock_.AdvanceWall(-hours(10));
  OnControl([this] { keeper_->Start(); });
  clock_.Advance(hours(2));
  std::vector<std::future<Token>> refused;
  for (int i = 0; i < 20; ++i) refused.push_back(Ask(id, ahead));
  std::set<std::string> tokens;
  for (auto& token : refused) tokens.insert(TextOf(token.get()));
  EXPECT_THAT(tokens, ElementsAre(AllOf(StartsWith("ya29.access-"), Ne(ahead))));
  EXPECT_EQ(server_.token_requests(), 2U);
  // What it got last is renewed in time again.
  clock_.Advance(minutes(55));
  ASSERT_TRUE(server_.WaitForTokenRequests(3));
}

TEST_F(TokenKeeperTest, AnEndedSignInNeedsANewOneAndSaysSo) {
  const AccountId id = Add();
  server_.Revoke();
  const Token token = Ask(id).get();
  ASSERT_FALSE(token.ok());
  EXPECT_EQ(KindOf(token.status()), ErrorKind::kAccountAuth);
  EXPECT_THAT(TextOf(token), HasSubstr(absl::StrCat("agctl accounts sign-in --account ", id.value())));
  const Account account = Now(id);
  EXPECT_EQ(account.state, AccountState::kNeedsSignIn);
  EXPECT_EQ(account.state_reason.code, "sign_in_ended");
  EXPECT_THAT(account.state_reason.args, ElementsAre(testing::Pair("text", "Token has been expired or revoked."),
                                                     testing::Pair("account", id.value())));
  // The server is not asked again.
  EXPECT_EQ(KindOf(Ask(id).get().status()), ErrorKind::kAccountAuth);
  EXPECT_EQ(server_.token_requests(), 1U);
}

// Refused by the provider with the token that it had: the daemon tests it again, by then with a new token.
TEST_F(TokenKeeperTest, WhatIsTestedAgainGetsANewToken) {
  const AccountId id = Add("first");
  ErrorDetail refused;
  refused.kind = ErrorKind::kAccountAuth;
  refused.scope = ErrorScope::kAccount;
  OnControl([&] { pool_->OnRefused(id, kFirstAccess, Signal::kSignInRefused, refused); });
  ASSERT_EQ(Now(id).state, AccountState::kNeedsSignIn);
  EXPECT_THAT(TextOf(Ask(id, "first").get()), StartsWith("ya29.access-"));
  clock_.Advance(hours(2));
  EXPECT_THAT(TextOf(Ask(id).get()), StartsWith("ya29.access-"));
  EXPECT_EQ(server_.token_requests(), 2U);
}

// As Google answers while this machine's clock is wrong: the grant is dated by it.
TEST_F(TokenKeeperTest, AServiceAccountsRefusedGrantPasses) {
  const AccountId id = AddServiceAccount();
  const auto refuse = [this] {
    server_.AnswerNext(Reply(400).Json(
        R"({"error":"invalid_grant","error_description":"Invalid JWT: Token must be a short-lived token"})"));
  };
  refuse();
  const Token token = Ask(id).get();
  EXPECT_EQ(KindOf(token.status()), ErrorKind::kAccountAuth);
  EXPECT_THAT(TextOf(token), HasSubstr("clock"));
  const Account account = Now(id);
  EXPECT_EQ(account.state, AccountState::kNeedsSignIn);
  EXPECT_NE(account.state_until, WallTime{}) << "the daemon tests it again";
  EXPECT_THAT(TextOf(Ask(id).get()), StartsWith("ya29.access-"));

  // With a token that lives, a grant that is refused takes nothing away.
  OnControl([&] { pool_->OnTestPassed(id); });
  refuse();
  EXPECT_FALSE(Ask(id, std::string(Now(id).credential.secret.Reveal())).get().ok());
  EXPECT_EQ(Now(id).state, AccountState::kReady);
}

TEST_F(TokenKeeperTest, AFailingServerChangesNoState) {
  const AccountId id = Add();
  server_.AnswerNext(Reply().ResetBeforeHead());
  const Token cut = Ask(id).get();
  EXPECT_EQ(KindOf(cut.status()), ErrorKind::kStreamCut);
  EXPECT_EQ(DetailOf(cut.status()).scope, ErrorScope::kAccount);
  server_.AnswerNext(Reply(503).Body("busy"));
  const Token token = Ask(id).get();
  EXPECT_EQ(KindOf(token.status()), ErrorKind::kUpstreamServer);
  EXPECT_EQ(DetailOf(token.status()).scope, ErrorScope::kAccount);
  EXPECT_EQ(Now(id).state, AccountState::kReady);
  EXPECT_THAT(TextOf(Ask(id).get()), StartsWith("ya29.access-"));
}

TEST_F(TokenKeeperTest, TriesAgainByItselfAfterFailures) {
  const AccountId id = Add();
  for (int i = 0; i < 2; ++i) server_.AnswerNext(Reply(500).Body(""));
  OnControl([this] { keeper_->Start(); });
  clock_.Advance(seconds(16));
  ASSERT_TRUE(server_.WaitForTokenRequests(1));
  while (server_.token_requests() < 3) clock_.Advance(seconds(1));
  EXPECT_THAT(TextOf(Ask(id).get()), StartsWith("ya29.access-"));
  EXPECT_EQ(server_.token_requests(), 3U);
}

TEST_F(TokenKeeperTest, ARemovedAccountLetsGoAtOnce) {
  const AccountId id = Add();
  server_.Hold(std::make_shared<Gate>());
  auto asked = Ask(id);
  ASSERT_TRUE(server_.WaitForTokenRequests(1));
  OnControl([&] { EXPECT_TRUE(pool_->Remove(id).ok()); });
  EXPECT_THAT(TextOf(asked.get()), HasSubstr("removed"));
  EXPECT_THAT(TextOf(Ask(id).get()), HasSubstr("removed"));
}

TEST_F(TokenKeeperTest, AnAccountThatIsDisabledUnderWayKeepsWhatComes) {
  const AccountId id = Add();
  server_.SetRotation(FakeOAuthServer::Rotation::kRotate);
  const auto gate = std::make_shared<Gate>();
  server_.Hold(gate);
  auto asked = Ask(id);
  ASSERT_TRUE(server_.WaitForTokenRequests(1));
  AccountChange change;
  change.enabled = false;
  Change(id, std::move(change));
  gate->Open();
  EXPECT_THAT(TextOf(asked.get()), HasSubstr("disabled"));
  EXPECT_THAT(Now(id).credential.secret.Reveal(), StartsWith("ya29.access-"));
  server_.Hold(nullptr);
  EXPECT_THAT(TextOf(Ask(id, std::string(Now(id).credential.secret.Reveal())).get()), StartsWith("ya29.access-"));
}

TEST_F(TokenKeeperTest, AFailureOfTheOldSignInDoesNotTouchTheNewOne) {
  const AccountId id = Add();
  server_.AnswerNext(Reply(400).Json(R"({"error":"invalid_grant"})"));
  const auto gate = std::make_shared<Gate>();
  server_.Hold(gate);
  auto asked = Ask(id);
  ASSERT_TRUE(server_.WaitForTokenRequests(1));
  AccountChange change;
  auth::OAuthGrant grant = std::get<auth::OAuthGrant>(*Now(id).credential.grant);
  grant.refresh_token = Secret(server_.IssueRefreshToken());
  change.sign_in = SignIn{std::move(grant), auth::TokenReply{}};
  change.sign_in->tokens->access_token = Secret("of-the-new-sign-in");
  Change(id, std::move(change));
  gate->Open();
  EXPECT_EQ(TextOf(asked.get()), "of-the-new-sign-in");
  EXPECT_EQ(Now(id).state, AccountState::kReady);
}

TEST_F(TokenKeeperTest, WhoLeavesIsLetGoAndTheOthersAreServed) {
  const AccountId id = Add();
  const auto gate = std::make_shared<Gate>();
  server_.Hold(gate);
  runtime::CancelSource cancel;
  auto leaving = Ask(id, {}, &cancel);
  auto staying = Ask(id);
  ASSERT_TRUE(server_.WaitForTokenRequests(1));
  test::RunOn(shard_, [&] { cancel.Cancel(); });
  EXPECT_EQ(KindOf(leaving.get().status()), ErrorKind::kClientLeft);
  EXPECT_EQ(KindOf(Ask(id, {}, &cancel).get().status()), ErrorKind::kClientLeft);
  gate->Open();
  EXPECT_THAT(TextOf(staying.get()), StartsWith("ya29.access-"));
}

TEST_F(TokenKeeperTest, ARotatedTokenThatCouldNotBeStoredIsNotAskedForAgain) {
  const AccountId id = Add();
  server_.SetRotation(FakeOAuthServer::Rotation::kRotate);
  OnControl([this] {
    ASSERT_TRUE(
        database_->Execute("CREATE TRIGGER full BEFORE INSERT ON accounts BEGIN SELECT RAISE(FAIL, 'full'); END").ok());
  });
  EXPECT_FALSE(Ask(id).get().ok());
  EXPECT_FALSE(Ask(id).get().ok());
  EXPECT_EQ(server_.token_requests(), 1U);
  EXPECT_TRUE(Now(id).credential.secret.empty());
  OnControl([this] { ASSERT_TRUE(database_->Execute("DROP TRIGGER full").ok()); });
  EXPECT_THAT(TextOf(Ask(id).get()), StartsWith("ya29.access-"));
  EXPECT_EQ(server_.token_requests(), 1U);
}

TEST_F(TokenKeeperTest, TheEndWaitsForWhatIsUnderWay) {
  const AccountId id = Add();
  server_.SetRotation(FakeOAuthServer::Rotation::kRotate);
  const auto gate = std::make_shared<Gate>();
  server_.Hold(gate);
  auto asked = Ask(id);
  ASSERT_TRUE(server_.WaitForTokenRequests(1));
  std::promise<void> stopped;
  OnControl([&] { keeper_->Stop([&stopped] { stopped.set_value(); }); });
  EXPECT_EQ(KindOf(Ask(id).get().status()), ErrorKind::kShuttingDown);
  const std::string before = RefreshTokenOf(id);
  gate->Open();
  stopped.get_future().get();
  EXPECT_TRUE(asked.get().ok());
  EXPECT_NE(RefreshTokenOf(id), before);
}

}  // namespace
}  // namespace ag::pool
