#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/catalog/catalog.h"

namespace ag::catalog {
namespace {

// Client names are data from outside: a long one must not buy a quadratic computation.
constexpr std::size_t kLongestName = 128;
constexpr std::size_t kMostSuggestions = 3;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

// Levenshtein distance without regard to case, one row at a time.
std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto replaced = diagonal + (Lower(a[i - 1]) == Lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::vector<std::string> Catalog::Suggest(std::string_view name, const std::vector<std::string>& candidates) {
  std::vector<std::pair<std::size_t, std::string>> near;
  if (name.empty() || name.size() > kLongestName) return {};
  const std::size_t furthest = std::max<std::size_t>(2, name.size() / 3);
  for (const auto& candidate : candidates) {
    if (candidate.empty() || candidate.size() > kLongestName) continue;
    const auto distance = Distance(name, candidate);
    if (distance <= furthest && distance < std::max(name.size(), candidate.size())) {
      near.emplace_back(distance, candidate);
    }
  }
  std::sort(near.begin(), near.end());
  near.erase(std::unique(near.begin(), near.end()), near.end());
  std::vector<std::string> names;
  for (auto& [distance, candidate] : near) {
    if (names.size() == kMostSuggestions) break;
    names.push_back(std::move(candidate));
  }
  return names;
}

}  // namespace ag::catalog
