#pragma once

#include <absl/status/status.h>

#include <optional>
#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/request_reader.h"

// What a chat request says of tools and of its output's form:
//   tools, tool_choice, functions, function_call  https://platform.openai.com/docs/guides/function-calling
//   response_format                               https://platform.openai.com/docs/guides/structured-outputs
//   web_search_options                            https://platform.openai.com/docs/guides/tools-web-search
// InvalidRequest names the field. What has no canonical place is noted with the reader.
namespace ag::wire::openai {

class ChatToolsReader {
 public:
  explicit ChatToolsReader(RequestReader& reader) : reader_(reader) {}

  absl::Status ReadTools(const json::Value& value);
  // The older list of functions, which are called one at a time.
  absl::Status ReadFunctions(const json::Value& value);
  absl::Status ReadWebSearch(const json::Value& value);
  absl::Status ReadChoice(const json::Value& value);
  absl::Status ReadFunctionCall(const json::Value& value);
  absl::Status ReadFormat(const json::Value& value);

  // Moves what was read into the request.
  void Take(ChatRequest& request);

 private:
  absl::Status ReadTool(const json::Value& item, std::string_view field);
  absl::Status ReadFunction(const json::Value& function, std::string_view field, ToolSpec& tool);
  absl::Status ReadCustom(const json::Value& custom, std::string_view field, ToolSpec& tool);
  absl::Status ReadAllowed(const json::Value& allowed);
  // The name in {"type":"function","function":{"name":…}} and its like.
  absl::Status ReadReference(const json::Value& item, std::string_view field, std::string_view& name);
  absl::Status ReadSchemaFormat(const json::Value& value, ResponseFormat& format);

  RequestReader& reader_;
  std::vector<ToolSpec> tools_;
  std::optional<ToolChoice> choice_;
  std::optional<ResponseFormat> format_;
  bool functions_ = false;
};

}  // namespace ag::wire::openai
