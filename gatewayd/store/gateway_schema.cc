#include <absl/strings/str_cat.h>

#include <array>

#include "gatewayd/store/database.h"

namespace ag::store {
namespace {

// Append only: a version that has left the house never changes (tests/store/golden holds each one).
constexpr std::array<Migration, 5> kMigrations{{
    {1, R"sql(
CREATE TABLE accounts(
  id TEXT PRIMARY KEY NOT NULL,
  label TEXT NOT NULL,
  preset TEXT NOT NULL,
  family TEXT NOT NULL,
  endpoints_json TEXT NOT NULL,
  quirks_json TEXT NOT NULL,
  models_json TEXT NOT NULL,
  models_refreshed_ms INTEGER NOT NULL,
  quota_group TEXT NOT NULL,
  project TEXT NOT NULL,
  location TEXT NOT NULL,
  credential_kind TEXT NOT NULL,
  sealed_secret TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  state TEXT NOT NULL,
  state_reason_json TEXT NOT NULL,
  cooldowns_json TEXT NOT NULL,
  priority INTEGER NOT NULL,
  weight INTEGER NOT NULL,
  position INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE routes(
  pattern TEXT PRIMARY KEY NOT NULL,
  preset TEXT NOT NULL,
  model TEXT NOT NULL,
  origin TEXT NOT NULL,
  position INTEGER NOT NULL,
  created_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE settings(
  name TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) WITHOUT ROWID;
)sql"},
    {2, R"sql(
CREATE TABLE client_keys(
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  sha256_hex TEXT NOT NULL UNIQUE,
  created_ms INTEGER NOT NULL
) WITHOUT ROWID;
)sql"},
    // Accounts that sign in by other means than a key, their own way out, their owner's limits, and what was learned of
    // their providers; routes with fall-backs and conditions. JSON of the pool and of routing.
    {3, R"sql(
ALTER TABLE accounts ADD COLUMN credential_json TEXT NOT NULL DEFAULT '{}';
ALTER TABLE accounts ADD COLUMN egress_json TEXT NOT NULL DEFAULT '{}';
ALTER TABLE accounts ADD COLUMN limits_json TEXT NOT NULL DEFAULT '{}';
ALTER TABLE accounts ADD COLUMN facts_json TEXT NOT NULL DEFAULT '[]';
ALTER TABLE routes ADD COLUMN targets_json TEXT NOT NULL DEFAULT '[]';
ALTER TABLE routes ADD COLUMN options_json TEXT NOT NULL DEFAULT '{}';
)sql"},
    // Routes under a condition: the same pattern may stand once with and once without it. SQLite cannot change a
    // primary key in place.
    {4, R"sql(
CREATE TABLE conditional_routes(
  pattern TEXT NOT NULL,
  condition TEXT NOT NULL,
  preset TEXT NOT NULL,
  model TEXT NOT NULL,
  origin TEXT NOT NULL,
  position INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  targets_json TEXT NOT NULL,
  options_json TEXT NOT NULL,
  PRIMARY KEY(pattern, condition)
) WITHOUT ROWID;
INSERT INTO conditional_routes
  SELECT pattern, '', preset, model, origin, position, created_ms, targets_json, options_json FROM routes;
DROP TABLE routes;
ALTER TABLE conditional_routes RENAME TO routes;
)sql"},
    // What a client key may do, and until when.
    {5, R"sql(
ALTER TABLE client_keys ADD COLUMN options_json TEXT NOT NULL DEFAULT '{}';
)sql"},
}};

}  // namespace

std::span<const Migration> GatewayMigrations() { return kMigrations; }

absl::StatusOr<std::unique_ptr<Database>> OpenGatewayDatabase(const std::string& data_dir) {
  DatabaseOptions options;
  options.path = absl::StrCat(data_dir, "/gateway.db");
  options.application_name = "ag-gateway.gateway";
  options.durability = Durability::kFull;
  options.secure_delete = true;
  options.if_moved_away = "accounts, routes and client keys must then be added again";
  return Database::Open(options, kMigrations);
}

}  // namespace ag::store
