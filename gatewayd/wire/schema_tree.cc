#include "gatewayd/wire/schema_tree.h"

#include <absl/strings/ascii.h>
#include <absl/strings/escaping.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_replace.h>
#include <absl/strings/str_split.h>

#include <algorithm>
#include <functional>
#include <iterator>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::wire {
namespace {

using Form = SchemaKeyword::Form;

// Inlining can nest and multiply what a small document says. A level writes four brackets at most, and json::Writer
// takes 256.
constexpr std::size_t kMaxSchemaDepth = 60;
constexpr std::size_t kMaxSchemaNodes = 10'000;

constexpr std::string_view kNamedKeywords[] = {"properties", "patternProperties", "$defs", "definitions",
                                               "dependentSchemas"};
constexpr std::string_view kListKeywords[] = {"anyOf", "oneOf", "allOf", "prefixItems", "items"};
constexpr std::string_view kSchemaKeywords[] = {
    "items", "additionalProperties", "additionalItems",       "contains",        "propertyNames", "not", "if", "then",
    "else",  "contentSchema",        "unevaluatedProperties", "unevaluatedItems"};

template <std::size_t N>
bool Contains(const std::string_view (&list)[N], std::string_view text) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

absl::Status TooLarge() { return MakeError(ErrorKind::kUnsupported, "The schema is too large."); }

// Booleans that are schemas by the letter, but plain values to every API.
bool TakesBoolean(std::string_view key) {
  return key == "additionalProperties" || key == "unevaluatedProperties" || key == "additionalItems";
}

bool IsHex(char c) { return absl::ascii_isxdigit(static_cast<unsigned char>(c)); }

// A URL's %XX as the bytes that they stand for.
std::string Unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && IsHex(text[i + 1]) && IsHex(text[i + 2])) {
      plain += absl::HexStringToBytes(ToAbsl(text.substr(i + 1, 2)));
      i += 2;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

void WriteNode(const SchemaNode& node, json::Writer& writer) {
  if (node.boolean) {
    writer.Bool(*node.boolean);
    return;
  }
  writer.BeginObject();
  for (const SchemaKeyword& keyword : node.keywords) {
    writer.Key(keyword.key);
    switch (keyword.form) {
      case Form::kValue:
        writer.Raw(keyword.value->raw());
        break;
      case Form::kSchema:
        WriteNode(*keyword.schema, writer);
        break;
      case Form::kNamed:
        writer.BeginObject();
        for (const NamedSchema& named : keyword.named) {
          writer.Key(named.name);
          WriteNode(*named.schema, writer);
        }
        writer.EndObject();
        break;
      case Form::kList:
        writer.BeginArray();
        for (const auto& each : keyword.list) WriteNode(*each, writer);
        writer.EndArray();
        break;
    }
  }
  writer.EndObject();
}

}  // namespace

SchemaKeyword* SchemaNode::Find(std::string_view key) {
  for (SchemaKeyword& each : keywords) {
    if (each.key == key) return &each;
  }
  return nullptr;
}

const SchemaKeyword* SchemaNode::Find(std::string_view key) const {
  for (const SchemaKeyword& each : keywords) {
    if (each.key == key) return &each;
  }
  return nullptr;
}

const json::Value* SchemaNode::ValueOf(std::string_view key) const {
  const SchemaKeyword* keyword = Find(key);
  return keyword == nullptr ? nullptr : keyword->value;
}

void SchemaNode::Remove(std::string_view key) {
  std::erase_if(keywords, [&](const SchemaKeyword& each) { return each.key == key; });
}

SchemaKeyword::Form FormOfKeyword(std::string_view key, const json::Value& value) {
  if (value.is_object() && Contains(kNamedKeywords, key)) return Form::kNamed;
  if (value.is_array() && Contains(kListKeywords, key)) return Form::kList;
  if (!Contains(kSchemaKeywords, key)) return Form::kValue;
  return value.is_object() || (value.is_bool() && !TakesBoolean(key)) ? Form::kSchema : Form::kValue;
}

