#pragma once

#include <absl/status/status.h>

#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/encode_common.h"
#include "gatewayd/wire/turns.h"

namespace ag::wire::openai {

// Writes a conversation as `instructions` and `input` items
// (https://platform.openai.com/docs/api-reference/responses/create#responses_create-input). The request is one of
// FittingHistory; all references outlive this.
class ResponsesInputWriter {
 public:
  ResponsesInputWriter(const ChatRequest& request, const UpstreamTarget& target, Arena& arena, EncodedRequest& out,
                       json::Writer& writer)
      : request_(request), target_(target), arena_(arena), out_(out), writer_(writer) {}

  absl::Status Write();
  // True if the history holds encrypted reasoning that was sent.
  bool sent_state() const { return sent_state_; }

 private:
  absl::Status WriteInstructions();
  absl::Status WriteTurn(const Turn& turn);
  absl::Status WriteItem(const TurnPart& part);
  absl::Status FlushContent(Role role);
  void WriteAssistantContent();
  void BeginMessage(std::string_view role);
  absl::Status WriteContentPart(const Part& part);
  absl::Status WriteImage(const ImagePart& image, const Part& part);
  absl::Status WriteDocument(const DocumentPart& document, const Part& part);
  void WriteCall(const ToolCallPart& call, const TurnPart& part);
  absl::Status WriteResult(const TurnPart& part);
  absl::Status WriteOutput(const ToolResultPart& result);
  void WriteReasoning(const ReasoningPart& reasoning);
  absl::Status Check(const MediaSource& source, std::string_view modality, const Part& part) const;

  const ChatRequest& request_;
  const UpstreamTarget& target_;
  Arena& arena_;
  EncodedRequest& out_;
  json::Writer& writer_;
  std::vector<const Part*> content_;            // of the message that is being gathered
  std::vector<std::string_view> custom_calls_;  // ids of calls of custom tools
  bool sent_state_ = false;
};

}  // namespace ag::wire::openai
