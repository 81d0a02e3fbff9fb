#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/catalog/catalog.h"
#include "gatewayd/routing/model_router.h"

namespace ag::routing {
namespace {

// What a client means by a name: its best model, its everyday one, or the quick one for titles and summaries.
enum class Size : std::uint8_t { kLarge, kMedium, kSmall };

struct NameRule {
  std::string_view pattern;
  Size size;
};

// The names that the clients send, plain ones first: `--model` and the clients' own defaults.
constexpr std::array kClaudeCode{NameRule{"opus", Size::kLarge},
                                 NameRule{"sonnet", Size::kMedium},
                                 NameRule{"haiku", Size::kSmall},
                                 NameRule{"claude-opus-*", Size::kLarge},
                                 NameRule{"claude-fable-*", Size::kLarge},
                                 NameRule{"claude-sonnet-*", Size::kMedium},
                                 NameRule{"claude-haiku-*", Size::kSmall},
                                 NameRule{"claude-3-opus-*", Size::kLarge},
                                 NameRule{"claude-3*-sonnet*", Size::kMedium},
                                 NameRule{"claude-3*-haiku*", Size::kSmall}};
constexpr std::array kCodex{NameRule{"gpt-5*", Size::kLarge},
                            NameRule{"gpt-5*-codex*", Size::kLarge},
                            NameRule{"gpt-5*mini*", Size::kSmall},
                            NameRule{"gpt-5*nano*", Size::kSmall},
                            NameRule{"gpt-5*-codex-mini*", Size::kSmall},
                            NameRule{"codex-*", Size::kLarge},
                            NameRule{"codex-mini*", Size::kSmall},
                            NameRule{"o1*", Size::kLarge},
                            NameRule{"o3*", Size::kLarge},
                            NameRule{"o3-mini*", Size::kSmall},
                            NameRule{"o4-mini*", Size::kSmall}};
constexpr std::array kGeminiCli{NameRule{"gemini-*-pro*", Size::kLarge}, NameRule{"gemini-*-flash*", Size::kMedium},
                                NameRule{"gemini-*-flash-lite*", Size::kSmall}};

struct ClientPreset {
  std::string_view name;
  std::string_view owner;  // the provider that serves these names itself
  std::span<const NameRule> rules;
};

constexpr std::array<ClientPreset, 3> kPresets{
    {{"claude-code", "anthropic", kClaudeCode}, {"codex", "openai", kCodex}, {"gemini-cli", "gemini", kGeminiCli}}};

// Preferences by provider, best first: prefixes of model names. The first that the account lists is taken; without a
// list the first that the catalogue knows.
struct Preference {
  std::string_view provider;
  Size size;
  std::array<std::string_view, 5> names;
};
constexpr std::array<Preference, 18> kPreferences{{
    {"openai", Size::kLarge, {"gpt-5.6-sol", "gpt-5.5", "gpt-5.2", "gpt-5", "gpt-4.1"}},
    {"openai", Size::kMedium, {"gpt-5.6-terra", "gpt-5.4", "gpt-5.1", "gpt-5", "gpt-4.1"}},
    {"openai", Size::kSmall, {"gpt-5.6-luna", "gpt-5.4-mini", "gpt-5-mini", "gpt-4.1-mini", "gpt-4o-mini"}},
    {"anthropic",
     Size::kLarge,
     {"claude-opus-5-5", "claude-opus-5", "claude-opus-4-8", "claude-opus-4", "claude-sonnet"}},
    {"anthropic",
     Size::kMedium,
     {"claude-sonnet-5-5", "claude-sonnet-5", "claude-sonnet-4-6", "claude-sonnet-4-5", "claude-"}},
    {"anthropic",
     Size::kSmall,
     {"claude-haiku-5-5", "claude-haiku-4-5", "claude-3-5-haiku", "claude-3-haiku", "claude-"}},
    {"gemini",
     Size::kLarge,
     {"gemini-3.1-pro-preview", "gemini-3-pro-preview", "gemini-2.5-pro", "gemini-4-argon", "gemini-"}},
    {"gemini",
     Size::kMedium,
     {"gemini-3.8-flash", "gemini-3.5-flash", "gemini-3-flash-preview", "gemini-2.5-flash", "gemini-"}},
    {"gemini",
     Size::kSmall,
     {"gemini-3.5-flash-lite", "gemini-3.1-flash-lite", "gemini-2.5-flash-lite", "gemini-2.5-flash", "gemini-"}},
    {"deepseek", Size::kLarge, {"deepseek-v4-pro", "deepseek-reasoner", "deepseek-chat", "", ""}},
    {"deepseek", Size::kMedium, {"deepseek-v4-pro", "deepseek-chat", "", "", ""}},
    {"deepseek", Size::kSmall, {"deepseek-v4-flash", "deepseek-chat", "", "", ""}},
    {"zai", Size::kLarge, {"glm-5.2", "glm-5.1", "glm-5", "glm-4.7", "glm-4.6"}},
    {"zai", Size::kMedium, {"glm-5.1", "glm-5", "glm-4.7", "glm-4.6", "glm-"}},
    {"zai", Size::kSmall, {"glm-4.7", "glm-4.6", "glm-4.5-air", "glm-", ""}},
    {"moonshot", Size::kLarge, {"kimi-k2.7-code", "kimi-k2.6", "kimi-k2.5", "kimi-", ""}},
    {"moonshot", Size::kMedium, {"kimi-k2.6", "kimi-k2.5", "kimi-", "", ""}},
    {"moonshot", Size::kSmall, {"kimi-k2.5", "kimi-k2.6", "kimi-", "", ""}},
}};

const ClientPreset* FindClientPreset(std::string_view name) {
  const auto* found =
      std::find_if(kPresets.begin(), kPresets.end(), [&](const ClientPreset& preset) { return preset.name == name; });
  return found == kPresets.end() ? nullptr : found;
}

// The listed model with that very name, else the first that begins with it, else none.
std::optional<std::string> Listed(const std::vector<std::string>& models, std::string_view name) {
  if (std::find(models.begin(), models.end(), name) != models.end()) return std::string(name);
  for (const auto& model : models) {
    if (!name.empty() && model.rfind(name, 0) == 0) return model;
  }
  return std::nullopt;
}

// Whose models a server with many makers' hands on, and how it writes the maker before a name
// ("google/gemini-2.5-pro").
struct Maker {
  std::string_view provider;
  std::string_view prefix;
};
constexpr std::array<Maker, 3> kMakers{{{"anthropic", "anthropic/"}, {"openai", "openai/"}, {"gemini", "google/"}}};

const Preference* FindPreference(std::string_view provider, Size size) {
  if (provider == "vertex") provider = "gemini";  // the same models by another door
  const auto* found = std::find_if(kPreferences.begin(), kPreferences.end(), [&](const Preference& candidate) {
    return candidate.provider == provider && candidate.size == size;
  });
  return found == kPreferences.end() ? nullptr : found;
}

// OpenRouter writes "claude-opus-4.8" for "claude-opus-4-8".
std::string Dashed(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '.', '-');
  return text;
}

// As Listed, among the maker's models: those with its prefix or with none.
std::optional<std::string> ListedOfMaker(const std::vector<std::string>& models, const Maker& maker,
                                         std::string_view name) {
  const std::string wanted = Dashed(name);
  std::optional<std::string> first;
  for (const std::string& model : models) {
    std::string_view own = model;
    if (own.starts_with(maker.prefix)) {
      own.remove_prefix(maker.prefix.size());
    } else if (own.find('/') != std::string_view::npos) {
      continue;
    }
    const std::string listed = Dashed(own);
    if (listed == wanted) return model;
    if (!first && listed.starts_with(wanted)) first = model;
  }
  return first;
}

// From a server with models of several makers: of the one whose names the client uses first.
std::optional<std::string> ChooseOfMakers(const ClientPreset& client, Size size,
                                          const std::vector<std::string>& models) {
  auto makers = kMakers;
  auto* const own = std::find_if(makers.begin(), makers.end(),
                                 [&client](const Maker& maker) { return maker.provider == client.owner; });
  if (own != makers.end()) std::rotate(makers.begin(), own, own + 1);
  for (const Maker& maker : makers) {
    for (const std::string_view name : FindPreference(maker.provider, size)->names) {
      if (auto listed = ListedOfMaker(models, maker, name)) return listed;
    }
  }
  return std::nullopt;
}

std::optional<std::string> Choose(const ClientPreset& client, std::string_view provider, Size size,
                                  const catalog::Catalog& catalog, const std::vector<std::string>& models) {
  // A local server serves everything with its only model.
  if (models.size() == 1) return models.front();
  const Preference* const preference = FindPreference(provider, size);
  if (preference == nullptr) return ChooseOfMakers(client, size, models);
  for (const auto name : preference->names) {
    if (name.empty()) continue;
    if (auto listed = Listed(models, name)) return listed;
    if (models.empty() && catalog.FindModel(name).known) return std::string(name);
  }
  if (!models.empty()) return models.front();
  return std::nullopt;
}

// Which of several models means what cannot be guessed.
absl::Status NoModel(const NameRule& rule, std::string_view provider, const std::vector<std::string>& models) {
  const std::string why =
      models.empty() ? absl::StrCat("The accounts of ", ToAbsl(provider), " list no models, so none can be chosen.")
                     : absl::StrCat("None of the ", models.size(), " models that the accounts of ", ToAbsl(provider),
                                    " list is known to fit '", ToAbsl(rule.pattern), "'.");
  return FieldError(ErrorKind::kInvalidRequest, "provider",
                    absl::StrCat(why, " Set the routes one by one: agctl routes set --match '", ToAbsl(rule.pattern),
                                 "' --provider ", ToAbsl(provider), " --model MODEL"));
}

std::string Known(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) absl::StrAppend(&text, text.empty() ? "" : ", ", name);
  return text;
}

}  // namespace

