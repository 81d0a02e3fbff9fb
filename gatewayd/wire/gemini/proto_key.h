#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gatewayd/base/json.h"

// Google's JSON takes a field under its camelCase name and under the snake_case name of its protobuf definition:
// https://protobuf.dev/programming-guides/json/
namespace ag::wire::gemini {

// "max_output_tokens" → "maxOutputTokens"; camelCase stays.
std::string CamelCase(std::string_view key);
// Whether `key` is that camelCase name in either spelling.
bool IsSpelling(std::string_view key, std::string_view camel_case);

// The non-null member of that camelCase name in either spelling, or null.
const json::Value* FindKey(const json::Value& object, std::string_view camel_case);

// The member's text, number or flag; empty, none and false when it is absent or of another type. A 64-bit number may be
// written as a string.
std::string_view TextAt(const json::Value& object, std::string_view camel_case);
std::optional<std::int64_t> IntAt(const json::Value& object, std::string_view camel_case);
bool FlagAt(const json::Value& object, std::string_view camel_case);

// The text of an enum's value, which is its name or its number.
inline std::string_view EnumText(const json::Value& value) { return value.is_string() ? value.str() : value.raw(); }

}  // namespace ag::wire::gemini
