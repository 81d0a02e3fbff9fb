#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gatewayd/store/tables.h"
#include "tests/store/raw_sqlite.h"
#include "tests/support/temp_dir.h"

namespace ag::store {
namespace {

using ::testing::ElementsAre;

constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kNoon = 1'793'534'400'000;  // 2026-11-01T12:00:00Z

class Traffic : public testing::Test {
 protected:
  void SetUp() override {
    auto database = OpenTrafficDatabase(dir_.path());
    ASSERT_TRUE(database.ok()) << database.status();
    database_ = *std::move(database);
    table_ = std::make_unique<TrafficTable>(*database_);
  }
  std::vector<std::string> Ids(const RequestFilter& filter) {
    Arena arena;
    auto rows = table_->List(filter, arena);
    EXPECT_TRUE(rows.ok()) << rows.status();
    std::vector<std::string> ids;
    for (const RequestRow& row : *rows) ids.emplace_back(row.id);
    return ids;
  }
  using Sums = std::vector<std::pair<RollupKey, RollupSums>>;
  absl::Status Append(const std::vector<RequestRow>& rows, const Sums& sums) {
    std::size_t taken = 0;
    return table_->Append(
        [&](RequestRow& row) {
          if (taken == rows.size()) return false;
          row = rows[taken++];
          return true;
        },
        sums);
  }
  void AppendMany(int count) {
    int made = 0;
    std::string id;
    const std::string details(400, 'a');
    const auto next = [&](RequestRow& row) {
      if (made == count) return false;
      id = absl::StrCat("r", 10'000 + made);
      row = RequestRow();
      row.id = id;
      row.started_ms = kNoon + made++;
      row.details = details;
      return true;
    };
    ASSERT_TRUE(table_->Append(next, {}).ok());
  }
  // Limits that keep all but what is older than `oldest_ms` or beyond `max_rows`.
  static TrafficLimits Keep(std::int64_t max_rows, std::int64_t oldest_ms) {
    return {max_rows, std::int64_t{1} << 40, oldest_ms, 0};
  }
  std::int64_t FileBytes() {
    RawSqlite raw(dir_.File("traffic.db"));
    return std::stoll(raw.Query("PRAGMA page_count")) * std::stoll(raw.Query("PRAGMA page_size"));
  }

  test::TempDir dir_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<TrafficTable> table_;
};

RequestRow Row(std::string_view id, std::int64_t started_ms, std::string_view model = "gpt-5",
               std::string_view error_kind = "") {
  RequestRow row;
  row.id = id;
  row.started_ms = started_ms;
  row.model = model;
  row.error_kind = error_kind;
  return row;
}

RollupSums Tokens(std::int64_t requests, std::int64_t input, std::int64_t output) {
  RollupSums sums;
  sums.requests = requests;
  sums.input = input;
  sums.output = output;
  return sums;
}

TEST_F(Traffic, ARequestComesBackAsItWasWritten) {
  RequestRow row = Row("r1", kNoon);
  row.upstream_model = "gpt-5-2026";
  row.account_label = "Work";
  row.error_kind = "account_auth";
  row.error_text = "refused";
  row.details =
      "a\x1f\x1d"
      "b";
  ASSERT_TRUE(Append({row}, {}).ok());
  Arena arena;
  const auto got = table_->Get("r1", arena);
  ASSERT_TRUE(got.ok() && got->has_value());
  const RequestRow& r = **got;
  EXPECT_EQ(r.id, "r1");
  EXPECT_EQ(r.started_ms, kNoon);
  EXPECT_EQ(r.model, "gpt-5");
  EXPECT_EQ(r.upstream_model, "gpt-5-2026");
  EXPECT_EQ(r.account_label, "Work");
  EXPECT_EQ(r.error_kind, "account_auth");
  EXPECT_EQ(r.error_text, "refused");
  EXPECT_EQ(r.details,
            "a\x1f\x1d"
            "b");
  EXPECT_FALSE(table_->Get("r2", arena).value().has_value());
}

TEST_F(Traffic, ListsNewestFirstAndPagesWithoutGaps) {
  ASSERT_TRUE(Append({Row("a", 1), Row("b", 2), Row("c", 2), Row("d", 2), Row("e", 3)}, {}).ok());
  RequestFilter filter;
  filter.limit = 2;
  EXPECT_THAT(Ids(filter), ElementsAre("e", "d"));
  filter.before_id = "d";
  EXPECT_THAT(Ids(filter), ElementsAre("c", "b"));
  filter.before_id = "b";
  EXPECT_THAT(Ids(filter), ElementsAre("a"));
}

TEST_F(Traffic, FiltersByErrorAndText) {
  RequestRow labelled = Row("c", 3);
  labelled.account_label = "Büro";
  ASSERT_TRUE(Append({Row("a", 1, "gpt-5"), Row("b", 2, "Claude-X", "overloaded"), labelled}, {}).ok());
  RequestFilter filter;
  filter.errors_only = true;
  EXPECT_THAT(Ids(filter), ElementsAre("b"));
  filter.errors_only = false;
  filter.text = "claude";
  EXPECT_THAT(Ids(filter), ElementsAre("b"));
  filter.text = "Büro";
  EXPECT_THAT(Ids(filter), ElementsAre("c"));
  filter.text = "%";  // no wildcard
  EXPECT_THAT(Ids(filter), ElementsAre());
}

TEST_F(Traffic, FindsARequestByItsId) {
  ASSERT_TRUE(Append({Row("req_01ARZ3", 1), Row("req_01BX5Z", 2)}, {}).ok());
  RequestFilter filter;
  filter.text = "req_01arz";
  EXPECT_THAT(Ids(filter), ElementsAre("req_01ARZ3"));
  filter.text = "01";
  EXPECT_THAT(Ids(filter), ElementsAre()) << "part of an id is no word";
}

TEST_F(Traffic, FiltersByModelKindTimeAndWhatTheCallerReads) {
  RequestRow routed = Row("d", 4, "alias");
  routed.upstream_model = "gpt-5";
  ASSERT_TRUE(
      Append({Row("a", 1, "gpt-5"), Row("b", 2, "gpt-5", "overloaded"), Row("c", 3, "claude", "billing"), routed}, {})
          .ok());
  RequestFilter filter;
  filter.model = "gpt-5";
  EXPECT_THAT(Ids(filter), ElementsAre("d", "b", "a"));
  filter.limit = 2;
  EXPECT_THAT(Ids(filter), ElementsAre("d", "b"));
  filter.since_ms = 2;
  filter.until_ms = 4;
  EXPECT_THAT(Ids(filter), ElementsAre("b"));
  filter = {};
  filter.error_kinds = {"billing", "overloaded"};
  EXPECT_THAT(Ids(filter), ElementsAre("c", "b"));
  filter.wanted = [](const RequestRow& row) { return row.id != "c"; };
  EXPECT_THAT(Ids(filter), ElementsAre("b"));
}

TEST_F(Traffic, ListsWalkAnIndexAndSortNothing) {
  sqlite3* connection = nullptr;
  ASSERT_EQ(sqlite3_open(dir_.File("traffic.db").c_str(), &connection), SQLITE_OK);
  for (const auto& [where, index] :
       {std::pair{"id < 'x'", "PRIMARY KEY (id<?)"}, std::pair{"error_kind <> ''", "failed_requests"}}) {
    sqlite3_stmt* plan = nullptr;
    const std::string sql = absl::StrCat("EXPLAIN QUERY PLAN SELECT id, error_text FROM requests WHERE true AND ",
                                         where, " ORDER BY id DESC LIMIT 10");
    ASSERT_EQ(sqlite3_prepare_v2(connection, sql.c_str(), -1, &plan, nullptr), SQLITE_OK);
    std::string text;
    while (sqlite3_step(plan) == SQLITE_ROW) text += reinterpret_cast<const char*>(sqlite3_column_text(plan, 3));
    sqlite3_finalize(plan);
    EXPECT_THAT(text, testing::HasSubstr(index));
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("TEMP B-TREE")));
  }
  sqlite3_close(connection);
}

TEST_F(Traffic, ARepeatedIdDoesNotCostTheBatch) {
  ASSERT_TRUE(Append({Row("a", 1, "first")}, {}).ok());
  ASSERT_TRUE(Append({Row("a", 9, "again"), Row("b", 2)}, {}).ok());
  EXPECT_THAT(Ids({}), ElementsAre("b", "a"));
  Arena arena;
  EXPECT_EQ((*table_->Get("a", arena))->model, "first");
}

TEST_F(Traffic, RequestsAndSumsAreWrittenTogether) {
  RawSqlite(dir_.File("traffic.db"))
      .Execute("CREATE TRIGGER refuse BEFORE INSERT ON rollups BEGIN SELECT raise(ABORT, 'refused'); END");
  EXPECT_FALSE(Append({Row("a", 1)}, {{RollupKey{kNoon, "m", "", "", "", ""}, Tokens(1, 1, 1)}}).ok());
  EXPECT_THAT(Ids({}), ElementsAre());
}

TEST_F(Traffic, SumsAddUpByHourDayModelAndAccount) {
  const RollupKey work_noon{kNoon, "big", "acc_1", "Work", "chat", ""};
  RollupKey work_later = work_noon;
  work_later.hour_ms = kNoon + kHour;
  work_later.account_label = "Work (renamed)";
  const RollupKey home_next_day{kNoon + 24 * kHour, "small", "acc_2", "", "chat", ""};
  ASSERT_TRUE(Append({}, {{work_noon, Tokens(1, 10, 1)}, {home_next_day, Tokens(1, 2, 1)}}).ok());
  ASSERT_TRUE(Append({}, {{work_noon, Tokens(2, 20, 2)}, {work_later, Tokens(4, 40, 4)}}).ok());

  const auto buckets = [&](RollupBy by, std::int64_t since, std::int64_t until) {
    auto rows = table_->Sums({.by = by, .since_ms = since, .until_ms = until});
    EXPECT_TRUE(rows.ok()) << rows.status();
    std::vector<std::string> lines;
    for (const RollupRow& row : *rows) {
      lines.push_back(absl::StrCat(row.bucket, " ", row.sums.requests, " ", row.sums.input, " ", row.sums.output));
    }
    return lines;
  };
  EXPECT_THAT(buckets(RollupBy::kHour, 0, 0),
              ElementsAre("2026-11-01T12:00:00Z 3 30 3", "2026-11-01T13:00:00Z 4 40 4", "2026-11-02T12:00:00Z 1 2 1"));
  EXPECT_THAT(buckets(RollupBy::kDay, 0, 0), ElementsAre("2026-11-01 7 70 7", "2026-11-02 1 2 1"));
  EXPECT_THAT(buckets(RollupBy::kModel, 0, 0), ElementsAre("big 7 70 7", "small 1 2 1"));
  EXPECT_THAT(buckets(RollupBy::kAccount, 0, 0), ElementsAre("Work (renamed) 7 70 7", "acc_2 1 2 1"));
  EXPECT_THAT(buckets(RollupBy::kAccountId, 0, 0), ElementsAre("acc_1 7 70 7", "acc_2 1 2 1"));
  // An hour counts when any of it lies within the range.
  EXPECT_THAT(buckets(RollupBy::kModel, kNoon + kHour + 1, kNoon + 2 * kHour), ElementsAre("big 4 40 4"));
  EXPECT_THAT(buckets(RollupBy::kModel, kNoon, kNoon + kHour), ElementsAre("big 3 30 3"));
}

TEST_F(Traffic, SplitsTimesIntoParts) {
  const RollupKey work{kNoon, "big", "acc_1", "Work", "chat", "key_1"};
  RollupKey home = work;
  home.account_id = "acc_2";
  home.account_label = "Home";
  home.client_key_id = "";
  RollupKey renamed = work;
  renamed.hour_ms = kNoon + kHour;
  renamed.account_label = "Work (renamed)";
  renamed.dialect = "messages";
  RollupKey refused = work;  // no account was asked
  refused.account_id = "";
  refused.account_label = "";
  ASSERT_TRUE(Append({}, {{work, Tokens(1, 10, 0)}, {home, Tokens(1, 30, 0)}, {renamed, Tokens(1, 5, 0)}}).ok());
  ASSERT_TRUE(Append({}, {{refused, Tokens(7, 0, 0)}}).ok());
  const auto lines = [&](const RollupQuery& query) {
    const auto rows = table_->Sums(query);
    EXPECT_TRUE(rows.ok()) << rows.status();
    std::vector<std::string> texts;
    for (const RollupRow& row : *rows) texts.push_back(absl::StrCat(row.bucket, "|", row.part, "|", row.sums.requests));
    return texts;
  };
  EXPECT_THAT(lines({.by = RollupBy::kHour, .split = RollupBy::kAccount, .served_only = true}),
              ElementsAre("2026-11-01T12:00:00Z|Home|1", "2026-11-01T12:00:00Z|Work|1",
                          "2026-11-01T13:00:00Z|Work (renamed)|1"));
  EXPECT_THAT(lines({.by = RollupBy::kDay, .split = RollupBy::kAccount}),
              ElementsAre("2026-11-01|Home|1", "2026-11-01|Work (renamed)|2", "2026-11-01||7"));
  EXPECT_THAT(lines({.by = RollupBy::kDay, .split = RollupBy::kDialect, .served_only = true}),
              ElementsAre("2026-11-01|chat|2", "2026-11-01|messages|1"));
  EXPECT_THAT(lines({.by = RollupBy::kClientKey}), ElementsAre("||1", "key_1||9"));
  EXPECT_THAT(lines({.by = RollupBy::kClientKey, .served_only = true}), ElementsAre("||1", "key_1||2"));
  EXPECT_EQ(table_->Sums({.by = RollupBy::kClientKey})->back().last_hour_ms, kNoon + kHour);
  EXPECT_EQ(table_->OldestSums().value(), kNoon);
}

TEST_F(Traffic, MoneyAddsUpAndWhatHadNoPriceIsCounted) {
  RollupSums priced = Tokens(2, 10, 5);
  priced.cost = 1'500;
  RollupSums unpriced = Tokens(1, 7, 7);
  unpriced.unpriced = 1;
  const RollupKey key{kNoon, "gpt-5", "acc", "one", "chat", ""};
  ASSERT_TRUE(Append({}, {{key, priced}}).ok());
  ASSERT_TRUE(Append({}, {{key, priced}, {key, unpriced}}).ok());
  const auto rows = table_->Sums({}).value();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].sums.cost, 3'000);
  EXPECT_EQ(rows[0].sums.unpriced, 1);
}

