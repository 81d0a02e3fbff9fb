#pragma once

#include <absl/status/status.h>

#include <string_view>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/stream_event.h"

// How a Responses stream says that it failed, and how it is said to a client.
namespace ag::wire::openai {

// An `error` event, flat or with the object nested under `error`, or a body that is an error alone:
// https://platform.openai.com/docs/api-reference/responses-streaming/error
Failed ErrorOfEvent(const json::Value& event);

// The error of a response whose status is failed; `document` is what came (an event, or the response itself).
Failed ErrorOfResponse(const json::Value& document, const json::Value& response);

// The `code` of a response's error object for a failure of the gateway or of an upstream:
// https://platform.openai.com/docs/api-reference/responses/object#responses-object-error
std::string_view ResponseErrorCode(const absl::Status& error);

}  // namespace ag::wire::openai
