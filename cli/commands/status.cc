#include <absl/strings/str_cat.h>

#include <algorithm>

#include "cli/commands/account_view.h"
#include "cli/commands/commands.h"
#include "cli/commands/proxy_view.h"
#include "cli/output/text.h"

namespace ag::cli {
namespace {

// Where the log of the daemon can be read.
std::string LogText(const v1::GetServerInfoResponse& info) {
  switch (info.log_target()) {
    case v1::LOG_TARGET_FILE:
      return info.log_file();
    case v1::LOG_TARGET_JOURNAL:
      return absl::StrCat("in the journal: `journalctl _PID=", info.pid(), "`");
    case v1::LOG_TARGET_TERMINAL:
      return "in the terminal that gatewayd was started in";
    default:
      return "with the program that started gatewayd";
  }
}

// An older daemon does not tell.
std::string PlacesText(const v1::GetServerInfoResponse& info) {
  std::string text = absl::StrCat("data      ", info.data_dir(), "\n");
  if (!info.program().empty()) absl::StrAppend(&text, "program   ", info.program(), "\n");
  if (!info.config_file().empty()) absl::StrAppend(&text, "settings  ", info.config_file(), "\n");
  if (info.log_target() != v1::LOG_TARGET_UNSPECIFIED) absl::StrAppend(&text, "log       ", LogText(info), "\n");
  if (!info.sandbox_url().empty()) {
    absl::StrAppend(&text, "sandbox   accounts at ", info.sandbox_url(), " get made-up answers\n");
  }
  return text;
}

absl::Status Status(Session& session) {
  const auto info = session.client().GetServerInfo();
  if (!info.ok()) return info.status();
  const auto proxy = session.client().GetProxyStatus();
  if (!proxy.ok()) return proxy.status();
  const auto accounts = AllAccounts(session);
  if (!accounts.ok()) return accounts.status();
  const auto ready = std::ranges::count(*accounts, v1::ACCOUNT_STATE_READY, &v1::Account::state);
  if (session.json) {
    JsonWriter json;
    json.BeginObject().Field("running", true).Field("version", info->version());
    json.Field("api_revision", info->api_revision()).Field("instance", info->instance()).Field("pid", info->pid());
    json.Field("program", info->program()).Field("config_file", info->config_file());
    json.Field("log", NameOf(info->log_target())).Field("log_file", info->log_file());
    json.Field("sandbox_url", info->sandbox_url());
    json.Field("data_dir", info->data_dir()).Field("control", session.client().target());
    json.Field("started_at", Rfc3339(info->start_time())).Key("proxy").BeginObject();
    WriteProxy(json, proxy->status());
    json.EndObject().Key("accounts").BeginObject();
    json.Field("total", static_cast<std::int64_t>(accounts->size())).Field("ready", static_cast<std::int64_t>(ready));
    Print(json.EndObject().EndObject().text() + "\n");
    return absl::OkStatus();
  }
  Print(absl::StrCat("gatewayd  ", info->version(), ", pid ", info->pid(), ", started ", Ago(info->start_time()), "\n",
                     PlacesText(*info), ProxyText(proxy->status())));
  Print(accounts->empty() ? "accounts  none yet: `agctl accounts add --provider NAME`\n"
                          : absl::StrCat("accounts  ", accounts->size(), ", ", ready, " ready\n"));
  return absl::OkStatus();
}

// Works without a daemon: that is when versions are asked for.
absl::Status Version(Session& session) {
  const auto info = session.client().GetServerInfo();
  if (session.json) {
    JsonWriter json;
    json.BeginObject().Field("agctl", AG_VERSION).Key("gatewayd");
    info.ok() ? json.String(info->version()) : json.Null();
    Print(json.EndObject().text() + "\n");
  } else {
    Print(absl::StrCat("agctl     ", AG_VERSION, "\ngatewayd  ",
                       info.ok() ? info->version() : std::string("not running"), "\n"));
  }
  return absl::OkStatus();
}

}  // namespace

void AddStatus(CLI::App& app, Session& session) {
  app.add_subcommand("status", "Show the daemon, its endpoint and its accounts")->fallthrough()->callback([&session] {
    session.command = [&session] { return Status(session); };
  });
  app.add_subcommand("version", "Show the versions of agctl and of the daemon")->fallthrough()->callback([&session] {
    session.command = [&session] { return Version(session); };
  });
}

}  // namespace ag::cli
