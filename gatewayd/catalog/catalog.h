#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "gatewayd/base/dialect.h"
#include "gatewayd/catalog/model_info.h"

namespace ag::catalog {

// How a provider wants its credential.
enum class AuthStyle : std::uint8_t { kBearer, kXApiKey, kXGoogApiKey, kNone };

// Where one dialect of a provider is served: requests go to base_url + the dialect's own path below it
// ("/chat/completions", "/messages", "/models/{m}:generateContent").
struct EndpointPreset {
  std::string base_url;  // "https://api.openai.com/v1"
  AuthStyle auth = AuthStyle::kBearer;
};

// A provider as data. `name` is what `agctl accounts add --provider` takes.
struct ProviderPreset {
  std::string name;          // "openai", "deepseek", "ollama", …
  std::string display_name;
  Family family = Family::kOpenAi;                  // whose errors and limit headers it uses
  std::map<Dialect, EndpointPreset> endpoints;      // what it speaks; the first is its own
  ChatQuirks quirks;
  std::vector<std::string> key_prefixes;            // "sk-ant-", for paste detection; longest match wins
  std::vector<std::string> model_prefixes;          // families of names that are this provider's: "claude-", "gpt-"
  bool key_required = true;                         // false: Ollama, vLLM, llama.cpp
  bool base_url_required = false;                   // "openai-compatible"
  std::string docs_url;
  std::string source;  // page and date of these facts
  std::string date;
};

// The shipped data with the user's override file on top. Immutable; shared by snapshots.
class Catalog {
 public:
  // The data compiled into the binary.
  static Catalog Shipped();
  // Shipped data with `override_json` merged over it, entry by entry (models by id, providers by name). InvalidRequest
  // with line and reason when it does not parse.
  static absl::StatusOr<Catalog> WithOverride(std::string_view override_json);

  const ProviderPreset* FindProvider(std::string_view name) const;
  const std::vector<ProviderPreset>& providers() const { return providers_; }
  // The provider whose key looks like that, or null.
  const ProviderPreset* DetectByKey(std::string_view key) const;
  // The provider that a model name belongs to: catalogue entry first, then the longest model prefix; null = unknown.
  const ProviderPreset* ProviderOfModel(std::string_view model) const;
  // Exact id, then the id without a date suffix ("-20250929", "-2024-08-06", "@20250929") or "-latest"; `known` is false
  // when there is none.
  ModelInfo FindModel(std::string_view model) const;
  const std::vector<ModelInfo>& models() const { return models_; }
  // Names close to `name` among `candidates`, nearest first, at most three: for "did you mean".
  static std::vector<std::string> Suggest(std::string_view name, const std::vector<std::string>& candidates);

 private:
  std::vector<ProviderPreset> providers_;
  std::vector<ModelInfo> models_;
};

}  // namespace ag::catalog
