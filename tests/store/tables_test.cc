#include "gatewayd/store/tables.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "gatewayd/store/account_table.h"
#include "tests/store/raw_sqlite.h"
#include "tests/support/temp_dir.h"

namespace ag::store {
namespace {

class GatewayTables : public testing::Test {
 protected:
  void SetUp() override { Reopen(); }
  void Reopen() {
    database_.reset();
    auto database = OpenGatewayDatabase(dir_.path());
    ASSERT_TRUE(database.ok()) << database.status();
    database_ = *std::move(database);
  }

  test::TempDir dir_;
  std::unique_ptr<Database> database_;
};

AccountRow SomeAccount() {
  AccountRow row;
  row.id = "acc_1";
  row.label = "Work 'quoted' 日本";
  row.preset = "gemini";
  row.family = "gemini";
  row.endpoints_json = R"({"gemini":{"base_url":"https://example.test"}})";
  row.quirks_json = R"({"a":1})";
  row.models_json = R"(["m"])";
  row.models_refreshed_ms = 11;
  row.quota_group = "group";
  row.project = "project";
  row.location = "eu";
  row.credential_kind = "api_key";
  row.sealed_secret = "v1:abc";
  row.enabled = false;
  row.state = "forbidden";
  row.state_reason_json = R"({"code":"x"})";
  row.cooldowns_json = R"({"m":5})";
  row.priority = -3;
  row.weight = 7;
  row.position = 9;
  row.created_ms = 12;
  row.revision = 4;
  return row;
}

auto Tie(const AccountRow& row) {
  return std::tie(row.id, row.label, row.preset, row.family, row.endpoints_json, row.quirks_json, row.models_json,
                  row.models_refreshed_ms, row.quota_group, row.project, row.location, row.credential_kind,
                  row.sealed_secret, row.enabled, row.state, row.state_reason_json, row.cooldowns_json, row.priority,
                  row.weight, row.position, row.created_ms, row.revision);
}

TEST_F(GatewayTables, AnAccountComesBackAsItWasPut) {
  const AccountRow row = SomeAccount();
  ASSERT_TRUE(AccountTable(*database_).Put(row).ok());
  Reopen();
  const auto rows = AccountTable(*database_).List();
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(Tie(rows->front()), Tie(row));
}

TEST_F(GatewayTables, AccountsAreListedByPositionReplacedAndDeleted) {
  AccountTable accounts(*database_);
  AccountRow row = SomeAccount();
  ASSERT_TRUE(accounts.Put(row).ok());
  row.id = "acc_0";
  row.position = 10;
  ASSERT_TRUE(accounts.Put(row).ok());
  row.position = 1;
  row.label = "Renamed";
  ASSERT_TRUE(accounts.Put(row).ok());
  auto rows = accounts.List();
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->at(0).label, "Renamed");
  EXPECT_EQ(rows->at(1).id, "acc_1");
  ASSERT_TRUE(accounts.Delete("acc_0").ok());
  EXPECT_EQ(accounts.List()->size(), 1U);
}

TEST_F(GatewayTables, ADeletedSecretIsNotLeftInTheFile) {
  AccountRow row = SomeAccount();
  row.sealed_secret = "v1:needle-in-the-file";
  ASSERT_TRUE(AccountTable(*database_).Put(row).ok());
  ASSERT_TRUE(AccountTable(*database_).Delete(row.id).ok());
  database_.reset();  // the log is folded into the file
  const std::string bytes = test::ReadFile(dir_.File("gateway.db"));
  ASSERT_FALSE(bytes.empty());
  EXPECT_EQ(bytes.find("needle"), std::string::npos);
}

TEST_F(GatewayTables, RoutesAreKeptByPattern) {
  RouteTable routes(*database_);
  RouteRow row{"claude-*", "gemini", "gemini-3-pro", "user", 2, 5};
  ASSERT_TRUE(routes.Put(row).ok());
  row.model = "gemini-3-flash";
  ASSERT_TRUE(routes.PutAll({row, {"gpt-*", "", "m", "codex", 1, 6}}).ok());
  const auto rows = routes.List();
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->at(0).pattern, "gpt-*");
  EXPECT_EQ(rows->at(0).origin, "codex");
  EXPECT_EQ(rows->at(1).model, "gemini-3-flash");
  EXPECT_EQ(rows->at(1).created_ms, 5);
  EXPECT_EQ(routes.Delete("gpt-*").value(), true);
  EXPECT_EQ(routes.Delete("gpt-*").value(), false);
  ASSERT_TRUE(routes.Clear().ok());
  EXPECT_TRUE(routes.List()->empty());
}

TEST_F(GatewayTables, PutAllIsOneTransaction) {
  RawSqlite(dir_.File("gateway.db"))
      .Execute(
          "CREATE TRIGGER refuse BEFORE INSERT ON routes WHEN new.pattern = 'bad' "
          "BEGIN SELECT raise(ABORT, 'refused'); END");
  Reopen();
  RouteTable routes(*database_);
  EXPECT_FALSE(routes.PutAll({{"good", "", "", "user", 0, 0}, {"bad", "", "", "user", 1, 0}}).ok());
  EXPECT_TRUE(routes.List()->empty());
}

