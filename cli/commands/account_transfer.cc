#include "cli/commands/account_transfer.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/route_view.h"
#include "cli/files.h"
#include "cli/import/import_plan.h"
#include "cli/output/json.h"
#include "cli/output/table.h"
#include "cli/output/text.h"
#include "cli/terminal.h"

namespace ag::cli {
namespace {

struct ExportOptions {
  std::string file;
  std::string passphrase_file;
  bool yes = false;
};

struct ImportOptions {
  std::string file;
  std::string from;
  std::string passphrase_file;
  bool dry_run = false;
  bool yes = false;
};

enum class Repeat { kNo, kYes };
absl::StatusOr<std::string> Passphrase(const std::string& file, Repeat repeat) {
  if (!file.empty()) return ReadSecretFile(file, "passphrase");
  if (!InputIsTerminal()) return UsageError("there is nobody to ask for the passphrase: give --passphrase-file FILE");
  auto passphrase = Ask("Passphrase of the file: ", Echo::kOff);
  if (!passphrase.ok() || repeat == Repeat::kNo) return passphrase;
  const auto again = Ask("The same again: ", Echo::kOff);
  if (!again.ok()) return again.status();
  if (*again != *passphrase) return absl::InvalidArgumentError("these were two different passphrases");
  return passphrase;
}

absl::Status Export(Session& session, const ExportOptions& options) {
  const bool there = options.file != "-" && std::filesystem::exists(options.file);
  if (there && !options.yes) {
    if (!InputIsTerminal()) return UsageError(absl::StrCat(options.file, " is there already: say --yes to replace it"));
    if (!Confirm(absl::StrCat(options.file, " is there already. Replace it?"))) {
      return absl::CancelledError("nothing was written");
    }
  }
  auto passphrase = Passphrase(options.passphrase_file, Repeat::kYes);
  if (!passphrase.ok()) return passphrase.status();
  v1::ExportAccountsRequest request;
  request.set_passphrase(*std::move(passphrase));
  const auto exported = session.client().ExportAccounts(request);
  if (!exported.ok()) return exported.status();
  for (const auto& label : exported->left_out_labels()) {
    PrintNote(absl::StrCat("note: ", label, " is left out: what it signs in with cannot be read"));
  }
  if (options.file == "-") {
    Print(exported->file());
    return absl::OkStatus();
  }
  if (absl::Status written = WritePrivateFile(options.file, exported->file()); !written.ok()) return written;
  if (session.json) {
    JsonWriter json;
    json.BeginObject().Field("file", options.file).Field("accounts", exported->account_count()).EndObject();
    Print(json.text() + "\n");
  } else {
    Print(absl::StrCat("wrote ", exported->account_count(), " account(s) to ", options.file,
                       "; whoever has the file and the passphrase has them\n"));
  }
  return absl::OkStatus();
}

// What is to be imported: a sealed file, or another gateway's configuration.
struct Source {
  v1::ImportAccountsRequest request;
  ImportPlan plan = {};  // of a configuration; its accounts are in the request
};

absl::StatusOr<Source> ReadSource(Session& session, const ImportOptions& options) {
  auto text = ReadTextFile(options.file);
  if (!text.ok()) return text.status();
  Source source;
  if (options.from.empty() && IsSealedExport(*text)) {
    auto passphrase = Passphrase(options.passphrase_file, Repeat::kNo);
    if (!passphrase.ok()) return passphrase.status();
    source.request.set_passphrase(*std::move(passphrase));
    source.request.set_file(*std::move(text));
    return source;
  }
  ImportContext context;
  context.environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  auto providers = session.client().ListProviders();
  if (!providers.ok()) return providers.status();
  context.providers = *std::move(providers);
  auto plan = ReadForeignConfig(*text, ImportFormatFromName(options.from), context);
  if (!plan.ok()) return absl::InvalidArgumentError(absl::StrCat(options.file, ": ", plan.status().message()));
  const auto present = AllRoutes(session);
  if (!present.ok()) return present.status();
  KeepPresentRoutes(*plan, *present);
  for (auto& account : plan->accounts) *source.request.add_accounts() = std::move(account);
  source.plan = *std::move(plan);
  return source;
}

void PrintJson(const Source& source, const v1::ImportAccountsResponse& result, bool dry_run) {
  JsonWriter json;
  json.BeginObject().Field("dry_run", dry_run).Key("accounts").BeginArray();
  for (const auto& account : result.accounts()) {
    json.BeginObject().Field("label", account.label()).Field("provider", account.provider());
    json.Field("outcome", NameOf(account.outcome())).Field("api_key_hint", account.api_key_hint());
    if (!account.account_id().empty()) json.Field("id", account.account_id());
    if (!account.message().empty()) json.Field("message", account.message());
    json.EndObject();
  }
  json.EndArray().Key("routes").BeginArray();
  for (const auto& route : source.plan.routes) WriteRoute(json, route);
  json.EndArray().Key("notes").BeginArray();
  for (const auto& note : source.plan.notes) json.String(NoteText(note));
  Print(json.EndArray().EndObject().text() + "\n");
}

void PrintPlan(const Source& source, const v1::ImportAccountsResponse& plan) {
  Table table({{"ACCOUNT"}, {"PROVIDER"}, {"KEY"}, {"OUTCOME"}});
  for (const auto& account : plan.accounts()) {
    std::string outcome = account.outcome() == v1::IMPORT_OUTCOME_ADDED     ? "is new"
                          : account.outcome() == v1::IMPORT_OUTCOME_PRESENT ? "is here already"
                                                                            : "refused: " + account.message();
    table.AddRow({account.label(), account.provider(), account.api_key_hint(), std::move(outcome)});
  }
  if (!table.empty()) Print(table.ToText());
  if (!source.plan.routes.empty()) Print("\n" + RouteTable(source.plan.routes));
  for (const auto& note : source.plan.notes) PrintNote("note: " + NoteText(note));
}

int CountOf(const v1::ImportAccountsResponse& result, v1::ImportOutcome outcome) {
  return static_cast<int>(
      std::ranges::count_if(result.accounts(), [&](const auto& account) { return account.outcome() == outcome; }));
}

absl::Status AskWhetherToGoOn(const Session& session, const ImportOptions& options) {
  if (options.yes) return absl::OkStatus();
  if (!InputIsTerminal() || session.json || options.file == "-") {
    return UsageError("this was a trial: say --yes to import, or --dry-run for the trial alone");
  }
  return Confirm("Import this?") ? absl::OkStatus() : absl::CancelledError("nothing was imported");
}

absl::Status Store(Session& session, Source& source) {
  source.request.set_validate_only(false);
  const auto stored = session.client().ImportAccounts(source.request);
  if (!stored.ok()) return stored.status();
  for (const auto& route : source.plan.routes) {
    v1::SetRouteRequest request;
    *request.mutable_route() = route;
    const auto set = session.client().SetRoute(request);
    if (!set.ok()) {
      return absl::Status(set.status().code(), absl::StrCat("the accounts are here, but not the route for ",
                                                            route.pattern(), ": ", set.status().message()));
    }
  }
  const int refused = CountOf(*stored, v1::IMPORT_OUTCOME_REFUSED);
  if (session.json) {
    PrintJson(source, *stored, false);
  } else {
    Print(absl::StrCat("imported ", CountOf(*stored, v1::IMPORT_OUTCOME_ADDED), " account(s) and ",
                       source.plan.routes.size(), " route(s); `agctl accounts test --all` asks the providers\n"));
  }
  if (refused == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(refused, " account(s) were refused"));
}

absl::Status Import(Session& session, const ImportOptions& options) {
  auto source = ReadSource(session, options);
  if (!source.ok()) return source.status();
  source->request.set_validate_only(true);
  const auto plan = session.client().ImportAccounts(source->request);
  if (!plan.ok()) return plan.status();
  if (!session.json) PrintPlan(*source, *plan);
  if (options.dry_run) {
    if (session.json) PrintJson(*source, *plan, true);
    return absl::OkStatus();
  }
  if (CountOf(*plan, v1::IMPORT_OUTCOME_ADDED) == 0 && source->plan.routes.empty()) {
    if (session.json) PrintJson(*source, *plan, false);
    if (!session.json) Print("There is nothing new in it.\n");
    return absl::OkStatus();
  }
  if (absl::Status sure = AskWhetherToGoOn(session, options); !sure.ok()) return sure;
  return Store(session, *source);
}

}  // namespace

void AddAccountTransfer(CLI::App& accounts, Session& session) {
  auto* to_file = accounts.add_subcommand("export", "Write all accounts into a file that a passphrase opens");
  auto exporting = std::make_shared<ExportOptions>();  // shared here and below: the options and the command
  to_file->add_option("FILE", exporting->file, "The file to write; - for standard output")->required();
  to_file->add_option("--passphrase-file", exporting->passphrase_file, "File with the passphrase, in place of asking");
  to_file->add_flag("--yes", exporting->yes, "Replace a file that is there");
  to_file->callback(
      [&session, exporting] { session.command = [&session, exporting] { return Export(session, *exporting); }; });

  auto* from_file = accounts.add_subcommand(
      "import", "Add accounts of such a file, or of LiteLLM's, CLIProxyAPI's or claude-code-router's configuration");
  auto importing = std::make_shared<ImportOptions>();
  from_file->add_option("FILE", importing->file, "The file to read; - for standard input")->required();
  from_file->add_option("--from", importing->from, "Whose configuration it is, if it does not tell")
      ->check(CLI::IsMember(ImportFormatNames()));
  from_file->add_option("--passphrase-file", importing->passphrase_file,
                        "File with the passphrase, in place of asking");
  from_file->add_flag("--dry-run", importing->dry_run, "Only show what would come of it");
  from_file->add_flag("--yes", importing->yes, "Do not ask");
  from_file->callback(
      [&session, importing] { session.command = [&session, importing] { return Import(session, *importing); }; });
}

}  // namespace ag::cli
