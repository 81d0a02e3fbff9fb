#include "gatewayd/wire/openai/responses_tools_encoder.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <vector>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/encode_content.h"
#include "gatewayd/wire/openai/openai_schema_writer.h"

namespace ag::wire::openai {
namespace {

constexpr ToolRules kToolRules{.web_search = true, .allowed_list = true};

bool IsChosen(const ToolSpec& tool, const ToolChoice& choice) {
  return std::find(choice.names.begin(), choice.names.end(), tool.name) != choice.names.end();
}

}  // namespace

absl::Status ResponsesToolsWriter::WriteTools() {
  AG_ASSIGN_OR_RETURN(const ToolOffer offer, OfferTools(request_, target_, kToolRules, out_));
  if (offer.tools.empty()) return absl::OkStatus();
  writer_.Key("tools").BeginArray();
  for (const ToolSpec* tool : offer.tools) WriteTool(*tool);
  writer_.EndArray();
  WriteChoice(offer);
  if (request_.parallel_tool_calls) writer_.Field("parallel_tool_calls", *request_.parallel_tool_calls);
  return absl::OkStatus();
}

void ResponsesToolsWriter::WriteTool(const ToolSpec& tool) {
  switch (tool.kind) {
    case ToolSpec::Kind::kFunction:
      return WriteFunction(tool);
    case ToolSpec::Kind::kCustom:
      return WriteCustom(tool);
    case ToolSpec::Kind::kWebSearch:
      return WriteWebSearch(tool);
    case ToolSpec::Kind::kServer:
      return;  // never offered
  }
}

// `strict` is always said, since the API takes its absence for true.
void ResponsesToolsWriter::WriteFunction(const ToolSpec& tool) {
  writer_.BeginObject().Field("type", "function").Field("name", tool.name);
  if (!tool.description.empty()) writer_.Field("description", tool.description);
  bool strict = false;
  if (tool.parameters != nullptr) {
    strict = WriteParameters(tool, Schemas());
  } else {
    writer_.Key("parameters").Raw(R"({"type":"object","properties":{},"additionalProperties":false})");
    strict = tool.strict.value_or(false) && FamilyOf(request_.dialect) == Family::kOpenAi;
  }
  writer_.Field("strict", strict).EndObject();
}

// https://platform.openai.com/docs/guides/function-calling#custom-tools
void ResponsesToolsWriter::WriteCustom(const ToolSpec& tool) {
  writer_.BeginObject().Field("type", "custom").Field("name", tool.name);
  if (!tool.description.empty()) writer_.Field("description", tool.description);
  if (!tool.grammar.empty()) {
    writer_.Key("format").BeginObject().Field("type", "grammar").Field("syntax", tool.grammar_syntax);
    writer_.Field("definition", tool.grammar).EndObject();
  }
  writer_.EndObject();
}

// https://platform.openai.com/docs/guides/tools-web-search
void ResponsesToolsWriter::WriteWebSearch(const ToolSpec& tool) {
  const WebSearchOptions& options = tool.web_search;
  writer_.BeginObject().Field("type", "web_search");
  if (!options.allowed_domains.empty()) {
    writer_.Key("filters").BeginObject();
    WriteStrings(writer_, "allowed_domains", {options.allowed_domains.begin(), options.allowed_domains.end()});
    writer_.EndObject();
  }
  if (options.location != nullptr) writer_.Key("user_location").Raw(options.location->raw());
  if (!options.context_size.empty()) writer_.Field("search_context_size", options.context_size);
  writer_.EndObject();
  const bool limited = !options.blocked_domains.empty() || options.max_uses.has_value();
  if (limited) NoteDrop(out_, tool.field, "web_search_option");
}

void ResponsesToolsWriter::WriteChoice(const ToolOffer& offer) {
  switch (offer.choice.mode) {
    case ToolChoice::Mode::kAuto:
      return;  // what the API does unasked
    case ToolChoice::Mode::kNone:
      writer_.Field("tool_choice", "none");
      return;
    case ToolChoice::Mode::kRequired:
      writer_.Field("tool_choice", "required");
      return;
    case ToolChoice::Mode::kAllowed:
      return WriteAllowed(offer, offer.choice.required ? "required" : "auto");
    case ToolChoice::Mode::kNamed:
      break;
  }
  const auto tool = std::find_if(offer.tools.begin(), offer.tools.end(),
                                 [&](const ToolSpec* each) { return IsChosen(*each, offer.choice); });
  // A web search is forced as the only allowed tool: the form for a named one knows the older search alone.
  if (tool == offer.tools.end() || (*tool)->kind == ToolSpec::Kind::kWebSearch) return WriteAllowed(offer, "required");
  writer_.Key("tool_choice");
  WriteReference(**tool);
}

void ResponsesToolsWriter::WriteReference(const ToolSpec& tool) {
  writer_.BeginObject();
  if (tool.kind == ToolSpec::Kind::kWebSearch) {
    writer_.Field("type", "web_search");
  } else {
    writer_.Field("type", tool.kind == ToolSpec::Kind::kCustom ? "custom" : "function").Field("name", tool.name);
  }
  writer_.EndObject();
}

void ResponsesToolsWriter::WriteAllowed(const ToolOffer& offer, std::string_view mode) {
  writer_.Key("tool_choice").BeginObject().Field("type", "allowed_tools").Field("mode", mode).Key("tools");
  writer_.BeginArray();
  for (const ToolSpec* tool : offer.tools) {
    if (IsChosen(*tool, offer.choice)) WriteReference(*tool);
  }
  writer_.EndArray().EndObject();
}

absl::Status ResponsesToolsWriter::WriteText() {
  const bool format = request_.response_format && request_.response_format->kind != ResponseFormat::Kind::kText;
  if (!format && request_.verbosity.empty()) return absl::OkStatus();
  writer_.Key("text").BeginObject();
  if (format) AG_RETURN_IF_ERROR(WriteFormat(*request_.response_format));
  if (!request_.verbosity.empty()) writer_.Field("verbosity", request_.verbosity);
  writer_.EndObject();
  return absl::OkStatus();
}

absl::Status ResponsesToolsWriter::WriteFormat(const ResponseFormat& format) {
  writer_.Key("format").BeginObject();
  if (format.kind == ResponseFormat::Kind::kJsonObject || format.schema == nullptr) {
    writer_.Field("type", "json_object").EndObject();
    return absl::OkStatus();
  }
  writer_.Field("type", "json_schema");
  AG_RETURN_IF_ERROR(WriteJsonSchema(format, Schemas()));
  writer_.EndObject();
  return absl::OkStatus();
}

}  // namespace ag::wire::openai
