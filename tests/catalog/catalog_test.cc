#include "gatewayd/catalog/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gatewayd/base/error.h"

namespace ag::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Catalog& Shipped() {
  static const Catalog catalog = Catalog::Shipped();
  return catalog;
}

std::string ProviderOf(std::string_view model) {
  const auto* provider = Shipped().ProviderOfModel(model);
  return provider == nullptr ? "" : provider->name;
}

std::string ProviderOfKey(std::string_view key) {
  const auto* provider = Shipped().DetectByKey(key);
  return provider == nullptr ? "" : provider->name;
}

TEST(Catalog, ShipsThePromisedProviders) {
  for (const auto* name : {"openai", "anthropic", "gemini", "vertex", "openai-compatible", "deepseek", "zai",
                           "moonshot", "openrouter", "ollama", "vllm", "llamacpp"}) {
    ASSERT_NE(Shipped().FindProvider(name), nullptr) << name;
  }
  EXPECT_EQ(Shipped().FindProvider("opneai"), nullptr);
  EXPECT_EQ(Shipped().FindProvider("openai")->endpoints.at(Dialect::kResponses).base_url, "https://api.openai.com/v1");
  EXPECT_EQ(Shipped().FindProvider("anthropic")->endpoints.at(Dialect::kMessages).auth, AuthStyle::kXApiKey);
  EXPECT_EQ(Shipped().FindProvider("gemini")->endpoints.size(), 1u);
  EXPECT_TRUE(Shipped().FindProvider("openai-compatible")->base_url_required);
  EXPECT_FALSE(Shipped().FindProvider("ollama")->key_required);
  EXPECT_TRUE(Shipped().FindProvider("deepseek")->quirks.reasoning_content_back);
  EXPECT_FALSE(Shipped().FindProvider("gemini")->quirks.vertex);
  EXPECT_TRUE(Shipped().FindProvider("vertex")->quirks.vertex);
  EXPECT_EQ(Shipped().FindProvider("vertex")->endpoints.at(Dialect::kGemini).auth, AuthStyle::kBearer);
  EXPECT_FALSE(Shipped().FindProvider("vllm")->quirks.max_completion_tokens);
  EXPECT_TRUE(Shipped().FindProvider("openai")->quirks.openai_service);
  EXPECT_FALSE(Shipped().FindProvider("openrouter")->quirks.openai_service);
  EXPECT_FALSE(Shipped().FindProvider("deepseek")->quirks.json_schema);
  EXPECT_FALSE(Shipped().FindProvider("deepseek")->quirks.text_parts);
  EXPECT_TRUE(Shipped().FindProvider("zai")->quirks.thinking_switch);
}

TEST(Catalog, TellsHowTheProvidersSignIn) {
  const OAuthProfile* google = Shipped().FindOAuthProfile("google");
  ASSERT_NE(google, nullptr);
  EXPECT_THAT(google->token_url, HasSubstr("https://"));
  EXPECT_THAT(google->authorize_url, HasSubstr("https://"));
  EXPECT_TRUE(google->service_accounts);
  EXPECT_EQ(google->date.size(), 10u);
  EXPECT_EQ(Shipped().FindOAuthProfile("gogle"), nullptr);
  for (const auto& provider : Shipped().providers()) {
    EXPECT_EQ(provider.oauth_profile.empty(), provider.oauth_scopes.empty()) << provider.name;
    if (provider.oauth_profile.empty()) continue;
    EXPECT_NE(Shipped().FindOAuthProfile(provider.oauth_profile), nullptr) << provider.name;
  }
  EXPECT_EQ(Shipped().FindProvider("vertex")->oauth_profile, "google");
}

