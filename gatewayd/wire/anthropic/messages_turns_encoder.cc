#include "gatewayd/wire/anthropic/messages_turns_encoder.h"

#include <absl/strings/escaping.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/encode_common.h"
#include "gatewayd/wire/encode_content.h"

namespace ag::wire::anthropic {
namespace {

constexpr std::string_view kPdf = "application/pdf";

bool IsSystem(const Turn& turn) { return turn.role == Role::kSystem || turn.role == Role::kDeveloper; }
bool IsThinking(const TurnPart& part) { return std::holds_alternative<ReasoningPart>(part.part->value); }

const std::string_view* TextOf(const TurnPart& part) {
  if (const auto* text = std::get_if<TextPart>(&part.part->value)) return &text->text;
  if (const auto* refusal = std::get_if<RefusalPart>(&part.part->value)) return &refusal->text;
  return nullptr;
}

bool IsBlank(const TurnPart& part) {
  const std::string_view* text = TextOf(part);
  return text != nullptr && TrimSpace(*text).empty();
}

// What base64 of an image begins with, where nobody named its type.
std::string_view SniffedType(std::string_view base64) {
  if (base64.starts_with("/9j/")) return "image/jpeg";
  if (base64.starts_with("R0lGOD")) return "image/gif";
  if (base64.starts_with("UklGR")) return "image/webp";
  return "image/png";
}

class TurnWriter {
 public:
  TurnWriter(const ChatRequest& request, const UpstreamTarget& target, Arena& arena, json::Writer& writer,
             EncodedRequest& out)
      : request_(request), target_(target), arena_(arena), writer_(writer), out_(out) {}

  absl::Status Write(const Turn& turn) {
    std::vector<TurnPart> parts = turn.parts;
    HoistThinking(parts);
    writer_.BeginObject().Field("role", turn.role == Role::kAssistant ? "assistant" : "user").Key("content");
    if (parts.size() == 1 && TextOf(parts.front()) != nullptr) {
      writer_.String(*TextOf(parts.front())).EndObject();
      return absl::OkStatus();
    }
    writer_.BeginArray();
    for (const TurnPart& part : parts) AG_RETURN_IF_ERROR(Block(part));
    writer_.EndArray().EndObject();
    return absl::OkStatus();
  }

  // In place, or in tags. System prompts are text: media there are dropped by TextsOf's rule.
  void System(const Turn& turn, bool in_place) {
    Message whole = *turn.message;
    std::vector<Part> parts;
    for (const TurnPart& part : turn.parts) parts.push_back(*part.part);
    whole.parts = parts;
    if (in_place) {
      const std::vector<std::string_view> texts = TextsOf(whole, out_);
      if (texts.empty()) return;
      writer_.BeginObject().Field("role", "system").Key("content").BeginArray();
      for (const std::string_view text : texts) Text(text);
      writer_.EndArray().EndObject();
      return;
    }
    writer_.BeginObject().Field("role", "user").Field("content", WrappedSystem(whole, out_)).EndObject();
  }

 private:
  // A turn that has thinking must begin with it; state that was kept for a client stands before its call only.
  static void HoistThinking(std::vector<TurnPart>& parts) {
    const auto first = std::find_if(parts.begin(), parts.end(), IsThinking);
    const auto end = std::find_if_not(first, parts.end(), IsThinking);
    std::rotate(parts.begin(), first, end);
  }

  absl::Status Block(const TurnPart& part) {
    if (part.synthetic) {
      BeginResult(part.id).Field("content", kMissingResult).Field("is_error", true).EndObject();
      return absl::OkStatus();
    }
    return std::visit(
        Overloaded{[&](const TextPart& text) { return Text(text.text), absl::OkStatus(); },
                   [&](const RefusalPart& refusal) { return Text(refusal.text), absl::OkStatus(); },
                   [&](const ImagePart& image) { return Image(image, part.part->field); },
                   [&](const DocumentPart& document) { return Document(document, part.part->field); },
                   [&](const AudioPart& /*audio*/) { return NoBlock(part.part->field, "audio cannot be sent"); },
                   [&](const VideoPart& /*video*/) { return NoBlock(part.part->field, "video cannot be sent"); },
                   [&](const ToolCallPart& call) { return Call(call, part); },
                   [&](const ToolResultPart& result) { return Result(result, part); },
                   [&](const ReasoningPart& reasoning) { return Thinking(reasoning); },
                   [&](const ServerToolPart& /*block*/) {
                     return NoBlock(part.part->field, "a block of another provider's tool cannot be sent");
                   }},
        part.part->value);
  }

  absl::Status NoBlock(std::string_view field, std::string_view what) const {
    return Untranslatable(request_, target_, field, what);
  }

  void Text(std::string_view text) { writer_.BeginObject().Field("type", "text").Field("text", text).EndObject(); }

  void Source(const MediaSource& source, std::string_view type) {
    writer_.Key("source").BeginObject();
    if (source.kind == MediaSource::Kind::kUrl) {
      writer_.Field("type", "url").Field("url", source.data);
    } else {
      writer_.Field("type", "base64").Field("media_type", type).Field("data", source.data);
    }
    writer_.EndObject();
  }

