#include "gatewayd/store/database.h"

#include <absl/strings/str_cat.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/store/sqlite_handle.h"

namespace ag::store {
namespace {

// https://www.sqlite.org/fileformat2.html#the_database_header
constexpr int kHeaderBytes = 100;
constexpr std::size_t kApplicationIdOffset = 68;
constexpr std::string_view kMagic("SQLite format 3\0", 16);
// Up to here a whole check costs milliseconds; larger files are checked by header, schema and root pages only.
constexpr off_t kFullCheckBytes = 4 << 20;

enum class Presence : std::uint8_t { kNew, kOurs };

absl::Status Refuse(const std::string& path, std::string_view what) {
  return MakeError(ErrorKind::kInternal, absl::StrCat("Database ", path, " ", ToAbsl(what)));
}

absl::Status RefuseErrno(const std::string& path, std::string_view what, int error) {
  return Refuse(path, absl::StrCat(ToAbsl(what), ": ", std::strerror(error),
                                   ". Check the owner and the permissions of the file and of its folder"));
}

std::string DamagedText(const std::string& if_moved_away, std::string_view detail) {
  std::string text =
      absl::StrCat("is damaged (", ToAbsl(detail), "). It was left as it is: put a backup in its place, ",
                   "or move it away (with its -wal and -shm files) to start with an empty one");
  if (!if_moved_away.empty()) absl::StrAppend(&text, "; ", if_moved_away);
  return text;
}

// FNV-1a; positive, so that it reads the same as a signed PRAGMA value.
std::uint32_t ApplicationId(std::string_view name) {
  std::uint32_t hash = 2166136261U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash & 0x7fffffffU;
}

enum class Creation : std::uint8_t { kAllowed, kForbidden };

absl::Status CreateIfAbsent(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file >= 0) {
    close(file);  // new, so nobody's locks go with it (see ReadHeader)
  } else if (errno != EEXIST) {
    return RefuseErrno(path, "cannot be created", errno);
  }
  return absl::OkStatus();
}

struct Header {
  sqlite3_int64 file_size = 0;
  std::array<char, kHeaderBytes> bytes{};
};

// Through SQLite's file layer, not its engine, which might roll back a journal or check-point a log of a database that
// is not ours; and not with open() and close(), which would drop the POSIX locks of every other connection of this
// process (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
absl::StatusOr<Header> ReadHeader(const std::string& path) {
  sqlite3_vfs* layer = sqlite3_vfs_find(nullptr);
  const std::unique_ptr<char, decltype(&sqlite3_free_filename)> name(
      const_cast<char*>(sqlite3_create_filename(path.c_str(), "", "", 0, nullptr)), &sqlite3_free_filename);
  std::vector<std::max_align_t> storage(static_cast<std::size_t>(layer->szOsFile) / sizeof(std::max_align_t) + 1);
  auto* file = reinterpret_cast<sqlite3_file*>(storage.data());
  errno = 0;
  int code = layer->xOpen(layer, name.get(), file, SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_READONLY, nullptr);
  if (code != SQLITE_OK) return RefuseErrno(path, "cannot be opened", errno == 0 ? EIO : errno);
  Header header;
  code = file->pMethods->xFileSize(file, &header.file_size);
  if (code == SQLITE_OK) code = file->pMethods->xRead(file, header.bytes.data(), kHeaderBytes, 0);
  file->pMethods->xClose(file);
  if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ) return RefuseErrno(path, "cannot be read", EIO);
  return header;
}

// Says whose file it is without changing it.
absl::StatusOr<Presence> Identify(const DatabaseOptions& options, Creation creation) {
  if (creation == Creation::kAllowed) AG_RETURN_IF_ERROR(CreateIfAbsent(options.path));
  struct stat facts{};
  if (stat(options.path.c_str(), &facts) != 0) return RefuseErrno(options.path, "cannot be opened", errno);
  if (!S_ISREG(facts.st_mode)) return Refuse(options.path, "is not a regular file: move it away");
  AG_ASSIGN_OR_RETURN(const Header header, ReadHeader(options.path));
  if (header.file_size == 0) return Presence::kNew;
  if (std::string_view(header.bytes.data(), kMagic.size()) != kMagic) {
    return Refuse(
        options.path,
        "is not a database file. It was left as it is: move it away, or choose another folder with --data-dir");
  }
  std::uint32_t id = 0;
  for (std::size_t i = 0; i < 4; ++i)
    id = id << 8U | static_cast<unsigned char>(header.bytes[kApplicationIdOffset + i]);
  if (id != ApplicationId(options.application_name)) {
    return Refuse(options.path,
                  absl::StrCat("belongs to another program or purpose (it is not marked as ", options.application_name,
                               "). It was left as it is: move it away, or choose another folder with "
                               "--data-dir"));
  }
  if ((facts.st_mode & 077U) != 0 && creation == Creation::kAllowed) chmod(options.path.c_str(), 0600);
  return Presence::kOurs;
}

