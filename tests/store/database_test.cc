#include "gatewayd/store/database.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <iostream>

#include "gatewayd/base/error.h"
#include "tests/store/raw_sqlite.h"
#include "tests/support/temp_dir.h"

namespace ag::store {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::array<Migration, 3> kMigrations{{
    {1, "CREATE TABLE notes(id INTEGER PRIMARY KEY, text TEXT NOT NULL)"},
    {2, "ALTER TABLE notes ADD COLUMN starred INTEGER NOT NULL DEFAULT 0"},
    {3, "UPDATE notes SET starred = 1 WHERE text LIKE '!%'; CREATE INDEX starred_notes ON notes(starred)"},
}};

DatabaseOptions Options(const test::TempDir& dir) {
  DatabaseOptions options;
  options.path = dir.File("notes.db");
  options.application_name = "notes";
  options.busy_timeout = std::chrono::milliseconds(20);
  return options;
}

std::span<const Migration> UpTo(std::size_t version) { return std::span(kMigrations).first(version); }

std::string Message(const absl::Status& status) { return std::string(status.message()); }

std::int64_t Count(Database& database, std::string_view sql) {
  auto query = database.Prepare(sql);
  EXPECT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->Step().value(), true);
  return query->Int(0);
}

TEST(Database, CreatesAPrivateFileInWalMode) {
  const test::TempDir dir;
  const auto database = Database::Open(Options(dir), kMigrations);
  ASSERT_TRUE(database.ok()) << database.status();
  EXPECT_EQ((*database)->schema_version(), 3);
  ASSERT_TRUE((*database)->Execute("INSERT INTO notes(text) VALUES('a')").ok());
  for (const char* name : {"notes.db", "notes.db-wal", "notes.db-shm"}) {
    struct stat facts{};
    ASSERT_EQ(stat(dir.File(name).c_str(), &facts), 0) << name;
    EXPECT_EQ(facts.st_mode & 0777U, 0600U) << name;
  }
}