TEST(Catalog, AnOverrideAddsAndChangesProfiles) {
  const auto catalog = Catalog::WithOverride(R"({"oauth_profiles": [
    {"name": "google", "token_url": "http://127.0.0.1:1/token"},
    {"name": "mine", "authorize_url": "https://a.example", "token_url": "https://t.example", "redirect_path": "/cb",
     "authorize_parameters": {"b": "1", "a": "2"}}]})");
  ASSERT_TRUE(catalog.ok()) << catalog.status();
  EXPECT_EQ(catalog->FindOAuthProfile("google")->token_url, "http://127.0.0.1:1/token");
  EXPECT_FALSE(catalog->FindOAuthProfile("google")->scopes.empty());
  const OAuthProfile& mine = *catalog->FindOAuthProfile("mine");
  EXPECT_EQ(mine.redirect_host, "127.0.0.1");
  EXPECT_THAT(mine.authorize_parameters, ElementsAre(std::pair("b", "1"), std::pair("a", "2")));
  for (const char* text :
       {R"({"oauth_profiles": [{"name": "x", "token_url": "https://t.example"}]})",
        R"({"oauth_profiles": [{"token_url": "https://t.example"}]})", R"({"oauth_profiles": {"name": "x"}})",
        R"({"oauth_profiles": [{"name": "google", "authorize_parameters": ["a"]}]})",
        R"({"oauth_profiles": [{"name": "google", "redirect_path": "cb"}]})"}) {
    EXPECT_FALSE(Catalog::WithOverride(text).ok()) << text;
  }
}

TEST(Catalog, EveryEntryNamesItsSourceAndDate) {
  for (const auto& provider : Shipped().providers()) {
    EXPECT_THAT(provider.source, HasSubstr("https://")) << provider.name;
    EXPECT_EQ(provider.date.size(), 10u) << provider.name;
    for (const auto& [dialect, endpoint] : provider.endpoints) {
      EXPECT_EQ(endpoint.base_url.empty(), provider.base_url_required) << provider.name;
      if (!endpoint.base_url.empty()) {
        EXPECT_NE(endpoint.base_url.back(), '/') << provider.name;
      }
    }
  }
  EXPECT_GT(Shipped().models().size(), 70u);
  std::set<std::string> ids;
  for (const auto& model : Shipped().models()) {
    EXPECT_TRUE(ids.insert(model.id).second) << model.id;
    EXPECT_TRUE(model.known);
    EXPECT_THAT(model.source, HasSubstr("https://")) << model.id;
    EXPECT_EQ(model.date.size(), 10u) << model.id;
    EXPECT_FALSE(model.input_modalities.empty()) << model.id;
    EXPECT_TRUE(model.context_window) << model.id;
    ASSERT_NE(Shipped().FindProvider(model.provider), nullptr) << model.id;
    EXPECT_EQ(Shipped().FindProvider(model.provider)->family, model.family) << model.id;
    const bool levels = model.thinking == ThinkingStyle::kEffort || model.thinking == ThinkingStyle::kAdaptive ||
                        model.thinking == ThinkingStyle::kLevel;
    EXPECT_EQ(model.efforts.empty(), !levels) << model.id;
    EXPECT_EQ(model.min_budget.has_value(), model.thinking == ThinkingStyle::kBudget) << model.id;
  }
}

TEST(Catalog, FindsASnapshotByItsFamilyName) {
  EXPECT_EQ(Shipped().FindModel("claude-sonnet-4-5-20250929").id, "claude-sonnet-4-5");
  EXPECT_TRUE(Shipped().Knows("claude-sonnet-4-5-20250929"));
  EXPECT_FALSE(Shipped().Knows("claude-nobody-described"));
  EXPECT_EQ(Shipped().FindModel("claude-sonnet-4-5@20250929").id, "claude-sonnet-4-5");
  EXPECT_EQ(Shipped().FindModel("claude-3-5-haiku-latest").id, "claude-3-5-haiku");
  EXPECT_EQ(Shipped().FindModel("gpt-4o-2024-08-06").id, "gpt-4o");
  EXPECT_EQ(Shipped().FindModel("gpt-4o-2024-05-13").id, "gpt-4o-2024-05-13");
  EXPECT_EQ(Shipped().FindModel("models/gemini-2.0-flash-001").id, "gemini-2.0-flash");
  EXPECT_EQ(Shipped().FindModel("gemini-2.5-flash-preview-09-2025").id, "gemini-2.5-flash");
}

