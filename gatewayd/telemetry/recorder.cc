#include "gatewayd/telemetry/recorder.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <optional>
#include <utility>

#include "gatewayd/base/log.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/telemetry/redaction.h"
#include "gatewayd/telemetry/spsc_ring.h"
#include "gatewayd/telemetry/usage_rollup.h"

namespace ag::telemetry {
namespace {

using RecordPtr = std::shared_ptr<const RequestRecord>;  // shared with the observers

constexpr std::chrono::milliseconds kDrainEvery{100};
constexpr std::chrono::hours kTrimEvery{1};
constexpr int kTrimChunk = 1000;
constexpr std::size_t kMaxModelName = 200;

using Ring = SpscRing<RecordPtr, Recorder::kRingSize>;

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
  std::vector<store::RequestRow> rows;
  rows.reserve(batch.records.size());
  for (const RecordPtr& record : batch.records) rows.push_back(ToRow(*record));
  const absl::Status written = table.Append(rows, batch.sums);
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
    rings.reserve(shards.size());
    for (std::size_t i = 0; i < shards.size(); ++i) rings.push_back(std::make_unique<Ring>());
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
  std::vector<std::unique_ptr<Ring>> rings;  // one a shard
  std::shared_ptr<WriterState> state = std::make_shared<WriterState>();

  // The control context's own.
  std::vector<RecordPtr> control_records;
  std::vector<RecordObserver*> observers;
  std::deque<RecordPtr> pending;  // read by the observers, not handed to the writer yet
  UsageRollup sums;               // of these, and of what the writer could not write
  std::size_t unanswered = 0;     // batches that the writer has
  SteadyTime next_trim{};
  std::optional<runtime::Deadline> timer;
};

void Recorder::Impl::Tick() {
  Collect();
  ReadOutcomes();
  if (unanswered == 0) HandOver();
  if (control.clock().Steady() >= next_trim) Trim();
  timer->Arm(kDrainEvery);
}

void Recorder::Impl::Collect() {
  std::vector<RecordPtr> fresh = std::exchange(control_records, {});
  for (const auto& ring : rings) {
    // Bounded: a busy shard must not keep the control context here.
    for (std::size_t i = 0; i < kRingSize; ++i) {
      std::optional<RecordPtr> record = ring->TryPop();
      if (!record) break;
      fresh.push_back(*std::move(record));
    }
  }
  if (fresh.empty()) return;
  fresh = InOrderOfEnd(std::move(fresh));
  for (const RecordPtr& record : fresh) sums.Add(*record);
  for (RecordObserver* observer : observers) observer->OnRecords(fresh);
  pending.insert(pending.end(), std::make_move_iterator(fresh.begin()), std::make_move_iterator(fresh.end()));
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
  batch->records.assign(std::make_move_iterator(pending.begin()), std::make_move_iterator(pending.end()));
  pending.clear();
  batch->sums = sums.Take();
  ++unanswered;
  writer.Post([batch, kept = state, &to = table] { Write(to, *batch, *kept); });
}

void Recorder::Impl::Trim() {
  next_trim = control.clock().Steady() + kTrimEvery;
  const WallTime oldest = control.clock().Now() - options.max_age;
  const std::int64_t oldest_ms = oldest.time_since_epoch().count();
  writer.Post([&from = table, max_rows = options.max_rows, oldest_ms] {
    const auto trimmed = from.Trim(max_rows, oldest_ms, kTrimChunk);
    if (!trimmed.ok()) Log(LogLevel::kError, "the request log was not trimmed: ", trimmed.status().message());
  });
}

Recorder::Recorder(runtime::Shard& control, runtime::ShardPool& shards, runtime::BlockingExecutor& writer,
                   store::TrafficTable& table, RecorderOptions options)
    : impl_(std::make_unique<Impl>(control, shards, writer, table, options)) {}

Recorder::~Recorder() = default;

void Recorder::Record(std::size_t shard_index, RequestRecord record) {
  // Here, so that observers too see only what is fit for a list.
  record.user_agent = PrintableAscii(record.user_agent, kMaxUserAgent);
  if (record.model.size() > kMaxModelName) record.model.resize(kMaxModelName);
  RecordPtr shared = std::make_shared<const RequestRecord>(std::move(record));
  if (shard_index == runtime::Shard::kControlIndex) {
    impl_->control_records.push_back(std::move(shared));
    return;
  }
  AG_CHECK(shard_index < impl_->rings.size());
  if (!impl_->rings[shard_index]->TryPush(shared)) impl_->Drop(1);
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
