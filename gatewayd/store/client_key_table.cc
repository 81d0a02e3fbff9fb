#include "gatewayd/base/status_macros.h"
#include "gatewayd/store/tables.h"

namespace ag::store {

absl::StatusOr<std::vector<ClientKeyRow>> ClientKeyTable::List() {
  AG_ASSIGN_OR_RETURN(Statement query, database_.Prepare("SELECT id, name, sha256_hex, created_ms, options_json "
                                                         "FROM client_keys ORDER BY created_ms, id"));
  std::vector<ClientKeyRow> rows;
  for (;;) {
    AG_ASSIGN_OR_RETURN(const bool found, query.Step());
    if (!found) return rows;
    ClientKeyRow& row = rows.emplace_back();
    row.id = query.Text(0);
    row.name = query.Text(1);
    row.sha256_hex = query.Text(2);
    row.created_ms = query.Int(3);
    row.options_json = query.Text(4);
  }
}

absl::Status ClientKeyTable::Put(const ClientKeyRow& row) {
  // Not OR REPLACE: that would remove another key with the same hash.
  AG_ASSIGN_OR_RETURN(Statement put,
                      database_.Prepare("INSERT INTO client_keys(id, name, sha256_hex, created_ms, options_json) "
                                        "VALUES(?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET name = excluded.name, "
                                        "sha256_hex = excluded.sha256_hex, created_ms = excluded.created_ms, "
                                        "options_json = excluded.options_json"));
  put.Bind(row.id).Bind(row.name).Bind(row.sha256_hex).Bind(row.created_ms).Bind(row.options_json);
  return put.Run();
}

absl::StatusOr<bool> ClientKeyTable::Delete(const std::string& id) {
  AG_ASSIGN_OR_RETURN(Statement remove, database_.Prepare("DELETE FROM client_keys WHERE id = ?"));
  AG_RETURN_IF_ERROR(remove.Bind(id).Run());
  return database_.changes() > 0;
}

}  // namespace ag::store
