#pragma once

#include <absl/status/statusor.h>

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "cli/output/json.h"
#include "cli/session.h"

// Commands that do the same to one account, to several, or to all.
namespace ag::cli {

// Which accounts a command is for.
struct AccountSelection {
  std::vector<std::string> names;  // ids or labels
  std::string provider;
  bool all = false;

  void AddTo(CLI::App& app);
  // One account by name answers with one object, everything else with a list.
  bool one() const { return names.size() == 1 && provider.empty() && !all; }
};

// Each account once. A usage error when it is not said in one way, NOT_FOUND with suggestions for a name of nobody.
absl::StatusOr<std::vector<v1::Account>> Select(Session& session, const AccountSelection& selection);

// What became of one account: the members of its JSON object, and lines for people.
struct AccountDone {
  std::function<void(JsonWriter&)> json;
  std::string text;
  bool ok = true;
};
using AccountOperation = std::function<absl::StatusOr<AccountDone>(const v1::Account& account)>;

// Does it to each, and prints what became of it. Goes on after a failure: the others are to be done all the same.
absl::Status DoToEach(const Session& session, const AccountSelection& selection,
                      const std::vector<v1::Account>& accounts, const AccountOperation& operation);
// The same to those that `selection` names.
absl::Status DoToSelected(Session& session, const AccountSelection& selection, const AccountOperation& operation);

// The changed account, whole: for operations that leave it behind.
AccountDone ChangedAccount(const AccountSelection& selection, const v1::Account& account);

}  // namespace ag::cli
