#include "gatewayd/base/status_macros.h"
#include "gatewayd/store/tables.h"

namespace ag::store {

absl::StatusOr<std::vector<RouteRow>> RouteTable::List() {
  AG_ASSIGN_OR_RETURN(
      Statement query,
      database_.Prepare(
          "SELECT pattern, preset, model, origin, position, created_ms, "
          "targets_json, options_json, condition FROM routes ORDER BY position, created_ms, pattern, condition"));
  std::vector<RouteRow> rows;
  for (;;) {
    AG_ASSIGN_OR_RETURN(const bool found, query.Step());
    if (!found) return rows;
    RouteRow& row = rows.emplace_back();
    row.pattern = query.Text(0);
    row.preset = query.Text(1);
    row.model = query.Text(2);
    row.origin = query.Text(3);
    row.position = query.Int(4);
    row.created_ms = query.Int(5);
    row.targets_json = query.Text(6);
    row.options_json = query.Text(7);
    row.condition = query.Text(8);
  }
}

absl::Status RouteTable::Put(const RouteRow& row) {
  AG_ASSIGN_OR_RETURN(
      Statement put, database_.Prepare("INSERT INTO routes(pattern, preset, model, origin, position, "
                                       "created_ms, targets_json, options_json, condition) VALUES(?,?,?,?,?,?,?,?,?)"));
  put.Bind(row.pattern).Bind(row.preset).Bind(row.model).Bind(row.origin).Bind(row.position).Bind(row.created_ms);
  put.Bind(row.targets_json).Bind(row.options_json).Bind(row.condition);
  return put.Run();
}

absl::Status RouteTable::Replace(const std::vector<RouteRow>& rows) {
  return database_.Transaction([&]() -> absl::Status {
    AG_RETURN_IF_ERROR(database_.Execute("DELETE FROM routes"));
    for (const RouteRow& row : rows) AG_RETURN_IF_ERROR(Put(row));
    return absl::OkStatus();
  });
}

}  // namespace ag::store
