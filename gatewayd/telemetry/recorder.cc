#include "gatewayd/telemetry/recorder.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "gatewayd/base/log.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/telemetry/record_keeper.h"
#include "gatewayd/telemetry/request_row.h"
#include "gatewayd/telemetry/spsc_ring.h"
#include "gatewayd/telemetry/usage_rollup.h"

namespace ag::telemetry {
namespace {

constexpr std::chrono::milliseconds kDrainEvery{100};
constexpr std::chrono::hours kTrimEvery{1};
constexpr int kTrimChunk = 1000;
// A batch gives way to others that want its core about so often, each time perhaps for a tick of 4 ms: it is written
// before the next one comes.
constexpr std::size_t kBreaks = 20;
constexpr std::size_t kFewestRows = 32;  // between two of them; some tens of microseconds

// One shard's end.
struct Lane {
  RecordKeeper keeper;
  SpscRing<RecordPtr, Recorder::kRingSize> ring;
};

// What the writer thread says of one batch: nothing, or the sums that it could not write.
struct Outcome {
  std::int64_t rows_lost = 0;
  UsageRollup::Rows sums_lost;
};

// Lives until the last batch is written, so shared with the writer's work.
struct WriterState {
  SpscRing<Outcome, 16> outcomes;  // from the writer to the control context; at most one batch and the last are unread
  std::atomic<std::int64_t> dropped{0};
};

struct Batch {
  std::vector<RecordPtr> records;
  UsageRollup::Rows sums;
};

// The rings come one after the other; people read by time. Records that ended together keep their order.
std::vector<RecordPtr> InOrderOfEnd(std::vector<RecordPtr> records) {
  using Key = std::pair<std::chrono::sys_time<std::chrono::microseconds>, std::size_t>;
  std::vector<Key> keys;
  keys.reserve(records.size());
  for (const RecordPtr& record : records) keys.emplace_back(record->started + record->duration, keys.size());
  std::sort(keys.begin(), keys.end());
  std::vector<RecordPtr> sorted;
  sorted.reserve(records.size());
  for (const auto& [end, index] : keys) sorted.push_back(std::move(records[index]));
  return sorted;
}

// On the writer thread.
void Write(store::TrafficTable& table, const Batch& batch, WriterState& state) {
  std::string details;
  const std::size_t at_once = std::max(kFewestRows, batch.records.size() / kBreaks);
  std::size_t taken = 0;
  const auto next = [&](store::RequestRow& row) {
    if (taken == batch.records.size()) return false;
    // The kernel would let it run to the next tick while requests wait for that core.
    if (taken % at_once == at_once - 1) std::this_thread::yield();
    row = ToRow(*batch.records[taken++], details);
    return true;
  };
  const absl::Status written = table.Append(next, batch.sums);
  Outcome outcome;
  if (!written.ok()) {
    Log(LogLevel::kError, "the request log was not written (", batch.records.size(), " requests): ", written.message());
    outcome.rows_lost = static_cast<std::int64_t>(batch.records.size());
    outcome.sums_lost = batch.sums;
    state.dropped.fetch_add(outcome.rows_lost, std::memory_order_relaxed);
  }
  AG_CHECK(state.outcomes.TryPush(outcome));
}

}  // namespace

struct Recorder::Impl {
  Impl(runtime::Shard& control_shard, runtime::ShardPool& shards, runtime::BlockingExecutor& writer_thread,
       store::TrafficTable& traffic, RecorderOptions limits)
      : control(control_shard), writer(writer_thread), table(traffic), options(limits) {
    lanes.reserve(shards.size());
    for (std::size_t i = 0; i < shards.size(); ++i) lanes.push_back(std::make_unique<Lane>());
  }

  void Tick();
  void Collect();
  void ReadOutcomes();
  void HandOver();
  void Trim();
  void Drop(std::size_t count) {
    state->dropped.fetch_add(static_cast<std::int64_t>(count), std::memory_order_relaxed);
  }

  runtime::Shard& control;
  runtime::BlockingExecutor& writer;
  store::TrafficTable& table;
  const RecorderOptions options;
  std::vector<std::unique_ptr<Lane>> lanes;  // one a shard
  std::shared_ptr<WriterState> state = std::make_shared<WriterState>();

