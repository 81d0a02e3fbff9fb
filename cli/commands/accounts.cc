#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <memory>
#include <string>

#include "cli/commands/account_add.h"
#include "cli/commands/account_batch.h"
#include "cli/commands/account_best.h"
#include "cli/commands/account_edit.h"
#include "cli/commands/account_limits.h"
#include "cli/commands/account_sign_in.h"
#include "cli/commands/account_transfer.h"
#include "cli/commands/account_view.h"
#include "cli/commands/account_why.h"
#include "cli/commands/commands.h"
#include "cli/output/table.h"
#include "cli/output/text.h"

namespace ag::cli {
namespace {

absl::Status Show(Session& session, const std::string& name) {
  const auto account = FindAccount(session, name);
  if (!account.ok()) return account.status();
  PrintAccount(session, *account);
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
    session.command = [&session] { return ListAccounts(session); };
  });
  AddByName(*accounts, session, "show", "Show one account", Show);
  AddByName(*accounts, session, "why", "Tell what an account is, why, what will end it, and its history", WhyAccount);
  AddAccountBest(*accounts, session);
  AddAccountBatch(*accounts, session);
  AddAccountLimits(*accounts, session);
  AddAccountEdit(*accounts, session);
  AddAccountTransfer(*accounts, session);
  accounts->add_subcommand("providers", "List what an account may belong to")->callback([&session] {
    session.command = [&session] { return Providers(session); };
  });
  for (auto* subcommand : accounts->get_subcommands({})) subcommand->fallthrough();
}

}  // namespace ag::cli