absl::StatusOr<std::vector<Route>> FamilyPresetRoutes(std::string_view client_preset, std::string_view preset,
                                                      const catalog::Catalog& catalog,
                                                      const std::vector<std::string>& models) {
  const auto* client = FindClientPreset(client_preset);
  if (client == nullptr) {
    return FieldError(
        ErrorKind::kInvalidRequest, "preset",
        absl::StrCat("There is no route preset '", ToAbsl(client_preset), "'; known are ", Known(FamilyPresetNames())));
  }
  if (catalog.FindProvider(preset) == nullptr) {
    std::vector<std::string> names;
    for (const auto& provider : catalog.providers()) names.push_back(provider.name);
    return FieldError(ErrorKind::kInvalidRequest, "provider",
                      absl::StrCat("There is no provider '", ToAbsl(preset), "'; known are ", Known(names)));
  }
  std::vector<Route> routes;
  for (const auto& rule : client->rules) {
    const auto model = Choose(*client, preset, rule.size, catalog, models);
    if (!model) return NoModel(rule, preset, models);
    Route route;
    route.key.pattern = std::string(rule.pattern);
    // Its own provider serves these names as they are; only the short ones need a model.
    const bool own_name = client->owner == preset && rule.pattern.find('*') != std::string_view::npos;
    route.destinations.push_back({std::string(preset), own_name ? std::string() : *model});
    route.origin = std::string(client_preset);
    routes.push_back(std::move(route));
  }
  return routes;
}

std::vector<std::string> FamilyPresetNames() {
  std::vector<std::string> names;
  for (const auto& preset : kPresets) names.emplace_back(preset.name);
  return names;
}

std::vector<std::string> PresetsToOffer(std::string_view preset, const catalog::Catalog& catalog) {
  std::vector<std::string> names;
  if (catalog.FindProvider(preset) == nullptr) return names;
  for (const auto& client : kPresets) {
    if (client.owner != preset) names.emplace_back(client.name);
  }
  return names;
}

}  // namespace ag::routing
