#include "gatewayd/auth/client_keys.h"

#include <gtest/gtest.h>

#include <vector>

#include "gatewayd/auth/secret_box.h"

namespace ag::auth {
namespace {

std::string Presented(const std::vector<http::Header>& fields, std::string_view query = "") {
  std::string decoded;
  return std::string(PresentedKey(http::Headers(fields), query, decoded));
}

TEST(PresentedKey, IsTakenFromEachPlaceInOrder) {
  std::vector<http::Header> fields{{"X-Goog-Api-Key", "goog"}};
  EXPECT_EQ(Presented({}, "alt=sse&key=query%2Dkey"), "query-key");
  EXPECT_EQ(Presented(fields, "key=query"), "goog");
  fields.push_back({"X-API-Key", " anthropic "});
  EXPECT_EQ(Presented(fields, "key=query"), "anthropic");
  fields.push_back({"Authorization", "bearer  openai"});
  EXPECT_EQ(Presented(fields, "key=query"), "openai");
}

TEST(PresentedKey, OtherSchemesAndEmptyValuesDoNotHideALaterKey) {
  EXPECT_EQ(Presented({{"Authorization", "Basic dTpw"}, {"x-api-key", "k"}}), "k");
  EXPECT_EQ(Presented({{"Authorization", "Bearer "}, {"x-api-key", "k"}}), "k");
  EXPECT_EQ(Presented({{"Authorization", "Bearerk"}}), "");
  EXPECT_EQ(Presented({{"x-api-key", ""}}, "key=q"), "q");
  EXPECT_EQ(Presented({}), "");
}

ClientKeySet Keys() {
  ClientKeySet keys;
  keys.primary = Secret("sk-primary");
  keys.further = {KeyHash("sk-one"), KeyHash("sk-two")};
  return keys;
}

TEST(CheckKey, KnowsThePrimaryAndTheFurtherKeys) {
  EXPECT_TRUE(CheckKey(Keys(), "sk-primary").valid);
  EXPECT_EQ(CheckKey(Keys(), "sk-primary").further, std::nullopt);
  EXPECT_TRUE(CheckKey(Keys(), "sk-two").valid);
  EXPECT_EQ(CheckKey(Keys(), "sk-two").further, 1U);
  EXPECT_EQ(CheckKey(Keys(), "sk-one").further, 0U);
}

TEST(CheckKey, RefusesAnythingElse) {
  for (const std::string text : {"", "sk-primar", "sk-primary ", "SK-PRIMARY", "sk-three"}) {
    EXPECT_FALSE(CheckKey(Keys(), text).valid) << text;
  }
  EXPECT_FALSE(CheckKey(Keys(), KeyHash("sk-one")).valid);  // a stolen hash is no key
}

TEST(CheckKey, NeedsNoFurtherKeys) {
  ClientKeySet keys;
  keys.primary = Secret("sk-primary");
  EXPECT_TRUE(CheckKey(keys, "sk-primary").valid);
  EXPECT_FALSE(CheckKey(keys, "sk-primarz").valid);
  EXPECT_FALSE(CheckKey(keys, KeyHash("sk-primary")).valid);
}

TEST(CheckKey, FurtherKeysNeedNoPrimary) {
  ClientKeySet keys = Keys();
  keys.primary = Secret();
  EXPECT_EQ(CheckKey(keys, "sk-one").further, 0U);
  EXPECT_FALSE(CheckKey(keys, "sk-primary").valid);
}

TEST(CheckKey, NoPrimaryKeyMeansNoneMatches) {
  EXPECT_FALSE(CheckKey(ClientKeySet(), "").valid);
  EXPECT_FALSE(CheckKey(ClientKeySet(), "x").valid);
}

TEST(AuthMode, NamesGoBothWays) {
  for (const AuthMode mode : {AuthMode::kOff, AuthMode::kStrict, AuthMode::kAllExceptHealth, AuthMode::kAuto}) {
    EXPECT_EQ(AuthModeFromName(NameOf(mode)), mode);
  }
  EXPECT_EQ(NameOf(AuthMode::kAllExceptHealth), "all_except_health");
  EXPECT_EQ(AuthModeFromName("on"), std::nullopt);
}

}  // namespace
}  // namespace ag::auth
