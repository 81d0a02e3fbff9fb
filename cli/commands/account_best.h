#pragma once

#include <CLI/CLI.hpp>

#include "cli/session.h"

namespace ag::cli {

// `agctl accounts best`: the account of each provider that a new conversation would go to, and why.
void AddAccountBest(CLI::App& accounts, Session& session);

}  // namespace ag::cli
