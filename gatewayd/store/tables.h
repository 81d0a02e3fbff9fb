#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/store/database.h"

namespace ag::store {

// A user's route: requests whose model matches `pattern` go to `preset` (empty: unchanged) as `model` (empty: as
// asked).
struct RouteRow {
  std::string pattern;  // unique
  std::string preset;
  std::string model;
  std::string origin;  // "user", or the name of the family preset that wrote it
  std::int64_t position = 0;
  std::int64_t created_ms = 0;
};
class RouteTable {
 public:
  explicit RouteTable(Database& database) : database_(database) {}
  absl::StatusOr<std::vector<RouteRow>> List();  // by position
  absl::Status Put(const RouteRow& row);
  absl::Status PutAll(const std::vector<RouteRow>& rows);   // one transaction
  absl::StatusOr<bool> Delete(const std::string& pattern);  // false: no such pattern
  absl::Status Clear();

 private:
  Database& database_;
};

// A further client key. The key itself is never stored, only its hash.
struct ClientKeyRow {
  std::string id;
  std::string name;
  std::string sha256_hex;  // unique
  std::int64_t created_ms = 0;
};
class ClientKeyTable {
 public:
  explicit ClientKeyTable(Database& database) : database_(database) {}
  absl::StatusOr<std::vector<ClientKeyRow>> List();    // oldest first
  absl::Status Put(const ClientKeyRow& row);           // inserts or replaces by id
  absl::StatusOr<bool> Delete(const std::string& id);  // false: no such key

 private:
  Database& database_;
};

// Small facts of the daemon: master key source and fingerprint, the sealed primary key, the wanted proxy state.
class SettingTable {
 public:
  explicit SettingTable(Database& database) : database_(database) {}
  absl::StatusOr<std::optional<std::string>> Get(const std::string& name);
  absl::Status Put(const std::string& name, const std::string& value);

 private:
  Database& database_;
};

// One line of the request log, as telemetry writes and lists it. Token columns are null when unknown.
struct RequestRow {
  std::string id;
  std::int64_t started_ms = 0;
  std::string client_dialect;
  std::string operation;
  std::string model;
  std::string upstream_model;
  std::string account_id;
  std::string account_label;
  std::string upstream_dialect;
  std::string client_key_id;
  bool stream = false;
  bool translated = false;
  int status = 0;
  std::string error_kind;  // empty = fine
  std::string error_text;
  std::int64_t first_byte_us = -1;
  std::int64_t duration_us = 0;
  std::int64_t gateway_us = -1;  // the gateway's own share
  std::optional<std::int64_t> input, cache_read, cache_write, output, reasoning;
  std::string stop_reason;
  std::string attempts_json;  // array of attempts, oldest first
  std::string losses_json;
  std::string user_agent;
  std::string trace_id;
};
// The page before (before_ms, before_id), which are the last row's of the page that came before.
struct RequestFilter {
  int limit = 100;
  std::int64_t before_ms = 0;  // 0 = newest
  std::string before_id;
  std::string text;  // in model, account label or error; ASCII letters compare without case
  bool errors_only = false;
};

// Sums of one hour, model, account, dialect and key. Every request is counted in exactly one row.
struct RollupKey {
  std::int64_t hour_ms = 0;
  std::string model;
  std::string account_id;
  std::string account_label;
  std::string dialect;
  std::string client_key_id;
  friend auto operator<=>(const RollupKey&, const RollupKey&) = default;
};
struct RollupSums {
  std::int64_t requests = 0;
  std::int64_t errors = 0;
  std::int64_t input = 0, cache_read = 0, cache_write = 0, output = 0, reasoning = 0;
};
struct RollupRow {
  std::string bucket;  // what the rows are grouped by: an hour or day in RFC 3339, a model, an account's label
  RollupSums sums;
};
enum class RollupBy : std::uint8_t { kHour, kDay, kModel, kAccount };

class TrafficTable {
 public:
  explicit TrafficTable(Database& database) : database_(database) {}
  // Requests and their roll-ups in one transaction, so that sums and log agree after a crash. A request whose id is
  // already in the log is not written again, so that one odd row cannot cost a whole batch.
  absl::Status Append(const std::vector<RequestRow>& rows, const std::vector<std::pair<RollupKey, RollupSums>>& sums);
  absl::StatusOr<std::vector<RequestRow>> List(const RequestFilter& filter);  // newest first
  absl::StatusOr<std::optional<RequestRow>> Get(const std::string& id);
  // The hours that overlap [since_ms, until_ms); until_ms 0 = no end. Hours ("2026-11-01T13:00:00Z") and days
  // ("2026-11-01", UTC) come in order of time; models and accounts with the most tokens first, an account under its
  // newest label.
  absl::StatusOr<std::vector<RollupRow>> Sums(RollupBy by, std::int64_t since_ms, std::int64_t until_ms);
  // Deletes the oldest rows (started before `oldest_ms`, or beyond `max_rows`) in chunks of `chunk`, each its own
  // transaction, until the log is within bounds; returns how many went. Sums stay. Gives unused pages back to the file
  // system, a few MB a call, once they are most of the file.
  absl::StatusOr<std::int64_t> Trim(std::int64_t max_rows, std::int64_t oldest_ms, int chunk);

 private:
  absl::Status ReturnUnusedPages();
  absl::StatusOr<std::int64_t> QueryInt(std::string_view sql);

  Database& database_;
};

}  // namespace ag::store
