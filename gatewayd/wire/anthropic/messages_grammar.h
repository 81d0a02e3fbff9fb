#pragma once

#include <memory>

#include "gatewayd/wire/stream_grammar.h"

namespace ag::wire::anthropic {

// The order of a messages stream: message_start, then blocks one after the other with indices from 0 (start, deltas of
// the kind that the block has, stop), message_delta, message_stop; ping anywhere, and error in place of the rest.
// https://platform.claude.com/docs/en/build-with-claude/streaming#event-types
std::unique_ptr<StreamGrammar> MakeMessagesGrammar();

}  // namespace ag::wire::anthropic
