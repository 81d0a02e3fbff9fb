#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gatewayd/pool/account_egress.h"
#include "tests/control/control_harness.h"

namespace ag::test {
namespace {

namespace v1 = ::ag::gateway::v1;
using client::ErrorParamOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class AccountChanges : public testing::Test {
 protected:
  std::string Add(const std::string& label) {
    v1::CreateAccountRequest request;
    request.mutable_account()->set_provider("anthropic");
    request.mutable_account()->set_label(label);
    request.mutable_account()->set_api_key("sk-ant-0123456789abcdef");
    const auto created = client().CreateAccount(request);
    EXPECT_TRUE(created.ok()) << created.status();
    return created.ok() ? created->account().id() : std::string();
  }
  absl::StatusOr<v1::UpdateAccountResponse> SetEgress(const std::string& id, const v1::Egress& egress) {
    v1::UpdateAccountRequest request;
    request.mutable_account()->set_id(id);
    *request.mutable_account()->mutable_egress() = egress;
    request.mutable_update_mask()->add_paths("egress");
    return client().UpdateAccount(request);
  }
  std::vector<std::string> Labels() {
    std::vector<std::string> labels;
    const auto listed = client().ListAccounts({});
    for (const auto& account : listed->accounts()) labels.push_back(account.label());
    return labels;
  }
  client::ControlClient& client() { return harness_.client(); }

  ControlHarness harness_;
};

TEST_F(AccountChanges, MovesAnAccountInTheOrder) {
  const std::string one = Add("one");
  const std::string two = Add("two");
  Add("three");
  v1::MoveAccountRequest request;
  request.set_id(one);
  EXPECT_EQ(ErrorParamOf(client().MoveAccount(request).status()), "place");
  request.set_place(v1::PLACE_AFTER);
  EXPECT_EQ(ErrorParamOf(client().MoveAccount(request).status()), "id") << "after which?";
  request.set_anchor_id(two);
  const auto moved = client().MoveAccount(request);
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(moved->ids(0), two);
  EXPECT_THAT(Labels(), ElementsAre("two", "one", "three"));
  request.set_place(v1::PLACE_LAST);
  ASSERT_TRUE(client().MoveAccount(request).ok());
  EXPECT_THAT(Labels(), ElementsAre("two", "three", "one"));
  harness_.OnControl([&] {
    const auto rows = store::AccountTable(harness_.gateway_database()).List();
    EXPECT_EQ(rows->at(2).id, one);
  });
}

TEST_F(AccountChanges, GivesAnAccountItsOwnWayOutAndNeverShowsThePassword) {
  const std::string id = Add("work");
  EXPECT_EQ(client().ListAccounts({})->accounts(0).egress().mode(), v1::EGRESS_MODE_INHERIT);
  v1::Egress egress;
  egress.set_mode(v1::EGRESS_MODE_PROXY);
  egress.set_proxy_url("socks5://me:hunter2@proxy.example");
  egress.add_no_proxy(".corp.example");
  egress.set_ca_file("/etc/ca.pem");
  const auto updated = SetEgress(id, egress);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->account().egress().proxy_url(), "socks5h://me@proxy.example:1080");
  EXPECT_THAT(updated->SerializeAsString(), Not(HasSubstr("hunter2")));
  EXPECT_EQ(client().ListAccounts({})->accounts(0).egress().ca_file(), "/etc/ca.pem");
  harness_.OnControl([&] {
    const auto rows = store::AccountTable(harness_.gateway_database()).List();
    EXPECT_THAT(rows->front().egress_json, Not(HasSubstr("hunter2")));
    const auto stored = harness_.pool().snapshot()->accounts.front().account.way_out;
    EXPECT_EQ(stored->egress->proxy->password.Reveal(), "hunter2");
  });
  egress = {};
  egress.set_mode(v1::EGRESS_MODE_DIRECT);
  EXPECT_EQ(SetEgress(id, egress)->account().egress().mode(), v1::EGRESS_MODE_DIRECT);
  egress.set_mode(v1::EGRESS_MODE_INHERIT);
  EXPECT_EQ(SetEgress(id, egress)->account().egress().mode(), v1::EGRESS_MODE_INHERIT);
}

TEST_F(AccountChanges, RefusesAWayOutThatCannotServe) {
  const std::string id = Add("work");
  v1::Egress egress;
  egress.set_mode(v1::EGRESS_MODE_PROXY);
  egress.set_proxy_url("http://me:hunter2@intranet/proxy.pac");
  const auto pac = SetEgress(id, egress).status();
  EXPECT_EQ(ErrorParamOf(pac), "egress.proxy_url");
  EXPECT_THAT(std::string(pac.message()), HasSubstr("PAC"));
  EXPECT_THAT(std::string(pac.message()), Not(HasSubstr("hunter2")));
  egress.set_mode(v1::EGRESS_MODE_DIRECT);
  EXPECT_EQ(ErrorParamOf(SetEgress(id, egress).status()), "egress.proxy_url");
  egress.clear_proxy_url();
  egress.set_ca_file("ca.pem");
  EXPECT_EQ(ErrorParamOf(SetEgress(id, egress).status()), "egress.ca_file");
}

TEST_F(AccountChanges, TellsTheBestAccountOfEachProvider) {
  const std::string first = Add("first");
  const std::string second = Add("second");
  v1::UpdateAccountRequest request;
  request.mutable_account()->set_id(second);
  request.mutable_account()->set_priority(7);
  request.mutable_update_mask()->add_paths("priority");
  ASSERT_TRUE(client().UpdateAccount(request).ok());
  const auto told = client().ListBestAccounts({});
  ASSERT_TRUE(told.ok()) << told.status().message();
  ASSERT_EQ(told->best_accounts_size(), 1);
  const v1::BestAccount& best = told->best_accounts(0);
  EXPECT_EQ(best.provider(), "anthropic");
  EXPECT_EQ(best.account_id(), second);
  EXPECT_EQ(best.account_label(), "second");
  EXPECT_EQ(best.share(), 1);
  EXPECT_EQ(best.reason().code(), "highest_priority");
  EXPECT_EQ(best.reason().args(0).value(), "7");
  EXPECT_EQ(best.candidates_size(), 2);
  harness_.OnControl([&] {
    harness_.proxy().picking.fixed = AccountId(first);
    harness_.proxy().picking.failover = false;
  });
  const auto fixed = client().ListBestAccounts({});
  ASSERT_TRUE(fixed.ok());
  EXPECT_EQ(fixed->best_accounts(0).account_id(), first);
  EXPECT_EQ(fixed->best_accounts(0).candidates(1).reject_reason(), v1::REJECT_REASON_NOT_FIXED);
}

}  // namespace
}  // namespace ag::test
