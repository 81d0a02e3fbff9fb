#include <absl/strings/str_cat.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/import/plan_builder.h"

// LiteLLM's proxy: https://docs.litellm.ai/docs/proxy/configs, https://docs.litellm.ai/docs/proxy/reliability
namespace ag::cli {
namespace {

using Kind = ImportNote::Kind;
using Places = std::vector<v1::RouteFallback>;

class LiteLlmReader {
 public:
  LiteLlmReader(const Node& root, const ImportContext& context) : root_(root), builder_(context) {}

  ImportPlan Read() {
    for (const Node& entry : root_["model_list"].items()) ReadModel(entry);
    for (const auto& [name, places] : groups_) AddGroup(name, places);
    for (const char* section : {"litellm_settings", "router_settings"}) {
      ReadFallbacks(root_[section]["fallbacks"]);
      NoteContextWindowFallbacks(root_[section]["context_window_fallbacks"]);
      builder_.NoteUnknown(root_[section], {"fallbacks", "context_window_fallbacks", "model_group_alias"},
                           absl::StrCat(section, "."));
    }
    ReadAliases(root_["router_settings"]["model_group_alias"]);
    builder_.NoteUnknown(root_, {"model_list", "litellm_settings", "router_settings"}, "");
    return builder_.Take();
  }

 private:
  void ReadModel(const Node& entry) {
    const std::string& name = entry["model_name"].text();
    const Node& params = entry["litellm_params"];
    const PlanBuilder::Where where{entry.line(), absl::StrCat("model \"", name, "\"")};
    const std::string& model = params["model"].text();
    if (name.empty() || model.empty()) return builder_.Note(Kind::kIncomplete, where, "model_name, model");
    // "provider/model"; a model of OpenAI may stand alone.
    const auto slash = model.find('/');
    std::string provider = params["custom_llm_provider"].text();
    std::string upstream = model;
    if (provider.empty()) provider = slash == std::string::npos ? "openai" : model.substr(0, slash);
    if (slash != std::string::npos && model.substr(0, slash) == provider) upstream = model.substr(slash + 1);
    const auto place = builder_.Locate(provider, BaseUrl(params));
    if (!place) return builder_.Note(Kind::kProviderUnknown, where, provider);
    builder_.NoteUnknown(params, {"model", "api_key", "api_base", "base_url", "custom_llm_provider"},
                         "litellm_params.");
    builder_.NoteUnknown(entry, {"model_name", "litellm_params"}, "");
    const auto key = builder_.ResolveKey(params["api_key"].text(), where);
    if (key) builder_.AddAccount({*place, provider, *key, {}});
    if (!upstream.ends_with('*') && name.find('*') == std::string::npos) {
      groups_.emplace_back(name, PlaceOf(place->provider, upstream));
    } else if (name == upstream || (name == "*" && upstream == "*")) {
      groups_.emplace_back(name, PlaceOf(place->provider, {}));
    } else {
      builder_.Note(Kind::kWildcardLeftOut, where);
    }
  }

  static std::string BaseUrl(const Node& params) {
    const std::string& url = params["api_base"].text();
    return url.empty() ? params["base_url"].text() : url;
  }

  // LiteLLM spreads requests over the deployments of a name; here the accounts of one place share them, and another
  // place comes after it.
  void AddGroup(const std::string& name, const v1::RouteFallback& place) {
    builder_.AddRoute(name, {place});
    places_[name].push_back(place);
  }

  Places PlacesOf(const std::string& name) const {
    const auto found = places_.find(name);
    return found == places_.end() ? Places() : found->second;
  }

  // - gpt-4: [claude, gemini]
  void ReadFallbacks(const Node& list) {
    for (const Node& entry : list.items()) {
      for (const auto& [name, others] : entry.members()) {
        Places places;
        for (const Node& other : others.items()) {
          const Places more = PlacesOf(other.text());
          places.insert(places.end(), more.begin(), more.end());
        }
        if (places_.contains(name) && !places.empty()) {
          builder_.AddRoute(name, places);
        } else {
          builder_.Note(Kind::kFallbacksUnknown, {others.line(), name});
        }
      }
    }
  }

  // They are for prompts that are too long. A chain here is for failures of any kind, and a prompt that is too long for
  // one place is the client's error.
  void NoteContextWindowFallbacks(const Node& list) {
    for (const Node& entry : list.items()) {
      for (const auto& [name, others] : entry.members()) {
        builder_.Note(Kind::kLongPromptsOnly, {others.line(), name});
      }
    }
  }

  void ReadAliases(const Node& aliases) {
    for (const auto& [alias, target] : aliases.members()) {
      const std::string& name = target.kind() == Node::Kind::kMap ? target["model"].text() : target.text();
      const Places places = PlacesOf(name);
      if (places.empty()) {
        builder_.Note(Kind::kAliasUnknown, {target.line(), alias});
      } else {
        builder_.AddRoute(alias, places);
      }
    }
  }

  const Node& root_;
  PlanBuilder builder_;
  std::vector<std::pair<std::string, v1::RouteFallback>> groups_;  // in the file's order
  std::map<std::string, Places> places_;
};

}  // namespace

ImportPlan ReadLiteLlm(const Node& root, const ImportContext& context) { return LiteLlmReader(root, context).Read(); }

}  // namespace ag::cli
