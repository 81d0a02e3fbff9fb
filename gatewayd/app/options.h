#pragma once

#include <chrono>
#include <map>
#include <string>

namespace ag::app {

// What the command line says. Empty members take their defaults.
struct Options {
  std::string data_dir;  // empty: XDG
  std::string control;   // "unix:PATH"; empty: XDG
  bool sandbox = false;
  std::string log_level = "info";
  std::map<std::string, std::string> flags;  // settings given as flags: {"proxy.port": "9000"}
  std::map<std::string, std::string> environment;
  std::chrono::milliseconds sandbox_pace{25};  // time for a token of the sandbox's answers
};

}  // namespace ag::app
