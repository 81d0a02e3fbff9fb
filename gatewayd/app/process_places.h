#pragma once

#include <string>

#include "gatewayd/control/control_server.h"

namespace ag::app {

// The file that this process runs, by Linux's /proc; also when it has been replaced since. Empty = it cannot be told.
std::string ProgramPath();

// What standard error goes to.
struct LogPlace {
  control::LogTarget target = control::LogTarget::kOther;
  std::string file = {};  // of kFile
};
LogPlace PlaceOfLog();

// `path` as one that does not depend on the working folder.
std::string AbsolutePath(const std::string& path);

}  // namespace ag::app
