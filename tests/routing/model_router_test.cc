#include "gatewayd/routing/model_router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/error.h"

namespace ag::routing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::shared_ptr<const catalog::Catalog> Shipped() {
  static const auto catalog = std::make_shared<const catalog::Catalog>(catalog::Catalog::Shipped());
  return catalog;
}

Route MakeRoute(std::string pattern, std::string preset, std::string model = {}) {
  Route route;
  route.key.pattern = std::move(pattern);
  route.destinations.push_back({std::move(preset), std::move(model)});
  route.origin = "user";
  return route;
}

Availability::Preset MakePreset(std::string name, std::vector<std::string> models = {}) {
  Availability::Preset preset;
  const auto* provider = Shipped()->FindProvider(name);
  preset.family = provider == nullptr ? Family::kOpenAi : provider->family;
  preset.name = std::move(name);
  preset.models = std::move(models);
  return preset;
}

ModelRouter Router(std::vector<Route> routes, std::vector<Availability::Preset> presets) {
  Availability availability;
  availability.presets = std::move(presets);
  return ModelRouter(std::make_shared<const RouteSet>(std::move(routes)), Shipped(), std::move(availability));
}

// "preset/model preset/model (reason)", or the error's text.
std::string Where(const ModelRouter& router, std::string_view model, Family client = Family::kOpenAi) {
  const auto routing = router.Resolve(model, client);
  if (!routing.ok()) {
    EXPECT_EQ(KindOf(routing.status()), ErrorKind::kModelNotFound);
    return std::string(routing.status().message());
  }
  std::string text;
  for (const auto& target : routing->targets) text += target.preset + "/" + target.model + " ";
  return text + "(" + routing->reason.code + ")";
}

std::vector<std::string> Codes(const ModelRouter& router, std::string_view model, Family client) {
  std::vector<std::string> codes;
  for (const auto& step : router.Explain(model, client)) codes.push_back((step.decided ? "+" : "-") + step.reason.code);
  return codes;
}

TEST(ModelRouter, SendsANameToItsOwnProvider) {
  const auto router = Router({}, {MakePreset("openai"), MakePreset("anthropic"), MakePreset("gemini")});
  EXPECT_EQ(Where(router, "gpt-5"), "openai/gpt-5 (catalogue)");
  EXPECT_EQ(Where(router, "claude-sonnet-4-5-20250929"), "anthropic/claude-sonnet-4-5-20250929 (catalogue)");
  EXPECT_EQ(Where(router, "gemini-99-ultra"), "gemini/gemini-99-ultra (model_prefix)");
}

TEST(ModelRouter, NeverSendsANameToAnotherCompany) {
  const auto router = Router({}, {MakePreset("gemini")});
  for (const auto client : {Family::kAnthropic, Family::kGemini, Family::kOpenAi}) {
    EXPECT_THAT(Where(router, "claude-sonnet-4-5", client),
                AllOf(HasSubstr("Anthropic"), HasSubstr("agctl routes set --match 'claude-*' --provider gemini"),
                      HasSubstr("agctl routes preset claude-code --provider gemini"),
                      HasSubstr("agctl accounts add --provider anthropic")));
  }
  // deepseek is of the OpenAI family, and still another company.
  EXPECT_THAT(Where(Router({}, {MakePreset("deepseek")}), "gpt-5"), HasSubstr("agctl accounts add --provider openai"));
}

TEST(ModelRouter, ServesANameThatAnAccountLists) {
  const auto router =
      Router({}, {MakePreset("ollama", {"llama3.1:8b"}), MakePreset("openrouter", {"claude-sonnet-4-5"})});
  EXPECT_EQ(Where(router, "claude-sonnet-4-5", Family::kAnthropic), "openrouter/claude-sonnet-4-5 (account_lists_it)");
  EXPECT_EQ(Where(router, "llama3.1:8b", Family::kGemini), "ollama/llama3.1:8b (account_lists_it)");
}

TEST(ModelRouter, SendsAnUnknownNameToTheClientsOwnFamilyOnly) {
  const auto router = Router({}, {MakePreset("gemini"), MakePreset("openai-compatible"), MakePreset("openai")});
  EXPECT_EQ(Where(router, "my-model"), "openai-compatible/my-model openai/my-model (client_dialect)");
  EXPECT_EQ(Where(router, "my-model", Family::kGemini), "gemini/my-model (client_dialect)");
  EXPECT_THAT(Where(router, "my-model", Family::kAnthropic),
              AllOf(HasSubstr("my-model"), HasSubstr("agctl routes set --match 'my-model' --provider gemini")));
}

