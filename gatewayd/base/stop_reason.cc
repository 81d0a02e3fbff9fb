#include "gatewayd/base/stop_reason.h"

#include <array>
#include <cstddef>

namespace ag {

std::string_view NameOf(StopReason reason) {
  constexpr std::array<std::string_view, 8> kNames{"unknown",        "end_turn", "stop_sequence", "max_tokens",
                                                   "context_window", "tool_use", "refusal",       "pause_turn"};
  return kNames[static_cast<std::size_t>(reason)];
}

}  // namespace ag
