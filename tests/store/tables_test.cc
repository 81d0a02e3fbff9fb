#include "gatewayd/store/tables.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "gatewayd/store/account_event_table.h"
#include "gatewayd/store/account_table.h"
#include "gatewayd/store/conversation_table.h"
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
  row.credential_json = R"({"client_id":"c"})";
  row.egress_json = R"({"proxy_url":"p"})";
  row.limits_json = R"({"reserve":5})";
  row.facts_json = R"([{"fact":1}])";
  return row;
}

auto Tie(const AccountRow& row) {
  return std::tie(row.id, row.label, row.preset, row.family, row.endpoints_json, row.quirks_json, row.models_json,
                  row.models_refreshed_ms, row.quota_group, row.project, row.location, row.credential_kind,
                  row.sealed_secret, row.enabled, row.state, row.state_reason_json, row.cooldowns_json, row.priority,
                  row.weight, row.position, row.created_ms, row.revision, row.credential_json, row.egress_json,
                  row.limits_json, row.facts_json);
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

TEST_F(GatewayTables, AReplacedSecretIsLeftNeitherInTheFileNorInItsLog) {
  AccountTable accounts(*database_);
  AccountRow row = SomeAccount();
  row.sealed_secret = "v1:needle-of-the-account";
  row.egress_json = R"({"proxy":{"password":"v1:needle-of-its-proxy"}})";
  ASSERT_TRUE(accounts.Put(row).ok());
  row.label = "renamed";
  ASSERT_TRUE(accounts.Put(row).ok());
  const auto on_disk = [&] {
    return test::ReadFile(dir_.File("gateway.db")) + test::ReadFile(dir_.File("gateway.db-wal"));
  };
  ASSERT_NE(on_disk().find("needle-of-the-account"), std::string::npos);
  row.sealed_secret = "v1:another";
  ASSERT_TRUE(accounts.Put(row).ok());
  EXPECT_EQ(on_disk().find("needle-of-the-account"), std::string::npos);
  ASSERT_NE(on_disk().find("needle-of-its-proxy"), std::string::npos);
  row.egress_json = "{}";
  ASSERT_TRUE(accounts.Put(row).ok());
  EXPECT_EQ(on_disk().find("needle"), std::string::npos);
}

// Another program that reads the file, which holds its log.
class RemovedSecret : public GatewayTables {
 protected:
  void SetUp() override {
    GatewayTables::SetUp();
    AccountRow row = SomeAccount();
    row.sealed_secret = "v1:needle-of-the-account";
    row.egress_json = R"({"proxy":{"password":"v1:needle-of-its-proxy"}})";
    accounts_ = std::make_unique<AccountTable>(*database_);
    ASSERT_TRUE(accounts_->Put(row).ok());
    reader_ = std::make_unique<RawSqlite>(dir_.File("gateway.db"));
    reader_->Execute("BEGIN");
    ASSERT_EQ(reader_->Query("SELECT id FROM accounts"), "acc_1\n");
    ASSERT_TRUE(accounts_->Delete(row.id).ok()) << "the row is gone";
    ASSERT_TRUE(accounts_->List()->empty());
    ASSERT_TRUE(OnDisk("needle-of-the-account") && OnDisk("needle-of-its-proxy")) << "or there is nothing to test";
  }
  bool OnDisk(std::string_view text) const {
    const std::string bytes = test::ReadFile(dir_.File("gateway.db")) + test::ReadFile(dir_.File("gateway.db-wal"));
    return bytes.find(text) != std::string::npos;
  }

  std::unique_ptr<AccountTable> accounts_;
  std::unique_ptr<RawSqlite> reader_;
};

TEST_F(RemovedSecret, LeavesTheDiskAtTheNextChangeAfterTheReader) {
  AccountRow other = SomeAccount();
  other.id = "acc_2";
  ASSERT_TRUE(accounts_->Put(other).ok());
  EXPECT_TRUE(OnDisk("needle"));
  reader_->Execute("COMMIT");
  ASSERT_TRUE(accounts_->PutCooldowns({{"acc_2", R"({"m":1})"}}).ok());
  EXPECT_FALSE(OnDisk("needle"));
}

TEST_F(RemovedSecret, LeavesTheDiskAtTheEnd) {
  reader_->Execute("COMMIT");  // and stays connected, so that closing the database does not fold its log
  accounts_.reset();
  EXPECT_FALSE(OnDisk("needle"));
}

TEST_F(RemovedSecret, LeavesTheDiskAtTheNextStart) {
  accounts_.reset();
  database_.reset();
  EXPECT_TRUE(OnDisk("needle"));
  reader_->Execute("COMMIT");
  Reopen();
  EXPECT_FALSE(OnDisk("needle"));
}

TEST_F(RemovedSecret, KeepsNobodyFromStarting) {
  accounts_.reset();
  Reopen();
  EXPECT_TRUE(AccountTable(*database_).List()->empty());
}

TEST_F(GatewayTables, RoutesAreKeptByPattern) {
  RouteTable routes(*database_);
  RouteRow row{"claude-*", "gemini", "gemini-3-pro", "user", 2, 5};
  ASSERT_TRUE(routes.Replace({row}).ok());
  row.model = "gemini-3-flash";
  ASSERT_TRUE(routes.Replace({row, {"gpt-*", "", "m", "codex", 1, 6}}).ok());
  const auto rows = routes.List();
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->at(0).pattern, "gpt-*");
  EXPECT_EQ(rows->at(0).origin, "codex");
  EXPECT_EQ(rows->at(1).model, "gemini-3-flash");
  EXPECT_EQ(rows->at(1).created_ms, 5);
  ASSERT_TRUE(routes.Replace({}).ok());
  EXPECT_TRUE(routes.List()->empty());
}

