#pragma once

#include <absl/status/status.h>

#include <string_view>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/request_reader.h"

// tools and toolConfig of a request (TRANSLATION rows 10 and 23). https://ai.google.dev/api/caching#Tool
namespace ag::wire::gemini {

// Sets request.tools.
absl::Status ReadTools(const json::Value& value, std::string_view field, RequestReader& reader, ChatRequest& request);
// Sets request.tool_choice; mode VALIDATED makes the functions of request.tools strict.
absl::Status ReadToolConfig(const json::Value& value, std::string_view field, RequestReader& reader,
                            ChatRequest& request);

// A schema of Google's own kind as a JSON schema, in the reader's arena.
const json::Value* ReadSchema(const json::Value& schema, RequestReader& reader);

}  // namespace ag::wire::gemini
