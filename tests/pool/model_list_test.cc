#include "gatewayd/pool/model_list.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace ag::pool {
namespace {

TEST(ModelList, AnswersToAliasesOfListedModels) {
  const std::array<std::string, 5> listed{"claude-sonnet-4-5-20250929", "gpt-4o-2024-08-06", "models/gemini-2.5-pro",
                                          "llama3:latest", "deepseek/deepseek-r1"};
  const ModelList models(listed);
  for (const char* name :
       {"claude-sonnet-4-5-20250929", "claude-sonnet-4-5", "claude-sonnet-4-5-latest", "gpt-4o", "gpt-4o-2024-08-06",
        "gemini-2.5-pro", "models/gemini-2.5-pro", "llama3", "llama3:latest", "deepseek/deepseek-r1:free"}) {
    EXPECT_TRUE(models.Answers(name)) << name;
  }
  EXPECT_TRUE(models.Answers("")) << "a resource";
  for (const char* name : {"claude-sonnet-4", "gpt-4", "gpt-4o-mini", "gpt-4o-2024", "gemini-2.5", "llama",
                           "llama3-latest", "gpt-4o:free", "deepseek/deepseek-r1x", "claude-sonnet-4-5-20250930"}) {
    EXPECT_FALSE(models.Answers(name)) << name;
  }
}

TEST(ModelList, KeepsNamesWhoseEndOnlyLooksLikeADate) {
  const std::array<std::string, 3> listed{"m-2024x08-06", "-20250929", "m_20250929"};
  const ModelList models(listed);
  EXPECT_FALSE(models.Answers("m"));
  EXPECT_TRUE(models.Answers("m_20250929"));
}

TEST(ModelList, AnswersToAnythingWhileNoListIsKnown) { EXPECT_TRUE(ModelList().Answers("anything")); }

}  // namespace
}  // namespace ag::pool
