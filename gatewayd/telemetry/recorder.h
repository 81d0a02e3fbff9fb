#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
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
  virtual void OnRecords(const std::vector<std::shared_ptr<const RequestRecord>>& records) = 0;
};

struct RecorderOptions {
  std::int64_t max_rows = 200'000;
  std::chrono::hours max_age{24 * 30};
};

// Takes the records from all shards and writes them to traffic.db behind the requests. Hot path: one push into the
// shard's own single-producer ring; the control context drains the rings every 100 ms, feeds the observers, and hands a
// batch to the writer thread. A full ring or a locked log loses records (counted), never a request.
class Recorder {
 public:
  // References outlive the recorder. `control` is the shard of the control context.
  Recorder(runtime::Shard& control, runtime::ShardPool& shards, runtime::BlockingExecutor& writer,
           store::TrafficTable& table, RecorderOptions options);
  ~Recorder();

  // On the shard with that index (or on the control context with Shard::kControlIndex).
  void Record(std::size_t shard_index, RequestRecord record);
  void AddObserver(RecordObserver& observer);     // control context
  void RemoveObserver(RecordObserver& observer);  // control context
  // Starts the periodic drain. On the control context.
  void Start();
  // Drains what is left and writes it; to be called on the control context after the shards have ended.
  void Flush();
  std::int64_t dropped() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

store::RequestRow ToRow(const RequestRecord& record);

}  // namespace ag::telemetry
