#include "gatewayd/proxy/model_catalog.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/json.h"

namespace ag::proxy {
namespace {

class ModelCatalogTest : public testing::Test {
 protected:
  pool::Account& Add(const std::string& id, const std::string& preset, Family family) {
    pool::PooledAccount pooled;
    pooled.account.id = AccountId(id);
    pooled.account.preset = preset;
    pooled.account.family = family;
    pool_.accounts.push_back(std::move(pooled));
    return pool_.accounts.back().account;
  }
  void Lists(const std::string& account, const std::string& model, std::string raw) {
    listings_[AccountId(account)].push_back({model, std::move(raw)});
  }
  ModelCatalog Build(const std::vector<std::string>& aliases = {}) const {
    return ModelCatalog(pool_, listings_, aliases, catalog::Catalog::Shipped());
  }
  const json::Value& Parsed(const std::string& text) {
    const auto parsed = json::Parse(arena_.Copy(text), arena_);
    EXPECT_TRUE(parsed.ok()) << text;
    static const json::Value kNothing;
    return parsed.ok() ? **parsed : kNothing;
  }
  // The ids of a page in any of the three shapes.
  std::vector<std::string> Ids(const std::string& page) {
    const json::Value& root = Parsed(page);
    const json::Value* list = root.Find("data") != nullptr ? root.Find("data") : root.Find("models");
    std::vector<std::string> ids;
    if (list == nullptr) return ids;
    for (const json::Value& item : list->items()) {
      const json::Value* id = item.Find("id") != nullptr ? item.Find("id") : item.Find("name");
      ids.emplace_back(id == nullptr ? std::string_view("?") : id->str());
    }
    return ids;
  }
  std::string TextOf(const std::string& page, std::string_view key) {
    const json::Value* value = Parsed(page).Find(key);
    return value == nullptr ? "absent" : std::string(value->raw());
  }
  // Models a, b, c, d, e of one account.
  ModelCatalog FiveModels() {
    Add("acc", "openai", Family::kOpenAi).models = {"a", "b", "c", "d", "e"};
    return Build();
  }

