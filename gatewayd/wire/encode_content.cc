#include "gatewayd/wire/encode_content.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <variant>

#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/encode_common.h"

namespace ag::wire {
namespace {

bool KeepsReasoning(const ReasoningPart& part, const UpstreamTarget& target) {
  if (target.dialect == Dialect::kChat) return target.quirks.reasoning_content_back && !part.text.empty();
  return !part.signature.empty() && part.family == FamilyOf(target.dialect) &&
         (part.scope.empty() || part.scope == target.state_scope);
}

// The code of the loss when the part cannot stay; empty when it does.
std::string_view LossOfHistory(const Part& part, const UpstreamTarget& target) {
  if (const auto* reasoning = std::get_if<ReasoningPart>(&part.value)) {
    return KeepsReasoning(*reasoning, target) ? std::string_view() : "other_provider_reasoning";
  }
  return std::holds_alternative<ServerToolPart>(part.value) ? "server_tool_history" : std::string_view();
}

bool IsObject(std::string_view text, Arena& arena) {
  const auto parsed = json::Parse(text, arena);
  return parsed.ok() && (*parsed)->is_object();
}

// {"key":"text"}
std::string_view Wrapped(std::string_view key, std::string_view text, Arena& arena) {
  std::string object;
  json::Writer(object).BeginObject().Field(key, text).EndObject();
  return arena.Copy(object);
}

// The text of a part that is one: also of a plain-text document.
const std::string_view* TextOf(const Part& part) {
  if (const auto* text = std::get_if<TextPart>(&part.value)) return &text->text;
  if (const auto* refusal = std::get_if<RefusalPart>(&part.value)) return &refusal->text;
  const auto* document = std::get_if<DocumentPart>(&part.value);
  return document != nullptr && document->source.data.empty() ? &document->text : nullptr;
}

}  // namespace

const ChatRequest& FittingHistory(const ChatRequest& request, const UpstreamTarget& target, Arena& arena,
                                  EncodedRequest& out) {
  std::vector<Message> messages;
  messages.reserve(request.messages.size());
  for (const Message& message : request.messages) {
    Message fitting = message;
    const auto kept = arena.NewSpan<Part>(message.parts.size());
    std::size_t count = 0;
    for (const Part& part : message.parts) {
      const std::string_view code = LossOfHistory(part, target);
      if (code.empty()) {
        kept[count++] = part;
      } else {
        NoteDrop(out, part.field, code);
      }
    }
    if (count == 0 && !message.parts.empty()) continue;
    fitting.parts = kept.first(count);
    messages.push_back(fitting);
  }
  const auto list = arena.NewSpan<Message>(messages.size());
  std::copy(messages.begin(), messages.end(), list.begin());
  ChatRequest fitting = request;
  fitting.messages = list;
  return *arena.New<ChatRequest>(fitting);
}

std::string_view ArgumentsObject(const ToolCallPart& call, std::string_view field, Arena& arena, EncodedRequest& out) {
  const std::string_view text = ArgumentsText(call, arena);
  if (call.custom || IsObject(text, arena)) return text;
  NoteApprox(out, field, "invalid_arguments");
  return Wrapped("arguments", text, arena);
}

std::string_view ArgumentsText(const ToolCallPart& call, Arena& arena) {
  if (call.custom) return Wrapped("input", call.arguments, arena);
  return TrimSpace(call.arguments).empty() ? "{}" : call.arguments;
}

std::string_view ResultText(const ToolResultPart& result, Arena& arena) {
  if (result.structured != nullptr) return result.structured->raw();
  const std::string_view* only = nullptr;
  std::string joined;
  for (const Part& part : result.content) {
    const std::string_view* text = TextOf(part);
    if (text == nullptr) continue;
    if (only != nullptr) {
      if (joined.empty()) joined = *only;
      absl::StrAppend(&joined, "\n", ToAbsl(*text));
    }
    only = text;
  }
  if (only == nullptr) return {};
  return joined.empty() ? *only : arena.Copy(joined);
}

std::vector<const Part*> ResultMedia(const ToolResultPart& result) {
  std::vector<const Part*> media;
  for (const Part& part : result.content) {
    if (TextOf(part) == nullptr) media.push_back(&part);
  }
  return media;
}

absl::Status SystemTexts(const ChatRequest& request, const UpstreamTarget& target,
                         std::vector<std::string_view>& texts) {
  for (const Message& message : request.messages.first(LeadingSystem(request))) {
    for (const Part& part : message.parts) {
      const std::string_view* text = TextOf(part);
      if (text == nullptr) return Untranslatable(request, target, part.field, "a system prompt is sent as text alone");
      if (!text->empty()) texts.push_back(*text);
    }
  }
  return absl::OkStatus();
}

absl::Status CheckMedium(const ChatRequest& request, const UpstreamTarget& target, const MediaSource& source,
                         std::string_view modality, std::string_view field) {
  if (source.kind == MediaSource::Kind::kFileId) {
    return Untranslatable(request, target, field, "the id of a file is known to the account that has it and not sent");
  }
  const std::vector<std::string>& known = target.model_info.input_modalities;
  if (!target.model_info.known || known.empty() || std::find(known.begin(), known.end(), modality) != known.end()) {
    return absl::OkStatus();
  }
  return Untranslatable(
      request, target, field,
      absl::StrCat("the model ", target.model, " does not read ", ToAbsl(modality), " input, which is not translated"));
}

std::string MediaUrl(const MediaSource& source, std::string_view fallback_type) {
  if (source.kind != MediaSource::Kind::kBase64) return std::string(source.data);
  const std::string_view type = source.media_type.empty() ? fallback_type : source.media_type;
  return absl::StrCat("data:", ToAbsl(type), ";base64,", ToAbsl(source.data));
}

void NoteSchemaChanges(const CleanSchema& clean, std::string_view field, EncodedRequest& out) {
  for (const std::string& pointer : clean.pointers) NoteApprox(out, field, "schema_keyword", {{"pointer", pointer}});
}

}  // namespace ag::wire
