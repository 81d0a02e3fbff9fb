#include "cli/commands/account_view.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>

#include "cli/commands/account_limits.h"
#include "cli/commands/fact_view.h"
#include "cli/output/table.h"
#include "cli/output/text.h"

namespace ag::cli {
namespace {

void WriteReason(JsonWriter& json, const v1::Reason& reason) {
  json.BeginObject().Field("code", reason.code()).Key("args").BeginObject();
  for (const auto& arg : reason.args()) json.Field(arg.name(), arg.value());
  json.EndObject().EndObject();
}

void WriteEgress(JsonWriter& json, const v1::Egress& egress) {
  json.BeginObject().Field("mode", NameOf(egress.mode()));
  if (!egress.proxy_url().empty()) json.Field("proxy_url", egress.proxy_url());
  if (!egress.no_proxy().empty()) {
    json.Key("no_proxy").BeginArray();
    for (const auto& host : egress.no_proxy()) json.String(host);
    json.EndArray();
  }
  if (!egress.ca_file().empty()) json.Field("ca_file", egress.ca_file());
  json.EndObject();
}

// Empty for the way that all accounts go.
std::string EgressText(const v1::Egress& egress) {
  std::string text;
  if (egress.mode() == v1::EGRESS_MODE_DIRECT) text = "direct, without a proxy";
  if (egress.mode() == v1::EGRESS_MODE_PROXY) text = egress.proxy_url();
  if (!egress.no_proxy().empty()) absl::StrAppend(&text, " (not for ", absl::StrJoin(egress.no_proxy(), ", "), ")");
  if (!egress.ca_file().empty()) absl::StrAppend(&text, text.empty() ? "" : ", ", "trusts ", egress.ca_file());
  return text;
}

// Of a pause that is over: who tries first. Empty while it lasts.
std::string TrialText(const v1::Cooldown& cooldown) {
  switch (cooldown.condition()) {
    case v1::ACCOUNT_CONDITION_HALF_OPEN:
      return "the next request tries it";
    case v1::ACCOUNT_CONDITION_PROBING:
      return "a request is trying it now";
    default:
      return {};
  }
}

std::string BaseUrl(const v1::Account& account) {
  return account.endpoints().empty() ? std::string() : account.endpoints(0).base_url();
}

}  // namespace

absl::StatusOr<std::vector<v1::Account>> AllAccounts(Session& session) {
  std::vector<v1::Account> accounts;
  v1::ListAccountsRequest request;
  do {
    auto page = session.client().ListAccounts(request);
    if (!page.ok()) return page.status();
    for (auto& account : *page->mutable_accounts()) accounts.push_back(std::move(account));
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return accounts;
}

absl::StatusOr<v1::Account> FindAccount(Session& session, const std::string& id_or_label) {
  const auto accounts = AllAccounts(session);
  if (!accounts.ok()) return accounts.status();
  return PickAccount(*accounts, id_or_label);
}

absl::StatusOr<v1::Account> PickAccount(const std::vector<v1::Account>& accounts, const std::string& id_or_label) {
  std::vector<std::string> names;
  for (const auto& account : accounts) {
    if (account.id() == id_or_label || account.label() == id_or_label) return account;
    names.push_back(account.label());
    names.push_back(account.id());
  }
  return absl::NotFoundError(absl::StrCat("there is no account \"", id_or_label, "\"", DidYouMean(id_or_label, names),
                                          " (`agctl accounts list` shows them all)"));
}

void PrintAccount(const Session& session, const v1::Account& account) {
  if (!session.json) return Print(AccountDetails(account));
  JsonWriter json;
  json.BeginObject();
  WriteAccount(json, account);
  Print(json.EndObject().text() + "\n");
}

absl::Status ListAccounts(Session& session) {
  const auto accounts = AllAccounts(session);
  if (!accounts.ok()) return accounts.status();
  if (session.json) {
    JsonWriter json;
    json.BeginArray();
    for (const auto& account : *accounts) {
      json.BeginObject();
      WriteAccount(json, account);
      json.EndObject();
    }
    Print(json.EndArray().text() + "\n");
  } else if (accounts->empty()) {
    Print("There are no accounts yet. Add one with `agctl accounts add --provider NAME`.\n");
  } else {
    Print(AccountTable(*accounts));
  }
  return absl::OkStatus();
}

std::string StateText(const v1::Account& account) {
  std::string text = NameOf(account.state());
  std::ranges::replace(text, '_', ' ');
  if (account.state() != v1::ACCOUNT_STATE_READY) {
    return account.state_reason().code().empty() ? text : absl::StrCat(text, ": ", Sentence(account.state_reason()));
  }
  if (const v1::Budget* budget = SpentBudget(account)) {
    return absl::StrCat("exhausted, anew ", Ago(budget->reset_time()));
  }
  for (const auto& cooldown : account.cooldowns()) {
    if (!cooldown.model().empty()) continue;
    if (const std::string trial = TrialText(cooldown); !trial.empty()) return "half-open: " + trial;
    return absl::StrCat("cooling (", NameOf(cooldown.cause()), "), back ", Ago(cooldown.end_time()));
  }
  const auto tried =
      std::ranges::count_if(account.cooldowns(), [](const auto& one) { return !TrialText(one).empty(); });
  const auto cooling = account.cooldowns_size() - tried;
  if (cooling > 0) absl::StrAppend(&text, ", ", cooling, " model(s) cooling");
  if (tried > 0) absl::StrAppend(&text, ", ", tried, " model(s) half-open");
  return text;
}

void WriteAccount(JsonWriter& json, const v1::Account& account) {
  json.Field("id", account.id()).Field("label", account.label()).Field("provider", account.provider());
  json.Field("family", NameOf(account.family())).Field("state", NameOf(account.state()));
  if (!account.state_reason().code().empty()) WriteReason(json.Key("state_reason"), account.state_reason());
  json.Field("enabled", account.enabled()).Field("base_url", BaseUrl(account));
  json.Key("endpoints").BeginArray();
  for (const auto& endpoint : account.endpoints()) {
    json.BeginObject().Field("dialect", NameOf(endpoint.dialect())).Field("base_url", endpoint.base_url()).EndObject();
  }
  json.EndArray().Field("credential", NameOf(account.credential_kind()));
  json.Field("api_key_hint", account.api_key_hint());
  if (!account.subject().empty()) json.Field("subject", account.subject());
  if (!account.oauth_client_id().empty()) json.Field("oauth_client_id", account.oauth_client_id());
  if (account.has_token_expire_time()) json.Field("token_expires_at", Rfc3339(account.token_expire_time()));
  json.Key("models").BeginArray();
  for (const auto& model : account.models()) json.String(model);
  json.EndArray();
  if (account.has_models_refresh_time()) json.Field("models_refreshed_at", Rfc3339(account.models_refresh_time()));
  if (!account.quota_group().empty()) json.Field("quota_group", account.quota_group());
  if (!account.project().empty()) json.Field("project", account.project());
  if (!account.location().empty()) json.Field("location", account.location());
  WriteEgress(json.Key("egress"), account.egress());
  json.Field("priority", account.priority()).Field("weight", account.weight());
  json.Field("in_flight", account.in_flight_count()).Field("requests", account.request_count());
  json.Field("protocol_violations", account.protocol_violation_count());
  json.Field("created_at", Rfc3339(account.create_time()));
  if (account.has_last_use_time()) json.Field("last_used_at", Rfc3339(account.last_use_time()));
  json.Key("cooldowns").BeginArray();
  for (const auto& cooldown : account.cooldowns()) {
    json.BeginObject().Field("model", cooldown.model()).Field("condition", NameOf(cooldown.condition()));
    json.Field("cause", NameOf(cooldown.cause()));
    json.Field("until", Rfc3339(cooldown.end_time())).Field("provider_hint", cooldown.provider_hint()).EndObject();
  }
  json.EndArray();
  WriteLimits(json, account);
  WriteFacts(json, account.facts());
}

std::string AccountTable(const std::vector<v1::Account>& accounts) {
  Table table({{"ID"},
               {"LABEL"},
               {"PROVIDER"},
               {"STATE"},
               {"MODELS", Table::Align::kRight},
               {"REQUESTS", Table::Align::kRight},
               {"LAST USED"},
               {"LEFT"}});
  for (const auto& account : accounts) {
    table.AddRow({account.id(), account.label(), account.provider(), StateText(account),
                  account.models().empty() ? "?" : absl::StrCat(account.models_size()),
                  Grouped(account.request_count()), Ago(account.last_use_time()), ScarcestLimit(account)});
  }
  return table.ToText();
}

std::string AccountDetails(const v1::Account& account) {
  std::string text;
  const auto line = [&text](std::string name, std::string_view value) {
    if (!value.empty()) absl::StrAppend(&text, PadRight(std::move(name), 12), std::string(value), "\n");
  };
  line("id", account.id());
  line("label", account.label());
  line("provider", account.provider());
  line("state", StateText(account));
  for (const auto& endpoint : account.endpoints()) line(NameOf(endpoint.dialect()), endpoint.base_url());
  line("key", account.api_key_hint());
  line("signed in", account.subject());
  line("client", account.oauth_client_id());
  if (account.has_token_expire_time()) line("token", absl::StrCat("expires ", Ago(account.token_expire_time())));
  line("quota group", account.quota_group());
  line("project", account.project());
  line("location", account.location());
  line("way out", EgressText(account.egress()));
  line("priority", absl::StrCat(account.priority(), ", weight ", account.weight()));
  line("requests", absl::StrCat(Grouped(account.request_count()), ", ", account.in_flight_count(), " running"));
  if (account.protocol_violation_count() > 0) {
    line("violations", absl::StrCat(Grouped(account.protocol_violation_count()), " streams broke their protocol"));
  }
  line("last used", Ago(account.last_use_time()));
  for (const auto& cooldown : account.cooldowns()) {
    const std::string trial = TrialText(cooldown);
    line(trial.empty() ? "cooling" : "half-open",
         absl::StrCat(cooldown.model().empty() ? "the whole account" : cooldown.model(), " after ",
                      NameOf(cooldown.cause()), ", ",
                      trial.empty() ? absl::StrCat("back ", Ago(cooldown.end_time())) : trial));
  }
  for (const std::string& limit : LimitLines(account)) line("limit", limit);
  for (const auto& fact : account.facts()) line("learned", absl::StrCat(fact.model(), ": ", FactText(fact)));
  line("models", account.models().empty() ? "not known yet: `agctl accounts test " + account.id() + "` asks for them"
                                          : absl::StrJoin(account.models(), ", "));
  return text;
}

}  // namespace ag::cli
