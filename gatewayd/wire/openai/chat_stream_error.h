#pragma once

#include "gatewayd/base/json.h"
#include "gatewayd/wire/stream_event.h"

namespace ag::wire::openai {

// An error object inside a reply of status 200 (a stream's `error` event, or a choice's `error` of OpenRouter): its
// code decides, then its type, then the HTTP status that some servers put into `code`. `document` is what came.
Failed ReadChatError(const json::Value& document, const json::Value& error);

// A choice that ended with a finish_reason that means a failure of the server.
Failed FailedChoice(std::string_view finish_reason);

}  // namespace ag::wire::openai