TEST_F(GatewayTables, RoutesAreReplacedAsOne) {
  RawSqlite(dir_.File("gateway.db"))
      .Execute(
          "CREATE TRIGGER refuse BEFORE INSERT ON routes WHEN new.pattern = 'bad' "
          "BEGIN SELECT raise(ABORT, 'refused'); END");
  Reopen();
  RouteTable routes(*database_);
  ASSERT_TRUE(routes.Replace({{"kept", "", "", "user", 0, 0}}).ok());
  EXPECT_FALSE(routes.Replace({{"good", "", "", "user", 0, 0}, {"bad", "", "", "user", 1, 0}}).ok());
  ASSERT_EQ(routes.List()->size(), 1U);
  EXPECT_EQ(routes.List()->front().pattern, "kept");
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
  ASSERT_TRUE(keys.Put({"key_2", "Desktop", "hash-a", 2, R"({"enabled":false})"}).ok());
  EXPECT_FALSE(keys.Put({"key_3", "Copy", "hash-a", 3}).ok());
  const auto rows = keys.List();
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->at(0).id, "key_1");
  EXPECT_EQ(rows->at(1).name, "Desktop");
  EXPECT_EQ(rows->at(1).options_json, R"({"enabled":false})");
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

TEST(Golden, GatewayVersion2KeepsItsRows) {
  const test::TempDir dir;
  BuildGolden(dir, "gateway_v2.sql", "gateway.db");
  auto database = OpenGatewayDatabase(dir.path());
  ASSERT_TRUE(database.ok()) << database.status();
  const auto accounts = AccountTable(**database).List();
  ASSERT_TRUE(accounts.ok());
  ASSERT_EQ(accounts->size(), 2U);
  EXPECT_EQ(accounts->at(0).credential_json, "{}");
  EXPECT_EQ(accounts->at(1).facts_json, "[]");
  const auto routes = RouteTable(**database).List();
  ASSERT_EQ(routes->size(), 1U);
  EXPECT_EQ(routes->front().targets_json, "[]");
  EXPECT_EQ(ClientKeyTable(**database).List()->front().name, "Laptop");
}

TEST(Golden, GatewayVersion3KeepsItsRoutesWithoutACondition) {
  const test::TempDir dir;
  BuildGolden(dir, "gateway_v3.sql", "gateway.db");
  auto database = OpenGatewayDatabase(dir.path());
  ASSERT_TRUE(database.ok()) << database.status();
  EXPECT_EQ(AccountTable(**database).List()->at(0).limits_json, R"({"reserve":10})");
  RouteTable routes(**database);
  const auto rows = routes.List();
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->at(0).pattern, "claude-*");
  EXPECT_EQ(rows->at(1).targets_json, R"([{"provider":"gemini","model":""}])");
  for (const RouteRow& row : *rows) EXPECT_EQ(row.condition, "");
  std::vector<RouteRow> more = *rows;
  more.push_back(rows->at(0));
  more.back().condition = "background";
  ASSERT_TRUE(routes.Replace(more).ok());
  EXPECT_EQ(routes.List()->size(), 3U) << "beside the one without a condition";
}

