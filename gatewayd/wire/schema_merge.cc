#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/wire/schema_tree.h"

namespace ag::wire {
namespace {

using Form = SchemaKeyword::Form;

constexpr std::string_view kLargerWins[] = {"minimum",  "exclusiveMinimum", "minLength",
                                            "minItems", "minProperties",    "minContains"};
constexpr std::string_view kSmallerWins[] = {"maximum",  "exclusiveMaximum", "maxLength",
                                             "maxItems", "maxProperties",    "maxContains"};

template <std::size_t N>
bool Contains(const std::string_view (&list)[N], std::string_view text) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

// The elements of a list, or the one value.
std::vector<const json::Value*> Elements(const json::Value& value) {
  std::vector<const json::Value*> elements;
  if (!value.is_array()) return {&value};
  for (const json::Value& each : value.items()) elements.push_back(&each);
  return elements;
}

bool Same(const json::Value& a, const json::Value& b) {
  return a.type() == b.type() && (a.is_string() ? a.str() == b.str() : a.raw() == b.raw());
}

bool Has(const std::vector<const json::Value*>& list, const json::Value& value) {
  return std::any_of(list.begin(), list.end(), [&](const json::Value* each) { return Same(*each, value); });
}

std::string ArrayText(const std::vector<const json::Value*>& elements) {
  std::string text;
  json::Writer writer(text);
  writer.BeginArray();
  for (const json::Value* each : elements) writer.Raw(each->raw());
  writer.EndArray();
  return text;
}

bool Defines(const SchemaKeyword& keyword) { return keyword.key == "$defs" || keyword.key == "definitions"; }

class Merger {
 public:
  Merger(Arena& arena, SchemaReport& report) : arena_(arena), report_(report) {}

  void Merge(SchemaNode& into, SchemaNode other) {
    if (other.boolean) {
      if (*other.boolean) return;
      into.keywords.clear();
      into.boolean = false;
      return;
    }
    if (into.boolean) {
      if (!*into.boolean) return;
      into.boolean.reset();
    }
    // A reference stands alone: older drafts ignore what is beside it, and some targets refuse that.
    if (into.Find("$ref") != nullptr) return ReportAll(other);
    if (other.Find("$ref") != nullptr) {
      ReportAll(into);
      std::erase_if(into.keywords, [](const SchemaKeyword& keyword) { return !Defines(keyword); });
      std::move(other.keywords.begin(), other.keywords.end(), std::back_inserter(into.keywords));
      return;
    }
    for (SchemaKeyword& keyword : other.keywords) {
      if (SchemaKeyword* own = into.Find(keyword.key)) {
        Combine(*own, std::move(keyword));
      } else {
        into.keywords.push_back(std::move(keyword));
      }
    }
  }

 private:
  void ReportAll(const SchemaNode& node) {
    for (const SchemaKeyword& keyword : node.keywords) {
      if (keyword.key != "$ref" && !Defines(keyword)) report_.Add(keyword);
    }
  }

  void Combine(SchemaKeyword& own, SchemaKeyword other) {
    if (own.form == other.form) {
      switch (own.form) {
        case Form::kNamed:
          return CombineNamed(own, std::move(other));
        case Form::kSchema:
          if (own.key == "items" || own.key == "additionalProperties" || own.key == "contains") {
            return Merge(*own.schema, std::move(*other.schema));
          }
          if (SchemaText(*own.schema) == SchemaText(*other.schema)) return;
          break;
        case Form::kList:
          if (TextOf(own) == TextOf(other)) return;
          break;
        case Form::kValue:
          return CombineValues(own, other);
      }
    } else if (own.key == "additionalProperties" && CombineClosed(own, other)) {
      return;
    }
    report_.Add(other);
  }

  static std::string TextOf(const SchemaKeyword& keyword) {
    std::string text;
    for (const auto& each : keyword.list) text += SchemaText(*each) + ",";
    return text;
  }

