#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/cli/agctl_process.h"
#include "tests/cli/json_value.h"
#include "tests/control/control_harness.h"

// agctl accounts update, limits, egress: of one account, and of several.
namespace ag::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kKey[] = "sk-ant-0123456789abcdef";

class CliAccounts : public testing::Test {
 protected:
  Finished Run(const std::vector<std::string>& arguments, const std::string& input = {}) {
    return agctl_.Run(arguments, input);
  }
  std::string AddAccount(const std::string& label = "work") {
    const auto added =
        Run({"accounts", "add", "--provider", "anthropic", "--label", label, "--api-key-file", "-", "--json"}, kKey);
    EXPECT_EQ(added.code, 0) << added.err;
    return Text(Json(added.out), "id");
  }

  ControlHarness harness_;
  Agctl agctl_{harness_.target()};
};

TEST_F(CliAccounts, LimitsAnAccountAndShowsWhatIsLeft) {
  AddAccount();
  EXPECT_THAT(Run({"accounts", "limits", "work"}).out, HasSubstr("no limits of its own"));
  const auto set = Run({"accounts", "limits", "work", "--requests-per-day", "1000", "--reserve", "10"});
  EXPECT_EQ(set.code, 0) << set.err;
  EXPECT_THAT(set.out, HasSubstr("0 of 1,000 requests this day, anew in "));
  EXPECT_THAT(set.out, HasSubstr("10 % of each limit is kept in reserve"));
  EXPECT_EQ(Run({"accounts", "limits", "work", "--tokens-per-minute", "50"}).code, 0);
  EXPECT_THAT(Run({"accounts", "show", "work"}).out, HasSubstr("0 of 50 tokens this minute"));
  EXPECT_THAT(Run({"accounts", "list"}).out, HasSubstr("0 of 1,000 requests this day")) << "what was not named stays";
  const Value shown = Json(Run({"accounts", "show", "work", "--json"}).out);
  EXPECT_EQ(shown.struct_value().fields().at("budgets").list_value().values_size(), 2);
  EXPECT_EQ(Run({"accounts", "limits", "work", "--clear"}).code, 0);
  const Value cleared = Json(Run({"accounts", "limits", "work", "--json"}).out);
  EXPECT_EQ(cleared.struct_value().fields().at("budgets").list_value().values_size(), 0);
  EXPECT_EQ(Run({"accounts", "limits", "work", "--reserve", "95"}).code, 2);
  EXPECT_EQ(Run({"accounts", "limits", "work", "--tokens-per-day", "0"}).code, 2);
}

TEST_F(CliAccounts, UpdatesAndMovesAnAccount) {
  const std::string id = AddAccount();
  Run({"accounts", "add", "--provider", "anthropic", "--label", "home", "--api-key-file", "-"}, kKey);
  const auto updated =
      Run({"accounts", "update", id, "--label", "office", "--priority", "3", "--weight", "2", "--json"});
  ASSERT_EQ(updated.code, 0) << updated.err;
  EXPECT_EQ(Text(Json(updated.out), "label"), "office");
  EXPECT_EQ(At(Json(updated.out), "weight").number_value(), 2);
  EXPECT_EQ(Run({"accounts", "update", id}).code, 2);
  EXPECT_EQ(Run({"accounts", "update", id, "--weight", "0"}).code, 1);
  const auto moved_away = Run({"accounts", "update", id, "--base-url", "https://other.example"});
  EXPECT_EQ(moved_away.code, 1);
  EXPECT_THAT(moved_away.err, HasSubstr("bound to its server"));
  const auto key = Run({"accounts", "update", id, "--api-key-file", "-", "--base-url", "https://other.example"}, kKey);
  EXPECT_EQ(key.code, 0) << key.err;
  const auto moved = Run({"accounts", "move", "home", "--before", "office", "--json"});
  ASSERT_EQ(moved.code, 0) << moved.err;
  EXPECT_EQ(Text(Item(Json(moved.out), 0), "label"), "home");
}

