#pragma once

#include <absl/container/inlined_vector.h>
#include <absl/status/statusor.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/dialect.h"
#include "gatewayd/base/reason.h"
#include "gatewayd/catalog/catalog.h"
#include "gatewayd/routing/route.h"
#include "gatewayd/routing/route_set.h"

namespace ag::routing {

// Where one request may go, best first.
struct RouteTarget {
  std::string preset;  // empty = any account of `family`
  Family family = Family::kOpenAi;
  std::string model;

  friend bool operator==(const RouteTarget&, const RouteTarget&) = default;
};
using RouteTargets = absl::InlinedVector<RouteTarget, 1>;  // seldom more
struct Routing {
  RouteTargets targets;
  const Route* route = nullptr;  // the rule that decided, if one did; lives in the router
  Reason reason;  // "route", "background_route", "catalogue", "model_prefix", "account_lists_it", "client_dialect"
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
// Order: the deciding route (RouteSet tells which) → the provider that the model name belongs to (catalogue, family
// prefixes) if it has accounts → a provider whose accounts list that very name → the client dialect's own provider.
// Never silently to another company: a name that belongs to provider A is not sent to B. Otherwise ModelNotFound, whose
// text says which route or preset would serve it.
//
// A route's destinations become targets in their order; one without an account is passed over while another has one.
// The scheduler asks a later target only when no account of the earlier ones can serve the request.
class ModelRouter {
 public:
  // `routes` is shared with the routers before and after this one.
  ModelRouter(std::shared_ptr<const RouteSet> routes, std::shared_ptr<const catalog::Catalog> catalog,
              Availability availability);

  absl::StatusOr<Routing> Resolve(std::string_view model, Family client, RequestKind kind = RequestKind::kNormal) const;
  // True if the answer depends on the request's kind: only then is it worth finding out.
  bool AsksForKind(std::string_view model) const { return routes_->AsksForKind(model); }
  // The same decision told step by step, and what is changed in the request, for `agctl routes explain`.
  struct Step {
    Reason reason;
    bool decided = false;
  };
  std::vector<Step> Explain(std::string_view model, Family client, RequestKind kind = RequestKind::kNormal) const;
  // What may have been meant by a name that no account lists, as a sentence with a space before it; empty when nothing
  // is near. `targets` are where the name would go: a route may have asked for another model than the client did.
  std::string DidYouMean(std::string_view model, const RouteTargets& targets) const;
  // Exact-name routes: they are listed as models.
  std::vector<std::string> Aliases() const { return routes_->Aliases(); }

 private:
  absl::StatusOr<Routing> ByRoute(const Route& route, std::string_view model, Family client) const;
  absl::Status AddTargets(const Route& route, const Destination& destination, std::string_view model, Family client,
                          RouteTargets& targets) const;
  absl::StatusOr<Routing> ByName(std::string_view model, Family client) const;
  void ExplainRoutes(std::string_view model, RequestKind kind, std::vector<Step>& steps) const;
  void ExplainName(std::string_view model, Family client, std::vector<Step>& steps) const;
  std::string Unknown(std::string_view model, Family client) const;

  std::shared_ptr<const RouteSet> routes_;
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
