#include "gatewayd/pool/account_facts.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/pool/hash.h"

namespace ag::pool {
namespace {

using catalog::ModelFact;

std::string_view BareName(std::string_view model) {
  constexpr std::string_view kPrefix = "models/";
  return model.starts_with(kPrefix) ? model.substr(kPrefix.size()) : model;
}

bool IsListed(std::span<const std::string> models, std::string_view model) {
  return std::any_of(models.begin(), models.end(), [model](const auto& listed) { return BareName(listed) == model; });
}

std::int64_t Millis(WallTime time) { return time.time_since_epoch().count(); }

std::string TextOf(const json::Value& object, std::string_view key) {
  const json::Value* value = object.Find(key);
  return value == nullptr ? std::string() : std::string(value->str());
}

std::int64_t IntOf(const json::Value& object, std::string_view key) {
  const json::Value* value = object.Find(key);
  return value == nullptr ? 0 : value->AsInt().value_or(0);
}

}  // namespace

std::span<const LearnedFact> AccountFacts::OfModel(std::string_view model) const {
  const auto [begin, end] = std::ranges::equal_range(
      facts_, BareName(model), {}, [](const LearnedFact& fact) -> std::string_view { return fact.model; });
  return {begin, end};
}

bool AccountFacts::Learn(LearnedFact fact) {
  fact.model = std::string(BareName(fact.model));
  fact.expires = fact.learned + kLife;
  const auto same = std::ranges::find_if(facts_, [&fact](const LearnedFact& known) {
    return known.model == fact.model && known.fact.kind == fact.fact.kind &&
           known.fact.parameter == fact.fact.parameter;
  });
  if (same != facts_.end()) {
    if (same->fact == fact.fact && fact.learned < same->learned + kFresh) return false;
    *same = std::move(fact);
    return true;
  }
  if (facts_.size() >= kMost) facts_.erase(std::ranges::min_element(facts_, {}, &LearnedFact::learned));
  facts_.insert(std::ranges::upper_bound(facts_, fact.model, {}, &LearnedFact::model), std::move(fact));
  return true;
}

int AccountFacts::Contradict(std::string_view model, WallTime started, std::span<const ModelFact> facts) {
  return static_cast<int>(std::erase_if(facts_, [&](const LearnedFact& known) {
    return known.model == BareName(model) && known.learned <= started &&
           std::ranges::find(facts, known.fact) != facts.end();
  }));
}

int AccountFacts::OnListed(std::span<const std::string> before, std::span<const std::string> now) {
  if (facts_.empty() || before.empty()) return 0;
  return static_cast<int>(std::erase_if(facts_, [&](const LearnedFact& known) {
    return known.fact.kind == ModelFact::Kind::kNotGranted && !IsListed(before, known.model) &&
           IsListed(now, known.model);
  }));
}

int AccountFacts::Forget(std::string_view model) {
  return static_cast<int>(std::erase_if(
      facts_, [model](const LearnedFact& known) { return model.empty() || known.model == BareName(model); }));
}

std::uint64_t AccountFacts::BitOf(std::string_view model) { return std::uint64_t{1} << (HashOf(BareName(model)) % 64); }

std::uint64_t AccountFacts::barred() const {
  std::uint64_t bits = 0;
  for (const LearnedFact& known : facts_) {
    if (known.fact.bars()) bits |= BitOf(known.model);
  }
  return bits;
}

const LearnedFact* AccountFacts::WhatBars(std::string_view model, WallTime now) const {
  for (const LearnedFact& known : OfModel(model)) {
    if (known.fact.bars() && now < known.expires) return &known;
  }
  return nullptr;
}

void AccountFacts::Apply(std::string_view model, WallTime now, catalog::ModelInfo& info,
                         catalog::ChatQuirks& quirks) const {
  for (const LearnedFact* known : Of(model, now)) catalog::Apply(known->fact, info, quirks);
}

std::vector<const LearnedFact*> AccountFacts::Of(std::string_view model, WallTime now) const {
  std::vector<const LearnedFact*> found;
  for (const LearnedFact& known : OfModel(model)) {
    if (now < known.expires) found.push_back(&known);
  }
  return found;
}

std::string FactsToJson(const AccountFacts& facts) {
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (const LearnedFact& known : facts.all()) {
    writer.BeginObject().Field("model", known.model).Field("kind", NameOf(known.fact.kind));
    if (!known.fact.parameter.empty()) writer.Field("parameter", known.fact.parameter);
    if (known.fact.limit != 0) writer.Field("limit", known.fact.limit);
    writer.Field("words", known.words).Field("learned_ms", Millis(known.learned));
    writer.Field("expires_ms", Millis(known.expires)).EndObject();
  }
  writer.EndArray();
  return out;
}

absl::StatusOr<AccountFacts> FactsFromJson(std::string_view json) {
  AccountFacts facts;
  if (json.empty()) return facts;
  Arena arena;
  AG_ASSIGN_OR_RETURN(const json::Value* root, json::Parse(json, arena));
  if (!root->is_array()) return MakeError(ErrorKind::kInvalidRequest, "the stored facts cannot be read");
  for (const json::Value& item : root->items()) {
    const auto kind = catalog::ModelFactKindFromName(TextOf(item, "kind"));
    LearnedFact known;
    known.model = TextOf(item, "model");
    if (!kind || known.model.empty()) continue;
    known.fact = {*kind, TextOf(item, "parameter"), IntOf(item, "limit")};
    known.words = TextOf(item, "words");
    known.learned = WallTime(std::chrono::milliseconds(IntOf(item, "learned_ms")));
    facts.Learn(std::move(known));
  }
  return facts;
}

}  // namespace ag::pool