TEST(Golden, GatewayVersion4KeepsItsRoutes) {
  const test::TempDir dir;
  BuildGolden(dir, "gateway_v4.sql", "gateway.db");
  auto database = OpenGatewayDatabase(dir.path());
  ASSERT_TRUE(database.ok()) << database.status();
  RouteTable routes(**database);
  ASSERT_EQ(routes.List()->size(), 2U);
  EXPECT_EQ(routes.List()->at(1).condition, "background");
  EXPECT_EQ(routes.List()->at(1).options_json, R"({"effort":"low"})");
  EXPECT_EQ(routes.List()->front().condition, "");
}

TEST(Golden, ClientKeysOfVersion4AreBoundless) {
  const test::TempDir dir;
  BuildGolden(dir, "gateway_v4.sql", "gateway.db");
  auto database = OpenGatewayDatabase(dir.path());
  ASSERT_TRUE(database.ok()) << database.status();
  const auto keys = ClientKeyTable(**database).List();
  ASSERT_TRUE(keys.ok()) << keys.status();
  ASSERT_EQ(keys->size(), 1U);
  EXPECT_EQ(keys->front().options_json, "{}");
}

TEST(Golden, GatewayVersion5KeepsItsClientKeys) {
  const test::TempDir dir;
  BuildGolden(dir, "gateway_v5.sql", "gateway.db");
  auto database = OpenGatewayDatabase(dir.path());
  ASSERT_TRUE(database.ok()) << database.status();
  EXPECT_EQ((*database)->schema_version(), 5);
  EXPECT_NE(ClientKeyTable(**database).List()->front().options_json.find("gpt-*"), std::string::npos);
}

TEST(Golden, OlderGatewayDatabasesMigrateToTheSchemaOfAFreshOne) {
  for (const char* file : {"gateway_v1.sql", "gateway_v2.sql", "gateway_v3.sql", "gateway_v4.sql", "gateway_v5.sql"}) {
    const test::TempDir old;
    const test::TempDir fresh;
    BuildGolden(old, file, "gateway.db");
    ASSERT_TRUE(OpenGatewayDatabase(old.path()).ok());
    ASSERT_TRUE(OpenGatewayDatabase(fresh.path()).ok());
    EXPECT_EQ(SchemaOf(old.File("gateway.db")), SchemaOf(fresh.File("gateway.db"))) << file;
  }
}

// Details with their separators shown as '|' and '#'.
std::string ShownDetails(Database& database, const std::string& id) {
  Arena arena;
  const auto row = TrafficTable(database).Get(id, arena);
  if (!row.ok() || !row->has_value()) return "no row";
  std::string shown((*row)->details);
  for (char& c : shown) c = c == '\x1f' ? '|' : c == '\x1d' ? '#' : c;
  return shown;
}

void ExpectTheSumsAndSchema(Database& database, const std::string& path) {
  const auto sums = TrafficTable(database).Sums({.by = RollupBy::kAccount});
  ASSERT_TRUE(sums.ok());
  ASSERT_EQ(sums->size(), 1U);
  EXPECT_EQ(sums->front().bucket, "Work");
  const test::TempDir fresh;
  ASSERT_TRUE(OpenTrafficDatabase(fresh.path()).ok());
  EXPECT_EQ(SchemaOf(path), SchemaOf(fresh.File("traffic.db")));
}

