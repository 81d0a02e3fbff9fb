#include "gatewayd/wire/stop_filter.h"

#include <algorithm>

namespace ag::wire {
namespace {

// Length of the longest end of `text` that begins `stop`.
std::size_t Overlap(std::string_view text, std::string_view stop) {
  for (std::size_t length = std::min(text.size(), stop.size() - 1); length > 0; --length) {
    if (text.substr(text.size() - length) == stop.substr(0, length)) return length;
  }
  return 0;
}

}  // namespace

void StopFilter::OnEvent(const StreamEvent& event) {
  if (stop_.empty()) return next_.OnEvent(event);
  if (matched()) {
    if (std::holds_alternative<UsageUpdate>(event)) next_.OnEvent(event);
    if (std::holds_alternative<Completed>(event)) Finish();
    return;
  }
  if (const auto* begin = std::get_if<PartBegin>(&event)) {
    if (begin->kind == PartKind::kText) text_part_ = begin->index;
  } else if (const auto* delta = std::get_if<TextDelta>(&event)) {
    if (delta->index == text_part_) return OnText(*delta);
  } else if (const auto* end = std::get_if<PartEnd>(&event)) {
    if (end->index == text_part_) {
      Release(held_.size());
      text_part_ = -1;
    }
  }
  next_.OnEvent(event);
}

void StopFilter::Finish() {
  Finished finished;
  finished.reason = StopReason::kStopSequence;
  finished.stop_sequence = matched_;
  next_.OnEvent(finished);
  next_.OnEvent(Completed{});
}

void StopFilter::Release(std::size_t bytes) {
  if (bytes > 0) next_.OnEvent(TextDelta{text_part_, std::string_view(held_).substr(0, bytes)});
  held_.erase(0, bytes);
}

void StopFilter::OnText(const TextDelta& delta) {
  held_.append(delta.text);
  std::size_t first = std::string::npos;
  std::size_t overlap = 0;
  for (const std::string_view stop : stop_) {
    const std::size_t at = held_.find(stop);
    if (at < first) {
      first = at;
      matched_ = stop;
    }
    overlap = std::max(overlap, Overlap(held_, stop));
  }
  if (first == std::string::npos) return Release(held_.size() - overlap);
  Release(first);
  next_.OnEvent(PartEnd{text_part_});
}

}  // namespace ag::wire
