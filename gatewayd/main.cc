#include <CLI/CLI.hpp>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

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
  constexpr std::string_view kTcp = "tcp:";
  std::vector<std::string> controls;
  app.add_option("--control", controls,
                 "where the control service listens: unix:PATH, and beside it tcp:HOST:PORT with TLS and a token")
      ->allow_extra_args(false)
      ->check([&](const std::string& target) {
        const bool unix = target.starts_with("unix:") && target != "unix:";
        const bool named = unix || (target.starts_with(kTcp) && target != kTcp);
        return named ? std::string() : "write unix:PATH or tcp:HOST:PORT, not \"" + target + "\"";
      });
  app.add_option("--control-cert", options.flags["control.cert_file"], "certificate (PEM) of tcp:HOST:PORT");
  app.add_option("--control-key", options.flags["control.key_file"], "the certificate's private key (PEM)");
  app.add_option("--control-token-file", options.flags["control.token_file"], "file with the token of tcp:HOST:PORT");
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
  for (const std::string& target : controls) {
    const bool tcp = target.starts_with(kTcp);
    (tcp ? options.flags["control.address"] : options.control) = tcp ? target.substr(kTcp.size()) : target;
  }
  std::erase_if(options.flags, [](const auto& flag) { return flag.second.empty(); });
  options.environment = ag::config::ConfigStore::EnvironmentOverrides(environ);
  return ag::app::Run(options);
}
