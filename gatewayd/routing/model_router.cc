#include "gatewayd/routing/model_router.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/strings.h"

namespace ag::routing {
namespace {

using Preset = Availability::Preset;

bool Lists(const Preset& preset, std::string_view model) {
  return std::find(preset.models.begin(), preset.models.end(), model) != preset.models.end();
}

const Preset* FindPreset(const Availability& availability, std::string_view name) {
  const auto found = std::find_if(availability.presets.begin(), availability.presets.end(),
                                  [&](const Preset& preset) { return preset.name == name; });
  return found == availability.presets.end() ? nullptr : &*found;
}

RouteTarget TargetOf(const Preset& preset, std::string_view model) {
  RouteTarget target;
  target.preset = preset.name;
  target.family = preset.family;
  target.model = std::string(model);
  return target;
}

Reason MakeReason(std::string code, std::vector<std::pair<std::string, std::string>> args) {
  Reason reason;
  reason.code = std::move(code);
  reason.args = std::move(args);
  return reason;
}

// What the deciding route changes in the request.
void AddReasoningSteps(const ReasoningChoice& reasoning, std::vector<ModelRouter::Step>& steps) {
  if (!reasoning.effort.empty()) {
    steps.push_back({MakeReason("effort_set_by_route", {{"effort", reasoning.effort}}), true});
  }
  if (reasoning.budget) {
    steps.push_back({MakeReason("thinking_budget_set_by_route", {{"tokens", absl::StrCat(*reasoning.budget)}}), true});
  }
}

// Presets whose accounts list `model`, in the order of availability.
RouteTargets Listing(const Availability& availability, std::string_view model) {
  RouteTargets targets;
  for (const auto& preset : availability.presets) {
    if (Lists(preset, model)) targets.push_back(TargetOf(preset, model));
  }
  return targets;
}

RouteTargets OfFamily(const Availability& availability, Family family, std::string_view model) {
  RouteTargets targets;
  for (const auto& preset : availability.presets) {
    if (preset.family == family) targets.push_back(TargetOf(preset, model));
  }
  return targets;
}

// The name without the date of its build, to which providers answer too; empty when there is none.
std::string WithoutDate(std::string_view listed, const catalog::Catalog& catalog) {
  std::string id = catalog.FindModel(listed).id;
  if (id.empty() || !listed.starts_with(id)) return {};
  const std::string_view date = listed.substr(id.size());  // "-20250929", "@20250929", "-2024-08-06"
  if (date.size() != 9 && date.size() != 11) return {};
  return date.find_first_not_of("-@0123456789") == std::string_view::npos ? id : std::string();
}

// Every name that an account is known to answer to.
std::vector<std::string> NamesOf(const Preset& preset, const catalog::Catalog& catalog) {
  std::vector<std::string> names = preset.models;
  for (const std::string& listed : preset.models) {
    if (std::string name = WithoutDate(listed, catalog); !name.empty()) names.push_back(std::move(name));
  }
  return names;
}

std::vector<std::string> ListedNames(const Availability& availability, const catalog::Catalog& catalog,
                                     const RouteSet& routes) {
  std::vector<std::string> names = routes.Aliases();
  for (const auto& preset : availability.presets) {
    for (std::string& name : NamesOf(preset, catalog)) names.push_back(std::move(name));
  }
  return names;
}

// Every name that a user may have meant.
std::vector<std::string> KnownNames(const Availability& availability, const catalog::Catalog& catalog,
                                    const RouteSet& routes) {
  std::vector<std::string> names = ListedNames(availability, catalog, routes);
  for (const auto& model : catalog.models()) {
    if (FindPreset(availability, model.provider) != nullptr) names.push_back(model.id);
  }
  return names;
}

// The client preset whose names include `model`; empty when none does.
std::string ClientPresetOf(std::string_view provider) {
  if (provider == "anthropic") return "claude-code";
  if (provider == "openai") return "codex";
  if (provider == "gemini") return "gemini-cli";
  return {};
}

// The glob of the family that `model` belongs to: "claude-*"; the name itself when it has no family prefix.
std::string FamilyGlob(const catalog::ProviderPreset& owner, std::string_view model) {
  std::string_view best;
  for (const auto& prefix : owner.model_prefixes) {
    if (model.rfind(prefix, 0) == 0 && prefix.size() > best.size()) best = prefix;
  }
  return best.empty() ? std::string(model) : absl::StrCat(ToAbsl(best), "*");
}

// " Did you mean 'a' or 'b'?", or nothing.
std::string Suggestion(std::string_view model, const std::vector<std::string>& names) {
  const auto near = catalog::Catalog::Suggest(model, names);
  if (near.empty()) return {};
  std::string text = " Did you mean ";
  for (std::size_t i = 0; i < near.size(); ++i) absl::StrAppend(&text, i == 0 ? "'" : " or '", near[i], "'");
  return text + "?";
}

absl::Status NotFound(std::string_view message) {
  ErrorDetail detail;
  detail.kind = ErrorKind::kModelNotFound;
  detail.scope = ErrorScope::kModel;
  detail.param = "model";
  return MakeError(std::move(detail), message);
}

// What would serve a name of `owner`, which has no account: a route to somebody who has one, or an account.
std::string Remedies(const catalog::ProviderPreset& owner, std::string_view model, const Availability& availability) {
  const auto add = absl::StrCat("agctl accounts add --provider ", owner.name);
  if (availability.presets.empty()) return absl::StrCat(" Add an account: ", add);
  const auto& other = availability.presets.front().name;
  std::string text = absl::StrCat(" Serve it from ", other, " with: agctl routes set --match '",
                                  FamilyGlob(owner, model), "' --provider ", other);
  if (const auto client = ClientPresetOf(owner.name); !client.empty()) {
    absl::StrAppend(&text, "; or all names of ", client, " with: agctl routes preset ", client, " --provider ", other);
  }
  return absl::StrCat(text, "; or add an account: ", add);
}

}  // namespace

ModelRouter::ModelRouter(std::shared_ptr<const RouteSet> routes, std::shared_ptr<const catalog::Catalog> catalog,
                         Availability availability)
    : routes_(std::move(routes)), catalog_(std::move(catalog)), availability_(std::move(availability)) {}

// A destination without a provider renames: its model then goes where that name belongs.
absl::Status ModelRouter::AddTargets(const Route& route, const Destination& destination, std::string_view model,
                                     Family client, RouteTargets& targets) const {
  const std::string upstream = destination.model.empty() ? std::string(model) : destination.model;
  RouteTargets more;
  if (destination.preset.empty()) {
    auto named = ByName(upstream, client);
    if (!named.ok()) return named.status();
    more = std::move(named->targets);
  } else if (const auto* preset = FindPreset(availability_, destination.preset)) {
    more.push_back(TargetOf(*preset, upstream));
  } else {
    const std::string_view when = route.key.condition == Condition::kBackground ? " --when background" : "";
    return NotFound(absl::StrCat("The route '", route.key.pattern, "' sends '", ToAbsl(model), "' to ",
                                 destination.preset, ", which has no account. Add one: agctl accounts add --provider ",
                                 destination.preset, "; or change the route: agctl routes set --match '",
                                 route.key.pattern, "'", ToAbsl(when), " --provider PROVIDER"));
  }
  for (RouteTarget& target : more) {
    if (std::ranges::find(targets, target) == targets.end()) targets.push_back(std::move(target));
  }
  return absl::OkStatus();
}

absl::StatusOr<Routing> ModelRouter::ByRoute(const Route& route, std::string_view model, Family client) const {
  Routing routing;
  absl::Status nowhere;
  for (const Destination& destination : route.destinations) {
    absl::Status added = AddTargets(route, destination, model, client, routing.targets);
    if (nowhere.ok()) nowhere = std::move(added);
  }
  if (routing.targets.empty()) return nowhere;
  routing.route = &route;
  const bool background = route.key.condition == Condition::kBackground;
  routing.reason = MakeReason(background ? "background_route" : "route",
                              {{"pattern", route.key.pattern}, {"model", routing.targets.front().model}});
  return routing;
}

absl::StatusOr<Routing> ModelRouter::ByName(std::string_view model, Family client) const {
  Routing routing;
  const auto* owner = catalog_->ProviderOfModel(model);
  if (owner != nullptr) {
    if (const auto* preset = FindPreset(availability_, owner->name)) {
      routing.targets.push_back(TargetOf(*preset, model));
      const bool known = catalog_->Knows(model);
      routing.reason = MakeReason(known ? "catalogue" : "model_prefix", {{"provider", owner->name}});
      return routing;
    }
  }
  // Accounts that list the very name serve it, whoever made the model (OpenRouter, a local server).
  routing.targets = Listing(availability_, model);
  if (!routing.targets.empty()) {
    routing.reason = MakeReason("account_lists_it", {{"provider", routing.targets.front().preset}});
    return routing;
  }
  if (owner != nullptr) {
    return NotFound(absl::StrCat("The model '", ToAbsl(model), "' belongs to ", owner->display_name,
                                 ", and no account of that provider is set up.",
                                 Remedies(*owner, model, availability_)));
  }
  routing.targets = OfFamily(availability_, client, model);
  if (!routing.targets.empty()) {
    routing.reason = MakeReason("client_dialect", {{"family", std::string(NameOf(client))}});
    return routing;
  }
  return NotFound(Unknown(model, client));
}

std::string ModelRouter::Unknown(std::string_view model, Family client) const {
  std::string text = absl::StrCat("No provider is known for the model '", ToAbsl(model), "', and no account of the ",
                                  ToAbsl(NameOf(client)), " family is set up.");
  text += Suggestion(model, KnownNames(availability_, *catalog_, *routes_));
  if (availability_.presets.empty()) {
    return absl::StrCat(text, " Add an account: agctl accounts add --provider ", ToAbsl(NameOf(client)));
  }
  return absl::StrCat(text, " Say who serves it: agctl routes set --match '", ToAbsl(model), "' --provider ",
                      availability_.presets.front().name);
}

std::string ModelRouter::DidYouMean(std::string_view model, const RouteTargets& targets) const {
  for (const RouteTarget& target : targets) {
    if (target.model == model) {
      std::string text = Suggestion(model, ListedNames(availability_, *catalog_, *routes_));
      if (!text.empty()) return text;
      continue;
    }
    const Preset* preset = FindPreset(availability_, target.preset);
    if (preset == nullptr || Lists(*preset, target.model)) continue;
    const std::string text = Suggestion(target.model, NamesOf(*preset, *catalog_));
    if (!text.empty()) return absl::StrCat(" Its route asks ", preset->name, " for '", target.model, "'.", text);
  }
  return {};
}

absl::StatusOr<Routing> ModelRouter::Resolve(std::string_view model, Family client, RequestKind kind) const {
  if (const auto* route = routes_->Find(model, kind)) return ByRoute(*route, model, client);
  return ByName(model, client);
}

void ModelRouter::ExplainRoutes(std::string_view model, RequestKind kind, std::vector<Step>& steps) const {
  const auto matching = routes_->FindAll(model);
  const Route* const deciding = routes_->Find(model, kind);
  if (matching.empty()) {
    steps.push_back({MakeReason("no_route_matches", {{"routes", absl::StrCat(routes_->size())}}), false});
    return;
  }
  if (deciding != nullptr) {
    const bool background = deciding->key.condition == Condition::kBackground;
    const std::string_view code = background ? "background_route_matches" : "route_matches";
    steps.push_back({MakeReason(std::string(code), {{"pattern", deciding->key.pattern}}), true});
    for (const Destination& destination : deciding->destinations) {
      if (destination.preset.empty() || FindPreset(availability_, destination.preset) != nullptr) continue;
      steps.push_back({MakeReason("destination_has_no_account", {{"provider", destination.preset}}), false});
    }
    AddReasoningSteps(deciding->reasoning, steps);
  }
  for (const Route* route : matching) {
    if (route == deciding) continue;
    const bool unmet = route->key.condition == Condition::kBackground && kind == RequestKind::kNormal;
    const std::string_view code = unmet ? "route_is_for_background_tasks" : "route_is_less_specific";
    steps.push_back({MakeReason(std::string(code), {{"pattern", route->key.pattern}}), false});
  }
}

void ModelRouter::ExplainName(std::string_view model, Family client, std::vector<Step>& steps) const {
  const auto* owner = catalog_->ProviderOfModel(model);
  const bool served = owner != nullptr && FindPreset(availability_, owner->name) != nullptr;
  if (owner == nullptr) {
    steps.push_back({MakeReason("no_provider_owns_the_name", {{"model", std::string(model)}}), false});
  } else {
    const std::string_view code = served ? "provider_owns_the_name" : "owner_has_no_account";
    steps.push_back({MakeReason(std::string(code), {{"provider", owner->name}}), served});
  }
  if (served) return;
  const auto listing = Listing(availability_, model);
  if (!listing.empty()) {
    steps.push_back({MakeReason("account_lists_it", {{"provider", listing.front().preset}}), true});
    return;
  }
  steps.push_back({MakeReason("no_account_lists_it", {{"model", std::string(model)}}), false});
  if (owner != nullptr) return;
  const bool family = !OfFamily(availability_, client, model).empty();
  const std::string_view code = family ? "client_dialect" : "no_account_of_the_client_dialect";
  steps.push_back({MakeReason(std::string(code), {{"family", std::string(NameOf(client))}}), family});
}

std::vector<ModelRouter::Step> ModelRouter::Explain(std::string_view model, Family client, RequestKind kind) const {
  std::vector<Step> steps;
  ExplainRoutes(model, kind, steps);
  if (routes_->Find(model, kind) == nullptr) ExplainName(model, client, steps);
  const auto routing = Resolve(model, client, kind);
  if (!routing.ok()) {
    steps.push_back({MakeReason("model_not_found", {{"text", std::string(routing.status().message())}}), false});
    return steps;
  }
  for (const auto& target : routing->targets) {
    steps.push_back({MakeReason("target", {{"provider", target.preset}, {"model", target.model}}), true});
  }
  return steps;
}

}  // namespace ag::routing
