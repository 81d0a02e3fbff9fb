#pragma once

#include <absl/status/statusor.h>

#include <memory>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/random.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/client_request.h"
#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/dialect_codec.h"

// The legacy completions dialect, for clients alone: https://platform.openai.com/docs/api-reference/completions
namespace ag::wire::openai {

// The prompt becomes a user's message. What only a model of plain text can do (several prompts, token ids, echo,
// suffix, best_of, log probabilities) is refused by name (TRANSLATION rows 5 and 6).
absl::StatusOr<const ChatRequest*> DecodeCompletionsRequest(const Endpoint& endpoint, const json::Value& body,
                                                            Arena& arena);
// The reply's text; reasoning, calls and sources have no place in it.
std::unique_ptr<ReplyEncoder> MakeCompletionsReplyEncoder(const ReplyOptions& options, RandomSource& random);

const DialectCodec& CompletionsCodec();

}  // namespace ag::wire::openai
