#include "gui/models/route_model.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QCoreApplication>
#include <QSignalSpy>
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
  routes_.beginEdit(row);
  routes_.save("claude-*", true, "openai", "gpt-5-nano", "", "", false);
  const auto routes = Await([](const auto& all) { return all.front().provider() == "openai"; });
  EXPECT_EQ(routes.size(), 4U) << "no second route";
  EXPECT_EQ(routes.front().condition(), v1::ROUTE_CONDITION_BACKGROUND);
  EXPECT_TRUE(routes.front().options().has_thinking_budget());
  EXPECT_EQ(routes.front().options().thinking_budget(), 0);
}

TEST_F(RouteModelTest, ARenamedRouteIsNotLeftBehind) {
  routes_.beginEdit(RowOf("fast", false));
  routes_.save("quick", false, "deepseek", "deepseek-chat", "", "low", false);
  const auto routes = Await([](const auto& all) {
    return all.size() == 4 && std::ranges::any_of(all, [](const auto& route) { return route.pattern() == "quick"; });
  });
  EXPECT_TRUE(std::ranges::none_of(routes, [](const auto& route) { return route.pattern() == "fast"; }));
  EXPECT_EQ(routes[1].pattern(), "quick") << "in the old one's place";
  EXPECT_EQ(routes[1].options().reasoning_effort(), "low");
}

