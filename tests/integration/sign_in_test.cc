// Sign-ins through a browser, end to end: the control service, the loopback listener, an authorization server.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/client/control_client.h"
#include "tests/fakes/fake_oauth_server.h"
#include "tests/fakes/fake_proxy.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/fakes/tls_identity.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/support/fast_clock.h"
#include "tests/support/http_client.h"
#include "tests/support/socket.h"
#include "tests/support/temp_dir.h"

namespace ag::test {
namespace {

namespace v1 = client::v1;
using testing::HasSubstr;

constexpr const char* kBody = R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}]})";
constexpr const char* kPath = "/v1beta/models/gemini-2.5-flash:generateContent";

// Where a browser was sent, taken apart.
struct Address {
  std::uint16_t port = 0;
  std::string target;
};
Address Parse(std::string_view url) {
  Address address;
  const auto authority = url.find("://") + 3;
  const auto path = url.find('/', authority);
  const auto colon = url.rfind(':', path);
  std::from_chars(url.data() + colon + 1, url.data() + path, address.port);
  address.target = std::string(url.substr(path));
  return address;
}

std::string StateIn(std::string_view url) {
  const auto at = url.find("state=") + 6;
  return std::string(url.substr(at, url.find('&', at) - at));
}

HttpResponse Visit(std::string_view url) {
  const Address address = Parse(url);
  return HttpGet(address.port, address.target);
}

// The status line's code of a GET over IPv6; 0 when nobody answers.
int VisitIpv6(const Address& address) {
  Socket socket(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 to{};
  to.sin6_family = AF_INET6;
  to.sin6_port = htons(address.port);
  to.sin6_addr = in6addr_loopback;
  if (::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&to), sizeof(to)) != 0) return 0;
  socket.Write("GET " + address.target + " HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n");
  std::string head;
  std::array<char, 512> buffer{};
  while (head.size() < 12) {
    const long size = socket.Read(buffer.data(), buffer.size());
    if (size <= 0) return 0;
    head.append(buffer.data(), static_cast<std::size_t>(size));
  }
  int status = 0;
  std::from_chars(head.data() + 9, head.data() + 12, status);
  return status;
}

class SignIns : public testing::Test {
 protected:
  SignIns() {
    WriteFile(folder_->File("catalog.json"), server_.CatalogOverride());
    gemini_.Respond([this](const RecordedRequest& request) -> std::optional<Reply> {
      constexpr std::string_view kBearer = "Bearer ";
      const std::string_view token = request.Header("authorization");
      if (!token.starts_with(kBearer) || !server_.Accepts(token.substr(kBearer.size()))) {
        return Reply(401).Json(R"({"error":{"code":401,"message":"no","status":"UNAUTHENTICATED"}})");
      }
      return request.method == "GET" ? GeminiModels({"gemini-2.5-flash"}) : GeminiUnary("hello");
    });
  }
  void Start() { gateway_ = std::make_unique<Gateway>(folder_, Settings{}); }
  void Start(const Clock& clock) { gateway_ = std::make_unique<Gateway>(folder_, Settings{}, clock); }

