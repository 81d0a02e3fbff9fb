#include "gatewayd/wire/schema_types.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace ag::wire {
namespace {

using Form = SchemaKeyword::Form;

constexpr std::string_view kStringKeywords[] = {"minLength", "maxLength", "pattern", "contentEncoding",
                                                "contentMediaType"};
constexpr std::string_view kNumberKeywords[] = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
                                                "multipleOf"};
constexpr std::string_view kArrayKeywords[] = {"items",       "prefixItems", "minItems",
                                               "maxItems",    "uniqueItems", "contains",
                                               "minContains", "maxContains", "unevaluatedItems"};
constexpr std::string_view kObjectKeywords[] = {
    "properties",       "required",         "additionalProperties", "patternProperties",
    "propertyNames",    "minProperties",    "maxProperties",        "dependentRequired",
    "dependentSchemas", "propertyOrdering", "unevaluatedProperties"};
constexpr std::string_view kNumberFormats[] = {"int32", "int64", "float", "double"};

template <std::size_t N>
bool Contains(const std::string_view (&list)[N], std::string_view text) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

// True if the keyword speaks of values of that type alone.
bool SpeaksOf(const SchemaKeyword& keyword, std::string_view type) {
  const bool number = type == "number" || type == "integer";
  if (keyword.key == "format" && keyword.value != nullptr) {
    return Contains(kNumberFormats, keyword.value->str()) ? number : type == "string";
  }
  if (number) return Contains(kNumberKeywords, keyword.key);
  if (type == "string") return Contains(kStringKeywords, keyword.key);
  if (type == "array") return Contains(kArrayKeywords, keyword.key);
  return type == "object" && Contains(kObjectKeywords, keyword.key);
}

bool IsOfType(const json::Value& value, std::string_view type) {
  switch (value.type()) {
    case json::Type::kNull:
      return type == "null";
    case json::Type::kBool:
      return type == "boolean";
    case json::Type::kNumber:
      return type == "number" || (type == "integer" && value.AsInt().has_value());
    case json::Type::kString:
      return type == "string";
    case json::Type::kArray:
      return type == "array";
    case json::Type::kObject:
      return type == "object";
  }
  return false;
}

bool SaysType(const SchemaNode& node, std::string_view name) {
  const json::Value* type = node.ValueOf("type");
  if (type == nullptr) return false;
  const auto items = type->items();
  return type->str() == name ||
         std::any_of(items.begin(), items.end(), [&](const json::Value& each) { return each.str() == name; });
}

bool IsTrue(const json::Value* value) { return value != nullptr && value->AsBool(false); }

std::string Array(const std::vector<std::string>& elements) {
  std::string text;
  json::Writer writer(text);
  writer.BeginArray();
  for (const std::string& each : elements) writer.Raw(each);
  writer.EndArray();
  return text;
}

bool AcceptsNull(const SchemaNode& node) {
  if (node.boolean) return *node.boolean;
  if (node.keywords.empty() || IsTrue(node.ValueOf("nullable"))) return true;
  if (const json::Value* values = node.ValueOf("enum"); values != nullptr) {
    const auto items = values->items();
    if (std::none_of(items.begin(), items.end(), [](const json::Value& each) { return each.is_null(); })) return false;
    return node.Find("type") == nullptr || SaysType(node, "null");
  }
  if (node.Find("type") != nullptr) return SaysType(node, "null");
  const SchemaKeyword* any = node.Find("anyOf");
  return any != nullptr && any->form == Form::kList &&
         std::any_of(any->list.begin(), any->list.end(), [](const auto& each) { return AcceptsNull(*each); });
}

}  // namespace

bool TakesKeyword(const SchemaRules& rules, std::string_view key) {
  return std::find(rules.keywords.begin(), rules.keywords.end(), key) != rules.keywords.end();
}

