#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ag::routing {

// What a request is for. kBackground: a task that a client does by itself, beside what its user asked (a title, a
// topic, a summary for a list).
enum class RequestKind : std::uint8_t { kNormal, kBackground };

// Which of the requests for its names a route is for.
enum class Condition : std::uint8_t { kAlways, kBackground };
// "" and "background": in gateway.db and after --when.
std::string_view NameOf(Condition condition);

// What identifies a route: the same names may go elsewhere under a condition.
struct RouteKey {
  std::string pattern;  // routing::Pattern tells what it may say
  Condition condition = Condition::kAlways;

  friend bool operator==(const RouteKey&, const RouteKey&) = default;
};

// One place that a route sends requests to. Both empty: where the name belongs, for a route that only sets reasoning.
struct Destination {
  std::string preset;  // provider preset name; empty = as the model's name says
  std::string model;   // upstream model; empty = the name that was asked for

  friend bool operator==(const Destination&, const Destination&) = default;
};

// How much a route's requests shall reason, whatever their clients ask for. With both set a model that is controlled by
// budgets gets the budget, any other the effort.
struct ReasoningChoice {
  std::string effort;                  // one of IsEffort; empty = no wish
  std::optional<std::int64_t> budget;  // tokens; 0 = none

  bool empty() const { return effort.empty() && !budget; }
  friend bool operator==(const ReasoningChoice&, const ReasoningChoice&) = default;
};
// "none", "minimal", "low", "medium", "high", "xhigh", "max": all that some provider documents.
bool IsEffort(std::string_view name);
inline constexpr std::int64_t kMaxThinkingBudget = 1'000'000;  // tokens; more is a typing error

// A user's rule: requests whose model matches the pattern, and that meet the condition, go to the first destination
// whose accounts can serve them.
struct Route {
  RouteKey key;
  std::vector<Destination> destinations;  // in order; not empty
  ReasoningChoice reasoning;
  std::string origin;  // "user" or a family preset's name
};
// Changes with what the route says, not with its place among the others.
std::string EtagOf(const Route& route);

}  // namespace ag::routing
