#include "gatewayd/wire/openai/responses_store.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/openai/responses_json.h"

namespace ag::wire::openai {
namespace {

using json::Value;

constexpr std::string_view kResponsePrefix = "resp_";
constexpr std::string_view kMark = "ag";
constexpr std::size_t kTokenLength = 32;

// The 32 characters that a response shares with its items: "<prefix>_ag<token><index>".
std::string_view TokenOf(std::string_view id) {
  const std::size_t line = id.find('_');
  if (line == std::string_view::npos) return {};
  const std::string_view rest = id.substr(line + 1);
  if (rest.size() < kMark.size() + kTokenLength || rest.substr(0, kMark.size()) != kMark) return {};
  return rest.substr(kMark.size(), kTokenLength);
}

void WriteItems(const Value* items, json::Writer& writer) {
  if (items == nullptr) return;
  if (items->is_string()) {
    writer.BeginObject().Field("type", "message").Field("role", "user").Key("content").BeginArray();
    writer.BeginObject().Field("type", "input_text").Key("text").Raw(items->raw()).EndObject();
    writer.EndArray().EndObject();
  }
  for (const Value& item : items->items()) writer.Raw(item.raw());
}

absl::StatusOr<const Value*> ParseObject(std::string_view text, Arena& arena) {
  AG_ASSIGN_OR_RETURN(const Value* root, json::Parse(text, arena));
  if (root->is_object()) return root;
  return MakeError(ErrorKind::kInvalidRequest, "The request body must be a JSON object.");
}

// The body with another `input`; `write` writes the items of its array.
template <typename WriteInput>
std::string WithInput(const Value& body, WriteInput write) {
  std::string text;
  json::Writer writer(text);
  writer.BeginObject();
  for (const auto& [key, value] : body.members()) {
    if (key != "input") writer.Key(key).Raw(value.raw());
  }
  writer.Key("input").BeginArray();
  write(writer);
  writer.EndArray().EndObject();
  return text;
}

const Value* OutputOf(const Value& stored) {
  const Value* response = stored.FindNonNull("response");
  return response == nullptr ? nullptr : response->FindNonNull("output");
}

// Empty when the item is no reference; its type may be left out.
std::string_view ReferenceOf(const Value& item) {
  const bool untyped = item.FindNonNull("type") == nullptr && item.FindNonNull("role") == nullptr;
  return untyped || TextAt(item, "type") == "item_reference" ? TextAt(item, "id") : std::string_view();
}

}  // namespace

std::string NewLocalId(RandomSource& random) {
  return absl::StrCat(ToAbsl(kResponsePrefix), ToAbsl(kMark), RandomToken(random, kTokenLength));
}

bool IsLocalId(std::string_view response_id) {
  return response_id.substr(0, kResponsePrefix.size()) == kResponsePrefix && !TokenOf(response_id).empty();
}

std::string LocalItemId(std::string_view prefix, std::string_view response_id, std::size_t index) {
  return absl::StrCat(ToAbsl(prefix), "_", ToAbsl(kMark), ToAbsl(TokenOf(response_id)),
                      absl::Dec(index, absl::kZeroPad4));
}

std::string LocalResponseOf(std::string_view item_id) {
  const std::string_view token = TokenOf(item_id);
  return token.empty() ? std::string() : absl::StrCat(ToAbsl(kResponsePrefix), ToAbsl(kMark), ToAbsl(token));
}

std::string StoredReply(const Value& request, std::string_view response) {
  std::string text;
  json::Writer writer(text);
  writer.BeginObject().Key("input").BeginArray();
  WriteItems(request.FindNonNull("input"), writer);
  writer.EndArray().Key("response").Raw(response).EndObject();
  return text;
}

std::string StoredReplyObject(std::string_view stored) {
  Arena arena;
  const auto parsed = json::Parse(stored, arena);
  const Value* response = parsed.ok() ? (*parsed)->FindNonNull("response") : nullptr;
  return response == nullptr ? std::string() : std::string(response->raw());
}

absl::StatusOr<std::string> ExpandPrevious(std::string_view body, std::string_view stored) {
  Arena arena;
  AG_ASSIGN_OR_RETURN(const Value* root, ParseObject(body, arena));
  AG_ASSIGN_OR_RETURN(const Value* earlier, ParseObject(stored, arena));
  return WithInput(*root, [&](json::Writer& writer) {
    WriteItems(earlier->FindNonNull("input"), writer);
    WriteItems(OutputOf(*earlier), writer);
    WriteItems(root->FindNonNull("input"), writer);
  });
}

std::vector<std::string> ReferencedResponses(std::string_view body) {
  std::vector<std::string> ids;
  if (body.find("_ag") == std::string_view::npos) return ids;
  Arena arena;
  const auto parsed = json::Parse(body, arena);
  const Value* input = parsed.ok() ? (*parsed)->FindNonNull("input") : nullptr;
  if (input == nullptr) return ids;
  for (const Value& item : input->items()) {
    std::string id = LocalResponseOf(ReferenceOf(item));
    if (!id.empty() && std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(std::move(id));
  }
  return ids;
}

absl::StatusOr<std::string> ExpandReferences(std::string_view body, std::span<const std::string> stored) {
  Arena arena;
  AG_ASSIGN_OR_RETURN(const Value* root, ParseObject(body, arena));
  std::vector<const Value*> outputs;
  for (const std::string& text : stored) {
    AG_ASSIGN_OR_RETURN(const Value* earlier, ParseObject(text, arena));
    if (const Value* output = OutputOf(*earlier)) outputs.push_back(output);
  }
  const auto item_of = [&](std::string_view id) -> const Value* {
    for (const Value* output : outputs) {
      for (const Value& item : output->items()) {
        if (!id.empty() && TextAt(item, "id") == id) return &item;
      }
    }
    return nullptr;
  };
  const Value* input = root->FindNonNull("input");
  if (input == nullptr || !input->is_array()) return std::string(body);
  return WithInput(*root, [&](json::Writer& writer) {
    for (const Value& item : input->items()) {
      const Value* referenced = item_of(ReferenceOf(item));
      writer.Raw(referenced == nullptr ? item.raw() : referenced->raw());
    }
  });
}

}  // namespace ag::wire::openai
