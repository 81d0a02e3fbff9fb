#include "gatewayd/wire/openai/openai_schema.h"

#include <string_view>

namespace ag::wire::openai {
namespace {

constexpr std::string_view kKeywords[] = {"$defs",
                                          "$ref",
                                          "additionalProperties",
                                          "anyOf",
                                          "const",
                                          "definitions",
                                          "description",
                                          "enum",
                                          "exclusiveMaximum",
                                          "exclusiveMinimum",
                                          "format",
                                          "items",
                                          "maxItems",
                                          "maximum",
                                          "minItems",
                                          "minimum",
                                          "multipleOf",
                                          "pattern",
                                          "properties",
                                          "required",
                                          "title",
                                          "type"};
constexpr std::string_view kFormats[] = {"date", "date-time", "duration", "email", "hostname",
                                         "ipv4", "ipv6",      "time",     "uuid"};

}  // namespace

const SchemaRules& StrictSchemaRules() {
  static constexpr SchemaRules kRules{.keywords = kKeywords,
                                      .formats = kFormats,
                                      .all_of = false,
                                      .one_of = false,
                                      .boolean_schemas = false,
                                      .closed_objects = true};
  return kRules;
}

bool IsStrictSchema(const json::Value& schema) {
  const absl::StatusOr<CleanSchema> clean = CleanForTarget(schema, StrictSchemaRules());
  return clean.ok() && clean->pointers.empty();
}

}  // namespace ag::wire::openai
