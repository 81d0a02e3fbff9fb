#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "gatewayd/auth/token_grant.h"
#include "gatewayd/pool/account_input.h"
#include "tests/control/control_harness.h"

namespace ag::test {
namespace {

namespace v1 = ::ag::gateway::v1;
using client::ErrorParamOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr char kKey[] = "sk-ant-0123456789abcdef";
constexpr char kPassphrase[] = "correct horse battery";

class AccountTransfer : public testing::Test {
 protected:
  static v1::Account Wanted(const std::string& provider, const std::string& label, const std::string& key) {
    v1::Account account;
    account.set_provider(provider);
    account.set_label(label);
    account.set_api_key(key);
    return account;
  }
  void Add(const v1::Account& account) {
    v1::CreateAccountRequest request;
    *request.mutable_account() = account;
    const auto created = harness_.client().CreateAccount(request);
    ASSERT_TRUE(created.ok()) << created.status();
  }
  std::string Export() {
    v1::ExportAccountsRequest request;
    request.set_passphrase(kPassphrase);
    const auto exported = harness_.client().ExportAccounts(request);
    EXPECT_TRUE(exported.ok()) << exported.status();
    return exported.ok() ? exported->file() : std::string();
  }
  static absl::StatusOr<v1::ImportAccountsResponse> Import(ControlHarness& into, const std::string& file,
                                                           bool validate_only = false,
                                                           const std::string& passphrase = kPassphrase) {
    v1::ImportAccountsRequest request;
    request.set_file(file);
    request.set_passphrase(passphrase);
    request.set_validate_only(validate_only);
    return into.client().ImportAccounts(request);
  }
  // "label outcome" of each.
  static std::vector<std::string> Outcomes(const absl::StatusOr<v1::ImportAccountsResponse>& response) {
    std::vector<std::string> out;
    if (!response.ok()) return {std::string(response.status().message())};
    for (const auto& account : response->accounts()) {
      out.push_back(account.label() + " " + v1::ImportOutcome_Name(account.outcome()).substr(15));
    }
    return out;
  }

  ControlHarness harness_;
  ControlHarness other_;
};

TEST_F(AccountTransfer, CarriesAccountsWithAllThatTheirUserEntered) {
  v1::Account wanted = Wanted("anthropic", "work", kKey);
  wanted.set_priority(7);
  wanted.set_weight(3);
  wanted.set_quota_group("team");
  wanted.mutable_egress()->set_mode(v1::EGRESS_MODE_PROXY);
  wanted.mutable_egress()->set_proxy_url("socks5h://me:hunter2@proxy.example");
  Add(wanted);
  v1::Account local = Wanted("openai-compatible", "local", "");
  local.set_base_url("http://localhost:8000/v1");
  Add(local);
  const std::string file = Export();
  EXPECT_THAT(file, Not(HasSubstr(kKey)));
  EXPECT_THAT(file, Not(HasSubstr("work")));
  EXPECT_THAT(Outcomes(Import(other_, file, true)), ElementsAre("work ADDED", "local ADDED"));
  EXPECT_EQ(other_.client().ListAccounts({})->accounts_size(), 0) << "that was a trial";
  EXPECT_THAT(Outcomes(Import(other_, file)), ElementsAre("work ADDED", "local ADDED"));
  const auto listed = other_.client().ListAccounts({});
  ASSERT_EQ(listed->accounts_size(), 2);
  EXPECT_EQ(listed->accounts(0).priority(), 7);
  EXPECT_EQ(listed->accounts(0).quota_group(), "team");
  EXPECT_EQ(listed->accounts(1).endpoints(0).base_url(), "http://localhost:8000/v1");
  other_.OnControl([&] {
    const pool::Account& account = other_.pool().snapshot()->accounts.front().account;
    EXPECT_EQ(account.credential.secret.Reveal(), kKey);
    EXPECT_EQ(account.way_out->egress->proxy->password.Reveal(), "hunter2");
  });
}

TEST_F(AccountTransfer, CarriesSignIns) {
  harness_.OnControl([&] {
    auth::OAuthGrant grant;
    grant.client.id = "client.apps.example";
    grant.client.secret = Secret(std::string("client-secret"));
    grant.refresh_token = Secret(std::string("refresh-token"));
    pool::NewAccount account;
    account.preset = "gemini";
    account.label = "signed in";
    account.sign_in = pool::SignIn{grant, std::nullopt};
    const auto added = harness_.pool().Add(std::move(account));
    ASSERT_TRUE(added.ok()) << added.status();
  });
  EXPECT_THAT(Outcomes(Import(other_, Export())), ElementsAre("signed in ADDED"));
  other_.OnControl([&] {
    const pool::Account& account = other_.pool().snapshot()->accounts.front().account;
    ASSERT_EQ(account.credential.kind, pool::Credential::Kind::kOAuth);
    const auto& grant = std::get<auth::OAuthGrant>(*account.credential.grant);
    EXPECT_EQ(grant.refresh_token.Reveal(), "refresh-token");
    EXPECT_EQ(grant.client.secret.Reveal(), "client-secret");
    EXPECT_EQ(account.endpoints.begin()->second.auth, catalog::AuthStyle::kBearer);
  });
}

TEST_F(AccountTransfer, AddsNoAccountTwice) {
  Add(Wanted("anthropic", "work", kKey));
  const std::string file = Export();
  EXPECT_THAT(Outcomes(Import(harness_, file)), ElementsAre("work PRESENT"));
  // The same label for another key: both stay.
  v1::ImportAccountsRequest list;
  *list.add_accounts() = Wanted("anthropic", "work", "sk-ant-another-0123456789");
  *list.add_accounts() = Wanted("anthropic", "again", "sk-ant-another-0123456789");
  *list.add_accounts() = Wanted("antropic", "typo", kKey);
  list.set_validate_only(true);
  EXPECT_THAT(Outcomes(harness_.client().ImportAccounts(list)),
              ElementsAre("work-2 ADDED", "again PRESENT", "typo REFUSED"));
  list.set_validate_only(false);
  const auto imported = harness_.client().ImportAccounts(list);
  EXPECT_THAT(Outcomes(imported), ElementsAre("work-2 ADDED", "work-2 PRESENT", "typo REFUSED"));
  EXPECT_THAT(imported->accounts(2).message(), HasSubstr("did you mean anthropic"));
  EXPECT_THAT(imported->SerializeAsString(), Not(HasSubstr("sk-ant-another-0123456789")));
  EXPECT_EQ(harness_.client().ListAccounts({})->accounts_size(), 2);
}

TEST_F(AccountTransfer, RefusesWrongPassphrasesAndDamagedFiles) {
  Add(Wanted("anthropic", "work", kKey));
  std::string file = Export();
  EXPECT_EQ(ErrorParamOf(Import(other_, file, false, "correct horse batterx").status()), "passphrase");
  EXPECT_EQ(ErrorParamOf(Import(other_, "accounts: []").status()), "file");
  file[file.size() - 5] = file[file.size() - 5] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(Import(other_, file).ok());
  EXPECT_EQ(other_.client().ListAccounts({})->accounts_size(), 0);
  v1::ExportAccountsRequest weak;
  weak.set_passphrase("short");
  EXPECT_EQ(ErrorParamOf(harness_.client().ExportAccounts(weak).status()), "passphrase");
}

}  // namespace
}  // namespace ag::test