TEST(TrafficMigration, SumsOfBeforeHaveNoPrice) {
  const test::TempDir dir;
  DatabaseOptions options;
  options.path = dir.File("traffic.db");
  options.application_name = "ag-gateway.traffic";
  ASSERT_TRUE(Database::Open(options, TrafficMigrations().first(4)).ok());
  {
    RawSqlite raw(options.path);
    raw.Query(
        "INSERT INTO rollups VALUES(3600000, 'gpt-5', 'acc', 'chat', '', 'one', 5, 1, 10, 0, 0, 20, 0), "
        "(3600000, 'gpt-4', 'acc', 'chat', '', 'one', 2, 2, 0, 0, 0, 0, 0)");
  }
  auto database = OpenTrafficDatabase(dir.path());
  ASSERT_TRUE(database.ok()) << database.status();
  TrafficTable table(**database);
  RollupQuery query;
  query.by = RollupBy::kModel;
  const auto rows = table.Sums(query).value();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].sums.requests, 5);
  EXPECT_EQ(rows[0].sums.cost, 0);
  EXPECT_EQ(rows[0].sums.unpriced, 4);
  EXPECT_EQ(rows[1].sums.unpriced, 0) << "nothing was used";
}

TEST_F(Traffic, NothingIsOldestOfNothing) { EXPECT_EQ(table_->OldestSums().value(), std::nullopt); }

