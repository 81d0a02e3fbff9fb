#include "gatewayd/base/stop_reason.h"

#include <array>
#include <cstddef>

namespace ag {
namespace {

constexpr std::array<std::string_view, 8> kNames{"unknown",        "end_turn", "stop_sequence", "max_tokens",
                                                 "context_window", "tool_use", "refusal",       "pause_turn"};

}  // namespace

std::string_view NameOf(StopReason reason) { return kNames[static_cast<std::size_t>(reason)]; }

std::optional<StopReason> StopReasonFromName(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<StopReason>(i);
  }
  return std::nullopt;
}

}  // namespace ag
