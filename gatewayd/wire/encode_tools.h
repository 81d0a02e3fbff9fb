#pragma once

#include <absl/status/statusor.h>

#include <string_view>
#include <vector>

#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/codec.h"

namespace ag::wire {

// What of tools a target can be told.
struct ToolRules {
  bool web_search = false;    // a search of its own
  bool allowed_list = false;  // a choice among some of the tools; false: only those are sent
};

// The tools to send and the choice among them. Without tools the choice is automatic and not worth sending.
struct ToolOffer {
  std::vector<const ToolSpec*> tools;  // views into the request
  ToolChoice choice;
};

// TRANSLATION rows 10 and 23. Functions and custom tools always stay; a provider's own tool that the target lacks is
// not offered ("other_provider_tool", drop). Without `allowed_list` a choice among some becomes those tools alone
// ("allowed_subset", approx). Unsupported, naming the field, when the choice demands what is not offered.
absl::StatusOr<ToolOffer> OfferTools(const ChatRequest& request, const UpstreamTarget& target, const ToolRules& rules,
                                     EncodedRequest& out);

}  // namespace ag::wire
