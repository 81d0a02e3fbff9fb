#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/store/tables.h"

namespace ag::store {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kVacuumPages = 2000;  // a step: the writer's lock is held meanwhile

// In the order of RequestRow; Insert and Read below follow it.
constexpr std::string_view kColumns =
    "id, started_ms, model, upstream_model, account_label, error_kind, error_text, details";

constexpr std::string_view kUpsert =
    "INSERT INTO rollups(hour_ms, model, account_id, dialect, client_key_id, account_label, requests, errors, input, "
    "cache_read, cache_write, output, reasoning, cost, unpriced, attempts) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) "
    "ON CONFLICT(hour_ms, model, account_id, dialect, client_key_id) DO UPDATE SET "
    "account_label = excluded.account_label, requests = requests + excluded.requests, "
    "errors = errors + excluded.errors, input = input + excluded.input, cache_read = cache_read + excluded.cache_read, "
    "cache_write = cache_write + excluded.cache_write, output = output + excluded.output, "
    "reasoning = reasoning + excluded.reasoning, cost = cost + excluded.cost, unpriced = unpriced + excluded.unpriced, "
    "attempts = attempts + excluded.attempts";

absl::Status Insert(Statement& insert, const RequestRow& row) {
  insert.BindView(row.id).Bind(row.started_ms).BindView(row.model).BindView(row.upstream_model);
  insert.BindView(row.account_label).BindView(row.error_kind).BindView(row.error_text).BindView(row.details);
  return insert.Run();
}

// Views that live until the statement's next step.
RequestRow ViewOf(const Statement& query) {
  int column = 0;
  RequestRow row;
  row.id = query.View(column++);
  row.started_ms = query.Int(column++);
  row.model = query.View(column++);
  row.upstream_model = query.View(column++);
  row.account_label = query.View(column++);
  row.error_kind = query.View(column++);
  row.error_text = query.View(column++);
  row.details = query.View(column++);
  return row;
}

RequestRow Copy(RequestRow row, Arena& arena) {
  for (std::string_view* text :
       {&row.id, &row.model, &row.upstream_model, &row.account_label, &row.error_kind, &row.error_text, &row.details}) {
    *text = arena.Copy(*text);
  }
  return row;
}

// The conditions of a list, and what is bound to them, in order.
std::string ListSql(const RequestFilter& filter) {
  std::string sql = absl::StrCat("SELECT ", ToAbsl(kColumns), " FROM requests WHERE true");
  if (!filter.before_id.empty()) absl::StrAppend(&sql, " AND id < ?");
  if (filter.errors_only) absl::StrAppend(&sql, " AND error_kind <> ''");
  if (filter.text.starts_with("req_")) {  // an id, or how one begins
    absl::StrAppend(&sql, " AND instr(lower(id), lower(?)) = 1");
  } else if (!filter.text.empty()) {
    absl::StrAppend(&sql,
                    " AND instr(lower(model || char(10) || upstream_model || char(10) || account_label || "
                    "char(10) || error_kind || char(10) || error_text), lower(?)) > 0");
  }
  if (!filter.model.empty()) absl::StrAppend(&sql, " AND ? IN (model, upstream_model)");
  if (!filter.error_kinds.empty()) {
    const std::vector<const char*> places(filter.error_kinds.size(), "?");
    absl::StrAppend(&sql, " AND error_kind IN (", absl::StrJoin(places, ", "), ")");
  }
  if (filter.until_ms > 0) absl::StrAppend(&sql, " AND started_ms < ?");
  return absl::StrCat(sql, " ORDER BY id DESC");
}

void BindFilter(const RequestFilter& filter, Statement& query) {
  if (!filter.before_id.empty()) query.Bind(filter.before_id);
  if (!filter.text.empty()) query.Bind(filter.text);
  if (!filter.model.empty()) query.Bind(filter.model);
  for (const std::string& kind : filter.error_kinds) query.Bind(kind);
  if (filter.until_ms > 0) query.Bind(filter.until_ms);
}

absl::Status Add(Statement& upsert, const RollupKey& key, const RollupSums& sums) {
  upsert.Bind(key.hour_ms).Bind(key.model).Bind(key.account_id).Bind(key.dialect).Bind(key.client_key_id);
  upsert.Bind(key.account_label).Bind(sums.requests).Bind(sums.errors).Bind(sums.input).Bind(sums.cache_read);
  upsert.Bind(sums.cache_write).Bind(sums.output).Bind(sums.reasoning).Bind(sums.cost).Bind(sums.unpriced);
  upsert.Bind(sums.attempts);
  return upsert.Run();
}

// A bucket's text and what rows are grouped by. max(hour_ms) makes SQLite take the bare column account_label from the
// newest row of the group (https://www.sqlite.org/lang_select.html#bareagg).
struct Grouping {
  std::string_view text;
  std::string_view group;
  bool by_time = false;
};
Grouping GroupingOf(RollupBy by) {
  switch (by) {
    case RollupBy::kHour:
      return {"strftime('%Y-%m-%dT%H:00:00Z', hour_ms / 1000, 'unixepoch')", "1", true};
    case RollupBy::kDay:
      return {"strftime('%Y-%m-%d', hour_ms / 1000, 'unixepoch')", "1", true};
    case RollupBy::kModel:
      return {"model", "model"};
    case RollupBy::kAccount:
      return {"iif(account_label = '', account_id, account_label)", "account_id"};
    case RollupBy::kAccountId:
      return {"account_id", "account_id"};
    case RollupBy::kClientKey:
      return {"client_key_id", "client_key_id"};
    case RollupBy::kDialect:
      return {"dialect", "dialect"};
  }
  return {"''", "1"};
}

std::string SumsSql(const RollupQuery& query) {
  constexpr std::string_view kMostTokens = "sum(input + cache_read + cache_write + output + reasoning) DESC, 1, 2";
  const Grouping bucket = GroupingOf(query.by);
  const Grouping part = query.split ? GroupingOf(*query.split) : Grouping{"''", "2"};
  return absl::StrCat(
      "SELECT ", ToAbsl(bucket.text), ", ", ToAbsl(part.text),
      ", sum(requests), sum(errors), sum(input), sum(cache_read), sum(cache_write), sum(output), "
      "sum(reasoning), sum(cost), sum(unpriced), sum(attempts), max(hour_ms) FROM rollups WHERE hour_ms > ?1 AND (?2 "
      "= 0 OR hour_ms < ?2)",
      query.served_only ? " AND account_id <> ''" : "", " GROUP BY ", ToAbsl(bucket.group), ", ", ToAbsl(part.group),
      query.served_only ? "" : " HAVING sum(requests) > 0", " ORDER BY ", bucket.by_time ? "1, " : "",
      ToAbsl(kMostTokens));
}

}  // namespace

