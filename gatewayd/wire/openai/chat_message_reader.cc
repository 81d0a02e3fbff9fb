#include "gatewayd/wire/openai/chat_message_reader.h"

#include <absl/strings/str_cat.h>

#include <string>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/media.h"
#include "gatewayd/wire/openai/json_members.h"

namespace ag::wire::openai {
namespace {

using json::Value;

// A member that must be a string.
absl::Status ReadString(RequestReader& reader, const Value& object, std::string_view key, std::string_view field,
                        std::string_view& out) {
  const Value* value = object.FindNonNull(key);
  if (value == nullptr) return WrongType(reader.Child(field, key), "a string");
  return reader.Read(*value, reader.Child(field, key), out);
}

bool IsFilled(const Value& value) { return !value.is_array() || !value.items().empty(); }

// Arguments are text; some clients write the object itself.
std::string_view ArgumentsOf(const Value& object, std::string_view key) {
  const Value* value = object.FindNonNull(key);
  if (value == nullptr) return {};
  return value->is_string() ? value->str() : value->raw();
}

}  // namespace

absl::Status ChatMessageReader::Read(const Value& messages, std::span<const Message>& out) {
  if (!messages.is_array() || messages.items().empty()) {
    return WrongType("messages", "a non-empty array of messages");
  }
  std::vector<Message> list;
  for (std::size_t i = 0; i < messages.items().size(); ++i) {
    Message message;
    message.field = reader_.At("messages", i);
    AG_RETURN_IF_ERROR(ReadRole(messages.items()[i], message));
    list.push_back(message);
  }
  out = reader_.Keep(list);
  return absl::OkStatus();
}

absl::Status ChatMessageReader::ReadRole(const Value& item, Message& message) {
  const std::string_view field = reader_.Child(message.field, "role");
  std::string_view role;
  AG_RETURN_IF_ERROR(ReadString(reader_, item, "role", message.field, role));
  if (role == "tool" || role == "function") return ReadResult(item, message);
  if (role == "system") {
    message.role = Role::kSystem;
  } else if (role == "developer") {
    message.role = Role::kDeveloper;
  } else if (role == "user") {
    message.role = Role::kUser;
  } else if (role == "assistant") {
    message.role = Role::kAssistant;
  } else {
    return WrongType(field, "system, developer, user, assistant, tool or function");
  }
  return ReadMessage(item, message);
}

absl::Status ChatMessageReader::ReadMessage(const Value& item, Message& message) {
  std::vector<Part> parts;
  if (message.role == Role::kAssistant) AG_RETURN_IF_ERROR(ReadAssistant(item, message.field, parts));
  for (const auto& [key, value] : item.members()) {
    const std::string_view field = reader_.Child(message.field, key);
    if (value.is_null() || key == "role") continue;
    if (key == "name") {
      AG_RETURN_IF_ERROR(reader_.Read(value, field, message.name));
    } else if (message.role == Role::kAssistant) {
      continue;
    } else if (key == "content") {
      AG_RETURN_IF_ERROR(ReadContent(value, field, parts));
    } else if (IsFilled(value)) {
      reader_.Drop(field, value);
    }
  }
  message.parts = reader_.Keep(parts);
  return absl::OkStatus();
}

// A `tool` message, or a `function` message of the older form, whose result is known by the function's name.
absl::Status ChatMessageReader::ReadResult(const Value& item, Message& message) {
  ToolResultPart result;
  const bool by_name = TextAt(item, "role") == "function";
  if (by_name) {
    AG_RETURN_IF_ERROR(ReadString(reader_, item, "name", message.field, result.name));
  } else {
    AG_RETURN_IF_ERROR(ReadString(reader_, item, "tool_call_id", message.field, result.call_id));
    result.name = TextAt(item, "name");
  }
  std::vector<Part> content;
  for (const auto& [key, value] : item.members()) {
    if (value.is_null() || key == "role" || key == "name" || key == "tool_call_id") continue;
    const std::string_view field = reader_.Child(message.field, key);
    if (key == "content") {
      AG_RETURN_IF_ERROR(ReadContent(value, field, content));
    } else {
      reader_.Drop(field, value);
    }
  }
  result.content = reader_.Keep(content);
  message.role = Role::kUser;
  message.parts = reader_.Keep(std::vector<Part>{{result, std::nullopt, message.field}});
  return absl::OkStatus();
}

// In the order in which a model makes them, whatever the order of the members.
absl::Status ChatMessageReader::ReadAssistant(const Value& item, std::string_view field, std::vector<Part>& parts) {
  ReadReasoning(item, field, parts);
  for (const std::string_view key : {"content", "refusal", "tool_calls", "function_call"}) {
    const Value* value = item.FindNonNull(key);
    if (value != nullptr) AG_RETURN_IF_ERROR(ReadAssistantMember(key, *value, reader_.Child(field, key), parts));
  }
  for (const auto& [key, value] : item.members()) {
    const bool read = key == "role" || key == "name" || key == "content" || key == "refusal" || key == "tool_calls" ||
                      key == "function_call" || key == "reasoning_content" || key == "reasoning" ||
                      key == "reasoning_details";
    if (read || value.is_null() || !IsFilled(value)) continue;
    // The sound of an earlier reply is known to its account alone.
    if (key == "audio") {
      reader_.Refuse(reader_.Child(field, key), value);
    } else {
      reader_.Drop(reader_.Child(field, key), value);
    }
  }
  return absl::OkStatus();
}

absl::Status ChatMessageReader::ReadAssistantMember(std::string_view key, const Value& value, std::string_view field,
                                                    std::vector<Part>& parts) {
  if (key == "content") return ReadContent(value, field, parts);
  if (key == "tool_calls") return ReadCalls(value, field, parts);
  if (key == "function_call") return ReadFunctionCall(value, field, parts);
  std::string_view text;
  AG_RETURN_IF_ERROR(reader_.Read(value, field, text));
  if (!text.empty()) parts.push_back({RefusalPart{text}, std::nullopt, field});
  return absl::OkStatus();
}

// DeepSeek's name of it, or OpenRouter's two (https://openrouter.ai/docs/use-cases/reasoning-tokens): the same text.
void ChatMessageReader::ReadReasoning(const Value& item, std::string_view field, std::vector<Part>& parts) {
  for (const std::string_view key : {"reasoning_content", "reasoning"}) {
    ReasoningPart part;
    part.text = TextAt(item, key);
    if (part.text.empty()) continue;
    parts.push_back({part, std::nullopt, reader_.Child(field, key)});
    return;
  }
  const Value* details = item.FindNonNull("reasoning_details");
  if (details == nullptr) return;
  for (const Value& detail : details->items()) {
    const bool summary = TextAt(detail, "type") == "reasoning.summary";
    ReasoningPart part;
    part.kind = summary ? ReasoningPart::Kind::kSummary : ReasoningPart::Kind::kText;
    part.text = TextAt(detail, summary ? "summary" : "text");
    if (!part.text.empty()) parts.push_back({part, std::nullopt, reader_.Child(field, "reasoning_details")});
  }
}

absl::Status ChatMessageReader::ReadCalls(const Value& value, std::string_view field, std::vector<Part>& parts) {
  if (!value.is_array()) return WrongType(field, "an array of tool calls");
  for (std::size_t i = 0; i < value.items().size(); ++i) {
    AG_RETURN_IF_ERROR(ReadCall(value.items()[i], reader_.At(field, i), parts));
  }
  return absl::OkStatus();
}

absl::Status ChatMessageReader::ReadCall(const Value& item, std::string_view field, std::vector<Part>& parts) {
  ToolCallPart call;
  call.custom = TextAt(item, "type") == "custom";
  const std::string_view key = call.custom ? "custom" : "function";
  const Value* called = item.FindNonNull(key);
  if (called == nullptr || !called->is_object()) return WrongType(reader_.Child(field, key), "an object");
  AG_RETURN_IF_ERROR(ReadString(reader_, item, "id", field, call.id));
  AG_RETURN_IF_ERROR(ReadString(reader_, *called, "name", reader_.Child(field, key), call.name));
  call.arguments = ArgumentsOf(*called, call.custom ? "input" : "arguments");
  parts.push_back({call, std::nullopt, field});
  return absl::OkStatus();
}

absl::Status ChatMessageReader::ReadFunctionCall(const Value& value, std::string_view field, std::vector<Part>& parts) {
  if (!value.is_object()) return WrongType(field, "an object");
  ToolCallPart call;
  AG_RETURN_IF_ERROR(ReadString(reader_, value, "name", field, call.name));
  call.arguments = ArgumentsOf(value, "arguments");
  parts.push_back({call, std::nullopt, field});
  return absl::OkStatus();
}

absl::Status ChatMessageReader::ReadContent(const Value& value, std::string_view field, std::vector<Part>& parts) {
  if (value.is_string()) {
    parts.push_back({TextPart{value.str()}, std::nullopt, field});
    return absl::OkStatus();
  }
  if (!value.is_array()) return WrongType(field, "a string or an array of parts");
  for (std::size_t i = 0; i < value.items().size(); ++i) {
    AG_RETURN_IF_ERROR(ReadPart(value.items()[i], reader_.At(field, i), parts));
  }
  return absl::OkStatus();
}

absl::Status ChatMessageReader::ReadPart(const Value& item, std::string_view field, std::vector<Part>& parts) {
  std::string_view kind;
  AG_RETURN_IF_ERROR(ReadString(reader_, item, "type", field, kind));
  Part part;
  part.field = field;
  if (kind == "text" || kind == "refusal") {
    AG_RETURN_IF_ERROR(ReadText(item, kind, part));
  } else if (kind == "image_url" || kind == "video_url") {
    AG_RETURN_IF_ERROR(ReadMedium(item, kind, part));
  } else if (kind == "input_audio") {
    AG_RETURN_IF_ERROR(ReadAudio(item, part));
  } else if (kind == "file") {
    AG_RETURN_IF_ERROR(ReadFile(item, part));
  } else if (kind == "thinking") {
    ReadThinking(item, part);
  } else {
    reader_.Refuse(field, item);
    return absl::OkStatus();
  }
  ReadMarks(item, kind, part);
  parts.push_back(part);
  return absl::OkStatus();
}

absl::Status ChatMessageReader::ReadText(const Value& item, std::string_view kind, Part& part) {
  std::string_view text;
  AG_RETURN_IF_ERROR(ReadString(reader_, item, kind, part.field, text));
  if (kind == "text") {
    part.value = TextPart{text};
  } else {
    part.value = RefusalPart{text};
  }
  return absl::OkStatus();
}

// image_url, and video_url as compatible servers have it: an object with the URL, or the URL alone.
absl::Status ChatMessageReader::ReadMedium(const Value& item, std::string_view key, Part& part) {
  const std::string_view field = reader_.Child(part.field, key);
  const Value* medium = item.FindNonNull(key);
  if (medium == nullptr || !(medium->is_object() || medium->is_string())) return WrongType(field, "an object");
  std::string_view url = medium->str();
  if (medium->is_object()) AG_RETURN_IF_ERROR(ReadString(reader_, *medium, "url", field, url));
  AG_ASSIGN_OR_RETURN(const MediaSource source,
                      ReadMediaUrl(url, medium->is_object() ? reader_.Child(field, "url") : field));
  if (key == "image_url") {
    part.value = ImagePart{source, TextAt(*medium, "detail")};
  } else {
    part.value = VideoPart{source};
  }
  return absl::OkStatus();
}

absl::Status ChatMessageReader::ReadAudio(const Value& item, Part& part) {
  const std::string_view field = reader_.Child(part.field, "input_audio");
  const Value* sound = item.FindNonNull("input_audio");
  if (sound == nullptr || !sound->is_object()) return WrongType(field, "an object");
  AudioPart audio;
  AG_RETURN_IF_ERROR(ReadString(reader_, *sound, "data", field, audio.source.data));
  AG_RETURN_IF_ERROR(ReadString(reader_, *sound, "format", field, audio.format));
  audio.source.media_type = reader_.arena().Copy(absl::StrCat("audio/", ToAbsl(audio.format)));
  part.value = audio;
  return absl::OkStatus();
}

// https://platform.openai.com/docs/guides/pdf-files: the data is a data URL; base64 alone is taken as well.
absl::Status ChatMessageReader::ReadFile(const Value& item, Part& part) {
  const std::string_view field = reader_.Child(part.field, "file");
  const Value* file = item.FindNonNull("file");
  if (file == nullptr || !file->is_object()) return WrongType(field, "an object");
  DocumentPart document;
  document.title = TextAt(*file, "filename");
  if (const Value* id = file->FindNonNull("file_id"); id != nullptr) {
    document.source.kind = MediaSource::Kind::kFileId;
    AG_RETURN_IF_ERROR(reader_.Read(*id, reader_.Child(field, "file_id"), document.source.data));
  } else {
    std::string_view data;
    AG_RETURN_IF_ERROR(ReadString(reader_, *file, "file_data", field, data));
    if (data.find(':') != std::string_view::npos) {
      AG_ASSIGN_OR_RETURN(document.source, ReadMediaUrl(data, reader_.Child(field, "file_data")));
    } else {
      document.source.data = data;
      document.source.media_type = MediaTypeOfUrl(document.title);
      if (document.source.media_type.empty()) document.source.media_type = "application/pdf";
    }
  }
  part.value = document;
  return absl::OkStatus();
}

// Mistral's thoughts in content: https://docs.mistral.ai/capabilities/reasoning/
void ChatMessageReader::ReadThinking(const Value& item, Part& part) {
  ReasoningPart reasoning;
  if (const Value* thinking = item.FindNonNull("thinking"); thinking != nullptr) {
    std::string text(thinking->str());
    for (const Value& piece : thinking->items()) text.append(TextAt(piece, "text"));
    reasoning.text = reader_.arena().Copy(text);
  }
  part.value = reasoning;
}

// OpenAI marks the end of a cached prefix with prompt_cache_breakpoint
// (https://platform.openai.com/docs/guides/prompt-caching), OpenRouter with Anthropic's cache_control
// (https://openrouter.ai/docs/features/prompt-caching). The lifetimes of the two are not the same.
void ChatMessageReader::ReadMarks(const Value& item, std::string_view known, Part& part) {
  for (const auto& [key, value] : item.members()) {
    if (key == "type" || key == known || value.is_null()) continue;
    if (key == "cache_control") {
      part.cache = CacheHint{TextAt(value, "ttl")};
    } else if (key == "prompt_cache_breakpoint") {
      part.cache = CacheHint{};
    } else {
      reader_.Drop(reader_.Child(part.field, key), value);
    }
  }
}

}  // namespace ag::wire::openai
