#include "gatewayd/catalog/loader.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::catalog {
namespace {

// The text being read, for messages that say where.
struct Source {
  std::string_view text;

  std::size_t LineAt(std::size_t offset) const {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size()));
    return 1 + static_cast<std::size_t>(std::count(text.begin(), end, '\n'));
  }
  absl::Status Fail(const json::Value& at, std::string_view what) const {
    const auto line = LineAt(static_cast<std::size_t>(at.raw().data() - text.data()));
    return MakeError(ErrorKind::kInvalidRequest, absl::StrCat("model catalogue, line ", line, ": ", ToAbsl(what)));
  }
};

// The reader's messages count bytes; people look for lines.
absl::Status SyntaxError(const Source& source, const absl::Status& status) {
  constexpr std::string_view kMarker = "at byte ";
  const std::string_view message = ToStd(status.message());
  std::size_t offset = 0;
  if (const auto at = message.find(kMarker); at != std::string_view::npos) {
    const char* first = message.data() + at + kMarker.size();
    std::from_chars(first, message.data() + message.size(), offset);
  }
  return MakeError(ErrorKind::kInvalidRequest,
                   absl::StrCat("model catalogue, line ", source.LineAt(offset), ": ", ToAbsl(message)));
}

absl::Status Read(const Source& source, const json::Value& value, std::string& out) {
  if (!value.is_string()) return source.Fail(value, "expected a string");
  out = std::string(value.str());
  return absl::OkStatus();
}

absl::Status Read(const Source& source, const json::Value& value, bool& out) {
  if (!value.is_bool()) return source.Fail(value, "expected true or false");
  out = value.AsBool(false);
  return absl::OkStatus();
}

absl::Status Read(const Source& source, const json::Value& value, std::optional<std::int64_t>& out) {
  out.reset();
  if (value.is_null()) return absl::OkStatus();
  out = value.AsInt();
  if (!out || *out < 0) return source.Fail(value, "expected a number of tokens, or null for unknown");
  return absl::OkStatus();
}

absl::Status Read(const Source& source, const json::Value& value, std::vector<std::string>& out) {
  if (!value.is_array()) return source.Fail(value, "expected a list of strings");
  out.clear();
  for (const auto& item : value.items()) AG_RETURN_IF_ERROR(Read(source, item, out.emplace_back()));
  return absl::OkStatus();
}

using Parameters = std::vector<std::pair<std::string, std::string>>;

absl::Status Read(const Source& source, const json::Value& value, Parameters& out) {
  if (!value.is_object()) return source.Fail(value, "expected an object of strings");
  out.clear();
  for (const auto& member : value.members()) {
    auto& [name, text] = out.emplace_back();
    name = std::string(member.key);
    AG_RETURN_IF_ERROR(Read(source, member.value, text));
  }
  return absl::OkStatus();
}

template <typename Enum>
using Names = std::span<const std::pair<std::string_view, Enum>>;

template <typename Enum>
absl::Status ReadName(const Source& source, const json::Value& value, Names<Enum> names, Enum& out) {
  std::string known;
  for (const auto& [name, constant] : names) {
    if (value.is_string() && value.str() == name) {
      out = constant;
      return absl::OkStatus();
    }
    absl::StrAppend(&known, known.empty() ? "" : ", ", ToAbsl(name));
  }
  return source.Fail(value, absl::StrCat("expected one of ", known));
}

absl::Status Read(const Source& source, const json::Value& value, Family& out) {
  static constexpr std::pair<std::string_view, Family> kNames[] = {
      {"openai", Family::kOpenAi}, {"anthropic", Family::kAnthropic}, {"gemini", Family::kGemini}};
  return ReadName<Family>(source, value, kNames, out);
}

absl::Status Read(const Source& source, const json::Value& value, ThinkingStyle& out) {
  static constexpr std::pair<std::string_view, ThinkingStyle> kNames[] = {{"none", ThinkingStyle::kNone},
                                                                          {"effort", ThinkingStyle::kEffort},
                                                                          {"budget", ThinkingStyle::kBudget},
                                                                          {"adaptive", ThinkingStyle::kAdaptive},
                                                                          {"level", ThinkingStyle::kLevel}};
  return ReadName<ThinkingStyle>(source, value, kNames, out);
}

