#pragma once

#include <absl/status/status.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "proto/client/control_client.h"

namespace ag::cli {

namespace v1 = client::v1;

// What one run of agctl works with.
class Session {
 public:
  std::string target;      // of --control; empty = the default
  std::string ca_file;     // of --control-ca
  std::string token_file;  // of --control-token-file
  bool json = false;

  // Reads what the options name. To be called before the command.
  absl::Status Prepare();
  // Made at first use, after the options were read.
  client::ControlClient& client();
  // Set by the chosen subcommand, run by main after parsing.
  std::function<absl::Status()> command;

 private:
  std::string token_;
  std::unique_ptr<client::ControlClient> client_;
};

void Print(std::string_view text);      // to standard output
void PrintNote(std::string_view text);  // a line to standard error: not part of the result

// A command line that makes no sense: exit code 2.
absl::Status UsageError(std::string_view message);
bool IsUsageError(const absl::Status& status);

}  // namespace ag::cli
