#include <absl/strings/str_cat.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/output/csv.h"
#include "cli/output/json.h"
#include "cli/output/table.h"
#include "cli/output/text.h"
#include "cli/output/time_text.h"

namespace ag::cli {
namespace {

struct TokenOptions {
  std::string by = "day";
  std::string split;  // empty = none
  std::string from;
  std::string to;
  bool csv = false;
};

void WriteSums(JsonWriter& json, const v1::TokenSums& sums) {
  json.Field("requests", sums.request_count()).Field("errors", sums.error_count()).Field("input", sums.input());
  json.Field("cache_read", sums.cache_read()).Field("cache_write", sums.cache_write());
  json.Field("output", sums.output()).Field("reasoning", sums.reasoning());
  if (sums.has_cache_share()) json.Key("cache_share").Number(sums.cache_share());
  json.Field("cost_nano_usd", sums.cost_nano_usd()).Field("unpriced_requests", sums.unpriced_count());
}

std::string Percent(const v1::TokenSums& sums) {
  return sums.has_cache_share() ? absl::StrCat(std::lround(sums.cache_share() * 100), " %") : std::string();
}

// What has no price may have cost more.
std::string Cost(const v1::TokenSums& sums) {
  if (sums.unpriced_count() == 0) return Usd(sums.cost_nano_usd());
  return sums.cost_nano_usd() == 0 ? "?" : absl::StrCat("≥ ", Usd(sums.cost_nano_usd()));
}

std::vector<std::string> Cells(const v1::TokenSums& sums) {
  return {Grouped(sums.request_count()), Grouped(sums.error_count()), Grouped(sums.input()),
          Grouped(sums.cache_read()),    Grouped(sums.cache_write()), Percent(sums),
          Grouped(sums.output()),        Grouped(sums.reasoning()),   Cost(sums)};
}

std::vector<std::string> CsvCells(const v1::TokenSums& sums) {
  return {absl::StrCat(sums.request_count()), absl::StrCat(sums.error_count()),   absl::StrCat(sums.input()),
          absl::StrCat(sums.cache_read()),    absl::StrCat(sums.cache_write()),   absl::StrCat(sums.output()),
          absl::StrCat(sums.reasoning()),     absl::StrCat(sums.cost_nano_usd()), absl::StrCat(sums.unpriced_count())};
}

// The bucket, and its part where rows are split, before `cells`.
std::vector<std::string> Named(const TokenOptions& options, std::string bucket, std::string part,
                               const std::vector<std::string>& cells) {
  std::vector<std::string> all{std::move(bucket)};
  if (!options.split.empty()) all.push_back(std::move(part));
  all.insert(all.end(), cells.begin(), cells.end());
  return all;
}

void PrintJson(const TokenOptions& options, const v1::QueryTokensResponse& answer) {
  JsonWriter json;
  json.BeginObject().Field("by", options.by);
  if (!options.split.empty()) json.Field("split", options.split);
  json.Key("rows").BeginArray();
  for (const auto& row : answer.rows()) {
    json.BeginObject().Field(options.by, row.bucket());
    if (!options.split.empty()) json.Field(options.split, row.part());
    WriteSums(json, row.sums());
    json.EndObject();
  }
  json.EndArray().Key("total").BeginObject();
  WriteSums(json, answer.total());
  Print(json.EndObject().EndObject().text() + "\n");
}

void PrintCsv(const TokenOptions& options, const v1::QueryTokensResponse& answer) {
  std::string text = CsvLine(Named(options, options.by, options.split,
                                   {"requests", "errors", "input", "cache_read", "cache_write", "output", "reasoning",
                                    "cost_nano_usd", "unpriced_requests"}));
  for (const auto& row : answer.rows()) text += CsvLine(Named(options, row.bucket(), row.part(), CsvCells(row.sums())));
  Print(text);
}

void PrintTable(const TokenOptions& options, const v1::QueryTokensResponse& answer) {
  constexpr auto kRight = Table::Align::kRight;
  std::vector<Table::Column> columns{{options.by}};
  if (!options.split.empty()) columns.push_back({options.split});
  for (const char* title :
       {"requests", "errors", "input", "cache read", "cache write", "cached", "output", "reasoning", "cost"}) {
    columns.push_back({title, kRight});
  }
  Table table(std::move(columns));
  // Requests that were refused before a model or an account was known.
  const auto shown = [](const std::string& name) { return name.empty() ? std::string("(none)") : name; };
  for (const auto& row : answer.rows()) {
    table.AddRow(Named(options, shown(row.bucket()), shown(row.part()), Cells(row.sums())));
  }
  if (answer.rows_size() > 1) table.AddRow(Named(options, "total", "", Cells(answer.total())));
  Print(table.ToText());
}

v1::TokenGrouping GroupingOf(const std::string& name) {
  return static_cast<v1::TokenGrouping>(EnumValue(*v1::TokenGrouping_descriptor(), name));
}

absl::Status SetRange(const TokenOptions& options, v1::QueryTokensRequest& request) {
  if (!options.from.empty()) {
    auto time = ParseTime(options.from, Direction::kBack);
    if (!time.ok()) return time.status();
    *request.mutable_start_time() = *std::move(time);
  }
  if (!options.to.empty()) {
    auto time = ParseTime(options.to, Direction::kBack);
    if (!time.ok()) return time.status();
    *request.mutable_end_time() = *std::move(time);
  }
  return absl::OkStatus();
}

absl::Status Tokens(Session& session, const TokenOptions& options) {
  v1::QueryTokensRequest request;
  request.set_group_by(GroupingOf(options.by));
  if (!options.split.empty()) request.set_split_by(GroupingOf(options.split));
  if (auto status = SetRange(options, request); !status.ok()) return status;
  const auto answer = session.client().QueryTokens(request);
  if (!answer.ok()) return answer.status();
  if (session.json) {
    PrintJson(options, *answer);
  } else if (options.csv) {
    PrintCsv(options, *answer);
  } else if (answer->rows().empty()) {
    Print("No requests were served in this time.\n");
  } else {
    PrintTable(options, *answer);
  }
  return absl::OkStatus();
}

}  // namespace

void AddStats(CLI::App& app, Session& session) {
  auto* stats = app.add_subcommand("stats", "Sums over the traffic");
  stats->require_subcommand(1)->fallthrough();
  auto* tokens = stats->add_subcommand("tokens", "Tokens and requests");
  tokens->fallthrough();
  auto options = std::make_shared<TokenOptions>();  // shared: the options and the command
  tokens->add_option("--by", options->by, "hour, day (default), model, account, client_key or dialect")
      ->check(CLI::IsMember({"hour", "day", "model", "account", "client_key", "dialect"}));
  tokens->add_option("--split", options->split, "Split each hour or day by model, account, client_key or dialect")
      ->check(CLI::IsMember({"model", "account", "client_key", "dialect"}));
  tokens->add_option("--from", options->from, "From when on: 2026-11-01, 2026-11-01T13:00Z, or 7d, 12h ago");
  tokens->add_option("--to", options->to, "Until when (default: now)");
  tokens->add_flag("--csv", options->csv, "Answer in CSV, for spreadsheets");
  tokens->callback(
      [&session, options] { session.command = [&session, options] { return Tokens(session, *options); }; });
}

}  // namespace ag::cli
