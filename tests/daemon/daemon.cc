#include "tests/daemon/daemon.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include <charconv>
#include <csignal>
#include <utility>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"

namespace ag::test {
namespace {

std::string TextOf(const json::Value& object, std::string_view key) {
  const json::Value* value = object.Find(key);
  if (value == nullptr) {
    ADD_FAILURE() << "no member " << key << " in " << object.raw();
    return {};
  }
  return std::string(value->is_string() ? value->str() : value->raw());
}

}  // namespace

Launch DaemonHome::ForGatewayd(const DaemonOptions& options) const {
  std::vector<std::string> arguments{"--data-dir", data_dir(), "--control", "unix:" + socket()};
  if (!options.port.empty()) {
    arguments.push_back("--http-port");
    arguments.push_back(options.port);
  }
  arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
  Launch launch = ForGatewayd(std::move(arguments));
  launch.environment.insert(launch.environment.end(), options.environment.begin(), options.environment.end());
  launch.user = options.user;
  return launch;
}

Launch DaemonHome::ForGatewayd(std::vector<std::string> arguments) const {
  Launch launch;
  launch.command = {AG_GATEWAYD};
  launch.command.insert(launch.command.end(), arguments.begin(), arguments.end());
  launch.environment = {"HOME=" + folder_.path(), "LC_ALL=C.UTF-8", "TZ=UTC"};
  return launch;
}

Launch DaemonHome::ForAgctl(std::vector<std::string> arguments, std::string input) const {
  Launch launch;
  launch.command = {AG_AGCTL, "--control", "unix:" + socket()};
  launch.command.insert(launch.command.end(), arguments.begin(), arguments.end());
  launch.environment = {"HOME=" + folder_.path(), "LC_ALL=C.UTF-8", "TZ=UTC"};
  launch.input = std::move(input);
  return launch;
}

Finished DaemonHome::Agctl(std::vector<std::string> arguments, std::string input) const {
  return RunToEnd(ForAgctl(std::move(arguments), std::move(input)));
}

std::string DaemonHome::AgctlJson(std::vector<std::string> arguments, std::string input) const {
  arguments.insert(arguments.begin(), "--json");
  Finished finished = Agctl(std::move(arguments), std::move(input));
  EXPECT_EQ(finished.code, 0) << finished.err;
  return std::move(finished.out);
}

std::string DaemonHome::AddAccount(std::string_view provider, std::string_view base_url, std::string_view label) const {
  return JsonText(AgctlJson({"accounts", "add", "--provider", std::string(provider), "--base-url",
                             std::string(base_url), "--label", std::string(label), "--api-key-file", "-"},
                            absl::StrCat("key-of-", ToAbsl(label), "\n")),
                  "id");
}

Daemon::Daemon(const DaemonHome& home, const DaemonOptions& options) : process_(home.ForGatewayd(options)) {}

std::uint16_t Daemon::port() {
  constexpr std::string_view kListening = "listening on http://127.0.0.1:";
  if (port_ != 0) return port_;
  const std::string line = process_.WaitForLine(kListening);
  const std::size_t at = line.find(kListening);
  if (at == std::string::npos) {
    ADD_FAILURE() << "gatewayd does not listen: " << RunReport();
    return 0;
  }
  const char* digits = line.data() + at + kListening.size();
  std::from_chars(digits, line.data() + line.size(), port_);
  return port_;
}

std::string Daemon::RunReport() {
  process_.Signal(SIGKILL);
  return process_.Wait().err;
}

Finished Daemon::Stop() {
  process_.Signal(SIGTERM);
  return process_.Wait();
}

std::string JsonText(std::string_view json, std::string_view key) {
  Arena arena;
  const auto parsed = json::Parse(json, arena);
  if (!parsed.ok()) ADD_FAILURE() << parsed.status() << " in " << json;
  return parsed.ok() ? TextOf(**parsed, key) : std::string();
}

std::vector<std::string> JsonTexts(std::string_view json, std::string_view key) {
  Arena arena;
  const auto parsed = json::Parse(json, arena);
  std::vector<std::string> texts;
  if (!parsed.ok()) ADD_FAILURE() << parsed.status() << " in " << json;
  if (!parsed.ok()) return texts;
  for (const json::Value& item : (*parsed)->items()) texts.push_back(TextOf(item, key));
  return texts;
}

}  // namespace ag::test
