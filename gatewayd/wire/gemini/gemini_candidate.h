#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/wire/gemini/gemini_citations.h"
#include "gatewayd/wire/gemini/gemini_partial_arguments.h"
#include "gatewayd/wire/stream_event.h"

namespace ag::wire::gemini {

// What the candidates of one reply share while a chunk is read.
struct ReplyContext {
  StreamEventSink& sink;
  Arena& arena;     // of the chunk
  int& next_index;  // counts the reply's parts
};

// Makes canonical parts of one candidate's parts, which Google sends in pieces without boundaries.
// https://ai.google.dev/api/caching#Part
class CandidateReader {
 public:
  explicit CandidateReader(int choice) : choice_(choice) {}

  int choice() const { return choice_; }
  // True once a tool was called: such a turn ends for its result, whatever the finish reason says.
  bool called_tool() const { return called_tool_; }

  // True once a call's arguments could not be put together: the reply is not usable.
  bool broken() const { return broken_; }

  // One chunk's candidate.
  void Read(const json::Value& candidate, ReplyContext& context);
  // Ends the open part, if any.
  void Close(ReplyContext& context);

 private:
  void ReadPart(const json::Value& part, ReplyContext& context);
  void ReadText(std::string_view text, std::string_view signature, ReplyContext& context);
  void ReadThought(std::string_view text, std::string_view signature, ReplyContext& context);
  void ReadCall(const json::Value& call, std::string_view signature, ReplyContext& context);
  void ReadPiece(const json::Value& call, std::string_view signature, ReplyContext& context);
  void EndPieces(ReplyContext& context);
  void EmitCall(std::string_view id, std::string_view name, std::string_view arguments, ReplyContext& context);
  void ReadServerCall(const json::Value& call, ReplyContext& context);
  void ReadOther(const json::Value& part, ReplyContext& context);
  void ReadLogprobs(const json::Value& result, ReplyContext& context);

  // State that belongs to the part that comes next.
  void StateBefore(std::string_view signature, ReplyContext& context);
  void StateAlone(std::string_view signature, StateHome home, ReplyContext& context);
  void EmitSearches(const json::Value* queries, std::string_view id, ReplyContext& context);
  void Delta(PartKind kind, std::string_view text, ReplyContext& context);
  int Begin(PartBegin begin, ReplyContext& context);

  // A call that comes in pieces.
  struct Pieces {
    bool open = false;
    std::string id;
    std::string name;
    PartialArguments arguments;
  };

  int choice_;
  int open_ = -1;  // index of the open part; -1 = none
  PartKind open_kind_ = PartKind::kText;
  bool called_tool_ = false;
  bool searched_ = false;
  bool broken_ = false;
  Pieces pieces_;
  Citations citations_;
  std::string scratch_;
};

}  // namespace ag::wire::gemini
