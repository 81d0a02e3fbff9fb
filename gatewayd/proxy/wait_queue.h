#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gatewayd/runtime/cancel.h"
#include "gatewayd/runtime/event.h"
#include "gatewayd/runtime/shard.h"
#include "gatewayd/runtime/task.h"

namespace ag::proxy {

// Where the requests of one shard stand in line while every account that could serve them is back soon: first come,
// first served, one line for requests that the same accounts may serve. Bounded: who finds it full is refused at once,
// so that an outage costs no memory. On the shard's thread only.
class WaitQueue {
 public:
  static constexpr std::size_t kMostInLine = 256;
  static constexpr std::size_t kMostInAll = 1024;

  explicit WaitQueue(runtime::Shard& shard, std::size_t most_in_line = kMostInLine,
                     std::size_t most_in_all = kMostInAll);
  ~WaitQueue();  // must be empty (AG_CHECK)
  WaitQueue(const WaitQueue&) = delete;
  WaitQueue& operator=(const WaitQueue&) = delete;

  // A request's place, held for as long as it waits. Whoever leaves lets the next one look.
  class Place {
   public:
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    bool first() const { return *line_.begin() == this; }
    // Until there may be something to see: this place became the first, the queue was woken, `longest` is over (one
    // tick of the wheel at least), or `left` says so.
    runtime::Task<void> Wait(std::chrono::milliseconds longest, runtime::CancelSource& left);

   private:
    friend class WaitQueue;
    using Line = std::list<Place*>;
    Place(WaitQueue& queue, std::string_view key, Line& line);

    WaitQueue& queue_;
    const std::string key_;
    Line& line_;
    const Line::iterator self_;
    runtime::Event news_;
  };

  bool HasLine(std::string_view key) const;
  // The end of that line; null when it, or the queue, is full.
  std::unique_ptr<Place> Join(std::string_view key);
  // An account may serve again: the first of each line looks.
  void Wake();
  std::size_t size() const { return size_; }

 private:
  runtime::Shard& shard_;
  const std::size_t most_in_line_;
  const std::size_t most_in_all_;
  std::unordered_map<std::string, Place::Line> lines_;  // none is empty
  std::size_t size_ = 0;
};

}  // namespace ag::proxy