TEST(Catalog, KnowsWhatOlderGeminiModelsTake) {
  EXPECT_FALSE(Shipped().FindModel("gemini-2.0-flash").json_schema);
  EXPECT_TRUE(Shipped().FindModel("gemini-2.0-flash").logprobs);
  EXPECT_TRUE(Shipped().FindModel("gemini-2.5-flash").json_schema);
  EXPECT_FALSE(Shipped().FindModel("gemini-3.8-flash").logprobs);
}

TEST(Catalog, LeavesAnUnknownModelUnknown) {
  EXPECT_FALSE(Shipped().FindModel("claude-opus-4-9").known);
  EXPECT_FALSE(Shipped().FindModel("gpt-4-1106-preview").known);
  EXPECT_FALSE(Shipped().FindModel("").known);
  EXPECT_EQ(Shipped().FindModel("llama3").id, "llama3");
}

TEST(Catalog, KnowsHowEachGenerationThinks) {
  EXPECT_EQ(Shipped().FindModel("claude-haiku-4-5").thinking, ThinkingStyle::kBudget);
  EXPECT_EQ(Shipped().FindModel("claude-opus-4-6").thinking, ThinkingStyle::kAdaptive);
  EXPECT_TRUE(Shipped().FindModel("claude-opus-4-6").sampling);
  EXPECT_FALSE(Shipped().FindModel("claude-opus-4-7").sampling);
  EXPECT_FALSE(Shipped().FindModel("claude-opus-5-5").thinking_can_be_off);
  EXPECT_EQ(Shipped().FindModel("gemini-2.5-pro").max_budget, 32768);
  EXPECT_EQ(Shipped().FindModel("gemini-3.8-flash").thinking, ThinkingStyle::kLevel);
  EXPECT_THAT(Shipped().FindModel("gpt-5").efforts, ElementsAre("minimal", "low", "medium", "high"));
  EXPECT_EQ(Shipped().FindModel("gpt-4o").thinking, ThinkingStyle::kNone);
}

TEST(Catalog, TellsAProviderByItsKey) {
  EXPECT_EQ(ProviderOfKey("sk-proj-abc"), "openai");
  EXPECT_EQ(ProviderOfKey("sk-abc"), "openai");
  EXPECT_EQ(ProviderOfKey("sk-ant-api03-abc"), "anthropic");
  EXPECT_EQ(ProviderOfKey("sk-or-v1-abc"), "openrouter");
  EXPECT_EQ(ProviderOfKey("AIzaSyabc"), "gemini");
  EXPECT_EQ(ProviderOfKey("AQ.abc"), "gemini");
  EXPECT_EQ(ProviderOfKey("hello"), "");
}

TEST(Catalog, TellsAProviderByTheModelName) {
  EXPECT_EQ(ProviderOf("gpt-9-turbo"), "openai");
  EXPECT_EQ(ProviderOf("o3-mini-2025-01-31"), "openai");
  EXPECT_EQ(ProviderOf("o3x"), "");
  EXPECT_EQ(ProviderOf("ft:gpt-4o-mini:acme::1"), "openai");
  EXPECT_EQ(ProviderOf("text-embedding-3-small"), "openai");
  EXPECT_EQ(ProviderOf("text-embedding-004"), "gemini");
  EXPECT_EQ(ProviderOf("claude-opus-9"), "anthropic");
  EXPECT_EQ(ProviderOf("models/gemma-3-27b-it"), "gemini");
  EXPECT_EQ(ProviderOf("deepseek-chat"), "deepseek");
  EXPECT_EQ(ProviderOf("glm-9"), "zai");
  EXPECT_EQ(ProviderOf("kimi-k2.6"), "moonshot");
  EXPECT_EQ(ProviderOf("llama3.1:8b"), "");
  EXPECT_EQ(ProviderOf("anthropic/claude-opus-5"), "");
}

