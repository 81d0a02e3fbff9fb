#include "gatewayd/telemetry/event_feed.h"

#include <algorithm>
#include <utility>

namespace ag::telemetry {

std::vector<FeedEvent> EventFeed::Subscription::Take(std::size_t max, bool& overflowed) {
  overflowed = std::exchange(overflowed_, false);
  const auto count = static_cast<std::ptrdiff_t>(std::min(max, queue_.size()));
  std::vector<FeedEvent> events(std::make_move_iterator(queue_.begin()),
                                std::make_move_iterator(queue_.begin() + count));
  queue_.erase(queue_.begin(), queue_.begin() + count);
  return events;
}

std::shared_ptr<EventFeed::Subscription> EventFeed::Subscribe(std::function<void()> on_ready) {
  auto subscription = std::make_shared<Subscription>();
  subscription->on_ready_ = std::move(on_ready);
  subscriptions_.push_back(subscription);
  return subscription;
}

void EventFeed::Unsubscribe(const std::shared_ptr<Subscription>& subscription) {
  std::erase(subscriptions_, subscription);
  subscription->on_ready_ = nullptr;
}

std::vector<FeedEvent> EventFeed::Recent(std::size_t max) const {
  const auto count = static_cast<std::ptrdiff_t>(std::min(max, recent_.size()));
  return {recent_.end() - count, recent_.end()};
}

void EventFeed::OnRecords(const std::vector<RecordPtr>& records) {
  for (const auto& subscription : subscriptions_) {
    for (std::size_t i = 0; i < records.size(); ++i) subscription->Offer({sequence_ + i + 1, records[i]});
  }
  const std::size_t passed = records.size() - std::min(records.size(), kRecentLimit);  // a large batch's beginning
  for (std::size_t i = passed; i < records.size(); ++i) recent_.push_back({sequence_ + i + 1, records[i]});
  sequence_ += records.size();
  const std::size_t excess = recent_.size() - std::min(recent_.size(), kRecentLimit);
  recent_.erase(recent_.begin(), recent_.begin() + static_cast<std::ptrdiff_t>(excess));
  // A copy: a watcher may end its subscription in its call.
  const auto watchers = subscriptions_;
  for (const auto& watcher : watchers) {
    if (watcher->on_ready_ && watcher->waiting()) watcher->on_ready_();
  }
}

void EventFeed::Subscription::Offer(const FeedEvent& event) {
  if (overflowed_) return;  // its next snapshot will hold it
  if (queue_.size() < kQueueLimit) {
    queue_.push_back(event);
    return;
  }
  queue_.clear();
  overflowed_ = true;
}

}  // namespace ag::telemetry
