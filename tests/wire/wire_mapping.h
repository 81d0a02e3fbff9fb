#pragma once

#include <span>
#include <string>

#include "gatewayd/wire/loss_rules.h"

namespace ag::wire {

// docs/wire-mapping.md as the table of losses says it.
std::string WireMapping(std::span<const LossRule> rules);

}  // namespace ag::wire
