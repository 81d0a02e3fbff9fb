// Accounts that sign in, under real requests: who gets which token, and what a refusal comes to.
#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gatewayd/base/strings.h"
#include "proto/client/control_client.h"
#include "tests/fakes/fake_oauth_server.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/support/http_client.h"
#include "tests/support/rsa_key.h"
#include "tests/support/temp_dir.h"

namespace ag::test {
namespace {

using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::StartsWith;

const std::vector<Field> kJson{{"content-type", "application/json"}};
constexpr const char* kBody = R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}]})";
constexpr const char* kPath = "/v1beta/models/gemini-2.5-flash:generateContent";
constexpr const char* kRefused =
    R"({"error":{"code":401,"message":"Request had invalid authentication credentials.","status":"UNAUTHENTICATED"}})";

// A Gemini API that takes the tokens of `server`, and nothing else.
class GuardedGemini : public FakeUpstream {
 public:
  explicit GuardedGemini(const FakeOAuthServer& server) {
    Respond([&server](const RecordedRequest& request) -> std::optional<Reply> {
      constexpr std::string_view kBearer = "Bearer ";
      const std::string_view token = request.Header("authorization");
      if (!token.starts_with(kBearer) || !server.Accepts(token.substr(kBearer.size()))) {
        return Reply(401).Json(kRefused);
      }
      if (request.method == "GET") return GeminiModels({"gemini-2.5-flash"});
      return GeminiUnary("hello");
    });
  }
};

class Tokens : public testing::Test {
 protected:
  Tokens() {
    WriteFile(folder_->File("catalog.json"), server_.CatalogOverride());
    gateway_ = std::make_unique<Gateway>(folder_, std::map<std::string, std::string>());
  }

  client::v1::Account Add(const std::string& label = "signed-in", int priority = 0) {
    client::v1::CreateAccountRequest request;
    auto& account = *request.mutable_account();
    account.set_provider("gemini");
    account.set_label(label);
    account.set_base_url(gemini_.Origin());
    account.set_project("my-project");
    account.set_priority(priority);
    auto& oauth = *account.mutable_oauth();
    oauth.set_client_id(std::string(FakeOAuthServer::kClientId));
    oauth.set_client_secret(std::string(FakeOAuthServer::kClientSecret));
    oauth.set_refresh_token(server_.IssueRefreshToken());
    const auto created = gateway_->control().CreateAccount(request);
    EXPECT_TRUE(created.ok()) << created.status();
    // The gateway lists the models of a new account by itself: a listing that still ran would meet what the test does
    // to the token next.
    while (Get(created->account().id()).models_size() == 0) {
      if (Get(created->account().id()).state() != client::v1::ACCOUNT_STATE_READY) break;
    }
    EXPECT_GT(Get(created->account().id()).models_size(), 0);
    return created->account();
  }
  client::v1::Account Get(const std::string& id) {
    client::v1::GetAccountRequest request;
    request.set_id(id);
    return gateway_->control().GetAccount(request)->account();
  }
  HttpResponse Post() { return HttpPost(gateway_->port(), kPath, kBody, kJson); }

  FakeOAuthServer server_;
  GuardedGemini gemini_{server_};
  std::shared_ptr<TempDir> folder_ = std::make_shared<TempDir>();  // shared with the gateway
  std::unique_ptr<Gateway> gateway_;
};

TEST_F(Tokens, ARequestCarriesTheTokenAndTheProject) {
  const auto account = Add();
  EXPECT_EQ(Post().status, 200);
  EXPECT_THAT(gemini_.questions().back().Header("authorization"), StartsWith("Bearer ya29.access-"));
  EXPECT_EQ(gemini_.questions().back().Header("x-goog-user-project"), "my-project");
  EXPECT_EQ(gemini_.questions().back().Header("x-goog-api-key"), "");
  EXPECT_EQ(server_.token_requests(), 1U);
  const auto shown = Get(account.id());
  EXPECT_EQ(shown.credential_kind(), client::v1::CREDENTIAL_KIND_OAUTH);
  EXPECT_EQ(shown.subject(), "me@example.org");
  EXPECT_EQ(shown.oauth_client_id(), FakeOAuthServer::kClientId);
  EXPECT_GT(shown.token_expire_time().seconds(), 0);
  EXPECT_EQ(shown.api_key_hint(), "");
  EXPECT_EQ(shown.oauth().refresh_token(), "");
}

// Each of a hundred requests is refused with the old token; one of them gets the new one for all.
TEST_F(Tokens, AHundredRequestsOnAnExpiredTokenCauseOneRefresh) {
  Add();
  server_.Expire();
  const std::size_t before = server_.token_requests();
  std::vector<int> statuses(100);
  std::vector<std::thread> clients;
  for (int& status : statuses) clients.emplace_back([this, &status] { status = Post().status; });
  for (std::thread& client : clients) client.join();
  EXPECT_THAT(statuses, Each(200));
  EXPECT_EQ(server_.token_requests(), before + 1);
}