absl::Status Read(const Source& source, const json::Value& value, AuthStyle& out) {
  static constexpr std::pair<std::string_view, AuthStyle> kNames[] = {{"bearer", AuthStyle::kBearer},
                                                                      {"x-api-key", AuthStyle::kXApiKey},
                                                                      {"x-goog-api-key", AuthStyle::kXGoogApiKey},
                                                                      {"none", AuthStyle::kNone}};
  return ReadName<AuthStyle>(source, value, kNames, out);
}

absl::Status Read(const Source& source, const json::Value& value, ModelFact::Kind& out) {
  static constexpr std::pair<std::string_view, ModelFact::Kind> kNames[] = {
      {"no_quota", ModelFact::Kind::kNoQuota},
      {"not_granted", ModelFact::Kind::kNotGranted},
      {"parameter_refused", ModelFact::Kind::kParameterRefused},
      {"max_output", ModelFact::Kind::kMaxOutput}};
  return ReadName<ModelFact::Kind>(source, value, kNames, out);
}

absl::Status Read(const Source& source, const json::Value& value, ErrorKind& out) {
  const auto kind = ErrorKindFromName(value.str());
  if (!kind) return source.Fail(value, "expected the name of an error kind");
  out = *kind;
  return absl::OkStatus();
}

absl::Status Read(const Source& source, const json::Value& value, std::optional<ErrorScope>& out) {
  out = ErrorScopeFromName(value.str());
  if (!out) return source.Fail(value, "expected one of request, model, account, provider");
  return absl::OkStatus();
}

// Dollars for a million tokens.
absl::Status Read(const Source& source, const json::Value& value, std::optional<TokenRate>& out) {
  out.reset();
  if (value.is_null()) return absl::OkStatus();
  constexpr double kMostUsd = 1'000'000;
  const auto usd = value.AsDouble();
  if (!usd || *usd < 0 || *usd > kMostUsd) {
    return source.Fail(value, "expected US dollars for a million tokens, or null for unknown");
  }
  out = TokenRate{std::llround(*usd * 1e6)};
  return absl::OkStatus();
}

absl::Status Read(const Source& source, const json::Value& value, TokenRates& out);
absl::Status Read(const Source& source, const json::Value& value, ChatQuirks& out);
absl::Status Read(const Source& source, const json::Value& value, EndpointPreset& out);
absl::Status Read(const Source& source, const json::Value& value, std::map<Dialect, EndpointPreset>& out);

template <typename T>
struct Field {
  std::string_view name;
  absl::Status (*set)(const Source&, const json::Value&, T&);
};

template <typename T, auto Member>
absl::Status Set(const Source& source, const json::Value& value, T& target) {
  return Read(source, value, target.*Member);
}

constexpr Field<ModelInfo> kModelFields[] = {
    {"id", &Set<ModelInfo, &ModelInfo::id>},
    {"family", &Set<ModelInfo, &ModelInfo::family>},
    {"provider", &Set<ModelInfo, &ModelInfo::provider>},
    {"display_name", &Set<ModelInfo, &ModelInfo::display_name>},
    {"context_window", &Set<ModelInfo, &ModelInfo::context_window>},
    {"max_output", &Set<ModelInfo, &ModelInfo::max_output>},
    {"thinking", &Set<ModelInfo, &ModelInfo::thinking>},
    {"efforts", &Set<ModelInfo, &ModelInfo::efforts>},
    {"min_budget", &Set<ModelInfo, &ModelInfo::min_budget>},
    {"max_budget", &Set<ModelInfo, &ModelInfo::max_budget>},
    {"thinking_can_be_off", &Set<ModelInfo, &ModelInfo::thinking_can_be_off>},
    {"thinks_by_default", &Set<ModelInfo, &ModelInfo::thinks_by_default>},
    {"sampling", &Set<ModelInfo, &ModelInfo::sampling>},
    {"temperature_and_top_p", &Set<ModelInfo, &ModelInfo::temperature_and_top_p>},
    {"stop_sequences", &Set<ModelInfo, &ModelInfo::stop_sequences>},
    {"penalties", &Set<ModelInfo, &ModelInfo::penalties>},
    {"logprobs", &Set<ModelInfo, &ModelInfo::logprobs>},
    {"json_schema", &Set<ModelInfo, &ModelInfo::json_schema>},
    {"system_amid", &Set<ModelInfo, &ModelInfo::system_amid>},
    {"prefill", &Set<ModelInfo, &ModelInfo::prefill>},
    {"input_modalities", &Set<ModelInfo, &ModelInfo::input_modalities>},
    {"source", &Set<ModelInfo, &ModelInfo::source>},
    {"date", &Set<ModelInfo, &ModelInfo::date>},
};

