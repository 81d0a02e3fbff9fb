#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_join.h>

#include <memory>
#include <string>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/commands/fact_view.h"
#include "cli/commands/route_view.h"
#include "cli/output/json.h"
#include "cli/output/table.h"
#include "cli/output/text.h"

namespace ag::cli {
namespace {

using Messages = std::vector<v1::Model>;

absl::StatusOr<Messages> AllModels(Session& session, v1::ListModelsRequest request) {
  Messages models;
  for (;;) {
    const auto page = session.client().ListModels(request);
    if (!page.ok()) return page.status();
    models.insert(models.end(), page->models().begin(), page->models().end());
    if (page->next_page_token().empty()) return models;
    request.set_page_token(page->next_page_token());
  }
}

void WriteRates(JsonWriter& json, std::string_view name, const v1::TokenRates& rates) {
  json.Key(name).BeginObject();
  if (rates.has_input()) json.Field("input", rates.input());
  if (rates.has_cache_read()) json.Field("cache_read", rates.cache_read());
  if (rates.has_cache_write()) json.Field("cache_write", rates.cache_write());
  if (rates.has_output()) json.Field("output", rates.output());
  json.EndObject();
}

// "$2.50 input, $0.25 cached, $15 output"; dollars for a million tokens.
std::string RatesText(const v1::TokenRates& rates) {
  std::vector<std::string> parts;
  const auto add = [&parts](bool known, std::int64_t micro_usd, const char* of) {
    if (known) parts.push_back(absl::StrCat(absl::StrFormat("$%g", static_cast<double>(micro_usd) / 1e6), " ", of));
  };
  add(rates.has_input(), rates.input(), "input");
  add(rates.has_cache_read(), rates.cache_read(), "cached");
  add(rates.has_cache_write(), rates.cache_write(), "cache write");
  add(rates.has_output(), rates.output(), "output");
  return absl::StrJoin(parts, ", ");
}

std::string PriceLines(const v1::Model& model) {
  std::string text;
  for (const auto& price : model.prices()) {
    const std::string seller = price.provider().empty() ? "" : absl::StrCat(price.provider(), ": ");
    absl::StrAppend(&text, PadRight("price", 12), seller, RatesText(price.rates()), " a million tokens\n");
    if (price.has_long_context_above()) {
      absl::StrAppend(&text, PadRight("", 12), "above ", Grouped(price.long_context_above()),
                      " input tokens: ", RatesText(price.long_context_rates()), "\n");
    }
    const std::string source = price.source().empty() ? "your catalog.json" : price.source();
    absl::StrAppend(&text, PadRight("", 12), source, price.date().empty() ? "" : absl::StrCat(" (", price.date(), ")"),
                    "\n");
  }
  return text;
}

void WriteModel(JsonWriter& json, const v1::Model& model) {
  json.BeginObject().Field("name", model.name());
  if (model.has_catalog()) {
    const v1::CatalogFacts& known = model.catalog();
    json.Key("catalog").BeginObject().Field("id", known.id()).Field("display_name", known.display_name());
    json.Field("family", NameOf(known.family())).Field("provider", known.provider());
    if (known.has_context_window()) json.Field("context_window", known.context_window());
    if (known.has_max_output()) json.Field("max_output", known.max_output());
    json.Field("thinking", known.thinking());
    const auto list = [&json](const char* key, const auto& texts) {
      json.Key(key).BeginArray();
      for (const auto& text : texts) json.String(text);
      json.EndArray();
    };
    list("efforts", known.efforts());
    list("input_modalities", known.input_modalities());
    list("refused_parameters", known.refused_parameters());
    json.Field("source", known.source()).Field("date", known.date()).EndObject();
  }
  json.Key("prices").BeginArray();
  for (const auto& price : model.prices()) {
    json.BeginObject().Field("provider", price.provider());
    WriteRates(json, "micro_usd_per_million", price.rates());
    if (price.has_long_context_above()) {
      json.Field("long_context_above", price.long_context_above());
      WriteRates(json, "long_context_micro_usd_per_million", price.long_context_rates());
    }
    json.Field("source", price.source()).Field("date", price.date()).EndObject();
  }
  json.EndArray().Key("accounts").BeginArray();
  for (const auto& offer : model.offers()) {
    json.BeginObject().Field("id", offer.account_id()).Field("label", offer.account_label());
    json.Field("provider", offer.provider()).Field("listed", offer.listed()).Field("usable", offer.usable());
    WriteFacts(json, offer.facts());
    json.EndObject();
  }
  json.EndArray().EndObject();
}

std::string Tokens(bool known, std::int64_t tokens) { return known ? Grouped(tokens) : "?"; }

absl::Status List(Session& session, const v1::ListModelsRequest& request) {
  const auto models = AllModels(session, request);
  if (!models.ok()) return models.status();
  if (session.json) {
    JsonWriter json;
    json.BeginArray();
    for (const auto& model : *models) WriteModel(json, model);
    Print(json.EndArray().text() + "\n");
    return absl::OkStatus();
  }
  if (models->empty()) {
    Print("No account's models are known yet: agctl accounts test ID asks for them; --all shows the catalogue.\n");
    return absl::OkStatus();
  }
  constexpr auto kRight = Table::Align::kRight;
  Table table({{"MODEL"}, {"CONTEXT", kRight}, {"OUTPUT", kRight}, {"ACCOUNTS"}, {"LEARNED", kRight}});
  for (const auto& model : *models) {
    std::vector<std::string> labels;
    int facts = 0;
    for (const auto& offer : model.offers()) {
      facts += offer.facts_size();
      labels.push_back(offer.account_label() + (offer.usable() ? "" : " (not now)"));
    }
    const v1::CatalogFacts& known = model.catalog();
    table.AddRow({model.name(), Tokens(known.has_context_window(), known.context_window()),
                  Tokens(known.has_max_output(), known.max_output()), absl::StrJoin(labels, ", "),
                  facts == 0 ? "" : absl::StrCat(facts)});
  }
  Print(table.ToText());
  return absl::OkStatus();
}

std::string CatalogLines(const v1::CatalogFacts& known) {
  std::string text;
  const auto line = [&text](const char* name, const std::string& value) {
    if (!value.empty()) absl::StrAppend(&text, PadRight(name, 12), value, "\n");
  };
  line("name", known.display_name());
  line("provider", known.provider());
  line("context", absl::StrCat(Tokens(known.has_context_window(), known.context_window()), " tokens"));
  line("output", absl::StrCat("at most ", Tokens(known.has_max_output(), known.max_output()), " tokens"));
  line("reasoning",
       absl::StrCat(known.thinking(), known.efforts().empty() ? "" : ": ", absl::StrJoin(known.efforts(), ", ")));
  line("reads", absl::StrJoin(known.input_modalities(), ", "));
  line("refuses", absl::StrJoin(known.refused_parameters(), ", "));
  line("source", absl::StrCat(known.source(), " (", known.date(), ")"));
  return text;
}

// Where a request for the name would go; a name that goes nowhere has a reason too.
std::string RouteLine(const v1::ExplainModelResponse& explained) {
  std::vector<std::string> places;
  for (const auto& target : explained.targets()) {
    const auto where = target.provider().empty() ? "any account of " + NameOf(target.family()) : target.provider();
    places.push_back(absl::StrCat(where, " as ", target.model()));
  }
  if (places.empty()) return absl::StrCat("nowhere: ", explained.error_message());
  const auto by = explained.has_route() ? absl::StrCat(" (route ", explained.route().pattern(), ")") : "";
  return absl::StrCat(absl::StrJoin(places, ", then "), by,
                      explained.servable() ? "" : absl::StrCat("; now: ", explained.error_message()));
}

absl::Status Show(Session& session, const std::string& name) {
  v1::GetModelRequest request;
  request.set_name(name);
  const auto answer = session.client().GetModel(request);
  if (!answer.ok()) return answer.status();
  v1::ExplainModelRequest ask;
  ask.set_model(answer->model().name());
  ask.set_client_family(answer->model().catalog().family());
  const auto explained = session.client().ExplainModel(ask);
  if (!explained.ok()) return explained.status();
  const v1::Model& model = answer->model();
  if (session.json) {
    JsonWriter json;
    json.BeginObject().Key("model");
    WriteModel(json, model);
    json.Field("servable", explained->servable()).Key("targets").BeginArray();
    for (const auto& target : explained->targets()) {
      json.BeginObject().Field("provider", target.provider()).Field("family", NameOf(target.family()));
      json.Field("model", target.model()).EndObject();
    }
    json.EndArray();
    if (explained->has_route()) WriteRoute(json.Key("route"), explained->route());
    Print(json.EndObject().text() + "\n");
    return absl::OkStatus();
  }
  std::string text = absl::StrCat(PadRight("model", 12), model.name(), "\n");
  text += model.has_catalog() ? CatalogLines(model.catalog()) : PadRight("catalogue", 12) + "does not know it\n";
  text += model.prices().empty() ? PadRight("price", 12) + "not known\n" : PriceLines(model);
  absl::StrAppend(&text, PadRight("goes to", 12), RouteLine(*explained), "\n");
  for (const auto& offer : model.offers()) {
    absl::StrAppend(&text, PadRight("account", 12), offer.account_label(), offer.listed() ? "" : " (does not list it)",
                    offer.usable() ? "" : ", not usable now", "\n");
    for (const auto& fact : offer.facts()) absl::StrAppend(&text, PadRight("", 12), FactText(fact), "\n");
  }
  if (model.offers().empty()) absl::StrAppend(&text, PadRight("account", 12), "none lists it\n");
  Print(text);
  return absl::OkStatus();
}

}  // namespace

void AddModels(CLI::App& app, Session& session) {
  auto* models = app.add_subcommand("models", "What is known of the models, and what answers have taught");
  models->require_subcommand(1)->fallthrough();
  auto* list = models->add_subcommand("list", "List the models that the accounts have");
  auto request = std::make_shared<v1::ListModelsRequest>();  // shared here and below: the options and the command
  list->add_flag_function(
      "--all", [request](std::int64_t count) { request->set_include_catalog(count > 0); },
      "Also those that only the catalogue knows");
  list->callback([&session, request] { session.command = [&session, request] { return List(session, *request); }; });
  auto* show = models->add_subcommand("show", "Show one model: the catalogue's facts, who has it, what was learned");
  auto name = std::make_shared<std::string>();
  show->add_option("MODEL", *name, "Its upstream name")->required();
  show->callback([&session, name] { session.command = [&session, name] { return Show(session, *name); }; });
  for (auto* subcommand : models->get_subcommands({})) subcommand->fallthrough();
}

}  // namespace ag::cli
