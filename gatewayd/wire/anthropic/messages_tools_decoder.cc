#include "gatewayd/wire/anthropic/messages_tools_decoder.h"

#include <array>
#include <optional>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/anthropic/messages_client_tools.h"
#include "gatewayd/wire/anthropic/messages_content_decoder.h"

namespace ag::wire::anthropic {
namespace {

using json::Value;

// How Anthropic's service loads, calls and streams a tool; another provider's tool is good without them.
constexpr std::array<std::string_view, 5> kServiceOnly{"defer_loading", "eager_input_streaming", "input_examples",
                                                       "allowed_callers", "response_inclusion"};

std::string_view TextAt(const Value& object, std::string_view key) {
  const Value* value = object.Find(key);
  return value == nullptr ? std::string_view() : value->str();
}

// What says nothing: false, an empty list, callers that are the model itself alone.
bool IsDefault(const Value& value) {
  if (value.is_bool()) return !value.AsBool(false);
  if (!value.is_array()) return false;
  return value.items().empty() || (value.items().size() == 1 && value.items()[0].str() == "direct");
}

void DropServiceFields(const Value& item, std::string_view field, RequestReader& reader) {
  for (const std::string_view key : kServiceOnly) {
    const Value* value = item.FindNonNull(key);
    if (value != nullptr && !IsDefault(*value)) reader.Drop(reader.Child(field, key), *value);
  }
}

absl::Status ReadFunction(const Value& item, RequestReader& reader, ToolSpec& tool) {
  if (tool.name.empty()) return WrongType(reader.Child(tool.field, "name"), "a string");
  tool.description = TextAt(item, "description");
  const std::string_view field = reader.Child(tool.field, "input_schema");
  tool.parameters = item.FindNonNull("input_schema");
  if (tool.parameters == nullptr || !tool.parameters->is_object()) return WrongType(field, "a JSON schema");
  if (const Value* strict = item.FindNonNull("strict"); strict != nullptr) {
    AG_RETURN_IF_ERROR(reader.Read(*strict, reader.Child(tool.field, "strict"), tool.strict));
  }
  return absl::OkStatus();
}

// https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool
absl::Status ReadWebSearch(const Value& item, RequestReader& reader, ToolSpec& tool) {
  tool.kind = ToolSpec::Kind::kWebSearch;
  WebSearchOptions& options = tool.web_search;
  if (const Value* uses = item.FindNonNull("max_uses"); uses != nullptr) {
    AG_RETURN_IF_ERROR(reader.Read(*uses, reader.Child(tool.field, "max_uses"), options.max_uses));
  }
  if (const Value* domains = item.FindNonNull("allowed_domains"); domains != nullptr) {
    AG_RETURN_IF_ERROR(reader.Read(*domains, reader.Child(tool.field, "allowed_domains"), options.allowed_domains));
  }
  if (const Value* domains = item.FindNonNull("blocked_domains"); domains != nullptr) {
    AG_RETURN_IF_ERROR(reader.Read(*domains, reader.Child(tool.field, "blocked_domains"), options.blocked_domains));
  }
  options.location = item.FindNonNull("user_location");
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadTool(const Value& item, std::string_view field, RequestReader& reader, std::vector<ToolSpec>& tools) {
  if (!item.is_object()) return WrongType(field, "an object");
  ToolSpec tool;
  tool.field = field;
  tool.raw = &item;
  tool.name = TextAt(item, "name");
  tool.cache = CacheHintOf(item);
  const std::string_view type = TextAt(item, "type");
  if (type.empty() || type == "custom") {
    AG_RETURN_IF_ERROR(ReadFunction(item, reader, tool));
  } else if (type.starts_with("web_search_")) {
    tool.server_type = type;
    AG_RETURN_IF_ERROR(ReadWebSearch(item, reader, tool));
  } else if (const auto client_tool = FindClientTool(type)) {
    if (tool.name.empty()) tool.name = client_tool->name;
    tool.description = client_tool->description;
    AG_ASSIGN_OR_RETURN(tool.parameters, json::Parse(client_tool->schema, reader.arena()));
  } else {
    tool.kind = ToolSpec::Kind::kServer;
    tool.server_type = type;
    if (tool.name.empty()) tool.name = TextAt(item, "mcp_server_name");
    if (tool.name.empty()) tool.name = type;
  }
  DropServiceFields(item, field, reader);
  tools.push_back(tool);
  return absl::OkStatus();
}

absl::Status ReadToolChoice(const Value& value, RequestReader& reader, ChatRequest& request) {
  const std::string_view type = TextAt(value, "type");
  ToolChoice choice;
  if (type == "any") {
    choice.mode = ToolChoice::Mode::kRequired;
  } else if (type == "none") {
    choice.mode = ToolChoice::Mode::kNone;
  } else if (type == "tool") {
    choice.mode = ToolChoice::Mode::kNamed;
    const auto names = reader.arena().NewSpan<std::string_view>(1);
    names[0] = TextAt(value, "name");
    if (names[0].empty()) return WrongType("tool_choice.name", "a string");
    choice.names = names;
  } else if (type != "auto") {
    return WrongType("tool_choice.type", "auto, any, tool or none");
  }
  request.tool_choice = choice;
  if (const Value* single = value.FindNonNull("disable_parallel_tool_use"); single != nullptr) {
    std::optional<bool> flag;
    AG_RETURN_IF_ERROR(reader.Read(*single, "tool_choice.disable_parallel_tool_use", flag));
    if (*flag) request.parallel_tool_calls = false;
  }
  return absl::OkStatus();
}

}  // namespace ag::wire::anthropic
