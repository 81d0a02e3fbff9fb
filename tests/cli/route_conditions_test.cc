#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/cli/agctl_process.h"
#include "tests/control/control_harness.h"

namespace ag::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class RouteConditions : public testing::Test {
 protected:
  Finished Run(const std::vector<std::string>& arguments) { return agctl_.Run(arguments); }

  ControlHarness harness_;
  Agctl agctl_{harness_.target()};
};

TEST_F(RouteConditions, SetsARouteOfBackgroundTasksBesideTheOther) {
  ASSERT_EQ(Run({"routes", "set", "--match", "claude-*", "--provider", "anthropic"}).code, 0);
  const auto set = Run({"routes", "set", "--match", "claude-*", "--when", "background", "--provider", "gemini",
                        "--effort", "low", "--thinking-budget", "2048", "--json"});
  ASSERT_EQ(set.code, 0) << set.err;
  EXPECT_THAT(set.out, HasSubstr(R"("when": "background")"));
  EXPECT_THAT(set.out, HasSubstr(R"("effort": "low")"));
  EXPECT_THAT(set.out, HasSubstr(R"("thinking_budget": 2048)"));
  const std::string table = Run({"routes", "list"}).out;
  EXPECT_THAT(table, HasSubstr("background"));
  EXPECT_THAT(table, HasSubstr("effort low, budget 2048"));
  const auto moved = Run({"routes", "move", "claude-*", "--when", "background", "--before", "claude-*"});
  ASSERT_EQ(moved.code, 0) << moved.err;
  EXPECT_LT(moved.out.find("gemini"), moved.out.find("anthropic"));
  EXPECT_EQ(Run({"routes", "remove", "claude-*", "--when", "background"}).out,
            "removed the route for claude-* of background tasks\n");
  EXPECT_THAT(Run({"routes", "list"}).out, Not(HasSubstr("background")));
}

TEST_F(RouteConditions, ExplainsARequestOfABackgroundTask) {
  ASSERT_EQ(
      Run({"routes", "set", "--match", "claude-*", "--when", "background", "--provider", "gemini", "--effort", "none"})
          .code,
      0);
  const auto background = Run({"routes", "explain", "claude-opus-5", "--when", "background"});
  EXPECT_THAT(background.out, HasSubstr("→ background route matches (pattern claude-*)"));
  EXPECT_THAT(background.out, HasSubstr("→ effort set by route (effort none)"));
  EXPECT_THAT(Run({"routes", "explain", "claude-opus-5"}).out, HasSubstr("  route is for background tasks"));
}

TEST_F(RouteConditions, APresetShowsWhatItWouldReplace) {
  const auto preset = [this](const char* option) {
    return Run({"routes", "preset", "claude-code", "--provider", "gemini", option});
  };
  const auto before = preset("--dry-run");
  ASSERT_EQ(before.code, 0) << before.err;
  EXPECT_THAT(before.out, HasSubstr("It would write:"));
  EXPECT_THAT(before.out, Not(HasSubstr("in the place of")));
  EXPECT_THAT(Run({"routes", "list"}).out, HasSubstr("There are no routes"));
  ASSERT_EQ(Run({"routes", "set", "--match", "claude-opus-*", "--provider", "openai", "--model", "mine"}).code, 0);
  EXPECT_THAT(preset("--dry-run").out, HasSubstr("in the place of"));
  const auto refused = preset("--json");
  EXPECT_NE(refused.code, 0);
  EXPECT_THAT(refused.err, HasSubstr("claude-opus-*"));
  EXPECT_THAT(refused.err, HasSubstr("--replace"));
  EXPECT_THAT(Run({"routes", "list"}).out, HasSubstr("mine"));
  EXPECT_THAT(preset("--replace").out, HasSubstr("They took the place of:"));
  EXPECT_THAT(Run({"routes", "list"}).out, Not(HasSubstr("mine")));
}

TEST_F(RouteConditions, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(Run({"routes", "set", "--match", "m", "--provider", "gemini", "--when", "rainy"}).code, 2);
  EXPECT_EQ(Run({"routes", "set", "--match", "m", "--effort", "huge"}).code, 2);
  EXPECT_EQ(Run({"routes", "set", "--match", "m", "--thinking-budget", "-4"}).code, 2);
  const auto nothing = Run({"routes", "set", "--match", "m"});
  EXPECT_EQ(nothing.code, 2);
  EXPECT_THAT(nothing.err, HasSubstr("--effort"));
  EXPECT_EQ(Run({"routes", "set", "--match", "m", "--effort", "high"}).code, 0) << "reasoning alone is enough";
}

}  // namespace
}  // namespace ag::test
