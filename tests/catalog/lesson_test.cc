#include "gatewayd/catalog/lesson.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "gatewayd/catalog/catalog.h"

namespace ag::catalog {
namespace {

using Kind = ModelFact::Kind;

ErrorDetail Answer(ErrorKind kind, const std::string& text, ErrorScope scope = ErrorScope::kRequest) {
  ErrorDetail error;
  error.kind = kind;
  error.scope = scope;
  error.http_status = 400;
  error.provider_text = text;
  return error;
}

std::optional<ModelFact> Lesson(Family family, const ErrorDetail& error) {
  static const Catalog catalog = Catalog::Shipped();
  return catalog.LessonOf(family, error);
}

std::int64_t LimitIn(Family family, const std::string& text) {
  const auto fact = Lesson(family, Answer(ErrorKind::kInvalidRequest, text));
  return fact && fact->kind == Kind::kMaxOutput ? fact->limit : -1;
}

std::string ParameterIn(Family family, const ErrorDetail& error) {
  const auto fact = Lesson(family, error);
  return fact && fact->kind == Kind::kParameterRefused ? fact->parameter : "none";
}

TEST(Lesson, QuotaOfNothingIsAFact) {
  const auto fact =
      Lesson(Family::kGemini, Answer(ErrorKind::kBilling, "Quota exceeded, limit: 0", ErrorScope::kModel));
  ASSERT_TRUE(fact);
  EXPECT_EQ(fact->kind, Kind::kNoQuota);
  EXPECT_TRUE(fact->bars());
}

TEST(Lesson, WhatPassesTeachesNothing) {
  EXPECT_FALSE(Lesson(Family::kGemini, Answer(ErrorKind::kQuotaDay, "Quota exceeded", ErrorScope::kModel)));
  EXPECT_FALSE(Lesson(Family::kGemini, Answer(ErrorKind::kBilling, "enable billing", ErrorScope::kAccount)));
  // Long context that is not paid for says nothing of shorter prompts.
  EXPECT_FALSE(Lesson(Family::kAnthropic, Answer(ErrorKind::kBilling, "Extra usage is required", ErrorScope::kModel)));
  EXPECT_FALSE(Lesson(Family::kOpenAi, Answer(ErrorKind::kInvalidRequest, "'messages' is too short")));
}

TEST(Lesson, AModelThatIsNotThereIsAFactWhereTheAnswerIsCertain) {
  ErrorDetail openai = Answer(ErrorKind::kModelNotFound, "The model `x` does not exist", ErrorScope::kModel);
  EXPECT_FALSE(Lesson(Family::kOpenAi, openai)) << "a server without codes may load it later";
  openai.provider_code = "model_not_found";
  EXPECT_EQ(Lesson(Family::kOpenAi, openai).value().kind, Kind::kNotGranted);
  ErrorDetail anthropic = Answer(ErrorKind::kModelNotFound, "model: claude-x", ErrorScope::kModel);
  anthropic.provider_code = "not_found_error";
  EXPECT_EQ(Lesson(Family::kAnthropic, anthropic).value().kind, Kind::kNotGranted);
  // It may be there for another method.
  EXPECT_FALSE(Lesson(Family::kGemini, Answer(ErrorKind::kModelNotFound,
                                              "models/x is not found for API version v1beta, or is not supported for "
                                              "generateContent.",
                                              ErrorScope::kModel)));
  EXPECT_TRUE(Lesson(Family::kGemini,
                     Answer(ErrorKind::kModelNotFound,
                            "This model models/gemini-2.5-flash is no longer available to new users. Please update",
                            ErrorScope::kModel)));
}

TEST(Lesson, ReadsTheMostTokensThatARefusalStates) {
  EXPECT_EQ(LimitIn(Family::kOpenAi,
                    "max_tokens is too large: 8192. This model supports at most 4096 completion tokens, whereas you "
                    "provided 8192."),
            4096);
  EXPECT_EQ(LimitIn(Family::kOpenAi, "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]"), 8192);
  EXPECT_EQ(LimitIn(Family::kAnthropic,
                    "max_tokens: 128000 > 64000, which is the maximum allowed number of output tokens for claude-x"),
            64000);
  EXPECT_EQ(LimitIn(Family::kGemini,
                    "Unable to submit request because it has a maxOutputTokens value of 65536 but the supported range "
                    "is from 1 (inclusive) to 65536 (exclusive). Update the value and try again."),
            65535);
  EXPECT_EQ(LimitIn(Family::kOpenAi, "Invalid max_tokens value, the valid range of max_tokens is [1, "), -1);
  EXPECT_EQ(LimitIn(Family::kOpenAi, "Invalid max_tokens value, the valid range of max_tokens is [1, 99999999999999]"),
            -1);
}

TEST(Lesson, NamesTheParameter) {
  ErrorDetail refused = Answer(ErrorKind::kUnsupported, "Unsupported parameter: 'max_tokens' is not supported");
  refused.provider_code = "unsupported_parameter";
  refused.param = "max_tokens";
  EXPECT_EQ(ParameterIn(Family::kOpenAi, refused), "max_tokens");
  refused.param.clear();
  EXPECT_EQ(ParameterIn(Family::kOpenAi, refused), "none");
  ErrorDetail value = Answer(ErrorKind::kUnsupported,
                             "'temperature' does not support 0.2 with this model. Only the "
                             "default (1) value is supported.");
  value.provider_code = "unsupported_value";
  value.param = "temperature";
  EXPECT_EQ(ParameterIn(Family::kOpenAi, value), "temperature");
  value.provider_text = "'reasoning_effort' does not support 'minimal' with this model. Supported values are: 'low'";
  EXPECT_EQ(ParameterIn(Family::kOpenAi, value), "none") << "other values are taken";
  EXPECT_EQ(ParameterIn(Family::kAnthropic, Answer(ErrorKind::kUnsupported, "`top_p` is deprecated for this model.")),
            "top_p");
  EXPECT_EQ(ParameterIn(Family::kGemini, Answer(ErrorKind::kUnsupported, "Logprobs is not enabled for this model")),
            "generationConfig.responseLogprobs");
}

TEST(Lesson, OurOwnErrorsTeachNothing) {
  ErrorDetail ours;
  ours.kind = ErrorKind::kBilling;
  ours.scope = ErrorScope::kModel;
  EXPECT_FALSE(Lesson(Family::kGemini, ours));
}

TEST(Lesson, FactsChangeWhatIsKnownOfAModel) {
  ModelInfo model;
  ChatQuirks quirks;
  Apply({Kind::kMaxOutput, "", 4096}, model, quirks);
  Apply({Kind::kParameterRefused, "generationConfig.frequencyPenalty", 0}, model, quirks);
  Apply({Kind::kParameterRefused, "max_completion_tokens", 0}, model, quirks);
  Apply({Kind::kParameterRefused, "logit_bias_of_tomorrow", 0}, model, quirks);
  EXPECT_EQ(model.max_output, 4096);
  EXPECT_FALSE(model.penalties);
  EXPECT_TRUE(model.sampling);
  EXPECT_FALSE(quirks.max_completion_tokens);
  EXPECT_FALSE(model.known);
}

TEST(Lesson, AnOverrideAddsLessons) {
  const auto catalog = Catalog::WithOverride(
      R"({"lessons": [{"name": "mine", "teaches": "max_output", "family": "openai", "kind": "invalid_request",
          "text": "at most {limit}, please"}]})");
  ASSERT_TRUE(catalog.ok()) << catalog.status();
  const auto fact = catalog->LessonOf(Family::kOpenAi, Answer(ErrorKind::kInvalidRequest, "at most 1,000, please"));
  ASSERT_TRUE(fact);
  EXPECT_EQ(fact->limit, 1000);
  EXPECT_FALSE(
      Catalog::WithOverride(R"({"lessons": [{"name": "mine", "teaches": "max_output", "kind": "invalid_request"}]})")
          .ok());
}

}  // namespace
}  // namespace ag::catalog
