#include <gtest/gtest.h>

#include <string>

#include "tests/control/control_harness.h"

namespace ag::test {
namespace {

namespace v1 = client::v1;

class ModelServiceTest : public testing::Test {
 protected:
  ModelServiceTest() {
    v1::CreateAccountRequest request;
    request.mutable_account()->set_provider("gemini");
    request.mutable_account()->set_label("free");
    request.mutable_account()->set_api_key("AIza0123456789abcdefghij");
    const auto created = harness_.client().CreateAccount(request);
    EXPECT_TRUE(created.ok()) << created.status();
    if (created.ok()) id_ = AccountId(created->account().id());
    harness_.OnControl([this] {
      harness_.pool().SetModels(id_, {"models/gemini-2.5-pro", "gemini-of-tomorrow"});
      pool::LearnedFact fact;
      fact.model = "gemini-2.5-pro";
      fact.fact.kind = catalog::ModelFact::Kind::kNoQuota;
      fact.words = "limit: 0";
      fact.learned = harness_.clock().Now();
      harness_.pool().Learn(id_, fact);
    });
  }
  absl::StatusOr<v1::GetModelResponse> Get(const std::string& name) {
    v1::GetModelRequest request;
    request.set_name(name);
    return harness_.client().GetModel(request);
  }

  ControlHarness harness_;
  AccountId id_;
};

TEST_F(ModelServiceTest, ListsWhatTheAccountsHave) {
  const auto models = harness_.client().ListModels({});
  ASSERT_TRUE(models.ok()) << models.status();
  ASSERT_EQ(models->models_size(), 2);
  EXPECT_EQ(models->models(0).name(), "gemini-2.5-pro");
  EXPECT_TRUE(models->models(0).has_catalog());
  EXPECT_FALSE(models->models(0).catalog().source().empty());
  EXPECT_FALSE(models->models(0).catalog().date().empty());
  EXPECT_EQ(models->models(1).name(), "gemini-of-tomorrow");
  EXPECT_FALSE(models->models(1).has_catalog());
  v1::ListModelsRequest all;
  all.set_include_catalog(true);
  all.set_page_size(3);
  const auto page = harness_.client().ListModels(all);
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->models_size(), 3);
  EXPECT_EQ(page->next_page_token(), "3");
}

TEST_F(ModelServiceTest, TellsWhoHasAModelAndWhatWasLearned) {
  const auto answer = Get("models/gemini-2.5-pro");
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->model().offers_size(), 1);
  const v1::ModelOffer& offer = answer->model().offers(0);
  EXPECT_EQ(offer.account_label(), "free");
  EXPECT_TRUE(offer.listed());
  EXPECT_FALSE(offer.usable());
  ASSERT_EQ(offer.facts_size(), 1);
  EXPECT_EQ(offer.facts(0).kind(), v1::MODEL_FACT_KIND_NO_QUOTA);
  EXPECT_EQ(offer.facts(0).words(), "limit: 0");
  EXPECT_EQ(offer.facts(0).expire_time().seconds() - offer.facts(0).learn_time().seconds(), 7 * 24 * 3600);
}

TEST_F(ModelServiceTest, SuggestsForAnUnknownModel) {
  const auto answer = Get("gemini-2.5-prp");
  EXPECT_EQ(answer.status().code(), absl::StatusCode::kNotFound);
  EXPECT_NE(answer.status().message().find("gemini-2.5-pro"), absl::string_view::npos) << answer.status();
  EXPECT_EQ(Get("").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ModelServiceTest, ForgetsWhatWasLearned) {
  v1::ForgetAccountFactsRequest request;
  request.set_id(id_.value());
  request.set_model("gemini-2.5-flash");
  EXPECT_EQ(harness_.client().ForgetAccountFacts(request)->forgotten_count(), 0);
  request.set_model("gemini-2.5-pro");
  const auto forgotten = harness_.client().ForgetAccountFacts(request);
  ASSERT_TRUE(forgotten.ok());
  EXPECT_EQ(forgotten->forgotten_count(), 1);
  EXPECT_EQ(forgotten->account().facts_size(), 0);
  EXPECT_TRUE(Get("gemini-2.5-pro")->model().offers(0).usable());
  request.set_id("acc_nobody");
  EXPECT_EQ(harness_.client().ForgetAccountFacts(request).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace ag::test
