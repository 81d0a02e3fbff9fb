#include "gatewayd/wire/gemini/gemini_content_decoder.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/gemini/gemini_signature.h"
#include "gatewayd/wire/gemini/proto_key.h"
#include "gatewayd/wire/media.h"

namespace ag::wire::gemini {
namespace {

using json::Value;

constexpr std::size_t kMaxName = 64;

bool IsNameChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// Google takes both alphabets of base64, with or without padding; others take the standard one alone.
std::string_view StandardBase64(std::string_view data, Arena& arena) {
  if (data.find_first_of("-_") == std::string_view::npos && data.size() % 4 == 0) return data;
  std::string text(data);
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  while (text.size() % 4 != 0) text.push_back('=');
  return arena.Copy(text);
}

std::string_view AudioFormat(std::string_view type) {
  if (type == "audio/wav" || type == "audio/x-wav" || type == "audio/wave") return "wav";
  if (type == "audio/mp3" || type == "audio/mpeg") return "mp3";
  constexpr std::string_view kPrefix = "audio/";
  return type.starts_with(kPrefix) ? type.substr(kPrefix.size()) : std::string_view();
}

// https://ai.google.dev/api/generate-content#MediaResolution
std::string_view DetailOfResolution(const Value& value) {
  const Value* level = value.is_object() ? FindKey(value, "level") : &value;
  const std::string_view name = level == nullptr ? std::string_view() : EnumText(*level);
  if (name == "MEDIA_RESOLUTION_LOW" || name == "1") return "low";
  if (name == "MEDIA_RESOLUTION_HIGH" || name == "3" || name == "MEDIA_RESOLUTION_ULTRA_HIGH" || name == "4") {
    return "high";
  }
  return {};
}

bool IsYouTube(std::string_view url) {
  return url.starts_with("https://www.youtube.com/") || url.starts_with("https://youtu.be/") ||
         url.starts_with("https://youtube.com/");
}

}  // namespace

std::string_view ForeignToolName(std::string_view name, Arena& arena) {
  if (!name.empty() && name.size() <= kMaxName && std::all_of(name.begin(), name.end(), IsNameChar)) return name;
  constexpr std::size_t kHashChars = 9;
  std::uint32_t hash = 2166136261U;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  std::string legal(name.substr(0, kMaxName - kHashChars));
  std::replace_if(legal.begin(), legal.end(), [](char c) { return !IsNameChar(c); }, '_');
  absl::StrAppend(&legal, "_", absl::Hex(hash, absl::kZeroPad8));
  return arena.Copy(legal);
}

// The members of a part, by what they are.
struct ContentDecoder::PartFields {
  const Value* data = nullptr;  // the one that says what the part is
  std::string_view key;         // its camelCase name
  std::string_view field;       // as the client wrote it
  std::string_view signature;
  std::string_view detail;
  bool thought = false;
};

absl::Status ContentDecoder::ReadSystem(const Value& value, std::string_view field, std::vector<Message>& list) {
  std::vector<Part> parts;
  if (value.is_string()) {
    parts.push_back({TextPart{value.str()}, std::nullopt, field});
  } else {
    AG_RETURN_IF_ERROR(ReadParts(value, field, parts));
    FlushThought(parts);
  }
  if (parts.empty()) return absl::OkStatus();
  Message message;
  message.role = Role::kSystem;
  message.field = field;
  message.parts = reader_.Keep(parts);
  list.push_back(message);
  return absl::OkStatus();
}

absl::Status ContentDecoder::ReadContents(const Value& value, std::string_view field, std::vector<Message>& list) {
  std::size_t item = 0;
  if (value.is_object()) return ReadTurn(value, field, item, list);
  if (!value.is_array() || value.items().empty()) return WrongType(field, "a non-empty array of contents");
  while (item < value.items().size()) AG_RETURN_IF_ERROR(ReadTurn(value, field, item, list));
  return absl::OkStatus();
}

// Chat sessions of Google's SDKs keep a streamed reply as one content for each of its chunks, so contents of the model
// that follow one another are one turn.
absl::Status ContentDecoder::ReadTurn(const Value& contents, std::string_view field, std::size_t& item,
                                      std::vector<Message>& list) {
  const std::span<const Value> items = contents.is_object() ? std::span(&contents, 1) : contents.items();
  const auto of_model = [&](std::size_t i) { return i < items.size() && TextAt(items[i], "role") == "model"; };
  const auto place = [&](std::size_t i) { return contents.is_object() ? field : reader_.At(field, i); };
  Message message;
  message.role = of_model(item) ? Role::kAssistant : Role::kUser;
  message.field = place(item);
  std::vector<Part> parts;
  std::vector<std::size_t> starts;
  do {
    starts.push_back(parts.size());
    AG_RETURN_IF_ERROR(ReadContent(items[item], place(item), parts));
    ++item;
  } while (message.role == Role::kAssistant && of_model(item));
  FlushThought(parts);
  message.parts = reader_.Keep(starts.size() == 1 ? parts : JoinTexts(parts, starts));
  list.push_back(message);
  return absl::OkStatus();
}

absl::Status ContentDecoder::ReadContent(const Value& item, std::string_view field, std::vector<Part>& parts) {
  if (!item.is_object()) return WrongType(field, "an object");
  const std::string_view role = TextAt(item, "role");
  // "function": older SDKs, for results
  if (role != "model" && role != "user" && role != "function" && !role.empty()) {
    return WrongType(reader_.Child(field, "role"), "user or model");
  }
  for (const auto& [key, member] : item.members()) {
    if (key != "role" && key != "parts") reader_.Refuse(reader_.Child(field, key), member);
  }
  return ReadParts(item, field, parts);
}

absl::Status ContentDecoder::ReadParts(const Value& content, std::string_view field, std::vector<Part>& parts) {
  const Value* value = FindKey(content, "parts");
  if (value == nullptr) return absl::OkStatus();
  const std::string_view place = reader_.Child(field, "parts");
  if (value->is_object()) return ReadPart(*value, place, parts);
  if (!value->is_array()) return WrongType(place, "an array of parts");
  for (std::size_t i = 0; i < value->items().size(); ++i) {
    AG_RETURN_IF_ERROR(ReadPart(value->items()[i], reader_.At(place, i), parts));
  }
  return absl::OkStatus();
}

absl::Status ContentDecoder::ReadPart(const Value& item, std::string_view field, std::vector<Part>& parts) {
  if (!item.is_object()) return WrongType(field, "an object");
  PartFields fields;
  AG_RETURN_IF_ERROR(CollectFields(item, field, fields));
  const bool is_text = fields.data == nullptr || fields.key == "text";
  if (is_text) return ReadText(fields, field, parts);
  FlushThought(parts);
  if (const auto state = StateOfSignature(fields.signature, StateHome::kNextPart, reader_.arena())) {
    parts.push_back({*state, std::nullopt, field});
  }
  if (fields.key == "functionCall") return ReadCall(*fields.data, fields.field, parts);
  if (fields.key == "functionResponse") return ReadResult(*fields.data, fields.field, parts);
  if (fields.key == "inlineData") return ReadInline(*fields.data, fields.field, fields.detail, parts);
  if (fields.key == "fileData") return ReadFile(*fields.data, fields.field, fields.detail, parts);
  ServerToolPart tool;
  tool.family = Family::kGemini;
  tool.type = fields.key;
  tool.id = TextAt(*fields.data, "id");
  tool.raw = &item;
  parts.push_back({tool, std::nullopt, field});
  return absl::OkStatus();
}

absl::Status ContentDecoder::CollectFields(const Value& item, std::string_view field, PartFields& fields) {
  static constexpr std::string_view kData[] = {
      "text",           "inlineData",          "fileData",         "functionCall", "toolCall",
      "executableCode", "codeExecutionResult", "functionResponse", "toolResponse"};
  static constexpr std::string_view kHints[] = {"videoMetadata",  "partMetadata",      "mediaProcessing",
                                                "speechMetadata", "documentMetadata",  "spreadsheetMetadata",
                                                "audioMetadata",  "audioTranscription"};
  fields.detail = detail_;
  for (const auto& [key, member] : item.members()) {
    if (member.is_null()) continue;
    const auto is = [name = key](std::string_view camel_case) { return IsSpelling(name, camel_case); };
    const auto* data = std::find_if(std::begin(kData), std::end(kData), is);
    if (data != std::end(kData)) {
      if (fields.data != nullptr) return WrongType(field, "a part with one kind of data");
      fields.data = &member;
      fields.key = *data;
      fields.field = reader_.Child(field, key);
    } else if (is("thought")) {
      AG_RETURN_IF_ERROR(reader_.Read(member, reader_.Child(field, key), fields.thought));
    } else if (is("thoughtSignature")) {
      AG_RETURN_IF_ERROR(reader_.Read(member, reader_.Child(field, key), fields.signature));
    } else if (is("mediaResolution")) {
      fields.detail = DetailOfResolution(member);
    } else if (std::any_of(std::begin(kHints), std::end(kHints), is)) {
      reader_.Drop(reader_.Child(field, key), member);
    } else {
      reader_.Refuse(reader_.Child(field, key), member);
    }
  }
  return absl::OkStatus();
}

absl::Status ContentDecoder::ReadText(const PartFields& fields, std::string_view field, std::vector<Part>& parts) {
  std::string_view text;
  if (fields.data != nullptr) AG_RETURN_IF_ERROR(reader_.Read(*fields.data, fields.field, text));
  if (fields.thought) {
    if (thought_field_.empty()) thought_field_ = field;
    thought_.append(text);
    const auto state = StateOfSignature(fields.signature, StateHome::kOwnPart, reader_.arena());
    if (!state) return absl::OkStatus();
    ReasoningPart reasoning = *state;
    reasoning.text = reader_.arena().Copy(thought_);
    parts.push_back({reasoning, std::nullopt, thought_field_});
    thought_.clear();
    thought_field_ = {};
    return absl::OkStatus();
  }
  FlushThought(parts);
  const StateHome home = text.empty() ? StateHome::kOwnPart : StateHome::kNextPart;
  if (const auto state = StateOfSignature(fields.signature, home, reader_.arena())) {
    parts.push_back({*state, std::nullopt, field});
  }
  if (!text.empty() || fields.signature.empty()) parts.push_back({TextPart{text}, std::nullopt, field});
  return absl::OkStatus();
}

void ContentDecoder::FlushThought(std::vector<Part>& parts) {
  if (thought_field_.empty()) return;
  ReasoningPart reasoning;
  reasoning.family = Family::kGemini;
  reasoning.text = reader_.arena().Copy(thought_);
  if (!thought_.empty()) parts.push_back({reasoning, std::nullopt, thought_field_});
  thought_.clear();
  thought_field_ = {};
}

std::vector<Part> ContentDecoder::JoinTexts(const std::vector<Part>& parts, const std::vector<std::size_t>& starts) {
  std::vector<Part> joined;
  std::string text;  // of the last joined part, where it is made of several
  const auto flush = [&] {
    if (!text.empty()) std::get<TextPart>(joined.back().value).text = reader_.arena().Copy(text);
    text.clear();
  };
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto* piece = std::get_if<TextPart>(&parts[i].value);
    const auto* before = joined.empty() ? nullptr : std::get_if<TextPart>(&joined.back().value);
    if (piece != nullptr && before != nullptr && std::binary_search(starts.begin(), starts.end(), i)) {
      if (text.empty()) text = before->text;
      text += piece->text;
      continue;
    }
    flush();
    joined.push_back(parts[i]);
  }
  flush();
  return joined;
}

