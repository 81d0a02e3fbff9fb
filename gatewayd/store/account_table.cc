#include "gatewayd/store/account_table.h"

#include "gatewayd/base/log.h"
#include "gatewayd/base/status_macros.h"

namespace ag::store {

absl::StatusOr<std::vector<AccountRow>> AccountTable::List() {
  AG_ASSIGN_OR_RETURN(
      Statement query,
      database_.Prepare(
          "SELECT id, label, preset, family, endpoints_json, quirks_json, models_json, "
          "models_refreshed_ms, quota_group, project, location, credential_kind, sealed_secret, enabled, "
          "state, state_reason_json, cooldowns_json, priority, weight, position, created_ms, revision, "
          "credential_json, egress_json, limits_json, facts_json FROM accounts ORDER BY position, created_ms, id"));
  std::vector<AccountRow> rows;
  for (;;) {
    AG_ASSIGN_OR_RETURN(const bool found, query.Step());
    if (!found) return rows;
    int column = 0;
    AccountRow& row = rows.emplace_back();
    row.id = query.Text(column++);
    row.label = query.Text(column++);
    row.preset = query.Text(column++);
    row.family = query.Text(column++);
    row.endpoints_json = query.Text(column++);
    row.quirks_json = query.Text(column++);
    row.models_json = query.Text(column++);
    row.models_refreshed_ms = query.Int(column++);
    row.quota_group = query.Text(column++);
    row.project = query.Text(column++);
    row.location = query.Text(column++);
    row.credential_kind = query.Text(column++);
    row.sealed_secret = query.Text(column++);
    row.enabled = query.Int(column++) != 0;
    row.state = query.Text(column++);
    row.state_reason_json = query.Text(column++);
    row.cooldowns_json = query.Text(column++);
    row.priority = static_cast<int>(query.Int(column++));
    row.weight = static_cast<int>(query.Int(column++));
    row.position = query.Int(column++);
    row.created_ms = query.Int(column++);
    row.revision = query.Int(column++);
    row.credential_json = query.Text(column++);
    row.egress_json = query.Text(column++);
    row.limits_json = query.Text(column++);
    row.facts_json = query.Text(column++);
  }
}

absl::StatusOr<bool> AccountTable::Replaces(const AccountRow& row) {
  // Proxies have passwords too.
  AG_ASSIGN_OR_RETURN(Statement query,
                      database_.Prepare("SELECT 1 FROM accounts WHERE id = ? AND ((sealed_secret <> '' AND "
                                        "sealed_secret <> ?) OR (egress_json <> '{}' AND egress_json <> ?))"));
  return query.Bind(row.id).Bind(row.sealed_secret).Bind(row.egress_json).Step();
}

absl::Status AccountTable::Put(const AccountRow& row) {
  AG_ASSIGN_OR_RETURN(const bool replaces, Replaces(row));
  AG_ASSIGN_OR_RETURN(
      Statement put,
      database_.Prepare("INSERT OR REPLACE INTO accounts(id, label, preset, family, endpoints_json, quirks_json, "
                        "models_json, models_refreshed_ms, quota_group, project, location, credential_kind, "
                        "sealed_secret, enabled, state, state_reason_json, cooldowns_json, priority, weight, position, "
                        "created_ms, revision, credential_json, egress_json, limits_json, facts_json) "
                        "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"));
  put.Bind(row.id).Bind(row.label).Bind(row.preset).Bind(row.family).Bind(row.endpoints_json).Bind(row.quirks_json);
  put.Bind(row.models_json).Bind(row.models_refreshed_ms).Bind(row.quota_group).Bind(row.project).Bind(row.location);
  put.Bind(row.credential_kind).Bind(row.sealed_secret).Bind(row.enabled).Bind(row.state).Bind(row.state_reason_json);
  put.Bind(row.cooldowns_json).Bind(row.priority).Bind(row.weight).Bind(row.position).Bind(row.created_ms);
  put.Bind(row.revision).Bind(row.credential_json).Bind(row.egress_json).Bind(row.limits_json).Bind(row.facts_json);
  AG_RETURN_IF_ERROR(put.Run());
  // The log keeps every page as it was before.
  if (replaces && log_ == LogState::kClean) log_ = LogState::kHoldsSecrets;
  EmptyLog();
  return absl::OkStatus();
}

absl::Status AccountTable::PutCooldowns(const std::vector<AccountCooldowns>& changed) {
  AG_ASSIGN_OR_RETURN(Statement put, database_.Prepare("UPDATE accounts SET cooldowns_json = ? WHERE id = ?"));
  AG_RETURN_IF_ERROR(database_.Transaction([&]() -> absl::Status {
    for (const AccountCooldowns& one : changed) AG_RETURN_IF_ERROR(put.Bind(one.cooldowns_json).Bind(one.id).Run());
    return absl::OkStatus();
  }));
  EmptyLog();
  return absl::OkStatus();
}

absl::Status AccountTable::Reorder(const std::vector<std::string>& ids) {
  AG_RETURN_IF_ERROR(database_.Transaction([&]() -> absl::Status {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      AG_ASSIGN_OR_RETURN(Statement update, database_.Prepare("UPDATE accounts SET position = ? WHERE id = ?"));
      AG_RETURN_IF_ERROR(update.Bind(static_cast<std::int64_t>(i)).Bind(ids[i]).Run());
    }
    return absl::OkStatus();
  }));
  EmptyLog();
  return absl::OkStatus();
}

absl::Status AccountTable::Delete(const std::string& id) {
  AG_ASSIGN_OR_RETURN(Statement remove, database_.Prepare("DELETE FROM accounts WHERE id = ?"));
  AG_RETURN_IF_ERROR(remove.Bind(id).Run());
  // The write-ahead log still holds the page with the secret.
  if (log_ == LogState::kClean) log_ = LogState::kHoldsSecrets;
  EmptyLog();
  return absl::OkStatus();
}

AccountTable::~AccountTable() { EmptyLog(); }

void AccountTable::EmptyLog() {
  if (log_ == LogState::kClean) return;
  const auto emptied = database_.EmptyLog();
  if (emptied.ok() && *emptied) {
    if (log_ == LogState::kReported)
      Log(LogLevel::kInfo, "the secrets that were removed or replaced have left the disk");
    log_ = LogState::kClean;
    return;
  }
  if (log_ == LogState::kReported) return;
  log_ = LogState::kReported;
  Log(LogLevel::kWarning, "an account's secret was removed or replaced, but is still in gateway.db-wal: ",
      emptied.ok() ? "another program reads gateway.db; close it" : emptied.status().message(),
      " (tried again after each change of an account and at the end)");
}

}  // namespace ag::store
