#include "gatewayd/routing/route.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>

namespace ag::routing {
namespace {

constexpr std::array<std::string_view, 7> kEfforts{"none", "minimal", "low", "medium", "high", "xhigh", "max"};

}  // namespace

std::string_view NameOf(Condition condition) { return condition == Condition::kBackground ? "background" : ""; }

bool IsEffort(std::string_view name) { return std::ranges::find(kEfforts, name) != kEfforts.end(); }

std::string EtagOf(const Route& route) {
  std::string text = absl::StrCat(route.key.pattern, "\n", static_cast<int>(route.key.condition), "\n", route.origin);
  for (const Destination& destination : route.destinations) {
    absl::StrAppend(&text, "\n", destination.preset, "\t", destination.model);
  }
  absl::StrAppend(&text, "\n\n", route.reasoning.effort, "\t", route.reasoning.budget.value_or(-1));
  // FNV-1a, 64 bits: the same in every run and every build.
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return absl::StrCat(absl::Hex(hash, absl::kZeroPad16));
}

}  // namespace ag::routing
