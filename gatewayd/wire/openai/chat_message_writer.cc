#include "gatewayd/wire/openai/chat_message_writer.h"

#include <absl/strings/str_cat.h>

#include <string>
#include <variant>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/encode_common.h"
#include "gatewayd/wire/encode_content.h"

namespace ag::wire::openai {
namespace {

// Longer ids are refused with string_above_max_length: https://github.com/vercel/ai/issues/5171
constexpr std::size_t kMaxToolId = 40;
constexpr std::string_view kPdf = "application/pdf";

// The name that input_audio has for a format; empty when it has none.
std::string_view AudioFormat(const AudioPart& audio) {
  std::string_view name = audio.format.empty() ? audio.source.media_type : audio.format;
  if (name.substr(0, 6) == "audio/") name.remove_prefix(6);
  if (name == "wav" || name == "x-wav" || name == "wave" || name == "vnd.wave") return "wav";
  if (name == "mp3" || name == "mpeg" || name == "mpeg3") return "mp3";
  return {};
}

std::string_view FileName(const DocumentPart& document) {
  if (!document.title.empty()) return document.title;
  return document.source.media_type.empty() || document.source.media_type == kPdf ? "document.pdf" : "document";
}

}  // namespace

absl::Status ChatMessageWriter::Write() {
  writer_.BeginArray();
  for (const Message& message : request_.messages.first(LeadingSystem(request_))) WriteSystem(message);
  for (const Turn& turn : BuildTurns(request_, {false, kMaxToolId}, arena_, out_)) {
    AG_RETURN_IF_ERROR(WriteTurn(turn));
  }
  AG_RETURN_IF_ERROR(FlushMedia());
  writer_.EndArray();
  return any_ ? absl::OkStatus() : NothingToSend(request_, target_);
}

json::Writer& ChatMessageWriter::BeginMessage(std::string_view role) {
  any_ = true;
  return writer_.BeginObject().Field("role", role);
}

absl::Status ChatMessageWriter::WriteTurn(const Turn& turn) {
  const TurnPart& first = turn.parts.front();
  if (first.synthetic || std::holds_alternative<ToolResultPart>(first.part->value)) {
    WriteResult(first);
    return absl::OkStatus();
  }
  AG_RETURN_IF_ERROR(FlushMedia());
  switch (turn.role) {
    case Role::kSystem:
    case Role::kDeveloper:
      WriteSystem(*turn.message);
      return absl::OkStatus();
    case Role::kAssistant:
      return WriteAssistant(turn);
    case Role::kUser:
      break;
  }
  return WriteUser(turn);
}

std::string_view ChatMessageWriter::RoleName(Role role) const {
  switch (role) {
    case Role::kDeveloper:
      return target_.quirks.developer_role ? "developer" : "system";
    case Role::kSystem:
      return "system";
    case Role::kUser:
      return "user";
    case Role::kAssistant:
      return "assistant";
  }
  return "user";
}

void ChatMessageWriter::WriteSystem(const Message& message) {
  BeginMessage(RoleName(message.role));
  WriteTexts(TextsOf(message, out_), message.field);
  writer_.EndObject();
}

void ChatMessageWriter::WriteTexts(const std::vector<std::string_view>& texts, std::string_view field) {
  writer_.Key("content");
  if (texts.size() <= 1) {
    writer_.String(texts.empty() ? std::string_view() : texts.front());
    return;
  }
  if (target_.quirks.text_parts) {
    writer_.BeginArray();
    for (const std::string_view text : texts) WriteTextPart(text);
    writer_.EndArray();
    return;
  }
  std::string joined;
  for (const std::string_view text : texts) absl::StrAppend(&joined, joined.empty() ? "" : "\n", ToAbsl(text));
  NoteApprox(out_, field, "texts_joined");
  writer_.String(joined);
}

absl::Status ChatMessageWriter::WriteUser(const Turn& turn) {
  std::vector<std::string_view> texts;
  for (const TurnPart& each : turn.parts) {
    if (const auto* text = std::get_if<TextPart>(&each.part->value)) texts.push_back(text->text);
  }
  BeginMessage("user");
  if (texts.size() == turn.parts.size()) {
    WriteTexts(texts, turn.message->field);
  } else {
    writer_.Key("content").BeginArray();
    for (const TurnPart& each : turn.parts) AG_RETURN_IF_ERROR(WritePart(*each.part));
    writer_.EndArray();
  }
  writer_.EndObject();
  return absl::OkStatus();
}

absl::Status ChatMessageWriter::WriteAssistant(const Turn& turn) {
  std::vector<std::string_view> texts;
  std::vector<const TurnPart*> calls;
  std::string refusal;
  std::string reasoning;
  for (const TurnPart& each : turn.parts) {
    const Part& part = *each.part;
    if (const auto* text = std::get_if<TextPart>(&part.value)) {
      texts.push_back(text->text);
    } else if (const auto* words = std::get_if<RefusalPart>(&part.value)) {
      refusal.append(words->text);
    } else if (std::holds_alternative<ToolCallPart>(part.value)) {
      calls.push_back(&each);
    } else if (const auto* thought = std::get_if<ReasoningPart>(&part.value)) {
      absl::StrAppend(&reasoning, reasoning.empty() ? "" : "\n", ToAbsl(thought->text));
    } else {
      return Untranslatable(request_, target_, part.field, "media in an assistant's message are not translated");
    }
  }
  // Reasoning alone is no message.
  if (texts.empty() && refusal.empty() && calls.empty()) return absl::OkStatus();
  BeginMessage("assistant");
  // Other servers know nothing of `refusal`.
  if (!refusal.empty() && !target_.quirks.openai_service) texts.push_back(refusal);
  if (texts.empty()) {
    writer_.Key("content").Null();
  } else {
    WriteTexts(texts, turn.message->field);
  }
  if (!refusal.empty() && target_.quirks.openai_service) writer_.Field("refusal", refusal);
  // DeepSeek refuses a tool turn without the member: https://api-docs.deepseek.com/guides/thinking_mode
  if (!reasoning.empty() || (target_.quirks.reasoning_content_back && !calls.empty())) {
    writer_.Field("reasoning_content", reasoning);
  }
  if (!calls.empty()) {
    writer_.Key("tool_calls").BeginArray();
    for (const TurnPart* call : calls) WriteCall(*call, std::get<ToolCallPart>(call->part->value));
    writer_.EndArray();
  }
  writer_.EndObject();
  return absl::OkStatus();
}

void ChatMessageWriter::WriteCall(const TurnPart& part, const ToolCallPart& call) {
  writer_.BeginObject().Field("id", part.id);
  if (call.custom && target_.quirks.openai_service) {
    writer_.Field("type", "custom").Key("custom").BeginObject();
    writer_.Field("name", part.name).Field("input", call.arguments);
  } else {
    writer_.Field("type", "function").Key("function").BeginObject();
    writer_.Field("name", part.name).Field("arguments", ArgumentsText(call, arena_));
  }
  writer_.EndObject().EndObject();
}

void ChatMessageWriter::WriteResult(const TurnPart& part) {
  BeginMessage("tool").Field("tool_call_id", part.id);
  if (part.synthetic) {
    writer_.Field("content", kMissingResult).EndObject();
    return;
  }
  const auto& result = std::get<ToolResultPart>(part.part->value);
  std::vector<std::string_view> texts;
  if (result.structured != nullptr) {
    texts.push_back(ResultText(result, arena_));
  } else {
    for (const Part& each : result.content) {
      if (const auto* text = std::get_if<TextPart>(&each.value)) texts.push_back(text->text);
    }
  }
  WriteTexts(texts, part.part->field);
  writer_.EndObject();
  for (const Part* media : ResultMedia(result)) {
    NoteApprox(out_, media->field, "result_media_moved");
    media_.push_back(media);
  }
  if (result.is_error) NoteDrop(out_, absl::StrCat(ToAbsl(part.part->field), ".is_error"), "tool_error_flag");
}

// `tool` messages stand directly after their calls, so what came with them waits for the last of them.
absl::Status ChatMessageWriter::FlushMedia() {
  if (media_.empty()) return absl::OkStatus();
  BeginMessage("user").Key("content").BeginArray();
  for (const Part* part : media_) AG_RETURN_IF_ERROR(WritePart(*part));
  writer_.EndArray().EndObject();
  media_.clear();
  return absl::OkStatus();
}

void ChatMessageWriter::WriteTextPart(std::string_view text) {
  writer_.BeginObject().Field("type", "text").Field("text", text).EndObject();
}

absl::Status ChatMessageWriter::WritePart(const Part& part) {
  if (const auto* image = std::get_if<ImagePart>(&part.value)) return WriteImage(part, *image);
  if (const auto* audio = std::get_if<AudioPart>(&part.value)) return WriteAudio(part, *audio);
  if (const auto* document = std::get_if<DocumentPart>(&part.value)) return WriteDocument(part, *document);
  const auto* text = std::get_if<TextPart>(&part.value);
  if (text == nullptr) return Untranslatable(request_, target_, part.field, "this is not translated");
  WriteTextPart(text->text);
  return absl::OkStatus();
}

// https://platform.openai.com/docs/guides/images-vision
absl::Status ChatMessageWriter::WriteImage(const Part& part, const ImagePart& image) {
  AG_RETURN_IF_ERROR(CheckMedium(request_, target_, image.source, "image", part.field));
  writer_.BeginObject().Field("type", "image_url").Key("image_url").BeginObject();
  writer_.Field("url", MediaUrl(image.source, "image/png"));
  if (!image.detail.empty()) writer_.Field("detail", image.detail);
  writer_.EndObject().EndObject();
  return absl::OkStatus();
}

// https://platform.openai.com/docs/guides/audio
absl::Status ChatMessageWriter::WriteAudio(const Part& part, const AudioPart& audio) {
  AG_RETURN_IF_ERROR(CheckMedium(request_, target_, audio.source, "audio", part.field));
  const std::string_view format = AudioFormat(audio);
  if (audio.source.kind != MediaSource::Kind::kBase64 || format.empty()) {
    return Untranslatable(request_, target_, part.field, "audio that is not inline WAV or MP3 is not translated");
  }
  writer_.BeginObject().Field("type", "input_audio").Key("input_audio").BeginObject();
  writer_.Field("data", audio.source.data).Field("format", format).EndObject().EndObject();
  return absl::OkStatus();
}

// https://platform.openai.com/docs/guides/pdf-files
absl::Status ChatMessageWriter::WriteDocument(const Part& part, const DocumentPart& document) {
  if (document.citations) NoteDrop(out_, absl::StrCat(ToAbsl(part.field), ".citations"), "not_in_dialect");
  if (!document.context.empty()) NoteDrop(out_, absl::StrCat(ToAbsl(part.field), ".context"), "not_in_dialect");
  if (document.source.data.empty()) {
    NoteApprox(out_, part.field, "document_as_text");
    WriteTextPart(document.text);
    return absl::OkStatus();
  }
  const bool is_id = document.source.kind == MediaSource::Kind::kFileId;
  const bool own_id = is_id && FamilyOf(request_.dialect) == Family::kOpenAi && target_.quirks.openai_service;
  if (!own_id) AG_RETURN_IF_ERROR(CheckMedium(request_, target_, document.source, "pdf", part.field));
  if (document.source.kind == MediaSource::Kind::kUrl) {
    return Untranslatable(request_, target_, part.field, "a document at a URL is not translated");
  }
  writer_.BeginObject().Field("type", "file").Key("file").BeginObject();
  if (own_id) {
    writer_.Field("file_id", document.source.data);
  } else {
    writer_.Field("filename", FileName(document)).Field("file_data", MediaUrl(document.source, kPdf));
  }
  writer_.EndObject().EndObject();
  return absl::OkStatus();
}

}  // namespace ag::wire::openai
