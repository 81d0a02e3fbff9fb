#pragma once

#include <absl/status/status.h>

#include <string_view>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/request_reader.h"

namespace ag::wire::gemini {

// Reads generationConfig. `image_detail` becomes what mediaResolution asks of images.
// https://ai.google.dev/api/generate-content#GenerationConfig
absl::Status ReadGenerationConfig(const json::Value& value, std::string_view field, RequestReader& reader,
                                  ChatRequest& request, std::string_view& image_detail);

}  // namespace ag::wire::gemini
