#include <absl/strings/str_cat.h>

#include <array>

#include "gatewayd/store/database.h"

namespace ag::store {
namespace {

// Append only, as gateway_schema.cc. What is long and rarely read (bodies) never joins `requests`: lists walk it.
constexpr std::array<Migration, 6> kMigrations{{
    {1, R"sql(
CREATE TABLE requests(
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  started_ms INTEGER NOT NULL,
  client_dialect TEXT NOT NULL,
  operation TEXT NOT NULL,
  model TEXT NOT NULL,
  upstream_model TEXT NOT NULL,
  account_id TEXT NOT NULL,
  account_label TEXT NOT NULL,
  upstream_dialect TEXT NOT NULL,
  client_key_id TEXT NOT NULL,
  stream INTEGER NOT NULL,
  translated INTEGER NOT NULL,
  status INTEGER NOT NULL,
  error_kind TEXT NOT NULL,
  error_text TEXT NOT NULL,
  first_byte_us INTEGER NOT NULL,
  duration_us INTEGER NOT NULL,
  gateway_us INTEGER NOT NULL,
  input INTEGER,
  cache_read INTEGER,
  cache_write INTEGER,
  output INTEGER,
  reasoning INTEGER,
  stop_reason TEXT NOT NULL,
  attempts_json TEXT NOT NULL,
  losses_json TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  trace_id TEXT NOT NULL
);
CREATE INDEX requests_by_time ON requests(started_ms, id);
CREATE INDEX failed_requests_by_time ON requests(started_ms, id) WHERE error_kind <> '';
CREATE TABLE rollups(
  hour_ms INTEGER NOT NULL,
  model TEXT NOT NULL,
  account_id TEXT NOT NULL,
  dialect TEXT NOT NULL,
  client_key_id TEXT NOT NULL,
  account_label TEXT NOT NULL,
  requests INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  input INTEGER NOT NULL,
  cache_read INTEGER NOT NULL,
  cache_write INTEGER NOT NULL,
  output INTEGER NOT NULL,
  reasoning INTEGER NOT NULL,
  PRIMARY KEY(hour_ms, model, account_id, dialect, client_key_id)
) WITHOUT ROWID;
)sql"},
    // One tree for the log instead of four: ids sort by time, and what no list is filtered by is one text
    // (telemetry/request_row.h tells its form).
    {2, R"sql(
CREATE TABLE requests_2(
  id TEXT NOT NULL PRIMARY KEY,
  started_ms INTEGER NOT NULL,
  model TEXT NOT NULL,
  upstream_model TEXT NOT NULL,
  account_label TEXT NOT NULL,
  error_kind TEXT NOT NULL,
  error_text TEXT NOT NULL,
  details TEXT NOT NULL
) WITHOUT ROWID;
WITH lines AS (
  SELECT *, char(31) AS us, iif(json_valid(attempts_json), attempts_json, '[]') AS attempts,
    iif(json_valid(losses_json), losses_json, '[]') AS losses FROM requests)
INSERT OR IGNORE INTO requests_2
SELECT id, started_ms, model, upstream_model, account_label, error_kind, error_text,
  client_dialect || us || operation || us || iif(stream, 's', '') || iif(translated, 't', '') || us || status || us ||
  client_key_id || us || iif(first_byte_us < 0, '', first_byte_us) || us || duration_us || us ||
  max(duration_us - max(gateway_us, 0), 0) || us || ifnull(input, '') || us || ifnull(cache_read, '') || us ||
  ifnull(cache_write, '') || us || ifnull(output, '') || us || ifnull(reasoning, '') || us || stop_reason || us ||
  user_agent || us || trace_id ||
  ifnull((SELECT group_concat(
      char(29) || 'A' || us || ifnull(json_extract(value, '$.account'), '') || us ||
      ifnull(json_extract(value, '$.account_label'), '') || us || ifnull(json_extract(value, '$.model'), '') || us ||
      ifnull(json_extract(value, '$.dialect'), '') || us || ifnull(json_extract(value, '$.status'), '') || us ||
      ifnull(json_extract(value, '$.started_us'), '') || us || ifnull(json_extract(value, '$.head_us'), '') || us ||
      ifnull(json_extract(value, '$.duration_us'), '') || us || ifnull(json_extract(value, '$.connect_us'), '') || us ||
      iif(json_extract(value, '$.reused_connection'), 'r', '') || us ||
      ifnull(json_extract(value, '$.error.kind'), '') || us || ifnull(json_extract(value, '$.error.scope'), '') || us ||
      ifnull(json_extract(value, '$.error.http_status'), '') || us ||
      ifnull(json_extract(value, '$.error.retry_after_ms'), '') || us ||
      ifnull(json_extract(value, '$.error.code'), '') || us || ifnull(json_extract(value, '$.error.text'), '') || us ||
      ifnull(json_extract(value, '$.error.param'), '') || us || ifnull(json_extract(value, '$.chosen.code'), '') ||
      ifnull((SELECT group_concat(us || arg.key || us || arg.value, '')
        FROM json_each(attempt.value, '$.chosen.args') AS arg), ''), '')
    FROM json_each(attempts) AS attempt), '') ||
  ifnull((SELECT group_concat(
      char(29) || 'L' || us || ifnull(json_extract(value, '$.class'), '') || us ||
      ifnull(json_extract(value, '$.field'), '') || us || ifnull(json_extract(value, '$.reason.code'), '') ||
      ifnull((SELECT group_concat(us || arg.key || us || arg.value, '')
        FROM json_each(loss.value, '$.reason.args') AS arg), ''), '')
    FROM json_each(losses) AS loss), '')
FROM lines ORDER BY id;
DROP TABLE requests;
ALTER TABLE requests_2 RENAME TO requests;
CREATE INDEX failed_requests ON requests(id) WHERE error_kind <> '';
)sql"},
    // What the gateway keeps of conversations: reasoning state, stored responses (store/conversation_table.h).
    {3, R"sql(
CREATE TABLE conversations(
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL,
  created_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX conversations_by_time ON conversations(created_ms);
)sql"},
    // What happened to the accounts (store/account_event_table.h).
    {4, R"sql(
CREATE TABLE account_events(
  number INTEGER PRIMARY KEY,
  account_id TEXT NOT NULL,
  time_ms INTEGER NOT NULL,
  model TEXT NOT NULL,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  signal TEXT NOT NULL,
  until_ms INTEGER NOT NULL,
  hint INTEGER NOT NULL,
  error_kind TEXT NOT NULL,
  http_status INTEGER NOT NULL,
  retry_after_ms INTEGER,
  code TEXT NOT NULL,
  text TEXT NOT NULL
);
CREATE INDEX account_events_by_account ON account_events(account_id, number);
)sql"},
    // Money, in billionths of a US dollar. What was served before had no price.
    {5, R"sql(
ALTER TABLE rollups ADD COLUMN cost INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rollups ADD COLUMN unpriced INTEGER NOT NULL DEFAULT 0;
UPDATE rollups SET unpriced = requests - errors
WHERE requests > errors AND input + cache_read + cache_write + output + reasoning > 0;
)sql"},
    // Budgets count attempts. Of earlier ones only the last of each request is known.
    {6, R"sql(
ALTER TABLE rollups ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
UPDATE rollups SET attempts = requests WHERE account_id <> '';
)sql"},
}};

DatabaseOptions Options(const std::string& data_dir) {
  DatabaseOptions options;
  options.path = absl::StrCat(data_dir, "/traffic.db");
  options.application_name = "ag-gateway.traffic";
  options.durability = Durability::kNormal;
  options.if_moved_away = "only the request log and its statistics are lost, no configuration";
  return options;
}

}  // namespace

std::span<const Migration> TrafficMigrations() { return kMigrations; }

absl::StatusOr<std::unique_ptr<Database>> OpenTrafficDatabase(const std::string& data_dir) {
  return Database::Open(Options(data_dir), kMigrations);
}

absl::StatusOr<std::unique_ptr<Database>> OpenTrafficReader(const std::string& data_dir) {
  return Database::OpenReadOnly(Options(data_dir));
}

}  // namespace ag::store
