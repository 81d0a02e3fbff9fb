#pragma once

#include <span>
#include <string>

#include "gatewayd/pool/account_status.h"

namespace ag::pool {

// docs/account-states.md as the state machine's own table says it.
std::string AccountStates(std::span<const TransitionRule> rules);

}  // namespace ag::pool
