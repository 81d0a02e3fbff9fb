#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/control/control_harness.h"

namespace ag::test {
namespace {

namespace v1 = client::v1;
using client::ErrorParamOf;

class RouteConditions : public testing::Test {
 protected:
  client::ControlClient& client() { return harness_.client(); }

  ControlHarness harness_;
};

TEST_F(RouteConditions, KeepsARouteTwiceWithAndWithoutACondition) {
  v1::SetRouteRequest request;
  request.mutable_route()->set_pattern("claude-*");
  request.mutable_route()->set_provider("openai");
  ASSERT_TRUE(client().SetRoute(request).ok());
  auto& route = *request.mutable_route();
  route.set_pattern("claude-*");
  route.set_provider("gemini");
  route.set_condition(v1::ROUTE_CONDITION_BACKGROUND);
  route.mutable_options()->set_reasoning_effort("low");
  route.mutable_options()->set_thinking_budget(2048);
  const auto stored = client().SetRoute(request);
  ASSERT_TRUE(stored.ok()) << stored.status();
  const auto listed = client().ListRoutes({});
  ASSERT_EQ(listed->routes_size(), 2);
  EXPECT_EQ(listed->routes(0).provider(), "openai");
  EXPECT_FALSE(listed->routes(0).has_options());
  EXPECT_EQ(listed->routes(1).condition(), v1::ROUTE_CONDITION_BACKGROUND);
  EXPECT_EQ(listed->routes(1).options().reasoning_effort(), "low");
  EXPECT_EQ(listed->routes(1).options().thinking_budget(), 2048);
  harness_.OnControl([&] {
    store::RouteTable table(harness_.gateway_database());
    routing::RouteBook reopened(table, harness_.catalog(), harness_.clock());
    ASSERT_TRUE(reopened.Load().ok());
    EXPECT_EQ(reopened.routes()[1].reasoning, (routing::ReasoningChoice{"low", 2048}));
  });
  v1::MoveRouteRequest move;
  move.set_pattern("claude-*");
  move.set_condition(v1::ROUTE_CONDITION_BACKGROUND);
  move.set_place(v1::PLACE_BEFORE);
  move.set_anchor_pattern("claude-*");
  const auto moved = client().MoveRoute(move);
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(moved->routes(0).condition(), v1::ROUTE_CONDITION_BACKGROUND);
  v1::DeleteRouteRequest remove;
  remove.set_pattern("claude-*");
  remove.set_condition(v1::ROUTE_CONDITION_BACKGROUND);
  ASSERT_TRUE(client().DeleteRoute(remove).ok());
  EXPECT_THAT(std::string(client().DeleteRoute(remove).status().message()), testing::HasSubstr("leave out --when"));
  ASSERT_EQ(client().ListRoutes({})->routes_size(), 1);
  EXPECT_EQ(client().ListRoutes({})->routes(0).provider(), "openai");
}

TEST_F(RouteConditions, RefusesReasoningThatNobodyDocuments) {
  v1::SetRouteRequest request;
  auto& route = *request.mutable_route();
  route.set_pattern("gpt-5");
  route.mutable_options()->set_reasoning_effort("huge");
  EXPECT_EQ(ErrorParamOf(client().SetRoute(request).status()), "reasoning_effort");
  route.mutable_options()->set_reasoning_effort("high");
  route.mutable_options()->set_thinking_budget(0);
  EXPECT_EQ(ErrorParamOf(client().SetRoute(request).status()), "thinking_budget");
  route.mutable_options()->set_thinking_budget(-1);
  EXPECT_EQ(ErrorParamOf(client().SetRoute(request).status()), "thinking_budget");
  route.mutable_options()->clear_thinking_budget();
  EXPECT_TRUE(client().SetRoute(request).ok()) << "reasoning alone is a reason for a route";
  route.clear_options();
  EXPECT_EQ(ErrorParamOf(client().SetRoute(request).status()), "provider");
}

}  // namespace
}  // namespace ag::test
