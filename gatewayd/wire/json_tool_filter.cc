#include "gatewayd/wire/json_tool_filter.h"

#include <variant>

namespace ag::wire {

void JsonToolFilter::OnEvent(const StreamEvent& event) {
  if (tool_.empty()) return next_.OnEvent(event);
  if (const auto* begin = std::get_if<PartBegin>(&event)) {
    if (begin->kind != PartKind::kToolCall || begin->tool_name != tool_) return next_.OnEvent(event);
    part_ = begin->index;
    seen_ = true;
    PartBegin text;
    text.index = begin->index;
    text.choice = begin->choice;
    return next_.OnEvent(text);
  }
  if (const auto* arguments = std::get_if<ArgumentsDelta>(&event); arguments != nullptr && arguments->index == part_) {
    return next_.OnEvent(TextDelta{arguments->index, arguments->json});
  }
  if (const auto* finished = std::get_if<Finished>(&event);
      finished != nullptr && seen_ && finished->reason == StopReason::kToolUse) {
    Finished ended = *finished;
    ended.reason = StopReason::kEndTurn;
    return next_.OnEvent(ended);
  }
  next_.OnEvent(event);
}

}  // namespace ag::wire
