#include "gatewayd/control/model_service.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <array>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/control/paging.h"
#include "gatewayd/control/proto_convert.h"
#include "gatewayd/control/rpc_bridge.h"
#include "gatewayd/pool/model_list.h"

namespace ag::control {
namespace {

constexpr std::array<const char*, 5> kThinking{"none", "effort", "budget", "adaptive", "level"};

std::string_view BareName(std::string_view model) {
  constexpr std::string_view kPrefix = "models/";
  return model.starts_with(kPrefix) ? model.substr(kPrefix.size()) : model;
}

v1::CatalogFacts CatalogToProto(const catalog::ModelInfo& info) {
  v1::CatalogFacts out;
  out.set_id(info.id);
  out.set_display_name(info.display_name);
  out.set_family(ToProto(info.family));
  out.set_provider(info.provider);
  if (info.context_window) out.set_context_window(*info.context_window);
  if (info.max_output) out.set_max_output(*info.max_output);
  out.set_thinking(kThinking[static_cast<std::size_t>(info.thinking)]);
  for (const auto& effort : info.efforts) out.add_efforts(effort);
  for (const auto& modality : info.input_modalities) out.add_input_modalities(modality);
  if (!info.sampling) out.add_refused_parameters("sampling");
  if (!info.stop_sequences) out.add_refused_parameters("stop_sequences");
  if (!info.penalties) out.add_refused_parameters("penalties");
  if (!info.logprobs) out.add_refused_parameters("logprobs");
  out.set_source(info.source);
  out.set_date(info.date);
  return out;
}

v1::TokenRates RatesToProto(const catalog::TokenRates& rates) {
  v1::TokenRates out;
  if (rates.input) out.set_input(rates.input->micro_usd);
  if (rates.cache_read) out.set_cache_read(rates.cache_read->micro_usd);
  if (rates.cache_write) out.set_cache_write(rates.cache_write->micro_usd);
  if (rates.output) out.set_output(rates.output->micro_usd);
  return out;
}

v1::ModelPrice PriceToProto(const catalog::ModelPrice& price) {
  v1::ModelPrice out;
  out.set_provider(price.provider);
  *out.mutable_rates() = RatesToProto(price.usual);
  if (price.above) {
    out.set_long_context_above(*price.above);
    *out.mutable_long_context_rates() = RatesToProto(price.long_context);
  }
  out.set_source(price.source);
  out.set_date(price.date);
  return out;
}

// Of the model's maker and of those who offer it, each price once.
void AddPrices(const catalog::Catalog& catalog, v1::Model& model) {
  std::set<std::string> sellers;
  if (model.has_catalog()) sellers.insert(model.catalog().provider());
  for (const auto& offer : model.offers()) sellers.insert(offer.provider());
  std::set<const catalog::ModelPrice*> told;
  for (const std::string& seller : sellers) {
    const catalog::ModelPrice* const price = catalog.FindPrice(model.name(), seller);
    if (price != nullptr && told.insert(price).second) *model.add_prices() = PriceToProto(*price);
  }
}

// An account's part in a model; not listed and without facts when it has none.
v1::ModelOffer OfferOf(const pool::PoolSnapshot& snapshot, pool::PoolIndex::Position position, std::string_view name,
                       WallTime now) {
  const pool::Account& account = snapshot.accounts[position].account;
  v1::ModelOffer offer;
  offer.set_account_id(account.id.value());
  offer.set_account_label(account.label);
  offer.set_provider(account.preset);
  offer.set_listed(!account.models.empty() && snapshot.index->row(position).models->Answers(name));
  const bool barred = account.facts.WhatBars(name, now) != nullptr;
  offer.set_usable(account.enabled && account.state == pool::AccountState::kReady && !barred);
  for (const pool::LearnedFact* fact : account.facts.Of(name, now)) *offer.add_facts() = ToProto(*fact);
  return offer;
}

std::set<std::string> NamesOf(const pool::PoolSnapshot& snapshot) {
  std::set<std::string> names;
  for (const auto& pooled : snapshot.accounts) {
    if (!pooled.account.enabled) continue;
    for (const auto& model : pooled.account.models) names.emplace(BareName(model));
    for (const auto& fact : pooled.account.facts.all()) names.insert(fact.model);
  }
  return names;
}

}  // namespace

v1::Model ModelService::Describe(std::string_view name, const pool::PoolSnapshot& snapshot) const {
  v1::Model model;
  model.set_name(std::string(name));
  if (const auto info = on_.catalog.FindModel(name); info.known) *model.mutable_catalog() = CatalogToProto(info);
  const WallTime now = on_.control.clock().Now();
  for (pool::PoolIndex::Position i = 0; i < snapshot.accounts.size(); ++i) {
    v1::ModelOffer offer = OfferOf(snapshot, i, name, now);
    if (offer.listed() || !offer.facts().empty()) *model.add_offers() = std::move(offer);
  }
  AddPrices(on_.catalog, model);
  return model;
}

absl::StatusOr<v1::ListModelsResponse> ModelService::List(const v1::ListModelsRequest& request) const {
  const auto snapshot = on_.pool.snapshot();
  std::set<std::string> known = NamesOf(*snapshot);
  if (request.include_catalog()) {
    for (const auto& info : on_.catalog.models()) known.insert(info.id);
  }
  const std::vector<std::string> names(known.begin(), known.end());
  AG_ASSIGN_OR_RETURN(const Page page, PageOf(request.page_size(), request.page_token(), names.size()));
  v1::ListModelsResponse response;
  for (std::size_t i = page.begin; i < page.end; ++i) *response.add_models() = Describe(names[i], *snapshot);
  response.set_next_page_token(page.next_token);
  return response;
}

absl::StatusOr<v1::GetModelResponse> ModelService::Get(const v1::GetModelRequest& request) const {
  const std::string_view name = BareName(request.name());
  if (name.empty()) return FieldError(ErrorKind::kInvalidRequest, "name", "the model's name is missing");
  const auto snapshot = on_.pool.snapshot();
  v1::GetModelResponse response;
  *response.mutable_model() = Describe(name, *snapshot);
  if (response.model().has_catalog() || !response.model().offers().empty()) return response;
  std::set<std::string> known = NamesOf(*snapshot);
  for (const auto& info : on_.catalog.models()) known.insert(info.id);
  const auto near = catalog::Catalog::Suggest(name, {known.begin(), known.end()});
  return absl::NotFoundError(absl::StrCat("neither the catalogue nor an account knows a model \"", ToAbsl(name), "\"",
                                          near.empty()
                                              ? std::string("; agctl models list shows those there are")
                                              : absl::StrCat("; did you mean ", absl::StrJoin(near, ", "), "?")));
}

grpc::ServerUnaryReactor* ModelService::ListModels(grpc::CallbackServerContext* context,
                                                   const v1::ListModelsRequest* request,
                                                   v1::ListModelsResponse* response) {
  return AnswerOnControl(on_.control, context, request, response, [this](const auto& wanted) { return List(wanted); });
}

grpc::ServerUnaryReactor* ModelService::GetModel(grpc::CallbackServerContext* context,
                                                 const v1::GetModelRequest* request, v1::GetModelResponse* response) {
  return AnswerOnControl(on_.control, context, request, response, [this](const auto& wanted) { return Get(wanted); });
}

}  // namespace ag::control
