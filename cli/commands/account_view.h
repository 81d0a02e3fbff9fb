#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "cli/output/json.h"
#include "cli/session.h"

namespace ag::cli {

// All accounts, over all pages.
absl::StatusOr<std::vector<v1::Account>> AllAccounts(Session& session);
// The account with that id or label; NOT_FOUND with suggestions.
absl::StatusOr<v1::Account> FindAccount(Session& session, const std::string& id_or_label);
// The same among accounts that were read before.
absl::StatusOr<v1::Account> PickAccount(const std::vector<v1::Account>& accounts, const std::string& id_or_label);

// All accounts, and one, as people or programs read them.
absl::Status ListAccounts(Session& session);
void PrintAccount(const Session& session, const v1::Account& account);

// The members of an account, into an open object.
void WriteAccount(JsonWriter& json, const v1::Account& account);
std::string AccountTable(const std::vector<v1::Account>& accounts);
std::string AccountDetails(const v1::Account& account);
// "ready", or why not: "cooling until …", "needs sign in".
std::string StateText(const v1::Account& account);

}  // namespace ag::cli