TEST_F(Tokens, ARefusedTokenIsRenewedOnceAndTheRequestSucceeds) {
  const auto account = Add();
  server_.Expire();
  const HttpResponse reply = Post();
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(server_.token_requests(), 2U);
  EXPECT_EQ(gemini_.questions().size(), 2U);
  EXPECT_EQ(Get(account.id()).state(), client::v1::ACCOUNT_STATE_READY);
  // Both attempts are told.
  EXPECT_EQ(gateway_->WaitForRecord(1).attempts_size(), 2);
}

TEST_F(Tokens, ATokenThatIsRefusedAgainNeedsASignIn) {
  const auto account = Add();
  gemini_.On("POST", kPath, Reply(401).Json(kRefused));
  EXPECT_EQ(Post().status, 502);
  EXPECT_EQ(server_.token_requests(), 2U);
  EXPECT_EQ(gemini_.questions().size(), 2U);
  const auto refused = gateway_->WaitForState(account.id(), client::v1::ACCOUNT_STATE_NEEDS_SIGN_IN);
  EXPECT_EQ(refused.state_reason().code(), "provider_refused");
}

TEST_F(Tokens, AnEndedSignInMovesTheRequestToAnotherAccount) {
  const auto first = Add("first", 1);
  server_.Expire();
  server_.Revoke();
  Add("second");
  const HttpResponse reply = Post();
  EXPECT_EQ(reply.status, 200) << reply.body;
  const auto account = Get(first.id());
  EXPECT_EQ(account.state(), client::v1::ACCOUNT_STATE_NEEDS_SIGN_IN);
  EXPECT_EQ(account.state_reason().code(), "sign_in_ended");
}

TEST_F(Tokens, ATokenServerThatIsDownCoolsTheAccountAndNoMore) {
  const auto account = Add();
  server_.Expire();
  for (int i = 0; i < 20; ++i) server_.AnswerNext(Reply(503).Body("busy"));
  const HttpResponse reply = Post();
  EXPECT_EQ(reply.status, 503) << reply.body;
  EXPECT_THAT(reply.body, HasSubstr("token server failed"));
  EXPECT_EQ(Get(account.id()).state(), client::v1::ACCOUNT_STATE_READY);
  while (Get(account.id()).cooldowns_size() == 0) {
  }
  EXPECT_EQ(Get(account.id()).cooldowns(0).cause(), client::v1::ERROR_KIND_UPSTREAM_SERVER);
}

TEST_F(Tokens, DisablingWhileATokenIsGotSendsNothing) {
  const auto account = Add();
  server_.Expire();
  const auto gate = std::make_shared<Gate>();
  server_.Hold(gate);
  HttpResponse reply;
  std::thread client([&] { reply = Post(); });
  EXPECT_TRUE(server_.WaitForTokenRequests(2));
  const std::size_t before = gemini_.requests().size();
  client::v1::UpdateAccountRequest update;
  update.mutable_account()->set_id(account.id());
  update.mutable_account()->set_enabled(false);
  update.mutable_update_mask()->add_paths("enabled");
  EXPECT_TRUE(gateway_->control().UpdateAccount(update).ok());
  gate->Open();
  client.join();
  EXPECT_GE(reply.status, 400);
  EXPECT_EQ(gemini_.requests().size(), before);
}

TEST_F(Tokens, ARotatedRefreshTokenSurvivesARestart) {
  server_.SetRotation(FakeOAuthServer::Rotation::kRotate);
  Add();
  server_.Expire();
  EXPECT_EQ(Post().status, 200);
  gateway_->Stop();
  server_.Expire();
  gateway_ = std::make_unique<Gateway>(folder_, std::map<std::string, std::string>());
  EXPECT_EQ(Post().status, 200);
}

TEST_F(Tokens, AServiceAccountSignsForItsTokens) {
  client::v1::CreateAccountRequest request;
  auto& account = *request.mutable_account();
  account.set_provider("gemini");
  account.set_base_url(gemini_.Origin());
  account.set_credential_file(ServiceAccountFile(server_.token_url()));
  const auto created = gateway_->control().CreateAccount(request);
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->account().credential_kind(), client::v1::CREDENTIAL_KIND_SERVICE_ACCOUNT);
  EXPECT_EQ(created->account().project(), "their-project");
  EXPECT_EQ(created->account().credential_file(), "");
  EXPECT_EQ(Post().status, 200);
  EXPECT_THAT(server_.FieldOfRequests("grant_type"), Each(HasSubstr("jwt-bearer")));
}

}  // namespace
}  // namespace ag::test