TEST_F(CliAccounts, GivesAnAccountItsOwnProxy) {
  AddAccount();
  const auto set = Run({"accounts", "egress", "work", "--proxy", "-", "--no-proxy", "a.example,b.example", "--json"},
                       "socks5h://me:hunter2@proxy.example\n");
  ASSERT_EQ(set.code, 0) << set.err;
  EXPECT_THAT(set.out, Not(HasSubstr("hunter2")));
  const Value egress = At(Json(set.out), "egress");
  EXPECT_EQ(Text(egress, "mode"), "proxy");
  EXPECT_EQ(Text(egress, "proxy_url"), "socks5h://me@proxy.example:1080");
  EXPECT_EQ(At(egress, "no_proxy").list_value().values_size(), 2);
  EXPECT_THAT(Run({"accounts", "show", "work"}).out, HasSubstr("way out     socks5h://me@proxy.example:1080"));
  EXPECT_EQ(Run({"accounts", "egress", "work", "--ca-file", "ca.pem"}).code, 2) << "the password is not known here";
  EXPECT_EQ(Run({"accounts", "egress", "work", "--direct", "--inherit"}).code, 2);
  EXPECT_EQ(Run({"accounts", "egress", "work"}).code, 2);
  const auto direct = Run({"accounts", "egress", "work", "--direct", "--ca-file", "ca.pem"});
  EXPECT_THAT(direct.out, testing::AllOf(HasSubstr("direct"), HasSubstr("/ca.pem")));
  EXPECT_THAT(Run({"accounts", "egress", "work", "--inherit", "--ca-file", ""}).out, Not(HasSubstr("way out")));
  EXPECT_THAT(Run({"accounts", "egress", "work", "--proxy", "http://x/p.pac"}).err, HasSubstr("PAC"));
}

TEST_F(CliAccounts, ChangesSeveralAtOnce) {
  AddAccount("one");
  AddAccount("two");
  AddAccount("three");
  const auto updated = Run({"accounts", "update", "one", "two", "--priority", "4", "--weight", "3", "--json"});
  ASSERT_EQ(updated.code, 0) << updated.err;
  const Value two = Json(updated.out);
  ASSERT_EQ(two.list_value().values_size(), 2);
  EXPECT_EQ(At(Item(two, 1), "priority").number_value(), 4);
  EXPECT_EQ(At(Json(Run({"accounts", "show", "three", "--json"}).out), "priority").number_value(), 0);
  EXPECT_EQ(Run({"accounts", "update", "--all", "--weight", "2"}).out, "changed one\nchanged two\nchanged three\n");
  const auto named = Run({"accounts", "update", "--all", "--label", "same"});
  EXPECT_EQ(named.code, 2);
  EXPECT_THAT(named.err, HasSubstr("one account's"));

  const auto limited = Run({"accounts", "limits", "--provider", "anthropic", "--requests-per-day", "70"});
  EXPECT_THAT(limited.out, HasSubstr("three\n  0 of 70 requests this day"));
  const Value limits = Json(Run({"accounts", "limits", "--all", "--json"}).out);
  ASSERT_EQ(limits.list_value().values_size(), 3);
  EXPECT_EQ(At(Item(At(Item(limits, 2), "budgets"), 0), "limit").number_value(), 70);

  const auto routed =
      Run({"accounts", "egress", "--all", "--proxy", "-", "--json"}, "socks5h://me:hunter2@proxy.example\n");
  ASSERT_EQ(routed.code, 0) << routed.err;
  EXPECT_THAT(routed.out, Not(HasSubstr("hunter2")));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Text(At(Item(Json(routed.out), i), "egress"), "proxy_url"), "socks5h://me@proxy.example:1080");
  }
  EXPECT_EQ(Run({"accounts", "egress", "--direct"}).code, 2) << "of whom?";
}

