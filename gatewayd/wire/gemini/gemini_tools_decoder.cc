#include "gatewayd/wire/gemini/gemini_tools_decoder.h"

#include <absl/strings/ascii.h>

#include <algorithm>
#include <string>
#include <vector>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/gemini/gemini_content_decoder.h"
#include "gatewayd/wire/gemini/gemini_schema.h"
#include "gatewayd/wire/gemini/proto_key.h"

namespace ag::wire::gemini {
namespace {

using json::Value;

absl::Status ReadFunction(const Value& value, std::string_view field, RequestReader& reader, ToolSpec& tool) {
  if (!value.is_object()) return WrongType(field, "an object");
  tool.raw = &value;
  tool.field = field;
  for (const auto& [key, member] : value.members()) {
    if (member.is_null()) continue;
    const std::string name = CamelCase(key);
    const std::string_view at = reader.Child(field, key);
    if (name == "name") {
      std::string_view written;
      AG_RETURN_IF_ERROR(reader.Read(member, at, written));
      tool.name = ForeignToolName(written, reader.arena());
      if (tool.name != written) tool.local_name = written;
    } else if (name == "description") {
      AG_RETURN_IF_ERROR(reader.Read(member, at, tool.description));
    } else if (name == "parameters") {
      tool.parameters = ReadSchema(member, reader);
    } else if (name == "parametersJsonSchema") {
      tool.parameters = &member;
    } else if (name == "response" || name == "responseJsonSchema" || name == "behavior") {
      reader.Drop(at, member);
    } else {
      reader.Refuse(at, member);
    }
  }
  return tool.name.empty() ? WrongType(reader.Child(field, "name"), "the name of a function") : absl::OkStatus();
}

absl::Status ReadFunctions(const Value& value, std::string_view field, RequestReader& reader,
                           std::vector<ToolSpec>& tools) {
  if (!value.is_array()) return WrongType(field, "an array of functions");
  for (std::size_t i = 0; i < value.items().size(); ++i) {
    ToolSpec tool;
    AG_RETURN_IF_ERROR(ReadFunction(value.items()[i], reader.At(field, i), reader, tool));
    tools.push_back(tool);
  }
  return absl::OkStatus();
}

absl::Status ReadSearch(const Value& value, std::string_view field, RequestReader& reader, ToolSpec& tool) {
  tool.kind = ToolSpec::Kind::kWebSearch;
  tool.name = "web_search";
  for (const auto& [key, member] : value.members()) {
    if (IsSpelling(key, "excludeDomains")) {
      AG_RETURN_IF_ERROR(reader.Read(member, reader.Child(field, key), tool.web_search.blocked_domains));
    } else {
      reader.Drop(reader.Child(field, key), member);
    }
  }
  return absl::OkStatus();
}

absl::Status ReadTool(const Value& value, std::string_view field, RequestReader& reader, std::vector<ToolSpec>& tools) {
  if (!value.is_object()) return WrongType(field, "an object");
  for (const auto& [key, member] : value.members()) {
    if (member.is_null()) continue;
    const std::string name = CamelCase(key);
    const std::string_view at = reader.Child(field, key);
    if (name == "functionDeclarations") {
      AG_RETURN_IF_ERROR(ReadFunctions(member, at, reader, tools));
      continue;
    }
    ToolSpec tool;
    tool.kind = ToolSpec::Kind::kServer;
    tool.name = key;
    tool.server_type = reader.arena().Copy(name);
    tool.raw = &member;
    tool.field = at;
    if (name == "googleSearch" || name == "googleSearchRetrieval" || name == "enterpriseWebSearch") {
      AG_RETURN_IF_ERROR(ReadSearch(member, at, reader, tool));
    }
    tools.push_back(tool);
  }
  return absl::OkStatus();
}

// Names in any case, as Google's SDKs take them, or numbers.
std::string ModeName(const Value& value) {
  static constexpr std::string_view kModes[] = {"MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"};
  if (value.is_string()) return absl::AsciiStrToUpper(ToAbsl(value.str()));
  const auto number = value.AsInt();
  if (!number || *number < 0 || *number >= std::ssize(kModes)) return {};
  return std::string(kModes[static_cast<std::size_t>(*number)]);
}

void MakeStrict(RequestReader& reader, ChatRequest& request) {
  std::vector<ToolSpec> tools(request.tools.begin(), request.tools.end());
  for (ToolSpec& tool : tools) {
    if (tool.kind == ToolSpec::Kind::kFunction) tool.strict = true;
  }
  request.tools = reader.Keep(tools);
}

absl::Status ReadChoice(const Value& value, std::string_view field, RequestReader& reader, ChatRequest& request) {
  if (!value.is_object()) return WrongType(field, "an object");
  std::string mode = "AUTO";
  std::vector<std::string_view> names;
  for (const auto& [key, member] : value.members()) {
    if (member.is_null()) continue;
    const std::string_view at = reader.Child(field, key);
    if (IsSpelling(key, "mode")) {
      mode = ModeName(member);
    } else if (IsSpelling(key, "allowedFunctionNames")) {
      std::span<const std::string_view> written;
      AG_RETURN_IF_ERROR(reader.Read(member, at, written));
      for (const std::string_view name : written) names.push_back(ForeignToolName(name, reader.arena()));
    } else if (IsSpelling(key, "streamFunctionCallArguments")) {
      if (member.AsBool(false)) reader.Drop(at, member);
    } else {
      reader.Refuse(at, member);
    }
  }
  ToolChoice choice;
  if (mode == "ANY") {
    choice.mode = names.empty()       ? ToolChoice::Mode::kRequired
                  : names.size() == 1 ? ToolChoice::Mode::kNamed
                                      : ToolChoice::Mode::kAllowed;
    choice.required = true;
  } else if (mode == "NONE") {
    choice.mode = ToolChoice::Mode::kNone;
  } else if (mode == "VALIDATED") {
    choice.mode = names.empty() ? ToolChoice::Mode::kAuto : ToolChoice::Mode::kAllowed;
    MakeStrict(reader, request);
  } else if (mode != "AUTO" && mode != "MODE_UNSPECIFIED") {
    return WrongType(reader.Child(field, "mode"), "AUTO, ANY, NONE or VALIDATED");
  }
  const bool named = choice.mode == ToolChoice::Mode::kNamed || choice.mode == ToolChoice::Mode::kAllowed;
  if (named) choice.names = reader.Keep(names);
  request.tool_choice = choice;
  return absl::OkStatus();
}

}  // namespace

const Value* ReadSchema(const Value& schema, RequestReader& reader) {
  const std::string_view text = reader.arena().Copy(JsonSchemaOf(schema));
  const auto parsed = json::Parse(text, reader.arena());
  return parsed.ok() ? *parsed : &schema;
}

absl::Status ReadTools(const Value& value, std::string_view field, RequestReader& reader, ChatRequest& request) {
  if (!value.is_array()) return WrongType(field, "an array of tools");
  std::vector<ToolSpec> tools;
  for (std::size_t i = 0; i < value.items().size(); ++i) {
    AG_RETURN_IF_ERROR(ReadTool(value.items()[i], reader.At(field, i), reader, tools));
  }
  request.tools = reader.Keep(tools);
  return absl::OkStatus();
}

absl::Status ReadToolConfig(const Value& value, std::string_view field, RequestReader& reader, ChatRequest& request) {
  if (!value.is_object()) return WrongType(field, "an object");
  for (const auto& [key, member] : value.members()) {
    if (member.is_null()) continue;
    const std::string_view at = reader.Child(field, key);
    if (IsSpelling(key, "functionCallingConfig")) {
      AG_RETURN_IF_ERROR(ReadChoice(member, at, reader, request));
    } else if (IsSpelling(key, "retrievalConfig")) {
      reader.Drop(at, member);
    } else if (IsSpelling(key, "includeServerSideToolInvocations")) {
      if (member.AsBool(false)) reader.Drop(at, member);
    } else {
      reader.Refuse(at, member);
    }
  }
  return absl::OkStatus();
}

}  // namespace ag::wire::gemini
