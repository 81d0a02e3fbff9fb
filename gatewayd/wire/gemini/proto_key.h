#pragma once

#include <string>
#include <string_view>

#include "gatewayd/base/json.h"

// Google's JSON takes a field under its camelCase name and under the snake_case name of its protobuf definition:
// https://protobuf.dev/programming-guides/json/
namespace ag::wire::gemini {

// "max_output_tokens" → "maxOutputTokens"; camelCase stays.
std::string CamelCase(std::string_view key);

// The non-null member of that camelCase name in either spelling, or null.
const json::Value* FindKey(const json::Value& object, std::string_view camel_case);

}  // namespace ag::wire::gemini
