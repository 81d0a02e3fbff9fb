#include "gatewayd/proxy/wait_queue.h"

#include <utility>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/runtime/timing_wheel.h"

namespace ag::proxy {

WaitQueue::WaitQueue(runtime::Shard& shard, std::size_t most_in_line, std::size_t most_in_all)
    : shard_(shard), most_in_line_(most_in_line), most_in_all_(most_in_all) {}

WaitQueue::~WaitQueue() { AG_CHECK(lines_.empty()); }

WaitQueue::Place::Place(WaitQueue& queue, std::string_view key, Line& line)
    : queue_(queue), key_(key), line_(line), self_(line.insert(line.end(), this)), news_(queue.shard_.executor()) {}

WaitQueue::Place::~Place() {
  const bool was_first = first();
  line_.erase(self_);
  --queue_.size_;
  if (line_.empty()) {
    queue_.lines_.erase(key_);
  } else if (was_first) {
    line_.front()->news_.Set();
  }
}

runtime::Task<void> WaitQueue::Place::Wait(std::chrono::milliseconds longest, runtime::CancelSource& left) {
  if (left.cancelled()) co_return;
  runtime::Deadline timer(queue_.shard_.wheel(), [this] { news_.Set(); });
  const runtime::CancelSource::Hook hook(&left, [this] { news_.Set(); });
  timer.Arm(longest);
  co_await news_.Wait();
  news_.Clear();
}

bool WaitQueue::HasLine(std::string_view key) const { return lines_.contains(std::string(key)); }

std::unique_ptr<WaitQueue::Place> WaitQueue::Join(std::string_view key) {
  if (size_ >= most_in_all_) return nullptr;
  const auto found = lines_.find(std::string(key));
  if (found != lines_.end() && found->second.size() >= most_in_line_) return nullptr;
  Place::Line& line = found != lines_.end() ? found->second : lines_[std::string(key)];
  ++size_;
  return std::unique_ptr<Place>(new Place(*this, key, line));
}

void WaitQueue::Wake() {
  for (auto& [key, line] : lines_) line.front()->news_.Set();
}

}  // namespace ag::proxy