constexpr Field<ProviderPreset> kProviderFields[] = {
    {"name", &Set<ProviderPreset, &ProviderPreset::name>},
    {"display_name", &Set<ProviderPreset, &ProviderPreset::display_name>},
    {"family", &Set<ProviderPreset, &ProviderPreset::family>},
    {"endpoints", &Set<ProviderPreset, &ProviderPreset::endpoints>},
    {"quirks", &Set<ProviderPreset, &ProviderPreset::quirks>},
    {"key_prefixes", &Set<ProviderPreset, &ProviderPreset::key_prefixes>},
    {"model_prefixes", &Set<ProviderPreset, &ProviderPreset::model_prefixes>},
    {"key_required", &Set<ProviderPreset, &ProviderPreset::key_required>},
    {"base_url_required", &Set<ProviderPreset, &ProviderPreset::base_url_required>},
    {"oauth_profile", &Set<ProviderPreset, &ProviderPreset::oauth_profile>},
    {"oauth_scopes", &Set<ProviderPreset, &ProviderPreset::oauth_scopes>},
    {"docs_url", &Set<ProviderPreset, &ProviderPreset::docs_url>},
    {"source", &Set<ProviderPreset, &ProviderPreset::source>},
    {"date", &Set<ProviderPreset, &ProviderPreset::date>},
};

constexpr Field<OAuthProfile> kOAuthFields[] = {
    {"name", &Set<OAuthProfile, &OAuthProfile::name>},
    {"display_name", &Set<OAuthProfile, &OAuthProfile::display_name>},
    {"authorize_url", &Set<OAuthProfile, &OAuthProfile::authorize_url>},
    {"token_url", &Set<OAuthProfile, &OAuthProfile::token_url>},
    {"scopes", &Set<OAuthProfile, &OAuthProfile::scopes>},
    {"authorize_parameters", &Set<OAuthProfile, &OAuthProfile::authorize_parameters>},
    {"redirect_host", &Set<OAuthProfile, &OAuthProfile::redirect_host>},
    {"redirect_path", &Set<OAuthProfile, &OAuthProfile::redirect_path>},
    {"service_accounts", &Set<OAuthProfile, &OAuthProfile::service_accounts>},
    {"docs_url", &Set<OAuthProfile, &OAuthProfile::docs_url>},
    {"source", &Set<OAuthProfile, &OAuthProfile::source>},
    {"date", &Set<OAuthProfile, &OAuthProfile::date>},
};

constexpr Field<LessonRule> kLessonFields[] = {
    {"name", &Set<LessonRule, &LessonRule::name>},           {"teaches", &Set<LessonRule, &LessonRule::teaches>},
    {"family", &Set<LessonRule, &LessonRule::family>},       {"kind", &Set<LessonRule, &LessonRule::kind>},
    {"scope", &Set<LessonRule, &LessonRule::scope>},         {"code", &Set<LessonRule, &LessonRule::code>},
    {"text", &Set<LessonRule, &LessonRule::text>},           {"parameter", &Set<LessonRule, &LessonRule::parameter>},
    {"exclusive", &Set<LessonRule, &LessonRule::exclusive>}, {"source", &Set<LessonRule, &LessonRule::source>},
    {"date", &Set<LessonRule, &LessonRule::date>},
};

