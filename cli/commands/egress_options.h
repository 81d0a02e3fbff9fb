#pragma once

#include <absl/status/status.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/session.h"

namespace ag::cli {

// A new account's own way out, so that its very first request takes it already.
struct NewEgressOptions {
  std::string proxy;  // "-": from standard input
  bool direct = false;
  std::vector<std::string> no_proxy;
  std::string ca_file;

  void AddTo(CLI::App& app);
};

// Whether standard input is another secret's already.
enum class StandardInput : std::uint8_t { kFree, kTaken };
// Writes them into `account`; nothing when none is given.
absl::Status ReadEgress(const NewEgressOptions& options, StandardInput input, v1::Account& account);

}  // namespace ag::cli
