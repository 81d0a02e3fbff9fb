#pragma once

#include <string_view>

#include "gatewayd/wire/dialect_codec.h"
#include "gatewayd/wire/reply_notes.h"

namespace ag::wire {

// Reads out of replies what the gateway reports (usage, stop reason, ids, errors) and where their content begins. Looks
// only at the members that it needs, in place; which they are, the dialect says. One instance a reply; the report
// outlives it.
class ReplyReader {
 public:
  ReplyReader(const DialectCodec& codec, Operation operation, TranslationReport& report)
      : codec_(codec), operation_(operation), notes_(report) {}

  // One event of a stream, or one element of Gemini's array.
  ReplyMark OnEvent(std::string_view name, std::string_view data) {
    notes_.arena().Reset();
    return codec_.mark_event(name, data, notes_);
  }
  // A whole plain reply: kContent, kError, or kBroken when it is no JSON object.
  ReplyMark OnBody(std::string_view body);
  // The end of a reply that was too long to be held: its usage, if it is there.
  void OnTail(std::string_view tail);

  // The dialect's terminal event was seen, or what makes the reply complete where it has none.
  bool complete() const { return notes_.complete; }
  // Of an event that we add.
  std::int64_t next_sequence() const { return notes_.next_sequence; }

 private:
  ReplyMark OtherBody(std::string_view body);
  void NoteName(const json::RawMember* file, const json::RawMember* name);

  const DialectCodec& codec_;
  Operation operation_;
  ReplyNotes notes_;
};

}  // namespace ag::wire
