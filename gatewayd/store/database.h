#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

// SQLite. The only module that knows sqlite3.h. Every call blocks: run it by runtime::OnBlocking or at start.
namespace ag::store {

class Statement;

struct Migration {
  int version = 0;         // 1, 2, 3 … without gaps; append only
  std::string_view sql;
};

enum class Durability : std::uint8_t { kFull, kNormal };

struct DatabaseOptions {
  std::string path;                 // file, 0600
  std::string application_name;     // stored as application_id hash: a foreign database is refused untouched
  Durability durability = Durability::kNormal;
  bool secure_delete = false;
};

// One connection. Not thread-safe: one writer connection and two readers each belong to their executor.
class Database {
 public:
  // Opens or creates, checks that it is ours and not newer than `migrations`, migrates in one transaction each. WAL,
  // foreign keys, busy time-out 5 s. Errors name the file, say what is wrong and what to do; nothing is overwritten.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const DatabaseOptions& options,
                                                        std::span<const Migration> migrations);
  static absl::StatusOr<std::unique_ptr<Database>> OpenReadOnly(const DatabaseOptions& options);
  ~Database();

  absl::Status Execute(std::string_view sql);
  absl::StatusOr<Statement> Prepare(std::string_view sql);
  // Runs `work` in BEGIN IMMEDIATE … COMMIT; rolls back when it fails.
  absl::Status Transaction(const std::function<absl::Status()>& work);
  int schema_version() const { return schema_version_; }
  std::int64_t changes() const;

 private:
  friend class Statement;
  struct Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
  int schema_version_ = 0;
};

// A prepared statement: Bind in order, then Step until it says false. Columns are valid until the next Step.
class Statement {
 public:
  ~Statement();
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;

  Statement& Bind(std::int64_t value);
  Statement& Bind(double value);
  Statement& Bind(std::string_view text);
  Statement& Bind(std::optional<std::int64_t> value);
  Statement& BindNull();
  absl::StatusOr<bool> Step();  // true = a row is there
  absl::Status Run();           // Step to the end, then Reset
  void Reset();

  std::int64_t Int(int column) const;
  std::optional<std::int64_t> OptionalInt(int column) const;
  double Real(int column) const;
  std::string Text(int column) const;

 private:
  friend class Database;
  struct Impl;
  explicit Statement(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// gateway.db: accounts, routes, client keys, settings of the daemon. traffic.db: request log and roll-ups.
std::span<const Migration> GatewayMigrations();
std::span<const Migration> TrafficMigrations();
absl::StatusOr<std::unique_ptr<Database>> OpenGatewayDatabase(const std::string& data_dir);
absl::StatusOr<std::unique_ptr<Database>> OpenTrafficDatabase(const std::string& data_dir);

}  // namespace ag::store
