#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"

// JSON schemas for targets that take a part of the standard only (TRANSLATION row 19, LESSONS 14). Descriptions are
// never edited, and a property that is named like a keyword is a property.
namespace ag::wire {

// What a target takes. Each dialect's folder has its own value, with the provider's page.
struct SchemaRules {
  std::span<const std::string_view> keywords;  // known to the target; others are removed
  std::span<const std::string_view> formats;   // values of "format" that it knows; empty = any
  // "$ref" to "#" and to what `keywords` has of "$defs" and "definitions"; other references are inlined, and all of
  // them when false: recursion can then not be expressed.
  bool refs = true;
  bool type_arrays = true;      // "type": ["string","null"]; false: becomes "nullable": true or anyOf
  bool all_of = true;           // false: merged
  bool one_of = true;           // false: becomes anyOf
  bool boolean_schemas = true;  // true / false in place of a schema; false: {} / left out
  bool const_value = true;      // false: a one-element enum
  bool closed_objects = false;  // every object needs "additionalProperties": false and all properties required (strict)
  bool optional_properties = false;  // closed objects may leave properties optional, and the root need be no object
  bool string_enums = false;         // enum values must be strings: others are written as text
};

struct CleanSchema {
  std::string json;                   // the schema for the target
  std::vector<std::string> pointers;  // JSON pointers of what was removed or approximated, in document order
};

// Unsupported when the schema cannot be expressed: recursion without refs, a root that is no object where one is
// needed, more than 60 levels or 10,000 schemas when all is inlined. A reference that leads nowhere is removed; where
// one branch of several must do, an object is taken. An untouched schema comes back byte for byte; a clean one is its
// own clean form.
absl::StatusOr<CleanSchema> CleanForTarget(const json::Value& schema, const SchemaRules& rules);

}  // namespace ag::wire