  static v1::BeginSignInRequest Wanted(const std::string& base_url) {
    v1::BeginSignInRequest request;
    request.mutable_account()->set_provider("gemini");
    request.mutable_account()->set_label("me");
    request.mutable_account()->set_base_url(base_url);
    request.set_client_id(std::string(FakeOAuthServer::kClientId));
    request.set_client_secret(std::string(FakeOAuthServer::kClientSecret));
    return request;
  }
  v1::SignIn Begin() { return Begin(Wanted(gemini_.Origin())); }
  v1::SignIn Begin(const v1::BeginSignInRequest& request) {
    const auto begun = gateway_->control().BeginSignIn(request);
    EXPECT_TRUE(begun.ok()) << begun.status();
    return begun.ok() ? begun->sign_in() : v1::SignIn();
  }
  v1::SignIn Get(const std::string& id) {
    v1::GetSignInRequest request;
    request.set_id(id);
    const auto found = gateway_->control().GetSignIn(request);
    EXPECT_TRUE(found.ok()) << found.status();
    return found.ok() ? found->sign_in() : v1::SignIn();
  }
  // Asks until it is over: each question goes through the control context, where the sign-in runs.
  v1::SignIn WaitForEnd(const std::string& id) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    v1::SignIn sign_in = Get(id);
    while (sign_in.state() == v1::SIGN_IN_STATE_WAITING || sign_in.state() == v1::SIGN_IN_STATE_EXCHANGING) {
      if (std::chrono::steady_clock::now() > give_up) break;
      sign_in = Get(id);
    }
    return sign_in;
  }
  absl::StatusOr<v1::CompleteSignInResponse> Paste(const std::string& id, const std::string& text) {
    v1::CompleteSignInRequest request;
    request.set_id(id);
    request.set_code_or_url(text);
    return gateway_->control().CompleteSignIn(request);
  }
  v1::Account Account(const std::string& id) {
    v1::GetAccountRequest request;
    request.set_id(id);
    return gateway_->control().GetAccount(request)->account();
  }
  int AccountCount() { return gateway_->control().ListAccounts({})->accounts_size(); }
  int Ask() { return HttpPost(gateway_->port(), kPath, kBody, {{"content-type", "application/json"}}).status; }

  FakeOAuthServer server_;
  FakeUpstream gemini_;
  std::shared_ptr<TempDir> folder_ = std::make_shared<TempDir>();  // shared with the gateway
  std::unique_ptr<Gateway> gateway_;
};

TEST_F(SignIns, TheBrowserBringsTheCodeBack) {
  Start();
  const v1::SignIn begun = Begin();
  EXPECT_EQ(begun.state(), v1::SIGN_IN_STATE_WAITING);
  EXPECT_THAT(begun.url(), HasSubstr("code_challenge_method=S256"));
  const std::string back = server_.Authorize(begun.url());
  const HttpResponse page = Visit(back);
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("Close this page"));
  EXPECT_EQ(page.Header("referrer-policy"), "no-referrer");
  const v1::SignIn ended = WaitForEnd(begun.id());
  ASSERT_EQ(ended.state(), v1::SIGN_IN_STATE_DONE) << ended.error();
  const v1::Account account = Account(ended.account_id());
  EXPECT_EQ(account.label(), "me");
  EXPECT_EQ(account.credential_kind(), v1::CREDENTIAL_KIND_OAUTH);
  EXPECT_EQ(Ask(), 200);
  EXPECT_EQ(Connect(Parse(back).port), nullptr) << "nobody listens any more";
}

TEST_F(SignIns, BrowsersComeForMoreThanTheRedirect) {
  Start();
  const v1::SignIn begun = Begin();
  const Address back = Parse(server_.Authorize(begun.url()));
  HttpConnection idle(back.port);  // opened ahead and never used
  EXPECT_EQ(HttpGet(back.port, "/favicon.ico").status, 404);
  HttpConnection browser(back.port);
  const HttpResponse preflight =
      browser.Exchange("OPTIONS", back.target,
                       {{"origin", "https://accounts.example"}, {"access-control-request-private-network", "true"}});
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.Header("access-control-allow-private-network"), "true");
  EXPECT_EQ(HttpGet(back.port, "/?code=stolen&state=of-another").status, 400);
  EXPECT_EQ(HttpGet(back.port, "/?state=" + StateIn(begun.url())).status, 400) << "neither code nor error";
  EXPECT_EQ(Get(begun.id()).state(), v1::SIGN_IN_STATE_WAITING);
  EXPECT_EQ(server_.token_requests(), 0U);
  EXPECT_EQ(browser.Exchange("GET", back.target, {}).status, 200);
  EXPECT_EQ(WaitForEnd(begun.id()).state(), v1::SIGN_IN_STATE_DONE);
}

TEST_F(SignIns, ABrowserThatTakesLocalhostForIpv6IsHeard) {
  Start();
  const v1::SignIn begun = Begin();
  const Address back = Parse(server_.Authorize(begun.url()));
  const int status = VisitIpv6(back);
  if (status == 0) GTEST_SKIP() << "this machine has no ::1";
  EXPECT_EQ(status, 200);
  EXPECT_EQ(WaitForEnd(begun.id()).state(), v1::SIGN_IN_STATE_DONE);
}

