#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/control/control_harness.h"

namespace ag::test {
namespace {

namespace v1 = client::v1;
using testing::HasSubstr;
using testing::Not;

class Explain : public testing::Test {
 protected:
  // An account that lists these models; its id.
  std::string Add(const std::string& provider, const std::string& label, std::vector<std::string> models,
                  int priority = 0) {
    v1::CreateAccountRequest request;
    request.mutable_account()->set_provider(provider);
    request.mutable_account()->set_label(label);
    request.mutable_account()->set_api_key("sk-test-0123456789");
    request.mutable_account()->set_priority(priority);
    const auto created = harness_.client().CreateAccount(request);
    EXPECT_TRUE(created.ok()) << created.status();
    if (!created.ok()) return {};
    const std::string& id = created->account().id();
    harness_.OnControl([&] { harness_.pool().SetModels(AccountId(id), std::move(models)); });
    return id;
  }
  v1::ExplainModelResponse Ask(const std::string& model) {
    v1::ExplainModelRequest request;
    request.set_model(model);
    const auto explained = harness_.client().ExplainModel(request);
    EXPECT_TRUE(explained.ok()) << explained.status();
    return explained.value_or(v1::ExplainModelResponse());
  }

  ControlHarness harness_;
};

TEST_F(Explain, SuggestsNamesWhenNoAccountListsTheModel) {
  Add("openai", "work", {"gpt-5", "gpt-5-mini"});
  const auto misspelt = Ask("gpt-5-mni");
  EXPECT_FALSE(misspelt.servable());
  EXPECT_EQ(misspelt.error_kind(), v1::ERROR_KIND_NO_ACCOUNT);
  EXPECT_THAT(misspelt.error_message(), HasSubstr(". Did you mean 'gpt-5-mini'"));
  EXPECT_THAT(Ask("gpt-something-else-entirely").error_message(), Not(HasSubstr("Did you mean")));
}

TEST_F(Explain, RanksTheAccountsThatCouldServe) {
  Add("openai", "spare", {"gpt-5"}, -1);
  Add("openai", "main", {"gpt-5"});
  Add("openai", "other", {"gpt-5-mini"});
  const auto explained = Ask("gpt-5");
  ASSERT_EQ(explained.candidates_size(), 3);
  EXPECT_EQ(explained.candidates(0).rank(), 2);
  EXPECT_EQ(explained.candidates(0).rank_reason().code(), "lower_priority");
  EXPECT_EQ(explained.candidates(1).rank(), 1);
  EXPECT_EQ(explained.candidates(1).rank_reason().code(), "only_of_priority");
  EXPECT_EQ(explained.candidates(2).rank(), 0);
  EXPECT_FALSE(explained.candidates(2).has_rank_reason());
}

}  // namespace
}  // namespace ag::test
