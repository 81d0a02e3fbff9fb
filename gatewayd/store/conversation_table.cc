#include "gatewayd/store/conversation_table.h"

#include "gatewayd/base/status_macros.h"

namespace ag::store {

absl::Status ConversationTable::Put(const std::vector<ConversationRow>& rows) {
  AG_ASSIGN_OR_RETURN(Statement put,
                      database_.Prepare("INSERT INTO conversations(key, value, created_ms) VALUES(?,?,?) "
                                        "ON CONFLICT(key) DO UPDATE SET value = excluded.value, "
                                        "created_ms = excluded.created_ms"));
  return database_.Transaction([&]() -> absl::Status {
    for (const ConversationRow& row : rows) {
      AG_RETURN_IF_ERROR(put.Bind(row.key).Bind(row.value).Bind(row.created_ms).Run());
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<ConversationRow>> ConversationTable::Get(const std::vector<std::string>& keys) {
  AG_ASSIGN_OR_RETURN(Statement query,
                      database_.Prepare("SELECT key, value, created_ms FROM conversations WHERE key = ?"));
  std::vector<ConversationRow> rows;
  for (const std::string& key : keys) {
    query.Reset();
    AG_ASSIGN_OR_RETURN(const bool found, query.Bind(key).Step());
    if (found) rows.push_back({query.Text(0), query.Text(1), query.Int(2)});
  }
  return rows;
}

absl::StatusOr<bool> ConversationTable::Delete(const std::string& key) {
  AG_ASSIGN_OR_RETURN(Statement remove, database_.Prepare("DELETE FROM conversations WHERE key = ?"));
  AG_RETURN_IF_ERROR(remove.Bind(key).Run());
  return database_.changes() > 0;
}

absl::StatusOr<std::int64_t> ConversationTable::Trim(std::int64_t oldest_ms, std::int64_t max_bytes) {
  AG_ASSIGN_OR_RETURN(Statement expire, database_.Prepare("DELETE FROM conversations WHERE created_ms < ?"));
  AG_RETURN_IF_ERROR(expire.Bind(oldest_ms).Run());
  std::int64_t deleted = database_.changes();
  // The newest rows whose values together fit; what is older than the first that does not goes.
  AG_ASSIGN_OR_RETURN(
      Statement shorten,
      database_.Prepare("DELETE FROM conversations WHERE key IN (SELECT key FROM (SELECT key, "
                        "sum(length(value)) OVER (ORDER BY created_ms DESC, key ROWS UNBOUNDED PRECEDING) AS total "
                        "FROM conversations) WHERE total > ?)"));
  AG_RETURN_IF_ERROR(shorten.Bind(max_bytes).Run());
  deleted += database_.changes();
  return deleted;
}

}  // namespace ag::store
