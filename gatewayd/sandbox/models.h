#pragma once

#include <span>
#include <string>
#include <string_view>

#include "gatewayd/base/dialect.h"

namespace ag::sandbox {

// The models that a family's lists name: the sandbox's own and the ones that SDK examples use.
std::span<const std::string_view> ListedModels(Family family);
// Whether the sandbox answers as this model: every name of the family, listed or not (dated versions too).
bool KnowsModel(Family family, std::string_view model);

// The bodies of the list and of one model in the family's shape.
std::string ModelList(Family family);
std::string ModelObject(Family family, std::string_view model);

}  // namespace ag::sandbox
