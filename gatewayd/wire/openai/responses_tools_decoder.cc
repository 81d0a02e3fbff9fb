#include "gatewayd/wire/openai/responses_tools_decoder.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <string>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/openai/openai_schema.h"
#include "gatewayd/wire/openai/responses_json.h"
#include "gatewayd/wire/turns.h"

namespace ag::wire::openai {
namespace {

using json::Value;

constexpr std::size_t kMaxNameLength = 64;
constexpr std::array<std::string_view, 4> kWebSearches{"web_search", "web_search_2025_08_26", "web_search_preview",
                                                       "web_search_preview_2025_03_11"};
// Hints on when a tool is shown to the model and who may call it; all tools are shown, and the model calls them.
constexpr std::array<std::string_view, 4> kLoadingHints{"defer_loading", "allowed_callers", "output_schema", "async"};

template <std::size_t N>
bool IsOneOf(std::string_view text, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// "<namespace>__<name>" where every provider takes that as a name, else its beginning and a hash of the whole.
std::string Flattened(std::string_view name_space, std::string_view local, std::size_t salt) {
  const std::string joined = absl::StrCat(ToAbsl(name_space), "__", ToAbsl(local));
  const bool legal = joined.size() <= kMaxNameLength && std::all_of(joined.begin(), joined.end(), IsNameCharacter);
  if (legal && salt == 0) return joined;
  std::string id = LegalToolId(absl::StrCat(joined, "#", salt), 0);
  const std::string hash = id.substr(id.find('_'));
  std::string name = joined.substr(0, kMaxNameLength - hash.size());
  std::replace_if(name.begin(), name.end(), [](char c) { return !IsNameCharacter(c); }, '_');
  return name + hash;
}

bool IsSet(const Value& value) { return !value.is_null() && value.raw() != "false" && value.raw() != "[]"; }

}  // namespace

absl::Status ResponsesToolsReader::ReadTools(const Value& list, std::string_view field) {
  if (!list.is_array()) return WrongType(field, "an array of tools");
  for (std::size_t i = 0; i < list.items().size(); ++i) {
    AG_RETURN_IF_ERROR(ReadTool(list.items()[i], reader_.At(field, i)));
  }
  return absl::OkStatus();
}

absl::Status ResponsesToolsReader::ReadTool(const Value& tool, std::string_view field) {
  const std::string_view type = TextAt(tool, "type");
  if (type.empty()) return WrongType(reader_.Child(field, "type"), "a string");
  if (type == "function") return ReadFunction(tool, field, {});
  if (type == "custom") return ReadCustom(tool, field, {});
  if (type == "namespace") return ReadNamespace(tool, field);
  if (IsOneOf(type, kWebSearches)) return ReadWebSearch(tool, field);
  ToolSpec spec;
  spec.kind = ToolSpec::Kind::kServer;
  spec.server_type = type;
  spec.raw = &tool;
  spec.field = field;
  const std::string_view label = TextAt(tool, "server_label");  // of an MCP server
  return Add(spec, label.empty() ? type : label, label.empty() ? std::string_view() : type);
}

absl::Status ResponsesToolsReader::ReadFunction(const Value& tool, std::string_view field,
                                                std::string_view name_space) {
  ToolSpec spec;
  spec.raw = &tool;
  spec.field = field;
  std::string_view name;
  for (const auto& [key, value] : tool.members()) {
    const std::string_view child = reader_.Child(field, key);
    if (value.is_null() || key == "type") continue;
    if (key == "name") {
      AG_RETURN_IF_ERROR(reader_.Read(value, child, name));
    } else if (key == "description") {
      AG_RETURN_IF_ERROR(reader_.Read(value, child, spec.description));
    } else if (key == "parameters") {
      if (!value.is_object()) return WrongType(child, "a JSON schema");
      spec.parameters = &value;
    } else if (key == "strict") {
      AG_RETURN_IF_ERROR(reader_.Read(value, child, spec.strict));
    } else if (!IsOneOf(key, kLoadingHints)) {
      reader_.Refuse(child, value);
    } else if (IsSet(value)) {
      reader_.Drop(child, value);
    }
  }
  if (name.empty()) return WrongType(reader_.Child(field, "name"), "a non-empty string");
  // Unlike chat, the API is strict unless told otherwise, where the schema lets it:
  // https://platform.openai.com/docs/guides/function-calling#strict-mode
  if (!spec.strict) spec.strict = spec.parameters != nullptr && IsStrictSchema(*spec.parameters);
  return Add(spec, name, name_space);
}

absl::Status ResponsesToolsReader::ReadCustom(const Value& tool, std::string_view field, std::string_view name_space) {
  ToolSpec spec;
  spec.kind = ToolSpec::Kind::kCustom;
  spec.raw = &tool;
  spec.field = field;
  std::string_view name;
  for (const auto& [key, value] : tool.members()) {
    const std::string_view child = reader_.Child(field, key);
    if (value.is_null() || key == "type") continue;
    if (key == "name") {
      AG_RETURN_IF_ERROR(reader_.Read(value, child, name));
    } else if (key == "description") {
      AG_RETURN_IF_ERROR(reader_.Read(value, child, spec.description));
    } else if (key == "format") {
      AG_RETURN_IF_ERROR(ReadGrammar(value, child, spec));
    } else if (!IsOneOf(key, kLoadingHints)) {
      reader_.Refuse(child, value);
    } else if (IsSet(value)) {
      reader_.Drop(child, value);
    }
  }
  if (name.empty()) return WrongType(reader_.Child(field, "name"), "a non-empty string");
  return Add(spec, name, name_space);
}

absl::Status ResponsesToolsReader::ReadGrammar(const Value& format, std::string_view field, ToolSpec& spec) {
  const std::string_view type = TextAt(format, "type");
  if (type == "text") return absl::OkStatus();
  if (type != "grammar") return WrongType(reader_.Child(field, "type"), "text or grammar");
  spec.grammar = TextAt(format, "definition");
  spec.grammar_syntax = TextAt(format, "syntax");
  return absl::OkStatus();
}

absl::Status ResponsesToolsReader::ReadNamespace(const Value& tool, std::string_view field) {
  const std::string_view name = TextAt(tool, "name");
  const Value* nested = tool.FindNonNull("tools");
  if (name.empty()) return WrongType(reader_.Child(field, "name"), "a non-empty string");
  if (nested == nullptr || !nested->is_array()) return WrongType(reader_.Child(field, "tools"), "an array of tools");
  if (const Value* description = tool.FindNonNull("description")) {
    reader_.Drop(reader_.Child(field, "description"), *description);
  }
  const std::string_view list = reader_.Child(field, "tools");
  for (std::size_t i = 0; i < nested->items().size(); ++i) {
    const Value& each = nested->items()[i];
    const std::string_view type = TextAt(each, "type");
    const std::string_view child = reader_.At(list, i);
    if (type == "function") {
      AG_RETURN_IF_ERROR(ReadFunction(each, child, name));
    } else if (type == "custom") {
      AG_RETURN_IF_ERROR(ReadCustom(each, child, name));
    } else {
      return WrongType(reader_.Child(child, "type"), "function or custom");
    }
  }
  return absl::OkStatus();
}

absl::Status ResponsesToolsReader::ReadWebSearch(const Value& tool, std::string_view field) {
  ToolSpec spec;
  spec.kind = ToolSpec::Kind::kWebSearch;
  spec.server_type = TextAt(tool, "type");
  spec.raw = &tool;
  spec.field = field;
  for (const auto& [key, value] : tool.members()) {
    const std::string_view child = reader_.Child(field, key);
    if (value.is_null() || key == "type") continue;
    if (key == "filters") {
      AG_RETURN_IF_ERROR(ReadFilters(value, child, spec.web_search));
    } else if (key == "search_context_size") {
      AG_RETURN_IF_ERROR(reader_.Read(value, child, spec.web_search.context_size));
    } else if (key == "user_location") {
      if (!value.is_object()) return WrongType(child, "an object");
      spec.web_search.location = &value;
    } else if (value.raw() != "true") {  // external_web_access is true unless it is said
      reader_.Drop(child, value);
    }
  }
  return Add(spec, "web_search", {});
}

absl::Status ResponsesToolsReader::ReadFilters(const Value& filters, std::string_view field,
                                               WebSearchOptions& options) {
  for (const auto& [key, value] : filters.members()) {
    const std::string_view child = reader_.Child(field, key);
    if (value.is_null()) continue;
    if (key == "allowed_domains") {
      AG_RETURN_IF_ERROR(reader_.Read(value, child, options.allowed_domains));
    } else if (key == "blocked_domains") {
      AG_RETURN_IF_ERROR(reader_.Read(value, child, options.blocked_domains));
    } else {
      reader_.Refuse(child, value);
    }
  }
  return absl::OkStatus();
}

absl::Status ResponsesToolsReader::Add(ToolSpec spec, std::string_view local, std::string_view name_space) {
  const bool known = std::any_of(tools_.begin(), tools_.end(), [&](const ToolSpec& tool) {
    return tool.kind == spec.kind && tool.name_space == name_space &&
           (name_space.empty() ? tool.name : tool.local_name) == local;
  });
  if (known) return absl::OkStatus();
  spec.name = local;
  if (!name_space.empty()) {
    spec.name_space = name_space;
    spec.local_name = local;
    std::size_t salt = 0;
    std::string flat = Flattened(name_space, local, salt);
    while (IsTaken(flat)) flat = Flattened(name_space, local, ++salt);
    spec.name = reader_.arena().Copy(flat);
  }
  tools_.push_back(spec);
  return absl::OkStatus();
}

bool ResponsesToolsReader::IsTaken(std::string_view name) const {
  return std::any_of(tools_.begin(), tools_.end(), [&](const ToolSpec& tool) { return tool.name == name; });
}

// A tool that was loaded by a search stands in a namespace of its own name; the tool of that name is the one that is
// meant. One that is no longer offered keeps the name that it would have.
std::string_view ResponsesToolsReader::NameOf(std::string_view name_space, std::string_view local) {
  if (name_space.empty()) return local;
  for (const ToolSpec& tool : tools_) {
    if (tool.name_space == name_space && tool.local_name == local) return tool.name;
  }
  if (name_space == local && IsTaken(local)) return local;
  return reader_.arena().Copy(Flattened(name_space, local, 0));
}

absl::Status ResponsesToolsReader::ReadChoice(const Value& value, ToolChoice& choice) {
  if (value.is_string()) {
    if (value.str() == "auto") choice.mode = ToolChoice::Mode::kAuto;
    if (value.str() == "none") choice.mode = ToolChoice::Mode::kNone;
    if (value.str() == "required") choice.mode = ToolChoice::Mode::kRequired;
    const bool known = choice.mode != ToolChoice::Mode::kAuto || value.str() == "auto";
    return known ? absl::OkStatus() : WrongType("tool_choice", "auto, none, required or an object");
  }
  if (!value.is_object()) return WrongType("tool_choice", "a string or an object");
  if (TextAt(value, "type") == "allowed_tools") return ReadAllowed(value, choice);
  choice.mode = ToolChoice::Mode::kNamed;
  const std::string_view name = Referenced(value);
  if (name.empty()) return WrongType("tool_choice.type", "a type of tool");
  choice.names = reader_.Keep(std::vector<std::string_view>{name});
  return absl::OkStatus();
}

absl::Status ResponsesToolsReader::ReadAllowed(const Value& value, ToolChoice& choice) {
  const Value* list = value.FindNonNull("tools");
  if (list == nullptr || !list->is_array()) return WrongType("tool_choice.tools", "an array of tools");
  choice.mode = ToolChoice::Mode::kAllowed;
  choice.required = TextAt(value, "mode") == "required";
  std::vector<std::string_view> names;
  for (const Value& reference : list->items()) {
    const std::string_view name = Referenced(reference);
    if (name.empty()) return WrongType("tool_choice.tools", "references to tools");
    names.push_back(name);
  }
  choice.names = reader_.Keep(names);
  return absl::OkStatus();
}

// The canonical name of the tool that {"type":…, "name"?:…} means; empty when it says no type.
std::string_view ResponsesToolsReader::Referenced(const Value& reference) {
  const std::string_view type = TextAt(reference, "type");
  if (type == "function" || type == "custom") {
    return NameOf(TextAt(reference, "namespace"), TextAt(reference, "name"));
  }
  if (IsOneOf(type, kWebSearches)) return "web_search";
  if (type == "mcp") return NameOf(type, TextAt(reference, "server_label"));
  return type;
}

}  // namespace ag::wire::openai