absl::StatusOr<std::int64_t> QueryInt(Database& database, std::string_view sql) {
  AG_ASSIGN_OR_RETURN(Statement query, database.Prepare(sql));
  AG_ASSIGN_OR_RETURN(const bool row, query.Step());
  return row ? query.Int(0) : 0;
}

absl::StatusOr<std::vector<std::string>> QueryTexts(Database& database, std::string_view sql) {
  std::vector<std::string> texts;
  AG_ASSIGN_OR_RETURN(Statement query, database.Prepare(sql));
  for (;;) {
    AG_ASSIGN_OR_RETURN(const bool row, query.Step());
    if (!row) return texts;
    texts.push_back(query.Text(0));
  }
}

// Touches what can be touched cheaply: the schema and the root page of every table; a small file is read as a whole.
absl::Status CheckIntegrity(Database& database, const DatabaseOptions& options) {
  AG_ASSIGN_OR_RETURN(const auto tables, QueryTexts(database, "SELECT name FROM sqlite_schema WHERE type='table'"));
  for (const std::string& table : tables) {
    const auto first = QueryInt(database, absl::StrCat("SELECT count(*) FROM (SELECT 1 FROM \"", table, "\" LIMIT 1)"));
    if (!first.ok()) return first.status();
  }
  struct stat facts{};
  if (stat(options.path.c_str(), &facts) != 0 || facts.st_size > kFullCheckBytes) return absl::OkStatus();
  AG_ASSIGN_OR_RETURN(const auto findings, QueryTexts(database, "PRAGMA quick_check(1)"));
  if (findings.size() == 1 && findings.front() == "ok") return absl::OkStatus();
  return Refuse(options.path, DamagedText(options.if_moved_away, findings.empty() ? "no detail" : findings.front()));
}

absl::Status RefuseNewer(const std::string& path, std::int64_t found, int known) {
  return Refuse(path,
                absl::StrCat("was written by a newer version of AG Gateway (schema ", found, ", this one knows up to ",
                             known, "). It was left as it is: update AG Gateway, or put an older backup in its place"));
}

