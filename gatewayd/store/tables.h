#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/store/database.h"

namespace ag::store {

// A user's route: requests whose model matches `pattern`, and that meet `condition`, go to `preset` (empty: unchanged)
// as `model` (empty: as asked). Pattern and condition together are unique.
struct RouteRow {
  std::string pattern;
  std::string preset;
  std::string model;
  std::string origin;  // "user", or the name of the family preset that wrote it
  std::int64_t position = 0;
  std::int64_t created_ms = 0;
  std::string targets_json = "[]";  // routing's own JSON: where else it may go, in order
  std::string options_json = "{}";  // routing's own JSON: what of the request it changes
  std::string condition;            // routing's own word; empty = for all requests
};
class RouteTable {
 public:
  explicit RouteTable(Database& database) : database_(database) {}
  absl::StatusOr<std::vector<RouteRow>> List();             // by position
  absl::Status Replace(const std::vector<RouteRow>& rows);  // these are all there are; one transaction

 private:
  absl::Status Put(const RouteRow& row);

  Database& database_;
};

// A further client key. The key itself is never stored, only its hash.
struct ClientKeyRow {
  std::string id;
  std::string name;
  std::string sha256_hex;  // unique
  std::int64_t created_ms = 0;
  std::string options_json = "{}";  // keys' own JSON: what it may do, and until when
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

// One line of the request log: what lists are filtered by, and the rest in telemetry's own form. Views: into the
// caller's data when written, into the caller's arena when read.
struct RequestRow {
  std::string_view id;  // unique; ids sort by time
  std::int64_t started_ms = 0;
  std::string_view model;
  std::string_view upstream_model;
  std::string_view account_label;
  std::string_view error_kind;  // empty = fine
  std::string_view error_text;
  std::string_view details;
};
struct RequestFilter {
  int limit = 100;
  std::string before_id;  // the last row's of the page that came before; empty = newest
  std::string text;       // in model, account label or error, or how an id begins; ASCII letters compare without case
  bool errors_only = false;
  std::string model;                     // as asked or upstream, the whole name; empty = any
  std::vector<std::string> error_kinds;  // any of these; empty = whatever
  std::int64_t since_ms = 0;             // began then or later
  std::int64_t until_ms = 0;             // began before; 0 = no end
  // What telemetry reads in `details`; the row's views live for the call. Empty = every row.
  std::function<bool(const RequestRow&)> wanted;
};

// Sums of one hour, model, account, dialect and key. Every request is counted in exactly one row, every attempt in its
// account's.
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
  std::int64_t cost = 0;      // billionths of a US dollar, of the requests whose price is known
  std::int64_t unpriced = 0;  // requests that used tokens of no known price
  std::int64_t attempts = 0;  // also of requests that another account served in the end
};
enum class RollupBy : std::uint8_t { kHour, kDay, kModel, kAccount, kAccountId, kClientKey, kDialect };
struct RollupRow {
  // What the rows are grouped by: an hour or day in RFC 3339, a model, an account's label or id, a client key's id, a
  // client dialect's name.
  std::string bucket;
  std::string part;  // the same of RollupQuery::split
  RollupSums sums;
  std::int64_t last_hour_ms = 0;  // the newest hour in it
};
struct RollupQuery {
  RollupBy by = RollupBy::kDay;
  std::optional<RollupBy> split = std::nullopt;  // a row for each part of each bucket
  std::int64_t since_ms = 0;                     // the hours that overlap [since_ms, until_ms)
  std::int64_t until_ms = 0;                     // 0 = no end
  // Without requests for which no account was asked, and with the accounts that were only asked in vain.
  bool served_only = false;
};

// What the traffic log may hold; the oldest lines and sums go first.
struct TrafficLimits {
  std::int64_t max_rows = 0;
  std::int64_t max_bytes = 0;       // of the file, without its write-ahead log; sums are never deleted for it
  std::int64_t oldest_ms = 0;       // lines that began before are deleted
  std::int64_t oldest_sums_ms = 0;  // as are the sums of hours before
};

class TrafficTable {
 public:
  explicit TrafficTable(Database& database) : database_(database) {}

  // Fills the next row, or returns false when there is none. Its texts must live until the next call.
  using NextRow = std::function<bool(RequestRow& row)>;
  // Requests and their roll-ups in one transaction, so that sums and log agree after a crash. A request whose id is
  // already in the log is not written again, so that one odd row cannot cost a whole batch.
  absl::Status Append(const NextRow& next, const std::vector<std::pair<RollupKey, RollupSums>>& sums);
  absl::StatusOr<std::vector<RequestRow>> List(const RequestFilter& filter, Arena& arena);  // newest first
  absl::StatusOr<std::optional<RequestRow>> Get(const std::string& id, Arena& arena);
  // Hours ("2026-11-01T13:00:00Z") and days ("2026-11-01", UTC) come in order of time; all else, and parts within
  // their bucket, with the most tokens first, an account under its newest label.
  absl::StatusOr<std::vector<RollupRow>> Sums(const RollupQuery& query);
  // The oldest hour that is counted; nothing when none is.
  absl::StatusOr<std::optional<std::int64_t>> OldestSums();
  // Deletes the oldest lines in chunks of `chunk`, each its own transaction, until the log is within its limits, and
  // old sums; returns how many lines went. Gives unused pages back to the file system where the file is too large with
  // them, and a few MB a call once they are most of it.
  absl::StatusOr<std::int64_t> Trim(const TrafficLimits& limits, int chunk);

 private:
  absl::Status DeleteOlder(std::int64_t oldest_ms, std::int64_t chunk);
  absl::Status DeleteOldest(std::int64_t count);
  absl::Status ShrinkTo(std::int64_t max_bytes, std::int64_t chunk);
  absl::Status ReturnUnusedPages();
  absl::StatusOr<std::int64_t> QueryInt(std::string_view sql);

  Database& database_;
  // Prepared with the first batch, for the connection's life.
  std::optional<Statement> insert_;
  std::optional<Statement> upsert_;
  std::optional<std::int64_t> rows_;  // in the log; counted by the first Trim
};

}  // namespace ag::store
