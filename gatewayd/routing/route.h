#pragma once

#include <string>
#include <vector>

namespace ag::routing {

// One place that a route sends requests to. At least one of the two is set.
struct Destination {
  std::string preset;  // provider preset name; empty = as the model's name says
  std::string model;   // upstream model; empty = the name that was asked for

  friend bool operator==(const Destination&, const Destination&) = default;
};

// A user's rule: requests whose model matches `pattern` go to the first destination whose accounts can serve them.
struct Route {
  std::string pattern;                    // routing::Pattern tells what it may say
  std::vector<Destination> destinations;  // in order; not empty
  std::string origin;                     // "user" or a family preset's name
};

}  // namespace ag::routing
