#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "gatewayd/auth/credential_file.h"
#include "gatewayd/base/error.h"
#include "gatewayd/pool/account_pool.h"
#include "gatewayd/store/database.h"
#include "tests/support/fake_clock.h"
#include "tests/support/rsa_key.h"
#include "tests/support/temp_dir.h"

namespace ag::pool {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

class CountingObserver final : public PoolObserver {
 public:
  void OnSnapshot(std::shared_ptr<const PoolSnapshot>) override { ++count; }
  int count = 0;
};

// Accounts that sign in, over a real database.
class SignInTest : public testing::Test {
 protected:
  SignInTest() {
    key_.fill(7);
    box_ = std::make_unique<auth::SecretBox>(key_);
    Restart();
  }
  void Restart() {
    pool_.reset();
    table_.reset();
    database_.reset();
    auto opened = store::OpenGatewayDatabase(dir_.path());
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
    table_ = std::make_unique<store::AccountTable>(*database_);
    pool_ = std::make_unique<AccountPool>(*table_, *box_, catalog_, clock_, random_, observer_);
    ASSERT_TRUE(pool_->Load().ok());
  }
  static auth::OAuthGrant Grant() {
    auth::OAuthGrant grant;
    grant.client.id = "client-1";
    grant.client.secret = Secret("client-secret-1");
    grant.refresh_token = Secret("refresh-1");
    return grant;
  }
  static NewAccount New(auth::TokenGrant grant, std::string preset = "gemini") {
    NewAccount account;
    account.preset = std::move(preset);
    account.sign_in = SignIn{std::move(grant), std::nullopt};
    return account;
  }
  Account Added(NewAccount account) {
    auto added = pool_->Add(std::move(account));
    EXPECT_TRUE(added.ok()) << added.status();
    return added.ok() ? *std::move(added) : Account();
  }
  const Account& Now(const AccountId& id) { return pool_->snapshot()->Find(id)->account; }
  static const auth::OAuthGrant& OAuthOf(const Account& account) {
    return std::get<auth::OAuthGrant>(*account.credential.grant);
  }
  static auth::TokenReply Tokens(std::string access, std::string refresh = "") {
    auth::TokenReply reply;
    reply.access_token = Secret(std::move(access));
    reply.refresh_token = Secret(std::move(refresh));
    return reply;
  }
  void ExpectRefused(NewAccount account, const std::string& param, const std::string& text) {
    const auto added = pool_->Add(std::move(account));
    ASSERT_FALSE(added.ok());
    EXPECT_EQ(DetailOf(added.status()).kind, ErrorKind::kInvalidRequest);
    EXPECT_EQ(DetailOf(added.status()).param, param);
    EXPECT_THAT(std::string(added.status().message()), HasSubstr(text));
    EXPECT_TRUE(table_->List()->empty());
  }