TEST(ModelRouter, SaysWhatToAddWhenThereIsNoAccount) {
  const auto router = Router({}, {});
  EXPECT_THAT(Where(router, "claude-opus-5"),
              AllOf(HasSubstr("agctl accounts add --provider anthropic"), Not(HasSubstr("routes set"))));
  EXPECT_THAT(Where(router, "my-model"), HasSubstr("agctl accounts add --provider openai"));
}

TEST(ModelRouter, SuggestsANearName) {
  const auto router = Router({MakeRoute("fast", "gemini")}, {MakePreset("gemini")});
  EXPECT_THAT(Where(router, "gemni-2.5-pro"), HasSubstr("Did you mean 'gemini-2.5-pro'"));
  EXPECT_THAT(Where(router, "fasst"), HasSubstr("'fast'"));
}

TEST(ModelRouter, SuggestsNamesThatAccountsAnswerTo) {
  const auto router = Router({MakeRoute("fast", "openai", "gpt-5-mini"), MakeRoute("best", "openai", "gpt-5.1-mni")},
                             {MakePreset("openai", {"gpt-5", "gpt-5-mini", "gpt-4o-2024-08-06"}),
                              MakePreset("anthropic", {"claude-sonnet-4-5-20250929"})});
  const auto meant = [&router](std::string_view model) {
    const auto routing = router.Resolve(model, Family::kOpenAi);
    return routing.ok() ? router.DidYouMean(model, routing->targets) : "not routed";
  };
  EXPECT_THAT(meant("gpt-5-mni"), HasSubstr(" Did you mean 'gpt-5-mini'"));
  EXPECT_THAT(meant("gtp-5"), HasSubstr("'gpt-5'"));
  EXPECT_THAT(meant("fasst"), HasSubstr("'fast'"));
  // Without the date of the build, which the catalogue knows.
  EXPECT_THAT(meant("claude-sonet-4-5"), HasSubstr("'claude-sonnet-4-5'"));
  EXPECT_THAT(meant("gpt-4p"), HasSubstr("'gpt-4o'"));
  // In the catalogue, but on no list.
  EXPECT_THAT(meant("gpt-4.1-mni"), Not(HasSubstr("gpt-4.1")));
  EXPECT_EQ(meant("something-else-entirely"), "");
  // What the client wrote is right; its route is not.
  EXPECT_THAT(meant("best"), HasSubstr(" Its route asks openai for 'gpt-5.1-mni'. Did you mean 'gpt-5-mini'"));
}

TEST(ModelRouter, TakesTheMostSpecificRouteWhateverTheOrder) {
  std::vector<Route> routes{MakeRoute("*", "gemini", "any"), MakeRoute("claude-*", "gemini", "family"),
                            MakeRoute("claude-*-5", "gemini", "longer"), MakeRoute("claude-opus-5", "gemini", "exact"),
                            MakeRoute("claude-?????", "gemini", "question")};
  for (int turn = 0; turn < 5; ++turn) {
    const auto router = Router(routes, {MakePreset("gemini")});
    EXPECT_EQ(Where(router, "claude-opus-5"), "gemini/exact (route)");
    EXPECT_EQ(Where(router, "claude-sonnet-5"), "gemini/longer (route)");
    EXPECT_EQ(Where(router, "claude-sonnet-6"), "gemini/family (route)");
    EXPECT_EQ(Where(router, "claude-abcde"), "gemini/question (route)");
    EXPECT_EQ(Where(router, "gpt-5"), "gemini/any (route)");
    std::rotate(routes.begin(), routes.begin() + 1, routes.end());
  }
}

TEST(ModelRouter, KeepsTheFirstOfEquallySpecificRoutes) {
  const auto router = Router(
      {MakeRoute("gpt-*", "gemini", "one"), MakeRoute("*gpt-", "gemini", "x"), MakeRoute("gpt-*", "gemini", "two")},
      {MakePreset("gemini")});
  EXPECT_EQ(Where(router, "gpt-5"), "gemini/one (route)");
}