absl::Status TrafficTable::Append(const NextRow& next, const std::vector<std::pair<RollupKey, RollupSums>>& sums) {
  if (!insert_) {
    AG_ASSIGN_OR_RETURN(insert_, database_.Prepare(absl::StrCat("INSERT INTO requests(", ToAbsl(kColumns),
                                                                ") VALUES(?,?,?,?,?,?,?,?) "
                                                                "ON CONFLICT(id) DO NOTHING")));
  }
  if (!upsert_) {
    AG_ASSIGN_OR_RETURN(upsert_, database_.Prepare(kUpsert));
  }
  std::int64_t inserted = 0;
  const absl::Status status = database_.Transaction([&]() -> absl::Status {
    RequestRow row;
    while (next(row)) {
      AG_RETURN_IF_ERROR(Insert(*insert_, row));
      inserted += database_.changes();
    }
    for (const auto& [key, sum] : sums) AG_RETURN_IF_ERROR(Add(*upsert_, key, sum));
    return absl::OkStatus();
  });
  if (status.ok() && rows_) *rows_ += inserted;
  return status;
}

absl::StatusOr<std::vector<RequestRow>> TrafficTable::List(const RequestFilter& filter, Arena& arena) {
  AG_ASSIGN_OR_RETURN(Statement query, database_.Prepare(ListSql(filter)));
  BindFilter(filter, query);
  std::vector<RequestRow> rows;
  while (rows.size() < static_cast<std::size_t>(std::max(filter.limit, 0))) {
    AG_ASSIGN_OR_RETURN(const bool found, query.Step());
    if (!found) break;
    const RequestRow row = ViewOf(query);
    if (row.started_ms < filter.since_ms) break;  // ids sort by time: what follows is older
    if (!filter.wanted || filter.wanted(row)) rows.push_back(Copy(row, arena));
  }
  return rows;
}

absl::StatusOr<std::optional<RequestRow>> TrafficTable::Get(const std::string& id, Arena& arena) {
  AG_ASSIGN_OR_RETURN(Statement query,
                      database_.Prepare(absl::StrCat("SELECT ", ToAbsl(kColumns), " FROM requests WHERE id = ?")));
  AG_ASSIGN_OR_RETURN(const bool found, query.Bind(id).Step());
  if (!found) return std::optional<RequestRow>();
  return std::optional<RequestRow>(Copy(ViewOf(query), arena));
}

absl::StatusOr<std::vector<RollupRow>> TrafficTable::Sums(const RollupQuery& query) {
  AG_ASSIGN_OR_RETURN(Statement sums, database_.Prepare(SumsSql(query)));
  sums.Bind(query.since_ms - kHourMs).Bind(query.until_ms);
  std::vector<RollupRow> rows;
  for (;;) {
    AG_ASSIGN_OR_RETURN(const bool found, sums.Step());
    if (!found) return rows;
    int column = 0;
    RollupRow& row = rows.emplace_back();
    row.bucket = sums.Text(column++);
    row.part = sums.Text(column++);
    row.sums.requests = sums.Int(column++);
    row.sums.errors = sums.Int(column++);
    row.sums.input = sums.Int(column++);
    row.sums.cache_read = sums.Int(column++);
    row.sums.cache_write = sums.Int(column++);
    row.sums.output = sums.Int(column++);
    row.sums.reasoning = sums.Int(column++);
    row.sums.cost = sums.Int(column++);
    row.sums.unpriced = sums.Int(column++);
    row.sums.attempts = sums.Int(column++);
    row.last_hour_ms = sums.Int(column++);
  }
}

