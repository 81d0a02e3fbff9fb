#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/codec.h"

// A conversation in the order that a target wants it: tool calls and their results paired, results directly after their
// calls, ids that the target takes (TRANSLATION row 11). Dialect-neutral: what differs is in TurnRules.
namespace ag::wire {

struct TurnRules {
  // True: neighbouring messages of one role become one turn (Anthropic, Gemini). False: each message stays one turn,
  // and each tool result is a turn of its own (chat, Responses).
  bool merge_roles = true;
  // The longest id that the target takes; ids are [A-Za-z0-9_-]+ for every provider. Others become "call_" + hash, the
  // same in call and result.
  std::size_t max_id_length = 64;
};

// One part as the target shall see it. `part` is the client's; for a tool call or result `id` and `name` are the ones
// to send (never empty; the name of a result comes from its call). A call without a result is followed by one that
// `synthetic` marks: `part` is then the call.
struct TurnPart {
  const Part* part = nullptr;
  std::string_view id;
  std::string_view name;
  bool synthetic = false;
};

struct Turn {
  Role role = Role::kUser;  // system turns keep their place
  std::vector<TurnPart> parts;
  const Message* message = nullptr;  // the first one it is made of
};

// The turns after the leading system messages (LeadingSystem). Rules that every target shares:
//  - results stand directly after the turn of their calls, in the order of the calls, before other content;
//  - a call that nobody answered gets one synthetic error result ("missing_result", approx), unless it is in the last
//    turn; a result without a call is dropped ("orphan_result"), and so is a second one ("second_result");
//  - a call without id (Gemini), or with the id of an earlier call, gets one by its position, so that it is the same
//    whenever the history is sent;
//  - empty texts are left out, and so are messages without parts ("empty_message_removed").
// What is changed is noted in `out`. Everything lives in `arena` or in the request.
std::vector<Turn> BuildTurns(const ChatRequest& request, const TurnRules& rules, Arena& arena, EncodedRequest& out);

// The text of a synthetic result.
inline constexpr std::string_view kMissingResult = "No result was returned for this tool call.";

// An id that every provider takes: `id` itself when it is legal and not too long, else "call_" + 24 hex digits of its
// hash.
std::string LegalToolId(std::string_view id, std::size_t max_length);

}  // namespace ag::wire
