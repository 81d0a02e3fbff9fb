#pragma once

#include <memory>

#include "gatewayd/wire/stream_grammar.h"

namespace ag::wire::openai {

// chat: https://platform.openai.com/docs/api-reference/chat-streaming
//   stream  = (chunk | filter)* [usage] "[DONE]", or an error event that ends it at any place
//   choice  = role-first delta, deltas, one finish_reason; the calls of a choice are numbered 0, 1, 2 …, and each
//   begins
//             with its id
std::unique_ptr<StreamGrammar> MakeChatGrammar();
// completions: the same without roles and calls; a choice that has ended may say so again.
std::unique_ptr<StreamGrammar> MakeCompletionsGrammar();

}  // namespace ag::wire::openai
