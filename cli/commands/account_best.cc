#include "cli/commands/account_best.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include "cli/output/json.h"
#include "cli/output/table.h"
#include "cli/output/text.h"

namespace ag::cli {
namespace {

std::string Words(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

void PrintJson(const v1::ListBestAccountsResponse& answer) {
  JsonWriter json;
  json.BeginArray();
  for (const auto& best : answer.best_accounts()) {
    json.BeginObject().Field("provider", best.provider()).Field("account_id", best.account_id());
    json.Field("account_label", best.account_label()).Field("reason", best.reason().code());
    json.Key("share").Number(best.share());
    json.Key("candidates").BeginArray();
    for (const auto& candidate : best.candidates()) {
      json.BeginObject().Field("id", candidate.account_id()).Field("label", candidate.account_label());
      json.Field("eligible", candidate.eligible());
      if (!candidate.eligible()) json.Field("reason", NameOf(candidate.reject_reason()));
      if (candidate.has_available_time()) json.Field("until", Rfc3339(candidate.available_time()));
      json.EndObject();
    }
    json.EndArray().EndObject();
  }
  Print(json.EndArray().text() + "\n");
}

// "backup cooling, back in 20 s": what keeps the others away.
std::string Others(const v1::BestAccount& best) {
  std::string text;
  for (const auto& candidate : best.candidates()) {
    if (candidate.eligible()) continue;
    absl::StrAppend(&text, text.empty() ? "" : "; ", candidate.account_label(), " ",
                    Words(NameOf(candidate.reject_reason())));
    if (candidate.has_available_time()) absl::StrAppend(&text, ", back ", Ago(candidate.available_time()));
  }
  return text;
}

absl::Status Best(Session& session, const v1::ListBestAccountsRequest& request) {
  const auto answer = session.client().ListBestAccounts(request);
  if (!answer.ok()) return answer.status();
  if (session.json) {
    PrintJson(*answer);
    return absl::OkStatus();
  }
  if (answer->best_accounts().empty()) {
    Print("There are no accounts yet. Add one with `agctl accounts add --provider NAME`.\n");
    return absl::OkStatus();
  }
  Table table({{"provider"}, {"account"}, {"why"}, {"share", Table::Align::kRight}, {"cannot serve now"}});
  for (const auto& best : answer->best_accounts()) {
    const std::string share = absl::StrCat(std::lround(best.share() * 100), " %");
    table.AddRow({best.provider(), best.account_id().empty() ? "(none)" : best.account_label(), Sentence(best.reason()),
                  best.account_id().empty() ? "" : share, Others(best)});
  }
  Print(table.ToText());
  return absl::OkStatus();
}

}  // namespace

void AddAccountBest(CLI::App& accounts, Session& session) {
  auto* app = accounts.add_subcommand("best", "Tell whom each provider's next new conversation would go to, and why");
  auto request = std::make_shared<v1::ListBestAccountsRequest>();  // shared: the option and the command
  app->add_option("--model", *request->mutable_model(), "For this upstream model (default: whatever model)");
  app->callback([&session, request] { session.command = [&session, request] { return Best(session, *request); }; });
}

}  // namespace ag::cli