absl::Status ContentDecoder::ReadCall(const Value& value, std::string_view field, std::vector<Part>& parts) {
  if (!value.is_object()) return WrongType(field, "an object");
  ToolCallPart call;
  call.id = TextAt(value, "id");
  const std::string_view name = TextAt(value, "name");
  if (name.empty()) return WrongType(reader_.Child(field, "name"), "the name of a function");
  call.name = ForeignToolName(name, reader_.arena());
  const Value* args = FindKey(value, "args");
  if (args != nullptr && !args->is_object()) return WrongType(reader_.Child(field, "args"), "an object");
  call.arguments = args == nullptr ? std::string_view("{}") : args->raw();
  parts.push_back({call, std::nullopt, field});
  return absl::OkStatus();
}

absl::Status ContentDecoder::ReadResult(const Value& value, std::string_view field, std::vector<Part>& parts) {
  if (!value.is_object()) return WrongType(field, "an object");
  ToolResultPart result;
  result.call_id = TextAt(value, "id");
  const std::string_view name = TextAt(value, "name");
  if (name.empty()) return WrongType(reader_.Child(field, "name"), "the name of a function");
  result.name = ForeignToolName(name, reader_.arena());
  std::vector<Part> content;
  if (const Value* response = FindKey(value, "response"); response != nullptr) {
    if (!response->is_object()) return WrongType(reader_.Child(field, "response"), "an object");
    ReadResponse(*response, field, result, content);
  }
  if (const Value* media = FindKey(value, "parts"); media != nullptr) {
    const std::string_view name_of_parts = reader_.Child(field, "parts");
    for (std::size_t i = 0; i < media->items().size(); ++i) {
      AG_RETURN_IF_ERROR(ReadPart(media->items()[i], reader_.At(name_of_parts, i), content));
    }
  }
  for (const std::string_view key : {"willContinue", "scheduling"}) Drop(value, field, key);
  result.content = reader_.Keep(content);
  parts.push_back({result, std::nullopt, field});
  return absl::OkStatus();
}