constexpr Field<ChatQuirks> kQuirkFields[] = {
    {"max_completion_tokens", &Set<ChatQuirks, &ChatQuirks::max_completion_tokens>},
    {"developer_role", &Set<ChatQuirks, &ChatQuirks::developer_role>},
    {"stream_usage", &Set<ChatQuirks, &ChatQuirks::stream_usage>},
    {"reasoning_content_back", &Set<ChatQuirks, &ChatQuirks::reasoning_content_back>},
    {"openai_service", &Set<ChatQuirks, &ChatQuirks::openai_service>},
    {"json_schema", &Set<ChatQuirks, &ChatQuirks::json_schema>},
    {"json_object", &Set<ChatQuirks, &ChatQuirks::json_object>},
    {"text_parts", &Set<ChatQuirks, &ChatQuirks::text_parts>},
    {"thinking_switch", &Set<ChatQuirks, &ChatQuirks::thinking_switch>},
    {"vertex", &Set<ChatQuirks, &ChatQuirks::vertex>},
};

constexpr Field<EndpointPreset> kEndpointFields[] = {
    {"base_url", &Set<EndpointPreset, &EndpointPreset::base_url>},
    {"auth", &Set<EndpointPreset, &EndpointPreset::auth>},
};

constexpr Field<TokenRates> kRateFields[] = {
    {"input", &Set<TokenRates, &TokenRates::input>},
    {"cache_read", &Set<TokenRates, &TokenRates::cache_read>},
    {"cache_write", &Set<TokenRates, &TokenRates::cache_write>},
    {"output", &Set<TokenRates, &TokenRates::output>},
};

template <auto Rate>
absl::Status SetUsual(const Source& source, const json::Value& value, ModelPrice& price) {
  return Read(source, value, price.usual.*Rate);
}

constexpr Field<ModelPrice> kPriceFields[] = {
    {"model", &Set<ModelPrice, &ModelPrice::model>},
    {"provider", &Set<ModelPrice, &ModelPrice::provider>},
    {"input", &SetUsual<&TokenRates::input>},
    {"cache_read", &SetUsual<&TokenRates::cache_read>},
    {"cache_write", &SetUsual<&TokenRates::cache_write>},
    {"output", &SetUsual<&TokenRates::output>},
    {"above", &Set<ModelPrice, &ModelPrice::above>},
    {"long_context", &Set<ModelPrice, &ModelPrice::long_context>},
    {"source", &Set<ModelPrice, &ModelPrice::source>},
    {"date", &Set<ModelPrice, &ModelPrice::date>},
};

template <typename T>
absl::Status ReadFields(const Source& source, const json::Value& value, std::span<const Field<T>> fields, T& out) {
  if (!value.is_object()) return source.Fail(value, "expected an object");
  for (const auto& member : value.members()) {
    const auto field = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.name == member.key; });
    if (field == fields.end()) {
      std::vector<std::string> names;
      for (const auto& known : fields) names.emplace_back(known.name);
      const auto near = Catalog::Suggest(member.key, names);
      return source.Fail(member.value,
                         absl::StrCat("unknown field '", ToAbsl(member.key), "'",
                                      near.empty() ? "" : absl::StrCat("; did you mean '", near[0], "'?")));
    }
    AG_RETURN_IF_ERROR(field->set(source, member.value, out));
  }
  return absl::OkStatus();
}

absl::Status Read(const Source& source, const json::Value& value, TokenRates& out) {
  return ReadFields<TokenRates>(source, value, kRateFields, out);
}

absl::Status Read(const Source& source, const json::Value& value, ChatQuirks& out) {
  return ReadFields<ChatQuirks>(source, value, kQuirkFields, out);
}

absl::Status Read(const Source& source, const json::Value& value, EndpointPreset& out) {
  AG_RETURN_IF_ERROR(ReadFields<EndpointPreset>(source, value, kEndpointFields, out));
  if (!out.base_url.empty() && out.base_url.rfind("http://", 0) != 0 && out.base_url.rfind("https://", 0) != 0) {
    return source.Fail(value, absl::StrCat("base_url '", out.base_url, "' must begin with http:// or https://"));
  }
  return absl::OkStatus();
}

