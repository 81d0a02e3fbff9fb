#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "gatewayd/base/json.h"

// Reading members of objects.
namespace ag::wire::openai {

// Empty when the member is absent or no string.
inline std::string_view TextAt(const json::Value& object, std::string_view key) {
  const json::Value* value = object.Find(key);
  return value == nullptr ? std::string_view() : value->str();
}

inline std::optional<std::int64_t> CountAt(const json::Value& object, std::string_view key) {
  const json::Value* value = object.FindNonNull(key);
  return value == nullptr ? std::nullopt : value->AsInt();
}

}  // namespace ag::wire::openai
