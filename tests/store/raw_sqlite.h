#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>

namespace ag::store {

// Another program that opens the file: no checks, no migrations.
class RawSqlite {
 public:
  explicit RawSqlite(const std::string& path) {
    EXPECT_EQ(sqlite3_open(path.c_str(), &connection_), SQLITE_OK) << path;
  }
  RawSqlite(const RawSqlite&) = delete;
  RawSqlite& operator=(const RawSqlite&) = delete;
  ~RawSqlite() { sqlite3_close_v2(connection_); }

  void Execute(const std::string& sql) {
    EXPECT_EQ(sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(connection_);
  }

  // All rows of the first column, one a line.
  std::string Query(const std::string& sql) {
    std::string lines;
    const auto collect = [](void* out, int, char** values, char**) {
      static_cast<std::string*>(out)->append(values[0] == nullptr ? "NULL" : values[0]).append("\n");
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(connection_, sql.c_str(), collect, &lines, nullptr), SQLITE_OK)
        << sqlite3_errmsg(connection_);
    return lines;
  }

 private:
  sqlite3* connection_ = nullptr;
};

}  // namespace ag::store