absl::Status Read(const Source& source, const json::Value& value, std::map<Dialect, EndpointPreset>& out) {
  if (!value.is_object()) return source.Fail(value, "expected an object of dialects");
  for (const auto& member : value.members()) {
    const auto dialect = DialectFromName(member.key);
    if (!dialect) {
      return source.Fail(member.value, absl::StrCat("unknown dialect '", ToAbsl(member.key),
                                                    "'; known are chat, completions, responses, messages, gemini"));
    }
    AG_RETURN_IF_ERROR(Read(source, member.value, out[*dialect]));
  }
  return absl::OkStatus();
}

// The string under `key` that tells entries apart.
absl::Status ReadKey(const Source& source, const json::Value& entry, std::string_view key, std::string& out) {
  const auto* value = entry.Find(key);
  if (value == nullptr || value->str().empty()) {
    return source.Fail(entry, absl::StrCat("an entry needs a '", ToAbsl(key), "'"));
  }
  out = std::string(value->str());
  return absl::OkStatus();
}

absl::Status MergeProvider(const Source& source, const json::Value& entry, std::vector<ProviderPreset>& providers) {
  std::string name;
  AG_RETURN_IF_ERROR(ReadKey(source, entry, "name", name));
  auto found = std::find_if(providers.begin(), providers.end(), [&](const auto& p) { return p.name == name; });
  if (found == providers.end()) found = providers.insert(providers.end(), ProviderPreset{});
  AG_RETURN_IF_ERROR(ReadFields<ProviderPreset>(source, entry, kProviderFields, *found));
  if (found->endpoints.empty()) return source.Fail(entry, absl::StrCat("provider '", name, "' needs endpoints"));
  if (found->display_name.empty()) found->display_name = name;
  return absl::OkStatus();
}

absl::Status MergeProfile(const Source& source, const json::Value& entry, std::vector<OAuthProfile>& profiles) {
  std::string name;
  AG_RETURN_IF_ERROR(ReadKey(source, entry, "name", name));
  auto found = std::find_if(profiles.begin(), profiles.end(), [&](const auto& p) { return p.name == name; });
  if (found == profiles.end()) found = profiles.insert(profiles.end(), OAuthProfile{});
  AG_RETURN_IF_ERROR(ReadFields<OAuthProfile>(source, entry, kOAuthFields, *found));
  if (found->display_name.empty()) found->display_name = name;
  for (const std::string* url : {&found->authorize_url, &found->token_url}) {
    if (url->rfind("http://", 0) == 0 || url->rfind("https://", 0) == 0) continue;
    return source.Fail(entry, absl::StrCat("profile '", name,
                                           "' needs an authorize_url and a token_url that begin "
                                           "with https:// or http://"));
  }
  if (found->redirect_path.rfind('/', 0) != 0) return source.Fail(entry, "redirect_path must begin with /");
  return absl::OkStatus();
}

absl::Status MergeLesson(const Source& source, const json::Value& entry, std::vector<LessonRule>& lessons) {
  std::string name;
  AG_RETURN_IF_ERROR(ReadKey(source, entry, "name", name));
  auto found = std::find_if(lessons.begin(), lessons.end(), [&](const auto& l) { return l.name == name; });
  if (found == lessons.end()) found = lessons.insert(lessons.end(), LessonRule{});
  AG_RETURN_IF_ERROR(ReadFields<LessonRule>(source, entry, kLessonFields, *found));
  if (found->teaches == ModelFact::Kind::kMaxOutput && found->text.find("{limit}") == std::string::npos) {
    return source.Fail(entry, absl::StrCat("lesson '", name, "' needs a text with {limit}"));
  }
  return absl::OkStatus();
}

absl::Status MergePrice(const Source& source, const json::Value& entry, std::vector<ModelPrice>& prices) {
  ModelPrice price;
  AG_RETURN_IF_ERROR(ReadKey(source, entry, "model", price.model));
  AG_RETURN_IF_ERROR(ReadFields<ModelPrice>(source, entry, kPriceFields, price));
  const auto same = std::find_if(prices.begin(), prices.end(), [&](const ModelPrice& other) {
    return other.model == price.model && other.provider == price.provider;
  });
  if (same == prices.end()) {
    prices.push_back(std::move(price));
  } else {
    *same = std::move(price);
  }
  return absl::OkStatus();
}

