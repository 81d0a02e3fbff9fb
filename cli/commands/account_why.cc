#include "cli/commands/account_why.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "cli/commands/account_limits.h"
#include "cli/commands/account_view.h"
#include "cli/commands/budget_view.h"
#include "cli/commands/fact_view.h"
#include "cli/output/json.h"
#include "cli/output/table.h"
#include "cli/output/text.h"

namespace ag::cli {
namespace {

constexpr int kEvents = 20;

// "HTTP 429 rate_limit_exceeded: Slow down"
std::string ErrorText(const v1::ProviderError& error) {
  std::string text;
  if (error.http_status() != 0) absl::StrAppend(&text, "HTTP ", error.http_status());
  if (!error.code().empty()) absl::StrAppend(&text, text.empty() ? "" : " ", error.code());
  if (text.empty()) text = Spoken(NameOf(error.kind()));
  if (!error.text().empty()) absl::StrAppend(&text, ": ", error.text());
  return text;
}

// ", as the provider said", or what it said, where no pause is as long as that; empty without its word.
std::string HintText(const v1::AccountStatus& status) {
  constexpr std::int64_t kSlack = 5;  // seconds, of the two clock readings and of rounding
  if (!status.provider_hint()) return {};
  const std::int64_t pause = status.end_time().seconds() - status.since_time().seconds();
  const bool cut = status.has_since_time() && status.error().retry_after().seconds() > pause + kSlack;
  return cut ? absl::StrCat(", though the provider said ", Coarse(status.error().retry_after()))
             : ", as the provider said";
}

std::string NewCredential(const v1::Account& account) {
  switch (account.credential_kind()) {
    case v1::CREDENTIAL_KIND_OAUTH:
      return absl::StrCat("a new sign-in: agctl accounts sign-in --account ", account.id());
    case v1::CREDENTIAL_KIND_SERVICE_ACCOUNT:
      return absl::StrCat("a new key file: agctl accounts update ", account.id(), " --service-account FILE");
    default:
      return absl::StrCat("a new key: agctl accounts update ", account.id(), " --api-key-file FILE");
  }
}

// What ends the condition, and what a person can do.
std::string EndText(const v1::AccountStatus& status, const v1::Account& account) {
  const std::string& id = account.id();
  const std::string when =
      status.has_end_time() ? absl::StrCat(Ago(status.end_time()), " (", Rfc3339(status.end_time()), ")") : "";
  switch (status.condition()) {
    case v1::ACCOUNT_CONDITION_COOLING:
      return absl::StrCat("one request may try ", when, HintText(status), "; now: agctl accounts clear ", id);
    case v1::ACCOUNT_CONDITION_HALF_OPEN:
      return "the next request tries it";
    case v1::ACCOUNT_CONDITION_PROBING:
      return "a request is trying it now";
    case v1::ACCOUNT_CONDITION_NEEDS_SIGN_IN:
      return when.empty() ? NewCredential(account)
                          : absl::StrCat("the gateway tests it again ", when, "; now: agctl accounts test ", id,
                                         ", or ", NewCredential(account));
    case v1::ACCOUNT_CONDITION_FORBIDDEN:
      return absl::StrCat(
          when.empty() ? "the provider alone; then" : absl::StrCat("one request tries it ", when, "; now"),
          ": agctl accounts enable ", id);
    case v1::ACCOUNT_CONDITION_EXHAUSTED:
      return absl::StrCat("the budget's next period", when.empty() ? "" : " ", when);
    case v1::ACCOUNT_CONDITION_DISABLED:
      return absl::StrCat("agctl accounts enable ", id);
    default:
      return {};
  }
}

std::string StatusText(const v1::AccountStatus& status, const std::string& title, const v1::Account& account) {
  std::string text = absl::StrCat(title, " is ", Spoken(NameOf(status.condition())));
  if (status.has_since_time()) absl::StrAppend(&text, " since ", Ago(status.since_time()));
  text += "\n";
  if (status.has_error()) absl::StrAppend(&text, "  why   ", ErrorText(status.error()), "\n");
  if (const std::string end = EndText(status, account); !end.empty()) absl::StrAppend(&text, "  ends  ", end, "\n");
  return text;
}

std::string EventTable(const v1::ListAccountEventsResponse& history) {
  Table table({{"TIME"}, {"MODEL"}, {"FROM"}, {"TO"}, {"BECAUSE"}});
  for (const auto& event : history.events()) {
    std::string because = Spoken(NameOf(event.signal()));
    if (event.has_error()) absl::StrAppend(&because, ": ", ErrorText(event.error()));
    if (event.has_budget()) absl::StrAppend(&because, ": ", BudgetName(event.budget()));
    table.AddRow({Rfc3339(event.event_time()), event.model().empty() ? "(all)" : event.model(),
                  Spoken(NameOf(event.from_condition())), Spoken(NameOf(event.to_condition())), because});
  }
  return table.ToText();
}

void WriteError(JsonWriter& json, const v1::ProviderError& error) {
  json.BeginObject().Field("kind", NameOf(error.kind())).Field("http_status", error.http_status());
  json.Field("code", error.code()).Field("text", error.text());
  if (error.has_retry_after()) json.Key("retry_after_ms").Number(Millis(error.retry_after()));
  json.EndObject();
}

void WriteStatus(JsonWriter& json, const v1::AccountStatus& status) {
  json.BeginObject().Field("model", status.model()).Field("condition", NameOf(status.condition()));
  if (status.has_since_time()) {
    json.Field("since", Rfc3339(status.since_time())).Field("signal", NameOf(status.signal()));
  }
  if (status.has_error()) WriteError(json.Key("error"), status.error());
  if (status.has_end_time()) json.Field("until", Rfc3339(status.end_time()));
  json.Field("provider_hint", status.provider_hint()).EndObject();
}

void WriteEvent(JsonWriter& json, const v1::AccountEvent& event) {
  json.BeginObject().Field("time", Rfc3339(event.event_time())).Field("model", event.model());
  json.Field("from", NameOf(event.from_condition())).Field("to", NameOf(event.to_condition()));
  json.Field("signal", NameOf(event.signal()));
  if (event.has_error()) WriteError(json.Key("error"), event.error());
  if (event.has_budget()) {
    const v1::Budget& budget = event.budget();
    json.Key("budget").BeginObject().Field("kind", NameOf(budget.kind())).Field("period", NameOf(budget.period()));
    json.Field("limit", budget.limit()).EndObject();
  }
  if (event.has_end_time()) json.Field("until", Rfc3339(event.end_time()));
  json.Field("provider_hint", event.provider_hint()).EndObject();
}

void PrintJson(const v1::Account& account, const v1::GetAccountStatusResponse& status,
               const v1::ListAccountEventsResponse& history) {
  JsonWriter json;
  json.BeginObject().Field("id", account.id()).Field("label", account.label()).Key("account");
  WriteStatus(json, status.account());
  json.Key("models").BeginArray();
  for (const auto& model : status.models()) WriteStatus(json, model);
  json.EndArray().Key("events").BeginArray();
  for (const auto& event : history.events()) WriteEvent(json, event);
  json.EndArray();
  WriteFacts(json, account.facts());
  json.EndObject();
  Print(json.text() + "\n");
}

}  // namespace

absl::Status WhyAccount(Session& session, const std::string& name) {
  const auto account = FindAccount(session, name);
  if (!account.ok()) return account.status();
  v1::GetAccountStatusRequest ask;
  ask.set_id(account->id());
  const auto status = session.client().GetAccountStatus(ask);
  if (!status.ok()) return status.status();
  v1::ListAccountEventsRequest list;
  list.set_id(account->id());
  list.set_page_size(kEvents);
  const auto history = session.client().ListAccountEvents(list);
  if (!history.ok()) return history.status();
  if (session.json) {
    PrintJson(*account, *status, *history);
    return absl::OkStatus();
  }
  std::string text = StatusText(status->account(), account->label(), *account);
  const v1::Budget* const budget = SpentBudget(*account);
  if (status->account().condition() == v1::ACCOUNT_CONDITION_EXHAUSTED && budget != nullptr) {
    absl::StrAppend(&text, "  why   your own limit: ", BudgetText(*budget), "; raise it: agctl accounts limits ",
                    account->id(), "\n");
  }
  for (const auto& model : status->models()) {
    absl::StrAppend(&text, StatusText(model, absl::StrCat(account->label(), " with ", model.model()), *account));
  }
  for (const auto& fact : account->facts()) {
    absl::StrAppend(&text, account->label(), " with ", fact.model(), ": ", FactText(fact), "\n");
  }
  if (!account->facts().empty()) {
    absl::StrAppend(&text, "  ends  with its date, or a success; now: agctl accounts forget-facts ", account->id(),
                    "\n");
  }
  if (!history->events().empty()) absl::StrAppend(&text, "\n", EventTable(*history));
  Print(text);
  return absl::OkStatus();
}

}  // namespace ag::cli