TEST_F(SignIns, APersonPastesTheAddressOrTheCode) {
  Start();
  const v1::SignIn by_address = Begin();
  EXPECT_FALSE(Paste(by_address.id(), "not an answer").ok());
  EXPECT_FALSE(Paste(by_address.id(), "http://127.0.0.1:1/?code=c&state=of-another").ok());
  EXPECT_EQ(Get(by_address.id()).state(), v1::SIGN_IN_STATE_WAITING);
  EXPECT_TRUE(Paste(by_address.id(), " " + server_.Authorize(by_address.url()) + "\n").ok());
  EXPECT_EQ(WaitForEnd(by_address.id()).state(), v1::SIGN_IN_STATE_DONE);
  v1::BeginSignInRequest second = Wanted(gemini_.Origin());
  second.mutable_account()->set_label("me too");
  const v1::SignIn by_code = Begin(second);
  const std::string back = server_.Authorize(by_code.url());
  const auto at = back.find("code=") + 5;
  EXPECT_TRUE(Paste(by_code.id(), back.substr(at, back.find('&', at) - at)).ok());
  EXPECT_EQ(WaitForEnd(by_code.id()).state(), v1::SIGN_IN_STATE_DONE);
  EXPECT_EQ(AccountCount(), 2);
}

TEST_F(SignIns, ARefusalInTheBrowserEndsIt) {
  Start();
  const v1::SignIn begun = Begin();
  server_.RedirectNext("error=access_denied&state=" + StateIn(begun.url()));
  EXPECT_THAT(Visit(server_.Authorize(begun.url())).body, HasSubstr("Not signed in"));
  const v1::SignIn ended = WaitForEnd(begun.id());
  EXPECT_EQ(ended.state(), v1::SIGN_IN_STATE_FAILED);
  EXPECT_THAT(ended.error(), HasSubstr("access_denied"));
  EXPECT_EQ(AccountCount(), 0);
}

TEST_F(SignIns, AServerThatRefusesTheCodeIsQuoted) {
  Start();
  const v1::SignIn begun = Begin();
  server_.AnswerNext(Reply(400).Json(R"({"error":"invalid_grant","error_description":"Malformed auth code."})"));
  Visit(server_.Authorize(begun.url()));
  const v1::SignIn ended = WaitForEnd(begun.id());
  EXPECT_EQ(ended.state(), v1::SIGN_IN_STATE_FAILED);
  EXPECT_THAT(ended.error(), HasSubstr("Malformed auth code."));
  EXPECT_EQ(ended.error_kind(), v1::ERROR_KIND_ACCOUNT_AUTH);
  EXPECT_EQ(AccountCount(), 0);
}

// Google gives a refresh token with a person's first consent only, unless the client was taken its access back.
TEST_F(SignIns, WithoutARefreshTokenNothingIsStored) {
  Start();
  const v1::SignIn begun = Begin();
  server_.AnswerNext(Reply().Json(R"({"access_token":"ya29.only","expires_in":3600,"token_type":"Bearer"})"));
  Visit(server_.Authorize(begun.url()));
  const v1::SignIn ended = WaitForEnd(begun.id());
  EXPECT_EQ(ended.state(), v1::SIGN_IN_STATE_FAILED);
  EXPECT_EQ(ended.account_id(), "");
  EXPECT_THAT(ended.error(), HasSubstr("gave no refresh token"));
  EXPECT_THAT(ended.error(), HasSubstr("take the gateway's access back"));
  EXPECT_THAT(ended.error(), HasSubstr("sign in again"));
  EXPECT_EQ(AccountCount(), 0);
  gateway_.reset();
  Start();
  EXPECT_EQ(AccountCount(), 0) << "nor in the database";
  // Nor is its label taken.
  const v1::SignIn again = Begin();
  Visit(server_.Authorize(again.url()));
  EXPECT_EQ(WaitForEnd(again.id()).state(), v1::SIGN_IN_STATE_DONE);
}

