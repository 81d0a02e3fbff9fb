#pragma once

#include <absl/status/status.h>

#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/request_reader.h"

// The `messages` of a chat request, read:
// https://platform.openai.com/docs/api-reference/chat/create#chat-create-messages
namespace ag::wire::openai {

class ChatMessageReader {
 public:
  explicit ChatMessageReader(RequestReader& reader) : reader_(reader) {}

  // InvalidRequest names the field. What has no canonical place is noted with the reader.
  absl::Status Read(const json::Value& messages, std::span<const Message>& out);

 private:
  absl::Status ReadRole(const json::Value& item, Message& message);
  absl::Status ReadMessage(const json::Value& item, Message& message);
  absl::Status ReadResult(const json::Value& item, Message& message);
  absl::Status ReadAssistant(const json::Value& item, std::string_view field, std::vector<Part>& parts);
  absl::Status ReadAssistantMember(std::string_view key, const json::Value& value, std::string_view field,
                                   std::vector<Part>& parts);
  void ReadReasoning(const json::Value& item, std::string_view field, std::vector<Part>& parts);
  absl::Status ReadCalls(const json::Value& value, std::string_view field, std::vector<Part>& parts);
  absl::Status ReadCall(const json::Value& item, std::string_view field, std::vector<Part>& parts);
  absl::Status ReadFunctionCall(const json::Value& value, std::string_view field, std::vector<Part>& parts);

  absl::Status ReadContent(const json::Value& value, std::string_view field, std::vector<Part>& parts);
  absl::Status ReadPart(const json::Value& item, std::string_view field, std::vector<Part>& parts);
  absl::Status ReadText(const json::Value& item, std::string_view kind, Part& part);
  absl::Status ReadMedium(const json::Value& item, std::string_view key, Part& part);
  absl::Status ReadAudio(const json::Value& item, Part& part);
  absl::Status ReadFile(const json::Value& item, Part& part);
  void ReadThinking(const json::Value& item, Part& part);
  // Members that any part may have: cache marks. Others that are not among `known` are noted.
  void ReadMarks(const json::Value& item, std::string_view known, Part& part);

  RequestReader& reader_;
};

}  // namespace ag::wire::openai
