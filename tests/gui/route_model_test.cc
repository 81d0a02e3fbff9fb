#include "gui/models/route_model.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QTest>
#include <algorithm>
#include <functional>

#include "gui/app/backend.h"
#include "gui/app/toasts.h"
#include "gui/demo/demo_server.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;

class RouteModelTest : public testing::Test {
 protected:
  RouteModelTest() {
    client::ControlClientOptions options;
    options.target = server_.target().toStdString();
    backend_.Connect(options);
    EXPECT_TRUE(QTest::qWaitFor([this] { return routes_.loaded(); }, 10'000));
  }
  ~RouteModelTest() override { toasts_.Flush(); }

  // The daemon's routes once `holds` says so of them.
  std::vector<v1::Route> Await(const std::function<bool(const std::vector<v1::Route>&)>& holds) {
    client::ControlClientOptions options;
    options.target = server_.target().toStdString();
    client::ControlClient client(options);
    std::vector<v1::Route> routes;
    EXPECT_TRUE(QTest::qWaitFor(
        [&] {
          const auto reply = client.ListRoutes({});
          routes.assign(reply->routes().begin(), reply->routes().end());
          return holds(routes);
        },
        10'000));
    return routes;
  }
  int RowOf(const QString& pattern, bool background) {
    for (int row = 0; row < routes_.count(); ++row) {
      const QModelIndex index = routes_.index(row);
      const bool same = index.data(RouteModel::BackgroundRole).toBool() == background;
      if (same && index.data(RouteModel::PatternRole) == pattern) return row;
    }
    return -1;
  }

  DemoServer server_{{.past_requests = 1, .requests_per_second = 0}};
  Backend backend_;
  Toasts toasts_;
  RouteModel routes_{backend_, toasts_};
  QAbstractItemModelTester tester_{&routes_, QAbstractItemModelTester::FailureReportingMode::Fatal};
};

TEST_F(RouteModelTest, KeepsWhatAnEditDoesNotSay) {
  const int row = RowOf("claude-*", true);
  ASSERT_GE(row, 0);
  routes_.change(row, "claude-*", true, "openai", "gpt-5-nano", "", "");
  const auto routes = Await([](const auto& all) { return all.front().provider() == "openai"; });
  EXPECT_EQ(routes.size(), 4U) << "no second route";
  EXPECT_EQ(routes.front().condition(), v1::ROUTE_CONDITION_BACKGROUND);
  EXPECT_TRUE(routes.front().options().has_thinking_budget());
  EXPECT_EQ(routes.front().options().thinking_budget(), 0);
}

TEST_F(RouteModelTest, ARenamedRouteIsNotLeftBehind) {
  routes_.change(RowOf("fast", false), "quick", false, "deepseek", "deepseek-chat", "", "low");
  const auto routes = Await([](const auto& all) {
    return all.size() == 4 && std::ranges::any_of(all, [](const auto& route) { return route.pattern() == "quick"; });
  });
  EXPECT_TRUE(std::ranges::none_of(routes, [](const auto& route) { return route.pattern() == "fast"; }));
  EXPECT_EQ(routes.back().options().reasoning_effort(), "low");
}

TEST_F(RouteModelTest, TellsTheRoutesOfOnePatternApart) {
  routes_.add("claude-*", false, "anthropic", "claude-sonnet-5", "gemini:gemini-3-pro\nopenai", "");
  auto routes = Await([](const auto& all) { return all.size() == 5; });
  EXPECT_EQ(routes.back().fallbacks_size(), 2);
  EXPECT_EQ(routes.back().fallbacks(1).provider(), "openai");
  ASSERT_TRUE(QTest::qWaitFor([this] { return routes_.count() == 5; }, 10'000));
  routes_.remove(RowOf("claude-*", true));
  EXPECT_EQ(RowOf("claude-*", true), -1);
  toasts_.Flush();
  routes = Await([](const auto& all) { return all.size() == 4; });
  EXPECT_TRUE(std::ranges::none_of(
      routes, [](const auto& route) { return route.condition() == v1::ROUTE_CONDITION_BACKGROUND; }));
}

TEST_F(RouteModelTest, MovesARoute) {
  routes_.move(RowOf("fast", false), -1);
  Await([](const auto& all) { return all.back().pattern() == "fast"; });
  ASSERT_TRUE(QTest::qWaitFor([this] { return RowOf("fast", false) == 3; }, 10'000));
  routes_.move(3, 0);
  Await([](const auto& all) { return all.front().pattern() == "fast"; });
}

}  // namespace
}  // namespace ag::gui
