#pragma once

#include <absl/status/status.h>

#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/request_reader.h"

namespace ag::wire::anthropic {

// One definition of `tools`, of any documented type (TRANSLATION row 23):
// https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview
// Tools that the client runs (bash, text editor, memory) are functions with their published schema; the web search is
// one; all others that Anthropic's service knows are kServer. InvalidRequest names the field.
absl::Status ReadTool(const json::Value& item, std::string_view field, RequestReader& reader,
                      std::vector<ToolSpec>& tools);

// `tool_choice`, with its disable_parallel_tool_use.
absl::Status ReadToolChoice(const json::Value& value, RequestReader& reader, ChatRequest& request);

}  // namespace ag::wire::anthropic