// One of the lists of entries with names. Other lists of the text, which refer to these, are not for it.
absl::Status MergeNamed(const Source& source, const json::Member& list, CatalogData& data) {
  if (list.key == "models" || list.key == "groups") return absl::OkStatus();
  const bool known =
      list.key == "providers" || list.key == "oauth_profiles" || list.key == "lessons" || list.key == "prices";
  if (!known || !list.value.is_array()) {
    return source.Fail(
        list.value,
        absl::StrCat(
            "'", ToAbsl(list.key),
            "' is not one of the lists 'providers', 'models', 'groups', 'oauth_profiles', 'lessons', 'prices'"));
  }
  for (const auto& entry : list.value.items()) {
    if (list.key == "providers") {
      AG_RETURN_IF_ERROR(MergeProvider(source, entry, data.providers));
    } else if (list.key == "prices") {
      AG_RETURN_IF_ERROR(MergePrice(source, entry, data.prices));
    } else if (list.key == "lessons") {
      AG_RETURN_IF_ERROR(MergeLesson(source, entry, data.lessons));
    } else {
      AG_RETURN_IF_ERROR(MergeProfile(source, entry, data.oauth_profiles));
    }
  }
  return absl::OkStatus();
}

absl::Status MergeModel(const Source& source, const json::Value& entry, const json::Value* defaults,
                        const std::vector<ProviderPreset>& providers, std::vector<ModelInfo>& models) {
  std::string id;
  AG_RETURN_IF_ERROR(ReadKey(source, entry, "id", id));
  auto found = std::find_if(models.begin(), models.end(), [&](const auto& m) { return m.id == id; });
  const bool is_new = found == models.end();
  if (is_new) found = models.insert(models.end(), ModelInfo{});
  if (defaults != nullptr) AG_RETURN_IF_ERROR(ReadFields<ModelInfo>(source, *defaults, kModelFields, *found));
  AG_RETURN_IF_ERROR(ReadFields<ModelInfo>(source, entry, kModelFields, *found));
  found->known = true;
  if (found->display_name.empty()) found->display_name = id;
  const bool names_family = entry.Find("family") != nullptr || (defaults != nullptr && defaults->Find("family"));
  if (is_new && !names_family) {
    const auto maker = std::find_if(providers.begin(), providers.end(),
                                    [&](const auto& provider) { return provider.name == found->provider; });
    if (maker != providers.end()) found->family = maker->family;
  }
  return absl::OkStatus();
}

absl::Status MergeModels(const Source& source, const json::Value& list, const json::Value* defaults,
                         const std::vector<ProviderPreset>& providers, std::vector<ModelInfo>& models) {
  if (!list.is_array()) return source.Fail(list, "expected a list of models");
  for (const auto& entry : list.items()) {
    AG_RETURN_IF_ERROR(MergeModel(source, entry, defaults, providers, models));
  }
  return absl::OkStatus();
}

absl::Status MergeGroup(const Source& source, const json::Value& group, const std::vector<ProviderPreset>& providers,
                        std::vector<ModelInfo>& models) {
  const auto* list = group.Find("models");
  if (list == nullptr) return source.Fail(group, "a group needs 'models'");
  return MergeModels(source, *list, group.Find("defaults"), providers, models);
}

}  // namespace

absl::Status MergeCatalog(std::string_view text, CatalogData& data) {
  const Source source{text};
  Arena arena;
  const auto root = json::Parse(text, arena);
  if (!root.ok()) return SyntaxError(source, root.status());
  if (!(*root)->is_object()) return source.Fail(**root, "expected an object with 'providers' and 'models'");
  // Providers first, whatever the order in the text: models refer to them.
  for (const auto& member : (*root)->members()) AG_RETURN_IF_ERROR(MergeNamed(source, member, data));
  if (const auto* groups = (*root)->Find("groups")) {
    for (const auto& group : groups->items()) {
      AG_RETURN_IF_ERROR(MergeGroup(source, group, data.providers, data.models));
    }
  }
  const auto* list = (*root)->Find("models");
  return list == nullptr ? absl::OkStatus() : MergeModels(source, *list, nullptr, data.providers, data.models);
}

}  // namespace ag::catalog