  const test::TempDir dir_;
  test::FakeClock clock_;
  FastRandom random_{5};
  auth::SecretBox::Key key_{};
  std::shared_ptr<const catalog::Catalog> catalog_ =
      std::make_shared<const catalog::Catalog>(catalog::Catalog::Shipped());
  CountingObserver observer_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::AccountTable> table_;
  std::unique_ptr<auth::SecretBox> box_;
  std::unique_ptr<AccountPool> pool_;
};

TEST_F(SignInTest, AddsARefreshTokenWithTheProfilesAddresses) {
  const Account account = Added(New(Grant()));
  EXPECT_EQ(account.credential.kind, Credential::Kind::kOAuth);
  EXPECT_EQ(OAuthOf(account).token_url, "https://oauth2.googleapis.com/token");
  EXPECT_THAT(OAuthOf(account).scopes, testing::Contains("https://www.googleapis.com/auth/cloud-platform"));
  // A token is no API key: it travels as a bearer token.
  EXPECT_EQ(account.endpoints.at(Dialect::kGemini).auth, catalog::AuthStyle::kBearer);
  EXPECT_EQ(UsableSecret(account.credential, clock_.Now()), nullptr);
}

TEST_F(SignInTest, KeepsAllOfItOverARestartAndNoSecretInClear) {
  NewAccount wanted = New(Grant());
  wanted.sign_in->tokens = Tokens("access-1", "refresh-1");
  wanted.sign_in->tokens->subject = "me@example.org";
  const AccountId id = Added(std::move(wanted)).id;
  const store::AccountRow row = table_->List()->front();
  EXPECT_EQ(row.credential_kind, "oauth");
  EXPECT_THAT(row.credential_json, HasSubstr("client-1"));
  for (const char* secret : {"client-secret-1", "refresh-1", "access-1"}) {
    EXPECT_THAT(row.credential_json, Not(HasSubstr(secret)));
    EXPECT_THAT(row.sealed_secret, Not(HasSubstr(secret)));
  }
  Restart();
  const Account& account = Now(id);
  EXPECT_EQ(account.state, AccountState::kReady);
  EXPECT_EQ(account.credential.subject, "me@example.org");
  EXPECT_EQ(account.credential.expires, clock_.Now() + seconds(3600));
  EXPECT_EQ(OAuthOf(account).client.secret.Reveal(), "client-secret-1");
  EXPECT_EQ(OAuthOf(account).refresh_token.Reveal(), "refresh-1");
  ASSERT_NE(UsableSecret(account.credential, clock_.Now()), nullptr);
  EXPECT_EQ(UsableSecret(account.credential, clock_.Now())->Reveal(), "access-1");
}

TEST_F(SignInTest, ATokenIsUsableUntilShortlyBeforeItExpires) {
  NewAccount wanted = New(Grant());
  wanted.sign_in->tokens = Tokens("access-1");
  const Account account = Added(std::move(wanted));
  clock_.Advance(seconds(3600) - kTokenMargin - std::chrono::milliseconds(1));
  EXPECT_NE(UsableSecret(account.credential, clock_.Now()), nullptr);
  clock_.Advance(std::chrono::milliseconds(1));
  EXPECT_EQ(UsableSecret(account.credential, clock_.Now()), nullptr);
}

TEST_F(SignInTest, SecretsDoNotOpenForAnotherTokenServer) {
  const AccountId id = Added(New(Grant())).id;
  store::AccountRow row = table_->List()->front();
  const std::string url = "https://oauth2.googleapis.com/token";
  row.credential_json.replace(row.credential_json.find(url), url.size(), "https://evil.example/token");
  ASSERT_TRUE(table_->Put(row).ok());
  Restart();
  EXPECT_EQ(Now(id).state, AccountState::kNeedsSignIn);
  EXPECT_EQ(Now(id).state_reason.code, "secret_unreadable");
  EXPECT_TRUE(OAuthOf(Now(id)).refresh_token.empty());
}

TEST_F(SignInTest, StoresRotatedTokensBeforeTheyAreSeen) {
  const AccountId id = Added(New(Grant())).id;
  const auto first = Now(id).credential.grant;
  const auto stored = pool_->SetTokens(id, first, Tokens("access-2", "refresh-2"));
  ASSERT_TRUE(stored.ok() && *stored);
  EXPECT_EQ(OAuthOf(Now(id)).refresh_token.Reveal(), "refresh-2");
  EXPECT_NE(Now(id).credential.grant, first);
  // A reply without a refresh token keeps the old one, and its grant.
  const auto second = Now(id).credential.grant;
  ASSERT_TRUE(*pool_->SetTokens(id, second, Tokens("access-3")));
  EXPECT_EQ(Now(id).credential.grant, second);
  Restart();
  EXPECT_EQ(OAuthOf(Now(id)).refresh_token.Reveal(), "refresh-2");
  EXPECT_EQ(Now(id).credential.secret.Reveal(), "access-3");
}

TEST_F(SignInTest, DropsTokensOfASignInThatIsOver) {
  const AccountId id = Added(New(Grant())).id;
  const auto old = Now(id).credential.grant;
  auth::OAuthGrant again = Grant();
  again.refresh_token = Secret("refresh-9");
  AccountChange change;
  change.sign_in = SignIn{again, std::nullopt};
  ASSERT_TRUE(pool_->Change(id, std::move(change)).ok());
  EXPECT_FALSE(*pool_->SetTokens(id, old, Tokens("late", "late-refresh")));
  EXPECT_EQ(OAuthOf(Now(id)).refresh_token.Reveal(), "refresh-9");
  ASSERT_TRUE(pool_->Remove(id).ok());
  EXPECT_FALSE(*pool_->SetTokens(id, old, Tokens("late")));
}

TEST_F(SignInTest, ARotatedTokenThatCannotBeStoredIsNotSeen) {
  const AccountId id = Added(New(Grant())).id;
  const auto grant = Now(id).credential.grant;
  const int published = observer_.count;
  ASSERT_TRUE(
      database_->Execute("CREATE TRIGGER full BEFORE INSERT ON accounts BEGIN SELECT RAISE(FAIL, 'full'); END").ok());
  EXPECT_FALSE(pool_->SetTokens(id, grant, Tokens("access-2", "refresh-2")).ok());
  EXPECT_EQ(OAuthOf(Now(id)).refresh_token.Reveal(), "refresh-1");
  EXPECT_TRUE(Now(id).credential.secret.empty());
  EXPECT_EQ(observer_.count, published);
  // Nothing is lost with an access token.
  EXPECT_TRUE(pool_->SetTokens(id, grant, Tokens("access-3")).ok());
  EXPECT_EQ(Now(id).credential.secret.Reveal(), "access-3");
}

TEST_F(SignInTest, ANewSignInHealsAnAccount) {
  const AccountId id = Added(New(Grant())).id;
  pool_->SetState(id, AccountState::kNeedsSignIn, Reason{"sign_in_ended", {}});
  AccountChange change;
  change.sign_in = SignIn{Grant(), Tokens("access-2", "refresh-2")};
  ASSERT_TRUE(pool_->Change(id, std::move(change)).ok());
  EXPECT_EQ(Now(id).state, AccountState::kReady);
  EXPECT_EQ(OAuthOf(Now(id)).refresh_token.Reveal(), "refresh-2");
  AccountChange key;
  key.api_key = Secret("AIza-0123456789");
  const auto refused = pool_->Change(id, std::move(key));
  EXPECT_EQ(DetailOf(refused.status()).param, "api_key");
  AccountChange elsewhere;
  elsewhere.base_url = "https://other.example";
  EXPECT_EQ(DetailOf(pool_->Change(id, std::move(elsewhere)).status()).param, "base_url");
}

TEST_F(SignInTest, AddsAServiceAccount) {
  const auto file = auth::ReadCredentialFile(Secret(test::ServiceAccountFile("https://oauth2.googleapis.com/token")));
  ASSERT_TRUE(file.ok()) << file.status();
  NewAccount wanted = New(file->grant, "vertex");
  wanted.project = file->project;
  const AccountId id = Added(std::move(wanted)).id;
  EXPECT_THAT(table_->List()->front().credential_json, Not(HasSubstr("PRIVATE KEY")));
  Restart();
  const Account& account = Now(id);
  EXPECT_EQ(account.credential.kind, Credential::Kind::kServiceAccount);
  EXPECT_EQ(account.credential.subject, "robot@their-project.iam.gserviceaccount.com");
  const auto& grant = std::get<auth::ServiceAccountGrant>(*account.credential.grant);
  EXPECT_EQ(grant.private_key.Reveal(), test::RsaKey::Shared().private_pem());
  EXPECT_THAT(grant.scopes, testing::ElementsAre("https://www.googleapis.com/auth/cloud-platform"));
}

TEST_F(SignInTest, SaysWhatIsWrongWithASignIn) {
  auth::OAuthGrant grant = Grant();
  ExpectRefused(New(grant, "openai"), "provider", "API keys");
  grant.client.id = " ";
  ExpectRefused(New(grant), "client_id", "issued to");
  grant = Grant();
  grant.refresh_token = Secret("two\nlines");
  ExpectRefused(New(grant), "refresh_token", "no refresh token");
  grant.refresh_token = Secret();
  ExpectRefused(New(grant), "refresh_token", "missing");
  grant = Grant();
  grant.token_url = "http://tokens.example/token";
  ExpectRefused(New(grant), "token_url", "clear text");
  grant.token_url = "ftp://tokens.example";
  ExpectRefused(New(grant), "token_url", "http");
  NewAccount both = New(Grant());
  both.api_key = Secret("AIza-0123456789");
  ExpectRefused(std::move(both), "api_key", "no key");
  NewAccount clear = New(Grant());
  clear.base_url = "http://gemini.example";
  ExpectRefused(std::move(clear), "base_url", "clear text");
}

}  // namespace
}  // namespace ag::pool
