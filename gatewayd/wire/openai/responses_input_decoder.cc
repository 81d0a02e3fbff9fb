#include "gatewayd/wire/openai/responses_input_decoder.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <string>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/media.h"
#include "gatewayd/wire/openai/responses_json.h"
#include "gatewayd/wire/reasoning_envelope.h"

namespace ag::wire::openai {
namespace {

using json::Value;

// What OpenAI's own tools did, and what a client answered to those that run on its side. Other families cannot be told.
constexpr std::array<std::string_view, 14> kServerCalls{
    "web_search_call",  "file_search_call",     "computer_call",  "code_interpreter_call", "image_generation_call",
    "mcp_call",         "mcp_approval_request", "mcp_list_tools", "local_shell_call",      "shell_call",
    "apply_patch_call", "tool_search_call",     "program",        "program_output"};
constexpr std::array<std::string_view, 6> kServerResults{"computer_call_output",  "local_shell_call_output",
                                                         "shell_call_output",     "apply_patch_call_output",
                                                         "mcp_approval_response", "tool_search_output"};

template <std::size_t N>
bool IsOneOf(std::string_view text, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// Items may leave their type out: a message by its role, a reference by having an id alone.
std::string_view TypeOf(const Value& item) {
  const std::string_view type = TextAt(item, "type");
  if (!type.empty()) return type;
  if (item.FindNonNull("role") != nullptr) return "message";
  return item.FindNonNull("id") != nullptr ? "item_reference" : std::string_view();
}

std::string JoinedTexts(const Value& item, std::string_view key) {
  std::string joined;
  const Value* list = item.FindNonNull(key);
  if (list == nullptr) return joined;
  for (const Value& part : list->items()) {
    const std::string_view text = TextAt(part, "text");
    if (text.empty()) continue;
    if (!joined.empty()) joined += "\n\n";
    joined += text;
  }
  return joined;
}

}  // namespace

absl::Status ResponsesInputReader::ReadLoadedTools(const Value& input) {
  for (std::size_t i = 0; i < input.items().size(); ++i) {
    const Value& item = input.items()[i];
    const std::string_view type = TextAt(item, "type");
    if (type != "additional_tools" && type != "tool_search_output") continue;
    const Value* tools = item.FindNonNull("tools");
    if (tools == nullptr) continue;
    AG_RETURN_IF_ERROR(tools_.ReadTools(*tools, reader_.Child(reader_.At("input", i), "tools")));
  }
  return absl::OkStatus();
}

absl::Status ResponsesInputReader::ReadInstructions(const Value& instructions) {
  Open(Role::kSystem, "instructions");
  return ReadContent(instructions, "instructions", open_parts_);
}

absl::Status ResponsesInputReader::Read(const Value& input) {
  if (input.is_string()) {
    Open(Role::kUser, "input");
    open_parts_.push_back({TextPart{input.str()}, std::nullopt, "input"});
    return absl::OkStatus();
  }
  if (!input.is_array()) return WrongType("input", "a string or an array of items");
  for (std::size_t i = 0; i < input.items().size(); ++i) {
    AG_RETURN_IF_ERROR(ReadItem(input.items()[i], reader_.At("input", i)));
  }
  return absl::OkStatus();
}

std::span<const Message> ResponsesInputReader::Take() {
  Flush();
  return reader_.Keep(messages_);
}

absl::Status ResponsesInputReader::ReadItem(const Value& item, std::string_view field) {
  const std::string_view type = TypeOf(item);
  if (type == "message") return ReadMessage(item, field);
  if (type == "function_call" || type == "custom_tool_call") return ReadCall(item, field);
  if (type == "function_call_output" || type == "custom_tool_call_output") return ReadResult(item, field);
  if (type == "reasoning") return ReadReasoning(item, field);
  if (type == "additional_tools") return absl::OkStatus();
  if (type == "item_reference" && TextAt(item, "id").substr(0, 3) == "rs_") {
    reader_.Drop(field, item);  // reasoning that the account keeps
    return absl::OkStatus();
  }
  if (type == "configuration_update") {
    reader_.Drop(field, item);
    return absl::OkStatus();
  }
  if (IsOneOf(type, kServerCalls) || IsOneOf(type, kServerResults)) {
    KeepServerItem(item, type, field);
    return absl::OkStatus();
  }
  if (type.empty()) return WrongType(reader_.Child(field, "type"), "a type of item");
  // What the account keeps (item_reference, compaction) and what is not known: the conversation would be another.
  reader_.Refuse(field, item);
  return absl::OkStatus();
}

absl::Status ResponsesInputReader::ReadMessage(const Value& item, std::string_view field) {
  const std::string_view role = TextAt(item, "role");
  const Value* content = item.FindNonNull("content");
  const std::string_view content_field = reader_.Child(field, "content");
  if (content == nullptr) return WrongType(content_field, "a string or an array of parts");
  if (const Value* phase = item.FindNonNull("phase")) reader_.Drop(reader_.Child(field, "phase"), *phase);
  if (role == "assistant") {
    std::vector<Part> parts;
    AG_RETURN_IF_ERROR(ReadContent(*content, content_field, parts));
    for (std::size_t i = 0; i < parts.size(); ++i) {
      AddAssistant(i == 0 ? Adds::kMessage : Adds::kServerCall, parts[i]);
    }
    return absl::OkStatus();
  }
  if (role == "user") {
    Open(Role::kUser, field);
  } else if (role == "system") {
    Open(Role::kSystem, field);
  } else if (role == "developer") {
    Open(Role::kDeveloper, field);
  } else {
    return WrongType(reader_.Child(field, "role"), "user, assistant, system or developer");
  }
  return ReadContent(*content, content_field, open_parts_);
}

absl::Status ResponsesInputReader::ReadCall(const Value& item, std::string_view field) {
  ToolCallPart call;
  call.custom = TextAt(item, "type") == "custom_tool_call";
  const std::string_view key = call.custom ? "input" : "arguments";
  const Value* arguments = item.Find(key);
  if (arguments == nullptr) return WrongType(reader_.Child(field, key), "a string");
  AG_RETURN_IF_ERROR(reader_.Read(*arguments, reader_.Child(field, key), call.arguments));
  call.id = TextAt(item, "call_id");
  call.name = tools_.NameOf(TextAt(item, "namespace"), TextAt(item, "name"));
  if (call.id.empty()) return WrongType(reader_.Child(field, "call_id"), "a non-empty string");
  if (call.name.empty()) return WrongType(reader_.Child(field, "name"), "a non-empty string");
  AddAssistant(Adds::kCall, {call, std::nullopt, field});
  return absl::OkStatus();
}

absl::Status ResponsesInputReader::ReadResult(const Value& item, std::string_view field) {
  ToolResultPart result;
  result.call_id = TextAt(item, "call_id");
  result.name = tools_.NameOf(TextAt(item, "namespace"), TextAt(item, "name"));
  const Value* output = item.FindNonNull("output");
  const std::string_view output_field = reader_.Child(field, "output");
  if (output == nullptr) return WrongType(output_field, "a string or an array of parts");
  std::vector<Part> parts;
  AG_RETURN_IF_ERROR(ReadContent(*output, output_field, parts));
  result.content = reader_.Keep(parts);
  AddResult({result, std::nullopt, field});
  return absl::OkStatus();
}

// Row 12: the state is OpenAI's own, or an envelope that holds another family's. The visible text stands beside it.
absl::Status ResponsesInputReader::ReadReasoning(const Value& item, std::string_view field) {
  const std::string_view state = TextAt(item, "encrypted_content");
  ReasoningPart part;
  part.kind = state.empty() ? ReasoningPart::Kind::kSummary : ReasoningPart::Kind::kEncrypted;
  if (!state.empty()) {
    const auto kind = part.kind;
    part = PartOfState(state, Family::kOpenAi, reader_.arena());
    if (!IsEnvelope(state)) part.kind = kind;
  }
  if (part.family == Family::kOpenAi && part.id.empty()) part.id = TextAt(item, "id");
  std::string text = JoinedTexts(item, "summary");
  if (text.empty()) text = JoinedTexts(item, "content");
  part.text = reader_.arena().Copy(text);
  AddAssistant(Adds::kReasoning, {part, std::nullopt, field});
  return absl::OkStatus();
}

absl::Status ResponsesInputReader::ReadContent(const Value& value, std::string_view field, std::vector<Part>& parts) {
  if (value.is_string()) {
    parts.push_back({TextPart{value.str()}, std::nullopt, field});
    return absl::OkStatus();
  }
  if (!value.is_array()) return WrongType(field, "a string or an array of parts");
  for (std::size_t i = 0; i < value.items().size(); ++i) {
    AG_RETURN_IF_ERROR(ReadContentPart(value.items()[i], reader_.At(field, i), parts));
  }
  return absl::OkStatus();
}

absl::Status ResponsesInputReader::ReadContentPart(const Value& item, std::string_view field,
                                                   std::vector<Part>& parts) {
  const std::string_view type = TextAt(item, "type");
  Part part;
  part.field = field;
  if (type == "input_text" || type == "output_text" || type == "text") {
    TextPart text;
    const Value* value = item.Find("text");
    const std::string_view text_field = reader_.Child(field, "text");
    if (value == nullptr) return WrongType(text_field, "a string");
    AG_RETURN_IF_ERROR(reader_.Read(*value, text_field, text.text));
    part.value = text;
  } else if (type == "refusal") {
    part.value = RefusalPart{TextAt(item, "refusal")};
  } else if (type == "input_image") {
    AG_RETURN_IF_ERROR(ReadImage(item, field, part));
  } else if (type == "input_file") {
    AG_RETURN_IF_ERROR(ReadFile(item, field, part));
  } else if (type == "input_audio") {
    AG_RETURN_IF_ERROR(ReadAudio(item, field, part));
  } else if (type.empty()) {
    return WrongType(reader_.Child(field, "type"), "a type of content");
  } else {
    reader_.Refuse(field, item);
    return absl::OkStatus();
  }
  if (item.FindNonNull("prompt_cache_breakpoint") != nullptr) part.cache = CacheHint{};
  parts.push_back(part);
  return absl::OkStatus();
}

absl::Status ResponsesInputReader::ReadImage(const Value& item, std::string_view field, Part& part) {
  ImagePart image;
  image.detail = TextAt(item, "detail");
  AG_RETURN_IF_ERROR(ReadSource(item, field, "image_url", image.source));
  part.value = image;
  return absl::OkStatus();
}

absl::Status ResponsesInputReader::ReadFile(const Value& item, std::string_view field, Part& part) {
  DocumentPart document;
  document.title = TextAt(item, "filename");
  const Value* data = item.FindNonNull("file_data");
  if (data == nullptr) {
    AG_RETURN_IF_ERROR(ReadSource(item, field, "file_url", document.source));
  } else if (data->str().substr(0, 5) == "data:") {
    AG_ASSIGN_OR_RETURN(document.source, ReadMediaUrl(data->str(), reader_.Child(field, "file_data")));
  } else {
    AG_RETURN_IF_ERROR(reader_.Read(*data, reader_.Child(field, "file_data"), document.source.data));
    document.source.media_type = MediaTypeOfUrl(document.title);
  }
  part.value = document;
  return absl::OkStatus();
}

absl::Status ResponsesInputReader::ReadAudio(const Value& item, std::string_view field, Part& part) {
  const Value* audio = item.FindNonNull("input_audio");
  const std::string_view audio_field = reader_.Child(field, "input_audio");
  if (audio == nullptr || !audio->is_object()) return WrongType(audio_field, "an object");
  AudioPart sound;
  sound.format = TextAt(*audio, "format");
  sound.source.data = TextAt(*audio, "data");
  sound.source.media_type = sound.format == "mp3" ? "audio/mpeg" : "audio/wav";
  part.value = sound;
  return absl::OkStatus();
}

// A URL under `url_key`, or a file_id.
absl::Status ResponsesInputReader::ReadSource(const Value& item, std::string_view field, std::string_view url_key,
                                              MediaSource& source) {
  if (const Value* id = item.FindNonNull("file_id")) {
    source.kind = MediaSource::Kind::kFileId;
    return reader_.Read(*id, reader_.Child(field, "file_id"), source.data);
  }
  const std::string_view url_field = reader_.Child(field, url_key);
  const Value* url = item.FindNonNull(url_key);
  if (url == nullptr || !url->is_string()) return WrongType(url_field, "a URL");
  AG_ASSIGN_OR_RETURN(source, ReadMediaUrl(url->str(), url_field));
  return absl::OkStatus();
}

void ResponsesInputReader::KeepServerItem(const Value& item, std::string_view type, std::string_view field) {
  ServerToolPart part;
  part.type = type;
  part.id = TextAt(item, "id");
  part.raw = &item;
  if (IsOneOf(type, kServerResults)) return AddResult({part, std::nullopt, field});
  AddAssistant(Adds::kServerCall, {part, std::nullopt, field});
}

void ResponsesInputReader::AddAssistant(Adds adds, Part part) {
  const bool begins = adds == Adds::kMessage || adds == Adds::kReasoning;
  const bool ended = begins && open_has_message_ && !open_has_call_;
  if (!is_open_ || open_.role != Role::kAssistant || ended) Open(Role::kAssistant, part.field);
  open_has_message_ = open_has_message_ || adds == Adds::kMessage;
  open_has_call_ = open_has_call_ || adds == Adds::kCall;
  open_parts_.push_back(part);
}

void ResponsesInputReader::AddResult(Part part) {
  if (!open_has_results_) Open(Role::kUser, part.field);
  open_has_results_ = true;
  open_parts_.push_back(part);
}

void ResponsesInputReader::Open(Role role, std::string_view field) {
  Flush();
  open_ = Message{};
  open_.role = role;
  open_.field = field;
  is_open_ = true;
}

void ResponsesInputReader::Flush() {
  if (is_open_) {
    open_.parts = reader_.Keep(open_parts_);
    messages_.push_back(open_);
  }
  open_parts_.clear();
  is_open_ = open_has_message_ = open_has_call_ = open_has_results_ = false;
}

}  // namespace ag::wire::openai
