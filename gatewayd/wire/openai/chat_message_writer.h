#pragma once

#include <absl/status/status.h>

#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/turns.h"

// The `messages` of a chat request: https://platform.openai.com/docs/api-reference/chat/create#chat-create-messages
namespace ag::wire::openai {

// Writes a canonical conversation: one message a turn, one `tool` message a tool result, in the order of the calls.
// Media of tool results follow in a user message, because `tool` messages hold text alone.
class ChatMessageWriter {
 public:
  // All references outlive it; `request` has only history that the target takes (FittingHistory). `writer` stands where
  // the array's value belongs.
  ChatMessageWriter(const ChatRequest& request, const UpstreamTarget& target, Arena& arena, EncodedRequest& out,
                    json::Writer& writer)
      : request_(request), target_(target), arena_(arena), out_(out), writer_(writer) {}

  // Unsupported names the part that a chat message cannot hold, or the messages if nothing of them can be sent.
  absl::Status Write();

 private:
  absl::Status WriteTurn(const Turn& turn);
  // Begins an object with its role.
  json::Writer& BeginMessage(std::string_view role);
  void WriteSystem(const Message& message);
  absl::Status WriteUser(const Turn& turn);
  absl::Status WriteAssistant(const Turn& turn);
  void WriteResult(const TurnPart& part);
  absl::Status FlushMedia();

  // One part of a user's content.
  absl::Status WritePart(const Part& part);
  absl::Status WriteImage(const Part& part, const ImagePart& image);
  absl::Status WriteAudio(const Part& part, const AudioPart& audio);
  absl::Status WriteDocument(const Part& part, const DocumentPart& document);
  void WriteTextPart(std::string_view text);

  // "content":…, of text alone.
  void WriteTexts(const std::vector<std::string_view>& texts, std::string_view field);
  void WriteCall(const TurnPart& part, const ToolCallPart& call);
  std::string_view RoleName(Role role) const;

  const ChatRequest& request_;
  const UpstreamTarget& target_;
  Arena& arena_;
  EncodedRequest& out_;
  json::Writer& writer_;
  std::vector<const Part*> media_;  // of tool results, not yet written
  bool any_ = false;                // a message was written
};

}  // namespace ag::wire::openai
