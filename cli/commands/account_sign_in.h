#pragma once

#include <CLI/CLI.hpp>

#include "cli/session.h"

namespace ag::cli {

// `agctl accounts sign-in`: signs in through a browser, for a new account or one that must sign in again.
void AddAccountSignIn(CLI::App& accounts, Session& session);

}  // namespace ag::cli
