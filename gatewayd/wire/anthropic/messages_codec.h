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

// The messages dialect: https://docs.claude.com/en/api/messages and https://docs.claude.com/en/api/messages-streaming
namespace ag::wire::anthropic {

absl::StatusOr<const ChatRequest*> DecodeMessagesRequest(const Endpoint& endpoint, const json::Value& body,
                                                         Arena& arena);
absl::StatusOr<EncodedRequest> EncodeMessagesRequest(const ChatRequest& request, const UpstreamTarget& target,
                                                     EncodePurpose purpose, Arena& arena);
std::unique_ptr<ReplyDecoder> MakeMessagesReplyDecoder();
std::unique_ptr<ReplyEncoder> MakeMessagesReplyEncoder(const ReplyOptions& options, RandomSource& random);

void CutMessagesState(const json::Value& body, StateCut what, StateCuts& out);

const DialectCodec& MessagesCodec();

}  // namespace ag::wire::anthropic
