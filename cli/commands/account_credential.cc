#include "cli/commands/account_credential.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

#include <utility>

#include "cli/terminal.h"

namespace ag::cli {
namespace {

absl::Status CheckOptions(const CredentialOptions& options) {
  const int given = static_cast<int>(!options.service_account.empty()) +
                    static_cast<int>(!options.authorized_user.empty()) +
                    static_cast<int>(!options.refresh_token_file.empty());
  if (given > 1) {
    return UsageError("give one of --service-account, --authorized-user and --refresh-token-file");
  }
  if (!options.refresh_token_file.empty() && options.client_id.empty()) {
    return UsageError(
        "a refresh token works only with the OAuth client that it was issued to: --client-id ID, and "
        "--client-secret-file FILE if it has a secret");
  }
  return absl::OkStatus();
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const absl::string_view token = absl::StripAsciiWhitespace(line);
    if (!token.empty() && token.front() != '#') lines.emplace_back(token);
  }
  return lines;
}

}  // namespace

void AddClientOptions(CLI::App& app, std::string& client_id, std::string& client_secret_file) {
  app.add_option("--client-id", client_id, "The id of your own OAuth client");
  app.add_option("--client-secret-file", client_secret_file, "The file with that client's secret");
}

void AddCredentialOptions(CLI::App& app, CredentialOptions& options) {
  app.add_option("--service-account", options.service_account, "The JSON key file of a service account");
  app.add_option("--authorized-user", options.authorized_user,
                 "An authorized_user file, as `gcloud auth application-default login` leaves it");
  app.add_option("--refresh-token-file", options.refresh_token_file,
                 "A file with refresh tokens, one a line, or - for standard input; each becomes an account");
  AddClientOptions(app, options.client_id, options.client_secret_file);
}

absl::StatusOr<std::vector<v1::Account>> WithCredentials(const v1::Account& account, const CredentialOptions& options) {
  if (auto fits = CheckOptions(options); !fits.ok()) return fits;
  std::vector<v1::Account> accounts;
  if (options.refresh_token_file.empty()) {
    auto file = ReadSecretFile(options.service_account.empty() ? options.authorized_user : options.service_account);
    if (!file.ok()) return file.status();
    accounts.push_back(account);
    accounts.back().set_credential_file(*std::move(file));
    return accounts;
  }
  v1::OAuthCredential oauth;
  oauth.set_client_id(options.client_id);
  if (!options.client_secret_file.empty()) {
    auto secret = ReadSecretFile(options.client_secret_file);
    if (!secret.ok()) return secret.status();
    oauth.set_client_secret(*std::move(secret));
  }
  const auto text = ReadSecretFile(options.refresh_token_file);
  if (!text.ok()) return text.status();
  const std::vector<std::string> tokens = Lines(*text);
  for (const std::string& token : tokens) {
    v1::Account& one = accounts.emplace_back(account);
    *one.mutable_oauth() = oauth;
    one.mutable_oauth()->set_refresh_token(token);
    if (tokens.size() > 1 && !account.label().empty()) {
      one.set_label(absl::StrCat(account.label(), "-", accounts.size()));
    }
  }
  return accounts;
}

}  // namespace ag::cli
