#pragma once

#include <cstdint>
#include <string_view>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/dialect.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/usage.h"
#include "gatewayd/wire/translation.h"

namespace ag::wire {

// What one document of a reply means to passthrough.
enum class ReplyMark : std::uint8_t {
  kHold,        // nothing that a client would act on: keep-alives, role-only chunks, message_start
  kContent,     // the answer, or a part of it
  kExtraUsage,  // chat: the chunk that stream_options.include_usage adds
  kEnd,         // the terminal event
  kError,       // the provider's error; the report has it
  kBroken,      // no JSON
};

// Reads out of replies what the gateway reports (usage, stop reason, ids, errors) and where their content begins. Looks
// only at the members that it needs, in place. One instance a reply; the report outlives it.
class ReplyReader {
 public:
  ReplyReader(Dialect dialect, Operation operation, TranslationReport& report)
      : dialect_(dialect), operation_(operation), report_(report) {}

  // One event of a stream, or one element of Gemini's array.
  ReplyMark OnEvent(std::string_view name, std::string_view data);
  // A whole plain reply: kContent, kError, or kBroken when it is no JSON object.
  ReplyMark OnBody(std::string_view body);

  // The dialect's terminal event was seen, or what makes the reply complete where it has none.
  bool complete() const { return complete_; }

 private:
  ReplyMark OnChat(std::string_view data);
  ReplyMark OnResponses(std::string_view name, std::string_view data);
  ReplyMark OnMessages(std::string_view name, std::string_view data);
  ReplyMark OnGemini(std::string_view data);
  ReplyMark ChatBody(std::string_view body);
  ReplyMark ResponsesBody(std::string_view body);
  ReplyMark MessagesBody(std::string_view body);
  ReplyMark OtherBody(std::string_view body);
  ReplyMark Error(std::string_view document, const json::RawMember* error);

  bool ReadChoices(std::string_view choices);
  bool ReadCandidates(std::string_view candidates);
  bool ReadResponse(std::string_view response);
  void ReadOutputTypes(std::string_view output);
  void ReadMessage(std::string_view message);
  void ReadUsage(const json::RawMember* usage, Usage (*read)(const json::Value&, const Usage&));
  void NoteIds(const json::RawMember* id, const json::RawMember* model);

  Dialect dialect_;
  Operation operation_;
  TranslationReport& report_;
  Arena arena_;  // of one document: its escaped strings and its usage object
  bool complete_ = false;
  bool tool_call_ = false;
};

}  // namespace ag::wire
