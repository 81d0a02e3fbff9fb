#include "gatewayd/wire/gemini/gemini_tools_encoder.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/encode_common.h"
#include "gatewayd/wire/encode_content.h"
#include "gatewayd/wire/encode_tools.h"
#include "gatewayd/wire/gemini/gemini_schema.h"

namespace ag::wire::gemini {
namespace {

using Kind = ToolSpec::Kind;
using Mode = ToolChoice::Mode;

bool IsFunction(const ToolSpec& tool) { return tool.kind == Kind::kFunction || tool.kind == Kind::kCustom; }

// A function without parameters is declared without a schema.
bool HasParameters(const json::Value* schema) {
  if (schema == nullptr || !schema->is_object()) return false;
  const auto members = schema->members();
  return std::any_of(members.begin(), members.end(), [](const json::Member& member) {
    if (member.key == "type" || member.key == "additionalProperties" || member.key == "$schema") return false;
    const bool empty = (member.value.is_object() && member.value.members().empty()) ||
                       (member.value.is_array() && member.value.items().empty());
    return !empty;
  });
}

class ToolEncoder {
 public:
  ToolEncoder(const ChatRequest& request, const UpstreamTarget& target, EncodedRequest& out, json::Writer& writer)
      : request_(request), target_(target), out_(out), writer_(writer) {}

  absl::StatusOr<bool> Write() {
    const bool functions = std::any_of(request_.tools.begin(), request_.tools.end(), IsFunction);
    const bool json = request_.response_format && request_.response_format->kind != ResponseFormat::Kind::kText;
    ToolRules rules;
    rules.web_search = MixesTools(target_) ? !(functions && target_.quirks.vertex) : !functions && !json;
    rules.allowed_list = target_.model_info.json_schema;
    AG_ASSIGN_OR_RETURN(offer_, OfferTools(request_, target_, rules, out_));
    AG_RETURN_IF_ERROR(CheckChoice());
    if (offer_.tools.empty()) return false;
    writer_.Key("tools").BeginArray();
    AG_RETURN_IF_ERROR(WriteFunctions());
    WriteSearch();
    writer_.EndArray();
    WriteConfig(functions);
    return functions;
  }

 private:
  // Google decides itself whether it searches.
  absl::Status CheckChoice() {
    const ToolChoice& choice = offer_.choice;
    const bool chooses = choice.mode == Mode::kNamed || choice.mode == Mode::kAllowed;
    const bool demands = choice.mode == Mode::kRequired || choice.mode == Mode::kNamed ||
                         (choice.mode == Mode::kAllowed && choice.required);
    if (!demands) return absl::OkStatus();
    for (const ToolSpec* tool : offer_.tools) {
      const bool meant =
          !chooses || std::find(choice.names.begin(), choice.names.end(), tool->name) != choice.names.end();
      if (meant && IsFunction(*tool)) return absl::OkStatus();
    }
    return Untranslatable(request_, target_, FieldOf(request_, Param::kToolChoice), "a web search cannot be demanded");
  }

  absl::Status WriteFunctions() {
    if (std::none_of(offer_.tools.begin(), offer_.tools.end(),
                     [](const ToolSpec* tool) { return IsFunction(*tool); })) {
      return absl::OkStatus();
    }
    writer_.BeginObject().Key("functionDeclarations").BeginArray();
    for (const ToolSpec* tool : offer_.tools) {
      if (IsFunction(*tool)) AG_RETURN_IF_ERROR(WriteFunction(*tool));
    }
    writer_.EndArray().EndObject();
    return absl::OkStatus();
  }

  absl::Status WriteFunction(const ToolSpec& tool) {
    writer_.BeginObject().Field("name", tool.name);
    if (!tool.description.empty()) writer_.Field("description", tool.description);
    const std::string_view key = target_.model_info.json_schema ? "parametersJsonSchema" : "parameters";
    if (tool.kind == Kind::kCustom) {
      if (!tool.grammar.empty()) NoteDrop(out_, tool.field, "custom_grammar");
      writer_.Key(key).Raw(R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"]})");
    } else if (HasParameters(tool.parameters)) {
      WriteParameters(tool, key);
    }
    if (tool.strict.value_or(false)) strict_ = true;
    writer_.EndObject();
    return absl::OkStatus();
  }

