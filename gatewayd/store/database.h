#pragma once

#include <absl/status/statusor.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// SQLite. The only module that knows sqlite3.h. Every call blocks: run it by runtime::OnBlocking or at start.
namespace ag::store {

class Statement;

struct Migration {
  int version = 0;  // 1, 2, 3 … without gaps; append only
  std::string_view sql;
};

enum class Durability : std::uint8_t { kFull, kNormal };

struct DatabaseOptions {
  std::string path;              // file, 0600
  std::string application_name;  // stored as application_id hash: a foreign database is refused untouched
  Durability durability = Durability::kNormal;
  bool secure_delete = false;  // deleted rows are overwritten, and Open empties the log that an earlier run left
  std::chrono::milliseconds busy_timeout{5'000};  // how long a call waits for another connection's lock
  std::string if_moved_away;  // what starting without this file would cost, for the error that proposes it
};

// One connection. Not thread-safe: one writer connection and two readers each belong to their executor. Failures are
// kInternal with a sentence that names the file; no bound value gets into it.
class Database {
 public:
  // Opens or creates, checks that it is ours and not newer than `migrations`, migrates in one transaction each. WAL,
  // foreign keys, busy time-out 5 s. Errors name the file, say what is wrong and what to do; nothing is overwritten.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const DatabaseOptions& options,
                                                        std::span<const Migration> migrations);
  // A further connection to a database that Open has made; never creates or migrates.
  static absl::StatusOr<std::unique_ptr<Database>> OpenReadOnly(const DatabaseOptions& options);
  ~Database();

  absl::Status Execute(std::string_view sql);
  absl::StatusOr<Statement> Prepare(std::string_view sql);
  // Runs `work` in BEGIN IMMEDIATE … COMMIT; rolls back when it fails. Does not nest.
  absl::Status Transaction(const std::function<absl::Status()>& work);
  // Folds the write-ahead log into the file and empties it: until then it holds what was deleted or replaced. False
  // when another connection uses the log; never waits for it.
  absl::StatusOr<bool> EmptyLog();
  int schema_version() const { return schema_version_; }
  std::int64_t changes() const;  // rows that the last INSERT, UPDATE or DELETE touched

  struct Impl;  // private to store/

 private:
  explicit Database(std::unique_ptr<Impl> impl);
  static absl::StatusOr<std::unique_ptr<Database>> Connect(const DatabaseOptions& options, int flags);
  absl::Status SetUp(const DatabaseOptions& options);
  std::unique_ptr<Impl> impl_;
  int schema_version_ = 0;
};

// A prepared statement: Bind in order, then Step until it says false. Columns are valid until the next Step. A failed
// Bind shows in the next Step. It must not be used after its database has gone (destroying it then is fine).
class Statement {
 public:
  ~Statement();
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;

  Statement& Bind(int value);  // and bool
  Statement& Bind(std::int64_t value);
  Statement& Bind(double value);
  Statement& Bind(std::string_view text);
  Statement& BindView(std::string_view text);  // not copied: must live until the statement has run
  Statement& Bind(std::optional<std::int64_t> value);
  Statement& BindNull();
  absl::StatusOr<bool> Step();  // true = a row is there
  absl::Status Run();           // Step to the end, then Reset
  void Reset();

  std::int64_t Int(int column) const;
  std::optional<std::int64_t> OptionalInt(int column) const;
  double Real(int column) const;
  std::string Text(int column) const;
  std::string_view View(int column) const;

 private:
  friend class Database;
  struct Impl;
  explicit Statement(std::unique_ptr<Impl> impl);
  Statement& Bound(int code);
  std::unique_ptr<Impl> impl_;
};

// gateway.db: accounts, routes, client keys, settings of the daemon; synchronous=FULL, secure_delete. traffic.db:
// request log and roll-ups; synchronous=NORMAL: a power cut may lose the last requests, never the file.
std::span<const Migration> GatewayMigrations();
std::span<const Migration> TrafficMigrations();
absl::StatusOr<std::unique_ptr<Database>> OpenGatewayDatabase(const std::string& data_dir);
absl::StatusOr<std::unique_ptr<Database>> OpenTrafficDatabase(const std::string& data_dir);
// A read-only connection beside the writer's, for lists and sums.
absl::StatusOr<std::unique_ptr<Database>> OpenTrafficReader(const std::string& data_dir);

}  // namespace ag::store
