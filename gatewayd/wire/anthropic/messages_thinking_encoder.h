#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/turns.h"

// Claude's thinking (TRANSLATION rows 1–3, 10 and 13).
// https://platform.claude.com/docs/en/build-with-claude/thinking
namespace ag::wire::anthropic {

struct ThinkingPlan {
  enum class Kind : std::uint8_t { kUnsaid, kDisabled, kAdaptive, kManual };
  Kind kind = Kind::kUnsaid;
  std::int64_t budget = 0;   // kManual
  std::string_view display;  // kAdaptive: summarized, omitted; empty = the model's default
  std::string_view effort;   // of output_config; empty = the model's default

  bool on() const { return kind == Kind::kAdaptive || kind == Kind::kManual; }
};

// What else of a request decides.
struct ThinkingSituation {
  std::optional<std::int64_t> max_tokens;  // as sent; none for token counts
  bool forces_call = false;                // the model must call a tool
  bool lost_state = false;                 // LoopLacksThinking
};

ThinkingPlan PlanThinking(const ChatRequest& request, const UpstreamTarget& target, const ThinkingSituation& situation,
                          EncodedRequest& out);

// True inside a tool loop whose last assistant turn does not begin with a thinking block. Manual thinking is refused
// there; adaptive thinking is not.
bool LoopLacksThinking(std::span<const Turn> turns);

// "thinking", where there is something to say.
void WriteThinking(const ThinkingPlan& plan, json::Writer& writer);

}  // namespace ag::wire::anthropic