  void WriteParameters(const ToolSpec& tool, std::string_view key) {
    const SchemaRules& rules = target_.model_info.json_schema ? FunctionSchemaRules() : OpenApiSchemaRules();
    const auto clean = CleanForTarget(*tool.parameters, rules);
    if (clean.ok()) {
      NoteSchemaChanges(*clean, tool.field, out_);
      writer_.Key(key).Raw(clean->json);
      return;
    }
    // The model still has the description; what it writes is the client's tool to check.
    NoteApprox(out_, tool.field, "schema_not_sent");
  }

  void WriteSearch() {
    for (const ToolSpec* tool : offer_.tools) {
      if (IsFunction(*tool)) continue;
      search_ = true;
      writer_.BeginObject().Key("googleSearch").BeginObject();
      const WebSearchOptions& options = tool->web_search;
      if (target_.quirks.vertex && !options.blocked_domains.empty()) {
        writer_.Key("excludeDomains").BeginArray();
        for (const std::string_view domain : options.blocked_domains) writer_.String(domain);
        writer_.EndArray();
      }
      writer_.EndObject().EndObject();
      NoteOptions(*tool);
      return;  // several search tools of one client are one to Google
    }
  }

  void NoteOptions(const ToolSpec& tool) {
    const WebSearchOptions& options = tool.web_search;
    const bool blocked = !options.blocked_domains.empty() && !target_.quirks.vertex;
    if (blocked || !options.allowed_domains.empty() || options.max_uses || options.location != nullptr ||
        (!options.context_size.empty() && options.context_size != "medium")) {
      NoteDrop(out_, tool.field, "web_search_option");
    }
  }

  void WriteConfig(bool functions) {
    std::string text;
    json::Writer config(text);
    config.BeginObject();
    if (functions) WriteChoice(config);
    // Without it the model may search or call, but not both in a turn.
    if (functions && search_) config.Field("includeServerSideToolInvocations", true);
    config.EndObject();
    if (text != "{}") writer_.Key("toolConfig").Raw(text);
    if (functions && !request_.parallel_tool_calls.value_or(true)) {
      DropParam(request_, out_, Param::kParallelToolCalls, "not_in_dialect");
    }
  }

  std::string_view ModeName() const {
    switch (offer_.choice.mode) {
      case Mode::kNone:
        return "NONE";
      case Mode::kRequired:
      case Mode::kNamed:
        return "ANY";
      case Mode::kAllowed:
        return offer_.choice.required ? "ANY" : "VALIDATED";
      case Mode::kAuto:
        break;
    }
    return strict_ && target_.model_info.json_schema ? "VALIDATED" : "";
  }

  void WriteChoice(json::Writer& config) {
    const std::string_view mode = ModeName();
    if (mode.empty()) return;
    config.Key("functionCallingConfig").BeginObject().Field("mode", mode);
    std::vector<std::string_view> names;
    for (const std::string_view name : offer_.choice.names) {
      const bool function = std::any_of(offer_.tools.begin(), offer_.tools.end(),
                                        [&](const ToolSpec* tool) { return IsFunction(*tool) && tool->name == name; });
      if (function) names.push_back(name);
    }
    WriteStrings(config, "allowedFunctionNames", names);
    config.EndObject();
  }

  const ChatRequest& request_;
  const UpstreamTarget& target_;
  EncodedRequest& out_;
  json::Writer& writer_;
  ToolOffer offer_;
  bool strict_ = false;
  bool search_ = false;
};

}  // namespace

absl::StatusOr<bool> WriteTools(const ChatRequest& request, const UpstreamTarget& target, EncodedRequest& out,
                                json::Writer& writer) {
  return ToolEncoder(request, target, out, writer).Write();
}

}  // namespace ag::wire::gemini
