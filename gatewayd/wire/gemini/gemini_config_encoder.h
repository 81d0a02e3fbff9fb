#pragma once

#include <absl/status/status.h>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/translation.h"

namespace ag::wire::gemini {

// Writes generationConfig, if there is anything to say (TRANSLATION rows 1–7 and 18). `functions`: some are among the
// request's tools. https://ai.google.dev/api/generate-content#GenerationConfig
absl::Status WriteGenerationConfig(const ChatRequest& request, const UpstreamTarget& target, EncodePurpose purpose,
                                   bool functions, EncodedRequest& out, json::Writer& writer);

}  // namespace ag::wire::gemini
