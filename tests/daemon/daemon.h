#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace ag::test {

// What a start of gatewayd is given beyond its folder and socket.
struct DaemonOptions {
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  uid_t user = 0;
  std::string port = "0";
};

// A home for daemons: a data folder that outlives each of them, and the agctl that talks to the present one.
class DaemonHome {
 public:
  const TempDir& folder() const { return folder_; }
  std::string data_dir() const { return folder_.File("data"); }
  std::string File(const std::string& name) const { return data_dir() + "/" + name; }
  std::string socket() const { return folder_.File("control.sock"); }

  Launch ForGatewayd(const DaemonOptions& options = {}) const;
  // With these words only, in this home's environment.
  Launch ForGatewayd(std::vector<std::string> arguments) const;
  Launch ForAgctl(std::vector<std::string> arguments, std::string input = {}) const;

  Finished Agctl(std::vector<std::string> arguments, std::string input = {}) const;
  // The same with --json, which must succeed; a test failure otherwise.
  std::string AgctlJson(std::vector<std::string> arguments, std::string input = {}) const;
  // Adds an account with this key; returns its id.
  std::string AddAccount(std::string_view provider, std::string_view base_url, std::string_view label) const;

 private:
  TempDir folder_;
};

// A gatewayd that runs in a home; killed with the object.
class Daemon {
 public:
  explicit Daemon(const DaemonHome& home, const DaemonOptions& options = {});

  ChildProcess& process() { return process_; }
  // Waits until it listens; 0, and a test failure, when it ends before.
  std::uint16_t port();
  // SIGTERM, and its end.
  Finished Stop();

 private:
  std::string RunReport();

  ChildProcess process_;
  std::uint16_t port_ = 0;
};

// The member of a JSON object, or of each object of an array, as text (strings decoded, the rest as written).
std::string JsonText(std::string_view json, std::string_view key);
std::vector<std::string> JsonTexts(std::string_view json, std::string_view key);

}  // namespace ag::test
