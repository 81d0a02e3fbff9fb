#include "gatewayd/wire/anthropic/messages_schema.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/encode_common.h"
#include "gatewayd/wire/encode_content.h"
#include "gatewayd/wire/schema_cleaner.h"

namespace ag::wire::anthropic {
namespace {

constexpr std::string_view kOpenObject = R"({"type":"object"})";
constexpr std::array<std::string_view, 3> kNotAtRoot{"anyOf", "oneOf", "allOf"};

constexpr std::array<std::string_view, 16> kKeywords{
    "type",  "properties", "required", "additionalProperties", "items",       "enum",    "const", "anyOf",
    "allOf", "$ref",       "$defs",    "definitions",          "description", "default", "title", "format"};
constexpr std::array<std::string_view, 10> kFormats{"date-time", "time", "date", "duration", "email",
                                                    "hostname",  "uri",  "ipv4", "ipv6",     "uuid"};

constexpr SchemaRules StrictRules() {
  SchemaRules rules;
  rules.keywords = kKeywords;
  rules.formats = kFormats;
  rules.one_of = false;
  rules.boolean_schemas = false;
  rules.closed_objects = true;
  rules.optional_properties = true;
  return rules;
}

bool IsObjectType(const json::Value* type) { return type != nullptr && type->str() == "object"; }

}  // namespace

std::string OpenSchema(const json::Value* schema, std::string_view field, EncodedRequest& out) {
  if (schema == nullptr || !schema->is_object()) return std::string(kOpenObject);
  const auto misplaced = [&](std::string_view key) {
    return std::find(kNotAtRoot.begin(), kNotAtRoot.end(), key) != kNotAtRoot.end();
  };
  const auto members = schema->members();
  const bool clean =
      std::none_of(members.begin(), members.end(), [&](const auto& each) { return misplaced(each.key); });
  if (clean && IsObjectType(schema->Find("type"))) return std::string(schema->raw());
  std::string text;
  json::Writer writer(text);
  writer.BeginObject().Field("type", "object");
  for (const auto& [key, value] : members) {
    if (misplaced(key)) {
      NoteApprox(out, field, "schema_keyword", {{"pointer", absl::StrCat("/", ToAbsl(key))}});
    } else if (key != "type") {
      writer.Key(key).Raw(value.raw());
    }
  }
  writer.EndObject();
  return text;
}

absl::StatusOr<std::string> StrictSchema(const json::Value& schema, std::string_view field, EncodedRequest& out) {
  if (schema.raw().find("\"$ref\"") != std::string_view::npos) {
    // References are taken, but no schema that refers to itself: what cannot be inlined cannot be sent.
    SchemaRules inlined = StrictRules();
    inlined.refs = false;
    AG_RETURN_IF_ERROR(CleanForTarget(schema, inlined).status());
  }
  AG_ASSIGN_OR_RETURN(CleanSchema clean, CleanForTarget(schema, StrictRules()));
  NoteSchemaChanges(clean, field, out);
  return std::move(clean.json);
}

}  // namespace ag::wire::anthropic
