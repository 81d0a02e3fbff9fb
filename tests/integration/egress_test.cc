#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/fakes/fake_proxy.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/fakes/tls_identity.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/support/gate.h"
#include "tests/support/http_client.h"

// Providers under names that nothing but the proxies can resolve.
namespace ag::test {
namespace {

namespace v1 = client::v1;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kChat = R"({"model":"gpt-5-mini","messages":[{"role":"user","content":"hi"}]})";
const std::vector<ag::test::Field> kJson{{"content-type", "application/json"}};

class EgressOfAccounts : public testing::Test {
 protected:
  EgressOfAccounts() { upstream_.On("GET", "/v1/models", OpenAiModels({"gpt-5-mini"})); }

  // An account whose provider only the proxy reaches, made with its way out.
  v1::Account AddAccount(Gateway& gateway, const std::string& host, const std::string& proxy_url,
                         const std::string& ca_file = {}) {
    v1::CreateAccountRequest request;
    auto& account = *request.mutable_account();
    account.set_provider("openai");
    account.set_label(host);
    account.set_base_url("https://" + host + "/v1");
    account.set_api_key("test-key");
    if (!proxy_url.empty()) {
      account.mutable_egress()->set_mode(v1::EGRESS_MODE_PROXY);
      account.mutable_egress()->set_proxy_url(proxy_url);
    }
    account.mutable_egress()->set_ca_file(ca_file);
    const auto created = gateway.control().CreateAccount(request);
    EXPECT_TRUE(created.ok()) << created.status();
    return created.ok() ? created->account() : v1::Account();
  }
  std::string CaFile(Gateway& gateway) {
    const std::string path = gateway.folder()->File("ca.pem");
    WriteFile(path, identity_.ca_pem());
    return path;
  }
  static v1::TestAccountResponse TestOf(Gateway& gateway, const v1::Account& account) {
    v1::TestAccountRequest request;
    request.set_id(account.id());
    const auto test = gateway.control().TestAccount(request);
    EXPECT_TRUE(test.ok()) << test.status();
    return test.ok() ? *test : v1::TestAccountResponse();
  }

  TlsIdentity identity_{"openai.test"};
  FakeUpstream upstream_{identity_};
};

TEST_F(EgressOfAccounts, GoThroughTheirOwnSocksProxyWithItsOwnCa) {
  FakeProxy socks(FakeProxy::Protocol::kSocks5);
  socks.Map("openai.test:443", upstream_.port());
  socks.RequireLogin("me", "p@ss");
  Gateway gateway;
  const std::string url = "socks5h://me:p%40ss@127.0.0.1:" + std::to_string(socks.port());
  const auto account = AddAccount(gateway, "openai.test", url, CaFile(gateway));
  const auto test = TestOf(gateway, account);
  EXPECT_TRUE(test.ok()) << test.message();
  upstream_.Enqueue(OpenAiChatUnary("through the proxy"));
  const auto reply = HttpPost(gateway.port(), "/v1/chat/completions", kChat, kJson);
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_THAT(reply.body, HasSubstr("through the proxy"));
  EXPECT_THAT(socks.seen(), Each(Field(&FakeProxy::Seen::line, "SOCKS5 openai.test:443")));
}

TEST_F(EgressOfAccounts, LeaveTheOthersOnTheCommonProxy) {
  FakeProxy common;
  common.Map("openai.test:443", upstream_.port());
  FakeProxy own(FakeProxy::Protocol::kSocks5);
  Gateway gateway(Settings{{"upstream.proxy_url", common.Url()}});
  const std::string ca = CaFile(gateway);
  TestOf(gateway, AddAccount(gateway, "other.test", own.Url(), ca));
  const auto test = TestOf(gateway, AddAccount(gateway, "openai.test", "", ca));
  EXPECT_TRUE(test.ok()) << test.message();
  EXPECT_THAT(common.seen(), Each(Field(&FakeProxy::Seen::line, "CONNECT openai.test:443 HTTP/1.1")));
  EXPECT_THAT(own.seen(), AllOf(Not(IsEmpty()), Each(Field(&FakeProxy::Seen::line, "SOCKS5 other.test:443"))));
}

TEST_F(EgressOfAccounts, NeverGoDirectWhenTheirProxyIsDown) {
  Gateway gateway;
  std::uint16_t nobody = 0;
  {
    const ListenSocket gone;
    nobody = gone.port();
  }
  AddAccount(gateway, "localtest.test", "socks5h://127.0.0.1:" + std::to_string(nobody), CaFile(gateway));
  const auto reply = HttpPost(gateway.port(), "/v1/chat/completions", kChat, kJson);
  EXPECT_EQ(reply.status, 502) << reply.body;
  EXPECT_THAT(reply.body, HasSubstr("cannot connect to the outgoing proxy 127.0.0.1:" + std::to_string(nobody)));
  const auto record = gateway.WaitForRecord(1);
  EXPECT_EQ(record.error_kind(), v1::ERROR_KIND_EGRESS);
}

TEST_F(EgressOfAccounts, AreNotSentARequestThatWasConnectingWhenTheyWereRemoved) {
  Gate reached;
  Gate answered;
  FakeProxy proxy;
  proxy.Map("openai.test:443", upstream_.port());
  FakeUpstream other;
  other.On("GET", "/v1/models", OpenAiModels({"gpt-5-mini"}));
  Gateway gateway;
  const auto removed = AddAccount(gateway, "openai.test", proxy.Url(), CaFile(gateway));
  ASSERT_TRUE(TestOf(gateway, removed).ok());
  gateway.AddAccount("openai", other.Origin(), "other", -1);
  upstream_.Enqueue(OpenAiChatUnary("by the removed one"));
  other.Enqueue(OpenAiChatUnary("by the other"));

  proxy.HoldNext(reached, answered);
  HttpConnection client(gateway.port());
  ASSERT_TRUE(client.Send("POST", "/v1/chat/completions", kJson, kChat));
  ASSERT_TRUE(reached.Wait());
  v1::DeleteAccountRequest remove;
  remove.set_id(removed.id());
  ASSERT_TRUE(gateway.control().DeleteAccount(remove).ok());
  answered.Open();
  const auto reply = client.ReadResponse();
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_THAT(reply.body, HasSubstr("by the other"));
  EXPECT_THAT(upstream_.questions(), IsEmpty()) << "the removed account's key was sent";
}

TEST_F(EgressOfAccounts, SurviveARestart) {
  FakeProxy socks(FakeProxy::Protocol::kSocks5);
  socks.Map("openai.test:443", upstream_.port());
  socks.RequireLogin("me", "secret");
  const std::string url = "socks5h://me:secret@127.0.0.1:" + std::to_string(socks.port());
  std::shared_ptr<TempDir> folder;
  v1::Account account;
  {
    Gateway gateway;
    account = AddAccount(gateway, "openai.test", url, CaFile(gateway));
    folder = gateway.folder();
  }
  Gateway gateway(folder, {});
  const auto test = TestOf(gateway, account);
  EXPECT_TRUE(test.ok()) << test.message();
}

}  // namespace
}  // namespace ag::test
