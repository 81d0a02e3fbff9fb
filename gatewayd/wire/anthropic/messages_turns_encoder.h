#pragma once

#include <absl/status/status.h>

#include <span>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/turns.h"

namespace ag::wire::anthropic {

// Removes blank texts, which the API refuses, and the turns that have nothing else ("empty_message_removed").
void RemoveBlank(std::vector<Turn>& turns, EncodedRequest& out);

// "messages": turns, without blank texts, as content blocks. https://platform.claude.com/docs/en/api/messages
// Thinking stands first in its turn; a system message amid the conversation stays one where the model takes it, else it
// becomes a user's text in <system> tags (row 16). Unsupported names a part that the API has no block for.
absl::Status WriteTurns(const ChatRequest& request, const UpstreamTarget& target, std::span<const Turn> turns,
                        Arena& arena, json::Writer& writer, EncodedRequest& out);

}  // namespace ag::wire::anthropic
