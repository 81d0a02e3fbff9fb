#include "gatewayd/routing/route_set.h"

#include <algorithm>
#include <utility>

#include "gatewayd/base/log.h"

namespace ag::routing {

RouteSet::RouteSet(std::vector<Route> routes) {
  rules_.reserve(routes.size());
  for (Route& route : routes) {
    auto pattern = Pattern::Parse(route.key.pattern);
    if (!pattern.ok()) {
      Log(LogLevel::kWarning, "the route '", route.key.pattern, "' is ignored: ", pattern.status().message());
      continue;
    }
    Rule rule{*std::move(pattern), std::move(route)};
    const auto place = std::ranges::upper_bound(rules_, rule, Before);  // behind its equals
    rules_.insert(place, std::move(rule));
  }
}

bool RouteSet::Before(const Rule& a, const Rule& b) {
  if (a.route.key.condition != b.route.key.condition) return a.route.key.condition == Condition::kBackground;
  if (a.pattern.kind() != b.pattern.kind()) return a.pattern.kind() < b.pattern.kind();
  if (a.pattern.kind() != Pattern::Kind::kGlob) return false;
  return a.pattern.literal_count() > b.pattern.literal_count();
}

const Route* RouteSet::Find(std::string_view model, RequestKind kind) const {
  const auto rule = std::ranges::find_if(rules_, [&](const Rule& one) {
    const bool meant = kind == RequestKind::kBackground || one.route.key.condition == Condition::kAlways;
    return meant && one.pattern.Matches(model);
  });
  return rule == rules_.end() ? nullptr : &rule->route;
}

std::vector<const Route*> RouteSet::FindAll(std::string_view model) const {
  std::vector<const Route*> matching;
  for (const Rule& rule : rules_) {
    if (rule.pattern.Matches(model)) matching.push_back(&rule.route);
  }
  return matching;
}

bool RouteSet::AsksForKind(std::string_view model) const {
  for (const Rule& rule : rules_) {  // those with a condition come first
    if (rule.route.key.condition == Condition::kAlways) return false;
    if (rule.pattern.Matches(model)) return true;
  }
  return false;
}

std::vector<std::string> RouteSet::Aliases() const {
  std::vector<std::string> names;
  for (const Rule& rule : rules_) {
    const bool always = rule.route.key.condition == Condition::kAlways;
    if (always && rule.pattern.kind() == Pattern::Kind::kExact) names.push_back(rule.route.key.pattern);
  }
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  return names;
}

}  // namespace ag::routing
