#include "gatewayd/wire/gemini/gemini_partial_arguments.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <utility>

#include "gatewayd/wire/gemini/proto_key.h"

namespace ag::wire::gemini {
namespace {

using json::Value;

constexpr std::size_t kMaxSteps = 64;
// Elements come in order; a gap is filled up to here, so that one path cannot ask for all the memory.
constexpr std::int64_t kMaxGap = 256;

}  // namespace

bool PartialArguments::Add(const Value& pieces) {
  bool understood = pieces.is_array();
  for (const Value& piece : pieces.items()) understood = AddPiece(piece) && understood;
  return understood;
}

bool PartialArguments::AddPiece(const Value& piece) {
  std::vector<Step> steps;
  if (!ParsePath(TextAt(piece, "jsonPath"), steps)) return false;
  Node* node = &root_;
  for (const Step& step : steps) {
    node = Descend(*node, step);
    if (node == nullptr) return false;
  }
  return SetValue(piece, *node);
}

// "$.foo.bar[0]['a b']": the part of RFC 9535 that names one value.
bool PartialArguments::ParsePath(std::string_view path, std::vector<Step>& steps) {
  if (!path.starts_with('$')) return false;
  std::string_view rest = path.substr(1);
  while (!rest.empty()) {
    Step step;
    if (rest.front() == '.') {
      rest.remove_prefix(1);
      const std::size_t end = std::min(rest.find_first_of(".["), rest.size());
      step.name = std::string(rest.substr(0, end));
      rest.remove_prefix(end);
      if (step.name.empty()) return false;
    } else if (!ParseBracket(rest, step)) {
      return false;
    }
    steps.push_back(std::move(step));
  }
  return !steps.empty() && steps.size() <= kMaxSteps && steps.front().index < 0;
}

// `rest` begins with what should be a bracket; it is left behind it.
bool PartialArguments::ParseBracket(std::string_view& rest, Step& step) {
  if (rest.size() < 3 || rest.front() != '[') return false;
  const char quote = rest[1];
  if (quote == '\'' || quote == '"') {
    std::size_t at = 2;
    for (; at < rest.size() && rest[at] != quote; ++at) {
      if (rest[at] == '\\' && at + 1 < rest.size()) ++at;
      step.name.push_back(rest[at]);
    }
    if (at + 1 >= rest.size() || rest[at + 1] != ']') return false;
    rest.remove_prefix(at + 2);
    return true;
  }
  const auto read = std::from_chars(rest.data() + 1, rest.data() + rest.size(), step.index);
  const auto length = static_cast<std::size_t>(read.ptr - rest.data());
  if (read.ec != std::errc() || step.index < 0 || length >= rest.size() || rest[length] != ']') return false;
  rest.remove_prefix(length + 1);
  return true;
}

// The member or element, made if it is not there. Null when the node is something else.
PartialArguments::Node* PartialArguments::Descend(Node& node, const Step& step) {
  const Kind wanted = step.index < 0 ? Kind::kObject : Kind::kArray;
  if (node.kind == Kind::kNone) node.kind = wanted;
  if (node.kind != wanted) return nullptr;
  if (wanted == Kind::kArray) {
    const std::int64_t count = std::ssize(node.children);
    if (step.index >= count + kMaxGap) return nullptr;
    if (step.index >= count) node.children.resize(static_cast<std::size_t>(step.index) + 1);
    return &node.children[static_cast<std::size_t>(step.index)];
  }
  // Pieces of one argument follow each other.
  const auto found = std::find_if(node.children.rbegin(), node.children.rend(),
                                  [&](const Node& child) { return child.key == step.name; });
  if (found != node.children.rend()) return &*found;
  Node& child = node.children.emplace_back();
  child.key = step.name;
  return &child;
}

bool PartialArguments::SetValue(const Value& piece, Node& node) {
  if (node.kind == Kind::kObject || node.kind == Kind::kArray) return false;
  if (const Value* text = FindKey(piece, "stringValue"); text != nullptr && text->is_string()) {
    if (!node.continues) node.text.clear();
    node.kind = Kind::kText;
    node.text.append(text->str());
    node.continues = FlagAt(piece, "willContinue");
    return true;
  }
  for (const std::string_view name : {"numberValue", "boolValue"}) {
    const Value* value = FindKey(piece, name);
    if (value == nullptr) continue;
    node.kind = Kind::kLiteral;
    node.text = std::string(value->raw());
    return value->is_number() || value->is_bool();
  }
  // FindKey takes a null for none: {"nullValue":null} and {"nullValue":"NULL_VALUE"} are the same.
  const auto members = piece.members();
  const bool null = std::any_of(members.begin(), members.end(),
                                [](const json::Member& member) { return IsSpelling(member.key, "nullValue"); });
  if (!null) return FlagAt(piece, "willContinue");
  node.kind = Kind::kLiteral;
  node.text = "null";
  return true;
}

void PartialArguments::Write(const Node& node, json::Writer& writer) {
  switch (node.kind) {
    case Kind::kNone:
      writer.Null();
      return;
    case Kind::kText:
      writer.String(node.text);
      return;
    case Kind::kLiteral:
      writer.Raw(node.text);
      return;
    case Kind::kObject:
      writer.BeginObject();
      for (const Node& child : node.children) {
        writer.Key(child.key);
        Write(child, writer);
      }
      writer.EndObject();
      return;
    case Kind::kArray:
      writer.BeginArray();
      for (const Node& child : node.children) Write(child, writer);
      writer.EndArray();
      return;
  }
}

std::string PartialArguments::TakeJson() {
  std::string text;
  if (root_.kind == Kind::kNone) return "{}";
  json::Writer writer(text);
  Write(root_, writer);
  root_ = {};
  return text;
}

}  // namespace ag::wire::gemini
