#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <string_view>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/encode_tools.h"

// Tools and structured output of a request to the messages API.
// https://platform.claude.com/docs/en/agents-and-tools/tool-use/implement-tool-use
namespace ag::wire::anthropic {

// What a request offers to call and how its answer must look, decided before anything is written.
struct ToolPlan {
  ToolOffer offer;
  std::string format_schema;         // of output_config.format; empty = none
  std::string_view json_tool;        // the tool whose arguments are the answer (row 18); empty = none
  std::string_view json_tool_about;  // its description
  std::string json_tool_schema;

  bool offers() const { return !offer.tools.empty() || !json_tool.empty(); }
  // The model must call: manual thinking does not go with that (row 10).
  bool forces_call() const;
};

// Unsupported names the field. Views into the request.
absl::StatusOr<ToolPlan> PlanTools(const ChatRequest& request, const UpstreamTarget& target, EncodedRequest& out);

// "tools" and "tool_choice", where there is something to say.
void WriteTools(const ChatRequest& request, const UpstreamTarget& target, const ToolPlan& plan, json::Writer& writer,
                EncodedRequest& out);

}  // namespace ag::wire::anthropic
