#include "gatewayd/wire/gemini/gemini_marks.h"

#include <array>

#include "gatewayd/wire/gemini/gemini_outcome.h"

namespace ag::wire::gemini {
namespace {

// An enum's value by name, or by number where the client asked for enum-encoding=int.
std::string_view EnumText(const json::RawMember* value, Arena& arena) {
  if (value == nullptr) return {};
  return value->type == json::Type::kString ? TextOf(value, arena) : value->raw;
}

bool ReadCandidates(std::string_view candidates, ReplyNotes& notes) {
  bool content = false;
  ForEachElement(candidates, [&](const json::RawMember& candidate) {
    if (candidate.type != json::Type::kObject) return;
    static constexpr std::array<std::string_view, 2> kKeys{"content", "finishReason"};
    static constexpr std::array<std::string_view, 1> kParts{"parts"};
    MemberPicker<2> found;
    found.Read(candidate.raw, kKeys, notes.arena());
    MemberPicker<1> inner;
    if (IsObject(found[0])) inner.Read(found[0]->raw, kParts, notes.arena());
    if (IsArray(inner[0])) {
      ForEachElement(inner[0]->raw, [&](const json::RawMember& part) {
        SaysMore says("thought", "functionCall");
        if (part.type == json::Type::kObject) json::ScanObject(part.raw, notes.arena(), says).IgnoreError();
        content = content || says.content;
        notes.tool_call = notes.tool_call || says.tool_call;
      });
    }
    const auto name = FinishReasonName(EnumText(found[1], notes.arena()));
    if (name.empty()) return;
    const auto reason = ReadStop(name);
    notes.report().stop_reason = reason == StopReason::kEndTurn && notes.tool_call ? StopReason::kToolUse : reason;
    content = notes.complete = true;
  });
  return content;
}

}  // namespace

ReplyMark MarkGeminiEvent(std::string_view /*name*/, std::string_view data, ReplyNotes& notes) {
  static constexpr std::array<std::string_view, 6> kKeys{"error",        "candidates", "usageMetadata",
                                                         "modelVersion", "responseId", "promptFeedback"};
  static constexpr std::array<std::string_view, 1> kBlocked{"blockReason"};
  MemberPicker<6> found;
  if (!found.Read(data, kKeys, notes.arena())) return ReplyMark::kBroken;
  if (found[0] != nullptr) return notes.Error(data, found[0]);
  notes.Ids(found[4], found[3]);
  notes.Figures(found[2], ReadUsage);
  bool content = IsArray(found[1]) && ReadCandidates(found[1]->raw, notes);
  MemberPicker<1> feedback;
  if (IsObject(found[5])) feedback.Read(found[5]->raw, kBlocked, notes.arena());
  if (!BlockReasonName(EnumText(feedback[0], notes.arena())).empty()) {
    notes.report().stop_reason = StopReason::kRefusal;
    content = notes.complete = true;
  }
  return content ? ReplyMark::kContent : ReplyMark::kHold;
}

ReplyMark MarkGeminiBody(std::string_view body, ReplyNotes& notes) {
  const auto mark = MarkGeminiEvent({}, body, notes);
  return mark == ReplyMark::kHold ? ReplyMark::kContent : mark;
}

}  // namespace ag::wire::gemini
