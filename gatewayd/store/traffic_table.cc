#include <absl/strings/str_cat.h>

#include <algorithm>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/store/tables.h"

namespace ag::store {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;

// In the order of RequestRow; Bind and Read below follow it.
constexpr std::string_view kColumns =
    "id, started_ms, client_dialect, operation, model, upstream_model, account_id, account_label, upstream_dialect, "
    "client_key_id, stream, translated, status, error_kind, error_text, first_byte_us, duration_us, gateway_us, input, "
    "cache_read, cache_write, output, reasoning, stop_reason, attempts_json, losses_json, user_agent, trace_id";

absl::Status Insert(Statement& insert, const RequestRow& row) {
  insert.Bind(row.id).Bind(row.started_ms).Bind(row.client_dialect).Bind(row.operation).Bind(row.model);
  insert.Bind(row.upstream_model).Bind(row.account_id).Bind(row.account_label).Bind(row.upstream_dialect);
  insert.Bind(row.client_key_id).Bind(row.stream).Bind(row.translated).Bind(row.status).Bind(row.error_kind);
  insert.Bind(row.error_text).Bind(row.first_byte_us).Bind(row.duration_us).Bind(row.gateway_us);
  insert.Bind(row.input).Bind(row.cache_read).Bind(row.cache_write).Bind(row.output).Bind(row.reasoning);
  insert.Bind(row.stop_reason).Bind(row.attempts_json).Bind(row.losses_json).Bind(row.user_agent).Bind(row.trace_id);
  return insert.Run();
}

RequestRow Read(const Statement& query) {
  int column = 0;
  RequestRow row;
  row.id = query.Text(column++);
  row.started_ms = query.Int(column++);
  row.client_dialect = query.Text(column++);
  row.operation = query.Text(column++);
  row.model = query.Text(column++);
  row.upstream_model = query.Text(column++);
  row.account_id = query.Text(column++);
  row.account_label = query.Text(column++);
  row.upstream_dialect = query.Text(column++);
  row.client_key_id = query.Text(column++);
  row.stream = query.Int(column++) != 0;
  row.translated = query.Int(column++) != 0;
  row.status = static_cast<int>(query.Int(column++));
  row.error_kind = query.Text(column++);
  row.error_text = query.Text(column++);
  row.first_byte_us = query.Int(column++);
  row.duration_us = query.Int(column++);
  row.gateway_us = query.Int(column++);
  row.input = query.OptionalInt(column++);
  row.cache_read = query.OptionalInt(column++);
  row.cache_write = query.OptionalInt(column++);
  row.output = query.OptionalInt(column++);
  row.reasoning = query.OptionalInt(column++);
  row.stop_reason = query.Text(column++);
  row.attempts_json = query.Text(column++);
  row.losses_json = query.Text(column++);
  row.user_agent = query.Text(column++);
  row.trace_id = query.Text(column++);
  return row;
}

absl::Status Add(Statement& upsert, const RollupKey& key, const RollupSums& sums) {
  upsert.Bind(key.hour_ms).Bind(key.model).Bind(key.account_id).Bind(key.dialect).Bind(key.client_key_id);
  upsert.Bind(key.account_label).Bind(sums.requests).Bind(sums.errors).Bind(sums.input).Bind(sums.cache_read);
  upsert.Bind(sums.cache_write).Bind(sums.output).Bind(sums.reasoning);
  return upsert.Run();
}

// The bucket's text, what rows are grouped by, and their order. max(hour_ms) makes SQLite take the bare column
// account_label from the newest row of the group (https://www.sqlite.org/lang_select.html#bareagg).
struct Grouping {
  std::string_view bucket;
  std::string_view group;
  std::string_view order;
};
Grouping GroupingOf(RollupBy by) {
  constexpr std::string_view kMostTokens = "sum(input + cache_read + cache_write + output + reasoning) DESC, 1";
  switch (by) {
    case RollupBy::kHour:
      return {"strftime('%Y-%m-%dT%H:00:00Z', hour_ms / 1000, 'unixepoch')", "1", "1"};
    case RollupBy::kDay:
      return {"strftime('%Y-%m-%d', hour_ms / 1000, 'unixepoch')", "1", "1"};
    case RollupBy::kModel:
      return {"model", "model", kMostTokens};
    case RollupBy::kAccount:
      return {"iif(account_label = '', account_id, account_label)", "account_id", kMostTokens};
  }
  return {"''", "1", "1"};
}

}  // namespace

