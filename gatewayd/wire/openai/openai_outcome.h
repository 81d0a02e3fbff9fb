#pragma once

#include <string_view>

#include "gatewayd/base/json.h"
#include "gatewayd/base/stop_reason.h"
#include "gatewayd/base/usage.h"

// How replies of the OpenAI family (chat, completions, Responses, embeddings) and of servers that follow it say what
// they cost and why they ended.
namespace ag::wire::openai {

// The figures of a `usage` object, on top of those that the reply gave earlier.
//   chat       https://platform.openai.com/docs/api-reference/chat/object#chat-object-usage
//   Responses  https://platform.openai.com/docs/api-reference/responses/object#responses-object-usage
Usage ReadUsage(const json::Value& usage, const Usage& earlier);

// A chat `finish_reason` or a Responses `incomplete_details.reason`; kUnknown for any other.
StopReason ReadStop(std::string_view reason);

}  // namespace ag::wire::openai
