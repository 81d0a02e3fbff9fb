#pragma once

#include <absl/status/status.h>

#include <span>
#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/request_reader.h"

namespace ag::wire::openai {

// Reads the tools of a Responses request, from `tools` and from input items that bring more
// (https://platform.openai.com/docs/api-reference/responses/create#responses_create-tools). The reader outlives it.
class ResponsesToolsReader {
 public:
  explicit ResponsesToolsReader(RequestReader& reader) : reader_(reader) {}

  // A list of definitions; one that is known already is passed over.
  absl::Status ReadTools(const json::Value& list, std::string_view field);
  // After all tools.
  absl::Status ReadChoice(const json::Value& value, ToolChoice& choice);

  // The canonical name of a tool that the client calls `local`, in `name_space` or, when that is empty, in none.
  std::string_view NameOf(std::string_view name_space, std::string_view local);
  std::span<const ToolSpec> Take() { return reader_.Keep(tools_); }

 private:
  absl::Status ReadTool(const json::Value& tool, std::string_view field);
  absl::Status ReadFunction(const json::Value& tool, std::string_view field, std::string_view name_space);
  absl::Status ReadCustom(const json::Value& tool, std::string_view field, std::string_view name_space);
  absl::Status ReadNamespace(const json::Value& tool, std::string_view field);
  absl::Status ReadWebSearch(const json::Value& tool, std::string_view field);
  absl::Status ReadFilters(const json::Value& filters, std::string_view field, WebSearchOptions& options);
  absl::Status ReadGrammar(const json::Value& format, std::string_view field, ToolSpec& spec);
  absl::Status Add(ToolSpec spec, std::string_view local, std::string_view name_space);
  absl::Status ReadAllowed(const json::Value& value, ToolChoice& choice);
  std::string_view Referenced(const json::Value& reference);
  bool IsTaken(std::string_view name) const;

  RequestReader& reader_;
  std::vector<ToolSpec> tools_;
};

}  // namespace ag::wire::openai
