#pragma once

#include <CLI/CLI.hpp>

#include "cli/session.h"

namespace ag::cli {

// `agctl accounts update|move|egress`.
void AddAccountEdit(CLI::App& accounts, Session& session);

}  // namespace ag::cli