TEST(ModelRouter, RouteWithoutAModelKeepsTheName) {
  const auto router = Router({MakeRoute("claude-*", "openrouter")}, {MakePreset("openrouter")});
  EXPECT_EQ(Where(router, "claude-x"), "openrouter/claude-x (route)");
}

TEST(ModelRouter, RouteWithoutAProviderRenames) {
  const auto router = Router({MakeRoute("best", "", "gpt-5")}, {MakePreset("openai"), MakePreset("gemini")});
  EXPECT_EQ(Where(router, "best", Family::kGemini), "openai/gpt-5 (route)");
  const auto routing = router.Resolve("best", Family::kGemini);
  ASSERT_TRUE(routing.ok());
  ASSERT_NE(routing->route, nullptr);
  EXPECT_EQ(routing->route->key.pattern, "best");
  EXPECT_EQ(routing->targets[0].family, Family::kOpenAi);
}

TEST(ModelRouter, RouteToAProviderWithoutAccountsSaysSo) {
  const auto router = Router({MakeRoute("claude-*", "gemini")}, {MakePreset("anthropic")});
  EXPECT_THAT(Where(router, "claude-opus-5"),
              AllOf(HasSubstr("claude-*"), HasSubstr("agctl accounts add --provider gemini")));
}

Route MakeChain(std::string pattern, std::vector<Destination> destinations) {
  Route route;
  route.key.pattern = std::move(pattern);
  route.destinations = std::move(destinations);
  route.origin = "user";
  return route;
}

TEST(ModelRouter, ListsAChainsTargetsInTheUsersOrder) {
  const auto router =
      Router({MakeChain("best", {{"anthropic", "claude-opus-5"}, {"openai", ""}, {"", "gemini-2.5-pro"}})},
             {MakePreset("gemini"), MakePreset("openai"), MakePreset("anthropic")});
  EXPECT_EQ(Where(router, "best"), "anthropic/claude-opus-5 openai/best gemini/gemini-2.5-pro (route)");
}

TEST(ModelRouter, PassesOverPlacesOfAChainThatHaveNoAccount) {
  const auto chain = MakeChain("best", {{"anthropic", "claude-opus-5"}, {"openai", "gpt-5"}, {"openai", "gpt-5"}});
  EXPECT_EQ(Where(Router({chain}, {MakePreset("openai")}), "best"), "openai/gpt-5 (route)");
  EXPECT_THAT(Where(Router({chain}, {MakePreset("gemini")}), "best"),
              HasSubstr("agctl accounts add --provider anthropic"));
}

TEST(ModelRouter, ExplainsWhatOfAChainCannotServeAndWhichRoutesWouldMatchToo) {
  const auto router =
      Router({MakeRoute("~best", "gemini"), MakeChain("best", {{"anthropic", "x"}, {"openai", "gpt-5"}})},
             {MakePreset("openai")});
  EXPECT_THAT(Codes(router, "best", Family::kOpenAi),
              ElementsAre("+route_matches", "-destination_has_no_account", "-route_is_less_specific", "+target"));
}

TEST(ModelRouter, MatchesHostilePatternsQuickly) {
  const auto router =
      Router({MakeRoute(std::string(60, '*') + "b", "gemini"), MakeRoute("*a*a*a*a*a*a*a*a*b", "gemini")},
             {MakePreset("gemini")});
  EXPECT_EQ(Where(router, std::string(5000, 'a'), Family::kGemini).substr(0, 7), "gemini/");
}

TEST(ModelRouter, ListsExactRoutesAsAliases) {
  const auto router =
      Router({MakeRoute("zed", "openai"), MakeRoute("gpt-*", "openai"), MakeRoute("fast", "openai")}, {});
  EXPECT_THAT(router.Aliases(), ElementsAre("fast", "zed"));
}

