#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "gatewayd/store/database.h"

namespace ag::store {

// One piece of a conversation that the gateway keeps for its clients: reasoning state under a tool call's id, or a
// finished response under its own. `key` says which; the value is the keeper's own.
struct ConversationRow {
  std::string key;
  std::string value;
  std::int64_t created_ms = 0;
};

// In traffic.db, which can be deleted: what is lost then is the thread of conversations that are under way.
class ConversationTable {
 public:
  explicit ConversationTable(Database& database) : database_(database) {}

  // Inserts or replaces by key, in one transaction.
  absl::Status Put(const std::vector<ConversationRow>& rows);
  // Those that exist, in no certain order.
  absl::StatusOr<std::vector<ConversationRow>> Get(const std::vector<std::string>& keys);
  absl::StatusOr<bool> Delete(const std::string& key);  // false: no such row
  // Deletes what was written before `oldest_ms`, then the oldest rows until at most `max_bytes` of values are left.
  // Returns how many went.
  absl::StatusOr<std::int64_t> Trim(std::int64_t oldest_ms, std::int64_t max_bytes);

 private:
  Database& database_;
};

}  // namespace ag::store
