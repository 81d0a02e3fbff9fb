#include "gatewayd/catalog/price.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/catalog/catalog.h"
#include "gatewayd/catalog/shipped_data.h"

namespace ag::catalog {
namespace {

const Catalog& Shipped() {
  static const Catalog catalog = Catalog::Shipped();
  return catalog;
}

ModelPrice Price() {
  ModelPrice price;
  price.usual.input = TokenRate{3'000'000};
  price.usual.cache_read = TokenRate{300'000};
  price.usual.cache_write = TokenRate{3'750'000};
  price.usual.output = TokenRate{15'000'000};
  return price;
}

Usage Used(std::int64_t input, std::int64_t output) {
  Usage usage;
  usage.input = input;
  usage.output = output;
  return usage;
}

TEST(ModelPrice, EachBucketHasItsRate) {
  Usage usage = Used(1'000, 500);
  usage.cache_read = 10'000;
  usage.cache_write = 2'000;
  usage.reasoning = 100;
  // 0.003 + 0.003 + 0.0075 + 0.0075 + 0.0015 dollars.
  EXPECT_EQ(CostOf(Price(), usage), 22'500'000);
}

TEST(ModelPrice, CachedTokensWithoutARateAreInput) {
  ModelPrice price = Price();
  price.usual.cache_read.reset();
  price.usual.cache_write.reset();
  Usage usage = Used(1, 0);
  usage.cache_read = 2;
  usage.cache_write = 3;
  EXPECT_EQ(CostOf(price, usage), 6 * 3'000);
}

TEST(ModelPrice, ALongRequestIsPaidWholeByTheDearerRates) {
  ModelPrice price = Price();
  price.above = 200'000;
  price.long_context.input = TokenRate{6'000'000};
  price.long_context.output = TokenRate{22'500'000};
  Usage usage = Used(150'000, 1'000);
  usage.cache_read = 50'000;
  EXPECT_EQ(CostOf(price, usage), 450'000'000 + 15'000'000 + 15'000'000) << "at the limit, not above it";
  usage.cache_read = 50'001;
  EXPECT_EQ(CostOf(price, usage), 900'000'000 + 15'000'300 + 22'500'000) << "the cached part has no dearer rate";
}

TEST(ModelPrice, UnknownIsNotNothing) {
  EXPECT_EQ(CostOf(Price(), Usage()), std::nullopt);
  ModelPrice embedding;
  embedding.usual.input = TokenRate{20'000};
  EXPECT_EQ(CostOf(embedding, Used(50, 0)), 1'000);
  EXPECT_EQ(CostOf(embedding, Used(50, 1)), std::nullopt) << "output without a rate";
  EXPECT_EQ(CostOf(Price(), Used(0, 0)), 0);
}

TEST(ModelPrice, SmallAmountsAreRoundedAndHugeOnesSaturate) {
  ModelPrice cheap;
  cheap.usual.input = TokenRate{400};
  EXPECT_EQ(CostOf(cheap, Used(1, 0)), 0);
  EXPECT_EQ(CostOf(cheap, Used(2, 0)), 1);
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(CostOf(Price(), Used(kMost, kMost)), kMost / 1'000 + 1);
  EXPECT_EQ(CostOf(Price(), Used(-5, 0)), 0) << "a server's nonsense";
}

TEST(ShippedPrices, EachIsOfAKnownModelAndTellsItsSource) {
  Arena arena;
  const auto root = json::Parse(shipped::prices, arena);
  ASSERT_TRUE(root.ok());
  std::set<std::string> told;
  for (const json::Value& entry : (*root)->Find("prices")->items()) {
    const std::string model(entry.Find("model")->str());
    const std::string provider(entry.Find("provider")->str());
    EXPECT_TRUE(told.insert(model).second) << model << " twice";
    EXPECT_EQ(Shipped().FindModel(model).id, model) << "not in the catalogue";
    EXPECT_EQ(Shipped().FindModel(model).provider, provider);
    const ModelPrice* const price = Shipped().FindPrice(model, provider);
    ASSERT_NE(price, nullptr) << model;
    EXPECT_TRUE(price->source.starts_with("https://")) << model;
    EXPECT_EQ(price->date.size(), std::string("2026-11-26").size()) << model;
    ASSERT_TRUE(price->usual.input) << model;
    EXPECT_GT(price->usual.input->micro_usd, 0) << model;
    if (price->usual.output) EXPECT_GT(price->usual.output->micro_usd, price->usual.input->micro_usd) << model;
    if (price->usual.cache_read) EXPECT_LT(price->usual.cache_read->micro_usd, price->usual.input->micro_usd) << model;
    if (price->usual.cache_write)
      EXPECT_GT(price->usual.cache_write->micro_usd, price->usual.input->micro_usd) << model;
    if (price->above) EXPECT_GT(price->long_context.input->micro_usd, price->usual.input->micro_usd) << model;
  }
  EXPECT_GT(told.size(), 80U);
}

TEST(ShippedPrices, AreFoundByDatedNamesAndForVertex) {
  const ModelPrice* const price = Shipped().FindPrice("claude-sonnet-4-5-20250929", "anthropic");
  ASSERT_NE(price, nullptr);
  EXPECT_EQ(price->model, "claude-sonnet-4-5");
  EXPECT_EQ(Shipped().FindPrice("models/gemini-2.5-flash", "vertex"),
            Shipped().FindPrice("gemini-2.5-flash", "gemini"));
  EXPECT_EQ(Shipped().FindPrice("gpt-5", "openrouter"), nullptr) << "another seller, another price";
  EXPECT_EQ(Shipped().FindPrice("no-such-model", "openai"), nullptr);
}

TEST(OwnPrices, OverrideTheShippedOnes) {
  const auto catalog = Catalog::WithOverride(R"({"prices": [
    {"model": "gpt-5-mini", "provider": "openai", "input": 0.125, "output": 1},
    {"model": "local-llama", "input": 0, "output": 0.05}]})");
  ASSERT_TRUE(catalog.ok()) << catalog.status();
  const ModelPrice* const agreed = catalog->FindPrice("gpt-5-mini", "openai");
  ASSERT_NE(agreed, nullptr);
  EXPECT_EQ(agreed->usual.input, TokenRate{125'000});
  EXPECT_FALSE(agreed->usual.cache_read) << "the whole entry is replaced";
  ASSERT_NE(catalog->FindPrice("local-llama", "openai-compatible"), nullptr);
  EXPECT_EQ(CostOf(*catalog->FindPrice("local-llama", "ollama"), Used(1'000, 20)), 1'000);
  EXPECT_FALSE(catalog->FindModel("local-llama").known) << "a price describes nothing else";
}

TEST(OwnPrices, NonsenseIsRefusedWithItsLine) {
  for (const char* entry : {R"({"input": 1})", R"({"model": "m", "input": -1})", R"({"model": "m", "input": "2"})",
                            R"({"model": "m", "inptu": 1})", R"({"model": "m", "output": 1e99})"}) {
    const auto catalog = Catalog::WithOverride(std::string("{\"prices\": [\n") + entry + "]}");
    ASSERT_FALSE(catalog.ok()) << entry;
    EXPECT_NE(catalog.status().message().find("line 2"), std::string::npos) << catalog.status();
  }
}

}  // namespace
}  // namespace ag::catalog
