#pragma once

#include <absl/status/status.h>

#include <string_view>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/encode_common.h"
#include "gatewayd/wire/encode_tools.h"
#include "gatewayd/wire/openai/openai_schema_writer.h"

namespace ag::wire::openai {

// Writes `tools`, `tool_choice`, `parallel_tool_calls` and `text`
// (https://platform.openai.com/docs/guides/function-calling, /structured-outputs). All references outlive it.
class ResponsesToolsWriter {
 public:
  ResponsesToolsWriter(const ChatRequest& request, const UpstreamTarget& target, EncodedRequest& out,
                       json::Writer& writer)
      : request_(request), target_(target), out_(out), writer_(writer) {}

  absl::Status WriteTools();
  absl::Status WriteText();

 private:
  void WriteTool(const ToolSpec& tool);
  void WriteFunction(const ToolSpec& tool);
  void WriteCustom(const ToolSpec& tool);
  void WriteWebSearch(const ToolSpec& tool);
  void WriteChoice(const ToolOffer& offer);
  void WriteAllowed(const ToolOffer& offer, std::string_view mode);
  void WriteReference(const ToolSpec& tool);
  absl::Status WriteFormat(const ResponseFormat& format);
  SchemaSink Schemas() const { return {request_, target_, out_, writer_}; }

  const ChatRequest& request_;
  const UpstreamTarget& target_;
  EncodedRequest& out_;
  json::Writer& writer_;
};

}  // namespace ag::wire::openai