  // https://platform.claude.com/docs/en/build-with-claude/vision
  absl::Status Image(const ImagePart& image, std::string_view field) {
    AG_RETURN_IF_ERROR(CheckMedium(request_, target_, image.source, "image", field));
    const bool typed = !image.source.media_type.empty();
    const std::string_view type = typed ? image.source.media_type : SniffedType(image.source.data);
    const bool known = type == "image/jpeg" || type == "image/jpg" || type == "image/png" || type == "image/gif" ||
                       type == "image/webp";
    if (image.source.kind == MediaSource::Kind::kBase64 && !known) {
      return NoBlock(field, "an image that is no JPEG, PNG, GIF or WebP cannot be sent");
    }
    if (!image.detail.empty() && image.detail != "auto") NoteDrop(out_, field, "image_detail");
    writer_.BeginObject().Field("type", "image");
    Source(image.source, type == "image/jpg" ? "image/jpeg" : type);
    writer_.EndObject();
    return absl::OkStatus();
  }

  // https://platform.claude.com/docs/en/build-with-claude/pdf-support
  absl::Status Document(const DocumentPart& document, std::string_view field) {
    const MediaSource& source = document.source;
    const bool is_text = source.media_type.starts_with("text/") || source.media_type == "application/json";
    if (source.data.empty()) return TextDocument(document, document.text);
    if (source.kind == MediaSource::Kind::kBase64 && is_text) {
      std::string plain;
      if (!absl::Base64Unescape(ToAbsl(source.data), &plain)) {
        return FieldError(ErrorKind::kInvalidRequest, field, "the document's data is not base64");
      }
      return TextDocument(document, plain);
    }
    AG_RETURN_IF_ERROR(CheckMedium(request_, target_, source, "pdf", field));
    if (source.kind == MediaSource::Kind::kBase64 && !source.media_type.empty() && source.media_type != kPdf) {
      return NoBlock(field, "a document that is neither PDF nor text cannot be sent");
    }
    writer_.BeginObject().Field("type", "document");
    Source(source, kPdf);
    EndDocument(document);
    return absl::OkStatus();
  }

  absl::Status TextDocument(const DocumentPart& document, std::string_view text) {
    writer_.BeginObject().Field("type", "document").Key("source").BeginObject();
    writer_.Field("type", "text").Field("media_type", "text/plain").Field("data", text).EndObject();
    EndDocument(document);
    return absl::OkStatus();
  }

  void EndDocument(const DocumentPart& document) {
    if (!document.title.empty()) writer_.Field("title", document.title);
    if (!document.context.empty()) writer_.Field("context", document.context);
    if (document.citations) writer_.Key("citations").BeginObject().Field("enabled", true).EndObject();
    writer_.EndObject();
  }

  absl::Status Call(const ToolCallPart& call, const TurnPart& part) {
    writer_.BeginObject().Field("type", "tool_use").Field("id", part.id).Field("name", part.name);
    writer_.Key("input").Raw(ArgumentsObject(call, part.part->field, arena_, out_)).EndObject();
    return absl::OkStatus();
  }

  json::Writer& BeginResult(std::string_view id) {
    return writer_.BeginObject().Field("type", "tool_result").Field("tool_use_id", id);
  }

  // https://platform.claude.com/docs/en/agents-and-tools/tool-use/handle-tool-calls
  absl::Status Result(const ToolResultPart& result, const TurnPart& part) {
    BeginResult(part.id);
    if (ResultMedia(result).empty()) {
      const std::string_view text = ResultText(result, arena_);
      if (!text.empty()) writer_.Field("content", text);
    } else {
      writer_.Key("content").BeginArray();
      if (result.structured != nullptr) Text(result.structured->raw());
      for (const Part& inner : result.content) {
        const TurnPart content{&inner, {}, {}, false};
        if (!IsBlank(content)) AG_RETURN_IF_ERROR(Block(content));
      }
      writer_.EndArray();
    }
    if (result.is_error) writer_.Field("is_error", true);
    writer_.EndObject();
    return absl::OkStatus();
  }

  // Bit-exact, as the API demands.
  absl::Status Thinking(const ReasoningPart& reasoning) {
    writer_.BeginObject();
    if (reasoning.kind == ReasoningPart::Kind::kRedacted) {
      writer_.Field("type", "redacted_thinking").Field("data", reasoning.signature);
    } else {
      writer_.Field("type", "thinking").Field("thinking", reasoning.text).Field("signature", reasoning.signature);
    }
    writer_.EndObject();
    return absl::OkStatus();
  }

  const ChatRequest& request_;
  const UpstreamTarget& target_;
  Arena& arena_;
  json::Writer& writer_;
  EncodedRequest& out_;
};

}  // namespace

void RemoveBlank(std::vector<Turn>& turns, EncodedRequest& out) {
  std::erase_if(turns, [&](Turn& turn) {
    std::erase_if(turn.parts, IsBlank);
    if (turn.parts.empty()) NoteApprox(out, turn.message->field, "empty_message_removed");
    return turn.parts.empty();
  });
}

absl::Status WriteTurns(const ChatRequest& request, const UpstreamTarget& target, std::span<const Turn> turns,
                        Arena& arena, json::Writer& writer, EncodedRequest& out) {
  TurnWriter turn_writer(request, target, arena, writer, out);
  writer.Key("messages").BeginArray();
  bool after_user = false;  // a system message stands after a user's turn and before the assistant's
  for (std::size_t i = 0; i < turns.size(); ++i) {
    const Turn& turn = turns[i];
    if (!IsSystem(turn)) {
      AG_RETURN_IF_ERROR(turn_writer.Write(turn));
      after_user = turn.role == Role::kUser;
      continue;
    }
    const bool before_user = i + 1 < turns.size() && turns[i + 1].role == Role::kUser;
    turn_writer.System(turn, target.model_info.system_amid && after_user && !before_user);
  }
  writer.EndArray();
  return absl::OkStatus();
}

}  // namespace ag::wire::anthropic
