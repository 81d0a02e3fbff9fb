#pragma once

#include <absl/status/status.h>

#include <string_view>

#include "gatewayd/base/json.h"
#include "gatewayd/sandbox/ask.h"

// What OpenAI's APIs have in common.
namespace ag::sandbox {

absl::Status MissingParameter(std::string_view name);
// model, stream, stream_options.
absl::Status ReadCommon(const json::Value& body, Ask& ask);
// tool_choice ("required", or an object that names a tool; chat nests the name in `function`) and parallel_tool_calls.
// After the tools.
void ReadToolChoice(const json::Value& body, Ask& ask);
// A response format; `schema` stands in different places in the APIs.
void ReadFormat(const json::Value* format, const json::Value* schema, Ask& ask);

}  // namespace ag::sandbox