std::vector<std::string> SchemaReport::Take() {
  std::sort(found_.begin(), found_.end(), [](const auto& a, const auto& b) {
    return a.first == b.first ? a.second < b.second : std::less<const char*>()(a.first, b.first);
  });
  std::vector<std::string> pointers;
  for (auto& [at, pointer] : found_) {
    if (std::find(pointers.begin(), pointers.end(), pointer) == pointers.end()) pointers.push_back(std::move(pointer));
  }
  found_.clear();
  return pointers;
}

std::string ChildPointer(std::string_view parent, std::string_view token) {
  return std::string(parent) + "/" + absl::StrReplaceAll(ToAbsl(token), {{"~", "~0"}, {"/", "~1"}});
}

absl::Status SchemaReader::Read(SchemaNode& out) { return ReadNode({root_, "", true}, out); }

absl::Status SchemaReader::ReadNode(const Place& place, SchemaNode& out) {
  if (depth_ >= kMaxSchemaDepth) return MakeError(ErrorKind::kUnsupported, "The schema nests too deeply.");
  if (++nodes_ > kMaxSchemaNodes) return TooLarge();
  out.pointer = std::string(place.pointer);
  out.at = place.value.raw().data();
  if (place.value.is_bool()) {
    out.boolean = place.value.AsBool(true);
    return absl::OkStatus();
  }
  if (!place.value.is_object()) {
    report_.Add(out);
    return absl::OkStatus();
  }
  ++depth_;
  absl::Status status = ReadMembers(place, out);
  --depth_;
  return status;
}

absl::Status SchemaReader::ReadMembers(const Place& place, SchemaNode& out) {
  if (place.value.members().size() > kMaxSchemaNodes) return TooLarge();
  const bool resolves = reading_.refs != RefReading::kAsWritten;
  const json::Value* ref = nullptr;
  const json::Value* all_of = nullptr;
  for (const auto& [key, value] : place.value.members()) {
    if (resolves && place.value.Find(key) != &value) continue;  // a later member of the same name wins
    if (resolves && key == "$ref" && value.is_string()) {
      ref = &value;
    } else if (reading_.merge_all_of && key == "allOf" && value.is_array()) {
      all_of = &value;
    } else if (resolves && value.is_object() &&
               ((key == "$defs" && !reading_.keeps_defs) || (key == "definitions" && !reading_.keeps_definitions))) {
      continue;  // inlined where they are used
    } else {
      AG_RETURN_IF_ERROR(ReadKeyword(key, value, out));
    }
  }
  if (all_of != nullptr) AG_RETURN_IF_ERROR(ReadAllOf(*all_of, place.pointer, out));
  return ref == nullptr ? absl::OkStatus() : ReadRef(place, *ref, out);
}

absl::Status SchemaReader::ReadKeyword(std::string_view key, const json::Value& value, SchemaNode& out) {
  SchemaKeyword keyword;
  keyword.key = key;
  keyword.pointer = ChildPointer(out.pointer, key);
  keyword.at = value.raw().data();
  keyword.form = FormOfKeyword(key, value);
  switch (keyword.form) {
    case Form::kValue:
      keyword.value = &value;
      break;
    case Form::kSchema:
      keyword.schema = std::make_unique<SchemaNode>();
      AG_RETURN_IF_ERROR(ReadNode({value, keyword.pointer}, *keyword.schema));
      break;
    case Form::kNamed:
      if (value.members().size() > kMaxSchemaNodes) return TooLarge();
      for (const auto& [name, each] : value.members()) {
        if (reading_.refs != RefReading::kAsWritten && value.Find(name) != &each) continue;
        keyword.named.push_back({name, std::make_unique<SchemaNode>()});
        AG_RETURN_IF_ERROR(ReadNode({each, ChildPointer(keyword.pointer, name)}, *keyword.named.back().schema));
      }
      break;
    case Form::kList:
      for (std::size_t i = 0; i < value.items().size(); ++i) {
        keyword.list.push_back(std::make_unique<SchemaNode>());
        AG_RETURN_IF_ERROR(
            ReadNode({value.items()[i], ChildPointer(keyword.pointer, std::to_string(i))}, *keyword.list.back()));
      }
      break;
  }
  out.keywords.push_back(std::move(keyword));
  return absl::OkStatus();
}