absl::Status TrafficTable::Append(const std::vector<RequestRow>& rows,
                                  const std::vector<std::pair<RollupKey, RollupSums>>& sums) {
  AG_ASSIGN_OR_RETURN(Statement insert, database_.Prepare(absl::StrCat(
                                            "INSERT INTO requests(", ToAbsl(kColumns),
                                            ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) "
                                            "ON CONFLICT(id) DO NOTHING")));
  AG_ASSIGN_OR_RETURN(
      Statement upsert,
      database_.Prepare("INSERT INTO rollups(hour_ms, model, account_id, dialect, client_key_id, account_label, "
                        "requests, errors, input, cache_read, cache_write, output, reasoning) "
                        "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?) "
                        "ON CONFLICT(hour_ms, model, account_id, dialect, client_key_id) DO UPDATE SET "
                        "account_label = excluded.account_label, requests = requests + excluded.requests, "
                        "errors = errors + excluded.errors, input = input + excluded.input, "
                        "cache_read = cache_read + excluded.cache_read, "
                        "cache_write = cache_write + excluded.cache_write, output = output + excluded.output, "
                        "reasoning = reasoning + excluded.reasoning"));
  return database_.Transaction([&]() -> absl::Status {
    for (const RequestRow& row : rows) AG_RETURN_IF_ERROR(Insert(insert, row));
    for (const auto& [key, sum] : sums) AG_RETURN_IF_ERROR(Add(upsert, key, sum));
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<RequestRow>> TrafficTable::List(const RequestFilter& filter) {
  std::string sql = absl::StrCat("SELECT ", ToAbsl(kColumns), " FROM requests WHERE true");
  if (filter.before_ms > 0) absl::StrAppend(&sql, " AND (started_ms, id) < (?, ?)");
  if (filter.errors_only) absl::StrAppend(&sql, " AND error_kind <> ''");
  if (!filter.text.empty()) {
    absl::StrAppend(&sql,
                    " AND instr(lower(model || char(10) || upstream_model || char(10) || account_label || "
                    "char(10) || error_kind || char(10) || error_text), lower(?)) > 0");
  }
  absl::StrAppend(&sql, " ORDER BY started_ms DESC, id DESC LIMIT ?");
  AG_ASSIGN_OR_RETURN(Statement query, database_.Prepare(sql));
  if (filter.before_ms > 0) query.Bind(filter.before_ms).Bind(filter.before_id);
  if (!filter.text.empty()) query.Bind(filter.text);
  query.Bind(std::max(filter.limit, 0));

  std::vector<RequestRow> rows;
  for (;;) {
    AG_ASSIGN_OR_RETURN(const bool found, query.Step());
    if (!found) return rows;
    rows.push_back(Read(query));
  }
}

absl::StatusOr<std::optional<RequestRow>> TrafficTable::Get(const std::string& id) {
  AG_ASSIGN_OR_RETURN(Statement query,
                      database_.Prepare(absl::StrCat("SELECT ", ToAbsl(kColumns), " FROM requests WHERE id = ?")));
  AG_ASSIGN_OR_RETURN(const bool found, query.Bind(id).Step());
  if (!found) return std::optional<RequestRow>();
  return std::optional<RequestRow>(Read(query));
}

absl::StatusOr<std::vector<RollupRow>> TrafficTable::Sums(RollupBy by, std::int64_t since_ms, std::int64_t until_ms) {
  const Grouping grouping = GroupingOf(by);
  AG_ASSIGN_OR_RETURN(
      Statement query,
      database_.Prepare(absl::StrCat("SELECT ", ToAbsl(grouping.bucket),
                                     ", sum(requests), sum(errors), sum(input), sum(cache_read), sum(cache_write), "
                                     "sum(output), sum(reasoning), max(hour_ms) FROM rollups "
                                     "WHERE hour_ms > ?1 AND (?2 = 0 OR hour_ms < ?2) GROUP BY ",
                                     ToAbsl(grouping.group), " ORDER BY ", ToAbsl(grouping.order))));
  query.Bind(since_ms - kHourMs).Bind(until_ms);
  std::vector<RollupRow> rows;
  for (;;) {
    AG_ASSIGN_OR_RETURN(const bool found, query.Step());
    if (!found) return rows;
    RollupRow& row = rows.emplace_back();
    row.bucket = query.Text(0);
    row.sums.requests = query.Int(1);
    row.sums.errors = query.Int(2);
    row.sums.input = query.Int(3);
    row.sums.cache_read = query.Int(4);
    row.sums.cache_write = query.Int(5);
    row.sums.output = query.Int(6);
    row.sums.reasoning = query.Int(7);
  }
}

absl::StatusOr<std::int64_t> TrafficTable::Trim(std::int64_t max_rows, std::int64_t oldest_ms, int chunk) {
  const std::int64_t step = std::max(chunk, 1);
  AG_ASSIGN_OR_RETURN(Statement expire,
                      database_.Prepare("DELETE FROM requests WHERE number IN (SELECT number FROM requests "
                                        "WHERE started_ms < ? ORDER BY started_ms, id LIMIT ?)"));
  AG_ASSIGN_OR_RETURN(Statement shorten,
                      database_.Prepare("DELETE FROM requests WHERE number IN (SELECT number FROM requests "
                                        "ORDER BY started_ms, id LIMIT ?)"));
  std::int64_t deleted = 0;
  for (;;) {
    AG_RETURN_IF_ERROR(expire.Bind(oldest_ms).Bind(step).Run());
    deleted += database_.changes();
    if (database_.changes() < step) break;
  }
  AG_ASSIGN_OR_RETURN(const std::int64_t rows, QueryInt("SELECT count(*) FROM requests"));
  for (std::int64_t excess = rows - std::max<std::int64_t>(max_rows, 0); excess > 0; excess -= step) {
    AG_RETURN_IF_ERROR(shorten.Bind(std::min(excess, step)).Run());
    deleted += database_.changes();
  }
  AG_RETURN_IF_ERROR(ReturnUnusedPages());
  return deleted;
}

absl::Status TrafficTable::ReturnUnusedPages() {
  AG_ASSIGN_OR_RETURN(const std::int64_t unused, QueryInt("PRAGMA freelist_count"));
  AG_ASSIGN_OR_RETURN(const std::int64_t pages, QueryInt("PRAGMA page_count"));
  // A log that keeps its size reuses its free pages; only one that has shrunk has many.
  if (unused * 2 < pages) return absl::OkStatus();
  return database_.Execute("PRAGMA incremental_vacuum(2000)");
}

absl::StatusOr<std::int64_t> TrafficTable::QueryInt(std::string_view sql) {
  AG_ASSIGN_OR_RETURN(Statement query, database_.Prepare(sql));
  AG_ASSIGN_OR_RETURN(const bool found, query.Step());
  return found ? query.Int(0) : 0;
}

}  // namespace ag::store
