#pragma once

#include "gatewayd/routing/route.h"
#include "gatewayd/store/tables.h"

// A route and the row that stores it: the first destination has columns of its own, the others are JSON.
namespace ag::routing {

// What of the JSON cannot be read (a newer version's) is left out: a route that knows its first destination only is
// better than none.
Route FromRow(const store::RouteRow& row);
// All but position and age.
void CopyToRow(const Route& route, store::RouteRow& row);

}  // namespace ag::routing
