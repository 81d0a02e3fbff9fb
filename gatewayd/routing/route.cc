#include "gatewayd/routing/route.h"

#include <algorithm>
#include <array>

namespace ag::routing {
namespace {

constexpr std::array<std::string_view, 7> kEfforts{"none", "minimal", "low", "medium", "high", "xhigh", "max"};

}  // namespace

std::string_view NameOf(Condition condition) { return condition == Condition::kBackground ? "background" : ""; }

bool IsEffort(std::string_view name) { return std::ranges::find(kEfforts, name) != kEfforts.end(); }

}  // namespace ag::routing
