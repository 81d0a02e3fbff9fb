#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/cli/agctl_process.h"
#include "tests/control/control_harness.h"

namespace ag::test {
namespace {

using testing::HasSubstr;

// An account that was refused one model and told the most tokens of another.
class CliModels : public testing::Test {
 protected:
  CliModels() {
    client::v1::CreateAccountRequest request;
    request.mutable_account()->set_provider("anthropic");
    request.mutable_account()->set_label("work");
    request.mutable_account()->set_api_key("sk-ant-0123456789abcdef");
    const auto created = harness_.client().CreateAccount(request);
    EXPECT_TRUE(created.ok()) << created.status();
    if (created.ok()) id_ = created->account().id();
    harness_.OnControl([this] {
      const AccountId id(id_);
      harness_.pool().SetModels(id, {"claude-opus-5", "claude-of-tomorrow"});
      pool::LearnedFact fact;
      fact.model = "claude-opus-5";
      fact.fact.kind = catalog::ModelFact::Kind::kNotGranted;
      fact.words = "model: claude-opus-5";
      fact.learned = harness_.clock().Now();
      harness_.pool().Learn(id, fact);
      fact.model = "claude-of-tomorrow";
      fact.fact = {catalog::ModelFact::Kind::kMaxOutput, "", 4096};
      harness_.pool().Learn(id, fact);
    });
  }
  std::string Out(const std::vector<std::string>& arguments) {
    const auto finished = agctl_.Run(arguments, {});
    EXPECT_EQ(finished.code, 0) << finished.err;
    return finished.out;
  }

  ControlHarness harness_;
  Agctl agctl_{harness_.target()};
  std::string id_;
};

TEST_F(CliModels, AreListedWithTheirAccounts) {
  EXPECT_THAT(Out({"models", "list"}), HasSubstr("work (not now)"));
  EXPECT_THAT(Out({"models", "list", "--all"}), HasSubstr("gpt-5.5"));
  EXPECT_THAT(Out({"models", "list", "--json"}), HasSubstr(R"("name": "claude-of-tomorrow")"));
}

TEST_F(CliModels, AreShownWithWhatWasLearned) {
  const auto show = Out({"models", "show", "claude-opus-5"});
  EXPECT_THAT(show, HasSubstr("Claude Opus 5"));
  EXPECT_THAT(show, HasSubstr("not there for this account, until "));
  EXPECT_THAT(show, HasSubstr(": model: claude-opus-5)"));
  EXPECT_THAT(show, HasSubstr("source      https://"));
  const auto json = Out({"models", "show", "claude-of-tomorrow", "--json"});
  EXPECT_THAT(json, HasSubstr(R"("kind": "max_output")"));
  EXPECT_THAT(json, HasSubstr(R"("limit": 4096)"));
  EXPECT_THAT(Out({"accounts", "show", "work"}), HasSubstr("writes at most 4,096 tokens"));
  EXPECT_THAT(Out({"accounts", "why", "work"}), HasSubstr("agctl accounts forget-facts " + id_));
}

TEST_F(CliModels, FactsAreForgottenByHand) {
  EXPECT_THAT(Out({"accounts", "forget-facts", "work", "--model", "claude-opus-5"}), HasSubstr("forgot 1 fact(s)"));
  EXPECT_THAT(Out({"accounts", "forget-facts", "work", "--json"}), HasSubstr(R"("forgotten": 1)"));
  EXPECT_THAT(Out({"accounts", "forget-facts", "work"}), HasSubstr("nothing was learned of work"));
}

TEST_F(CliModels, UnknownOnesGetASuggestion) {
  const auto unknown = agctl_.Run({"models", "show", "claude-opus-55"}, {});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean"));
}

}  // namespace
}  // namespace ag::test
