#include "gatewayd/wire/schema_cleaner.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/schema_tree.h"
#include "gatewayd/wire/schema_types.h"

namespace ag::wire {
namespace {

using Form = SchemaKeyword::Form;

class Cleaner {
 public:
  Cleaner(const SchemaRules& rules, Arena& arena, SchemaReport& report)
      : rules_(rules), arena_(arena), report_(report), types_(rules, arena, report) {}

  void Clean(SchemaNode& node) {
    if (node.boolean) {
      if (*node.boolean && !rules_.boolean_schemas) node.boolean.reset();
      return;
    }
    do {
      if (!rules_.one_of) ConvertOneOf(node);
    } while (!TakesKeyword(rules_, "anyOf") && TakeBestBranch(node));
    types_.ConvertForeign(node);
    if (!TakesKeyword(rules_, "prefixItems")) {
      ConvertTuple(node, "prefixItems");
      ConvertTuple(node, "items");
    }
    RemoveUnknown(node);
    CleanParts(node);
    types_.Convert(node);
  }

 private:
  void ConvertOneOf(SchemaNode& node) {
    SchemaKeyword* one = node.Find("oneOf");
    if (one == nullptr || one->form != Form::kList) return;
    report_.Add(*one);
    if (node.Find("anyOf") == nullptr) {
      one->key = "anyOf";
    } else {
      node.Remove("oneOf");
    }
  }

  // For a target without branches: objects say most, then arrays, then plain values.
  bool TakeBestBranch(SchemaNode& node) {
    SchemaKeyword* any = node.Find("anyOf");
    if (any == nullptr || any->form != Form::kList) return false;
    report_.Add(*any);
    const auto best = std::max_element(any->list.begin(), any->list.end(),
                                       [](const auto& a, const auto& b) { return RankOf(*a) < RankOf(*b); });
    std::unique_ptr<SchemaNode> branch;
    if (best != any->list.end()) branch = std::move(*best);
    node.Remove("anyOf");
    if (branch == nullptr) return false;
    MergeSchemas(node, std::move(*branch), arena_, report_);
    return true;
  }

  static int RankOf(const SchemaNode& node) {
    const json::Value* type = node.ValueOf("type");
    if (node.boolean || (type != nullptr && type->str() == "null")) return 0;
    if (node.Find("properties") != nullptr || (type != nullptr && type->str() == "object")) return 3;
    return node.Find("items") != nullptr || (type != nullptr && type->str() == "array") ? 2 : 1;
  }

  // A list of element schemas: "prefixItems" since draft 2020, "items" before.
  void ConvertTuple(SchemaNode& node, std::string_view key) {
    SchemaKeyword* tuple = node.Find(key);
    if (tuple == nullptr || tuple->form != Form::kList) return;
    report_.Add(*tuple);
    if (tuple->list.empty() || (key != "items" && node.Find("items") != nullptr)) {
      node.Remove(key);
      return;
    }
    tuple->key = "items";
    tuple->form = Form::kSchema;
    if (tuple->list.size() == 1) {
      tuple->schema = std::move(tuple->list.front());
    } else {
      tuple->schema = std::make_unique<SchemaNode>();
      tuple->schema->pointer = tuple->pointer;
      tuple->schema->at = tuple->at;
      SchemaKeyword& any = tuple->schema->keywords.emplace_back();
      any.key = "anyOf";
      any.pointer = tuple->pointer;
      any.at = tuple->at;
      any.form = Form::kList;
      any.list = std::move(tuple->list);
    }
    tuple->list.clear();
  }

  void RemoveUnknown(SchemaNode& node) {
    std::erase_if(node.keywords, [&](const SchemaKeyword& keyword) {
      const bool format = keyword.key == "format" && !rules_.formats.empty() && keyword.value->is_string();
      const bool known = TakesKeyword(rules_, keyword.key) &&
                         (!format || std::find(rules_.formats.begin(), rules_.formats.end(), keyword.value->str()) !=
                                         rules_.formats.end());
      if (!known) report_.Add(keyword);
      return !known;
    });
  }

  // `false` in place of a schema, where the target does not take that.
  bool Impossible(const SchemaNode& node) const {
    return !rules_.boolean_schemas && node.boolean.has_value() && !*node.boolean;
  }

  void CleanParts(SchemaNode& node) {
    for (SchemaKeyword& keyword : node.keywords) {
      switch (keyword.form) {
        case Form::kValue:
          break;
        case Form::kSchema:
          Clean(*keyword.schema);
          break;
        case Form::kNamed:
          CleanNamed(keyword);
          break;
        case Form::kList:
          CleanList(keyword);
          break;
      }
    }
    std::erase_if(node.keywords, [&](const SchemaKeyword& keyword) {
      if (keyword.form == Form::kList) return keyword.list.empty();
      if (keyword.form != Form::kSchema || !Impossible(*keyword.schema)) return false;
      report_.Add(keyword);
      return true;
    });
  }

  void CleanNamed(SchemaKeyword& keyword) {
    const bool definitions = keyword.key == "$defs" || keyword.key == "definitions";
    for (NamedSchema& named : keyword.named) {
      Clean(*named.schema);
      if (definitions && Impossible(*named.schema)) Open(*named.schema);
    }
    std::erase_if(keyword.named, [&](const NamedSchema& named) {
      if (Impossible(*named.schema)) report_.Add(*named.schema);
      return Impossible(*named.schema);
    });
  }

  void CleanList(SchemaKeyword& keyword) {
    for (const auto& each : keyword.list) {
      Clean(*each);
      if (keyword.key == "prefixItems" && Impossible(*each)) Open(*each);
    }
    std::erase_if(keyword.list, [&](const auto& each) {
      if (Impossible(*each)) report_.Add(*each);
      return Impossible(*each);
    });
  }

  // Something else refers to the place, so that it cannot go.
  void Open(SchemaNode& node) {
    report_.Add(node);
    node.boolean.reset();
  }

  const SchemaRules& rules_;
  Arena& arena_;
  SchemaReport& report_;
  SchemaTypes types_;
};

}  // namespace

absl::StatusOr<CleanSchema> CleanForTarget(const json::Value& schema, const SchemaRules& rules) {
  Arena arena;
  SchemaReport report;
  SchemaReading reading;
  reading.refs = rules.refs ? RefReading::kKept : RefReading::kInlined;
  reading.merge_all_of = !rules.all_of;
  reading.keeps_defs = rules.refs && TakesKeyword(rules, "$defs");
  reading.keeps_definitions = rules.refs && TakesKeyword(rules, "definitions");
  SchemaNode node;
  AG_RETURN_IF_ERROR(SchemaReader(schema, reading, arena, report).Read(node));
  Cleaner(rules, arena, report).Clean(node);
  const json::Value* type = node.ValueOf("type");
  const bool object_root = rules.closed_objects && !rules.optional_properties;
  if (object_root && (type == nullptr || type->str() != "object" || node.Find("anyOf") != nullptr)) {
    return MakeError(ErrorKind::kUnsupported, "The target takes a schema of an object alone.");
  }
  CleanSchema clean;
  clean.pointers = report.Take();
  clean.json = SchemaText(node);

  SchemaReport unused;
  SchemaNode written;
  AG_RETURN_IF_ERROR(SchemaReader(schema, {}, arena, unused).Read(written));
  if (clean.json == SchemaText(written)) clean.json = std::string(schema.raw());
  return clean;
}

}  // namespace ag::wire
