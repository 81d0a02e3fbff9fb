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

}  // namespace

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
  json.BeginObject().Field("pattern", route.pattern()).Field("provider", route.provider());
  json.Field("model", route.model()).Key("fallbacks").BeginArray();
  for (const auto& fallback : route.fallbacks()) {
    json.BeginObject().Field("provider", fallback.provider()).Field("model", fallback.model()).EndObject();
  }
  return json.EndArray().Field("origin", route.origin()).EndObject();
}

std::string RouteTable(const std::vector<v1::Route>& routes) {
  Table table({{"MATCH"}, {"PROVIDER"}, {"MODEL"}, {"THEN"}, {"SET BY"}});
  for (const auto& route : routes) {
    table.AddRow({route.pattern(), route.provider().empty() ? "(by name)" : route.provider(),
                  route.model().empty() ? "(as asked)" : route.model(), FallbacksText(route), route.origin()});
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
