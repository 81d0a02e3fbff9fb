#include "gatewayd/wire/gemini/gemini_content_encoder.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <variant>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/encode_common.h"
#include "gatewayd/wire/encode_content.h"
#include "gatewayd/wire/gemini/gemini_signature.h"
#include "gatewayd/wire/media.h"

namespace ag::wire::gemini {
namespace {

bool IsSystem(Role role) { return role == Role::kSystem || role == Role::kDeveloper; }

// A turn of Google's counting begins with a user's own words, not with results of tools. What stands beside results may
// be either, so such a turn counts as results.
bool BeginsTurn(const Turn& turn) {
  if (turn.role == Role::kAssistant) return false;
  return std::none_of(turn.parts.begin(), turn.parts.end(), [](const TurnPart& part) {
    return part.synthetic || std::holds_alternative<ToolResultPart>(part.part->value);
  });
}

std::string AudioType(const AudioPart& audio) {
  if (!audio.source.media_type.empty() || audio.format.empty()) return std::string(audio.source.media_type);
  return absl::StrCat("audio/", ToAbsl(audio.format));
}

void FindImages(std::span<const Part> parts, std::vector<const Part*>& images) {
  for (const Part& part : parts) {
    if (std::holds_alternative<ImagePart>(part.value)) images.push_back(&part);
    if (const auto* result = std::get_if<ToolResultPart>(&part.value)) FindImages(result->content, images);
  }
}

// What an image asks for; empty when it leaves that to the provider.
std::string_view DetailOf(const Part& image) {
  const std::string_view detail = std::get<ImagePart>(image.value).detail;
  return detail == "auto" ? std::string_view() : detail;
}

bool IsInline(const Part& part) {
  return std::visit(
      [](const auto& medium) {
        if constexpr (requires { medium.source.kind; }) return medium.source.kind == MediaSource::Kind::kBase64;
        return true;
      },
      part.value);
}

}  // namespace

absl::Status ContentEncoder::Write() {
  AG_RETURN_IF_ERROR(WriteSystem());
  const std::vector<Turn> turns = BuildTurns(request_, TurnRules{}, arena_, out_);
  if (turns.empty()) return NothingToSend(request_, target_);
  std::size_t begin = turns.size();
  while (begin > 0 && !BeginsTurn(turns[begin - 1])) --begin;
  writer_.Key("contents").BeginArray();
  for (std::size_t i = 0; i < turns.size(); ++i) AG_RETURN_IF_ERROR(WriteTurn(turns[i], i >= begin));
  writer_.EndArray();
  return absl::OkStatus();
}

absl::Status ContentEncoder::WriteSystem() {
  std::vector<std::string_view> texts;
  AG_RETURN_IF_ERROR(SystemTexts(request_, target_, texts));
  if (texts.empty()) return absl::OkStatus();
  writer_.Key("systemInstruction").BeginObject().Key("parts").BeginArray();
  for (const std::string_view text : texts) writer_.BeginObject().Field("text", text).EndObject();
  writer_.EndArray().EndObject();
  return absl::OkStatus();
}

absl::Status ContentEncoder::WriteTurn(const Turn& turn, bool current) {
  writer_.BeginObject().Field("role", turn.role == Role::kAssistant ? "model" : "user").Key("parts").BeginArray();
  called_ = false;
  if (IsSystem(turn.role)) {
    std::string text = "<system>";
    for (const TurnPart& part : turn.parts) {
      const auto* words = std::get_if<TextPart>(&part.part->value);
      if (words == nullptr) {
        NoteDrop(out_, part.part->field, "only_text");
      } else {
        text.append(words->text);
      }
    }
    WriteText(text.append("</system>"));
    NoteApprox(out_, turn.message->field, "system_in_place");
  } else {
    bool results = false;
    for (const TurnPart& part : turn.parts) {
      const bool result = part.synthetic || std::holds_alternative<ToolResultPart>(part.part->value);
      if (results && !result) AG_RETURN_IF_ERROR(WriteResultMedia());
      results = result;
      AG_RETURN_IF_ERROR(WritePart(part, current));
    }
    AG_RETURN_IF_ERROR(WriteResultMedia());
    FlushSignature();
  }
  writer_.EndArray().EndObject();
  return absl::OkStatus();
}

absl::Status ContentEncoder::WritePart(const TurnPart& part, bool current) {
  if (part.synthetic || std::holds_alternative<ToolResultPart>(part.part->value)) return WriteResult(part);
  if (const auto* call = std::get_if<ToolCallPart>(&part.part->value)) return WriteCall(part, *call, current);
  if (const auto* reasoning = std::get_if<ReasoningPart>(&part.part->value)) return WriteReasoning(*reasoning);
  return WritePlain(*part.part);
}

// What may stand in a turn and beside a result alike.
absl::Status ContentEncoder::WritePlain(const Part& part) {
  return std::visit(Overloaded{[&](const TextPart& text) {
                                 WriteText(text.text);
                                 return absl::OkStatus();
                               },
                               [&](const RefusalPart& refusal) {
                                 WriteText(refusal.text);
                                 return absl::OkStatus();
                               },
                               [&](const ImagePart& image) {
                                 return WriteMedium(image.source, "image", image.source.media_type, part.field);
                               },
                               [&](const AudioPart& audio) {
                                 return WriteMedium(audio.source, "audio", AudioType(audio), part.field);
                               },
                               [&](const VideoPart& video) {
                                 return WriteMedium(video.source, "video", video.source.media_type, part.field);
                               },
                               [&](const DocumentPart& document) { return WriteDocument(document, part.field); },
                               [&](const auto& /*other*/) {
                                 NoteDrop(out_, part.field, "only_text");
                                 return absl::OkStatus();
                               }},
                    part.value);
}

void ContentEncoder::WriteText(std::string_view text) {
  writer_.BeginObject().Field("text", text);
  WriteSignature();
  writer_.EndObject();
}

void ContentEncoder::WriteSignature() {
  if (!signature_.empty()) writer_.Field("thoughtSignature", signature_);
  signature_ = {};
}

void ContentEncoder::FlushSignature() {
  if (!signature_.empty()) WriteText("");
}

absl::Status ContentEncoder::WriteReasoning(const ReasoningPart& reasoning) {
  FlushSignature();
  const bool next = reasoning.home == StateHome::kNextPart;
  if (!reasoning.text.empty()) {
    writer_.BeginObject().Field("text", reasoning.text).Field("thought", true);
    if (!next) writer_.Field("thoughtSignature", reasoning.signature);
    writer_.EndObject();
  }
  if (next) {
    signature_ = reasoning.signature;
  } else if (reasoning.text.empty()) {
    signature_ = reasoning.signature;
    FlushSignature();
  }
  return absl::OkStatus();
}

absl::Status ContentEncoder::WriteCall(const TurnPart& part, const ToolCallPart& call, bool current) {
  const bool demanded = current && !called_ && target_.model_info.thinking == catalog::ThinkingStyle::kLevel;
  called_ = true;
  writer_.BeginObject().Key("functionCall").BeginObject().Field("id", part.id).Field("name", part.name);
  writer_.Key("args").Raw(ArgumentsObject(call, part.part->field, arena_, out_)).EndObject();
  if (demanded && signature_.empty()) {
    signature_ = kNoSignature;
    NoteApprox(out_, part.part->field, "signature_placeholder");
  }
  WriteSignature();
  writer_.EndObject();
  return absl::OkStatus();
}

// "output" and "error" are the keys that Google documents: https://ai.google.dev/api/caching#FunctionResponse
absl::Status ContentEncoder::WriteResult(const TurnPart& part) {
  const auto* result = std::get_if<ToolResultPart>(&part.part->value);
  writer_.BeginObject().Key("functionResponse").BeginObject().Field("id", part.id).Field("name", part.name);
  writer_.Key("response").BeginObject();
  if (result == nullptr) {
    writer_.Field("error", kMissingResult).EndObject();
  } else {
    writer_.Field(result->is_error ? "error" : "output", ResultText(*result, arena_)).EndObject();
    const std::vector<const Part*> media = ResultMedia(*result);
    const bool inside = ResultsHoldMedia() && !media.empty() &&
                        std::all_of(media.begin(), media.end(), [](const Part* each) { return IsInline(*each); });
    if (inside) {
      writer_.Key("parts").BeginArray();
      for (const Part* each : media) AG_RETURN_IF_ERROR(WritePlain(*each));
      writer_.EndArray();
    } else {
      result_media_.insert(result_media_.end(), media.begin(), media.end());
    }
  }
  writer_.EndObject().EndObject();
  return absl::OkStatus();
}

// https://ai.google.dev/gemini-api/docs/function-calling#multimodal: from Gemini 3 on.
bool ContentEncoder::ResultsHoldMedia() const {
  return target_.model_info.known && target_.model_info.thinking == catalog::ThinkingStyle::kLevel;
}

absl::Status ContentEncoder::WriteResultMedia() {
  for (const Part* part : result_media_) {
    NoteApprox(out_, part->field, "result_media_moved");
    AG_RETURN_IF_ERROR(WritePlain(*part));
  }
  result_media_.clear();
  return absl::OkStatus();
}

// https://ai.google.dev/gemini-api/docs/file-input-methods: URLs of others from Gemini 2.5 on.
absl::Status ContentEncoder::WriteMedium(const MediaSource& source, std::string_view modality, std::string_view type,
                                         std::string_view field) {
  AG_RETURN_IF_ERROR(CheckMedium(request_, target_, source, modality, field));
  const bool url = source.kind == MediaSource::Kind::kUrl;
  if (type.empty() && url) type = MediaTypeOfUrl(source.data);
  if (type.empty()) {
    return Untranslatable(request_, target_, field, "a medium of unknown type cannot be sent");
  }
  if (url && !target_.quirks.vertex && !target_.model_info.json_schema) {
    return Untranslatable(request_, target_, field,
                          absl::StrCat("the model ", target_.model, " fetches no URLs, so this is not translated"));
  }
  writer_.BeginObject().Key(url ? "fileData" : "inlineData").BeginObject().Field("mimeType", type);
  writer_.Field(url ? "fileUri" : "data", source.data).EndObject();
  WriteSignature();
  writer_.EndObject();
  return absl::OkStatus();
}

absl::Status ContentEncoder::WriteDocument(const DocumentPart& document, std::string_view field) {
  const auto drop = [&](std::string_view name) {
    NoteDrop(out_, absl::StrCat(ToAbsl(field), ".", ToAbsl(name)), "not_in_dialect");
  };
  if (!document.title.empty()) drop("title");
  if (!document.context.empty()) drop("context");
  if (document.citations) drop("citations");
  if (!document.source.data.empty()) {
    return WriteMedium(document.source, "pdf", document.source.media_type, field);
  }
  MediaSource text;
  const std::string encoded = absl::Base64Escape(ToAbsl(document.text));
  text.data = encoded;
  return WriteMedium(text, "text", "text/plain", field);
}

std::string_view MediaResolution(const ChatRequest& request, EncodedRequest& out) {
  std::vector<const Part*> images;
  for (const Message& message : request.messages) FindImages(message.parts, images);
  if (images.empty()) return {};
  const std::string_view first = DetailOf(*images.front());
  const bool alike =
      std::all_of(images.begin(), images.end(), [&](const Part* image) { return DetailOf(*image) == first; });
  if (alike && first == "low") return "MEDIA_RESOLUTION_LOW";
  if (alike && first == "high") return "MEDIA_RESOLUTION_HIGH";
  for (const Part* image : images) {
    if (!DetailOf(*image).empty()) NoteDrop(out, absl::StrCat(ToAbsl(image->field), ".detail"), "not_in_dialect");
  }
  return {};
}

}  // namespace ag::wire::gemini