TEST_F(GatewayTables, SettingsAreReplaced) {
  SettingTable settings(*database_);
  EXPECT_EQ(settings.Get("proxy.wanted").value(), std::nullopt);
  ASSERT_TRUE(settings.Put("proxy.wanted", "on").ok());
  ASSERT_TRUE(settings.Put("proxy.wanted", "off").ok());
  EXPECT_EQ(settings.Get("proxy.wanted").value(), "off");
}

TEST_F(GatewayTables, ClientKeysAreUniqueByHash) {
  ClientKeyTable keys(*database_);
  ASSERT_TRUE(keys.Put({"key_2", "Laptop", "hash-a", 2}).ok());
  ASSERT_TRUE(keys.Put({"key_1", "Phone", "hash-b", 1}).ok());
  ASSERT_TRUE(keys.Put({"key_2", "Desktop", "hash-a", 2}).ok());
  EXPECT_FALSE(keys.Put({"key_3", "Copy", "hash-a", 3}).ok());
  const auto rows = keys.List();
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->at(0).id, "key_1");
  EXPECT_EQ(rows->at(1).name, "Desktop");
  EXPECT_EQ(keys.Delete("key_1").value(), true);
  EXPECT_EQ(keys.Delete("key_1").value(), false);
}

// Golden databases: what an older version left on disk opens, and nothing is lost.

// Tables and columns of a schema, however they came to be.
std::string SchemaOf(const std::string& path) {
  return RawSqlite(path).Query("SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1");
}

void BuildGolden(const test::TempDir& dir, const std::string& sql_file, const std::string& database) {
  const std::string sql = test::ReadFile("tests/store/golden/" + sql_file);
  ASSERT_FALSE(sql.empty()) << "run from the source tree";
  RawSqlite(dir.File(database)).Execute(sql);
}

TEST(Golden, GatewayVersion1KeepsItsRows) {
  const test::TempDir dir;
  BuildGolden(dir, "gateway_v1.sql", "gateway.db");
  auto database = OpenGatewayDatabase(dir.path());
  ASSERT_TRUE(database.ok()) << database.status();
  EXPECT_EQ((*database)->schema_version(), static_cast<int>(GatewayMigrations().size()));
  const auto accounts = AccountTable(**database).List();
  ASSERT_TRUE(accounts.ok());
  ASSERT_EQ(accounts->size(), 2U);
  EXPECT_EQ(accounts->at(0).sealed_secret, "v1:c2VhbGVk");
  EXPECT_EQ(accounts->at(0).models_json, R"(["gpt-5","gpt-5-mini"])");
  EXPECT_EQ(accounts->at(0).revision, 7);
  EXPECT_EQ(accounts->at(1).label, "Grün 日本");
  EXPECT_EQ(accounts->at(1).enabled, false);
  const auto routes = RouteTable(**database).List();
  ASSERT_EQ(routes->size(), 1U);
  EXPECT_EQ(routes->front().model, "gemini-3-pro");
  EXPECT_EQ(SettingTable(**database).Get("proxy.wanted").value(), "on");
  ASSERT_TRUE(ClientKeyTable(**database).Put({"key_1", "New", "hash", 1}).ok());
}

TEST(Golden, GatewayVersion1MigratesToTheSchemaOfAFreshDatabase) {
  const test::TempDir old;
  const test::TempDir fresh;
  BuildGolden(old, "gateway_v1.sql", "gateway.db");
  ASSERT_TRUE(OpenGatewayDatabase(old.path()).ok());
  ASSERT_TRUE(OpenGatewayDatabase(fresh.path()).ok());
  EXPECT_EQ(SchemaOf(old.File("gateway.db")), SchemaOf(fresh.File("gateway.db")));
}

TEST(Golden, TrafficVersion1KeepsItsRows) {
  const test::TempDir old;
  const test::TempDir fresh;
  BuildGolden(old, "traffic_v1.sql", "traffic.db");
  auto database = OpenTrafficDatabase(old.path());
  ASSERT_TRUE(database.ok()) << database.status();
  const auto row = TrafficTable(**database).Get("req_1");
  ASSERT_TRUE(row.ok() && row->has_value());
  EXPECT_EQ((*row)->attempts_json, R"([{"account":"acc_1"}])");
  EXPECT_EQ((*row)->output, 20);
  EXPECT_EQ((*row)->reasoning, std::nullopt);
  const auto sums = TrafficTable(**database).Sums(RollupBy::kAccount, 0, 0);
  ASSERT_TRUE(sums.ok());
  ASSERT_EQ(sums->size(), 1U);
  EXPECT_EQ(sums->front().bucket, "Work");
  ASSERT_TRUE(OpenTrafficDatabase(fresh.path()).ok());
  EXPECT_EQ(SchemaOf(old.File("traffic.db")), SchemaOf(fresh.File("traffic.db")));
}

}  // namespace
}  // namespace ag::store
