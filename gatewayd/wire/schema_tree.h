#pragma once

#include <absl/status/status.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"

// A JSON schema as a tree that can be changed: what schema_cleaner.h works on. Keys and values are views into the
// source or into an arena.
namespace ag::wire {

struct SchemaNode;

// A property, or an entry of "$defs".
struct NamedSchema {
  std::string_view name;
  std::unique_ptr<SchemaNode> schema;
};

// One keyword with its value: a schema, schemas by name, a list of schemas, or any other JSON value.
struct SchemaKeyword {
  std::string_view key;
  std::string pointer;       // where the source has it; of what was added: the schema's
  const char* at = nullptr;  // the same place in the source text, for document order
  const json::Value* value = nullptr;
  std::unique_ptr<SchemaNode> schema;
  std::vector<NamedSchema> named;
  std::vector<std::unique_ptr<SchemaNode>> list;
  enum class Form { kValue, kSchema, kNamed, kList } form = Form::kValue;
};

struct SchemaNode {
  std::optional<bool> boolean;  // `true` or `false` in place of an object
  std::vector<SchemaKeyword> keywords;
  std::string pointer;
  const char* at = nullptr;

  SchemaKeyword* Find(std::string_view key);
  const SchemaKeyword* Find(std::string_view key) const;
  // The keyword's plain value; null when there is none.
  const json::Value* ValueOf(std::string_view key) const;
  void Remove(std::string_view key);
};

// How a keyword holds its value; malformed ones count as values and stay as they are.
SchemaKeyword::Form FormOfKeyword(std::string_view key, const json::Value& value);

// Collects the pointers of what is changed, each once, and gives them in document order.
class SchemaReport {
 public:
  void Add(const SchemaKeyword& keyword) { Add(keyword.at, keyword.pointer); }
  void Add(const SchemaNode& node) { Add(node.at, node.pointer); }
  void Add(const char* at, std::string pointer) { found_.emplace_back(at, std::move(pointer)); }
  std::vector<std::string> Take();

 private:
  std::vector<std::pair<const char*, std::string>> found_;
};

// "/a~1b" for the token "a/b" below `parent`.
std::string ChildPointer(std::string_view parent, std::string_view token);

// How "$ref" and "allOf" are read: both give the schema a part of its keywords from elsewhere.
enum class RefReading {
  kAsWritten,  // nothing is resolved
  kKept,       // "$ref" to the root or a definition stays where nothing stands beside it
  kInlined,
};
struct SchemaReading {
  RefReading refs = RefReading::kAsWritten;
  bool merge_all_of = false;
  // Where definitions may stay (kKept); references to anything else but the root are inlined.
  bool keeps_defs = false;         // "$defs"
  bool keeps_definitions = false;  // "definitions"
};

// Reads a schema. What cannot be kept goes to `report`: references that lead nowhere, what stands beside a recursive
// one, what contradicts in merged schemas.
class SchemaReader {
 public:
  SchemaReader(const json::Value& root, const SchemaReading& reading, Arena& arena, SchemaReport& report)
      : root_(root), reading_(reading), arena_(arena), report_(report) {}

  // Unsupported for recursion that must be inlined, and for a schema that is too deep or too large.
  absl::Status Read(SchemaNode& out);

 private:
  struct Target {
    const json::Value* value = nullptr;
    std::string pointer;
    bool keepable = false;  // the root or a definition that stays
  };
  struct Place {
    const json::Value& value;
    std::string_view pointer;
    bool inline_ref = false;  // a "$ref" must not stay
  };

  absl::Status ReadNode(const Place& place, SchemaNode& out);
  absl::Status ReadMembers(const Place& place, SchemaNode& out);
  absl::Status ReadKeyword(std::string_view key, const json::Value& value, SchemaNode& out);
  absl::Status ReadRef(const Place& place, const json::Value& ref, SchemaNode& out);
  absl::Status ReadAllOf(const json::Value& branches, std::string_view pointer, SchemaNode& out);
  std::optional<Target> Resolve(std::string_view ref) const;

  const json::Value& root_;
  SchemaReading reading_;
  Arena& arena_;
  SchemaReport& report_;
  std::vector<const json::Value*> open_;  // targets of references that are being inlined
  std::size_t depth_ = 0;
  std::size_t nodes_ = 0;
};

// Makes `into` demand what both demand (allOf). What says something about the schema itself, and what cannot be
// combined, stays as `into` has it; the other's goes to `report`.
void MergeSchemas(SchemaNode& into, SchemaNode other, Arena& arena, SchemaReport& report);

// A JSON text as a value in the arena.
const json::Value* SchemaValue(std::string_view text, Arena& arena);
std::string SchemaText(const SchemaNode& node);

}  // namespace ag::wire
