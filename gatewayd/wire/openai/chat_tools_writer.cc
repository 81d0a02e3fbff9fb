#include "gatewayd/wire/openai/chat_tools_writer.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/encode_common.h"
#include "gatewayd/wire/encode_content.h"
#include "gatewayd/wire/openai/openai_schema_writer.h"

namespace ag::wire::openai {
namespace {

using Mode = ToolChoice::Mode;

constexpr std::string_view kJsonTool = "json_reply";
constexpr std::string_view kOpenObject = R"({"type":"object","additionalProperties":true})";
constexpr std::string_view kInputSchema =
    R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"],"additionalProperties":false})";

bool IsWebSearch(const ToolSpec* tool) { return tool->kind == ToolSpec::Kind::kWebSearch; }

}  // namespace

// https://platform.openai.com/docs/models/gpt-4o-search-preview,
// https://platform.openai.com/docs/models/gpt-5-search-api
bool ChatToolsWriter::SearchModel() const {
  const std::string& model = target_.model;
  return target_.quirks.openai_service &&
         (model.find("-search-preview") != std::string::npos || model.find("-search-api") != std::string::npos);
}

bool ChatToolsWriter::NeedsJsonTool() const {
  if (!request_.response_format) return false;
  switch (request_.response_format->kind) {
    case ResponseFormat::Kind::kText:
      return false;
    case ResponseFormat::Kind::kJsonObject:
      return !target_.quirks.json_object;
    case ResponseFormat::Kind::kJsonSchema:
      return !target_.quirks.json_schema;
  }
  return false;
}

absl::Status ChatToolsWriter::Write() {
  const ToolRules rules{.web_search = SearchModel(), .allowed_list = target_.quirks.openai_service};
  AG_ASSIGN_OR_RETURN(ToolOffer offer, OfferTools(request_, target_, rules, out_));
  const auto search = std::find_if(offer.tools.begin(), offer.tools.end(), IsWebSearch);
  if (search != offer.tools.end()) {
    WriteWebSearch(**search);
    std::erase_if(offer.tools, IsWebSearch);
  }
  if (NeedsJsonTool()) {
    const ResponseFormat& format = *request_.response_format;
    if (!offer.tools.empty()) {
      return Untranslatable(request_, target_, format.field,
                            "the target has no JSON output that goes together with tools, so this is not translated");
    }
    return WriteJsonTool(format);
  }
  if (!offer.tools.empty()) {
    writer_.Key("tools").BeginArray();
    for (const ToolSpec* tool : offer.tools) WriteTool(*tool);
    writer_.EndArray();
    WriteChoice(offer);
    if (request_.parallel_tool_calls == false) writer_.Field("parallel_tool_calls", false);
  }
  return WriteFormat();
}

void ChatToolsWriter::WriteTool(const ToolSpec& tool) {
  if (tool.kind == ToolSpec::Kind::kCustom) return WriteCustom(tool);
  WriteFunction(tool);
}

void ChatToolsWriter::WriteFunction(const ToolSpec& tool) {
  writer_.BeginObject().Field("type", "function").Key("function").BeginObject().Field("name", tool.name);
  if (!tool.description.empty()) writer_.Field("description", tool.description);
  const bool strict = tool.parameters == nullptr ? tool.strict.value_or(false) : WriteParameters(tool, Schemas());
  if (strict) writer_.Field("strict", true);
  writer_.EndObject().EndObject();
}

void ChatToolsWriter::WriteCustom(const ToolSpec& tool) {
  const bool native = target_.quirks.openai_service;
  writer_.BeginObject().Field("type", native ? "custom" : "function").Key(native ? "custom" : "function");
  writer_.BeginObject().Field("name", tool.name);
  if (!tool.description.empty()) writer_.Field("description", tool.description);
  if (!native) {
    writer_.Key("parameters").Raw(kInputSchema);
    if (!tool.grammar.empty()) NoteDrop(out_, tool.field, "custom_grammar");
  } else if (!tool.grammar.empty()) {
    writer_.Key("format").BeginObject().Field("type", "grammar").Key("grammar").BeginObject();
    writer_.Field("syntax", tool.grammar_syntax).Field("definition", tool.grammar).EndObject().EndObject();
  }
  writer_.EndObject().EndObject();
}

void ChatToolsWriter::WriteWebSearch(const ToolSpec& tool) {
  const WebSearchOptions& options = tool.web_search;
  writer_.Key("web_search_options").BeginObject();
  if (!options.context_size.empty()) writer_.Field("search_context_size", options.context_size);
  if (options.location != nullptr) {
    // Chat wraps the place once more than the other APIs do.
    writer_.Key("user_location").BeginObject().Field("type", "approximate").Key("approximate").BeginObject();
    for (const auto& [key, value] : options.location->members()) {
      if (key != "type") writer_.Key(key).Raw(value.raw());
    }
    writer_.EndObject().EndObject();
  }
  writer_.EndObject();
  const bool limited = !options.allowed_domains.empty() || !options.blocked_domains.empty() || options.max_uses;
  if (limited) NoteDrop(out_, tool.field, "web_search_option");
}

void ChatToolsWriter::WriteReference(const ToolOffer& offer, std::string_view name) {
  const bool custom = target_.quirks.openai_service &&
                      std::any_of(offer.tools.begin(), offer.tools.end(), [name](const ToolSpec* tool) {
                        return tool->name == name && tool->kind == ToolSpec::Kind::kCustom;
                      });
  const std::string_view kind = custom ? "custom" : "function";
  writer_.BeginObject().Field("type", kind).Key(kind).BeginObject().Field("name", name).EndObject().EndObject();
}

void ChatToolsWriter::WriteChoice(const ToolOffer& offer) {
  const ToolChoice& choice = offer.choice;
  switch (choice.mode) {
    case Mode::kAuto:
      if (request_.tool_choice) writer_.Field("tool_choice", "auto");
      return;
    case Mode::kNone:
      writer_.Field("tool_choice", "none");
      return;
    case Mode::kRequired:
      writer_.Field("tool_choice", "required");
      return;
    case Mode::kNamed:
      writer_.Key("tool_choice");
      return WriteReference(offer, choice.names.front());
    case Mode::kAllowed:
      break;
  }
  writer_.Key("tool_choice").BeginObject().Field("type", "allowed_tools").Key("allowed_tools").BeginObject();
  writer_.Field("mode", choice.required ? "required" : "auto").Key("tools").BeginArray();
  for (const std::string_view name : choice.names) WriteReference(offer, name);
  writer_.EndArray().EndObject().EndObject();
}

absl::Status ChatToolsWriter::WriteFormat() {
  if (!request_.response_format || request_.response_format->kind == ResponseFormat::Kind::kText) {
    return absl::OkStatus();
  }
  const ResponseFormat& format = *request_.response_format;
  writer_.Key("response_format").BeginObject();
  if (format.kind == ResponseFormat::Kind::kJsonObject || format.schema == nullptr) {
    writer_.Field("type", "json_object");
  } else {
    writer_.Field("type", "json_schema").Key("json_schema").BeginObject();
    AG_RETURN_IF_ERROR(WriteJsonSchema(format, Schemas()));
    writer_.EndObject();
  }
  writer_.EndObject();
  return absl::OkStatus();
}

// JsonToolFilter turns the arguments of the call into the reply's text.
absl::Status ChatToolsWriter::WriteJsonTool(const ResponseFormat& format) {
  const bool open = format.kind == ResponseFormat::Kind::kJsonObject || format.schema == nullptr;
  if (!open) {
    const json::Value* type = format.schema->Find("type");
    if (type == nullptr || type->str() != "object") {
      return Untranslatable(request_, target_, format.field, "a schema of what is no object is not translated");
    }
  }
  NoteApprox(out_, format.field, "json_by_tool");
  writer_.Key("tools").BeginArray().BeginObject().Field("type", "function").Key("function").BeginObject();
  writer_.Field("name", kJsonTool).Field("description", "The reply, as JSON.");
  writer_.Key("parameters").Raw(open ? kOpenObject : format.schema->raw()).EndObject().EndObject().EndArray();
  writer_.Key("tool_choice").BeginObject().Field("type", "function").Key("function").BeginObject();
  writer_.Field("name", kJsonTool).EndObject().EndObject();
  out_.json_tool = kJsonTool;
  return absl::OkStatus();
}

}  // namespace ag::wire::openai
