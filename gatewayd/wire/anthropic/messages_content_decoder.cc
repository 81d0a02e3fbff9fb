#include "gatewayd/wire/anthropic/messages_content_decoder.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/media.h"
#include "gatewayd/wire/reasoning_envelope.h"

namespace ag::wire::anthropic {
namespace {

using json::Value;

// Blocks of tools that Anthropic runs, and marks that its service leaves in a conversation: another provider's reply is
// good without them, because what the model made of them stands in its texts.
constexpr std::array<std::string_view, 14> kServerBlocks{"server_tool_use",
                                                         "web_search_tool_result",
                                                         "web_fetch_tool_result",
                                                         "code_execution_tool_result",
                                                         "bash_code_execution_tool_result",
                                                         "text_editor_code_execution_tool_result",
                                                         "tool_search_tool_result",
                                                         "mcp_tool_use",
                                                         "mcp_tool_result",
                                                         "mcp_tool_listing",
                                                         "advisor_tool_result",
                                                         "compaction",
                                                         "fallback",
                                                         "tool_removal"};

std::string_view TextAt(const Value& object, std::string_view key) {
  const Value* value = object.Find(key);
  return value == nullptr ? std::string_view() : value->str();
}

bool IsServerBlock(std::string_view type) {
  return std::find(kServerBlocks.begin(), kServerBlocks.end(), type) != kServerBlocks.end();
}

bool IsDirectCall(const Value& caller) { return TextAt(caller, "type") == "direct"; }

}  // namespace

std::optional<CacheHint> CacheHintOf(const Value& item) {
  const Value* control = item.FindNonNull("cache_control");
  if (control == nullptr) return std::nullopt;
  return CacheHint{TextAt(*control, "ttl")};
}

absl::Status ContentDecoder::Read(const Value& content, std::string_view field, std::vector<Part>& parts) {
  if (content.is_string()) {
    parts.push_back({TextPart{content.str()}, std::nullopt, field});
    return absl::OkStatus();
  }
  if (!content.is_array()) return WrongType(field, "a string or an array of content blocks");
  for (std::size_t i = 0; i < content.items().size(); ++i) {
    AG_RETURN_IF_ERROR(Block(content.items()[i], reader_.At(field, i), parts));
  }
  return absl::OkStatus();
}

absl::Status ContentDecoder::Block(const Value& item, std::string_view field, std::vector<Part>& parts) {
  const std::string_view type = TextAt(item, "type");
  if (type.empty()) return WrongType(reader_.Child(field, "type"), "a string");
  Part part;
  part.field = field;
  part.cache = CacheHintOf(item);
  if (type == "text") {
    AG_RETURN_IF_ERROR(Text(item, part));
  } else if (type == "image") {
    AG_RETURN_IF_ERROR(Image(item, part));
  } else if (type == "document") {
    return Document(item, part, parts);
  } else if (type == "search_result") {
    AG_RETURN_IF_ERROR(SearchResult(item, part));
  } else if (type == "tool_use") {
    AG_RETURN_IF_ERROR(ToolUse(item, part));
  } else if (type == "tool_result") {
    AG_RETURN_IF_ERROR(ToolResult(item, part));
  } else if (type == "thinking" || type == "redacted_thinking") {
    part.value = Thinking(item, type);
  } else if (IsServerBlock(type)) {
    const std::string_view call = TextAt(item, "tool_use_id");
    part.value = ServerToolPart{Family::kAnthropic, type, call.empty() ? TextAt(item, "id") : call, &item};
  } else if (type == "tool_addition") {
    ToolAddition(item, field);
    return absl::OkStatus();
  } else {
    reader_.Refuse(field, item);
    return absl::OkStatus();
  }
  parts.push_back(part);
  return absl::OkStatus();
}

absl::Status ContentDecoder::Text(const Value& item, Part& part) {
  TextPart text;
  const Value* value = item.Find("text");
  const std::string_view field = reader_.Child(part.field, "text");
  if (value == nullptr) return WrongType(field, "a string");
  AG_RETURN_IF_ERROR(reader_.Read(*value, field, text.text));
  part.value = text;
  const Value* citations = item.FindNonNull("citations");
  if (citations != nullptr && !citations->items().empty())
    reader_.Drop(reader_.Child(part.field, "citations"), *citations);
  return absl::OkStatus();
}

absl::Status ContentDecoder::MediaUrl(const Value& source, std::string_view field, MediaSource& out) {
  const std::string_view url_field = reader_.Child(field, "url");
  std::string_view url;
  const Value* value = source.Find("url");
  if (value == nullptr) return WrongType(url_field, "a string");
  AG_RETURN_IF_ERROR(reader_.Read(*value, url_field, url));
  AG_ASSIGN_OR_RETURN(out, ReadMediaUrl(url, url_field));
  return absl::OkStatus();
}

absl::Status ContentDecoder::Image(const Value& item, Part& part) {
  const std::string_view field = reader_.Child(part.field, "source");
  const Value* source = item.FindNonNull("source");
  if (source == nullptr || !source->is_object()) return WrongType(field, "an object");
  const std::string_view type = TextAt(*source, "type");
  ImagePart image;
  if (type == "base64") {
    image.source = {MediaSource::Kind::kBase64, TextAt(*source, "data"), TextAt(*source, "media_type")};
  } else if (type == "url") {
    AG_RETURN_IF_ERROR(MediaUrl(*source, field, image.source));
  } else if (type == "file") {
    image.source = {MediaSource::Kind::kFileId, TextAt(*source, "file_id"), {}};
  } else {
    return WrongType(reader_.Child(field, "type"), "base64, url or file");
  }
  part.value = image;
  const Value* changes = item.FindNonNull("transformations");
  // To downsize is what every provider does.
  if (changes != nullptr && TextAt(*changes, "oversized_image") == "error") {
    reader_.Drop(reader_.Child(part.field, "transformations"), *changes);
  }
  return absl::OkStatus();
}

absl::Status ContentDecoder::Document(const Value& item, Part& part, std::vector<Part>& parts) {
  const std::string_view field = reader_.Child(part.field, "source");
  const Value* source = item.FindNonNull("source");
  if (source == nullptr || !source->is_object()) return WrongType(field, "an object");
  DocumentPart document;
  std::vector<Part> images;
  AG_RETURN_IF_ERROR(DocumentSource(*source, field, document, images));
  document.title = TextAt(item, "title");
  document.context = TextAt(item, "context");
  CitationsConfig(item, part.field, document);
  part.value = document;
  parts.push_back(part);
  parts.insert(parts.end(), images.begin(), images.end());
  return absl::OkStatus();
}

absl::Status ContentDecoder::DocumentSource(const Value& source, std::string_view field, DocumentPart& document,
                                            std::vector<Part>& images) {
  const std::string_view type = TextAt(source, "type");
  if (type == "base64") {
    document.source = {MediaSource::Kind::kBase64, TextAt(source, "data"), TextAt(source, "media_type")};
    return absl::OkStatus();
  }
  if (type == "text") {
    document.text = TextAt(source, "data");
    document.source.media_type = TextAt(source, "media_type");
    return absl::OkStatus();
  }
  if (type == "url") {
    AG_RETURN_IF_ERROR(MediaUrl(source, field, document.source));
    if (document.source.media_type.empty()) document.source.media_type = "application/pdf";
    return absl::OkStatus();
  }
  if (type == "file") {
    document.source = {MediaSource::Kind::kFileId, TextAt(source, "file_id"), {}};
    return absl::OkStatus();
  }
  const Value* content = source.FindNonNull("content");
  if (type != "content" || content == nullptr) {
    return WrongType(reader_.Child(field, "type"), "base64, text, url, content or file");
  }
  return ContentSource(*content, reader_.Child(field, "content"), document, images);
}

// A document made of blocks: its texts are one text, its images follow it.
absl::Status ContentDecoder::ContentSource(const Value& content, std::string_view field, DocumentPart& document,
                                           std::vector<Part>& images) {
  document.source.media_type = "text/plain";
  document.text = content.is_string() ? content.str() : JoinedTexts(content);
  for (std::size_t i = 0; i < content.items().size(); ++i) {
    const Value& block = content.items()[i];
    if (TextAt(block, "type") != "image") continue;
    Part image;
    image.field = reader_.At(field, i);
    image.cache = CacheHintOf(block);
    AG_RETURN_IF_ERROR(Image(block, image));
    images.push_back(image);
  }
  return absl::OkStatus();
}

std::string_view ContentDecoder::JoinedTexts(const Value& blocks) {
  std::string joined;
  for (const Value& block : blocks.items()) {
    const std::string_view text = TextAt(block, "text");
    if (text.empty()) continue;
    if (!joined.empty()) joined.append("\n");
    joined.append(text);
  }
  return reader_.arena().Copy(joined);
}

// Citations of documents have no place in other APIs (row 24): the request is good without them.
void ContentDecoder::CitationsConfig(const Value& item, std::string_view field, DocumentPart& document) {
  const Value* config = item.FindNonNull("citations");
  const Value* enabled = config == nullptr ? nullptr : config->FindNonNull("enabled");
  document.citations = enabled != nullptr && enabled->AsBool(false);
  if (document.citations) reader_.Drop(reader_.Child(field, "citations"), *config);
}

// https://platform.claude.com/docs/en/build-with-claude/search-results
absl::Status ContentDecoder::SearchResult(const Value& item, Part& part) {
  const Value* content = item.FindNonNull("content");
  if (content == nullptr || !content->is_array()) return WrongType(reader_.Child(part.field, "content"), "an array");
  DocumentPart document;
  document.source.media_type = "text/plain";
  document.text = JoinedTexts(*content);
  document.title = TextAt(item, "title");
  document.context = TextAt(item, "source");
  CitationsConfig(item, part.field, document);
  part.value = document;
  return absl::OkStatus();
}

absl::Status ContentDecoder::ToolUse(const Value& item, Part& part) {
  ToolCallPart call;
  call.id = TextAt(item, "id");
  call.name = TextAt(item, "name");
  if (call.id.empty()) return WrongType(reader_.Child(part.field, "id"), "a string");
  if (call.name.empty()) return WrongType(reader_.Child(part.field, "name"), "a string");
  const Value* input = item.FindNonNull("input");
  if (input != nullptr && !input->is_object()) return WrongType(reader_.Child(part.field, "input"), "an object");
  call.arguments = input == nullptr ? std::string_view("{}") : input->raw();
  part.value = call;
  for (const std::string_view key : {"caller", "toolset_name"}) {
    const Value* value = item.FindNonNull(key);
    if (value != nullptr && !IsDirectCall(*value)) reader_.Drop(reader_.Child(part.field, key), *value);
  }
  return absl::OkStatus();
}

absl::Status ContentDecoder::ToolResult(const Value& item, Part& part) {
  ToolResultPart result;
  result.call_id = TextAt(item, "tool_use_id");
  if (result.call_id.empty()) return WrongType(reader_.Child(part.field, "tool_use_id"), "a string");
  if (const Value* is_error = item.FindNonNull("is_error"); is_error != nullptr) {
    AG_RETURN_IF_ERROR(reader_.Read(*is_error, reader_.Child(part.field, "is_error"), result.is_error));
  }
  std::vector<Part> parts;
  const std::string_view field = reader_.Child(part.field, "content");
  if (const Value* content = item.FindNonNull("content"); content != nullptr) {
    if (content->is_string()) {
      parts.push_back({TextPart{content->str()}, std::nullopt, field});
    } else if (content->is_array()) {
      for (std::size_t i = 0; i < content->items().size(); ++i) {
        AG_RETURN_IF_ERROR(ResultBlock(content->items()[i], reader_.At(field, i), parts));
      }
    } else {
      return WrongType(field, "a string or an array of content blocks");
    }
  }
  result.content = reader_.Keep(parts);
  part.value = result;
  return absl::OkStatus();
}

// What only results hold, else a block like any other.
absl::Status ContentDecoder::ResultBlock(const Value& item, std::string_view field, std::vector<Part>& parts) {
  const std::string_view type = TextAt(item, "type");
  if (type == "tool_reference") {  // a tool that a search found; all tools are offered already
    parts.push_back({TextPart{TextAt(item, "tool_name")}, CacheHintOf(item), field});
    return absl::OkStatus();
  }
  if (type == "browser_state") {
    parts.push_back({TextPart{item.raw()}, CacheHintOf(item), field});
    return absl::OkStatus();
  }
  if (type == "text" || type == "image" || type == "document" || type == "search_result") {
    return Block(item, field, parts);
  }
  reader_.Refuse(field, item);
  return absl::OkStatus();
}

ReasoningPart ContentDecoder::Thinking(const Value& item, std::string_view type) {
  const bool redacted = type == "redacted_thinking";
  const std::string_view state = TextAt(item, redacted ? "data" : "signature");
  ReasoningPart reasoning = PartOfState(state, Family::kAnthropic, reader_.arena());
  if (redacted && !IsEnvelope(state)) reasoning.kind = ReasoningPart::Kind::kRedacted;
  reasoning.text = TextAt(item, "thinking");
  return reasoning;
}

// https://platform.claude.com/docs/en/agents-and-tools/tool-use/mid-conversation-tool-changes
void ContentDecoder::ToolAddition(const Value& item, std::string_view field) {
  const Value* tool = item.FindNonNull("tool");
  const Value* definition = tool == nullptr ? nullptr : tool->FindNonNull("definition");
  if (definition != nullptr) {
    added_tools_.push_back({definition, reader_.Child(field, "tool.definition")});
  } else {
    reader_.Drop(field, item);  // a tool of the request, and those are all offered from the start
  }
}

}  // namespace ag::wire::anthropic
