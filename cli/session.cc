#include "cli/session.h"

#include <absl/strings/cord.h>

#include <iostream>

namespace ag::cli {
namespace {

constexpr char kUsagePayload[] = "agctl/usage";

}  // namespace

absl::Status Session::Prepare() {
  if (token_file.empty()) return absl::OkStatus();
  auto token = client::ReadTokenFile(token_file);
  if (!token.ok()) return token.status();
  token_ = *std::move(token);
  return absl::OkStatus();
}

client::ControlClient& Session::client() {
  if (!client_) {
    client::ControlClientOptions options;
    options.target = target.empty() ? client::DefaultTarget() : target;
    options.ca_file = ca_file;
    options.token = token_;
    client_ = std::make_unique<client::ControlClient>(std::move(options));
  }
  return *client_;
}

void Print(std::string_view text) { std::cout << text << std::flush; }
void PrintNote(std::string_view text) { std::cerr << text << std::endl; }

absl::Status UsageError(std::string_view message) {
  absl::Status status = absl::InvalidArgumentError(std::string(message));
  status.SetPayload(kUsagePayload, absl::Cord("1"));
  return status;
}

bool IsUsageError(const absl::Status& status) { return status.GetPayload(kUsagePayload).has_value(); }

}  // namespace ag::cli
