#include <absl/strings/str_cat.h>

#include <array>

#include "gatewayd/store/database.h"

namespace ag::store {
namespace {

// Append only, as gateway_schema.cc. What is long and rarely read (bodies) never joins `requests`: lists walk it.
constexpr std::array<Migration, 1> kMigrations{{
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