void SchemaTypes::Set(SchemaNode& node, std::string_view key, std::string_view json) {
  SchemaKeyword* keyword = node.Find(key);
  if (keyword == nullptr) {
    SchemaKeyword added;
    added.key = key;
    added.pointer = node.pointer;
    added.at = node.at;
    // A reader looks for the type first.
    keyword = &*node.keywords.insert(key == "type" ? node.keywords.begin() : node.keywords.end(), std::move(added));
  }
  keyword->form = Form::kValue;
  keyword->value = SchemaValue(json, arena_);
  keyword->schema.reset();
  keyword->named.clear();
  keyword->list.clear();
}

void SchemaTypes::ConvertForeign(SchemaNode& node) {
  if (!rules_.const_value) ConvertConst(node);
  if (!TakesKeyword(rules_, "nullable")) ConvertNullable(node);
}

void SchemaTypes::ConvertConst(SchemaNode& node) {
  const json::Value* only = node.ValueOf("const");
  if (only == nullptr) return;
  const json::Value* values = node.ValueOf("enum");
  const auto items = values == nullptr ? std::span<const json::Value>() : values->items();
  const bool listed =
      std::any_of(items.begin(), items.end(), [&](const json::Value& each) { return each.raw() == only->raw(); });
  if (values != nullptr && !listed) {
    report_.Add(*node.Find("const"));
  } else {
    Set(node, "enum", Array({std::string(only->raw())}));
  }
  node.Remove("const");
}

void SchemaTypes::ConvertNullable(SchemaNode& node) {
  const json::Value* nullable = node.ValueOf("nullable");
  if (nullable == nullptr) return;
  const json::Value* type = node.ValueOf("type");
  const bool plain = !IsTrue(nullable);
  if (!plain && (!rules_.type_arrays || type == nullptr || !type->is_string())) return;  // removed as unknown
  node.Remove("nullable");
  if (!plain) AllowNull(node);
}

void SchemaTypes::Convert(SchemaNode& node) {
  if (Nullable()) FoldNullBranch(node);
  if (!rules_.type_arrays) ConvertTypes(node);
  Finish(node);
}

void SchemaTypes::Finish(SchemaNode& node) {
  if (rules_.string_enums) ConvertEnum(node);
  if (Reduced()) {
    NameType(node);
    KeepRequired(node);
  }
  if (rules_.closed_objects) CloseObject(node);
}

void SchemaTypes::FoldNullBranch(SchemaNode& node) {
  SchemaKeyword* any = node.Find("anyOf");
  if (any == nullptr || any->form != Form::kList || any->list.size() < 2) return;
  const auto is_null = [](const auto& branch) {
    const json::Value* type = branch->ValueOf("type");
    return type != nullptr && type->str() == "null";
  };
  const auto last = std::remove_if(any->list.begin(), any->list.end(), is_null);
  if (last == any->list.end() || last == any->list.begin()) return;
  any->list.erase(last, any->list.end());
  if (any->list.size() == 1) {
    const std::unique_ptr<SchemaNode> branch = std::move(any->list.front());
    node.Remove("anyOf");
    MergeSchemas(node, std::move(*branch), arena_, report_);
  }
  Set(node, "nullable", "true");
}

void SchemaTypes::ConvertTypes(SchemaNode& node) {
  const SchemaKeyword* keyword = node.Find("type");
  if (keyword == nullptr || !keyword->value->is_array()) return;
  std::vector<const json::Value*> types;
  bool null = false;
  for (const json::Value& each : keyword->value->items()) {
    null = null || each.str() == "null";
    if (each.str() != "null" || !Nullable()) types.push_back(&each);
  }
  if (null && Nullable() && !types.empty()) Set(node, "nullable", "true");
  keyword = node.Find("type");
  if (types.size() > 1 && node.Find("anyOf") == nullptr && TakesKeyword(rules_, "anyOf")) {
    return SplitTypes(node, types);
  }
  if (types.size() != 1) report_.Add(*keyword);
  if (types.empty()) {
    if (null) return Set(node, "type", "\"null\"");
    node.Remove("type");
  } else {
    Set(node, "type", types.front()->raw());
  }
}

