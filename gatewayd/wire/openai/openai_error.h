#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "gatewayd/wire/error_body.h"

namespace ag::wire::openai {

// {"error":{"message","type","param","code"}}  https://platform.openai.com/docs/guides/error-codes
void EncodeOpenAiError(const ErrorDetail& detail, std::string_view message, std::string_view request_id,
                       HttpError& out);
// chat, completions: data: {"error":{…}} then data: [DONE]
std::string EncodeChatStreamError(const absl::Status& error, std::string_view request_id, std::int64_t sequence);
// event: error   https://platform.openai.com/docs/api-reference/responses-streaming/error
std::string EncodeResponsesStreamError(const absl::Status& error, std::string_view request_id, std::int64_t sequence);

}  // namespace ag::wire::openai