  Arena arena_;
  pool::PoolSnapshot pool_;
  ModelCatalog::Listings listings_;
};

using Names = std::vector<std::string>;

TEST_F(ModelCatalogTest, MergesTheAccountsListsWithoutRepeats) {
  Add("one", "openai", Family::kOpenAi).models = {"gpt-5", "gpt-5-mini"};
  Add("two", "openai", Family::kOpenAi).models = {"gpt-5-mini", "o3"};
  Add("three", "anthropic", Family::kAnthropic);
  Lists("three", "claude-sonnet-4-5", R"({"type":"model","id":"claude-sonnet-4-5"})");
  EXPECT_EQ(Build({"fast", "gpt-5"}).Names(), (Names{"gpt-5", "gpt-5-mini", "o3", "claude-sonnet-4-5", "fast"}));
}

TEST_F(ModelCatalogTest, LeavesOutDisabledAccountsAndStrangersListings) {
  Add("off", "openai", Family::kOpenAi).models = {"gpt-5"};
  pool_.accounts.back().account.enabled = false;
  Lists("off", "o3", "{}");
  Lists("removed", "o1", "{}");
  EXPECT_TRUE(Build().Names().empty());
}

TEST_F(ModelCatalogTest, AnswersEmptyListsInEachShape) {
  const ModelCatalog empty = Build();
  EXPECT_EQ(empty.List(Family::kOpenAi, ""), R"({"object":"list","data":[]})");
  EXPECT_EQ(empty.List(Family::kAnthropic, ""), R"({"data":[],"has_more":false,"first_id":null,"last_id":null})");
  EXPECT_EQ(empty.List(Family::kGemini, "pageToken=3"), R"({"models":[]})");
}

TEST_F(ModelCatalogTest, DescribesAModelInEachShape) {
  Add("acc", "anthropic", Family::kAnthropic).models = {"claude-sonnet-4-5"};
  const ModelCatalog models = Build();
  const std::string openai = models.Get(Family::kOpenAi, "claude-sonnet-4-5").value_or("");
  EXPECT_EQ(TextOf(openai, "id"), R"("claude-sonnet-4-5")");
  EXPECT_EQ(TextOf(openai, "object"), R"("model")");
  EXPECT_EQ(TextOf(openai, "owned_by"), R"("anthropic")");
  EXPECT_EQ(TextOf(openai, "created"), "1735689600");
  const std::string anthropic = models.Get(Family::kAnthropic, "claude-sonnet-4-5").value_or("");
  EXPECT_EQ(TextOf(anthropic, "type"), R"("model")");
  EXPECT_EQ(TextOf(anthropic, "id"), R"("claude-sonnet-4-5")");
  EXPECT_EQ(TextOf(anthropic, "created_at"), R"("2025-01-01T00:00:00Z")");
  EXPECT_NE(TextOf(anthropic, "display_name"), "absent");
  EXPECT_EQ(TextOf(anthropic, "max_input_tokens"), "200000");
  const std::string gemini = models.Get(Family::kGemini, "claude-sonnet-4-5").value_or("");
  EXPECT_EQ(TextOf(gemini, "name"), R"("models/claude-sonnet-4-5")");
  EXPECT_EQ(TextOf(gemini, "inputTokenLimit"), "200000");
  EXPECT_EQ(TextOf(gemini, "supportedGenerationMethods"), R"(["generateContent","countTokens"])");
}

TEST_F(ModelCatalogTest, InventsNoLimitsForAModelThatNobodyDescribed) {
  Add("acc", "openai", Family::kOpenAi).models = {"my \"own\" model"};
  const std::string shown = Build().Get(Family::kAnthropic, "my \"own\" model").value_or("");
  EXPECT_EQ(TextOf(shown, "display_name"), R"("my \"own\" model")");
  EXPECT_EQ(TextOf(shown, "max_input_tokens"), "absent");
  EXPECT_EQ(TextOf(shown, "max_tokens"), "absent");
}

TEST_F(ModelCatalogTest, GivesTheProvidersObjectUntouchedToItsOwnFamily) {
  const std::string raw = "{ \"name\":\"models/gemini-2.5-pro\",\n \"temperature\":1.0, \"thinking\": true }";
  Add("acc", "gemini", Family::kGemini);
  Lists("acc", "gemini-2.5-pro", raw);
  const ModelCatalog models = Build();
  EXPECT_EQ(models.Get(Family::kGemini, "gemini-2.5-pro"), raw);
  EXPECT_EQ(models.List(Family::kGemini, ""), "{\"models\":[" + raw + "]}");
  EXPECT_EQ(TextOf(models.Get(Family::kOpenAi, "gemini-2.5-pro").value_or(""), "owned_by"), R"("gemini")");
}

TEST_F(ModelCatalogTest, KeepsEachFamilysObjectOfAModelThatSeveralList) {
  Add("router", "openrouter", Family::kOpenAi);
  Lists("router", "claude-sonnet-4-5", R"({"id":"claude-sonnet-4-5","context_length":200000})");
  Add("own", "anthropic", Family::kAnthropic);
  Lists("own", "claude-sonnet-4-5", R"({"type":"model","id":"claude-sonnet-4-5","display_name":"As listed"})");
  const ModelCatalog models = Build();
  EXPECT_EQ(models.Names(), Names{"claude-sonnet-4-5"});
  EXPECT_EQ(models.Get(Family::kOpenAi, "claude-sonnet-4-5"), R"({"id":"claude-sonnet-4-5","context_length":200000})");
  EXPECT_EQ(models.Get(Family::kAnthropic, "claude-sonnet-4-5"),
            R"({"type":"model","id":"claude-sonnet-4-5","display_name":"As listed"})");
}

TEST_F(ModelCatalogTest, PrefersAListedObjectToOneOfItsOwnMaking) {
  Add("one", "openai", Family::kOpenAi).models = {"gpt-5"};
  Add("two", "openai", Family::kOpenAi);
  Lists("two", "gpt-5", R"({"id":"gpt-5","created":7})");
  EXPECT_EQ(Build().Get(Family::kOpenAi, "gpt-5"), R"({"id":"gpt-5","created":7})");
}

TEST_F(ModelCatalogTest, ListsRouteAliasesAsItsOwn) {
  const ModelCatalog models = Build({"fast"});
  EXPECT_EQ(TextOf(models.Get(Family::kOpenAi, "fast").value_or(""), "owned_by"), R"("ag-gateway")");
  EXPECT_TRUE(models.Get(Family::kAnthropic, "fast"));
}

TEST_F(ModelCatalogTest, FindsAModelByItsResourceName) {
  Add("acc", "gemini", Family::kGemini).models = {"gemini-2.5-pro"};
  const ModelCatalog models = Build();
  EXPECT_EQ(models.Get(Family::kGemini, "models/gemini-2.5-pro"), models.Get(Family::kGemini, "gemini-2.5-pro"));
  EXPECT_EQ(models.Get(Family::kGemini, "models/"), std::nullopt);
  EXPECT_EQ(models.Get(Family::kGemini, "gemini-2.5"), std::nullopt);
  EXPECT_EQ(models.Get(Family::kGemini, ""), std::nullopt);
}

TEST_F(ModelCatalogTest, OpenAiHasOnePage) {
  EXPECT_EQ(Ids(FiveModels().List(Family::kOpenAi, "limit=2")), (Names{"a", "b", "c", "d", "e"}));
}

TEST_F(ModelCatalogTest, PagesForwardForAnthropicClients) {
  const ModelCatalog models = FiveModels();
  const std::string first = models.List(Family::kAnthropic, "limit=2");
  EXPECT_EQ(Ids(first), (Names{"a", "b"}));
  EXPECT_EQ(TextOf(first, "has_more"), "true");
  EXPECT_EQ(TextOf(first, "first_id"), R"("a")");
  EXPECT_EQ(TextOf(first, "last_id"), R"("b")");
  EXPECT_EQ(Ids(models.List(Family::kAnthropic, "limit=2&after_id=b")), (Names{"c", "d"}));
  const std::string last = models.List(Family::kAnthropic, "limit=2&after_id=d");
  EXPECT_EQ(Ids(last), Names{"e"});
  EXPECT_EQ(TextOf(last, "has_more"), "false");
  EXPECT_TRUE(Ids(models.List(Family::kAnthropic, "after_id=e")).empty());
  EXPECT_TRUE(Ids(models.List(Family::kAnthropic, "after_id=stranger")).empty());
}

TEST_F(ModelCatalogTest, PagesBackwardForAnthropicClients) {
  const ModelCatalog models = FiveModels();
  const std::string middle = models.List(Family::kAnthropic, "limit=2&before_id=e");
  EXPECT_EQ(Ids(middle), (Names{"c", "d"}));
  EXPECT_EQ(TextOf(middle, "has_more"), "true") << "a and b come before";
  const std::string start = models.List(Family::kAnthropic, "limit=2&before_id=c");
  EXPECT_EQ(Ids(start), (Names{"a", "b"}));
  EXPECT_EQ(TextOf(start, "has_more"), "false");
  EXPECT_EQ(Ids(models.List(Family::kAnthropic, "after_id=a&before_id=d")), (Names{"b", "c"}));
  EXPECT_TRUE(Ids(models.List(Family::kAnthropic, "after_id=d&before_id=b")).empty());
  EXPECT_TRUE(Ids(models.List(Family::kAnthropic, "before_id=a")).empty());
}

TEST_F(ModelCatalogTest, PagesForGeminiClients) {
  const ModelCatalog models = FiveModels();
  std::string page = models.List(Family::kGemini, "pageSize=2");
  EXPECT_EQ(Ids(page), (Names{"models/a", "models/b"}));
  const auto token = [this](const std::string& text) {
    return std::string(Parsed(text).Find("nextPageToken") != nullptr ? Parsed(text).Find("nextPageToken")->str() : "");
  };
  page = models.List(Family::kGemini, "pageSize=2&pageToken=" + token(page));
  EXPECT_EQ(Ids(page), (Names{"models/c", "models/d"}));
  page = models.List(Family::kGemini, "pageSize=2&pageToken=" + token(page));
  EXPECT_EQ(Ids(page), Names{"models/e"});
  EXPECT_EQ(token(page), "");
  EXPECT_TRUE(Ids(models.List(Family::kGemini, "pageToken=99")).empty());
}

TEST_F(ModelCatalogTest, UsesDefaultsForSizesThatAreNone) {
  pool::Account& account = Add("acc", "openai", Family::kOpenAi);
  for (int i = 0; i < 1'100; ++i) account.models.push_back("m" + std::to_string(i));
  const ModelCatalog models = Build();
  for (const std::string_view query : {"", "limit=0", "limit=-3", "limit=many", "limit=99999999999999999999999"}) {
    EXPECT_EQ(Ids(models.List(Family::kAnthropic, query)).size(), 20U) << query;
  }
  EXPECT_EQ(Ids(models.List(Family::kAnthropic, "limit=5000")).size(), 1'000U);
  EXPECT_EQ(Ids(models.List(Family::kGemini, "pageSize=&pageToken=x")).size(), 50U);
  EXPECT_EQ(Ids(models.List(Family::kGemini, "pageSize=5000")).size(), 1'000U);
}

}  // namespace
}  // namespace ag::proxy
