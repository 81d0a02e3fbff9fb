#pragma once

#include <string_view>

#include "gatewayd/base/json.h"
#include "gatewayd/base/stop_reason.h"
#include "gatewayd/base/usage.h"

// How replies of the messages dialect say what they cost and why they ended.
namespace ag::wire::anthropic {

// The figures of a `usage` object, on top of those that the reply gave earlier: message_start has the input,
// message_delta the final output, and each figure that it repeats replaces the earlier one.
// https://docs.claude.com/en/api/messages#response-usage
Usage ReadUsage(const json::Value& usage, const Usage& earlier);

// https://docs.claude.com/en/api/handling-stop-reasons; kUnknown for any other.
StopReason ReadStop(std::string_view reason);

}  // namespace ag::wire::anthropic
