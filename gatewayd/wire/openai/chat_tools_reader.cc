#include "gatewayd/wire/openai/chat_tools_reader.h"

#include <utility>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/openai/json_members.h"

namespace ag::wire::openai {
namespace {

using json::Value;
using Mode = ToolChoice::Mode;

constexpr std::string_view kWebSearch = "web_search";

}  // namespace

absl::Status ChatToolsReader::ReadTools(const Value& value) {
  if (!value.is_array()) return WrongType("tools", "an array of tools");
  for (std::size_t i = 0; i < value.items().size(); ++i) {
    AG_RETURN_IF_ERROR(ReadTool(value.items()[i], reader_.At("tools", i)));
  }
  return absl::OkStatus();
}

absl::Status ChatToolsReader::ReadTool(const Value& item, std::string_view field) {
  const std::string_view type = TextAt(item, "type");
  ToolSpec tool;
  tool.raw = &item;
  tool.field = field;
  if (const Value* cache = item.FindNonNull("cache_control"); cache != nullptr) {
    tool.cache = CacheHint{TextAt(*cache, "ttl")};
  }
  const Value* function = item.FindNonNull("function");
  const Value* custom = item.FindNonNull("custom");
  if (type == "custom") {
    if (custom == nullptr) return WrongType(reader_.Child(field, "custom"), "an object");
    AG_RETURN_IF_ERROR(ReadCustom(*custom, reader_.Child(field, "custom"), tool));
  } else if (type == "function" || (type.empty() && function != nullptr)) {
    if (function == nullptr) return WrongType(reader_.Child(field, "function"), "an object");
    AG_RETURN_IF_ERROR(ReadFunction(*function, reader_.Child(field, "function"), tool));
  } else if (type.empty()) {
    return WrongType(reader_.Child(field, "type"), "a string");
  } else {
    // Tools that a compatible server runs itself.
    tool.kind = type.substr(0, kWebSearch.size()) == kWebSearch ? ToolSpec::Kind::kWebSearch : ToolSpec::Kind::kServer;
    tool.name = tool.server_type = type;
  }
  tools_.push_back(tool);
  return absl::OkStatus();
}

absl::Status ChatToolsReader::ReadFunction(const Value& function, std::string_view field, ToolSpec& tool) {
  if (TextAt(function, "name").empty()) return WrongType(reader_.Child(field, "name"), "a string");
  for (const auto& [key, value] : function.members()) {
    if (value.is_null()) continue;
    const std::string_view child = reader_.Child(field, key);
    if (key == "name") {
      AG_RETURN_IF_ERROR(reader_.Read(value, child, tool.name));
    } else if (key == "description") {
      AG_RETURN_IF_ERROR(reader_.Read(value, child, tool.description));
    } else if (key == "strict") {
      AG_RETURN_IF_ERROR(reader_.Read(value, child, tool.strict));
    } else if (key == "parameters") {
      if (!value.is_object()) return WrongType(child, "a JSON schema");
      tool.parameters = &value;
    } else {
      reader_.Drop(child, value);
    }
  }
  return absl::OkStatus();
}

absl::Status ChatToolsReader::ReadCustom(const Value& custom, std::string_view field, ToolSpec& tool) {
  tool.kind = ToolSpec::Kind::kCustom;
  tool.name = TextAt(custom, "name");
  tool.description = TextAt(custom, "description");
  if (tool.name.empty()) return WrongType(reader_.Child(field, "name"), "a string");
  const Value* format = custom.FindNonNull("format");
  const Value* grammar = format == nullptr ? nullptr : format->FindNonNull("grammar");
  if (grammar == nullptr) return absl::OkStatus();
  tool.grammar = TextAt(*grammar, "definition");
  tool.grammar_syntax = TextAt(*grammar, "syntax");
  return absl::OkStatus();
}

absl::Status ChatToolsReader::ReadFunctions(const Value& value) {
  if (!value.is_array()) return WrongType("functions", "an array of functions");
  for (std::size_t i = 0; i < value.items().size(); ++i) {
    ToolSpec tool;
    tool.raw = &value.items()[i];
    tool.field = reader_.At("functions", i);
    AG_RETURN_IF_ERROR(ReadFunction(value.items()[i], tool.field, tool));
    tools_.push_back(tool);
    functions_ = true;
  }
  return absl::OkStatus();
}

absl::Status ChatToolsReader::ReadWebSearch(const Value& value) {
  if (!value.is_object()) return WrongType("web_search_options", "an object");
  ToolSpec tool;
  tool.kind = ToolSpec::Kind::kWebSearch;
  tool.name = tool.server_type = kWebSearch;
  tool.raw = &value;
  tool.field = "web_search_options";
  tool.web_search.context_size = TextAt(value, "search_context_size");
  if (const Value* location = value.FindNonNull("user_location"); location != nullptr) {
    const Value* place = location->FindNonNull("approximate");
    tool.web_search.location = place == nullptr ? location : place;
  }
  tools_.push_back(tool);
  return absl::OkStatus();
}

absl::Status ChatToolsReader::ReadReference(const Value& item, std::string_view field, std::string_view& name) {
  const std::string_view type = TextAt(item, "type");
  const Value* named = item.FindNonNull(type == "custom" ? "custom" : "function");
  name = named != nullptr ? TextAt(*named, "name") : type == "function" || type == "custom" ? "" : type;
  if (name.empty()) return WrongType(field, "a reference to a tool by its name");
  return absl::OkStatus();
}

absl::Status ChatToolsReader::ReadChoice(const Value& value) {
  constexpr std::string_view kField = "tool_choice";
  ToolChoice choice;
  if (value.is_string()) {
    const std::string_view mode = value.str();
    if (mode == "none") {
      choice.mode = Mode::kNone;
    } else if (mode == "required" || mode == "any") {  // "any" says Mistral
      choice.mode = Mode::kRequired;
    } else if (mode != "auto") {
      return WrongType(kField, "none, auto, required or an object");
    }
    choice_ = choice;
    return absl::OkStatus();
  }
  if (TextAt(value, "type") == "allowed_tools") {
    const Value* allowed = value.FindNonNull("allowed_tools");
    return ReadAllowed(allowed == nullptr ? value : *allowed);
  }
  std::string_view name;
  AG_RETURN_IF_ERROR(ReadReference(value, kField, name));
  choice.mode = Mode::kNamed;
  choice.names = reader_.Keep(std::vector<std::string_view>{name});
  choice_ = choice;
  return absl::OkStatus();
}

absl::Status ChatToolsReader::ReadAllowed(const Value& allowed) {
  constexpr std::string_view kField = "tool_choice.allowed_tools.tools";
  const Value* tools = allowed.FindNonNull("tools");
  if (tools == nullptr || !tools->is_array()) return WrongType(kField, "an array of references to tools");
  std::vector<std::string_view> names(tools->items().size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    AG_RETURN_IF_ERROR(ReadReference(tools->items()[i], reader_.At(kField, i), names[i]));
  }
  ToolChoice choice;
  choice.mode = Mode::kAllowed;
  choice.names = reader_.Keep(names);
  choice.required = TextAt(allowed, "mode") == "required";
  choice_ = choice;
  return absl::OkStatus();
}

absl::Status ChatToolsReader::ReadFunctionCall(const Value& value) {
  ToolChoice choice;
  if (value.is_object()) {
    const std::string_view name = TextAt(value, "name");
    if (name.empty()) return WrongType("function_call.name", "a string");
    choice.mode = Mode::kNamed;
    choice.names = reader_.Keep(std::vector<std::string_view>{name});
  } else if (value.str() == "none") {
    choice.mode = Mode::kNone;
  } else if (value.str() != "auto") {
    return WrongType("function_call", "none, auto or an object");
  }
  choice_ = choice;
  return absl::OkStatus();
}

absl::Status ChatToolsReader::ReadFormat(const Value& value) {
  const Value* type = value.Find("type");
  if (type == nullptr || !type->is_string()) return WrongType("response_format.type", "a string");
  ResponseFormat format;
  format.field = "response_format";
  if (type->str() == "json_object") {
    format.kind = ResponseFormat::Kind::kJsonObject;
  } else if (type->str() == "json_schema") {
    AG_RETURN_IF_ERROR(ReadSchemaFormat(value, format));
  } else if (type->str() != "text") {
    reader_.Refuse("response_format", value);
  }
  format_ = format;
  return absl::OkStatus();
}

absl::Status ChatToolsReader::ReadSchemaFormat(const Value& value, ResponseFormat& format) {
  constexpr std::string_view kField = "response_format.json_schema";
  const Value* definition = value.FindNonNull("json_schema");
  if (definition == nullptr || !definition->is_object()) return WrongType(kField, "an object");
  format.kind = ResponseFormat::Kind::kJsonSchema;
  format.name = TextAt(*definition, "name");
  format.description = TextAt(*definition, "description");
  if (const Value* schema = definition->FindNonNull("schema"); schema != nullptr) {
    if (!schema->is_object()) return WrongType("response_format.json_schema.schema", "a JSON schema");
    format.schema = schema;
  }
  const Value* strict = definition->FindNonNull("strict");
  return strict == nullptr ? absl::OkStatus()
                           : reader_.Read(*strict, "response_format.json_schema.strict", format.strict);
}

void ChatToolsReader::Take(ChatRequest& request) {
  request.tools = reader_.Keep(tools_);
  request.tool_choice = choice_;
  request.response_format = format_;
  if (functions_) request.parallel_tool_calls = false;
}

}  // namespace ag::wire::openai
