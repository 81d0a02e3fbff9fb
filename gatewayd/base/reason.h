#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ag {

// A text for people that travels as data, so that each client can say it in its user's language. `code` is a stable
// snake_case name; `args` are named values in the order in which the English text mentions them.
struct Reason {
  std::string code;
  std::vector<std::pair<std::string, std::string>> args;

  friend bool operator==(const Reason&, const Reason&) = default;
};

// The English rendering "code: k=v, k=v", for logs.
std::string ToLogText(const Reason& reason);

}  // namespace ag
