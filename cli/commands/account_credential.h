#pragma once

#include <absl/status/statusor.h>

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cli/session.h"

namespace ag::cli {

// What an account signs in with in place of an API key, as the options name it.
struct CredentialOptions {
  std::string service_account;     // file
  std::string authorized_user;     // file
  std::string refresh_token_file;  // "-": standard input; a token a line
  std::string client_id;
  std::string client_secret_file;

  bool given() const { return !service_account.empty() || !authorized_user.empty() || !refresh_token_file.empty(); }
};

void AddCredentialOptions(CLI::App& app, CredentialOptions& options);
// --client-id and --client-secret-file, which a sign-in has too.
void AddClientOptions(CLI::App& app, std::string& client_id, std::string& client_secret_file);

// `account` with each of the credentials: one, or as many as the file has refresh tokens. Several share a label with a
// number behind it. A usage error when the options do not go together.
absl::StatusOr<std::vector<v1::Account>> WithCredentials(const v1::Account& account, const CredentialOptions& options);

}  // namespace ag::cli
