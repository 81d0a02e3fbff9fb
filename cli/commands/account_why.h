#pragma once

#include <absl/status/status.h>

#include <string>

#include "cli/session.h"

namespace ag::cli {

// `agctl accounts why ID`: what the account is, since when, why, and what will end it; then what happened to it.
absl::Status WhyAccount(Session& session, const std::string& name);

}  // namespace ag::cli
