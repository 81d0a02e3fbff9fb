#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/wire/schema_cleaner.h"

// Targets of several kinds, and what cleaning a schema for them gives.
namespace ag::wire {

inline constexpr std::string_view kEverything[] = {"type",
                                                   "title",
                                                   "description",
                                                   "enum",
                                                   "const",
                                                   "properties",
                                                   "required",
                                                   "items",
                                                   "anyOf",
                                                   "oneOf",
                                                   "allOf",
                                                   "$ref",
                                                   "$defs",
                                                   "definitions",
                                                   "pattern",
                                                   "format",
                                                   "minimum",
                                                   "maximum",
                                                   "minLength",
                                                   "maxLength",
                                                   "minItems",
                                                   "maxItems",
                                                   "not",
                                                   "patternProperties",
                                                   "prefixItems",
                                                   "uniqueItems",
                                                   "additionalProperties",
                                                   "default",
                                                   "multipleOf",
                                                   "nullable",
                                                   "exclusiveMinimum",
                                                   "contains",
                                                   "propertyNames",
                                                   "minProperties"};
inline constexpr std::string_view kReduced[] = {
    "type",     "title",   "description", "enum",    "properties", "required",  "items",    "anyOf",    "format",
    "nullable", "minimum", "maximum",     "pattern", "minLength",  "maxLength", "minItems", "maxItems", "default"};
inline constexpr std::string_view kReducedFormats[] = {"date-time", "enum", "int32", "int64", "float", "double"};
inline constexpr std::string_view kStrict[] = {"type",
                                               "enum",
                                               "const",
                                               "description",
                                               "properties",
                                               "required",
                                               "items",
                                               "anyOf",
                                               "$ref",
                                               "$defs",
                                               "pattern",
                                               "format",
                                               "minItems",
                                               "minimum",
                                               "maximum",
                                               "maxItems",
                                               "additionalProperties"};

// As Gemini's Schema object: https://ai.google.dev/api/caching#Schema
inline SchemaRules Reduced() {
  return {.keywords = kReduced,
          .formats = kReducedFormats,
          .refs = false,
          .type_arrays = false,
          .all_of = false,
          .one_of = false,
          .boolean_schemas = false,
          .const_value = false,
          .string_enums = true};
}
// As OpenAI's strict mode: https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
inline SchemaRules Strict() {
  return {.keywords = kStrict, .all_of = false, .one_of = false, .boolean_schemas = false, .closed_objects = true};
}
inline SchemaRules Open() { return {.keywords = kEverything}; }
inline SchemaRules Inlined() {
  SchemaRules rules = Open();
  rules.refs = false;
  rules.all_of = false;
  return rules;
}

struct Cleaned {
  std::string json;
  std::string pointers;  // joined by spaces; "" stands as "(root)"
};

inline Cleaned Clean(std::string_view schema, const SchemaRules& rules) {
  Arena arena;
  const auto parsed = json::Parse(schema, arena);
  EXPECT_TRUE(parsed.ok()) << schema;
  const auto clean = CleanForTarget(**parsed, rules);
  if (!clean.ok()) return {std::string(NameOf(DetailOf(clean.status()).kind)), ""};
  Cleaned result{clean->json, ""};
  for (const std::string& pointer : clean->pointers) {
    result.pointers += (result.pointers.empty() ? "" : " ") + (pointer.empty() ? "(root)" : pointer);
  }
  return result;
}

}  // namespace ag::wire
