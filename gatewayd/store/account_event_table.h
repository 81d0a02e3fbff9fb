#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gatewayd/store/database.h"

namespace ag::store {

// One transition of an account's state. Names are the pool's.
struct AccountEventRow {
  std::string account_id;
  std::int64_t time_ms = 0;
  std::string model;  // empty = the whole account
  std::string from_state;
  std::string to_state;
  std::string signal;
  std::int64_t until_ms = 0;  // 0 = nothing ends it by itself
  bool hint = false;
  std::string error_kind;  // empty = no failure behind it
  int http_status = 0;
  std::optional<std::int64_t> retry_after_ms;  // as the provider stated it
  std::string code;
  std::string text;
};

// In traffic.db, which can be deleted: what is lost then is the story, not the state.
class AccountEventTable {
 public:
  explicit AccountEventTable(Database& database) : database_(database) {}

  // Appends in one transaction and deletes the oldest beyond `per_account` of the accounts that it concerns, and beyond
  // `in_all`.
  absl::Status Append(const std::vector<AccountEventRow>& rows, std::int64_t per_account, std::int64_t in_all);
  // Newest first.
  absl::StatusOr<std::vector<AccountEventRow>> List(const std::string& account_id, std::int64_t limit);
  absl::Status DeleteOf(const std::string& account_id);

 private:
  Database& database_;
};

}  // namespace ag::store
