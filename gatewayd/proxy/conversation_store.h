#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/runtime/call_on.h"
#include "gatewayd/runtime/shard.h"
#include "gatewayd/runtime/task.h"
#include "gatewayd/runtime/timing_wheel.h"
#include "gatewayd/wire/translation.h"

namespace ag::proxy {

// Where conversation state outlives the process; app/ implements it over the database. Each function is called on a
// blocking thread: Write, Delete and Trim on the writer's, Read on the reader's.
class ConversationArchive {
 public:
  struct Item {
    std::string key;
    std::string value;
    WallTime created{};
  };

  virtual ~ConversationArchive() = default;
  virtual absl::Status Write(const std::vector<Item>& items) = 0;
  virtual absl::StatusOr<std::vector<Item>> Read(const std::vector<std::string>& keys) = 0;
  virtual absl::Status Delete(const std::string& key) = 0;
  virtual absl::Status Trim(WallTime oldest, std::int64_t max_bytes) = 0;
};

struct ConversationLimits {
  std::size_t memory_bytes = 32UL * 1024 * 1024;     // of values
  std::size_t max_value_bytes = 16UL * 1024 * 1024;  // larger ones are not kept
  std::int64_t archive_bytes = 256L * 1024 * 1024;
  std::chrono::hours max_age{7 * 24};
};

// What the gateway keeps of conversations for clients whose dialect cannot carry it (TRANSLATION rows 12 and 14):
// reasoning state under tool-call ids, and finished responses under their ids. Memory first, written behind; what
// memory no longer has is read from the archive, so that a restart in the middle of a tool loop loses nothing that was
// written.
//
// Owned by the control context; shards call it from any thread by the functions marked so. A failing archive costs what
// it would have kept, and a line in the log; no request waits for a write.
class ConversationStore {
 public:
  ConversationStore(runtime::Shard& control, runtime::BlockingExecutor& writer, runtime::BlockingExecutor& reader,
                    ConversationArchive& archive, ConversationLimits limits = {});
  ~ConversationStore();

  // On a shard. State of the tool calls that is there; `call_ids` in any order.
  runtime::Task<std::vector<wire::KeptState>> FindState(std::vector<std::string> call_ids);
  // On a shard. A stored response as the dialect's codec wrote it; none when nobody stored it or it was deleted.
  runtime::Task<std::optional<std::string>> FindResponse(std::string id);
  // On a shard; returns at once.
  void KeepState(std::vector<wire::KeptState> states);
  void KeepResponse(std::string_view id, std::string value);
  // On a shard. False when there was none.
  runtime::Task<bool> DeleteResponse(std::string id);

  // On the control context. Begins trimming the archive every hour; the first time at once.
  void Start();
  // On the control context, at the end: no further trimming.
  void Stop();

 private:
  struct Entry {
    std::string key;
    std::string value;  // empty: known to be absent
  };
  using Order = std::list<Entry>;  // most recently used last

  // On the control context.
  struct Lookup {
    std::vector<ConversationArchive::Item> found;
    std::vector<std::string> missing;
  };
  Lookup LookUp(const std::vector<std::string>& keys);
  void Insert(std::string key, std::string value);
  void Keep(std::vector<ConversationArchive::Item> items);
  void Trim();

  runtime::Task<std::vector<ConversationArchive::Item>> Find(std::vector<std::string> keys);

  runtime::Shard& control_;
  runtime::BlockingExecutor& writer_;
  runtime::BlockingExecutor& reader_;
  ConversationArchive& archive_;
  const ConversationLimits limits_;
  Order order_;
  std::unordered_map<std::string_view, Order::iterator> index_;  // keys view the entries
  std::size_t bytes_ = 0;
  std::optional<runtime::Deadline> trim_timer_;
};

}  // namespace ag::proxy
