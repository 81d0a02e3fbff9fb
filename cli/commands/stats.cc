#include <memory>
#include <string>

#include "cli/commands/commands.h"
#include "cli/output/json.h"
#include "cli/output/table.h"
#include "cli/output/text.h"

namespace ag::cli {
namespace {

void WriteSums(JsonWriter& json, const v1::TokenSums& sums) {
  json.Field("requests", sums.request_count()).Field("errors", sums.error_count()).Field("input", sums.input());
  json.Field("cache_read", sums.cache_read()).Field("cache_write", sums.cache_write());
  json.Field("output", sums.output()).Field("reasoning", sums.reasoning());
}

std::vector<std::string> Cells(const std::string& bucket, const v1::TokenSums& sums) {
  return {bucket,
          Grouped(sums.request_count()),
          Grouped(sums.error_count()),
          Grouped(sums.input()),
          Grouped(sums.cache_read()),
          Grouped(sums.cache_write()),
          Grouped(sums.output()),
          Grouped(sums.reasoning())};
}

absl::Status Tokens(Session& session, const v1::QueryTokensRequest& request) {
  const auto answer = session.client().QueryTokens(request);
  if (!answer.ok()) return answer.status();
  const std::string by = NameOf(request.group_by());
  if (session.json) {
    JsonWriter json;
    json.BeginObject().Field("by", by).Key("rows").BeginArray();
    for (const auto& row : answer->rows()) {
      json.BeginObject().Field(by, row.bucket());
      WriteSums(json, row.sums());
      json.EndObject();
    }
    json.EndArray().Key("total").BeginObject();
    WriteSums(json, answer->total());
    Print(json.EndObject().EndObject().text() + "\n");
    return absl::OkStatus();
  }
  if (answer->rows().empty()) {
    Print("No requests have been served yet.\n");
    return absl::OkStatus();
  }
  constexpr auto kRight = Table::Align::kRight;
  Table table({{by},
               {"requests", kRight},
               {"errors", kRight},
               {"input", kRight},
               {"cache read", kRight},
               {"cache write", kRight},
               {"output", kRight},
               {"reasoning", kRight}});
  for (const auto& row : answer->rows()) {
    // Requests that were refused before a model or an account was known.
    table.AddRow(Cells(row.bucket().empty() ? "(none)" : row.bucket(), row.sums()));
  }
  if (answer->rows_size() > 1) table.AddRow(Cells("total", answer->total()));
  Print(table.ToText());
  return absl::OkStatus();
}

}  // namespace

void AddStats(CLI::App& app, Session& session) {
  auto* stats = app.add_subcommand("stats", "Sums over the traffic");
  stats->require_subcommand(1)->fallthrough();
  auto* tokens = stats->add_subcommand("tokens", "Tokens and requests");
  tokens->fallthrough();
  auto request = std::make_shared<v1::QueryTokensRequest>();  // shared: the option and the command
  request->set_group_by(v1::TOKEN_GROUPING_DAY);
  tokens
      ->add_option_function<std::string>(
          "--by",
          [request](const std::string& name) {
            request->set_group_by(static_cast<v1::TokenGrouping>(EnumValue(*v1::TokenGrouping_descriptor(), name)));
          },
          "hour, day (default), model or account")
      ->check(CLI::IsMember({"hour", "day", "model", "account"}));
  tokens->callback(
      [&session, request] { session.command = [&session, request] { return Tokens(session, *request); }; });
}

}  // namespace ag::cli
