#pragma once

#include <string_view>

#include "gatewayd/base/json.h"
#include "gatewayd/base/stop_reason.h"
#include "gatewayd/base/usage.h"

// How replies of the generateContent dialect say what they cost and why they ended. Google writes an enum's value as
// its name, or as its number to clients that ask for enum-encoding=int: `name_or_number` is the text of either.
namespace ag::wire::gemini {

// The figures of a `usageMetadata` object, on top of those of earlier chunks; a chunk repeats the figures so far.
// https://ai.google.dev/api/generate-content#UsageMetadata
Usage ReadUsage(const json::Value& usage, const Usage& earlier);

// The name of a finish reason; empty while the candidate goes on. Names and numbers that we do not know stay as they
// are. https://ai.google.dev/api/generate-content#FinishReason
std::string_view FinishReasonName(std::string_view name_or_number);

// Of a finish reason's name; kUnknown for those that end a reply that cannot be used, and for any other.
StopReason ReadStop(std::string_view name);

// The name of a prompt's block reason; empty when it was not blocked.
// https://ai.google.dev/api/generate-content#BlockReason
std::string_view BlockReasonName(std::string_view name_or_number);

}  // namespace ag::wire::gemini