TEST_F(SignIns, CancellingFreesThePort) {
  Start();
  const v1::SignIn begun = Begin();
  v1::CancelSignInRequest request;
  request.set_id(begun.id());
  ASSERT_TRUE(gateway_->control().CancelSignIn(request).ok());
  const v1::SignIn ended = WaitForEnd(begun.id());
  EXPECT_EQ(ended.state(), v1::SIGN_IN_STATE_FAILED);
  EXPECT_THAT(ended.error(), HasSubstr("cancelled"));
  EXPECT_EQ(Connect(Parse(server_.Authorize(begun.url())).port), nullptr);
  EXPECT_FALSE(Paste(begun.id(), "a-code").ok());
}

TEST_F(SignIns, NobodyIsWaitedForLongerThanFiveMinutes) {
  const FastClock clock(600);
  Start(clock);
  const v1::SignIn begun = Begin();
  const v1::SignIn ended = WaitForEnd(begun.id());
  EXPECT_EQ(ended.state(), v1::SIGN_IN_STATE_FAILED);
  EXPECT_THAT(ended.error(), HasSubstr("nobody signed in within five minutes"));
  gateway_.reset();  // before its clock
}

TEST_F(SignIns, AnAccountThatMustSignInAgainIsHealed) {
  Start();
  const v1::SignIn first = Begin();
  Visit(server_.Authorize(first.url()));
  const std::string id = WaitForEnd(first.id()).account_id();
  ASSERT_EQ(Ask(), 200);
  server_.Revoke();
  server_.Expire();
  EXPECT_EQ(Ask(), 502);
  EXPECT_EQ(Account(id).state(), v1::ACCOUNT_STATE_NEEDS_SIGN_IN);
  v1::BeginSignInRequest again;
  again.mutable_account()->set_id(id);
  const v1::SignIn second = Begin(again);
  EXPECT_THAT(second.url(), HasSubstr("login_hint=me%40example.org"));
  Visit(server_.Authorize(second.url()));
  EXPECT_EQ(WaitForEnd(second.id()).account_id(), id);
  EXPECT_EQ(Ask(), 200);
  EXPECT_EQ(AccountCount(), 1);
}

// Also the code is exchanged by the way out that the account is to have: its token server is reached by no other.
TEST_F(SignIns, GoThroughTheAccountsOwnProxy) {
  const TlsIdentity identity("tokens.test");
  FakeUpstream tokens(identity);
  tokens.Respond([](const RecordedRequest&) {
    return Reply().Json(R"({"access_token":"ya29.a","refresh_token":"1//r","expires_in":3600,"token_type":"Bearer"})");
  });
  FakeProxy socks(FakeProxy::Protocol::kSocks5);
  socks.Map("tokens.test:443", tokens.port());
  std::string catalog = server_.CatalogOverride();
  const auto at = catalog.find(server_.token_url());
  ASSERT_NE(at, std::string::npos);
  WriteFile(folder_->File("catalog.json"),
            catalog.replace(at, server_.token_url().size(), "https://tokens.test/token"));
  WriteFile(folder_->File("ca.pem"), identity.ca_pem());
  Start();
  v1::BeginSignInRequest wanted = Wanted(gemini_.Origin());
  wanted.mutable_account()->mutable_egress()->set_mode(v1::EGRESS_MODE_PROXY);
  wanted.mutable_account()->mutable_egress()->set_proxy_url(socks.Url());
  wanted.mutable_account()->mutable_egress()->set_ca_file(folder_->File("ca.pem"));
  for (int time = 0; time < 2; ++time) {
    const v1::SignIn begun = Begin(wanted);
    EXPECT_TRUE(Paste(begun.id(), "4/a-code").ok());
    const v1::SignIn ended = WaitForEnd(begun.id());
    ASSERT_EQ(ended.state(), v1::SIGN_IN_STATE_DONE) << ended.error();
    // And when it signs in again.
    wanted.clear_account();
    wanted.mutable_account()->set_id(ended.account_id());
  }
  std::size_t codes = 0;
  for (const RecordedRequest& request : tokens.requests())
    codes += request.body.find("4%2Fa-code") != std::string::npos;
  EXPECT_EQ(codes, 2U);
  EXPECT_FALSE(socks.seen().empty());
}

}  // namespace
}  // namespace ag::test