TEST_F(CliAccounts, ChangesProjectRegionAndQuotaGroup) {
  const auto added = Run({"accounts", "add", "--provider", "vertex", "--label", "cloud", "--project", "one",
                          "--api-key-file", "-", "--no-test"},
                         "AQ.0123456789abcdef");
  ASSERT_EQ(added.code, 0) << added.err;
  const auto moved = Run(
      {"accounts", "update", "cloud", "--project", "two", "--location", "us-east5", "--quota-group", "team", "--json"});
  ASSERT_EQ(moved.code, 0) << moved.err;
  EXPECT_EQ(Text(Json(moved.out), "project"), "two");
  EXPECT_EQ(Text(Json(moved.out), "location"), "us-east5");
  EXPECT_EQ(Text(Json(moved.out), "quota_group"), "team");
  EXPECT_THAT(Text(Json(moved.out), "base_url"), HasSubstr("us-east5-aiplatform"));
  EXPECT_EQ(Run({"accounts", "update", "cloud", "--quota-group", ""}).code, 0);
  EXPECT_THAT(Run({"accounts", "show", "cloud"}).out, Not(HasSubstr("quota group")));
  EXPECT_THAT(Run({"accounts", "update", "cloud", "--project", ""}).err, HasSubstr("needs the id"));
  AddAccount();
  EXPECT_THAT(Run({"accounts", "update", "work", "--location", "us"}).err, HasSubstr("no regions"));
  EXPECT_EQ(Run({"accounts", "update", "--all", "--quota-group", "all"}).code, 0) << "several at once";
}

TEST_F(CliAccounts, AddsAnAccountWithItsWayOut) {
  const auto added =
      Run({"accounts", "add", "--provider", "anthropic", "--api-key-file", agctl_.File("key"), "--proxy",
           "socks5h://me:hunter2@proxy.example", "--no-proxy", "a.example", "--ca-file", "ca.pem", "--json"});
  EXPECT_EQ(added.code, 1) << "there is no such file yet";
  WriteFile(agctl_.File("key"), kKey);
  const auto with = Run({"accounts", "add", "--provider", "anthropic", "--api-key-file", agctl_.File("key"), "--proxy",
                         "-", "--no-proxy", "a.example", "--ca-file", "ca.pem", "--no-test", "--json"},
                        "socks5h://me:hunter2@proxy.example\n");
  ASSERT_EQ(with.code, 0) << with.err;
  EXPECT_THAT(with.out, Not(HasSubstr("hunter2")));
  const Value egress = At(Json(with.out), "egress");
  EXPECT_EQ(Text(egress, "proxy_url"), "socks5h://me@proxy.example:1080");
  EXPECT_EQ(At(egress, "no_proxy").list_value().values_size(), 1);
  EXPECT_THAT(Text(egress, "ca_file"), testing::AllOf(testing::StartsWith("/"), HasSubstr("ca.pem")));
  EXPECT_EQ(Run({"accounts", "add", "--provider", "anthropic", "--api-key-file", "-", "--proxy", "-"}, kKey).code, 2);
  EXPECT_THAT(
      Run({"accounts", "add", "--provider", "anthropic", "--api-key-file", "-", "--proxy", "http://x/p.pac"}, kKey).err,
      HasSubstr("PAC"));
}

// DeepSeek's and others' keys begin so too: none of them is to reach OpenAI by a guess.
TEST_F(CliAccounts, SendsAPlainKeyToNobodyByAGuess) {
  const auto guessed = Run({"accounts", "add", "--api-key-file", "-"}, "sk-0123456789abcdef");
  EXPECT_EQ(guessed.code, 2);
  EXPECT_THAT(guessed.err, testing::AllOf(HasSubstr("--provider: openai, "), HasSubstr("deepseek")));
  EXPECT_EQ(Json(Run({"accounts", "list", "--json"}).out).list_value().values_size(), 0);
  for (const char* key : {"sk-proj-0123456789", "sk-ant-0123456789", "AIza0123456789"}) {
    EXPECT_EQ(Run({"accounts", "add", "--api-key-file", "-", "--no-test"}, key).code, 0) << key;
  }
}

}  // namespace
}  // namespace ag::test