absl::Status Migrate(Database& database, std::int64_t from, std::span<const Migration> migrations) {
  for (const Migration& migration : migrations) {
    if (migration.version <= from) continue;
    const auto step = [&]() -> absl::Status {
      AG_RETURN_IF_ERROR(database.Execute(migration.sql));
      return database.Execute(absl::StrCat("PRAGMA user_version=", migration.version));
    };
    AG_RETURN_IF_ERROR(database.Transaction(step));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status SqliteError(const Database::Impl& database, int code, std::string_view doing) {
  const char* text = database.connection ? sqlite3_errmsg(database.connection.get()) : sqlite3_errstr(code);
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Refuse(database.path,
                    "is locked by another program. Close the tool that has it open (or the other gatewayd), then try "
                    "again");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Refuse(database.path, DamagedText(database.if_moved_away, text));
    case SQLITE_FULL:
      return Refuse(database.path, "cannot be written: the disk is full. Free some space");
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_IOERR:
      return Refuse(database.path, absl::StrCat(ToAbsl(doing), " (", text,
                                                "). Check the owner and the permissions of the file and of its folder, "
                                                "and that the disk is healthy"));
    default:
      return Refuse(database.path, absl::StrCat(ToAbsl(doing), ": ", text));
  }
}

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() = default;

absl::StatusOr<std::unique_ptr<Database>> Database::Connect(const DatabaseOptions& options, int flags) {
  auto impl = std::make_unique<Impl>();
  impl->path = options.path;
  impl->if_moved_away = options.if_moved_away;
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(options.path.c_str(), &connection, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  impl->connection.reset(connection);
  if (code != SQLITE_OK) return SqliteError(*impl, code, "cannot be opened");
  sqlite3_extended_result_codes(connection, 1);
  impl->busy_timeout = options.busy_timeout;
  sqlite3_busy_timeout(connection, static_cast<int>(options.busy_timeout.count()));
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  // Until the file is known to be one that we may change, closing it must not check-point its log.
  sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  return std::unique_ptr<Database>(new Database(std::move(impl)));
}

absl::Status Database::SetUp(const DatabaseOptions& options) {
  AG_ASSIGN_OR_RETURN(const auto mode, QueryTexts(*this, "PRAGMA journal_mode=WAL"));
  if (mode.empty() || mode.front() != "wal") {
    return Refuse(options.path,
                  "is on a file system that does not support shared memory (WAL). Choose a local folder "
                  "with --data-dir");
  }
  sqlite3_db_config(impl_->connection.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
  const char* synchronous = options.durability == Durability::kFull ? "FULL" : "NORMAL";
  return Execute(absl::StrCat("PRAGMA synchronous=", synchronous, "; PRAGMA foreign_keys=ON; PRAGMA secure_delete=",
                              options.secure_delete ? "ON" : "OFF", "; PRAGMA journal_size_limit=67108864"));
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const DatabaseOptions& options,
                                                         std::span<const Migration> migrations) {
  for (std::size_t i = 0; i < migrations.size(); ++i) AG_CHECK(migrations[i].version == static_cast<int>(i) + 1);
  const int newest = static_cast<int>(migrations.size());
  AG_ASSIGN_OR_RETURN(const Presence presence, Identify(options, Creation::kAllowed));
  AG_ASSIGN_OR_RETURN(auto database, Connect(options, SQLITE_OPEN_READWRITE));
  if (sqlite3_db_readonly(database->impl_->connection.get(), "main") != 0) {
    return RefuseErrno(options.path, "cannot be written", EACCES);
  }
  if (presence == Presence::kNew) {
    // Before WAL is on, so that the mark is in the file itself from its first byte on: Identify looks there.
    AG_RETURN_IF_ERROR(database->Execute(absl::StrCat("PRAGMA auto_vacuum=INCREMENTAL; PRAGMA application_id=",
                                                      ApplicationId(options.application_name))));
  }
  AG_ASSIGN_OR_RETURN(const std::int64_t found, QueryInt(*database, "PRAGMA user_version"));
  if (found > newest) return RefuseNewer(options.path, found, newest);
  if (presence == Presence::kOurs) AG_RETURN_IF_ERROR(CheckIntegrity(*database, options));
  AG_RETURN_IF_ERROR(database->SetUp(options));
  AG_RETURN_IF_ERROR(Migrate(*database, found, migrations));
  // A run that was killed, or that another program's reader kept from it, may have left deleted rows there. Who still
  // reads does not keep this one from starting.
  if (options.secure_delete) AG_RETURN_IF_ERROR(database->EmptyLog().status());
  database->schema_version_ = newest;
  return database;
}

absl::StatusOr<std::unique_ptr<Database>> Database::OpenReadOnly(const DatabaseOptions& options) {
  AG_ASSIGN_OR_RETURN(const Presence presence, Identify(options, Creation::kForbidden));
  if (presence == Presence::kNew) return Refuse(options.path, "is empty: start gatewayd once to set it up");
  AG_ASSIGN_OR_RETURN(auto database, Connect(options, SQLITE_OPEN_READONLY));
  AG_ASSIGN_OR_RETURN(const std::int64_t version, QueryInt(*database, "PRAGMA user_version"));
  database->schema_version_ = static_cast<int>(version);
  return database;
}

absl::Status Database::Execute(std::string_view sql) {
  const std::string text(sql);
  const int code = sqlite3_exec(impl_->connection.get(), text.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return SqliteError(*impl_, code, "cannot be used");
  return absl::OkStatus();
}

absl::StatusOr<Statement> Database::Prepare(std::string_view sql) {
  auto statement = std::make_unique<Statement::Impl>();
  statement->database = impl_.get();
  sqlite3_stmt* prepared = nullptr;
  const int code =
      sqlite3_prepare_v2(impl_->connection.get(), sql.data(), static_cast<int>(sql.size()), &prepared, nullptr);
  if (code != SQLITE_OK) return SqliteError(*impl_, code, "cannot be used");
  statement->statement.reset(prepared);
  return Statement(std::move(statement));
}

absl::Status Database::Transaction(const std::function<absl::Status()>& work) {
  AG_RETURN_IF_ERROR(Execute("BEGIN IMMEDIATE"));
  absl::Status status = work();
  if (status.ok()) status = Execute("COMMIT");
  // A full disk or an I/O error has already rolled back.
  if (!status.ok() && sqlite3_get_autocommit(impl_->connection.get()) == 0) {
    sqlite3_exec(impl_->connection.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  return status;
}

absl::StatusOr<bool> Database::EmptyLog() {
  sqlite3* connection = impl_->connection.get();
  sqlite3_busy_timeout(connection, 0);
  const int code = sqlite3_wal_checkpoint_v2(connection, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(connection, static_cast<int>(impl_->busy_timeout.count()));
  if (code == SQLITE_OK) return true;
  if ((code & 0xff) == SQLITE_BUSY) return false;
  return SqliteError(*impl_, code, "cannot be used");
}

std::int64_t Database::changes() const { return sqlite3_changes64(impl_->connection.get()); }

}  // namespace ag::store
