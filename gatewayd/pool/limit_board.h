#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/pool/model_key.h"

namespace ag::pool {

// What a provider limits, by its headers.
enum class LimitKind : std::uint8_t { kRequests, kTokens, kInputTokens, kOutputTokens };
inline constexpr int kLimitKindCount = 4;
std::string_view NameOf(LimitKind kind);  // "requests", "input_tokens", …

// One limit as a reply told it. `reset` is when it is full again.
struct LimitBucket {
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> remaining;
  std::optional<WallTime> reset;
};
using LimitSample = std::array<LimitBucket, kLimitKindCount>;  // by LimitKind

// One line for people.
struct LimitLeft {
  std::string model;
  LimitKind kind = LimitKind::kRequests;
  std::optional<std::int64_t> limit;
  std::int64_t remaining = 0;  // as it should be by now
  WallTime reset{};
};

// What is left of the provider's limits for one account (or one quota group), by model: what the latest reply said,
// grown by time and less the requests that are under way. Both providers that tell their limits refill them all the
// time and not at once, and name the time when they are full (https://docs.claude.com/en/api/rate-limits: "token bucket
// algorithm"; https://platform.openai.com/docs/guides/ rate-limits), so that what is left is known between replies.
//
// Thread-safe. Figures are relaxed atomics: a reader that meets a writer may see a limit of one reply with the rest of
// another, a choice that is made again with the next request. Only a model's first reply takes a lock.
class LimitBoard {
 public:
  // Of models beyond that nothing is kept.
  static constexpr std::size_t kMaxModels = 32;

  LimitBoard() = default;
  LimitBoard(const LimitBoard&) = delete;
  LimitBoard& operator=(const LimitBoard&) = delete;

  void Note(const ModelKey& model, const LimitSample& sample, WallTime now);
  // A request that is sent and not answered: what was told before does not know of it. Of a model of which nothing was
  // told it counts nothing. The board outlives it.
  class Unanswered {
   public:
    Unanswered() = default;
    Unanswered(Unanswered&& other) noexcept : count_(std::exchange(other.count_, nullptr)) {}
    Unanswered& operator=(Unanswered&& other) noexcept {
      Release();
      count_ = std::exchange(other.count_, nullptr);
      return *this;
    }
    ~Unanswered() { Release(); }
    // Its answer has begun, or there is none.
    void Release() {
      if (count_ != nullptr) count_->fetch_sub(1, std::memory_order_relaxed);
      count_ = nullptr;
    }

   private:
    friend class LimitBoard;
    explicit Unanswered(std::atomic<int>& count) : count_(&count) { count.fetch_add(1, std::memory_order_relaxed); }
    std::atomic<int>* count_ = nullptr;
  };
  Unanswered Send(const ModelKey& model);
  // When one more request fits within all limits and leaves `reserve_percent` of each; nothing when it fits now. What a
  // provider has said counts for kLongest: then one request may see whether it is still so.
  std::optional<WallTime> ReachedUntil(const ModelKey& model, int reserve_percent, WallTime now) const;
  // The scarcest limit's part that is left: from 0 to 1, and 1 when nothing is known.
  double Headroom(const ModelKey& model, WallTime now) const;
  // What is known and not full yet, in order of models.
  std::vector<LimitLeft> List(WallTime now) const;
  // Forgets what is known of one model, or with an empty name of all. How many models' limits were reached.
  int Clear(std::string_view model, WallTime now);

 private:
  static constexpr std::int64_t kUnknown = -1;
  static constexpr std::chrono::hours kLongest{6};  // as for every pause
  struct Bucket {
    std::atomic<std::int64_t> limit{kUnknown};
    std::atomic<std::int64_t> remaining{kUnknown};
    std::atomic<std::int64_t> noted_ms{0};
    std::atomic<std::int64_t> reset_ms{0};
  };
  // The same as plain values, grown to the present.
  struct Level {
    std::int64_t limit = kUnknown;
    double remaining = 0;
    double per_ms = 0;  // how it grows
    std::int64_t noted_ms = 0;
    std::int64_t reset_ms = 0;
  };
  struct Cell {
    std::array<Bucket, kLimitKindCount> buckets;  // by LimitKind
    std::atomic<int> unanswered{0};
  };

  struct Table {
    std::atomic<std::size_t> count{0};  // beside the hashes: most accounts are asked for few models
    std::array<std::atomic<std::uint64_t>, kMaxModels> hashes{};
    std::array<Cell, kMaxModels> cells;
    std::array<std::string, kMaxModels> names;  // under the mutex

    Cell* Find(const ModelKey& model);  // null when there is none
  };

  static std::optional<Level> LevelOf(const Cell& cell, LimitKind kind, WallTime now);
  Cell* Find(const ModelKey& model) const;
  Cell* FindOrAdd(const ModelKey& model);

  mutable std::mutex mutex_;            // whoever adds a model, or reads names
  std::unique_ptr<Table> owned_;        // under the mutex; never replaced
  std::atomic<Table*> table_{nullptr};  // the same, for readers: most providers tell nothing, and cost nothing here
};

}  // namespace ag::pool
