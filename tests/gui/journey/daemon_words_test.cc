#include <gtest/gtest.h>

#include <set>
#include <string>

#include "ag/gateway/v1/config.pb.h"
#include "ag/gateway/v1/route.pb.h"
#include "gui/app/language.h"
#include "gui/demo/demo_server.h"
#include "gui/models/reason_text.h"
#include "gui/models/setting_text.h"
#include "proto/client/control_client.h"
#include "tests/daemon/daemon.h"

// What a real daemon says by codes and keys has words in the app, so that it can be said in another language.
namespace ag::gui {
namespace {

namespace v1 = client::v1;

class DaemonWords : public testing::Test {
 protected:
  DaemonWords() {
    Language().Use("en");
    EXPECT_NE(gatewayd_.port(), 0);
    home_.AddAccount("openai", "http://127.0.0.1:1", "work");
  }

  static client::ControlClientOptions To(const std::string& socket) {
    client::ControlClientOptions options;
    options.target = "unix:" + socket;
    return options;
  }
  void SetRoute(const v1::Route& route) {
    v1::SetRouteRequest request;
    *request.mutable_route() = route;
    const auto reply = daemon_.SetRoute(request);
    EXPECT_TRUE(reply.ok()) << reply.status();
  }
  // The codes of what decides; each must have words of its own.
  std::set<std::string> Explain(const std::string& model, v1::RouteCondition kind) {
    v1::ExplainModelRequest request;
    request.set_model(model);
    request.set_kind(kind);
    const auto reply = daemon_.ExplainModel(request);
    EXPECT_TRUE(reply.ok()) << reply.status();
    std::set<std::string> codes;
    if (!reply.ok()) return codes;
    for (const v1::RouteStep& step : reply->steps()) {
      const std::string& code = step.reason().code();
      codes.insert(code);
      const QString words = QString::fromStdString(code).replace('_', ' ');
      EXPECT_FALSE(ReasonText(step.reason()).startsWith(words)) << ReasonText(step.reason()).toStdString();
    }
    return codes;
  }

  test::DaemonHome home_;
  test::Daemon gatewayd_{home_};
  client::ControlClient daemon_{To(home_.socket())};
};

// A setting that was added needs a line in gui/models/setting_text.cc.
TEST_F(DaemonWords, SayEverySettingAndItsChoices) {
  const auto settings = daemon_.ListSettings();
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_GT(settings->settings_size(), 20);
  std::set<std::string> keys;
  for (const v1::Setting& setting : settings->settings()) {
    keys.insert(setting.key());
    const SettingWords* words = WordsOf(QString::fromStdString(setting.key()));
    ASSERT_NE(words, nullptr) << setting.key();
    EXPECT_EQ(words->choices.size(), static_cast<std::size_t>(setting.choices_size())) << setting.key();
    for (const std::string& choice : setting.choices()) {
      EXPECT_NE(ChoiceOf(*words, QString::fromStdString(choice)), nullptr) << setting.key() << " " << choice;
    }
  }
  for (const SettingWords& words : AllSettingWords()) {
    EXPECT_TRUE(words.card == SettingCard::kApp || keys.contains(words.key)) << words.key << " is no setting any more";
  }
}

// What the pages are tried on has the settings of a real daemon.
TEST_F(DaemonWords, AreSaidByTheDemoTooAboutSettings) {
  const auto real = daemon_.ListSettings();
  ASSERT_TRUE(real.ok()) << real.status();
  DemoServer demo{{.past_requests = 1, .requests_per_second = 0}};
  client::ControlClientOptions options;
  options.target = demo.target().toStdString();
  const auto shown = client::ControlClient(options).ListSettings();
  ASSERT_TRUE(shown.ok()) << shown.status();
  const auto facts = [](v1::Setting setting) {
    setting.clear_description();
    setting.clear_value();
    setting.clear_source();
    return setting.DebugString();
  };
  ASSERT_EQ(shown->settings_size(), real->settings_size());
  for (int i = 0; i < real->settings_size(); ++i) EXPECT_EQ(facts(shown->settings(i)), facts(real->settings(i)));
}

TEST_F(DaemonWords, SayWhereARequestGoes) {
  v1::Route background;
  background.set_pattern("gpt-*");
  background.set_provider("openai");
  background.set_model("gpt-5-nano");
  background.set_condition(v1::ROUTE_CONDITION_BACKGROUND);
  background.mutable_options()->set_reasoning_effort("low");
  SetRoute(background);
  v1::Route normal;
  normal.set_pattern("gpt-5*");
  normal.set_provider("openai");
  normal.mutable_options()->set_thinking_budget(1024);
  SetRoute(normal);
  const auto for_background = Explain("gpt-4o", v1::ROUTE_CONDITION_BACKGROUND);
  EXPECT_TRUE(for_background.contains("background_route_matches"));
  EXPECT_TRUE(for_background.contains("effort_set_by_route"));
  const auto for_normal = Explain("gpt-5.2", v1::ROUTE_CONDITION_UNSPECIFIED);
  EXPECT_TRUE(for_normal.contains("route_is_for_background_tasks"));
  EXPECT_TRUE(for_normal.contains("thinking_budget_set_by_route"));
  Explain("a-model-of-nobody", v1::ROUTE_CONDITION_UNSPECIFIED);
}

}  // namespace
}  // namespace ag::gui
