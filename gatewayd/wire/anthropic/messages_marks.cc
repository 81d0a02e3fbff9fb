#include "gatewayd/wire/anthropic/messages_marks.h"

#include <array>

#include "gatewayd/wire/anthropic/messages_outcome.h"

namespace ag::wire::anthropic {
namespace {

void ReadMessage(std::string_view message, ReplyNotes& notes) {
  static constexpr std::array<std::string_view, 4> kKeys{"id", "model", "stop_reason", "usage"};
  MemberPicker<4> found;
  found.Read(message, kKeys, notes.arena());
  notes.Ids(found[0], found[1]);
  notes.Figures(found[3], ReadUsage);
  if (found[2] != nullptr) notes.report().stop_reason = ReadStop(TextOf(found[2], notes.arena()));
}

}  // namespace

ReplyMark MarkMessagesEvent(std::string_view name, std::string_view data, ReplyNotes& notes) {
  if (name == "content_block_delta") return ReplyMark::kContent;
  static constexpr std::array<std::string_view, 6> kKeys{"type", "message", "delta", "usage", "error", "content_block"};
  MemberPicker<6> found;
  if (!found.Read(data, kKeys, notes.arena())) return ReplyMark::kBroken;
  const auto type = TextOf(found[0], notes.arena());
  if (type == "error" || (type.empty() && found[4] != nullptr)) return notes.Error(data, found[4]);
  if (type == "content_block_delta") return ReplyMark::kContent;
  if (type == "message_start") {
    if (IsObject(found[1])) ReadMessage(found[1]->raw, notes);
    return ReplyMark::kHold;
  }
  if (type == "content_block_start" && IsObject(found[5])) {
    SaysMore block("type");
    json::ScanObject(found[5]->raw, notes.arena(), block).IgnoreError();
    return block.content ? ReplyMark::kContent : ReplyMark::kHold;
  }
  if (type == "message_delta") {
    if (IsObject(found[2])) ReadMessage(found[2]->raw, notes);
    notes.Figures(found[3], ReadUsage);
    return ReplyMark::kContent;
  }
  if (type != "message_stop") return ReplyMark::kHold;
  notes.complete = true;
  return ReplyMark::kEnd;
}

ReplyMark MarkMessagesBody(std::string_view body, ReplyNotes& notes) {
  static constexpr std::array<std::string_view, 2> kKeys{"type", "error"};
  MemberPicker<2> found;
  if (!found.Read(body, kKeys, notes.arena())) return ReplyMark::kBroken;
  if (TextOf(found[0], notes.arena()) == "error" || found[1] != nullptr) return notes.Error(body, found[1]);
  ReadMessage(body, notes);
  return ReplyMark::kContent;
}

}  // namespace ag::wire::anthropic
