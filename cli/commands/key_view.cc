#include "cli/commands/key_view.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>

#include "cli/commands/budget_view.h"
#include "cli/output/table.h"
#include "cli/output/text.h"

namespace ag::cli {
namespace {

std::string StateText(const v1::ClientKey& key) {
  std::string text = NameOf(key.state());
  std::ranges::replace(text, '_', ' ');
  return text;
}

std::string ExpiryText(const v1::ClientKey& key) {
  return key.has_expire_time() ? Ago(key.expire_time()) : std::string("never");
}

std::string ModelsText(const v1::ClientKey& key) {
  return key.models().empty() ? std::string("all") : absl::StrJoin(key.models(), ", ");
}

// The budget of which the least part is left; empty without budgets.
std::string ScarcestBudget(const v1::ClientKey& key) {
  std::string text;
  double least = 2;
  for (const auto& budget : key.budgets()) {
    const double left = static_cast<double>(budget.limit() - budget.used()) / static_cast<double>(budget.limit());
    if (left >= least) continue;
    least = left;
    text = BudgetText(budget);
  }
  return text;
}

std::string Details(const v1::ClientKey& key) {
  std::string text;
  const auto line = [&](const char* name, const std::string& value) {
    absl::StrAppend(&text, PadRight(name, 11), value, "\n");
  };
  line("name", key.name());
  line("id", key.id());
  line("key", key.hint());
  line("state", StateText(key));
  line("expires", ExpiryText(key));
  line("models", ModelsText(key));
  for (const auto& budget : key.budgets()) line("budget", BudgetText(budget));
  line("used", absl::StrCat(Grouped(key.usage().request_count()), " requests, ", Grouped(key.usage().token_count()),
                            " tokens, ", Usd(key.usage().cost_nano_usd()), ", counted since ",
                            Rfc3339(key.usage().start_time())));
  line("last use", Ago(key.usage().last_use_time()));
  return text;
}

}  // namespace

absl::StatusOr<std::vector<v1::ClientKey>> AllKeys(Session& session) {
  std::vector<v1::ClientKey> keys;
  v1::ListClientKeysRequest request;
  do {
    auto page = session.client().ListClientKeys(request);
    if (!page.ok()) return page.status();
    for (auto& key : *page->mutable_client_keys()) keys.push_back(std::move(key));
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return keys;
}

absl::StatusOr<v1::ClientKey> FindKey(Session& session, const std::string& id_or_name) {
  const auto keys = AllKeys(session);
  if (!keys.ok()) return keys.status();
  std::vector<std::string> names;
  for (const auto& key : *keys) {
    if (key.id() == id_or_name || key.name() == id_or_name) return key;
    names.push_back(key.name());
    names.push_back(key.id());
  }
  return absl::NotFoundError(absl::StrCat("there is no client key \"", id_or_name, "\"", DidYouMean(id_or_name, names),
                                          " (`agctl keys list` shows them all)"));
}

std::string KeyTable(const std::vector<v1::ClientKey>& keys) {
  constexpr auto kRight = Table::Align::kRight;
  Table table({{"name"},
               {"key"},
               {"state"},
               {"expires"},
               {"models"},
               {"requests", kRight},
               {"tokens", kRight},
               {"cost", kRight},
               {"last use"},
               {"budget"}});
  for (const auto& key : keys) {
    table.AddRow({key.name(), key.hint(), StateText(key), ExpiryText(key), ModelsText(key),
                  Grouped(key.usage().request_count()), Grouped(key.usage().token_count()),
                  Usd(key.usage().cost_nano_usd()), Ago(key.usage().last_use_time()), ScarcestBudget(key)});
  }
  return table.ToText();
}

void WriteKey(JsonWriter& json, const v1::ClientKey& key) {
  json.Field("id", key.id()).Field("name", key.name()).Field("hint", key.hint()).Field("state", NameOf(key.state()));
  json.Field("enabled", key.enabled());
  if (key.has_expire_time()) json.Field("expires_at", Rfc3339(key.expire_time()));
  json.Key("models").BeginArray();
  for (const auto& model : key.models()) json.String(model);
  json.EndArray();
  WriteBudgets(json, key.budgets());
  json.Field("requests", key.usage().request_count()).Field("tokens", key.usage().token_count());
  json.Field("cost_nano_usd", key.usage().cost_nano_usd());
  json.Field("counted_since", Rfc3339(key.usage().start_time()));
  if (key.usage().has_last_use_time()) json.Field("last_used_at", Rfc3339(key.usage().last_use_time()));
  json.Field("created_at", Rfc3339(key.create_time()));
}

void PrintKey(const Session& session, const v1::ClientKey& key, const std::string& secret) {
  if (session.json) {
    JsonWriter json;
    json.BeginObject();
    WriteKey(json, key);
    if (!secret.empty()) json.Field("secret", secret);
    return Print(json.EndObject().text() + "\n");
  }
  Print(Details(key));
  if (secret.empty()) return;
  Print(absl::StrCat("\n", secret, "\n"));
  PrintNote("Keep this key now: the gateway stores only its hash and cannot show it again.");
}

}  // namespace ag::cli
