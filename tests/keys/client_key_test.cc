#include "gatewayd/keys/client_key.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gatewayd/base/error.h"

namespace ag::keys {
namespace {

using pool::Measure;
using pool::Period;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// 2026-11-26 10:00:20 UTC.
constexpr WallTime kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + hours(10) + seconds(20);

HeldKey Hold(ClientKey key) {
  HeldKey held;
  for (const auto& model : key.models) held.models.push_back(*routing::Pattern::Parse(model));
  held.key = std::move(key);
  held.counters = std::make_shared<KeyCounters>();
  return held;
}

ClientKey Laptop() {
  ClientKey key;
  key.id = ClientKeyId("key_1");
  key.name = "Laptop";
  key.sha256_hex = "hash";
  return key;
}

std::string Words(const absl::Status& status) { return std::string(status.message()); }

TEST(ClientKey, LetsInAndCounts) {
  const HeldKey held = Hold(Laptop());
  EXPECT_TRUE(Admit(held, "gpt-5", kNow).ok());
  EXPECT_TRUE(Admit(held, "", kNow).ok()) << "files and batches too, without a list of models";
  held.counters->CountTokens(500, kNow);
  EXPECT_EQ(held.counters->requests.load(), 2);
  EXPECT_EQ(held.counters->tokens.load(), 500);
  EXPECT_EQ(held.counters->last_used_ms.load(), kNow.time_since_epoch().count());
  EXPECT_EQ(StateOf(held, kNow), KeyState::kReady);
}

TEST(ClientKey, ABudgetNamesTheKeyAndEndsWithItsPeriod) {
  ClientKey key = Laptop();
  key.limits.Of(Measure::kRequests, Period::kMinute) = 2;
  const HeldKey held = Hold(key);
  EXPECT_TRUE(Admit(held, "gpt-5", kNow).ok());
  EXPECT_TRUE(Admit(held, "gpt-5", kNow).ok());
  const absl::Status refused = Admit(held, "gpt-5", kNow);
  EXPECT_EQ(KindOf(refused), ErrorKind::kClientBudget);
  EXPECT_EQ(DetailOf(refused).retry_after, seconds(40));
  EXPECT_EQ(
      Words(refused),
      "The key \"Laptop\" has used up its budget of 2 requests per minute; it begins anew at 2026-11-26 10:01 UTC "
      "(in 40 s). The gateway's owner can raise it: agctl keys update.");
  EXPECT_EQ(held.counters->requests.load(), 2) << "what is refused is not used";
  EXPECT_EQ(StateOf(held, kNow), KeyState::kBudgetSpent);
  EXPECT_TRUE(Admit(held, "gpt-5", kNow + seconds(40)).ok());
}

TEST(ClientKey, OfSeveralSpentBudgetsTheLastToEndIsTold) {
  ClientKey key = Laptop();
  key.limits.Of(Measure::kRequests, Period::kMinute) = 1;
  key.limits.Of(Measure::kTokens, Period::kDay) = 100;
  const HeldKey held = Hold(key);
  EXPECT_TRUE(Admit(held, "gpt-5", kNow).ok());
  held.counters->CountTokens(100, kNow);
  const absl::Status refused = Admit(held, "gpt-5", kNow);
  EXPECT_EQ(DetailOf(refused).retry_after, hours(14) - seconds(20));
  EXPECT_NE(Words(refused).find("100 tokens per day"), std::string::npos) << refused;
}

TEST(ClientKey, AsksOnlyForItsModels) {
  ClientKey key = Laptop();
  key.models = {"gpt-5*", "~^claude-(haiku|sonnet)"};
  const HeldKey held = Hold(key);
  EXPECT_TRUE(Admit(held, "gpt-5-mini", kNow).ok());
  EXPECT_TRUE(Admit(held, "claude-haiku-4-5", kNow).ok());
  const absl::Status refused = Admit(held, "claude-opus-4-1", kNow);
  EXPECT_EQ(KindOf(refused), ErrorKind::kClientAuth);
  EXPECT_EQ(DetailOf(refused).param, "model");
  EXPECT_NE(Words(refused).find("\"Laptop\" may not ask for 'claude-opus-4-1'"), std::string::npos) << refused;
  EXPECT_EQ(KindOf(Admit(held, "", kNow)), ErrorKind::kClientAuth) << "what a batch asks for cannot be known";
  EXPECT_EQ(held.counters->requests.load(), 2);
}

TEST(ClientKey, IsRefusedWhenItIsOffOrOver) {
  ClientKey key = Laptop();
  EXPECT_TRUE(CheckUsable(key, kNow).ok());
  key.expires = kNow + minutes(1);
  EXPECT_TRUE(CheckUsable(key, kNow).ok());
  const absl::Status over = CheckUsable(key, kNow + minutes(1));
  EXPECT_EQ(KindOf(over), ErrorKind::kClientAuth);
  EXPECT_NE(Words(over).find("\"Laptop\" expired at 2026-11-26 10:01 UTC"), std::string::npos) << over;
  EXPECT_EQ(StateOf(Hold(key), kNow + minutes(1)), KeyState::kExpired);
  key.enabled = false;
  EXPECT_EQ(KindOf(CheckUsable(key, kNow)), ErrorKind::kClientAuth);
  EXPECT_EQ(StateOf(Hold(key), kNow), KeyState::kDisabled);
}

TEST(ClientKey, SurvivesTheTable) {
  ClientKey key = Laptop();
  EXPECT_EQ(FromRow(ToRow(key))->models, key.models);
  key.hint = "sk-…f3a9";
  key.enabled = false;
  key.expires = kNow;
  key.models = {"gpt-*", "claude-?"};
  key.limits.Of(Measure::kTokens, Period::kMonth) = 7;
  key.created = kNow - days(1);
  key.revision = 4;
  const auto back = FromRow(ToRow(key));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->id, key.id);
  EXPECT_EQ(back->name, key.name);
  EXPECT_EQ(back->hint, key.hint);
  EXPECT_EQ(back->enabled, key.enabled);
  EXPECT_EQ(back->expires, key.expires);
  EXPECT_EQ(back->models, key.models);
  EXPECT_EQ(back->limits, key.limits);
  EXPECT_EQ(back->created, key.created);
  EXPECT_EQ(back->revision, key.revision);
}

TEST(ClientKey, AnUnreadableRowNamesItsKey) {
  store::ClientKeyRow row = ToRow(Laptop());
  row.options_json = "{";
  EXPECT_NE(Words(FromRow(row).status()).find("\"Laptop\""), std::string::npos);
  row.options_json = R"({"models":["~("]})";
  EXPECT_FALSE(FromRow(row).ok()) << "a list that cannot be read must not become none";
}

TEST(ClientKey, RefusesWhatMakesNoSense) {
  const auto param = [](const ClientKey& key) { return DetailOf(CheckClientKey(key)).param; };
  ClientKey key = Laptop();
  for (const std::string& name :
       {std::string(), std::string(65, 'x'), std::string("a\nb"), std::string("say \"hi\"")}) {
    key.name = name;
    EXPECT_EQ(param(key), "name") << name;
  }
  key = Laptop();
  key.models = {"~("};
  EXPECT_EQ(param(key), "models");
  key = Laptop();
  key.limits.Of(Measure::kRequests, Period::kDay) = 0;
  EXPECT_EQ(param(key), "requests_per_day");
}

}  // namespace
}  // namespace ag::keys