TEST(ModelRouter, ExplainsTheDecisionStepByStep) {
  const auto router = Router({MakeRoute("fast", "gemini", "gemini-2.5-flash")},
                             {MakePreset("gemini"), MakePreset("ollama", {"llama3"})});
  EXPECT_THAT(Codes(router, "fast", Family::kOpenAi), ElementsAre("+route_matches", "+target"));
  EXPECT_THAT(Codes(router, "gemini-2.5-pro", Family::kOpenAi),
              ElementsAre("-no_route_matches", "+provider_owns_the_name", "+target"));
  EXPECT_THAT(Codes(router, "llama3", Family::kGemini),
              ElementsAre("-no_route_matches", "-no_provider_owns_the_name", "+account_lists_it", "+target"));
  EXPECT_THAT(Codes(router, "x-unknown", Family::kGemini),
              ElementsAre("-no_route_matches", "-no_provider_owns_the_name", "-no_account_lists_it", "+client_dialect",
                          "+target"));
  EXPECT_THAT(Codes(router, "claude-opus-5", Family::kAnthropic),
              ElementsAre("-no_route_matches", "-owner_has_no_account", "-no_account_lists_it", "-model_not_found"));
  for (const auto& step : router.Explain("claude-opus-5", Family::kAnthropic)) {
    for (const auto& [name, value] : step.reason.args) EXPECT_NE(value, "") << step.reason.code << " " << name;
  }
}

std::vector<Route> PresetRoutes(std::string_view client, std::string_view provider,
                                const std::vector<std::string>& models = {}) {
  const auto routes = FamilyPresetRoutes(client, provider, *Shipped(), models);
  EXPECT_TRUE(routes.ok()) << routes.status();
  return routes.ok() ? *routes : std::vector<Route>();
}

TEST(FamilyPreset, LetsClaudeCodeRunOnGemini) {
  const auto router = Router(PresetRoutes("claude-code", "gemini"), {MakePreset("gemini")});
  EXPECT_EQ(Where(router, "claude-opus-4-1"), "gemini/gemini-3.1-pro-preview (route)");
  EXPECT_EQ(Where(router, "opus"), "gemini/gemini-3.1-pro-preview (route)");
  EXPECT_EQ(Where(router, "claude-sonnet-4-5"), "gemini/gemini-3.8-flash (route)");
  EXPECT_EQ(Where(router, "claude-haiku-4-5-20251001"), "gemini/gemini-3.5-flash-lite (route)");
  EXPECT_EQ(Where(router, "claude-3-5-haiku-20241022"), "gemini/gemini-3.5-flash-lite (route)");
  EXPECT_EQ(Where(router, "claude-3-7-sonnet-latest"), "gemini/gemini-3.8-flash (route)");
}

TEST(FamilyPreset, ChoosesFromWhatTheAccountsList) {
  const std::vector<std::string> models{"gemini-2.5-flash", "gemini-2.5-pro", "gemini-2.5-flash-lite"};
  const auto router = Router(PresetRoutes("codex", "gemini", models), {MakePreset("gemini", models)});
  EXPECT_EQ(Where(router, "gpt-5.2-codex"), "gemini/gemini-2.5-pro (route)");
  EXPECT_EQ(Where(router, "gpt-5-mini"), "gemini/gemini-2.5-flash-lite (route)");
  EXPECT_EQ(Where(router, "codex-mini-latest"), "gemini/gemini-2.5-flash-lite (route)");
  EXPECT_EQ(Where(router, "gpt-5.1-codex-mini"), "gemini/gemini-2.5-flash-lite (route)");
  EXPECT_EQ(Where(router, "o4-mini"), "gemini/gemini-2.5-flash-lite (route)");
  EXPECT_EQ(Where(router, "o3"), "gemini/gemini-2.5-pro (route)");
}

TEST(FamilyPreset, ServesAnyNameFromALocalServersModel) {
  const auto router = Router(PresetRoutes("gemini-cli", "ollama", {"qwen3:8b"}), {MakePreset("ollama", {"qwen3:8b"})});
  EXPECT_EQ(Where(router, "gemini-2.5-pro"), "ollama/qwen3:8b (route)");
  EXPECT_EQ(Where(router, "gemini-2.5-flash-lite"), "ollama/qwen3:8b (route)");
}

TEST(FamilyPreset, ChoosesOnVertexAsOnGemini) {
  const std::vector<std::string> models{"claude-opus-4-1", "gemini-2.5-flash", "gemini-2.5-flash-lite",
                                        "gemini-2.5-pro", "text-embedding-005"};
  const auto router = Router(PresetRoutes("codex", "vertex", models), {MakePreset("vertex", models)});
  EXPECT_EQ(Where(router, "gpt-5.2-codex"), "vertex/gemini-2.5-pro (route)");
  EXPECT_EQ(Where(router, "gpt-5-mini"), "vertex/gemini-2.5-flash-lite (route)");
}

