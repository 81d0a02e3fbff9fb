#pragma once

#include <absl/status/status.h>

#include <string>
#include <vector>

#include "cli/session.h"

namespace ag::cli {

struct ProbeOptions {
  std::vector<std::string> models;  // empty = all that the account lists
  bool yes = false;
};

// `agctl accounts test --deep`: shows what it would ask and cost, asks whether to go on, and asks the account for one
// model after the other. What was learned stays, wherever it is stopped.
absl::Status ProbeAccount(Session& session, const v1::Account& account, const ProbeOptions& options);

}  // namespace ag::cli
