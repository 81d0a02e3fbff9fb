#pragma once

#include <absl/status/status.h>

#include <string>
#include <string_view>

#include "gatewayd/base/dialect.h"

namespace ag::wire {

// The event that ends an SSE stream of the dialect with a failure, and what its grammar wants after it:
//   chat, completions  data: {"error":{…}} then data: [DONE]
//   responses          event: error       https://platform.openai.com/docs/api-reference/responses-streaming/error
//   messages           event: error       https://docs.claude.com/en/docs/build-with-claude/streaming#error-events
//   gemini             data: {"error":{…}}
std::string EncodeStreamError(const absl::Status& error, Dialect dialect, std::string_view request_id);

// What a waiting client of the dialect ignores: a ping event, an SSE comment, or nothing (Gemini).
std::string_view KeepAliveEvent(Dialect dialect);

}  // namespace ag::wire
