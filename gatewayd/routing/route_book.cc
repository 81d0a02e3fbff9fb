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

absl::Status RouteBook::Store(const std::vector<Route>& changed) {
  std::vector<store::RouteRow> rows = rows_;
  std::vector<store::RouteRow> written;
  std::int64_t next = 1;
  for (const auto& row : rows) next = std::max(next, row.position + 1);
  for (const auto& route : changed) {
    auto row = std::ranges::find_if(rows, [&](const store::RouteRow& one) { return IsOf(one, route.key); });
    if (row == rows.end()) {
      store::RouteRow fresh;
      fresh.position = next++;
      fresh.created_ms = clock_.Now().time_since_epoch().count();
      row = rows.insert(rows.end(), std::move(fresh));
    }
    CopyToRow(route, *row);
    written.push_back(*row);
  }
  AG_RETURN_IF_ERROR(table_.PutAll(written));
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

absl::StatusOr<Route> RouteBook::Set(Route route) {
  AG_RETURN_IF_ERROR(Check(route));
  if (route.origin.empty()) route.origin = "user";
  AG_RETURN_IF_ERROR(Store({route}));
  return route;
}

absl::StatusOr<std::vector<Route>> RouteBook::ApplyPreset(std::string_view client_preset, std::string_view provider,
                                                          const std::vector<std::string>& models) {
  if (provider.empty()) return FieldError(ErrorKind::kInvalidRequest, "provider", "a preset needs a provider");
  AG_RETURN_IF_ERROR(CheckProvider(provider));
  AG_ASSIGN_OR_RETURN(std::vector<Route> routes, FamilyPresetRoutes(client_preset, provider, catalog_, models));
  AG_RETURN_IF_ERROR(Store(routes));
  return routes;
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

absl::Status RouteBook::Move(const RouteKey& key, Place place, const RouteKey& anchor) {
  AG_ASSIGN_OR_RETURN(const std::size_t from, IndexOf(key));
  std::size_t beside = 0;
  if (place == Place::kBefore || place == Place::kAfter) {
    AG_ASSIGN_OR_RETURN(beside, IndexOf(anchor));
  }
  std::vector<store::RouteRow> rows = rows_;
  MoveItem(rows, from, place, beside);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].position = static_cast<std::int64_t>(i) + 1;
  AG_RETURN_IF_ERROR(table_.PutAll(rows));
  Adopt(std::move(rows));
  return absl::OkStatus();
}

absl::Status RouteBook::Remove(const RouteKey& key) {
  AG_ASSIGN_OR_RETURN(const std::size_t index, IndexOf(key));
  const auto deleted = table_.Delete(rows_[index].pattern, rows_[index].condition);
  if (!deleted.ok()) return deleted.status();
  std::vector<store::RouteRow> rows = rows_;
  rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(index));
  Adopt(std::move(rows));
  return absl::OkStatus();
}

absl::StatusOr<int> RouteBook::Clear() {
  AG_RETURN_IF_ERROR(table_.Clear());
  const int count = static_cast<int>(routes_.size());
  Adopt({});
  return count;
}

}  // namespace ag::routing