TEST_F(Traffic, TrimsByAgeAndRowsOldestFirst) {
  AppendMany(100);
  EXPECT_EQ(table_->Trim(Keep(1000, kNoon + 30), 7).value(), 30);
  EXPECT_EQ(table_->Trim(Keep(10, 0), 7).value(), 60);
  EXPECT_EQ(table_->Trim(Keep(10, 0), 7).value(), 0);
  const auto ids = Ids({});
  EXPECT_EQ(ids.size(), 10U);
  EXPECT_EQ(ids.back(), "r10090");
}

TEST_F(Traffic, TrimDeletesInChunksAndLeavesTheSums) {
  AppendMany(50);
  ASSERT_TRUE(Append({}, {{RollupKey{kNoon, "m", "", "", "", ""}, Tokens(50, 1, 1)}}).ok());
  // The log's own bookkeeping of transactions: each delete statement fires the trigger once a row.
  RawSqlite(dir_.File("traffic.db"))
      .Execute(
          "CREATE TABLE kept(n); CREATE TRIGGER stop BEFORE DELETE ON requests WHEN old.id = 'r10025' "
          "BEGIN SELECT raise(ABORT, 'stop'); END");
  EXPECT_FALSE(table_->Trim(Keep(0, 0), 10).ok());
  EXPECT_EQ(Ids({}).size(), 30U);  // two whole chunks went before the third one failed
  EXPECT_EQ(table_->Sums({.by = RollupBy::kModel})->front().sums.requests, 50);
}

