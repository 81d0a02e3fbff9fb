#include "gatewayd/wire/anthropic/messages_tools_encoder.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/anthropic/messages_schema.h"
#include "gatewayd/wire/encode_common.h"

namespace ag::wire::anthropic {
namespace {

using Mode = ToolChoice::Mode;

// The oldest version: every model that searches takes it, and later ones want code execution beside it.
constexpr std::string_view kWebSearchType = "web_search_20250305";
constexpr std::string_view kWebSearchName = "web_search";
constexpr std::string_view kJsonToolName = "json";
constexpr std::string_view kJsonToolAbout = "Gives the answer to the user, as JSON.";
constexpr std::string_view kCustomToolSchema =
    R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"]})";

bool IsLegalName(std::string_view name) {
  constexpr std::size_t kMaxName = 128;
  return !name.empty() && name.size() <= kMaxName && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

// Structured output came with Claude 4.5; strict tools with it. Of an unknown model nothing else is known than the API.
bool HasStructuredOutput(const catalog::ModelInfo& model) { return !model.known || model.json_schema; }

absl::Status PlanFormat(const ChatRequest& request, const UpstreamTarget& target, ToolPlan& plan, EncodedRequest& out) {
  if (!request.response_format || request.response_format->kind == ResponseFormat::Kind::kText) {
    return absl::OkStatus();
  }
  const ResponseFormat& format = *request.response_format;
  const std::string_view field = format.field.empty() ? FieldOf(request, Param::kResponseFormat) : format.field;
  if (format.schema != nullptr && HasStructuredOutput(target.model_info)) {
    auto schema = StrictSchema(*format.schema, field, out);
    if (!schema.ok()) return Untranslatable(request, target, field, ToStd(schema.status().message()));
    plan.format_schema = *std::move(schema);
    return absl::OkStatus();
  }
  if (!plan.offer.tools.empty()) {
    return Untranslatable(request, target, field,
                          "the target has no such output, and a call that stands in for it does not go with tools");
  }
  plan.json_tool = IsLegalName(format.name) ? format.name : kJsonToolName;
  plan.json_tool_about = format.description.empty() ? kJsonToolAbout : format.description;
  plan.json_tool_schema = OpenSchema(format.schema, field, out);
  out.json_tool = plan.json_tool;
  NoteApprox(out, field, "json_by_tool");
  return absl::OkStatus();
}

// One tool a name: a function of the client's own keeps its name, and the search goes.
void DropDoubleSearch(ToolOffer& offer, EncodedRequest& out) {
  const auto is_search = [](const ToolSpec* tool) { return tool->kind == ToolSpec::Kind::kWebSearch; };
  bool taken = std::any_of(offer.tools.begin(), offer.tools.end(),
                           [&](const ToolSpec* tool) { return !is_search(tool) && tool->name == kWebSearchName; });
  std::erase_if(offer.tools, [&](const ToolSpec* tool) {
    if (!is_search(tool) || !std::exchange(taken, true)) return false;
    NoteDrop(out, tool->field, "other_provider_tool");
    return true;
  });
}

class Writer {
 public:
  Writer(const ChatRequest& request, const UpstreamTarget& target, json::Writer& writer, EncodedRequest& out)
      : request_(request), target_(target), writer_(writer), out_(out) {}

  void Tool(const ToolSpec& tool) {
    if (tool.kind == ToolSpec::Kind::kWebSearch) return WebSearch(tool);
    writer_.BeginObject().Field("name", tool.name);
    if (!tool.description.empty()) writer_.Field("description", tool.description);
    writer_.Key("input_schema");
    if (tool.kind == ToolSpec::Kind::kCustom) {
      if (!tool.grammar.empty()) NoteDrop(out_, tool.field, "custom_grammar");
      writer_.Raw(kCustomToolSchema);
    } else {
      Schema(tool);
    }
    writer_.EndObject();
  }

  void JsonTool(const ToolPlan& plan) {
    writer_.BeginObject().Field("name", plan.json_tool).Field("description", plan.json_tool_about);
    writer_.Key("input_schema").Raw(plan.json_tool_schema).EndObject();
  }

  // https://platform.claude.com/docs/en/agents-and-tools/tool-use/implement-tool-use#forcing-tool-use
  void Choice(const ToolChoice& choice) {
    const bool single = !request_.parallel_tool_calls.value_or(true) && choice.mode != Mode::kNone;
    if (choice.mode == Mode::kAuto && !single) return;
    writer_.Key("tool_choice").BeginObject().Field("type", TypeOf(choice.mode));
    if (choice.mode == Mode::kNamed) writer_.Field("name", SentName(choice.names.front()));
    if (single) writer_.Field("disable_parallel_tool_use", true);
    writer_.EndObject();
  }

 private:
  static std::string_view TypeOf(Mode mode) {
    switch (mode) {
      case Mode::kNone:
        return "none";
      case Mode::kRequired:
        return "any";
      case Mode::kNamed:
        return "tool";
      case Mode::kAuto:
      case Mode::kAllowed:
        break;
    }
    return "auto";
  }

  std::string_view SentName(std::string_view name) const {
    const auto named = std::find_if(request_.tools.begin(), request_.tools.end(),
                                    [name](const ToolSpec& tool) { return tool.name == name; });
    const bool search = named != request_.tools.end() && named->kind == ToolSpec::Kind::kWebSearch;
    return search ? kWebSearchName : name;
  }

  void Schema(const ToolSpec& tool) {
    if (!tool.strict.value_or(false) || tool.parameters == nullptr) {
      writer_.Raw(OpenSchema(tool.parameters, tool.field, out_));
      return;
    }
    if (!HasStructuredOutput(target_.model_info)) {
      NoteDrop(out_, absl::StrCat(ToAbsl(tool.field), ".strict"), "not_in_model");
    } else if (auto strict = StrictSchema(*tool.parameters, tool.field, out_); strict.ok()) {
      writer_.Raw(*strict).Field("strict", true);
      return;
    } else {
      NoteApprox(out_, tool.field, "strict_not_expressible");
    }
    writer_.Raw(OpenSchema(tool.parameters, tool.field, out_));
  }

  // https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool
  void WebSearch(const ToolSpec& tool) {
    const WebSearchOptions& options = tool.web_search;
    writer_.BeginObject().Field("type", kWebSearchType).Field("name", kWebSearchName);
    if (options.max_uses) writer_.Field("max_uses", *options.max_uses);
    Domains("allowed_domains", options.allowed_domains);
    // The API takes one of the two lists.
    if (options.allowed_domains.empty()) {
      Domains("blocked_domains", options.blocked_domains);
    } else if (!options.blocked_domains.empty()) {
      NoteDrop(out_, tool.field, "web_search_option");
    }
    if (options.location != nullptr) writer_.Key("user_location").Raw(options.location->raw());
    if (!options.context_size.empty() && options.context_size != "medium") {
      NoteDrop(out_, tool.field, "web_search_option");
    }
    writer_.EndObject();
  }

  void Domains(std::string_view key, std::span<const std::string_view> domains) {
    if (domains.empty()) return;
    writer_.Key(key).BeginArray();
    for (const std::string_view domain : domains) writer_.String(domain);
    writer_.EndArray();
  }

  const ChatRequest& request_;
  const UpstreamTarget& target_;
  json::Writer& writer_;
  EncodedRequest& out_;
};

}  // namespace

bool ToolPlan::forces_call() const {
  return !json_tool.empty() || offer.choice.mode == Mode::kRequired || offer.choice.mode == Mode::kNamed;
}

absl::StatusOr<ToolPlan> PlanTools(const ChatRequest& request, const UpstreamTarget& target, EncodedRequest& out) {
  ToolPlan plan;
  AG_ASSIGN_OR_RETURN(plan.offer, OfferTools(request, target, {.web_search = true, .allowed_list = false}, out));
  DropDoubleSearch(plan.offer, out);
  AG_RETURN_IF_ERROR(PlanFormat(request, target, plan, out));
  return plan;
}

void WriteTools(const ChatRequest& request, const UpstreamTarget& target, const ToolPlan& plan, json::Writer& writer,
                EncodedRequest& out) {
  if (!plan.offers()) return;
  Writer tools(request, target, writer, out);
  writer.Key("tools").BeginArray();
  for (const ToolSpec* tool : plan.offer.tools) tools.Tool(*tool);
  if (!plan.json_tool.empty()) tools.JsonTool(plan);
  writer.EndArray();
  if (plan.json_tool.empty()) return tools.Choice(plan.offer.choice);
  writer.Key("tool_choice").BeginObject().Field("type", "tool").Field("name", plan.json_tool).EndObject();
}

}  // namespace ag::wire::anthropic
