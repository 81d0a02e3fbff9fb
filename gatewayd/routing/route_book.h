#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/catalog/catalog.h"
#include "gatewayd/routing/model_router.h"
#include "gatewayd/store/tables.h"

namespace ag::routing {

// The user's routes, in the order in which they were set: the one place that changes them. On the control context; each
// change is written to gateway.db before it is visible (a few rows in one small transaction, which docs/threading.md
// allows there). Whoever changes routes then has a new ModelRouter published.
class RouteBook {
 public:
  // References outlive the book.
  RouteBook(store::RouteTable& table, const catalog::Catalog& catalog, const Clock& clock)
      : table_(table), catalog_(catalog), clock_(clock) {}

  absl::Status Load();
  const std::vector<Route>& routes() const { return routes_; }

  // Adds the route, or replaces the one with its pattern in its place. InvalidRequest: empty pattern, a pattern with
  // spaces, neither provider nor model, an unknown provider (with suggestion).
  absl::StatusOr<Route> Set(Route route);
  // Writes the routes of a family preset to `provider`, all or none. `models` is what the provider's accounts list.
  absl::StatusOr<std::vector<Route>> ApplyPreset(std::string_view client_preset, std::string_view provider,
                                                 const std::vector<std::string>& models);
  // absl NOT_FOUND with suggestions when no route has that very pattern.
  absl::Status Remove(std::string_view pattern);
  // Returns how many there were.
  absl::StatusOr<int> Clear();

 private:
  absl::Status CheckProvider(std::string_view provider) const;
  absl::Status Store(const std::vector<Route>& changed);

  store::RouteTable& table_;
  const catalog::Catalog& catalog_;
  const Clock& clock_;
  std::vector<Route> routes_;
  std::vector<store::RouteRow> rows_;  // beside routes_: position and age
};

}  // namespace ag::routing