void ContentDecoder::Drop(const Value& object, std::string_view field, std::string_view camel_case) {
  const Value* value = FindKey(object, camel_case);
  if (value != nullptr) reader_.Drop(reader_.Child(field, camel_case), *value);
}

// "output" and "error" are Google's own keys for what a function says, "result" is what its SDKs write; a response that
// has something else, too, is said as a whole. https://ai.google.dev/api/caching#FunctionResponse
void ContentDecoder::ReadResponse(const Value& response, std::string_view field, ToolResultPart& result,
                                  std::vector<Part>& content) {
  if (response.members().size() != 1) {
    result.structured = &response;
    return;
  }
  const auto& [key, value] = response.members().front();
  result.is_error = key == "error";
  if (key != "output" && key != "error" && key != "result") {
    result.structured = &response;
  } else if (!value.is_null()) {
    content.push_back({TextPart{value.is_string() ? value.str() : value.raw()}, std::nullopt, field});
  }
}

absl::Status ContentDecoder::ReadInline(const Value& value, std::string_view field, std::string_view detail,
                                        std::vector<Part>& parts) {
  if (!value.is_object()) return WrongType(field, "an object");
  MediaSource source;
  source.media_type = TextAt(value, "mimeType");
  if (source.media_type.empty()) return WrongType(reader_.Child(field, "mimeType"), "a media type");
  const Value* data = FindKey(value, "data");
  if (data == nullptr || !data->is_string()) return WrongType(reader_.Child(field, "data"), "base64 text");
  source.data = StandardBase64(data->str(), reader_.arena());
  if (source.media_type.starts_with("text/")) {
    std::string plain;
    if (!absl::Base64Unescape(ToAbsl(source.data), &plain)) {
      return WrongType(reader_.Child(field, "data"), "base64 text");
    }
    DocumentPart document;
    document.text = reader_.arena().Copy(plain);
    document.title = TextAt(value, "displayName");
    document.source.media_type = source.media_type;
    parts.push_back({document, std::nullopt, field});
    return absl::OkStatus();
  }
  Drop(value, field, "displayName");
  AddMedium(source, field, detail, parts);
  return absl::OkStatus();
}