absl::StatusOr<std::optional<std::int64_t>> TrafficTable::OldestSums() {
  AG_ASSIGN_OR_RETURN(Statement query, database_.Prepare("SELECT hour_ms FROM rollups ORDER BY hour_ms LIMIT 1"));
  AG_ASSIGN_OR_RETURN(const bool found, query.Step());
  return found ? std::optional<std::int64_t>(query.Int(0)) : std::nullopt;
}

absl::StatusOr<std::int64_t> TrafficTable::Trim(const TrafficLimits& limits, int chunk) {
  const std::int64_t step = std::max(chunk, 1);
  if (!rows_) {
    AG_ASSIGN_OR_RETURN(rows_, QueryInt("SELECT count(*) FROM requests"));
  }
  const std::int64_t before = *rows_;
  AG_RETURN_IF_ERROR(DeleteOlder(limits.oldest_ms, step));
  while (*rows_ > std::max<std::int64_t>(limits.max_rows, 0)) {
    AG_RETURN_IF_ERROR(DeleteOldest(std::min(*rows_ - limits.max_rows, step)));
  }
  AG_ASSIGN_OR_RETURN(Statement forget, database_.Prepare("DELETE FROM rollups WHERE hour_ms < ?"));
  AG_RETURN_IF_ERROR(forget.Bind(limits.oldest_sums_ms).Run());
  AG_RETURN_IF_ERROR(ShrinkTo(limits.max_bytes, step));
  AG_RETURN_IF_ERROR(ReturnUnusedPages());
  return before - *rows_;
}

// Ids sort by time: only the oldest are looked at.
absl::Status TrafficTable::DeleteOlder(std::int64_t oldest_ms, std::int64_t chunk) {
  AG_ASSIGN_OR_RETURN(Statement expire,
                      database_.Prepare("DELETE FROM requests WHERE id IN (SELECT id FROM (SELECT id, started_ms "
                                        "FROM requests ORDER BY id LIMIT ?) WHERE started_ms < ?)"));
  for (;;) {
    AG_RETURN_IF_ERROR(expire.Bind(chunk).Bind(oldest_ms).Run());
    *rows_ -= database_.changes();
    if (database_.changes() < chunk) return absl::OkStatus();
  }
}

absl::Status TrafficTable::DeleteOldest(std::int64_t count) {
  AG_ASSIGN_OR_RETURN(
      Statement shorten,
      database_.Prepare("DELETE FROM requests WHERE id IN (SELECT id FROM requests ORDER BY id LIMIT ?)"));
  AG_RETURN_IF_ERROR(shorten.Bind(count).Run());
  *rows_ -= database_.changes();
  return absl::OkStatus();
}

absl::Status TrafficTable::ShrinkTo(std::int64_t max_bytes, std::int64_t chunk) {
  AG_ASSIGN_OR_RETURN(const std::int64_t page_bytes, QueryInt("PRAGMA page_size"));
  const std::int64_t max_pages = std::max<std::int64_t>(max_bytes, 0) / page_bytes;
  for (;;) {
    AG_ASSIGN_OR_RETURN(const std::int64_t pages, QueryInt("PRAGMA page_count"));
    AG_ASSIGN_OR_RETURN(const std::int64_t unused, QueryInt("PRAGMA freelist_count"));
    if (pages <= max_pages) return absl::OkStatus();
    if (pages - unused <= max_pages || *rows_ == 0) {
      const std::int64_t excess = std::min({pages - max_pages, unused, kVacuumPages});
      if (excess == 0) return absl::OkStatus();
      AG_RETURN_IF_ERROR(database_.Execute(absl::StrCat("PRAGMA incremental_vacuum(", excess, ")")));
      AG_ASSIGN_OR_RETURN(const std::int64_t left, QueryInt("PRAGMA page_count"));
      if (left == pages) return absl::OkStatus();  // a file that was not made for it
      continue;
    }
    AG_RETURN_IF_ERROR(DeleteOldest(chunk));
  }
}

absl::Status TrafficTable::ReturnUnusedPages() {
  AG_ASSIGN_OR_RETURN(const std::int64_t unused, QueryInt("PRAGMA freelist_count"));
  AG_ASSIGN_OR_RETURN(const std::int64_t pages, QueryInt("PRAGMA page_count"));
  // A log that keeps its size reuses its free pages; only one that has shrunk has many.
  if (unused * 2 < pages) return absl::OkStatus();
  return database_.Execute(absl::StrCat("PRAGMA incremental_vacuum(", kVacuumPages, ")"));
}

absl::StatusOr<std::int64_t> TrafficTable::QueryInt(std::string_view sql) {
  AG_ASSIGN_OR_RETURN(Statement query, database_.Prepare(sql));
  AG_ASSIGN_OR_RETURN(const bool found, query.Step());
  return found ? query.Int(0) : 0;
}

}  // namespace ag::store
