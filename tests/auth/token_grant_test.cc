#include "gatewayd/auth/token_grant.h"

#include <absl/strings/escaping.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "gatewayd/auth/credential_file.h"
#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/http/message.h"
#include "tests/support/rsa_key.h"

namespace ag::auth {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

OAuthGrant Grant() {
  OAuthGrant grant;
  grant.client.id = "client";
  grant.client.secret = Secret("s&cret");
  grant.token_url = "https://example.org/token";
  grant.refresh_token = Secret("1//refresh");
  return grant;
}

std::string ValueOf(const Secret& form, std::string_view name) {
  return http::QueryValue(form.Reveal(), name).value_or("(none)");
}

std::string Message(const absl::Status& status) { return std::string(status.message()); }

TEST(TokenGrant, RefreshesWithTheClientThatItWasIssuedTo) {
  const auto form = TokenForm(Grant(), WallTime());
  ASSERT_TRUE(form.ok());
  EXPECT_EQ(ValueOf(*form, "grant_type"), "refresh_token");
  EXPECT_EQ(ValueOf(*form, "refresh_token"), "1//refresh");
  EXPECT_EQ(ValueOf(*form, "client_id"), "client");
  EXPECT_EQ(ValueOf(*form, "client_secret"), "s&cret");
  OAuthGrant bare = Grant();
  bare.client.secret = Secret();
  EXPECT_EQ(ValueOf(*TokenForm(bare, WallTime()), "client_secret"), "(none)");
}

TEST(TokenGrant, ExchangesACodeWithItsVerifier) {
  const Secret form = CodeForm(Grant().client, "4/code", "http://127.0.0.1:1/", Secret("verifier"));
  EXPECT_EQ(ValueOf(form, "grant_type"), "authorization_code");
  EXPECT_EQ(ValueOf(form, "code"), "4/code");
  EXPECT_EQ(ValueOf(form, "redirect_uri"), "http://127.0.0.1:1/");
  EXPECT_EQ(ValueOf(form, "code_verifier"), "verifier");
  EXPECT_EQ(ValueOf(form, "client_secret"), "s&cret");
}

TEST(TokenGrant, SignsTheAssertionOfAServiceAccount) {
  const auto file = ReadCredentialFile(Secret(test::ServiceAccountFile("https://example.org/token")));
  ASSERT_TRUE(file.ok()) << file.status();
  auto grant = std::get<ServiceAccountGrant>(file->grant);
  grant.scopes = {"scope-a", "scope-b"};
  const WallTime now(seconds(1'000'000));
  const auto form = TokenForm(grant, now);
  ASSERT_TRUE(form.ok()) << form.status();
  EXPECT_EQ(ValueOf(*form, "grant_type"), "urn:ietf:params:oauth:grant-type:jwt-bearer");

  const std::string jwt = ValueOf(*form, "assertion");
  const std::size_t dot = jwt.rfind('.');
  std::string header, claims, signature;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(jwt.substr(0, jwt.find('.')), &header));
  ASSERT_TRUE(absl::WebSafeBase64Unescape(jwt.substr(jwt.find('.') + 1, dot - jwt.find('.') - 1), &claims));
  ASSERT_TRUE(absl::WebSafeBase64Unescape(jwt.substr(dot + 1), &signature));
  EXPECT_EQ(header, R"({"alg":"RS256","typ":"JWT","kid":"key-1"})");
  EXPECT_EQ(claims, R"({"iss":"robot@their-project.iam.gserviceaccount.com","scope":"scope-a scope-b",)"
                    R"("aud":"https://example.org/token","iat":1000000,"exp":1003600})");
  EXPECT_TRUE(test::RsaKey::Shared().Verifies(jwt.substr(0, dot), signature));
  EXPECT_FALSE(test::RsaKey::Shared().Verifies(jwt.substr(0, dot - 1), signature));

  grant.private_key = Secret("-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n");
  const auto bad = TokenForm(grant, now);
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(KindOf(bad.status()), ErrorKind::kAccountAuth);
  EXPECT_THAT(Message(bad.status()), Not(HasSubstr("abc")));
}

TEST(TokenReply, ReadsTokensAndWhoSignedIn) {
  const std::string claims = absl::WebSafeBase64Escape(R"({"email":"me@example.org"})");
  const auto reply = ParseTokenReply(
      200,
      R"({"access_token":"ya29.x","expires_in":3599,"refresh_token":"1//new","token_type":"Bearer","id_token":"h.)" +
          claims + R"(.s"})");
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->access_token.Reveal(), "ya29.x");
  EXPECT_EQ(reply->lifetime, seconds(3599));
  EXPECT_EQ(reply->refresh_token.Reveal(), "1//new");
  EXPECT_EQ(reply->subject, "me@example.org");

  const auto bare = ParseTokenReply(200, R"({"access_token":"t","id_token":"not a token"})");
  ASSERT_TRUE(bare.ok());
  EXPECT_EQ(bare->lifetime, seconds(3600));
  EXPECT_TRUE(bare->refresh_token.empty());
  EXPECT_EQ(bare->subject, "");
  EXPECT_EQ(ParseTokenReply(200, R"({"access_token":"t","expires_in":-5})")->lifetime, seconds(0));
}