TEST(FamilyPreset, ChoosesTheClientsOwnMakerWhereManyAreServed) {
  const std::vector<std::string> models{"aion-labs/aion-1.0",        "anthropic/claude-haiku-4.5",
                                        "anthropic/claude-opus-4.8", "anthropic/claude-sonnet-4.5",
                                        "google/gemini-2.5-flash",   "google/gemini-2.5-flash-lite",
                                        "google/gemini-2.5-pro",     "openai/gpt-5",
                                        "openai/gpt-5-mini",         "qwen/qwen3-coder:free"};
  const auto claude = Router(PresetRoutes("claude-code", "openrouter", models), {MakePreset("openrouter", models)});
  EXPECT_EQ(Where(claude, "opus"), "openrouter/anthropic/claude-opus-4.8 (route)");
  EXPECT_EQ(Where(claude, "claude-sonnet-4-5"), "openrouter/anthropic/claude-sonnet-4.5 (route)");
  EXPECT_EQ(Where(claude, "claude-3-5-haiku-20241022"), "openrouter/anthropic/claude-haiku-4.5 (route)");
  const auto codex = Router(PresetRoutes("codex", "openrouter", models), {MakePreset("openrouter", models)});
  EXPECT_EQ(Where(codex, "gpt-5.2-codex"), "openrouter/openai/gpt-5 (route)");
  EXPECT_EQ(Where(codex, "gpt-5-mini"), "openrouter/openai/gpt-5-mini (route)");
  const auto gemini = Router(PresetRoutes("gemini-cli", "openrouter", models), {MakePreset("openrouter", models)});
  EXPECT_EQ(Where(gemini, "gemini-3-pro-preview"), "openrouter/google/gemini-2.5-pro (route)");
}

TEST(FamilyPreset, TakesAnotherMakersModelWhereTheClientsIsNotServed) {
  const std::vector<std::string> models{"gemini-2.5-flash", "gemini-2.5-flash-lite", "gemini-2.5-pro", "llama3"};
  const auto router =
      Router(PresetRoutes("claude-code", "openai-compatible", models), {MakePreset("openai-compatible", models)});
  EXPECT_EQ(Where(router, "opus"), "openai-compatible/gemini-2.5-pro (route)");
  EXPECT_EQ(Where(router, "haiku"), "openai-compatible/gemini-2.5-flash-lite (route)");
}

TEST(FamilyPreset, TellsLiteFromFlash) {
  const auto router = Router(PresetRoutes("gemini-cli", "openai"), {MakePreset("openai")});
  EXPECT_EQ(Where(router, "gemini-2.5-flash"), "openai/gpt-5.6-terra (route)");
  EXPECT_EQ(Where(router, "gemini-2.5-flash-lite"), "openai/gpt-5.6-luna (route)");
}

TEST(FamilyPreset, KeepsNamesThatItsOwnProviderServes) {
  const auto router = Router(PresetRoutes("claude-code", "anthropic"), {MakePreset("anthropic")});
  EXPECT_EQ(Where(router, "claude-sonnet-4-5"), "anthropic/claude-sonnet-4-5 (route)");
  EXPECT_EQ(Where(router, "haiku"), "anthropic/claude-haiku-5-5 (route)");
}

TEST(FamilyPreset, EveryRouteNamesItsOrigin) {
  for (const auto& name : FamilyPresetNames()) {
    for (const auto& route : PresetRoutes(name, "deepseek")) {
      EXPECT_EQ(route.origin, name);
      ASSERT_EQ(route.destinations.size(), 1U);
      EXPECT_EQ(route.destinations[0].preset, "deepseek");
      EXPECT_FALSE(route.destinations[0].model.empty()) << route.key.pattern;
    }
  }
}

TEST(FamilyPreset, RefusesWhatItCannotServe) {
  const auto unknown = FamilyPresetRoutes("cursor", "gemini", *Shipped(), {});
  EXPECT_EQ(KindOf(unknown.status()), ErrorKind::kInvalidRequest);
  EXPECT_THAT(std::string(unknown.status().message()), HasSubstr("claude-code, codex, gemini-cli"));
  const auto provider = FamilyPresetRoutes("codex", "gemnii", *Shipped(), {});
  EXPECT_THAT(std::string(provider.status().message()), HasSubstr("gemini"));
  const auto no_models = FamilyPresetRoutes("codex", "ollama", *Shipped(), {});
  EXPECT_THAT(std::string(no_models.status().message()), HasSubstr("agctl routes set --match"));
  const auto which = FamilyPresetRoutes("claude-code", "ollama", *Shipped(), {"llama3:8b", "qwen3:8b"});
  EXPECT_EQ(KindOf(which.status()), ErrorKind::kInvalidRequest);
  EXPECT_THAT(std::string(which.status().message()),
              HasSubstr("None of the 2 models that the accounts of ollama list is known to fit 'opus'"));
}

