#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "cli/output/json.h"
#include "cli/session.h"

namespace ag::cli {

// All routes, over all pages, in the user's order.
absl::StatusOr<std::vector<v1::Route>> AllRoutes(Session& session);

// "background", or nothing: as --when takes it.
std::string ConditionText(v1::RouteCondition condition);
JsonWriter& WriteRoute(JsonWriter& json, const v1::Route& route);
// Into an object that is open.
JsonWriter& WriteRouteFields(JsonWriter& json, const v1::Route& route);
std::string RouteTable(const std::vector<v1::Route>& routes);
// As people or programs read them.
void PrintRoutes(const Session& session, const std::vector<v1::Route>& routes);

}  // namespace ag::cli
