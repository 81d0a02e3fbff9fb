#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <memory>
#include <string>

#include "cli/commands/account_add.h"
#include "cli/commands/account_limits.h"
#include "cli/commands/account_sign_in.h"
#include "cli/commands/account_view.h"
#include "cli/commands/account_why.h"
#include "cli/commands/commands.h"
#include "cli/output/table.h"
#include "cli/output/text.h"

namespace ag::cli {
namespace {

void PrintAccount(const Session& session, const v1::Account& account) {
  if (!session.json) return Print(AccountDetails(account));
  JsonWriter json;
  json.BeginObject();
  WriteAccount(json, account);
  Print(json.EndObject().text() + "\n");
}

absl::Status List(Session& session) {
  const auto accounts = AllAccounts(session);
  if (!accounts.ok()) return accounts.status();
  if (session.json) {
    JsonWriter json;
    json.BeginArray();
    for (const auto& account : *accounts) {
      json.BeginObject();
      WriteAccount(json, account);
      json.EndObject();
    }
    Print(json.EndArray().text() + "\n");
  } else if (accounts->empty()) {
    Print("There are no accounts yet. Add one with `agctl accounts add --provider NAME`.\n");
  } else {
    Print(AccountTable(*accounts));
  }
  return absl::OkStatus();
}

absl::Status Show(Session& session, const std::string& name) {
  const auto account = FindAccount(session, name);
  if (!account.ok()) return account.status();
  PrintAccount(session, *account);
  return absl::OkStatus();
}

absl::Status Test(Session& session, const std::string& name) {
  const auto account = FindAccount(session, name);
  if (!account.ok()) return account.status();
  const auto test = TestAccount(session, *account);
  if (!test.ok()) return test.status();
  if (session.json) {
    JsonWriter json;
    json.BeginObject().Field("id", account->id()).Field("label", account->label());
    WriteTest(json, *test);
    Print(json.EndObject().text() + "\n");
  } else {
    Print(TestText(*account, *test));
  }
  // The table has said why; the exit code says that it failed.
  return test->ok() ? absl::OkStatus() : absl::FailedPreconditionError("the test failed");
}

enum class Switch { kOn, kOff };
absl::Status Enable(Session& session, const std::string& name, Switch wanted) {
  const auto account = FindAccount(session, name);
  if (!account.ok()) return account.status();
  v1::UpdateAccountRequest request;
  request.mutable_account()->set_id(account->id());
  request.mutable_account()->set_enabled(wanted == Switch::kOn);
  request.mutable_update_mask()->add_paths("enabled");
  const auto updated = session.client().UpdateAccount(request);
  if (!updated.ok()) return updated.status();
  if (session.json) {
    PrintAccount(session, updated->account());
  } else {
    Print(absl::StrCat(updated->account().label(), " is ", wanted == Switch::kOn ? "enabled" : "disabled", "\n"));
  }
  return absl::OkStatus();
}

absl::Status Remove(Session& session, const std::string& name) {
  const auto account = FindAccount(session, name);
  if (!account.ok()) return account.status();
  v1::DeleteAccountRequest request;
  request.set_id(account->id());
  const auto deleted = session.client().DeleteAccount(request);
  if (!deleted.ok()) return deleted.status();
  if (session.json) {
    JsonWriter json;
    json.BeginObject().Field("id", account->id()).Field("label", account->label()).Field("removed", true).EndObject();
    Print(json.text() + "\n");
  } else {
    Print(absl::StrCat("removed ", account->label(), " (", account->id(), ")\n"));
  }
  return absl::OkStatus();
}

absl::Status Providers(Session& session) {
  const auto providers = session.client().ListProviders();
  if (!providers.ok()) return providers.status();
  if (session.json) {
    JsonWriter json;
    json.BeginArray();
    for (const auto& provider : providers->providers()) {
      json.BeginObject().Field("name", provider.name()).Field("display_name", provider.display_name());
      json.Field("family", NameOf(provider.family())).Field("api_key_required", provider.api_key_required());
      json.Field("base_url_required", provider.base_url_required()).Key("endpoints").BeginArray();
      for (const auto& endpoint : provider.endpoints()) {
        json.BeginObject().Field("dialect", NameOf(endpoint.dialect()));
        json.Field("base_url", endpoint.base_url()).EndObject();
      }
      json.EndArray().EndObject();
    }
    Print(json.EndArray().text() + "\n");
    return absl::OkStatus();
  }
  Table table({{"NAME"}, {"PROVIDER"}, {"SPEAKS"}, {"BASE URL"}});
  for (const auto& provider : providers->providers()) {
    std::vector<std::string> dialects;
    for (const auto& endpoint : provider.endpoints()) dialects.push_back(NameOf(endpoint.dialect()));
    table.AddRow({provider.name(), provider.display_name(), absl::StrJoin(dialects, ", "),
                  provider.base_url_required() ? "yours (--base-url)" : provider.endpoints(0).base_url()});
  }
  Print(table.ToText());
  return absl::OkStatus();
}

void AddByName(CLI::App& accounts, Session& session, const std::string& verb, const std::string& help,
               absl::Status (*run)(Session&, const std::string&)) {
  auto* app = accounts.add_subcommand(verb, help);
  auto name = std::make_shared<std::string>();  // shared: the option and the command
  app->add_option("ID", *name, "The account's id or label")->required();
  app->callback([&session, name, run] { session.command = [&session, name, run] { return run(session, *name); }; });
}

}  // namespace

void AddAccounts(CLI::App& app, Session& session) {
  auto* accounts = app.add_subcommand("accounts", "The provider accounts that requests are served with");
  accounts->require_subcommand(1)->fallthrough();
  AddAccountAdd(*accounts, session);
  AddAccountSignIn(*accounts, session);
  accounts->add_subcommand("list", "List all accounts")->callback([&session] {
    session.command = [&session] { return List(session); };
  });
  AddByName(*accounts, session, "show", "Show one account", Show);
  AddByName(*accounts, session, "why", "Tell what an account is, why, what will end it, and its history", WhyAccount);
  AddAccountClear(*accounts, session);
  AddByName(*accounts, session, "test", "Ask the provider for the account's models", Test);
  AddByName(*accounts, session, "enable", "Let requests use an account again",
            [](Session& on, const std::string& name) { return Enable(on, name, Switch::kOn); });
  AddByName(*accounts, session, "disable", "Keep an account, but use it no more",
            [](Session& on, const std::string& name) { return Enable(on, name, Switch::kOff); });
  AddAccountLimits(*accounts, session);
  AddByName(*accounts, session, "remove", "Remove an account and its key", Remove);
  accounts->add_subcommand("providers", "List what an account may belong to")->callback([&session] {
    session.command = [&session] { return Providers(session); };
  });
  for (auto* subcommand : accounts->get_subcommands({})) subcommand->fallthrough();
}

}  // namespace ag::cli
