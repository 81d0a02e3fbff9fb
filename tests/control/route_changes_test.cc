#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/control/control_harness.h"

namespace ag::test {
namespace {

namespace v1 = client::v1;
using testing::ElementsAre;
using testing::HasSubstr;

// Several people, and what each has seen of the routes.
class RouteChanges : public testing::Test {
 protected:
  client::ControlClient& client() { return harness_.client(); }

  static v1::SetRouteRequest To(const std::string& pattern, const std::string& provider) {
    v1::SetRouteRequest request;
    request.mutable_route()->set_pattern(pattern);
    request.mutable_route()->set_provider(provider);
    return request;
  }
  v1::Route Set(const std::string& pattern, const std::string& provider) {
    const auto stored = client().SetRoute(To(pattern, provider));
    EXPECT_TRUE(stored.ok()) << stored.status();
    return stored.ok() ? stored->route() : v1::Route();
  }
  // "pattern provider", in order.
  std::vector<std::string> Routes() {
    std::vector<std::string> texts;
    const auto listed = client().ListRoutes({});
    for (const auto& route : listed->routes()) texts.push_back(route.pattern() + " " + route.provider());
    return texts;
  }

  ControlHarness harness_;
};

TEST_F(RouteChanges, AnEtagChangesWithWhatARouteSaysAlone) {
  const v1::Route first = Set("claude-*", "gemini");
  Set("gpt-5", "anthropic");
  EXPECT_NE(first.etag(), "");
  v1::MoveRouteRequest move;
  move.set_pattern("claude-*");
  move.set_place(v1::PLACE_LAST);
  EXPECT_EQ(client().MoveRoute(move)->routes(1).etag(), first.etag());
  EXPECT_NE(Set("claude-*", "openai").etag(), first.etag());
  EXPECT_EQ(Set("claude-*", "gemini").etag(), first.etag()) << "it says what it said";
}

TEST_F(RouteChanges, RefusesAChangeOfWhatSomebodyElseChanged) {
  const v1::Route seen = Set("claude-*", "gemini");
  Set("claude-*", "openai");
  auto mine = To("claude-*", "anthropic");
  mine.mutable_route()->set_etag(seen.etag());
  const auto refused = client().SetRoute(mine).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kAborted);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("goes to openai now"));
  v1::DeleteRouteRequest remove;
  remove.set_pattern("claude-*");
  remove.set_etag(seen.etag());
  EXPECT_EQ(client().DeleteRoute(remove).status().code(), absl::StatusCode::kAborted);
  EXPECT_THAT(Routes(), ElementsAre("claude-* openai"));
  remove.set_etag(client().ListRoutes({})->routes(0).etag());
  EXPECT_TRUE(client().DeleteRoute(remove).ok());
  EXPECT_EQ(client().SetRoute(mine).status().code(), absl::StatusCode::kNotFound) << "it is based on what is gone";
}

TEST_F(RouteChanges, ANewRouteReplacesNoneUnlessItMay) {
  Set("claude-*", "gemini");
  auto mine = To("claude-*", "openai");
  mine.set_only_new(true);
  const auto refused = client().SetRoute(mine).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("goes to gemini"));
  mine.mutable_route()->set_condition(v1::ROUTE_CONDITION_BACKGROUND);
  EXPECT_TRUE(client().SetRoute(mine).ok()) << "another condition is another route";
  EXPECT_THAT(Routes(), ElementsAre("claude-* gemini", "claude-* openai"));
}

TEST_F(RouteChanges, ARouteWithANewNameKeepsItsPlace) {
  const v1::Route old = Set("a", "gemini");
  Set("b", "openai");
  Set("c", "anthropic");
  auto renamed = To("b", "deepseek");
  renamed.mutable_in_place_of()->set_pattern("a");
  renamed.mutable_route()->set_etag(old.etag());
  renamed.set_only_new(true);
  EXPECT_EQ(client().SetRoute(renamed).status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(Routes(), ElementsAre("a gemini", "b openai", "c anthropic"));
  renamed.set_only_new(false);
  ASSERT_TRUE(client().SetRoute(renamed).ok());
  EXPECT_THAT(Routes(), ElementsAre("b deepseek", "c anthropic"));
  EXPECT_EQ(client().SetRoute(renamed).status().code(), absl::StatusCode::kNotFound);
  auto same = To("c", "openai");
  same.mutable_in_place_of()->set_pattern("c");
  same.set_only_new(true);
  EXPECT_TRUE(client().SetRoute(same).ok()) << "its own name is not taken";
  harness_.OnControl([this] {
    store::RouteTable table(harness_.gateway_database());
    ASSERT_EQ(table.List()->size(), 2U);
    EXPECT_EQ(table.List()->front().pattern, "b");
  });
}

TEST_F(RouteChanges, APresetReplacesNoRouteOfTheUserUnlessItMay) {
  Set("mine", "openai");
  v1::ApplyRoutePresetRequest apply;
  apply.set_preset("claude-code");
  apply.set_provider("gemini");
  apply.set_validate_only(true);
  auto planned = client().ApplyRoutePreset(apply);
  ASSERT_TRUE(planned.ok()) << planned.status();
  const std::string pattern = planned->routes(0).pattern();
  EXPECT_THAT(Routes(), ElementsAre("mine openai")) << "nothing was written";
  Set(pattern, "openai");
  planned = client().ApplyRoutePreset(apply);
  ASSERT_GE(planned->replaced_routes_size(), 1);
  apply.set_validate_only(false);
  const auto refused = client().ApplyRoutePreset(apply).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(refused.message()), HasSubstr(pattern));
  apply.set_replace(true);
  const auto applied = client().ApplyRoutePreset(apply);
  ASSERT_TRUE(applied.ok()) << applied.status();
  EXPECT_EQ(applied->replaced_routes_size(), planned->replaced_routes_size());
  apply.set_replace(false);
  apply.set_provider("deepseek");
  EXPECT_TRUE(client().ApplyRoutePreset(apply).ok()) << "over its own routes it goes";
}

}  // namespace
}  // namespace ag::test