TEST_F(RouteModelTest, TellsTheRoutesOfOnePatternApart) {
  routes_.beginAdd();
  routes_.save("claude-*", false, "anthropic", "claude-sonnet-5", "gemini:gemini-3-pro\nopenai", "", false);
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

// Somebody moves it step by step, faster than the daemon answers.
TEST_F(RouteModelTest, MovesARouteByStepsAndKeepsTheRows) {
  ASSERT_EQ(routes_.count(), 4);
  const QPersistentModelIndex fast(routes_.index(RowOf("fast", false)));
  QSignalSpy reset(&routes_, &QAbstractItemModel::modelReset);
  QSignalSpy changed(&routes_, &RouteModel::changed);
  routes_.move(fast.row(), 0);
  routes_.move(0, 2);
  routes_.move(1, 3);
  routes_.move(2, -1);
  EXPECT_EQ(fast.row(), 3) << "at once";
  Await([](const auto& all) { return all.back().pattern() == "fast"; });
  ASSERT_TRUE(QTest::qWaitFor([&] { return changed.count() > 0; }, 10'000)) << "the list of after the last one";
  EXPECT_EQ(fast.row(), 3);
  EXPECT_EQ(reset.count(), 0);
}

// Another client of the same daemon.
class RouteModelWithOthers : public RouteModelTest {
 protected:
  RouteModelWithOthers() : other_(Options(server_)) {}
  static client::ControlClientOptions Options(const DemoServer& server) {
    client::ControlClientOptions options;
    options.target = server.target().toStdString();
    return options;
  }
  void Elsewhere(const char* pattern, const char* provider) {
    v1::SetRouteRequest request;
    request.mutable_route()->set_pattern(pattern);
    request.mutable_route()->set_provider(provider);
    ASSERT_TRUE(other_.SetRoute(request).ok());
  }
  void RemovedElsewhere(const char* pattern) {
    v1::DeleteRouteRequest request;
    request.set_pattern(pattern);
    ASSERT_TRUE(other_.DeleteRoute(request).ok());
  }
  std::string ProviderOf(const char* pattern) {
    const auto routes = other_.ListRoutes({});
    for (const auto& route : routes->routes()) {
      if (route.pattern() == pattern && route.condition() == v1::ROUTE_CONDITION_UNSPECIFIED) return route.provider();
    }
    return {};
  }
  bool SavesAs(const char* pattern, const char* provider, bool replace = false) {
    return Emits(&RouteModel::saved, [&] { routes_.save(pattern, false, provider, "", "", "", replace); });
  }
  template <typename Signal>
  bool Emits(Signal signal, const std::function<void()>& act) {
    QSignalSpy spy(&routes_, signal);
    act();
    const bool came = spy.count() > 0 || spy.wait(10'000);
    said_ = came && !spy.first().isEmpty() ? spy.first().first().toString() : QString();
    return came;
  }

  client::ControlClient other_;
  QString said_;
};

TEST_F(RouteModelWithOthers, AnOpenEditorKeepsToItsRoute) {
  routes_.beginEdit(RowOf("fast", false));
  RemovedElsewhere("claude-haiku-*");
  routes_.move(RowOf("fast", false), -1);
  ASSERT_TRUE(QTest::qWaitFor([this] { return RowOf("fast", false) == 2; }, 10'000));
  EXPECT_TRUE(SavesAs("fast", "openai"));
  EXPECT_EQ(ProviderOf("fast"), "openai");
  EXPECT_EQ(other_.ListRoutes({})->routes_size(), 3) << "no other route was touched";
}

TEST_F(RouteModelWithOthers, SaysThatTheRouteWasChangedOrRemovedMeanwhile) {
  routes_.beginEdit(RowOf("fast", false));
  Elsewhere("fast", "gemini");
  const auto save = [this] { routes_.save("fast", false, "openai", "", "", "", false); };
  ASSERT_TRUE(Emits(&RouteModel::refused, save));
  EXPECT_TRUE(said_.contains("goes to gemini now")) << said_.toStdString();
  EXPECT_EQ(ProviderOf("fast"), "gemini");
  RemovedElsewhere("fast");
  ASSERT_TRUE(Emits(&RouteModel::refused, save));
  EXPECT_TRUE(said_.contains("removed elsewhere")) << said_.toStdString();
  EXPECT_TRUE(SavesAs("fast", "openai")) << "the person has been told";
  EXPECT_EQ(ProviderOf("fast"), "openai");
}

TEST_F(RouteModelWithOthers, AsksBeforeItReplacesAnotherRoute) {
  routes_.beginAdd();
  const auto add = [this] { routes_.save("fast", false, "openai", "", "", "", false); };
  ASSERT_TRUE(Emits(&RouteModel::taken, add));
  EXPECT_TRUE(said_.contains("fast") && said_.contains("deepseek:deepseek-chat")) << said_.toStdString();
  EXPECT_EQ(ProviderOf("fast"), "deepseek");
  EXPECT_TRUE(SavesAs("fast", "openai", true));
  EXPECT_EQ(ProviderOf("fast"), "openai");
  ASSERT_TRUE(QTest::qWaitFor([this] { return routes_.count() == 4; }, 10'000));
  routes_.beginEdit(RowOf("claude-haiku-*", false));
  const auto rename = [this] { routes_.save("fast", false, "gemini", "", "", "", false); };
  ASSERT_TRUE(Emits(&RouteModel::taken, rename));
  EXPECT_EQ(ProviderOf("fast"), "openai");
  EXPECT_EQ(ProviderOf("claude-haiku-*"), "gemini");
  EXPECT_TRUE(SavesAs("fast", "gemini", true));
  EXPECT_EQ(ProviderOf("fast"), "gemini");
  EXPECT_EQ(other_.ListRoutes({})->routes_size(), 3);
}

TEST_F(RouteModelWithOthers, ARouteMadeAnewOutlivesTheRemovalOfTheOldOne) {
  routes_.remove(RowOf("fast", false));
  routes_.beginAdd();
  EXPECT_TRUE(SavesAs("fast", "openai")) << "what is as good as removed is not asked about";
  ASSERT_TRUE(QTest::qWaitFor([this] { return RowOf("fast", false) >= 0; }, 10'000));
  toasts_.Flush();
  EXPECT_EQ(toasts_.count(), 0);
  EXPECT_EQ(ProviderOf("fast"), "openai");
}

TEST_F(RouteModelWithOthers, APresetAsksBeforeItReplacesOtherRoutes) {
  Elsewhere("claude-opus-*", "openai");
  const auto apply = [this] { routes_.applyPreset("claude-code", "DeepSeek", false); };
  ASSERT_TRUE(Emits(&RouteModel::presetTaken, apply));
  EXPECT_TRUE(said_.contains("claude-opus-* goes to openai")) << said_.toStdString();
  EXPECT_EQ(ProviderOf("claude-opus-*"), "openai");
  EXPECT_EQ(ProviderOf("claude-sonnet-*"), "") << "all or none";
  ASSERT_TRUE(Emits(&RouteModel::presetWritten, [this] { routes_.applyPreset("claude-code", "DeepSeek", true); }));
  EXPECT_EQ(ProviderOf("claude-opus-*"), "deepseek");
  ASSERT_TRUE(Emits(&RouteModel::presetWritten, [this] { routes_.applyPreset("claude-code", "gemini", false); }))
      << "its own routes are not asked about";
  EXPECT_EQ(ProviderOf("claude-opus-*"), "gemini");
}

TEST_F(RouteModelWithOthers, LeavesARouteThatWasChangedElsewhereSinceItsRemoval) {
  routes_.remove(RowOf("fast", false));
  Elsewhere("fast", "gemini");
  toasts_.Flush();
  ASSERT_TRUE(QTest::qWaitFor([this] { return toasts_.count() > 0; }, 10'000));
  EXPECT_EQ(ProviderOf("fast"), "gemini");
  ASSERT_TRUE(QTest::qWaitFor([this] { return RowOf("fast", false) >= 0; }, 10'000));
}

// Nor by a list that was asked for before, or that comes between two moves.
TEST_F(RouteModelTest, AnOlderListPutsNothingBack) {
  QSignalSpy moved(&routes_, &QAbstractItemModel::rowsMoved);
  constexpr int kMoves = 20;
  for (int i = 0; i < kMoves; ++i) {
    routes_.refresh();
    routes_.move(0, -1);
    if (i % 2 == 1) QCoreApplication::processEvents();
  }
  const auto settled = Await([this](const auto& routes) {
    for (std::size_t i = 0; i < routes.size(); ++i) {
      const QModelIndex index = routes_.index(static_cast<int>(i));
      if (index.data(RouteModel::PatternRole).toString().toStdString() != routes[i].pattern()) return false;
    }
    return true;
  });
  EXPECT_EQ(settled.size(), 4U);
  EXPECT_EQ(moved.count(), kMoves) << "each row moved when it was told to, and no other time";
}

}  // namespace
}  // namespace ag::gui