TEST(Golden, TrafficVersion1KeepsItsRows) {
  const test::TempDir old;
  BuildGolden(old, "traffic_v1.sql", "traffic.db");
  RawSqlite(old.File("traffic.db"))
      .Execute(
          "INSERT INTO requests SELECT 2, 'req_2', started_ms + 1, 'messages', 'generate', 'asked', 'served', 'acc_1', "
          "'Work', 'gemini', 'key_1', 0, 1, 429, 'rate_minute', 'refused', -1, 500, 20, NULL, NULL, NULL, NULL, NULL, "
          "'unknown', '[{\"account\":\"acc_0\",\"account_label\":\"Home\",\"model\":\"m\",\"dialect\":\"chat\","
          "\"status\":200,\"started_us\":1,\"head_us\":2,\"duration_us\":3,\"connect_us\":4,"
          "\"reused_connection\":true},{\"account\":\"acc_1\",\"account_label\":\"Work\",\"model\":\"served\","
          "\"dialect\":\"gemini\",\"status\":429,\"error\":{\"kind\":\"rate_minute\",\"scope\":\"model\","
          "\"http_status\":429,\"retry_after_ms\":1500,\"text\":\"slow \\\"down\\\"\"},\"started_us\":5,"
          "\"duration_us\":6,\"connect_us\":0,\"reused_connection\":false,\"chosen\":{\"code\":\"affinity\","
          "\"args\":{\"rank\":\"1\",\"of\":\"2\"}}}]', '[{\"class\":\"approx\",\"field\":\"top_k\",\"reason\":"
          "{\"code\":\"no_such_field\",\"args\":{\"dialect\":\"gemini\"}}},{\"class\":\"drop\",\"field\":\"seed\","
          "\"reason\":{\"code\":\"x\",\"args\":{}}}]', 'curl', 't' FROM requests WHERE number = 1; "
          "INSERT INTO requests SELECT 3, 'req_3', started_ms, client_dialect, operation, model, upstream_model, "
          "account_id, account_label, upstream_dialect, client_key_id, stream, translated, status, error_kind, "
          "error_text, first_byte_us, duration_us, gateway_us, input, cache_read, cache_write, output, reasoning, "
          "stop_reason, 'broken', '', user_agent, trace_id FROM requests WHERE number = 1");
  auto database = OpenTrafficDatabase(old.path());
  ASSERT_TRUE(database.ok()) << database.status();
  const std::string request =
      "chat|chat|s|200||1200|90000|89920|10|0|0|20||stop|curl/8|0af7651916cd43dd8448eb211c80319c";
  EXPECT_EQ(ShownDetails(**database, "req_1"), request + "#A|acc_1|||||||||||||||||");
  EXPECT_EQ(ShownDetails(**database, "req_2"),
            "messages|generate|t|429|key_1||500|480||||||unknown|curl|t"
            "#A|acc_0|Home|m|chat|200|1|2|3|4|r||||||||"
            "#A|acc_1|Work|served|gemini|429|5||6|0||rate_minute|model|429|1500||slow \"down\"||affinity|rank|1|of|2"
            "#L|approx|top_k|no_such_field|dialect|gemini#L|drop|seed|x");
  EXPECT_EQ(ShownDetails(**database, "req_3"), request);
  Arena arena;
  RequestFilter failed;
  failed.errors_only = true;
  failed.text = "home";  // of another attempt than the last
  EXPECT_EQ(TrafficTable(**database).List(failed, arena)->size(), 0U);
  failed.text = "work";
  ASSERT_EQ(TrafficTable(**database).List(failed, arena)->size(), 1U);
  EXPECT_EQ(TrafficTable(**database).List(failed, arena)->front().error_text, "refused");
  ExpectTheSumsAndSchema(**database, old.File("traffic.db"));
}

TEST(Golden, TrafficVersion3KeepsItsRows) {
  const test::TempDir old;
  BuildGolden(old, "traffic_v3.sql", "traffic.db");
  auto database = OpenTrafficDatabase(old.path());
  ASSERT_TRUE(database.ok()) << database.status();
  const auto rows = ConversationTable(**database).Get({"call:toolu_1"});
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(rows->front().value, R"([{"family":"anthropic","kind":"text","signature":"c2ln"}])");
  ExpectTheSumsAndSchema(**database, old.File("traffic.db"));
}

TEST(Golden, TrafficVersion4KeepsItsRows) {
  const test::TempDir old;
  BuildGolden(old, "traffic_v4.sql", "traffic.db");
  auto database = OpenTrafficDatabase(old.path());
  ASSERT_TRUE(database.ok()) << database.status();
  const auto events = AccountEventTable(**database).List("acc_1", 10);
  ASSERT_TRUE(events.ok()) << events.status();
  ASSERT_EQ(events->size(), 1U);
  EXPECT_EQ(events->front().to_state, "cooling");
  EXPECT_EQ(events->front().retry_after_ms, 30'000);
  EXPECT_EQ(events->front().text, "Slow down");
  ExpectTheSumsAndSchema(**database, old.File("traffic.db"));
}

TEST(Golden, TrafficVersion2KeepsItsRows) {
  const test::TempDir old;
  BuildGolden(old, "traffic_v2.sql", "traffic.db");
  auto database = OpenTrafficDatabase(old.path());
  ASSERT_TRUE(database.ok()) << database.status();
  EXPECT_EQ(ShownDetails(**database, "req_019a9ab3c000a1b2c3d4e5f6"),
            "chat|generate|s|200||1200|90000|89920|10|0|0|20||end_turn|curl/8|0af7651916cd43dd8448eb211c80319c"
            "#A|acc_1|||chat|200|3|1100|89000||r");
  ExpectTheSumsAndSchema(**database, old.File("traffic.db"));
}

}  // namespace
}  // namespace ag::store
