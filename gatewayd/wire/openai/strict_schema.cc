#include "gatewayd/wire/openai/strict_schema.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace ag::wire::openai {
namespace {

constexpr std::array<std::string_view, 22> kKeywords{"type",
                                                     "enum",
                                                     "const",
                                                     "description",
                                                     "title",
                                                     "properties",
                                                     "required",
                                                     "items",
                                                     "anyOf",
                                                     "$ref",
                                                     "$defs",
                                                     "definitions",
                                                     "pattern",
                                                     "format",
                                                     "multipleOf",
                                                     "minimum",
                                                     "maximum",
                                                     "exclusiveMinimum",
                                                     "exclusiveMaximum",
                                                     "minItems",
                                                     "maxItems",
                                                     "additionalProperties"};
bool Demands(const json::Value& schema, std::string_view property) {
  const json::Value* required = schema.FindNonNull("required");
  if (required == nullptr) return false;
  const auto names = required->items();
  return std::any_of(names.begin(), names.end(), [&](const json::Value& name) { return name.str() == property; });
}

bool IsClosed(const json::Value& schema) {
  const json::Value* properties = schema.FindNonNull("properties");
  if (properties == nullptr && schema.Find("type") != nullptr && schema.Find("type")->str() != "object") return true;
  if (properties == nullptr && schema.Find("type") == nullptr) return true;
  const json::Value* more = schema.Find("additionalProperties");
  if (more == nullptr || more->raw() != "false") return false;
  const auto members = properties == nullptr ? std::span<const json::Member>() : properties->members();
  return std::all_of(members.begin(), members.end(), [&](const json::Member& member) {
    return Demands(schema, member.key) && IsStrictSchema(member.value);
  });
}

}  // namespace

bool IsStrictSchema(const json::Value& schema) {
  if (!schema.is_object() || !IsClosed(schema)) return false;
  for (const auto& [key, value] : schema.members()) {
    if (std::find(kKeywords.begin(), kKeywords.end(), key) == kKeywords.end()) return false;
    if (key == "items" && !IsStrictSchema(value)) return false;
    if (key == "anyOf" && !std::all_of(value.items().begin(), value.items().end(), IsStrictSchema)) return false;
    if (key != "$defs" && key != "definitions") continue;
    const auto defs = value.members();
    const auto strict = [](const json::Member& member) { return IsStrictSchema(member.value); };
    if (!std::all_of(defs.begin(), defs.end(), strict)) return false;
  }
  return true;
}

}  // namespace ag::wire::openai
