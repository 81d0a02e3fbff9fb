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

// The chat completions dialect: https://platform.openai.com/docs/api-reference/chat
namespace ag::wire::openai {

absl::StatusOr<const ChatRequest*> DecodeChatRequest(const Endpoint& endpoint, const json::Value& body, Arena& arena);
absl::StatusOr<EncodedRequest> EncodeChatRequest(const ChatRequest& request, const UpstreamTarget& target,
                                                 EncodePurpose purpose, Arena& arena);
std::unique_ptr<ReplyDecoder> MakeChatReplyDecoder();
std::unique_ptr<ReplyEncoder> MakeChatReplyEncoder(const ReplyOptions& options, RandomSource& random);

const DialectCodec& ChatCodec();

}  // namespace ag::wire::openai
