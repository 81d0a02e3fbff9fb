#include "gatewayd/routing/route_book.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::routing {
namespace {

constexpr std::size_t kMaxPatternBytes = 256;

Route FromRow(const store::RouteRow& row) { return Route{row.pattern, row.preset, row.model, row.origin}; }

absl::Status CheckPattern(std::string_view pattern) {
  if (pattern.empty()) {
    return FieldError(ErrorKind::kInvalidRequest, "pattern", "a route needs a pattern: a model name, or '*'");
  }
  if (pattern.size() > kMaxPatternBytes) {
    return FieldError(ErrorKind::kInvalidRequest, "pattern",
                      absl::StrCat("the pattern is longer than ", kMaxPatternBytes, " bytes"));
  }
  const bool printable = std::ranges::all_of(pattern, [](char c) { return static_cast<unsigned char>(c) > ' '; });
  if (!printable) {
    return FieldError(ErrorKind::kInvalidRequest, "pattern", "a pattern has no spaces or control characters");
  }
  return absl::OkStatus();
}

std::string DidYouMean(const std::vector<std::string>& names) {
  return names.empty() ? std::string() : absl::StrCat("; did you mean ", absl::StrJoin(names, ", "), "?");
}

}  // namespace

absl::Status RouteBook::Load() {
  AG_ASSIGN_OR_RETURN(rows_, table_.List());
  routes_.clear();
  for (const auto& row : rows_) routes_.push_back(FromRow(row));
  return absl::OkStatus();
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
    auto row = std::ranges::find(rows, route.pattern, &store::RouteRow::pattern);
    if (row == rows.end()) {
      store::RouteRow fresh;
      fresh.pattern = route.pattern;
      fresh.position = next++;
      fresh.created_ms = clock_.Now().time_since_epoch().count();
      row = rows.insert(rows.end(), std::move(fresh));
    }
    row->preset = route.preset;
    row->model = route.model;
    row->origin = route.origin;
    written.push_back(*row);
  }
  AG_RETURN_IF_ERROR(table_.PutAll(written));
  rows_ = std::move(rows);
  routes_.clear();
  for (const auto& row : rows_) routes_.push_back(FromRow(row));
  return absl::OkStatus();
}

absl::StatusOr<Route> RouteBook::Set(Route route) {
  AG_RETURN_IF_ERROR(CheckPattern(route.pattern));
  if (route.preset.empty() && route.model.empty()) {
    return FieldError(ErrorKind::kInvalidRequest, "provider",
                      "a route needs a provider or a model to send requests to");
  }
  AG_RETURN_IF_ERROR(CheckProvider(route.preset));
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

absl::Status RouteBook::Remove(std::string_view pattern) {
  const auto row = std::ranges::find(rows_, pattern, &store::RouteRow::pattern);
  if (row == rows_.end()) {
    std::vector<std::string> patterns;
    for (const auto& known : rows_) patterns.push_back(known.pattern);
    return absl::NotFoundError(absl::StrCat("there is no route for \"", ToAbsl(pattern), "\"",
                                            DidYouMean(catalog::Catalog::Suggest(pattern, patterns))));
  }
  const auto deleted = table_.Delete(row->pattern);
  if (!deleted.ok()) return deleted.status();
  routes_.erase(routes_.begin() + (row - rows_.begin()));
  rows_.erase(row);
  return absl::OkStatus();
}

absl::StatusOr<int> RouteBook::Clear() {
  AG_RETURN_IF_ERROR(table_.Clear());
  const int count = static_cast<int>(routes_.size());
  routes_.clear();
  rows_.clear();
  return count;
}

}  // namespace ag::routing