TEST_F(Traffic, AShrunkLogGivesItsPagesBack) {
  AppendMany(3000);
  const auto pages = [&] { return std::stoll(RawSqlite(dir_.File("traffic.db")).Query("PRAGMA page_count")); };
  const auto before = pages();
  ASSERT_EQ(table_->Trim(Keep(10, 0), 500).value(), 2990);
  EXPECT_LT(pages() * 4, before);
}

TEST_F(Traffic, ALogThatIsTooLargeShrinksToItsBytes) {
  AppendMany(3000);
  TrafficLimits limits = Keep(1'000'000, 0);
  limits.max_bytes = FileBytes() - 1;
  EXPECT_EQ(table_->Trim(limits, 100).value(), 100);
  limits.max_bytes = 400'000;
  const std::int64_t gone = table_->Trim(limits, 100).value();
  EXPECT_GT(gone, 1500);
  EXPECT_LT(gone, 2900);
  EXPECT_LE(FileBytes(), 400'000);
  const auto ids = Ids({});
  ASSERT_FALSE(ids.empty());
  EXPECT_EQ(ids.front(), "r12999");  // the newest stay
  EXPECT_EQ(table_->Trim(limits, 100).value(), 0);
}

TEST_F(Traffic, SumsAreNotDeletedForBytesAndDoNotHoldUpTheTrim) {
  AppendMany(10);
  ASSERT_TRUE(Append({}, {{RollupKey{kNoon, "m", "", "", "", ""}, Tokens(10, 1, 1)}}).ok());
  TrafficLimits limits = Keep(1'000'000, 0);
  limits.max_bytes = 0;
  EXPECT_EQ(table_->Trim(limits, 3).value(), 10);
  EXPECT_EQ(table_->Sums({.by = RollupBy::kModel})->front().sums.requests, 10);
}

TEST_F(Traffic, OldSumsAreForgotten) {
  ASSERT_TRUE(Append({}, {{RollupKey{kNoon, "old", "", "", "", ""}, Tokens(1, 1, 1)},
                          {RollupKey{kNoon + kHour, "new", "", "", "", ""}, Tokens(2, 1, 1)}})
                  .ok());
  TrafficLimits limits = Keep(10, 0);
  limits.oldest_sums_ms = kNoon + 1;
  EXPECT_EQ(table_->Trim(limits, 10).value(), 0);
  const auto sums = table_->Sums({.by = RollupBy::kModel});
  ASSERT_EQ(sums->size(), 1U);
  EXPECT_EQ(sums->front().bucket, "new");
}

TEST_F(Traffic, AReaderListsWhileTheWriterWorks) {
  Arena arena;
  auto reader = OpenTrafficReader(dir_.path());
  ASSERT_TRUE(reader.ok()) << reader.status();
  ASSERT_TRUE(Append({Row("a", 1)}, {}).ok());
  const auto written = database_->Transaction([&]() -> absl::Status {
    EXPECT_TRUE(database_->Execute("DELETE FROM requests").ok());
    const auto rows = TrafficTable(**reader).List({}, arena);
    EXPECT_TRUE(rows.ok()) << rows.status();
    EXPECT_EQ(rows->size(), 1U);
    return absl::OkStatus();
  });
  EXPECT_TRUE(written.ok());
  EXPECT_EQ(TrafficTable(**reader).List({}, arena)->size(), 0U);
}

}  // namespace
}  // namespace ag::store
