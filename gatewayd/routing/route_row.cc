#include "gatewayd/routing/route_row.h"

#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"

namespace ag::routing {
namespace {

std::string TextOf(const json::Value& object, std::string_view key) {
  const json::Value* value = object.Find(key);
  return value == nullptr ? std::string() : std::string(value->str());
}

std::string FallbacksToJson(const std::vector<Destination>& destinations) {
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (std::size_t i = 1; i < destinations.size(); ++i) {
    writer.BeginObject().Field("provider", destinations[i].preset).Field("model", destinations[i].model).EndObject();
  }
  writer.EndArray();
  return out;
}

std::string OptionsToJson(const ReasoningChoice& reasoning) {
  std::string out;
  json::Writer writer(out);
  writer.BeginObject();
  if (!reasoning.effort.empty()) writer.Field("effort", reasoning.effort);
  if (reasoning.budget) writer.Field("budget", *reasoning.budget);
  writer.EndObject();
  return out;
}

ReasoningChoice ReadReasoning(const std::string& options_json, Arena& arena) {
  ReasoningChoice reasoning;
  const auto options = json::Parse(options_json, arena);
  if (!options.ok()) return reasoning;
  const std::string effort = TextOf(**options, "effort");
  if (IsEffort(effort)) reasoning.effort = effort;
  if (const json::Value* budget = (*options)->Find("budget")) reasoning.budget = budget->AsInt();
  return reasoning;
}

}  // namespace

Route FromRow(const store::RouteRow& row) {
  Route route;
  route.key.pattern = row.pattern;
  // Of a condition that only a newer version knows nothing wider is made.
  route.key.condition = row.condition.empty() ? Condition::kAlways : Condition::kBackground;
  route.origin = row.origin;
  route.destinations.push_back({row.preset, row.model});
  Arena arena;
  route.reasoning = ReadReasoning(row.options_json, arena);
  const auto fallbacks = json::Parse(row.targets_json, arena);
  if (!fallbacks.ok()) return route;
  for (const json::Value& item : (*fallbacks)->items()) {
    Destination destination{TextOf(item, "provider"), TextOf(item, "model")};
    if (destination != Destination()) route.destinations.push_back(std::move(destination));
  }
  return route;
}

void CopyToRow(const Route& route, store::RouteRow& row) {
  row.pattern = route.key.pattern;
  row.condition = NameOf(route.key.condition);
  row.preset = route.destinations.front().preset;
  row.model = route.destinations.front().model;
  row.origin = route.origin;
  row.targets_json = FallbacksToJson(route.destinations);
  row.options_json = OptionsToJson(route.reasoning);
}

}  // namespace ag::routing
