#include "gatewayd/catalog/catalog.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "gatewayd/base/log.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/catalog/loader.h"
#include "gatewayd/catalog/shipped_data.h"

namespace ag::catalog {
namespace {

bool IsDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Removes one trailing part that only dates a snapshot. One-digit numbers are versions ("claude-opus-4-5").
bool StripSnapshotPart(std::string_view& name) {
  const auto at = name.find_last_of("-@");
  if (at == std::string_view::npos || at == 0) return false;
  const auto part = name.substr(at + 1);
  const bool dated = IsDigits(part) && part.size() >= 2 && part.size() <= 8;
  const bool gemini_preview = part == "preview" && name.rfind("gemini-", 0) == 0;
  if (!dated && !gemini_preview && part != "latest") return false;
  name = name.substr(0, at);
  return true;
}

std::string_view WithoutResourcePrefix(std::string_view model) {
  constexpr std::string_view kPrefix = "models/";
  return model.rfind(kPrefix, 0) == 0 ? model.substr(kPrefix.size()) : model;
}

// "claude-" matches whatever follows; "o1" matches "o1" and "o1-mini", not "o1x".
bool HasModelPrefix(std::string_view model, std::string_view prefix) {
  if (prefix.empty() || model.rfind(prefix, 0) != 0) return false;
  if (model.size() == prefix.size() || prefix.back() == '-' || prefix.back() == ':') return true;
  return std::string_view("-.:@").find(model[prefix.size()]) != std::string_view::npos;
}

void SortById(std::vector<ModelInfo>& models) {
  std::sort(models.begin(), models.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
}

CatalogData ShippedData() {
  CatalogData data;
  for (const auto text : {shipped::providers, shipped::models_openai, shipped::models_anthropic, shipped::models_gemini,
                          shipped::models_compatible, shipped::oauth, shipped::lessons, shipped::prices}) {
    const auto status = MergeCatalog(text, data);
    AG_CHECK(status.ok());
  }
  return data;
}

}  // namespace

Catalog::Catalog(CatalogData data)
    : providers_(std::move(data.providers)),
      models_(std::move(data.models)),
      oauth_profiles_(std::move(data.oauth_profiles)),
      lessons_(std::move(data.lessons)),
      prices_(std::move(data.prices)) {
  SortById(models_);
  std::sort(prices_.begin(), prices_.end(), [](const ModelPrice& a, const ModelPrice& b) {
    return std::tie(a.model, a.provider) < std::tie(b.model, b.provider);
  });
}

Catalog Catalog::Shipped() { return Catalog(ShippedData()); }

absl::StatusOr<Catalog> Catalog::WithOverride(std::string_view override_json) {
  CatalogData data = ShippedData();
  AG_RETURN_IF_ERROR(MergeCatalog(override_json, data));
  return Catalog(std::move(data));
}

std::optional<ModelFact> Catalog::LessonOf(Family family, const ErrorDetail& error) const {
  for (const LessonRule& rule : lessons_) {
    if (auto fact = Learn(rule, family, error)) return fact;
  }
  return std::nullopt;
}

const ProviderPreset* Catalog::FindProvider(std::string_view name) const {
  const auto found =
      std::find_if(providers_.begin(), providers_.end(), [&](const auto& provider) { return provider.name == name; });
  return found == providers_.end() ? nullptr : &*found;
}

const OAuthProfile* Catalog::FindOAuthProfile(std::string_view name) const {
  const auto found = std::find_if(oauth_profiles_.begin(), oauth_profiles_.end(),
                                  [&](const auto& profile) { return profile.name == name; });
  return found == oauth_profiles_.end() ? nullptr : &*found;
}

const ProviderPreset* Catalog::DetectByKey(std::string_view key) const {
  const ProviderPreset* best = nullptr;
  std::size_t length = 0;
  for (const auto& provider : providers_) {
    for (const auto& prefix : provider.key_prefixes) {
      if (prefix.size() <= length || key.rfind(prefix, 0) != 0) continue;
      best = &provider;
      length = prefix.size();
    }
  }
  return best;
}

const ProviderPreset* Catalog::ProviderOfModel(std::string_view model) const {
  model = WithoutResourcePrefix(model);
  if (const auto* info = Lookup(model); info != nullptr && !info->provider.empty()) {
    if (const auto* maker = FindProvider(info->provider)) return maker;
  }
  const ProviderPreset* best = nullptr;
  std::size_t length = 0;
  for (const auto& provider : providers_) {
    for (const auto& prefix : provider.model_prefixes) {
      if (prefix.size() <= length || !HasModelPrefix(model, prefix)) continue;
      best = &provider;
      length = prefix.size();
    }
  }
  return best;
}

const ModelInfo* Catalog::Lookup(std::string_view model) const {
  do {
    const auto found = std::lower_bound(models_.begin(), models_.end(), model,
                                        [](const ModelInfo& info, std::string_view id) { return info.id < id; });
    if (found != models_.end() && found->id == model) return &*found;
  } while (StripSnapshotPart(model));
  return nullptr;
}

bool Catalog::Knows(std::string_view model) const { return Lookup(WithoutResourcePrefix(model)) != nullptr; }

ModelInfo Catalog::FindModel(std::string_view model) const {
  const auto* info = Lookup(WithoutResourcePrefix(model));
  if (info != nullptr) return *info;
  ModelInfo unknown;
  unknown.id = std::string(model);
  return unknown;
}

const ModelPrice* Catalog::FindPrice(std::string_view model, std::string_view provider) const {
  model = WithoutResourcePrefix(model);
  const std::string_view seller = provider == "vertex" ? "gemini" : provider;
  do {
    const ModelPrice* of_anybody = nullptr;
    auto entry = std::lower_bound(prices_.begin(), prices_.end(), model,
                                  [](const ModelPrice& price, std::string_view name) { return price.model < name; });
    for (; entry != prices_.end() && entry->model == model; ++entry) {
      if (entry->provider == provider) return &*entry;
      if (entry->provider == seller || entry->provider.empty()) of_anybody = &*entry;
    }
    if (of_anybody != nullptr) return of_anybody;
  } while (StripSnapshotPart(model));
  return nullptr;
}

}  // namespace ag::catalog
