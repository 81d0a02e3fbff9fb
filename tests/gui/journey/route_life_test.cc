#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "ag/gateway/v1/route.pb.h"
#include "proto/client/control_client.h"
#include "tests/daemon/daemon.h"
#include "tests/gui/journey/desktop_app.h"
#include "tests/support/child_process.h"

namespace ag::gui {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

// The app's page of routes on a real daemon, whose sandbox answers by the model's name.
class RouteLife : public testing::Test {
 protected:
  RouteLife() {
    EXPECT_NE(daemon_.port(), 0);
    desktop_.emplace(DesktopApp::Options{.control = "unix:" + home_.socket()});
    ui().Click("nav-proxy");
  }
  WindowDriver& ui() { return desktop_->ui(); }

  // As a client's program does; the body of the reply.
  std::string Ask(const std::string& model) {
    const std::string url = desktop_->app().backend()->baseUrl().toStdString() + "/v1/chat/completions";
    const std::string body = R"({"model":")" + model + R"(","messages":[{"role":"user","content":"hello"}]})";
    return test::RunToEnd({.command = {"/usr/bin/curl", "-s", url, "-H", "content-type: application/json", "-d", body},
                           .environment = {"PATH=/usr/bin:/bin"}})
        .out;
  }
  // Of the daemon, as "pattern → provider:model".
  std::vector<std::string> Routes() {
    std::vector<std::string> routes;
    const auto reply = daemon_client_.ListRoutes({});
    EXPECT_TRUE(reply.ok());
    for (const auto& route : reply->routes()) {
      routes.push_back(route.pattern() + " → " + route.provider() + ":" + route.model());
    }
    return routes;
  }
  bool AwaitRoute(const std::string& route) {
    return ui().Await([&] { return std::ranges::count(Routes(), route) == 1; }, QString::fromStdString(route));
  }
  void AddRoute(const QString& pattern, const QString& provider, const QString& model) {
    ui().Click("addRoute");
    ui().Type("routePattern", pattern);
    ui().Type("routeProvider", provider);
    ui().Type("routeModel", model);
    ui().Click("saveRoute");
    EXPECT_TRUE(ui().AwaitGone("routePattern"));
  }

 private:
  static client::ControlClientOptions To(const test::DaemonHome& home) {
    client::ControlClientOptions options;
    options.target = "unix:" + home.socket();
    return options;
  }

  test::DaemonHome home_;
  test::Daemon daemon_{home_, {.arguments = {"--sandbox"}}};
  client::ControlClient daemon_client_{To(home_)};
  std::optional<DesktopApp> desktop_;
};

TEST_F(RouteLife, IsAddedExplainedUsedAndSeen) {
  EXPECT_THAT(Ask("mine"), HasSubstr("error"));
  AddRoute("mine", "OpenAI", "gpt-5-mini");
  EXPECT_TRUE(AwaitRoute("mine → openai:gpt-5-mini"));
  ASSERT_NE(ui().AwaitItem("route-mine"), nullptr);
  EXPECT_TRUE(ui().TextOf(ui().Find("route-mine")).contains("openai:gpt-5-mini"));

  ui().Type("testModel", "mine");
  ui().Click("testRoute");
  ASSERT_TRUE(ui().AwaitText("Served"));
  EXPECT_TRUE(ui().Shows("sandbox-openai"));
  EXPECT_TRUE(ui().Shows("gpt-5-mini")) << ui().TextOf(ui().Find("testVerdict")).toStdString();

  EXPECT_THAT(Ask("mine"), HasSubstr(R"("model":"gpt-5-mini")"));
  ui().Click("nav-monitor");
  EXPECT_TRUE(ui().Await([&] { return ui().FindRow("monitorRow", "mine → gpt-5-mini") != nullptr; },
                         "the route in the monitor"));
}

TEST_F(RouteLife, GivesWayToAPresetOnlyWhenThePersonSaysSo) {
  AddRoute("claude-opus-*", "Anthropic", "claude-haiku-4-5");
  ASSERT_TRUE(AwaitRoute("claude-opus-* → anthropic:claude-haiku-4-5"));
  ui().Click("presets");
  ui().Choose("presetProvider", "OpenAI");
  ui().Click("applyPreset");
  ASSERT_TRUE(ui().AwaitText("claude-opus-* goes to anthropic:claude-haiku-4-5"));
  EXPECT_THAT(Routes(), Contains("claude-opus-* → anthropic:claude-haiku-4-5"));
  ui().Click("confirm");
  ASSERT_TRUE(ui().AwaitGone("applyPreset"));
  const std::vector<std::string> routes = Routes();
  EXPECT_THAT(routes, Not(Contains("claude-opus-* → anthropic:claude-haiku-4-5")));
  EXPECT_THAT(routes, Contains(HasSubstr("claude-opus-* → openai:")));
  EXPECT_THAT(routes, Contains(HasSubstr("claude-haiku-* → openai:")));
  for (const std::string& route : routes) {
    const QString pattern = QString::fromStdString(route).section(' ', 0, 0);
    const QString target = QString::fromStdString(route).section(' ', -1);
    EXPECT_TRUE(ui().Await([&] { return ui().TextOf(ui().Find("route-" + pattern)).contains(target); },
                           "that the app lists " + QString::fromStdString(route)));
  }
}

TEST_F(RouteLife, IsBackWhenItsRemovalIsUndone) {
  AddRoute("mine", "OpenAI", "gpt-5-mini");
  ASSERT_TRUE(AwaitRoute("mine → openai:gpt-5-mini"));
  ui().Click("removeRoute-mine");
  EXPECT_TRUE(ui().AwaitGone("route-mine"));
  ui().Click("toast/undo");
  EXPECT_NE(ui().AwaitItem("route-mine"), nullptr);
  EXPECT_THAT(Routes(), Contains("mine → openai:gpt-5-mini"));
  EXPECT_THAT(Ask("mine"), HasSubstr(R"("model":"gpt-5-mini")"));

  ui().Click("removeRoute-mine");
  ui().Click("toast/dismiss");
  EXPECT_TRUE(ui().Await([&] { return Routes().empty(); }, "that the daemon has no route"));
  EXPECT_TRUE(ui().AwaitText("No routes"));
  EXPECT_THAT(Ask("mine"), HasSubstr("error"));
}

}  // namespace
}  // namespace ag::gui
