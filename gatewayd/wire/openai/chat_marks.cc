#include "gatewayd/wire/openai/chat_marks.h"

#include <array>

#include "gatewayd/base/strings.h"
#include "gatewayd/wire/openai/openai_outcome.h"

namespace ag::wire::openai {
namespace {

// True if a choice has content or its end.
bool ReadChoices(std::string_view choices, ReplyNotes& notes) {
  bool content = false;
  ForEachElement(choices, [&](const json::RawMember& choice) {
    if (choice.type != json::Type::kObject) return;
    static constexpr std::array<std::string_view, 5> kKeys{"delta", "text", "finish_reason", "message", "usage"};
    MemberPicker<5> found;
    found.Read(choice.raw, kKeys, notes.arena());
    notes.Figures(found[4], ReadUsage);  // older Moonshot streams
    if (IsObject(found[0])) {
      SaysMore delta("role");
      json::ScanObject(found[0]->raw, notes.arena(), delta).IgnoreError();
      content = content || delta.content;
    }
    content = content || found[3] != nullptr || (found[1] != nullptr && !IsEmptyValue(*found[1]));
    if (const auto reason = TextOf(found[2], notes.arena()); !reason.empty()) {
      if (notes.report().stop_reason == StopReason::kUnknown) notes.report().stop_reason = ReadStop(reason);
      content = notes.complete = true;
    }
  });
  return content;
}

}  // namespace

ReplyMark MarkChatEvent(std::string_view /*name*/, std::string_view data, ReplyNotes& notes) {
  if (TrimSpace(data) == "[DONE]") {
    notes.complete = true;
    return ReplyMark::kEnd;
  }
  static constexpr std::array<std::string_view, 5> kKeys{"error", "choices", "usage", "id", "model"};
  MemberPicker<5> found;
  if (!found.Read(data, kKeys, notes.arena())) return ReplyMark::kBroken;
  if (found[0] != nullptr) return notes.Error(data, found[0]);
  notes.Ids(found[3], found[4]);
  const bool content = IsArray(found[1]) && ReadChoices(found[1]->raw, notes);
  notes.Figures(found[2], ReadUsage);
  if (content) return ReplyMark::kContent;
  const bool no_choices = !IsArray(found[1]) || found[1]->raw.find('{') == std::string_view::npos;
  return IsObject(found[2]) && no_choices ? ReplyMark::kExtraUsage : ReplyMark::kHold;
}

ReplyMark MarkChatBody(std::string_view body, ReplyNotes& notes) {
  const auto mark = MarkChatEvent({}, body, notes);
  return mark == ReplyMark::kHold || mark == ReplyMark::kExtraUsage ? ReplyMark::kContent : mark;
}

}  // namespace ag::wire::openai
