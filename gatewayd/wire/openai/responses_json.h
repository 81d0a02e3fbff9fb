#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/loss_rules.h"
#include "gatewayd/wire/stream_event.h"

// Reading members of Responses items and events.
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

// Content of a reply that has no canonical place; `type` says what it was, `code` is a row of loss_rules.cc.
inline LossNote DropNote(std::string_view field, std::string_view code, std::string_view type) {
  return {LossOf(field, code, {{"type", std::string(type)}})};
}

}  // namespace ag::wire::openai
