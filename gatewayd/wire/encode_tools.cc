#include "gatewayd/wire/encode_tools.h"

#include <algorithm>

#include "gatewayd/wire/encode_common.h"

namespace ag::wire {
namespace {

using Mode = ToolChoice::Mode;

bool Offered(const ToolSpec& tool, const ToolRules& rules) {
  switch (tool.kind) {
    case ToolSpec::Kind::kFunction:
    case ToolSpec::Kind::kCustom:
      return true;
    case ToolSpec::Kind::kWebSearch:
      return rules.web_search;
    case ToolSpec::Kind::kServer:
      return false;
  }
  return false;
}

bool Contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

absl::StatusOr<ToolOffer> OfferTools(const ChatRequest& request, const UpstreamTarget& target, const ToolRules& rules,
                                     EncodedRequest& out) {
  ToolOffer offer;
  offer.choice = request.tool_choice.value_or(ToolChoice());
  ToolChoice& choice = offer.choice;
  const bool chooses = choice.mode == Mode::kNamed || choice.mode == Mode::kAllowed;
  bool chosen = false;    // some tool that the choice allows is offered
  bool narrowed = false;  // some tool is offered that the choice does not allow
  for (const ToolSpec& tool : request.tools) {
    if (!Offered(tool, rules)) {
      NoteDrop(out, tool.field, "other_provider_tool");
      continue;
    }
    const bool allowed = !chooses || Contains(choice.names, tool.name);
    chosen = chosen || allowed;
    narrowed = narrowed || !allowed;
    if (allowed || choice.mode != Mode::kAllowed || rules.allowed_list) offer.tools.push_back(&tool);
  }
  const bool demands = choice.mode == Mode::kRequired || choice.mode == Mode::kNamed ||
                       (choice.mode == Mode::kAllowed && choice.required);
  if (demands && !chosen) {
    return Untranslatable(request, target, FieldOf(request, Param::kToolChoice),
                          "a call of a tool that the target does not have is not translated");
  }
  if (choice.mode == Mode::kAllowed && !rules.allowed_list) {
    if (narrowed) NoteApprox(out, FieldOf(request, Param::kToolChoice), "allowed_subset");
    choice.mode = choice.required ? Mode::kRequired : Mode::kAuto;
    choice.names = {};
  }
  if (offer.tools.empty()) choice = ToolChoice();
  return offer;
}

}  // namespace ag::wire