TEST(Database, TightensThePermissionsOfItsOwnFile) {
  const test::TempDir dir;
  ASSERT_TRUE(Database::Open(Options(dir), kMigrations).ok());
  chmod(dir.File("notes.db").c_str(), 0644);
  ASSERT_TRUE(Database::Open(Options(dir), kMigrations).ok());
  struct stat facts{};
  ASSERT_EQ(stat(dir.File("notes.db").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
}

TEST(Database, SetsDurabilityAndSecureDelete) {
  const test::TempDir dir;
  const auto gateway = OpenGatewayDatabase(dir.path());
  const auto traffic = OpenTrafficDatabase(dir.path());
  ASSERT_TRUE(gateway.ok() && traffic.ok());
  EXPECT_EQ(Count(**gateway, "PRAGMA synchronous"), 2);  // FULL
  EXPECT_EQ(Count(**gateway, "PRAGMA secure_delete"), 1);
  EXPECT_EQ(Count(**traffic, "PRAGMA synchronous"), 1);  // NORMAL
  EXPECT_EQ(Count(**traffic, "PRAGMA foreign_keys"), 1);
}

TEST(Database, MigratesStepByStepAndKeepsTheRows) {
  const test::TempDir dir;
  {
    auto old = Database::Open(Options(dir), UpTo(1));
    ASSERT_TRUE(old.ok());
    ASSERT_TRUE((*old)->Execute("INSERT INTO notes(text) VALUES('plain'), ('!loud')").ok());
  }
  auto database = Database::Open(Options(dir), kMigrations);
  ASSERT_TRUE(database.ok()) << database.status();
  EXPECT_EQ((*database)->schema_version(), 3);
  EXPECT_EQ(Count(**database, "SELECT count(*) FROM notes"), 2);
  EXPECT_EQ(Count(**database, "SELECT starred FROM notes WHERE text = '!loud'"), 1);
}

TEST(Database, AFailingMigrationLeavesTheVersionBefore) {
  const test::TempDir dir;
  ASSERT_TRUE(Database::Open(Options(dir), UpTo(1)).ok());
  const std::array<Migration, 2> broken{{kMigrations[0], {2, "CREATE TABLE half(x); SELECT no_such_column FROM half"}}};
  EXPECT_FALSE(Database::Open(Options(dir), broken).ok());
  RawSqlite raw(dir.File("notes.db"));
  EXPECT_EQ(raw.Query("PRAGMA user_version"), "1\n");
  EXPECT_EQ(raw.Query("SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), "0\n");
}

TEST(Database, RefusesANewerSchemaAndLeavesItAlone) {
  const test::TempDir dir;
  ASSERT_TRUE(Database::Open(Options(dir), kMigrations).ok());
  const std::string before = test::ReadFile(dir.File("notes.db"));
  const auto database = Database::Open(Options(dir), UpTo(2));
  ASSERT_FALSE(database.ok());
  EXPECT_THAT(Message(database.status()),
              AllOf(HasSubstr(dir.File("notes.db")), HasSubstr("newer"), HasSubstr("schema 3"), HasSubstr("update")));
  EXPECT_EQ(test::ReadFile(dir.File("notes.db")), before);
}

TEST(Database, RefusesAForeignDatabaseAndLeavesItAlone) {
  const test::TempDir dir;
  RawSqlite(dir.File("notes.db"))
      .Execute("PRAGMA journal_mode=WAL; CREATE TABLE cookies(a); INSERT INTO cookies VALUES(1)");
  const std::string before = test::ReadFile(dir.File("notes.db"));
  const auto database = Database::Open(Options(dir), kMigrations);
  ASSERT_FALSE(database.ok());
  EXPECT_THAT(Message(database.status()), AllOf(HasSubstr(dir.File("notes.db")), HasSubstr("another program"),
                                                HasSubstr("move it away"), HasSubstr("--data-dir")));
  EXPECT_EQ(test::ReadFile(dir.File("notes.db")), before);
  EXPECT_FALSE(Database::OpenReadOnly(Options(dir)).ok());
}

TEST(Database, RefusesTheDatabaseOfAnotherPurpose) {
  const test::TempDir dir;
  ASSERT_TRUE(OpenTrafficDatabase(dir.path()).ok());
  std::filesystem::rename(dir.File("traffic.db"), dir.File("gateway.db"));
  const auto database = OpenGatewayDatabase(dir.path());
  ASSERT_FALSE(database.ok());
  EXPECT_THAT(Message(database.status()), HasSubstr("ag-gateway.gateway"));
}

TEST(Database, RefusesAFileThatIsNoDatabase) {
  const test::TempDir dir;
  const std::string text = "These are my notes, do not overwrite them.\n";
  test::WriteFile(dir.File("notes.db"), text);
  const auto database = Database::Open(Options(dir), kMigrations);
  ASSERT_FALSE(database.ok());
  EXPECT_THAT(Message(database.status()), AllOf(HasSubstr(dir.File("notes.db")), HasSubstr("not a database")));
  EXPECT_EQ(test::ReadFile(dir.File("notes.db")), text);
}

class Damage : public testing::TestWithParam<std::pair<const char*, void (*)(std::string&)>> {};

TEST_P(Damage, IsNoticedAndLeftAlone) {
  const test::TempDir dir;
  DatabaseOptions options = Options(dir);
  options.if_moved_away = "the notes are lost";
  {
    auto database = Database::Open(options, kMigrations);
    ASSERT_TRUE(database.ok());
    ASSERT_TRUE((*database)
                    ->Execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) "
                              "INSERT INTO notes(text) SELECT hex(randomblob(100)) FROM n")
                    .ok());
  }
  std::string bytes = test::ReadFile(options.path);
  ASSERT_GT(bytes.size(), 40'000U);
  GetParam().second(bytes);
  test::WriteFile(options.path, bytes);
  const auto database = Database::Open(options, kMigrations);
  ASSERT_FALSE(database.ok());
  EXPECT_THAT(Message(database.status()), AllOf(HasSubstr(options.path), HasSubstr("damaged"), HasSubstr("backup"),
                                                HasSubstr("the notes are lost")));
  EXPECT_EQ(test::ReadFile(options.path), bytes);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, Damage,
    testing::Values(std::pair{"Truncated", +[](std::string& bytes) { bytes.resize(8192); }},
                    std::pair{"SchemaPage", +[](std::string& bytes) { bytes.replace(100, 400, 400, '\xee'); }},
                    std::pair{"TableRoot", +[](std::string& bytes) { bytes.replace(8192, 4096, 4096, '\x00'); }},
                    std::pair{"MiddlePage", +[](std::string& bytes) { bytes.replace(32768, 4096, 4096, '\x55'); }}),
    [](const auto& test_case) { return test_case.param.first; });

TEST(Database, SaysThatItIsLockedInsteadOfHanging) {
  const test::TempDir dir;
  auto database = Database::Open(Options(dir), kMigrations);
  ASSERT_TRUE(database.ok());
  RawSqlite other(dir.File("notes.db"));
  other.Execute("BEGIN IMMEDIATE");
  const absl::Status status = (*database)->Execute("INSERT INTO notes(text) VALUES('a')");
  EXPECT_THAT(Message(status), AllOf(HasSubstr(dir.File("notes.db")), HasSubstr("locked"), HasSubstr("Close")));
  EXPECT_EQ(Count(**database, "SELECT count(*) FROM notes"), 0);  // readers go on
  other.Execute("COMMIT");
  EXPECT_TRUE((*database)->Execute("INSERT INTO notes(text) VALUES('a')").ok());
}

TEST(Database, OpeningALockedFileFailsWithTheReason) {
  const test::TempDir dir;
  ASSERT_TRUE(Database::Open(Options(dir), UpTo(1)).ok());
  RawSqlite other(dir.File("notes.db"));
  other.Execute("BEGIN IMMEDIATE");
  const auto database = Database::Open(Options(dir), kMigrations);
  ASSERT_FALSE(database.ok());
  EXPECT_THAT(Message(database.status()), HasSubstr("locked"));
}

TEST(Database, FolderThatDoesNotExistIsNamed) {
  const test::TempDir dir;
  DatabaseOptions options = Options(dir);
  options.path = dir.File("nowhere/notes.db");
  const auto database = Database::Open(options, kMigrations);
  ASSERT_FALSE(database.ok());
  EXPECT_THAT(Message(database.status()), AllOf(HasSubstr(options.path), HasSubstr("cannot be created")));
}

// Runs `work` as a user without rights in a child process: root may write anywhere.
int AsPlainUser(const std::function<bool()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    const bool plain = geteuid() != 0 || setresuid(65534, 65534, 65534) == 0;
    _exit(plain && work() ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

TEST(Database, FolderWithoutRightsIsAClearError) {
  const test::TempDir dir;
  chmod(dir.path().c_str(), 0555);
  EXPECT_EQ(AsPlainUser([&] {
              const auto database = Database::Open(Options(dir), kMigrations);
              const std::string message = Message(database.status());
              std::cerr << message << '\n';
              return message.find("Permission denied") != std::string::npos &&
                     message.find("permissions") != std::string::npos;
            }),
            0);
  EXPECT_FALSE(std::filesystem::exists(dir.File("notes.db")));
  chmod(dir.path().c_str(), 0700);
}

TEST(Database, FileThatMayOnlyBeReadIsAClearError) {
  const test::TempDir dir;
  ASSERT_TRUE(Database::Open(Options(dir), kMigrations).ok());
  chmod(dir.path().c_str(), 0755);
  chmod(dir.File("notes.db").c_str(), 0444);
  EXPECT_EQ(AsPlainUser([&] {
              const auto database = Database::Open(Options(dir), kMigrations);
              const std::string message = Message(database.status());
              std::cerr << message << '\n';
              return message.find("cannot be written") != std::string::npos;
            }),
            0);
}

TEST(Database, ATransactionThatFailsLeavesNothing) {
  const test::TempDir dir;
  auto database = Database::Open(Options(dir), kMigrations);
  ASSERT_TRUE(database.ok());
  const absl::Status status = (*database)->Transaction([&]() -> absl::Status {
    EXPECT_TRUE((*database)->Execute("INSERT INTO notes(text) VALUES('a')").ok());
    return MakeError(ErrorKind::kInvalidRequest, "no");
  });
  EXPECT_EQ(KindOf(status), ErrorKind::kInvalidRequest);
  EXPECT_EQ(Count(**database, "SELECT count(*) FROM notes"), 0);
  EXPECT_TRUE((*database)->Transaction([] { return absl::OkStatus(); }).ok());
}

TEST(Database, CommittedRowsSurviveAKill) {
  const test::TempDir dir;
  const pid_t child = fork();
  if (child == 0) {
    auto database = Database::Open(Options(dir), kMigrations);
    if (database.ok() && (*database)->Execute("INSERT INTO notes(text) VALUES('kept')").ok()) {
      static_cast<void>((*database)->Execute("BEGIN; INSERT INTO notes(text) VALUES('lost')"));
      kill(getpid(), SIGKILL);
    }
    _exit(1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  auto database = Database::Open(Options(dir), kMigrations);
  ASSERT_TRUE(database.ok()) << database.status();
  EXPECT_EQ(Count(**database, "SELECT count(*) FROM notes WHERE text = 'kept'"), 1);
  EXPECT_EQ(Count(**database, "SELECT count(*) FROM notes"), 1);
}

TEST(Database, AReaderSeesCommitsAndCannotWrite) {
  const test::TempDir dir;
  auto writer = Database::Open(Options(dir), kMigrations);
  auto reader = Database::OpenReadOnly(Options(dir));
  ASSERT_TRUE(writer.ok() && reader.ok()) << reader.status();
  EXPECT_EQ((*reader)->schema_version(), 3);
  ASSERT_TRUE((*writer)->Execute("INSERT INTO notes(text) VALUES('a')").ok());
  EXPECT_EQ(Count(**reader, "SELECT count(*) FROM notes"), 1);
  EXPECT_FALSE((*reader)->Execute("INSERT INTO notes(text) VALUES('b')").ok());
}

// A plain open() and close() of the file would drop the writer's POSIX locks, and another process could truncate the
// log under it.
TEST(Database, AReaderThatComesAndGoesLeavesTheWritersLocks) {
  const test::TempDir dir;
  auto writer = Database::Open(Options(dir), kMigrations);
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE((*writer)->Execute("INSERT INTO notes(text) VALUES('a')").ok());
  EXPECT_TRUE(Database::OpenReadOnly(Options(dir)).ok());
  // From outside, the shared lock that a WAL connection keeps on the file must still be seen: bytes 0x40000002 and on
  // of https://www.sqlite.org/fileformat2.html (the lock-byte page).
  const pid_t child = fork();
  if (child == 0) {
    const int file = open(dir.File("notes.db").c_str(), O_RDWR);
    struct flock probe{};
    probe.l_type = F_WRLCK;
    probe.l_whence = SEEK_SET;
    probe.l_start = 0x40000002;
    probe.l_len = 510;
    _exit(fcntl(file, F_GETLK, &probe) == 0 && probe.l_type != F_UNLCK ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Statement, BindsAndReadsEachKind) {
  const test::TempDir dir;
  auto database = Database::Open(Options(dir), kMigrations);
  ASSERT_TRUE(database.ok());
  auto query = (*database)->Prepare("SELECT ?, ?, ?, ?, ?, ?");
  ASSERT_TRUE(query.ok());
  using std::string_view_literals::operator""sv;
  query->Bind(std::int64_t{1} << 60)
      .Bind(0.95)
      .Bind("a\0b 日本"sv)
      .Bind(std::string_view())
      .BindNull()
      .Bind(std::optional<std::int64_t>());
  ASSERT_EQ(query->Step().value(), true);
  EXPECT_EQ(query->Int(0), std::int64_t{1} << 60);
  EXPECT_EQ(query->Real(1), 0.95);
  EXPECT_EQ(query->Text(2), "a\0b 日本"sv);
  EXPECT_EQ(query->OptionalInt(3).has_value(), true);  // an empty text is not NULL
  EXPECT_EQ(query->OptionalInt(4), std::nullopt);
  EXPECT_EQ(query->OptionalInt(5), std::nullopt);
  EXPECT_EQ(query->Step().value(), false);
}

TEST(Statement, TooManyValuesAreAnErrorAndQuoteNone) {
  const test::TempDir dir;
  auto database = Database::Open(Options(dir), kMigrations);
  ASSERT_TRUE(database.ok());
  auto insert = (*database)->Prepare("INSERT INTO notes(text) VALUES(?)");
  ASSERT_TRUE(insert.ok());
  const absl::Status status = insert->Bind("a").Bind("sk-secret").Run();
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(Message(status), testing::Not(HasSubstr("sk-secret")));
  insert->Reset();
  EXPECT_TRUE(insert->Bind("a").Run().ok());
}

}  // namespace
}  // namespace ag::store
