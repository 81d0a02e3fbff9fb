#include <absl/strings/str_cat.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/output/json.h"
#include "cli/output/text.h"
#include "cli/session.h"

namespace ag::cli {
namespace {

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

// Options that take their value from the next word, wherever they stand before a subcommand.
bool TakesValue(std::string_view word) {
  constexpr std::array<std::string_view, 5> kWords{"--control", "--control-ca", "--control-token-file", "--recent",
                                                   "--count"};
  return std::ranges::find(kWords, word) != kWords.end();
}

// The first word that stands in a subcommand's place but is none. The parser's own message names no alternatives.
std::optional<std::string> UnknownSubcommand(CLI::App& root, int argc, char** argv) {
  CLI::App* app = &root;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    // Groups of options count as subcommands without a name.
    const auto subcommands = app->get_subcommands([](const CLI::App* one) { return !one->get_name().empty(); });
    if (subcommands.empty() || word == "--") return std::nullopt;
    if (TakesValue(word)) ++i;
    if (word.empty() || word.front() == '-') continue;
    const auto next = std::ranges::find(subcommands, word, [](const CLI::App* one) { return one->get_name(); });
    if (next != subcommands.end()) {
      app = *next;
      continue;
    }
    std::vector<std::string> names;
    for (const auto* one : subcommands) names.push_back(one->get_name());
    return absl::StrCat("there is no command \"", word, "\"", DidYouMean(word, names),
                        " (`agctl --help` shows all commands)");
  }
  return std::nullopt;
}

int Fail(const Session& session, std::string_view kind, std::string_view message, int code) {
  if (!session.json) {
    PrintNote(absl::StrCat("agctl: ", std::string(message)));
    return code;
  }
  JsonWriter json(JsonWriter::Layout::kOneLine);
  json.BeginObject().Key("error").BeginObject().Field("kind", kind).Field("message", message);
  PrintNote(json.EndObject().EndObject().text());
  return code;
}

int RunCommand(Session& session) {
  absl::Status status = session.Prepare();
  if (status.ok()) status = session.command();
  if (status.ok()) return kOk;
  const std::string message(status.message());
  if (IsUsageError(status)) return Fail(session, "usage", message, kUsage);
  const std::string kind = client::IsNotRunning(status) ? "not_running" : client::ErrorKindOf(status);
  return Fail(session, kind.empty() ? "failed" : kind, message, kFailed);
}

int Run(int argc, char** argv) {
  Session session;
  CLI::App app("Controls a running gatewayd: accounts, routes, keys, proxy, settings, monitor and statistics.",
               "agctl");
  app.set_version_flag("--version", absl::StrCat("agctl ", AG_VERSION));
  app.add_option("--control", session.target,
                 "Where the daemon listens: unix:PATH or tcp:HOST:PORT (default: $AG_CONTROL, else its own socket)");
  app.add_option("--control-ca", session.ca_file, "Of tcp: the certificates to trust, PEM (default: the system's)")
      ->envname("AG_CONTROL_CA");
  app.add_option("--control-token-file", session.token_file, "Of tcp: the file with its token")
      ->envname("AG_CONTROL_TOKEN_FILE");
  app.add_flag("--json", session.json, "Answer in JSON, for programs");
  app.require_subcommand(1);
  AddStatus(app, session);
  AddAccounts(app, session);
  AddRoutes(app, session);
  AddKeys(app, session);
  AddModels(app, session);
  AddProxy(app, session);
  AddConfig(app, session);
  AddMonitor(app, session);
  AddStats(app, session);

  if (const auto unknown = UnknownSubcommand(app, argc, argv)) return Fail(session, "usage", *unknown, kUsage);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help and version are "errors" of code 0.
    if (error.get_exit_code() == 0) return app.exit(error);
    return Fail(session, "usage", absl::StrCat(error.what(), " (`agctl --help` shows how)"), kUsage);
  }
  if (!session.target.empty() && session.target.find(':') == std::string::npos) {
    return Fail(session, "usage",
                absl::StrCat("--control wants unix:PATH or tcp:HOST:PORT, not \"", session.target, "\""), kUsage);
  }
  return RunCommand(session);
}

}  // namespace
}  // namespace ag::cli

int main(int argc, char** argv) { return ag::cli::Run(argc, argv); }
