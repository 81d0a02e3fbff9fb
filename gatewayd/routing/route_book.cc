#include "gatewayd/routing/route_book.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/routing/model_router.h"
#include "gatewayd/routing/route_row.h"

namespace ag::routing {
namespace {

constexpr std::size_t kMaxDestinations = 8;

bool IsOf(const store::RouteRow& row, const RouteKey& key) {
  return row.pattern == key.pattern && row.condition == NameOf(key.condition);
}

absl::Status CheckReasoning(const ReasoningChoice& reasoning) {
  if (!reasoning.effort.empty() && !IsEffort(reasoning.effort)) {
    return FieldError(ErrorKind::kInvalidRequest, "reasoning_effort",
                      absl::StrCat("there is no effort \"", reasoning.effort,
                                   "\"; known are none, minimal, low, medium, high, xhigh, max"));
  }
  if (reasoning.budget && (*reasoning.budget < 0 || *reasoning.budget > kMaxThinkingBudget)) {
    return FieldError(
        ErrorKind::kInvalidRequest, "thinking_budget",
        absl::StrCat("a thinking budget is 0 to ", kMaxThinkingBudget, " tokens, not ", *reasoning.budget));
  }
  if (reasoning.budget && !reasoning.effort.empty() && (*reasoning.budget == 0) != (reasoning.effort == "none")) {
    return FieldError(ErrorKind::kInvalidRequest, "thinking_budget",
                      "the effort and the budget contradict each other: one of them says not to think");
  }
  return absl::OkStatus();
}

std::string DidYouMean(const std::vector<std::string>& names) {
  return names.empty() ? std::string() : absl::StrCat("; did you mean ", absl::StrJoin(names, ", "), "?");
}

// Where a route goes, for people.
std::string Describe(const Route& route) {
  const auto place = [](std::string* out, const Destination& to) {
    absl::StrAppend(out, to.preset, to.preset.empty() || to.model.empty() ? "" : ":", to.model);
  };
  const std::string places = absl::StrJoin(route.destinations, " → ", place);
  return places.empty() ? "where its name belongs" : places;
}

std::string Describe(const std::vector<Route>& routes) {
  return absl::StrJoin(routes, ", ", [](std::string* out, const Route& route) {
    absl::StrAppend(out, "the route for \"", route.key.pattern, "\" (", Describe(route), ")");
  });
}

}  // namespace

absl::Status RouteBook::Load() {
  AG_ASSIGN_OR_RETURN(std::vector<store::RouteRow> rows, table_.List());
  Adopt(std::move(rows));
  return absl::OkStatus();
}

void RouteBook::Adopt(std::vector<store::RouteRow> rows) {
  rows_ = std::move(rows);
  routes_.clear();
  for (const auto& row : rows_) routes_.push_back(FromRow(row));
  set_ = std::make_shared<const RouteSet>(routes_);
}

absl::Status RouteBook::CheckProvider(std::string_view provider) const {
  if (provider.empty() || catalog_.FindProvider(provider) != nullptr) return absl::OkStatus();
  std::vector<std::string> names;
  for (const auto& preset : catalog_.providers()) names.push_back(preset.name);
  const auto near = catalog::Catalog::Suggest(provider, names);
  return FieldError(
      ErrorKind::kInvalidRequest, "provider",
      absl::StrCat("there is no provider \"", ToAbsl(provider), "\"",
                   near.empty() ? absl::StrCat("; known are ", absl::StrJoin(names, ", ")) : DidYouMean(near)));
}

store::RouteRow& RouteBook::RowOf(const Route& route, std::vector<store::RouteRow>& rows) const {
  const auto row = std::ranges::find_if(rows, [&](const store::RouteRow& one) { return IsOf(one, route.key); });
  if (row != rows.end()) return *row;
  store::RouteRow& fresh = rows.emplace_back();
  for (const auto& other : rows) fresh.position = std::max(fresh.position, other.position + 1);
  fresh.created_ms = clock_.Now().time_since_epoch().count();
  return fresh;
}

absl::Status RouteBook::Commit(std::vector<store::RouteRow> rows) {
  AG_RETURN_IF_ERROR(table_.Replace(rows));
  Adopt(std::move(rows));
  return absl::OkStatus();
}

absl::Status RouteBook::Check(const Route& route) const {
  if (const auto pattern = Pattern::Parse(route.key.pattern); !pattern.ok()) return pattern.status();
  if (route.destinations.empty() || route.destinations.size() > kMaxDestinations) {
    return FieldError(ErrorKind::kInvalidRequest, "provider",
                      absl::StrCat("a route sends requests to one place at least and to ", kMaxDestinations,
                                   " at most, not to ", route.destinations.size()));
  }
  AG_RETURN_IF_ERROR(CheckReasoning(route.reasoning));
  const bool stays = route.destinations.size() == 1 && !route.reasoning.empty();
  for (const Destination& destination : route.destinations) {
    if (destination == Destination() && !stays) {
      return FieldError(ErrorKind::kInvalidRequest, "provider",
                        "a route needs a provider or a model to send requests to");
    }
    AG_RETURN_IF_ERROR(CheckProvider(destination.preset));
  }
  return absl::OkStatus();
}

absl::StatusOr<Route> RouteBook::Set(Route route, const SetOptions& options) {
  AG_RETURN_IF_ERROR(Check(route));
  if (route.origin.empty()) route.origin = "user";
  std::vector<store::RouteRow> rows = rows_;
  const bool renamed = options.in_place && *options.in_place != route.key;
  if (options.only_new && (renamed || !options.in_place) && Find(route.key) != nullptr) {
    return absl::AlreadyExistsError(absl::StrCat("there is a route for \"", route.key.pattern,
                                                 "\" already: it goes to ", Describe(*Find(route.key))));
  }
  if (options.in_place || !options.etag.empty()) {
    AG_ASSIGN_OR_RETURN(const std::size_t index, IndexOf(options.in_place.value_or(route.key), options.etag));
    CopyToRow(route, rows[index]);
    if (renamed) {
      const store::RouteRow* kept = &rows[index];
      std::erase_if(rows, [&](const store::RouteRow& one) { return &one != kept && IsOf(one, route.key); });
    }
  } else {
    CopyToRow(route, RowOf(route, rows));
  }
  AG_RETURN_IF_ERROR(Commit(std::move(rows)));
  return route;
}

const Route* RouteBook::Find(const RouteKey& key) const {
  const auto route = std::ranges::find(routes_, key, &Route::key);
  return route == routes_.end() ? nullptr : &*route;
}

absl::StatusOr<PresetRoutes> RouteBook::PlanPreset(std::string_view client_preset, std::string_view provider,
                                                   const std::vector<std::string>& models) const {
  if (provider.empty()) return FieldError(ErrorKind::kInvalidRequest, "provider", "a preset needs a provider");
  AG_RETURN_IF_ERROR(CheckProvider(provider));
  PresetRoutes plan;
  AG_ASSIGN_OR_RETURN(plan.routes, FamilyPresetRoutes(client_preset, provider, catalog_, models));
  for (const Route& route : plan.routes) {
    const Route* present = Find(route.key);
    if (present != nullptr && present->origin != route.origin) plan.replaced.push_back(*present);
  }
  return plan;
}

absl::StatusOr<PresetRoutes> RouteBook::ApplyPreset(std::string_view client_preset, std::string_view provider,
                                                    const std::vector<std::string>& models, bool replace) {
  AG_ASSIGN_OR_RETURN(PresetRoutes plan, PlanPreset(client_preset, provider, models));
  if (!replace && !plan.replaced.empty()) {
    return absl::AlreadyExistsError(absl::StrCat("it would replace ", Describe(plan.replaced)));
  }
  std::vector<store::RouteRow> rows = rows_;
  for (const Route& route : plan.routes) CopyToRow(route, RowOf(route, rows));
  AG_RETURN_IF_ERROR(Commit(std::move(rows)));
  return plan;
}

absl::StatusOr<std::size_t> RouteBook::IndexOf(const RouteKey& key) const {
  const auto row = std::ranges::find_if(rows_, [&](const store::RouteRow& one) { return IsOf(one, key); });
  if (row != rows_.end()) return static_cast<std::size_t>(row - rows_.begin());
  const std::string_view only = key.condition == Condition::kBackground ? " of background tasks" : "";
  const bool twin = std::ranges::find(rows_, key.pattern, &store::RouteRow::pattern) != rows_.end();
  if (twin) {
    return absl::NotFoundError(absl::StrCat(
        "there is no route for \"", key.pattern, "\"", ToAbsl(only), ", but one ",
        only.empty() ? "of background tasks: add --when background" : "without that condition: leave out --when"));
  }
  std::vector<std::string> patterns;
  for (const auto& known : rows_) patterns.push_back(known.pattern);
  return absl::NotFoundError(absl::StrCat("there is no route for \"", key.pattern, "\"", ToAbsl(only),
                                          DidYouMean(catalog::Catalog::Suggest(key.pattern, patterns))));
}

absl::StatusOr<std::size_t> RouteBook::IndexOf(const RouteKey& key, std::string_view etag) const {
  AG_ASSIGN_OR_RETURN(const std::size_t index, IndexOf(key));
  if (etag.empty() || etag == EtagOf(routes_[index])) return index;
  return absl::AbortedError(absl::StrCat("the route for \"", key.pattern,
                                         "\" was changed by somebody else meanwhile: it goes to ",
                                         Describe(routes_[index]), " now"));
}

absl::Status RouteBook::Move(const RouteKey& key, Place place, const RouteKey& anchor) {
  AG_ASSIGN_OR_RETURN(const std::size_t from, IndexOf(key));
  std::size_t beside = 0;
  if (place == Place::kBefore || place == Place::kAfter) {
    AG_ASSIGN_OR_RETURN(beside, IndexOf(anchor));
  }
  std::vector<store::RouteRow> rows = rows_;
  MoveItem(rows, from, place, beside);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].position = static_cast<std::int64_t>(i) + 1;
  return Commit(std::move(rows));
}

absl::Status RouteBook::Remove(const RouteKey& key, std::string_view etag) {
  AG_ASSIGN_OR_RETURN(const std::size_t index, IndexOf(key, etag));
  std::vector<store::RouteRow> rows = rows_;
  rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(index));
  return Commit(std::move(rows));
}

absl::StatusOr<int> RouteBook::Clear() {
  const int count = static_cast<int>(routes_.size());
  AG_RETURN_IF_ERROR(Commit({}));
  return count;
}

}  // namespace ag::routing
