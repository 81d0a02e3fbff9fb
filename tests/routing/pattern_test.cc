#include "gatewayd/routing/pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/place.h"
#include "gatewayd/routing/route_set.h"

namespace ag::routing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

bool Matches(std::string_view pattern, std::string_view model) {
  const auto parsed = Pattern::Parse(pattern);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  return parsed.ok() && parsed->Matches(model);
}

std::string Refusal(std::string_view pattern) {
  const auto parsed = Pattern::Parse(pattern);
  if (parsed.ok()) return "taken";
  EXPECT_EQ(KindOf(parsed.status()), ErrorKind::kInvalidRequest);
  EXPECT_EQ(DetailOf(parsed.status()).param, "pattern");
  return std::string(parsed.status().message());
}

TEST(Pattern, ReadsRegularExpressionsAfterATilde) {
  EXPECT_TRUE(Matches("~^gpt-5(-mini)?$", "gpt-5"));
  EXPECT_TRUE(Matches("~^gpt-5(-mini)?$", "gpt-5-mini"));
  EXPECT_FALSE(Matches("~^gpt-5(-mini)?$", "gpt-5-nano"));
  EXPECT_TRUE(Matches("~haiku", "claude-haiku-4-5")) << "found anywhere";
  EXPECT_FALSE(Matches("~haiku", "claude-HAIKU"));
  EXPECT_TRUE(Matches("~*haiku$", "claude-HAIKU"));
  EXPECT_FALSE(Matches("gpt-5.1", "gpt-5x1")) << "no expression without the tilde";
}

TEST(Pattern, RefusesWhatItCannotRead) {
  EXPECT_THAT(Refusal(""), HasSubstr("needs a pattern"));
  EXPECT_THAT(Refusal("a b"), HasSubstr("no spaces"));
  EXPECT_THAT(Refusal(std::string(257, 'a')), HasSubstr("256"));
  EXPECT_THAT(Refusal("~"), HasSubstr("~^gpt-5"));
  EXPECT_THAT(Refusal("~*"), HasSubstr("~^gpt-5"));
  EXPECT_THAT(Refusal("~gpt-(5"), HasSubstr("missing )"));
  EXPECT_THAT(Refusal("~(?=x)"), HasSubstr("RE2"));
  EXPECT_THAT(Refusal("~((a{100}){100}){100}"), HasSubstr("cannot be read")) << "its program would fill the memory";
}

TEST(Pattern, TakesLinearTimeForHostileExpressions) {
  EXPECT_FALSE(Matches("~^(a+)+$", std::string(100'000, 'a') + "b"));
}

Route Named(std::string pattern) {
  Route route;
  route.key.pattern = std::move(pattern);
  route.destinations.push_back({"gemini", ""});
  return route;
}

std::vector<std::string> Order(const std::vector<std::string>& patterns, std::string_view model) {
  std::vector<Route> routes;
  for (const auto& pattern : patterns) routes.push_back(Named(pattern));
  const RouteSet set(std::move(routes));
  std::vector<std::string> order;
  for (const Route* route : set.FindAll(model)) order.push_back(route->key.pattern);
  EXPECT_EQ(set.Find(model, RequestKind::kNormal) == nullptr ? "" : set.Find(model, RequestKind::kNormal)->key.pattern,
            order.empty() ? "" : order.front());
  return order;
}

TEST(RouteSet, TriesExactNamesThenGlobsThenExpressions) {
  EXPECT_THAT(Order({"~^gpt-5$", "*", "gpt-*", "gpt-5", "~gpt"}, "gpt-5"),
              ElementsAre("gpt-5", "gpt-*", "*", "~^gpt-5$", "~gpt"));
}

TEST(RouteSet, KeepsTheUsersOrderOfExpressions) {
  EXPECT_THAT(Order({"~gpt", "~^gpt-5$"}, "gpt-5"), ElementsAre("~gpt", "~^gpt-5$"));
  EXPECT_THAT(Order({"~^gpt-5$", "~gpt"}, "gpt-5"), ElementsAre("~^gpt-5$", "~gpt"));
}

TEST(RouteSet, IgnoresARouteThatCannotBeRead) {
  EXPECT_THAT(Order({"~gpt-(5", "two words", "gpt-*"}, "gpt-5"), ElementsAre("gpt-*"));
}

TEST(RouteSet, ListsPlainNamesOnlyAsAliases) {
  const RouteSet set({Named("zed"), Named("~^a$"), Named("b*"), Named("fast")});
  EXPECT_THAT(set.Aliases(), ElementsAre("fast", "zed"));
  EXPECT_EQ(set.size(), 4U);
}

TEST(MoveItem, MovesOneAndKeepsTheOrderOfTheOthers) {
  const auto moved = [](std::size_t from, Place place, std::size_t anchor) {
    std::vector<char> items{'a', 'b', 'c', 'd'};
    MoveItem(items, from, place, anchor);
    return std::string(items.begin(), items.end());
  };
  EXPECT_EQ(moved(2, Place::kFirst, 0), "cabd");
  EXPECT_EQ(moved(1, Place::kLast, 0), "acdb");
  EXPECT_EQ(moved(3, Place::kBefore, 1), "adbc");
  EXPECT_EQ(moved(0, Place::kBefore, 2), "bacd");
  EXPECT_EQ(moved(0, Place::kAfter, 2), "bcad");
  EXPECT_EQ(moved(3, Place::kAfter, 0), "adbc");
  EXPECT_EQ(moved(1, Place::kBefore, 1), "abcd");
}

}  // namespace
}  // namespace ag::routing
