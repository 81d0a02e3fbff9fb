#pragma once

#include <CLI/CLI.hpp>

#include "cli/session.h"

// Each adds its subcommand, which sets session.command when it is chosen. `session` outlives the parser.
namespace ag::cli {

void AddStatus(CLI::App& app, Session& session);  // and `version`
void AddAccounts(CLI::App& app, Session& session);
void AddRoutes(CLI::App& app, Session& session);
void AddKeys(CLI::App& app, Session& session);
void AddModels(CLI::App& app, Session& session);
void AddProxy(CLI::App& app, Session& session);
void AddConfig(CLI::App& app, Session& session);
void AddMonitor(CLI::App& app, Session& session);
void AddStats(CLI::App& app, Session& session);

}  // namespace ag::cli
