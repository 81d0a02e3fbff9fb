#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cli/session.h"

namespace ag::cli {

// `agctl accounts why ID`: what the account is, since when, why, and what will end it; then what happened to it.
absl::Status WhyAccount(Session& session, const std::string& name);
// `agctl accounts clear ID [--model M]`.
void AddAccountClear(CLI::App& accounts, Session& session);

}  // namespace ag::cli
