#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/openai/responses_tools_decoder.h"
#include "gatewayd/wire/request_reader.h"

namespace ag::wire::openai {

// Reads `instructions` and `input` into messages
// (https://platform.openai.com/docs/api-reference/responses/create#responses_create-input). Items of one turn of the
// model (reasoning, text, calls) become one assistant message, and results that follow each other one user message.
// Both references outlive it.
class ResponsesInputReader {
 public:
  ResponsesInputReader(RequestReader& reader, ResponsesToolsReader& tools) : reader_(reader), tools_(tools) {}

  // Tools that input items bring; before Read, which names calls by them.
  absl::Status ReadLoadedTools(const json::Value& input);
  absl::Status ReadInstructions(const json::Value& instructions);
  absl::Status Read(const json::Value& input);
  std::span<const Message> Take();

 private:
  // What an item adds to a turn of the model: the text of another message begins a new one, a call never does.
  enum class Adds : std::uint8_t { kMessage, kReasoning, kCall, kServerCall };

  absl::Status ReadItem(const json::Value& item, std::string_view field);
  absl::Status ReadMessage(const json::Value& item, std::string_view field);
  absl::Status ReadCall(const json::Value& item, std::string_view field);
  absl::Status ReadResult(const json::Value& item, std::string_view field);
  absl::Status ReadReasoning(const json::Value& item, std::string_view field);
  absl::Status ReadContent(const json::Value& value, std::string_view field, std::vector<Part>& parts);
  absl::Status ReadContentPart(const json::Value& item, std::string_view field, std::vector<Part>& parts);
  absl::Status ReadImage(const json::Value& item, std::string_view field, Part& part);
  absl::Status ReadFile(const json::Value& item, std::string_view field, Part& part);
  absl::Status ReadAudio(const json::Value& item, std::string_view field, Part& part);
  absl::Status ReadSource(const json::Value& item, std::string_view field, std::string_view url_key,
                          MediaSource& source);
  void KeepServerItem(const json::Value& item, std::string_view type, std::string_view field);
  void AddAssistant(Adds adds, Part part);
  void AddResult(Part part);
  void Open(Role role, std::string_view field);
  void Flush();

  RequestReader& reader_;
  ResponsesToolsReader& tools_;
  std::vector<Message> messages_;
  std::vector<Part> open_parts_;
  Message open_;
  bool is_open_ = false;
  bool open_has_message_ = false;
  bool open_has_call_ = false;
  bool open_has_results_ = false;
};

}  // namespace ag::wire::openai
