#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/place.h"
#include "gatewayd/catalog/catalog.h"
#include "gatewayd/routing/route.h"
#include "gatewayd/routing/route_set.h"
#include "gatewayd/store/tables.h"

namespace ag::routing {

// What must hold of the routes that are there for a change to be made: somebody else may have changed them meanwhile.
struct SetOptions {
  bool only_new = false;             // absl ALREADY_EXISTS when another route has the key
  std::string etag;                  // of the route with the key; empty = whatever it says
  std::optional<RouteKey> in_place;  // of the route whose place it takes, and which goes; it has `etag` then
};

// A preset's routes.
struct PresetRoutes {
  std::vector<Route> routes;
  std::vector<Route> replaced;  // what stood there before, of another origin
};

// The user's routes, in the user's order: the one place that changes them. On the control context; each change is
// written to gateway.db before it is visible (a few rows in one small transaction, which docs/threading.md allows
// there). Whoever changes routes then has a new ModelRouter published.
class RouteBook {
 public:
  // References outlive the book.
  RouteBook(store::RouteTable& table, const catalog::Catalog& catalog, const Clock& clock)
      : table_(table), catalog_(catalog), clock_(clock) {}

  absl::Status Load();
  const std::vector<Route>& routes() const { return routes_; }
  // The same, compiled; shared with the routers that use it.
  std::shared_ptr<const RouteSet> set() const { return set_; }

  // Adds the route behind the others, or replaces the one with its key in its place. InvalidRequest: a pattern that
  // Pattern refuses, no destination, one with neither provider nor model (but for a single one of a route that sets
  // reasoning), an unknown provider (with suggestion), more than eight destinations, an effort or a budget that nobody
  // documents (params "reasoning_effort" and "thinking_budget").
  // absl ABORTED: the route that it stands on says something else by now; NOT_FOUND: it is gone.
  absl::StatusOr<Route> Set(Route route, const SetOptions& options = {});
  // The routes of a family preset to `provider`, as ApplyPreset would write them. `models` is what the provider's
  // accounts list.
  absl::StatusOr<PresetRoutes> PlanPreset(std::string_view client_preset, std::string_view provider,
                                          const std::vector<std::string>& models) const;
  // Writes them, all or none. absl ALREADY_EXISTS when it would replace routes of another origin, unless `replace`.
  absl::StatusOr<PresetRoutes> ApplyPreset(std::string_view client_preset, std::string_view provider,
                                           const std::vector<std::string>& models, bool replace);
  // Changes the order, which decides between regular expressions and between globs that pin down equally much.
  // `anchor` is the route that kBefore and kAfter mean. absl NOT_FOUND as for Remove.
  absl::Status Move(const RouteKey& key, Place place, const RouteKey& anchor);
  // absl NOT_FOUND with suggestions when no route has that very key; ABORTED when it has another etag than a given one.
  absl::Status Remove(const RouteKey& key, std::string_view etag = {});
  // Returns how many there were.
  absl::StatusOr<int> Clear();

 private:
  absl::Status Check(const Route& route) const;
  absl::Status CheckProvider(std::string_view provider) const;
  const Route* Find(const RouteKey& key) const;  // nullptr: there is none
  absl::StatusOr<std::size_t> IndexOf(const RouteKey& key) const;
  absl::StatusOr<std::size_t> IndexOf(const RouteKey& key, std::string_view etag) const;
  // A row for the route: its own of before, or one behind the others.
  store::RouteRow& RowOf(const Route& route, std::vector<store::RouteRow>& rows) const;
  // Writes them, and makes them what is visible.
  absl::Status Commit(std::vector<store::RouteRow> rows);
  void Adopt(std::vector<store::RouteRow> rows);

  store::RouteTable& table_;
  const catalog::Catalog& catalog_;
  const Clock& clock_;
  std::vector<Route> routes_;
  std::vector<store::RouteRow> rows_;  // beside routes_: position and age
  std::shared_ptr<const RouteSet> set_ = std::make_shared<const RouteSet>();
};

}  // namespace ag::routing