TEST(TokenReply, ClassifiesTheErrorsOfTheRfc) {
  const auto kind = [](int status, const std::string& body) { return KindOf(ParseTokenReply(status, body).status()); };
  const auto error = [](const std::string& code) { return R"({"error":")" + code + R"("})"; };
  EXPECT_EQ(kind(400, error("invalid_grant")), ErrorKind::kAccountAuth);
  EXPECT_EQ(kind(401, error("invalid_client")), ErrorKind::kAccountAuth);
  EXPECT_EQ(kind(400, error("unauthorized_client")), ErrorKind::kAccountAuth);
  EXPECT_EQ(kind(403, error("access_denied")), ErrorKind::kAccountForbidden);
  EXPECT_EQ(kind(400, error("invalid_scope")), ErrorKind::kInvalidRequest);
  EXPECT_EQ(kind(400, error("unsupported_grant_type")), ErrorKind::kInvalidRequest);
  EXPECT_EQ(kind(200, error("invalid_grant")), ErrorKind::kAccountAuth);
  EXPECT_EQ(kind(503, error("temporarily_unavailable")), ErrorKind::kUpstreamServer);
  EXPECT_EQ(kind(500, "oops"), ErrorKind::kUpstreamServer);
  EXPECT_EQ(kind(429, "{}"), ErrorKind::kRateMinute);
  EXPECT_EQ(kind(400, error("interaction_required")), ErrorKind::kAccountAuth);
  EXPECT_EQ(kind(400, error("admin_policy_enforced")), ErrorKind::kAccountForbidden);
  EXPECT_EQ(kind(403, error("org_internal")), ErrorKind::kAccountForbidden);
  EXPECT_EQ(kind(401, error("deleted_client")), ErrorKind::kAccountAuth);
  EXPECT_EQ(kind(404, "<html>"), ErrorKind::kProtocol);
  EXPECT_EQ(kind(200, "<html>"), ErrorKind::kProtocol);
  EXPECT_EQ(kind(200, "{}"), ErrorKind::kProtocol);
  EXPECT_EQ(kind(200, R"({"access_token":"a b"})"), ErrorKind::kProtocol);
  EXPECT_EQ(kind(200, R"({"access_token":"a","token_type":"mac"})"), ErrorKind::kProtocol);
}

// It may be a captive portal's, or a front end's in trouble.
TEST(TokenReply, AnAnswerThatIsNoneOfTheRfcsEndsNoSignIn) {
  for (const int status : {302, 400, 401, 403, 404, 407, 511}) {
    for (const char* const body :
         {"", "<html>Sign in to the hotel</html>", R"({"error":"forbidden"})", R"({"error":true})", R"({"code":7})",
          R"({"error":{"status":"PERMISSION_DENIED","message":"m"}})"}) {
      const absl::Status error = ParseTokenReply(status, body).status();
      EXPECT_FALSE(error.ok());
      EXPECT_FALSE(NeedsNewSignIn(error)) << status << " " << body << ": " << error;
    }
  }
}

TEST(TokenReply, SaysWhatTheServerSaidAndThatItIsTheAccount) {
  const auto reply =
      ParseTokenReply(400, R"({"error":"invalid_grant","error_description":"Token has been expired or revoked."})");
  const ErrorDetail detail = DetailOf(reply.status());
  EXPECT_EQ(detail.scope, ErrorScope::kAccount);
  EXPECT_EQ(detail.provider_code, "invalid_grant");
  EXPECT_EQ(detail.provider_text, "Token has been expired or revoked.");
  EXPECT_THAT(Message(reply.status()), HasSubstr("Token has been expired or revoked."));
  EXPECT_TRUE(NeedsNewSignIn(reply.status()));
  EXPECT_FALSE(NeedsNewSignIn(ParseTokenReply(500, "").status()));
  EXPECT_FALSE(NeedsNewSignIn(MakeError(ErrorKind::kConnect, "x")));
}

TEST(CredentialFile, ReadsBothKinds) {
  const auto service = ReadCredentialFile(Secret(test::ServiceAccountFile("https://example.org/token")));
  ASSERT_TRUE(service.ok());
  EXPECT_EQ(service->project, "their-project");
  EXPECT_EQ(TokenUrlOf(service->grant), "https://example.org/token");
  const auto user = ReadCredentialFile(Secret(
      R"({"type":"authorized_user","client_id":"c","client_secret":"s","refresh_token":"r","quota_project_id":"q"})"));
  ASSERT_TRUE(user.ok());
  EXPECT_EQ(user->project, "q");
  EXPECT_EQ(TokenUrlOf(user->grant), "");
  EXPECT_EQ(std::get<OAuthGrant>(user->grant).refresh_token.Reveal(), "r");
}

TEST(CredentialFile, SaysWhatIsMissingAndQuotesNothing) {
  const auto message = [](const std::string& json) { return Message(ReadCredentialFile(Secret(json)).status()); };
  EXPECT_THAT(message("secret-text"), HasSubstr("no JSON object"));
  EXPECT_THAT(message("secret-text"), Not(HasSubstr("secret-text")));
  EXPECT_THAT(message(R"({"type":"authorized_user","client_id":"c"})"), HasSubstr("\"refresh_token\""));
  EXPECT_THAT(message(R"({"type":"service_account","client_email":"e","private_key":"k"})"),
              HasSubstr("\"token_uri\""));
  EXPECT_THAT(message(R"({"type":"service_account","client_email":"e","private_key":"k","token_uri":"u"})"),
              HasSubstr("RSA key"));
  EXPECT_THAT(message(R"({"installed":{"client_id":"c"}})"), HasSubstr("sign-in"));
  EXPECT_THAT(message(R"({"type":"external_account"})"), HasSubstr("\"service_account\""));
}

}  // namespace
}  // namespace ag::auth
