#include "gatewayd/store/account_event_table.h"

#include <set>

#include "gatewayd/base/status_macros.h"

namespace ag::store {

absl::Status AccountEventTable::Append(const std::vector<AccountEventRow>& rows, std::int64_t per_account,
                                       std::int64_t in_all) {
  AG_ASSIGN_OR_RETURN(
      Statement insert,
      database_.Prepare(
          "INSERT INTO account_events(account_id, time_ms, model, from_state, to_state, signal, until_ms, "
          "hint, error_kind, http_status, retry_after_ms, code, text) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)"));
  AG_ASSIGN_OR_RETURN(Statement shorten,
                      database_.Prepare("DELETE FROM account_events WHERE account_id = ?1 AND number <= (SELECT number "
                                        "FROM account_events WHERE account_id = ?1 ORDER BY number DESC LIMIT 1 "
                                        "OFFSET ?2)"));
  AG_ASSIGN_OR_RETURN(Statement trim,
                      database_.Prepare("DELETE FROM account_events WHERE number <= (SELECT number FROM account_events "
                                        "ORDER BY number DESC LIMIT 1 OFFSET ?)"));
  return database_.Transaction([&]() -> absl::Status {
    std::set<std::string> accounts;
    for (const AccountEventRow& row : rows) {
      insert.Bind(row.account_id).Bind(row.time_ms).Bind(row.model).Bind(row.from_state).Bind(row.to_state);
      insert.Bind(row.signal).Bind(row.until_ms).Bind(row.hint).Bind(row.error_kind).Bind(row.http_status);
      AG_RETURN_IF_ERROR(insert.Bind(row.retry_after_ms).Bind(row.code).Bind(row.text).Run());
      accounts.insert(row.account_id);
    }
    for (const std::string& account : accounts) {
      AG_RETURN_IF_ERROR(shorten.Bind(account).Bind(per_account).Run());
    }
    return trim.Bind(in_all).Run();
  });
}

absl::StatusOr<std::vector<AccountEventRow>> AccountEventTable::List(const std::string& account_id,
                                                                     std::int64_t limit) {
  AG_ASSIGN_OR_RETURN(
      Statement query,
      database_.Prepare("SELECT time_ms, model, from_state, to_state, signal, until_ms, hint, error_kind, http_status, "
                        "retry_after_ms, code, text FROM account_events WHERE account_id = ? ORDER BY number DESC "
                        "LIMIT ?"));
  query.Bind(account_id).Bind(limit);
  std::vector<AccountEventRow> rows;
  while (true) {
    AG_ASSIGN_OR_RETURN(const bool found, query.Step());
    if (!found) return rows;
    AccountEventRow row;
    row.account_id = account_id;
    row.time_ms = query.Int(0);
    row.model = query.Text(1);
    row.from_state = query.Text(2);
    row.to_state = query.Text(3);
    row.signal = query.Text(4);
    row.until_ms = query.Int(5);
    row.hint = query.Int(6) != 0;
    row.error_kind = query.Text(7);
    row.http_status = static_cast<int>(query.Int(8));
    row.retry_after_ms = query.OptionalInt(9);
    row.code = query.Text(10);
    row.text = query.Text(11);
    rows.push_back(std::move(row));
  }
}

absl::Status AccountEventTable::DeleteOf(const std::string& account_id) {
  AG_ASSIGN_OR_RETURN(Statement remove, database_.Prepare("DELETE FROM account_events WHERE account_id = ?"));
  return remove.Bind(account_id).Run();
}

}  // namespace ag::store
