#include "gatewayd/auth/authorization.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "gatewayd/base/error.h"
#include "gatewayd/http/message.h"

namespace ag::auth {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

catalog::OAuthProfile Profile() {
  catalog::OAuthProfile profile;
  profile.name = "example";
  profile.authorize_url = "https://example.org/authorize";
  profile.token_url = "https://example.org/token";
  profile.scopes = {"openid"};
  profile.authorize_parameters = {{"access_type", "offline"}};
  return profile;
}

std::string CodeOf(const absl::StatusOr<Secret>& code) {
  return code.ok() ? std::string(code->Reveal()) : std::string(code.status().message());
}

// The example of RFC 7636, appendix B.
TEST(Authorization, DerivesTheChallengeOfTheRfc) {
  EXPECT_EQ(PkceChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(Authorization, MakesAnotherVerifierAndStateEachTime) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const Pkce pkce = NewPkce();
    EXPECT_EQ(pkce.verifier.Reveal().size(), 43U);
    EXPECT_EQ(pkce.challenge, PkceChallenge(pkce.verifier.Reveal()));
    EXPECT_TRUE(seen.insert(std::string(pkce.verifier.Reveal())).second);
    const std::string state = NewState();
    EXPECT_EQ(state.size(), 22U);
    EXPECT_TRUE(seen.insert(state).second);
  }
}

TEST(Authorization, BuildsTheUrlFromTheProfile) {
  AuthorizationRequest request;
  request.client_id = "id&x";
  request.redirect_uri = RedirectUri(Profile(), 4711);
  request.scopes = {"https://example.org/auth/all"};
  request.challenge = "chal-lenge";
  request.state = "st_ate";
  request.login_hint = "me@example.org";
  const std::string url = AuthorizationUrl(Profile(), request);
  ASSERT_THAT(url, StartsWith("https://example.org/authorize?"));
  const std::string query = url.substr(url.find('?') + 1);
  const auto value = [&](const char* name) { return http::QueryValue(query, name).value_or("(none)"); };
  EXPECT_EQ(value("response_type"), "code");
  EXPECT_EQ(value("client_id"), "id&x");
  EXPECT_EQ(value("redirect_uri"), "http://127.0.0.1:4711/");
  EXPECT_EQ(value("scope"), "openid https://example.org/auth/all");
  EXPECT_EQ(value("state"), "st_ate");
  EXPECT_EQ(value("code_challenge"), "chal-lenge");
  EXPECT_EQ(value("code_challenge_method"), "S256");
  EXPECT_EQ(value("access_type"), "offline");
  EXPECT_EQ(value("login_hint"), "me@example.org");
  // A space is %20 in every decoder, a plus only in some.
  EXPECT_THAT(url, HasSubstr("openid%20https%3A%2F%2F"));

  catalog::OAuthProfile other = Profile();
  other.authorize_url += "?tenant=7";
  other.redirect_host = "localhost";
  other.redirect_path = "/callback";
  EXPECT_EQ(RedirectUri(other, 1), "http://localhost:1/callback");
  EXPECT_THAT(AuthorizationUrl(other, request), StartsWith("https://example.org/authorize?tenant=7&response_type="));
}

TEST(Authorization, TakesACodeOnlyWithItsState) {
  EXPECT_EQ(CodeOf(CodeFromQuery("state=s1&code=4%2F0AbC&scope=x", "s1")), "4/0AbC");
  for (const char* query : {"code=abc", "state=&code=abc", "state=s2&code=abc", "state=s11&code=abc"}) {
    const auto code = CodeFromQuery(query, "s1");
    ASSERT_FALSE(code.ok()) << query;
    EXPECT_EQ(KindOf(code.status()), ErrorKind::kClientAuth) << query;
  }
  // Without a state that was sent out nothing is believed, not even a refusal.
  EXPECT_EQ(KindOf(CodeFromQuery("error=access_denied", "s1").status()), ErrorKind::kClientAuth);
}

TEST(Authorization, TellsARefusal) {
  const auto denied = CodeFromQuery("state=s1&error=access_denied", "s1");
  ASSERT_FALSE(denied.ok());
  EXPECT_EQ(KindOf(denied.status()), ErrorKind::kAccountForbidden);
  const auto other = CodeFromQuery("state=s1&error=invalid_scope&error_description=no+such%0Ascope", "s1");
  EXPECT_EQ(KindOf(other.status()), ErrorKind::kAccountAuth);
  EXPECT_EQ(DetailOf(other.status()).provider_code, "invalid_scope");
  EXPECT_THAT(CodeOf(other), HasSubstr("no such scope"));
  for (const char* query : {"state=s1", "state=s1&code=", "state=s1&code=a%20b", "state=s1&code=a%0d%0ab"}) {
    EXPECT_EQ(KindOf(CodeFromQuery(query, "s1").status()), ErrorKind::kInvalidRequest) << query;
  }
}

TEST(Authorization, ReadsWhatAPersonPastes) {
  for (const char* text :
       {"4/0AbC-d_e", " 4/0AbC-d_e\n", "4%2F0AbC-d_e", "http://127.0.0.1:99/?state=s1&code=4/0AbC-d_e",
        "http://localhost:99/cb?code=4%2F0AbC-d_e&state=s1#x", "?state=s1&code=4/0AbC-d_e",
        "state=s1&code=4/0AbC-d_e\r\n"}) {
    EXPECT_EQ(CodeOf(CodeFromPaste(text, "s1")), "4/0AbC-d_e") << text;
  }
  EXPECT_EQ(KindOf(CodeFromPaste("http://127.0.0.1:99/?state=s2&code=abc", "s1").status()), ErrorKind::kClientAuth);
  EXPECT_EQ(KindOf(CodeFromPaste("http://127.0.0.1:99/?state=s1&error=access_denied", "s1").status()),
            ErrorKind::kAccountForbidden);
  for (const char* text : {"", "  ", "http://127.0.0.1:99/", "two words"}) {
    const auto code = CodeFromPaste(text, "s1");
    EXPECT_EQ(KindOf(code.status()), ErrorKind::kInvalidRequest) << text;
    EXPECT_EQ(DetailOf(code.status()).param, "code") << text;
  }
}

}  // namespace
}  // namespace ag::auth
