#pragma once

#include <absl/status/status.h>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/encode_tools.h"
#include "gatewayd/wire/openai/openai_schema_writer.h"

// The members of a chat request that say what a reply may be made of:
//   tools, tool_choice, parallel_tool_calls  https://platform.openai.com/docs/guides/function-calling
//   response_format                          https://platform.openai.com/docs/guides/structured-outputs
//   web_search_options                       https://platform.openai.com/docs/guides/tools-web-search
namespace ag::wire::openai {

class ChatToolsWriter {
 public:
  // All references outlive it; `writer` stands inside the request's object.
  ChatToolsWriter(const ChatRequest& request, const UpstreamTarget& target, EncodedRequest& out, json::Writer& writer)
      : request_(request), target_(target), out_(out), writer_(writer) {}

  // Unsupported, naming the field, for a choice or a format that the target cannot be held to.
  absl::Status Write();

 private:
  void WriteTool(const ToolSpec& tool);
  void WriteFunction(const ToolSpec& tool);
  void WriteCustom(const ToolSpec& tool);
  void WriteWebSearch(const ToolSpec& tool);
  void WriteChoice(const ToolOffer& offer);
  void WriteReference(const ToolOffer& offer, std::string_view name);
  absl::Status WriteFormat();
  absl::Status WriteJsonTool(const ResponseFormat& format);

  SchemaSink Schemas() const { return {request_, target_, out_, writer_}; }
  bool SearchModel() const;
  // True if `response_format` has to be said by a tool that the model must call (row 18).
  bool NeedsJsonTool() const;

  const ChatRequest& request_;
  const UpstreamTarget& target_;
  EncodedRequest& out_;
  json::Writer& writer_;
};

}  // namespace ag::wire::openai