TEST(FamilyPreset, OffersOnlyWhatTheProviderDoesNotServeItself) {
  EXPECT_THAT(PresetsToOffer("gemini", *Shipped()), ElementsAre("claude-code", "codex"));
  EXPECT_THAT(PresetsToOffer("anthropic", *Shipped()), Not(Contains("claude-code")));
  EXPECT_THAT(PresetsToOffer("ollama", *Shipped()), ElementsAre("claude-code", "codex", "gemini-cli"));
  EXPECT_THAT(PresetsToOffer("nobody", *Shipped()), IsEmpty());
}

Route BackgroundRoute(std::string pattern, std::string preset, std::string model) {
  Route route = MakeRoute(std::move(pattern), std::move(preset), std::move(model));
  route.key.condition = Condition::kBackground;
  return route;
}

TEST(ModelRouter, TriesRoutesOfBackgroundTasksFirstAndForThoseAlone) {
  const auto router = Router({MakeRoute("claude-opus-5", "anthropic"), BackgroundRoute("claude-*", "gemini", "small"),
                              MakeRoute("claude-*", "openai", "big")},
                             {MakePreset("anthropic"), MakePreset("gemini"), MakePreset("openai")});
  const auto model_of = [&](std::string_view name, RequestKind kind) {
    const auto routing = router.Resolve(name, Family::kAnthropic, kind);
    return routing.ok() ? routing->targets.front().model + " " + routing->reason.code : "none";
  };
  EXPECT_EQ(model_of("claude-opus-5", RequestKind::kBackground), "small background_route") << "before an exact name";
  EXPECT_EQ(model_of("claude-opus-5", RequestKind::kNormal), "claude-opus-5 route");
  EXPECT_EQ(model_of("claude-haiku-4-5", RequestKind::kBackground), "small background_route");
  EXPECT_EQ(model_of("claude-haiku-4-5", RequestKind::kNormal), "big route") << "a small model is no background task";
  EXPECT_EQ(model_of("gpt-5", RequestKind::kBackground), "gpt-5 catalogue");
  EXPECT_TRUE(router.AsksForKind("claude-opus-5"));
  EXPECT_FALSE(router.AsksForKind("gpt-5"));
}

TEST(ModelRouter, DoesNotListAliasesOfBackgroundTasks) {
  const auto router = Router({BackgroundRoute("titles", "gemini", "small"), MakeRoute("fast", "gemini", "small")},
                             {MakePreset("gemini")});
  EXPECT_THAT(router.Aliases(), ElementsAre("fast"));
}

TEST(ModelRouter, ExplainsConditionsAndWhatARouteChanges) {
  Route background = BackgroundRoute("claude-*", "gemini", "small");
  background.reasoning.effort = "low";
  background.reasoning.budget = 2048;
  const auto router = Router({background, MakeRoute("claude-*", "gemini", "big")}, {MakePreset("gemini")});
  EXPECT_THAT(Codes(router, "claude-opus-5", Family::kAnthropic),
              ElementsAre("+route_matches", "-route_is_for_background_tasks", "+target"));
  std::vector<std::string> codes;
  for (const auto& step : router.Explain("claude-opus-5", Family::kAnthropic, RequestKind::kBackground)) {
    codes.push_back(step.reason.code);
  }
  EXPECT_THAT(codes, ElementsAre("background_route_matches", "effort_set_by_route", "thinking_budget_set_by_route",
                                 "route_is_less_specific", "target"));
}

TEST(ModelRouter, ARouteThatOnlySetsReasoningLeavesTheNameWhereItBelongs) {
  Route route = MakeRoute("gpt-5", "");
  route.reasoning.effort = "high";
  const auto router = Router({route}, {MakePreset("openai"), MakePreset("gemini")});
  EXPECT_EQ(Where(router, "gpt-5"), "openai/gpt-5 (route)");
}

}  // namespace
}  // namespace ag::routing
