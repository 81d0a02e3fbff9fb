#pragma once

#include <string>

#include "gatewayd/base/dialect.h"
#include "tests/fakes/reply.h"
#include "tests/replay/recording.h"

// Specified faults as a fake provider plays them.
namespace ag::test {

Reply FaultReply(const Recording& fault);

// The preset whose accounts speak the fault's dialect and, to foreign clients, nothing else.
std::string PresetOf(const Recording& fault);

// What the client sends. The fault is of the upstream, not of this.
struct Ask {
  std::string target;
  std::string body;
};
Ask AskIn(Dialect dialect, const std::string& model, bool stream);

}  // namespace ag::test