  void CombineNamed(SchemaKeyword& own, SchemaKeyword other) {
    for (NamedSchema& named : other.named) {
      const auto found = std::find_if(own.named.begin(), own.named.end(),
                                      [&](const NamedSchema& each) { return each.name == named.name; });
      if (found == own.named.end()) {
        own.named.push_back(std::move(named));
      } else if (found->schema->pointer != named.schema->pointer) {
        Merge(*found->schema, std::move(*named.schema));
      }
    }
  }

  // A boolean and a schema: false is the stricter, true says nothing.
  static bool CombineClosed(SchemaKeyword& own, SchemaKeyword& other) {
    const SchemaKeyword& plain = own.form == Form::kValue ? own : other;
    if (plain.value == nullptr || !plain.value->is_bool()) return false;
    const bool closes = !plain.value->AsBool(true);
    const bool own_is_plain = &plain == &own;
    if (own_is_plain != closes) own = std::move(other);
    return true;
  }

  void CombineValues(SchemaKeyword& own, const SchemaKeyword& other) {
    if (Same(*own.value, *other.value)) return;
    if (own.key == "required" && own.value->is_array() && other.value->is_array()) {
      own.value = SchemaValue(Union(*own.value, *other.value), arena_);
    } else if (own.key == "enum" || own.key == "type") {
      const std::optional<std::string> common =
          own.key == "enum" ? CommonValues(*own.value, *other.value) : CommonTypes(*own.value, *other.value);
      if (!common) return report_.Add(other);
      own.value = SchemaValue(*common, arena_);
    } else if (Contains(kLargerWins, own.key) || Contains(kSmallerWins, own.key)) {
      CombineLimits(own, other);
    } else if (own.key == "additionalProperties" || own.key == "nullable") {
      if (own.value->AsBool(true)) own.value = other.value;  // false is the stricter
    } else if (own.key == "uniqueItems") {
      if (!own.value->AsBool(false)) own.value = other.value;
    } else {
      report_.Add(other);
    }
  }

  void CombineLimits(SchemaKeyword& own, const SchemaKeyword& other) {
    const std::optional<double> a = own.value->AsDouble();
    const std::optional<double> b = other.value->AsDouble();
    if (!a || !b) return report_.Add(other);
    if (Contains(kLargerWins, own.key) ? *b > *a : *b < *a) own.value = other.value;
  }

  static std::string Union(const json::Value& a, const json::Value& b) {
    std::vector<const json::Value*> all = Elements(a);
    for (const json::Value* each : Elements(b)) {
      if (!Has(all, *each)) all.push_back(each);
    }
    return ArrayText(all);
  }

  static std::optional<std::string> CommonValues(const json::Value& a, const json::Value& b) {
    std::vector<const json::Value*> common;
    const std::vector<const json::Value*> others = Elements(b);
    for (const json::Value* each : Elements(a)) {
      if (Has(others, *each)) common.push_back(each);
    }
    if (common.empty()) return std::nullopt;
    return ArrayText(common);
  }

  // An integer is a number too.
  static std::optional<std::string> CommonTypes(const json::Value& a, const json::Value& b) {
    std::vector<const json::Value*> common;
    const std::vector<const json::Value*> own = Elements(a);
    const std::vector<const json::Value*> others = Elements(b);
    const auto allows = [](const std::vector<const json::Value*>& list, std::string_view name) {
      return std::any_of(list.begin(), list.end(), [&](const json::Value* each) { return each->str() == name; });
    };
    for (const json::Value* each : own) {
      if (allows(others, each->str()) || (each->str() == "integer" && allows(others, "number"))) common.push_back(each);
    }
    for (const json::Value* each : others) {
      if (each->str() == "integer" && allows(own, "number") && !allows(own, "integer")) common.push_back(each);
    }
    if (common.empty()) return std::nullopt;
    return common.size() == 1 ? std::string(common.front()->raw()) : ArrayText(common);
  }

  Arena& arena_;
  SchemaReport& report_;
};

}  // namespace

void MergeSchemas(SchemaNode& into, SchemaNode other, Arena& arena, SchemaReport& report) {
  Merger(arena, report).Merge(into, std::move(other));
}

}  // namespace ag::wire
