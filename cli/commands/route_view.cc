#include "cli/commands/route_view.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <utility>

#include "cli/output/table.h"

namespace ag::cli {
namespace {

// "openai:gpt-5", as --then takes it.
std::string DestinationText(const std::string& provider, const std::string& model) {
  return absl::StrCat(provider, model.empty() ? "" : ":", model);
}

std::string FallbacksText(const v1::Route& route) {
  std::vector<std::string> texts;
  for (const auto& fallback : route.fallbacks()) {
    texts.push_back(DestinationText(fallback.provider(), fallback.model()));
  }
  return absl::StrJoin(texts, ", ");
}

std::string OptionsText(const v1::RouteOptions& options) {
  std::vector<std::string> texts;
  if (!options.reasoning_effort().empty()) texts.push_back(absl::StrCat("effort ", options.reasoning_effort()));
  if (options.has_thinking_budget()) texts.push_back(absl::StrCat("budget ", options.thinking_budget()));
  return absl::StrJoin(texts, ", ");
}

}  // namespace

std::string ConditionText(v1::RouteCondition condition) {
  return condition == v1::ROUTE_CONDITION_UNSPECIFIED ? std::string() : "background";
}

absl::StatusOr<std::vector<v1::Route>> AllRoutes(Session& session) {
  std::vector<v1::Route> routes;
  v1::ListRoutesRequest request;
  do {
    const auto page = session.client().ListRoutes(request);
    if (!page.ok()) return page.status();
    routes.insert(routes.end(), page->routes().begin(), page->routes().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return routes;
}

JsonWriter& WriteRoute(JsonWriter& json, const v1::Route& route) {
  return WriteRouteFields(json.BeginObject(), route).EndObject();
}

JsonWriter& WriteRouteFields(JsonWriter& json, const v1::Route& route) {
  json.Field("pattern", route.pattern());
  if (route.condition() != v1::ROUTE_CONDITION_UNSPECIFIED) json.Field("when", ConditionText(route.condition()));
  json.Field("provider", route.provider());
  json.Field("model", route.model()).Key("fallbacks").BeginArray();
  for (const auto& fallback : route.fallbacks()) {
    json.BeginObject().Field("provider", fallback.provider()).Field("model", fallback.model()).EndObject();
  }
  json.EndArray();
  if (!route.options().reasoning_effort().empty()) json.Field("effort", route.options().reasoning_effort());
  if (route.options().has_thinking_budget()) json.Field("thinking_budget", route.options().thinking_budget());
  return json.Field("origin", route.origin());
}

std::string RouteTable(const std::vector<v1::Route>& routes) {
  Table table({{"MATCH"}, {"WHEN"}, {"PROVIDER"}, {"MODEL"}, {"THEN"}, {"REASONING"}, {"SET BY"}});
  for (const auto& route : routes) {
    table.AddRow({route.pattern(), ConditionText(route.condition()),
                  route.provider().empty() ? "(by name)" : route.provider(),
                  route.model().empty() ? "(as asked)" : route.model(), FallbacksText(route),
                  OptionsText(route.options()), route.origin()});
  }
  return table.ToText();
}

void PrintRoutes(const Session& session, const std::vector<v1::Route>& routes) {
  if (session.json) {
    JsonWriter json;
    json.BeginArray();
    for (const auto& route : routes) WriteRoute(json, route);
    return Print(json.EndArray().text() + "\n");
  }
  Print(RouteTable(routes));
}

}  // namespace ag::cli
