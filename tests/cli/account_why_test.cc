#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/cli/agctl_process.h"
#include "tests/cli/json_value.h"
#include "tests/control/control_harness.h"
#include "tests/support/rsa_key.h"

// What agctl says of an account that does not serve, and of what mends it.
namespace ag::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class AccountWhy : public testing::Test {
 protected:
  std::string Out(const std::vector<std::string>& arguments, const std::string& input = {}) const {
    const Finished done = agctl_.Run(arguments, input);
    EXPECT_EQ(done.code, 0) << done.err;
    return done.out;
  }
  // An account with the label "work".
  AccountId Add(const std::string& provider, const std::vector<std::string>& credential,
                const std::string& input) const {
    std::vector<std::string> arguments{"accounts", "add",  "--provider", provider,
                                       "--label",  "work", "--no-test",  "--json"};
    arguments.insert(arguments.end(), credential.begin(), credential.end());
    return AccountId(Text(Json(Out(arguments, input)), "id"));
  }
  AccountId AddKey() const { return Add("anthropic", {"--api-key-file", "-"}, "sk-ant-0123456789abcdef\n"); }

  // Makes the account pause, with all models where `model` is empty.
  void Fail(const AccountId& id, const ErrorDetail& error, WallTime when, const std::string& model = {}) {
    harness_.OnControl([&] {
      FastRandom random(1);
      const auto snapshot = harness_.pool().snapshot();
      const auto change = snapshot->Find(id)->cooldowns->OnFailure(model, error, when, random);
      if (change) harness_.history().Add(id, *change);
    });
  }
  static ErrorDetail RateLimit(ErrorScope scope, std::chrono::seconds hint) {
    ErrorDetail error;
    error.kind = ErrorKind::kRateMinute;
    error.scope = scope;
    error.http_status = 429;
    error.retry_after = hint;
    return error;
  }
  std::string WhyRefused(const AccountId& id) {
    harness_.OnControl([&] {
      ErrorDetail error;
      error.kind = ErrorKind::kAccountAuth;
      error.scope = ErrorScope::kAccount;
      error.http_status = 401;
      harness_.pool().OnRefused(id, pool::kFirstAccess, pool::Signal::kSignInRefused, error);
    });
    return Out({"accounts", "why", "work"});
  }

  ControlHarness harness_;
  Agctl agctl_{harness_.target()};
};

TEST_F(AccountWhy, TellsThatAPauseIsOverAndWhoTriesFirst) {
  const AccountId id = AddKey();
  const WallTime then = harness_.clock().Now() - std::chrono::minutes(5);
  Fail(id, RateLimit(ErrorScope::kModel, std::chrono::seconds(60)), then, "haiku");
  EXPECT_THAT(Out({"accounts", "list"}), HasSubstr("ready, 1 model(s) half-open"));
  Fail(id, RateLimit(ErrorScope::kAccount, std::chrono::seconds(60)), then);
  EXPECT_THAT(Out({"accounts", "list"}), HasSubstr("half-open: the next request tries it"));
  const std::string details = Out({"accounts", "show", "work"});
  EXPECT_THAT(details, HasSubstr("the whole account after rate_minute, the next request tries it"));
  EXPECT_THAT(details, Not(HasSubstr("cooling")));
  const auto json = Json(Out({"accounts", "show", "work", "--json"}));
  EXPECT_EQ(Text(Item(At(json, "cooldowns"), 0), "condition"), "half_open");
  harness_.OnControl(
      [&] { EXPECT_TRUE(harness_.pool().snapshot()->Find(id)->cooldowns->TryEnter("opus", harness_.clock().Now())); });
  EXPECT_THAT(Out({"accounts", "list"}), HasSubstr("half-open: a request is trying it now"));
  Fail(id, RateLimit(ErrorScope::kAccount, std::chrono::seconds(600)), harness_.clock().Now());
  EXPECT_THAT(Out({"accounts", "list"}), HasSubstr("cooling (rate_minute), back in 9 min"));
}

TEST_F(AccountWhy, TellsWhatTheProviderSaidWhereThePauseIsShorter) {
  const AccountId id = AddKey();
  Fail(id, RateLimit(ErrorScope::kAccount, std::chrono::hours(156)), harness_.clock().Now());
  const std::string why = Out({"accounts", "why", "work"});
  EXPECT_THAT(why, HasSubstr("one request may try in 5 h"));
  EXPECT_THAT(why, HasSubstr(", though the provider said 6 days; now: agctl accounts clear " + id.value()));
}

TEST_F(AccountWhy, TellsHowToReplaceARefusedKey) {
  const AccountId id = AddKey();
  EXPECT_THAT(WhyRefused(id), HasSubstr("agctl accounts update " + id.value() + " --api-key-file FILE"));
}

TEST_F(AccountWhy, TellsHowToSignInAgain) {
  const AccountId id = Add("gemini", {"--client-id", "c", "--refresh-token-file", "-"}, "1//refresh\n");
  const std::string why = WhyRefused(id);
  EXPECT_THAT(why, HasSubstr("agctl accounts sign-in --account " + id.value()));
  EXPECT_THAT(why, Not(HasSubstr("--api-key-file")));
}

TEST_F(AccountWhy, TellsHowToReplaceAServiceAccountsKey) {
  WriteFile(agctl_.File("robot.json"), ServiceAccountFile("https://oauth2.example.org/token"));
  const AccountId id = Add("vertex", {"--service-account", agctl_.File("robot.json"), "--project", "p"}, {});
  const std::string why = WhyRefused(id);
  EXPECT_THAT(why, HasSubstr("agctl accounts update " + id.value() + " --service-account FILE"));
  EXPECT_THAT(why, Not(HasSubstr("--api-key-file")));
}

}  // namespace
}  // namespace ag::test