  // The control context's own.
  RecordKeeper control_keeper;
  std::vector<RecordPtr> control_records;
  std::vector<RecordObserver*> observers;
  std::vector<RecordPtr> pending;  // read by the observers, not handed to the writer yet
  UsageRollup sums;                // of these, and of what the writer could not write
  std::size_t unanswered = 0;      // batches that the writer has
  std::size_t since_trim = 0;      // records handed to the writer
  SteadyTime next_trim{};
  std::optional<runtime::Deadline> timer;
};

void Recorder::Impl::Tick() {
  Collect();
  ReadOutcomes();
  if (unanswered == 0) HandOver();
  if (control.clock().Steady() >= next_trim || since_trim >= kTrimAfter) Trim();
  timer->Arm(kDrainEvery);
}

void Recorder::Impl::Collect() {
  std::vector<RecordPtr> fresh = std::exchange(control_records, {});
  for (const auto& lane : lanes) {
    // Bounded: a busy shard must not keep the control context here.
    for (std::size_t i = 0; i < kRingSize; ++i) {
      std::optional<RecordPtr> record = lane->ring.TryPop();
      if (!record) break;
      fresh.push_back(*std::move(record));
    }
  }
  if (fresh.empty()) return;
  fresh = InOrderOfEnd(std::move(fresh));
  for (const RecordPtr& record : fresh) sums.Add(*record);
  for (RecordObserver* observer : observers) observer->OnRecords(fresh);
  if (pending.empty()) {
    pending = std::move(fresh);
  } else {
    pending.insert(pending.end(), std::make_move_iterator(fresh.begin()), std::make_move_iterator(fresh.end()));
  }
  if (pending.size() <= kMaxPending) return;
  // The log is stuck. The oldest lines go; their sums stay and are written with the next batch.
  const std::size_t excess = pending.size() - kMaxPending;
  pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(excess));
  Drop(excess);
}

void Recorder::Impl::ReadOutcomes() {
  while (std::optional<Outcome> outcome = state->outcomes.TryPop()) {
    sums.Merge(outcome->sums_lost);
    --unanswered;
  }
}

void Recorder::Impl::HandOver() {
  if (pending.empty() && sums.empty()) return;
  auto batch = std::make_shared<Batch>();  // shared: Asio may copy the work
  batch->records = std::exchange(pending, {});
  since_trim += batch->records.size();
  batch->sums = sums.Take();
  ++unanswered;
  writer.Post([batch, kept = state, &to = table] { Write(to, *batch, *kept); });
}

void Recorder::Impl::Trim() {
  next_trim = control.clock().Steady() + kTrimEvery;
  since_trim = 0;
  store::TrafficLimits limits;
  limits.max_rows = options.max_rows;
  limits.max_bytes = options.max_bytes;
  limits.oldest_ms = (control.clock().Now() - options.max_age).time_since_epoch().count();
  limits.oldest_sums_ms = (control.clock().Now() - options.max_sums_age).time_since_epoch().count();
  writer.Post([&from = table, limits] {
    const auto trimmed = from.Trim(limits, kTrimChunk);
    if (!trimmed.ok()) Log(LogLevel::kError, "the request log was not trimmed: ", trimmed.status().message());
  });
}

Recorder::Recorder(runtime::Shard& control, runtime::ShardPool& shards, runtime::BlockingExecutor& writer,
                   store::TrafficTable& table, RecorderOptions options)
    : impl_(std::make_unique<Impl>(control, shards, writer, table, options)) {}

Recorder::~Recorder() = default;

void Recorder::Record(std::size_t shard_index, const RequestRecord& record) {
  if (shard_index == runtime::Shard::kControlIndex) {
    impl_->control_records.push_back(impl_->control_keeper.Keep(record));
    return;
  }
  AG_CHECK(shard_index < impl_->lanes.size());
  Lane& lane = *impl_->lanes[shard_index];
  RecordPtr kept = lane.keeper.Keep(record);
  if (!lane.ring.TryPush(kept)) impl_->Drop(1);
}

void Recorder::AddObserver(RecordObserver& observer) { impl_->observers.push_back(&observer); }

void Recorder::RemoveObserver(RecordObserver& observer) { std::erase(impl_->observers, &observer); }

void Recorder::Start() {
  impl_->next_trim = impl_->control.clock().Steady();
  impl_->timer.emplace(impl_->control.wheel(), [impl = impl_.get()] { impl->Tick(); });
  impl_->timer->Arm(kDrainEvery);
}

void Recorder::Flush() {
  impl_->timer.reset();
  impl_->Collect();
  impl_->ReadOutcomes();
  impl_->HandOver();
}

std::int64_t Recorder::dropped() const { return impl_->state->dropped.load(std::memory_order_relaxed); }

}  // namespace ag::telemetry
