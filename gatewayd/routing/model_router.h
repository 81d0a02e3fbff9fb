#pragma once

#include <absl/container/inlined_vector.h>
#include <absl/status/statusor.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/dialect.h"
#include "gatewayd/base/reason.h"
#include "gatewayd/catalog/catalog.h"

namespace ag::routing {

// A user's rule. `pattern` is a model name, or a glob with '*' and '?'.
struct Route {
  std::string pattern;
  std::string preset;  // provider preset name; empty = keep what the model name says
  std::string model;   // upstream model; empty = the name that was asked for
  std::string origin;  // "user" or a family preset's name
};

// Where one request may go, best first.
struct RouteTarget {
  std::string preset;  // empty = any account of `family`
  Family family = Family::kOpenAi;
  std::string model;
};
using RouteTargets = absl::InlinedVector<RouteTarget, 1>;  // seldom more
struct Routing {
  RouteTargets targets;
  std::optional<Route> route;  // the rule that decided, if one did
  Reason reason;               // "route", "catalogue", "model_prefix", "account_lists_it", "client_dialect"
};

// What the router must know of the pool: which presets have accounts, and which models those list.
struct Availability {
  struct Preset {
    std::string name;
    Family family = Family::kOpenAi;
    std::vector<std::string> models;  // union over its accounts; empty = unknown
  };
  std::vector<Preset> presets;
};

// Decides by name alone where a model goes. An immutable value, published to the shards; pure.
// Order: the most specific matching route (exact, then the glob with most literal characters, then first set) → the
// provider that the model name belongs to (catalogue, family prefixes) if it has accounts → a provider whose accounts
// list that very name → the client dialect's own provider. Never silently to another company: a name that belongs to
// provider A is not sent to B. Otherwise ModelNotFound, whose text says which route or preset would serve it.
class ModelRouter {
 public:
  ModelRouter(std::vector<Route> routes, std::shared_ptr<const catalog::Catalog> catalog, Availability availability);

  absl::StatusOr<Routing> Resolve(std::string_view model, Family client) const;
  // The same decision told step by step, for `agctl routes explain`.
  struct Step {
    Reason reason;
    bool decided = false;
  };
  std::vector<Step> Explain(std::string_view model, Family client) const;
  // Most specific first: the order in which they are tried.
  const std::vector<Route>& routes() const { return routes_; }
  // Exact-name routes: they are listed as models.
  std::vector<std::string> Aliases() const;

 private:
  const Route* FindRoute(std::string_view model) const;
  absl::StatusOr<Routing> ByRoute(const Route& route, std::string_view model, Family client) const;
  absl::StatusOr<Routing> ByName(std::string_view model, Family client) const;
  std::string Unknown(std::string_view model, Family client) const;

  std::vector<Route> routes_;     // most specific first
  std::size_t exact_routes_ = 0;  // of these, the plain names, which come before the globs
  std::shared_ptr<const catalog::Catalog> catalog_;
  Availability availability_;
};

// The routes that let a client's own model names be served by `preset`: "claude-code", "codex", "gemini-cli". Targets
// are chosen from `models` (what the accounts list; may be empty) and the catalogue: large for opus/pro/gpt-5 names,
// small for haiku/flash/mini names. InvalidRequest names the known presets.
absl::StatusOr<std::vector<Route>> FamilyPresetRoutes(std::string_view client_preset, std::string_view preset,
                                                      const catalog::Catalog& catalog,
                                                      const std::vector<std::string>& models);
std::vector<std::string> FamilyPresetNames();
// The client presets worth offering once an account of `preset` was added: those whose names it does not serve itself.
std::vector<std::string> PresetsToOffer(std::string_view preset, const catalog::Catalog& catalog);

}  // namespace ag::routing
