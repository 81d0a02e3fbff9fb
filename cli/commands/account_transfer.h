#pragma once

#include <CLI/CLI.hpp>

#include "cli/session.h"

namespace ag::cli {

// `agctl accounts export FILE` and `agctl accounts import FILE`.
void AddAccountTransfer(CLI::App& accounts, Session& session);

}  // namespace ag::cli
