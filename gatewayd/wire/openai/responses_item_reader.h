#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/stream_event.h"

namespace ag::wire::openai {

// Makes canonical parts of the output items of one reply, whether they come in pieces or whole. What was said in deltas
// is not said again when the finished text or item comes; what came only whole is said then.
class ResponsesItemReader {
 public:
  // An event about an item: https://platform.openai.com/docs/api-reference/responses-streaming
  void OnEvent(std::string_view type, const json::Value& event, StreamEventSink& sink);
  // An item of a finished response; nothing for one that its events told.
  void OnWholeItem(int output_index, const json::Value& item, StreamEventSink& sink);
  // Ends what is open.
  void Close(StreamEventSink& sink);

  bool tool_called() const { return tool_called_; }

 private:
  enum class Kind : std::uint8_t { kMessage, kReasoning, kCall, kSearch, kOther };
  enum class Voice : std::uint8_t { kNone, kSummary, kText };

  struct Item {
    int output_index = 0;
    Kind kind = Kind::kOther;
    int part = -1;                // the open part; -1 = none
    int content_index = -1;       // kMessage: of the open part; kReasoning: of the last summary
    std::size_t said = 0;         // bytes of the open part's text or arguments
    std::size_t annotations = 0;  // of the open part
    Voice voice = Voice::kNone;   // kReasoning: which of its two texts is told
    std::size_t contents = 0;     // kMessage: contents that were told
    bool done = false;
  };

  Item* Find(int output_index);
  Item& At(const json::Value& event, Kind kind);
  Item& Begin(int output_index, const json::Value& item, StreamEventSink& sink);
  void End(Item& item, const json::Value& whole, StreamEventSink& sink);
  void EndMessage(Item& item, const json::Value& whole, StreamEventSink& sink);
  void EndReasoning(Item& item, const json::Value& whole, StreamEventSink& sink);
  void EndSearch(Item& item, const json::Value& whole, StreamEventSink& sink);
  void EndPart(Item& item, StreamEventSink& sink);

  void OnContentDelta(const json::Value& event, PartKind kind, StreamEventSink& sink);
  void OnContentDone(const json::Value& event, PartKind kind, std::string_view text, StreamEventSink& sink);
  void OnReasoning(const json::Value& event, Voice voice, std::string_view index_key, StreamEventSink& sink);
  void OnArguments(const json::Value& event, std::string_view key, StreamEventSink& sink);
  void SayText(Item& item, PartKind kind, int content_index, std::string_view text, StreamEventSink& sink);
  void SayReasoning(Item& item, Voice voice, int index, std::string_view text, StreamEventSink& sink);
  void SayArguments(Item& item, std::string_view text, StreamEventSink& sink);
  void SayContent(Item& item, int content_index, const json::Value& content, StreamEventSink& sink);
  void SayAnnotation(Item& item, const json::Value& annotation, StreamEventSink& sink);
  void SayLogprobs(const json::Value& holder, StreamEventSink& sink);
  int OpenPart(PartBegin begin, StreamEventSink& sink);

  std::vector<Item> items_;
  std::vector<TokenLogprob> tokens_;  // of one event
  std::vector<TokenLogprob> top_;
  std::string scratch_;
  int next_part_ = 0;
  bool tool_called_ = false;
};

}  // namespace ag::wire::openai
