#include <CLI/CLI.hpp>
#include <exception>
#include <string>

#include "gatewayd/app/application.h"
#include "gatewayd/base/version.h"
#include "gatewayd/config/config_store.h"

extern char** environ;

int main(int argc, char** argv) {
  ag::app::Options options;
  CLI::App app("AG Gateway: one local endpoint for the OpenAI, Anthropic and Gemini APIs.");
  app.set_version_flag("--version", std::string("gatewayd ") + ag::kVersion);
  std::string port;
  app.add_option("--data-dir", options.data_dir, "folder for configuration and data (default: XDG data folder)");
  app.add_option("--http-port", port, "port of the HTTP endpoint; 0 picks a free one (default: 8045)")
      ->check(CLI::Range(0, 65535));
  app.add_option("--control", options.control, "socket of the control service, as unix:PATH")
      ->check([](const std::string& target) {
        const bool named = target.starts_with("unix:") && target != "unix:";
        return named ? std::string() : "write unix:PATH, not \"" + target + "\"";
      });
  app.add_flag("--sandbox", options.sandbox, "serve an embedded provider: needs no key and no network");
  app.add_option("--log-level", options.log_level, "debug, info, warn or error")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}));
  app.footer("Settings, accounts and routes: agctl --help");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : 2;
  }
  if (!port.empty()) options.flags["proxy.port"] = port;
  options.environment = ag::config::ConfigStore::EnvironmentOverrides(environ);
  return ag::app::Run(options);
}
