#pragma once

#include <CLI/CLI.hpp>

#include "cli/session.h"

namespace ag::cli {

// `agctl accounts enable|disable|remove|test|clear|forget-facts`: on accounts by id or label, on all of a provider, or
// on all.
void AddAccountBatch(CLI::App& accounts, Session& session);

}  // namespace ag::cli
