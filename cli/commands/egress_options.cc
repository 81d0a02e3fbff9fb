#include "cli/commands/egress_options.h"

#include <filesystem>
#include <utility>

#include "cli/terminal.h"

namespace ag::cli {

void NewEgressOptions::AddTo(CLI::App& app) {
  auto* own = app.add_option("--proxy", proxy,
                             "Its own proxy, from the first request on: http://user:password@host:port or socks5h://…; "
                             "- reads it from standard input");
  app.add_flag("--direct", direct, "No proxy, whatever the others use")->excludes(own);
  app.add_option("--no-proxy", no_proxy, "Hosts to be reached without that proxy")->delimiter(',')->needs(own);
  app.add_option("--ca-file", ca_file, "PEM file to trust in place of upstream.ca_file");
}

absl::Status ReadEgress(const NewEgressOptions& options, StandardInput input, v1::Account& account) {
  if (options.proxy.empty() && !options.direct && options.ca_file.empty()) return absl::OkStatus();
  v1::Egress& egress = *account.mutable_egress();
  if (options.direct) egress.set_mode(v1::EGRESS_MODE_DIRECT);
  if (!options.proxy.empty()) {
    std::string url = options.proxy;
    if (url == "-") {
      if (input == StandardInput::kTaken) return UsageError("only one of the options can read standard input");
      auto read = ReadSecretFile("-", "proxy URL");
      if (!read.ok()) return read.status();
      url = *std::move(read);
    }
    egress.set_mode(v1::EGRESS_MODE_PROXY);
    egress.set_proxy_url(url);
  }
  for (const auto& host : options.no_proxy) egress.add_no_proxy(host);
  // The daemon runs in another folder.
  if (!options.ca_file.empty()) egress.set_ca_file(std::filesystem::absolute(options.ca_file).string());
  return absl::OkStatus();
}

}  // namespace ag::cli
