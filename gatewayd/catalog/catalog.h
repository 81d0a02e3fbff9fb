#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/dialect.h"
#include "gatewayd/base/error.h"
#include "gatewayd/catalog/lesson.h"
#include "gatewayd/catalog/model_info.h"
#include "gatewayd/catalog/oauth_profile.h"
#include "gatewayd/catalog/price.h"

namespace ag::catalog {

// How a provider wants its credential.
enum class AuthStyle : std::uint8_t { kBearer, kXApiKey, kXGoogApiKey, kNone };

// Where one dialect of a provider is served. A request goes to base_url + the dialect's own path below it, so base_url
// ends with the API version where the API has one, and has no trailing slash:
//   chat          base_url + "/chat/completions"
//   completions   base_url + "/completions"
//   responses     base_url + "/responses"
//   messages      base_url + "/messages", "/messages/count_tokens"   (the SDKs' base URL is ours without "/v1")
//   gemini        base_url + "/models/{m}:generateContent", …        (the SDKs' base URL is ours without "/v1beta")
//   all           base_url + "/models", "/embeddings"
// A base URL that a person typed goes through NormalizeBaseUrl first. One with "{project}" and "{location}" is of a
// cloud whose addresses name both: see FillPlace.
struct EndpointPreset {
  std::string base_url;  // "https://api.openai.com/v1"
  AuthStyle auth = AuthStyle::kBearer;
};

// A provider as data. `name` is what `agctl accounts add --provider` takes.
struct ProviderPreset {
  std::string name;  // "openai", "deepseek", "ollama", …
  std::string display_name;
  Family family = Family::kOpenAi;              // whose errors and limit headers it uses
  std::map<Dialect, EndpointPreset> endpoints;  // what it speaks; the first is its own
  ChatQuirks quirks;
  std::vector<std::string> key_prefixes;    // "sk-ant-", for paste detection; longest match wins
  std::vector<std::string> model_prefixes;  // families of names that are this provider's: "claude-", "gpt-"
  bool key_required = true;                 // false: Ollama, vLLM, llama.cpp
  bool base_url_required = false;           // "openai-compatible"
  std::string oauth_profile;                // OAuthProfile name; empty: accounts have API keys only
  std::vector<std::string> oauth_scopes;    // what a sign-in must be allowed
  std::string docs_url;
  std::string source;  // page and date of these facts
  std::string date;
};

// The base URL of an account from what its owner typed, for EndpointPreset::base_url. Accepts "http://host:port",
// "…/v1", "…/v1beta", SDK style bases of Anthropic and Gemini without a version ("https://api.z.ai/api/anthropic"), a
// trailing slash, and a pasted endpoint ("…/v1/chat/completions", "…/models/m:generateContent"). An empty path gets the
// dialect's own version ("/v1", "/v1beta"); so does a path without a version segment for messages and gemini, whose
// SDKs add it themselves; otherwise the path is kept. Text that is not a URL is returned trimmed: parsing it reports
// the fault.
std::string NormalizeBaseUrl(std::string_view user_url, Dialect dialect);

// Whether the provider's addresses name the account's project and location.
bool NeedsPlace(const ProviderPreset& preset);
// `base_url` with both filled in. At the location "global" a host is called without its location:
// https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations
std::string FillPlace(std::string_view base_url, std::string_view project, std::string_view location);

struct CatalogData;

// The shipped data with the user's override file on top. Immutable; shared by snapshots.
class Catalog {
 public:
  // The data compiled into the binary.
  static Catalog Shipped();
  // Shipped data with `override_json` merged over it, entry by entry (models by id, providers, OAuth profiles and
  // lessons by name). InvalidRequest with line and reason when it does not parse.
  static absl::StatusOr<Catalog> WithOverride(std::string_view override_json);

  const ProviderPreset* FindProvider(std::string_view name) const;
  const std::vector<ProviderPreset>& providers() const { return providers_; }
  const OAuthProfile* FindOAuthProfile(std::string_view name) const;
  // The provider whose key looks like that, or null. A hint only: several compatible providers issue plain "sk-" keys.
  const ProviderPreset* DetectByKey(std::string_view key) const;
  // The provider that a model name belongs to: catalogue entry first, then the longest model prefix; null = unknown.
  const ProviderPreset* ProviderOfModel(std::string_view model) const;
  // Exact id, then the id without what only dates a snapshot ("-20250929", "-2024-08-06", "@20250929", "-001",
  // "-latest", Gemini's "-preview-09-2025"); a leading "models/" is ignored. `known` is false when there is none.
  ModelInfo FindModel(std::string_view model) const;
  // Whether FindModel would find it; copies nothing.
  bool Knows(std::string_view model) const;
  // What `provider`, the preset of an account, charges for the model; null = unknown. The name is read as by FindModel.
  // Vertex AI charges for Gemini models what the Gemini API does.
  const ModelPrice* FindPrice(std::string_view model, std::string_view provider) const;
  // What `error`, the answer of an endpoint of `family`, says for good of the model that was asked; nothing when it
  // passes, or tells of this request alone.
  std::optional<ModelFact> LessonOf(Family family, const ErrorDetail& error) const;
  // Sorted by id.
  const std::vector<ModelInfo>& models() const { return models_; }
  // Names close to `name` among `candidates`, nearest first, at most three: for "did you mean".
  static std::vector<std::string> Suggest(std::string_view name, const std::vector<std::string>& candidates);

 private:
  explicit Catalog(CatalogData data);
  const ModelInfo* Lookup(std::string_view model) const;

  std::vector<ProviderPreset> providers_;
  std::vector<ModelInfo> models_;  // sorted by id
  std::vector<OAuthProfile> oauth_profiles_;
  std::vector<LessonRule> lessons_;
  std::vector<ModelPrice> prices_;  // sorted by model
};

}  // namespace ag::catalog
