#pragma once

#include <absl/status/status.h>
#include <sqlite3.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "gatewayd/store/database.h"

// What database.cc and statement.cc share; private to store/.
namespace ag::store {

struct CloseConnection {
  // close_v2 waits for statements that are finalized later.
  void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

struct Database::Impl {
  std::string path;
  std::string if_moved_away;
  std::chrono::milliseconds busy_timeout{};
  std::unique_ptr<sqlite3, CloseConnection> connection;
};

struct Statement::Impl {
  Database::Impl* database = nullptr;
  std::unique_ptr<sqlite3_stmt, FinalizeStatement> statement;
  int next_parameter = 1;
  int bind_error = SQLITE_OK;
};

// The connection's last failure as a sentence: the file, what is wrong and, where the user can help it, what to do.
absl::Status SqliteError(const Database::Impl& database, int code, std::string_view doing);

}  // namespace ag::store
