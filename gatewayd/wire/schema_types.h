#pragma once

#include <string_view>
#include <vector>

#include "gatewayd/wire/schema_cleaner.h"
#include "gatewayd/wire/schema_tree.h"

namespace ag::wire {

bool TakesKeyword(const SchemaRules& rules, std::string_view key);

// What a schema says of types, values and null, in the words that a target takes.
class SchemaTypes {
 public:
  // All outlive it.
  SchemaTypes(const SchemaRules& rules, Arena& arena, SchemaReport& report)
      : rules_(rules), arena_(arena), report_(report) {}

  // Before keywords are removed: `const` becomes an enum, OpenAPI's `nullable` a type.
  void ConvertForeign(SchemaNode& node);
  // When the parts of the schema are clean: a branch for null becomes `nullable`, several types become one or branches,
  // enum values text; a type that goes without saying is said.
  void Convert(SchemaNode& node);
  // Makes a property of a closed object one that may be null; false when it may be already.
  bool AllowNull(SchemaNode& node);
  // "additionalProperties": false, and every property required; the optional ones may be null instead.
  void CloseObject(SchemaNode& node);
  void RequireAll(SchemaNode& node, const SchemaKeyword& properties);

 private:
  void ConvertConst(SchemaNode& node);
  void ConvertNullable(SchemaNode& node);
  void FoldNullBranch(SchemaNode& node);
  void ConvertTypes(SchemaNode& node);
  void SplitTypes(SchemaNode& node, const std::vector<const json::Value*>& types);
  void ConvertEnum(SchemaNode& node);
  void KeepRequired(SchemaNode& node);
  void NameType(SchemaNode& node);
  // Enum, required properties, closed objects: what follows when the type is settled.
  void Finish(SchemaNode& node);

  void Set(SchemaNode& node, std::string_view key, std::string_view json);
  bool Reduced() const { return rules_.closed_objects || !rules_.type_arrays; }
  bool Nullable() const { return !rules_.type_arrays && TakesKeyword(rules_, "nullable"); }

  const SchemaRules& rules_;
  Arena& arena_;
  SchemaReport& report_;
};

}  // namespace ag::wire
