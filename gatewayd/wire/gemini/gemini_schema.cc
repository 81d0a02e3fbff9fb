#include "gatewayd/wire/gemini/gemini_schema.h"

#include <absl/strings/ascii.h>

#include <array>
#include <span>
#include <string_view>

#include "gatewayd/base/strings.h"
#include "gatewayd/wire/gemini/proto_key.h"

namespace ag::wire::gemini {
namespace {

using json::Value;

constexpr std::array<std::string_view, 23> kResponseKeywords{"$id",
                                                             "$defs",
                                                             "$ref",
                                                             "$anchor",
                                                             "type",
                                                             "format",
                                                             "title",
                                                             "description",
                                                             "enum",
                                                             "items",
                                                             "prefixItems",
                                                             "minItems",
                                                             "maxItems",
                                                             "minimum",
                                                             "maximum",
                                                             "anyOf",
                                                             "oneOf",
                                                             "properties",
                                                             "additionalProperties",
                                                             "required",
                                                             "propertyOrdering",
                                                             "definitions",
                                                             "nullable"};
constexpr std::array<std::string_view, 29> kFunctionKeywords{"$id",
                                                             "$defs",
                                                             "$ref",
                                                             "$anchor",
                                                             "type",
                                                             "format",
                                                             "title",
                                                             "description",
                                                             "enum",
                                                             "items",
                                                             "prefixItems",
                                                             "minItems",
                                                             "maxItems",
                                                             "minimum",
                                                             "maximum",
                                                             "anyOf",
                                                             "oneOf",
                                                             "properties",
                                                             "additionalProperties",
                                                             "required",
                                                             "propertyOrdering",
                                                             "definitions",
                                                             "nullable",
                                                             "default",
                                                             "pattern",
                                                             "minLength",
                                                             "maxLength",
                                                             "minProperties",
                                                             "maxProperties"};
constexpr std::array<std::string_view, 22> kOpenApiKeywords{
    "type",      "format",    "title",      "description", "nullable",      "enum",
    "maxItems",  "minItems",  "properties", "required",    "minProperties", "maxProperties",
    "minLength", "maxLength", "pattern",    "example",     "anyOf",         "propertyOrdering",
    "default",   "items",     "minimum",    "maximum"};
constexpr std::array<std::string_view, 6> kOpenApiFormats{"float", "double", "int32", "int64", "enum", "date-time"};

SchemaRules JsonRules(std::span<const std::string_view> keywords) {
  SchemaRules rules;
  rules.keywords = keywords;
  rules.all_of = false;
  rules.boolean_schemas = false;
  rules.const_value = false;
  return rules;
}

SchemaRules OpenApiRules() {
  SchemaRules rules = JsonRules(kOpenApiKeywords);
  rules.formats = kOpenApiFormats;
  rules.refs = false;
  rules.type_arrays = false;
  rules.one_of = false;
  rules.string_enums = true;
  return rules;
}

// Walks a Schema and writes it as JSON Schema.
class Converter {
 public:
  explicit Converter(json::Writer& writer) : writer_(writer) {}

  void Write(const Value& schema) {
    if (!schema.is_object()) {
      writer_.Raw(schema.raw());
      return;
    }
    const bool nullable = FlagAt(schema, "nullable");
    writer_.BeginObject();
    for (const auto& [key, value] : schema.members()) {
      if (!value.is_null()) Member(CamelCase(key), key, value, nullable);
    }
    writer_.EndObject();
  }

 private:
  void Member(const std::string& name, std::string_view key, const Value& value, bool nullable) {
    if (name == "nullable") return;
    if (name == "type") return Type(value, nullable);
    if (name == "items" || name == "additionalProperties") {
      writer_.Key(name);
      return Write(value);
    }
    if (name == "anyOf" || name == "oneOf" || name == "allOf" || name == "prefixItems") {
      return List(name, value, nullable && name == "anyOf" ? R"({"type":"null"})" : "");
    }
    if (name == "properties" || name == "defs" || name == "$defs") return Map(name == "defs" ? "$defs" : name, value);
    if (name == "ref") {
      writer_.Field("$ref", value.str());
    } else if (name == "example") {
      writer_.Key("examples").BeginArray().Raw(value.raw()).EndArray();
    } else if (IsLimit(name) && IsNumber(value.str())) {
      writer_.Key(name).Raw(value.str());  // a 64-bit number is a string in Google's JSON
    } else {
      writer_.Key(key.substr(0, 1) == "$" ? key : std::string_view(name)).Raw(value.raw());
    }
  }

  static bool IsNumber(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos &&
           (text.front() != '0' || text.size() == 1);
  }

  static bool IsLimit(std::string_view name) {
    return name == "minItems" || name == "maxItems" || name == "minLength" || name == "maxLength" ||
           name == "minProperties" || name == "maxProperties";
  }

  // Names or numbers: https://ai.google.dev/api/caching#Type
  void Type(const Value& value, bool nullable) {
    static constexpr std::string_view kTypes[] = {"",        "string", "number", "integer",
                                                  "boolean", "array",  "object", "null"};
    if (!value.is_string() && !value.is_number()) {
      writer_.Key("type").Raw(value.raw());
      return;
    }
    std::string name = absl::AsciiStrToLower(ToAbsl(value.str()));
    if (const auto number = value.AsInt(); number && *number >= 0 && *number < 8) {
      name = std::string(kTypes[static_cast<std::size_t>(*number)]);
    }
    if (name.empty() || name == "type_unspecified") return;
    writer_.Key("type");
    if (nullable) {
      writer_.BeginArray().String(name).String("null").EndArray();
    } else {
      writer_.String(name);
    }
  }

  void List(std::string_view name, const Value& value, std::string_view more) {
    writer_.Key(name).BeginArray();
    for (const Value& item : value.items()) Write(item);
    if (!more.empty()) writer_.Raw(more);
    writer_.EndArray();
  }

  // Names of properties are the client's own and stay.
  void Map(std::string_view name, const Value& value) {
    writer_.Key(name).BeginObject();
    for (const auto& [key, member] : value.members()) {
      writer_.Key(key);
      Write(member);
    }
    writer_.EndObject();
  }

  json::Writer& writer_;
};

}  // namespace

const SchemaRules& ResponseSchemaRules() {
  static const SchemaRules kRules = JsonRules(kResponseKeywords);
  return kRules;
}

const SchemaRules& FunctionSchemaRules() {
  static const SchemaRules kRules = JsonRules(kFunctionKeywords);
  return kRules;
}

const SchemaRules& OpenApiSchemaRules() {
  static const SchemaRules kRules = OpenApiRules();
  return kRules;
}

std::string JsonSchemaOf(const Value& schema) {
  std::string text;
  json::Writer writer(text);
  Converter(writer).Write(schema);
  return text;
}

}  // namespace ag::wire::gemini
