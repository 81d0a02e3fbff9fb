#include "gatewayd/wire/openai/responses_input_encoder.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/encode_content.h"

namespace ag::wire::openai {
namespace {

// Messages stay apart and each result is an item of its own. An id is 64 characters at most.
constexpr TurnRules kTurnRules{.merge_roles = false, .max_id_length = 64};

bool IsText(const Part& part) {
  return std::holds_alternative<TextPart>(part.value) || std::holds_alternative<RefusalPart>(part.value);
}

std::string_view TextOf(const Part& part) {
  if (const auto* text = std::get_if<TextPart>(&part.value)) return text->text;
  if (const auto* refusal = std::get_if<RefusalPart>(&part.value)) return refusal->text;
  return {};
}

// Whether the part stands inside a message; calls, results and reasoning are items of their own.
bool IsContent(const Part& part) {
  return IsText(part) || std::holds_alternative<ImagePart>(part.value) ||
         std::holds_alternative<AudioPart>(part.value) || std::holds_alternative<VideoPart>(part.value) ||
         std::holds_alternative<DocumentPart>(part.value);
}

std::string_view Or(std::string_view text, std::string_view fallback) { return text.empty() ? fallback : text; }

}  // namespace

absl::Status ResponsesInputWriter::Write() {
  AG_RETURN_IF_ERROR(WriteInstructions());
  const std::vector<Turn> turns = BuildTurns(request_, kTurnRules, arena_, out_);
  if (turns.empty()) return NothingToSend(request_, target_);
  writer_.Key("input").BeginArray();
  for (const Turn& turn : turns) AG_RETURN_IF_ERROR(WriteTurn(turn));
  writer_.EndArray();
  return absl::OkStatus();
}

// Row 16: the leading run, in order; one text, as the field holds no list.
absl::Status ResponsesInputWriter::WriteInstructions() {
  std::vector<std::string_view> texts;
  AG_RETURN_IF_ERROR(SystemTexts(request_, target_, texts));
  if (texts.empty()) return absl::OkStatus();
  const auto append = [](std::string* out, std::string_view text) { absl::StrAppend(out, ToAbsl(text)); };
  writer_.Field("instructions", absl::StrJoin(texts, "\n\n", append));
  return absl::OkStatus();
}

absl::Status ResponsesInputWriter::WriteTurn(const Turn& turn) {
  content_.clear();
  for (const TurnPart& part : turn.parts) {
    if (IsContent(*part.part)) {
      content_.push_back(part.part);
      continue;
    }
    AG_RETURN_IF_ERROR(FlushContent(turn.role));
    AG_RETURN_IF_ERROR(WriteItem(part));
  }
  return FlushContent(turn.role);
}

absl::Status ResponsesInputWriter::WriteItem(const TurnPart& part) {
  const Part& written = *part.part;
  if (part.synthetic || std::holds_alternative<ToolResultPart>(written.value)) return WriteResult(part);
  if (const auto* call = std::get_if<ToolCallPart>(&written.value)) {
    WriteCall(*call, part);
  } else if (const auto* reasoning = std::get_if<ReasoningPart>(&written.value)) {
    WriteReasoning(*reasoning);
  }
  return absl::OkStatus();
}

void ResponsesInputWriter::BeginMessage(std::string_view role) {
  writer_.BeginObject().Field("type", "message").Field("role", role).Key("content");
}

absl::Status ResponsesInputWriter::FlushContent(Role role) {
  if (content_.empty()) return absl::OkStatus();
  if (role == Role::kAssistant) {
    WriteAssistantContent();
    content_.clear();
    return absl::OkStatus();
  }
  std::string_view name = "user";
  if (role == Role::kSystem) name = "system";
  if (role == Role::kDeveloper) name = target_.quirks.developer_role ? "developer" : "system";
  BeginMessage(name);
  if (content_.size() == 1 && IsText(*content_.front())) {
    writer_.String(TextOf(*content_.front()));
  } else {
    writer_.BeginArray();
    for (const Part* part : content_) AG_RETURN_IF_ERROR(WriteContentPart(*part));
    writer_.EndArray();
  }
  writer_.EndObject();
  content_.clear();
  return absl::OkStatus();
}

// One message a text: the short form of an assistant message holds text alone, and the long one wants the id of a reply
// that OpenAI never gave. A refusal has only the long form.
void ResponsesInputWriter::WriteAssistantContent() {
  for (const Part* part : content_) {
    if (std::holds_alternative<TextPart>(part->value)) {
      BeginMessage("assistant");
      writer_.String(TextOf(*part)).EndObject();
    } else if (const auto* refusal = std::get_if<RefusalPart>(&part->value)) {
      const std::string id = LegalToolId(absl::StrCat("#", ToAbsl(part->field)), 0);
      writer_.BeginObject().Field("type", "message").Field("id", absl::StrCat("msg_", id.substr(id.find('_') + 1)));
      writer_.Field("role", "assistant").Field("status", "completed").Key("content").BeginArray();
      writer_.BeginObject().Field("type", "refusal").Field("refusal", refusal->text).EndObject();
      writer_.EndArray().EndObject();
    } else {
      NoteDrop(out_, part->field, "only_text");
    }
  }
}

absl::Status ResponsesInputWriter::WriteContentPart(const Part& part) {
  if (IsText(part)) {
    writer_.BeginObject().Field("type", "input_text").Field("text", TextOf(part)).EndObject();
    return absl::OkStatus();
  }
  if (const auto* image = std::get_if<ImagePart>(&part.value)) return WriteImage(*image, part);
  if (const auto* document = std::get_if<DocumentPart>(&part.value)) return WriteDocument(*document, part);
  if (std::holds_alternative<AudioPart>(part.value)) {
    return Untranslatable(request_, target_, part.field, "audio input is not translated");
  }
  return Untranslatable(request_, target_, part.field, "video input is not translated");
}

// A file of the same provider stays one: the request is pinned to the account that has it.
absl::Status ResponsesInputWriter::Check(const MediaSource& source, std::string_view modality, const Part& part) const {
  const bool own_file = source.kind == MediaSource::Kind::kFileId && FamilyOf(request_.dialect) == Family::kOpenAi;
  return own_file ? absl::OkStatus() : CheckMedium(request_, target_, source, modality, part.field);
}

absl::Status ResponsesInputWriter::WriteImage(const ImagePart& image, const Part& part) {
  AG_RETURN_IF_ERROR(Check(image.source, "image", part));
  writer_.BeginObject().Field("type", "input_image").Field("detail", Or(image.detail, "auto"));
  const bool file = image.source.kind == MediaSource::Kind::kFileId;
  writer_.Field(file ? "file_id" : "image_url", MediaUrl(image.source, "image/png")).EndObject();
  return absl::OkStatus();
}

// https://platform.openai.com/docs/guides/pdf-files: a file comes with its name, or as a URL.
absl::Status ResponsesInputWriter::WriteDocument(const DocumentPart& document, const Part& part) {
  const MediaSource& source = document.source;
  if (!source.data.empty()) AG_RETURN_IF_ERROR(Check(source, "pdf", part));
  if (!document.context.empty()) NoteDrop(out_, absl::StrCat(ToAbsl(part.field), ".context"), "not_in_dialect");
  if (document.citations) NoteDrop(out_, absl::StrCat(ToAbsl(part.field), ".citations"), "not_in_dialect");
  writer_.BeginObject().Field("type", "input_file");
  if (source.data.empty()) {
    writer_.Field("filename", Or(document.title, "document.txt"));
    writer_.Field("file_data", absl::StrCat("data:text/plain;base64,", absl::Base64Escape(ToAbsl(document.text))));
  } else if (source.kind == MediaSource::Kind::kBase64) {
    writer_.Field("filename", Or(document.title, "document.pdf"));
    writer_.Field("file_data", MediaUrl(source, "application/pdf"));
  } else {
    writer_.Field(source.kind == MediaSource::Kind::kUrl ? "file_url" : "file_id", source.data);
  }
  writer_.EndObject();
  return absl::OkStatus();
}

void ResponsesInputWriter::WriteCall(const ToolCallPart& call, const TurnPart& part) {
  writer_.BeginObject().Field("type", call.custom ? "custom_tool_call" : "function_call").Field("call_id", part.id);
  writer_.Field("name", part.name);
  if (call.custom) {
    custom_calls_.push_back(part.id);
    writer_.Field("input", call.arguments);
  } else {
    writer_.Field("arguments", ArgumentsText(call, arena_));
  }
  writer_.EndObject();
}

absl::Status ResponsesInputWriter::WriteResult(const TurnPart& part) {
  const bool custom = std::find(custom_calls_.begin(), custom_calls_.end(), part.id) != custom_calls_.end();
  writer_.BeginObject().Field("type", custom ? "custom_tool_call_output" : "function_call_output");
  writer_.Field("call_id", part.id).Key("output");
  if (part.synthetic) {
    writer_.String(kMissingResult).EndObject();
    return absl::OkStatus();
  }
  const auto& result = std::get<ToolResultPart>(part.part->value);
  if (result.is_error) NoteDrop(out_, absl::StrCat(ToAbsl(part.part->field), ".is_error"), "tool_error_flag");
  AG_RETURN_IF_ERROR(WriteOutput(result));
  writer_.EndObject();
  return absl::OkStatus();
}

// A text, or a list where there is more than one part.
absl::Status ResponsesInputWriter::WriteOutput(const ToolResultPart& result) {
  const auto content = result.content;
  if (content.empty()) {
    writer_.String(result.structured == nullptr ? std::string_view() : result.structured->raw());
    return absl::OkStatus();
  }
  if (content.size() == 1 && IsText(content.front()) && result.structured == nullptr) {
    writer_.String(TextOf(content.front()));
    return absl::OkStatus();
  }
  writer_.BeginArray();
  if (result.structured != nullptr) {
    writer_.BeginObject().Field("type", "input_text").Field("text", result.structured->raw()).EndObject();
  }
  for (const Part& part : content) AG_RETURN_IF_ERROR(WriteContentPart(part));
  writer_.EndArray();
  return absl::OkStatus();
}

// Row 12: what is left of the history's reasoning is OpenAI's own, of the right organisation.
void ResponsesInputWriter::WriteReasoning(const ReasoningPart& reasoning) {
  sent_state_ = true;
  writer_.BeginObject().Field("type", "reasoning");
  if (!reasoning.id.empty()) writer_.Field("id", reasoning.id);
  writer_.Key("summary").BeginArray();
  if (!reasoning.text.empty()) {
    writer_.BeginObject().Field("type", "summary_text").Field("text", reasoning.text).EndObject();
  }
  writer_.EndArray().Field("encrypted_content", reasoning.signature).EndObject();
}

}  // namespace ag::wire::openai