TEST(Catalog, OverrideChangesOnlyWhatItNames) {
  const auto catalog = Catalog::WithOverride(R"({
    "models": [
      {"id": "gpt-5", "max_output": 1000, "context_window": null},
      {"id": "house-model", "provider": "gemini", "thinking": "budget", "min_budget": 5}
    ],
    "providers": [
      {"name": "openai", "endpoints": {"chat": {"base_url": "https://eu.api.openai.com/v1"}}},
      {"name": "acme", "family": "openai", "endpoints": {"chat": {"base_url": "https://llm.acme.example/v1"}},
       "model_prefixes": ["acme-"]}
    ]})");
  ASSERT_TRUE(catalog.ok()) << catalog.status();
  EXPECT_EQ(catalog->FindModel("gpt-5").max_output, 1000);
  EXPECT_FALSE(catalog->FindModel("gpt-5").context_window);
  EXPECT_EQ(catalog->FindModel("gpt-5").thinking, ThinkingStyle::kEffort);
  EXPECT_EQ(catalog->FindModel("house-model").family, Family::kGemini);
  EXPECT_EQ(catalog->FindProvider("openai")->endpoints.at(Dialect::kChat).base_url, "https://eu.api.openai.com/v1");
  EXPECT_EQ(catalog->FindProvider("openai")->endpoints.at(Dialect::kResponses).base_url, "https://api.openai.com/v1");
  ASSERT_NE(catalog->ProviderOfModel("acme-1"), nullptr);
  EXPECT_EQ(catalog->ProviderOfModel("acme-1")->name, "acme");
  EXPECT_EQ(catalog->ProviderOfModel("acme-1")->display_name, "acme");
}

std::string OverrideError(std::string_view text) {
  const auto catalog = Catalog::WithOverride(text);
  if (catalog.ok()) return "accepted";
  EXPECT_EQ(KindOf(catalog.status()), ErrorKind::kInvalidRequest);
  return std::string(catalog.status().message());
}

