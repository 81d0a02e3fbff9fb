#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string_view>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/random.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/client_request.h"
#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/dialect_codec.h"
#include "gatewayd/wire/stream_grammar.h"

// The Responses dialect:
//   requests  https://platform.openai.com/docs/api-reference/responses/create
//   streams   https://platform.openai.com/docs/api-reference/responses-streaming
//   counts    https://platform.openai.com/docs/api-reference/responses/input-tokens
namespace ag::wire::openai {

absl::StatusOr<const ChatRequest*> DecodeResponsesRequest(const Endpoint& endpoint, const json::Value& body,
                                                          Arena& arena);
absl::StatusOr<EncodedRequest> EncodeResponsesRequest(const ChatRequest& request, const UpstreamTarget& target,
                                                      EncodePurpose purpose, Arena& arena);
std::unique_ptr<ReplyDecoder> MakeResponsesReplyDecoder();
std::unique_ptr<ReplyEncoder> MakeResponsesReplyEncoder(const ReplyOptions& options, RandomSource& random);
std::unique_ptr<StreamGrammar> MakeResponsesGrammar();
void CutResponsesState(const json::Value& body, StateCut what, StateCuts& out);

const DialectCodec& ResponsesCodec();

}  // namespace ag::wire::openai
