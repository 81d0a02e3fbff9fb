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

// The generateContent dialect: https://ai.google.dev/api/generate-content
// Requests are read with camelCase and snake_case keys alike, as the provider does.
namespace ag::wire::gemini {

absl::StatusOr<const ChatRequest*> DecodeGeminiRequest(const Endpoint& endpoint, const json::Value& body, Arena& arena);
absl::StatusOr<EncodedRequest> EncodeGeminiRequest(const ChatRequest& request, const UpstreamTarget& target,
                                                   EncodePurpose purpose, Arena& arena);
std::unique_ptr<ReplyDecoder> MakeGeminiReplyDecoder();
std::unique_ptr<ReplyEncoder> MakeGeminiReplyEncoder(const ReplyOptions& options, RandomSource& random);

void CutGeminiState(const json::Value& body, StateCut what, StateCuts& out);

const DialectCodec& GeminiCodec();

}  // namespace ag::wire::gemini
