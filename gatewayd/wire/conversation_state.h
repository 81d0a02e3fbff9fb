#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/loss.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/translation.h"

// Reasoning state that a client's dialect cannot carry (chat has no field for it) is kept by the gateway under the ids
// of the tool calls that follow it, and put back when the client sends those calls again (TRANSLATION row 12). wire
// names what it needs and what is to be kept; proxy stores.
namespace ag::wire {

// True if clients of the dialect send reasoning state back by themselves.
bool CarriesState(Dialect client);

// Ids of the history's tool calls that no reasoning of the same turn stands before. Views into the request.
std::vector<std::string_view> MissingStateKeys(const ChatRequest& request);

// The request with the kept parts in front of the calls they belong to; the request itself when there are none. Views
// live in `arena`, in `kept` and in the request.
const ChatRequest& WithState(const ChatRequest& request, std::span<const KeptState> kept, Arena& arena);

// The request without any reasoning (TRANSLATION row 13, after an upstream refused its state). Appends to `losses`
// where some stood.
const ChatRequest& WithoutState(const ChatRequest& request, Arena& arena, std::vector<Loss>& losses);

// A reply's reasoning parts as one text, and back. `DecodeState` gives nothing for a damaged text.
std::string EncodeState(std::span<const ReasoningPart> parts);
std::span<const Part> DecodeState(std::string_view text, Arena& arena);

}  // namespace ag::wire