TEST(Catalog, OverrideThatDoesNotParseSaysLineAndReason) {
  EXPECT_THAT(OverrideError("{\n\"models\": [\n}"), HasSubstr("line 3"));
  EXPECT_THAT(OverrideError("{\"models\": [\n{\"id\": \"m\", \"max_outputs\": 3}]}"),
              AllOf(HasSubstr("line 2"), HasSubstr("max_outputs"), HasSubstr("did you mean 'max_output'")));
  EXPECT_THAT(OverrideError(R"({"models": [{"display_name": "x"}]})"), HasSubstr("'id'"));
  EXPECT_THAT(OverrideError(R"({"models": [{"id": "m", "thinking": "hard"}]})"), HasSubstr("adaptive"));
  EXPECT_THAT(OverrideError(R"({"models": [{"id": "m", "max_output": -1}]})"), HasSubstr("number of tokens"));
  EXPECT_THAT(OverrideError(R"({"models": [{"id": "m", "prefill": 1}]})"), HasSubstr("true or false"));
  EXPECT_THAT(OverrideError(R"({"providers": [{"name": "p"}]})"), HasSubstr("endpoints"));
  EXPECT_THAT(OverrideError(R"({"providers": [{"name": "p", "endpoints": {"smoke": {}}}]})"), HasSubstr("smoke"));
  EXPECT_THAT(OverrideError(R"({"providers": [{"name": "p", "endpoints": {"chat": {"base_url": "ftp://x"}}}]})"),
              HasSubstr("http://"));
  EXPECT_THAT(OverrideError(R"({"costs": []})"), HasSubstr("costs"));
  EXPECT_THAT(OverrideError("[]"), HasSubstr("line 1"));
}

TEST(Catalog, SuggestsNearNamesNearestFirst) {
  const std::vector<std::string> names{"gpt-4o", "gpt-4o-mini", "claude-opus-4-1", "gemini-2.5-pro"};
  EXPECT_THAT(Catalog::Suggest("gtp-4o", names), ElementsAre("gpt-4o"));
  EXPECT_THAT(Catalog::Suggest("Claude-Opus-4.1", names), ElementsAre("claude-opus-4-1"));
  EXPECT_THAT(Catalog::Suggest("gpt-4o-mii", names), ElementsAre("gpt-4o-mini"));
  EXPECT_THAT(Catalog::Suggest("llama3", names), IsEmpty());
  EXPECT_THAT(Catalog::Suggest(std::string(100000, 'a'), names), IsEmpty());
  EXPECT_THAT(Catalog::Suggest("", names), IsEmpty());
}

TEST(FillPlace, PutsProjectAndLocationIntoTheAddress) {
  const ProviderPreset& vertex = *Shipped().FindProvider("vertex");
  const std::string& url = vertex.endpoints.at(Dialect::kGemini).base_url;
  EXPECT_TRUE(NeedsPlace(vertex));
  EXPECT_FALSE(NeedsPlace(*Shipped().FindProvider("gemini")));
  EXPECT_EQ(FillPlace(url, "p-1", "europe-west4"),
            "https://europe-west4-aiplatform.googleapis.com/v1/projects/p-1/locations/europe-west4/publishers/google");
  EXPECT_EQ(FillPlace(url, "p-1", "global"),
            "https://aiplatform.googleapis.com/v1/projects/p-1/locations/global/publishers/google");
}

TEST(NormalizeBaseUrl, AcceptsWhatPeopleType) {
  EXPECT_EQ(NormalizeBaseUrl("http://h:1", Dialect::kChat), "http://h:1/v1");
  EXPECT_EQ(NormalizeBaseUrl(" http://h:1/ ", Dialect::kResponses), "http://h:1/v1");
  EXPECT_EQ(NormalizeBaseUrl("http://h:1/v1/", Dialect::kChat), "http://h:1/v1");
  EXPECT_EQ(NormalizeBaseUrl("http://h:1/api/paas/v4", Dialect::kChat), "http://h:1/api/paas/v4");
  EXPECT_EQ(NormalizeBaseUrl("http://h:1/openai", Dialect::kChat), "http://h:1/openai");
  EXPECT_EQ(NormalizeBaseUrl("http://h:1/v1/chat/completions", Dialect::kChat), "http://h:1/v1");
  EXPECT_EQ(NormalizeBaseUrl("http://h:1/v1/completions", Dialect::kCompletions), "http://h:1/v1");
  EXPECT_EQ(NormalizeBaseUrl("http://h:1/chat/completions", Dialect::kChat), "http://h:1/v1");
  EXPECT_EQ(NormalizeBaseUrl("http://h:1", Dialect::kMessages), "http://h:1/v1");
  EXPECT_EQ(NormalizeBaseUrl("https://api.z.ai/api/anthropic", Dialect::kMessages),
            "https://api.z.ai/api/anthropic/v1");
  EXPECT_EQ(NormalizeBaseUrl("http://h:1/v1/messages?beta=true", Dialect::kMessages), "http://h:1/v1");
  EXPECT_EQ(NormalizeBaseUrl("http://h:1", Dialect::kGemini), "http://h:1/v1beta");
  EXPECT_EQ(NormalizeBaseUrl("http://h:1/v1", Dialect::kGemini), "http://h:1/v1");
  EXPECT_EQ(NormalizeBaseUrl("http://h:1/v1beta/models/g:generateContent", Dialect::kGemini), "http://h:1/v1beta");
  EXPECT_EQ(NormalizeBaseUrl("http://[::1]:8/v1beta/models", Dialect::kGemini), "http://[::1]:8/v1beta");
  EXPECT_EQ(NormalizeBaseUrl("localhost:1/", Dialect::kChat), "localhost:1");
}

TEST(NormalizeBaseUrl, LeavesShippedBasesAsTheyAre) {
  for (const auto& provider : Shipped().providers()) {
    for (const auto& [dialect, endpoint] : provider.endpoints) {
      if (endpoint.base_url.empty()) continue;
      EXPECT_EQ(NormalizeBaseUrl(endpoint.base_url, dialect), endpoint.base_url) << provider.name;
    }
  }
}

}  // namespace
}  // namespace ag::catalog
