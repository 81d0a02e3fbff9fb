#include "gatewayd/base/status_macros.h"
#include "gatewayd/store/tables.h"

namespace ag::store {

absl::StatusOr<std::optional<std::string>> SettingTable::Get(const std::string& name) {
  AG_ASSIGN_OR_RETURN(Statement query, database_.Prepare("SELECT value FROM settings WHERE name = ?"));
  AG_ASSIGN_OR_RETURN(const bool found, query.Bind(name).Step());
  if (!found) return std::optional<std::string>();
  return std::optional<std::string>(query.Text(0));
}

absl::Status SettingTable::Put(const std::string& name, const std::string& value) {
  AG_ASSIGN_OR_RETURN(Statement put, database_.Prepare("INSERT OR REPLACE INTO settings(name, value) VALUES(?,?)"));
  return put.Bind(name).Bind(value).Run();
}

}  // namespace ag::store