absl::Status SchemaReader::ReadAllOf(const json::Value& branches, std::string_view pointer, SchemaNode& out) {
  const std::string list = ChildPointer(pointer, "allOf");
  for (std::size_t i = 0; i < branches.items().size(); ++i) {
    SchemaNode branch;
    AG_RETURN_IF_ERROR(ReadNode({branches.items()[i], ChildPointer(list, std::to_string(i)), true}, branch));
    MergeSchemas(out, std::move(branch), arena_, report_);
  }
  return absl::OkStatus();
}

absl::Status SchemaReader::ReadRef(const Place& place, const json::Value& ref, SchemaNode& out) {
  const std::optional<Target> target = Resolve(ref.str());
  if (!target) {
    report_.Add(ref.raw().data(), ChildPointer(out.pointer, "$ref"));
    return absl::OkStatus();
  }
  const bool open = target->value == &root_ || std::find(open_.begin(), open_.end(), target->value) != open_.end();
  const bool kept = reading_.refs == RefReading::kKept && target->keepable;
  if (open && !kept) {
    return MakeError(ErrorKind::kUnsupported, "The schema refers to itself, which the target does not take.");
  }
  SchemaNode other;
  if (open || (kept && out.keywords.empty() && !place.inline_ref)) {
    other.keywords.emplace_back();
    SchemaKeyword& keyword = other.keywords.back();
    keyword.key = "$ref";
    keyword.pointer = ChildPointer(out.pointer, "$ref");
    keyword.at = ref.raw().data();
    keyword.value = &ref;
  } else {
    open_.push_back(target->value);
    AG_RETURN_IF_ERROR(ReadNode({*target->value, target->pointer, true}, other));
    open_.pop_back();
  }
  MergeSchemas(out, std::move(other), arena_, report_);
  return absl::OkStatus();
}

std::optional<SchemaReader::Target> SchemaReader::Resolve(std::string_view ref) const {
  const json::Value* id = root_.Find("$id");
  if (id != nullptr && !id->str().empty() && ref.substr(0, id->str().size()) == id->str()) {
    ref.remove_prefix(id->str().size());
  }
  if (ref.empty() || ref.front() != '#') return std::nullopt;
  const std::string path = Unescaped(ref.substr(1));
  Target target{&root_, "", true};
  if (path.empty()) return target;
  if (path.front() != '/') return std::nullopt;
  const std::vector<std::string> tokens = absl::StrSplit(path.substr(1), '/');
  for (const std::string& each : tokens) {
    const std::string token = absl::StrReplaceAll(each, {{"~1", "/"}, {"~0", "~"}});
    const json::Value* next = target.value->Find(token);
    if (std::size_t index = 0; target.value->is_array() && absl::SimpleAtoi(token, &index)) {
      const auto items = target.value->items();
      next = index < items.size() ? &items[index] : nullptr;
    }
    if (next == nullptr) return std::nullopt;
    target.pointer = ChildPointer(target.pointer, token);
    target.value = next;
  }
  target.keepable = tokens.size() == 2 && ((tokens.front() == "$defs" && reading_.keeps_defs) ||
                                           (tokens.front() == "definitions" && reading_.keeps_definitions));
  return target;
}

const json::Value* SchemaValue(std::string_view text, Arena& arena) {
  const auto parsed = json::Parse(arena.Copy(text), arena);
  AG_CHECK(parsed.ok());
  return *parsed;
}

std::string SchemaText(const SchemaNode& node) {
  std::string text;
  json::Writer writer(text);
  WriteNode(node, writer);
  return text;
}

}  // namespace ag::wire
