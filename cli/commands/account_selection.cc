#include "cli/commands/account_selection.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "cli/commands/account_view.h"
#include "cli/output/text.h"

namespace ag::cli {

void AccountSelection::AddTo(CLI::App& app) {
  app.add_option("ID", names, "Ids or labels of accounts");
  app.add_option("--provider", provider, "All accounts of this provider");
  app.add_flag("--all", all, "All accounts");
}

absl::StatusOr<std::vector<v1::Account>> Select(Session& session, const AccountSelection& selection) {
  const int ways = (selection.names.empty() ? 0 : 1) + (selection.provider.empty() ? 0 : 1) + (selection.all ? 1 : 0);
  if (ways != 1) return UsageError("say which accounts: their ids or labels, or --provider NAME, or --all");
  auto accounts = AllAccounts(session);
  if (!accounts.ok()) return accounts.status();
  if (!selection.provider.empty()) {
    std::vector<std::string> providers;
    for (const auto& account : *accounts) providers.push_back(account.provider());
    std::erase_if(*accounts, [&](const auto& account) { return account.provider() != selection.provider; });
    if (!accounts->empty()) return accounts;
    return absl::NotFoundError(
        absl::StrCat("there is no account of \"", selection.provider, "\"", DidYouMean(selection.provider, providers)));
  }
  if (selection.all) return accounts;
  std::vector<v1::Account> chosen;
  for (const auto& name : selection.names) {
    auto account = PickAccount(*accounts, name);
    if (!account.ok()) return account.status();
    const bool again = std::ranges::any_of(chosen, [&](const auto& one) { return one.id() == account->id(); });
    if (!again) chosen.push_back(*std::move(account));
  }
  return chosen;
}

absl::Status DoToEach(const Session& session, const AccountSelection& selection,
                      const std::vector<v1::Account>& accounts, const AccountOperation& operation) {
  JsonWriter json;
  if (!selection.one()) json.BeginArray();
  int failures = 0;
  for (const auto& account : accounts) {
    const auto done = operation(account);
    if (!done.ok() && selection.one()) return done.status();
    if (!done.ok() || !done->ok) ++failures;
    if (!session.json) {
      if (done.ok()) Print(done->text);
      if (!done.ok()) PrintNote(absl::StrCat(account.label(), ": ", done.status().message()));
      continue;
    }
    json.BeginObject();
    if (done.ok()) {
      done->json(json);
    } else {
      json.Field("id", account.id()).Field("label", account.label());
      json.Field("error", std::string(done.status().message()));
    }
    json.EndObject();
  }
  if (!selection.one()) json.EndArray();
  if (session.json) Print(json.text() + "\n");
  if (failures == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(selection.one() ? std::string("the test failed")
                                                       : absl::StrCat(failures, " of ", accounts.size(), " failed"));
}

absl::Status DoToSelected(Session& session, const AccountSelection& selection, const AccountOperation& operation) {
  const auto accounts = Select(session, selection);
  return accounts.ok() ? DoToEach(session, selection, *accounts, operation) : accounts.status();
}

AccountDone ChangedAccount(const AccountSelection& selection, const v1::Account& account) {
  AccountDone done;
  done.json = [account](JsonWriter& json) { WriteAccount(json, account); };
  done.text = selection.one() ? AccountDetails(account) : absl::StrCat("changed ", account.label(), "\n");
  return done;
}

}  // namespace ag::cli
