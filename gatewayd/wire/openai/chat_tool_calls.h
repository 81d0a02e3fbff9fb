#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/reply_parts.h"
#include "gatewayd/wire/stream_event.h"

namespace ag::wire::openai {

// Puts the tool calls of a chat reply together from their deltas:
// https://platform.openai.com/docs/api-reference/chat-streaming/streaming#chat_streaming-streaming-choices-delta-tool_calls
// Takes what compatible servers make of it too: no index or the same for every call, no id, the name in pieces or again
// and again, whole calls in one chunk, arguments as an object.
class ChatToolCalls {
 public:
  // `parts` numbers the parts of the reply and outlives it.
  explicit ChatToolCalls(PartTracker& parts) : parts_(parts) {}

  // One element of a `tool_calls` array.
  void OnDelta(int choice, const json::Value& delta, StreamEventSink& sink);
  // The older `function_call` object.
  void OnFunctionCall(int choice, const json::Value& delta, StreamEventSink& sink);
  // Another part of the choice is about to begin: calls whose arguments are whole end.
  void OnOtherPart(int choice, StreamEventSink& sink);
  // The choice is complete.
  void CloseAll(int choice, StreamEventSink& sink);
  // True if the choice has a call.
  bool Any(int choice) const;
  // A call came without a name: nobody can answer it.
  bool broken() const { return broken_; }

 private:
  // Whether text is a whole JSON object or array so far, across pieces.
  class Extent {
   public:
    void Feed(std::string_view text);
    bool whole() const { return begun_ && depth_ == 0; }

   private:
    std::size_t depth_ = 0;
    bool begun_ = false;
    bool in_string_ = false;
    bool escaped_ = false;
  };

  struct Call {
    int choice = 0;
    std::optional<std::int64_t> key;  // the server's index
    int part = -1;                    // -1 until it has begun
    std::string id;
    std::string name;
    bool custom = false;
    bool ended = false;
    Extent extent;
  };

  Call& Find(int choice, const json::Value& delta, std::string_view name, StreamEventSink& sink);
  void Name(Call& call, std::string_view id, std::string_view name);
  void Arguments(Call& call, std::string_view text, StreamEventSink& sink);
  void Begin(Call& call, StreamEventSink& sink);
  void End(Call& call, StreamEventSink& sink);

  PartTracker& parts_;
  std::vector<Call> calls_;
  bool broken_ = false;
};

}  // namespace ag::wire::openai
