#include "gatewayd/pool/limit_board.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <tuple>

namespace ag::pool {
namespace {

constexpr std::array<std::string_view, kLimitKindCount> kKinds{"requests", "tokens", "input_tokens", "output_tokens"};

// What sums of doubles may be off.
constexpr double kRounding = 1e-6;
// Milliseconds that a sample may be ahead of the clock: threads read it one after the other.
constexpr std::int64_t kSetBack = 10'000;

std::int64_t Millis(WallTime time) { return time.time_since_epoch().count(); }

WallTime FromMillis(std::int64_t ms) { return WallTime(std::chrono::milliseconds(ms)); }

}  // namespace

std::string_view NameOf(LimitKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

LimitBoard::Cell* LimitBoard::Table::Find(const ModelKey& model) {
  const std::size_t known = count.load(std::memory_order_acquire);
  for (std::size_t i = 0; i < known; ++i) {
    if (hashes[i].load(std::memory_order_relaxed) == model.hash()) return &cells[i];
  }
  return nullptr;
}

LimitBoard::Cell* LimitBoard::Find(const ModelKey& model) const {
  Table* const table = table_.load(std::memory_order_acquire);
  return table == nullptr ? nullptr : table->Find(model);
}

LimitBoard::Cell* LimitBoard::FindOrAdd(const ModelKey& model) {
  if (Cell* known = Find(model)) return known;
  const std::lock_guard lock(mutex_);
  if (Cell* known = Find(model)) return known;
  if (owned_ == nullptr) {
    owned_ = std::make_unique<Table>();
    table_.store(owned_.get(), std::memory_order_release);
  }
  const std::size_t index = owned_->count.load(std::memory_order_relaxed);
  if (index == kMaxModels) return nullptr;
  owned_->names[index] = std::string(model.name());
  owned_->hashes[index].store(model.hash(), std::memory_order_relaxed);
  owned_->count.store(index + 1, std::memory_order_release);
  return &owned_->cells[index];
}

void LimitBoard::Note(const ModelKey& model, const LimitSample& sample, WallTime now) {
  const bool known =
      std::any_of(sample.begin(), sample.end(), [](const LimitBucket& told) { return told.remaining && told.reset; });
  if (!known) return;
  Cell* const cell = FindOrAdd(model);
  if (cell == nullptr) return;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const LimitBucket& told = sample[i];
    if (!told.remaining || !told.reset) continue;
    Bucket& bucket = cell->buckets[i];
    bucket.limit.store(told.limit.value_or(kUnknown), std::memory_order_relaxed);
    bucket.remaining.store(*told.remaining, std::memory_order_relaxed);
    bucket.noted_ms.store(Millis(now), std::memory_order_relaxed);
    bucket.reset_ms.store(Millis(*told.reset), std::memory_order_relaxed);
  }
}

LimitBoard::Unanswered LimitBoard::Send(const ModelKey& model) {
  Cell* const cell = Find(model);
  return cell == nullptr ? Unanswered() : Unanswered(cell->unanswered);
}

std::optional<LimitBoard::Level> LimitBoard::LevelOf(const Cell& cell, LimitKind kind, WallTime now) {
  const Bucket& bucket = cell.buckets[static_cast<std::size_t>(kind)];
  Level level;
  level.reset_ms = bucket.reset_ms.load(std::memory_order_relaxed);
  const std::int64_t remaining = bucket.remaining.load(std::memory_order_relaxed);
  if (remaining == kUnknown || Millis(now) >= level.reset_ms) return std::nullopt;
  const std::int64_t noted_ms = bucket.noted_ms.load(std::memory_order_relaxed);
  if (noted_ms - Millis(now) > kSetBack) return std::nullopt;  // the clock was set back: nothing is known
  level.noted_ms = noted_ms;
  level.limit = bucket.limit.load(std::memory_order_relaxed);
  level.remaining = static_cast<double>(remaining);
  // How many tokens they will take is not known.
  if (kind == LimitKind::kRequests) level.remaining -= cell.unanswered.load(std::memory_order_relaxed);
  if (level.limit <= remaining || level.reset_ms <= noted_ms) return level;
  level.per_ms = static_cast<double>(level.limit - remaining) / static_cast<double>(level.reset_ms - noted_ms);
  level.remaining += level.per_ms * static_cast<double>(std::max<std::int64_t>(Millis(now) - noted_ms, 0));
  return level;
}

std::optional<WallTime> LimitBoard::ReachedUntil(const ModelKey& model, int reserve_percent, WallTime now) const {
  const Cell* const cell = Find(model);
  if (cell == nullptr) return std::nullopt;
  std::optional<WallTime> until;
  for (int kind = 0; kind < kLimitKindCount; ++kind) {
    const auto level = LevelOf(*cell, static_cast<LimitKind>(kind), now);
    if (!level) continue;
    const double kept = level->limit > 0 ? static_cast<double>(level->limit) * reserve_percent / 100 : 0;
    const double missing = kept + 1 - level->remaining;
    if (missing <= kRounding) continue;
    // Without a limit it is not known how it grows: then it is back when it is full.
    WallTime back = FromMillis(level->reset_ms);
    if (level->per_ms > 0) {
      const auto wait =
          std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil((missing - kRounding) / level->per_ms)));
      back = std::min(back, now + wait);
    }
    back = std::min<WallTime>(back, FromMillis(level->noted_ms) + kLongest);
    if (back <= now) continue;
    until = std::max(until.value_or(now), back);
  }
  return until;
}

double LimitBoard::Headroom(const ModelKey& model, WallTime now) const {
  const Cell* const cell = Find(model);
  if (cell == nullptr) return 1;
  double least = 1;
  for (int kind = 0; kind < kLimitKindCount; ++kind) {
    const auto level = LevelOf(*cell, static_cast<LimitKind>(kind), now);
    if (level && level->limit > 0) least = std::min(least, level->remaining / static_cast<double>(level->limit));
  }
  return std::max(least, 0.0);
}

std::vector<LimitLeft> LimitBoard::List(WallTime now) const {
  std::vector<LimitLeft> list;
  const std::lock_guard lock(mutex_);
  const std::size_t count = owned_ == nullptr ? 0 : owned_->count.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < count; ++i) {
    for (int kind = 0; kind < kLimitKindCount; ++kind) {
      const auto level = LevelOf(owned_->cells[i], static_cast<LimitKind>(kind), now);
      if (!level) continue;
      LimitLeft left{owned_->names[i], static_cast<LimitKind>(kind), std::nullopt,
                     std::max<std::int64_t>(static_cast<std::int64_t>(level->remaining), 0),
                     FromMillis(level->reset_ms)};
      if (level->limit != kUnknown) left.limit = level->limit;
      list.push_back(std::move(left));
    }
  }
  std::sort(list.begin(), list.end(), [](const LimitLeft& a, const LimitLeft& b) {
    return std::tie(a.model, a.kind) < std::tie(b.model, b.kind);
  });
  return list;
}

int LimitBoard::Clear(std::string_view model, WallTime now) {
  const std::lock_guard lock(mutex_);
  const std::size_t count = owned_ == nullptr ? 0 : owned_->count.load(std::memory_order_relaxed);
  int reached = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!model.empty() && owned_->names[i] != model) continue;
    if (ReachedUntil(owned_->names[i], 0, now)) ++reached;
    for (Bucket& bucket : owned_->cells[i].buckets) bucket.remaining.store(kUnknown, std::memory_order_relaxed);
  }
  return reached;
}

}  // namespace ag::pool
