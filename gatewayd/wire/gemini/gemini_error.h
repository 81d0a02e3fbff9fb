#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "gatewayd/wire/error_body.h"

namespace ag::wire::gemini {

// {"error":{"code","message","status","details"?}}  https://ai.google.dev/gemini-api/docs/troubleshooting
// Field violations and the wait travel as typed details: https://cloud.google.com/apis/design/errors
void EncodeGeminiError(const ErrorDetail& detail, std::string_view message, std::string_view request_id,
                       HttpError& out);
// data: {"error":{…}}
std::string EncodeGeminiStreamError(const absl::Status& error, std::string_view request_id, std::int64_t sequence);

}  // namespace ag::wire::gemini
