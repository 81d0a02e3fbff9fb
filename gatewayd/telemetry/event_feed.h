#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "gatewayd/telemetry/recorder.h"

namespace ag::telemetry {

// Live monitor events for any number of watchers, each with a bounded queue. Everything on the control context.
struct FeedEvent {
  std::uint64_t sequence = 0;  // from 1, without gaps, per feed
  RecordPtr record;
};

class EventFeed final : public RecordObserver {
 public:
  static constexpr std::size_t kQueueLimit = 4096;
  static constexpr std::size_t kRecentLimit = 512;

  // A watcher's end. `on_ready` is called after each batch while events (or an overflow) are waiting; it posts and
  // returns.
  class Subscription {
   public:
    // Up to `max` events. `overflowed` is set once after events were lost: the watcher must take a new snapshot by
    // Recent(), and skip later events whose sequence that snapshot already holds.
    std::vector<FeedEvent> Take(std::size_t max, bool& overflowed);

   private:
    friend class EventFeed;
    void Offer(const FeedEvent& event);
    bool waiting() const { return overflowed_ || !queue_.empty(); }

    std::deque<FeedEvent> queue_;
    std::function<void()> on_ready_;
    bool overflowed_ = false;
  };

  std::shared_ptr<Subscription> Subscribe(std::function<void()> on_ready);
  void Unsubscribe(const std::shared_ptr<Subscription>& subscription);
  // The newest records, oldest first, and the sequence number of the last one: a watcher's first snapshot.
  std::vector<FeedEvent> Recent(std::size_t max) const;
  void OnRecords(const std::vector<RecordPtr>& records) override;

 private:
  std::vector<std::shared_ptr<Subscription>> subscriptions_;  // shared with their watchers
  std::deque<FeedEvent> recent_;
  std::uint64_t sequence_ = 0;
};

}  // namespace ag::telemetry
