#pragma once

#include <absl/status/status.h>

#include <optional>
#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/request_reader.h"

// Content blocks of a request in the messages dialect, all documented types of
// https://platform.claude.com/docs/en/api/messages and of its beta form.
namespace ag::wire::anthropic {

class ContentDecoder {
 public:
  // `reader` outlives it.
  explicit ContentDecoder(RequestReader& reader) : reader_(reader) {}

  // A string, or an array of blocks. InvalidRequest names the field.
  absl::Status Read(const json::Value& content, std::string_view field, std::vector<Part>& parts);
  // Definitions of tools that a system message adds amid the conversation, with their fields, for the tools' decoder.
  struct AddedTool {
    const json::Value* definition = nullptr;
    std::string_view field;
  };
  const std::vector<AddedTool>& added_tools() const { return added_tools_; }

 private:
  absl::Status Block(const json::Value& item, std::string_view field, std::vector<Part>& parts);
  absl::Status Text(const json::Value& item, Part& part);
  absl::Status Image(const json::Value& item, Part& part);
  absl::Status Document(const json::Value& item, Part& part, std::vector<Part>& parts);
  absl::Status DocumentSource(const json::Value& source, std::string_view field, DocumentPart& document,
                              std::vector<Part>& images);
  absl::Status ContentSource(const json::Value& content, std::string_view field, DocumentPart& document,
                             std::vector<Part>& images);
  absl::Status SearchResult(const json::Value& item, Part& part);
  absl::Status ToolUse(const json::Value& item, Part& part);
  absl::Status ToolResult(const json::Value& item, Part& part);
  absl::Status ResultBlock(const json::Value& item, std::string_view field, std::vector<Part>& parts);
  absl::Status MediaUrl(const json::Value& source, std::string_view field, MediaSource& out);
  ReasoningPart Thinking(const json::Value& item, std::string_view type);
  void ToolAddition(const json::Value& item, std::string_view field);
  void CitationsConfig(const json::Value& item, std::string_view field, DocumentPart& document);
  std::string_view JoinedTexts(const json::Value& blocks);

  RequestReader& reader_;
  std::vector<AddedTool> added_tools_;
};

// `cache_control` of a block or tool; none when it is absent.
std::optional<CacheHint> CacheHintOf(const json::Value& item);

}  // namespace ag::wire::anthropic
