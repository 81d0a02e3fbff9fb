#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "gatewayd/store/database.h"

namespace ag::store {

// One stored account. The `…_json` columns are the pool's own JSON: the store keeps them as they are. Secrets arrive
// sealed.
struct AccountRow {
  std::string id;
  std::string label;
  std::string preset;
  std::string family;
  std::string endpoints_json;
  std::string quirks_json;
  std::string models_json;
  std::int64_t models_refreshed_ms = 0;  // 0 = never
  std::string quota_group;
  std::string project;
  std::string location;
  std::string credential_kind;
  std::string sealed_secret;
  std::string credential_json = "{}";  // what of the credential is no secret
  bool enabled = true;
  std::string state;
  std::string state_reason_json;
  std::string cooldowns_json;
  std::string egress_json = "{}";  // its own way out
  std::string limits_json = "{}";  // the owner's budgets and reserve
  std::string facts_json = "[]";   // learned from definitive answers
  int priority = 0;
  int weight = 1;
  std::int64_t position = 0;  // the user's order
  std::int64_t created_ms = 0;
  std::int64_t revision = 1;
};

struct AccountCooldowns {
  std::string id;
  std::string cooldowns_json;
};

class AccountTable {
 public:
  explicit AccountTable(Database& database) : database_(database) {}
  AccountTable(const AccountTable&) = delete;
  AccountTable& operator=(const AccountTable&) = delete;
  // Tries once more to empty the log, where that is still due.
  ~AccountTable();

  absl::StatusOr<std::vector<AccountRow>> List();  // by position
  // Inserts or replaces by id; a secret that is replaced is treated as Delete's.
  absl::Status Put(const AccountRow& row);
  // Only that column, of those that exist; one transaction.
  absl::Status PutCooldowns(const std::vector<AccountCooldowns>& changed);
  // Leaves nothing of the row in the file, nor in its write-ahead log. While another program reads the file, the log
  // keeps the secret: that is logged, and tried again after each change. OK once the row is gone.
  absl::Status Delete(const std::string& id);
  // Positions by this order of ids, 0 first; one transaction.
  absl::Status Reorder(const std::vector<std::string>& ids);

 private:
  enum class LogState : std::uint8_t { kClean, kHoldsSecrets, kReported };
  // True if a secret of the stored row is not one of this.
  absl::StatusOr<bool> Replaces(const AccountRow& row);
  // Empties the log where that is due.
  void EmptyLog();

  Database& database_;
  LogState log_ = LogState::kClean;
};

}  // namespace ag::store
