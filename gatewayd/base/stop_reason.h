#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ag {

// Why a completion ended. kUnknown = not ended, or the provider said something we do not know.
enum class StopReason : std::uint8_t {
  kUnknown,
  kEndTurn,
  kStopSequence,
  kMaxTokens,
  kContextWindow,
  kToolUse,
  kRefusal,    // safety systems or the model declined
  kPauseTurn,  // Anthropic: a long server-tool turn that the client may resume
};

std::string_view NameOf(StopReason reason);  // "end_turn", …: stable
std::optional<StopReason> StopReasonFromName(std::string_view name);

}  // namespace ag