absl::Status ContentDecoder::ReadFile(const Value& value, std::string_view field, std::string_view detail,
                                      std::vector<Part>& parts) {
  if (!value.is_object()) return WrongType(field, "an object");
  const std::string_view uri = TextAt(value, "fileUri");
  const std::string_view uri_field = reader_.Child(field, "fileUri");
  if (uri.empty()) return WrongType(uri_field, "a URI");
  MediaSource source;
  // Files of the client's own account, whatever they are.
  const bool own = uri.starts_with("https://generativelanguage.googleapis.com/") || uri.starts_with("files/") ||
                   uri.starts_with("gs://");
  if (own) {
    source.kind = MediaSource::Kind::kFileId;
    source.data = uri;
  } else {
    AG_ASSIGN_OR_RETURN(source, ReadMediaUrl(uri, uri_field));
  }
  const std::string_view type = TextAt(value, "mimeType");
  if (!type.empty()) source.media_type = type;
  if (source.media_type.empty()) source.media_type = IsYouTube(uri) ? "video/mp4" : MediaTypeOfUrl(uri);
  Drop(value, field, "displayName");
  AddMedium(source, field, detail, parts);
  return absl::OkStatus();
}

void ContentDecoder::AddMedium(const MediaSource& source, std::string_view field, std::string_view detail,
                               std::vector<Part>& parts) {
  const std::string_view type = source.media_type;
  Part part;
  part.field = field;
  if (type.starts_with("image/")) {
    part.value = ImagePart{source, detail};
  } else if (type.starts_with("audio/")) {
    part.value = AudioPart{source, AudioFormat(type)};
  } else if (type.starts_with("video/")) {
    part.value = VideoPart{source};
  } else {
    DocumentPart document;
    document.source = source;
    part.value = document;
  }
  parts.push_back(part);
}

}  // namespace ag::wire::gemini
