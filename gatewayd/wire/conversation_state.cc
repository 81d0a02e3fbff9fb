#include "gatewayd/wire/conversation_state.h"

#include <algorithm>
#include <optional>
#include <variant>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/loss_rules.h"
#include "gatewayd/wire/registry.h"

namespace ag::wire {
namespace {

using Kind = ReasoningPart::Kind;

constexpr std::string_view kKindNames[] = {"text", "summary", "redacted", "encrypted"};

std::optional<Kind> KindFromName(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kKindNames); ++i) {
    if (kKindNames[i] == name) return static_cast<Kind>(i);
  }
  return std::nullopt;
}

bool IsReasoning(const Part& part) { return std::holds_alternative<ReasoningPart>(part.value); }

// A message with other parts, the rest of it as it was.
Message WithParts(const Message& message, const std::vector<Part>& parts, Arena& arena) {
  const auto kept = arena.NewSpan<Part>(parts.size());
  std::copy(parts.begin(), parts.end(), kept.begin());
  Message changed = message;
  changed.parts = kept;
  return changed;
}

// The request with its messages passed through `edit`, which appends to the parts of one message.
template <typename Edit>
const ChatRequest& WithEditedMessages(const ChatRequest& request, Arena& arena, Edit edit) {
  const auto messages = arena.NewSpan<Message>(request.messages.size());
  std::vector<Part> parts;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    parts.clear();
    for (const Part& part : request.messages[i].parts) edit(part, parts);
    messages[i] = WithParts(request.messages[i], parts, arena);
  }
  ChatRequest changed = request;
  changed.messages = messages;
  return *arena.New<ChatRequest>(changed);
}

std::string_view TextOf(const json::Value& object, std::string_view key) {
  const json::Value* value = object.Find(key);
  return value == nullptr ? std::string_view() : value->str();
}

}  // namespace

bool CarriesState(Dialect client) { return CodecOf(client).carries_state; }

std::vector<std::string_view> MissingStateKeys(const ChatRequest& request) {
  std::vector<std::string_view> keys;
  for (const Message& message : request.messages) {
    bool has_state = false;
    for (const Part& part : message.parts) {
      if (const auto* reasoning = std::get_if<ReasoningPart>(&part.value)) {
        has_state = has_state || !reasoning->signature.empty();
      } else if (const auto* call = std::get_if<ToolCallPart>(&part.value)) {
        if (!has_state && !call->id.empty()) keys.push_back(call->id);
      }
    }
  }
  return keys;
}

const ChatRequest& WithState(const ChatRequest& request, std::span<const KeptState> kept, Arena& arena) {
  if (kept.empty()) return request;
  return WithEditedMessages(request, arena, [&](const Part& part, std::vector<Part>& parts) {
    const auto* call = std::get_if<ToolCallPart>(&part.value);
    const auto found = call == nullptr ? kept.end()
                                       : std::find_if(kept.begin(), kept.end(),
                                                      [&](const KeptState& each) { return each.key == call->id; });
    if (found != kept.end()) {
      // Text that the client itself sent back (reasoning_content) is in the kept state already.
      std::erase_if(parts, IsReasoning);
      for (const Part& state : DecodeState(found->value, arena)) {
        parts.push_back(state);
        parts.back().field = part.field;
      }
    }
    parts.push_back(part);
  });
}

const ChatRequest& WithoutState(const ChatRequest& request, Arena& arena, std::vector<Loss>& losses) {
  return WithEditedMessages(request, arena, [&losses](const Part& part, std::vector<Part>& parts) {
    if (!IsReasoning(part)) {
      parts.push_back(part);
    } else if (losses.empty() || losses.back().field != part.field) {  // a call may have several parts of state
      losses.push_back(LossOf(part.field, "refused_reasoning"));
    }
  });
}

std::string EncodeState(std::span<const ReasoningPart> parts) {
  std::string text;
  json::Writer writer(text);
  writer.BeginArray();
  for (const ReasoningPart& part : parts) {
    writer.BeginObject().Field("family", NameOf(part.family));
    writer.Field("kind", kKindNames[static_cast<std::size_t>(part.kind)]);
    if (part.home == StateHome::kNextPart) writer.Field("home", "next");
    if (!part.scope.empty()) writer.Field("scope", part.scope);
    if (!part.id.empty()) writer.Field("id", part.id);
    if (!part.text.empty()) writer.Field("text", part.text);
    writer.Field("signature", part.signature).EndObject();
  }
  writer.EndArray();
  return text;
}

std::span<const Part> DecodeState(std::string_view text, Arena& arena) {
  const auto parsed = json::Parse(arena.Copy(text), arena);
  if (!parsed.ok()) return {};
  const auto items = (*parsed)->items();
  const auto parts = arena.NewSpan<Part>(items.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto family = FamilyFromName(TextOf(items[i], "family"));
    const auto kind = KindFromName(TextOf(items[i], "kind"));
    if (!family || !kind) return {};
    ReasoningPart part;
    part.family = *family;
    part.kind = *kind;
    part.home = TextOf(items[i], "home") == "next" ? StateHome::kNextPart : StateHome::kOwnPart;
    part.scope = TextOf(items[i], "scope");
    part.id = TextOf(items[i], "id");
    part.text = TextOf(items[i], "text");
    part.signature = TextOf(items[i], "signature");
    parts[i].value = part;
  }
  return parts;
}

}  // namespace ag::wire
