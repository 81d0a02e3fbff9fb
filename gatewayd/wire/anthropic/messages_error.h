#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "gatewayd/wire/error_body.h"

namespace ag::wire::anthropic {

// {"type":"error","error":{"type","message"},"request_id"}  https://docs.claude.com/en/api/errors
// A refusal of message threads has "details" in its error, which make the SDK fall back to full history.
void EncodeMessagesError(const ErrorDetail& detail, std::string_view message, std::string_view request_id,
                         HttpError& out);
// event: error   https://docs.claude.com/en/docs/build-with-claude/streaming#error-events
std::string EncodeMessagesStreamError(const absl::Status& error, std::string_view request_id, std::int64_t sequence);

}  // namespace ag::wire::anthropic