// One branch a type, each with the keywords that speak of it; what speaks of all stays.
void SchemaTypes::SplitTypes(SchemaNode& node, const std::vector<const json::Value*>& types) {
  SchemaKeyword any;
  any.key = "anyOf";
  any.pointer = node.pointer;
  any.at = node.at;
  any.form = Form::kList;
  const json::Value* values = node.ValueOf("enum");
  for (const json::Value* type : types) {
    auto branch = std::make_unique<SchemaNode>();
    branch->pointer = node.pointer;
    branch->at = node.at;
    Set(*branch, "type", type->raw());
    if (values != nullptr) {
      std::vector<std::string> own;
      for (const json::Value& each : values->items()) {
        if (IsOfType(each, type->str())) own.emplace_back(each.raw());
      }
      if (own.empty()) continue;
      Set(*branch, "enum", Array(own));
    }
    for (SchemaKeyword& keyword : node.keywords) {
      if (!SpeaksOf(keyword, type->str())) continue;
      if (keyword.form == Form::kValue) {
        Set(*branch, keyword.key, keyword.value->raw());
      } else {
        branch->keywords.push_back(std::move(keyword));
      }
    }
    Finish(*branch);
    any.list.push_back(std::move(branch));
  }
  std::erase_if(node.keywords, [&](const SchemaKeyword& keyword) {
    return keyword.key == "type" || keyword.key == "enum" ||
           std::any_of(types.begin(), types.end(), [&](const auto* type) { return SpeaksOf(keyword, type->str()); });
  });
  if (!any.list.empty()) node.keywords.push_back(std::move(any));
}

