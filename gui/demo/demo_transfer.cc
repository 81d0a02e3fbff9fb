#include <absl/strings/str_cat.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "gui/demo/demo_account_data.h"
#include "gui/demo/demo_accounts.h"

// Accounts into files and out of them. A fake file has three accounts, and the passphrase in the clear.
namespace ag::gui {
namespace {

using grpc::Status;
using grpc::StatusCode;

constexpr char kFileHead[] = "AG-GATEWAY-ACCOUNTS demo\n";

}  // namespace

Status DemoAccounts::ExportAccounts(grpc::ServerContext* /*context*/, const v1::ExportAccountsRequest* request,
                                    v1::ExportAccountsResponse* response) {
  if (request->passphrase().size() < 8) {
    return {StatusCode::INVALID_ARGUMENT, "the passphrase needs at least eight characters"};
  }
  const std::lock_guard lock(mutex_);
  response->set_file(absl::StrCat(kFileHead, request->passphrase()));
  response->set_account_count(static_cast<int>(accounts_.size()));
  return Status::OK;
}

Status DemoAccounts::ImportAccounts(grpc::ServerContext* /*context*/, const v1::ImportAccountsRequest* request,
                                    v1::ImportAccountsResponse* response) {
  const std::lock_guard lock(mutex_);
  if (request->file().empty()) {
    for (const v1::Account& account : request->accounts())
      *response->add_accounts() = Import(account, request->validate_only());
    return Status::OK;
  }
  if (request->file() != absl::StrCat(kFileHead, request->passphrase())) {
    return {StatusCode::INVALID_ARGUMENT, "the passphrase does not open this file"};
  }
  for (const auto& [label, provider, hint] : {std::tuple{"work-anthropic", "anthropic", "sk-ant-…4fQA"},
                                              {"laptop-openai", "openai", "sk-…imp0"},
                                              {"tablet-gemini", "gemini", "AIza…imp1"}}) {
    auto& imported = *response->add_accounts();
    imported.set_label(label);
    imported.set_provider(provider);
    imported.set_api_key_hint(hint);
    const auto same = std::find_if(accounts_.begin(), accounts_.end(),
                                   [name = label](const v1::Account& account) { return account.label() == name; });
    if (same != accounts_.end()) {
      imported.set_outcome(v1::IMPORT_OUTCOME_PRESENT);
      imported.set_account_id(same->id());
      continue;
    }
    imported.set_outcome(v1::IMPORT_OUTCOME_ADDED);
    if (request->validate_only()) continue;
    v1::Account account;
    account.set_label(label);
    account.set_provider(provider);
    account.set_api_key_hint(hint);
    account.set_enabled(true);
    account.set_state(v1::ACCOUNT_STATE_READY);
    account.set_credential_kind(v1::CREDENTIAL_KIND_API_KEY);
    imported.set_account_id(Add(std::move(account)).id());
  }
  return Status::OK;
}

v1::ImportedAccount DemoAccounts::Import(v1::Account account, bool validate_only) {
  v1::ImportedAccount imported;
  imported.set_provider(account.provider());
  imported.set_api_key_hint(KeyHint(account.api_key()));
  const auto taken = [this](const std::string& label) {
    return std::ranges::any_of(accounts_, [&label](const v1::Account& other) { return other.label() == label; });
  };
  const std::string wanted = account.label();
  for (int n = 2; taken(account.label()); ++n) account.set_label(absl::StrCat(wanted, "-", n));
  imported.set_label(account.label());
  const auto same = std::ranges::find_if(accounts_, [&](const v1::Account& other) {
    const auto key = keys_.find(other.id());
    return other.provider() == account.provider() && key != keys_.end() && key->second == account.api_key();
  });
  if (same != accounts_.end()) {
    imported.set_label(same->label());
    imported.set_outcome(v1::IMPORT_OUTCOME_PRESENT);
    imported.set_account_id(same->id());
  } else if (account.base_url().starts_with("http://") || account.base_url().empty() ||
             account.base_url().starts_with("https://")) {
    imported.set_outcome(v1::IMPORT_OUTCOME_ADDED);
    if (!validate_only) imported.set_account_id(Store(std::move(account)).id());
  } else {
    imported.set_outcome(v1::IMPORT_OUTCOME_REFUSED);
    imported.set_message("base_url: this is no http or https URL");
  }
  return imported;
}

}  // namespace ag::gui
