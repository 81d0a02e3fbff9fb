#include "gatewayd/wire/openai/responses_marks.h"

#include <array>
#include <string>

#include "gatewayd/base/strings.h"
#include "gatewayd/wire/openai/openai_outcome.h"

namespace ag::wire::openai {
namespace {

void ReadOutputTypes(std::string_view output, ReplyNotes& notes) {
  ForEachElement(output, [&](const json::RawMember& item) {
    if (item.type != json::Type::kObject) return;
    static constexpr std::array<std::string_view, 1> kKeys{"type"};
    MemberPicker<1> found;
    found.Read(item.raw, kKeys, notes.arena());
    const auto type = TextOf(found[0], notes.arena());
    if (type == "function_call" || type == "custom_tool_call") notes.tool_call = true;
  });
}

// The Responses API's response object, plain or inside an event. False if it failed.
bool ReadResponse(std::string_view response, ReplyNotes& notes) {
  static constexpr std::array<std::string_view, 7> kKeys{"id",    "model",  "status", "incomplete_details",
                                                         "usage", "output", "error"};
  MemberPicker<7> found;
  found.Read(response, kKeys, notes.arena());
  notes.Ids(found[0], found[1]);
  notes.Figures(found[4], ReadUsage);
  const auto status = TextOf(found[2], notes.arena());
  if (status == "failed") {
    notes.Error(response, found[6]);
    return false;
  }
  if (status == "completed") {
    if (IsArray(found[5])) ReadOutputTypes(found[5]->raw, notes);
    notes.report().stop_reason = notes.tool_call ? StopReason::kToolUse : StopReason::kEndTurn;
  } else if (status == "incomplete" && IsObject(found[3])) {
    static constexpr std::array<std::string_view, 1> kReason{"reason"};
    MemberPicker<1> details;
    details.Read(found[3]->raw, kReason, notes.arena());
    notes.report().stop_reason = ReadStop(TextOf(details[0], notes.arena()));
  }
  return true;
}

}  // namespace

ReplyMark MarkResponsesEvent(std::string_view name, std::string_view data, ReplyNotes& notes) {
  if (TrimSpace(data) == "[DONE]") return ReplyMark::kHold;  // some compatible servers add it
  ++notes.next_sequence;
  // Deltas are most of a stream, and their event name says all.
  if (name.ends_with(".delta")) return ReplyMark::kContent;
  static constexpr std::array<std::string_view, 5> kKeys{"type", "response", "error", "item", "sequence_number"};
  MemberPicker<5> found;
  if (!found.Read(data, kKeys, notes.arena())) return ReplyMark::kBroken;
  if (const auto sequence = CountOf(found[4])) notes.next_sequence = *sequence + 1;
  const auto type = TextOf(found[0], notes.arena());
  if (type == "error" || (type.empty() && found[2] != nullptr)) {
    const json::RawMember whole{{}, data, json::Type::kObject};
    return notes.Error(data, found[2] != nullptr ? found[2] : &whole);
  }
  if (IsObject(found[1]) && !ReadResponse(found[1]->raw, notes)) {
    notes.report().stream_error_json = std::string(TrimSpace(data));
    return ReplyMark::kError;
  }
  if (type == "response.completed" || type == "response.incomplete") {
    notes.complete = true;
    return ReplyMark::kEnd;
  }
  // An item or a part that was only opened has said nothing yet.
  for (const std::string_view quiet : {"response.created", "response.queued", "response.in_progress", "keepalive",
                                       "response.content_part.added", "response.reasoning_summary_part.added"}) {
    if (type == quiet) return ReplyMark::kHold;
  }
  if (type == "response.output_item.added" && IsObject(found[3])) {
    static constexpr std::array<std::string_view, 1> kType{"type"};
    MemberPicker<1> item;
    item.Read(found[3]->raw, kType, notes.arena());
    const auto kind = TextOf(item[0], notes.arena());
    if (kind == "message" || kind == "reasoning") return ReplyMark::kHold;
  }
  return ReplyMark::kContent;
}

ReplyMark MarkResponsesBody(std::string_view body, ReplyNotes& notes) {
  static constexpr std::array<std::string_view, 2> kKeys{"object", "error"};
  MemberPicker<2> found;
  if (!found.Read(body, kKeys, notes.arena())) return ReplyMark::kBroken;
  if (found[0] == nullptr && found[1] != nullptr) return notes.Error(body, found[1]);
  return ReadResponse(body, notes) ? ReplyMark::kContent : ReplyMark::kError;
}

}  // namespace ag::wire::openai
