#pragma once

#include <absl/status/status.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/request_reader.h"

namespace ag::wire::gemini {

// The name that other providers take for a function, at most 64 of [A-Za-z0-9_-]: the client's own if it is one, else
// one made of it, the same whenever the name comes up.
std::string_view ForeignToolName(std::string_view name, Arena& arena);

// Reads systemInstruction and contents. https://ai.google.dev/api/caching#Content
class ContentDecoder {
 public:
  // `reader` outlives it. `detail` is what the request's mediaResolution means to images that name none.
  ContentDecoder(RequestReader& reader, std::string_view detail) : reader_(reader), detail_(detail) {}

  // A text in place of a content is what SDKs write, too.
  absl::Status ReadSystem(const json::Value& value, std::string_view field, std::vector<Message>& list);
  // So is a single content in place of a list of one.
  absl::Status ReadContents(const json::Value& value, std::string_view field, std::vector<Message>& list);

 private:
  struct PartFields;

  // Those of `contents`, an array or a single one, from `item` on that are one turn; `item` stands behind them then.
  absl::Status ReadTurn(const json::Value& contents, std::string_view field, std::size_t& item,
                        std::vector<Message>& list);
  absl::Status ReadContent(const json::Value& item, std::string_view field, std::vector<Part>& parts);
  absl::Status ReadParts(const json::Value& content, std::string_view field, std::vector<Part>& parts);
  absl::Status ReadPart(const json::Value& item, std::string_view field, std::vector<Part>& parts);
  absl::Status CollectFields(const json::Value& item, std::string_view field, PartFields& fields);
  absl::Status ReadText(const PartFields& fields, std::string_view field, std::vector<Part>& parts);
  absl::Status ReadCall(const json::Value& value, std::string_view field, std::vector<Part>& parts);
  absl::Status ReadResult(const json::Value& value, std::string_view field, std::vector<Part>& parts);
  void ReadResponse(const json::Value& response, std::string_view field, ToolResultPart& result,
                    std::vector<Part>& content);
  absl::Status ReadInline(const json::Value& value, std::string_view field, std::string_view detail,
                          std::vector<Part>& parts);
  absl::Status ReadFile(const json::Value& value, std::string_view field, std::string_view detail,
                        std::vector<Part>& parts);
  void AddMedium(const MediaSource& source, std::string_view field, std::string_view detail, std::vector<Part>& parts);
  void Drop(const json::Value& object, std::string_view field, std::string_view camel_case);

  // Streams cut a thought into many parts, of which the last bears the state: they are one thought.
  void FlushThought(std::vector<Part>& parts);
  // And so it is with texts where a content, which begins at one of `starts`, goes on with what the one before said.
  std::vector<Part> JoinTexts(const std::vector<Part>& parts, const std::vector<std::size_t>& starts);

  RequestReader& reader_;
  std::string_view detail_;
  std::string thought_;
  std::string_view thought_field_;
};

}  // namespace ag::wire::gemini
