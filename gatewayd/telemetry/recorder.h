#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "gatewayd/runtime/call_on.h"
#include "gatewayd/runtime/shard.h"
#include "gatewayd/store/tables.h"
#include "gatewayd/telemetry/request_record.h"

namespace ag::telemetry {

// Hears of each finished request, on the control context, in order.
class RecordObserver {
 public:
  virtual ~RecordObserver() = default;
  virtual void OnRecords(const std::vector<RecordPtr>& records) = 0;
};

struct RecorderOptions {
  std::int64_t max_rows = 200'000;
  std::int64_t max_bytes = 512LL * 1024 * 1024;  // of traffic.db
  std::chrono::hours max_age{24 * 30};
  std::chrono::hours max_sums_age{24 * 800};  // so that a year can be compared with the one before
};

// Takes the records from all shards and writes them to traffic.db behind the requests. Hot path: one copy into the
// shard's own memory, one push into its single-producer ring; the control context drains the rings every 100 ms, feeds
// the observers, and hands a batch to the writer thread. A full ring or a locked log loses records (counted), never a
// request.
//
// One batch at a time is with the writer; what comes meanwhile waits, at most kMaxPending records. Records beyond that
// are dropped, oldest first, but their sums are kept and written with the next batch (so are those of a failed write):
// the log may have holes, the statistics do not lie.
class Recorder {
 public:
  static constexpr std::size_t kRingSize = 4096;  // records a shard
  static constexpr std::size_t kMaxPending = 8192;
  static constexpr std::size_t kTrimAfter = 20'000;

  // References outlive the recorder, and the writer's queued work outlives none of them. `control` is the shard of the
  // control context; `writer` has one thread, the only one that uses `table`'s connection.
  Recorder(runtime::Shard& control, runtime::ShardPool& shards, runtime::BlockingExecutor& writer,
           store::TrafficTable& table, RecorderOptions options);
  ~Recorder();

  // On the shard with that index (or on the control context with Shard::kControlIndex). What `record` views is copied.
  void Record(std::size_t shard_index, const RequestRecord& record);
  void AddObserver(RecordObserver& observer);     // control context
  void RemoveObserver(RecordObserver& observer);  // control context
  // Starts the periodic drain and the trim: at once, then each hour and after kTrimAfter records. On the control
  // context.
  void Start();
  // Ends the periodic drain, drains what is left and queues it for the writer, whose Join then waits for it. To be
  // called on the control context after the shards have ended; before the destructor if Start was called.
  void Flush();
  // Records that did not get into the log. Thread-safe.
  std::int64_t dropped() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ag::telemetry