void SchemaTypes::ConvertEnum(SchemaNode& node) {
  SchemaKeyword* keyword = node.Find("enum");
  if (keyword == nullptr || !keyword->value->is_array()) return;
  const bool nullable = IsTrue(node.ValueOf("nullable"));
  std::vector<std::string> texts;
  bool changed = false;
  for (const json::Value& each : keyword->value->items()) {
    if (each.is_null() && nullable) continue;
    // An empty value is refused.
    changed = changed || !each.is_string() || each.str().empty();
    const std::string text = each.is_string() ? std::string(each.raw()) : json::Quote(each.raw());
    if (text != "\"\"" && std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
  }
  if (changed) report_.Add(*keyword);
  if (texts.empty()) {
    node.Remove("enum");
    return;
  }
  if (texts.size() != keyword->value->items().size() || changed) Set(node, "enum", Array(texts));
  const SchemaKeyword* type = node.Find("type");
  if (!changed || type == nullptr || type->value->str() == "string") return;
  report_.Add(*type);
  Set(node, "type", "\"string\"");
}

// What a reduced dialect does not deduce.
void SchemaTypes::NameType(SchemaNode& node) {
  for (const std::string_view key : {"type", "anyOf", "oneOf", "allOf", "$ref"}) {
    if (node.Find(key) != nullptr) return;
  }
  const json::Value* values = node.ValueOf("enum");
  if (node.Find("properties") != nullptr) {
    Set(node, "type", "\"object\"");
  } else if (node.Find("items") != nullptr || node.Find("prefixItems") != nullptr) {
    Set(node, "type", "\"array\"");
  } else if (values != nullptr && !values->items().empty() &&
             std::all_of(values->items().begin(), values->items().end(),
                         [](const json::Value& each) { return each.is_string(); })) {
    Set(node, "type", "\"string\"");
  }
}

// A reduced dialect refuses a required property that is not described.
void SchemaTypes::KeepRequired(SchemaNode& node) {
  const SchemaKeyword* keyword = node.Find("required");
  if (keyword == nullptr || !keyword->value->is_array()) return;
  const SchemaKeyword* properties = node.Find("properties");
  std::vector<std::string> kept;
  bool changed = false;
  for (std::size_t i = 0; i < keyword->value->items().size(); ++i) {
    const json::Value& name = keyword->value->items()[i];
    const bool described =
        properties != nullptr && std::any_of(properties->named.begin(), properties->named.end(),
                                             [&](const NamedSchema& each) { return each.name == name.str(); });
    if (described) {
      kept.emplace_back(name.raw());
    } else {
      changed = true;
      report_.Add(name.raw().data(), ChildPointer(keyword->pointer, std::to_string(i)));
    }
  }
  if (!changed) return;
  if (kept.empty()) {
    node.Remove("required");
  } else {
    Set(node, "required", Array(kept));
  }
}

bool SchemaTypes::AllowNull(SchemaNode& node) {
  if (node.boolean || AcceptsNull(node)) return false;
  const json::Value* type = node.ValueOf("type");
  const json::Value* values = node.ValueOf("enum");
  const bool takes_types = rules_.type_arrays && type != nullptr && node.Find("const") == nullptr;
  if (takes_types || (type == nullptr && values != nullptr)) {
    if (type != nullptr && !SaysType(node, "null")) {
      std::vector<std::string> types;
      if (type->is_string()) types.emplace_back(type->raw());
      for (const json::Value& each : type->items()) types.emplace_back(each.raw());
      types.emplace_back("\"null\"");
      Set(node, "type", Array(types));
    }
    if (values != nullptr) {
      std::vector<std::string> all;
      bool null = false;
      for (const json::Value& each : values->items()) {
        null = null || each.is_null();
        all.emplace_back(each.raw());
      }
      if (!null) all.emplace_back("null");
      Set(node, "enum", Array(all));
    }
    return true;
  }
  auto null_branch = std::make_unique<SchemaNode>();
  null_branch->pointer = node.pointer;
  null_branch->at = node.at;
  Set(*null_branch, "type", "\"null\"");
  SchemaKeyword* any = node.Find("anyOf");
  if (any == nullptr || any->form != Form::kList || type != nullptr) {
    auto branch = std::make_unique<SchemaNode>();
    branch->pointer = node.pointer;
    branch->at = node.at;
    branch->keywords = std::move(node.keywords);
    node.keywords.clear();
    SchemaKeyword& added = node.keywords.emplace_back();
    added.key = "anyOf";
    added.pointer = node.pointer;
    added.at = node.at;
    added.form = Form::kList;
    added.list.push_back(std::move(branch));
    any = &added;
  }
  any->list.push_back(std::move(null_branch));
  return true;
}

void SchemaTypes::CloseObject(SchemaNode& node) {
  SchemaKeyword* properties = node.Find("properties");
  if (!SaysType(node, "object")) return;
  if (const SchemaKeyword* open = node.Find("additionalProperties"); open != nullptr) {
    if (open->form == Form::kSchema || open->value->AsBool(true)) report_.Add(*open);
  } else if ((properties == nullptr || properties->named.empty()) && !node.pointer.empty()) {
    report_.Add(node);  // any object, but now an empty one
  }
  if (properties == nullptr || properties->form != Form::kNamed) {
    Set(node, "properties", "{}");
    properties = node.Find("properties");
    properties->form = Form::kNamed;
  }
  if (!rules_.optional_properties) RequireAll(node, *properties);
  Set(node, "additionalProperties", "false");
}

void SchemaTypes::RequireAll(SchemaNode& node, const SchemaKeyword& properties) {
  const json::Value* required = node.ValueOf("required");
  const auto items = required == nullptr ? std::span<const json::Value>() : required->items();
  std::vector<std::string> names;
  bool changed = required == nullptr;
  for (const NamedSchema& each : properties.named) {
    names.push_back(json::Quote(each.name));
    const auto is_name = [&](const json::Value& name) { return name.str() == each.name; };
    if (std::any_of(items.begin(), items.end(), is_name)) continue;
    changed = true;
    if (AllowNull(*each.schema)) report_.Add(*each.schema);
  }
  if (changed) Set(node, "required", Array(names));
}

}  // namespace ag::wire
