#pragma once

#include <absl/status/statusor.h>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/translation.h"

namespace ag::wire::gemini {

// Writes tools and toolConfig (TRANSLATION rows 10, 19 and 23). Gives whether functions are among the tools.
// https://ai.google.dev/api/caching#Tool, https://ai.google.dev/api/caching#ToolConfig
absl::StatusOr<bool> WriteTools(const ChatRequest& request, const UpstreamTarget& target, EncodedRequest& out,
                                json::Writer& writer);

// Gemini 3 and later run built-in tools, functions and JSON output in one request; earlier ones refuse the mixture.
// https://ai.google.dev/gemini-api/docs/tool-combination
inline bool MixesTools(const UpstreamTarget& target) {
  return target.model_info.known && target.model_info.thinking == catalog::ThinkingStyle::kLevel;
}

}  // namespace ag::wire::gemini
