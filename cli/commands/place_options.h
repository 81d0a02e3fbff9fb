#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "proto/client/control_client.h"

namespace ag::cli {

// --first, --last, --before and --after: exactly one of them must be given. `set` hears where to, and the other element
// (empty for the first two), which `anchor_name` calls in the help.
void AddPlaceOptions(CLI::App& app, const std::string& anchor_name,
                     std::function<void(client::v1::Place place, const std::string& anchor)> set);

}  // namespace ag::cli
