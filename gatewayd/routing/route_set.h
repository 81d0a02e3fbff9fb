#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/routing/pattern.h"
#include "gatewayd/routing/route.h"

namespace ag::routing {

// The user's routes, compiled once and ready to be matched. Immutable; from any thread.
//
// The first that matches in this order decides; among those of a background task the routes for such tasks come before
// the others, and no other request meets them:
//   1. exact names
//   2. globs, the one that pins down most characters first (literals and '?'); equal ones in the user's order
//   3. regular expressions in the user's order
// A glob before a regular expression of the same names: what a pattern pins down can be counted for the one and not for
// the other, and a rule that one can count on is worth more than a guess at which is meant.
class RouteSet {
 public:
  RouteSet() = default;
  // `routes` in the user's order. One whose pattern cannot be read (of a newer version) matches nothing and is logged.
  explicit RouteSet(std::vector<Route> routes);

  // The route that decides for a request of that kind for `model`, or nullptr. Lives in the set.
  const Route* Find(std::string_view model, RequestKind kind) const;
  // All whose pattern matches, in the order in which they are tried, whatever their condition: for explanations.
  std::vector<const Route*> FindAll(std::string_view model) const;
  // True if a route for background tasks matches `model`: the kind of any other request need not be known.
  bool AsksForKind(std::string_view model) const;
  // Names of exact routes without a condition, sorted: they are listed as models.
  std::vector<std::string> Aliases() const;
  std::size_t size() const { return rules_.size(); }

 private:
  struct Rule {
    Pattern pattern;
    Route route;
  };

  static bool Before(const Rule& a, const Rule& b);

  std::vector<Rule> rules_;  // in the order in which they are tried
};

}  // namespace ag::routing
